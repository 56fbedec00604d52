// What commands that add a phase have in common: where to, how, how much.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { quoted } from '../core/quote.js';
import { stepCount, steppedValues } from '../core/sequence.js';
import type { LabelVolume } from '../core/volume.js';
import { clearPhase } from '../networks/clear.js';
import { INSERT_DEFAULTS, type InsertOptions } from '../networks/insert.js';
import { INSERT_METHODS } from '../networks/methods.js';
import { parseNumber, parsePhase, parseSeed } from './options.js';

export interface InsertFlags extends Omit<InsertOptions, 'fractions' | 'neighbourhood'> {
  readonly clear?: boolean;
  readonly steps?: readonly number[];
}

/** Step of contents that says none: 1 % of the window. */
export const STEP = 0.01;
const MAX_STEPS = 1000;

/** "0.01..0.20", "0.01..0.20:0.005" or "0.02,0.05": rising contents. */
export function parseSteps(text: string): number[] {
  const range = /^([^.]*\.?\d+|\d+)\.\.([^:]+)(?::(.+))?$/.exec(text.trim());
  if (range === null) return text.split(',').map(parseNumber);
  const [from, to, step] = [range[1], range[2], range[3] ?? String(STEP)].map(parseNumber);
  const count = stepCount(from, to, step);
  if (!(step > 0 && count >= 1 && count <= MAX_STEPS)) {
    throw new InvalidArgumentError(
      `Expected FROM..TO or FROM..TO:STEP with 1 to ${MAX_STEPS} contents, such as 0.01..0.20, found ${quoted(text)}.`,
    );
  }
  return steppedValues(from, step, count);
}

export function addInsertOptions(command: Command): Command {
  return command
    .addOption(new Option('--into <label>', 'the phase that is filled').argParser(parsePhase).makeOptionMandatory())
    .addOption(new Option('--label <label>', 'label of what is added; where it occurs already, that counts')
      .argParser(parsePhase).makeOptionMandatory())
    .option('--clear', 'take out what has the label already, and begin without it')
    .addOption(
      new Option(
        '--method <name>', Object.entries(INSERT_METHODS).map(([name, { title }]) => `${name}: ${title}`).join('; '),
      ).choices(Object.keys(INSERT_METHODS)).default(INSERT_DEFAULTS.method),
    )
    .option('--weight <w>', 'energy: 0.001 makes films, 0.999 fingers (default: 0.5)', parseNumber)
    .option('--least-radius <voxels>', 'bridge: narrower places are filled last (default: 1)', parseNumber)
    .option('--randomness <p>', 'bridge: probability that a cluster waits (default: 0)', parseNumber)
    .option('--correlation-length <voxels>', 'field: size of the blobs (default: 5)', parseNumber)
    .option('--seed <n>', 'random numbers', parseSeed, INSERT_DEFAULTS.seed);
}

export function insertOptionsOf(flags: InsertFlags): Omit<InsertOptions, 'fractions' | 'neighbourhood'> {
  const { into, label, method, seed, weight, leastRadius, randomness, correlationLength } = flags;
  return { into, label, method, seed, weight, leastRadius, randomness, correlationLength };
}

/** The image that an addition begins with. @throws SpecError where --clear finds nothing to take out */
export function startingVolume(volume: LabelVolume, { clear, label, into }: InsertFlags): LabelVolume {
  return clear ? clearPhase(volume, label, into) : volume;
}
