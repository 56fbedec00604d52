// The panel of homogenised cells: discharges and impedance of a drawn structure are those of the library, and its files
// are what the command line takes.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo, Server } from 'node:net';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { cells, encodeVoxels, generate, measureComposite, parseCsv } from '../../src/index.js';
import { launch } from '../../scripts/engines.mjs';
import { serve } from '../../scripts/serve.mjs';
import { testSession } from '../session.js';

const part = (panel: string, name: string): string => `[data-panel="${panel}"] [data-part="${name}"]`;
const RATES = [1, 4];

describe('homogenised cells in a browser', () => {
  it('[law] capacities and impedance have the bits of Node; the cell file runs with the command', async () => {
    const session = await testSession({ threads: 1 });
    const volume = await generate(session, {
      model: 'boolean', size: [24, 24, 24], seed: 5, voxelSizeUm: 0.5, label: 2, matrix: 1,
      parameters: { volumeFraction: 0.6, radius: 5, anisotropyFactor: 1 },
    });
    const measured = await measureComposite(
      session, volume, { image: 'scan.nrrd', active: 2, electrolyte: 1, axis: 'z' },
    );
    const file = JSON.parse(JSON.stringify(
      cells.cellFromImage(measured, cells.findChemistry('nmc811-lps'), { area: 'image', thicknessUm: 60 }),
    )) as { regions: { kind: string; thickness?: unknown }[] };
    for (const region of file.regions) {
      if (region.kind === 'separator') region.thickness = { value: 30, unit: 'um', source: 'given' };
    }
    const description = cells.readCell(file, ({ message }) => message);
    const runs = cells.rateTable(description.cell, RATES.map((rate) => (rate * description.nominalCapacity) / 3600));
    const model = new cells.P2D(description.cell, cells.MESH_DEFAULTS);
    const rest = cells.uniformState(model, { positive: 0.6 });
    cells.settle(model, rest, { kind: 'current', value: 0 });

    const server = (await serve({ isolated: true })) as Server;
    const browser = await launch('chromium');
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      const problems: string[] = [];
      page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
      page.on('pageerror', (error) => void problems.push(error.message));
      // Where charts draw the rings of their marks.
      await page.addInitScript(() => {
        const rings: Record<string, [x: number, y: number][]> = {};
        Object.assign(globalThis, { rings });
        const { arc } = CanvasRenderingContext2D.prototype;
        CanvasRenderingContext2D.prototype.arc = function drawn(x, y, ...rest) {
          const chart = (this.canvas as HTMLCanvasElement).closest<HTMLElement>('[data-part]')?.dataset.part ?? '';
          (rings[chart] ??= []).push([x, y]);
          arc.call(this, x, y, ...rest);
        };
      });
      // The form is in the address.
      const form = 'cell.active=2&cell.electrolyte=1&cell.chemistry=nmc811-lps&cell.area=image&cell.thickness=60' +
        `&cell.rates=${RATES.join(',')}&cell.stoichiometry=0.6&results.tab=cell`;
      await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/demo/#${form}`);
      const ended = async (begin: () => Promise<unknown>): Promise<void> => {
        await page.waitForFunction(() => document.querySelector('main')?.dataset.run !== 'running');
        await page.evaluate(() => { (document.querySelector('main') as HTMLElement).dataset.run = 'asked'; });
        await begin();
        await page.waitForFunction(
          () => ['done', 'failed', 'cancelled'].includes(document.querySelector('main')?.dataset.run ?? ''), undefined,
          { timeout: 240_000 },
        );
        expect(await page.textContent(part('status', 'error'))).toBe('');
      };
      await page.waitForFunction(() => ['ready', 'done'].includes(document.querySelector('main')?.dataset.run ?? ''));
      const { bytes } = await encodeVoxels('scan.nrrd', {
        data: volume.labels, shape: volume.shape, voxelSizeUm: volume.voxelSizeUm,
      });
      await ended(() => page.evaluate(([base64]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], 'scan.nrrd'));
        document.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      }, [Buffer.from(bytes).toString('base64')]));
      await ended(() => page.click(part('cell', 'submit')));

      const told = async (name: string): Promise<unknown> =>
        JSON.parse(await page.getAttribute('[data-panel="cell"]', `data-${name}`) ?? '');
      const capacities = runs.map((run) => cells.summaryOf(run, description).dischargeCapacity);
      expect(await told('capacity')).toEqual(capacities);
      const impedance = await told('impedance') as number[][];
      const expected = cells.impedanceSpectrum(model, rest, [1e5, 1e-3]);
      expect([impedance[0], impedance.at(-1)]).toEqual(expected.map(({ real, imaginary }) => [real, imaginary]));
      for (const chart of ['voltage', 'nyquist']) {
        expect(await page.locator(`${part('cell', chart)} .uplot`).count()).toBe(1);
      }
      // 1 kHz, 1 Hz and 1 mHz: a unit of Re Z is as long as one of Im Z, at every width.
      const [first, , third] = [12, 30, 48].map((k) => impedance[k].map((part) => 1e4 * part));
      for (const width of [1280, 800, 1500]) {
        await page.setViewportSize({ width, height: 800 });
        await page.waitForTimeout(500);
        const rings = await page.evaluate(() =>
          (globalThis as unknown as { rings: Record<string, [number, number][]> }).rings.nyquist.slice(-3));
        const across = (rings[2][0] - rings[0][0]) / (third[0] - first[0]);
        const up = (rings[2][1] - rings[0][1]) / (third[1] - first[1]);
        expect(up / across).toBeCloseTo(1, 2);
      }
      const saved = async (begin: () => Promise<unknown>): Promise<string> => {
        const [download] = await Promise.all([page.waitForEvent('download'), begin()]);
        const path = join(mkdtempSync(join(tmpdir(), 'voxelith-')), download.suggestedFilename());
        await download.saveAs(path);
        return path;
      };
      // The numbers of the table have all digits, and those of the command are the same.
      const csv = await saved(() => page.click('[data-panel="cell"] .block .numbers'));
      const { rows } = parseCsv(csv, readFileSync(csv, 'utf8'));
      expect(rows.map((row) => Number(row['mAh/cm2']))).toEqual(capacities.map((capacity) => capacity / 36_000));
      const cellFile = await saved(() => page.click('text=Cell file: cell.yaml'));
      const printed = JSON.parse(execFileSync(
        process.execPath, ['dist/cli.js', 'discharge', cellFile, '--rates', RATES.join(','), '--json'],
        { encoding: 'utf8' },
      )) as { runs: { dischargeCapacity: number }[] };
      expect(printed.runs.map(({ dischargeCapacity }) => dischargeCapacity)).toEqual(capacities);
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
      server.close();
    }
  });
});
