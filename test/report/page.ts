// What every report must be.
import { expect } from 'vitest';

/** One file without scripts or requests, every tag closed, nothing undefined. */
export function checkPage(html: string): void {
  expect(html).not.toMatch(/<script|<link|@import|url\(|src=/);
  for (const [, target] of html.matchAll(/href="([^"]*)"/g)) expect(target).toMatch(/^data:image\/png/);
  expect(html.replaceAll(/xmlns="[^"]*"/g, '')).not.toMatch(/https?:/);
  expect(html).not.toMatch(/NaN|undefined|Infinity|\[object/);
  const open: string[] = [];
  for (const [, slash, name, rest] of html.matchAll(/<(\/?)([a-z0-9]+)([^>]*)>/gi)) {
    if (slash) expect(open.pop()).toBe(name);
    else if (!rest.endsWith('/') && name !== 'meta') open.push(name);
  }
  expect(open).toEqual([]);
}
