// The built page where nothing is set up for it: hosts that send no headers, folders of such hosts, a disk.
import { spawnSync } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate, specFromSet } from '../../src/index.js';
import { launch } from '../../scripts/engines.mjs';
import { serve } from '../../scripts/serve.mjs';
import { testSession } from '../session.js';
import { during, hashOf, STATE, submit } from './demo-page.js';

const DIST = new URL('../../dist/', import.meta.url);
let browser: Browser;

beforeAll(async () => {
  browser = await launch('chromium');
});
afterAll(() => browser.close());

const ready = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => document.querySelector('main')?.dataset.run === 'ready');

const SETTINGS = '#draw.model=bm01&draw.size=64&draw.seed=5';

/** Draws with the settings of the address. @returns SHA-256 of the labels */
const drawn = async (page: Page): Promise<string> => (await during(page, () => page.click(submit('draw')))).labels;

/** The same in Node. */
async function expected(): Promise<string> {
  const spec = specFromSet('bm01', { size: [64, 64, 64], seed: 5 });
  return hashOf((await generate(await testSession(), spec)).labels);
}

describe('hosting', () => {
  it('[law] a host that sends no headers, in a folder of its own: isolated by a service worker, also the second time',
    async () => {
      const server = await serve({
        isolated: false, root: new URL('demo', DIST).pathname, base: '/voxelith/',
      });
      const context = await browser.newContext();
      const address = `http://localhost:${(server.address() as AddressInfo).port}/voxelith/`;
      for (const _visit of [1, 2]) {
        const page = await context.newPage();
        await page.goto(address + SETTINGS);
        await ready(page);
        expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
        expect(await page.textContent(STATE)).toMatch(/threads share one WebAssembly memory/);
        expect(await drawn(page)).toBe(await expected());
        await page.close();
      }
      await context.close();
      server.close();
    });

  it('a page within a page stays on one thread, and says why', async () => {
    const server = await serve({ isolated: false });
    const page = await browser.newPage();
    const address = `http://localhost:${(server.address() as AddressInfo).port}`;
    await page.goto(`${address}/demo/style.css`);
    await page.setContent(`<iframe src="${address}/demo/"></iframe>`);
    const frame = page.frameLocator('iframe');
    await frame.locator('main[data-run=ready]').waitFor();
    expect(await frame.locator(STATE).textContent()).toMatch(/^One thread: the page is not cross-origin isolated/);
    await page.close();
    server.close();
  });

  it('[law] one HTML file from a disk: the labels of Node on one thread', async () => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => void (/^(blob|data|file):/.test(request.url()) || problems.push(request.url())));
    await page.goto(new URL(`voxelith.html${SETTINGS}`, DIST).href);
    await ready(page);
    expect(await page.textContent(STATE)).toMatch(/^One thread: the page has no server that could isolate it/);
    expect(await drawn(page)).toBe(await expected());
    expect(problems).toEqual([]);
    await page.close();
  });

  it('the page of several files says from a disk which file to open', async () => {
    const page = await browser.newPage();
    await page.goto(new URL('demo/index.html', DIST).href);
    await page.waitForSelector(`${STATE}:has-text("voxelith.html")`);
    await page.close();
  });

  it('a port that is taken is one line', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const demo = (PORT: string) =>
      spawnSync(process.execPath, ['scripts/serve.mjs'], { env: { ...process.env, PORT }, encoding: 'utf8' });
    expect(demo(String(port))).toMatchObject({
      status: 1,
      stderr: `demo: port ${port} is taken by another program; choose another, or 0 for any that is free: ` +
        'PORT=0 npm run demo\n',
    });
    expect(demo('many')).toMatchObject({ status: 2, stderr: expect.stringMatching(/^demo: port many is none: .*\n$/) });
    taken.close();
  });
});
