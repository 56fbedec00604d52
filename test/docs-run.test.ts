// The commands that the pages quote print what the pages show.
import { describe, expect, it } from 'vitest';
import { PAGES, runPage } from '../scripts/docs-run.mjs';

describe('pages that are run', () => {
  for (const page of PAGES) {
    it(`[exact] ${page}: every command prints what stands below it`, () => {
      expect(runPage(page)).toEqual([]);
    }, 300_000);
  }
});
