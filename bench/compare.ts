// Two builds side by side: their benches run in turns (A B, B A, …) in one process, so that what the machine does
// beside them meets both alike. Sizes of what they ship come last.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Session } from '../src/runtime/session.js';
import { chosenCases, loadCases, median, type BenchCase, type BenchOptions, type BenchRun } from './harness.js';

/** Ratios above this are marked. */
const SLOWER = 1.03;
/** Short runs are repeated until they have taken this many seconds, or this many times. */
const LEAST_SECONDS = 1;
const MOST_RUNS = 50;

interface Build {
  readonly folder: string;
  readonly cases: readonly BenchCase[];
  readonly open: (threads: number) => Promise<Session>;
}

/** @throws Error that says how to make what is missing. */
async function loadBuild(folder: string): Promise<Build> {
  const [compiled, dist] = [join(folder, 'build/bench'), join(folder, 'dist')];
  if (!existsSync(join(compiled, 'bench/run.js')) || !existsSync(join(dist, 'core.wasm'))) {
    throw new Error(
      `bench: ${folder} has no compiled benches; run there: npm run build && npx tsc -p tsconfig.bench.json`,
    );
  }
  const node = (await import(pathToFileURL(join(compiled, 'src/node.js')).href)) as typeof import('../src/node.js');
  const file = (name: string): URL => pathToFileURL(join(dist, name));
  return {
    folder,
    cases: await loadCases(pathToFileURL(`${join(compiled, 'bench/kernels')}/`)),
    open: (threads) => node.openSession({ threads, wasmUrl: file('core.wasm'), workerUrl: file('worker.node.js') }),
  };
}

async function timeOf({ run }: BenchRun): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
}

/** Seconds of both, run in turns after one run each that does not count: there the code is still being compiled. */
async function inTurns(first: BenchRun, second: BenchRun, repeats: number): Promise<readonly [number[], number[]]> {
  await first.run();
  await second.run();
  const [a, b]: [number[], number[]] = [[], []];
  let seconds = 0;
  for (let k = 0; k < repeats || (seconds < LEAST_SECONDS && k < MOST_RUNS); k++) {
    if (k % 2 === 0) a.push(await timeOf(first));
    b.push(await timeOf(second));
    if (k % 2 === 1) a.push(await timeOf(first));
    seconds += a[k];
  }
  return [a, b];
}

const marked = (ratio: number): string => `${ratio.toFixed(3)}${ratio > SLOWER ? ' !' : '  '}`;

/** Bytes of the shipped files, plain and through gzip. */
function sizesOf(folder: string): Map<string, readonly [plain: number, packed: number]> {
  const dist = join(folder, 'dist');
  const names = ['', 'demo'].flatMap((below) => readdirSync(join(dist, below)).filter(
    (name) => /\.(js|wasm)$/.test(name),
  )
    .map((name) => join(below, name)));
  return new Map(names.sort().map((name) => {
    const bytes = readFileSync(join(dist, name));
    return [name, [bytes.length, gzipSync(bytes).length]];
  }));
}

function printSizes(ours: string, theirs: string): void {
  const [now, before] = [sizesOf(ours), sizesOf(theirs)];
  console.log('\nfile                      bytes     before  ratio       gzip     before  ratio');
  for (const [name, [plain, packed]] of now) {
    const old = before.get(name);
    const cells = [[plain, old?.[0]], [packed, old?.[1]]].map(([size, was]) =>
      `${String(size).padStart(10)} ${String(was ?? '-').padStart(10)}  ` +
        `${was === undefined || size === undefined ? '-' : (size / was).toFixed(3)}`);
    console.log(`${name.padEnd(20)} ${cells.join(' ')}`);
  }
}

/** Runs the cases that both builds have, and prints this build over the other: minimum and median of the seconds.
 *  @param against folder of another checkout, built, with compiled benches
 *  @returns the number of cases whose minimum and whose median are both more than 3 % above those of the other */
export async function compareBuilds(against: string, options: BenchOptions): Promise<number> {
  const ours = await loadBuild(resolve('.'));
  const theirs = await loadBuild(resolve(against));
  const cases = chosenCases(ours.cases, options.filter);
  let slower = 0;
  for (const threads of options.threads) {
    const sessions = [await ours.open(threads), await theirs.open(threads)] as const;
    console.log(`\n${threads} thread(s), this build over ${theirs.folder}; "!" above ${SLOWER}`);
    console.log('case                       edge  runs   minimum     before  ratio       median     before  ratio');
    for (const bench of cases) {
      const other = theirs.cases.find(({ name }) => name === bench.name);
      if (other === undefined) {
        console.log(`${bench.name.padEnd(24)} only here`);
        continue;
      }
      for (const edge of options.edges) {
        const [a, b] =
          await inTurns(await bench.setup(sessions[0], edge), await other.setup(sessions[1], edge), options.repeats);
        const pairs = [[Math.min(...a), Math.min(...b)], [median(a), median(b)]];
        const cells = pairs.map(
          ([now, before]) => `${now.toFixed(5).padStart(9)} ${before.toFixed(5).padStart(10)}  ${marked(now / before)}`,
        );
        console.log(
          `${bench.name.padEnd(24)} ${String(edge).padStart(6)} ${String(a.length).padStart(5)} ${cells.join('  ')}`,
        );
        if (pairs.every(([now, before]) => now > SLOWER * before)) slower++;
      }
    }
    for (const session of sessions) session.close();
  }
  printSizes(ours.folder, theirs.folder);
  console.log(
    `\n${slower === 0 ? 'none' : slower} slower by more than ${((SLOWER - 1) * 100).toFixed(0)} % in minimum and ` +
      'median',
  );
  return slower;
}
