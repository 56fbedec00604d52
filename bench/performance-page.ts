// Tables and plots of docs/performance.md, from docs/performance/*.csv.
import { readdirSync } from 'node:fs';
import { lines, type Line } from '../src/report/chart.js';
import { writeFigure } from './figure.js';
import { writeParts } from './page.js';
import { readMeasurements, type Measurement } from './record-file.js';

const FOLDER = 'docs/performance';
const PAGE = 'docs/performance.md';
const [BEGIN, END] = ['<!-- measured: written by npm run record -->', '<!-- end of measured -->'];

/** What the plots show; the tables have every case. */
const PLOTS = [
  { file: 'scaling-fields-transport', title: 'Structures and transport', cases: [
    ['generate BM01', 'structure BM01'], ['generate BM10', 'structure BM10'], ['conduct', 'M'],
    ['conduct: smooth', 'M, smooth'], ['conduct: periodic', 'M, periodic'],
  ] },
  { file: 'scaling-descriptors', title: 'Descriptors', cases: [
    ['surfaceAreas', 'surfaces'], ['distance', 'distance'], ['componentLabels: 26', 'component numbers'],
    ['geodesicTortuosity', 'geodesics'], ['constrictivity', 'constrictivity'], ['describe', 'describe, three phases'],
  ] },
] as const;

const number = (value: number, digits = 3): string => String(Number(value.toPrecision(digits)));
const threadsText = (threads: number): string => `${threads} thread${threads > 1 ? 's' : ''}`;

/** Seconds as called, of them outside of kernels, the other build over this one, this one over the peer. */
function cellsOf(row: Measurement | undefined): readonly string[] {
  if (row === undefined) return ['', '', '', ''];
  const outside = Math.max(0, 1 - row.kernelSeconds / row.seconds);
  return [
    number(row.seconds), `${(100 * outside).toFixed(0)} %`, row.before === null ? '' : number(row.before),
    row.peerRatio === null ? '' : number(row.peerRatio, 2),
  ];
}

function table(rows: readonly Measurement[], edge: number): string {
  const here = rows.filter((row) => row.edge === edge);
  const threads = [...new Set(here.map((row) => row.threads))].sort((a, b) => a - b);
  const head = [
    'as called',
    ...threads.flatMap((t) => [`s, ${threadsText(t)}`, 'outside kernels', 'before', 'time / peer']), 'peer',
  ];
  const body = [...new Set(here.map((row) => row.case))].map((name) => {
    const own = here.filter((row) => row.case === name);
    return [
      name, ...threads.flatMap((t) => cellsOf(own.find((row) => row.threads === t))),
      [...new Set(own.flatMap((row) => row.peer ?? []))].join('; '),
    ];
  });
  return [head, head.map((_, i) => (i === 0 || i === head.length - 1 ? '---' : '---:')), ...body]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function plot(
  rows: readonly Measurement[], name: string, { file, title, cases }: (typeof PLOTS)[number],
): string | null {
  const threads = Math.max(...rows.map((row) => row.threads));
  const series: Line[] = cases.flatMap(([wanted, label], i) => {
    const found = rows.filter((row) => row.case === wanted && row.threads === threads);
    const perVoxel = found.map((row) => (row.seconds / row.edge ** 3) * 1e9);
    return found.length < 2 ? [] : [{ name: label, colour: `p${i + 1}`, x: found.map((row) => row.edge), y: perVoxel }];
  });
  if (series.length === 0) return null;
  const image = `images/${file}-${name}.svg`;
  const svg = lines(series, {
    title: `${title}, ${threadsText(threads)}`, xLabel: 'voxels per edge', yLabel: 'ns per voxel', xScale: 'log',
    yScale: 'log', names: 'ends', width: 420, height: 300,
  });
  writeFigure(`docs/${image}`, svg);
  return `![${title}: ns per voxel against voxels per edge](${image})`;
}

function section(name: string): string {
  const rows = readMeasurements(`${FOLDER}/${name}.csv`);
  const edges = [...new Set(rows.map((row) => row.edge))].sort((a, b) => a - b);
  const triads = [...new Set(rows.map((row) => row.threads))].sort().map((t) => {
    const values = rows.filter((row) => row.threads === t).map((row) => row.triad);
    return `${number(Math.min(...values))} to ${number(Math.max(...values))} GB/s on ${threadsText(t)}`;
  });
  const plots = PLOTS.map((wanted) => plot(rows, name, wanted)).filter((image) => image !== null);
  return [
    `### ${name} ([CSV](performance/${name}.csv))`, `Triad per run: ${triads.join(', ')}.`, plots.join('\n'),
    ...edges.map(
      (edge) => (
        `<details${edge === edges.at(-1) ? ' open' : ''}><summary>${edge}³</summary>\n\n${table(rows, edge)}\n\n` +
          '</details>'
      ),
    ),
  ].filter((part) => part !== '').join('\n\n');
}

/** Writes the part of the page between its marks, and the plots. */
export function writePerformancePage(): void {
  const names = readdirSync(FOLDER).filter((file) => file.endsWith('.csv')).map((file) => file.slice(0, -4)).sort();
  writeParts(PAGE, [{ from: BEGIN, to: END, text: `\n\n${names.map(section).join('\n\n')}\n\n` }]);
}
