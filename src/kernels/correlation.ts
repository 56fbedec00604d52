// Correlation of two phases at all lags up to a longest one. Kernels: assembly/measures/correlation.ts.
import { SHELL_VALUES } from '../../assembly/layout.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { Phase } from '../core/volume.js';
import type { Lease } from '../runtime/arena.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';
import {
  fieldBytes, fieldPitch, forwardTransform, inverseTransform, openTransform, transformPlan,
} from './transform.js';

/** Lags −L … L along an axis. */
export function lagShape(maxLag: Shape): Shape {
  return [2 * maxLag[0] + 1, 2 * maxLag[1] + 1, 2 * maxLag[2] + 1];
}

const lagLeases = (maxLag: Shape) => named({ lags: 4 * voxelCount(lagShape(maxLag)) });

/** @param period of the transform: at least shape + maxLag, or the window itself where it repeats. */
export function correlationPlan(period: Shape, threads: number, maxLag: Shape, fields: 1 | 2): LeasePlan {
  const bytes = fieldBytes(period);
  return {
    leases: [
      ...transformPlan(period, threads), ...named({ 'first field': bytes, 'second field': bytes }).slice(0, fields),
    ],
    then: [{ leases: lagLeases(maxLag) }],
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
      const [pz, py] = period;
      await frame.call('indicatorField', { field, labels, phase, mean, ...extents(shape), pz, py, pitch });
      await forwardTransform(frame, transform, field, 'spectrum');
      return field;
    };
    const first = await spectrum('first field', a);
    const second = b === null ? first : await spectrum('second field', b);
    await frame.call('spectrumProduct', { a: first, b: second, blocks: fieldBytes(period) / 32 });
    await inverseTransform(frame, transform, first, 'correlation');
    const { lags } = frame.take(lagLeases(maxLag));
    const [[lz, ly, lx], [pz, py, px]] = [maxLag, period];
    await frame.call('cropLags', { out: lags, field: first, lz, ly, lx, pz, py, px, pitch });
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

export function windowCountsPlan(shape: Shape, maxLag: Shape) {
  const bytes = 4 * windowCells(shape, maxLag);
  return { leases: named({ 'edge counts': bytes, 'window counts': bytes }) };
}

/** Voxels of a phase that have a voxel of the window at lag l from them, for lags −maxLag … maxLag < shape, in C
 *  order. */
export async function windowCounts(
  frame: Frame, labels: Lease, shape: Shape, phase: Phase, maxLag: Shape,
): Promise<Uint32Array> {
  return frame.scope(async () => {
    const { 'edge counts': one, 'window counts': other } = frame.take(windowCountsPlan(shape, maxLag));
    const [bz, by, bx] = binShape(shape, maxLag);
    const [lz, ly, lx] = lagShape(maxLag);
    const [ez, ey, ex] = maxLag;
    await frame.call(
      'edgeCounts', { bins: one, labels, phase, ...extents(shape), ez, ey, ex },
      { name: 'windows', work: voxelCount(shape) },
    );
    await frame.call('shrinkWindows', { left: other, bins: one, outer: 1, count: bz, inner: by * bx, edge: ez });
    await frame.call('shrinkWindows', { left: one, bins: other, outer: lz, count: by, inner: bx, edge: ey });
    await frame.call('shrinkWindows', { left: other, bins: one, outer: lz * ly, count: bx, inner: 1, edge: ex });
    return frame.read(other, Uint32Array, lz * ly * lx);
  });
}

/** Shells of lags by length: k holds those from k − ½ to k + ½ widths. */
export interface Shells {
  readonly edges: readonly [z: number, y: number, x: number];
  readonly width: number;
  readonly count: number;
}

/** Leases of `lagMap`. windows: how many arrays of windowCounts it is given */
export function lagMapPlan(maxLag: Shape, shells: Shells, windows: number) {
  const bytes = 4 * voxelCount(lagShape(maxLag));
  return {
    leases: [
      ...named({
        coverage: bytes, centred: bytes, shells: 8 * SHELL_VALUES * shells.count * lagShape(maxLag)[0],
      }),
      ...named({ windows: bytes, 'opposite windows': bytes }).slice(0, windows),
    ],
  };
}

/** What `lagMap` is given of one end of the lags: its windows, or where the window repeats how many voxels the phase
 *  has. */
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
    const arrays = [first, ...(second === null ? [] : [second])]
      .flatMap(({ voxels }) => (typeof voxels === 'number' ? [] : [voxels]));
    const leases = frame.take(lagMapPlan(maxLag, shells, arrays.length));
    const { coverage: map, centred, shells: sumsByPlane } = leases;
    const windows = [leases.windows, leases['opposite windows']].slice(0, arrays.length);
    await frame.write(map, sums);
    for (const [k, array] of arrays.entries()) await frame.write(windows[k], array);
    const low = windows[0] ?? null;
    const [lz, ly, lx] = maxLag;
    const [hz, hy, hx] = shells.edges;
    await frame.call(
      'lagMap',
      {
        map, centred, shells: sumsByPlane, low, ahead: windows[1] ?? low,
        first: periodic ? Number(first.voxels) : 0, second: periodic ? Number(end.voxels) : 0,
        meanFirst: first.mean, meanSecond: end.mean, lz, ly, lx, ...extents(shape), periodic,
        hz, hy, hx, width: shells.width, count: shells.count,
      },
      { name: 'lags', work: sums.length },
    );
    const values = await frame.read(sumsByPlane, Float64Array);
    const totals = Array.from({ length: shells.count }, (_, shell) => Array.from({ length: SHELL_VALUES }, (__, k) => {
      let total = 0;
      for (let at = shell * SHELL_VALUES + k; at < values.length; at += shells.count * SHELL_VALUES) {
        total += values[at];
      }
      return total;
    }));
    return {
      coverage: await frame.read(map, Float32Array), centred: await frame.read(centred, Float32Array), shells: totals,
    };
  });
}
