// Says in one line per operation what a build gives, exactly: `npm run digest -- [DIST] [--against DIST|FILE] [--only
// TEXT] [--save FILE]`. Run it before and after a change that must not change any result. Only what differs between two
// runs of one build is left out: times, memory, versions. Results on one thread and on two must agree.
// `--engine chromium|firefox` compares what this repository's build gives in that browser with what it gives here.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { operations as anywhere } from './digest/anywhere.mjs';
import { operations as commands } from './digest/commands.mjs';
import { runInEngine } from './digest/engine.mjs';
import { inNode } from './digest/images.mjs';
import { makeInputs } from './digest/inputs.mjs';
import { differences, digestOf } from './digest/leaves.mjs';
import { operations as readings } from './digest/readings.mjs';
import { outcomeOf, runOperations } from './digest/run.mjs';

const OPERATIONS = [...anywhere, ...inNode, ...readings, ...commands];
const SHOWN = 6;

/** Runs the operations of one build. @returns as `runOperations` */
async function runBuild(dist, only, onResult) {
  const api = await import(pathToFileURL(join(dist, 'node.js')).href);
  const folder = mkdtempSync(join(tmpdir(), 'voxelith-digest-'));
  const chosen = OPERATIONS.filter(({ name }) => name.includes(only));
  if (chosen.length === 0) throw new Error(`digest: no operation contains "${only}"`);
  const context = { api, dist, folder, inputs: makeInputs() };
  try {
    // The commands run in processes of their own, beside the rest.
    if (chosen.some((operation) => commands.includes(operation))) void outcomeOf(commands[0], context);
    return await runOperations(chosen, context, [1, 2], onResult);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same in a process of its own: two builds do not meet. */
function runApart(dist, only) {
  return new Promise((done, fail) => {
    const file = fileURLToPath(import.meta.url);
    const out = join(mkdtempSync(join(tmpdir(), 'voxelith-digest-')), 'leaves.json');
    execFile(
      process.execPath, [file, dist, '--only', only, '--save', out], { maxBuffer: 2 ** 28 },
      (error, stdout, stderr) => {
        if (!existsSync(out)) fail(new Error(`digest of ${dist} failed: ${stderr || error.message}`));
        else done(JSON.parse(readFileSync(out, 'utf8')));
        rmSync(join(out, '..'), { recursive: true, force: true });
      },
    );
  });
}

function print(title, lines) {
  console.log(
    [
      title, ...lines.slice(0, SHOWN).map((line) => `    ${line}`),
      ...(lines.length > SHOWN ? [`    … ${lines.length - SHOWN} more`] : []),
    ].join('\n'),
  );
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    against: { type: 'string' }, engine: { type: 'string' }, only: { type: 'string', default: '' },
    save: { type: 'string' },
  },
});
const dist = resolve(positionals[0] ?? 'dist');
const show = (name, leaves) => {
  if (reference === null) {
    console.log(`${digestOf(leaves)}  ${name}${leaves[0]?.[0] === 'error' ? `  (${leaves[0][1]})` : ''}`);
  }
};

const besides = values.against ?? (values.engine === undefined ? null : dist);
const reference = besides === null ? null
  : statSync(besides).isDirectory() ? runApart(resolve(besides), values.only)
  : JSON.parse(readFileSync(besides, 'utf8'));
const { leaves, unequal } = values.engine === undefined ? await runBuild(dist, values.only, show)
  : await runInEngine(values.engine, [values.only]);
if (values.save !== undefined) writeFileSync(values.save, JSON.stringify(leaves));
for (const { name, threads, lines } of unequal) print(`THREADS  ${name}: 1 → ${threads}`, lines);
let changed = 0;
if (reference !== null) {
  const before = await reference;
  for (const [name, now] of Object.entries(leaves)) {
    if (before[name] === undefined) console.log(`new      ${name}`);
    else if (digestOf(before[name]) !== digestOf(now)) {
      changed++;
      print(`CHANGED  ${name}`, differences(now, before[name]));
    }
  }
}
const count = Object.keys(leaves).length;
console.log(
  `${count} operations${reference === null ? '' : `, ${changed} changed`}, ` +
    `${unequal.length} that depend on the number of threads`,
);
process.exitCode = changed + unequal.length > 0 ? 1 : 0;
