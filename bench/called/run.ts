// Runs the cases of what a caller calls on one or two builds, in turns.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { measureBandwidth, median, type Peer } from '../harness.js';
import { kernelSeconds } from '../kernel-clock.js';
import { recordParameters } from '../record.js';
import type { CalledCase, Inputs, Library, Place } from './case.js';
import { FILE_CASES } from './files.js';
import { FUNCTION_CASES } from './functions.js';

export const CALLED_CASES: readonly CalledCase[] = [...FUNCTION_CASES, ...FILE_CASES];

/** Runs are repeated until they have taken so many seconds, or as often as the caller asks. */
const LEAST_SECONDS = 1;

/** A build whose functions and commands are timed. */
export interface Build {
  readonly dist: string;
  readonly library: Library;
  readonly session: Place['session'];
}

/** @param dist the folder that `npm run build` writes @throws Error when it is none */
export async function openBuild(dist: URL | string, threads: number): Promise<Build> {
  const folder = typeof dist === 'string' ? resolve(dist) : fileURLToPath(dist);
  if (!existsSync(join(folder, 'node.js'))) throw new Error(`bench: ${folder} has no node.js; run npm run build there`);
  const library = (await import(pathToFileURL(join(folder, 'node.js')).href)) as Library;
  return { dist: folder, library, session: await library.openSession({ threads }) };
}

export interface CalledRow {
  readonly name: string;
  readonly peer: Peer | null;
  /** Medians. */
  readonly seconds: number;
  readonly kernelSeconds: number;
  /** Seconds of the other build; null: there is none, or it cannot. */
  readonly before: number | null;
  readonly triad: number;
  readonly runs: number;
}

/** Runs a command in a process of its own, with the clock of kernels. */
function commandOf(dist: string, folder: string): Place['command'] {
  const clock = fileURLToPath(new URL('../kernel-clock.js', import.meta.url));
  const seconds = join(folder, 'kernel-seconds');
  return (...args) => new Promise((done, failed) => {
    execFile(process.execPath, ['--import', clock, join(dist, 'cli.js'), ...args], {
      maxBuffer: 2 ** 28, env: { ...process.env, VOXELITH_KERNEL_CLOCK: seconds },
    }, (error, _stdout, stderr) => {
      if (error) failed(new Error(`voxelith ${args.join(' ')}: ${stderr || error.message}`));
      else done(Number(readFileSync(seconds, 'utf8')));
    });
  });
}

async function inputsOf({ library, session }: Build, edge: number, folder: string): Promise<Inputs> {
  const made = await library.generate(
    session, { model: 'three-phase', parameters: recordParameters, size: [edge, edge, edge], seed: 1 },
  );
  const volume = { labels: made.labels, shape: made.shape, voxelSizeUm: null };
  const grey = await library.simulateScan(session, volume, { greys: { 1: 60, 2: 120, 3: 200 } });
  return { edge, volume, grey, folder };
}

async function timeOf(one: CalledCase, place: Place): Promise<readonly [seconds: number, inKernels: number]> {
  const [start, kernels] = [performance.now(), kernelSeconds()];
  const elsewhere = await one.run(place);
  return [(performance.now() - start) / 1000, elsewhere ?? kernelSeconds() - kernels];
}

/** Times the cases on the first build, and on the second, if there is one, in turns (A B, B A, …); short ones after a
 *  run that does not count. */
export async function timeCalled(
  builds: readonly Build[], cases: readonly CalledCase[], edge: number, threads: number, repeats: number,
  report: (row: CalledRow) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'voxelith-called-'));
  try {
    const inputs = await inputsOf(builds[0], edge, folder);
    const places: Place[] = builds.map(({ dist, library, session }) => (
      { library, session, inputs, threads, command: commandOf(dist, folder) }
    ));
    const triad = await measureBandwidth(builds[0].session as never);
    for (const one of cases) {
      if (edge > (one.upTo ?? edge)) continue;
      await one.prepare?.(places[0]);
      const times = places.map(() => [] as (readonly [number, number])[]);
      let failed = false;
      for (let run = 0, spent = 0; run < repeats || (spent < LEAST_SECONDS && run < 7); run++) {
        const order = run % 2 === 0 ? places : [...places].reverse();
        for (const place of order) {
          const at = places.indexOf(place);
          if (at > 0 && failed) continue;
          try {
            const [seconds, inKernels] = await timeOf(one, place);
            // The first run compiles, and takes memory from the system.
            if (run > 0 || seconds > LEAST_SECONDS) times[at].push([seconds, inKernels]);
            spent += seconds;
          } catch (error) {
            if (at === 0) throw error;
            failed = true;
          }
        }
        if (times[0].length === 0) repeats = Math.max(repeats, 2);
      }
      const seconds = median(times[0].map(([s]) => s));
      await report({
        name: one.name, peer: one.peers?.find((peer) => peer.threads === threads) ?? null,
        seconds, kernelSeconds: median(times[0].map(([, k]) => k)), triad, runs: times[0].length,
        before: times.length < 2 || failed || times[1].length === 0 ? null : median(times[1].map(([s]) => s)),
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
