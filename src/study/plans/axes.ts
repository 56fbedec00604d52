// What a plan varies: bounds and lists of values, and where in them a point lies.
import type { Checker, NumberRange, Path } from '../../core/check.js';
import { nameOf } from '../../core/check.js';
import { quoted } from '../../core/quote.js';
import { readValues } from '../../core/values.js';
import { exp, log } from '../../numeric/elementary.js';

/** A range that a plan varies something over. */
export interface Bounds {
  /** Least value. */
  readonly from: number;
  /** Greatest value. */
  readonly to: number;
  /** log: evenly in the logarithm. */
  readonly scale: 'linear' | 'log';
  /** Whole numbers only. */
  readonly whole?: boolean;
}

/** Bounds, or of a grid the values. */
export type Axis = Bounds | readonly number[];
/** What a plan varies, by name, and over which values. */
export type Axes = Readonly<Record<string, Axis>>;

/** Numbers of a point by name. */
export type Place = Readonly<Record<string, number>>;

export const isBounds = (axis: Axis): axis is Bounds => !Array.isArray(axis);

/** Beyond it a grid is a slip. */
const MOST_VALUES = 1000;

/** [from, to], or {from, to, scale}. */
export function readBounds(check: Checker, value: unknown, path: Path, range: NumberRange): Bounds {
  const { whole = false, ...limits } = range;
  const pair = Array.isArray(value) && value.length === 2;
  if (!pair && (value === null || typeof value !== 'object' || Array.isArray(value))) {
    const expected = 'bounds such as [0.2, 0.4], or {from, to, scale: log}';
    check.fail(path, `${nameOf(path)} must be ${expected}, got ${quoted(value)}`);
    return { from: 0, to: 1, scale: 'linear' };
  }
  const map = pair ? { from: (value as unknown[])[0], to: (value as unknown[])[1] }
    : check.mapping(value, path, ['from', 'to', 'scale', 'whole']) ?? {};
  const { from: low, to: high, scale: kind } = map as Record<string, unknown>;
  const before = check.issues.length;
  const at = (key: string, k: number): Path => [...path, pair ? k : key];
  const from = check.number(low ?? null, at('from', 0), { ...limits, whole }, 0);
  const to = check.number(high ?? null, at('to', 1), { ...limits, whole }, 1);
  const scale = check.choice<'linear' | 'log'>(kind, [...path, 'scale'], ['linear', 'log'], 'linear');
  if (check.issues.length === before) {
    if (from > to) {
      check.fail(path, `the bounds of ${nameOf(path)} contradict each other: from ${from} is above to ${to}; ` +
        'exchange them, or give one number for what is held');
    } else if (scale === 'log' && !(from > 0)) {
      check.fail(path, `${nameOf(path)} lies on a logarithmic scale, so that from must be above 0, got ${from}`);
    }
  }
  return { from, to, scale, ...(whole && { whole }) };
}

/** A list of numbers, {from, to, step}, or {from, to, count, scale}. */
export function readGridAxis(check: Checker, value: unknown, path: Path, range: NumberRange): readonly number[] {
  const counted = value !== null && typeof value === 'object' && !Array.isArray(value) && Object.hasOwn(value, 'count');
  if (counted) {
    const { count, ...rest } = value as Record<string, unknown>;
    const bounds = readBounds(check, rest, path, range);
    const n = check.number(count, [...path, 'count'], { min: 2, max: MOST_VALUES, whole: true }, 2);
    return [...new Set(Array.from({ length: n }, (_, k) => valueAt({ ...bounds, whole: false }, k / (n - 1)))
      .map((x) => Number(bounds.whole ? Math.round(x) : x.toPrecision(12))))];
  }
  const values = readValues(check, value, path);
  for (const [k, one] of values.entries()) check.number(one, [...path, k], range, one);
  return values;
}

/** The value at a place from 0 to 1 between bounds. The same bits everywhere. */
export function valueAt({ from, to, scale, whole }: Bounds, u: number): number {
  if (whole) return Math.min(to, from + Math.floor(u * (to - from + 1)));
  if (scale === 'linear') return from + u * (to - from);
  const [low, high] = [log(from), log(to)];
  return Math.min(to, Math.max(from, exp(low + u * (high - low))));
}

/** Values of all axes at a point of the unit cube. */
export function placeAt(axes: Axes, point: ArrayLike<number>): Place {
  return Object.fromEntries(Object.entries(axes).map(([name, axis], j) => [name, valueAt(axis as Bounds, point[j])]));
}
