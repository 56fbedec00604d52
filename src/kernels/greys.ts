// Which grey values an image holds. Kernels: assembly/image/greys.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';

/** Bytes a value: u8, u16 or f32. */
export type GreyKind = 1 | 2 | 4;

/** Bins of a histogram of 16-bit and float values. */
export const BINS = 65536;

/** Range of grey values. */
export interface GreyRange {
  /** Least finite value; +∞ when there is none. */
  readonly min: number;
  /** Greatest finite value; −∞ when there is none. */
  readonly max: number;
  /** Values that are NaN or infinite. */
  readonly notFinite: number;
  /** Finite values that are not whole. */
  readonly notWhole: number;
}

/** Counts of the values in [base + b/scale, base + (b + 1)/scale). */
export interface Bins {
  /** Values in bin b. */
  readonly counts: Uint32Array;
  /** Grey value at the low end of bin 0. */
  readonly base: number;
  /** Bins per grey value: one over the width of a bin. */
  readonly scale: number;
}

export function greyRangePlan(threads: number) {
  return { leases: named({ ranges: 64 * threads }) };
}

export async function greyRange(frame: Frame, values: Lease, kind: GreyKind, shape: Shape): Promise<GreyRange> {
  return frame.scope(async () => {
    const { ranges } = frame.take(greyRangePlan(frame.threads));
    const voxels = voxelCount(shape);
    await frame.call(
      'greyRange', { out: ranges, values, kind, count: voxels }, { name: 'range of values', work: voxels },
    );
    const parts = await frame.read(ranges, Float64Array);
    const of = (k: number): number[] => Array.from({ length: frame.threads }, (_, t) => parts[8 * t + k]);
    const total = (k: number): number => of(k).reduce((sum, n) => sum + n, 0);
    return { min: Math.min(...of(0)), max: Math.max(...of(1)), notFinite: total(2), notWhole: total(3) };
  });
}

export function binsPlan(threads: number) {
  return { leases: named({ histogram: 4 * BINS, histograms: 4 * BINS * threads }) };
}

/** One bin a value for whole types; 65536 equal bins from min to max for floats, one a value where all are whole and
 *  span fewer. Values must be finite. */
export async function greyBins(
  frame: Frame, values: Lease, kind: GreyKind, shape: Shape, range: GreyRange,
): Promise<Bins> {
  const whole = kind < 4 || (range.notWhole === 0 && range.max - range.min < BINS);
  const base = kind < 4 ? 0 : range.min;
  const scale = whole ? 1 : BINS / (range.max - range.min);
  const bins = kind === 1 ? 256 : BINS;
  return frame.scope(async () => {
    const { histogram: out, histograms: tables } = frame.take(binsPlan(frame.threads));
    const voxels = voxelCount(shape);
    await frame.call(
      'greyHistogram', { out, tables, bins, values, kind, count: voxels, base, scale },
      { name: 'histogram', work: voxels },
    );
    return { counts: await frame.read(out, Uint32Array, bins), base, scale };
  });
}

/** Differences between face neighbours, from 0 up to the range of the values. */
export async function stepBins(
  frame: Frame, values: Lease, kind: GreyKind, shape: Shape, range: GreyRange,
): Promise<Bins> {
  const span = range.max - range.min;
  const scale = span < BINS && range.notWhole === 0 ? 1 : (BINS - 1) / span;
  return frame.scope(async () => {
    const { histogram: out, histograms: tables } = frame.take(binsPlan(frame.threads));
    await frame.call(
      'stepHistogram', { out, tables, bins: BINS, values, kind, ...extents(shape), scale },
      { name: 'steps between voxels', work: voxelCount(shape) },
    );
    return { counts: await frame.read(out, Uint32Array, BINS), base: 0, scale };
  });
}
