// The error bar of M: how far M of the material may be from that of an image of it, for its voxels, its window and the
// solver (decision 0192).
import { AXES, type Shape } from '../../core/grid.js';
import type { LabelVolume } from '../../core/volume.js';
import type { RunOptions, Session } from '../../runtime/session.js';
import { isDesigned } from '../../warnings/designs.js';
import type { ConductOptions } from '../conduct-options.js';
import type { ConductResult } from '../conduct-result.js';
import { limitOf, limitOfWhole, orderOf, type BoxSolves, type Limit } from './extrapolation.js';
import type { Resolution, Uncertainty } from './result.js';
import { conductingLabels, halfOf, partOf, valueOf, type Scene, type Solve } from './solving.js';
import { windowScatter } from './window.js';

/** Share of the intervals that are to hold M. */
const LEVEL = 0.95;
/** Boxes of more voxels than this along an axis are half of the window, not less than this. */
const WHOLE_EDGE = 64;
/** Below this many voxels along an axis every second one says nothing. */
const LEAST_EDGE = 8;
/** Of the extrapolated solves, so that the solver has no share in the extrapolation. */
const TOLERANCE = 1e-4;
/** Part of M above which an interval for the voxels is no error bar. */
const WIDEST = 0.5;

type Box = Resolution['box'];

/** The middle of a window, on even voxels, so that every second voxel of it is one of the window's. */
function boxOf(shape: Shape): Box {
  return shape.map((n): readonly [number, number] => {
    if (n <= WHOLE_EDGE) return [0, n];
    const edge = 2 * Math.ceil(Math.max(WHOLE_EDGE, n / 2) / 2);
    const from = 2 * Math.floor((n - edge) / 4);
    return [from, from + edge];
  });
}

/** Solves of a box; null where it, or every second voxel of it, does not conduct from face to face.
 *  @param known of the box, where it is the window: as the result solved it, and every second voxel from the first
 *    on */
async function boxSolves(
  scene: Scene, result: ConductResult, options: Partial<ConductOptions>, solve: Solve,
  known: { readonly value: number; readonly half: number } | null,
): Promise<BoxSolves | null> {
  const halves = [halfOf(scene, 0), halfOf(scene, 1)] as const;
  const several = conductingLabels(result).length > 1;
  const found: (readonly [whole: number, first: number, second: number])[] = [];
  for (const kind of several ? (['voxel'] as const) : (['voxel', 'smooth'] as const)) {
    const how = { ...options, interface: kind };
    const value = (image: Scene): Promise<number> => valueOf(solve, image, result, how);
    const values = [
      known !== null && kind === result.interface ? known.value : await value(scene),
      known !== null && kind === 'voxel' ? known.half : await value(halves[0]),
      await value(halves[1]),
    ] as const;
    if (values.some((one) => !(one > 0))) return null;
    found.push(values);
  }
  const [[plain, ...plainHalves], smooth = null] = found;
  return {
    plain, plainHalves, smooth: smooth && smooth[0], smoothHalves: smooth && [smooth[1], smooth[2]],
  };
}

/** What the voxels' part of an error bar rests on, or why there is none. */
type VoxelPart =
  | { readonly found: Limit; readonly resolution: Resolution; readonly reason: null }
  | { readonly found: null; readonly resolution: Resolution | null; readonly reason: string };

const scaled = ({ limit, halfWidth }: Limit, factor: number): Limit =>
  ({ limit: factor * limit, halfWidth: factor * halfWidth });

