export const ROOT: string;
/** All pages with code. */
export const PAGES: readonly string[];
/** Those that take long. */
export const LONG_PAGES: readonly string[];
/** Blocks of a page that have a language, the words behind it, and their lines. */
export function blocksOf(page: string): readonly {
  readonly language: string; readonly words: string; readonly line: number;
}[];
/** What is wrong with a notebook; null where nothing is. Where Python lacks a package, that is a
 *  warning, and wrong if VOXELITH_PYTHON names the Python. */
export function runNotebook(notebook: string): string | null;
export function runPage(page: string, options?: { update?: boolean }): readonly {
  readonly command: string; readonly shown: readonly string[]; readonly found: readonly string[];
}[];
