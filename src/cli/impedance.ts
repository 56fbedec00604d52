// voxelith impedance: the spectrum of a cell at rest.
import type { Command } from 'commander';
import { tableOfCells } from '../core/table.js';
import { significant } from '../core/text.js';
import { impedanceSpectrum } from '../cell/impedance/spectrum.js';
import { layoutOf } from '../cell/cell.js';
import { MESH_DEFAULTS } from '../cell/p2d/mesh.js';
import { settle } from '../cell/p2d/start.js';
import { P2D } from '../cell/p2d/system.js';
import { electrodeResistances, seriesResistances } from '../cell/ragone/resistances.js';
import { writeFiles, type FileContent } from '../io/write.node.js';
import {
  addStartOptions, checkDistinct, parsePositives, readCellFile, startOf, type StartOptions,
} from './cell-file.js';
import { defineCommand, runs } from './command.js';
import { runFacts } from './facts.js';
import { tableFiles } from './table.js';
import { textTable } from './text.js';
import { checkFile } from './outputs.js';

interface ImpedanceOptions extends StartOptions {
  readonly frequencies?: readonly number[];
  readonly output?: string;
  readonly report?: string;
}

/** From 100 kHz to 1 mHz, six per decade. */
const DEFAULT_FREQUENCIES = Array.from({ length: 49 }, (_, k) => Number((10 ** (5 - k / 6)).toPrecision(6)));

export function impedanceCommand(): Command {
  const command = defineCommand('impedance', 'Impedance of a cell at rest, and what its resistance is made of.', [
    'impedance examples/cells/s2.yaml --stoichiometry 0.5',
    'impedance examples/cells/s2.yaml --frequencies 1e4,1 --stoichiometry 0.5 --json',
    'impedance cell.yaml -o spectrum.csv --report spectrum.html',
  ])
    .argument('<cell>', 'cell file (YAML; docs/cell.md) or BPX file (JSON)')
    .option('--frequencies <list>', 'in Hz (default: 49 from 1e5 to 1e-3)', parsePositives)
    .option('-o, --output <table.csv>', 'write the spectrum')
    .option('--report <report.html>', 'write a report with Nyquist and Bode plots');
  return runs<[string, ImpedanceOptions]>(addStartOptions(command), async (call, path, options) => {
    const { frequencies = DEFAULT_FREQUENCIES, stoichiometry, negativeStoichiometry, output, report } = options;
    checkDistinct('impedance', '--frequencies', frequencies);
    for (const file of [output, report]) if (file !== undefined) await checkFile(file, [path]);
    const description = await readCellFile(path);
    const { cell } = description;
    const { negative, positive } = layoutOf(cell);
    const model = new P2D(cell, MESH_DEFAULTS);
    const y = startOf(path, model, options);
    settle(model, y, { kind: 'current', value: 0 });
    const impedance = impedanceSpectrum(model, y, frequencies);
    const x = stoichiometry ?? positive.active.stoichiometry;
    const resistances = {
      ...seriesResistances(cell),
      positive: electrodeResistances(positive, x, cell.temperature),
      negative: negative === null ? null
        : electrodeResistances(negative, negativeStoichiometry ?? negative.active.stoichiometry, cell.temperature),
    };
    const files = new Map<string, FileContent>();
    if (output !== undefined) {
      const lines = impedance.map(({ frequency, real, imaginary }) => [frequency, real, imaginary]);
      const table = tableOfCells(['frequency', 'real', 'imaginary'], lines);
      for (const [name, content] of await tableFiles(output, table)) files.set(name, content);
    }
    if (report !== undefined) {
      const { factsOf, impedanceReport } = await import('../report/index.js');
      files.set(report, impedanceReport({
        title: cell.name, description, stoichiometry: x, impedance, resistances, reproducibility: factsOf(runFacts()),
      }));
    }
    if (files.size > 0) {
      await writeFiles(files);
      call.note([...files.keys()].join(', '));
    }
    const rows = impedance.map(({ frequency, real, imaginary }) =>
      [significant(frequency), significant(1e4 * real, 6), significant(1e4 * imaginary, 6)]);
    call.print(
      { cell: cell.name, stoichiometry: x, voltage: model.voltage(y), impedance, resistances },
      textTable([['Hz', 'Re Z (Ω cm²)', 'Im Z (Ω cm²)'], ...rows]),
    );
  });
}
