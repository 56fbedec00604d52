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

/** The law of one window's table, split as in the plan. */
export function lawOfWindow(window: number): WindowLaw {
  const file = `${FOLDER}/table-${window}.csv`;
  const { rows } = parseCsv(file, readFileSync(file, 'utf8'));
  return { window, rows, law: fitLaw(rows) };
}

/** Laws of the windows whose tables are there, small to large. */
export function lawsOfWindows(): WindowLaw[] {
  return [96, 160, 192, 401].filter((window) => existsSync(`${FOLDER}/table-${window}.csv`)).map(lawOfWindow);
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
