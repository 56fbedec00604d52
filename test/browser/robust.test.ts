// In browsers: the page in Firefox; no worker and no memory that stays; files that a server lacks, or has wrong.
import { execFile } from 'node:child_process';
import type { AddressInfo, Server } from 'node:net';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, type Engine } from '../../scripts/engines.mjs';
import { serve } from '../../scripts/serve.mjs';

type Library = typeof import('../../src/browser.js');
let server: Server;
beforeAll(async () => {
  server = (await serve({ isolated: true })) as Server;
});
afterAll(() => void server.close());
const address = (path: string): string => `http://localhost:${(server.address() as AddressInfo).port}${path}`;

async function libraryIn(browser: Browser, file = 'browser.js'): Promise<Page> {
  const page = await browser.newPage();
  // An empty page of the same origin.
  await page.goto(address('/demo/style.css'));
  await page.evaluate(`import('/${file}').then((all) => { globalThis.library = all; })`);
  return page;
}

const opened = (page: Page, options: object): Promise<string> =>
  page.evaluate(async (given) => {
    const { library } = globalThis as unknown as { library: Library };
    try {
      (await library.openSession(given)).close();
      return 'opened';
    } catch (error) {
      return (error as Error).message;
    }
  }, options);

describe.each(['chromium', 'firefox'] as const)('in %s', (engine: Engine) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(engine);
  });
  afterAll(() => browser.close());

  it('files that are missing or wrong are told with what to do', async () => {
    const page = await libraryIn(browser);
    expect(await opened(page, { threads: 2 })).toBe('opened');
    const remedy = 'voxelith/inline';
    for (const [options, message] of [
      [{ wasmUrl: '/none.wasm' }, /none\.wasm answered 404/],
      [{ wasmUrl: '/demo/index.html' }, /index\.html is no WebAssembly, it is a page/],
      [{ workerUrl: '/none.js' }, /a worker did not start: its script could not be loaded; worker\.web\.js must lie/],
    ] as const) {
      const said = await opened(page, { threads: 2, ...options });
      expect(said).toMatch(message);
      expect(said).toContain(remedy);
    }
    await page.close();
  });

  it('the page shows its first structure, on threads that share memory', async () => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => void problems.push(error.message));
    await page.goto(address('/demo/'));
    await page.waitForFunction(
      () => ['ready', 'failed'].includes(document.querySelector('main')?.dataset.run ?? ''),
    );
    expect(await page.getAttribute('main', 'data-run')).toBe('ready');
    expect(Number(await page.getAttribute('main', 'data-threads'))).toBeGreaterThanOrEqual(1);
    expect(await page.textContent('header [role=status]')).toMatch(/threads? share one WebAssembly memory/);
    expect(problems).toEqual([]);
    await page.close();
  });
});

describe('what stays in Chromium', () => {
  it('[law] no worker of a closed session or tab, no memory of fifty cycles', async () => {
    const browser = await launch('chromium');
    try {
      const page = await libraryIn(browser);
      const protocol = await browser.newBrowserCDPSession();
      const workers = async (): Promise<number> =>
        ((await protocol.send('Target.getTargets', { filter: [{ type: 'worker' }] })).targetInfos).length;
      /** Resident memory of all processes that show pages, bytes. */
      const resident = async (): Promise<number> => {
        const { processInfo } = await protocol.send('SystemInfo.getProcessInfo');
        const ids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
        const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', ids.join()]);
        return 1024 * stdout.trim().split(/\s+/).reduce((sum, kibibytes) => sum + Number(kibibytes), 0);
      };
      await page.exposeFunction('resident', resident);
      const [tenth, fiftieth] = await page.evaluate(async () => {
        const { library, resident: rss } = globalThis as unknown as { library: Library; resident: typeof resident };
        const session = await library.openSession({ threads: 2 });
        Object.assign(globalThis, { session });
        const spec = library.specFromSet('bm01', { size: [40, 40, 40], seed: 1 });
        const seen: { bytes: number; rss: number }[] = [];
        for (let k = 0; k < 50; k++) {
          const structure = await library.generate(session, spec);
          await library.describe(session, structure);
          await library.conduct(session, structure, { phase: 2, fields: true });
          // Chromium collects garbage before it answers; types of TypeScript do not have it.
          const { measureUserAgentSpecificMemory: measure } = performance as unknown as
            { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> };
          if (k !== 9 && k !== 49) continue;
          const { bytes } = await measure.call(performance);
          seen.push({ bytes, rss: await rss() });
        }
        return seen;
      });
      // The labels of each cycle would be 2.6 MB; the engine's own comes and goes by less.
      expect(fiftieth.bytes - tenth.bytes).toBeLessThan(2e6);
      // It came and went by 2 MB in a hundred cycles; a WebAssembly memory of each would be hundreds.
      expect(fiftieth.rss - tenth.rss).toBeLessThan(25e6);
      expect(await workers()).toBe(2);
      await page.evaluate(() => (globalThis as unknown as { session: { close(): void } }).session.close());
      await expect.poll(workers).toBe(0);
      await page.evaluate(async () => {
        const { library } = globalThis as unknown as { library: Library };
        const session = await library.openSession({ threads: 2 });
        // Not waited for: the tab closes in the middle of it.
        void library.generate(session, library.specFromSet('bm01', { size: [200, 200, 200], seed: 1 }));
      });
      expect(await workers()).toBe(2);
      await page.close();
      await expect.poll(workers).toBe(0);
    } finally {
      await browser.close();
    }
  });

  it('[law] voxelith/inline frees the addresses of its script, also those of workers that take the place of others',
    async () => {
      const browser = await launch('chromium');
      try {
        const page = await libraryIn(browser, 'inline.js');
        const { open, volumeFraction } = await page.evaluate(async () => {
          const { library } = globalThis as unknown as { library: Library };
          const addresses = new Set<string>();
          const { createObjectURL, revokeObjectURL } = URL;
          URL.createObjectURL = (blob) => {
            const made = createObjectURL.call(URL, blob);
            addresses.add(made);
            return made;
          };
          URL.revokeObjectURL = (made) => {
            revokeObjectURL.call(URL, made);
            addresses.delete(made);
          };
          // Without shared memory a cancelled worker is replaced.
          const session = await library.openSession({ threads: 1, shared: false });
          const spec = library.specFromSet('bm01', { size: [96, 96, 96], seed: 1 });
          const controller = new AbortController();
          const cancelled = library.generate(session, spec, { signal: controller.signal }).catch(() => null);
          setTimeout(() => controller.abort(), 20);
          if (await cancelled !== null) throw new Error('drawn before it was cancelled');
          const structure = await library.generate(session, { ...spec, size: [24, 24, 24] });
          const { phases: [{ volumeFraction }] } = await library.volumeFractions(session, structure);
          session.close();
          return { open: [...addresses], volumeFraction };
        });
        expect(volumeFraction).toBeGreaterThan(0);
        expect(open).toEqual([]);
        await page.close();
      } finally {
        await browser.close();
      }
    });
});
