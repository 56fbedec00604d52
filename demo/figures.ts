// What results are shown in: charts and tables, each with the page that explains it and its numbers as a file.
import { formatCsv, type CsvCell } from '../src/browser.js';
import { showCurves, type Curve, type CurvesOptions } from '../src/viewer.js';
import { make } from '../src/viewer/elements.js';
import { download, explain, fillTable, type Cell } from './dom.js';
import type { Topic } from './topics.js';

/** Numbers as a file has them: all digits. */
export interface Numbers {
  readonly head: readonly string[];
  readonly rows: readonly (readonly CsvCell[])[];
}

export const numbersCsv = ({ head, rows }: Numbers): string => formatCsv(head, rows);

/** A small button that saves the numbers of what it stands at. Its file is named by panel and name. */
function numbersButton(name: string, title: string, numbers: () => Numbers): HTMLButtonElement {
  const button = make('button', {
    type: 'button', className: 'numbers', textContent: 'CSV', title: 'Save these numbers',
    ariaLabel: `Save the numbers of ${title} as CSV`,
  });
  button.addEventListener('click', () => {
    const panel = button.closest<HTMLElement>('[data-panel]')?.dataset.panel ?? 'page';
    download(`${panel}-${name}.csv`, numbersCsv(numbers()), 'text/csv');
  });
  return button;
}

export interface ChartFigure {
  readonly root: HTMLElement;
  show(curves: readonly Curve[], labels: readonly [x: string, y: string], options?: CurvesOptions): void;
}

/** A chart with its title. @param name its data-part, and the name of its file */
export function chartFigure(name: string, title: string, topic: Topic): ChartFigure {
  const host = make('div');
  host.dataset.part = name;
  let numbers: Numbers = { head: [], rows: [] };
  const caption = make('figcaption', {}, title, explain(topic), numbersButton(name, title, () => numbers));
  return {
    root: make('figure', {}, caption, host),
    show(curves, labels, options) {
      numbers = {
        head: ['curve', ...labels],
        rows: curves.flatMap(({ label, x, y }) => x.map((value, k) => [label, value, y[k]])),
      };
      showCurves(host, curves, labels, options);
    },
  };
}

export interface Table {
  readonly caption: string;
  readonly head: readonly Cell[];
  readonly rows: readonly (readonly Cell[])[];
  readonly numbers: Numbers;
}

export interface TableBlock {
  readonly root: HTMLElement;
  show(table: Table): void;
}

/** A table that scrolls within its place, on a phone too. @param name its data-part, and the name of its file */
export function tableBlock(name: string, title: string): TableBlock {
  const table = make('table');
  table.dataset.part = name;
  let numbers: Numbers = { head: [], rows: [] };
  // What scrolls must be reachable by keys.
  const scroll = make('div', { className: 'scroll', tabIndex: 0, role: 'region', ariaLabel: title }, table);
  return {
    root: make('div', { className: 'block' }, scroll, numbersButton(name, title, () => numbers)),
    show({ caption, head, rows, numbers: all }) {
      numbers = all;
      fillTable(table, caption, head, rows);
    },
  };
}

/** The name of a quantity with the page that explains it. */
export const named = (text: string, topic: Topic): HTMLElement => make('span', {}, text, explain(topic));
