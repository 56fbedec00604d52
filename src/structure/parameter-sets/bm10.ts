// Surrogate for the cathode BM10: the fitted parameters of [A] are not published.
import type { ThreePhaseSet } from '../models/three-phase.js';

export const bm10: ThreePhaseSet = {
  name: 'bm10',
  title: 'BM10 (surrogate)',
  surrogate: true,
  source:
    'Solved for n = 2 and equal covariances in X and Y from volume fractions and interface areas of the same ' +
      'cathode, Minnmann et al. 2024, J. Electrochem. Soc. 171:060514 (areas per g AM, 4.76 g/cm³)',
  voxelSizeUm: 0.2,
  model: 'three-phase',
  parameters: {
    alphaChiX: 0.0636, alphaChiY: 0.3519, alphaGaussX: 0.0636, alphaGaussY: 0.3519, lambdaX: 2.3982, lambdaY: 0.0906,
    n: 2, anisotropyFactor: 1,
  },
};
