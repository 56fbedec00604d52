// A measured exchange current as a table or formula in x, times √e.
import type { Curve } from '../curves/curve.js';
import type { ExchangeCurrent } from './exchange-current.js';

const { sqrt } = Math;

/** i0 = curve(x)·√e: a measured exchange current.
 *  @param curve in A/m² over the stoichiometry, at e = 1 */
export const measuredExchange = (curve: Curve): ExchangeCurrent => ({
  value: (x, e) => curve.value(x) * sqrt(e),
  slopeInSolid: (x, e) => curve.slope(x) * sqrt(e),
  slopeInElectrolyte: (x, e) => (0.5 * curve.value(x)) / sqrt(e),
});
