// What every report must be.
import { expect } from 'vitest';

/** Links that a reader may follow: papers. Nothing is requested by them. */
const PAPERS = /<a href="https:\/\/(arxiv\.org|doi\.org)\/[\w./]+">/g;

/** One file without scripts or requests, every tag closed, nothing undefined. */
export function checkPage(html: string): void {
  expect(html).not.toMatch(/<script|<link|@import|url\(|src=/);
  const own = html.replaceAll(PAPERS, '<a>');
  for (const [, target] of own.matchAll(/href="([^"]*)"/g)) expect(target).toMatch(/^data:image\/png/);
  expect(own.replaceAll(/xmlns="[^"]*"/g, '')).not.toMatch(/https?:/);
  expect(html).not.toMatch(/NaN|undefined|Infinity|\[object/);
  const open: string[] = [];
  for (const [, slash, name, rest] of html.matchAll(/<(\/?)([a-z0-9]+)([^>]*)>/gi)) {
    if (slash) expect(open.pop()).toBe(name);
    else if (!rest.endsWith('/') && name !== 'meta') open.push(name);
  }
  expect(open).toEqual([]);
}
