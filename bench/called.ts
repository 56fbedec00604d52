// Every public function and command at one size: seconds as called, seconds in kernels, share of the rest.
//   npm run bench:called -- [filter,filter] [edges…] [--threads 2] [--repeats 1] [--against DIST]
// `!` marks a share above a fifth; --against also times another build's dist folder, in turns.
import { parseArgs } from 'node:util';
import { CALLED_CASES, openBuild, timeCalled } from './called/run.js';
import { RECORD_BANDWIDTH } from './harness.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '1' },
    against: { type: 'string' },
  },
});
const edges = positionals.filter((word) => /^\d+$/.test(word)).map(Number);
const words = positionals.filter((word) => !/^\d+$/.test(word)).flatMap((list) => list.split(','));
const cases = CALLED_CASES.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));

console.log(
  ['case'.padEnd(28), 'edge', 'threads  seconds   kernels outside     before  ratio peer'].join(' '),
);
for (const threads of values.threads.split(',').map(Number)) {
  const builds = [await openBuild(new URL('../../../dist/', import.meta.url), threads)];
  if (values.against !== undefined) builds.push(await openBuild(values.against, threads));
  for (const edge of edges.length > 0 ? edges : [256, 401]) {
    await timeCalled(builds, cases, edge, threads, Number(values.repeats), async (row) => {
      const peer = row.peer === null ? '' : ((row.seconds / row.peer.seconds[edge]) *
        (row.triad / (RECORD_BANDWIDTH[threads] ?? row.triad))).toFixed(2);
      const outside = 1 - row.kernelSeconds / row.seconds;
      console.log([
        row.name.padEnd(28), String(edge).padStart(4), String(threads).padStart(7), row.seconds.toFixed(3).padStart(9),
        row.kernelSeconds.toFixed(3).padStart(9),
        `${(100 * outside).toFixed(0)} %${outside > 0.2 ? '!' : ' '}`.padStart(7),
        (row.before?.toFixed(3) ?? '').padStart(10),
        (row.before === null ? '' : (row.seconds / row.before).toFixed(2)).padStart(6),
        peer === '' ? '' : `${peer} × ${row.peer!.name}`,
      ].join(' '));
    });
  }
  for (const { session } of builds) session.close();
}
