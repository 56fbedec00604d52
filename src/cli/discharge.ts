// voxelith discharge: what a cell gives at the rates that are asked for.
import type { Command } from 'commander';
import { SpecError } from '../core/errors.js';
import { significant } from '../core/text.js';
import { rateTable } from '../cell/experiments/rate-table.js';
import { curveOf } from '../cell/outputs/curve.js';
import { summaryOf, type RunSummary } from '../cell/outputs/summary.js';
import type { Run } from '../cell/experiments/run.js';
import type { CellDescription } from '../cell/file/read.js';
import { compareRagone } from '../cell/ragone/full.js';
import { formatCsv, type CsvCell } from '../io/csv.js';
import { writeFiles, type FileContent } from '../io/write.node.js';
import { dischargeReport } from '../report/cell.js';
import { factsOf } from '../report/index.js';
import { checkDistinct, parsePositives, readCellFile } from './cell-file.js';
import { defineCommand, runs } from './command.js';
import { runFacts } from './facts.js';
import { textTable } from './text.js';
import { checkFile } from './outputs.js';

interface DischargeOptions {
  readonly rates?: readonly number[];
  readonly current?: readonly number[];
  readonly curves?: string;
  readonly output?: string;
  readonly report?: string;
}

/** Rates of a table when nobody names any. */
const DEFAULT_RATES = [0.1, 0.2, 0.5, 1, 2];

const COLUMNS = [
  'rate', 'currentDensity', 'dischargeCapacity', 'energy', 'duration', 'meanVoltage', 'startVoltage', 'endVoltage',
  'utilisation', 'specificEnergy', 'energyDensity', 'endedBy',
] as const satisfies readonly (keyof RunSummary)[];

function tableCsv(summaries: readonly RunSummary[]): string {
  const losses = Object.keys(summaries[0].losses) as (keyof RunSummary['losses'])[];
  return formatCsv([...COLUMNS, ...losses.map((name) => `loss.${name}`)], summaries.map((summary) => [
    ...COLUMNS.map((column) => summary[column]), ...losses.map((name) => summary.losses[name]),
  ]));
}

function curvesCsv(simulated: readonly Run[]): string {
  const rows: CsvCell[][] = simulated.flatMap((run) => {
    const { time, voltage, current, charge, energy } = curveOf(run);
    return time.map((t, i) => [run.control.value, t, voltage[i], current[i], charge[i], energy[i]]);
  });
  return formatCsv(['currentDensity', 'time', 'voltage', 'current', 'charge', 'energy'], rows);
}

function text({ cell, fluxFactors }: CellDescription, summaries: readonly RunSummary[]): string {
  const rows = summaries.map((run) => [
    significant(run.rate), significant(run.currentDensity), significant(run.dischargeCapacity / 36_000),
    significant(run.energy / 36_000), significant(run.meanVoltage), significant(run.duration), run.endedBy,
  ]);
  const table = textTable([
    ['C-rate', 'A/m²', 'mAh/cm²', 'mWh/cm²', 'mean V', 'time (s)', 'ended by'], ...rows,
  ]);
  const factors = `flux factor aR/(3ε) of particles: ${fluxFactors.map((value) => significant(value)).join(', ')}`;
  const causes = summaries.flatMap(({ cause, currentDensity }) =>
    (cause === null ? [] : [`at ${significant(currentDensity)} A/m²: ${cause}`]));
  return [`${cell.name}, ${significant(cell.temperature)} K; ${factors}`, table, ...causes].join('\n');
}

export function dischargeCommand(): Command {
  const command = defineCommand('discharge', 'Discharge a cell at constant currents: capacity, energy and voltage ' +
    'curves by a pseudo-two-dimensional model.', [
    'discharge examples/cells/s2.yaml --rates 0.1,0.5,1,2',
    'discharge examples/cells/s2.yaml --current 6,12,24 --json',
    'discharge cell.yaml --report cell.html --curves curves.csv -o rates.csv',
  ])
    .argument('<cell>', 'cell file (YAML; docs/cell.md) or BPX file (JSON)')
    .option(
      '--rates <list>', `C-rates of the cell's nominal capacity (default: ${DEFAULT_RATES.join(',')})`, parsePositives,
    )
    .option('--current <list>', 'current densities in A/m² instead', parsePositives)
    .option('-o, --output <table.csv>', 'write the table of rates')
    .option('--curves <curves.csv>', 'write the voltage curves')
    .option('--report <report.html>', 'write a report with curves, profiles and the cell\'s numbers');
  return runs<[string, DischargeOptions]>(command, async (call, path, options) => {
    const { rates, current, curves, output, report } = options;
    if (rates !== undefined && current !== undefined) {
      throw new SpecError('discharge: --rates and --current say the same; give one of them');
    }
    for (const file of [curves, output, report]) if (file !== undefined) await checkFile(file, [path]);
    const description = await readCellFile(path);
    const { cell, nominalCapacity, entries, fluxFactors } = description;
    const currents = current ?? (rates ?? DEFAULT_RATES).map((rate) => (rate * nominalCapacity) / 3600);
    checkDistinct('discharge', current === undefined ? '--rates' : '--current', currents);
    const simulated = rateTable(cell, currents);
    const summaries = simulated.map((run) => summaryOf(run, description));
    const ragone = compareRagone(simulated);
    const files = new Map<string, FileContent>();
    const put = (file: string | undefined, content: () => string): void => {
      if (file !== undefined) files.set(file, content());
    };
    put(output, () => tableCsv(summaries));
    put(curves, () => curvesCsv(simulated));
    put(report, () => dischargeReport({
      title: cell.name, description, runs: simulated, summaries, ragone, reproducibility: factsOf(runFacts()),
    }));
    if (files.size > 0) {
      await writeFiles(files);
      call.note([...files.keys()].join(', '));
    }
    call.print({
      cell: cell.name, temperature: cell.temperature, nominalCapacity, fluxFactors,
      runs: summaries.map((summary, i) => ({
        ...summary,
        quick: { dischargeCapacity: ragone[i].quick.dischargeCapacity, energy: ragone[i].quick.energy },
      })),
      inputs: entries,
    }, text(description, summaries));
  });
}
