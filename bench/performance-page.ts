// Tables and plots of docs/performance.md, from docs/performance/*.csv.
import { readdirSync } from 'node:fs';
import { lines, type Line } from '../src/report/chart.js';
import { writeFigure } from './figure.js';
import { writeParts } from './page.js';
import { readMeasurements, type Measurement } from './record-file.js';

const FOLDER = 'docs/performance';
const PAGE = 'docs/performance.md';
const [BEGIN, END] = ['<!-- measured: written by npm run bench -- --record -->', '<!-- end of measured -->'];

/** What the plots show; the tables have every case. */
const PLOTS = [
  { file: 'scaling-fields-transport', title: 'Fields and transport', cases: [
    ['unit field pair', 'two unit fields'], ['generate bm01', 'structure BM01'], ['generate bm10', 'structure BM10'],
    ['mFactor', 'M within 1e-4'], ['mFactor-residual', 'residual 1e-6'],
  ] },
  { file: 'scaling-descriptors', title: 'Descriptors', cases: [
    ['measures-surface', 'surfaces'], ['distance', 'distance'], ['measures-components-26', 'components'],
    ['geodesic-z', 'geodesics'],
    ['constrictivity', 'constrictivity'], ['describe', 'describe, three phases'],
  ] },
] as const;

const number = (value: number, digits = 3): string => String(Number(value.toPrecision(digits)));

function table(rows: readonly Measurement[], edge: number): string {
  const threads = [...new Set(rows.map((row) => row.threads))].sort((a, b) => a - b);
  const head = [
    'case', ...threads.flatMap((t) => [`s, ${t} thread${t > 1 ? 's' : ''}`, 'ns/voxel', 'time / peer']), 'peer', 'more',
  ];
  const names = [...new Set(rows.filter((row) => row.edge === edge).map((row) => row.case))];
  const body = names.map((name) => {
    const at = threads.map((t) => rows.find((row) => row.case === name && row.edge === edge && row.threads === t));
    const last = at.filter((row) => row !== undefined).reverse()[0];
    return [
      name,
      ...at.flatMap((row) => (
        row === undefined
          ? ['', '', '']
          : [number(row.seconds), number(row.nsPerVoxel), row.peerRatio === null ? '' : number(row.peerRatio, 2)]
      )),
      [...new Set(at.flatMap((row) => row?.peer ?? []))].join(', '), last.extra,
    ];
  });
  return [head, head.map((_, i) => (i === 0 || i >= head.length - 2 ? '---' : '---:')), ...body]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function plot(
  rows: readonly Measurement[], name: string, { file, title, cases }: (typeof PLOTS)[number],
): string | null {
  const series: Line[] = cases.flatMap(([wanted, label], i) => {
    const found = rows.filter((row) => row.case === wanted && row.threads === 1);
    return found.length < 2 ? [] : [
      { name: label, colour: `p${i + 1}`, x: found.map((row) => row.edge), y: found.map((row) => row.nsPerVoxel) },
    ];
  });
  if (series.length === 0) return null;
  const image = `images/${file}-${name}.svg`;
  const svg = lines(series, {
    title: `${title}, one thread`, xLabel: 'voxels per edge', yLabel: 'ns per voxel', xScale: 'log', yScale: 'log',
    names: 'ends', width: 420, height: 300,
  });
  writeFigure(`docs/${image}`, svg);
  return `![${title}: ns per voxel against voxels per edge](${image})`;
}

function section(name: string): string {
  const rows = readMeasurements(`${FOLDER}/${name}.csv`);
  const edges = [...new Set(rows.map((row) => row.edge))].sort((a, b) => a - b);
  const triads = [...new Set(rows.map((row) => row.threads))].sort().map((t) => {
    const values = rows.filter((row) => row.threads === t).map((row) => row.triad);
    return `${number(Math.min(...values))} to ${number(Math.max(...values))} GB/s on ${t} thread${t > 1 ? 's' : ''}`;
  });
  const plots = PLOTS.map((wanted) => plot(rows, name, wanted)).filter((image) => image !== null);
  return [
    `### ${name} ([CSV](performance/${name}.csv))`, `Triad per run: ${triads.join(', ')}.`, plots.join('\n'),
    ...edges.map(
      (edge) =>
        `<details${edge === 401 ? ' open' : ''}><summary>${edge}³</summary>\n\n${table(rows, edge)}\n\n</details>`,
    ),
  ].join('\n\n');
}

/** Writes the part of the page between its marks, and the plots. */
export function writePerformancePage(): void {
  const names = readdirSync(FOLDER).filter((file) => file.endsWith('.csv')).map((file) => file.slice(0, -4)).sort();
  writeParts(PAGE, [{ from: BEGIN, to: END, text: `\n\n${names.map(section).join('\n\n')}\n\n` }]);
}
