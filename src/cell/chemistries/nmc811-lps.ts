// NMC811 of the LG M50 in 75Li2S-25P2S5 glass against lithium: the active material of C.-H. Chen et al., J.
// Electrochem. Soc. 167 (2020) 080534, in the solid electrolyte of Iwamoto 2023. A combination for comparisons, not a
// published cell.
import type { Chemistry } from './chemistry.js';
import { NCA_LPS } from './nca-lps.js';

const CHEN = 'Chen 2020, J. Electrochem. Soc. 167:080534';

export const NMC811_LPS: Chemistry = {
  ...NCA_LPS,
  name: 'nmc811-lps',
  title: 'NMC811 (Chen 2020) in 75Li2S-25P2S5 glass against lithium',
  voltage: {
    lower: { value: 3.3, unit: 'V', source: 'assumed' },
    upper: { value: 4.3, unit: 'V', source: 'assumed' },
  },
  active: {
    maximumConcentration: { value: 63104, unit: 'mol/m^3', source: CHEN },
    density: { value: 4.776, unit: 'g/cm^3', source: 'Lindner 2024: 25.9 mg/cm² in 70.43 vol-% of 77 µm' },
    diffusivity: { value: 4e-15, unit: 'm^2/s', source: CHEN },
    potential: {
      expression: '-0.8090*x + 4.4875 - 0.0428*tanh(18.5138*(x-0.5542)) - 17.7326*tanh(15.7890*(x-0.3117)) ' +
        '+ 17.5842*tanh(15.9308*(x-0.3120))',
      unit: 'V',
      source: CHEN,
    },
    stoichiometry: { value: 0.27, unit: '1', source: `${CHEN}: charged` },
  },
  conductivity: { value: 0.18, unit: 'S/m', source: CHEN },
  kinetics: {
    exchangeCurrent: {
      kind: 'newman', value: 3.41, unit: 'A/m^2', source: `${CHEN}: 3.42e-6 √(c_e c (c_max − c)) at c_e = 1 mol/l`,
      activationEnergy: { value: 17.8, unit: 'kJ/mol', source: CHEN },
    },
    capacitance: { value: 0.2, unit: 'F/m^2', source: 'assumed' },
  },
};
