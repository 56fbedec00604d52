// LiNi0.8Co0.15Al0.05O2 in 75Li2S-25P2S5 glass against lithium: the half-cells of Iwamoto et al., J. Power Sources
// Adv. 21 (2023) 100120. What the paper does not print is taken from elsewhere or marked `assumed`.
import type { Chemistry } from './chemistry.js';

/** U(x): G.-H. Kim et al., J. Electrochem. Soc. 158 (2011) A955, as tabled in PyBaMM (BSD-3). */
const STOICHIOMETRY = [
  0.370214, 0.375774, 0.38369, 0.391896, 0.401069, 0.406862, 0.41169, 0.419414, 0.426655, 0.43293, 0.439691,
  0.445484, 0.45321, 0.458522, 0.462866, 0.471076, 0.476388, 0.483631, 0.489425, 0.498119, 0.507776, 0.516471,
  0.528059, 0.537717, 0.549309, 0.556552, 0.567175, 0.576835, 0.586975, 0.596149, 0.608707, 0.615949, 0.624643,
  0.635268, 0.646378, 0.660386, 0.676328, 0.691786, 0.703863, 0.724637, 0.739131, 0.753141, 0.767635, 0.779712,
  0.791789, 0.804348, 0.814492, 0.826085, 0.835745, 0.846373, 0.856032, 0.86521, 0.873903, 0.884048, 0.892743,
  0.902403, 0.912549, 0.922211, 0.933806, 0.948296, 0.957952, 0.965192, 0.970974, 0.974345, 0.976745, 0.980589,
  0.98202, 0.983451, 0.984884, 0.985832, 0.987259, 0.989642, 0.99057, 0.991506, 0.993383,
];
const POTENTIAL = [
  4.21044, 4.19821, 4.18214, 4.16516, 4.1496, 4.13829, 4.1298, 4.11565, 4.10292, 4.09019, 4.08029, 4.07039, 4.05908,
  4.05059, 4.04211, 4.03221, 4.02373, 4.01383, 4.00393, 3.99404, 3.9799, 3.97143, 3.95304, 3.9389, 3.92619, 3.91487,
  3.89932, 3.88801, 3.87246, 3.85832, 3.84419, 3.83288, 3.82298, 3.81027, 3.79897, 3.78484, 3.77072, 3.7566, 3.74672,
  3.7312, 3.71992, 3.71004, 3.69875, 3.68887, 3.67758, 3.66628, 3.6564, 3.6451, 3.63379, 3.62533, 3.6126, 3.60413,
  3.59282, 3.58435, 3.57588, 3.56599, 3.55894, 3.55047, 3.54201, 3.52647, 3.50949, 3.49534, 3.46844, 3.45002,
  3.42594, 3.39336, 3.36502, 3.33809, 3.31401, 3.28708, 3.25307, 3.20489, 3.14963, 3.10428, 3.0235,
];

const IWAMOTO = 'Iwamoto 2023, § 2.1.1';
const KIM = 'Kim 2011, J. Electrochem. Soc. 158:A955, as in PyBaMM';

export const NCA_LPS: Chemistry = {
  name: 'nca-lps',
  title: 'NCA in 75Li2S-25P2S5 glass against lithium (Iwamoto 2023)',
  temperature: { value: 298.15, unit: 'K', source: 'assumed' },
  voltage: {
    lower: { value: 3.1, unit: 'V', source: IWAMOTO },
    upper: { value: 4.2, unit: 'V', source: IWAMOTO },
  },
  electrolyte: {
    kind: 'single-ion',
    conductivity: { value: 0.45, unit: 'mS/cm', source: IWAMOTO },
    density: { value: 1.88, unit: 'g/cm^3', source: 'assumed: common value for the glass' },
  },
  separator: {
    thickness: {
      value: 610, unit: 'um', source: 'assumed: 90 mg on 10 mm diameter (Iwamoto 2023) without voids; not printed',
    },
    volumeFraction: { value: 1, unit: '1', source: 'assumed: dense' },
    mFactor: { value: 1, unit: '1', source: 'assumed: dense' },
  },
  foil: {},
  active: {
    maximumConcentration: {
      value: 48.9, unit: 'kmol/m^3', source: 'assumed: 4.7 g/cm^3 over 96.08 g/mol',
    },
    density: { value: 4.7, unit: 'g/cm^3', source: 'assumed: common value for NCA' },
    diffusivity: {
      value: 3e-15, unit: 'm^2/s', source: `${KIM}; the D(c) of Dees 2013 that Iwamoto used is not printed`,
      activationEnergy: { value: 20, unit: 'kJ/mol', source: KIM },
    },
    potential: { x: STOICHIOMETRY, y: POTENTIAL, unit: 'V', source: KIM },
    stoichiometry: { value: 0.376, unit: '1', source: `4.2 V in the table of ${KIM}` },
  },
  conductivity: { value: 910, unit: 'mS/cm', source: IWAMOTO },
  kinetics: {
    exchangeCurrent: {
      kind: 'newman', value: 4.07, unit: 'A/m^2', source: `4 A/m² at x = 0.41, ${KIM}`,
      activationEnergy: { value: 30, unit: 'kJ/mol', source: KIM },
    },
    capacitance: { value: 0.2, unit: 'F/m^2', source: 'assumed' },
  },
};
