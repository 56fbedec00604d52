// voxelith series: an additive content by content, what it gives to electrons and takes from ions.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { SpecError, VoxelithError } from '../core/errors.js';
import type { Axis, VoxelSize } from '../core/grid.js';
import type { PhaseNames } from '../core/phase-names.js';
import { quoted } from '../core/quote.js';
import { steppedValues } from '../core/sequence.js';
import { NO_MEANING, tableOfRows } from '../core/table.js';
import { labelFractions, type LabelVolume } from '../core/volume.js';
import { imageWarnings } from '../descriptors/image-warnings.js';
import { readImage } from '../io/files.node.js';
import { toLabels } from '../io/voxels.js';
import { writeFiles } from '../io/write.node.js';
import { contentRange } from '../networks/insert.js';
import {
  FINDINGS_DEFAULTS, seriesFindings, seriesResults, type SeriesFindings, type SeriesResult,
} from '../networks/series/findings.js';
import { seriesInputs, type SeriesMaterials } from '../networks/series/inputs.js';
import {
  insertionSeries, pairName, SERIES_DEFAULTS, seriesPhases, type Series, type SeriesOptions, type SeriesRow,
} from '../networks/series/series.js';
import type { TableLine } from './batch.js';
import { defineCommand, runs, type Invocation } from './command.js';
import { runFacts } from './facts.js';
import {
  addInsertOptions, insertOptionsOf, parseSteps, startingVolume, STEP, type InsertFlags,
} from './insert-options.js';
import {
  addRawOptions, axisOption, parseCount, parseFraction, parseNumber, parsePerLabel, parsePhase, voxelSizeOption,
} from './options.js';
import { checkOutput } from './outputs.js';
import { namesOption } from './phases.js';
import { fingerprintOf, keptRows } from './resume.js';
import { seriesLine, seriesRow, seriesUnits } from './series-table.js';
import { tableFiles } from './table.js';
import { significant, textTable } from './text.js';

interface Flags extends InsertFlags {
  readonly active: number;
  readonly electrolyte?: number;
  readonly sigma?: Readonly<Record<number, number>>;
  readonly additiveTransport?: number;
  readonly electrolyteSigma?: number;
  readonly density?: Readonly<Record<number, number>>;
  readonly capacity?: number;
  readonly thickness?: number;
  readonly source?: Readonly<Record<string, string>>;
  readonly axis: Axis;
  readonly voxelSize?: VoxelSize;
  readonly keep: number;
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly names?: PhaseNames;
  readonly output?: string;
  readonly report?: string;
}

/** Contents of a series that names none: steps of 1 % up to this. */
const LAST = 0.2;

/** "conductivity2=Amin 2016" */
function parseSource(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1 || text.slice(at + 1).trim() === '') {
    throw new InvalidArgumentError(`Expected INPUT=TEXT, such as "conductivity2=Amin 2016", found ${quoted(text)}.`);
  }
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1).trim() };
}

/** Steps of 1 % above what is there, as many as there is room for. @throws SpecError when there is none */
function defaultSteps(volume: LabelVolume, flags: InsertFlags): number[] {
  const range = contentRange(volume, flags);
  const [before, most] = [range.before, range.before + range.room].map((count) => count / range.voxels);
  const steps = steppedValues(STEP, STEP, Math.round(LAST / STEP))
    .filter((fraction) => fraction > before && fraction <= most);
  if (steps.length === 0 && range.room > 0) {
    throw new SpecError(
      `series: label ${flags.label} has ${before.toFixed(4)} of the window already, and there is room up to ` +
        `${most.toFixed(4)}; say the contents with --steps FROM..TO`,
    );
  }
  // Without any room the insertion says what is wrong.
  return steps.length === 0 ? [STEP] : steps;
}

function textOf(
  path: string, { insertion, axis }: Series, rows: readonly SeriesResult[], findings: SeriesFindings,
): string {
  const table = rows.map((row) => [
    (100 * row.fraction).toFixed(2), significant(row.connectivity), row.spans[axis] ? 'yes' : 'no',
    significant(row.electronConductivity), significant(row.ionMFactor), significant(row.tortuosityFactor),
    row.coveredShare === null ? '-' : significant(100 * row.coveredShare, 3), significant(row.loading),
    significant(row.specificCapacity), significant(row.ohmicResistance),
  ]);
  const { spansAt, growth, window, keep, keepsUpTo, leastLoss } = findings;
  const vol = (share: number): string => `${significant(100 * share)} vol-%`;
  const percents = (share: number): string => `${significant(100 * share, 3)} %`;
  return [
    `${path}: label ${insertion.label} into ${insertion.into}, ${insertion.method}; along ${axis}`,
    textTable([[
      'vol-%', 'connectivity', 'spans', 'σ_eff S/m', 'M ions', 'ε/M', 'covered %', 'mg/cm²', 'mAh/g', 'Ω cm²',
    ], ...table]),
    spansAt === null ? `never spans along ${axis}` : `spans along ${axis} from ${vol(spansAt)}` +
      (growth === null ? '' : `; σ_eff rises by ${percents(growth.below)} per vol-% below, ` +
        `${percents(growth.above)} above`),
    keepsUpTo === null ? `ions keep more than ${percents(keep)} of M throughout`
      : `ions keep ${percents(keep)} of M up to ${vol(keepsUpTo)}`,
    window === null ? 'window: none does for both' : `window: ${vol(window.from)} to ${vol(window.to)}` +
      (keepsUpTo === null ? ', where the series ends' : ''),
    ...(leastLoss === null ? [] : [`least ohmic loss at ${vol(leastLoss)}`]),
  ].join('\n');
}

