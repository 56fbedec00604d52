// What a series needs to know of the materials: values with units and sources, those that nobody gave marked as
// assumed.
import { checkArguments, has, type Names } from '../../core/arguments.js';
import { SpecError } from '../../core/errors.js';
import {
  axisIndex, checkAxis, checkShape, checkVoxelSize, type Axis, type Shape, type VoxelSize,
} from '../../core/grid.js';
import type { Phase } from '../../core/volume.js';

/** A number that does not come from the image. */
export interface SeriesInput {
  /** As in `sources`: `conductivity2`, `thickness`. */
  readonly name: string;
  /** In `unit`. */
  readonly value: number;
  /** "S/m"; "1" for plain numbers. */
  readonly unit: string;
  /** A paper, a measurement, "given" where its giver says no more, or `assumed` and why. */
  readonly source: string;
}

/** What a caller knows; what is missing is assumed where there is a common value, and left out elsewhere. */
export interface SeriesMaterials {
  /** Electronic conductivity per label, S/m. */
  readonly conductivity?: Readonly<Record<number, number>>;
  /** X/τ of the additive's own pores. */
  readonly additiveTransport?: number;
  /** Of the electrolyte itself, S/m. */
  readonly electrolyteConductivity?: number;
  /** g/cm³ per label. */
  readonly density?: Readonly<Record<number, number>>;
  /** Of the active material, mAh/g. */
  readonly capacity?: number;
  /** Of the electrode, µm; default: of the window. */
  readonly thickness?: number;
  /** Where the values are from, by the names of the inputs: { conductivity2: 'Amin 2016' }. */
  readonly sources?: Readonly<Record<string, string>>;
}

const MATERIAL_NAMES: Names<SeriesMaterials> = {
  conductivity: true, additiveTransport: true, electrolyteConductivity: true, density: true, capacity: true,
  thickness: true, sources: true,
};

/** Assumed values, with what speaks for them. */
export const ASSUMED = {
  active: {
    conductivity: [0.2, 'assumed: electrodes of NMC811 have 0.18 (Chen 2020) to 0.85 S/m (O\'Regan 2022)'],
    density: [4.76, 'assumed: NCM (Bielefeld 2023)'],
  },
  additive: {
    conductivity: [500, 'assumed: films of carbon black and binder have some hundred S/m'],
    density: [1.2, 'assumed: carbon-binder with its own pores'],
  },
  additiveTransport: [0.1, 'assumed: half of the additive is pores, whose tortuosity factor is 5'],
  electrolyteConductivity: [1, 'assumed: 1 M LiPF6 in carbonates at 25 °C'],
  /** An electrolyte that is not what the additive fills: a solid, beside the pores. */
  solid: {
    electrolyteConductivity: [0.045, 'assumed: 75Li2S-25P2S5 glass (Iwamoto 2023)'],
    additiveTransport: [0, 'assumed: a solid electrolyte does not enter the pores of the additive'],
    density: [1.88, 'assumed: 75Li2S-25P2S5 glass'],
  },
  capacity: [220.4, 'assumed: 0.8 F/M of LiNi0.8Mn0.1Co0.1O2, 4.3 to 3.0 V (Lindner 2024, eq. 6)'],
} as const;

/** The values that a series is made with. */
export interface SeriesValues {
  /** Electronic conductivity per label, S/m. */
  readonly conductivity: Readonly<Record<number, number>>;
  /** X/τ of the additive's own pores: its conductivity for ions over that of the electrolyte. */
  readonly additiveTransport: number;
  /** Of the electrolyte itself, S/m. */
  readonly electrolyteConductivity: number;
  /** g/cm³ per label. */
  readonly density: Readonly<Record<number, number>>;
  /** Of the active material, mAh/g. */
  readonly capacity: number;
  /** Of the electrode, µm; null where neither it nor the voxel size is known. */
  readonly thickness: number | null;
}

