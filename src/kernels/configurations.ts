// Patterns of 2×2×2 cells of voxels. Kernel: assembly/measures/configurations.ts.
import { PATTERN_TABLES } from '../../assembly/layout.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { Phase } from '../core/volume.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';

export const PATTERNS = 256;

/** Cells by pattern: bit 4·dx + 2·dz + dy is set where voxel (z + dz, y + dy, x + dx) is of the phase. */
export interface Configurations {
  /** Cells with all eight voxels inside the window: (nz − 1)·(ny − 1)·(nx − 1) of them. */
  readonly inside: Float64Array;
  /** Cells that reach beyond it, where nothing is of the phase; both together are (nz + 1)·(ny + 1)·(nx + 1). */
  readonly border: Float64Array;
}

export function configurationsPlan(threads: number) {
  return { leases: named({ patterns: threads * 2 * PATTERN_TABLES * PATTERNS * 4 }) };
}

/** Counts the patterns of one phase. labels: a `labelLease`, left as it is. */
export async function configurations(frame: Frame, labels: Lease, shape: Shape, phase: Phase): Promise<Configurations> {
  return frame.scope(async () => {
    const { patterns } = frame.take(configurationsPlan(frame.threads));
    const cells = voxelCount([shape[0] + 1, shape[1] + 1, shape[2] + 1]);
    await frame.call(
      'configurations', { counts: patterns, labels, ...extents(shape), phase },
      { name: 'patterns of 2×2×2 voxels', work: cells },
    );
    const counts = await frame.read(patterns, Uint32Array);
    const found = { inside: new Float64Array(PATTERNS), border: new Float64Array(PATTERNS) };
    counts.forEach((count, i) => {
      const into = Math.floor(i / (PATTERN_TABLES * PATTERNS)) % 2 === 0 ? found.inside : found.border;
      into[i % PATTERNS] += count;
    });
    return found;
  });
}
