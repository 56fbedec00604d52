// voxelith percolate: sweeps over composition and sizes, how much of a material is needed, percolation thresholds.
import { basename, extname, join } from 'node:path';
import { Option, type Command } from 'commander';
import { CancelledError, SpecError } from '../core/errors.js';
import type { Axis, Face, Neighbourhood } from '../core/grid.js';
import { tableOfCells } from '../core/table.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import { imageWarnings } from '../descriptors/image-warnings.js';
import { readBytes, readVolume } from '../io/files.node.js';
import { textOf } from '../io/utf8.js';
import { writeFiles } from '../io/write.node.js';
import { INSERT_METHODS, type InsertMethodName } from '../networks/methods.js';
import type { Interval } from '../numeric/intervals.js';
import {
  parseImageSweep, parsePercolation, SWEEP_DEFAULTS, type PercolationSpec, type SweepSpec,
} from '../percolation/spec.js';
import { alongOf } from '../percolation/summary.js';
import { runSweep, type SweepProgress, type SweepResult } from '../percolation/sweep.js';
import { sweepTable, thresholdTable, type PercolationTable } from '../percolation/table.js';
import { runThreshold, type ThresholdResult } from '../percolation/threshold.js';
import { answerText, placeText, roomWarnings, sweepReport, thresholdReport } from '../report/percolation.js';
import { factsOf } from '../report/facts.js';
import { openDirectory } from '../study/store.node.js';
import { memoryStore, type StudyStore } from '../study/store.js';
import { readYaml } from '../study/yaml.js';
import { defineCommand, runs, type Invocation } from './command.js';
import { runFacts } from './facts.js';
import { parseSteps } from './insert-options.js';
import {
  addRawOptions, parseCount, parseFraction, parseNumber, parsePerLabel, parsePhase, parseSeed,
} from './options.js';
import { checkOutput } from './outputs.js';
import { tableFiles } from './table.js';
import { significant, textTable } from './text.js';

interface PercolateFlags {
  readonly out?: string;
  readonly csv?: string;
  readonly report?: string;
  readonly limit?: number;
  readonly realisations?: number;
  readonly seed?: number;
  readonly into?: Phase;
  readonly label?: Phase;
  readonly steps?: readonly number[];
  readonly method?: InsertMethodName;
  readonly active?: Phase;
  readonly electrolyte?: Phase;
  readonly axis?: Axis;
  readonly collector?: Face;
  readonly neighbours?: string;
  readonly electronic?: Record<Phase, number>;
}

/** Flags that say what a SPEC file says. */
const OF_IMAGES = [
  'into', 'label', 'steps', 'method', 'active', 'electrolyte', 'axis', 'collector', 'neighbours', 'electronic',
] as const;

/** File of the table in the directory of a sweep. */
const TABLE_FILE = 'table.csv';

const isSpec = (path: string): boolean => /\.(ya?ml|json)$/i.test(path);

async function readSpec(path: string, flags: PercolateFlags): Promise<PercolationSpec> {
  const given = OF_IMAGES.find((name) => flags[name] !== undefined);
  if (given !== undefined) {
    throw new SpecError(`percolate: --${given} belongs to images; ${path} says it itself`);
  }
  const { value, locate } = readYaml(textOf(path, await readBytes(path)), path);
  const spec = parsePercolation(value, locate, basename(path, extname(path)));
  const { limit, realisations, seed = spec.seed } = flags;
  if (spec.kind === 'threshold') {
    if (limit !== undefined) throw new SpecError('percolate: --limit belongs to a sweep, not to a threshold');
    return { ...spec, seed, runs: realisations ?? spec.runs };
  }
  return {
    ...spec, seed, realisations: realisations ?? spec.realisations,
    limits: limit === undefined ? spec.limits : { ...spec.limits, activeUtilisation: limit },
  };
}

function imageSpec(paths: readonly string[], flags: PercolateFlags): SweepSpec {
  const { into, label, steps, method, active, electrolyte, axis, collector, neighbours, electronic } = flags;
  for (const [name, value] of Object.entries({ into, label, steps })) {
    if (value === undefined) {
      throw new SpecError(
        `percolate: an image needs --into, --label and --steps, what is added and where; --${name} is missing`,
      );
    }
  }
  return parseImageSweep({
    additive: { into, label, method, fractions: steps }, active, electrolyte, axis, collector, electronic,
    neighbourhood: neighbours === undefined ? undefined : Number(neighbours) as Neighbourhood,
    realisations: flags.realisations, seed: flags.seed,
    limits: { activeUtilisation: flags.limit ?? SWEEP_DEFAULTS.limit },
  }, ({ path }) => `percolate --${String(path.at(-1) ?? '')}`, basename(paths[0]));
}

