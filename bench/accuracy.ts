// Error of M against resolution, for plain voxels and for smooth interfaces from level sets and from labels alone.
//   npm run accuracy -- [--edges 32,64,128] [--fields 48,96,192] [--threads 2]
// Rows that docs/accuracy.csv already has are kept. Writes that file, docs/images/accuracy-*.svg and the tables of
// docs/accuracy.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  conduct, findParameterSet, generate, openSession, phaseLevelSet, type ConductOptions, type ModelStructure,
  type Session,
} from '../src/node.js';
import { lines, type Line } from '../src/report/chart.js';
import { writeFigure } from './figure.js';
import { writeParts } from './page.js';

const CSV = 'docs/accuracy.csv';
const PAGE = 'docs/accuracy.md';
const METHODS = ['voxel', 'level set', 'labels'] as const;
type Method = (typeof METHODS)[number];

interface Row {
  /** spheres SC 0.3, field bm01 SE, … */
  readonly structure: string;
  readonly edge: number;
  readonly method: Method;
  readonly mFactor: number;
  readonly iterations: number;
}

/** Insulating spheres in a cubic cell: M by Rayleigh's multipole expansion, converged. */
const SPHERES = {
  sc: { 0.1: 0.8571119, 0.2: 0.726703, 0.3: 0.6056612, 0.4: 0.4901099, 0.45: 0.4327176 },
  bcc: { 0.3: 0.6082724, 0.5: 0.3957568, 0.6: 0.29751 },
  fcc: { 0.3: 0.60839, 0.5: 0.3965379, 0.6: 0.2991676 },
} as const;

/** Phases of the BM01 surrogate in a periodic box of 96 voxels of its own resolution: one realisation, sampled ever
 *  finer. */
const FIELDS = [{ name: 'BM01 SE', phase: 1 }, { name: 'BM01 AM', phase: 2 }] as const;
const NATIVE = 96;

const { values } = parseArgs({
  options: {
    edges: { type: 'string', default: '32,64,128' },
    fields: { type: 'string', default: '48,96,192' },
    threads: { type: 'string', default: '2' },
  },
});
const numbers = (list: string): number[] => list.split(',').filter(Boolean).map(Number);

function readRows(): Row[] {
  if (!existsSync(CSV)) return [];
  return readFileSync(CSV, 'utf8').trim().split('\n').slice(1).map((line) => {
    const [structure, edge, method, mFactor, iterations] = line.split(',');
    return {
      structure, edge: Number(edge), method: method as Method, mFactor: Number(mFactor), iterations: Number(iterations),
    };
  });
}

const rows = readRows();

function writeRows(): void {
  rows.sort(
    (a, b) => a.structure.localeCompare(b.structure) || a.edge - b.edge ||
      METHODS.indexOf(a.method) - METHODS.indexOf(b.method),
  );
  const text =
    rows.map((row) => [row.structure, row.edge, row.method, row.mFactor.toFixed(7), row.iterations].join(','));
  writeFileSync(CSV, `structure,edge,method,mFactor,iterations\n${text.join('\n')}\n`);
}

async function measure(
  session: Session, structure: string, edge: number, phase: number, boundary: ConductOptions['boundary'],
  draw: () => Promise<ModelStructure>,
): Promise<void> {
  const missing = METHODS.filter(
    (method) => !rows.some((row) => row.structure === structure && row.edge === edge && row.method === method),
  );
  if (missing.length === 0) return;
  const volume = await draw();
  for (const method of missing) {
    const { mFactor, iterations } = await conduct(session, volume, {
      phase, boundary, tolerance: 1e-5, interface: method === 'voxel' ? 'voxel' : 'smooth',
      levelSet: method === 'level set' ? phaseLevelSet(volume, phase) : null,
    });
    rows.push({ structure, edge, method, mFactor: mFactor as number, iterations });
    console.log(`${structure} ${edge}³ ${method}: ${mFactor}`);
  }
  writeRows();
}

async function measureAll(session: Session): Promise<void> {
  for (const edge of numbers(values.edges)) {
    for (const [arrangement, exact] of Object.entries(SPHERES)) {
      for (const fraction of Object.keys(exact)) {
        await measure(session, `${arrangement.toUpperCase()} ${fraction}`, edge, 1, 'dirichlet', () =>
          generate(session, {
            model: 'spheres', arrangement: arrangement as keyof typeof SPHERES, volumeFraction: Number(fraction),
            size: [edge, edge, edge], levelSets: true,
          }));
      }
    }
  }
  const set = findParameterSet('bm01');
  if (set.model !== 'three-phase') return;
  for (const edge of numbers(values.fields)) {
    for (const { name, phase } of FIELDS) {
      const { alphaChiX, alphaChiY, alphaGaussX, alphaGaussY, ...rest } = set.parameters;
      const scale = NATIVE / edge;
      const parameters = {
        ...rest, alphaChiX: alphaChiX * scale, alphaChiY: alphaChiY * scale, alphaGaussX: alphaGaussX * scale,
        alphaGaussY: alphaGaussY * scale,
      };
      await measure(session, name, edge, phase, 'periodic', () =>
        generate(session, {
          model: 'three-phase', parameters, size: [edge, edge, edge], seed: 1, edges: 'periodic', levelSets: true,
        }));
    }
  }
}

