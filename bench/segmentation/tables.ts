// Tables of docs/import.md from the rows of docs/segmentation.csv.
import { writeParts } from '../page.js';
import type { Row } from './rows.js';

const PAGE = 'docs/import.md';
const METHOD_TITLES: Readonly<Record<string, string>> = {
  auto: 'auto', 'half way': 'thresholds half way', otsu: 'otsu', 'median, otsu': 'median, otsu',
  'random walker': 'random walker',
};
const METHOD_ORDER = Object.keys(METHOD_TITLES);
/** An M below this belongs to a class that does not percolate, or nearly not. */
const CONDUCTS = 0.01;

interface Image {
  readonly rows: readonly Row[];
  readonly first: Row;
}

function imagesOf(rows: readonly Row[]): Image[] {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const key = [row.group, row.structure, row.seed, row.blur, row.noise, row.method].join('/');
    found.set(key, [...(found.get(key) ?? []), row]);
  }
  return [...found.values()].map((own) => ({ rows: own, first: own[0] }));
}

const ratio = (value: number): string => value.toFixed(value >= 10 ? 0 : value >= 2 ? 1 : 3);

/** Largest error of ε, and the ratios of S and M of every class, dark to bright. */
function cells({ rows }: Image): string[] {
  const error = Math.max(...rows.map((row) => Math.abs(row.foundVolumeFraction - row.volumeFraction)));
  const surfaces = rows.map((row) => ratio(row.foundSpecificSurfaceArea / row.specificSurfaceArea));
  const conducting = rows.map((row) => (row.mFactor < CONDUCTS ? '–' : ratio(row.foundMFactor / row.mFactor)));
  return [error.toFixed(4), surfaces.join(' / '), conducting.join(' / ')];
}

/** Rows of a table for images of one group, one line for each structure, blur and noise; auto says where it warned. */
function table(rows: readonly Row[], groups: readonly string[], methods: readonly string[]): string {
  const all = imagesOf(rows.filter((row) => groups.includes(row.group) && methods.includes(row.method)))
    .sort((a, b) => groups.indexOf(a.first.group) - groups.indexOf(b.first.group) ||
      a.first.structure.localeCompare(b.first.structure) || a.first.seed - b.first.seed ||
      a.first.blur - b.first.blur || a.first.noise - b.first.noise ||
      METHOD_ORDER.indexOf(a.first.method) - METHOD_ORDER.indexOf(b.first.method));
  const lines = all.map((image) => {
    const { structure, seed, levels, blur, noise, drift, method, warned } = image.first;
    const title = `${structure}${seed > 1 ? `, seed ${seed}` : ''}${drift > 0 ? `, drift ${drift}` : ''}`;
    const way = METHOD_TITLES[method] + (method === 'auto' && warned === 1 ? ', warns' : '');
    return `| ${[title, levels.replaceAll(' ', '/'), blur, noise, way, ...cells(image)].join(' | ')} |`;
  });
  return [
    '| structure | grey values | blur | noise | method | largest error of ε | S, found/true | M, found/true |',
    '|---|---|---:|---:|---|---:|---|---|', ...lines,
  ].join('\n');
}

/** What auto is held to: ε within 0.01, S within 5 %, M within 5 %, or 10 % from a blur of 0.7 voxels on. */
function misses({ rows, first }: Image): string[] {
  const most = first.blur < 0.7 ? 0.05 : 0.1;
  return rows.flatMap((row) => [
    ...(Math.abs(row.foundVolumeFraction - row.volumeFraction) > 0.01 ? ['ε'] : []),
    ...(Math.abs(row.foundSpecificSurfaceArea / row.specificSurfaceArea - 1) > 0.05 ? ['S'] : []),
    ...(row.mFactor >= CONDUCTS && Math.abs(row.foundMFactor / row.mFactor - 1) > most ? ['M'] : []),
  ]);
}

/** How often auto meets its limits, by blur and noise. */
function summary(rows: readonly Row[]): string {
  const all = imagesOf(rows.filter((row) => row.method === 'auto'));
  const keys = [...new Set(all.map(({ first }) => `${first.blur} ${first.noise}`))]
    .sort((a, b) => Number(a.split(' ')[0]) - Number(b.split(' ')[0]) ||
      Number(a.split(' ')[1]) - Number(b.split(' ')[1]));
  const lines = keys.map((key) => {
    const own = all.filter(({ first }) => `${first.blur} ${first.noise}` === key);
    const met = (what: string): number => own.filter((image) => !misses(image).includes(what)).length;
    const silent = own.filter((image) => misses(image).length > 0 && image.first.warned === 0);
    const names = [...new Set(silent.map(({ first, ...image }) =>
      `${first.structure} (${[...new Set(misses({ first, ...image }))].join(', ')})`))];
    return `| ${[
      ...key.split(' '), own.length, met('ε'), met('S'), met('M'),
      own.filter(({ first }) => first.warned === 1).length, names.join(', ') || 'none',
    ].join(' | ')} |`;
  });
  return [
    '| blur | noise | images | ε within 0.01 | S within 5 % | M within limits | warned | missed without a warning |',
    '|---:|---:|---:|---:|---:|---:|---:|---|', ...lines,
  ].join('\n');
}

export function writeTables(rows: readonly Row[]): void {
  const parts = [
    ['limits', summary(rows)],
    ['methods', table(rows.filter(({ seed, blur, noise }) =>
      seed === 1 && (blur === 0.6 || blur === 0.8) && noise === 8), ['cathodes'], METHOD_ORDER)],
    ['auto', table(rows, ['cathodes', 'bright step', 'drift', 'uneven', 'two classes', 'four classes', 'sections'],
      ['auto'])],
  ] as const;
  writeParts(PAGE, parts.map(([name, text]) => ({
    from: `<!-- segmentation ${name}: written by npm run segmentation -->`, to: `<!-- end of segmentation ${name} -->`,
    text: `\n${text}\n`,
  })));
}
