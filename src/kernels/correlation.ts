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

/** Largest array of `windowCounts`, twice, since each axis is worked from one into the other. */
function windowCells(shape: Shape, maxLag: Shape): number {
  const bins = binShape(shape, maxLag);
  const lags = lagShape(maxLag);
  return Math.max(voxelCount(bins), lags[0] * bins[1] * bins[2], lags[0] * lags[1] * bins[2], voxelCount(lags));
}

export function windowCountsPlan(shape: Shape, maxLag: Shape): LeasePlan {
  const bytes = 4 * windowCells(shape, maxLag);
  return { leases: [{ name: 'edge counts', bytes }, { name: 'window counts', bytes }] };
}

/** Voxels of a phase that have a voxel of the window at lag l from them, for lags −maxLag … maxLag < shape, in C order. */
export async function windowCounts(frame: Frame, labels: Lease, shape: Shape, phase: Phase, maxLag: Shape): Promise<Uint32Array> {
  return frame.scope(async () => {
    const [one, other] = windowCountsPlan(shape, maxLag).leases.map(({ name, bytes }) => frame.lease(name, bytes));
    const [bz, by, bx] = binShape(shape, maxLag);
    const [lz, ly, lx] = lagShape(maxLag);
    await frame.call('edgeCounts', [one.ptr, labels.ptr, phase, ...shape, ...maxLag], { name: 'windows', work: voxelCount(shape) });
    await frame.call('shrinkWindows', [other.ptr, one.ptr, 1, bz, by * bx, maxLag[0]]);
    await frame.call('shrinkWindows', [one.ptr, other.ptr, lz, by, bx, maxLag[1]]);
    await frame.call('shrinkWindows', [other.ptr, one.ptr, lz * ly, bx, 1, maxLag[2]]);
    return frame.read(other, Uint32Array, lz * ly * lx);
  });
}

/** f64 values of a shell: VALUES of the kernel. */
const SHELL_VALUES = 5;

/** Shells of lags by length: k holds those from k − ½ to k + ½ widths. */
export interface Shells {
  readonly edges: readonly [z: number, y: number, x: number];
  readonly width: number;
  readonly count: number;
}

/** Leases of `lagMap`. windows: how many arrays of windowCounts it is given */
export function lagMapPlan(maxLag: Shape, shells: Shells, windows: number): LeasePlan {
  const bytes = 4 * voxelCount(lagShape(maxLag));
  return {
    leases: [
      { name: 'coverage', bytes }, { name: 'centred', bytes }, { name: 'shells', bytes: 8 * SHELL_VALUES * shells.count * lagShape(maxLag)[0] },
      ...['windows', 'opposite windows'].slice(0, windows).map((name) => ({ name, bytes })),
    ],
  };
}

/** What `lagMap` is given of one end of the lags: its windows, or where the window repeats how many voxels the phase has. */
export interface LagEnd {
  readonly mean: number;
  readonly voxels: Uint32Array | number;
}

export interface LagMap {
  readonly coverage: Float32Array;
  readonly centred: Float32Array;
  /** Per shell: lags, Σ distance, Σ n·coverage, Σ n·centred, Σ n over its lags of n pairs. */
  readonly shells: readonly (readonly number[])[];
}

/** Coverage and centred coverage from the sums of `correlate`, and their sums by shells.
 *  @param second null: the same as the first */
export async function lagMap(
  frame: Frame, sums: Float32Array, shape: Shape, maxLag: Shape, first: LagEnd, second: LagEnd | null, shells: Shells,
): Promise<LagMap> {
  return frame.scope(async () => {
    const end = second ?? first;
    const periodic = typeof first.voxels === 'number';
    const arrays = [first, ...(second === null ? [] : [second])].flatMap(({ voxels }) => (typeof voxels === 'number' ? [] : [voxels]));
    const [map, centred, sumsByPlane, ...windows] = lagMapPlan(maxLag, shells, arrays.length).leases.map(({ name, bytes }) => frame.lease(name, bytes));
    await frame.write(map, sums);
    for (const [k, array] of arrays.entries()) await frame.write(windows[k], array);
    const low = windows[0]?.ptr ?? 0;
    await frame.call('lagMap', [
      map.ptr, centred.ptr, sumsByPlane.ptr, low, windows[1]?.ptr ?? low, periodic ? Number(first.voxels) : 0, periodic ? Number(end.voxels) : 0,
      first.mean, end.mean, ...maxLag, ...shape, periodic ? 1 : 0, ...shells.edges, shells.width, shells.count,
    ], { name: 'lags', work: sums.length });
    const values = await frame.read(sumsByPlane, Float64Array);
    const totals = Array.from({ length: shells.count }, (_, shell) => Array.from({ length: SHELL_VALUES }, (__, k) => {
      let total = 0;
      for (let at = shell * SHELL_VALUES + k; at < values.length; at += shells.count * SHELL_VALUES) total += values[at];
      return total;
    }));
    return { coverage: await frame.read(map, Float32Array), centred: await frame.read(centred, Float32Array), shells: totals };
  });
}