function estimateText(mean: number | undefined, interval: Interval | null | undefined): string {
  if (mean === undefined) return '-';
  return interval ? `${mean.toFixed(4)} (${interval.low.toFixed(4)}..${interval.high.toFixed(4)})` : mean.toFixed(4);
}

function sweepText({ spec, points, answers, additiveSpansAt, computed, kept, failures }: SweepResult): string {
  const names = [...spec.vary.map(({ name }) => name), ...(spec.additive === null ? [] : ['content'])];
  const shown = ['activeUtilisation', 'electrolyteUtilisation', 'workingShare'] as const;
  const rows = points.map((point) => [
    ...spec.vary.map(({ name }) => String(point.place[name])),
    ...(spec.additive === null ? [] : [String(point.content)]),
    String(point.structures),
    ...shown.map((name) => estimateText(point.quantities[name]?.mean, point.quantities[name]?.interval)),
    estimateText(point.electronsSpan?.probability, point.electronsSpan?.interval),
  ]);
  const spans = additiveSpansAt.flatMap(({ place, contents }) => {
    const found = contents.filter((content) => content !== null);
    if (contents.length === 0) return [];
    const where = Object.keys(place).length === 0 ? '' : ` (${placeText(place)})`;
    const between = [Math.min(...found), Math.max(...found)].map((content) => significant(content, 4)).join(' to ');
    return [`the additive itself spans in ${found.length} of ${contents.length} structures${where}` +
      (found.length === 0 ? '' : `, first at contents of ${between}`)];
  });
  return [
    textTable([[...names, 'structures', ...shown, 'electrons span'], ...rows]),
    'in brackets: intervals at 95 %, Student\'s t of means, Clopper and Pearson of spanning',
    ...answers.map(answerText), ...spans,
    `${computed} structures computed, ${kept} were there`,
    ...(failures.length === 0 ? []
      : [`${failures.length} structures are missing, e.g. ${placeText(failures[0].place)}: ${failures[0].error}`]),
  ].join('\n');
}

function thresholdText({ threshold: found, computed, kept }: ThresholdResult): string {
  const rows = found.windows.map(({ size, trials, half, error, width }) =>
    [String(size), String(trials), half.toFixed(5), error.toFixed(5), width === null ? '-' : width.toFixed(5)]);
  return [
    textTable([['L', 'structures', 'half spanned', 'error', 'width'], ...rows]),
    `threshold ${found.threshold.toFixed(5)} ± ${found.error.toFixed(5)} (one standard error, by bootstrap), ` +
      `95 % ${found.interval.low.toFixed(5)} to ${found.interval.high.toFixed(5)}`,
    found.chiSquared === null ? 'two windows: nothing is left to test the law with'
      : `χ² ${significant(found.chiSquared, 3)} of ${found.degrees} degrees of freedom`,
    ...(found.nuFromWidths === null ? []
      : [`ν from the widths ${found.nuFromWidths.nu.toFixed(3)} ± ${found.nuFromWidths.error.toFixed(3)} ` +
        '(published 0.8765)']),
    `${computed} blocks computed, ${kept} were there`,
  ].join('\n');
}

