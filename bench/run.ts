// `npm run bench -- [filter,filter] [edges…] [--threads 1,2] [--repeats 3] [--csv FILE | --record]`
// --record keeps the rows in docs/performance/ (a file per processor) and writes the page anew.
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runBenches, type BenchCase } from './harness.js';
import { writePerformancePage } from './performance-page.js';
import { recordPath } from './record-file.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '1,2' },
    repeats: { type: 'string', default: '3' },
    csv: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
});
const numbers = positionals.filter((word) => /^\d+$/.test(word)).map(Number);
const filter = positionals.find((word) => !/^\d+$/.test(word)) ?? '';

const folder = new URL('./kernels/', import.meta.url);
const cases: BenchCase[] = [];
for (const file of readdirSync(folder).filter((name) => name.endsWith('.bench.js')).sort()) {
  const module = (await import(new URL(file, folder).href)) as { cases: readonly BenchCase[] };
  cases.push(...module.cases);
}
await runBenches(cases, {
  filter,
  edges: numbers.length > 0 ? numbers : [128, 256, 401],
  threads: values.threads.split(',').map(Number),
  repeats: Number(values.repeats),
  csv: values.record ? recordPath() : (values.csv ?? null),
});
if (values.record) writePerformancePage();
