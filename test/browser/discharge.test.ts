// The panel of discharges on the voxels: an image that is dropped on the page is discharged as the library does it.
import { describe, expect, it } from 'vitest';
import { cells, discharge3d, encodeVoxels, generate, measureComposite } from '../../src/index.js';
import { drop, during, ERROR, part, showTab, startBrowser } from './demo-page.js';
import { testSession } from '../session.js';

describe('discharges on the voxels in a browser', () => {
  it('[law] the voltages have the bits of Node, the table its numbers, the charts and planes are there', async () => {
    const session = await testSession({ threads: 1 });
    const volume = await generate(session, {
      model: 'boolean', size: [16, 16, 16], seed: 5, voxelSizeUm: 0.5, label: 2, matrix: 1,
      parameters: { volumeFraction: 0.6, radius: 5, anisotropyFactor: 1 },
    });
    const measured = await measureComposite(
      session, volume, { image: 'scan.npy', active: 2, electrolyte: 1, axis: 'z' },
    );
    const file = JSON.parse(JSON.stringify(cells.cellFromImage(measured, cells.findChemistry('nmc811-lps')))) as {
      regions: { kind: string; thickness?: unknown }[];
    };
    for (const region of file.regions) {
      if (region.kind === 'separator') region.thickness = { value: 30, unit: 'um', source: 'given' };
    }
    const { cell } = cells.readCell(file, ({ message }) => message);
    const run = await discharge3d(session, volume, cell, {
      active: 2, electrolyte: 1, axis: 'z', rate: 1,
      moments: [...[0.25, 0.5, 0.75].map((share) => ({ kind: 'charge', share } as const)), { kind: 'end' }],
    });

    const browser = await startBrowser();
    try {
      const { page, problems } = await browser.open();
      const ended = async (begin: () => Promise<unknown>): Promise<void> => {
        await during(page, begin);
        expect(await page.textContent(ERROR)).toBe('');
      };
      const { bytes } = await encodeVoxels('scan.nrrd', {
        data: volume.labels, shape: volume.shape, voxelSizeUm: volume.voxelSizeUm,
      });
      await ended(() => drop(page, [{ name: 'scan.nrrd', bytes }]));
      await showTab(page, 'Cell');
      await page.selectOption(part('cell', 'active'), '2');
      await page.selectOption(part('cell', 'electrolyte'), '1');
      await page.selectOption(part('cell', 'chemistry'), 'nmc811-lps');
      await page.fill(part('cell', 'rates'), '1');
      await ended(() => page.click(part('cell', 'resolve')));

      const voltage = await page.getAttribute('[data-panel="discharge"]', 'data-voltage');
      expect(JSON.parse(voltage ?? '')).toEqual([run.voltage]);
      const last = page.locator(`${part('discharge', 'table')} tbody tr`).last();
      const row = await last.locator('td, th').allTextContents();
      expect(Number(row[2])).toBe(Number((run.capacity / 36_000).toPrecision(4)));
      expect([run.endedBy, row.at(-1)]).toEqual(['lowerVoltage', 'lower voltage']);
      for (const chart of ['voltage', 'depth', 'reaction']) {
        expect(await page.locator(`${part('discharge', chart)} .uplot`).count()).toBe(1);
      }
      expect(await page.locator(`${part('discharge', 'slices')} canvas`).count()).toBe(3);
      expect(await page.locator(`${part('discharge', 'map')} option`).count()).toBe(4);
      // The map that is chosen is a colour of the structure, too.
      await page.locator('[data-panel=structure] select[name=colour]').selectOption('state of charge');
      expect(await page.locator('[data-panel=structure] .vx-scale b').textContent()).toBe('state of charge');
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
