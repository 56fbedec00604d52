// The commands and programs that the pages quote do what the pages show.
import { describe, expect, it } from 'vitest';
import { LONG_PAGES, PAGES, blocksOf, runNotebook, runPage } from '../../scripts/docs-run.mjs';

const isRun = ({ words }: { words: string }): boolean => /^run\b/.test(words);

describe('pages', () => {
  it('[law] every block of code is run, or says why not', () => {
    const silent = PAGES.flatMap((page) => blocksOf(page)
      .filter((block) => !isRun(block) && !/^(not run: \S|output$)/.test(block.words))
      .map(({ line, language }) => `${page}:${line}: ${language}`));
    expect(silent).toEqual([]);
  });

  it('[exact] examples/jupyter/voxelith.ipynb: every cell prints what stands below it', () => {
    expect(runNotebook('examples/jupyter/voxelith.ipynb')).toBeNull();
  });

  for (const page of PAGES.filter((name) => !LONG_PAGES.includes(name) && blocksOf(name).some(isRun))) {
    it(`[exact] ${page}: every command prints what stands below it`, () => {
      expect(runPage(page)).toEqual([]);
    });
  }
});
