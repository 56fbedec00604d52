// The interface between active material and electrolyte, linearised: charge transfer and diffusion in series, a double
// layer beside them (J. Randles, Discuss. Faraday Soc. 1 (1947) 11).
import { complex, inverse, plus, type Complex } from '../../numeric/complex.js';

/** Admittance in S/m²: Y = iωC + 1/(R + Z).
 *  @param frequency in Hz @param capacitance C in F/m² @param resistance R of charge transfer and film in Ω m²
 *  @param diffusion Z of the particle in Ω m²; null where nothing limits supply */
export function interfaceAdmittance(
  frequency: number, capacitance: number, resistance: number, diffusion: Complex | null,
): Complex {
  const series = diffusion === null ? complex(resistance) : plus(complex(resistance), diffusion);
  return plus(complex(0, 2 * Math.PI * frequency * capacitance), inverse(series));
}
