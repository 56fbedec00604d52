import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  calibrate, describe as describeVolume, describeRow, encodeVoxels, filterGreys, generate, grainSizes, grainTable,
  imageWarnings, importImage, insertPhase, mFactor, phaseLevelSet, readable, segmentGrains, specFromSet,
  structureAt,
  type Session, type VoxelArray,
} from '../../src/index.js';
import { onThisPage, withPhaseNames } from '../../demo/flags.js';
import {
  drawOn, drop, during, ERROR, hashOf, NOTE, part, showTab, startBrowser, STATE, submit, type Data, type DemoBrowser,
  type DemoPage,
} from './demo-page.js';
import { testSession } from '../session.js';

const EDGE = 64;
const SEED = 7;

let browser: DemoBrowser;
let session: Session;

const threshold = (k: number): string => `[data-panel="grey"] input[aria-label="threshold ${k}"]`;
const openDemo = (isolated: boolean): Promise<DemoPage> => browser.open({ isolated });

async function runDemo(page: Page, size: number): Promise<Data> {
  return drawOn(page, { size, seed: SEED });
}

/** A grey image of a drawn cathode: three levels, blurred, with noise. */
async function greyImage(edge: number): Promise<VoxelArray> {
  const { labels, shape } = await generate(session, specFromSet('bm01', { size: [edge, edge, edge], seed: 3 }));
  const levels = [0, 120, 200, 40];
  const noisy = labels.map((label, i) => levels[label] + ((i * 7919) % 37));
  const { volume } =
    await filterGreys(session, { data: noisy, shape, voxelSizeUm: [0.2, 0.2, 0.2] }, { kind: 'gaussian', sigma: 0.5 });
  return volume;
}

beforeAll(async () => {
  session = await testSession({ threads: 1 });
  browser = await startBrowser();
});

afterAll(() => browser.close());

