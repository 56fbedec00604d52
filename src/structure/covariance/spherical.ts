// 1 − 3u/2 + u³/2 for u < 1, 0 beyond: range 1/α, exactly.
import { RADIAL_INTERVALS } from '../../kernels/octant.js';
import type { Correlation, CovarianceFamily } from './family.js';

const correlation: Correlation = {
  value: (u) => (u < 1 ? 1 - 1.5 * u + 0.5 * u * u * u : 0),
  slope: (u) => (u < 1 ? 1.5 * (u * u - 1) : 0),
};

export const spherical: CovarianceFamily = {
  name: 'spherical',
  correlation,
  range: 1,
  curvature: null,
  get radial() {
    return {
      end: 1,
      values: Float64Array.from({ length: RADIAL_INTERVALS + 1 }, (_, i) => correlation.value(i / RADIAL_INTERVALS)),
    };
  },
};
