// What carries lithium between the particles.
import type { Curve } from '../curves/curve.js';

/** Only lithium moves, as in solid electrolytes: t₊ = 1 and no gradient of concentration. */
export interface SingleIon {
  /** Which electrolyte it is. */
  readonly kind: 'single-ion';
  /** κ of the bulk in S/m. */
  readonly conductivity: number;
}

/** A salt in a solvent, by the theory of concentrated solutions (J. Newman, K. Thomas-Alyea, Electrochemical Systems,
 *  § 12): curves over the concentration in mol/m³. */
export interface Binary {
  /** Which electrolyte it is. */
  readonly kind: 'binary';
  /** At the start, everywhere, in mol/m³. */
  readonly concentration: number;
  /** κ of the bulk in S/m. */
  readonly conductivity: Curve;
  /** D_e of the bulk in m²/s. */
  readonly diffusivity: Curve;
  /** t₊. */
  readonly transferenceNumber: Curve;
  /** χ = 1 + ∂ln f/∂ln c. */
  readonly thermodynamicFactor: Curve;
}

/** What carries lithium between the particles: a solid in which lithium alone moves, or a salt in a solvent. */
export type Electrolyte = SingleIon | Binary;
