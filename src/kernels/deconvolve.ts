// Labels of a blurred, noisy image: grey = blur(mean of each voxel's class) + noise. Kernels:
// assembly/image/deconvolve.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import { solveLinear } from '../numeric/dense.js';
import type { Lease } from '../runtime/arena.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';
import { gaussianWeights, separable, separableLeases } from './separable.js';

/** How an image came from classes. */
export interface BlurModel {
  /** Grey value of each class, ascending. */
  readonly means: readonly number[];
  /** Standard deviation of the Gaussian blur, voxels. */
  readonly blur: number;
  /** Standard deviation of the noise, grey values. */
  readonly noise: number;
}

/** How labels are relaxed. */
export interface Relaxing {
  readonly sweeps: number;
  /** What an unlike neighbour across a face costs; across an edge a half, across a corner a third of it. */
  readonly prior: number;
  /** Voxels take the best class, or are drawn from what neighbours and image say of them. */
  readonly by: 'best' | 'draws';
}

/** The widest blur that is looked for: beyond it nothing of a few voxels is left to see. */
export const MAX_BLUR = 1.6;
/** Below this the blur does nothing. */
const MIN_BLUR = 0.05;
/** Change of the blur that shows its slope, and the least blur that changes anything. */
const BLUR_STEP = 0.02;
const LEAST_SEEN = 0.3;
/** Largest step of the blur, and the one that is none. */
const BLUR_REACH = 0.2;
const STEADY = 1e-3;
/** Most classes: the neighbours of each are counted in a byte of 64 bits. */
export const MOST_CLASSES = 8;
/** Costs of unlike neighbours that are looked for. */
const PRIORS = [0.05, 1.5] as const;
const PRIOR_STEPS = 6;
/** Largest sum of the marginals of a voxel. */
const MARGINAL_SUM = 255;
/** Rounds in which the weights of the classes are found, and the greatest weight. */
const LEVEL_ROUNDS = 40;
const MOST_WEIGHT = 20;
/** Marginals are looked at in this many voxels, spread over the window. */
const SEEN = 2 ** 18;
/** The gradient follows each change; at window faces only nearly, so that it is taken anew after so many sweeps. */
const FRESH = 4;
/** Sweeps end when fewer voxels than this share change. */
const STILL = 2e-5;

const reachOf = (sigma: number): number => Math.max(1, Math.floor(4 * sigma + 0.5));
const MAX_REACH = reachOf(MAX_BLUR);
/** Floats of one axis of the kernels. */
const kernelLength = (reach: number): number => 2 * reach + 4;

/** Leases of a window while its labels are sought. */
function windowLeases(shape: Shape, threads: number) {
  const voxels = voxelCount(shape);
  return named({
    grey: 4 * voxels, work: 4 * voxels, model: 4 * voxels, labels: voxels, means: 4 * MOST_CLASSES,
    kernels: 3 * 4 * kernelLength(2 * MAX_REACH), changed: 64 * threads, scratch: 64 * threads, sums: 16 * shape[0],
  });
}

function fitLeases(shape: Shape, classes: number) {
  const count = classes + 2;
  return named({ fields: 4 * voxelCount(shape) * count, products: 8 * shape[0] * count * count });
}

const marginalLeases = (shape: Shape, classes: number) => named({ marginals: classes * voxelCount(shape) });

/** Memory of `deconvolution`, with that of `fit` or of `marginals`. */
export function deconvolutionPlan(
  shape: Shape, threads: number, classes: number, use: 'fit' | 'marginals',
): LeasePlan {
  const filter = separableLeases(shape, MAX_REACH, threads);
  const more = use === 'fit' ? fitLeases(shape, classes) : marginalLeases(shape, classes);
  return { leases: [...windowLeases(shape, threads), ...filter], then: [{ leases: more }] };
}

/** How sure labels are. */
export interface Marginals {
  /** Expected volume fraction of each class. */
  readonly fractions: readonly number[];
  /** Share of each class's labels that are expected to be wrong. */
  readonly doubt: readonly number[];
}

