// voxelith predict: published formulas for M, from numbers or from what `describe` found.
import type { Command } from 'commander';
import { FileError, SpecError } from '../core/errors.js';
import type { Axis } from '../core/grid.js';
import { tableOfRows, type ColumnMeaning, type TableRecord } from '../core/table.js';
import { readBytes } from '../io/files.node.js';
import { textOf } from '../io/utf8.js';
import { objectFrom } from '../io/voxels.js';
import {
  predict, PREDICTORS, predictRows, PUBLISHED, readSavedLaw, type RegressionSample, type TableRow,
  type TargetPrediction,
} from '../regression/index.js';
import { writeFiles } from '../io/write.node.js';
import { defineCommand, runs, type Invocation } from './command.js';
import { parseNumber, parsePhase } from './options.js';
import { checkOutput } from './outputs.js';
import { readTable, tableFiles } from './table.js';
import { significant, textTable } from './text.js';

type Descriptors = Partial<RegressionSample>;

interface PredictOptions extends Descriptors {
  readonly formula?: string;
  readonly phase: number;
  readonly axis: Axis;
  readonly law?: string;
  readonly output?: string;
}

/** The predictors of one phase in the output of `describe --json`. */
async function fromDescription(path: string, phase: number, axis: Axis): Promise<Descriptors> {
  const root = objectFrom(textOf(path, await readBytes(path)));
  const phases = root?.phases as Record<string, Record<string, unknown>> | undefined;
  if (typeof phases !== 'object' || phases === null) {
    throw new FileError(
      `${path}: expected the object that "voxelith describe IMAGE --json" prints for one image, found no "phases"`,
    );
  }
  const found = phases[phase];
  if (found === undefined) {
    throw new SpecError(`${path}: has no phase ${phase}; it has ${Object.keys(phases).join(', ')}`);
  }
  const along = (key: string): Record<string, unknown> =>
    ((found[key] as Record<string, unknown> | undefined)?.[axis] ?? {}) as Record<string, unknown>;
  const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
  const tortuosity = along('geodesicTortuosity');
  const all: Record<string, number | undefined> = {
    volumeFraction: number(found.volumeFraction),
    meanGeodesicTortuosity: number(tortuosity.mean),
    stdGeodesicTortuosity: number(tortuosity.std),
    constrictivity: number(along('constrictivity').constrictivity),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Most rows that are shown as text. */
const MOST_SHOWN = 20;

/** Columns that a prediction adds to a row. */
function predictedColumns({ target, rows }: TargetPrediction, index: number): [string, string | number][] {
  const { value, low, high, newLow, newHigh, reach, extrapolates, problem } = rows[index];
  return [
    [`${target}Predicted`, value], [`${target}Low`, low], [`${target}High`, high], [`${target}NewLow`, newLow],
    [`${target}NewHigh`, newHigh], [`${target}Reach`, reach],
    [`${target}Note`, problem ?? (extrapolates ? 'extrapolates' : '')],
  ];
}

/** What an added column is; its source is the formula. */
function meaningOf(name: string, predictions: readonly TargetPrediction[]): ColumnMeaning | null {
  const found = predictions.find(({ target }) => name.startsWith(target));
  if (found === undefined) return null;
  const title = {
    Predicted: 'predicted', Low: 'low end for the law', High: 'high end for the law',
    NewLow: 'low end for one structure', NewHigh: 'high end for one structure',
    Reach: 'distance in the data of the fit, at most 1 inside',
  }[name.slice(found.target.length)];
  return title === undefined ? null : { title, unit: null, source: found.text };
}

function predictionText(prediction: TargetPrediction, names: readonly string[]): string {
  const { target, text, rows, level, method } = prediction;
  const outside = rows.filter((row) => row.extrapolates).length;
  const strange = rows.filter((row) => row.problem !== null).length;
  const number = (value: number): string => (Number.isFinite(value) ? significant(value) : '–');
  const shown = rows.slice(0, MOST_SHOWN).map((row, i) => [
    names[i], number(row.value), `${number(row.low)} … ${number(row.high)}`,
    `${number(row.newLow)} … ${number(row.newHigh)}`, Number.isNaN(row.reach) ? '–' : row.reach.toFixed(2),
    row.problem ?? (row.extrapolates ? 'extrapolates' : ''),
  ]);
  const head = ['row', target, 'of the law', 'of one structure', 'reach', ''];
  const measure = method === 'hull'
    ? 'reach: at most 1 in the convex hull of the structures that were fitted'
    : 'reach: distance from the mean of the structures that were fitted, over that of the farthest of these, which ' +
      'are too few for a hull';
  return [
    text, `${Number((100 * level).toFixed(3))} % intervals; ${measure}`, textTable([head, ...shown]).trimEnd(),
    ...(rows.length > MOST_SHOWN ? [`and ${rows.length - MOST_SHOWN} more rows: -o writes them all`] : []),
    `${rows.length} rows, ${outside} of them extrapolate` + (strange > 0 ? `, ${strange} without a prediction` : ''),
  ].join('\n');
}

/** A law that `fit -o` wrote, on the rows of a table or on one description. */
async function predictByLaw(call: Invocation, path: string | undefined, options: PredictOptions): Promise<void> {
  const { law: file, formula, phase, axis, output } = options;
  if (path === undefined) {
    throw new SpecError('predict: --law needs rows to predict: a table, or the JSON of "voxelith describe"');
  }
  if (output !== undefined) await checkOutput(output, 'table', [path, file!]);
  const law = readSavedLaw(file!, objectFrom(textOf(file!, await readBytes(file!))));
  const described = /\.json$/i.test(path);
  const rows: readonly TableRow[] = described
    ? [Object.fromEntries(Object.entries(await fromDescription(path, phase, axis)).map(([k, v]) => [k + phase, v]))]
    : (await readTable(path, call.reading)).rows;
  const wanted = described ? law.targets.filter(({ target }) => target === `mFactor${phase}`) : law.targets;
  if (wanted.length === 0) {
    throw new SpecError(`predict: ${file} has no law of mFactor${phase}; it has ${
      law.targets.map(({ target }) => target).join(', ')}`);
  }
  const predictions = wanted.map((target) => predictRows(target, rows, formula));
  const names = rows.map((row, i) => String(row.id ?? i));
  if (output !== undefined) {
    const whole = rows.map((row, i) => ({
      ...row, ...Object.fromEntries(predictions.flatMap((p) => predictedColumns(p, i))),
    }) as TableRecord);
    const meaning = (name: string): ColumnMeaning | null => meaningOf(name, predictions);
    await writeFiles(new Map(await tableFiles(output, tableOfRows(Object.keys(whole[0]), whole, meaning))));
  }
  call.print({ law: file, table: path, output: output ?? null, predictions },
    predictions.map((p) => predictionText(p, names)).join('\n\n'));
}

export function predictCommand(): Command {
  const command = defineCommand('predict', 'Predict the M-factor of a phase by published formulas, or a column by a ' +
    'law of your own.', [
    'predict --formula stenzel2016 --volume-fraction 0.4 --constrictivity 0.5 --mean-geodesic-tortuosity 1.12',
    'predict description.json --phase 1',
    'predict new.csv --law law.json -o predicted.csv',
  ])
    .argument('[rows]', 'what "voxelith describe IMAGE --json" printed; with --law also a table')
    .option(
      '--formula <name>',
      `one of ${PUBLISHED.map(({ name }) => name).join(', ')} (default: all for which the descriptors suffice); with ` +
        '--law one of its formulas (default: the best on groups left out)',
    )
    .option('--law <law.json>', 'what "voxelith fit TABLE -o law.json" wrote')
    .option('-o, --output <table>', 'with --law: write the rows with their predictions, CSV or .parquet')
    .option('--phase <label>', 'phase of the description', parsePhase, 1)
    .option('--axis <axis>', 'axis of the description', 'z');
  for (const { column, symbol, title } of PREDICTORS) {
    command.option(
      `--${column.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)} <number>`,
      `${title} ${symbol}; overrides the description`, parseNumber,
    );
  }
  return runs<[string | undefined, PredictOptions]>(command, async (call, path, options) => {
    const { formula, phase, axis, law, output } = options;
    if (law !== undefined) {
      await predictByLaw(call, path, options);
      return;
    }
    if (output !== undefined) throw new SpecError('predict: -o writes the rows of a table, which --law predicts');
    const read = path === undefined ? {} : await fromDescription(path, phase, axis);
    const given = Object.fromEntries(PREDICTORS.map(({ column }) => [column, options[column] ?? read[column]]).filter(
      ([, value]) => value !== undefined,
    ));
    const descriptors = given as Descriptors;
    const usable = PUBLISHED.filter(({ phases, columns }) =>
      (phases === null || (path !== undefined && phases.includes(String(phase)))) &&
        columns.every((column) => descriptors[column] !== undefined));
    const names = formula === undefined ? usable.map(({ name }) => name) : [formula];
    if (names.length === 0) {
      throw new SpecError(
        `predict: no formula can be evaluated; give at least --volume-fraction, or the JSON of "voxelith describe"`,
      );
    }
    const predictions = names.map((name) => ({ name, mFactor: predict(name, descriptors) }));
    const details = predictions.map(({ name, mFactor }) => {
      const { expression, source } = PUBLISHED.find((published) => published.name === name)!;
      return { formula: name, mFactor, expression, source };
    });
    const rows = details.map((row) => [row.formula, significant(row.mFactor), row.expression, row.source]);
    call.print({ phase: path === undefined ? null : phase, descriptors, predictions: details }, textTable(
      [['formula', 'M', 'expression', 'source'], ...rows],
    ));
  });
}
