// The page as a tool: what it says before anything is drawn, its address, its keys, and files that run on the command
// line.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../../demo/client.js';
import { onThisPage, withPhaseNames } from '../../demo/flags.js';
import {
  findParameterSet, labelWarnings, readable, threePhaseLatticeSurface, threePhaseQuantities,
} from '../../src/index.js';
import { windowWarnings } from '../../src/descriptors/window-warnings.js';
import { testSession } from '../session.js';
import type { ThreePhaseParameters } from '../../src/index.js';
import {
  drawOn, during, ERROR, hashOf, NOTE, part, showTab, startBrowser, submit, type DemoBrowser,
} from './demo-page.js';

let browser: DemoBrowser;
let folder: string;

beforeAll(async () => {
  browser = await startBrowser();
  folder = mkdtempSync(join(tmpdir(), 'voxelith-page-'));
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const theta = (name: string): string => `${part('draw', 'parameters')} [name=${name}]`;
const runOf = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.querySelector('main')?.dataset.run);
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');

/** Runs the command line, and gives SHA-256 of the labels that it writes to structure.npy. */
function labelsOf(args: readonly string[]): string {
  execFileSync(process.execPath, [join(import.meta.dirname, '../../dist/cli.js'), ...args], { cwd: folder });
  const bytes = readFileSync(join(folder, 'structure.npy'));
  return hashOf(bytes.subarray(10 + bytes.readUInt16LE(8)));
}

describe('an address that is broken', () => {
  it('[exact] what it asks for in vain is said, the rest is taken; what is well is not spoken of', async () => {
    const warned = async (state: string): Promise<string> => {
      const { page, problems } = await browser.open({ state });
      expect(await page.inputValue(part('draw', 'size'))).toBe('24');
      const text = await page.locator(part('status', 'warnings')).innerText().catch(() => '');
      expect(problems).toEqual([]);
      await page.close();
      return text.split('\n').filter((line) => line.startsWith('The address')).join();
    };
    expect(await warned('draw.size=24&draw.model=bm99&draw.seed=abc&draw.lambdaQ=1&nothing.at=all')).toBe(
      'The address asks for draw.model=bm99, draw.seed=abc, draw.lambdaQ=1, nothing.at=all, which this page does not ' +
        'have: that part of it is left out, and what is shown may not be what was sent to you.',
    );
    expect(await warned('draw.size=24&draw.model=c850&draw.alpha=0.2&measure.axis=y')).toBe('');
  });
});

describe('the panel of models', () => {
  it('[exact] says ε and S by the closed forms while a slider moves, before anything is drawn', async () => {
    const { page, problems } = await browser.open();
    const before = await page.getAttribute('[data-panel=structure]', 'data-labels');
    await page.locator('input[type=range][aria-label^="λ_X"]').fill('700');
    const moved = Number(await page.inputValue(theta('lambdaX')));
    const first = findParameterSet('bm01').parameters as ThreePhaseParameters;
    expect(moved).toBeGreaterThan(first.lambdaX);
    const parameters = { ...first, lambdaX: moved };
    const { volumeFraction } = threePhaseQuantities(parameters);
    await page.waitForFunction((wanted) =>
      JSON.parse(document.querySelector<HTMLElement>('[data-panel=theory]')?.dataset.fractions ?? '{}')[1] < wanted,
    volumeFraction[1] + 1e-3);
    const shown = await page.evaluate(() =>
      ({ ...document.querySelector<HTMLElement>('[data-panel=theory]')?.dataset }));
    const close = (text: string | undefined, wanted: Readonly<Record<number, number>>): void => {
      const found = JSON.parse(text ?? '') as Record<string, number>;
      for (const [label, value] of Object.entries(wanted)) expect(found[label]).toBeCloseTo(value, 10);
    };
    close(shown.fractions, volumeFraction);
    close(shown.surface, threePhaseLatticeSurface(parameters));
    expect(await page.getAttribute('[data-panel=structure]', 'data-labels')).toBe(before);
    await page.fill(theta('lambdaX'), '90');
    await page.waitForSelector(`${part('theory', 'wrong')}:visible`);
    expect(await page.textContent(part('theory', 'wrong'))).toMatch(/lambdaX = 90 leaves SE empty .*; take lambdaX/);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('[law] a specification that is saved, and the command that is shown, give the labels of the page', async () => {
    const { page, problems } = await browser.open();
    const size = 24;
    const drawings: readonly Omit<Parameters<typeof drawOn>[1], 'size'>[] = [
      { model: 'bm10', seed: 5, theta: { alphaChiX: 0.2, n: 3 } },
      { model: 'c850', seed: 6, theta: { voxelSizeUm: 0.02 } },
      { model: 'packing-polyhedra', seed: 7, theta: { activeDiameter: 2, electrolyteDiameter: 1 } },
      { model: 'spheres-bcc', theta: { volumeFraction: 0.4 } },
      { model: 'laminate' },
    ];
    for (const what of drawings) {
      const { labels } = await drawOn(page, { ...what, size });
      expect(await page.textContent(ERROR)).toBe('');
      for (const kind of ['yaml', 'json']) {
        const [file] = await Promise.all([page.waitForEvent('download'), page.click(part('draw', kind))]);
        const path = join(folder, file.suggestedFilename());
        await file.saveAs(path);
        expect([what.model, kind, labelsOf(['generate', path, '-o', 'structure.npy'])])
          .toEqual([what.model, kind, labels]);
      }
      const said = await page.textContent(part('measure', 'reproduce')) ?? '';
      const command = /voxelith (generate .*?-o structure\.npy)/.exec(said)?.[1] ?? '';
      expect([what.model, command, labelsOf(command.split(' '))]).toEqual([what.model, command, labels]);
    }
    expect(problems).toEqual([]);
    await page.close();
  });

  it('[law] the same edge in µm on other voxels has the same α per µm', async () => {
    const { page } = await browser.open({ state: 'draw.model=c850' });
    const alpha = Number(await page.inputValue(theta('alpha')));
    await page.fill(theta('voxelSizeUm'), '0.02');
    await page.press(theta('voxelSizeUm'), 'Tab');
    expect(Number(await page.inputValue(theta('alpha')))).toBe(alpha * 2);
    await page.close();
  });

  it('says what does not fit before it is asked for', async () => {
    const { page } = await browser.open();
    await page.fill(part('draw', 'size'), '1625');
    await page.waitForFunction((selector) =>
      /take a smaller edge/.test(document.querySelector(selector)?.textContent ?? ''), part('draw', 'need'));
    expect(await page.textContent(part('draw', 'need')))
      .toMatch(/^4291\.0 million voxels take \d+\.\d GiB; this page may have/);
    await page.close();
  });
});

describe('from a preset to a report', () => {
  it.each([
    ['desktop', { width: 1280, height: 800 }], ['phone', { width: 390, height: 844 }],
  ] as const)('[law] on a %s, M stands in the table and in the report', async (_, viewport) => {
    const { page, problems } = await browser.open({ viewport });
    const { m } = await drawOn(page, { model: 'c850', size: 40, seed: 3 });
    const ofPore = (JSON.parse(m) as Record<string, number>)[3];
    expect(ofPore).toBeGreaterThan(0);
    const text = readable(ofPore, 4);
    expect(await page.textContent(part('measure', 'table'))).toContain(text);
    const button = page.locator('button', { hasText: 'conductivity-3.html' });
    const [file] = await Promise.all([page.waitForEvent('download'), button.click()]);
    const path = join(folder, 'report.html');
    await file.saveAs(path);
    const html = readFileSync(path, 'utf8');
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).toContain(text);
    expect(html).toContain('C850, seed 3');
    expect(problems).toEqual([]);
    await page.close();
  });
});

describe('messages', () => {
  it('[law] what does not fit says what would, and no option of the command line', async () => {
    const { page } = await browser.open();
    const { run } = await drawOn(page, { size: 1600 });
    expect(run).toBe('failed');
    const said = await page.textContent(ERROR) ?? '';
    expect(said).toMatch(/needs \d+\.\d MiB, the session may use \d+\.\d MiB /);
    expect(said).toMatch(/ \d+³ voxels would fit\. Take a smaller window\.$/);
    await page.close();
  });

  it('[law] options of the command line become the controls of the page, or are said to be what they are', () => {
    expect(onThisPage('the voxel size is unknown; say it with --voxel-size'))
      .toBe('the voxel size is unknown; say it in the fields “Voxel z, y, x”');
    expect(onThisPage('if it is true: --voxel-size 2um')).toBe('if it is true: the fields “Voxel z, y, x”');
    expect(onThisPage('say which rows with --groups'))
      .toBe('say which rows with --groups (Words that begin with -- are options of the command line.)');
    expect(onThisPage('x.npy: a dash -- in words')).toBe('x.npy: a dash -- in words');
  });

  it('[law] every warning about labels calls them by the names of the structure', async () => {
    const names = { 0: 'binder', 1: 'electrolyte', 2: 'cathode', 3: 'void' };
    // A skin of 2 between 1 and 3, one voxel thin, and 0 in grains of one voxel: every warning of this kind.
    const edge = 24;
    const labels = Uint8Array.from({ length: edge ** 3 }, (_, i) => {
      const [x, y, z] = [i % edge, Math.floor(i / edge) % edge, Math.floor(i / edge ** 2)];
      if ((5 * x + 7 * y + 11 * z) % 13 === 0) return 0;
      const place = x % 8;
      return place < 3 ? 1 : place === 3 || place === 7 ? 2 : 3;
    });
    const volume = { labels, shape: [edge, edge, edge] as const, voxelSizeUm: null };
    // Dice of two voxels are wide enough to be no skin, and too narrow for M.
    const dice = Uint8Array.from(labels, (_, i) => 1 + 2 * (
      ((i % edge >> 1) + (Math.floor(i / edge) % edge >> 1) + (Math.floor(i / edge ** 2) >> 1)) % 2));
    const session = await testSession({ threads: 1 });
    // Planes are repeated in dice, which is said of the image and of no label.
    const warnings = [volume, { ...volume, labels: dice }].flatMap((image) => labelWarnings(image).warnings)
      .filter((text) => !text.includes('equal the one before'));
    const windows = await windowWarnings(session, volume, [0, 1, 2, 3]);
    const said = [...warnings, ...windows].map((text) => withPhaseNames(text, names));
    for (const first of ['lines', 'mostly', 'wide']) expect(said.join('\n')).toContain(first);
    for (const text of said) {
      expect(text).toMatch(/^(binder|electrolyte|cathode|void)\b/);
      expect(text).not.toMatch(/label|phase \d|(between|of|and) \d\b(?! %)/);
    }
    expect(withPhaseNames('label 7 is thin', names)).toBe('label 7 is thin');
  });
});

describe('calls of the worker', () => {
  it('[law] a task that was cancelled between two of its calls does not begin the second', async () => {
    const posted: unknown[] = [];
    const worker = { addEventListener: () => undefined, postMessage: (message: unknown) => void posted.push(message) };
    const call = startEngine(worker as unknown as Worker);
    const controller = new AbortController();
    controller.abort();
    const begun = call('encode', { extension: 'npy' }, { signal: controller.signal });
    await expect(begun).rejects.toMatchObject({ name: 'AbortError' });
    expect(posted).toEqual([]);
  });
});

describe('the address', () => {
  it('[law] keeps what differs from the beginning, and brings it back', async () => {
    const { page, problems } = await browser.open();
    expect(await page.evaluate(() => location.hash)).toBe('');
    const { labels } = await drawOn(page, { model: 'f850', size: 32, seed: 9, theta: { lambda: 1.2 } });
    await showTab(page, 'Grains');
    await page.waitForFunction(() => location.hash.includes('results.tab=grains'));
    const state = await page.evaluate(() => location.hash.slice(1));
    expect(Object.fromEntries(new URLSearchParams(state))).toEqual({
      'draw.model': 'f850', 'draw.size': '32', 'draw.seed': '9', 'draw.lambda': '1.2', 'results.tab': 'grains',
    });
    const again = await browser.open({ state });
    expect(await again.page.getAttribute('[data-panel=structure]', 'data-labels')).toBe(labels);
    expect(await again.page.locator('[data-panel=grains]').isVisible()).toBe(true);
    await again.page.close();
    // What is as it was at first is left out again.
    await page.selectOption(part('draw', 'model'), 'bm01');
    await page.fill(part('draw', 'size'), '96');
    await page.fill(part('draw', 'seed'), '1');
    await showTab(page, 'Measure');
    await page.waitForFunction(() => location.hash === '');
    expect(problems).toEqual([]);
    await page.close();
  });

  it('[law] the picture is seen from where it was seen, and the slices stand where they stood', async () => {
    const picture = async (page: Page): Promise<Buffer> => {
      const [file] = await Promise.all([page.waitForEvent('download'), page.click('text=PNG of 3D')]);
      const path = join(folder, 'picture.png');
      await file.saveAs(path);
      return readFileSync(path);
    };
    /** Share of the pixels in which two pictures differ so that one sees it. */
    const difference = (page: Page, pictures: readonly Buffer[]): Promise<number> =>
      page.evaluate(async (files) => {
        const [a, b] = await Promise.all(files.map(async (base64) => {
          const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
          const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
          pen.drawImage(bitmap, 0, 0);
          return pen.getImageData(0, 0, bitmap.width, bitmap.height).data;
        }));
        if (a.length !== b.length) return 1;
        let count = 0;
        for (let i = 0; i < a.length; i += 4) {
          count += Number([0, 1, 2].some((k) => Math.abs(a[i + k] - b[i + k]) > 32));
        }
        return count / (a.length / 4);
      }, pictures.map((bytes) => bytes.toString('base64')));
    const slices = (page: Page): Promise<string[]> => page.locator('.vx-planes figcaption').allTextContents();
    const hash = (page: Page): Promise<string> => page.evaluate(() => location.hash.slice(1));
    const size = 'draw.size=24';
    const { page, problems } = await browser.open({ state: size });
    const before = await picture(page);
    await page.focus('.vx-volume canvas[tabindex]');
    for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowDown', '+', 'Shift+ArrowUp']) await page.keyboard.press(key);
    await page.locator('.vx-planes canvas').first().focus();
    for (const key of ['PageDown', 'ArrowRight']) await page.keyboard.press(key);
    await page.waitForFunction(() => location.hash.includes('structure.position=13,12,13'));
    const state = await hash(page);
    expect(state).toMatch(/structure\.camera=-52\.5,30,1\.2,0,-?[\d.]+/);
    const turned = await picture(page);
    expect(await difference(page, [before, turned])).toBeGreaterThan(0.1);
    const again = await browser.open({ state });
    // The address rounds.
    expect(await difference(page, [turned, await picture(again.page)])).toBeLessThan(0.01);
    expect(await slices(again.page)).toEqual(await slices(page));
    expect(await hash(again.page)).toBe(state);
    await again.page.close();
    // A voxel of another window is another voxel; the view back to where it was is no state.
    await drawOn(page, { size: 32 });
    await page.click('text=Reset view');
    await page.waitForFunction(() => location.hash === '#draw.size=32');
    // What no camera says changes nothing.
    const wrong = await browser.open({ state: `${size}&structure.camera=1,95,2&structure.position=a` });
    expect(await difference(page, [before, await picture(wrong.page)])).toBe(0);
    expect([...problems, ...again.problems, ...wrong.problems]).toEqual([]);
    await wrong.page.close();
    await page.close();
  });

  it('leaves alone what it does not know', async () => {
    const { page, problems } = await browser.open({ state: 'draw.model=none&other.thing=1&draw.size=x' });
    expect(await page.inputValue(part('draw', 'model'))).toBe('bm01');
    expect(await page.inputValue(part('draw', 'size'))).toBe('96');
    expect(problems).toEqual([]);
    await page.close();
  });
});

describe('keys', () => {
  it('arrows, Home and End move between tabs, of which one is a stop', async () => {
    const { page } = await browser.open();
    await page.focus('role=tab[name="Measure"]');
    const visited: string[] = [];
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', 'End', 'ArrowRight', 'ArrowLeft', 'Home']) {
      await page.keyboard.press(key);
      visited.push(await focused(page));
    }
    const names = await page.locator('[data-panel=results] > .tabs [role=tab]').allTextContents();
    const last = names[names.length - 1];
    expect(visited).toEqual([names[1], names[2], names[1], last, names[0], last, names[0]]);
    expect(await page.locator('[data-panel=results] > .tabs [tabindex="0"]').count()).toBe(1);
    expect(await page.locator('[data-panel=measure]').isVisible()).toBe(true);
    await page.close();
  });

  it('a run leaves the focus where it was, Escape cancels it, and that is no error', async () => {
    const { page } = await browser.open();
    await page.fill(part('draw', 'size'), '320');
    await page.focus(submit('draw'));
    const name = await focused(page);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${part('status', 'cancel')}:visible`);
    expect(await focused(page)).toBe(name);
    // A second one does not begin; the controls of a run can be moved, those that start work wait.
    await page.keyboard.press('Enter');
    expect(await runOf(page)).toBe('running');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.querySelector('main')?.dataset.run === 'cancelled');
    expect(await focused(page)).toBe(name);
    expect(await page.textContent(NOTE)).toMatch(/^Cancelled\./);
    expect(await page.textContent(ERROR)).toBe('');
    expect(await page.locator(part('status', 'failure')).isVisible()).toBe(false);
    await page.close();
  });

  it('an error lies beneath the page, and goes by Escape', async () => {
    const { page } = await browser.open();
    await page.fill(part('draw', 'size'), '32');
    await page.selectOption(part('draw', 'model'), 'packing');
    await page.fill(theta('voidFraction'), '0.01');
    await during(page, () => page.click(submit('draw')));
    expect(await page.textContent(ERROR))
      .toMatch(/^draw packing: the largest particles, 4 µm, need a window of twice that/);
    await page.keyboard.press('Escape');
    expect(await page.locator(part('status', 'failure')).isVisible()).toBe(false);
    await page.close();
  });
});
