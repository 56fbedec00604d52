// Length of the lines at which three phases meet, per volume.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape, type VoxelSize } from '../core/grid.js';
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import { labelsPresent, labelsPresentPlan } from '../kernels/histogram.js';
import { labelLease, MAX_CLASSES } from '../kernels/transitions.js';
import { tripleLines, tripleLinesPlan, type Triple } from '../kernels/triple-lines.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';

/** Options of `triplePhaseBoundaries`. */
export interface TriplePhaseBoundaryOptions {
  /** Labels whose triples are measured, 3 to 8; null: all that occur. */
  readonly phases?: readonly Phase[] | null;
}

/** Options of `triplePhaseBoundaries` that are not given: every triple of phases. */
export const TRIPLE_PHASE_BOUNDARY_DEFAULTS = { phases: null } as const satisfies Required<TriplePhaseBoundaryOptions>;

/** Lengths per volume of the structure: µm⁻² (µm per µm³), or per voxel edge² when no size is known. */
export interface TriplePhaseBoundary {
  /** Labels, ascending. */
  readonly phases: Triple;
  /** rawLength · STAIRCASE: what an isotropic smooth line of these edges has. */
  readonly length: number;
  /** Edges of the voxel lattice whose four voxels hold all three phases, end to end. */
  readonly rawLength: number;
}

/** A smooth line is this much shorter than the lattice edges that follow it, in the mean over all directions t: the
 *  edges have the length |t_z| + |t_y| + |t_x|, whose mean is 3/2, on voxels of any shape (decisions/0023). */
export const STAIRCASE = 2 / 3;

const MAX_TRIPLES = (MAX_CLASSES * (MAX_CLASSES - 1) * (MAX_CLASSES - 2)) / 6;

/** Memory of `triplePhaseBoundaries`: 1 byte a voxel, and counters. */
export function triplePhaseBoundariesPlan(shape: Shape, threads: number): LeasePlan {
  checkArguments('triplePhaseBoundariesPlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  return { leases: [labelLease(shape)], then: [labelsPresentPlan, tripleLinesPlan(threads, MAX_TRIPLES)] };
}

/** Length per volume from the edges found along z, y, x. An edge stands for the volume of a voxel; axes without a
 *  lattice edge inside (window one voxel thick) count as the mean of the others. */
function rawDensity(counts: readonly number[], [nz, ny, nx]: Shape, size: VoxelSize): number {
  const [hz, hy, hx] = size ?? [1, 1, 1];
  const places = [nz * (ny - 1) * (nx - 1), (nz - 1) * ny * (nx - 1), (nz - 1) * (ny - 1) * nx];
  const found = [hz, hy, hx]
    .flatMap((edge, k) => (places[k] === 0 ? [] : [(counts[k] * edge) / (places[k] * hz * hy * hx)]));
  return found.length === 0 ? 0 : (3 * found.reduce((a, b) => a + b, 0)) / found.length;
}

const TRIPLE_PHASE_BOUNDARY_OPTION_NAMES: Names<TriplePhaseBoundaryOptions> = { phases: true };

/** Triple-phase-boundary length per volume for every triple of phases.
 *  @throws SpecError for a phase that does not occur, fewer than three or more than eight. */
export async function triplePhaseBoundaries(
  session: Session, volume: LabelVolume, options: TriplePhaseBoundaryOptions = {}, run: RunOptions = {},
): Promise<TriplePhaseBoundary[]> {
  checkOperation('triplePhaseBoundaries', session, run, {
    volume: [volume, 'record'], options: [options, TRIPLE_PHASE_BOUNDARY_OPTION_NAMES],
  });
  const where = 'triplePhaseBoundaries';
  const { shape, labels, voxelSizeUm } = checkVolume(where, volume);
  const wanted = options.phases ?? TRIPLE_PHASE_BOUNDARY_DEFAULTS.phases;
  wanted?.forEach((phase) => checkPhase(where, volume, phase));
  return session.run(
    where, triplePhaseBoundariesPlan(shape, session.threads), voxelCount(shape), run,
    async (frame) => {
      const { labels: lease } = frame.take([labelLease(shape)]);
      await frame.write(lease, labels);
      const phases = [...new Set(wanted ?? (await labelsPresent(frame, lease, shape)))].sort((a, b) => a - b);
      if (phases.length < 3 || phases.length > MAX_CLASSES) {
        throw new SpecError(
          `${where}: 3 to ${MAX_CLASSES} phases are needed, got ${phases.length} ` +
            `(${phases.slice(0, 12).join(', ')}); name them`,
        );
      }
      const triples = phases.flatMap(
        (a, i) => phases.slice(i + 1).flatMap((b, j) => phases.slice(i + j + 2).map((c): Triple => [a, b, c])),
      );
      const counts = await tripleLines(frame, lease, shape, phases, triples);
      return triples.map((triple, k) => {
        const rawLength = rawDensity(counts[k], shape, voxelSizeUm);
        return { phases: triple, length: rawLength * STAIRCASE, rawLength };
      });
    },
  );
}
