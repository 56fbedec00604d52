// Grains of a phase: its particles, told apart by a watershed of the distance map (decisions/0213).
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape, type VoxelSize } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import { watershed, watershedPlan, type WatershedRule } from '../kernels/grains.js';
import { FAR_METRIC, squaredEdges } from '../kernels/metric.js';
import { labelLease } from '../kernels/transitions.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';

/** Options of `segmentGrains`. */
export interface SegmentGrainsOptions extends Partial<WatershedRule> {
  /** Label whose grains are told apart. */
  readonly phase: Phase;
}

/** Options of `segmentGrains` that are not given: peaks of the distance map that rise less than half a voxel above
 *  the saddle to a higher one are no grains of their own. */
export const SEGMENT_GRAINS_DEFAULTS = {
  dynamics: 0.5, ratio: 1, neighbourhood: 26,
} as const satisfies Required<Omit<SegmentGrainsOptions, 'phase'>>;

/** Numbers of grains in C order, however they were found. */
export interface GrainLabels {
  /** 1 … count; 0 where there is no grain. */
  readonly numbers: Uint16Array | Uint32Array;
  /** Grains, and the largest of the numbers. */
  readonly count: number;
  /** Voxels along (z, y, x); their product is the length of `numbers`. */
  readonly shape: Shape;
  /** Edges (z, y, x) of a voxel in µm; null: unknown. */
  readonly voxelSizeUm: VoxelSize;
}

/** Grains that a watershed found, numbered in raster order of their first voxels. */
export interface GrainImage extends GrainLabels, WatershedRule {
  readonly numbers: Uint32Array;
  readonly phase: Phase;
  /** Maxima of the distance map: the grains before any were joined. */
  readonly basins: number;
  /** inscribedRadius[k − 1]: radius of the largest ball inside the phase whose centre lies in grain k, from voxel
   *  centre to voxel centre; µm, voxels when no size is known; Infinity when the phase fills the window. */
  readonly inscribedRadius: Float32Array;
}

const MOST_VOXELS = 2 ** 31;

/** Memory of `segmentGrains`: 11.4 bytes a voxel, and up to 16 more for each voxel where basins meet. */
export function segmentGrainsPlan(shape: Shape, threads: number): LeasePlan {
  checkArguments('segmentGrainsPlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  return { leases: [labelLease(shape)], then: [watershedPlan(shape, threads)] };
}

/** The rule, completed. @throws SpecError for what is no number ≥ 0, a ratio above 1, or other neighbours */
export function checkRule(where: string, options: Partial<WatershedRule>): WatershedRule {
  const { dynamics, ratio, neighbourhood } = { ...SEGMENT_GRAINS_DEFAULTS, ...options };
  if (!(dynamics >= 0) || !Number.isFinite(dynamics)) {
    throw new SpecError(`${where}: dynamics must be a finite number of voxels ≥ 0, got ${quoted(dynamics)}`);
  }
  if (!(ratio > 0 && ratio <= 1)) {
    throw new SpecError(`${where}: ratio must be above 0 and at most 1, got ${quoted(ratio)}`);
  }
  if (neighbourhood !== 6 && neighbourhood !== 26) {
    throw new SpecError(`${where}: neighbourhood must be 6 or 26, got ${quoted(neighbourhood)}`);
  }
  return { dynamics, ratio, neighbourhood };
}

const SEGMENT_GRAINS_OPTION_NAMES: Names<SegmentGrainsOptions> = {
  phase: true, dynamics: true, ratio: true, neighbourhood: true,
};

/** Particles of a phase: watershed of the distance to the outside, flooded from its maxima. Two neighbouring basins are
 *  one grain when the lower maximum is less than `dynamics` above the saddle between them (voxel edges, the shortest
 *  one), or when the saddle is deeper than `ratio` times that maximum. Every voxel of the phase belongs to one grain,
 *  and the voxels of a grain hang together through `neighbourhood`. Window faces are no obstacle. Anisotropic voxels
 *  allowed. Of equal depths the voxel that comes first in C order is the deeper one.
 *  @throws SpecError for a phase that does not occur, options out of range, 2³¹ voxels or more; CapacityError */
export async function segmentGrains(
  session: Session, volume: LabelVolume, options: SegmentGrainsOptions, run: RunOptions = {},
): Promise<GrainImage> {
  const where = 'segmentGrains';
  checkOperation(where, session, run, {
    volume: [volume, 'record'], options: [options, SEGMENT_GRAINS_OPTION_NAMES],
  });
  const { shape, labels, voxelSizeUm } = checkVolume(where, volume);
  const phase = checkPhase(where, volume, options.phase);
  const rule = checkRule(where, options);
  if (voxelCount(shape) >= MOST_VOXELS) {
    throw new SpecError(`${where}: fewer than 2^31 voxels are needed, got ${shape.join('×')}; crop the image`);
  }
  return session.run(where, segmentGrainsPlan(shape, session.threads), voxelCount(shape), run, async (frame) => {
    const { labels: lease } = frame.take([labelLease(shape)]);
    await frame.write(lease, labels);
    const edges = squaredEdges(voxelSizeUm);
    const { squaredDepths, ...found } = await watershed(frame, lease, shape, phase, edges, rule);
    const inscribedRadius = squaredDepths.map(
      (squared) => (squared >= FAR_METRIC ? Infinity : Math.sqrt(squared) * edges.unit),
    );
    return { ...found, shape, voxelSizeUm, phase, ...rule, inscribedRadius };
  });
}
