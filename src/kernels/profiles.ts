// Mean grey values across the axes and their correction. Kernels: assembly/image/profiles.ts.
import { AXES, voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';
import type { GreyKind } from './greys.js';

/** One number for each plane across z, y and x. */
export type Curves = readonly [z: Float64Array, y: Float64Array, x: Float64Array];

export function planeMeansPlan(shape: Shape) {
  return { leases: named({ 'plane sums': 8 * shape[0] * (shape[1] + shape[2]) }) };
}

/** Mean value of each plane; sums in f64, first along the rows, then slice by slice. */
export async function planeMeans(frame: Frame, values: Lease, kind: GreyKind, shape: Shape): Promise<Curves> {
  return frame.scope(async () => {
    const [nz, ny, nx] = shape;
    const { 'plane sums': lease } = frame.take(planeMeansPlan(shape));
    await frame.call(
      'planeSums', { sums: lease, values, kind, ...extents(shape) }, { name: 'plane means', work: voxelCount(shape) },
    );
    const sums = await frame.read(lease, Float64Array);
    const [z, y, x] = [new Float64Array(nz), new Float64Array(ny), new Float64Array(nx)];
    for (let k = 0, at = 0; k < nz; k++) {
      for (let j = 0; j < ny; j++, at++) {
        z[k] += sums[at];
        y[j] += sums[at];
      }
      for (let i = 0; i < nx; i++, at++) x[i] += sums[at];
    }
    return [z.map((s) => s / (ny * nx)), y.map((s) => s / (nz * nx)), x.map((s) => s / (nz * ny))] as const;
  });
}

export function subtractCurvesPlan([nz, ny, nx]: Shape) {
  return { leases: named({ 'curve along z': 4 * nz, 'curve along y': 4 * ny, 'curve along x': 4 * nx }) };
}

/** In place: every value less the sum of the three curves at its place; whole types are rounded and saturated. */
export async function subtractCurves(
  frame: Frame, values: Lease, kind: GreyKind, shape: Shape, curves: Curves,
): Promise<void> {
  await frame.scope(async () => {
    const leases = frame.take(subtractCurvesPlan(shape));
    for (const [k, axis] of AXES.entries()) {
      await frame.write(leases[`curve along ${axis}`], Float32Array.from(curves[k]));
    }
    const { 'curve along z': alongZ, 'curve along y': alongY, 'curve along x': alongX } = leases;
    await frame.call(
      'subtractCurves', { values, kind, alongZ, alongY, alongX, ...extents(shape) },
      { name: 'gradient', work: voxelCount(shape) },
    );
  });
}