/** How often the table is written, ms. */
const TABLE_INTERVAL = 1000;

/** What a run writes as it goes, and what is there from another one. */
async function openTable(
  call: Invocation, path: string, output: string | undefined, fingerprint: string,
  units: Readonly<Record<string, string>>,
) {
  const kept = output === undefined ? null : await keptRows(output, 'series', false);
  const found = kept?.find(path, fingerprint, call) ?? [];
  let wroteAt = -Infinity;
  return {
    lineOf: (voxels: number) => found.find((line) => Number(line.voxels) === voxels) ?? null,
    async write(lines: readonly TableLine[], last: boolean): Promise<void> {
      const early = !last && performance.now() - wroteAt < TABLE_INTERVAL;
      if (output === undefined || lines.length === 0 || early) return;
      wroteAt = performance.now();
      const named = new Set(lines.map(({ voxels }) => Number(voxels)));
      const own = [
        ...lines.map((line): TableLine => ({ file: path, ...line, fingerprint })),
        // Contents of a run before, by the same settings, that this one did not ask for.
        ...found.filter(({ voxels }) => !named.has(Number(voxels))),
      ].sort((a, b) => Number(a.voxels) - Number(b.voxels));
      const all = [...own, ...kept!.others([path])];
      const columns = [...new Set(all.flatMap((line) => Object.keys(line)))];
      const table = tableOfRows(columns, all, (name) =>
        (Object.hasOwn(units, name) ? { ...NO_MEANING, unit: units[name] } : null));
      await writeFiles(new Map(await tableFiles(output, table)));
    },
  };
}

