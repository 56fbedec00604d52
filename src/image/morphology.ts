// Opening and closing of a phase by a ball: the voxels whose centres are at most the radius from the ball's centre, as
// in scikit-image. Exact Euclidean distances; what lies beyond the window counts as more of the same and is no
// obstacle.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import { checkPhase, checkVolume, labelCounts, phasesOf, type LabelVolume, type Phase } from '../core/volume.js';
import { bitBytes, bytesOfBits } from '../kernels/bits.js';
import { paintOutside, phaseMask, regrow, regrowPlan } from '../kernels/clean.js';
import { distance16, distanceLeases } from '../kernels/distance.js';
import { centres16, nearLeases, open16 } from '../kernels/opening.js';
import type { Lease } from '../runtime/arena.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { Frame, RunOptions, Session } from '../runtime/session.js';

/** Options of `openPhase` and `closePhase`. */
export interface BallOptions {
  /** Voxels, 1 to 254; need not be whole. */
  readonly radius: number;
  /** The phase that is opened or closed; null: the highest label of an image with two. */
  readonly phase?: Phase | null;
}

/** Options of `openPhase` and `closePhase` that are not given. */
export const BALL_DEFAULTS = { phase: null } as const;
const MAX_RADIUS = 254;

/** The image after opening or closing, and what changed. */
export interface BallResult {
  /** A new volume; the one given is left as it is. */
  readonly volume: LabelVolume;
  /** The phase that was opened or closed. */
  readonly phase: Phase;
  /** Voxels whose label changed. */
  readonly voxels: number;
}

function openMaskLeases(shape: Shape, threads: number) {
  return [
    ...distanceLeases(shape, threads), ...nearLeases(shape, threads),
    ...named({ centres: bitBytes(shape), counts: 4 * shape[0] }),
  ];
}

/** Memory of `openPhase` and `closePhase`. */
export function ballPlan(shape: Shape, threads: number): LeasePlan<'labels' | 'mask'> {
  checkArguments('ballPlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  const voxels = voxelCount(shape);
  return {
    leases: named({ labels: voxels, mask: voxels }),
    then: [
      { leases: openMaskLeases(shape, threads) },
      regrowPlan(threads),
    ],
  };
}

const BALL_OPTION_NAMES: Names<BallOptions> = { radius: true, phase: true };

/** Closing: what no ball outside the phase can reach becomes part of it, whatever its label was. Fills gaps and pores
 *  that are narrower than the ball.
 *  @throws SpecError, CapacityError */
export async function closePhase(
  session: Session, volume: LabelVolume, options: BallOptions, run: RunOptions = {},
): Promise<BallResult> {
  checkOperation('closePhase', session, run, { volume: [volume, 'record'], options: [options, BALL_OPTION_NAMES] });
  return withBall('close', session, volume, options, run);
}

/** Opening: what no ball inside the phase can reach leaves it and takes the label of the phases around it, from outside
 *  inwards, by most faces; equal numbers: the lowest label. Removes bridges and spikes that are narrower than the ball.
 *  @throws SpecError, CapacityError */
export async function openPhase(
  session: Session, volume: LabelVolume, options: BallOptions, run: RunOptions = {},
): Promise<BallResult> {
  checkOperation('openPhase', session, run, { volume: [volume, 'record'], options: [options, BALL_OPTION_NAMES] });
  return withBall('open', session, volume, options, run);
}

/** The phase meant when none is named. @throws SpecError with the labels there are. */
function phaseOf(where: string, volume: LabelVolume, phase: Phase | null): Phase {
  if (phase !== null) return checkPhase(where, volume, phase);
  const present = phasesOf(volume);
  if (present.length > 2) {
    throw new SpecError(
      `${where}: the image has labels ${present.join(', ')}: say which phase, e.g. --${where} 2:${present[1]}`,
    );
  }
  return present[present.length - 1];
}

async function withBall(
  where: 'open' | 'close', session: Session, volume: LabelVolume, options: BallOptions, run: RunOptions,
): Promise<BallResult> {
  const { labels, shape } = checkVolume(where, volume);
  const { radius, phase: chosen } = { ...BALL_DEFAULTS, ...options };
  if (!(radius >= 1 && radius <= MAX_RADIUS)) {
    throw new SpecError(`${where}: the radius of the ball is 1 to ${MAX_RADIUS} voxels, got ${radius}`);
  }
  const phase = phaseOf(where, volume, chosen);
  // d ≤ r is d² < ⌊r²⌋ + 1 for whole d².
  const squared = Math.floor(radius * radius) + 1;
  const plan = ballPlan(shape, session.threads);
  return session.run(where, plan, voxelCount(shape), run, async (frame) => {
    const { labels: input, mask } = frame.take(plan);
    await frame.write(input, labels);
    await phaseMask(frame, mask, input, phase, where === 'open' ? 'phase' : 'others', shape);
    await openMask(frame, mask, shape, squared);
    if (where === 'close') await paintOutside(frame, input, mask, phase, shape);
    else await regrow(frame, input, mask, phase, mostOther(labels, phase), shape);
    const result = await frame.read(input, Uint8Array);
    let voxels = 0;
    for (let i = 0; i < result.length; i++) if (result[i] !== labels[i]) voxels++;
    return { volume: { ...volume, labels: result }, phase, voxels };
  });
}

/** mask ← its opening. A mask without any 0 has no boundary and stays. */
async function openMask(frame: Frame, mask: Lease, shape: Shape, squared: number): Promise<void> {
  await frame.scope(async () => {
    const leases = frame.take(openMaskLeases(shape, frame.threads));
    const { 'squared distances': distances, 'distances along z': g, near, lines, centres, counts } = leases;
    await distance16(frame, mask, shape, 1, 'open', leases);
    await centres16(frame, centres, distances, shape, squared);
    await open16(frame, counts, centres, centres, shape, squared, g, near, lines);
    await bytesOfBits(frame, mask, centres, shape);
  });
}

/** The most frequent label beside `phase`; the phase itself when it is alone. */
function mostOther(labels: Uint8Array, phase: Phase): Phase {
  const counts = labelCounts(labels);
  counts[phase] = 0;
  const most = counts.indexOf(counts.reduce((a, b) => Math.max(a, b), 0));
  return counts[most] > 0 ? most : phase;
}
