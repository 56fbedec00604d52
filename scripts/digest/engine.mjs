// The digest's operations on this repository's dist/: in a page of a browser, and here. The page's inputs come from
// Node, whose sines it does not have.
import { fileURLToPath } from 'node:url';
import { launch } from '../engines.mjs';
import { serve } from '../serve.mjs';
import { operations } from './anywhere.mjs';
import { makeInputs } from './inputs.mjs';
import { differences } from './leaves.mjs';
import { runOperations } from './run.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

const packed = (key, value) =>
  ArrayBuffer.isView(value)
    ? {
      kind: value.constructor.name,
      base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'),
    }
    : value;

/** @param {'chromium' | 'firefox'} engine
 *  @param {string[]} only parts of names of operations
 *  @param {number[]} threadCounts as `runOperations` takes them; one: without cross-origin isolation */
export async function runInEngine(engine, only, threadCounts = [1, 2]) {
  const server = await serve({ root, isolated: threadCounts.length > 1 });
  const browser = await launch(engine);
  try {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${server.address().port}/scripts/digest/page.html`);
    const inputs = JSON.stringify(makeInputs(), packed);
    const task = JSON.stringify({ inputs, only, threadCounts });
    // As text, since test runners rewrite imports in functions.
    return JSON.parse(await page.evaluate(`import('/scripts/digest/in-page.mjs').then((page) => page.run(${task}))`));
  } finally {
    await browser.close();
    server.close();
  }
}

/** The same in Node. */
export async function runHere(only, threadCounts) {
  const api = await import('../../dist/node.js');
  const chosen = operations.filter(({ name }) => only.some((part) => name.includes(part)));
  return runOperations(chosen, { api, inputs: makeInputs() }, threadCounts);
}

/** The first things in which two runs differ, as lines of text. */
export const unlike = (found, truth) =>
  Object.keys(found).flatMap((name) =>
    differences(found[name], truth[name]).slice(0, 6).map((line) => `${name} ${line}`));
