// Which coarse levels a solve takes: blocks, or connected parts (decisions/0055, 0056, 0057).
import { CapacityError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { LabelVolume } from '../core/volume.js';
import { componentsPlan, joinComponents, MAX_ROW, type ComponentTotals } from '../kernels/components.js';
import { lowestOf, type FinestLevel } from '../kernels/finest.js';
import { islandThresholds } from '../kernels/islands.js';
import { levelSteps, type LevelStep } from '../kernels/levels.js';
import {
  areSplit, partsFit, strongOf, ALL, STRONG, type BlockCounts, type Joining, type PartCounts,
} from '../kernels/parts.js';
import { countNetworkParts } from '../kernels/transport.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import type { ConductJob } from './conduct-options.js';
import { solverUnit } from './conduct-result.js';

/** Share of the voxels in islands from which on blocks take more iterations than parts. */
const ISLANDS = 0.02;

/** Memory for looking at the structure before its coarse levels are made. */
export function lookingPlan(shape: Shape) {
  return { leases: named({ 'better phase': voxelCount(shape) }), then: [componentsPlan(shape)] };
}

/** What was looked at for one axis and serves the others. */
export interface SharedLooks {
  /** Components of the voxels that conduct at least so much, which tell what touches faces across any axis. */
  readonly components?: Map<number, ComponentTotals>;
}

/** Components of the voxels that conduct at least like `lowest`. */
function betterComponents(
  frame: Frame, { labels, shape }: LabelVolume, { conductivity }: ConductJob, lowest: number,
): Promise<ComponentTotals> {
  const better = Uint8Array.from({ length: 256 }, (_, label) => ((conductivity[label] ?? 0) >= lowest ? 1 : 0));
  return frame.scope(async () => {
    const { 'better phase': mask } = frame.take(lookingPlan(shape));
    await frame.write(mask, labels.map((label) => better[label]));
    return (await joinComponents(frame, mask, shape, 1, 6)).totals;
  });
}

/** Levels of blocks of a network. */
const stepsOf = (finest: FinestLevel, shape: Shape): LevelStep[] =>
  levelSteps(shape, finest.kind === 'plain' ? undefined : finest.weights);

/** Which faces are to join voxels of a part. */
function joiningOf(finest: FinestLevel, shape: Shape): Joining {
  if (finest.kind !== 'plain' && !stepsOf(finest, shape)[0].halved.every(Boolean)) return strongOf(finest.weights);
  return lowestOf(finest).length > 0 ? STRONG : ALL;
}

/** How much more parts than layers a level holds where layers are split. */
const SPLIT_LAYERS = 1.07;
/** Blocks that a level must have to be judged by this. */
const LAYERS_SAMPLE = 16;

/** Whether layers are split on some of the levels: of a plane, which is a layer of its own, or of a network without the
 *  faces across weak axes. layers: that a block holds, or columns */
const holdPieces = (levels: readonly BlockCounts[], layers: number): boolean => levels.some(
  ({ blocks, parts }) => blocks >= LAYERS_SAMPLE && parts > SPLIT_LAYERS * layers * blocks,
);

/** Whether layers or columns that hardly conduct to each other hold pieces that hang together by those weak faces
 *  alone: levels that are coarsened along the strong axes join these (decisions/0180).
 *  @param steps levels of blocks, the finest first */
async function areLayersSplit(
  frame: Frame, finest: FinestLevel, shape: Shape, job: ConductJob, steps: readonly LevelStep[],
): Promise<boolean> {
  if (finest.kind === 'plain') return false;
  const [{ halved }] = steps;
  const weightsOf = (strong: boolean): number[] => finest.weights.filter((_, axis) => halved[axis] === strong);
  const sigma = job.conducting.map((label) => job.conductivity[label] / solverUnit(job));
  const least = Math.min(...sigma) * Math.min(...weightsOf(true));
  const most = Math.max(...sigma) * Math.max(...weightsOf(false));
  // Where phases are farther apart than axes, no conductance tells the faces of the weak axes.
  if (least <= most) return false;
  const above = { kind: 'above', conductance: Math.sqrt(least * most) } as const;
  const { levels } = await countNetworkParts(frame, finest, shape, above);
  const unequal = steps.filter((step) => !step.halved.every(Boolean)).length;
  return holdPieces(levels.slice(0, unequal), 2 ** halved.filter((half) => !half).length);
}

/** Share of the voxels that conduct at least like `lowest` and hang together with neither face across the axis. */
async function floatingShare(
  frame: Frame, volume: LabelVolume, job: ConductJob, lowest: number, shared: SharedLooks | null,
): Promise<number> {
  const totals = shared?.components?.get(lowest) ?? (await betterComponents(frame, volume, job, lowest));
  shared?.components?.set(lowest, totals);
  const { voxels, touching, spanning } = totals;
  const { low, high } = touching[job.axis];
  return (voxels - low - high + spanning[job.axis]) / volume.labels.length;
}

/** Whether axes or phases are such that blocks take many iterations: they join what conducts well, or many islands. */
async function areHard(
  frame: Frame, finest: FinestLevel, shape: Shape, volume: LabelVolume, job: ConductJob,
  shared: SharedLooks | null,
): Promise<boolean> {
  const steps = stepsOf(finest, shape);
  if (!steps[0].halved.every(Boolean) && (await areLayersSplit(frame, finest, shape, job, steps))) return true;
  for (const lowest of lowestOf(finest)) {
    const better = await countNetworkParts(frame, finest, shape, { kind: 'above', conductance: lowest });
    if (areSplit(better)) return true;
  }
  if (volume.shape[2] > MAX_ROW) return false;
  for (const lowest of islandThresholds(Object.values(job.conductivity))) {
    if ((await floatingShare(frame, volume, job, lowest, shared)) >= ISLANDS) return true;
  }
  return false;
}

/** Whether blocks join what does not touch. In a plane pieces have one way less around each other. */
function areApart(counts: PartCounts, shape: Shape, job: ConductJob): boolean {
  return areSplit(counts, job.interface === 'smooth') || (shape.includes(1) && holdPieces(counts.levels, 1));
}

/** Parts of which the coarse levels are to be made, with memory for them; null for blocks. Where conductivities or axes
 *  are far apart, strong links alone make parts.
 *  @param shape of the network, transport axis first; plan: of the solve with these parts; shared: with solves along
 *    other axes
 *  @throws CapacityError when there is no memory for the parts that the caller asked for */
export async function chooseParts(
  frame: Frame, finest: FinestLevel, shape: Shape, volume: LabelVolume, job: ConductJob,
  plan: (parts: PartCounts) => LeasePlan, shared: SharedLooks | null,
): Promise<PartCounts | null> {
  const { coarsening, boundary } = job;
  if (coarsening === 'blocks' || boundary === 'periodic') return null;
  const asked = coarsening === 'parts';
  const joining = joiningOf(finest, shape);
  let counts = asked ? null : await countNetworkParts(frame, finest, shape);
  // Blocks take few iterations, unless they join what does not touch, or what conducts well.
  if (counts !== null && !areApart(counts, shape, job) && !(await areHard(frame, finest, shape, volume, job, shared))) {
    return null;
  }
  if (counts?.joining.kind !== joining.kind) counts = await countNetworkParts(frame, finest, shape, joining);
  if (!partsFit(shape, counts)) return null;
  try {
    await frame.extend(plan(counts));
    return counts;
  } catch (error) {
    if (asked || !(error instanceof CapacityError)) throw error;
    return null;
  }
}
