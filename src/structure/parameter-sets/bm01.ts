// Surrogate for the cathode BM01: the fitted parameters of [A] are not published.
import type { ThreePhaseSet } from '../models/three-phase.js';

export const bm01: ThreePhaseSet = {
  name: 'bm01',
  title: 'BM01 (surrogate)',
  surrogate: true,
  source:
    'Solved for n = 2 and equal covariances in X and Y from volume fractions and interface areas of the same ' +
      'cathode, Minnmann et al. 2024, J. Electrochem. Soc. 171:060514 (areas per g AM, 4.76 g/cm³)',
  voxelSizeUm: 0.2,
  model: 'three-phase',
  parameters: {
    alphaChiX: 0.1026, alphaChiY: 0.1656, alphaGaussX: 0.1026, alphaGaussY: 0.1656, lambdaX: 1.7620, lambdaY: 0.0906,
    n: 2, anisotropyFactor: 0.92,
  },
};
