// A cell gives the same bits in Node and in Chromium: its functions are made of + − × ÷ and √.
import type { AddressInfo, Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import * as cells from '../../src/cell/index.js';
import { launch } from '../../scripts/engines.mjs';
import { serve } from '../../scripts/serve.mjs';
import { referenceFile } from '../cell/reference-file.js';


/** Goes to the page as text: it may use nothing but its arguments. */
function curves(library: typeof cells, settings: unknown): unknown {
  const { cell } = library.readCell(settings, () => 'cell');
  const run = library.rateTable(cell, [24], { electrodeVolumes: 12 })[0];
  const rested = library.uniformState(run.model, { positive: 0.5 });
  library.settle(run.model, rested, { kind: 'current', value: 0 });
  return {
    curve: library.curveOf(run),
    profiles: library.profilesOf(run.model, run.last),
    losses: library.splitVoltage(run.model, run.last),
    impedance: library.impedanceSpectrum(run.model, rested, [1e4, 10, 0.01]),
    ragone: library.quickRagone(cell, [3, 30]),
  };
}

describe('cells in a browser', () => {
  it('[law] discharge, losses and impedance have the bits that they have in Node', async () => {
    const server = (await serve({ isolated: true })) as Server;
    const browser = await launch('chromium');
    try {
      const page = await browser.newPage();
      await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/demo/`);
      // As text, since the test runner rewrites imports in functions.
      const found = await page.evaluate<string>(`import('/browser.js').then(({ cells }) =>
        JSON.stringify((${curves.toString()})(cells, ${JSON.stringify(referenceFile)})))`);
      expect(JSON.parse(found)).toEqual(JSON.parse(JSON.stringify(curves(cells, referenceFile))));
    } finally {
      await browser.close();
      server.close();
    }
  });
});
