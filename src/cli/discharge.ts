// voxelith discharge: what a cell gives at the rates that are asked for.
import type { Command } from 'commander';
import { SpecError, VoxelithError } from '../core/errors.js';
import { tableOfCells, type Table, type TableCell } from '../core/table.js';
import { significant } from '../core/text.js';
import { constantCurrent } from '../cell/experiments/constant-current.js';
import { sequence } from '../cell/experiments/sequence.js';
import { parseSteps, type WrittenStep } from '../cell/experiments/steps.js';
import { curveOf } from '../cell/outputs/curve.js';
import { summaryOf, type RunSummary } from '../cell/outputs/summary.js';
import type { Run } from '../cell/experiments/run.js';
import type { CellDescription } from '../cell/file/read.js';
import { MESH_DEFAULTS } from '../cell/p2d/mesh.js';
import { P2D } from '../cell/p2d/system.js';
import { compareRagone } from '../cell/ragone/full.js';
import { writeFiles, type FileContent } from '../io/write.node.js';
import {
  addStartOptions, checkDistinct, parsePositives, readCellFile, startOf, type StartOptions,
} from './cell-file.js';
import { defineCommand, runs } from './command.js';
import { runFacts } from './facts.js';
import { tableFiles } from './table.js';
import { textTable } from './text.js';
import { checkFile } from './outputs.js';

interface DischargeOptions extends StartOptions {
  readonly rates?: readonly number[];
  readonly current?: readonly number[];
  readonly steps?: string;
  readonly curves?: string;
  readonly output?: string;
  readonly report?: string;
}

/** Rates of a table when nobody names any. */
const DEFAULT_RATES = [0.1, 0.2, 0.5, 1, 2];

const COLUMNS = [
  'rate', 'currentDensity', 'dischargeCapacity', 'energy', 'duration', 'meanVoltage', 'startVoltage', 'endVoltage',
  'utilisation', 'specificEnergy', 'energyDensity', 'endedBy', 'partial', 'cause',
] as const satisfies readonly (keyof RunSummary)[];

/** What was simulated: discharges of one table, or steps one after another. */
interface Simulated {
  readonly runs: readonly Run[];
  readonly summaries: readonly RunSummary[];
  /** Steps as they were written, as many as there are runs; null for a table of currents. */
  readonly steps: readonly string[] | null;
}

function tableOfRuns({ summaries, steps }: Simulated): Table {
  const losses = Object.keys(summaries[0].losses) as (keyof RunSummary['losses'])[];
  const head = [...(steps === null ? [] : ['step']), ...COLUMNS, ...losses.map((name) => `loss.${name}`)];
  return tableOfCells(head, summaries.map((summary, i) => [
    ...(steps === null ? [] : [steps[i]]), ...COLUMNS.map((column) => summary[column]),
    ...losses.map((name) => summary.losses[name]),
  ]));
}

function tableOfCurves({ runs: simulated, summaries, steps }: Simulated): Table {
  const first = steps === null ? 'currentDensity' : 'step';
  const rows: TableCell[][] = simulated.flatMap((run, i) => {
    const { time, voltage, current, charge, energy } = curveOf(run);
    const { currentDensity, partial } = summaries[i];
    const label = steps === null ? currentDensity : steps[i];
    return time.map((t, k) => [label, t, voltage[k], current[k], charge[k], energy[k], partial]);
  });
  return tableOfCells([first, 'time', 'voltage', 'current', 'charge', 'energy', 'partial'], rows);
}

/** How messages name a run. */
const nameOfRun = ({ steps, summaries }: Simulated, i: number): string =>
  (steps === null ? `at ${significant(summaries[i].currentDensity)} A/m²` : `step ${i + 1}, "${steps[i]}"`);

function text({ cell, fluxFactors }: CellDescription, simulated: Simulated): string {
  const { summaries, steps } = simulated;
  const rows = summaries.map((run, i) => [
    ...(steps === null ? [significant(run.rate), significant(run.currentDensity)] : [steps[i]]),
    significant(run.dischargeCapacity / 36_000), significant(run.energy / 36_000),
    significant(steps === null ? run.meanVoltage : run.endVoltage), significant(run.duration),
    `${run.endedBy}${run.partial ? ' (partial)' : ''}`,
  ]);
  const table = textTable([
    [...(steps === null ? ['C-rate', 'A/m²'] : ['step']), 'mAh/cm²', 'mWh/cm²', steps === null ? 'mean V' : 'end V',
      'time (s)', 'ended by'], ...rows,
  ]);
  const factors = `flux factor aR/(3ε) of particles: ${fluxFactors.map((value) => significant(value)).join(', ')}`;
  const causes = summaries.flatMap(({ cause, partial }, i) =>
    (cause === null || partial ? [] : [`${nameOfRun(simulated, i)}: ${cause}`]));
  return [`${cell.name}, ${significant(cell.temperature)} K; ${factors}`, table, ...causes].join('\n');
}

