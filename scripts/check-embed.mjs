// Installs the packed package into every examples/embed-* as a user would, builds it there and opens it in Chromium:
// each shows the M of Node, on several threads where the page is isolated, on one where it is not. In the webpack one a
// kernel is edited while its page is open. Names as arguments: only those, `node scripts/check-embed.mjs vite rollup`.
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generate, mFactor, openSession, specFromSet } from '../dist/node.js';
import { launch } from './engines.mjs';
import { serve } from './serve.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Folders of a server in which pages of others lie. */
const BASE = '/tools/cathode/';

const folder = mkdtempSync(join(tmpdir(), 'voxelith-embed-'));
const run = async (command, args, cwd) => {
  try {
    return (await promisify(execFile)(command, args, { cwd, maxBuffer: 2 ** 26 })).stdout;
  } catch (error) {
    throw new Error(`check-embed: ${command} ${args.join(' ')} in ${cwd}:\n${error.stdout}\n${error.stderr}`);
  }
};

/** Installs and builds an example. @returns its folder */
async function built(name, tarball) {
  const home = join(folder, 'examples', `embed-${name}`);
  cpSync(join(ROOT, 'examples', `embed-${name}`), home, { recursive: true });
  await run('npm', ['install', '--no-audit', '--no-fund', tarball], home);
  await run('npm', ['run', '--if-present', 'build'], home);
  return home;
}

/** What the page of an example shows at last. */
async function shown(browser, address) {
  const page = await browser.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  try {
    await page.goto(address);
    const output = page.locator('output[data-m], output[data-error]');
    await output.waitFor();
    return await output.evaluate(({ dataset, textContent }) => ({ ...dataset, text: textContent }));
  } catch (error) {
    throw new Error(`check-embed: ${address} shows nothing: ${[...problems, error.message].join('; ')}`);
  } finally {
    await page.close();
  }
}

function compare(name, isolated, { m, threads, text, error }, expected) {
  const wanted = isolated ? Math.min(availableParallelism(), 8) : 1;
  if (error !== undefined) throw new Error(`check-embed: ${name} (isolated: ${isolated}) fails: ${error}`);
  if (Number(m) !== expected || Number(threads) !== wanted) {
    throw new Error(
      `check-embed: ${name} (isolated: ${isolated}) shows "${text}" (${m}, ${threads} threads); ` +
        `expected M = ${expected} as in Node, ${wanted} threads`,
    );
  }
  console.log(`${name}, ${isolated ? 'isolated' : 'not isolated'}: M = ${m} on ${threads} thread(s)`);
}

/** M of the examples' structure in Node. @param change what is done to its labels before */
async function nodeM(change = (label) => label) {
  const session = await openSession({ threads: 1 });
  const structure = await generate(session, specFromSet('bm01', { size: [64, 64, 64], seed: 7 }));
  const { mFactor: m } = await mFactor(session, { ...structure, labels: structure.labels.map(change) }, { phase: 2 });
  session.close();
  return m;
}

const addressOf = (server) => `http://localhost:${server.address().port}`;

/** The plain example, whose package lies on another origin. */
async function checkPlain(browser, home, expected) {
  const library = await serve({ root: join(home, 'node_modules/voxelith/dist'), shared: true, isolated: false });
  const page = join(home, 'index.html');
  writeFileSync(page, readFileSync(page, 'utf8').replace('http://localhost:8081', addressOf(library)));
  for (const isolated of [true, false]) {
    const server = await serve({ root: home, isolated });
    compare('plain', isolated, await shown(browser, `${addressOf(server)}/index.html`), expected);
    server.close();
  }
  library.close();
}

async function checkBuilt(browser, name, home, expected) {
  for (const isolated of [true, false]) {
    const server = await serve({ root: join(home, 'dist'), isolated, base: BASE });
    compare(name, isolated, await shown(browser, `${addressOf(server)}${BASE}`), expected);
    server.close();
  }
}

/** A first line of `stream` that matches. */
function lineOf(child, pattern) {
  return new Promise((resolve, reject) => {
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk) => {
        const found = pattern.exec(text += chunk);
        if (found !== null) resolve(found);
      });
    }
    child.once('exit', () => reject(new Error(`check-embed: the server of webpack ended:\n${text}`)));
  });
}

/** Pores become active material by an edit of a kernel: the open page shows the M that Node finds for such labels. */
async function checkLive(browser, home, expected) {
  const kernel = join(folder, 'assembly/fields/threshold.ts');
  cpSync(join(ROOT, 'assembly'), join(folder, 'assembly'), { recursive: true });
  const [before, after] = ['vr = i32x4.splat(rest)', 'vr = i32x4.splat(inY)'];
  const source = readFileSync(kernel, 'utf8');
  if (!source.includes(before)) throw new Error(`check-embed: ${kernel} has no "${before}" to edit`);
  const server =
    spawn('node', ['node_modules/webpack-cli/bin/cli.js', 'serve', '--config', 'live.config.js'], { cwd: home });
  const page = await browser.newPage();
  try {
    const [, address] = await lineOf(server, /Loopback: (http:\S+?),/);
    // The server answers when the core is compiled.
    await page.goto(address);
    await page.locator('output[data-m], output[data-error]').waitFor();
    const data = () =>
      page.locator('output').evaluate(({ dataset, textContent }) => ({ ...dataset, text: textContent }));
    const first = await data();
    compare('webpack, live', true, first, expected);
    writeFileSync(kernel, source.replace(before, after));
    await page.locator(`output[data-m]:not([data-m="${first.m}"])`).waitFor();
    compare('webpack, live, kernel edited', true, await data(), await nodeM((label) => (label === 3 ? 2 : label)));
  } finally {
    await page.close();
    server.kill();
  }
}

const folders = readdirSync(join(ROOT, 'examples')).filter((name) => name.startsWith('embed-'));
const names = process.argv.length > 2 ? process.argv.slice(2) : folders.map((name) => name.slice('embed-'.length));
const browser = await launch('chromium', []);
try {
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], ROOT);
  const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')));
  const expected = await nodeM();
  // All together, because each waits for the network; one that fails waits for the others before all is removed.
  const homes = await Promise.allSettled(names.map((name) => built(name, tarball)));
  for (const [k, name] of names.entries()) {
    if (homes[k].status === 'rejected') throw homes[k].reason;
    const home = homes[k].value;
    if (name === 'plain') await checkPlain(browser, home, expected);
    else await checkBuilt(browser, name, home, expected);
    if (name === 'webpack') await checkLive(browser, home, expected);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
