// A cell file from what an image says of the composite and from a chemistry. Every number keeps where it came from.
import { checkArguments, type Names } from '../../core/arguments.js';
import { SpecError } from '../../core/errors.js';
import { molarMassOf } from './formula.js';
import { unitFactor } from './units.js';
import { significant } from '../../core/text.js';
import type { Chemistry, FileEntry } from '../chemistries/chemistry.js';

/** What the image of a composite says of it, in µm. */
export interface MeasuredComposite {
  /** Name of the image. */
  readonly image: string;
  /** Of the window along the axis, µm. */
  readonly thickness: number;
  /** ε of the active material, share of the window. */
  readonly activeFraction: number;
  /** ε of the electrolyte, share of the window. */
  readonly electrolyteFraction: number;
  /** M of the active material along the axis, 0 … 1. */
  readonly activeMFactor: number;
  /** M of the electrolyte along the axis, 0 … 1. */
  readonly electrolyteMFactor: number;
  /** Between active material and electrolyte, per volume, in 1/µm. */
  readonly interfaceArea: number;
  /** D_SCA = 6 ε/S. */
  readonly contactDiameter: number;
  /** Along which current flows. */
  readonly axis: string;
}

/** How particles and thickness of the electrode follow from the image. */
export interface FromImageOptions {
  /** Radius of the particles in µm; null: D_SCA/2. */
  readonly radiusUm: number | null;
  /** `spheres`: 3ε/R; `image`: the measured interface, and lithium is kept by the flux factor aR/(3ε). */
  readonly area: 'spheres' | 'image';
  /** Thickness of the electrode in µm where the window is not all of it; null: the window's. */
  readonly thicknessUm: number | null;
}

/** What is known of the active material itself. */
export interface MaterialOptions {
  /** Of the active material in g/cm³; null: the chemistry's. */
  readonly density: number | null;
  /** Its composition when full, as measured, such as LiNi0.8Mn0.1Co0.1O2: gives c_max = ρ/M; null: the chemistry's. */
  readonly formula: string | null;
  /** Stoichiometries, charged and discharged, as measured: the cell begins at the first; null: the chemistry's. */
  readonly window: readonly [low: number, high: number] | null;
}

/** Options of `cellFromImage` that are not given: spheres of the diameter D_SCA in an electrode as thick as the
 *  window. */
export const FROM_IMAGE_DEFAULTS: FromImageOptions = { radiusUm: null, area: 'spheres', thicknessUm: null };

/** What is said of the active material beside its chemistry: nothing. */
export const MATERIAL_DEFAULTS: MaterialOptions = { density: null, formula: null, window: null };

const OPTION_NAMES: Names<FromImageOptions & MaterialOptions> = {
  radiusUm: true, area: true, thicknessUm: true, density: true, formula: true, window: true,
};

/** What is known of the material itself, where it is not what the chemistry says. */
function materialOf(
  { active }: Chemistry, { density, formula, window }: MaterialOptions,
): FileEntry {
  const given = (value: number, unit: string): FileEntry => ({ value, unit, source: 'given' });
  const { value, unit } = active.density as { value: number; unit: string };
  const grams = density ?? value * unitFactor('density', unit)! / 1000;
  return {
    ...active,
    ...(density === null ? {} : { density: given(density, 'g/cm^3') }),
    ...(formula === null ? {} : { maximumConcentration: {
      value: Number(significant((1e6 * grams) / molarMassOf(formula), 6)), unit: 'mol/m^3',
      source: `${significant(grams)} g/cm^3 over ${significant(molarMassOf(formula), 6)} g/mol of ${formula}`,
    } }),
    ...(window === null ? {} : {
      stoichiometry: given(window[0], '1'), window: { low: given(window[0], '1'), high: given(window[1], '1') },
    }),
  };
}

/** The file as plain values, which `readCell` reads. @throws SpecError where no current can flow */
export function cellFromImage(
  measured: MeasuredComposite, chemistry: Chemistry, options: Partial<FromImageOptions & MaterialOptions> = {},
): FileEntry {
  checkArguments('cellFromImage', { options: [options, OPTION_NAMES] });
  const { radiusUm, area, thicknessUm, ...material } = {
    ...FROM_IMAGE_DEFAULTS, ...MATERIAL_DEFAULTS, ...options,
  };
  const { image, axis } = measured;
  for (const [what, value, remedy] of [
    ['active material', measured.activeMFactor, 'no electron reaches the collector'],
    ['electrolyte', measured.electrolyteMFactor, 'no ion reaches the separator'],
  ] as const) {
    if (value > 0) continue;
    throw new SpecError(
      `${image}: the ${what} does not percolate along ${axis}, so that M is 0 and ${remedy}; choose another axis, ` +
        'check the labels, or segment again',
    );
  }
  const found = (value: number, unit: string, how: string): FileEntry =>
    ({ value: Number(significant(value, 6)), unit, source: `measured: ${image}, ${how}` });
  return {
    name: image,
    temperature: chemistry.temperature,
    voltage: chemistry.voltage,
    electrolytes: { solid: chemistry.electrolyte },
    regions: [
      { kind: 'lithium-foil', ...chemistry.foil },
      {
        kind: 'separator',
        thickness: chemistry.separator.thickness,
        electrolyte: {
          of: 'solid', volumeFraction: chemistry.separator.volumeFraction, mFactor: chemistry.separator.mFactor,
        },
      },
      {
        kind: 'porous-electrode',
        thickness: thicknessUm === null ? found(measured.thickness, 'um', `extent of the window along ${axis}`)
          : { value: thicknessUm, unit: 'um', source: 'given: the window is a part of the electrode' },
        electrolyte: {
          of: 'solid',
          volumeFraction: found(measured.electrolyteFraction, '1', 'voxel count'),
          mFactor: found(measured.electrolyteMFactor, '1', `conduction along ${axis}`),
        },
        conductivity: chemistry.conductivity,
        mFactor: found(measured.activeMFactor, '1', `conduction along ${axis}`),
        area: area === 'spheres' ? 'spheres'
          : found(measured.interfaceArea, '1/um', 'interface between active material and electrolyte'),
        active: {
          volumeFraction: found(measured.activeFraction, '1', 'voxel count'),
          radius: radiusUm === null ? found(measured.contactDiameter / 2, 'um', 'half of the contact diameter D_SCA')
            : { value: radiusUm, unit: 'um', source: 'given' },
          ...materialOf(chemistry, material),
        },
        kinetics: chemistry.kinetics,
      },
    ],
  };
}
