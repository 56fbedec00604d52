// voxelith design: from targets to a confirmed structure.
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import { stringify } from 'yaml';
import { VoxelithError } from '../core/errors.js';
import { VERSION } from '../core/version.js';
import { countDesign, designBytes, openDesign, runDesign, type DesignResult } from '../design/run.js';
import { readDesignSpec } from '../design/read-spec.js';
import type { DesignSpec } from '../design/spec.js';
import { designDrawing } from '../design/structures.js';
import { namedThetas } from '../design/space.js';
import { readBytes } from '../io/files.node.js';
import { textOf } from '../io/utf8.js';
import { makeDirectory, writeFiles } from '../io/write.node.js';
import type { LabelSlice } from '../report/index.js';
import { generate } from '../structure/generate.js';
import { openDirectory } from '../study/store.node.js';
import { defineCommand, runs, type Invocation } from './command.js';
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
/** Cathodes that a report shows beside the design. */
const NEIGHBOURS = 2;

/** A specification of θ* for `voxelith generate`. */
function thetaText(spec: DesignSpec, { theta, confirmation }: DesignResult): string {
  const { size, voxelSizeUm, seed } = spec.measured;
  const head = [
    `θ* of the design "${spec.name}", made by voxelith ${VERSION}; confirmed by ${spec.confirm.realisations} ` +
      'structures:',
    ...confirmation!.columns.map(({ column, predicted, predictedHalfWidth, mean, halfWidth, agrees }) =>
      `  ${column} ${mean?.toPrecision(4)} ± ${halfWidth?.toPrecision(2)}${agrees === false
        ? `, which does not agree with the prediction ${predicted.mean.toPrecision(4)} ± ` +
          `${predictedHalfWidth!.toPrecision(2)}` : ''}`),
  ];
  const { covariance, ...numbers } = theta as Readonly<Record<string, unknown>>;
  return head.map((line) => `# ${line}\n`).join('') + stringify({
    model: spec.space.model.name,
    parameters: { ...numbers, ...(covariance !== undefined && { covariance }) },
    voxelSizeUm, size: [...size], seed,
  });
}

/** Middle planes of θ* and of the nearest cathodes, along the transport direction. */
async function drawSlices(
  call: Pick<Invocation, 'session' | 'run'>, spec: DesignSpec, { theta, distances }: DesignResult,
): Promise<LabelSlice[]> {
  const { sliceOf } = await import('../report/index.js');
  const { space, measured } = spec;
  const cathodes = namedThetas(space.model, measured.voxelSizeUm);
  const shown = [
    { name: 'θ*', theta: theta as Record<string, number>, caption: 'designed' },
    ...distances.slice(0, NEIGHBOURS).map(({ name, descriptors }) => ({
      name, theta: cathodes.find((one) => one.name === name)!.theta,
      caption: `${descriptors.toPrecision(2)} ranges away`,
    })),
  ];
  const session = await call.session();
  const slices: LabelSlice[] = [];
  for (const { name, theta: parameters, caption } of shown) {
    const key = { seed: measured.seed, scenario: 0, realisation: 0 };
    const volume = await generate(session, designDrawing(spec, { parameters, key }), call.run);
    slices.push(sliceOf(volume, measured.axis === 'y' ? 'x' : 'y', name, caption));
  }
  return slices;
}

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
    const settings = studyRunOptions(call, null);
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
    if (result.status === 'met') files.set(at(THETA_FILE), thetaText(spec, result));
    if (report !== undefined || figures !== undefined) {
      const { designFigures, designReport, factsOf, standaloneSvg } = await import('../report/index.js');
      const data = {
        spec, result, slices: result.theta === null ? [] : await drawSlices(call, spec, result),
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
