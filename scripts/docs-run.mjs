// Runs the commands and programs that a page quotes, in the order of the page and in one empty folder. `npm run docs`
// writes what has changed.
//
// - ```console run: what commands print is compared with what stands below them.
// - ```sh run: each command ends without an error.
// - ```js run, ```python run, ```sql run (DuckDB): so does the program; what a ```text output behind it shows is
//   compared with what it prints. ```js run live has a button on the site.
// - ```yaml run COMMAND: the block is written to block.yaml, or to the file that its first line names (# study.yaml),
//   and the command, if there is one, ends without an error.
// - <!-- run … -->: commands that make what the page supposes to be there.
// - ```LANGUAGE not run: REASON. A test sees to it that every block with a language says one or the other.
//
// A line of … stands for any lines, … at the end of a line for the rest of it; times, memory and threads are whatever
// the machine gives.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Pages with code: README, docs/ but the decisions, READMEs of examples. */
export const PAGES = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], { cwd: ROOT })
  .toString().split('\n')
  .filter((name) => /^(README\.md|docs\/(?!decisions\/).*|examples\/[\w-]+\/README\.md)$/.test(name))
  .filter((name) => existsSync(join(ROOT, name)));

/** Those that take a minute and more: a file of tests of their own runs beside the others. */
export const LONG_PAGES = ['docs/cli.md', 'docs/networks.md', 'docs/design.md'];

/** The one that is named must have the packages that programs of pages use; another may lack them. */
const NAMED_PYTHON = process.env.VOXELITH_PYTHON;
const PYTHON = NAMED_PYTHON ?? (existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3');

/** What Python lacks to run a program; null where it lacks nothing. */
function lackOf({ error, stdout, stderr }) {
  const lack = error === undefined
    ? /^ModuleNotFoundError: (.*)$/m.exec(`${stderr}\n${stdout}`)?.[1]
    : 'it does not start';
  return lack === undefined ? null : `${PYTHON}: ${lack} (apt-get install python3-pandas, or VOXELITH_PYTHON=path)`;
}

/** The failure of a program for which something lacks: none, but a warning, where no Python was named. */
function leftOut(lack) {
  if (NAMED_PYTHON !== undefined) return lack;
  process.stderr.write(`left out: ${lack}\n`);
  return null;
}

const BLOCK = /^(?:```(\w+)(?: (.*))?\n([^]*?)^```$|<!-- run\n([^]*?)^-->$)/gm;

/** Blocks of a page that have a language: what it is, what stands behind it, and the line. */
export function blocksOf(page) {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(BLOCK)].filter(([, language]) => language !== undefined)
    .map(({ 1: language, 2: words = '', index }) => ({
      language, words, line: text.slice(0, index).split('\n').length,
    }));
}

/** Commands of a block, each with the lines that the page shows below it. */
function commandsOf(block) {
  const commands = [];
  for (const line of block.replace(/\n$/, '').split('\n')) {
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), shown: [] });
    else commands.at(-1).shown.push(line);
  }
  return commands;
}

/** A line of progress, which a slow machine prints now and then: name, share, rate, time left. */
const PROGRESS = /^\S.*(: .* {1,3}| \d+\/\d+ {2,4})\d{1,3} %(  \S.*)?$/;

/** Without what differs from run to run. */
function lasting(lines) {
  let timed = false;
  return lines.filter((line) => !PROGRESS.test(line)).map((line) => {
    const header = line.endsWith(' seconds');
    if (line === '') timed = false;
    const masked = line.replace(/[\d.e-]+ s\b/g, '… s')
      .replace(/"(seconds|peakBytes|plannedBytes|threads)":[\d.e-]+/g, '"$1":…');
    const row = timed && !header ? masked.replace(/\s+\S+$/, ' …') : masked.replace(/\s+seconds$/, ' seconds');
    timed ||= header;
    return row;
  });
}

/** A line of the page that ends in … is cut there. */
const isLine = (found, shown) =>
  (shown.endsWith(' …') ? found.startsWith(shown.slice(0, -2)) : found === shown);

function matches(found, shown) {
  if (shown.length === 0) return found.length === 0;
  if (shown[0] === '…') {
    return found.some((_, k) => matches(found.slice(k), shown.slice(1))) || matches([], shown.slice(1));
  }
  return found.length > 0 && isLine(found[0], shown[0]) && matches(found.slice(1), shown.slice(1));
}

/** A folder with the package installed, its examples, and its command with and without npx on the path. */
function emptyProject() {
  const folder = mkdtempSync(join(tmpdir(), 'voxelith-docs-'));
  const bin = join(folder, 'bin');
  const work = join(folder, 'work');
  for (const path of [bin, join(work, 'node_modules')]) mkdirSync(path, { recursive: true });
  symlinkSync(ROOT, join(work, 'node_modules/voxelith'));
  for (const name of ['@duckdb', 'yaml']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(work, 'node_modules', name));
  }
  // A copy: programs may write beside what they read.
  cpSync(join(ROOT, 'examples'), join(work, 'examples'), {
    recursive: true, filter: (path) => !path.includes('node_modules'),
  });
  const command = `exec ${JSON.stringify(process.execPath)} ${JSON.stringify(join(ROOT, 'dist/cli.js'))} "$@"\n`;
  writeFileSync(join(bin, 'voxelith'), `#!/bin/sh\n${command}`, { mode: 0o755 });
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\nshift\n${command}`, { mode: 0o755 });
  const options = {
    cwd: work, encoding: 'utf8', maxBuffer: 2 ** 26,
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` },
  };
  return { folder, work, run: (program, ...args) => spawnSync(program, args, options) };
}

