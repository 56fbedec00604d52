// Diffusion in a particle under an alternating flux: surface concentration per flux of a sphere and of a plane sheet,
// and the impedance that goes with it (T. Jacobsen, K. West, Electrochim. Acta 40 (1995) 255).
import {
  argumentTimesCoth, complex, inverse, minus, multiple, over, plus, type Complex,
} from '../../numeric/complex.js';
import { FARADAY } from '../constants.js';

/** s² = iωℓ²/D, ℓ the radius or half the thickness in m, D in m²/s, at a frequency in Hz. */
export const diffusionArgument = (frequency: number, length: number, diffusivity: number): Complex =>
  complex(0, (2 * Math.PI * frequency * length * length) / diffusivity);

/** Surface concentration of a sphere per flux, times D/R: tanh s/(s − tanh s), from s². Small s: 3/s² + 1/5. */
export function sphereFactor(squared: Complex): Complex {
  // It is 1/(s coth s − 1), and s coth s − 1 = s²/(3 + s²/(5 + …)), in which nothing cancels.
  if (squared.re * squared.re + squared.im * squared.im > 81) {
    return inverse(minus(argumentTimesCoth(squared), complex(1)));
  }
  let tail = complex(43);
  for (let k = 20; k >= 1; k--) tail = plus(complex(2 * k + 1), over(squared, tail));
  return over(tail, squared);
}

/** Surface concentration of a plane sheet per flux, times D/ℓ: coth(s)/s, from s². Small s: 1/s² + 1/3. */
export const slabFactor = (squared: Complex): Complex => over(argumentTimesCoth(squared), squared);

/** A particle that lithium diffuses in, for closed forms. */
export interface Particle {
  /** Radius of a sphere, half the thickness of a sheet, in m. */
  readonly length: number;
  /** In m²/s. */
  readonly diffusivity: number;
  /** c_max in mol/m³. */
  readonly maximumConcentration: number;
  /** dU/dx in V per stoichiometry. */
  readonly slope: number;
}

/** Impedance of diffusion in the particle in Ω m² of its surface: −U′ ℓ/(F D c_max) times the factor of its shape. */
export function particleImpedance(
  { length, diffusivity, maximumConcentration, slope }: Particle, shape: 'sphere' | 'slab', frequency: number,
): Complex {
  const factor = { sphere: sphereFactor, slab: slabFactor }[shape];
  const resistance = (-slope * length) / (FARADAY * diffusivity * maximumConcentration);
  return multiple(resistance, factor(diffusionArgument(frequency, length, diffusivity)));
}
