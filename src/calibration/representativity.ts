// How much of a material a window shows: the variance of its volume fraction from the two-point function [B, eq. 18].
import { SpecError } from '../core/errors.js';
import { AXES, voxelCount, type Shape } from '../core/grid.js';
import { varianceOfMean } from '../descriptors/fraction-variance.js';
import { hypot, pow } from '../numeric/elementary.js';
import type { FieldName } from './curves.js';
import type { PreparedImages } from './images.js';
import { fieldAt, fieldNames, type ModelName, type Parameters } from './model.js';
import type { LagVector } from '../structure/two-point.js';

/** C₀ of a field by distance in the isotropic material, on a table with linear interpolation. */
function tabulated(
  model: ModelName, parameters: Parameters, name: FieldName,
): { readonly reach: number; readonly at: (h: number) => number } {
  const { share: { value: share }, coverage, reach } = fieldAt(model, parameters, name);
  const steps = 80;
  const table = Float64Array.from({ length: steps + 2 }, (_, i) => {
    const h = (i * reach) / steps;
    return i === 0 ? share * (1 - share) : coverage([0, 0, h]).value - share * share;
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

/** Variance of the share of a field over windows of `shape` voxels with edges `voxel` (reference voxels).
 *  @param offset for sections: the covariance with a parallel one so far away along its normal, reference voxels */
export function modelVariance(
  model: ModelName, parameters: Parameters, name: FieldName, shape: Shape, voxel: LagVector,
  offset: LagVector = [0, 0, 0],
): number {
  const { reach, at } = tabulated(model, parameters, name);
  const a = parameters.anisotropyFactor;
  const [ez, ey, ex] = [voxel[0] / a, voxel[1], voxel[2]];
  const steps = [ez, ey, ex].map((edge) => Math.ceil(reach / edge)) as unknown as Shape;
  const [oz, oy, ox] = [offset[0] / a, offset[1], offset[2]];
  return varianceOfMean(shape, steps, (z, y, x) => at(hypot(z * ez + oz, y * ey + oy, x * ex + ox)));
}

/** Variance of the share of a field over all windows together, each weighed by its voxels.
 *  @param apart distance between neighbouring sections across one axis, in their order, reference voxels; null: all are
 *    independent
 *  @throws SpecError when the sections across an axis are not of one size and `apart` asks for their covariance */
export function pooledVariance(
  where: string, model: ModelName, parameters: Parameters, name: FieldName, shapes: readonly Shape[],
  voxels: readonly LagVector[], apart: number | null,
): number {
  const all = shapes.reduce((sum, shape) => sum + voxelCount(shape), 0);
  const own = shapes.reduce(
    (sum, shape, i) => sum + (voxelCount(shape) / all) ** 2 * modelVariance(model, parameters, name, shape, voxels[i]),
    0,
  );
  if (apart === null) return own;
  return own + AXES.reduce((sum, axis, k) => {
    const across = shapes.flatMap((shape, i) => (shape[k] === 1 ? [i] : []));
    if (across.length < 2) return sum;
    const [first] = across;
    const [shape, voxel] = [shapes[first], voxels[first]];
    if (across.some((i) => shapes[i].join() !== shape.join() || voxels[i].join() !== voxel.join())) {
      throw new SpecError(
        `${where}: the distance between sections is for sections of one size, those across ${axis} differ; ` +
          'crop them alike, or leave it away where they are far apart',
      );
    }
    const share = (voxelCount(shape) / all) ** 2;
    for (let d = 1; d < across.length; d++) {
      const offset = [0, 0, 0].map((_, j) => (j === k ? d * apart : 0)) as unknown as LagVector;
      sum += 2 * (across.length - d) * share * modelVariance(model, parameters, name, shape, voxel, offset);
    }
    return sum;
  }, 0);
}

/** Draws are no larger than this; the covariance of larger images is scaled from theirs. */
const MOST_VOXELS = 1.2e6;

/** Windows to draw instead of the images, and the factors from their variances to those of the images.
 *  @param apart as in `pooledVariance`: sections near to each other say less than the independent ones that are
 *    drawn */
export function drawShapes(
  where: string, model: ModelName, prepared: PreparedImages, parameters: Parameters, apart: number | null,
): { readonly shapes: readonly Shape[]; readonly scale: Readonly<Record<FieldName, number>> } {
  const whole = prepared.images.map(({ shape }) => shape);
  const shapes = whole.map((shape): Shape => {
    const dimensions = shape.filter((n) => n > 1).length;
    const factor = Math.min(1, pow(MOST_VOXELS / whole.length / voxelCount(shape), 1 / dimensions));
    return shape.map((n) => (n === 1 ? 1 : Math.max(Math.min(n, 16), Math.round(n * factor)))) as unknown as Shape;
  });
  const variance = (field: FieldName, sizes: readonly Shape[], distance: number | null): number =>
    pooledVariance(where, model, parameters, field, sizes, prepared.voxels, distance);
  const same = apart === null && shapes.every((shape, i) => shape.every((n, k) => n === whole[i][k]));
  const ratio = (field: FieldName): number =>
    (same ? 1 : variance(field, whole, apart) / variance(field, shapes, null));
  return { shapes, scale: { x: 1, y: 1, ...Object.fromEntries(fieldNames(model).map((name) => [name, ratio(name)])) } };
}

/** How many independent images the images are worth: their number, or less where sections are near to each other. */
export function independentImages(
  where: string, model: ModelName, prepared: PreparedImages, parameters: Parameters, apart: number | null,
): number {
  const { images, voxels } = prepared;
  if (apart === null || images.length === 1) return images.length;
  const shapes = images.map(({ shape }) => shape);
  return images.length * Math.min(...fieldNames(model).map((name) =>
    pooledVariance(where, model, parameters, name, shapes, voxels, null) /
      pooledVariance(where, model, parameters, name, shapes, voxels, apart)));
}
