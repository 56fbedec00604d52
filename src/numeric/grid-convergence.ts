// What a value on ever finer grids tends to, and how far the finest may be from it: Richardson's extrapolation and the
// grid convergence index of Roache (J. Fluids Eng. 116 (1994) 405) with the safety factors of Oberkampf and Roy
// (Verification and Validation in Scientific Computing, 2010, §8.6).
import { log, pow } from './elementary.js';

/** What values on ever finer grids tend to. */
export interface GridConvergence {
  /** p in error ∝ edge^p from the three finest grids; null: fewer grids, or the differences change sign. */
  readonly order: number | null;
  /** The order that the extrapolation takes: the formal one where the observed one is within 10 % of it, else the
   *  observed one, not below ½ and not above the formal one; null where nothing is extrapolated. */
  readonly usedOrder: number | null;
  /** Value on a grid without an edge; that of the finest grid where nothing is extrapolated. */
  readonly limit: number;
  /** Half width of an interval around the value on the finest grid, at about 95 %. */
  readonly plusMinus: number;
  /** `asymptotic`: the order is observed; `monotone`: differences shrink or grow, but not at the formal order;
   *  `oscillating`: they change sign; `two grids`: there is no third; `equal`: all values are the same. */
  readonly kind: 'asymptotic' | 'monotone' | 'oscillating' | 'two grids' | 'equal';
}

/** Safety factors, and the share of the formal order within which it counts as observed [Oberkampf and Roy]. */
const [OBSERVED, OTHERWISE, NEAR, LEAST_ORDER] = [1.25, 3, 0.1, 0.5];

/** @param values from the coarsest grid to the finest, at least two, each of edges `ratio` times shorter
 *  @param formal order that the method has where grids are fine enough */
export function gridConvergence(values: readonly number[], ratio: number, formal: number): GridConvergence {
  const fine = values[values.length - 1];
  const last = fine - values[values.length - 2];
  if (values.every((value) => value === fine)) {
    return { order: null, usedOrder: null, limit: fine, plusMinus: 0, kind: 'equal' };
  }
  const extrapolated = (order: number, factor: number): Pick<GridConvergence, 'usedOrder' | 'limit' | 'plusMinus'> => {
    const rest = last / (pow(ratio, order) - 1);
    return { usedOrder: order, limit: fine + rest, plusMinus: factor * Math.abs(rest) };
  };
  if (values.length < 3) return { order: null, ...extrapolated(formal, OTHERWISE), kind: 'two grids' };
  const before = values[values.length - 2] - values[values.length - 3];
  if (!(last * before > 0)) {
    // Stern, Wilson, Coleman and Paterson (J. Fluids Eng. 123 (2001) 793) take half of what the values span.
    const span = Math.max(...values) - Math.min(...values);
    return { order: null, usedOrder: null, limit: fine, plusMinus: span, kind: 'oscillating' };
  }
  const order = log(before / last) / log(ratio);
  const near = Math.abs(order - formal) <= NEAR * formal;
  return near
    ? { order, ...extrapolated(formal, OBSERVED), kind: 'asymptotic' }
    : { order, ...extrapolated(Math.min(Math.max(LEAST_ORDER, order), formal), OTHERWISE), kind: 'monotone' };
}
