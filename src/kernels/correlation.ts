// Correlation of two phases at all lags up to a longest one. Kernels: assembly/measures/correlation.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Phase } from '../core/volume.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { fieldBytes, fieldPitch, forwardTransform, inverseTransform, openTransform, transformPlan } from './transform.js';

/** Lags −L … L along an axis. */
export function lagShape(maxLag: Shape): Shape {
  return [2 * maxLag[0] + 1, 2 * maxLag[1] + 1, 2 * maxLag[2] + 1];
}

/** @param period of the transform: at least shape + maxLag, or the window itself where it repeats. */
export function correlationPlan(period: Shape, threads: number, maxLag: Shape, fields: 1 | 2): LeasePlan {
  const names = ['first field', 'second field'].slice(0, fields);
  return {
    leases: [...transformPlan(period, threads), ...names.map((name) => ({ name, bytes: fieldBytes(period) }))],
    then: [{ leases: [{ name: 'lags', bytes: 4 * voxelCount(lagShape(maxLag)) }] }],
  };
}

/** A phase and what is taken off its indicator. */
export interface Centred {
  readonly phase: Phase;
  /** A multiple of 2⁻¹², so that both values of the indicator are exact. */
  readonly mean: number;
}

/** Σ_x a(x)·b(x + l) of the two indicators less their means, for lags −maxLag … maxLag in C order; f32.
 *  @param b null: a with itself. */
export async function correlate(
  frame: Frame, labels: Lease, shape: Shape, period: Shape, maxLag: Shape, a: Centred, b: Centred | null,
): Promise<Float32Array> {
  return frame.scope(async () => {
    const transform = await openTransform(frame, period);
    const pitch = fieldPitch(period[2]);
    const spectrum = async (name: string, { phase, mean }: Centred): Promise<Lease> => {
      const field = frame.lease(name, fieldBytes(period));
      await frame.call('indicatorField', [field.ptr, labels.ptr, phase, mean, ...shape, period[0], period[1], pitch]);
      await forwardTransform(frame, transform, field, 'spectrum');
      return field;
    };
    const first = await spectrum('first field', a);
    const second = b === null ? first : await spectrum('second field', b);
    await frame.call('spectrumProduct', [first.ptr, second.ptr, fieldBytes(period) / 32]);
    await inverseTransform(frame, transform, first, 'correlation');
    const lags = frame.lease('lags', 4 * voxelCount(lagShape(maxLag)));
    await frame.call('cropLags', [lags.ptr, first.ptr, ...maxLag, ...period, pitch]);
    return frame.read(lags, Float32Array, voxelCount(lagShape(maxLag)));
  });
}

function binShape(shape: Shape, maxLag: Shape): Shape {
  const bins = shape.map((n, k) => Math.min(n, 2 * maxLag[k] + 1));
  return [bins[0], bins[1], bins[2]];
}

export function windowCountsPlan(shape: Shape, maxLag: Shape): LeasePlan {
  return { leases: [{ name: 'edge counts', bytes: 4 * voxelCount(binShape(shape, maxLag)) }] };
}

/** Along the middle of three axes: what is left of each line without its first −l or last l bins, l = −edge … edge. */
function withoutEdges(bins: Uint32Array, [outer, count, inner]: Shape, edge: number): Uint32Array {
  const lags = 2 * edge + 1;
  const left = new Uint32Array(outer * lags * inner);
  const total = new Uint32Array(inner);
  for (let o = 0; o < outer; o++) {
    const from = o * count * inner;
    const to = (o * lags + edge) * inner;
    total.fill(0);
    for (let i = 0; i < count; i++) for (let k = 0; k < inner; k++) total[k] += bins[from + i * inner + k];
    left.set(total, to);
    for (let l = 1; l <= edge; l++) {
      for (let k = 0; k < inner; k++) {
        left[to + l * inner + k] = left[to + (l - 1) * inner + k] - bins[from + (count - l) * inner + k];
        left[to - l * inner + k] = left[to - (l - 1) * inner + k] - bins[from + (l - 1) * inner + k];
      }
    }
  }
  return left;
}

/** Voxels of a phase that have a voxel of the window at lag l from them, for lags −maxLag … maxLag < shape, in C order. */
export async function windowCounts(frame: Frame, labels: Lease, shape: Shape, phase: Phase, maxLag: Shape): Promise<Uint32Array> {
  return frame.scope(async () => {
    const [bz, by, bx] = binShape(shape, maxLag);
    const bins = frame.lease('edge counts', 4 * bz * by * bx);
    await frame.call('edgeCounts', [bins.ptr, labels.ptr, phase, ...shape, ...maxLag], { name: 'windows', work: voxelCount(shape) });
    const [lz, ly] = lagShape(maxLag);
    const counts = withoutEdges(await frame.read(bins, Uint32Array, bz * by * bx), [1, bz, by * bx], maxLag[0]);
    return withoutEdges(withoutEdges(counts, [lz, by, bx], maxLag[1]), [lz * ly, bx, 1], maxLag[2]);
  });
}
