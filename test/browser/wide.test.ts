import type { AddressInfo, Server } from 'node:net';
import { expect, it } from 'vitest';
import { generate, mFactor, specFromSet } from '../../src/index.js';
import { launch } from '../../scripts/engines.mjs';
import { serve } from '../../scripts/serve.mjs';
import { testSession } from '../session.js';

const spec = specFromSet('bm10', { size: [40, 40, 40], seed: 11 });

it.each([true, false])('[law] 64-bit addresses in a page, above 4 GiB, give the bits of Node (isolated: %s)',
  async (isolated) => {
    const server = (await serve({ isolated })) as Server;
    const browser = await launch('chromium');
    try {
      const page = await browser.newPage({ serviceWorkers: 'block' });
      await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/demo/`);
      await page.addScriptTag({
        type: 'module', content: 'globalThis.library = await import("/browser.js"); document.title = "loaded";',
      });
      await page.waitForFunction(() => document.title === 'loaded');
      const found = await page.evaluate(async (model) => {
        const { library } = globalThis as unknown as { library: typeof import('../../src/browser.js') };
        const session = await library.openSession({ threads: 2, wideAbove: 0, debug: true });
        let ptr = 0;
        const leases = [{ name: 'one', bytes: 64 }];
        await session.run('probe', { leases }, 0, {}, async (frame) => void ({ ptr } = frame.take({ leases }).one));
        const structure = await library.generate(session, model);
        const { mFactor: m } = await library.mFactor(session, structure, { phase: 2 });
        session.close();
        return { ptr, m, labels: [...structure.labels] };
      }, spec);
      const session = await testSession();
      const structure = await generate(session, spec);
      expect(found.ptr).toBeGreaterThan(2 ** 32);
      expect(Uint8Array.from(found.labels)).toEqual(structure.labels);
      expect(found.m).toBe((await mFactor(session, structure, { phase: 2 })).mFactor);
    } finally {
      await browser.close();
      server.close();
    }
  });
