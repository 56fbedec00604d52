// The reference half-cells S1 and S2: open-circuit voltage of NMC811 by C.-H. Chen et al., J. Electrochem. Soc. 167
// (2020) 080534, all else round numbers.
import type { Cell } from '../../src/cell/cell.js';
import { constant } from '../../src/cell/curves/curve.js';
import { expression } from '../../src/cell/curves/expression.js';
import { newmanExchange } from '../../src/cell/exchange-current/newman.js';

export const CHEN_U = '-0.8090*x + 4.4875 - 0.0428*tanh(18.5138*(x-0.5542)) - 17.7326*tanh(15.7890*(x-0.3117)) ' +
  '+ 17.5842*tanh(15.9308*(x-0.3120))';

export function referenceCell(name: string, diameter: number, diffusivity: number): Cell {
  const electrolyte = { kind: 'single-ion', conductivity: 0.045 } as const;
  return {
    name,
    temperature: 298.15,
    voltageLimits: [3.4, 4.4],
    regions: [
      { kind: 'lithium-foil', exchangeCurrent: null },
      { kind: 'separator', thickness: 50e-6, electrolyte: { electrolyte, volumeFraction: 1, mFactor: 1 } },
      {
        kind: 'porous-electrode',
        thickness: 43e-6,
        active: {
          volumeFraction: 0.66, maximumConcentration: 5e4, radius: diameter / 2, diffusivity: constant(diffusivity),
          potential: expression(CHEN_U), stoichiometry: 0.27, window: [0, 1],
        },
        area: (6 * 0.66) / diameter,
        kinetics: {
          exchangeCurrent: newmanExchange(1), transferCoefficient: 0.5, filmResistance: 0, capacitance: 0.2,
        },
        electrolyte: { electrolyte, volumeFraction: 0.34, mFactor: 0.1 },
        electronicConductivity: 27.3,
      },
    ],
  };
}
export const S1 = referenceCell('S1', 5e-6, 1e-14);
export const S2 = referenceCell('S2', 10e-6, 2e-15);
