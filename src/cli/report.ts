// voxelith report: the HTML report of a table or of a study's directory.
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { FileError, SpecError } from '../core/errors.js';
import type { Shape, VoxelSize } from '../core/grid.js';
import { VERSION } from '../core/version.js';
import { objectFrom } from '../io/voxels.js';
import { assessLaw, fitLaw, LAW_DEFAULTS } from '../regression/index.js';
import { studyGradients, studySlices } from '../report/index.js';
import { lawOfStudy } from '../study/law.js';
import { GRADIENT_FILE, TABLE_FILE } from '../study/merge.js';
import type { PointGradient } from '../study/plan.js';
import { isColumn } from '../study/columns.js';
import { parseStudySpec, studyHash, type StudySpec } from '../study/spec.js';
import { STUDY_FILE } from '../study/study.js';
import { defineCommand, runs } from './command.js';
import { machineFacts } from './facts.js';
import { parseSeed, parseShape, voxelSizeOption } from './options.js';
import { checkOutput } from './outputs.js';
import { writeStudyReport } from './study-report.js';
import { readTable } from './table.js';

interface ReportOptions {
  readonly output: string;
  readonly size?: Shape;
  readonly voxelSize?: VoxelSize;
  readonly seed?: number;
}

/** The study that made the table, from the file beside it; null when there is none. */
async function studyBeside(table: string): Promise<StudySpec | null> {
  const path = join(dirname(table), STUDY_FILE);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  const found = objectFrom(text);
  const settings = found?.settings;
  if (typeof settings !== 'object' || settings === null) {
    throw new FileError(`${path}: not the file that "voxelith study" writes; move it away`);
  }
  return parseStudySpec({ name: found?.name, ...settings }, () => path);
}

/** The gradients that a merge wrote beside the table; null when there are none. @throws FileError */
async function gradientsBeside(table: string): Promise<readonly PointGradient[] | null> {
  const path = join(dirname(table), GRADIENT_FILE);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  const list = objectFrom(text)?.gradients;
  const isGradient = (one: Partial<PointGradient> | null): boolean =>
    typeof one?.descriptor === 'string' && isColumn(one.descriptor) && (one.gradient === null ||
      (Array.isArray(one.gradient) && one.gradient.every((slope) => typeof slope === 'number')));
  if (!Array.isArray(list) || !list.every(isGradient)) {
    throw new FileError(`${path}: not the file that "voxelith study" writes; merge again, or move it away`);
  }
  return list as PointGradient[];
}

export function reportCommand(): Command {
  const command = defineCommand('report', 'Write the self-contained HTML report of a study or of a table.', [
    'report out/laptop -o out/laptop/report.html',
    'report table.csv --size 401 --voxel-size 0.2um -o report.html',
  ])
    .argument('<table>', 'directory of a study, or a table as CSV or Parquet')
    .requiredOption('-o, --output <report.html>', 'file to write')
    .option('--size <n|x,y,z>', 'window of the structures, for a table without a study beside it', parseShape)
    .addOption(voxelSizeOption('voxel edge, likewise'))
    .option('--seed <n>', 'decides which rows train (default: as in the study, or 1)', parseSeed);
  return runs<[string, ReportOptions]>(command, async (call, given, options) => {
    const { output, seed } = options;
    await checkOutput(output, 'report', [given]);
    const folder = await stat(given).then((found) => found.isDirectory(), () => false);
    const path = folder ? join(given, TABLE_FILE) : given;
    const { rows } = await readTable(path, call.reading);
    const study = await studyBeside(path);
    const size = options.size ?? study?.size;
    const voxelSizeUm = options.voxelSize?.[2] ?? study?.voxelSizeUm;
    if (size === undefined || voxelSizeUm === undefined) {
      throw new SpecError(`${path}: has no ${STUDY_FILE} beside it that says the window; give --size and --voxel-size`);
    }
    const spec = study && { ...study, fit: { ...study.fit, seed: seed ?? study.fit.seed } };
    const law = spec ? lawOfStudy(spec, rows) : rows.length < 2 ? null : fitLaw(
      rows, { seed: seed ?? LAW_DEFAULTS.seed },
    );
    await writeStudyReport(output, {
      spec: { name: study?.name ?? path, size, voxelSizeUm }, table: rows, law,
      assessments: law === null ? [] : assessLaw(rows, law),
      slices: spec ? await studySlices(await call.session(), spec, null, call.run) : [],
      gradients: spec ? studyGradients(spec, await gradientsBeside(path)) : null,
      facts: [
        ['table', path], ...(
          spec ? [
            ['spec hash', studyHash(spec)], ['study seed', String(spec.seed)], ['split seed', String(spec.fit.seed)],
          ] as const : []
        ),
        ['report by', `voxelith ${VERSION}`], ...machineFacts(),
      ],
    });
    call.print({ report: output, table: path, rows: rows.length }, `${output}: ${rows.length} structures`);
  });
}
