// i_ref·e^(1−α)·x^α·(1−x)^(1−α): K. O'Regan et al., Electrochim. Acta 425 (2022) 140700.
import { pow } from '../../numeric/elementary.js';
import type { ExchangeCurrent } from './exchange-current.js';

/** i0 = i_ref·e^(1−α)·x^α·(1−x)^(1−α) (O'Regan et al. 2022), e the salt's concentration over its initial one.
 *  @param reference i_ref in A/m²
 *  @param alpha α between 0 and 1 */
export function asymmetricExchange(reference: number, alpha: number): ExchangeCurrent {
  const value = (x: number, e: number): number =>
    reference * pow(e, 1 - alpha) * pow(x, alpha) * pow(1 - x, 1 - alpha);
  return {
    value,
    slopeInSolid: (x, e) => value(x, e) * (alpha / x - (1 - alpha) / (1 - x)),
    slopeInElectrolyte: (x, e) => (value(x, e) * (1 - alpha)) / e,
  };
}
