// The graphite/LCO cell of S. Marquis et al., J. Electrochem. Soc. 166 (2019) A3693, as solved with COMSOL for PyBaMM.
import type { Cell, PorousElectrode } from '../../src/cell/cell.js';
import { constant } from '../../src/cell/curves/curve.js';
import { expression } from '../../src/cell/curves/expression.js';
import type { Binary } from '../../src/cell/electrolytes/electrolyte.js';
import { newmanExchange } from '../../src/cell/exchange-current/newman.js';

const GRAPHITE = '.194 + 1.5*exp(-120*x) + .0351*tanh((x-.286)/.083) - .0045*tanh((x-.849)/.119) ' +
  '- .035*tanh((x-.9233)/.05) - .0147*tanh((x-.5)/.034) - .102*tanh((x-.194)/.142) - .022*tanh((x-.9)/.0164) ' +
  '- .011*tanh((x-.124)/.0226) + .0155*tanh((x-.105)/.029)';
const LCO = '2.16216 + .07645*tanh(30.834-54.4806*(1.062*x)) + 2.1581*tanh(52.294-50.294*(1.062*x)) ' +
  '- .14169*tanh(11.0923-19.8543*(1.062*x)) + .2051*tanh(1.4684-5.4888*(1.062*x)) ' +
  '+ .2531*tanh((.56478-(1.062*x))/.1316) - .02167*tanh(((1.062*x)-.525)/.006)';

export const electrolyte: Binary = {
  kind: 'binary',
  concentration: 1000,
  conductivity: expression('.0911 + 1.9101*(x/1000) - 1.052*(x/1000)**2 + .1554*(x/1000)**3'),
  diffusivity: expression('5.34e-10*exp(-.65*x/1000)'),
  transferenceNumber: constant(0.4),
  thermodynamicFactor: constant(1),
};

const electrode = (
  { porosity, fraction, sigma, maximum, start, diffusivity, rate, potential }:
  Readonly<Record<'porosity' | 'fraction' | 'sigma' | 'maximum' | 'start' | 'diffusivity' | 'rate', number>> &
  { readonly potential: string },
): PorousElectrode => ({
  kind: 'porous-electrode',
  thickness: 100e-6,
  active: {
    volumeFraction: fraction, maximumConcentration: maximum, radius: 10e-6, diffusivity: constant(diffusivity),
    potential: expression(potential), stoichiometry: start / maximum, window: [0, 1],
  },
  area: (3 * fraction) / 10e-6,
  // k √(c_e c (c_max − c)).
  kinetics: {
    exchangeCurrent: newmanExchange((rate * Math.sqrt(1000) * maximum) / 2), transferCoefficient: 0.5,
    filmResistance: 0, capacitance: 0.2,
  },
  electrolyte: { electrolyte, volumeFraction: porosity, mFactor: porosity ** 1.5 },
  electronicConductivity: sigma * fraction ** 1.5,
});

export const MARQUIS: Cell = {
  name: 'Marquis 2019',
  temperature: 298.15,
  voltageLimits: [2, 4.5],
  regions: [
    electrode({
      porosity: 0.3, fraction: 0.6, sigma: 126, maximum: 24983.2619938437, start: 19986.609595075, diffusivity: 3.9e-14,
      rate: 2e-5, potential: GRAPHITE,
    }),
    { kind: 'separator', thickness: 25e-6, electrolyte: { electrolyte, volumeFraction: 1, mFactor: 1 } },
    electrode({
      porosity: 0.3, fraction: 0.5, sigma: 16.6, maximum: 51217.9257309275, start: 30730.7554385565, diffusivity: 1e-13,
      rate: 6e-7, potential: LCO,
    }),
  ],
};
