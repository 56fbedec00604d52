// <voxelith-viewer> in a page that knows nothing of the library: other style sheets, a strict content security policy.
import type { AddressInfo, Server } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  distance, encodeVoxels, generate, localThickness, mFactor, planeOf, specFromSet, type LabelVolume,
} from '../../src/index.js';
import { rgbOf } from '../../src/viewer/colours.js';
import { FIELD_SHADES, shadeIndex } from '../../src/viewer/field-bar.js';
import { scaleOf } from '../../src/viewer/texels.js';
import { launch } from '../../scripts/engines.mjs';
import { serve } from '../../scripts/serve.mjs';
import { testSession } from '../session.js';

const [EDGE, SIZE] = [20, [20, 20, 20] as const];

/** Blobs of labels 1 to 3: neighbours along x are alike more often than not. */
const LABELS = Uint8Array.from({ length: EDGE ** 3 }, (_, i) => 1 + (((i >> 1) * 2654435761) >>> 7) % 3);
const VOLUME: LabelVolume = { labels: LABELS, shape: SIZE, voxelSizeUm: [0.5, 0.5, 0.5] };
const at = (z: number, y: number, x: number): number => (z * EDGE + y) * EDGE + x;

const HTML = `<!doctype html><html><head><title>Foreign</title><link rel="stylesheet" href="/foreign.css"></head>
<body><div><voxelith-viewer></voxelith-viewer></div><script type="module" src="/foreign.js"></script></body></html>`;
const CSS = `* { color: red; font: 40px serif; } canvas { width: 10px !important; position: static !important; }
figure, select { display: none; } voxelith-viewer { width: 800px; }`;
const SCRIPT = `import { defineViewer } from '/viewer.js';
defineViewer();
defineViewer();
document.body.dataset.ready = 'yes';`;
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'";

let browser: Browser;
let server: Server;

interface Foreign {
  readonly page: Page;
  readonly problems: string[];
}

