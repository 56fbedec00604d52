// Noise filters of grey images: box, median, Gaussian, anisotropic diffusion. Lengths are in voxels along every axis.
// Window faces: the outermost voxels are repeated; no flow across them in the diffusion.
import { checkArguments, checkOperation } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import { diffuse, diffusionLeases } from '../kernels/diffusion.js';
import { binsPlan, greyRange, greyRangePlan, stepBins, type Bins, type GreyKind } from '../kernels/greys.js';
import { medianCube, medianScratch } from '../kernels/median.js';
import { gaussianWeights, separable, separableLeases } from '../kernels/separable.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame, RunOptions, Session } from '../runtime/session.js';
import { checkGrey, greyKind, greyLease, greyType, type GreyVolume } from './grey.js';

/** `box`: mean over size³. `median`: over size³, 3 or 5. `gaussian`: standard deviation sigma, cut at 4 sigma.
 *  `anisotropic`: Perona-Malik diffusion with edge threshold kappa (grey values; null: the 90 % quantile of the steps
 *  between neighbours, as Perona and Malik chose it) over a number of iterations of step 1/7. */
export type Filter =
  | { readonly kind: 'box'; readonly size: number }
  | { readonly kind: 'median'; readonly size: 3 | 5 }
  | { readonly kind: 'gaussian'; readonly sigma: number }
  | { readonly kind: 'anisotropic'; readonly iterations?: number; readonly kappa?: number | null };

/** What an `anisotropic` filter does not say: 10 iterations, edge threshold from the image. */
export const ANISOTROPIC_DEFAULTS = { iterations: 10, kappa: null } as const;
/** Step in time; up to 1/6 no iteration makes a new extreme. */
const RATE = 1 / 7;
const MAX_BOX = 31;
const MAX_SIGMA = 16;
const MAX_ITERATIONS = 1000;

/** Voxels on either side that a Gaussian reaches. */
export function gaussianReach(sigma: number): number {
  return Math.max(1, Math.floor(4 * sigma + 0.5));
}

/** @throws SpecError */
export function checkFilter(filter: Filter): Filter {
  const fail = (what: string): never => {
    throw new SpecError(`filter: ${what}`);
  };
  switch (filter.kind) {
    case 'box':
      if (!Number.isInteger(filter.size) || filter.size < 3 || filter.size > MAX_BOX || filter.size % 2 === 0) {
        fail(`the edge of a box is an odd number of voxels from 3 to ${MAX_BOX}, got ${filter.size}`);
      }
      return filter;
    case 'median':
      if (filter.size !== 3 && filter.size !== 5) {
        fail(`the edge of a median is 3 or 5 voxels, got ${String(filter.size)}`);
      }
      return filter;
    case 'gaussian':
      if (!(filter.sigma > 0 && filter.sigma <= MAX_SIGMA)) {
        fail(`the standard deviation of a Gaussian is above 0 and at most ${MAX_SIGMA} voxels, got ${filter.sigma}`);
      }
      return filter;
    case 'anisotropic': {
      const { iterations, kappa } = { ...ANISOTROPIC_DEFAULTS, ...filter };
      if (!Number.isInteger(iterations) || iterations < 1 || iterations > MAX_ITERATIONS) {
        fail(`the iterations of a diffusion are 1 to ${MAX_ITERATIONS}, got ${iterations}`);
      }
      if (kappa !== null && !(kappa > 0 && Number.isFinite(kappa))) {
        fail(`kappa is a difference of grey values above 0, got ${kappa}`);
      }
      return filter;
    }
    default:
      return fail(`kind is box, median, gaussian or anisotropic, got "${(filter as { kind: string }).kind}"`);
  }
}

/** Leases of `filterGreys`. */
export function filterPlan(shape: Shape, kind: GreyKind, filter: Filter, threads: number): LeasePlan {
  checkArguments('filterPlan', {
    shape: [shape, 'shape'], kind: [kind, 'number'], filter: [filter, 'record'], threads: [threads, 'count'],
  });
  const values = greyLease('grey values', shape, kind);
  if (filter.kind === 'anisotropic') {
    return { leases: [values], then: [greyRangePlan(threads), binsPlan(threads), { leases: diffusionLeases(shape) }] };
  }
  const scratch = filter.kind === 'median'
    ? medianScratch(shape, kind, filter.size, threads) : separableLeases(shape, reachOf(filter), threads);
  return { leases: [values, greyLease('filtered values', shape, kind), ...scratch] };
}

