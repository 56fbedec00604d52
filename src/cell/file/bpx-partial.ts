// What an image knows of an electrode as a BPX file of Model "Partial", for programs that read the standard. They take
// the volume fraction of active material from aR/3, so that a and R are written as a pair that keeps it.
import { checkArguments, type Names } from '../../core/arguments.js';
import type { Chemistry } from '../chemistries/chemistry.js';
import { FROM_IMAGE_DEFAULTS, type FromImageOptions, type MeasuredComposite } from './from-image.js';
import { unitFactor } from './units.js';

const OPTION_NAMES: Names<FromImageOptions> = { radiusUm: true, area: true, thicknessUm: true };

/** A BPX file of Model "Partial": what an image and a chemistry say of the positive electrode.
 *  @param options radius and thickness as for the cell file; the area is always 3ε/R */
export function bpxFromImage(
  measured: MeasuredComposite, chemistry: Chemistry, options: Partial<FromImageOptions> = {},
): Readonly<Record<string, unknown>> {
  checkArguments('bpxFromImage', { options: [options, OPTION_NAMES] });
  const { radiusUm, thicknessUm } = { ...FROM_IMAGE_DEFAULTS, ...options };
  const radius = 1e-6 * (radiusUm ?? measured.contactDiameter / 2);
  const { value, unit } = chemistry.conductivity;
  const conductivity = Number(value) * unitFactor('conductivity', String(unit))!;
  return {
    Header: {
      BPX: '1.0.0',
      Title: `${chemistry.title}; structure: ${measured.image}`,
      Description: `Measured by voxelith along ${measured.axis}: transport efficiency is M of the electrolyte, the ` +
        `conductivity is ${conductivity} S/m times M of the active material, the particle radius is ` +
        `${radiusUm === null ? 'half of D_SCA = 6 V/S' : 'given'}, and the surface area is 3 (volume fraction)/radius.`,
      Model: 'Partial',
    },
    Parameterisation: {
      'Positive electrode': {
        'Thickness [m]': 1e-6 * (thicknessUm ?? measured.thickness),
        Porosity: measured.electrolyteFraction,
        'Transport efficiency': measured.electrolyteMFactor,
        'Conductivity [S.m-1]': conductivity * measured.activeMFactor,
        'Surface area per unit volume [m-1]': (3 * measured.activeFraction) / radius,
        'Particle radius [m]': radius,
      },
    },
  };
}
