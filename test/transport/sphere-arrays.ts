// Conductivity of a unit matrix around insulating spheres on cubic lattices: Rayleigh's multipole expansion, converged.

/** Lattice, volume fraction of the spheres, effective conductivity. */
export const SPHERE_ARRAYS: readonly (readonly ['sc' | 'bcc' | 'fcc', number, number])[] = [
  ['sc', 0.1, 0.8571119], ['sc', 0.2, 0.726703], ['sc', 0.3, 0.6056612], ['sc', 0.4, 0.4901099],
  ['sc', 0.45, 0.4327176],
  ['bcc', 0.3, 0.6082724], ['bcc', 0.5, 0.3957568], ['bcc', 0.6, 0.29751],
  ['fcc', 0.3, 0.60839], ['fcc', 0.5, 0.3965379], ['fcc', 0.6, 0.2991676],
];
