// voxelith asr: the resistance of an electrode on its voxels, and of the homogenised electrode beside it.
import type { Command } from 'commander';
import { tableOfCells, type Table } from '../core/table.js';
import { significant } from '../core/text.js';
import { readVolume } from '../io/files.node.js';
import { writeFiles, type FileContent } from '../io/write.node.js';
import {
  areaSpecificResistance, type ElectrodeResistance, type ResistanceOptions,
} from '../resolved/resistance.js';
import { parseStoichiometry, readCellFile } from './cell-file.js';
import { defineCommand, runs } from './command.js';
import { addElectrodeOptions, electrodeOptions, type ElectrodeFlags } from './electrode-options.js';
import { runFacts } from './facts.js';
import { addRawOptions } from './options.js';
import { checkOutput } from './outputs.js';
import { tableFiles } from './table.js';
import { textTable } from './text.js';

interface AsrFlags extends ElectrodeFlags {
  readonly stoichiometry?: number;
  readonly homogenised: boolean;
  readonly output?: string;
  readonly report?: string;
}

/** Ω m² as people give it. */
const perSquareCentimetre = (value: number | null): string => (value === null ? '–' : significant(1e4 * value));

function text(path: string, result: ElectrodeResistance): string {
  const { resistance, electrode, shares, area, homogenised, stoichiometry } = result;
  const rows = Object.entries(shares).map(([name, value]) => [
    name, perSquareCentimetre(value), significant((100 * value) / resistance, 3),
  ]);
  const lines = [
    `${path}: ${perSquareCentimetre(resistance)} Ω cm² at x = ${significant(stoichiometry)}, ` +
      `${perSquareCentimetre(electrode)} of them in the electrode`,
    textTable([['share', 'Ω cm²', '%'], ...rows]),
    `interface: ${significant(area.corrected / 1e6)} per µm (faces of voxels ${significant(area.faces / 1e6)}, ` +
      `weights scaled by ${significant(area.factor)})`,
  ];
  if (homogenised === null) return lines.join('\n');
  const { difference } = homogenised;
  return [...lines, homogenised.resistance === null
    ? 'homogenised: a phase does not percolate by itself, so that there is none'
    : `homogenised: ${perSquareCentimetre(homogenised.resistance)} Ω cm² from ε, M and S of the same image; the ` +
      `voxels resist ${significant(100 * Math.abs(difference!), 3)} % ${difference! < 0 ? 'less' : 'more'}`].join('\n');
}

function reactionTable({ depthUm, reaction, homogenised }: ElectrodeResistance): Table {
  const other = homogenised?.reaction ?? null;
  return tableOfCells(
    ['depthUm', 'reaction', ...(other === null ? [] : ['homogenised'])],
    depthUm.map((depth, k) => [depth, reaction[k], ...(other === null ? [] : [other[k]])]),
  );
}

export function asrCommand(): Command {
  const command = defineCommand('asr', 'Area-specific resistance of a solid-state electrode on its voxels by one ' +
    'linear solve of ions, electrons and the interface between them: the share of each loss, the reaction over the ' +
    'depth, and how far the homogenised electrode of the same image is from it.', [
    'asr cathode.nrrd examples/cells/s1.yaml',
    'asr cathode.nrrd examples/cells/s1.yaml --stoichiometry 0.5 --json',
    'asr cathode.nrrd examples/cells/s1.yaml --report asr.html',
    'asr cathode.nrrd cell.yaml --carbon 4 --carbon-conductivity 1000 -o reaction.csv',
  ])
    .argument('<image>', 'label image with a voxel size')
    .argument('<cell>', 'cell file (YAML; docs/cell.md): materials, separator, foil; what it says of the ' +
      'electrode\'s composition is not used');
  addElectrodeOptions(command)
    .option('--stoichiometry <x>', 'of the active material (default: that of the file)', parseStoichiometry)
    .option('--no-homogenised', 'no M of both phases, and no comparison')
    .option('-o, --output <reaction.csv>', 'write the reaction over the depth')
    .option('--report <report.html>', 'write a report: shares of the losses, reaction over the depth, against ' +
      'homogeneous media');
  addRawOptions(command);
  return runs<[string, string, AsrFlags]>(command, async (call, path, cellPath, flags) => {
    const { output, report } = flags;
    const inputs = [path, cellPath];
    if (output !== undefined) await checkOutput(output, 'table', inputs);
    if (report !== undefined) await checkOutput(report, 'report', inputs);
    const description = await readCellFile(cellPath);
    const read = await readVolume(path, call.reading);
    const volume = flags.voxelSize === undefined ? read : { ...read, voxelSizeUm: flags.voxelSize };
    const options: Partial<ResistanceOptions> = {
      ...electrodeOptions(flags), stoichiometry: flags.stoichiometry ?? null, homogenised: flags.homogenised,
    };
    const result = await areaSpecificResistance(await call.session(), volume, description.cell, options, call.run);
    const files = new Map<string, FileContent>();
    if (output !== undefined) {
      for (const file of await tableFiles(output, reactionTable(result))) files.set(...file);
    }
    if (report !== undefined) {
      const { factsOf, resistanceReport } = await import('../report/index.js');
      files.set(report, resistanceReport({
        title: path, volume, axis: flags.axis, separator: flags.separator, description, result,
        reproducibility: factsOf(runFacts(volume)),
      }));
    }
    if (files.size > 0) {
      await writeFiles(files);
      call.note([...files.keys()].join(', '));
    }
    call.print({ image: path, cell: cellPath, ...result }, text(path, result));
  });
}
