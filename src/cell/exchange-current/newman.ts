// i00·2√(x(1−x)e): M. Doyle, T. Fuller, J. Newman, J. Electrochem. Soc. 140 (1993) 1526.
import type { ExchangeCurrent } from './exchange-current.js';

const { sqrt } = Math;

/** i0 = i00·2√(x(1−x)e) (Doyle, Fuller, Newman 1993).
 *  @param i00 in A/m², the value at x = ½ and e = 1; k√(c_e c (c_max − c)) is i00 = k·√(c_e0)·c_max/2 */
export const newmanExchange = (i00: number): ExchangeCurrent => ({
  value: (x, e) => 2 * i00 * sqrt(x * (1 - x) * e),
  slopeInSolid: (x, e) => i00 * (1 - 2 * x) * sqrt(e / (x * (1 - x))),
  slopeInElectrolyte: (x, e) => i00 * sqrt((x * (1 - x)) / e),
});
