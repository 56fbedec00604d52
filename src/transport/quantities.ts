// The numbers per phase that a solve gives, as tables, studies and charts take them: beside those of the descriptors.
import type { ByAxis } from '../descriptors/description.js';
import { perAxis, type Quantity } from '../descriptors/quantity.js';
import type { ConductResult } from './conduct-result.js';
import type { Uncertainty } from './uncertainty/result.js';

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

/** What an error bar holds, where one was asked for; the solver's part is `errorEstimate` times M. */
const bar = (name: string, title: string, of: (uncertainty: Uncertainty) => number | null): Quantity =>
  perAxis(name, title, 'none', (phase) => phase.transport, ({ uncertainty }) => uncertainty && of(uncertainty));

/** Of an error bar. */
export const ERROR_BAR_QUANTITIES: readonly Quantity[] = [
  bar('materialMFactor', 'M-factor of the material', ({ value }) => value),
  bar('materialMFactorPlusMinus', 'half width of its interval at 95 %', ({ plusMinus }) => plusMinus),
  bar('materialMFactorVoxels', 'part of it for the voxels', ({ parts }) => parts.voxels),
  bar('materialMFactorWindow', 'part of it for the window', ({ parts }) => parts.window),
];

/** Numbers that a solve gives per phase and axis, as tables and charts show them; M first. */
export const TRANSPORT_QUANTITIES: readonly Quantity[] = [
  M_FACTOR,
  perAxis(
    'tortuosityFactor', 'tortuosity factor', 'none', (phase) => phase.transport, (solved) => solved.tortuosityFactor,
    { symbol: 'ε/M' },
  ),
  perAxis(
    'errorEstimate', 'estimated error of M', 'none', (phase) => phase.transport, (solved) => solved.errorEstimate,
  ),
  ...ERROR_BAR_QUANTITIES,
];