/** @param half σ_eff over the reference conductivity of every second voxel of the window, on whole voxels */
async function voxelPart(
  scene: Scene, half: number, result: ConductResult, options: Partial<ConductOptions>, solve: Solve,
): Promise<VoxelPart> {
  const several = conductingLabels(result).length > 1;
  const value = result.effectiveConductivity / result.referenceConductivity;
  // A part of a periodic window does not repeat.
  const box = several || result.boundary === 'periodic'
    ? scene.shape.map((n) => [0, n] as const) : boxOf(scene.shape);
  const whole = box.every(([from, to], k) => from === 0 && to === scene.shape[k]);
  const known = whole ? { value, half } : null;
  const solves = await boxSolves(whole ? scene : partOf(scene, box), result, options, solve, known);
  if (solves === null) {
    return {
      found: null, resolution: null,
      reason: `every second voxel of ${whole ? 'the window' : 'the middle of the window'} does not conduct from ` +
        'face to face: the voxels are too coarse for what joins them; take finer voxels',
    };
  }
  const own = limitOf(solves);
  const { plain, plainHalves, smooth } = solves;
  const order = orderOf(own, plain, (plainHalves[0] + plainHalves[1]) / 2);
  const found = whole ? own
    : result.interface === 'smooth' ? scaled(own, value / smooth!)
    : limitOfWhole(own, { plain, half: plainHalves[0] }, { plain: value, half });
  const resolution = { box, ...solves, boxLimit: own.limit, limit: found.limit, order };
  if (!(found.halfWidth < WIDEST * found.limit)) {
    return {
      found: null, resolution,
      reason: 'solves of every voxel and of every second one are too far apart to say where M of ever smaller ' +
        'voxels lies; take finer voxels',
    };
  }
  return { found, resolution, reason: null };
}

/** The error bar of a result: what the solves of parts and of every second voxel of the same image say. Costs about as
 *  much as the solve itself.
 *  @param options that the result was solved with; solve: solves another image, as one operation of the session
 *  @throws CapacityError, CancelledError */
export async function uncertaintyOf(
  session: Session, volume: LabelVolume, result: ConductResult, options: Partial<ConductOptions>, solve: Solve,
  run: RunOptions,
): Promise<Uncertainty> {
  const { labels, shape, voxelSizeUm } = volume;
  const value = result.effectiveConductivity / result.referenceConductivity;
  const solver = result.errorEstimate * value;
  const none = { value: null, plusMinus: null, interval: null, level: LEVEL } as const;
  const no = (reason: string): Uncertainty => ({
    ...none, parts: { voxels: null, window: null, solver }, resolution: null, subwindows: null, reasons: [reason],
  });
  if (!result.percolates) return no(`nothing conducts from face to face along ${result.axis}`);
  if (!result.converged) return no('the solve did not converge');
  const short = AXES.filter((_, k) => shape[k] > 1 && shape[k] < LEAST_EDGE);
  if (short.length > 0) {
    return no(
      `the window has fewer than ${LEAST_EDGE} voxels along ${short.join(', ')}, too few to leave out every second ` +
        'one; take a larger window',
    );
  }
  const how: Partial<ConductOptions> = {
    phase: null, boundary: result.boundary, coarsening: options.coarsening, maxIterations: options.maxIterations,
    smoothing: options.smoothing, tolerance: TOLERANCE,
  };
  const given = Object.fromEntries(Object.entries(how).filter(([, one]) => one !== undefined));
  const scene = { labels, shape, voxelSizeUm, levelSet: options.levelSet ?? null };
  const halved = halfOf(scene, 0);
  const half = await valueOf(solve, halved, result, { ...given, interface: 'voxel' });
  if (!(half > 0)) {
    return no(
      `every second voxel does not conduct from face to face along ${result.axis}: the voxels are too coarse for ` +
        'what joins them; take finer voxels',
    );
  }
  const { found, resolution, reason: coarse } = await voxelPart(scene, half, result, given, solve);
  const scatter = isDesigned(volume)
    ? { subwindows: null, share: 0, reason: null }
    : await windowScatter(session, halved, result, half, LEVEL, solve, run);
  const voxels = found?.halfWidth ?? null;
  // The scatter of M near percolation grows as it falls, elsewhere it does not: the mean of both.
  const window = found === null || scatter.share === null ? null : scatter.share * Math.sqrt(half * found.limit);
  const rest = {
    level: LEVEL, parts: { voxels, window, solver }, resolution, subwindows: scatter.subwindows,
    reasons: [coarse, scatter.reason].filter((reason) => reason !== null),
  };
  if (found === null || voxels === null || window === null) return { ...none, ...rest };
  const plusMinus = Math.sqrt(voxels ** 2 + window ** 2 + solver ** 2);
  const interval = [Math.max(0, found.limit - plusMinus), found.limit + plusMinus] as const;
  return { value: found.limit, plusMinus, interval, ...rest };
}
