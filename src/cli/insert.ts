// voxelith insert: a phase added inside another one, such as carbon-binder in pores.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { SpecError } from '../core/errors.js';
import { AXES } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import { namedAfter, readVolume, voxelFiles } from '../io/files.node.js';
import { formatOf } from '../io/formats.js';
import { writeFiles } from '../io/write.node.js';
import {
  INSERT_DEFAULTS, insertPhase, structureAt, type Insertion, type InsertOptions, type InsertStep,
} from '../networks/insert.js';
import { INSERT_METHODS } from '../networks/methods.js';
import { defineCommand, runs } from './command.js';
import { addRawOptions, parseNumber, parsePhase, parseSeed } from './options.js';
import { checkOutput } from './outputs.js';
import { significant, textTable } from './text.js';

interface InsertFlags extends Omit<InsertOptions, 'fractions'> {
  readonly fraction?: number;
  readonly steps?: readonly number[];
  readonly output?: string;
}

/** Step of contents that says none: 1 % of the window. */
const STEP = 0.01;
const MAX_STEPS = 1000;

/** "0.01..0.20", "0.01..0.20:0.005" or "0.02,0.05": rising contents. */
export function parseSteps(text: string): number[] {
  const range = /^([^.]*\.?\d+|\d+)\.\.([^:]+)(?::(.+))?$/.exec(text.trim());
  if (range === null) return text.split(',').map(parseNumber);
  const [from, to, step] = [range[1], range[2], range[3] ?? String(STEP)].map(parseNumber);
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  if (!(step > 0 && count >= 1 && count <= MAX_STEPS)) {
    throw new InvalidArgumentError(
      `Expected FROM..TO or FROM..TO:STEP with 1 to ${MAX_STEPS} contents, such as 0.01..0.20, found ${quoted(text)}.`,
    );
  }
  // Sums of decimal fractions are a last digit off.
  return Array.from({ length: count }, (_, k) => Number((from + k * step).toPrecision(12)));
}

const spanText = ({ spans }: InsertStep): string => AXES.filter((axis) => spans[axis]).join(' ') || '-';

function textOf({ steps, spansAt, spansFrom, label, into }: Insertion, files: readonly string[]): string {
  const rows = steps.map((step) => [
    step.fraction.toFixed(4), step.filled.toFixed(4), step.connectivity?.toFixed(4) ?? '-', spanText(step),
  ]);
  const spans = AXES.map((axis) => {
    const [at, from] = [spansAt[axis], spansFrom[axis]];
    return `  ${axis}  ${at === null || from === null
      ? 'never' : `${significant(at, 5)} of the window, ${significant(from, 5)} of label ${into}`}`;
  });
  return [
    textTable([['fraction', 'of the room', 'connectivity', 'spans'], ...rows]),
    `label ${label} first joins both faces at`, ...spans, ...files,
  ].join('\n');
}

export function insertCommand(): Command {
  const command = defineCommand('insert', 'Add a phase inside another one, such as carbon-binder in the pores, and ' +
    'find out from which content on it is connected through the window.', [
    'insert electrode.tif --into 3 --label 4 --fraction 0.0765 -o with-binder.nrrd',
    'insert electrode.tif --into 3 --label 4 --steps 0.01..0.20 --json',
    'insert electrode.tif --into 3 --label 4 --method energy --weight 0.9 --steps 0.02,0.05,0.1 -o binder.npy',
  ])
    .argument('<image>', 'label image')
    .addOption(new Option('--into <label>', 'the phase that is filled').argParser(parsePhase).makeOptionMandatory())
    .addOption(new Option('--label <label>', 'label of what is added; where it occurs already, that counts')
      .argParser(parsePhase).makeOptionMandatory())
    .addOption(
      new Option(
        '--method <name>', Object.entries(INSERT_METHODS).map(([name, { title }]) => `${name}: ${title}`).join('; '),
      ).choices(Object.keys(INSERT_METHODS)).default(INSERT_DEFAULTS.method),
    )
    .option('--fraction <share>', 'content: share of the window that the label has in the end', parseNumber)
    .option('--steps <range>', 'contents, as FROM..TO, FROM..TO:STEP (step 0.01 otherwise) or a list', parseSteps)
    .option('--weight <w>', 'energy: 0.001 makes films, 0.999 fingers (default: 0.5)', parseNumber)
    .option('--least-radius <voxels>', 'bridge: narrower places are filled last (default: 1)', parseNumber)
    .option('--randomness <p>', 'bridge: probability that a cluster waits (default: 0)', parseNumber)
    .option('--correlation-length <voxels>', 'field: size of the blobs (default: 5)', parseNumber)
    .option('--seed <n>', 'random numbers', parseSeed, INSERT_DEFAULTS.seed)
    .option('-o, --output <file>', 'the structure; one for each of several contents, named after it');
  addRawOptions(command);
  return runs<[string, InsertFlags]>(command, async (call, path, flags) => {
    const { fraction, steps, output } = flags;
    if ((fraction === undefined) === (steps === undefined)) {
      throw new SpecError('insert: give either --fraction, one content, or --steps, several');
    }
    const fractions = steps ?? [fraction as number];
    const places = output === undefined ? []
      : fractions.map((each) => (steps === undefined ? output : namedAfter(output, each.toFixed(4))));
    for (const place of places) {
      formatOf(place, 'write');
      await checkOutput(place, 'voxels', [path]);
    }
    if (new Set(places).size < places.length) {
      throw new SpecError('insert: contents nearer than 0.0001 to each other would share a file; leave out -o');
    }
    const volume = await readVolume(path, call.reading);
    const found = await insertPhase(await call.session(), volume, optionsOf(flags, fractions), call.run);
    const written: string[] = [];
    for (const [k, place] of places.entries()) {
      call.signal.throwIfAborted();
      const { labels, ...grid } = structureAt(volume, found, k);
      const files = [...await voxelFiles(place, { ...grid, data: labels })];
      await writeFiles(new Map(files));
      written.push(...files.map(([name]) => name));
    }
    const { order: _order, ...result } = found;
    call.print({ ...result, files: written }, textOf(found, written));
  });
}

function optionsOf(flags: InsertFlags, fractions: readonly number[]): InsertOptions {
  const { into, label, method, seed, weight, leastRadius, randomness, correlationLength } = flags;
  return { into, label, method, seed, fractions, weight, leastRadius, randomness, correlationLength };
}
