// What planning and merging a big study costs: processor time and most memory of the commands as a user calls them,
// beside those of reading the same files with JSON.parse alone. Rows hold values of a function; nothing is simulated.
//   npm run bench:study -- [--points 90000] [--keep DIRECTORY]
// The numbers of docs/studies.md and decisions/0223.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { VERSION } from '../src/core/version.js';
import { studyColumns } from '../src/study/columns.js';
import { planRound1 } from '../src/study/plans.js';
import { formatRow } from '../src/study/rows.js';
import { parseStudySpec, studyHash } from '../src/study/spec.js';
import { uniform } from '../test/random.js';

const FILES = 100;
const CLI = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

const { values: args } = parseArgs({
  options: { points: { type: 'string', default: '90000' }, keep: { type: 'string' } },
});
const directory = args.keep ?? mkdtempSync(join(tmpdir(), 'voxelith-big-'));
const study = join(directory, 'big.json');
const out = join(directory, 'out');

/** Writes the study, its rows in files of shards, and returns how many bytes these have. */
function makeStudy(points: number): number {
  mkdirSync(out, { recursive: true });
  const given = {
    name: 'big', size: 64, structure: { model: 'three-phase' },
    plan: {
      kind: 'sobol', points,
      vary: {
        alphaChiX: [0.1, 2], alphaChiY: [0.1, 2], alphaGaussX: [0.1, 2], alphaGaussY: [0.1, 2], lambdaX: [0.5, 2],
        lambdaY: [-1, 1],
      },
      hold: { n: 2 },
    },
  };
  writeFileSync(study, JSON.stringify(given));
  const spec = parseStudySpec(given);
  const [specHash, columns, random] = [studyHash(spec), studyColumns(spec, true), uniform(1)];
  const files: string[][] = Array.from({ length: FILES }, () => []);
  let index = 0;
  for (const { id, key, parameters } of planRound1(spec)) {
    const values = Object.fromEntries(columns.map((column) => [column, random()]));
    files[index++ % FILES].push(formatRow({
      specHash, version: VERSION, id, key, parameters, values, problems: [],
      seconds: { describe: random(), conduct: random() }, error: null, finished: 1_700_000_000 + index,
    }));
  }
  return files.reduce((sum, lines, k) => {
    const path = join(out, `rows-${k + 1}-of-${FILES}.node${k}.jsonl`);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return sum + statSync(path).size;
  }, 0);
}

interface Cost {
  /** Processor time, s. */
  readonly seconds: number;
  /** Most resident memory, MiB. */
  readonly memory: number;
}

/** Runs Node and asks it in the end what it needed. */
function costOf(...command: readonly string[]): Cost {
  const path = join(directory, 'cost.json');
  const note = `import { writeFileSync } from 'node:fs';
    process.on('exit', () => writeFileSync(${JSON.stringify(path)}, JSON.stringify(process.resourceUsage())));`;
  const { status, stderr } = spawnSync(process.execPath, [
    '--import', `data:text/javascript,${encodeURIComponent(note)}`, ...command,
  ], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  const used = JSON.parse(readFileSync(path, 'utf8')) as NodeJS.ResourceUsage;
  return { seconds: (used.userCPUTime + used.systemCPUTime) / 1e6, memory: used.maxRSS / 1024 };
}

const PARSE = `import { readdirSync, readFileSync } from 'node:fs';
  for (const name of readdirSync(process.argv[1])) if (name.startsWith('rows')) {
    for (const line of readFileSync(process.argv[1] + '/' + name, 'utf8').trimEnd().split('\\n')) JSON.parse(line);
  }`;

try {
  const bytes = makeStudy(Number(args.points));
  const ask = (...command: readonly string[]): Cost => costOf(CLI, 'study', ...command, study, '--out', out);
  const alone = costOf('--input-type=module', '-e', PARSE, out);
  const cases: [string, () => Cost][] = [
    ['JSON.parse of the lines alone', () => alone], ['plan', () => ask('plan')], ['status', () => ask('status')],
    ['merge', () => ask('merge')], ['merge once more', () => ask('merge')],
    ['merge --table big.parquet', () => ask('merge', '--table', join(directory, 'big.parquet'))],
  ];
  process.stdout.write(`${args.points} rows in ${FILES} files, ${(bytes / 1e6).toFixed(0)} MB\n\n` +
    '| command | processor time, s | beside JSON.parse | most memory, MiB |\n|---|---|---|---|\n');
  for (const [name, run] of cases) {
    const { seconds, memory } = run();
    process.stdout.write(
      `| ${name} | ${seconds.toFixed(1)} | ${(seconds / alone.seconds).toFixed(1)} | ${memory.toFixed(0)} |\n`);
  }
} finally {
  if (args.keep === undefined) rmSync(directory, { recursive: true });
}
