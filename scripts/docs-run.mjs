// Runs the commands that a page quotes, in the order of the page and in one empty folder, and compares what they print
// with what the page says. Blocks that begin with ```console run take part. `npm run docs` writes what has changed.
//
// A line of … stands for any lines, … at the end of a line for the rest of it; times, memory and threads are whatever
// the machine gives.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const PAGES = ['docs/cli.md'];

const BLOCK = /^```console run\n([^]*?)^```$/gm;

/** Commands of a block, each with the lines that the page shows below it. */
function commandsOf(block) {
  const commands = [];
  for (const line of block.replace(/\n$/, '').split('\n')) {
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), shown: [] });
    else commands.at(-1).shown.push(line);
  }
  return commands;
}

/** Without what differs from run to run. */
function lasting(lines) {
  let timed = false;
  return lines.filter((line) => !/^[\w -]+: .* \d+ %$/.test(line)).map((line) => {
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

function run(command, folder) {
  // The shell function stands for the installed command, with or without npx.
  const prelude = `voxelith() { ${JSON.stringify(process.execPath)} ${JSON.stringify(join(ROOT, 'dist/cli.js'))} "$@"; }
npx() { "$@"; }
`;
  const { stdout } = spawnSync(
    'bash', ['-c', `${prelude}{ ${command}\n} 2>&1`], { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  const text = stdout.replace(/\n$/, '');
  return text === '' ? [] : text.split('\n').map((line) => line.trimEnd());
}

/** What the page shows that its commands do not print; with `update` the page's text with their output in its place. */
export function runPage(page, { update = false } = {}) {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const folder = mkdtempSync(join(tmpdir(), 'voxelith-docs-'));
  const wrong = [];
  try {
    const updated = text.replace(BLOCK, (whole, block) => {
      const commands = commandsOf(block).map(({ command, shown }) => {
        const found = run(command, folder);
        if (matches(lasting(found), lasting(shown))) return { command, lines: shown };
        wrong.push({ command, shown: lasting(shown), found: lasting(found) });
        return { command, lines: found };
      });
      const lines = commands.flatMap(({ command, lines: below }) => [`$ ${command}`, ...below]);
      return `\`\`\`console run\n${lines.join('\n')}\n\`\`\``;
    });
    if (update && updated !== text) writeFileSync(join(ROOT, page), updated);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return wrong;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pages = process.argv.length > 2 ? process.argv.slice(2) : PAGES;
  for (const page of pages) {
    for (const { command } of runPage(page, { update: true })) process.stdout.write(`${page}: updated ${command}\n`);
  }
}
