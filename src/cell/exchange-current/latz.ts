// i00·√(x e), without a factor for free places: A. Latz, J. Zausch, Electrochim. Acta 110 (2013) 358.
import type { ExchangeCurrent } from './exchange-current.js';

const { sqrt } = Math;

/** i0 = i00·√(x e), without a factor for free places (Latz, Zausch 2013).
 *  @param i00 in A/m², the value at x = 1 and e = 1 */
export const latzExchange = (i00: number): ExchangeCurrent => ({
  value: (x, e) => i00 * sqrt(x * e),
  slopeInSolid: (x, e) => 0.5 * i00 * sqrt(e / x),
  slopeInElectrolyte: (x, e) => 0.5 * i00 * sqrt(x / e),
});