function reachOf(
  filter: { readonly kind: 'box'; readonly size: number } | { readonly kind: 'gaussian'; readonly sigma: number },
): number {
  return filter.kind === 'box' ? (filter.size - 1) / 2 : gaussianReach(filter.sigma);
}

/** Lower edge of the bin above which at most `share` of all pairs lie; at least one grey step. */
function quantile({ counts, scale }: Bins, share: number): number {
  let left = counts.reduce((sum, n) => sum + n, 0) * share;
  for (let bin = 0; bin < counts.length; bin++) {
    left -= counts[bin];
    if (left < 0) return Math.max(bin, 1) / scale;
  }
  return counts.length / scale;
}

/** The filtered image, and the filter as it was applied. */
export interface Filtered {
  /** Of the number type of the image given. */
  readonly volume: GreyVolume;
  /** The filter with everything that was left open filled in. */
  readonly filter: Filter;
}

/** Filters a grey image. Whole values are rounded to the nearest, halves up. Box filters of whole values are exact up
 *  to 5³, and up to 31³ for 8 bits.
 *  @throws SpecError for a bad filter, or a diffusion of an image without any step; CapacityError */
export async function filterGreys(
  session: Session, volume: GreyVolume, filter: Filter, run: RunOptions = {},
): Promise<Filtered> {
  checkOperation('filterGreys', session, run, { volume: [volume, 'record'], filter: [filter, 'record'] });
  const where = 'filter';
  checkFilter(filter);
  const { data, shape } = checkGrey(where, volume);
  const kind = greyKind(data);
  const plan = filterPlan(shape, kind, filter, session.threads);
  return session.run(where, plan, voxelCount(shape), run, async (frame) => {
    const { 'grey values': values } = frame.take([greyLease('grey values', shape, kind)]);
    await frame.write(values, data);
    if (filter.kind === 'anisotropic') {
      const used = await diffused(frame, values, kind, shape, filter);
      return { volume: { ...volume, data: await frame.read(values, greyType(data)) }, filter: used };
    }
    const { 'filtered values': out } = frame.take([greyLease('filtered values', shape, kind)]);
    if (filter.kind === 'median') {
      const { 'neighbouring rows': scratch } = frame.take(medianScratch(shape, kind, filter.size, frame.threads));
      await medianCube(frame, out, values, kind, filter.size, scratch, shape);
    } else {
      const reach = reachOf(filter);
      const scratch = frame.take(separableLeases(shape, reach, frame.threads));
      if (filter.kind === 'gaussian') await gaussianWeights(frame, scratch.weights, reach, filter.sigma);
      else await frame.write(scratch.weights, new Float32Array(reach + 1).fill(1));
      const divisor = filter.kind === 'box' ? filter.size * filter.size * filter.size : 1;
      await separable(
        frame, out, values, kind, reach, divisor, scratch, shape, filter.kind === 'box' ? 'box' : 'Gaussian',
      );
    }
    return { volume: { ...volume, data: await frame.read(out, greyType(data)) }, filter };
  });
}

async function diffused(
  frame: Frame, values: Lease, kind: GreyKind, shape: Shape, filter: Filter & { readonly kind: 'anisotropic' },
): Promise<Filter> {
  const { iterations, kappa } = { ...ANISOTROPIC_DEFAULTS, ...filter };
  let threshold = kappa;
  if (threshold === null) {
    const range = await greyRange(frame, values, kind, shape);
    if (range.notFinite > 0) {
      throw new SpecError(`filter: ${range.notFinite} values are not finite; replace them first`);
    }
    if (range.min === range.max) {
      throw new SpecError(`filter: all grey values are ${range.min}: nothing to diffuse; is this the right image?`);
    }
    threshold = quantile(await stepBins(frame, values, kind, shape, range), 0.9);
  }
  await frame.scope(async () => {
    await diffuse(frame, values, kind, iterations, threshold, RATE, frame.take(diffusionLeases(shape)), shape);
  });
  return { kind: 'anisotropic', iterations, kappa: threshold };
}
