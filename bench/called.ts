// Every public function and command: seconds as called, seconds in kernels, share of the rest.
//   npm run bench:called -- [filter,filter] [edges…] [--threads 2] [--repeats 1] [--against DIST]
// `!` marks a share above a fifth; --against also times another build's dist folder, in turns.
//   npm run record -- [--against DIST]
// keeps the cases of the record at 128³, 256³ and 401³ in docs/performance/, a file per processor, and writes the page
// anew; on one thread the largest size has only what peers are timed on, so that it takes a quarter of an hour.
import { parseArgs } from 'node:util';
import type { CalledCase } from './called/case.js';
import { CALLED_CASES, openBuild, timeCalled, type CalledRow } from './called/run.js';
import { RECORD_BANDWIDTH } from './harness.js';
import { writePerformancePage } from './performance-page.js';
import { recordPath, writeMeasurements, type Measurement } from './record-file.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string' },
    repeats: { type: 'string', default: '1' },
    against: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
});
const { record, against } = values;
const given = positionals.filter((word) => /^\d+$/.test(word)).map(Number);
const edges = given.length > 0 ? given : record ? [128, 256, 401] : [256, 401];
const words = positionals.filter((word) => !/^\d+$/.test(word)).flatMap((list) => list.split(','));
const cases = CALLED_CASES.filter(({ name, recorded = true }) => (
  (recorded || !record) && (words.length === 0 || words.some((word) => name.includes(word)))
));
const names = CALLED_CASES.filter(({ recorded = true }) => recorded).map(({ name }) => name);
/** Above it one thread is timed only where peers are. */
const LARGE = 256;

const shown = (threads: number, edge: number): readonly CalledCase[] => (
  record && threads === 1 && edge > LARGE ? cases.filter(({ peers = [] }) => peers.length > 0) : cases
);

function measurementOf(row: CalledRow, edge: number, threads: number): Measurement {
  const { peer, seconds, triad } = row;
  const theirs = peer?.seconds[edge] ?? null;
  return {
    case: row.name, edge, threads, seconds, kernelSeconds: row.kernelSeconds, before: row.before, runs: row.runs, triad,
    peer: theirs === null ? null : peer!.name,
    peerRatio: theirs === null ? null : (seconds / theirs) * (triad / (RECORD_BANDWIDTH[threads] ?? triad)),
  };
}

function line({ case: name, edge, threads, seconds, kernelSeconds, before, peer, peerRatio }: Measurement): string {
  const outside = 1 - kernelSeconds / seconds;
  return [
    name.padEnd(28), String(edge).padStart(4), String(threads).padStart(7), seconds.toFixed(3).padStart(9),
    kernelSeconds.toFixed(3).padStart(9), `${(100 * outside).toFixed(0)} %${outside > 0.2 ? '!' : ' '}`.padStart(7),
    (before?.toFixed(3) ?? '').padStart(10), (before === null ? '' : (seconds / before).toFixed(2)).padStart(6),
    peerRatio === null ? '' : `${peerRatio.toFixed(2)} × ${peer}`,
  ].join(' ');
}

console.log(`${'case'.padEnd(28)} edge threads   seconds   kernels outside     before  ratio peer`);
for (const threads of (values.threads ?? (record ? '1,2' : '2')).split(',').map(Number)) {
  const builds = [await openBuild(new URL('../../../dist/', import.meta.url), threads)];
  if (against !== undefined) builds.push(await openBuild(against, threads));
  for (const edge of edges) {
    await timeCalled(builds, shown(threads, edge), edge, threads, Number(values.repeats), async (row) => {
      const measurement = measurementOf(row, edge, threads);
      console.log(line(measurement));
      // After each line, so that a run that is cut short leaves what it has measured.
      if (record) writeMeasurements(recordPath(), [measurement], names);
    });
  }
  for (const { session } of builds) session.close();
}
if (record) writePerformancePage();
