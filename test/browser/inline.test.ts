// dist/inline.js in a page without a bundler: core and worker come from within, the rest from dist/browser.js.
import type { AddressInfo, Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from '../../scripts/engines.mjs';
import { serve } from '../../scripts/serve.mjs';
import { generate, mFactor, specFromSet } from '../../src/index.js';
import { testSession } from '../session.js';

type Library = typeof import('../../src/inline.js');
let server: Server;
beforeAll(async () => {
  server = (await serve()) as Server;
});
afterAll(() => void server.close());

describe('voxelith/inline', () => {
  it('[law] has the names and errors of dist/browser.js and the M of Node, and asks for no other file', async () => {
    const browser = await launch('chromium');
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => void asked.push(new URL(request.url()).pathname));
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/demo/style.css`);
    for (const name of ['inline', 'browser']) {
      await page.evaluate(`import('/${name}.js').then((all) => { globalThis.${name} = all; })`);
    }
    const found = await page.evaluate(async () => {
      const { inline, browser: whole } = globalThis as unknown as { inline: Library; browser: Library };
      const wrong = await inline.openSession({ threads: 0.5 }).then(() => null, (error: unknown) => error);
      const session = await inline.openSession({ threads: 2 });
      const structure = await whole.generate(session, whole.specFromSet('bm01', { size: [32, 32, 32], seed: 1 }));
      const { mFactor: m } = await whole.mFactor(session, structure, { phase: 2, axis: 'z' });
      session.close();
      return {
        m, names: [Object.keys(inline), Object.keys(whole)], threads: session.threads,
        oneClass: wrong instanceof whole.SpecError,
      };
    });
    await browser.close();
    const session = await testSession({ threads: 1 });
    const structure = await generate(session, specFromSet('bm01', { size: [32, 32, 32], seed: 1 }));
    const { mFactor: m } = await mFactor(session, structure, { phase: 2, axis: 'z' });
    expect(found).toMatchObject({ m, threads: 2, oneClass: true });
    expect(found.names[0]).toEqual(found.names[1]);
    expect(asked.filter((path) => /wasm|worker/.test(path))).toEqual([]);
  });
});
