// A porous electrode whose solid conducts perfectly. R. de Levie, Electrochim. Acta 8 (1963) 751.
import { argumentTimesCoth, multiple, over, type Complex } from '../../numeric/complex.js';
import type { ElectrodeRails } from './porous-electrode.js';

/** Impedance in Ω m², Z = (L/κ) coth ν/ν with ν² = L² a Y/κ: L/(3κ) + 1/(a L Y) at small ν.
 *  @param admittance Y of the interface in S/m² */
export function deLevieImpedance(
  { thickness, ionic, area }: Omit<ElectrodeRails, 'electronic'>, admittance: Complex,
): Complex {
  const squared = multiple((thickness * thickness * area) / ionic, admittance);
  return multiple(thickness / ionic, over(argumentTimesCoth(squared), squared));
}
