// Removal of a grey-value gradient: depth of view, beam fluctuation, uneven light. The trend is a polynomial of degree
// 1 or 2 along each of the axes, fitted to all voxels by least squares; the mean stays.
//
// On a full grid the centred polynomials t and t² − mean are orthogonal, along one axis and between axes, so the
// coefficients follow from the means of the planes across each axis.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { AXES, axisIndex, checkAxis, voxelCount, type Axis, type Shape } from '../core/grid.js';
import type { GreyKind } from '../kernels/greys.js';
import { planeMeans, planeMeansPlan, subtractCurves, subtractCurvesPlan, type Curves } from '../kernels/profiles.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { checkGrey, greyKind, greyLease, greyType, type GreyVolume } from './grey.js';

/** Options of `flattenGreys`. */
export interface FlattenOptions {
  /** Along which axes grey values drift. */
  readonly axes?: readonly Axis[];
  /** Degree of the trend: 1 linear, 2 with a parabola. */
  readonly degree?: 1 | 2;
}

/** Options of `flattenGreys` that are not given: a linear trend along z. */
export const FLATTEN_DEFAULTS = { axes: ['z'], degree: 1 } as const satisfies Required<FlattenOptions>;

/** The image without its trend, and the trend. */
export interface Flattened {
  /** Of the number type of the image given, with its mean. */
  readonly volume: GreyVolume;
  /** Fitted trend at the plane centres along z, y, x, grey values around 0; zeros along the other axes. */
  readonly trend: Readonly<Record<Axis, Float64Array>>;
}

/** Memory of `flattenGreys`: the grey values once.
 *  @param kind bytes of a grey value */
export function flattenPlan(shape: Shape, kind: GreyKind): LeasePlan<'grey values'> {
  checkArguments('flattenPlan', { shape: [shape, 'shape'], kind: [kind, 'number'] });
  return { leases: [greyLease('grey values', shape, kind)], then: [planeMeansPlan(shape), subtractCurvesPlan(shape)] };
}

/** Least-squares trend of plane means, with mean 0. */
export function trendOf(means: Float64Array, degree: 1 | 2): Float64Array {
  const n = means.length;
  const centre = (n - 1) / 2;
  const spread = (n * n - 1) / 12;
  const project = (basis: (i: number) => number): number => {
    let [along, norm] = [0, 0];
    for (let i = 0; i < n; i++) {
      along += means[i] * basis(i);
      norm += basis(i) * basis(i);
    }
    return norm > 0 ? along / norm : 0;
  };
  const line = (i: number): number => i - centre;
  const bow = (i: number): number => (i - centre) * (i - centre) - spread;
  const slope = project(line);
  const curvature = degree === 2 ? project(bow) : 0;
  return Float64Array.from({ length: n }, (_, i) => slope * line(i) + curvature * bow(i));
}

const FLATTEN_OPTION_NAMES: Names<FlattenOptions> = { axes: true, degree: true };

/** Subtracts the trend of the grey values along the axes. Whole values are rounded to the nearest and saturated.
 *  A true gradient of the composition is removed with it: use it where the material is known to be uniform.
 *  @throws SpecError, CapacityError */
export async function flattenGreys(
  session: Session, volume: GreyVolume, options: FlattenOptions = {}, run: RunOptions = {},
): Promise<Flattened> {
  checkOperation('flattenGreys', session, run, {
    volume: [volume, 'record'], options: [options, FLATTEN_OPTION_NAMES],
  });
  const where = 'flatten';
  const { axes, degree } = { ...FLATTEN_DEFAULTS, ...options };
  if (degree !== 1 && degree !== 2) {
    throw new SpecError(`${where}: the degree of the trend is 1 or 2, got ${String(degree)}`);
  }
  axes.forEach((axis) => checkAxis(where, axis));
  const { data, shape } = checkGrey(where, volume);
  const kind = greyKind(data);
  const plan = flattenPlan(shape, kind);
  return session.run(where, plan, voxelCount(shape), run, async (frame) => {
    const { 'grey values': values } = frame.take(plan);
    await frame.write(values, data);
    const means = await planeMeans(frame, values, kind, shape);
    const curves: Curves = means.map((mean, k) =>
      axes.includes(AXES[k]) ? trendOf(mean, degree) : new Float64Array(mean.length)) as unknown as Curves;
    await subtractCurves(frame, values, kind, shape, curves);
    const trend = Object.fromEntries(AXES.map((axis) => [axis, curves[axisIndex(axis)]])) as Record<Axis, Float64Array>;
    return { volume: { ...volume, data: await frame.read(values, greyType(data)) }, trend };
  });
}
