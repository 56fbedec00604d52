import { existsSync } from 'node:fs';
import { createHash } from 'node:crypto';
import type { AddressInfo, Server } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate, mFactor, phaseLevelSet, specFromSet } from '../../src/index.js';
import { serve } from '../../scripts/serve.mjs';
import { testSession } from '../session.js';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const EDGE = 64;
const SEED = 7;

let browser: Browser;
const servers: Server[] = [];

async function openDemo(isolated: boolean): Promise<{ page: Page; problems: string[] }> {
  const server = (await serve({ isolated })) as Server;
  servers.push(server);
  const page = await browser.newPage({ viewport: { width: 1100, height: 1500 } });
  const problems: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
  page.on('pageerror', (error) => void problems.push(error.message));
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/demo/`);
  await page.waitForFunction(() => document.body.dataset.run === 'ready');
  return { page, problems };
}

async function runDemo(page: Page, size: number, kind = 'voxel'): Promise<Record<string, string>> {
  await page.selectOption('#size', String(size));
  await page.selectOption('#interface', kind);
  await page.fill('#seed', String(SEED));
  await page.click('#run');
  await page.waitForFunction(() => ['done', 'failed'].includes(document.body.dataset.run ?? ''), undefined, { timeout: 240_000 });
  return page.evaluate(() => ({ ...document.body.dataset }) as Record<string, string>);
}

beforeAll(async () => {
  if (!existsSync(executablePath)) throw new Error(`no Chromium at ${executablePath}: install it or set CHROMIUM=path`);
  browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
});

afterAll(async () => {
  await browser?.close();
  for (const server of servers) server.close();
});

describe('demo page in Chromium', () => {
  it('[law] gives the same labels and M as Node, bit for bit, with and without cross-origin isolation', async () => {
    const session = await testSession({ threads: 1 });
    const structure = await generate(session, specFromSet('bm01', { size: [EDGE, EDGE, EDGE], seed: SEED }));
    const labels = createHash('sha256').update(structure.labels).digest('hex');
    const mSe = String((await mFactor(session, structure, { phase: 1 })).mFactor);
    const mAm = String((await mFactor(session, structure, { phase: 2 })).mFactor);
    for (const isolated of [true, false]) {
      const { page, problems } = await openDemo(isolated);
      const state = await page.textContent('#state');
      expect(state).toMatch(isolated ? /threads share one WebAssembly memory/ : /One thread: the page is not cross-origin isolated/);
      const shown = await runDemo(page, EDGE);
      expect(await page.textContent('#error')).toBe('');
      expect(shown).toMatchObject({ run: 'done', labels, mSe, mAm });
      expect(problems).toEqual([]);
      expect(await page.locator('#slices canvas').count()).toBe(3);
      expect(await page.locator('.uplot').count()).toBe(2);
      expect(await page.locator('#flux svg').count()).toBe(2);
      await page.screenshot({ path: `build/demo-${isolated ? 'isolated' : 'single'}.png`, fullPage: true });
      await page.close();
    }
  });

  it('[law] a smooth interface gives the bits of Node, too, by the model’s level sets', async () => {
    const session = await testSession({ threads: 1 });
    const structure = await generate(session, { ...specFromSet('bm01', { size: [EDGE, EDGE, EDGE], seed: SEED }), levelSets: true });
    const mAm = String((await mFactor(session, structure, { phase: 2, interface: 'smooth', levelSet: phaseLevelSet(structure, 2) })).mFactor);
    const { page } = await openDemo(true);
    expect(await runDemo(page, EDGE, 'smooth')).toMatchObject({ run: 'done', mAm });
    await page.close();
  });

  it.each([true, false])('cancels and runs again (isolated: %s)', async (isolated) => {
    const { page } = await openDemo(isolated);
    await page.selectOption('#size', '256');
    await page.click('#run');
    await page.waitForTimeout(1500);
    await page.click('#cancel');
    await page.waitForFunction(() => document.body.dataset.run === 'cancelled', undefined, { timeout: 20_000 });
    expect(await page.textContent('#error')).toBe('Cancelled.');
    expect((await runDemo(page, 48)).run).toBe('done');
    await page.close();
  });
});