/** A window whose labels are sought. Labels are classes from 0 on. */
export interface Deconvolution {
  readonly labels: Lease;
  /** The grey values filtered by a Gaussian. */
  smoothed(sigma: number): Promise<Float32Array>;
  /** Means, blur and noise that explain the grey values better with the labels as they are, after so many steps at
   *  most; no means where a class has no voxels. */
  fit(model: BlurModel, steps: number): Promise<BlurModel>;
  /** The cost of unlike neighbours under which the labels as they are would be most likely, each given its
   *  neighbours. */
  coupling(classes: number, from: number): Promise<number>;
  /** Betters the labels, or draws them. */
  relax(model: BlurModel, how: Relaxing, stage: string): Promise<void>;
  /** Labels that are most probable over `sweeps` draws, each class weighted such that it has the volume fraction that
   *  is to be expected. */
  likeliest(model: BlurModel, prior: number, sweeps: number, stage: string): Promise<Marginals>;
  /** Root of the mean square of what the model leaves unexplained. */
  unexplained(model: BlurModel): Promise<number>;
}

/** The blur correlated with itself along one axis, from −2·reach on, and three zeros. */
function correlated(weights: Float32Array): number[] {
  const reach = weights.length - 1;
  const at = (j: number): number => (Math.abs(j) <= reach ? weights[Math.abs(j)] : 0);
  const sums = Array.from({ length: 4 * reach + 1 }, (_, k) => {
    let sum = 0;
    for (let j = -reach; j <= reach; j++) sum += at(j) * at(k - 2 * reach - j);
    return sum;
  });
  return [...sums, 0, 0, 0];
}

/** Along an axis of one voxel the blur does nothing. */
const alone = (reach: number): number[] =>
  Array.from({ length: kernelLength(2 * reach) }, (_, k) => Number(k === 2 * reach));

/** Weights of the classes with which the likeliest labels have the expected volume fractions. */
function levelled(marginals: Uint8Array, classes: number): Marginals & { readonly weights: readonly number[] } {
  const voxels = marginals.length / classes;
  const stride = Math.max(1, Math.floor(voxels / SEEN)) | 1;
  const seen = Math.ceil(voxels / stride);
  const expected = new Float64Array(classes);
  let total = 0;
  for (let i = 0; i < voxels; i += stride) {
    for (let k = 0; k < classes; k++) expected[k] += marginals[i * classes + k];
  }
  for (const each of expected) total += each;
  const fractions = Array.from(expected, (sum) => sum / total);
  const weights = fractions.map(() => 1);
  const found = new Float64Array(classes);
  const right = new Float64Array(classes);
  for (let round = 0; round < LEVEL_ROUNDS; round++) {
    found.fill(0);
    right.fill(0);
    for (let i = 0; i < voxels; i += stride) {
      let chosen = 0;
      for (let k = 1; k < classes; k++) {
        if (marginals[i * classes + k] * weights[k] > marginals[i * classes + chosen] * weights[chosen]) chosen = k;
      }
      found[chosen]++;
      right[chosen] += marginals[i * classes + chosen];
    }
    if (round + 1 === LEVEL_ROUNDS) break;
    for (let k = 0; k < classes; k++) {
      const factor = (fractions[k] * seen + 1) / (found[k] + 1);
      weights[k] = Math.min(MOST_WEIGHT, Math.max(1 / MOST_WEIGHT, weights[k] * factor));
    }
  }
  const whole = (total / seen);
  return { fractions, weights, doubt: fractions.map((_, k) => (found[k] > 0 ? 1 - right[k] / whole / found[k] : 1)) };
}

