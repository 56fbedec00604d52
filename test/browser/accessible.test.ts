// axe-core on every tab of the page, light and dark, desktop and phone.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawOn, showTab, startBrowser, type DemoBrowser } from './demo-page.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser: DemoBrowser;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/** What is serious or critical, a line each. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<{ violations: Finding[] }> } }).axe.run());
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`));
}

describe('what readers of screens meet', () => {
  it.each([
    ['desktop', 'light'], ['desktop', 'dark'], ['phone', 'light'], ['phone', 'dark'],
  ] as const)('[law] axe finds nothing serious on a %s, %s', async (device, colorScheme) => {
    const viewport = device === 'phone' ? { width: 390, height: 844 } : { width: 1280, height: 800 };
    const { page } = await browser.open({ viewport, colorScheme });
    await page.evaluate(AXE);
    await drawOn(page, { size: 32 });
    const names = await page.locator('[data-panel=results] > .tabs [role=tab]').allTextContents();
    const found: Record<string, string[]> = {};
    for (const name of [...names, 'Open an image']) {
      await showTab(page, name);
      found[name] = await findings(page);
      // Nothing is wider than the page.
      expect([name, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([name, viewport.width]);
    }
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, []])));
    await page.close();
  });
});
