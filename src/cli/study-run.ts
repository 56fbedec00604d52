// voxelith study run: both rounds, the law, the report.
import { join } from 'node:path';
import type { Command } from 'commander';
import { assessLaw, formatLaw } from '../regression/index.js';
import { studyGradients, studySlices } from '../report/index.js';
import { isSensitivityStudy, studySensitivity } from '../sensitivity/sensitivity.js';
import { lawOfStudy } from '../study/law.js';
import { TABLE_FILE } from '../study/merge.js';
import { runStudy } from '../study/run.js';
import { defineCommand, runs } from './command.js';
import { commandFact, machineFacts } from './facts.js';
import { checkOutput } from './outputs.js';
import { duration } from './progress.js';
import {
  addStudyOptions, estimateText, keptNote, openStudyOf, studyRunOptions, TABLE_OPTION, writeStudyTable,
  type StudyOptions,
} from './study-common.js';
import { windowText, writeStudyReport } from './study-report.js';

interface RunFlags extends StudyOptions {
  readonly report?: string;
  readonly table?: string;
}

export function studyRunCommand(): Command {
  const command = addStudyOptions(defineCommand('run', 'Run a study from spec to law; a killed run goes on where it ' +
      'stopped.', [
    'study run examples/laptop.yaml --report out/laptop/report.html',
    'study run examples/paper.yaml --out /data/paper --threads 16 --memory 48G',
  ])).option('--report <file.html>', 'write a self-contained HTML report').option(...TABLE_OPTION);
  return runs<[string, RunFlags]>(command, async (call, path, options) => {
    const { report } = options;
    const { study, image } = await openStudyOf(call, path, options);
    const { spec, store } = study;
    if (report !== undefined) await checkOutput(report, 'report', [path]);
    if (options.table !== undefined) await checkOutput(options.table, 'table', [path]);
    const result = await runStudy(study, {
      ...studyRunOptions(call, image),
      onEstimate: (estimate) =>
        call.note(`${estimateText(spec, estimate)}\n  in ${store.location}; Ctrl-C stops, the same command goes on`),
    }).catch(keptNote(call));
    const { table, failures, seconds, layout, specHash, version } = result;
    if (options.table !== undefined) await writeStudyTable(options.table, spec, table);
    const law = lawOfStudy(spec, table.rows);
    const assessments = law === null ? [] : assessLaw(table.rows, law);
    if (report !== undefined) {
      call.note('drawing the sample slices of the report');
      await writeStudyReport(report, {
        spec, table: table.rows, law, assessments,
        slices: await studySlices(await call.session(), spec, image, call.run),
        gradients: studyGradients(spec, result.gradients),
        sensitivity: isSensitivityStudy(spec) ? studySensitivity(spec, table) : null,
        facts: [
          ['spec hash', specHash], ['study seed', String(spec.seed)], ['split seed', String(spec.fit.seed)],
          ['version', `voxelith ${version}`],
          ['threads', `${layout.sessions} structures at a time, ${layout.threadsEach} threads each`],
          ...machineFacts(), ['duration of this run', duration(seconds)], commandFact(),
        ],
      });
    }
    const tablePath = join(store.location, TABLE_FILE);
    const failed =
      failures.length > 0 ? [`${failures.length} structures failed, e.g. ${failures[0].id}: ${failures[0].error}`] : [];
    const text = [
      `${tablePath}: ${table.rows.length} rows in ${duration(seconds)}`, ...failed, windowText(spec, table.rows.length),
      '',
      ...(law === null ? ['too few structures to fit a law'] : [formatLaw(law, assessments).trimEnd()]),
      ...(report === undefined ? [] : ['', `report: ${report}`]),
    ].join('\n');
    call.print({
      name: spec.name, directory: store.location, specHash, version, counts: result.counts, failures, seconds,
      table: tablePath, report: report ?? null, law, assessments,
    }, text);
  });
}
