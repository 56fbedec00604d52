// A porous electrode with both terminals on the same rail and the other rail blocked at both ends: cells that block
// ions or electrons. Z. Siroma et al., J. Power Sources 316 (2016) 215.
import { argumentTimesCoth, complex, inverse, multiple, plus, type Complex } from '../../numeric/complex.js';
import { depthSquared, type ElectrodeRails } from './porous-electrode.js';

/** Impedance in Ω m², Z = R_e R_i/(R_e+R_i) + R_e²/(R_e+R_i)·(2/ν) tanh(ν/2), R = L/conductivity of the rail that
 *  carries the terminals and of the other one: the rail alone at ω → 0, both in parallel at ω → ∞.
 *  @param admittance of the interface in S/m² */
export function oneRailImpedance(
  electrode: ElectrodeRails, rail: 'ionic' | 'electronic', admittance: Complex,
): Complex {
  const own = electrode.thickness / electrode[rail];
  const other = electrode.thickness / electrode[rail === 'ionic' ? 'electronic' : 'ionic'];
  // (2/ν) tanh(ν/2) = 1/((ν/2) coth(ν/2)).
  const share = inverse(argumentTimesCoth(multiple(1 / 4, depthSquared(electrode, admittance))));
  return plus(complex((own * other) / (own + other)), multiple((own * own) / (own + other), share));
}
