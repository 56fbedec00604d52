// voxelith predict: published formulas for M, from numbers or from what `describe` found.
import type { Command } from 'commander';
import { FileError, SpecError } from '../core/errors.js';
import type { Axis } from '../core/grid.js';
import { readBytes } from '../io/files.node.js';
import { textOf } from '../io/utf8.js';
import { objectFrom } from '../io/voxels.js';
import { predict, PREDICTORS, PUBLISHED, type RegressionSample } from '../regression/index.js';
import { defineCommand, runs } from './command.js';
import { parseNumber, parsePhase } from './options.js';
import { significant, textTable } from './text.js';

type Descriptors = Partial<RegressionSample>;

interface PredictOptions extends Descriptors {
  readonly formula?: string;
  readonly phase: number;
  readonly axis: Axis;
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

export function predictCommand(): Command {
  const command = defineCommand('predict', 'Predict the M-factor of a phase by published formulas.', [
    'predict --formula stenzel2016 --volume-fraction 0.4 --constrictivity 0.5 --mean-geodesic-tortuosity 1.12',
    'predict description.json --phase 1',
  ])
    .argument('[description]', 'what "voxelith describe IMAGE --json" printed')
    .option(
      '--formula <name>',
      `one of ${PUBLISHED.map(({ name }) => name).join(', ')} (default: all for which the descriptors suffice)`,
    )
    .option('--phase <label>', 'phase of the description', parsePhase, 1)
    .option('--axis <axis>', 'axis of the description', 'z');
  for (const { column, symbol, title } of PREDICTORS) {
    command.option(
      `--${column.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)} <number>`,
      `${title} ${symbol}; overrides the description`, parseNumber,
    );
  }
  return runs<[string | undefined, PredictOptions]>(command, async (call, path, options) => {
    const { formula, phase, axis } = options;
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
