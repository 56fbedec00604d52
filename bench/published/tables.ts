// The committed tables of the paper's study, one per window, and their laws.
import { existsSync, readFileSync } from 'node:fs';
import { parseCsv } from '../../src/io/csv.js';
import { fitLaw, type Law, type PhaseLaw, type TableRow } from '../../src/regression/index.js';

const FOLDER = 'examples/paper-results';

/** Structures with the ε and S of the surrogates and other shapes. */
export const THETA_FILE = `${FOLDER}/theta.csv`;

export interface WindowLaw {
  /** Voxels per edge. */
  readonly window: number;
  readonly rows: readonly TableRow[];
  readonly law: Law;
}

function rowsOf(file: string): readonly TableRow[] {
  return parseCsv(file, readFileSync(file, 'utf8')).rows;
}

const tableOf = (window: number): string => `${FOLDER}/table-${window}.csv`;
const WINDOWS = [96, 160, 192, 401];

/** Laws of the windows whose tables are there, small to large, split as in the plan. */
export function lawsOfWindows(): WindowLaw[] {
  return WINDOWS.filter((window) => existsSync(tableOf(window))).map((window) => {
    const rows = rowsOf(tableOf(window));
    return { window, rows, law: fitLaw(rows) };
  });
}

/** The structures of the 15 interpolated θ, small windows to large; a window may have them before its whole table. */
export function interpolatedOfWindows(): { readonly window: number; readonly rows: readonly TableRow[] }[] {
  return WINDOWS.flatMap((window) => {
    const file = [tableOf(window), `${FOLDER}/table-${window}-interpolated.csv`].find((one) => existsSync(one));
    return file === undefined ? [] : [{ window, rows: rowsOf(file).filter(({ family }) => family === 'interpolated') }];
  });
}

export function phaseOf({ law }: WindowLaw, phase: string): PhaseLaw {
  return law.phases.find((one) => one.phase === phase)!;
}

/** Rows of cells as a Markdown table; the first column left, all others right. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

export const minus = (text: string): string => text.replaceAll('-', '−');
