// Segmentations of images of known structures: docs/segmentation.csv and the tables of docs/import.md.
//   npm run segmentation -- [--groups cathodes,uneven] [--methods auto,otsu] [--again] [--threads 1]
// Rows that docs/segmentation.csv already has are kept; --again repeats those that are named. The random walker needs
// Debian's python3-skimage; without it its rows are left out.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  flattenGreys, formatCsv, openSession, parseCsv, type GreyVolume, type LabelVolume, type Session,
} from '../../src/node.js';
import { CASES, GROUPS, type Case } from './cases.js';
import { measure, medianSizes, type Measured } from './measures.js';
import { METHODS, type MethodName } from './methods.js';
import { COLUMNS, type Row } from './rows.js';
import { writeTables } from './tables.js';
import { tomogram } from './tomogram.js';

const { values } = parseArgs({
  options: {
    groups: { type: 'string', default: GROUPS.join(',') },
    methods: { type: 'string', default: Object.keys(METHODS).join(';') },
    only: { type: 'string', default: '' },
    again: { type: 'boolean', default: false },
    threads: { type: 'string', default: '1' },
    csv: { type: 'string', default: 'docs/segmentation.csv' },
  },
});

function readRows(): Row[] {
  if (!existsSync(values.csv)) return [];
  return parseCsv(values.csv, readFileSync(values.csv, 'utf8')).rows.map((row) => Object.fromEntries(
    COLUMNS.map((name) => [name, /^-?[\d.]+(e-?\d+)?$/.test(row[name]) ? Number(row[name]) : row[name]]),
  ) as unknown as Row);
}

const round = (value: number): number => Number(value.toPrecision(5));

function writeRows(rows: readonly Row[]): void {
  const cell = (value: string | number): string | number => (typeof value === 'number' ? round(value) : value);
  writeFileSync(values.csv, formatCsv(COLUMNS, rows.map((row) => COLUMNS.map((name) => cell(row[name])))));
}

interface Truth {
  readonly key: string;
  readonly volume: LabelVolume;
  readonly sizes: readonly number[];
  readonly measured: readonly Measured[];
}

let truth: Truth | null = null;

/** Structure and its measures; the last one is kept. */
async function truthOf(session: Session, { structure, seed }: Case): Promise<Truth> {
  const key = `${structure.name} ${seed}`;
  if (truth?.key !== key) {
    const volume = await structure.draw(session, seed);
    const classes = structure.classes.length;
    truth = {
      key, volume, sizes: await medianSizes(session, volume, classes),
      measured: await measure(session, volume, classes),
    };
  }
  return truth;
}

async function imageOf(session: Session, each: Case, volume: LabelVolume): Promise<GreyVolume> {
  const image = await tomogram(session, volume, each, 1000 * each.seed + CASES.indexOf(each));
  return each.drift === 0 ? image : (await flattenGreys(session, image)).volume;
}

const same = (row: Row, each: Case, method: string): boolean =>
  row.group === each.group && row.structure === each.structure.name && row.seed === each.seed &&
  row.blur === each.blur && row.noise === each.noise && row.method === method;

async function run(session: Session, each: Case, method: MethodName): Promise<Row[]> {
  const { volume, sizes, measured } = await truthOf(session, each);
  const image = await imageOf(session, each, volume);
  const start = performance.now();
  const result = await METHODS[method](session, image, each.levels);
  if (result === null) return [];
  const seconds = (performance.now() - start) / 1000;
  const right = result.volume.labels.reduce((sum, k, i) => sum + Number(k === volume.labels[i]), 0);
  const found = await measure(session, result.volume, each.structure.classes.length);
  const blur = result.found?.blur ?? NaN;
  const classes = each.structure.classes.map((name, k) => {
    const [from, to] = [measured[k], found[k]];
    const [dε, S, M] = [
      to.volumeFraction - from.volumeFraction, to.surface / from.surface, to.mFactor / from.mFactor,
    ];
    return `${name} dε ${dε.toFixed(4)} S ${S.toFixed(3)} M ${M.toFixed(3)}`;
  });
  console.log(
    `${each.group}: ${each.structure.name} ${each.seed}, blur ${each.blur}, noise ${each.noise}, ${method}: ` +
      `${classes.join(', ')}, ${seconds.toFixed(1)} s${result.warnings.map((text) => `; ${text}`).join('')}`,
  );
  return each.structure.classes.map((name, k): Row => ({
    group: each.group, structure: each.structure.name, seed: each.seed, levels: each.levels.join(' '),
    blur: each.blur, noise: each.noise, drift: each.drift, method, class: name, size: sizes[k],
    right: right / volume.labels.length,
    volumeFraction: measured[k].volumeFraction, specificSurfaceArea: measured[k].surface,
    mFactor: measured[k].mFactor, foundVolumeFraction: found[k].volumeFraction,
    foundSpecificSurfaceArea: found[k].surface, foundMFactor: found[k].mFactor,
    foundBlur: blur, doubt: result.found?.doubt[k] ?? NaN,
    contrast: result.found?.contrast ?? NaN, seconds, warned: Number(result.warnings.length > 0),
  }));
}

const dist = new URL('../../../../dist/', import.meta.url);
const session = await openSession(
  { threads: Number(values.threads), wasmUrl: new URL('core.wasm', dist), workerUrl: new URL('worker.node.js', dist) },
);
let rows = readRows();
for (const each of CASES) {
  if (!values.groups.split(',').includes(each.group)) continue;
  if (!`${each.structure.name} ${each.seed}, blur ${each.blur}, noise ${each.noise},`.match(values.only)) continue;
  for (const method of each.methods) {
    if (!values.methods.split(';').includes(method)) continue;
    if (!values.again && rows.some((row) => same(row, each, method))) continue;
    const found = await run(session, each, method);
    rows = [...rows.filter((row) => !same(row, each, method)), ...found];
    writeRows(rows);
  }
}
session.close();
writeTables(rows);
