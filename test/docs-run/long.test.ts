// The commands that the longest pages quote print what the pages show.
import { describe, expect, it } from 'vitest';
import { LONG_PAGES, runPage } from '../../scripts/docs-run.mjs';

describe('long pages that are run', () => {
  for (const page of LONG_PAGES) {
    it(`[exact] ${page}: every command prints what stands below it`, () => {
      expect(runPage(page)).toEqual([]);
    });
  }
});
