// An exchange current that depends on nothing.
import type { ExchangeCurrent } from './exchange-current.js';

/** An exchange current that depends on nothing.
 *  @param i0 in A/m² of interface */
export const constantExchange = (i0: number): ExchangeCurrent => ({
  value: () => i0, slopeInSolid: () => 0, slopeInElectrolyte: () => 0,
});
