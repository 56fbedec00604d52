// The measurements of one kind of processor, kept as CSV in docs/performance/ and shown by docs/performance.md.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

export interface Measurement {
  /** A public function, or a command as a process. */
  readonly case: string;
  readonly edge: number;
  readonly threads: number;
  /** As called, median over the runs. */
  readonly seconds: number;
  /** Of them in kernels. */
  readonly kernelSeconds: number;
  /** Seconds of the build that it was compared with, in turns with this one; null: there was none. */
  readonly before: number | null;
  readonly runs: number;
  /** Triad bandwidth of the same run, GB/s. */
  readonly triad: number;
  readonly peer: string | null;
  /** Time over the peer's, scaled by triad. */
  readonly peerRatio: number | null;
}

const COLUMNS = [
  'case', 'edge', 'threads', 'seconds', 'kernelSeconds', 'before', 'runs', 'triad', 'peer', 'peerRatio',
] as const satisfies readonly (keyof Measurement)[];
const TEXTS: ReadonlySet<string> = new Set(['case', 'peer']);

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
    const cells = line.split(',');
    return Object.fromEntries(COLUMNS.map((column, i) => [
      column, TEXTS.has(column) && cells[i] !== '' ? cells[i] : cells[i] === '' ? null : Number(cells[i]),
    ])) as unknown as Measurement;
  });
}

/** Adds rows; one of the same case, edge and threads is replaced, those of cases that are no more are left out.
 *  @param cases all there are, in the order of the page */
export function writeMeasurements(path: string, rows: readonly Measurement[], cases: readonly string[]): void {
  const key = (row: Measurement): string => `${row.case}\0${row.threads}\0${row.edge}`;
  const all = new Map([...readMeasurements(path), ...rows].map((row) => [key(row), row]));
  const sorted = [...all.values()].filter((row) => cases.includes(row.case))
    .sort((a, b) => cases.indexOf(a.case) - cases.indexOf(b.case) || a.threads - b.threads || a.edge - b.edge);
  // Four digits are more than a shared machine repeats.
  const cell = (value: string | number | null): string => (
    value === null ? '' : typeof value === 'number' ? String(Number(value.toPrecision(4))) : value
  );
  mkdirSync(path.slice(0, path.lastIndexOf('/') + 1) || '.', { recursive: true });
  writeFileSync(
    `${path}.new`,
    `${[COLUMNS.join(','), ...sorted.map((row) => COLUMNS.map((column) => cell(row[column])).join(','))].join('\n')}\n`,
  );
  renameSync(`${path}.new`, path);
}
