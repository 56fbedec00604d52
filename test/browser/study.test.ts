// Studies and designs on the page: their files run unchanged on the command line, and give the same rows.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeVoxels, generate, memoryStore, openDesign, runDesign, VERSION } from '../../src/index.js';
import { readDesignSpec } from '../../src/design/read-spec.js';
import { voxelith } from '../cli/cli.js';
import { testSession } from '../session.js';
import {
  drawOn, drop, during, ERROR, hashOf, part, showTab, startBrowser, submit, type DemoBrowser,
} from './demo-page.js';

let browser: DemoBrowser;
const folder = mkdtempSync(join(tmpdir(), 'voxelith-page-'));

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** Clicks what offers a file. @returns its path and text */
async function saved(page: Page, panel: string, label: string): Promise<{ path: string; text: string }> {
  const [file] = await Promise.all([
    page.waitForEvent('download'), page.click(`[data-panel="${panel}"] button:has-text("${label}")`),
  ]);
  const path = join(folder, file.suggestedFilename());
  await file.saveAs(path);
  return { path, text: readFileSync(path, 'utf8') };
}

/** The table of the command line for a study file. */
async function tableOf(path: string, name: string): Promise<string> {
  const out = join(folder, name);
  const { code, stderr } = await voxelith('study', 'run', path, '--out', out, '--threads', '1');
  expect([code, stderr.includes('error')]).toEqual([0, false]);
  return readFileSync(join(out, 'table.csv'), 'utf8');
}

