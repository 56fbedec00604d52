// The measurements of one kind of processor, kept as CSV in docs/performance/ and shown by docs/performance.md.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

export interface Measurement {
  readonly case: string;
  readonly edge: number;
  readonly threads: number;
  /** Median over the repeats. */
  readonly seconds: number;
  readonly minSeconds: number;
  readonly nsPerVoxel: number;
  /** Triad bandwidth of the same run, GB/s. */
  readonly triad: number;
  readonly gbPerSecond: number | null;
  readonly peer: string | null;
  /** Time over the peer's, scaled by triad. */
  readonly peerRatio: number | null;
  /** Free text: iterations=6 MiB=300. */
  readonly extra: string;
}

const COLUMNS = [
  'case', 'edge', 'threads', 'seconds', 'minSeconds', 'nsPerVoxel', 'triad', 'gbPerSecond', 'peer', 'peerRatio',
  'extra',
] as const satisfies readonly (keyof Measurement)[];
const NUMBERS: ReadonlySet<string> =
  new Set(['edge', 'threads', 'seconds', 'minSeconds', 'nsPerVoxel', 'triad', 'gbPerSecond', 'peerRatio']);

/** docs/performance/intel-xeon-2-50ghz.csv and the like. */
export function recordPath(): string {
  const name = cpus()[0].model.toLowerCase().replace(/\((r|tm)\)|processor|cpu/g, ' ').replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `docs/performance/${name}.csv`;
}

export function readMeasurements(path: string): Measurement[] {
  if (!existsSync(path)) return [];
  const [head, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  if (head !== COLUMNS.join(',')) {
    throw new Error(`${path}: the columns must be ${COLUMNS.join(',')}, found ${head}; remove the file`);
  }
  return lines.map((line) => {
    const cells = line.split(',')
      .map((cell, i) => (cell === '' && COLUMNS[i] !== 'extra' ? null : NUMBERS.has(COLUMNS[i]) ? Number(cell) : cell));
    return Object.fromEntries(COLUMNS.map((column, i) => [column, cells[i]])) as unknown as Measurement;
  });
}

/** Adds `rows`; a row of the same case, edge and threads is replaced. */
export function writeMeasurements(path: string, rows: readonly Measurement[]): void {
  const key = (row: Measurement): string => `${row.case}\0${row.threads}\0${row.edge}`;
  const all = new Map([...readMeasurements(path), ...rows].map((row) => [key(row), row]));
  const sorted = [...all.values()]
    .sort((a, b) => a.case.localeCompare(b.case) || a.threads - b.threads || a.edge - b.edge);
  // Four digits are more than a shared machine repeats.
  const cell = (value: string | number | null): string => (
    value === null ? '' : typeof value === 'number' ? String(Number(value.toPrecision(4))) : value.replaceAll(',', ';')
  );
  mkdirSync(path.slice(0, path.lastIndexOf('/') + 1) || '.', { recursive: true });
  writeFileSync(
    `${path}.new`,
    `${[COLUMNS.join(','), ...sorted.map((row) => COLUMNS.map((column) => cell(row[column])).join(','))].join('\n')}\n`,
  );
  renameSync(`${path}.new`, path);
}
