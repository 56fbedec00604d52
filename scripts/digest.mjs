// Says in one line per operation what a build gives, exactly: `npm run digest -- [DIST] [--against DIST|FILE] [--only
// TEXT] [--save FILE]`. Run it before and after a change that must not change any result. Only what differs between two
// runs of one build is left out: times, memory, versions. Results on one thread and on two must agree.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { operations as commands } from './digest/commands.mjs';
import { operations as descriptors } from './digest/descriptors.mjs';
import { operations as images } from './digest/images.mjs';
import { makeInputs } from './digest/inputs.mjs';
import { differences, digestOf, leavesOf } from './digest/leaves.mjs';
import { lawTable, operations as models } from './digest/models.mjs';
import { operations as structures } from './digest/structures.mjs';
import { operations as transport } from './digest/transport.mjs';

const OPERATIONS = [...structures, ...descriptors, ...images, ...transport, ...models, ...commands];
const SHOWN = 6;

/** What an operation gives, or how it fails. */
async function outcomeOf(operation, context) {
  try {
    return leavesOf(await operation.run(context));
  } catch (error) {
    return [['error', `${error.name}: ${error.message}`]];
  }
}

/** Runs the operations of one build. @returns leaves by name, and the names whose results depend on the number of
 *  threads */
async function runBuild(dist, only, onResult) {
  const api = await import(pathToFileURL(join(dist, 'node.js')).href);
  const folder = mkdtempSync(join(tmpdir(), 'voxelith-digest-'));
  const sessions = await Promise.all([1, 2].map((threads) => api.openSession({ threads, memoryBytes: 2 ** 29 })));
  const chosen = OPERATIONS.filter(({ name }) => name.includes(only));
  if (chosen.length === 0) throw new Error(`digest: no operation contains "${only}"`);
  const context = { api, dist, folder, inputs: makeInputs(), lawTable };
  const leaves = {};
  const unequal = [];
  try {
    // The commands run in processes of their own, beside the rest.
    if (chosen.some((operation) => commands.includes(operation))) void outcomeOf(commands[0], context);
    for (const operation of chosen) {
      const first = await outcomeOf(operation, { ...context, session: sessions[0], threads: 1 });
      leaves[operation.name] = first;
      if (operation.host !== true) {
        const second = await outcomeOf(operation, { ...context, session: sessions[1], threads: 2 });
        if (digestOf(first) !== digestOf(second)) {
          unequal.push({ name: operation.name, lines: differences(second, first) });
        }
      }
      onResult(operation.name, first);
    }
  } finally {
    for (const session of sessions) session.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return { leaves, unequal };
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
  options: { against: { type: 'string' }, only: { type: 'string', default: '' }, save: { type: 'string' } },
});
const dist = resolve(positionals[0] ?? 'dist');
const show = (name, leaves) => {
  if (values.against === undefined) {
    console.log(`${digestOf(leaves)}  ${name}${leaves[0]?.[0] === 'error' ? `  (${leaves[0][1]})` : ''}`);
  }
};

const reference = values.against === undefined ? null
  : statSync(values.against)
    .isDirectory() ? runApart(resolve(values.against), values.only) : JSON.parse(readFileSync(values.against, 'utf8'));
const { leaves, unequal } = await runBuild(dist, values.only, show);
if (values.save !== undefined) writeFileSync(values.save, JSON.stringify(leaves));
for (const { name, lines } of unequal) print(`THREADS  ${name}: one thread → two`, lines);
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
