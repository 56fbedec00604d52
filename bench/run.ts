// `npm run bench -- [filter,filter] [edges…] [--threads 1,2] [--repeats 3]`: kernels, alone and in the operations that
// need them. What a caller calls is timed by `npm run bench:called`.
// --against DIR compares with another checkout that is built, in turns; `npx tsc -p tsconfig.bench.json` compiles its
// benches.
import { parseArgs } from 'node:util';
import { compareBuilds } from './compare.js';
import { loadCases, runBenches } from './harness.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '1,2' },
    repeats: { type: 'string' },
    against: { type: 'string' },
  },
});
const numbers = positionals.filter((word) => /^\d+$/.test(word)).map(Number);
const filter = positionals.find((word) => !/^\d+$/.test(word)) ?? '';

const options = {
  filter,
  edges: numbers.length > 0 ? numbers : [128, 256, 401],
  threads: values.threads.split(',').map(Number),
  repeats: Number(values.repeats ?? (values.against === undefined ? 3 : 7)),
};
if (values.against !== undefined) {
  process.exitCode = (await compareBuilds(values.against, options)) > 0 ? 1 : 0;
} else {
  const cases = await loadCases(new URL('./kernels/', import.meta.url));
  await runBenches(cases, options);
}
