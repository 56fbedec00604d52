// Results on the page: they come as they are ready, fit a phone, and are saved with all digits. Reports in a window:
// nothing of a picture is cut.
import { mkdtempSync, readFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  describe as describeVolume, describeReport, generate, mFactor, parseCsv, planeText, sliceOf, specFromSet,
  studyReport, type CsvTable, type Session,
} from '../../src/index.js';
import { launch } from '../../scripts/engines.mjs';
import { serve } from '../../scripts/serve.mjs';
import { tinyStudy } from '../report/fixture.js';
import { testSession } from '../session.js';

const part = (panel: string, name: string): string => `[data-panel="${panel}"] [data-part="${name}"]`;
const [EDGE, SEED] = [48, 7];

let browser: Browser;
let server: Server;
let session: Session;

beforeAll(async () => {
  session = await testSession({ threads: 1 });
  server = (await serve({ isolated: true })) as Server;
  browser = await launch('chromium');
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

async function measured(width: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/demo/#draw.model=bm01&draw.seed=${SEED}`);
  await page.waitForFunction(() => ['ready', 'done'].includes(document.querySelector('main')?.dataset.run ?? ''));
  // What the table said at each change.
  await page.evaluate((table) => {
    const seen: string[][] = [];
    Object.assign(globalThis, { seen });
    const host = document.querySelector(table) as HTMLElement;
    new MutationObserver(() => {
      seen.push([...host.querySelectorAll('tbody tr')].map((row) => row.querySelector('td')?.textContent ?? ''));
    }).observe(host, { childList: true });
  }, part('measure', 'table'));
  await page.fill(part('draw', 'size'), String(EDGE));
  await page.evaluate(() => { (document.querySelector('main') as HTMLElement).dataset.run = 'asked'; });
  await page.click(part('draw', 'submit'));
  await page.waitForFunction(() => document.querySelector('main')?.dataset.run === 'done');
  return page;
}

/** The file that a button saves. */
async function savedText(page: Page, button: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
  const path = join(mkdtempSync(join(tmpdir(), 'voxelith-')), download.suggestedFilename());
  await download.saveAs(path);
  return readFileSync(path, 'utf8');
}

const saved = async (page: Page, button: string): Promise<CsvTable> => parseCsv(button, await savedText(page, button));

describe('results on the page', () => {
  it('[law] rows come as they are ready; tables and charts are saved with all digits of Node', async () => {
    const structure = await generate(session, specFromSet('bm01', { size: [EDGE, EDGE, EDGE], seed: SEED }));
    const { phases } = await describeVolume(session, structure, { phases: [1, 2, 3], curves: true, histograms: true });
    const page = await measured(1280);
    const seen = await page.evaluate(() => (globalThis as unknown as { seen: string[][] }).seen);
    // Nothing, then ε and S, then M of the first phase; tortuosity in the end.
    const known = seen.map((cells) => cells.filter((text) => text !== '…' && text !== '–').length);
    expect(known[0]).toBe(0);
    expect(known[1]).toBe(2);
    expect(seen[1][2]).toBe('…');
    expect(seen[2][2]).toMatch(/^0\.\d+≥ 0\.\d+$/);
    expect(known).toEqual([...known].sort((a, b) => a - b));
    expect(seen.at(-1)).not.toContain('…');

    const table = await saved(page, '[data-panel="measure"] .block .numbers');
    const valuesOf = (name: string): number[] => {
      const row = table.rows.find(({ quantity }) => quantity.startsWith(name));
      return ['solid electrolyte', 'active material', 'pore'].map((phase) => Number(row?.[phase]));
    };
    expect(valuesOf('volume fraction')).toEqual([1, 2, 3].map((phase) => phases[phase].volumeFraction));
    expect(valuesOf('M-factor')).toEqual(await Promise.all(
      [1, 2, 3].map(async (phase) => (await mFactor(session, structure, { phase })).mFactor),
    ));
    const sizes = await saved(page, `figure:has([data-part="cpsd"]) .numbers`);
    const { radius, cpsd } = phases[1].constrictivity!.z!.curves!;
    const own = sizes.rows.filter(({ curve }) => curve === 'solid electrolyte CPSD');
    expect(own.map((row) => Number(row['ball radius, µm']))).toEqual(radius);
    expect(own.map((row) => Number(row['volume fraction']))).toEqual(cpsd);
    const convergence = await saved(page, `figure:has([data-part="convergence"]) .numbers`);
    const { history = [] } = await mFactor(session, structure, { phase: 2, history: true });
    const residuals = convergence.rows.filter(({ curve }) => curve === 'active material, residual');
    expect(residuals.map(({ relative }) => Number(relative))).toEqual(history.map(({ residual }) => residual));
    // The report has a picture of the structure, in the colours of its phases.
    const report = await savedText(page, 'text=Report: descriptors.html');
    expect(report).toMatch(/<section id="structure">[^]{0,400}solid electrolyte[^]*data:image\/png/);
    // No tenth carries more than all.
    const flux = await page.textContent(part('measure', 'flux')) ?? '';
    for (const [, share] of flux.matchAll(/([\d.]+) % of the forward/g)) {
      expect(Number(share)).toBeLessThanOrEqual(100);
    }
    await page.close();
  });

  it('[law] legends tell the curves of a phase apart without colour', async () => {
    const page = await measured(1280);
    const marks = await page.locator(`${part('measure', 'cpsd')} .u-series`).evaluateAll((rows) => rows.slice(1).map(
      (row) => {
        const style = getComputedStyle(row.querySelector('.u-marker') as HTMLElement);
        return `${row.textContent?.replace(/:.*/, '')} ${style.borderTopStyle}`;
      },
    ));
    expect(marks[0]).toMatch(/CPSD.* solid$/);
    expect(marks[1]).toMatch(/SMIP.* dashed$/);
    await page.close();
  });

  it('[law] on a phone the page is no wider than the screen, and captions are whole', async () => {
    const page = await measured(390);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    const boxes = await page.locator('caption > span:visible').evaluateAll((spans) =>
      spans.map((span) => {
        const { left, right } = span.getBoundingClientRect();
        return [left, right, span.scrollWidth - span.clientWidth];
      }));
    expect(boxes.length).toBeGreaterThan(0);
    for (const [left, right, hidden] of boxes) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(390);
      expect(hidden).toBeLessThanOrEqual(0);
    }
    await page.screenshot({ path: 'build/results-phone.png', fullPage: true });
    await page.close();
  });
});

describe('reports in a window', () => {
  it('[law] at 1200 and at 390 px no text lies outside of its picture, and the page fits', async () => {
    const volume = await generate(session, specFromSet('bm01', { size: [32, 32, 32], seed: SEED }));
    const description = await describeVolume(session, volume, {
      axes: 'all', curves: true, more: ['twoPoint', 'chordLength', 'profiles'],
    });
    const reports = [studyReport(await tinyStudy()), describeReport({
      title: 'bm01', description, slice: sliceOf(volume, 'y', 'bm01', planeText('y')), reproducibility: [],
    })];
    const page = await browser.newPage();
    for (const [html, width] of reports.flatMap((report) => [[report, 1200], [report, 390]] as const)) {
      await page.setViewportSize({ width, height: 800 });
      await page.setContent(html);
      const outside = await page.evaluate(() => [...document.querySelectorAll('svg text')].flatMap((text) => {
        const frame = (text as SVGTextElement).ownerSVGElement?.getBoundingClientRect();
        const box = text.getBoundingClientRect();
        const cut = frame !== undefined && (box.left < frame.left - 1 || box.right > frame.right + 1);
        return cut ? [text.textContent] : [];
      }));
      expect(outside).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
    await page.close();
  });
});