/** Values of a series, and the list of them with units and sources. Where the electrolyte is not the phase that is
 *  filled, what nobody gave is that of a solid electrolyte.
 *  @throws SpecError for values below 0, or sources of no input */
export function seriesInputs(
  labels: {
    readonly active: Phase; readonly label: Phase; readonly into: Phase;
    /** Default: the phase that is filled. */
    readonly electrolyte?: Phase;
  },
  window: { readonly shape: Shape; readonly voxelSizeUm: VoxelSize; readonly axis: Axis },
  given: SeriesMaterials = {},
): { values: SeriesValues; inputs: SeriesInput[] } {
  const where = 'seriesInputs';
  checkArguments(where, {
    labels: [labels, has<typeof labels>('active', 'label', 'into')],
    window: [window, has<typeof window>('shape', 'axis')], given: [given, MATERIAL_NAMES],
  });
  const { active, label, into, electrolyte = into } = labels;
  const isSolid = electrolyte !== into;
  const { shape, axis } = window;
  checkShape(where, shape);
  checkAxis(where, axis);
  const voxelSizeUm = checkVoxelSize(where, window.voxelSizeUm);
  const inputs: SeriesInput[] = [];
  const used = new Set<string>();
  const put = (name: string, unit: string, value: number | undefined, assumed: readonly [number, string]): number => {
    const said = given.sources?.[name];
    if (said !== undefined) used.add(name);
    const least = name === 'additiveTransport' ? 0 : Number.MIN_VALUE;
    if (value !== undefined && !(value >= least && Number.isFinite(value))) {
      throw new SpecError(
        `${where}: ${name} must be a finite number ${least === 0 ? 'of at least' : 'above'} 0 (${unit}), got ${value}`,
      );
    }
    const [fallback, why] = assumed;
    inputs.push({ name, value: value ?? fallback, unit, source: said ?? (value === undefined ? why : 'given') });
    return value ?? fallback;
  };
  const perLabel = (
    name: 'conductivity' | 'density', unit: string,
  ): Record<number, number> => {
    const own = given[name] ?? {};
    const conducting = name === 'density' && isSolid ? [active, label, electrolyte] : [active, label];
    const all = [...new Set([...conducting, ...Object.keys(own).map(Number)])].sort((a, b) => a - b);
    const assumedOf = (each: Phase): readonly [number, string] =>
      (each === active ? ASSUMED.active[name]
        : name === 'density' && isSolid && each === electrolyte ? ASSUMED.solid.density : ASSUMED.additive[name]);
    return Object.fromEntries(all.map((each) => [each, put(`${name}${each}`, unit, own[each], assumedOf(each))]));
  };
  const conductivity = perLabel('conductivity', 'S/m');
  const { capacity } = ASSUMED;
  const { additiveTransport, electrolyteConductivity } = isSolid ? ASSUMED.solid : ASSUMED;
  const transport = put('additiveTransport', '1', given.additiveTransport, additiveTransport);
  const kappa = put('electrolyteConductivity', 'S/m', given.electrolyteConductivity, electrolyteConductivity);
  const density = perLabel('density', 'g/cm³');
  const specific = put('capacity', 'mAh/g', given.capacity, capacity);
  const along = axisIndex(axis);
  const known = given.thickness ?? (voxelSizeUm === null ? null : shape[along] * voxelSizeUm[along]);
  const thickness = known === null ? null
    : put('thickness', 'µm', given.thickness, [known, `the window along ${axis}`]);
  for (const name of Object.keys(given.sources ?? {})) {
    if (!used.has(name)) {
      throw new SpecError(
        `${where}: there is no input ${JSON.stringify(name)} to name a source of; there are ` +
          inputs.map((input) => input.name).join(', '),
      );
    }
  }
  return {
    values: {
      conductivity, additiveTransport: transport, electrolyteConductivity: kappa, density, capacity: specific,
      thickness,
    },
    inputs,
  };
}
