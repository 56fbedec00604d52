// The numbers per phase that a solve gives, as tables, studies and charts take them: beside those of the descriptors.
import type { ByAxis } from '../descriptors/description.js';
import { perAxis, type Quantity } from '../descriptors/quantity.js';
import type { ConductResult } from './conduct-result.js';

declare module '../descriptors/description.js' {
  interface PhaseDescription {
    /** Solve for the phase as the only one that conducts. */
    readonly transport?: ByAxis<Omit<ConductResult, 'fields'>>;
  }
}

/** What tables and charts say of M. */
export const M_FACTOR: Quantity = perAxis(
  'mFactor', 'M-factor', 'none', (phase) => phase.transport, (solved) => solved.mFactor, { symbol: 'M', absent: 0 },
);

/** All of them, M first. */
export const TRANSPORT_QUANTITIES: readonly Quantity[] = [
  M_FACTOR,
  perAxis(
    'tortuosityFactor', 'tortuosity factor', 'none', (phase) => phase.transport, (solved) => solved.tortuosityFactor,
    { symbol: 'ε/M' },
  ),
  perAxis(
    'errorEstimate', 'estimated error of M', 'none', (phase) => phase.transport, (solved) => solved.errorEstimate,
  ),
];
