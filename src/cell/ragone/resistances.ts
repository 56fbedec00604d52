// What a cell resists with at a state of charge, in closed form: shares of its resistance, and the numbers that say
// which of them rules.
import { complex } from '../../numeric/complex.js';
import { depthSquared, porousElectrodeImpedance } from '../closed-forms/porous-electrode.js';
import { layoutOf, fluxFactor, type Cell, type ElectrolytePhase, type PorousElectrode } from '../cell.js';
import { FARADAY, thermalSlope } from '../constants.js';

/** κM in S/m, at the salt's concentration of the start. */
export function effectiveConductivity({ electrolyte, mFactor }: ElectrolytePhase): number {
  return mFactor * (electrolyte.kind === 'single-ion'
    ? electrolyte.conductivity : electrolyte.conductivity.value(electrolyte.concentration));
}

/** Of one electrode at a stoichiometry, in Ω m² of cell unless said otherwise. */
export interface ElectrodeResistances {
  /** L/(3κ): ions at uniform reaction. */
  readonly ionic: number;
  /** L/(3σ): electrons at uniform reaction. */
  readonly electronic: number;
  /** (R_ct + film)/(aL), R_ct = 1/(f i0). */
  readonly chargeTransfer: number;
  /** −U′R/(5 F D c_max)/(aL), with the flux factor: a sphere at steady flux. */
  readonly diffusion: number;
  /** All of them as they act together: the porous electrode of two rails. */
  readonly together: number;
  /** ν: thickness over the depth of the reaction. */
  readonly depthNumber: number;
  /** κ/σ. */
  readonly railRatio: number;
  /** R²/D in s. */
  readonly diffusionTime: number;
}

/** Resistances of a porous electrode in closed form.
 *  @param x stoichiometry of its active material
 *  @param temperature in K */
export function electrodeResistances(electrode: PorousElectrode, x: number, temperature: number): ElectrodeResistances {
  const { thickness, active, area, kinetics, electronicConductivity: electronic } = electrode;
  const ionic = effectiveConductivity(electrode.electrolyte);
  const transfer = 1 / (thermalSlope(temperature) * kinetics.exchangeCurrent.value(x, 1)) + kinetics.filmResistance;
  const diffusivity = active.diffusivity.value(x);
  const diffusion = (-active.potential.slope(x) * active.radius * fluxFactor(electrode)) /
    (5 * FARADAY * diffusivity * active.maximumConcentration);
  const rails = { thickness, ionic, electronic, area };
  const admittance = complex(1 / (transfer + diffusion));
  return {
    ionic: thickness / (3 * ionic),
    electronic: thickness / (3 * electronic),
    chargeTransfer: transfer / (area * thickness),
    diffusion: diffusion / (area * thickness),
    together: porousElectrodeImpedance(rails, admittance).re,
    depthNumber: Math.sqrt(depthSquared(rails, admittance).re),
    railRatio: ionic / electronic,
    diffusionTime: (active.radius * active.radius) / diffusivity,
  };
}

/** In series with the electrodes, in Ω m²: separators, contacts, and lithium foil at small currents. */
export interface SeriesResistances {
  /** Ions in the separators. */
  readonly separator: number;
  /** Of both collectors. */
  readonly contact: number;
  /** At small currents; 0 without foil, or where it costs no voltage. */
  readonly foil: number;
}

/** Resistances in series with the electrodes, in Ω m² of cell: separators, contacts, foil. */
export function seriesResistances(cell: Cell): SeriesResistances {
  const { separators, contactResistance, foil } = layoutOf(cell);
  const separator = separators.reduce(
    (sum, { thickness, electrolyte }) => sum + thickness / effectiveConductivity(electrolyte), 0,
  );
  const exchange = foil?.exchangeCurrent ?? null;
  return {
    separator,
    contact: contactResistance,
    foil: exchange === null ? 0 : 1 / (thermalSlope(cell.temperature) * exchange),
  };
}
