// What an electrode with liquid electrolyte is made of, from a cell file.
import type { Kinetics } from '../../cell/cell.js';
import type { Curve } from '../../cell/curves/curve.js';
import type { Binary } from '../../cell/electrolytes/electrolyte.js';

/** A part of the separator: SI units. */
export interface SeparatorLayer {
  readonly thickness: number;
  readonly porosity: number;
  readonly mFactor: number;
}

export interface LiquidMaterials {
  /** In K. */
  readonly temperature: number;
  readonly electrolyte: Binary;
  /** From the foil to the electrode. */
  readonly separators: readonly SeparatorLayer[];
  /** i0 of the foil in A/m²; null where it costs no voltage. */
  readonly foil: number | null;
  /** In Ω m². */
  readonly contactResistance: number;
  readonly active: {
    /** Of the bulk in S/m. */
    readonly conductivity: number;
    /** In mol/m³. */
    readonly maximumConcentration: number;
    readonly diffusivity: Curve;
    readonly potential: Curve;
    readonly stoichiometry: number;
    readonly window: readonly [low: number, high: number];
  };
  readonly kinetics: Kinetics;
  /** Porous mixture of carbon and binder; null: none. */
  readonly additive: {
    /** σ of its solid in S/m, which a voxel of it has. */
    readonly conductivity: number;
    readonly porosity: number;
    /** M of its pores: effective over bulk conductivity and diffusivity of the electrolyte. */
    readonly mFactor: number;
    /** Share of its contact with active material at which lithium passes; its porosity is one choice. */
    readonly reacting: number;
  } | null;
}