/** Runs that failed, one line each; after one of several steps no other begins. */
function refuseFailures(path: string, simulated: Simulated, wanted: number): void {
  const { summaries } = simulated;
  const rest = summaries.length < wanted ? '; the steps after it were not begun' : '';
  const failures = summaries.flatMap(({ cause, partial }, i) =>
    (partial ? [`${path}: ${nameOfRun(simulated, i)}: ${cause}${rest}`] : []));
  if (failures.length > 0) throw new VoxelithError(failures.join('\n'));
}

export function dischargeCommand(): Command {
  const command = defineCommand('discharge', 'Discharge a cell at constant currents, or take it through steps of ' +
    'charge, discharge, held voltage or power, and rest: capacity, energy and voltage curves by a ' +
    'pseudo-two-dimensional model.', [
    'discharge examples/cells/s2.yaml --rates 0.1,0.5,1,2',
    'discharge examples/cells/s2.yaml --current 6,12,24 --json',
    'discharge examples/cells/s2.yaml --steps "1C to 3.6V, rest 10min, charge 0.5C to 4.2V, 4.2V until 0.05C"',
    'discharge cell.yaml --report cell.html --curves curves.csv -o rates.csv',
  ])
    .argument('<cell>', 'cell file (YAML; docs/cell.md) or BPX file (JSON)')
    .option(
      '--rates <list>', `C-rates of the cell's nominal capacity (default: ${DEFAULT_RATES.join(',')})`, parsePositives,
    )
    .option('--current <list>', 'current densities in A/m² instead', parsePositives)
    .option('--steps <list>', 'steps one after another instead, e.g. "1C to 3.1V, rest 10min, charge 0.5C to 4.2V, ' +
      '4.2V until 0.05C"')
    .option('-o, --output <table.csv>', 'write the table of rates')
    .option('--curves <curves.csv>', 'write the voltage curves')
    .option('--report <report.html>', 'write a report with curves, profiles and the cell\'s numbers');
  addStartOptions(command);
  return runs<[string, DischargeOptions]>(command, async (call, path, options) => {
    const { rates, current, steps, curves, output, report } = options;
    const given = Object.entries({ '--rates': rates, '--current': current, '--steps': steps })
      .filter(([, value]) => value !== undefined).map(([flag]) => flag);
    if (given.length > 1) {
      throw new SpecError(`discharge: ${given.join(' and ')} say the same; give one of them`);
    }
    for (const file of [curves, output, report]) if (file !== undefined) await checkFile(file, [path]);
    const description = await readCellFile(path);
    const { cell, nominalCapacity, entries, fluxFactors } = description;
    const written: readonly WrittenStep[] | null = steps === undefined ? null
      : parseSteps(steps, description, 'discharge: --steps');
    const currents = current ?? (rates ?? DEFAULT_RATES).map((rate) => (rate * nominalCapacity) / 3600);
    checkDistinct('discharge', current === undefined ? '--rates' : '--current', currents);
    const model = new P2D(cell, MESH_DEFAULTS);
    const start = startOf(path, model, options);
    const done = written === null
      ? currents.map((value) => constantCurrent(model, start, { current: value, duration: null }))
      : sequence(model, start, written.map(({ step }) => step));
    const simulated: Simulated = {
      runs: done,
      summaries: done.map((run) => summaryOf(run, description)),
      steps: written === null ? null : written.slice(0, done.length).map((step) => step.text),
    };
    // The quick map knows discharges from the start of the file only.
    const begins = options.stoichiometry === undefined && options.negativeStoichiometry === undefined;
    const ragone = written === null && begins ? compareRagone(done) : null;
    const files = new Map<string, FileContent>();
    const put = async (file: string | undefined, table: () => Table): Promise<void> => {
      if (file === undefined) return;
      for (const [name, content] of await tableFiles(file, table())) files.set(name, content);
    };
    await put(output, () => tableOfRuns(simulated));
    await put(curves, () => tableOfCurves(simulated));
    if (report !== undefined) {
      const { dischargeReport, factsOf } = await import('../report/index.js');
      files.set(report, dischargeReport({
        title: cell.name, description, ...simulated, ragone, reproducibility: factsOf(runFacts()),
      }));
    }
    if (files.size > 0) {
      await writeFiles(files);
      call.note([...files.keys()].join(', '));
    }
    call.print({
      cell: cell.name, temperature: cell.temperature, nominalCapacity, fluxFactors,
      runs: simulated.summaries.map((summary, i) => ({
        ...(simulated.steps === null ? {} : { step: simulated.steps[i] }),
        ...summary,
        ...(ragone === null ? {} : {
          quick: { dischargeCapacity: ragone[i].quick.dischargeCapacity, energy: ragone[i].quick.energy },
        }),
      })),
      inputs: entries,
    }, text(description, simulated));
    refuseFailures(path, simulated, written?.length ?? done.length);
  });
}
