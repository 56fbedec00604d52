// Runs the commands and programs that a page quotes, in the order of the page and in one empty folder, and compares
// what commands print with what the page says. Blocks that begin with ```console run, ```js run or ```python run take
// part; programs must end without an error. `npm run docs` writes what has changed.
//
// A line of … stands for any lines, … at the end of a line for the rest of it; times, memory and threads are whatever
// the machine gives.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const PAGES = ['docs/start.md', 'docs/cli.md', 'docs/cell.md', 'docs/networks.md', 'docs/design.md'];

const BLOCK = /^```(console|js|python) run\n([^]*?)^```$/gm;

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
const PROGRESS = /^\S.*: .* {1,3}\d{1,3} %(  \S.*)?$/;

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
  symlinkSync(join(ROOT, 'examples'), join(work, 'examples'));
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

/** Last line of what a program says when it fails; null when it does not, or when its language is not installed. */
function failure(project, language, program) {
  const [command, name] = language === 'js' ? [process.execPath, 'program.mjs'] : ['python3', 'program.py'];
  writeFileSync(join(project.work, name), program);
  const { status, stderr, error } = project.run(command, name);
  return error !== undefined || status === 0 ? null : stderr.trim().split('\n').at(-1);
}

/** What the page shows that its commands do not print, and programs that fail; with `update` the page gets the output
 *  of its commands. */
export function runPage(page, { update = false } = {}) {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const project = emptyProject();
  const wrong = [];
  try {
    const updated = text.replace(BLOCK, (whole, language, block) => {
      if (language !== 'console') {
        const found = failure(project, language, block);
        if (found !== null) wrong.push({ command: block, shown: [], found: [found] });
        return whole;
      }
      const lines = commandsOf(block).flatMap(({ command, shown }) => {
        const found = printed(project, command);
        if (matches(lasting(found), lasting(shown))) return [`$ ${command}`, ...shown];
        wrong.push({ command, shown: lasting(shown), found: lasting(found) });
        return [`$ ${command}`, ...found];
      });
      return `\`\`\`console run\n${lines.join('\n')}\n\`\`\``;
    });
    if (update && updated !== text) writeFileSync(join(ROOT, page), updated);
  } finally {
    rmSync(project.folder, { recursive: true, force: true });
  }
  return wrong;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pages = process.argv.length > 2 ? process.argv.slice(2) : PAGES;
  for (const page of pages) {
    for (const { command } of runPage(page, { update: true })) process.stdout.write(`${page}: updated ${command}\n`);
  }
}