describe('studies on the page', () => {
  it('[law] rows come one by one and stay when it is cancelled; its file gives the same table on the command line',
    async () => {
      const { page, problems } = await browser.open({ state: 'study.size=64&study.positions=2&results.tab=study' });
      await page.fill(part('study', 'realisations'), '3');
      expect(await page.textContent(part('study', 'plans'))).toMatch(/18 structures of 64 × 64 × 64 voxels/);
      // Structures that take long enough that the key comes before the last of them.
      const cancelled = await during(page, async () => {
        await page.click(submit('study'));
        await page.waitForFunction(() =>
          Number(document.querySelector<HTMLElement>('[data-panel=study]')?.dataset.rows ?? 0) >= 1);
        await page.keyboard.press('Escape');
      });
      const kept = Number(cancelled.rows);
      expect([cancelled.run, kept >= 1, kept < 18]).toEqual(['cancelled', true, true]);
      const before = (await saved(page, 'study', 'Table')).text.trim().split('\n');
      expect(before).toHaveLength(kept + 1);
      expect(await page.textContent(submit('study'))).toBe('Go on');
      const seen: number[] = [];
      await page.exposeFunction('sawRows', (rows: string) => void seen.push(Number(rows)));
      await page.evaluate(() => {
        const panel = document.querySelector<HTMLElement>('[data-panel=study]') as HTMLElement;
        const tell = (globalThis as unknown as { sawRows(rows: string): void }).sawRows;
        new MutationObserver(() => tell(panel.dataset.rows ?? '')).observe(panel, { attributeFilter: ['data-rows'] });
      });
      const done = await during(page, () => page.click(submit('study')));
      expect([done.run, done.rows, await page.textContent(ERROR)]).toEqual(['done', '18', '']);
      // What was there before the cancel was not done again.
      expect(Math.min(...seen)).toBeGreaterThanOrEqual(kept);
      const { text } = await saved(page, 'study', 'Table');
      for (const line of before) expect(text.split('\n')).toContain(line);
      const { path } = await saved(page, 'study', 'Specification');
      expect(text).toBe(await tableOf(path, 'cathodes'));
      expect(await page.locator(`${part('study', 'charts')} .uplot`).count()).toBe(2);
      await page.selectOption(part('study', 'predictor'), 'bruggeman');
      expect(await page.innerHTML(part('study', 'charts'))).toMatch(/SE: M = ε<sup>1\.5<\/sup> \(Bruggeman 1935/);
      const report = (await saved(page, 'study', 'Report')).text;
      expect(report).toMatch(/18 virtual structures of 64 × 64 × 64 voxels/);
      expect(problems).toEqual([]);
      await page.close();
    });

  it('[law] a grid of numbers is the same without shared memory, two structures at a time', async () => {
    const { page } = await browser.open({ isolated: false, state: 'study.size=32&study.plan=grid&results.tab=study' });
    await page.selectOption(part('study', 'source'), 'bm03');
    for (const k of [1, 2]) await page.fill(part('study', `count${k}`), '2');
    await page.fill(part('study', 'realisations'), '1');
    expect(await page.inputValue(part('study', 'voxel'))).toBe('0.4');
    const { run, rows } = await during(page, () => page.click(submit('study')));
    expect([run, rows]).toEqual(['done', '4']);
    const { path, text } = await saved(page, 'study', 'Specification');
    expect(text).toMatch(/kind: grid\n  vary: \{alphaChiX: \{from: /);
    expect((await saved(page, 'study', 'Table')).text).toBe(await tableOf(path, 'grid'));
    // What cannot be planned is said before anything runs.
    await page.fill(part('study', 'from1'), '9');
    expect(await page.textContent(part('study', 'plans')))
      .toBe('study: plan.vary.alphaChiX.from must be a finite number > 0 and ≤ 4, got 9');
    await page.close();
  });
});

/** The place of the chart's point that is farthest to the left (or right), as the pointer finds it. */
function pointAt(page: Page, chart: string, side: 'left' | 'right'): Promise<{ x: number; y: number }> {
  return page.evaluate(({ selector, isLeft }) => {
    const over = document.querySelector<HTMLElement>(`${selector} .u-over`) as HTMLElement;
    over.scrollIntoView({ block: 'center' });
    const { left, top, width, height } = over.getBoundingClientRect();
    const taken = (x: number, y: number): boolean => {
      over.dispatchEvent(new MouseEvent('mousemove', { clientX: x, clientY: y }));
      return over.style.cursor === 'pointer';
    };
    for (let k = 1; k < width; k++) {
      const column = (offset: number): number[] =>
        Array.from({ length: Math.floor(height) }, (_, y) => top + y)
          .filter((y) => taken(isLeft ? left + k + offset : left + width - k - offset, y));
      if (column(0).length === 0) continue;
      // Not at the rim of what the point takes: a hand hits whole pixels.
      const inside = column(8);
      return { x: isLeft ? left + k + 8 : left + width - k - 8, y: inside[inside.length >> 1] };
    }
    throw new Error('no point can be clicked');
  }, { selector: chart, isLeft: side === 'left' });
}

describe('rows of a study', () => {
  it('[law] a plan over descriptors runs as its file; a row is drawn with its seed from the table, a point or its file',
    async () => {
      const { page, problems } = await browser.open({
        state: 'study.size=32&study.plan=descriptor-space&study.points=4&study.anchors=2&study.realisations=1'
          + '&study.spread=volumeFraction,constrictivity&results.tab=study',
      });
      // A page that glides is elsewhere when the click comes.
      await page.emulateMedia({ reducedMotion: 'reduce' });
      expect(await page.textContent(part('study', 'plans')))
        .toMatch(/^6 at 2 anchors, for constrictivity1, .* then 4 points, with M: 4 structures of 32 × 32 × 32 voxels/);
      const { run, rows } = await during(page, () => page.click(submit('study')));
      expect([run, rows, await page.textContent(ERROR)]).toEqual(['done', '4', '']);
      expect(await page.textContent(submit('study'))).toBe('Run the study');
      const { text } = await saved(page, 'study', 'Table');
      expect(text).toBe(await tableOf((await saved(page, 'study', 'Specification: study')).path, 'descriptors'));
      const [head, ...lines] = text.trim().split('\n').map((line) => line.split(','));
      const column = (name: string): number[] => lines.map((line) => Number(line[head.indexOf(name)]));

      const ids = lines.map(([id]) => id);
      const shown = async (drawn: Record<string, string>): Promise<string> => {
        expect([drawn.run, await page.textContent(ERROR)]).toEqual(['done', '']);
        expect(await page.textContent(part('structure', 'facts')))
          .toBe(`Row ${drawn.shownRow} of the study, seed 1: 32 × 32 × 32 voxels (z, y, x), 0.4 µm each.`);
        expect(await page.locator('tr[aria-current]').getAttribute('data-id')).toBe(drawn.shownRow);
        return drawn.labels;
      };
      const line = (k: number): string => `${part('study', 'table')} tbody tr:nth-child(${k})`;
      const first = await during(page, () => page.click(`${line(2)} td:last-child`));
      expect(first.shownRow).toBe(ids[1]);
      const labels = await shown(first);
      const file = await saved(page, 'study', 'Specification: row-');
      const image = join(folder, 'row.npy');
      expect((await voxelith('generate', file.path, '-o', image)).code).toBe(0);
      const bytes = readFileSync(image);
      expect(labels).toBe(hashOf(bytes.subarray(bytes.length - 32 ** 3)));
      // What was measured of it then is measured now.
      await showTab(page, 'Measure');
      const { m } = await during(page, () => page.click(submit('measure')));
      expect(JSON.parse(m)).toMatchObject({ 1: column('mFactor1')[1], 2: column('mFactor2')[1] });

      // By keys, and by points: the outermost have the least and the largest ε.
      await showTab(page, 'Study');
      const byKey = await during(page, async () => {
        await page.focus(`${line(1)} button`);
        await page.keyboard.press('Enter');
      });
      expect(byKey.shownRow).toBe(ids[0]);
      await shown(byKey);
      const fractions = column('volumeFraction1');
      for (const [side, value] of [['left', Math.min(...fractions)], ['right', Math.max(...fractions)]] as const) {
        const at = await pointAt(page, part('study', 'columns'), side);
        const picked = await during(page, () => page.mouse.click(at.x, at.y));
        expect([side, picked.shownRow]).toEqual([side, ids[fractions.indexOf(value)]]);
        await shown(picked);
      }
      const simulated = column('mFactor1');
      const at = await pointAt(page, `${part('study', 'charts')} figure:first-child`, 'right');
      const picked = await during(page, () => page.mouse.click(at.x, at.y));
      expect(picked.shownRow).toBe(ids[simulated.indexOf(Math.max(...simulated))]);
      // Another structure is no row.
      const other = await drawOn(page, { size: 24 });
      expect([other.shownRow, await page.locator('tr[aria-current]').count()]).toEqual(['', 0]);
      expect(await page.locator(`${part('study', 'rowFile')} button`).count()).toBe(0);
      expect(problems).toEqual([]);
      await page.close();
    });
});

describe('designs on the page', () => {
  it('[law] the file gives the same confirmed values in Node; the designed structure is the present one', async () => {
    const { page, problems } = await browser.open({
      state: 'design.size=32&design.initial=3&design.rounds=1&design.batch=1&design.realisations=2&results.tab=design',
    });
    const shown = await during(page, () => page.click(submit('design')));
    expect([shown.run, await page.textContent(ERROR)]).toEqual(['done', '']);
    const { path, text } = await saved(page, 'design', 'Targets');
    const spec = readDesignSpec(text, path);
    const store = memoryStore();
    const { status, confirmation } = await runDesign(await openDesign(spec, store, { version: VERSION }), spec, {
      threads: 1, memoryBytes: 2 ** 31, openSession: testSession,
    });
    expect(shown.status).toBe(status);
    expect(JSON.parse(shown.confirmed)).toEqual(confirmation?.columns.map(({ column, mean }) => [column, mean]));
    const designed = await saved(page, 'design', 'Designed θ');
    const image = join(folder, 'designed.npy');
    expect((await voxelith('generate', designed.path, '-o', image)).code).toBe(0);
    const bytes = readFileSync(image);
    expect(shown.labels).toBe(hashOf(bytes.subarray(bytes.length - 32 ** 3)));
    expect(await page.locator(`${part('design', 'charts')} .uplot`).count()).toBe(3);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('[law] a dropped image is calibrated, and a structure with its values is designed around it', async () => {
    const session = await testSession({ threads: 1 });
    const { labels, shape } = await generate(session, {
      model: 'chi2', size: [32, 32, 32], seed: 5, parameters: { alpha: 0.35, lambda: 1.4, anisotropyFactor: 1 },
    });
    const { bytes } = await encodeVoxels('labels.nrrd', { data: labels, shape, voxelSizeUm: [0.1, 0.1, 0.1] });
    const { page, problems } = await browser.open();
    await during(page, () => drop(page, [{ name: 'labels.nrrd', bytes }]));
    await showTab(page, 'Calibrate');
    await page.fill(part('calibrate', 'draws'), '30');
    await during(page, () => page.click(submit('calibrate')));
    await showTab(page, 'Design');
    expect(await page.inputValue(part('design', 'source'))).toBe('calibrated');
    expect(await page.inputValue(part('design', 'voxel'))).toBe('0.1');
    await page.selectOption(part('design', 'quantity0'), 'volumeFraction');
    await page.selectOption(part('design', 'phase0'), '2');
    await page.selectOption(part('design', 'aim0'), 'equal');
    for (const k of [1, 2]) await page.selectOption(part('design', `quantity${k}`), '');
    await during(page, () => page.click(part('design', 'take')));
    const held = labels.reduce((sum, label) => sum + Number(label === 2), 0) / labels.length;
    expect(Number(await page.inputValue(part('design', 'value0')))).toBeCloseTo(held, 3);
    await page.selectOption(part('design', 'size'), '32');
    for (const [name, value] of [['initial', '3'], ['rounds', '1'], ['batch', '1'], ['realisations', '3']]) {
      await page.fill(part('design', name), value);
    }
    const shown = await during(page, () => page.click(submit('design')));
    expect([shown.run, await page.textContent(ERROR)]).toEqual(['done', '']);
    const [[column, mean]] = JSON.parse(shown.confirmed) as [string, number][];
    expect([column, Math.abs(mean - held) < 0.1]).toEqual(['volumeFraction2', true]);
    expect(await page.textContent(part('structure', 'facts'))).toMatch(/^Designed structure, seed 1: 32 × 32 × 32/);
    expect(problems).toEqual([]);
    await page.close();
  });
});
