// Parameters of packings: what is packed, in which sizes and amounts, and how far particles may overlap.
import { nameOf, type Checker, type Path } from '../../core/check.js';
import type { Phase } from '../../core/volume.js';
import type { Parameter, ParameterTable } from '../model.js';
import { label, listOf, number, orNull, readSettings, type SettingTable } from '../settings.js';
import type { SizeShare } from './sizes.js';

/** A class of particles beside active material and electrolyte. */
export interface FurtherClass {
  /** Label of its voxels, 0 … 255. */
  readonly label: Phase;
  /** Of the solid, by volume or mass. */
  readonly share: number;
  /** D50 by volume. */
  readonly diameter: number;
  /** σ of ln d. */
  readonly spread: number;
  /** With all others and its own kind: share of the sum of the radii by which two may come nearer than that. */
  readonly overlap: number;
  /** g/cm³; counts where shares are of the mass. */
  readonly density: number;
}

/** Diameters are in µm, or in voxels where no voxel size is given. What is not given is as in PACKING_DEFAULTS. */
export interface PackingParameters {
  /** Share of the window that no particle covers. */
  readonly voidFraction?: number;
  /** Active material in active material and electrolyte, by volume or mass. */
  readonly activeShare?: number;
  /** D50 by volume. */
  readonly activeDiameter?: number;
  /** D50 of the electrolyte by volume. */
  readonly electrolyteDiameter?: number;
  /** σ of ln d, by volume; 0: all alike. */
  readonly activeSpread?: number;
  /** The same for the electrolyte. */
  readonly electrolyteSpread?: number;
  /** Diameters and their shares of the volume, instead of diameter and spread. */
  readonly activeSizes?: readonly SizeShare[] | null;
  /** The same for the electrolyte. */
  readonly electrolyteSizes?: readonly SizeShare[] | null;
  /** Shares of the sum of the radii by which two particles may come nearer than that: two of active material, of
   *  electrolyte, or one of each. 1: they do not see each other. */
  readonly activeOverlap?: number;
  /** Of two of electrolyte. */
  readonly electrolyteOverlap?: number;
  /** Of one of each. */
  readonly mixedOverlap?: number;
  /** g/cm³; count where shares are of the mass. */
  readonly activeDensity?: number;
  /** Of the electrolyte, g/cm³. */
  readonly electrolyteDensity?: number;
  /** Classes beside the two. */
  readonly further?: readonly FurtherClass[] | null;
}

/** Parameters of a packing that are not given: diameters in µm (in voxels where no voxel size is given), densities
 *  in g/cm³. */
export const PACKING_DEFAULTS = {
  voidFraction: 0.25, activeShare: 0.65, activeDiameter: 4, electrolyteDiameter: 2, activeSpread: 0,
  electrolyteSpread: 0, activeSizes: null, electrolyteSizes: null, activeOverlap: 0.05, electrolyteOverlap: 0.2,
  mixedOverlap: 0.1, activeDensity: 4.76, electrolyteDensity: 1.88, further: null,
} as const satisfies Required<PackingParameters>;

const D = PACKING_DEFAULTS;

const share = (meaning: string, fallback: number): Parameter<number> =>
  number({ meaning, min: 0, max: 1, fallback });
const diameter = (whose: string, fallback: number): Parameter<number> => number(
  { meaning: `D50 by volume of ${whose}, µm (voxels without voxelSizeUm)`, unit: 'µm', above: 0, max: 1e6, fallback },
);
const spread = (whose: string, fallback: number): Parameter<number> =>
  number({ meaning: `σ of ln d of ${whose}, by volume; 0: all alike`, min: 0, max: 1, fallback });
const density = (whose: string, fallback: number): Parameter<number> =>
  number({ meaning: `g/cm³ of ${whose}; counts with shares: mass`, unit: 'g/cm³', above: 0, max: 100, fallback });

const SIZE: SettingTable<SizeShare> = {
  diameter: number({ meaning: 'diameter, as the others', above: 0, max: 1e6 }),
  share: number({ meaning: 'of the volume', min: 0 }),
};

/** A table of sizes; some of it must be there. */
function sizes(whose: string): Parameter<readonly SizeShare[] | null> {
  const list = listOf<SizeShare>(
    { meaning: `[{diameter, share}, …] of ${whose} by volume, instead of D50 and spread` },
    (check, item, path) => readSettings(check, check.mapping(item, path, Object.keys(SIZE)), path, SIZE),
  );
  const read = (check: Checker, value: unknown, path: Path): readonly SizeShare[] => {
    const table = list.read(check, value, path);
    if (table.length > 0 && table.every((row) => !(row.share > 0))) {
      check.fail(path, `${nameOf(path)} needs a share above 0`);
    }
    return table;
  };
  return { ...orNull({ ...list, read }), fallback: null };
}

const FURTHER: SettingTable<FurtherClass> = {
  label: label({ meaning: 'label of the class' }),
  share: number({ meaning: 'of the solid', above: 0, below: 1 }),
  diameter: diameter('the class', D.activeDiameter),
  spread: spread('the class', 0),
  overlap: share('overlap with all others', 0),
  density: density('the class', 1.8),
};

export const PACKING_PARAMETERS: ParameterTable<PackingParameters> = {
  voidFraction: number({
    meaning: 'share of the window that no particle covers', min: 0, below: 1, fallback: D.voidFraction,
  }),
  activeShare: share('AM in AM and SE, by volume or mass', D.activeShare),
  activeDiameter: diameter('AM', D.activeDiameter),
  electrolyteDiameter: diameter('SE', D.electrolyteDiameter),
  activeSpread: spread('AM', D.activeSpread),
  electrolyteSpread: spread('SE', D.electrolyteSpread),
  activeSizes: sizes('AM'),
  electrolyteSizes: sizes('SE'),
  activeOverlap: share('how far two AM may overlap, of the sum of their radii', D.activeOverlap),
  electrolyteOverlap: share('the same for two SE', D.electrolyteOverlap),
  mixedOverlap: share('the same for AM and SE', D.mixedOverlap),
  activeDensity: density('AM', D.activeDensity),
  electrolyteDensity: density('SE', D.electrolyteDensity),
  further: {
    ...orNull(listOf<FurtherClass>(
      { meaning: 'further classes: [{label, share, diameter, spread, overlap, density}, …]' },
      (check, item, path) => readSettings(check, check.mapping(item, path, Object.keys(FURTHER)), path, FURTHER),
    )),
    fallback: null,
  },
};
