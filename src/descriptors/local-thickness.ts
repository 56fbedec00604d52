// Sizes of a phase from the balls that fit into it: a map of local thickness, and its distribution (decisions/0024).
// Hildebrand & Rüegsegger 1997, J. Microscopy 185:67; its distribution is the CPSD (decisions/0021).
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { voxelCount, type Shape } from '../core/grid.js';
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import { checkDistanceShape } from '../kernels/distance.js';
import { labelsPresent, labelsPresentPlan } from '../kernels/histogram.js';
import { squaredEdges } from '../kernels/metric.js';
import { rootField } from '../kernels/results.js';
import { thicknessField, thicknessPlan, type ThicknessField } from '../kernels/thickness.js';
import { labelLease } from '../kernels/transitions.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame, RunOptions, Session } from '../runtime/session.js';

/** Options of `localThickness` and `openingSizes`. */
export interface LocalThicknessOptions {
  readonly phase: Phase;
}

/** Diameters of the largest balls inside the phase that cover its voxels, each voxel counting once: µm, or voxels when
 *  no size is known. All null when the phase fills the window, so that every ball fits. */
export interface OpeningSizes {
  /** Over the voxels of the phase. */
  readonly mean: number | null;
  /** 10 % of the phase is thinner; 90 % has at least this diameter. */
  readonly d10: number | null;
  /** Median: half of the phase has at least this diameter. */
  readonly d50: number | null;
  /** 90 % of the phase is thinner. */
  readonly d90: number | null;
  /** Of the largest ball. */
  readonly largest: number | null;
}

/** Memory of `localThickness`. */
export function localThicknessPlan(shape: Shape, threads: number): LeasePlan {
  checkArguments('localThicknessPlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  return { leases: [labelLease(shape)], then: [labelsPresentPlan, thicknessPlan(shape, threads)] };
}

/** Runs `body` with the thickness of the phase, or with null where the phase fills the window. */
async function withThickness<T>(
  where: string, session: Session, volume: LabelVolume, phase: Phase, run: RunOptions,
  body: (frame: Frame, found: ThicknessField | null, unit: number) => Promise<T>,
): Promise<T> {
  const { shape, labels, voxelSizeUm } = checkVolume(where, volume);
  checkPhase(where, volume, phase);
  checkDistanceShape(where, shape);
  return session.run(where, localThicknessPlan(shape, session.threads), voxelCount(shape), run, async (frame) => {
    const { labels: lease } = frame.take([labelLease(shape)]);
    await frame.write(lease, labels);
    const edges = squaredEdges(voxelSizeUm);
    const full = (await labelsPresent(frame, lease, shape)).length === 1;
    return body(frame, full ? null : await thicknessField(frame, lease, shape, phase, edges), edges.unit);
  });
}

const LOCAL_THICKNESS_OPTION_NAMES: Names<LocalThicknessOptions> = { phase: true };

/** Radius of the largest ball inside the phase that covers each voxel, µm (voxels when no size is known); C order, 0
 *  outside the phase, Infinity everywhere when the phase fills the window. Balls as for constrictivity: centres are
 *  voxels, the radius is the distance to the nearest voxel centre outside, window faces are no obstacle. Anisotropic
 *  voxels allowed.
 *  @throws SpecError for a phase that does not occur or a window that is too long; CapacityError */
export async function localThickness(
  session: Session, volume: LabelVolume, options: LocalThicknessOptions, run: RunOptions = {},
): Promise<Float32Array> {
  checkOperation('localThickness', session, run, {
    volume: [volume, 'record'], options: [options, LOCAL_THICKNESS_OPTION_NAMES],
  });
  return withThickness('localThickness', session, volume, options.phase, run, async (frame, found, unit) => {
    const { shape } = volume;
    if (found === null) return new Float32Array(voxelCount(shape)).fill(Infinity);
    return rootField(frame, found.field, 'metric', shape, unit);
  });
}

/** Particle or pore sizes: mean and percentiles of the diameter 2·`localThickness` over the voxels of the phase.
 *  @throws as `localThickness` */
export async function openingSizes(
  session: Session, volume: LabelVolume, options: LocalThicknessOptions, run: RunOptions = {},
): Promise<OpeningSizes> {
  checkOperation('openingSizes', session, run, {
    volume: [volume, 'record'], options: [options, LOCAL_THICKNESS_OPTION_NAMES],
  });
  return withThickness('openingSizes', session, volume, options.phase, run, async (_, found, unit) => {
    if (found === null) return { mean: null, d10: null, d50: null, d90: null, largest: null };
    const [largest, d90, d50, d10] =
      (await found.exceeded([1 / found.voxels, 0.1, 0.5, 0.9])).map((squared) => 2 * Math.sqrt(squared) * unit);
    return { mean: 2 * found.mean * unit, d10, d50, d90, largest };
  });
}