export function percolateCommand(): Command {
  const command = defineCommand('percolate', 'Find out how much carbon or active material a cathode needs: ' +
    'utilisation of both networks, active interface and capacity over composition and sizes; percolation thresholds.', [
    'percolate examples/percolation/active-share.yaml --limit 0.95 --report out/share.html',
    'percolate examples/percolation/voxels-26.yaml',
    'percolate electrode.tif --into 3 --label 4 --steps 0..0.1 --active 2 --electrolyte 3 --limit 0.95',
  ])
    .argument('<inputs...>', 'a YAML or JSON file that says what is varied, or label images in which a phase is added')
    .option('--limit <share>', 'utilisation of the active material that is asked for (default: 0.95)', parseFraction)
    .option('--realisations <n>', 'structures for each place, or insertions in each image (default: 8)', parseCount)
    .option('--seed <n>', 'random numbers', parseSeed)
    .option('--out <directory>', 'where rows are kept, so that a stopped run goes on (default: out/NAME of a file)')
    .option('--csv <file.csv>', 'write the table, also as .parquet')
    .option('--report <file.html>', 'write a self-contained HTML report with the curves')
    .optionsGroup('Images:')
    .option('--into <label>', 'the phase that is filled', parsePhase)
    .option('--label <label>', 'label of what is added; it conducts electrons', parsePhase)
    .option('--steps <range>', 'contents, as FROM..TO, FROM..TO:STEP (step 0.01 otherwise) or a list', parseSteps)
    .addOption(new Option('--method <name>', 'how it is added (default: wetting)').choices(Object.keys(INSERT_METHODS)))
    .option('--active <label>', 'active material (default: 2)', parsePhase)
    .option('--electrolyte <label>', 'what carries ions: solid electrolyte, or the pore (default: 1)', parsePhase)
    .addOption(new Option('--axis <axis>', 'from separator to collector (default: z)').choices(['x', 'y', 'z']))
    .addOption(new Option('--collector <face>', 'face at the collector (default: high)').choices(['low', 'high']))
    .addOption(new Option('--neighbours <n>', 'voxels that are joined (default: 6)').choices(['6', '18', '26']))
    .option(
      '--electronic <values>', 'S/m by label, such as 2=0.1,4=100: also solve for the electronic conductivity',
      (text: string) => parsePerLabel(text, 'conductivities such as 2=0.1,4=100', parseNumber),
    );
  addRawOptions(command);
  return runs<[string[], PercolateFlags]>(command, async (call, paths, flags) => {
    const ofSpec = paths.some(isSpec);
    if (ofSpec && paths.length > 1) throw new SpecError('percolate: one SPEC file at a time, without images beside it');
    const spec = ofSpec ? await readSpec(paths[0], flags) : imageSpec(paths, flags);
    if (flags.report !== undefined) await checkOutput(flags.report, 'report', paths);
    if (flags.csv !== undefined) await checkOutput(flags.csv, 'table', paths);
    const images: LabelVolume[] = [];
    const warnings: string[] = [];
    for (const path of ofSpec ? [] : paths) {
      const image = await readVolume(path, call.reading);
      const own = await imageWarnings(await call.session(), image, {}, call.run);
      warnings.push(...own.map((text) => (paths.length > 1 ? `${path}: ${text}` : text)));
      images.push(image);
    }
    // What speaks against an image is said before the work.
    call.warn(warnings);
    const directory = flags.out ?? (ofSpec ? join('out', basename(paths[0], extname(paths[0]))) : null);
    const store = directory === null ? memoryStore() : await openDirectory(directory);
    const found = await work(call, spec, images, store).catch((error: unknown) => {
      if (error instanceof CancelledError && directory !== null) {
        call.note(`what is finished is kept in ${directory}; the same command goes on`);
      }
      throw error;
    });
    call.warn(found.warnings);
    warnings.push(...found.warnings);
    if (found.damagedAt.length > 0) {
      const places = found.damagedAt.map((place) => join(store.location, place));
      call.note(`damaged rows were computed anew: ${places.join(', ')}`);
    }
    const tables = [
      ...(directory === null ? [] : [join(directory, TABLE_FILE)]), ...(flags.csv === undefined ? [] : [flags.csv]),
    ];
    const { columns, rows, meaning } = found.table;
    const table = tableOfCells(columns, rows, meaning);
    const written = await Promise.all(tables.map((path) => tableFiles(path, table)));
    const reproducibility = factsOf([
      ['seed', String(spec.seed)], ['specification', JSON.stringify(spec)], ...runFacts(),
    ]);
    await writeFiles(new Map([
      ...written.flat(),
      ...(flags.report === undefined ? []
        : [[flags.report, found.report({ title: spec.name, warnings, reproducibility })] as [string, string]]),
    ]));
    const files = [...tables, ...(flags.report === undefined ? [] : [flags.report])];
    call.print({ ...found.object, warnings, directory, files }, [found.text, ...files].join('\n'));
  });
}

interface Found {
  readonly object: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly table: PercolationTable;
  readonly damagedAt: readonly string[];
  /** One line each. */
  readonly warnings: readonly string[];
  report(about: {
    readonly title: string; readonly warnings: readonly string[]; readonly reproducibility: ReturnType<typeof factsOf>;
  }): string;
}

async function work(
  call: Invocation, spec: PercolationSpec, images: readonly LabelVolume[], store: StudyStore,
): Promise<Found> {
  const session = await call.session();
  const began = performance.now();
  const options = {
    store, signal: call.signal,
    onProgress: ({ done, total, secondsLeft }: SweepProgress) => call.progress.onItems('percolate', {
      done, total, secondsLeft, perSecond: done / ((performance.now() - began) / 1000),
    }),
  };
  if (spec.kind === 'threshold') {
    const result = await runThreshold(session, spec, options);
    return {
      object: { kind: 'threshold', name: spec.name, ...result.threshold, computed: result.computed, kept: result.kept },
      text: thresholdText(result), table: thresholdTable(result), damagedAt: result.damagedAt, warnings: [],
      report: (about) => thresholdReport({ ...about, result }),
    };
  }
  const result = await runSweep(session, spec, { ...options, images });
  const { points, answers, additiveSpansAt, failures, computed, kept, lengthUnit } = result;
  return {
    object: {
      kind: 'sweep', name: spec.name, along: alongOf(spec), lengthUnit, points, answers, additiveSpansAt, failures,
      computed, kept,
    },
    text: sweepText(result), table: sweepTable(result), damagedAt: result.damagedAt, warnings: roomWarnings(result),
    report: (about) => sweepReport({ ...about, result }),
  };
}
