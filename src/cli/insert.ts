// voxelith insert: a phase added inside another one, such as carbon-binder in pores.
import { Option, type Command } from 'commander';
import { SpecError } from '../core/errors.js';
import { AXES, type Neighbourhood } from '../core/grid.js';
import { namedAfter, readVolume, voxelFiles } from '../io/files.node.js';
import { formatOf } from '../io/formats.js';
import { writeFiles } from '../io/write.node.js';
import { insertPhase, structureAt, type Insertion, type InsertStep } from '../networks/insert.js';
import { defineCommand, runs } from './command.js';
import { addInsertOptions, insertOptionsOf, parseSteps, startingVolume, type InsertFlags } from './insert-options.js';
import { addRawOptions, parseNumber } from './options.js';
import { checkOutput } from './outputs.js';
import { significant, textTable } from './text.js';

interface Flags extends InsertFlags {
  readonly neighbourhood: string;
  readonly fraction?: number;
  readonly output?: string;
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
    .argument('<image>', 'label image');
  addInsertOptions(command)
    .option('--fraction <share>', 'content: share of the window that the label has in the end', parseNumber)
    .option('--steps <range>', 'contents, as FROM..TO, FROM..TO:STEP (step 0.01 otherwise) or a list', parseSteps)
    .addOption(new Option('--neighbourhood <n>', 'voxels that are joined: 6 share a face, as currents do, 18 also an ' +
      'edge, 26 also a corner').choices(['6', '18', '26']).default('6'))
    .option('-o, --output <file>', 'the structure; one for each of several contents, named after it');
  addRawOptions(command);
  return runs<[string, Flags]>(command, async (call, path, flags) => {
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
    const volume = startingVolume(await readVolume(path, call.reading), flags);
    const found = await insertPhase(
      await call.session(), volume,
      { ...insertOptionsOf(flags), fractions, neighbourhood: Number(flags.neighbourhood) as Neighbourhood }, call.run,
    );
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