export function seriesCommand(): Command {
  const command = defineCommand('series', 'Add a phase content by content, and say what each does: conduction of ' +
    'electrons and of ions, contacts, mass; from which content on it spans, and which contents do for both.', [
    'series electrode.tif --into 3 --label 4 --active 2 --report binder.html',
    'series electrode.tif --into 0 --label 170 --clear --active 85 --sigma 85=0.17,170=100 -o binder.csv',
    'series cathode.nrrd --into 3 --label 4 --electrolyte 1 --steps 0.005..0.06:0.005 --json',
  ])
    .argument('<image>', 'label image');
  addInsertOptions(command)
    .option('--steps <range>', 'contents, as FROM..TO, FROM..TO:STEP or a list (default: 0.01..0.20, as far as there ' +
      'is room)', parseSteps)
    .addOption(new Option('--active <label>', 'the active material').argParser(parsePhase).default(2))
    .addOption(new Option('--electrolyte <label>', 'what conducts ions (default: the phase that is filled)')
      .argParser(parsePhase))
    .addOption(namesOption())
    .addOption(axisOption('transport direction').choices(['x', 'y', 'z']))
    .addOption(voxelSizeOption('overrides the file: 0.2um, 200nm or x,y,z'))
    .optionsGroup('Materials; what is not given is assumed, and the output says so:')
    .option('--sigma <list>', 'electronic conductivities, S/m, e.g. 2=0.5,4=100',
      (text: string) => parsePerLabel(text, 'LABEL=CONDUCTIVITY, such as 2=0.5,4=100', parseNumber))
    .option('--additive-transport <share>', 'X/τ of the additive\'s own pores, 0 for a dense one', parseNumber)
    .option('--electrolyte-sigma <value>', 'conductivity of the electrolyte itself, S/m', parseNumber)
    .option('--density <list>', 'densities, g/cm³, e.g. 2=4.76,4=1.2',
      (text: string) => parsePerLabel(text, 'LABEL=DENSITY, such as 2=4.76,4=1.2', parseNumber))
    .option('--capacity <value>', 'of the active material, mAh/g', parseNumber)
    .option('--thickness <um>', 'of the electrode, µm (default: of the window along the axis)', parseNumber)
    .option('--source <input=text>', 'where a value is from, e.g. "conductivity2=Amin 2016"; may be given again',
      parseSource)
    .optionsGroup('Work and results:')
    .option('--keep <share>', 'share of M that ions must keep in the window', parseFraction, FINDINGS_DEFAULTS.keep)
    .option('--tolerance <share>', 'relative error at which solves stop', parseFraction, SERIES_DEFAULTS.tolerance)
    .option('--max-iterations <n>', 'where they stop at the latest', parseCount, SERIES_DEFAULTS.maxIterations)
    .option('-o, --output <table.csv>', 'write a table, CSV or .parquet, as contents are done; a rerun does ' +
      'what is missing')
    .option('--report <report.html>', 'write a report with curves and slices');
  addRawOptions(command);
  return runs<[string, Flags]>(command, async (call, path, flags) => {
    const { output, report, active, axis, keep, names } = flags;
    if (output !== undefined) await checkOutput(output, 'table', [path]);
    if (report !== undefined) await checkOutput(report, 'report', [path]);
    const image = await readImage([path], call.reading);
    const array = flags.voxelSize === undefined ? image.array : { ...image.array, voxelSizeUm: flags.voxelSize };
    call.warn(image.warnings);
    const volume = startingVolume(toLabels(path, array), flags);
    const materials: SeriesMaterials = {
      conductivity: flags.sigma, additiveTransport: flags.additiveTransport,
      electrolyteConductivity: flags.electrolyteSigma, density: flags.density, capacity: flags.capacity,
      thickness: flags.thickness, sources: flags.source,
    };
    const { values, inputs } = seriesInputs(flags, { ...volume, axis }, materials);
    const electrolyte = flags.electrolyte ?? flags.into;
    const options: SeriesOptions = {
      ...insertOptionsOf(flags), fractions: flags.steps ?? defaultSteps(volume, flags), active, electrolyte,
      conductivity: values.conductivity, additiveTransport: values.additiveTransport, axis,
      tolerance: flags.tolerance, maxIterations: flags.maxIterations,
    };
    const session = await call.session();
    const sizeKnown = volume.voxelSizeUm !== null;
    const pairs = seriesPhases(options).flatMap((a, i, all) => all.slice(i + 1).map((b) => pairName(a, b)));
    const units = seriesUnits(pairs, sizeKnown);
    const { fractions: _fractions, ...settings } = options;
    const fingerprint = await fingerprintOf('series', { ...settings, clear: flags.clear === true }, array);
    const table = await openTable(call, path, output, fingerprint, units);
    const done: SeriesRow[] = [];
    const shares = labelFractions(volume.labels);
    const writeTable = (last: boolean): Promise<void> => table.write(
      seriesResults(done, flags, shares, values).map((row) => seriesLine(row, sizeKnown)), last,
    );
    let reused = 0;
    let warnings: string[] = [];
    const series = await insertionSeries(session, volume, options, {
      ...call.run,
      // What speaks against the image is said before hours of work.
      async onInserted() {
        const phases = seriesPhases(options).filter((phase) => volume.labels.includes(phase));
        warnings = await imageWarnings(session, volume, { phases }, call.run);
        call.warn(warnings);
      },
      known(step) {
        const line = table.lineOf(step.voxels);
        const row = line === null ? null : seriesRow(line, step, pairs, sizeKnown);
        if (row !== null) reused++;
        return row;
      },
      async onRow(row, count, total) {
        done.push(row);
        call.progress.prefix(`${count}/${total} contents  `);
        await writeTable(false);
      },
    }).finally(() => writeTable(true));
    const results = seriesResults(series.rows, flags, shares, values);
    const findings = seriesFindings(series, results, keep);
    if (report !== undefined) {
      const { seriesReport, factsOf } = await import('../report/index.js');
      await writeFiles(new Map([[report, seriesReport({
        title: path, names, volume, series, results, findings, inputs, warnings,
        reproducibility: factsOf(runFacts(volume)),
      })]]));
    }
    const files = [output, report].filter((file) => file !== undefined);
    if (reused > 0) call.note(`${output}: ${reused} contents were done already`);
    if (files.length > 0) call.note(files.join(', '));
    const { order: _order, steps: _steps, ...insertion } = series.insertion;
    call.print({
      ...insertion, active, electrolyte: series.electrolyte, axis, activeFraction: series.activeFraction,
      steps: results, findings, inputs, units, warnings, files,
    }, textOf(path, series, results, findings));
    const unfinished = results.filter(({ problems }) => problems.some((text) => text.includes('not converged')));
    if (unfinished.length > 0) {
      throw new VoxelithError(
        `series: ${unfinished.length} of ${results.length} contents have a solve that did not converge, first at ` +
          `${unfinished[0].fraction}: ${unfinished[0].problems.join('; ')}; raise --max-iterations or --tolerance`,
      );
    }
  });
}
