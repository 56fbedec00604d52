// The demo page in a Chromium, as a user's hand drives it: what its tests share.
import { createHash } from 'node:crypto';
import type { AddressInfo, Server } from 'node:net';
import type { Page } from 'playwright-core';
import { launch } from '../../scripts/engines.mjs';
import { serve } from '../../scripts/serve.mjs';

export type Data = Record<string, string>;

export interface DemoPage {
  readonly page: Page;
  /** What the console and the page say of errors. */
  readonly problems: string[];
}

export interface DemoOptions {
  /** Whether the server sends the headers of cross-origin isolation. */
  readonly isolated?: boolean;
  /** What the address says after its #. */
  readonly state?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
}

export interface DemoBrowser {
  open(options?: DemoOptions): Promise<DemoPage>;
  close(): Promise<void>;
}

/** An element of a panel. */
export const part = (panel: string, name: string): string => `[data-panel="${panel}"] [data-part="${name}"]`;
export const submit = (panel: string): string => part(panel, 'submit');
export const STATE = 'header [role=status]';
export const ERROR = part('status', 'error');
export const NOTE = part('status', 'note');
export const hashOf = (labels: Uint8Array): string => createHash('sha256').update(labels).digest('hex');

export async function startBrowser(): Promise<DemoBrowser> {
  const servers: Server[] = [];
  const browser = await launch('chromium');
  return {
    async open({ isolated = true, state = '', viewport = { width: 1280, height: 800 }, colorScheme = 'light' } = {}) {
      const server = (await serve({ isolated })) as Server;
      servers.push(server);
      // Where no headers come, the page adds them by a service worker: without that it stays as it is.
      const page =
        await browser.newPage({ viewport, colorScheme, serviceWorkers: isolated ? 'allow' : 'block' });
      const problems: string[] = [];
      page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
      page.on('pageerror', (error) => void problems.push(error.message));
      await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/demo/${state && `#${state}`}`);
      await page.waitForFunction(() => document.querySelector('main')?.dataset.run === 'ready');
      return { page, problems };
    },
    async close() {
      await browser.close();
      for (const server of servers) server.close();
    },
  };
}

/** Brings the tab with this text to the front. */
export const showTab = (page: Page, text: string): Promise<void> => page.click(`role=tab[name="${text}"]`);

/** Does something that starts work, and waits for its end. @returns what the page and its panels say of the results */
export async function during(page: Page, begin: () => Promise<unknown>): Promise<Data> {
  await page.evaluate(() => { (document.querySelector('main') as HTMLElement).dataset.run = 'asked'; });
  await begin();
  await page.waitForFunction(
    () => ['done', 'failed', 'cancelled'].includes(document.querySelector('main')?.dataset.run ?? ''),
  );
  return page.evaluate(() => Object.assign(
    {}, ...[...document.querySelectorAll<HTMLElement>('main, [data-panel]')].map(({ dataset }) => ({ ...dataset })),
  ) as Data);
}

/** Sets what is given of the panel of models, then draws and measures. */
export async function drawOn(
  page: Page, { model, size, seed, theta = {} }: {
    readonly model?: string; readonly size: number; readonly seed?: number;
    readonly theta?: Readonly<Record<string, number>>;
  },
): Promise<Data> {
  if (model !== undefined) await page.selectOption(part('draw', 'model'), model);
  await page.fill(part('draw', 'size'), String(size));
  if (seed !== undefined) await page.fill(part('draw', 'seed'), String(seed));
  for (const [name, value] of Object.entries(theta)) {
    await page.fill(`${part('draw', 'parameters')} [name=${name}]`, String(value));
  }
  return during(page, () => page.click(submit('draw')));
}

/** Lets files fall onto the page as a hand would. */
export async function drop(page: Page, files: readonly { name: string; bytes: Uint8Array }[]): Promise<void> {
  const plain = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
  await page.evaluate((all) => {
    const dataTransfer = new DataTransfer();
    for (const { name, base64 } of all) {
      dataTransfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
    }
    document.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  }, plain);
}
