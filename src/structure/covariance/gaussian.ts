// exp(−u²): smooth fields, the covariance of [A] and [B] (decision 0010).
import { exp } from '../../numeric/elementary.js';
import type { Correlation, CovarianceFamily } from './family.js';

/** ρ = e^(−u²), that of all published sets. */
export const GAUSSIAN_CORRELATION: Correlation = {
  value: (u) => exp(-u * u),
  slope: (u) => -2 * u * exp(-u * u),
};

export const gaussian: CovarianceFamily = {
  name: 'gaussian',
  correlation: GAUSSIAN_CORRELATION,
  range: 3,
  curvature: 1,
  radial: null,
};
