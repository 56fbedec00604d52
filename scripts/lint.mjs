// What `npm run lint` checks: oxlint on the host's code, oxlint and TypeScript on AssemblyScript as far as they
// understand it, and the length of lines.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const COLUMNS = 120;
/** Pages that the program itself wrote. */
const WRITTEN = ['examples/paper-results/report.html'];
const HOST = ['src', 'test', 'bench', 'demo', 'scripts', 'site', 'examples'];
/** Whole numbers of 64 bits and AssemblyScript's casts are no mistakes there; `let` and shadowed names are looked at
 *  more closely. */
const ASSEMBLY_RULES = ['-A', 'no-loss-of-precision', '-D', 'prefer-const', '-D', 'no-shadow', '-D', 'no-var'];

const require = createRequire(import.meta.url);
const bin = (name, path) => join(dirname(require.resolve(`${name}/package.json`)), path);
const oxlint = bin('oxlint', 'bin/oxlint');
const tracked = (...patterns) =>
  execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...patterns], { encoding: 'utf8' })
    .split('\n').filter((name) => name !== '' && existsSync(name));

/** Runs a tool; its output goes to the terminal, `from` in it replaced. @returns whether it found nothing */
function passes(script, args, from = null) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  const text = `${stdout}${stderr}`;
  if (status !== 0) console.error(from === null ? text : text.replaceAll(`${from}/`, ''));
  return status === 0;
}

/** oxlint takes a decorator before a function for an error of syntax: it sees a copy without them, line for line. */
function assemblyLint() {
  const folder = mkdtempSync(join(tmpdir(), 'voxelith-lint-'));
  try {
    for (const name of tracked('assembly/*.ts')) {
      mkdirSync(join(folder, dirname(name)), { recursive: true });
      const text = readFileSync(name, 'utf8');
      writeFileSync(
        join(folder, name), text.replace(/^([ \t]*)@(inline|unmanaged|final|lazy|unsafe|global)\b/gm, '$1'),
      );
    }
    return passes(oxlint, [...ASSEMBLY_RULES, '--deny-warnings', folder], folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lines of prose and code that are too long. Tables, links and code in Markdown cannot be wrapped. */
function longLines(name) {
  const lines = readFileSync(name, 'utf8').split('\n');
  let fenced = false;
  return lines.flatMap((line, i) => {
    if (name.endsWith('.md')) {
      if (/^\s*```/.test(line)) fenced = !fenced;
      if (fenced || /^\s*\|/.test(line) || /^\s*(\S+\s+)?\S+$/.test(line)) return [];
    }
    return [...line].length > COLUMNS ? [`${name}:${i + 1}: ${[...line].length} columns, at most ${COLUMNS}`] : [];
  });
}

function lineLengths() {
  const found = tracked('*.ts', '*.mts', '*.mjs', '*.js', '*.css', '*.html', '*.md')
    .filter((file) => !WRITTEN.includes(file)).flatMap(longLines);
  for (const line of found) console.error(line);
  return found.length === 0;
}

const checks = {
  'oxlint, host': () => passes(oxlint, ['--deny-warnings', ...HOST]),
  'oxlint, assembly': assemblyLint,
  'TypeScript, assembly': () => passes(bin('typescript', 'bin/tsc'), ['-p', 'assembly/tsconfig.json', '--noEmit']),
  'line lengths': lineLengths,
};
const failed = Object.entries(checks).filter(([, check]) => !check()).map(([name]) => name);
console.log(
  failed.length === 0
    ? `lint: nothing found (${Object.keys(checks).join('; ')})`
    : `lint: failed: ${failed.join('; ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
