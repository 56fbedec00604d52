// A cell file from what an image says of the composite and from a chemistry. Every number keeps where it came from.
import { SpecError } from '../../core/errors.js';
import { significant } from '../../core/text.js';
import type { Chemistry, FileEntry } from '../chemistries/chemistry.js';

/** Of the composite, in µm. */
export interface MeasuredComposite {
  /** Name of the image. */
  readonly image: string;
  readonly thickness: number;
  readonly activeFraction: number;
  readonly electrolyteFraction: number;
  readonly activeMFactor: number;
  readonly electrolyteMFactor: number;
  /** Between active material and electrolyte, per volume, in 1/µm. */
  readonly interfaceArea: number;
  /** D_SCA = 6 ε/S. */
  readonly contactDiameter: number;
  /** Along which current flows. */
  readonly axis: string;
}

export interface FromImageOptions {
  /** Radius of the particles in µm; null: D_SCA/2. */
  readonly radiusUm: number | null;
  /** `spheres`: 3ε/R; `image`: the measured interface, and lithium is kept by the flux factor aR/(3ε). */
  readonly area: 'spheres' | 'image';
  /** Thickness of the electrode in µm where the window is not all of it; null: the window's. */
  readonly thicknessUm: number | null;
}

export const FROM_IMAGE_DEFAULTS: FromImageOptions = { radiusUm: null, area: 'spheres', thicknessUm: null };

/** The file as plain values, which `readCell` reads. @throws SpecError where no current can flow */
export function cellFromImage(
  measured: MeasuredComposite, chemistry: Chemistry, options: Partial<FromImageOptions> = {},
): FileEntry {
  const { radiusUm, area, thicknessUm } = { ...FROM_IMAGE_DEFAULTS, ...options };
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
          ...chemistry.active,
        },
        kinetics: chemistry.kinetics,
      },
    ],
  };
}
