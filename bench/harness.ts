// Bench harness: fixed seeds, median of k runs, ns/voxel, GB/s and share of the bandwidth measured in the same run.
import { readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { openSession } from '../src/node.js';
import { named } from '../src/runtime/plan.js';
import type { Session } from '../src/runtime/session.js';

export interface Peer {
  readonly name: string;
  readonly threads: number;
  /** By edge length, on the machine of the record (STREAM triad 19 GB/s on one thread, 36 GB/s on two). */
  readonly seconds: Readonly<Record<number, number>>;
}

/** One measured operation at one size. `run` is timed whole; `setup` is not. */
export interface BenchCase {
  readonly name: string;
  /** Bytes that must cross the memory bus at least, per voxel; null where it has no meaning. */
  readonly bytesPerVoxel: number | null;
  /** Native peers, one for each number of threads that was recorded. */
  readonly peers?: readonly Peer[];
  setup(session: Session, edge: number): Promise<BenchRun>;
}

export interface BenchRun {
  readonly voxels: number;
  /** Runs once; may return numbers worth printing (iterations, peakBytes). */
  run(): Promise<Readonly<Record<string, number>> | void>;
}

export interface BenchOptions {
  /** Parts of names, separated by commas; empty for all. */
  readonly filter: string;
  readonly edges: readonly number[];
  readonly threads: readonly number[];
  readonly repeats: number;
}

/** Triad bandwidth of the machine of the peer record, GB/s, for one and two threads. */
export const RECORD_BANDWIDTH: Readonly<Record<number, number>> = { 1: 19, 2: 36 };

/** Runs of more seconds are not repeated: their scatter is small beside what other users of the machine add. */
const LONG = 10;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Streaming triad over three arrays of 64 MiB, GB/s, best of five as STREAM does. */
export async function measureBandwidth(session: Session): Promise<number> {
  const elements = 2 ** 24;
  const plan = { leases: named({ a: 4 * elements, b: 4 * elements, c: 4 * elements }) };
  return session.run('bandwidth', plan, 0, {}, async (frame) => {
    const { a, b, c } = frame.take(plan);
    await frame.fill(b, 0);
    await frame.fill(c, 0);
    let best = Infinity;
    for (let k = 0; k < 5; k++) {
      const start = performance.now();
      await frame.call('probeTriad', { a, b, c, n: elements });
      best = Math.min(best, (performance.now() - start) / 1000);
    }
    return (12 * elements) / best / 1e9;
  });
}

/** The cases of all compiled benches in a folder, by file name. */
export async function loadCases(folder: URL): Promise<BenchCase[]> {
  const cases: BenchCase[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.bench.js')).sort()) {
    const module = (await import(new URL(file, folder).href)) as { cases: readonly BenchCase[] };
    cases.push(...module.cases);
  }
  return cases;
}

/** @throws Error that lists the names when none contains a word of the filter. */
export function chosenCases(cases: readonly BenchCase[], filter: string): readonly BenchCase[] {
  const words = filter.split(',');
  const chosen = cases.filter((c) => words.some((word) => c.name.includes(word)));
  if (chosen.length > 0) return chosen;
  throw new Error(`bench: no case contains "${filter}"; cases: ${cases.map((c) => c.name).join(', ')}`);
}

export async function runBenches(cases: readonly BenchCase[], options: BenchOptions): Promise<void> {
  const chosen = chosenCases(cases, options.filter);
  const dist = new URL('../../../dist/', import.meta.url);
  console.log(
    `${cpus()[0].model}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}`,
  );
  for (const threads of options.threads) {
    const session =
      await openSession({ threads, wasmUrl: new URL('core.wasm', dist), workerUrl: new URL('worker.node.js', dist) });
    const bandwidth = await measureBandwidth(session);
    console.log(
      `\n${threads} thread(s), triad ${bandwidth.toFixed(1)} GB/s, median of ${options.repeats}, ` +
        `of one where a run takes more than ${LONG} s`,
    );
    console.log('case                      edge   seconds   ns/voxel   GB/s  of triad  time/peer (scaled by triad)');
    for (const bench of chosen) {
      for (const edge of options.edges) {
        const { voxels, run } = await bench.setup(session, edge);
        const seconds: number[] = [];
        let extra: Readonly<Record<string, number>> | void = undefined;
        for (let k = 0; k < options.repeats && !(k > 0 && seconds[0] > LONG); k++) {
          const start = performance.now();
          extra = await run();
          seconds.push((performance.now() - start) / 1000);
        }
        const middle = median(seconds);
        const rate = bench.bytesPerVoxel === null ? null : (bench.bytesPerVoxel * voxels) / middle / 1e9;
        const peer = bench.peers?.find((one) => one.threads === threads);
        const peerSeconds = peer?.seconds[edge];
        const ratio =
          peerSeconds ? (middle / peerSeconds) * (bandwidth / (RECORD_BANDWIDTH[threads] ?? bandwidth)) : null;
        const notes = Object.entries(extra ?? {}).map(([key, value]) => `${key}=${value}`).join(' ');
        console.log(
          `${bench.name.padEnd(24)} ${String(edge).padStart(5)} ${middle.toFixed(3).padStart(9)} ` +
            `${((middle / voxels) * 1e9).toFixed(2).padStart(10)} ${(rate?.toFixed(1) ?? '-').padStart(6)} ` +
            `${(rate === null ? '-' : `${((100 * rate) / bandwidth).toFixed(0)} %`).padStart(9)}  ` +
            `${ratio === null ? '' : `${ratio.toFixed(2)} × ${peer?.name}`} ${notes}`,
        );
      }
    }
    session.close();
  }
}
