// What an electrode with liquid electrolyte is made of, from a cell.
import { layoutOf, type Cell, type Kinetics, type PorousAdditive } from '../../cell/cell.js';
import type { Curve } from '../../cell/curves/curve.js';
import type { Binary } from '../../cell/electrolytes/electrolyte.js';
import { SpecError } from '../../core/errors.js';

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
    /** Stoichiometries that surfaces must not leave, and between which capacity is counted. */
    readonly window: readonly [low: number, high: number];
  };
  readonly kinetics: Kinetics;
  /** Porous mixture of carbon and binder; null: none. */
  readonly additive: PorousAdditive | null;
}

/** Materials of a half-cell with a liquid electrolyte; what its file says of the electrode's composition is not used.
 *  @param stoichiometry at the start; null: that of the cell @throws SpecError for cells that are none */
export function liquidMaterials(cell: Cell, stoichiometry: number | null): LiquidMaterials {
  const { negative, foil, separators, positive, contactResistance } = layoutOf(cell);
  const { electrolyte: { electrolyte }, active, kinetics, bulkConductivity, additive } = positive;
  if (negative !== null) {
    throw new SpecError(
      `${cell.name}: an electrode on the voxels needs lithium foil as the other electrode, not a porous one`,
    );
  }
  if (electrolyte.kind !== 'binary') {
    throw new SpecError(`${cell.name}: the electrolyte is ${electrolyte.kind}; expected a binary one, of a salt`);
  }
  if (bulkConductivity === undefined) {
    throw new SpecError(
      `${cell.name}: only the effective conductivity of the solid is known, and the image needs that of the active ` +
        'material itself; give it as conductivity, with its mFactor beside it',
    );
  }
  return {
    temperature: cell.temperature, electrolyte,
    separators: separators.map(({ thickness, electrolyte: { volumeFraction, mFactor } }) =>
      ({ thickness, porosity: volumeFraction, mFactor })),
    foil: foil?.exchangeCurrent ?? null, contactResistance,
    active: {
      conductivity: bulkConductivity, maximumConcentration: active.maximumConcentration,
      diffusivity: active.diffusivity, potential: active.potential,
      stoichiometry: stoichiometry ?? active.stoichiometry, window: active.window,
    },
    kinetics, additive: additive ?? null,
  };
}
