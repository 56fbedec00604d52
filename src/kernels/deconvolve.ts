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
  /** Of the first sweep, falling to 0 half way; 0: the best class at once. */
  readonly temperature: number;
}

/** The widest blur that is looked for: beyond it nothing of a few voxels is left to see. */
export const MAX_BLUR = 1.6;
/** Below this the blur does nothing. */
const MIN_BLUR = 0.05;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const MOST_CLASSES = 16;
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
    kernels: 3 * 4 * kernelLength(2 * MAX_REACH), prior: 3 * 4, agreement: 64 * threads, changed: 64 * threads,
    sums: 8 * shape[0],
  });
}

function fitLeases(shape: Shape, classes: number) {
  const count = classes + 1;
  return named({ fields: 4 * voxelCount(shape) * count, products: 8 * shape[0] * count * count });
}

/** Memory of `deconvolution`; with `classes` above 0 also that of `fit`. */
export function deconvolutionPlan(shape: Shape, threads: number, classes: number): LeasePlan {
  const filter = separableLeases(shape, MAX_REACH, threads);
  const fit = classes > 0 ? [{ leases: fitLeases(shape, classes) }] : [];
  return { leases: [...windowLeases(shape, threads), ...filter], then: fit };
}

/** A window whose labels are sought. Labels are classes from 0 on. */
export interface Deconvolution {
  readonly labels: Lease;
  /** The grey values filtered by a Gaussian. */
  smoothed(sigma: number): Promise<Float32Array>;
  /** Means, blur and noise that explain the grey values best with the labels as they are; the blur within 0.3 of
   *  `near`. */
  fit(classes: number, near: number): Promise<BlurModel>;
  /** Betters the labels. @returns sweeps that were done */
  relax(model: BlurModel, how: Relaxing, stage: string): Promise<number>;
  /** Root of the mean square of what the model leaves unexplained. */
  unexplained(model: BlurModel): Promise<number>;
}

/** Means for one blur, and the squares that they leave. */
interface LeastSquares {
  readonly square: number;
  readonly means: number[];
  readonly blur: number;
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

  return {
    labels: lease.labels,
    async smoothed(sigma) {
      if (sigma > 0) await blurred(lease.model, lease.grey, sigma);
      return frame.read(sigma > 0 ? lease.model : lease.grey, Float32Array, voxels);
    },
    fit(classes, near) {
      return frame.scope(async () => {
        const { fields, products } = frame.take(fitLeases(shape, classes));
        const field = (k: number): Lease => ({ ...fields, ptr: fields.ptr + 4 * voxels * k });
        await frame.write(fields, grey);
        /** Least squares of the means for one blur. */
        const at = async (blur: number): Promise<LeastSquares> => {
          for (let k = 0; k < classes; k++) {
            await classValues(lease.work, Array.from({ length: classes }, (_, c) => Number(c === k)));
            await blurred(field(k + 1), lease.work, blur);
          }
          const count = classes + 1;
          await frame.call('fieldProducts', { sums: products, fields, count, ...extents(shape) });
          const sums = await frame.read(products, Float64Array, shape[0] * count * count);
          const total = (p: number, q: number): number => {
            let sum = 0;
            for (let z = 0; z < shape[0]; z++) sum += sums[(z * count + Math.max(p, q)) * count + Math.min(p, q)];
            return sum;
          };
          const each = Array.from({ length: classes }, (_, k) => k + 1);
          const rows = each.map((p) => each.map((q) => total(p, q)));
          const right = each.map((p) => total(p, 0));
          const means = solveLinear(rows, right);
          if (means === null) return { square: Infinity, means: [], blur };
          const explained = means.reduce((sum, mean, p) => sum + mean * right[p], 0);
          return { square: Math.max(0, total(0, 0) - explained), means, blur };
        };
        let [low, high] = [Math.max(MIN_BLUR, near - 0.3), Math.min(MAX_BLUR, near + 0.3)];
        let left = await at(high - GOLDEN * (high - low));
        let right = await at(low + GOLDEN * (high - low));
        while (high - low > 0.02) {
          if (left.square < right.square) {
            [high, right] = [right.blur, left];
            left = await at(high - GOLDEN * (high - low));
          } else {
            [low, left] = [left.blur, right];
            right = await at(low + GOLDEN * (high - low));
          }
        }
        const { square, means, blur } = left.square < right.square ? left : right;
        return { means, blur, noise: Math.sqrt(square / voxels) };
      });
    },
    async relax(model, { sweeps, prior, temperature }, stage) {
      const { means, blur, noise } = model;
      const reach = await kernels(blur);
      const edge = Math.max(16, Math.ceil((2 * reach + 4) / 8) * 8);
      await frame.write(lease.prior, Float32Array.of(prior, prior / 2, prior / 3));
      for (let sweep = 0; sweep < sweeps; sweep++) {
        if (sweep % FRESH === 0) {
          await residual(model);
          await blurred(lease.work, lease.model, blur);
          await frame.write(lease.means, Float32Array.from(means));
        }
        const warmth = temperature * Math.max(0, 1 - (2 * sweep) / sweeps);
        await frame.call('relaxLabels', {
          labels: lease.labels, gradient: lease.work, means: lease.means, classes: means.length, kernels: lease.kernels,
          reach, weights: lease.prior, precision: 1 / (2 * noise * noise), edge, agreement: lease.agreement,
          changed: lease.changed, temperature: warmth, sweep, ...extents(shape),
        }, { name: stage, work: voxels });
        const counts = await frame.read(lease.changed, Uint32Array, 16 * frame.threads);
        let changed = 0;
        for (let thread = 0; thread < frame.threads; thread++) changed += counts[16 * thread];
        if (warmth === 0 && changed <= STILL * voxels) return sweep + 1;
      }
      return sweeps;
    },
    async unexplained(model) {
      return Math.sqrt((await residual(model)) / voxels);
    },
  };
}
