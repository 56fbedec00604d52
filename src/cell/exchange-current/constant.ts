// An exchange current that depends on nothing.
import type { ExchangeCurrent } from './exchange-current.js';

export const constantExchange = (i0: number): ExchangeCurrent => ({
  value: () => i0, slopeInSolid: () => 0, slopeInElectrolyte: () => 0,
});