/** Lines that a command prints, errors among them. */
function printed(project, command) {
  const text = project.run('bash', '-c', `{ ${command}\n} 2>&1`).stdout.replace(/\n$/, '');
  return text === '' ? [] : text.split('\n').map((line) => line.trimEnd());
}

const PROGRAMS = {
  js: { command: process.execPath, file: 'program.mjs', of: (block) => block },
  python: { command: PYTHON, file: 'program.py', of: (block) => block },
  sql: {
    command: process.execPath,
    file: 'statements.mjs',
    of: (block) => `import { DuckDBInstance } from '@duckdb/node-api';
const connection = await (await DuckDBInstance.create()).connect();
for (const statement of ${JSON.stringify(block.split(';').filter((text) => text.trim() !== ''))}) {
  await connection.run(statement);
}
`,
  },
};

/** Runs a program. @returns what it prints, and the last line of what it says when it fails; no output where
 *  Python lacks something */
function runProgram(project, language, block) {
  const { command, file, of } = PROGRAMS[language];
  writeFileSync(join(project.work, file), of(block));
  const done = project.run(command, file);
  const lack = lackOf(done);
  if (lack !== null) return { output: null, failure: leftOut(lack) };
  const { status, stdout, stderr } = done;
  const says = stderr.trim().split('\n');
  const last = says.find((line) => /^\w*Error\b/.test(line)) ?? says.at(-1);
  return { output: stdout, failure: status === 0 ? null : last };
}

/** The last line that a command leaves when it fails; null when it does not. */
function failure(project, command) {
  const { status, stdout, stderr } = project.run('bash', '-e', '-c', command);
  return status === 0 ? null : `${stderr || stdout}`.trim().split('\n').at(-1);
}

/** What the page shows that its commands do not print, and programs that fail; with `update` the page gets the output
 *  of its commands. */
export function runPage(page, { update = false } = {}) {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const project = emptyProject();
  const wrong = [];
  let output = null;
  const fails = (command, found) => {
    if (found !== null) wrong.push({ command, shown: [], found: [found] });
  };
  const kinds = {
    console(block) {
      return commandsOf(block).flatMap(({ command, shown }) => {
        const found = printed(project, command);
        if (matches(lasting(found), lasting(shown))) return [`$ ${command}`, ...shown];
        wrong.push({ command, shown: lasting(shown), found: lasting(found) });
        return [`$ ${command}`, ...found];
      }).map((line) => `${line}\n`).join('');
    },
    sh(block) {
      fails(block, failure(project, block));
      return block;
    },
    yaml(block, words) {
      writeFileSync(join(project.work, /^# (\S+\.yaml)\n/.exec(block)?.[1] ?? 'block.yaml'), block);
      if (words !== 'run') fails(block, failure(project, words.slice(4)));
      return block;
    },
    text(block) {
      if (output === null) return block;
      const [found, shown] = [output, block].map((lines) => lines.replace(/\n$/, '').split('\n'));
      if (matches(lasting(found), lasting(shown))) return block;
      wrong.push({ command: 'output', shown, found });
      return output;
    },
  };
  try {
    const updated = text.replace(BLOCK, (whole, language, words = '', block, hidden) => {
      if (hidden !== undefined) {
        fails(hidden, failure(project, hidden));
        return whole;
      }
      if (!/^(run|output)\b/.test(words)) return whole;
      if (kinds[language] !== undefined) return `\`\`\`${language} ${words}\n${kinds[language](block, words)}\`\`\``;
      const result = runProgram(project, language, block);
      ({ output } = result);
      fails(block, result.failure);
      return whole;
    });
    if (update && updated !== text) writeFileSync(join(ROOT, page), updated);
  } finally {
    rmSync(project.folder, { recursive: true, force: true });
  }
  return wrong;
}

/** Runs the cells of a notebook as a page: what is wrong, or null. */
export function runNotebook(notebook) {
  const project = emptyProject();
  try {
    const done = project.run(PYTHON, join(ROOT, 'scripts/notebook.py'), join(ROOT, notebook));
    const lack = lackOf(done);
    if (lack !== null) return leftOut(lack);
    return done.status === 0 ? null : `${done.stdout}${done.stderr}`;
  } finally {
    rmSync(project.folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pages = process.argv.length > 2 ? process.argv.slice(2) : PAGES;
  for (const page of pages) {
    for (const { command } of runPage(page, { update: true })) process.stdout.write(`${page}: updated ${command}\n`);
  }
}
