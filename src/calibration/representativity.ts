// How much of a material a window shows: the variance of its volume fraction from the two-point function [B, eq. 18].
import type { Shape } from '../core/grid.js';
import { covarianceFamily } from '../structure/covariance.js';
import type { FieldName } from './curves.js';
import type { PreparedImages } from './images.js';
import { fieldOf, marginalOf, type ModelName, type Parameters } from './model.js';
import { fieldCoverage, type LagVector } from '../structure/two-point.js';

/** Σ over the lags z of the window of w(z)·C₀(z), w the share of pairs at lag z: the variance of the mean of a stationary field.
 *  @param covariance C₀ by lag in voxels */
export function varianceOfMean(shape: Shape, reach: Shape, covariance: (z: number, y: number, x: number) => number): number {
  const [nz, ny, nx] = shape;
  const [rz, ry, rx] = reach.map((r, k) => Math.min(r, shape[k] - 1));
  let sum = 0;
  for (let z = 0; z <= rz; z++) {
    const wz = (z === 0 ? 1 : 2) * (1 - z / nz);
    for (let y = 0; y <= ry; y++) {
      const wy = wz * (y === 0 ? 1 : 2) * (1 - y / ny);
      for (let x = 0; x <= rx; x++) sum += wy * (x === 0 ? 1 : 2) * (1 - x / nx) * covariance(z, y, x);
    }
  }
  return sum / (nz * ny * nx);
}

/** C₀ of a field by distance in the isotropic material, on a table with linear interpolation. */
function tabulated(model: ModelName, parameters: Parameters, name: FieldName): { readonly reach: number; readonly at: (h: number) => number } {
  const { field } = fieldOf(model, parameters, name);
  const isotropic = { ...field, anisotropyFactor: 1 };
  const marginal = marginalOf(isotropic);
  const share = marginal.survival;
  const least = Math.min(field.alphaChi, field.alphaGauss ?? Infinity);
  const { correlation, range } = covarianceFamily(parameters.covariance);
  const reach = (0.75 * range) / least;
  const steps = 80;
  const table = Float64Array.from({ length: steps + 2 }, (_, i) => {
    const h = (i * reach) / steps;
    return i === 0 ? share * (1 - share) : fieldCoverage(isotropic, [0, 0, h], correlation, marginal).value - share * share;
  });
  return {
    reach,
    at: (h) => {
      const t = (h / reach) * steps;
      const i = Math.floor(t);
      return i >= steps ? 0 : table[i] + (t - i) * (table[i + 1] - table[i]);
    },
  };
}

/** Variance of the share of a field over windows of `shape` voxels with edges `voxel` (reference voxels). */
export function modelVariance(model: ModelName, parameters: Parameters, name: FieldName, shape: Shape, voxel: LagVector): number {
  const { reach, at } = tabulated(model, parameters, name);
  const a = parameters.anisotropyFactor;
  const [ez, ey, ex] = [voxel[0] / a, voxel[1], voxel[2]];
  const steps = [ez, ey, ex].map((edge) => Math.ceil(reach / edge)) as unknown as Shape;
  return varianceOfMean(shape, steps, (z, y, x) => at(Math.hypot(z * ez, y * ey, x * ex)));
}

/** Draws are no larger than this; the covariance of larger images is scaled from theirs. */
const MOST_VOXELS = 1.2e6;

/** Windows to draw instead of the images, and the factors from their variances to those of the images. */
export function drawShapes(
  model: ModelName, prepared: PreparedImages, parameters: Parameters,
): { readonly shapes: readonly Shape[]; readonly scale: Readonly<Record<FieldName, number>> } {
  const whole = prepared.images.map(({ shape }) => shape);
  const shapes = whole.map((shape): Shape => {
    const dimensions = shape.filter((n) => n > 1).length;
    const voxels = shape[0] * shape[1] * shape[2];
    const factor = Math.min(1, (MOST_VOXELS / whole.length / voxels) ** (1 / dimensions));
    return shape.map((n) => (n === 1 ? 1 : Math.max(Math.min(n, 16), Math.round(n * factor)))) as unknown as Shape;
  });
  const variance = (field: FieldName, sizes: readonly Shape[]): number => {
    // Of the pooled share: images weigh by their voxels.
    const voxels = sizes.map(([z, y, x]) => z * y * x);
    const all = voxels.reduce((sum, v) => sum + v, 0);
    return sizes.reduce((sum, size, i) => sum + (voxels[i] / all) ** 2 * modelVariance(model, parameters, field, size, prepared.voxels[i]), 0);
  };
  const same = shapes.every((shape, i) => shape.every((n, k) => n === whole[i][k]));
  const ratio = (field: FieldName): number => (same ? 1 : variance(field, whole) / variance(field, shapes));
  return { shapes, scale: { x: ratio('x'), y: model === 'chi2' ? 1 : ratio('y') } };
}
