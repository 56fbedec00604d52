// What the commands on cell files share: reading one, choosing a state of charge, lists of numbers.
import { InvalidArgumentError, type Command } from 'commander';
import { nameOf } from '../core/check.js';
import { SpecError } from '../core/errors.js';
import { quoted } from '../core/quote.js';
import { cellFromBpx, isBpx } from '../cell/file/bpx.js';
import { readCell, type CellDescription } from '../cell/file/read.js';
import { uniformState } from '../cell/p2d/start.js';
import type { P2D } from '../cell/p2d/system.js';
import { readBytes } from '../io/files.node.js';
import { textOf } from '../io/utf8.js';
import { readYaml } from '../study/yaml.js';
import { parseNumber } from './options.js';

/** A cell file, or a BPX file. @throws SpecError with file, line and column of every problem */
export async function readCellFile(path: string): Promise<CellDescription> {
  const text = readYaml(textOf(path, await readBytes(path)), path);
  if (isBpx(text.value)) {
    return readCell(cellFromBpx(text.value, path), ({ path: place }) => `${path}: ${nameOf(place)}`);
  }
  return readCell(text.value, (issue) => text.locate(issue));
}

/** "0.1,0.5,1" with numbers above 0. */
export function parsePositives(text: string): number[] {
  const numbers = text.split(',').map(parseNumber);
  const wrong = numbers.find((value) => !(value > 0));
  if (wrong !== undefined) throw new InvalidArgumentError(`Expected numbers above 0, found ${quoted(wrong)}.`);
  return numbers;
}

/** A number strictly between 0 and 1. */
export function parseStoichiometry(text: string): number {
  const value = parseNumber(text);
  if (!(value > 0 && value < 1)) {
    throw new InvalidArgumentError(`Expected a stoichiometry above 0 and below 1, found ${quoted(text)}.`);
  }
  return value;
}

/** Stoichiometries to begin at, where the file's own are not meant. */
export interface StartOptions {
  readonly stoichiometry?: number;
  readonly negativeStoichiometry?: number;
}

export function addStartOptions(command: Command): Command {
  return command
    .option('--stoichiometry <x>', 'of the positive electrode (default: that of the file)', parseStoichiometry)
    .option(
      '--negative-stoichiometry <x>', 'of a porous negative electrode (default: that of the file)', parseStoichiometry,
    );
}

/** @throws SpecError for a stoichiometry of an electrode that a cell does not have */
export function startOf(
  path: string, model: P2D, { stoichiometry, negativeStoichiometry }: StartOptions,
): Float64Array {
  if (model.layout.negative === null && negativeStoichiometry !== undefined) {
    throw new SpecError(`${path}: has lithium foil as negative electrode, --negative-stoichiometry means nothing`);
  }
  return uniformState(model, { positive: stoichiometry, negative: negativeStoichiometry });
}

/** Refuses a list that says something twice. */
export function checkDistinct(where: string, flag: string, numbers: readonly number[]): void {
  const twice = numbers.find((value, i) => numbers.indexOf(value) !== i);
  if (twice !== undefined) throw new SpecError(`${where}: ${flag} has ${twice} twice`);
}

