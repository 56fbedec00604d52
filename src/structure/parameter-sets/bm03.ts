// Surrogate for the cathode BM03: the fitted parameters of [A] are not published.
import type { ThreePhaseSet } from '../models/three-phase.js';

export const bm03: ThreePhaseSet = {
  name: 'bm03',
  title: 'BM03 (surrogate)',
  surrogate: true,
  source:
    'Solved for n = 2 and equal covariances in X and Y from volume fractions and interface areas of the same ' +
      'cathode, Minnmann et al. 2024, J. Electrochem. Soc. 171:060514 (areas per g AM, 4.76 g/cm³); ' +
      'areas are not published for BM03 and are the midpoint of BM01 and BM10',
  voxelSizeUm: 0.2,
  model: 'three-phase',
  parameters: {
    alphaChiX: 0.0841, alphaChiY: 0.3087, alphaGaussX: 0.0841, alphaGaussY: 0.3087, lambdaX: 2.0091, lambdaY: -0.0871,
    n: 2, anisotropyFactor: 0.94,
  },
};
