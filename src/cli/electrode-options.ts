// What the commands on electrodes of voxels share: which label is what, how the electrode stands, the area of its
// interface.
import { Option, type Command } from 'commander';
import { AXES, type Axis, type Face } from '../core/grid.js';
import type { InterfaceAreaOption } from '../resolved/interface.js';
import { ELECTRODE_IMAGE_DEFAULTS } from '../resolved/electrode.js';
import { parsePhase, parsePositive, parseSeed, voxelSizeOption } from './options.js';

export interface ElectrodeFlags {
  readonly se: number;
  readonly am: number;
  readonly carbon?: number;
  readonly carbonConductivity?: number;
  readonly axis: Axis;
  readonly separator: Face;
  readonly separatorPlanes: number;
  readonly area: InterfaceAreaOption;
}

export function addElectrodeOptions(command: Command): Command {
  const { electrolyte, active, axis, separator, separatorPlanes } = ELECTRODE_IMAGE_DEFAULTS;
  return command
    .option('--se <label>', 'solid electrolyte', parsePhase, electrolyte)
    .option('--am <label>', 'active material', parsePhase, active)
    .option('--carbon <label>', 'conductive additive: carries electrons alone', parsePhase)
    .option('--carbon-conductivity <S/m>', 'of the additive', parsePositive)
    .addOption(new Option('--axis <axis>', 'from separator to collector').choices(AXES).default(axis))
    .addOption(new Option('--separator <face>', 'at which end of the axis it lies').choices(['low', 'high'])
      .default(separator))
    .option('--separator-planes <n>', 'planes of it on voxels, in which the current spreads; the rest of its ' +
      'resistance comes on top', parseSeed, separatorPlanes)
    .addOption(new Option('--area <kind>', 'of the interface: corrected for the stairs of voxels, or of their faces')
      .choices(['corrected', 'faces']).default('corrected'))
    .addOption(voxelSizeOption('overrides the file: 0.2um, 200nm or x,y,z'));
}

/** The options of the library that these flags say. */
export const electrodeOptions = (flags: ElectrodeFlags) => ({
  electrolyte: flags.se, active: flags.am, carbon: flags.carbon ?? null,
  carbonConductivity: flags.carbonConductivity ?? null, axis: flags.axis, separator: flags.separator,
  separatorPlanes: flags.separatorPlanes, area: flags.area,
});
