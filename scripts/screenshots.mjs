// Pictures of the page for the documentation: `npm run build`, then `npm run screenshots`. They go to docs/images.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './engines.mjs';
import { serve } from './serve.mjs';

const FOLDER = fileURLToPath(new URL('../docs/images/', import.meta.url));
const MOST_BYTES = 250_000;
const DESKTOP = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 844 };

const server = await serve({});
const address = `http://localhost:${server.address().port}/demo/`;
const browser = await launch('chromium');

const ended = (page) => page.waitForFunction(
  () => ['done', 'failed'].includes(document.querySelector('main').dataset.run),
);
const drawAndMeasure = async (page) => {
  await page.click('[data-panel=draw] [data-part=submit]');
  await ended(page);
};
const showTab = async (page, name) => {
  await page.click(`role=tab[name="${name}"]`);
  await page.locator('[data-panel=results]').evaluate((tabs) => tabs.scrollIntoView());
};

/** Takes one picture. @param how what to do before it, and of what it is */
async function shot(name, { viewport = DESKTOP, colorScheme = 'light', state = '', prepare = async () => {} }) {
  const page = await browser.newPage({ viewport, colorScheme });
  await page.goto(`${address}${state}`);
  await page.waitForFunction(() => document.querySelector('main')?.dataset.run === 'ready');
  await prepare(page);
  // Charts follow the width of their place a frame later.
  await page.waitForTimeout(500);
  const path = join(FOLDER, `page-${name}.png`);
  await page.screenshot({ path });
  await page.close();
  const { size } = statSync(path);
  if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes, at most ${MOST_BYTES}`);
  process.stdout.write(`${path}: ${size} bytes\n`);
}

await shot('desktop', {});
await shot('desktop-dark', { colorScheme: 'dark', state: '#draw.model=bm10' });
await shot('running', {
  state: '#draw.size=128',
  prepare: async (page) => {
    await page.click('[data-panel=draw] [data-part=submit]');
    await page.waitForFunction(() => document.querySelector('[data-panel=status] progress').value > 0.3);
  },
});
await shot('measured', {
  prepare: async (page) => {
    await drawAndMeasure(page);
    await showTab(page, 'Measure');
  },
});
await shot('measured-dark', {
  colorScheme: 'dark', state: '#draw.model=c850',
  prepare: async (page) => {
    await drawAndMeasure(page);
    await showTab(page, 'Measure');
  },
});
await shot('3d', {
  state: '#draw.model=packing-spread',
  prepare: (page) => page.locator('[data-panel=structure]').evaluate((panel) => panel.scrollIntoView()),
});
await shot('phone', { viewport: PHONE });
await shot('phone-dark', {
  viewport: PHONE, colorScheme: 'dark',
  prepare: async (page) => {
    await drawAndMeasure(page);
    await showTab(page, 'Measure');
  },
});
await browser.close();
server.close();