/** Opens a window. @param grey f32 values; they are copied */
export async function deconvolution(frame: Frame, grey: Float32Array, shape: Shape): Promise<Deconvolution> {
  const voxels = voxelCount(shape);
  const lease = frame.take(windowLeases(shape, frame.threads));
  const filter = frame.take(separableLeases(shape, MAX_REACH, frame.threads));
  await frame.write(lease.grey, grey);

  async function blurred(out: Lease, values: Lease, sigma: number): Promise<void> {
    const reach = reachOf(sigma);
    await gaussianWeights(frame, filter.weights, reach, Math.max(sigma, MIN_BLUR));
    await separable(frame, out, values, 4, reach, 1, filter, shape, 'blur');
  }
  async function classValues(out: Lease, values: readonly number[]): Promise<void> {
    await frame.write(lease.means, Float32Array.from(values));
    await frame.call('classValues', { out, labels: lease.labels, means: lease.means, voxels });
  }
  /** Leaves the residual in `model`. @returns its sum of squares */
  async function residual({ means, blur }: BlurModel): Promise<number> {
    await classValues(lease.work, means);
    await blurred(lease.model, lease.work, blur);
    await frame.call('blurResidual', { values: lease.model, grey: lease.grey, sums: lease.sums, ...extents(shape) });
    return (await frame.read(lease.sums, Float64Array, shape[0])).reduce((sum, plane) => sum + plane, 0);
  }
  async function kernels(sigma: number): Promise<number> {
    const reach = reachOf(sigma);
    await gaussianWeights(frame, filter.weights, reach, Math.max(sigma, MIN_BLUR));
    const along = correlated(await frame.read(filter.weights, Float32Array, reach + 1));
    await frame.write(lease.kernels, Float32Array.from(shape.flatMap((n) => (n > 1 ? along : alone(reach)))));
    return 2 * reach;
  }

  /** One step of Gauss and Newton in means and blur together. Fields: grey values, each class blurred, and by how much
   *  the blurred model changes with the blur. */
  async function fitOnce(
    { means, blur }: BlurModel, count: number, field: (k: number) => Lease, products: Lease,
  ): Promise<BlurModel | null> {
    const classes = means.length;
    const wider = Math.max(blur + BLUR_STEP, LEAST_SEEN);
    await classValues(lease.work, means);
    await blurred(field(classes + 1), lease.work, wider);
    for (let k = 0; k < classes; k++) {
      await classValues(lease.work, means.map((_, c) => Number(c === k)));
      await blurred(field(k + 1), lease.work, blur);
    }
    await frame.call('fieldProducts', { sums: products, fields: field(0), count, ...extents(shape) });
    const sums = await frame.read(products, Float64Array, shape[0] * count * count);
    const total = (p: number, q: number): number => {
      let sum = 0;
      for (let z = 0; z < shape[0]; z++) sum += sums[(z * count + Math.max(p, q)) * count + Math.min(p, q)];
      return sum;
    };
    // The last unknown is a step along (wider model − model): its products follow from those of the fields.
    const parts = Array.from({ length: classes + 1 }, (_, p) => Array.from({ length: count }, (__, q) => (
      p === classes ? Number(q === classes + 1) - (q > 0 && q <= classes ? means[q - 1] : 0) : Number(q === p + 1))));
    const all = Array.from({ length: count }, (_, p) => Array.from({ length: count }, (__, q) => total(p, q)));
    const between = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, x, p) => (x === 0 ? sum : sum + x * b.reduce((part, y, q) => part + y * all[p][q], 0)), 0);
    const image = Array.from({ length: count }, (_, q) => Number(q === 0));
    const right = parts.map((part) => between(part, image));
    const rows = parts.map((a) => parts.map((b) => between(a, b)));
    const solution = solveLinear(rows, right);
    if (solution === null) return null;
    const square = all[0][0] - solution.reduce((sum, x, p) => sum + x * right[p], 0);
    const moved = solution[classes] * (wider - blur);
    return {
      means: solution.slice(0, classes), noise: Math.sqrt(Math.max(0, square) / voxels),
      blur: Math.min(MAX_BLUR, Math.max(MIN_BLUR, blur + Math.min(BLUR_REACH, Math.max(-BLUR_REACH, moved)))),
    };
  }

  /** Draws so far: each sweep has random numbers of its own. */
  let draws = 0;
  let reach = 0;
  /** One sweep. @returns voxels that changed */
  async function relaxOnce(
    { means, blur, noise }: BlurModel, prior: number, by: Relaxing['by'], fresh: boolean, marginals: Lease | null,
    share: number, stage: string,
  ): Promise<number> {
    if (fresh) {
      reach = await kernels(blur);
      await residual({ means, blur, noise });
      await blurred(lease.work, lease.model, blur);
      await frame.write(lease.means, Float32Array.from(means));
    }
    const edge = Math.max(16, Math.ceil((2 * reach + 4) / 8) * 8);
    await frame.call('relaxLabels', {
      labels: lease.labels, gradient: lease.work, means: lease.means, classes: means.length, kernels: lease.kernels,
      reach, prior, precision: 1 / (2 * noise * noise), edge, changed: lease.changed, scratch: lease.scratch,
      drawing: Number(by === 'draws'), sweep: draws++, marginals, share, ...extents(shape),
    }, { name: stage, work: voxels });
    const counts = await frame.read(lease.changed, Uint32Array, 16 * frame.threads);
    let changed = 0;
    for (let thread = 0; thread < frame.threads; thread++) changed += counts[16 * thread];
    return changed;
  }

  return {
    labels: lease.labels,
    async smoothed(sigma) {
      if (sigma > 0) await blurred(lease.model, lease.grey, sigma);
      return frame.read(sigma > 0 ? lease.model : lease.grey, Float32Array, voxels);
    },
    fit(model, steps) {
      return frame.scope(async () => {
        const classes = model.means.length;
        const count = classes + 2;
        const { fields, products } = frame.take(fitLeases(shape, classes));
        const field = (k: number): Lease => ({ ...fields, ptr: fields.ptr + 4 * voxels * k });
        await frame.write(fields, grey);
        let found = model;
        for (let step = 0; step < steps; step++) {
          const next = await fitOnce(found, count, field, products);
          if (next === null) return { ...found, means: [] };
          const still = Math.abs(next.blur - found.blur) < STEADY;
          found = next;
          if (still) break;
        }
        return found;
      });
    },
    async coupling(classes, from) {
      let prior = from;
      for (let step = 0; step < PRIOR_STEPS; step++) {
        await frame.call('neighbourLikelihood', {
          sums: lease.sums, labels: lease.labels, classes, prior, ...extents(shape),
        });
        const sums = await frame.read(lease.sums, Float64Array, 2 * shape[0]);
        let [slope, curvature] = [0, 0];
        for (let z = 0; z < shape[0]; z++) {
          slope += sums[2 * z];
          curvature += sums[2 * z + 1];
        }
        // Newton's step, at most a half of the cost.
        const wanted = prior + slope / Math.max(curvature, 1e-9);
        const next = Math.min(1.5 * prior, PRIORS[1], Math.max(prior / 2, PRIORS[0], wanted));
        if (Math.abs(next - prior) < 1e-3) return next;
        prior = next;
      }
      return prior;
    },
    async relax(model, { sweeps, prior, by }, stage) {
      for (let sweep = 0; sweep < sweeps; sweep++) {
        const changed = await relaxOnce(model, prior, by, sweep % FRESH === 0, null, 0, stage);
        if (by === 'best' && changed <= STILL * voxels) return;
      }
    },
    likeliest(model, prior, sweeps, stage) {
      return frame.scope(async () => {
        const classes = model.means.length;
        const { marginals } = frame.take(marginalLeases(shape, classes));
        await frame.fill(marginals, 0);
        const share = Math.floor(MARGINAL_SUM / sweeps);
        for (let sweep = 0; sweep < sweeps; sweep++) {
          await relaxOnce(model, prior, 'draws', sweep % FRESH === 0, marginals, share, stage);
        }
        const { weights, ...found } = levelled(await frame.read(marginals, Uint8Array), classes);
        await frame.write(lease.means, Float32Array.from(weights));
        await frame.call('likeliestLabels', { labels: lease.labels, marginals, weights: lease.means, classes, voxels });
        return found;
      });
    },
    async unexplained(model) {
      return Math.sqrt((await residual(model)) / voxels);
    },
  };
}
