// voxelith sensitivity: which parameters every output of a study depends on, and how much of it is chance.
import { join } from 'node:path';
import type { Command } from 'commander';
import { tableOfCells } from '../core/table.js';
import { writeFiles, type FileContent } from '../io/write.node.js';
import { factsOf } from '../report/facts.js';
import { convergenceText, noiseText, sensitivityReport } from '../report/sensitivity.js';
import { isSensitivityStudy, studySensitivity, type Sensitivity } from '../sensitivity/sensitivity.js';
import { sensitivityTable } from '../sensitivity/table.js';
import { TABLE_FILE } from '../study/merge.js';
import { runStudy } from '../study/run.js';
import { defineCommand, runs } from './command.js';
import { runFacts } from './facts.js';
import { checkOutput } from './outputs.js';
import {
  addStudyOptions, estimateText, keptNote, openStudyOf, studyRunOptions, type StudyOptions,
} from './study-common.js';
import { tableFiles } from './table.js';
import { significant, textTable } from './text.js';

interface SensitivityFlags extends StudyOptions {
  readonly csv?: string;
  readonly report?: string;
}

const between = (value: number, interval: { readonly low: number; readonly high: number } | null): string =>
  `${significant(value, 3)}${interval === null ? ''
    : ` (${significant(interval.low, 2)}..${significant(interval.high, 2)})`}`;

function text(found: Sensitivity): string[] {
  const { factors, gaps } = found;
  const rows = found.method === 'morris'
    ? found.outputs.flatMap((output) => output.effects.map((effect, i) => [
      output.column, factors[i].name,
      ...(['muStar', 'mu', 'sigma'] as const).map((key) =>
        (effect === null ? '-' : between(effect[key], effect.intervals?.[key] ?? null))),
    ]))
    : found.outputs.flatMap((output) => [
      ...output.factors.map(({ first, total }, i) => [
        output.column, factors[i].name, between(first.value, first.interval), between(total.value, total.interval),
      ]),
      ...(output.second ?? []).map(({ i, j, index }) => [
        output.column, `${factors[i].name} × ${factors[j].name}`, between(index.value, index.interval), '-',
      ]),
    ]);
  const head = found.method === 'morris'
    ? ['output', 'factor', 'mu*', 'mu', 'sigma'] : ['output', 'factor', 'first', 'total'];
  return [
    textTable([head, ...rows]),
    found.method === 'morris' ? 'effects per whole range of a factor, 95 % by bootstrap over trajectories'
      : 'shares of the variance, 95 % by bootstrap over rows',
    ...found.outputs.map((output) => {
      const converged = convergenceText(output);
      return `${noiseText(output)}${converged === null ? '' : `; ${converged}`}`;
    }),
    ...gaps.map(({ column, reason }) => `${column}: ${reason}`),
  ];
}

export function sensitivityCommand(): Command {
  const command = addStudyOptions(defineCommand('sensitivity', 'Elementary effects (Morris) or Sobol\' indices of ' +
    'every output of a study, and how much of it is chance; runs what is missing of the study.', [
    'sensitivity examples/studies/morris.yaml --report out/morris/sensitivity.html',
    'sensitivity examples/studies/sobol-indices.yaml --csv indices.csv',
  ]))
    .option('--csv <file.csv>', 'write the effects or indices as a table')
    .option('--report <file.html>', 'write a self-contained HTML report with the plots');
  return runs<[string, SensitivityFlags]>(command, async (call, path, flags) => {
    const { csv, report } = flags;
    if (report !== undefined) await checkOutput(report, 'report', [path]);
    if (csv !== undefined) await checkOutput(csv, 'table', [path]);
    const { study, image } = await openStudyOf(call, path, flags);
    const { spec, store } = study;
    // Another plan is refused before its structures are drawn.
    if (!isSensitivityStudy(spec)) studySensitivity(spec, { columns: [], rows: [] });
    const result = await runStudy(study, {
      ...studyRunOptions(call, image),
      onEstimate: (estimate) => {
        if (estimate.open === 0) return;
        call.note(`${estimateText(spec, estimate)}\n  in ${store.location}; Ctrl-C stops, the same command goes on`);
      },
    }).catch(keptNote(call));
    const found = studySensitivity(spec, result.table);
    const warnings = result.failures.slice(0, 3).map(({ id, error }) => `${id} failed: ${error}`);
    call.warn(warnings);
    const table = sensitivityTable(found);
    const files = new Map<string, FileContent>(
      csv === undefined ? [] : await tableFiles(csv, tableOfCells(table.columns, table.rows)),
    );
    if (report !== undefined) {
      files.set(report, sensitivityReport({
        title: `Sensitivity of ${spec.name}`, sensitivity: found, warnings,
        reproducibility: factsOf([
          ['spec hash', result.specHash], ['study seed', String(spec.seed)], ...runFacts(),
        ]),
      }));
    }
    await writeFiles(files);
    const names = [join(store.location, TABLE_FILE), ...files.keys()];
    call.print({
      name: spec.name, directory: store.location, specHash: result.specHash, ...found, warnings, files: names,
    }, [...text(found), ...names].join('\n'));
  });
}
