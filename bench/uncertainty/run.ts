// Do error bars of M hold? Fills docs/uncertainty-voxels.csv, docs/uncertainty-windows.csv and tables of
// docs/accuracy.md.
//   npm run uncertainty -- [--voxels spheres,layers,fields,large fields,two phases] [--windows 48,64,96] [--threads 2]
// Trials that the files already have are kept: delete them to repeat them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { formatCsv, openSession, parseCsv } from '../../src/node.js';
import { writeParts } from '../page.js';
import { KINDS, type Kind } from './structures.js';
import { runVoxels, summaryOf, VOXEL_TRIALS, type VoxelTrial } from './voxels.js';
import {
  REALISATIONS, runWindow, WINDOW_CASES, windowSummary, type WindowTrial,
} from './windows.js';

const PAGE = 'docs/accuracy.md';
const VOXELS = 'docs/uncertainty-voxels.csv';
const WINDOWS = 'docs/uncertainty-windows.csv';
const VOXEL_COLUMNS = ['kind', 'trial', 'name', 'limit', 'plain', 'value', 'halfWidth'] as const;
const WINDOW_COLUMNS = ['case', 'edge', 'realisation', 'value', 'halfWidth'] as const;

const { values } = parseArgs({
  options: {
    voxels: { type: 'string', default: KINDS.join(',') },
    windows: { type: 'string', default: '48,64,96' },
    threads: { type: 'string', default: '2' },
  },
});
const listed = (list: string): string[] => list.split(',').map((item) => item.trim()).filter(Boolean);

/** Rows of a file; NaN for cells that are empty. */
function read<T>(file: string, texts: readonly (keyof T)[]): T[] {
  if (!existsSync(file)) return [];
  return parseCsv(file, readFileSync(file, 'utf8')).rows.map((row) => Object.fromEntries(
    Object.entries(row).map(([key, cell]) =>
      [key, texts.includes(key as keyof T) ? cell : cell === '' ? NaN : Number(cell)]),
  ) as T);
}

function write<T>(file: string, columns: readonly (keyof T & string)[], rows: readonly T[]): void {
  const cell = (value: unknown): string | number | null =>
    typeof value !== 'number' ? String(value) : Number.isFinite(value) ? Number(value.toPrecision(7)) : null;
  writeFileSync(file, formatCsv(columns, rows.map((row) => columns.map((column) => cell(row[column])))));
}

const dist = new URL('../../../../dist/', import.meta.url);
const session = await openSession(
  { threads: Number(values.threads), wasmUrl: new URL('core.wasm', dist), workerUrl: new URL('worker.node.js', dist) },
);

const voxels = read<VoxelTrial>(VOXELS, ['kind', 'name']);
for (const kind of KINDS.filter((one) => listed(values.voxels).includes(one))) {
  for (let trial = 0; trial < VOXEL_TRIALS[kind]; trial++) {
    if (voxels.some((row) => row.kind === kind && row.trial === trial)) continue;
    voxels.push(await runVoxels(session, kind, trial));
    write(VOXELS, VOXEL_COLUMNS, voxels);
  }
}
const windows = read<WindowTrial>(WINDOWS, ['case']);
for (const edge of listed(values.windows).map(Number)) {
  for (const each of WINDOW_CASES.filter(({ edges }) => edges.includes(edge))) {
    for (let k = 0; k < REALISATIONS; k++) {
      if (windows.some((row) => row.case === each.name && row.edge === edge && row.realisation === k)) continue;
      windows.push(await runWindow(session, each, edge, k));
      write(WINDOWS, WINDOW_COLUMNS, windows);
    }
  }
}
session.close();

const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;
const table = (rows: readonly (readonly (string | number)[])[]): string => {
  const [head, ...body] = rows;
  return [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...body].map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
};

function voxelTable(): string {
  const row = (name: string, kinds: readonly Kind[]): (string | number)[] => {
    const { trials, refused, covered, plainError, error, width, ratio } =
      summaryOf(voxels.filter(({ kind }) => kinds.includes(kind)));
    return [
      name, trials, refused, percent(covered / (trials - refused)), percent(plainError), percent(error, 2),
      percent(width, 2), (width / error).toFixed(1), ratio.toFixed(1),
    ];
  };
  const one = KINDS.filter((kind) => kind !== 'two phases');
  const measured = KINDS.filter((kind) => voxels.some((trial) => trial.kind === kind));
  return table([
    [
      'images', 'number', 'without', 'held', 'rms error, plain', 'rms error, value', 'median width',
      'width/rms error', '±/mean error',
    ],
    ...measured.map((kind) => row(kind, [kind])), row('one phase, all', one),
  ]);
}

function windowTable(): string {
  const of = (name: string, edge: number): WindowTrial[] =>
    windows.filter((trial) => trial.case === name && trial.edge === edge);
  const cases = WINDOW_CASES.flatMap(({ name, edges }) => edges.map((edge) => ({ name, edge })))
    .filter(({ name, edge }) => of(name, edge).length > 1);
  const all = cases.map(({ name, edge }) => ({ name, edge, ...windowSummary(of(name, edge)) }));
  const [covered, given] = all.reduce(
    ([a, b], one) => [a + one.covered, b + one.trials - one.refused], [0, 0],
  );
  return table([
    ['structure', 'window', 'without', 'mean M', 'deviation', 'held', '±/1.96 deviations'],
    ...all.map(({ name, edge, trials, refused, mean, deviation, covered: held, width }) => [
      name, `${edge}³`, refused, mean.toFixed(4), percent(deviation), percent(held / (trials - refused), 0),
      width.toFixed(2),
    ]),
    ['all', '', '', '', '', percent(covered / given), ''],
  ]);
}

const part = (name: string, text: string) => ({
  from: `<!-- ${name}: written by npm run uncertainty -->`, to: `<!-- end of ${name} -->`, text: `\n${text}\n`,
});
writeParts(PAGE, [
  ...(voxels.length > 0 ? [part('voxels', voxelTable())] : []),
  ...(windows.length > 0 ? [part('windows', windowTable())] : []),
]);
