// The panel that adds a phase: where to, how, how much; what hangs together at every content, and where it spans.
import { AXES, INSERT_DEFAULTS, INSERT_METHODS, PORE, type InsertMethodName } from '../../src/browser.js';
import { lineOf } from '../../src/viewer.js';
import { assemble, onSubmit, readable, requiredNumber } from '../dom.js';
import { chartFigure, type ChartFigure } from '../figures.js';
import { make } from '../../src/viewer/elements.js';
import type { Page } from '../page.js';
import { offerPhases } from '../phase-options.js';
import { phaseName, type Inserted, type Present } from '../protocol.js';

const HTML = `
  <section data-panel="insert" aria-label="Add a phase" hidden>
    <h2>Add a phase</h2>
    <form class="panel" data-part="form">
      <fieldset>
        <label>Inside <select data-part="into" name="into"></select></label>
        <label>How <select data-part="method" name="method"></select></label>
        <label>Content, % of the window
          <input data-part="content" name="content" type="number" required min="0" max="100" step="any" value="5">
        </label>
        <label>Seed
          <input data-part="seed" name="seed" type="number" required min="0" step="1" value="${INSERT_DEFAULTS.seed}">
        </label>
        <button data-part="submit" type="submit">Add</button>
      </fieldset>
    </form>
    <div data-part="inserted" hidden>
      <p data-part="spans"></p>
      <div class="charts" data-part="charts"></div>
    </div>
  </section>`;

const PARTS = {
  form: HTMLFormElement, into: HTMLSelectElement, method: HTMLSelectElement, content: HTMLInputElement,
  seed: HTMLInputElement, inserted: HTMLElement, spans: HTMLElement, charts: HTMLElement,
};

/** Labels of models end here. */
const FIRST_FREE = 4;

/** A label that does not occur, and a name for it. */
function additiveOf({ fractions, phaseNames }: Present): { label: number; name: string } {
  const taken = new Set(fractions.map(({ phase }) => phase));
  let label = FIRST_FREE;
  while (taken.has(label)) label++;
  const count = Object.values(phaseNames).filter((name) => name.startsWith('additive')).length;
  return { label, name: count === 0 ? 'additive' : `additive ${count + 1}` };
}

const percent = (share: number): string => `${readable(100 * share, 4)} %`;

function spansText({ spansAt, spansFrom, steps, shown }: Inserted, room: string): string {
  const each = AXES.map((axis) => {
    const [at, from] = [spansAt[axis], spansFrom[axis]];
    return at === null || from === null ? `along ${axis} never`
      : `along ${axis} from ${percent(at)} of the window on (${percent(from)} of the ${room})`;
  });
  const { fraction, connectivity, spans } = steps[shown];
  const now = AXES.filter((axis) => spans[axis]);
  return `What is added joins both faces ${each.join(', ')}. At ${percent(fraction)} it spans `
    + `${now.length === 0 ? 'nowhere' : `along ${now.join(', ')}`}`
    + `${connectivity === null ? '.' : `, and ${percent(connectivity)} of it hangs together.`}`;
}

function showConnectivity(figure: ChartFigure, { steps, shown, spansAt }: Inserted, label: number): void {
  const some = steps.filter(({ connectivity }) => connectivity !== null);
  const [x, y] = [some.map(({ fraction }) => 100 * fraction), some.map(({ connectivity }) => connectivity as number)];
  const { fraction, connectivity } = steps[shown];
  figure.show([
    { label: 'connectivity', colour: lineOf(label), x, y },
    ...AXES.flatMap((axis) => (spansAt[axis] === null || spansAt[axis] === 0 ? []
      : [{
        label: `spans along ${axis}`, colour: lineOf(3), style: 'dashed' as const,
        // Equal abscissae would be one point of the joined table.
        x: [100 * spansAt[axis], 100 * spansAt[axis] * (1 + 1e-9)], y: [0, 1],
      }])),
    ...(connectivity === null ? []
      : [{ label: 'now', colour: lineOf(1), style: 'points' as const, x: [100 * fraction], y: [connectivity] }]),
  ], ['content, % of the window', 'share in the largest cluster']);
}

export interface InsertPanel {
  readonly root: HTMLElement;
  /** Offers the phases of a structure; what was added to another one is hidden. */
  offer(present: Present): void;
}

/** @param show makes a structure the present one */
export function insertPanel(page: Page, show: (present: Present) => void): InsertPanel {
  const { root, parts } = assemble(HTML, PARTS);
  const connectivity = chartFigure(
    'connectivity', 'Connectivity: share of what was added in its largest cluster', 'additive',
  );
  parts.charts.append(connectivity.root);
  let present: Present | null = null;
  parts.method.replaceChildren(...Object.entries(INSERT_METHODS).map(([value, { title }]) =>
    make('option', { value, textContent: title, defaultSelected: value === INSERT_DEFAULTS.method })));

  onSubmit(parts.form, () => void page.run(async (options) => {
    if (present === null) return;
    const { label, name } = additiveOf(present);
    const into = Number(parts.into.value);
    const room = phaseName(present, into);
    const found = await page.call('insert', {
      into, label, method: parts.method.value as InsertMethodName, fraction: requiredNumber(parts.content) / 100,
      seed: requiredNumber(parts.seed),
      before: { phaseNames: { ...present.phaseNames, [label]: name }, command: present.command },
    }, options);
    show(found.present);
    parts.inserted.hidden = false;
    parts.spans.textContent = spansText(found, room);
    showConnectivity(connectivity, found, label);
    root.dataset.spans = JSON.stringify(found.spansAt);
  }));

  return {
    root,
    offer(structure) {
      present = structure;
      root.hidden = false;
      parts.inserted.hidden = true;
      delete root.dataset.spans;
      offerPhases(parts.into, structure, PORE);
    },
  };
}
