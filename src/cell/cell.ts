// A cell as a list of regions along x, from the negative terminal to the positive one: lithium foil or a porous
// negative electrode, separators, a porous positive electrode, current collectors outside. SI units throughout;
// effective values are a bulk value times the M-factor of its phase.
import { SpecError } from '../core/errors.js';
import { FARADAY } from './constants.js';
import type { Curve } from './curves/curve.js';
import type { Electrolyte } from './electrolytes/electrolyte.js';
import type { ExchangeCurrent } from './exchange-current/exchange-current.js';

/** A metal foil, and all that is in series with it. */
export interface CurrentCollector {
  /** Which region it is. */
  readonly kind: 'current-collector';
  /** In Ω m². */
  readonly contactResistance: number;
}

/** Lithium metal as counter electrode. */
export interface LithiumFoil {
  readonly kind: 'lithium-foil';
  /** i0 of its surface in A/m²; null where it costs no voltage. */
  readonly exchangeCurrent: number | null;
}

/** The part of a region that the electrolyte fills. */
export interface ElectrolytePhase {
  /** Bulk properties. */
  readonly electrolyte: Electrolyte;
  /** Share of the region that it fills. */
  readonly volumeFraction: number;
  /** M: effective over bulk conductivity and diffusivity. */
  readonly mFactor: number;
}

/** A layer of electrolyte between the electrodes, with whatever holds it. */
export interface Separator {
  readonly kind: 'separator';
  /** In m. */
  readonly thickness: number;
  /** What carries ions in it, and how much of it there is. */
  readonly electrolyte: ElectrolytePhase;
}

/** Active material of a porous electrode: spheres that lithium diffuses in. */
export interface ActiveMaterial {
  /** Share of the electrode that it fills. */
  readonly volumeFraction: number;
  /** c_max in mol/m³. */
  readonly maximumConcentration: number;
  /** Of the spheres that lithium diffuses in, in m. */
  readonly radius: number;
  /** D over the stoichiometry, in m²/s. */
  readonly diffusivity: Curve;
  /** U over the stoichiometry, in V against lithium. */
  readonly potential: Curve;
  /** Stoichiometry at the start. */
  readonly stoichiometry: number;
  /** Stoichiometries that surfaces must not leave. */
  readonly window: readonly [low: number, high: number];
}

/** How lithium passes the interface of active material and electrolyte. */
export interface Kinetics {
  /** i0 in A/m² of interface, over the stoichiometry and the salt. */
  readonly exchangeCurrent: ExchangeCurrent;
  /** α of the Butler-Volmer equation, between 0 and 1. */
  readonly transferCoefficient: number;
  /** In Ω m² of interface. */
  readonly filmResistance: number;
  /** Of the double layer in F/m² of interface; impedances need it, discharges do not. */
  readonly capacitance: number;
}

/** Porous mixture of carbon and binder, as images that resolve it need it: electrons in its solid, ions and salt in its
 *  pores. */
export interface PorousAdditive {
  /** σ of what a voxel of it holds, in S/m. */
  readonly conductivity: number;
  /** Share of pores in it. */
  readonly porosity: number;
  /** M of its pores: effective over bulk properties of the electrolyte. */
  readonly mFactor: number;
  /** Share of its contact with active material at which lithium passes. */
  readonly reactingShare: number;
}

/** A composite of active material and electrolyte with effective properties. */
export interface PorousElectrode {
  readonly kind: 'porous-electrode';
  /** In m. */
  readonly thickness: number;
  /** The material that takes up lithium. */
  readonly active: ActiveMaterial;
  /** Area of the interface between active material and electrolyte per volume, in 1/m. */
  readonly area: number;
  /** Of its interface with the electrolyte. */
  readonly kinetics: Kinetics;
  /** Ion conductor in its pores, or the solid one of the composite. */
  readonly electrolyte: ElectrolytePhase;
  /** σ·M of the solid in S/m. */
  readonly electronicConductivity: number;
  /** σ of the solid itself, where it is known. */
  readonly bulkConductivity?: number;
  /** What electrodes on the voxels of an image need of it; homogeneous ones have it in their effective values. */
  readonly additive?: PorousAdditive;
}

/** What a cell is a list of, from the negative terminal to the positive one. */
export type Region = CurrentCollector | LithiumFoil | Separator | PorousElectrode;

/** A cell in SI units: regions along x between its terminals. */
export interface Cell {
  /** As the cell file has it. */
  readonly name: string;
  /** In K. */
  readonly temperature: number;
  /** From the negative terminal to the positive one. */
  readonly regions: readonly Region[];
  /** Of the terminal voltage, in V. */
  readonly voltageLimits: readonly [low: number, high: number];
}

/** aR/(3ε): what a particle's flux is multiplied with, so that lithium is kept where the area is not that of its
 *  spheres. 1 for a = 3ε/R, as with R = D_SCA/2. */
export const fluxFactor = ({ area, active }: PorousElectrode): number =>
  (area * active.radius) / (3 * active.volumeFraction);

/** Charge that an electrode holds per m² of cell and stoichiometry, F c_max ε L in C/m². */
export const capacityOf = ({ thickness, active }: PorousElectrode): number =>
  FARADAY * active.maximumConcentration * active.volumeFraction * thickness;

/** The parts of a cell by their roles. */
export interface Layout {
  /** Null where the negative electrode is lithium foil. */
  readonly negative: PorousElectrode | null;
  /** Null where the negative electrode is porous. */
  readonly foil: LithiumFoil | null;
  /** Between the electrodes, from negative to positive. */
  readonly separators: readonly Separator[];
  /** The porous electrode at the positive terminal. */
  readonly positive: PorousElectrode;
  /** Of both collectors, in Ω m². */
  readonly contactResistance: number;
}

const ORDER = 'current collector (optional), lithium foil or porous electrode, separator, porous electrode, current ' +
  'collector (optional)';

/** Regions of a cell by their roles.
 *  @throws SpecError where the regions are no cell */
export function layoutOf({ name, regions }: Cell): Layout {
  const kinds = regions.map(({ kind }) => kind);
  const shape = kinds.map((kind) => ({
    'current-collector': 'c', 'lithium-foil': 'l', separator: 's', 'porous-electrode': 'e',
  })[kind]).join('');
  if (!/^c?[le]s+ec?$/.test(shape)) {
    throw new SpecError(
      `${name}: regions must be ${ORDER}, from the negative to the positive side; got ${kinds.join(', ')}`,
    );
  }
  const electrodes = regions.filter((region) => region.kind === 'porous-electrode');
  const separators = regions.filter((region) => region.kind === 'separator');
  const electrolytes = new Set([...electrodes, ...separators].map(({ electrolyte }) => electrolyte.electrolyte.kind));
  if (electrolytes.size > 1) {
    throw new SpecError(
      `${name}: regions must agree in the kind of electrolyte, got ${[...electrolytes].join(' and ')}; where a solid ` +
        'and a liquid meet, their boundary has a resistance of its own that this model does not know',
    );
  }
  const collectors = regions.filter((region) => region.kind === 'current-collector');
  return {
    negative: electrodes.length === 2 ? electrodes[0] : null,
    foil: regions.find((region) => region.kind === 'lithium-foil') ?? null,
    separators,
    positive: electrodes[electrodes.length - 1],
    contactResistance: collectors.reduce((sum, { contactResistance }) => sum + contactResistance, 0),
  };
}