/** @param before script that changes the browser first */
async function open(before = ''): Promise<Foreign> {
  const page = await browser.newPage({ viewport: { width: 1000, height: 800 } });
  const problems: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
  page.on('pageerror', (error) => void problems.push(error.message));
  const { bytes, sidecar } = await encodeVoxels('labels.npy', { ...VOLUME, data: LABELS });
  const grey = await encodeVoxels('grey.nrrd', {
    data: Float32Array.from(LABELS, (label, i) => label + i / LABELS.length), shape: SIZE, voxelSizeUm: null,
  });
  const answers: Readonly<Record<string, readonly [string | Uint8Array, string]>> = {
    '/foreign.html': [HTML, 'text/html'], '/foreign.css': [CSS, 'text/css'], '/foreign.js': [SCRIPT, 'text/javascript'],
    '/labels.npy': [bytes, 'application/octet-stream'], '/labels.npy.json': [sidecar ?? '', 'application/json'],
    '/grey.nrrd': [grey.bytes, 'application/octet-stream'], '/broken.npy': ['%PDF-1.7', 'application/pdf'],
  };
  await page.route((url) => url.pathname in answers, (route) => {
    const [body, contentType] = answers[new URL(route.request().url()).pathname];
    return route.fulfill({
      body: Buffer.from(body), contentType, headers: { 'Content-Security-Policy': POLICY },
    });
  });
  if (before !== '') await page.addInitScript(before);
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/foreign.html`);
  await page.waitForSelector('body[data-ready]', { state: 'attached' });
  return { page, problems };
}

/** Sets the volume of the element, and waits until it is shown. */
async function show({ page }: Foreign, values: readonly number[] | null = null): Promise<void> {
  await page.evaluate(({ labels, shape, values: numbers }) => {
    const viewer = document.querySelector('voxelith-viewer') as unknown as Record<string, unknown>;
    viewer.volume = { labels: Uint8Array.from(labels), shape, voxelSizeUm: [0.5, 0.5, 0.5] };
    viewer.names = { 1: 'first', 2: 'second', 3: 'pore' };
    viewer.fields = numbers === null ? [] : [{ name: 'height', unit: 'm', values: Float32Array.from(numbers) }];
  }, { labels: [...LABELS], shape: [...SIZE], values });
  await page.waitForSelector('voxelith-viewer .vx-volume[data-state=shown]');
}

type Pixel = readonly [red: number, green: number, blue: number];

/** Pixels of the saved 3D picture at the middle of the voxels of a plane across z, seen along z. */
async function pixels({ page }: Foreign): Promise<Pixel[][]> {
  const stage = page.locator('voxelith-viewer .vx-stage canvas[role=application]');
  await stage.focus();
  await page.keyboard.press('0');
  for (let k = 0; k < 5; k++) await page.keyboard.press('ArrowRight');
  for (let k = 0; k < 12; k++) await page.keyboard.press('ArrowDown');
  return page.evaluate((edge) => {
    const viewer = document.querySelector('voxelith-viewer') as unknown as {
      pictures(): { readonly volume: HTMLCanvasElement };
    };
    const { volume } = viewer.pictures();
    const place = (viewer as unknown as HTMLElement).shadowRoot?.querySelector('.vx-stage') as HTMLElement;
    const [width, height] = [place.clientWidth, place.clientHeight];
    const scale = Math.min(width, height) / (edge * Math.sqrt(3));
    const { data } = (volume.getContext('2d') as CanvasRenderingContext2D).getImageData(0, 0, volume.width, height);
    return Array.from({ length: edge }, (_, y) => Array.from({ length: edge }, (__, x) => {
      const column = Math.floor(width / 2 + (x + 0.5 - edge / 2) * scale);
      const i = 4 * (Math.floor(height / 2 + (y + 0.5 - edge / 2) * scale) * volume.width + column);
      return [data[i], data[i + 1], data[i + 2]] as const;
    }));
  }, EDGE);
}

/** Light makes a colour darker and leaves its hue. */
function labelOf(pixel: Pixel): number {
  const turned = (rgb: readonly number[]): number[] => rgb.map((value) => value / Math.hypot(...rgb));
  const away = (label: number): number =>
    Math.hypot(...turned(pixel).map((value, k) => value - turned(rgbOf(label))[k]));
  return [1, 2, 3].reduce((best, label) => (away(label) < away(best) ? label : best));
}

/** First label along z, from a plane on, that is not hidden; brute force. */
const firstAlongZ = (y: number, x: number, hidden: readonly number[], from = 0): number => {
  for (let z = from; z < EDGE; z++) if (!hidden.includes(LABELS[at(z, y, x)])) return LABELS[at(z, y, x)];
  return 0;
};

function expectLabels(found: Pixel[][], hidden: readonly number[], from = 0): void {
  // Edges of the window are drawn over its outermost voxels.
  for (let y = 1; y < EDGE - 1; y++) {
    for (let x = 1; x < EDGE - 1; x++) {
      expect([y, x, labelOf(found[y][x])]).toEqual([y, x, firstAlongZ(y, x, hidden, from)]);
    }
  }
}

const choose = (page: Page, name: string, value: string): Promise<unknown> =>
  // The page's style sheet does not reach the control: it is seen, and can be used.
  page.locator(`voxelith-viewer select[name=${name}]`).selectOption(value);

beforeAll(async () => {
  server = (await serve({ isolated: false })) as Server;
  browser = await launch('chromium', ['--enable-unsafe-swiftshader', '--js-flags=--expose-gc']);
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

describe('<voxelith-viewer> in a foreign page', () => {
  it('[oracle] rays meet the first visible label, with hidden phases and cuts', async () => {
    const foreign = await open();
    const { page, problems } = foreign;
    await show(foreign);
    // Pores are hidden at first.
    expectLabels(await pixels(foreign), [3]);
    await choose(page, 'phase3', 'shown');
    expectLabels(await pixels(foreign), []);
    await choose(page, 'phase1', 'hidden');
    expectLabels(await pixels(foreign), [1]);
    await choose(page, 'cut', 'z');
    expectLabels(await pixels(foreign), [1], EDGE >> 1);
    await page.evaluate(() => {
      (document.querySelector('voxelith-viewer') as unknown as { position: readonly number[] }).position = [14, 3, 9];
    });
    expectLabels(await pixels(foreign), [1], 14);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('[exact] a face that is cut flat has the colours of the field in the light of the viewer', async () => {
    const foreign = await open();
    const { page } = foreign;
    const values = Array.from(LABELS, (_, i) => (i % (EDGE * EDGE)) % 17);
    await show(foreign, values);
    await choose(page, 'phase3', 'shown');
    await choose(page, 'colour', 'height');
    const light = 0.62 + 0.38 / Math.hypot(1, 0.55, 0.35);
    const found = await pixels(foreign);
    for (let y = 1; y < EDGE - 1; y++) {
      for (let x = 1; x < EDGE - 1; x++) {
        const rgb = FIELD_SHADES[Math.round((254 * values[at(0, y, x)]) / 16)];
        rgb.forEach((value, k) => expect(Math.abs(found[y][x][k] - light * value)).toBeLessThan(1.5));
      }
    }
    expect(await page.textContent('voxelith-viewer .vx-scale')).toContain('height, m');
    await page.close();
  });

  it('[law] a volume that is loaded in steps gives the picture of the same one in larger voxels', async () => {
    const foreign = await open();
    const { page } = foreign;
    await show(foreign);
    // Each voxel as 7³ of an edge seven times as short: more than goes to the card in one step.
    await page.evaluate((edge) => {
      const viewer = document.querySelector('voxelith-viewer') as unknown as {
        volume: { labels: Uint8Array; shape: number[]; voxelSizeUm: number[] }; fields: unknown;
      };
      const { labels, voxelSizeUm } = viewer.volume;
      const fine = 7 * edge;
      const from = (i: number): number => {
        const [z, y, x] = [Math.floor(i / (fine * fine)), Math.floor(i / fine) % fine, i % fine];
        return (Math.floor(z / 7) * edge + Math.floor(y / 7)) * edge + Math.floor(x / 7);
      };
      viewer.volume = {
        labels: Uint8Array.from({ length: fine ** 3 }, (_, i) => labels[from(i)]), shape: [fine, fine, fine],
        voxelSizeUm: voxelSizeUm.map((length) => length / 7),
      };
      viewer.fields = [{
        name: 'height', unit: 'm', values: Float32Array.from({ length: fine ** 3 }, (_, i) => from(i) % 17),
      }];
    }, EDGE);
    await page.waitForSelector('voxelith-viewer .vx-volume[data-state=shown]');
    expectLabels(await pixels(foreign), [3]);
    await choose(page, 'cut', 'z');
    const plane = 17;
    await page.evaluate((z) => {
      (document.querySelector('voxelith-viewer') as unknown as { position: readonly number[] }).position = [z, 3, 9];
    }, 7 * plane);
    await choose(page, 'phase3', 'shown');
    expectLabels(await pixels(foreign), [], plane);
    await choose(page, 'colour', 'height');
    await page.waitForSelector('voxelith-viewer .vx-scale b');
    await page.waitForSelector('voxelith-viewer .vx-volume[data-state=shown]');
    const light = 0.62 + 0.38 / Math.hypot(1, 0.55, 0.35);
    const found = await pixels(foreign);
    for (let y = 1; y < EDGE - 1; y++) {
      for (let x = 1; x < EDGE - 1; x++) {
        const rgb = FIELD_SHADES[Math.round((254 * (at(plane, y, x) % 17)) / 16)];
        rgb.forEach((value, k) => expect(Math.abs(found[y][x][k] - light * value)).toBeLessThan(1.5));
      }
    }
    await page.close();
  });

  it('[law] the picture comes back with a lost context, the same', async () => {
    const foreign = await open();
    const { page } = foreign;
    await show(foreign);
    const before = await pixels(foreign);
    await page.evaluate(() => {
      const canvas = document.querySelector('voxelith-viewer')?.shadowRoot?.querySelector('canvas[role=application]');
      const gl = (canvas as HTMLCanvasElement).getContext('webgl2') as WebGL2RenderingContext;
      const extension = gl.getExtension('WEBGL_lose_context') as WEBGL_lose_context;
      extension.loseContext();
      Object.assign(globalThis, { extension });
    });
    await page.waitForSelector('voxelith-viewer .vx-volume[data-state=lost]');
    await page.evaluate(() =>
      (globalThis as unknown as { extension: WEBGL_lose_context }).extension.restoreContext());
    await page.waitForSelector('voxelith-viewer .vx-volume[data-state=shown]');
    expect(await pixels(foreign)).toEqual(before);
    await page.close();
  });

  it('says where WebGL2 is missing and keeps the slices; says where a volume is thinned out', async () => {
    const none = await open(`const get = HTMLCanvasElement.prototype.getContext;
      HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return kind === 'webgl2' ? null : get.call(this, kind, ...more);
      };`);
    await none.page.evaluate(({ labels, shape }) => {
      (document.querySelector('voxelith-viewer') as unknown as { volume: unknown }).volume =
        { labels: Uint8Array.from(labels), shape, voxelSizeUm: null };
    }, { labels: [...LABELS], shape: [...SIZE] });
    await none.page.waitForSelector('voxelith-viewer .vx-planes canvas');
    expect(await none.page.textContent('voxelith-viewer .vx-volume')).toContain('offers no WebGL2');
    expect(await none.page.locator('voxelith-viewer .vx-planes canvas').count()).toBe(3);
    expect(none.problems).toEqual([]);
    await none.page.close();

    const small = await open(`const get = WebGL2RenderingContext.prototype.getParameter;
      WebGL2RenderingContext.prototype.getParameter = function (name) {
        return name === this.MAX_3D_TEXTURE_SIZE ? 16 : get.call(this, name);
      };`);
    await show(small);
    expect(await small.page.getAttribute('voxelith-viewer .vx-volume', 'data-step')).toBe('2');
    expect(await small.page.textContent('voxelith-viewer .vx-volume')).toMatch(/one voxel in 2 .* \(at most 16 /);
    await small.page.close();
  });

  it('links its slices by clicks and keys, and tells the page', async () => {
    const foreign = await open();
    const { page } = foreign;
    await show(foreign);
    await page.evaluate(() => document.querySelector('voxelith-viewer')?.addEventListener('move', (event) => {
      document.body.dataset.moved = JSON.stringify((event as CustomEvent<{ position: number[] }>).detail.position);
    }));
    const plane = page.locator('voxelith-viewer .vx-planes canvas').first();
    const { width, height } = await plane.boundingBox() as { width: number; height: number };
    await plane.click({ position: { x: (width * 4.5) / EDGE, y: (height * 15.5) / EDGE } });
    expect(await page.getAttribute('body', 'data-moved')).toBe('[10,15,4]');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('PageDown');
    expect(await page.getAttribute('body', 'data-moved')).toBe('[11,15,5]');
    expect(await page.locator('voxelith-viewer figcaption').allTextContents()).toEqual([
      'across z, plane 11 of 20; x to the right, y downwards', 'across y, plane 15 of 20; x to the right, z downwards',
      'across x, plane 5 of 20; y to the right, z downwards',
    ]);
    // Saved pictures have a background, and planes beside each other.
    expect(await page.evaluate(() => {
      const { volume, slices } = (document.querySelector('voxelith-viewer') as unknown as {
        pictures(): { readonly volume: HTMLCanvasElement; readonly slices: HTMLCanvasElement };
      }).pictures();
      const pen = volume.getContext('2d') as CanvasRenderingContext2D;
      return [[...pen.getImageData(1, 1, 1, 1).data], slices.width, slices.height];
    })).toEqual([[255, 255, 255, 255], 3 * 512 + 2 * 16, 512]);
    // 20 voxels of 0.5 µm: about a quarter of 10 µm.
    expect(await page.locator('voxelith-viewer .vx-plane .vx-bar').first().textContent()).toBe('2 µm');
    await page.close();
  });

  it('loads labels and grey values by their address, and says what is wrong in one line', async () => {
    const { page, problems } = await open();
    const load = (src: string): Promise<string> => page.evaluate((address) => new Promise((resolve) => {
      const viewer = document.querySelector('voxelith-viewer') as HTMLElement;
      viewer.addEventListener('load', () => resolve('loaded'), { once: true });
      viewer.addEventListener('error', (event) =>
        resolve((event as Event as CustomEvent<{ message: string }>).detail.message), { once: true });
      viewer.setAttribute('src', address);
    }), src);
    expect(await load('/labels.npy')).toBe('loaded');
    expect(await page.evaluate(() => {
      const { volume } = document.querySelector('voxelith-viewer') as unknown as { volume: LabelVolume };
      return [[...volume.labels], volume.shape, volume.voxelSizeUm];
    })).toEqual([[...LABELS], [...SIZE], [0.5, 0.5, 0.5]]);
    expect(await load('/grey.nrrd')).toBe('loaded');
    expect(await page.textContent('voxelith-viewer .vx-scale b')).toBe('grey value');
    expect(problems).toEqual([]);
    expect(await load('/broken.npy')).toMatch(/^broken\.npy: .*npy/);
    expect(await load('/missing.npy')).toMatch(/^missing\.npy: http.* answered 404/);
    expect(await page.textContent('voxelith-viewer > p, voxelith-viewer [role=status]')).toMatch(/answered 404/);
    await page.close();
  });

  // Chromium keeps 16 contexts of WebGL: those of 20 mounts are freed, or problems say so.
  it('[law] 20 mounts leave no observers, listeners or elements behind', async () => {
    const foreign = await open(`let watching = 0;
      const { observe, disconnect } = ResizeObserver.prototype;
      const watchers = new Set();
      ResizeObserver.prototype.observe = function (...all) { watchers.add(this); observe.apply(this, all); };
      ResizeObserver.prototype.disconnect = function () { watchers.delete(this); disconnect.call(this); };
      globalThis.watching = () => watchers.size;`);
    const { page, problems } = foreign;
    await show(foreign);
    const cdp = await page.context().newCDPSession(page);
    const mounted = async (times: number): Promise<Record<'nodes' | 'listeners' | 'heap' | 'watching', number>> => {
      await page.evaluate(async ({ count, labels, shape }) => {
        for (let k = 0; k < count; k++) {
          const viewer = document.createElement('voxelith-viewer') as unknown as HTMLElement & Record<string, unknown>;
          viewer.volume = { labels: Uint8Array.from(labels), shape, voxelSizeUm: null };
          viewer.charts = [{ curves: [{ label: 'a', colour: '#123', x: [0, 1], y: [1, 2] }], labels: ['x', 'y'] }];
          document.body.append(viewer);
          // It is painted once, as a reader would see it.
          await new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)); });
          viewer.remove();
        }
      }, { count: times, labels: [...LABELS], shape: [...SIZE] });
      await page.waitForTimeout(300);
      for (let k = 0; k < 3; k++) await cdp.send('HeapProfiler.collectGarbage');
      const counters = await cdp.send('Memory.getDOMCounters');
      const { usedSize } = await cdp.send('Runtime.getHeapUsage');
      const watching = await page.evaluate(() => (globalThis as unknown as { watching(): number }).watching());
      return { nodes: counters.nodes, listeners: counters.jsEventListeners, heap: usedSize, watching };
    };
    const before = await mounted(3);
    const after = await mounted(20);
    expect(after.watching).toBe(before.watching);
    // One mount has about 200 elements and 30 listeners.
    expect(after.nodes - before.nodes).toBeLessThan(200);
    expect(after.listeners - before.listeners).toBeLessThan(60);
    expect(after.heap - before.heap).toBeLessThan(8e5);
    expect(problems).toEqual([]);
    await page.close();
  });
});

describe('the structure on the page', () => {
  it('[law] is coloured by flux, distance and thickness as Node finds them', async () => {
    const session = await testSession({ threads: 1 });
    const volume = await generate(session, specFromSet('bm01', { size: [32, 32, 32], seed: 5 }));
    const { fields } = await mFactor(session, volume, { phase: 1, fields: true });
    const radii = await localThickness(session, volume, { phase: 2 });
    const wanted = [
      ['flux along z in solid electrolyte', 1, fields?.flux],
      ['distance to the interface in active material', 2, await distance(session, volume, { phase: 2 })],
      ['local thickness (diameter) of active material', 2, radii.map((radius) => 2 * radius)],
    ] as const;
    const page = await browser.newPage();
    // The first structure is drawn at once.
    const address = `http://localhost:${(server.address() as AddressInfo).port}/demo/`;
    await page.goto(`${address}#draw.model=bm01&draw.size=32&draw.seed=5`);
    await page.waitForFunction(() => document.querySelector('main')?.dataset.run === 'ready');
    for (const [name, phase, values = new Float32Array(0)] of wanted) {
      await page.locator('[data-panel=structure] select[name=colour]').selectOption(name);
      await page.waitForSelector(`.vx-structure[data-colour="${name}"]`);
      const found = await page.evaluate(() => {
        const canvas = document.querySelector('.vx-planes canvas') as HTMLCanvasElement;
        const { width, height } = canvas;
        return [...(canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(0, 0, width, height).data];
      });
      const own = values.map((value, i) => (volume.labels[i] === phase ? value : NaN));
      // The flux is drawn up to what nearly all voxels stay below: only the order of its colours is Node's.
      const ends = name.startsWith('flux') ? null : scaleOf({ values: own });
      const plane = planeOf(own, volume, 'z', 16).values;
      const shades = Array.from(plane, (_, i) =>
        FIELD_SHADES.findIndex((rgb) => rgb.every((value, k) => value === found[4 * i + k])));
      const inside = [...plane.keys()].filter((i) => !Number.isNaN(plane[i]));
      expect(inside.length).toBeGreaterThan(100);
      if (ends !== null) {
        // Colours alone do not tell a radius from a diameter: the numbers below them do.
        const ticks = await page.locator('[data-panel=structure] .vx-ticks span').allTextContents();
        const highest = Math.max(...ticks.map(Number));
        expect(highest).toBeLessThanOrEqual(ends.to * 1.001);
        expect(highest).toBeGreaterThan(ends.to / 2);
        for (const i of inside) expect(shades[i]).toBe(shadeIndex(plane[i], ends));
      } else {
        inside.sort((a, b) => plane[a] - plane[b]);
        for (let k = 1; k < inside.length; k++) expect(shades[inside[k]]).toBeGreaterThanOrEqual(shades[inside[k - 1]]);
      }
    }
    await page.close();
  });
});
