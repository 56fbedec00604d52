// The porous electrode of two conducting phases: an ionic and an electronic rail of constant conductivity that exchange
// current everywhere through the same admittance. J. Newman, C. Tobias, J. Electrochem. Soc. 109 (1962) 1183; with a
// complex admittance G. Paasch et al., Electrochim. Acta 38 (1993) 2653.
import { exp } from '../../numeric/elementary.js';
import {
  argumentOverSinh, argumentTimesCoth, complex, multiple, over, plus, type Complex,
} from '../../numeric/complex.js';

/** Two rails of constant conductivity with an interface between them, for closed forms. */
export interface ElectrodeRails {
  /** L in m. */
  readonly thickness: number;
  /** Effective conductivity of the electrolyte, κ, in S/m. */
  readonly ionic: number;
  /** Effective conductivity of the solid, σ, in S/m. */
  readonly electronic: number;
  /** Area of the interface per volume, a, in 1/m. */
  readonly area: number;
}

/** ν² = L² a Y (1/κ + 1/σ): (thickness / reaction depth)². @param admittance Y of the interface in S/m² */
export function depthSquared({ thickness, ionic, electronic, area }: ElectrodeRails, admittance: Complex): Complex {
  return multiple(thickness * thickness * area * (1 / ionic + 1 / electronic), admittance);
}

/** Impedance between electrolyte on one side and collector on the other, in Ω m²:
 *  Z = L/(κ+σ)·[1 + (2 + (σ/κ + κ/σ) cosh ν)/(ν sinh ν)]. */
export function porousElectrodeImpedance(electrode: ElectrodeRails, admittance: Complex): Complex {
  const { thickness, ionic, electronic } = electrode;
  const squared = depthSquared(electrode, admittance);
  const ends = plus(
    multiple(2, argumentOverSinh(squared)),
    multiple(electronic / ionic + ionic / electronic, argumentTimesCoth(squared)),
  );
  return multiple(thickness / (ionic + electronic), plus(complex(1), over(ends, squared)));
}

/** Where the current passes from ions to electrons, as a share per thickness: its mean over the depth is 1.
 *  @param admittance Y of the interface in S/m² @param depth from the separator, 0 … 1 */
export function porousElectrodeReaction(electrode: ElectrodeRails, admittance: number, depth: number): number {
  const { ionic, electronic } = electrode;
  const nu = Math.sqrt(depthSquared(electrode, complex(admittance)).re);
  const near = electronic / (ionic + electronic);
  /** cosh(νx)/sinh ν, which does not overflow. */
  const part = (x: number): number => (exp(nu * (x - 1)) + exp(-nu * (x + 1))) / (1 - exp(-2 * nu));
  return nu * (near * part(1 - depth) + (1 - near) * part(depth));
}
