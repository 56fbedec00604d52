// The table of a study on the page: which structure each row is, and what was measured of it.
import type { StudyTable } from '../src/browser.js';
import { make } from '../src/viewer/elements.js';
import { fillTable, readable, type Cell } from './dom.js';
import type { StudiedPhase } from './protocol.js';

/** Descriptors in the table of the page, and how its head calls them; the file has every column. */
const SHOWN: Readonly<Record<string, string>> = {
  volumeFraction: 'ε', specificSurfaceArea: 'S, µm⁻¹', meanGeodesicTortuosity: 'τ', constrictivity: 'β',
  mFactor: 'M',
};
/** Columns that say which structure a row is, of any plan. */
const WHICH: Readonly<Record<string, string>> = {
  edge: 'between', t: 'position, 0 to 1', point: 'point', realisation: 'realisation',
};
/** A quantity and the label of its phase. */
const MEASURED = /^([A-Za-z]+)(\d+)$/;
/** What a plan aimed at or expected, in such a quantity. */
const AIMED = /^target[A-Z]/;

/** A column, and how the page calls it. */
export interface ShownColumn {
  readonly column: string;
  readonly head: string;
}

/** The columns that the page shows of a table. */
export interface ShownColumns {
  readonly which: readonly ShownColumn[];
  /** Numbers of the model that differ between rows. */
  readonly theta: readonly ShownColumn[];
  readonly measured: readonly ShownColumn[];
}

const plain = (column: string): ShownColumn => ({ column, head: column });

export function shownColumns(
  { columns, rows }: StudyTable, phases: readonly Pick<StudiedPhase, 'phase' | 'title'>[],
): ShownColumns {
  const measured = columns.flatMap((column): ShownColumn[] => {
    const [, quantity, label] = MEASURED.exec(column) ?? [];
    return quantity !== undefined && quantity in SHOWN
      ? [{ column, head: `${SHOWN[quantity]} ${phases.find(({ phase }) => String(phase) === label)?.title ?? label}` }]
      : [];
  });
  const varies = (column: string): boolean => new Set(rows.map((row) => row[column])).size > 1;
  const which = columns.filter((column) => column in WHICH);
  // Positions between cathodes say what θ is.
  const theta = which.includes('edge') ? [] : columns.slice(columns.indexOf('realisation') + 1).filter((column) =>
    !MEASURED.test(column) && !AIMED.test(column) && column !== 'problems' && varies(column));
  return { which: which.map((column) => ({ column, head: WHICH[column] })), theta: theta.map(plain), measured };
}

/** Fills the table; a click on a row, or on the button at its head, calls `pick` with its id. */
export function showStudyTable(
  table: HTMLTableElement, { rows }: StudyTable, { which, theta, measured }: ShownColumns, pick: (id: string) => void,
): void {
  const problems = rows.some((row) => row.problems !== '') ? [plain('problems')] : [];
  const shown = [...which, ...theta, ...measured, ...problems];
  const text = (value: string | number): string =>
    (typeof value === 'string' ? value : Number.isInteger(value) ? String(value) : readable(value, 4));
  fillTable(table, 'Rows in the order of the plan; the file has every column. SE: solid electrolyte, AM: active '
    + 'material, τ: geodesic tortuosity.',
    ['row', ...shown.map(({ head }) => head)],
    rows.map((row, k): Cell[] => [
      make('button', {
        type: 'button', className: 'row', textContent: String(k + 1), title: 'Draw this structure',
        ariaLabel: `${k + 1}, draw this structure`,
      }),
      ...shown.map(({ column }) => text(row[column])),
    ]));
  [...table.tBodies[0].rows].forEach((line, k) => {
    const id = String(rows[k].id);
    line.dataset.id = id;
    line.addEventListener('click', () => {
      // A text that was selected is to be copied.
      if (getSelection()?.isCollapsed !== false) pick(id);
    });
  });
}

/** Marks the row of the present structure. @param id null: it is none of them */
export function markRow(table: HTMLTableElement, id: string | null): void {
  for (const line of table.tBodies[0]?.rows ?? []) {
    if (line.dataset.id === id) line.setAttribute('aria-current', 'true');
    else line.removeAttribute('aria-current');
  }
}
