// voxelith design: from targets to a confirmed structure.
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { VoxelithError } from '../core/errors.js';
import { VERSION } from '../core/version.js';
import { countDesign, designBytes, openDesign, runDesign, type DesignResult } from '../design/run.js';
import { formatDesigned } from '../design/designed.js';
import { readDesignSpec } from '../design/read-spec.js';
import { readBytes } from '../io/files.node.js';
import { textOf } from '../io/utf8.js';
import { makeDirectory, writeFiles } from '../io/write.node.js';
import { openDirectory } from '../study/store.node.js';
import { defineCommand, runs } from './command.js';
import { designJson, designText, estimateLines, frontLines, roundText, rowLines } from './design-text.js';
import { commandFact, machineFacts } from './facts.js';
import { checkOutput } from './outputs.js';
import { keptNote, studyDirectory, studyRunOptions } from './study-common.js';
import { readTable } from './table.js';

interface DesignFlags {
  readonly out?: string;
  readonly report?: string;
  readonly figures?: string;
  readonly recompute?: boolean;
  readonly plan?: boolean;
}

const THETA_FILE = 'theta.yaml';
const TABLE_FILE = 'table.csv';
const FRONT_FILE = 'front.csv';
export function designCommand(): Command {
  const command = defineCommand('design', 'Find θ whose structures have what is asked for, confirm it by fresh ' +
    'structures, or say which targets exclude each other.', [
    'design examples/design/conductive.yaml --report out/conductive/report.html',
    'design targets.yaml --out /data/targets --threads 8 --figures figures/',
  ])
    .argument('<targets>', 'YAML or JSON file: maximise, minimise, constraints, targets; see examples/design')
    .option('--out <directory>', 'where rows and results go (default: out/NAME of the file)')
    .addOption(new Option('--plan', 'only say what it would take'))
    .option('--report <file.html>', 'write a self-contained HTML report')
    .option('--figures <directory>', 'write the charts of the report as SVG files')
    .option('--recompute', 'compute rows of another program version anew instead of refusing to go on');
  return runs<[string, DesignFlags]>(command, async (call, path, flags) => {
    const { report, figures } = flags;
    const spec = readDesignSpec(textOf(path, await readBytes(path)), path);
    if (report !== undefined) await checkOutput(report, 'report', [path]);
    if (figures !== undefined && !flags.plan) await makeDirectory(figures);
    const table = spec.start === null ? null : await readTable(spec.start, call.reading);
    const { image: _image, ...settings } = studyRunOptions(call, null);
    if (flags.plan) {
      const structures = countDesign(spec, 0);
      const bytes = designBytes(spec, settings.threads);
      call.print(
        { name: spec.name, structures, bytesPerStructure: bytes }, estimateLines(spec, structures, bytes, null),
      );
      return;
    }
    const directory = studyDirectory(path, flags);
    const store = await openDirectory(directory);
    const study =
      await openDesign(spec, store, { version: VERSION, otherVersion: flags.recompute ? 'recompute' : 'refuse' });
    if (study.damagedAt.length > 0) {
      const places = study.damagedAt.map((place) => join(directory, place)).join(', ');
      call.note(`damaged rows are passed over, their structures are to be evaluated anew: ${places}`);
    }
    const result = await runDesign(study, spec, {
      ...settings, start: table === null ? null : { rows: table.rows, name: spec.start! },
      onEstimate: ({ structures, bytesPerStructure, seconds, open }) => call.note(
        `${estimateLines(spec, structures, bytesPerStructure, { seconds, open })}\n  in ${directory}; Ctrl-C stops, ` +
          'the same command goes on',
      ),
      onProgress: ({ stage, ...rest }) => call.progress.onItems(stage, rest),
      onRound: (round) => call.note(roundText(spec, round)),
    }).catch(keptNote(call));
    const at = (name: string): string => join(directory, name);
    const files = new Map<string, string>([
      [at(TABLE_FILE), rowLines(spec, result.rows)], [at(FRONT_FILE), frontLines(spec, result.front)],
    ]);
    if (result.status === 'met') files.set(at(THETA_FILE), formatDesigned(spec, result));
    if (report !== undefined || figures !== undefined) {
      const { designFigures, designReport, designSlices, factsOf, standaloneSvg } = await import('../report/index.js');
      const data = {
        spec, result, slices: await designSlices(await call.session(), spec, result, call.run),
        reproducibility: factsOf([
          ['design hash', result.specHash], ['seed', String(spec.measured.seed)], ['version', `voxelith ${VERSION}`],
          ...machineFacts(), commandFact(),
        ]),
      };
      if (report !== undefined) files.set(report, designReport(data));
      if (figures !== undefined) {
        for (const { name, svg } of designFigures(data)) files.set(join(figures, `${name}.svg`), standaloneSvg(svg));
      }
    }
    await writeFiles(files);
    const outputs = {
      table: at(TABLE_FILE), frontTable: at(FRONT_FILE), thetaFile: result.status === 'met' ? at(THETA_FILE) : null,
    };
    call.print(designJson(spec, result, { directory, ...outputs, report: report ?? null }),
      designText(spec, result, outputs.thetaFile));
    if (result.status !== 'met') throw new VoxelithError(notMet(result));
  });
}

function notMet({ status, blocking, decidedBy }: DesignResult): string {
  if (status === 'unsettled') {
    return 'design: θ* is not shown to keep every limit within this budget; give more rounds or realisations, or a ' +
      'larger size';
  }
  const texts = blocking.map(({ limit }) => `"${limit.text}" (${limit.place})`).join(' and ');
  return `design: the targets cannot be met within these bounds, by ${decidedBy}: ${texts} ` +
    `${blocking.length > 1 ? 'exclude each other' : 'is out of reach'}`;
}
