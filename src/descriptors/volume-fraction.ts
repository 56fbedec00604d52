// Volume fractions of the phases and their profiles, from one pass over the labels.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { AXES, axisIndex, voxelCount, type Axis, type Shape } from '../core/grid.js';
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import { labelsPresent, labelsPresentPlan, planeCounts, planeCountsPlan } from '../kernels/histogram.js';
import { labelLease } from '../kernels/transitions.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';

/** Options of `volumeFractions`. */
export interface VolumeFractionOptions {
  /** Labels to measure; null: all that occur. */
  readonly phases?: readonly Phase[] | null;
}

/** Options of `volumeFractions` that are not given: every phase. */
export const VOLUME_FRACTION_DEFAULTS = { phases: null } as const satisfies Required<VolumeFractionOptions>;

/** How much of the window a phase fills. */
export interface PhaseVolume {
  /** Label. */
  readonly phase: Phase;
  /** Of the phase, exact. */
  readonly voxels: number;
  /** ε, share of all voxels of the window. */
  readonly volumeFraction: number;
  /** ε of each plane across an axis, from the low face to the high one. */
  readonly profiles: Readonly<Record<Axis, Float64Array>>;
}

/** What `volumeFractions` found. */
export interface VolumeFractions {
  /** In the order asked for; labels ascending where all are. */
  readonly phases: readonly PhaseVolume[];
  /** Centres of the planes of `profiles`: µm from the low face of the window, or voxels when no size is known. */
  readonly positions: Readonly<Record<Axis, Float64Array>>;
}

/** Memory of `volumeFractions` for up to 256 labels, the most that there can be. */
export function volumeFractionsPlan(shape: Shape, threads: number): LeasePlan {
  checkArguments('volumeFractionsPlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  return { leases: [labelLease(shape)], then: [labelsPresentPlan, planeCountsPlan(shape, threads, 256)] };
}

const VOLUME_FRACTION_OPTION_NAMES: Names<VolumeFractionOptions> = { phases: true };

/** Volume fraction ε of each phase and its profiles along the three axes; counts are exact.
 *  @throws SpecError for a phase that does not occur. */
export async function volumeFractions(
  session: Session, volume: LabelVolume, options: VolumeFractionOptions = {}, run: RunOptions = {},
): Promise<VolumeFractions> {
  checkOperation('volumeFractions', session, run, {
    volume: [volume, 'record'], options: [options, VOLUME_FRACTION_OPTION_NAMES],
  });
  const { shape, labels, voxelSizeUm } = checkVolume('volumeFractions', volume);
  const wanted = options.phases ?? VOLUME_FRACTION_DEFAULTS.phases;
  wanted?.forEach((phase) => checkPhase('volumeFractions', volume, phase));
  const voxels = voxelCount(shape);
  const byAxis = (make: (axis: Axis, k: 0 | 1 | 2) => Float64Array): Record<Axis, Float64Array> =>
    Object.fromEntries(AXES.map((axis) => [axis, make(axis, axisIndex(axis))])) as Record<Axis, Float64Array>;
  return session.run('volumeFractions', volumeFractionsPlan(shape, session.threads), voxels, run, async (frame) => {
    const { labels: lease } = frame.take([labelLease(shape)]);
    await frame.write(lease, labels);
    const phases = wanted ?? (await labelsPresent(frame, lease, shape));
    const counts = await planeCounts(frame, lease, shape, phases);
    return {
      phases: phases.map((phase, i) => {
        const total = counts[i].z.reduce((sum, n) => sum + n, 0);
        return {
          phase,
          voxels: total,
          volumeFraction: total / voxels,
          profiles: byAxis((axis, k) => Float64Array.from(counts[i][axis], (n) => n / (voxels / shape[k]))),
        };
      }),
      positions: byAxis(
        (_, k) => Float64Array.from({ length: shape[k] }, (__, i) => (i + 0.5) * (voxelSizeUm?.[k] ?? 1)),
      ),
    };
  });
}
