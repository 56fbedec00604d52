// Curves over the stoichiometry as tables that kernels read: value and slope at equal steps of [0, 1], cubic in
// between (assembly/electrode/curves.ts). Any curve of a cell file thus reaches the kernels, with the bits of the host.
import type { Curve } from '../cell/curves/curve.js';

/** Steps to begin with, and at most: 16 KiB, and 256 KiB. */
const FEWEST = 1 << 10;
const MOST = 1 << 14;
/** How far from 0 and 1 a curve is asked that has no finite value or slope there, as i0 ∝ √(x(1−x)) has none. */
const END = 1e-9;
/** Where errors are looked for within a step. */
const PLACES = [0.25, 0.5, 0.75];

export interface CurveTable {
  /** f64[cells + 1][2]: value, slope. */
  readonly values: Float64Array;
  readonly cells: number;
  /** Largest error that was found in the range that was asked for, and where. */
  readonly error: number;
  readonly at: number;
}

/** How a table is made. */
export interface TableGoal {
  /** Error that suffices; a relative one where `relative`. */
  readonly tolerance: number;
  readonly relative: boolean;
  /** Stoichiometries between which it is to hold. */
  readonly range: readonly [low: number, high: number];
}

/** A slope at an end is no steeper than this over the chord of its step, so that the cubic stays monotone there. */
const STEEPEST = 3;

function sample(curve: Curve, cells: number): Float64Array {
  const values = new Float64Array(2 * (cells + 1));
  for (let k = 0; k <= cells; k++) {
    const whole = k / cells;
    const finite = Number.isFinite(curve.value(whole)) && Number.isFinite(curve.slope(whole));
    const x = finite ? whole : Math.min(Math.max(whole, END), 1 - END);
    values[2 * k] = curve.value(x);
    values[2 * k + 1] = curve.slope(x);
  }
  for (const [end, inner] of [[0, 1], [cells, cells - 1]]) {
    const chord = ((values[2 * inner] - values[2 * end]) / (inner - end)) * cells;
    const most = STEEPEST * Math.abs(chord);
    values[2 * end + 1] = Math.min(Math.max(values[2 * end + 1], -most), most);
  }
  return values;
}

/** Value of a table at x in [0, 1], as the kernels read it. */
export function tableValue({ values, cells }: Pick<CurveTable, 'values' | 'cells'>, x: number): number {
  const cell = Math.min(Math.floor(x * cells), cells - 1);
  const t = x * cells - cell;
  const [a, p, b, q] = values.subarray(2 * cell, 2 * cell + 4);
  const [from, to, d] = [p / cells, q / cells, b - a];
  return a + t * (from + t * (3 * d - 2 * from - to + t * (from + to - 2 * d)));
}

/** A curve as a table, with as many steps as its accuracy takes. Where a curve has a kink, as tables of few points have
 *  in their second derivative, the error that is left stands in the result. */
export function tableOf(curve: Curve, { tolerance, relative, range: [low, high] }: TableGoal): CurveTable {
  for (let cells = FEWEST; ; cells *= 2) {
    const values = sample(curve, cells);
    let [error, at] = [0, low];
    for (let k = Math.floor(low * cells); k < Math.min(Math.ceil(high * cells), cells); k++) {
      for (const place of PLACES) {
        const x = (k + place) / cells;
        const exact = curve.value(x);
        const off = Math.abs(tableValue({ values, cells }, x) - exact) / (relative ? Math.abs(exact) : 1);
        if (off > error) [error, at] = [off, x];
      }
    }
    if (error <= tolerance || cells === MOST) return { values, cells, error, at };
  }
}
