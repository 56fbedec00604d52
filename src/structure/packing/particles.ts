// The particles of a packing: what a list of them holds.
import { SpecError } from '../../core/errors.js';
import type { Phase } from '../../core/volume.js';

/** Spheres with their labels, or the generators of cells. Particle k is number k + 1 of a particle image. */
export interface Particles {
  /** z, y, x of each in voxels, voxel i with its centre at i + ½: beyond the window where the centre is there. */
  readonly centres: Float64Array;
  /** In voxels along x and y. */
  readonly radii: Float64Array;
  /** Label of each particle, 0 … 255. */
  readonly labels: Uint8Array;
  /** Labels of particles that are cells of the power diagram of their spheres, in the room that others leave. */
  readonly cells: readonly Phase[];
  /** Whether particles go on at the opposite face. */
  readonly periodic: boolean;
  /** Edge of a voxel along x over its edge along z. */
  readonly stretch: number;
}

interface ParticleStructure {
  readonly particles?: Particles;
  readonly provenance?: Readonly<Record<string, unknown>>;
}

/** @throws SpecError for a structure without particles */
export function particlesOf(where: string, { particles, provenance }: ParticleStructure): Particles {
  if (particles !== undefined) return particles;
  throw new SpecError(
    `${where}: structures of the model ${String(provenance?.model ?? '(unknown)')} have no particles; ` +
      'take the model packing',
  );
}
