// The 13 lattice directions (one of each ± pair) within a 2×2×2 cell, with Cauchy-Crofton weights.

/** One of the 13 directions: step in voxels along (z, y, x), its length, and its weight on the half sphere. */
export interface Direction {
  /** Step in voxels along (z, y, x). */
  readonly offset: readonly [dz: number, dy: number, dx: number];
  /** |offset|, voxels: 1, √2 or √3. */
  readonly length: number;
  /** Share of the sphere that is nearer to ±offset than to any other direction; the 13 weights sum to 1. */
  readonly weight: number;
}

// Areas of the spherical Voronoi cells per ± pair (Lang, Ohser, Hilfer 2001, J. Microscopy 203:303): ⟨100⟩, ⟨110⟩,
// ⟨111⟩.
const WEIGHTS = [0.09155578240952, 0.07396125575216, 0.07039127956464];

function direction(dz: number, dy: number, dx: number): Direction {
  const square = dz * dz + dy * dy + dx * dx;
  return { offset: [dz, dy, dx], length: Math.sqrt(square), weight: WEIGHTS[square - 1] };
}

/** ⟨100⟩ ×3, ⟨110⟩ ×6, ⟨111⟩ ×4. */
export const DIRECTIONS: readonly Direction[] = [
  direction(1, 0, 0), direction(0, 1, 0), direction(0, 0, 1),
  direction(0, 1, 1), direction(0, 1, -1), direction(1, 0, 1), direction(1, 0, -1), direction(1, 1, 0),
  direction(1, -1, 0),
  direction(1, 1, 1), direction(1, 1, -1), direction(1, -1, 1), direction(1, -1, -1),
];