describe('demo page in Chromium', () => {
  it('[law] gives the same labels and M as Node, bit for bit, with and without cross-origin isolation', async () => {
    const structure = await generate(session, specFromSet('bm01', { size: [EDGE, EDGE, EDGE], seed: SEED }));
    const m = JSON.stringify({
      1: (await mFactor(session, structure, { phase: 1 })).mFactor,
      2: (await mFactor(session, structure, { phase: 2 })).mFactor,
      3: (await mFactor(session, structure, { phase: 3 })).mFactor,
    });
    for (const isolated of [true, false]) {
      const { page, problems } = await openDemo(isolated);
      const state = await page.textContent(STATE);
      expect(state).toMatch(
        isolated ? /threads share one WebAssembly memory/ : /One thread: the page is not cross-origin isolated/,
      );
      const shown = await runDemo(page, EDGE);
      expect(await page.textContent(ERROR)).toBe('');
      expect(shown).toMatchObject({ run: 'done', labels: hashOf(structure.labels), m });
      expect(problems).toEqual([]);
      expect(await page.locator('[data-panel=structure] .vx-planes canvas').count()).toBe(3);
      expect(await page.locator('[data-panel=measure] .charts .uplot').count()).toBe(5);
      expect(await page.locator('.flux svg').count()).toBe(4);
      await page.screenshot({ path: `build/demo-${isolated ? 'isolated' : 'single'}.png`, fullPage: true });
      await page.close();
    }
  });

  it('[law] packs particles with the bits of Node, by the parameters of the model', async () => {
    const { labels } = await generate(session, {
      model: 'packing', size: [48, 48, 48], seed: SEED, parameters: { voidFraction: 0.2, activeSpread: 0.05 },
    });
    const { page, problems } = await openDemo(true);
    await page.selectOption(part('draw', 'model'), 'packing');
    await page.fill(`${part('draw', 'parameters')} [name=voidFraction]`, '0.2');
    await page.fill(`${part('draw', 'parameters')} [name=activeSpread]`, '0.05');
    const shown = await runDemo(page, 48);
    expect([shown.run, shown.labels]).toEqual(['done', hashOf(labels)]);
    expect(await page.textContent('[data-panel=structure] .vx-legend')).toMatch(/pore 20\.0 %/);
    await page.fill(`${part('draw', 'parameters')} [name=voidFraction]`, '0.01');
    expect((await runDemo(page, 48)).run).toBe('failed');
    expect(await page.textContent(ERROR)).toMatch(/cannot fill 0\.99 of the window; the best that was reached is/);
    // A published set has parameters of its own.
    await page.selectOption(part('draw', 'model'), 'bm01');
    expect(await page.locator(`${part('draw', 'parameters')} [name=voidFraction]`).count()).toBe(0);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('[law] finds the grains of Node, bit for bit, with their sizes and what speaks against them', async () => {
    const structure = await generate(session, specFromSet('bm01', { size: [48, 48, 48], seed: SEED }));
    const found = await segmentGrains(session, structure, { phase: 2, dynamics: 1 });
    const table = await grainTable(session, structure, found);
    const cut = table.touchesWindow.filter(Boolean).length;
    expect(cut).toBeGreaterThan(found.count / 2);
    const { page, problems } = await openDemo(true);
    await runDemo(page, 48);
    await showTab(page, 'Grains');
    await page.fill(part('grains', 'dynamics'), '1');
    const shown = await during(page, () => page.click(submit('grains')));
    const bytes = new Uint8Array(found.numbers.buffer, found.numbers.byteOffset, found.numbers.byteLength);
    expect([shown.run, shown.grainCount, shown.grainNumbers]).toEqual(['done', String(found.count), hashOf(bytes)]);
    expect(await page.locator(`${part('status', 'warnings')} li`).allTextContents())
      .toEqual([expect.stringContaining(`${cut} of ${found.count} grains lie at the window's faces`)]);
    const { d10, d50, d90 } = grainSizes(table).byVolume as NonNullable<ReturnType<typeof grainSizes>['byVolume']>;
    const cells = await page.locator(`${part('grains', 'table')} tbody tr:nth-child(2) td`).allTextContents();
    expect(cells.slice(1)).toEqual([d10, d50, d90].map((size) => readable(size, 4)));
    expect(await page.locator(`${part('grains', 'slices')} canvas`).count()).toBe(3);
    expect(await page.locator(`${part('grains', 'histogram')} .uplot`).count()).toBe(1);
    await page.locator('[data-panel=grains]').screenshot({ path: 'build/demo-grains.png' });
    expect(problems).toEqual([]);
    await page.close();
  });

  it('[law] adds a phase with the bits of Node, says where it spans, and shows it in its colour', async () => {
    const structure = await generate(session, specFromSet('bm01', { size: [EDGE, EDGE, EDGE], seed: SEED }));
    const count = Math.round(0.04 * EDGE ** 3);
    const options = { into: 3, label: 4, method: 'energy', fractions: [count / EDGE ** 3], seed: 5 } as const;
    const found = await insertPhase(session, structure, options);
    const { labels } = structureAt(structure, found, 0);
    const { page, problems } = await openDemo(true);
    await runDemo(page, EDGE);
    await showTab(page, 'Additive');
    await page.selectOption(part('insert', 'method'), 'energy');
    await page.fill(part('insert', 'content'), '4');
    await page.fill(part('insert', 'seed'), '5');
    const shown = await during(page, () => page.click(submit('insert')));
    expect([shown.run, shown.labels]).toEqual(['done', hashOf(labels)]);
    expect(JSON.parse(shown.spans)).toEqual(found.spansAt);
    expect(await page.textContent(part('insert', 'spans'))).toMatch(/joins both faces along z (from \d|never)/);
    expect(await page.locator(part('insert', 'connectivity')).locator('canvas').count()).toBe(1);
    expect(await page.textContent('[data-panel=structure] .vx-legend')).toMatch(/additive 4\.00 %/);
    // What comes next is measured with it; the level sets of the model are not those of the new labels.
    await showTab(page, 'Measure');
    const { m } = await during(page, () => page.click(submit('measure')));
    const now = structureAt(structure, found, 0);
    expect(JSON.parse(m)[3]).toBe((await mFactor(session, now, { phase: 3 })).mFactor);
    await showTab(page, 'Additive');
    await page.fill(part('insert', 'content'), '80');
    expect(await during(page, () => page.click(submit('insert')))).toMatchObject({ run: 'failed' });
    expect(await page.textContent(ERROR)).toMatch(/a content of 0.8 needs \d+ voxels, label 3 has \d+ \(at most/);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('[law] a smooth interface gives the bits of Node, too, by the model’s level sets', async () => {
    const structure =
      await generate(session, { ...specFromSet('bm01', { size: [EDGE, EDGE, EDGE], seed: SEED }), levelSets: true });
    const { page } = await openDemo(true);
    await runDemo(page, EDGE);
    for (const phase of [1, 3]) await page.uncheck(`${part('measure', 'phases')} input[value="${phase}"]`);
    await page.selectOption(part('measure', 'interface'), 'smooth');
    const { m } = await during(page, () => page.click(submit('measure')));
    expect(JSON.parse(m)[2]).toBe(
      (
        await mFactor(session, structure, { phase: 2, interface: 'smooth', levelSet: phaseLevelSet(structure, 2) })
      ).mFactor,
    );
    await page.close();
  });

  it.each([true, false])('[law] a grey image that is dropped becomes labels, ' +
      'descriptors and M with the bits of Node (isolated: %s)', async (isolated) => {
    const image = await greyImage(40);
    const { labels } = await importImage(session, 'scan.tif', image, [
      { step: 'filter', filter: { kind: 'median', size: 3 } },
      { step: 'segment', segmentation: { method: 'otsu', classes: 3 }, labels: [3, 1, 2] },
      { step: 'clean', minVoxels: 20 },
    ]);
    if (labels === null) throw new Error('no labels');
    const { page, problems } = await openDemo(isolated);
    await during(
      page, async () => drop(page, [{ name: 'scan.tif', bytes: (await encodeVoxels('scan.tif', image)).bytes }]),
    );
    expect(await page.textContent(part('image', 'facts')))
      .toContain('40 × 40 × 40 voxels (z, y, x), uint8, grey values');
    await during(page, () => page.selectOption(part('image', 'filter'), 'median'));
    await page.selectOption(part('grey', 'by'), 'otsu');
    await page.fill(part('image', 'clean'), '20');
    expect(await during(page, () => page.click(submit('image'))))
      .toMatchObject({ run: 'done', labels: hashOf(labels.labels) });
    const { m, row } = await during(page, () => page.click(submit('measure')));
    expect(JSON.parse(m)).toEqual(Object.fromEntries(
      await Promise.all([1, 2, 3].map(async (phase) => [phase, (await mFactor(session, labels, { phase })).mFactor])),
    ));
    expect(JSON.parse(row)).toMatchObject(
      describeRow(await describeVolume(session, labels, { more: ['twoPoint', 'chordLength', 'openingSizes'] })),
    );
    const doubts = await imageWarnings(session, labels);
    expect(doubts.length).toBeGreaterThan(0);
    const said = await page.locator(`${part('status', 'warnings')} li`).allTextContents();
    const names = { 1: 'solid electrolyte', 2: 'active material', 3: 'pore' };
    expect(said.slice(0, doubts.length)).toEqual(doubts.map((text) => withPhaseNames(onThisPage(text), names)));
    expect(await page.textContent(part('measure', 'reproduce'))).toContain(
      'voxelith import scan.tif --filter median:3 --segment otsu:3 --labels 3,1,2 --clean 20 --voxel-size ' +
        '0.2,0.2,0.2um',
    );
    expect(problems).toEqual([]);
    await page.close();
  });

  it('[law] segments with blur and noise in the model unless told otherwise, with the bits of Node', async () => {
    const image = await greyImage(40);
    const { labels } = await importImage(session, 'scan.tif', image, [
      { step: 'segment', segmentation: { method: 'auto', classes: 3 }, labels: [3, 1, 2] },
    ]);
    const { page, problems } = await openDemo(true);
    await during(
      page, async () => drop(page, [{ name: 'scan.tif', bytes: (await encodeVoxels('scan.tif', image)).bytes }]),
    );
    expect(await during(page, () => page.click(submit('image'))))
      .toMatchObject({ run: 'done', labels: hashOf((labels as NonNullable<typeof labels>).labels) });
    await page.screenshot({ path: 'build/demo-auto.png', fullPage: true });
    expect(problems).toEqual([]);
    await page.close();
  });

  it('moves thresholds by field and by hand, and segments with them', async () => {
    const image = await greyImage(32);
    const { page } = await openDemo(true);
    await during(
      page, async () => drop(page, [{ name: 'scan.tif', bytes: (await encodeVoxels('scan.tif', image)).bytes }]),
    );
    await during(
      page,
      () => page.selectOption(part('image', 'classes'), '2').then(() => page.fill(threshold(1), '90')).then(
        () => page.press(threshold(1), 'Tab'),
      ).then(() => page.click(submit('image'))),
    );
    const { labels } = await importImage(session, 'scan.tif', image, [
      { step: 'segment', segmentation: { method: 'thresholds', thresholds: [90] }, labels: [3, 2] },
    ]);
    expect(await page.getAttribute('[data-panel=structure]', 'data-labels'))
      .toBe(hashOf((labels as NonNullable<typeof labels>).labels));
    const over = (
      await page.locator(`${part('grey', 'values')} .u-over`).boundingBox()
    ) as { x: number; y: number; width: number; height: number };
    // 90 on an axis from the least to the largest grey value.
    const [low, high] = [Math.min(...image.data), Math.max(...image.data) + 1];
    const at = (value: number): number => over.x + (over.width * (value - low)) / (high - low);
    await page.mouse.move(at(90), over.y + 20);
    await page.mouse.down();
    await page.mouse.move(at(150), over.y + 30);
    await page.mouse.up();
    expect(Math.abs(Number(await page.inputValue(threshold(1))) - 150)).toBeLessThanOrEqual(1);
    await page.close();
  });

  it('[law] calibrates to a label image as Node does, and draws a structure from it', async () => {
    const image = await generate(session, {
      model: 'chi2', size: [40, 40, 40], seed: 5, parameters: { alpha: 0.35, lambda: 1.4, anisotropyFactor: 1 },
    });
    const { parameters } =
      await calibrate(session, image, { model: 'chi2', draws: 30, fixed: { anisotropyFactor: 1 } });
    const { page, problems } = await openDemo(true);
    const shown = await during(page, async () => drop(page, [
      {
        name: 'labels.npy',
        bytes: (await encodeVoxels('labels.npy', { data: image.labels, shape: image.shape, voxelSizeUm: null })).bytes,
      },
    ]));
    expect(shown).toMatchObject({ run: 'done', labels: hashOf(image.labels) });
    await showTab(page, 'Calibrate');
    await page.fill(part('calibrate', 'draws'), '30');
    await page.selectOption(part('calibrate', 'anisotropy'), '1');
    const { run, theta } = await during(page, () => page.click(submit('calibrate')));
    expect(run).toBe('done');
    // Logarithms of the browser differ from Node's in the last bits.
    for (const [key, value] of Object.entries(JSON.parse(theta))) {
      expect(value).toBeCloseTo((parameters as unknown as Data)[key] as unknown as number, 5);
    }
    expect(await page.locator(`${part('calibrate', 'curves')} .uplot`).count()).toBe(2);
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('text=Report: calibration.html')]);
    expect(file.suggestedFilename()).toBe('calibration.html');
    await showTab(page, 'Draw a model');
    await page.fill(part('draw', 'size'), '48');
    const { labels } = await during(page, () => page.click('text=Draw a structure from it'));
    expect(labels).not.toBe(hashOf(image.labels));
    expect(await page.textContent(part('structure', 'facts'))).toMatch(/^Model of labels.npy, seed 1: 48 × 48 × 48/);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('reads a compressed TIFF, whose decoder comes with the page', async () => {
    const { page, problems } = await openDemo(true);
    await during(
      page, async () => drop(page, [{ name: 'lzw.tif', bytes: readFileSync('test/io/fixtures/pillow-tiff_lzw.tif') }]),
    );
    expect(await page.textContent(ERROR)).toBe('');
    expect(await page.textContent(part('image', 'facts'))).toMatch(/^lzw.tif: /);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('says on the page what is wrong with an image', async () => {
    const slice = async (nx: number): Promise<Uint8Array> => (
      await encodeVoxels(
        's.tif', { data: new Uint8Array(8 * nx).map((_, i) => i), shape: [1, 8, nx], voxelSizeUm: null },
      )
    ).bytes;
    const { page, problems } = await openDemo(false);
    const wrong = async (files: readonly { name: string; bytes: Uint8Array }[]): Promise<string | null> => {
      expect((await during(page, async () => drop(page, files))).run).toBe('failed');
      return page.textContent(ERROR);
    };
    expect(await wrong([{ name: 's1.tif', bytes: await slice(9) }, { name: 's2.tif', bytes: await slice(10) }]))
      .toContain('s2.tif: has 10 × 8 pixels, s1.tif has 9 × 8');
    expect(await wrong([{ name: 'notes.txt', bytes: new Uint8Array(4) }])).toContain('expected one of .npy');
    expect(await wrong([{ name: 'cut.tif', bytes: (await slice(9)).subarray(0, 40) }])).toContain('cut.tif');
    const header = 'ObjectType = Image\nNDims = 3\nDimSize = 8 8 8\nElementSpacing = 0.2 0.2 0\n' +
      'ElementType = MET_UCHAR\nElementDataFile = cell.zraw\n';
    const mhd = { name: 'cell.mhd', bytes: new TextEncoder().encode(header) };
    expect(await wrong([mhd])).toContain('"cell.zraw", is not beside it; give both files together');
    await during(page, async () => drop(page, [mhd, { name: 'cell.zraw', bytes: new Uint8Array(512).fill(2) }]));
    expect(await page.textContent(part('image', 'facts'))).toMatch(/^cell\.mhd: 8 × 8 × 8/);
    await during(page, async () => drop(page, [
      {
        name: 'one.npy',
        bytes: (
          await encodeVoxels('one.npy', { data: new Uint8Array(512).fill(2), shape: [8, 8, 8], voxelSizeUm: null })
        ).bytes,
      },
    ]));
    await showTab(page, 'Calibrate');
    await during(page, () => page.click(submit('calibrate')));
    expect(await page.textContent(ERROR)).toContain('has only label 2');
    expect(problems).toEqual([]);
    await page.close();
  });

  it.each([true, false])('cancels and runs again (isolated: %s)', async (isolated) => {
    const { page } = await openDemo(isolated);
    // Seconds of work on any machine, so that the click comes before its end.
    await page.fill(part('draw', 'size'), '320');
    await page.click(submit('draw'));
    await page.click(part('status', 'cancel'));
    await page.waitForFunction(() => document.querySelector('main')?.dataset.run === 'cancelled');
    expect(await page.textContent(NOTE)).toMatch(/^Cancelled\./);
    expect(await page.textContent(ERROR)).toBe('');
    expect((await runDemo(page, 48)).run).toBe('done');
    await page.close();
  });
});
