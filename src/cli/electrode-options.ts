// What the commands on electrodes of voxels share: which label is what, how the electrode stands, the area of its
// interface.
import { Option, type Command } from 'commander';
import { AXES, type Axis, type Face, type VoxelSize } from '../core/grid.js';
import type { PhaseNames } from '../core/phase-names.js';
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
  readonly voxelSize?: VoxelSize;
}

/** What the labels are to a command, in its help. */
export interface ElectrodeWords {
  readonly se: string;
  readonly carbon: string;
  readonly carbonConductivity: string;
}

const SOLID: ElectrodeWords = {
  se: 'solid electrolyte', carbon: 'conductive additive: carries electrons alone',
  carbonConductivity: 'of the additive',
};

export function addElectrodeOptions(command: Command, words: ElectrodeWords = SOLID): Command {
  const { electrolyte, active, axis, separator, separatorPlanes } = ELECTRODE_IMAGE_DEFAULTS;
  return command
    .option('--se <label>', words.se, parsePhase, electrolyte)
    .option('--am <label>', 'active material', parsePhase, active)
    .option('--carbon <label>', words.carbon, parsePhase)
    .option('--carbon-conductivity <S/m>', words.carbonConductivity, parsePositive)
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

/** What a report calls the labels. */
export const electrodeNames = ({ se, am, carbon }: ElectrodeFlags): PhaseNames => ({
  [se]: 'electrolyte', [am]: 'active material', ...(carbon !== undefined && { [carbon]: 'carbon' }),
});