function find(structure: string, edge: number, method: Method): number | null {
  return rows.find((row) => row.structure === structure && row.edge === edge && row.method === method)?.mFactor ?? null;
}

/** Exact for spheres; for fields the limit of second order of the two finest level sets. */
function limitOf(structure: string): number {
  const [arrangement, fraction] = structure.toLowerCase().split(' ');
  const exact = (SPHERES as Record<string, Record<string, number>>)[arrangement]?.[fraction];
  if (exact !== undefined) return exact;
  const edges = edgesOf([structure]);
  const [fine, coarse] = [edges[edges.length - 1], edges[edges.length - 2]];
  const [a, b] = [find(structure, fine, 'level set') as number, find(structure, coarse, 'level set') as number];
  const ratio = (fine / coarse) ** 2;
  return (ratio * a - b) / (ratio - 1);
}

function edgesOf(structures: readonly string[]): number[] {
  return [...new Set(rows.filter((row) => structures.includes(row.structure)).map((row) => row.edge))]
    .sort((a, b) => a - b);
}

/** Relative error in per cent. */
function errorOf(structure: string, edge: number, method: Method): number | null {
  const value = find(structure, edge, method);
  return value === null ? null : 100 * (value / limitOf(structure) - 1);
}

function percent(error: number | null): string {
  return error === null
    ? ''
    : `${error > 0 ? '+' : error < 0 ? '−' : ''}${Math.abs(error).toFixed(Math.abs(error) < 0.1 ? 3 : 2)}`;
}

function table(structures: readonly string[]): string {
  const edges = edgesOf(structures);
  const head = ['structure', 'limit', ...METHODS.flatMap((method) => edges.map((edge) => `${method} ${edge}`))];
  const body = structures.map((structure) => [
    structure, limitOf(structure).toFixed(5),
    ...METHODS.flatMap((method) => edges.map((edge) => percent(errorOf(structure, edge, method)))),
  ]);
  return [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...body].map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function chart(file: string, title: string, structures: readonly string[]): void {
  const edges = edgesOf(structures).filter(
    (edge) => structures.every((structure) => METHODS.every((method) => find(structure, edge, method) !== null)),
  );
  const worst = (method: Method): number[] => edges.map((edge) =>
    structures.reduce((most, structure) => Math.max(most, Math.abs(errorOf(structure, edge, method) as number)), 0));
  const names: Record<Method, string> = {
    voxel: 'plain voxels', 'level set': 'smooth, level set', labels: 'smooth, labels',
  };
  const series: Line[] = METHODS.map((method, i) => (
    { name: names[method], colour: `p${i + 1}`, dashed: method === 'labels', x: edges, y: worst(method) }
  ));
  const svg = lines(series, {
    title, xLabel: 'voxels per edge', yLabel: 'largest error of M, %', xScale: 'log', yScale: 'log', width: 420,
    height: 300,
  });
  writeFigure(file, svg);
}

function writePage(): void {
  const spheres = Object.entries(SPHERES)
    .flatMap(([name, exact]) => Object.keys(exact).map((fraction) => `${name.toUpperCase()} ${fraction}`));
  const fields = FIELDS.map(({ name }) => name);
  chart('docs/images/accuracy-spheres.svg', 'Insulating spheres: SC, BCC, FCC', spheres);
  for (const { name } of FIELDS) {
    chart(`docs/images/accuracy-${name.toLowerCase().replace(' ', '-')}.svg`, `Random field: ${name}`, [name]);
  }
  writeParts(PAGE, ([['spheres', spheres], ['fields', fields]] as const).map(([name, structures]) => (
    {
      from: `<!-- ${name}: written by npm run accuracy -->`, to: `<!-- end of ${name} -->`,
      text: `\n${table(structures)}\n`,
    })));
}

const dist = new URL('../../../dist/', import.meta.url);
const session = await openSession(
  { threads: Number(values.threads), wasmUrl: new URL('core.wasm', dist), workerUrl: new URL('worker.node.js', dist) },
);
await measureAll(session);
session.close();
writePage();
