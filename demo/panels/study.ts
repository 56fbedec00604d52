// The panel of studies: which structures, M as predicted and as simulated while they come, the law, its table.
import { countStudy, formatStudyTable, FORMULAS, parseStudySpec, PUBLISHED } from '../../src/browser.js';
import { assemble, download, downloadButton, explain, onSubmit, readable, requiredNumber } from '../dom.js';
import { make } from '../../src/viewer/elements.js';
import type { Page } from '../page.js';
import type { Present, StudyPart } from '../protocol.js';
import { savesText } from '../save.js';
import { lawChart, showColumns, type Picking } from '../study-charts.js';
import {
  rowFile, studySettings, studyText, type Settings, type StudyChoice, type VariedNumber,
} from '../study-settings.js';
import { markRow, showStudyTable, shownColumns } from '../study-table.js';
import { knownSources, sourceNamed, withSource, type ThetaSource } from '../theta-sources.js';
import { SEED_FIELD, WINDOW_FIELDS } from '../window-fields.js';

const axisHtml = (k: 1 | 2): string => `
  <span class="group" role="group" aria-label="Number ${k} that is varied" data-part="axis${k}">
    <label>${k === 1 ? 'Vary' : 'and'} <select data-part="vary${k}" name="vary${k}"></select></label>
    <label>from <input data-part="from${k}" name="from${k}" type="number" step="any" required></label>
    <label>to <input data-part="to${k}" name="to${k}" type="number" step="any" required></label>
    <label data-part="countLabel${k}">in
      <input data-part="count${k}" name="count${k}" type="number" min="2" max="50" step="1" value="4" required> values
    </label>
  </span>`;

/** Descriptors that a plan can spread, by the names of their quantities. */
const SPREAD = {
  volumeFraction: 'ε', specificSurfaceArea: 'S', meanGeodesicTortuosity: 'τ geodesic', constrictivity: 'β',
} as const;

const HTML = `
  <section data-panel="study" aria-label="A small study">
    <h2>A small study <span data-part="explains"></span></h2>
    <p>Many structures, each drawn, described and solved for M: what predicts M, and how well?</p>
    <form class="panel" data-part="form">
      <fieldset>
        <label>Structures <select data-part="plan" name="plan">
          <option value="cathodes">between three cathodes</option>
          <option value="grid">on a grid of numbers</option>
          <option value="sobol">spread evenly over numbers (Sobol’)</option>
          <option value="descriptor-space">spread evenly over descriptors</option>
        </select></label>
        <label data-part="sourceLabel">of <select data-part="source" name="source"></select></label>
        <label data-part="positionsLabel">Positions between two
          <input data-part="positions" name="positions" type="number" min="1" max="20" step="1" value="5" required>
        </label>
        ${axisHtml(1)}${axisHtml(2)}
        <label data-part="pointsLabel">Points
          <input data-part="points" name="points" type="number" min="1" max="1000" step="1" value="24" required>
        </label>
        <span class="group" role="group" aria-label="Descriptors that are spread" data-part="spread">Spread
          ${Object.entries(SPREAD).map(([value, text]) => `<label>
            <input name="spread" type="checkbox" value="${value}" checked> ${text}</label>`).join('')}
        </span>
        <label data-part="anchorsLabel">Places to learn from
          <input data-part="anchors" name="anchors" type="number" min="1" max="200" step="1" value="8" required>
        </label>
        <label>Realisations of each
          <input data-part="realisations" name="realisations" type="number" min="1" max="100" step="1" value="2"
            required>
        </label>
        ${WINDOW_FIELDS}
        ${SEED_FIELD}
        <button data-part="submit" type="submit">Run the study</button>
        <button data-part="specification" type="button">Specification: study.yaml</button>
      </fieldset>
      <p class="hint" data-part="plans" role="status"></p>
    </form>
    <div data-part="shown" hidden>
      <p>
        <label>M predicted by <select data-part="predictor" name="predictor"></select></label>
        <span data-part="explainsLaw"></span>
      </p>
      <div class="charts" data-part="charts"></div>
      <figure class="columns">
        <figcaption>
          <label>Rows: <select data-part="columnY" name="columnY"></select></label>
          <label>over <select data-part="columnX" name="columnX"></select></label>
        </figcaption>
        <div data-part="columns"></div>
      </figure>
      <p data-part="state"></p>
      <p class="hint">A click on a point, or on a row, draws its structure again with its seed: it becomes the
      present structure above.</p>
      <div class="scroll tall"><table data-part="table"></table></div>
      <p class="buttons" data-part="rowFile"></p>
      <p class="buttons" data-part="files"></p>
    </div>
  </section>`;

const PARTS = {
  explains: HTMLElement, explainsLaw: HTMLElement, form: HTMLFormElement, plan: HTMLSelectElement,
  sourceLabel: HTMLElement, source: HTMLSelectElement, positionsLabel: HTMLElement, positions: HTMLInputElement,
  axis1: HTMLElement, vary1: HTMLSelectElement, from1: HTMLInputElement, to1: HTMLInputElement,
  countLabel1: HTMLElement, count1: HTMLInputElement, axis2: HTMLElement, vary2: HTMLSelectElement,
  from2: HTMLInputElement, to2: HTMLInputElement, countLabel2: HTMLElement, count2: HTMLInputElement,
  pointsLabel: HTMLElement, points: HTMLInputElement, spread: HTMLElement, anchorsLabel: HTMLElement,
  anchors: HTMLInputElement, columnX: HTMLSelectElement, columnY: HTMLSelectElement, columns: HTMLElement,
  realisations: HTMLInputElement, size: HTMLSelectElement,
  voxel: HTMLInputElement, seed: HTMLInputElement, submit: HTMLButtonElement, specification: HTMLButtonElement,
  plans: HTMLElement, shown: HTMLElement, predictor: HTMLSelectElement, charts: HTMLElement, state: HTMLElement,
  table: HTMLTableElement, files: HTMLElement, rowFile: HTMLElement,
};
type Parts = ReturnType<typeof assemble<typeof PARTS>>['parts'];

function choiceOf(parts: Parts, sources: readonly ThetaSource[]): StudyChoice {
  const plan = parts.plan.value as StudyChoice['plan'];
  const axis = (k: 1 | 2): VariedNumber[] => (parts[`vary${k}`].value === '' ? [] : [{
    name: parts[`vary${k}`].value, from: requiredNumber(parts[`from${k}`]), to: requiredNumber(parts[`to${k}`]),
    count: requiredNumber(parts[`count${k}`]),
  }]);
  return {
    plan, source: sourceNamed(sources, parts.source.value),
    vary: plan === 'cathodes' ? [] : [...axis(1), ...axis(2)], positions: requiredNumber(parts.positions),
    points: requiredNumber(parts.points), anchors: requiredNumber(parts.anchors),
    descriptors: [...parts.spread.querySelectorAll('input')].filter(({ checked }) => checked).map(({ value }) => value),
    realisations: requiredNumber(parts.realisations),
    size: Number(parts.size.value), voxelSizeUm: requiredNumber(parts.voxel), seed: requiredNumber(parts.seed),
  };
}

/** What a study would be, in a line. @throws Error where it is none */
function planText(settings: Settings): string {
  const spec = parseStudySpec(settings);
  const { rounds, table } = countStudy(spec);
  const { size, voxelSizeUm, fit: { trainFraction } } = spec;
  const training = Math.round(table * trainFraction);
  const titles = rounds.filter(({ structures }) => structures > 0)
    .map(({ title }) => title.replace(', 0 for the gradients (descriptors only)', ''));
  return `${titles.join(', then ')}: ${table} structures of `
    + `${size.join(' × ')} voxels, ${size.map((n) => readable(n * voxelSizeUm, 3)).join(' × ')} µm (z, y, x). `
    + `${training} of them train the law, ${table - training} test it.`;
}

export interface StudyPanel {
  readonly root: HTMLElement;
  /** Takes another model to vary, such as one that was calibrated. */
  offerModel(source: ThetaSource): void;
  /** Learns what the present structure is: no row any more, unless it was drawn here. */
  offer(present: Present): void;
}

/** @param show makes the structure of a row the present one */
export function studyPanel(page: Page, show: (present: Present) => void): StudyPanel {
  const { root, parts } = assemble(HTML, PARTS);
  let sources = knownSources();
  let last: StudyPart | null = null;
  let lastSettings: Settings = {};
  /** Row that is the present structure. */
  let presentRow: string | null = null;
  parts.explains.replaceWith(explain('studies'));
  parts.explainsLaw.replaceWith(explain('laws'));
  parts.predictor.append(
    ...FORMULAS.map(({ name }) => new Option(`${name} of Dufter et al., fitted to this study`, name)),
    ...PUBLISHED.map(({ name, title }) => new Option(`${title}, as published`, name)),
  );

  const present = (): ThetaSource => sourceNamed(sources, parts.source.value);
  const showSpan = (k: 1 | 2): void => {
    const found = present().numbers(Number(parts.voxel.value)).find(({ name }) => name === parts[`vary${k}`].value);
    parts[`from${k}`].value = found === undefined ? '' : String(found.low);
    parts[`to${k}`].value = found === undefined ? '' : String(found.high);
    parts[`vary${k}`].title = found?.meaning ?? '';
    for (const field of [parts[`from${k}`], parts[`to${k}`]]) {
      field.disabled = found === undefined;
    }
  };
  const showNumbers = (): void => {
    const numbers = present().numbers(Number(parts.voxel.value));
    for (const k of [1, 2] as const) {
      const kept = parts[`vary${k}`].value;
      parts[`vary${k}`].replaceChildren(
        ...(k === 2 ? [new Option('nothing else', '')] : []),
        ...numbers.map(({ name, meaning }) => Object.assign(new Option(name, name), { title: meaning })),
      );
      if (numbers.some(({ name }) => name === kept)) parts[`vary${k}`].value = kept;
      else if (k === 2 && numbers.length > 1) parts.vary2.value = numbers[numbers.length > 4 ? 4 : 1].name;
      showSpan(k);
    }
  };
  const settings = (): Settings => studySettings(choiceOf(parts, sources));
  const showPlan = (): void => {
    const plan = parts.plan.value;
    parts.positionsLabel.hidden = plan !== 'cathodes';
    for (const part of [parts.sourceLabel, parts.axis1, parts.axis2]) part.hidden = plan === 'cathodes';
    parts.pointsLabel.hidden = plan !== 'sobol' && plan !== 'descriptor-space';
    for (const part of [parts.spread, parts.anchorsLabel]) part.hidden = plan !== 'descriptor-space';
    for (const part of [parts.countLabel1, parts.countLabel2]) part.hidden = plan !== 'grid';
    nameSubmit();
    try {
      parts.plans.textContent = planText(settings());
    } catch (error) {
      parts.plans.textContent = (error as Error).message;
    }
  };
  const offerSources = (): void => {
    const kept = parts.source.value;
    parts.source.replaceChildren(...sources.map(({ name, title }) => new Option(title, name)));
    if (sources.some(({ name }) => name === kept)) parts.source.value = kept;
  };

  /** A study that was cancelled goes on, unless another one is asked for. */
  const nameSubmit = (): void => {
    let same = false;
    try {
      same = JSON.stringify(lastSettings) === JSON.stringify(settings());
    } catch { /* What is no study is said beneath the form. */ }
    const open = last !== null && last.table.rows.length < last.total;
    parts.submit.textContent = same && open ? 'Go on' : 'Run the study';
  };

  const forgetRow = (): void => {
    presentRow = null;
    parts.rowFile.replaceChildren();
  };
  const picking = (): Picking => ({ present: presentRow, pick: (id) => void drawRow(id) });

  function showLaw(): void {
    const { phases = [] } = last ?? {};
    parts.charts.replaceChildren(...phases.map((phase) => lawChart(phase, parts.predictor.value, picking())));
  }

  function showOver(): void {
    if (last === null) return;
    const [x, y] = [parts.columnX, parts.columnY];
    showColumns(parts.columns, last.table, [x.value, y.value],
      [x.selectedOptions[0].text, y.selectedOptions[0].text], picking());
  }

  function showPresent(): void {
    root.dataset.shownRow = presentRow ?? '';
    markRow(parts.table, presentRow);
    showLaw();
    showOver();
  }

  /** Draws a row again, and makes its structure the present one. */
  const drawRow = (id: string): Promise<void> => page.run(async (options) => {
    if (last === null) return;
    const { specification } = await page.call('row', { settings: lastSettings, id }, options);
    const { file, text, command } = rowFile(id, last.specHash.slice(0, 12), specification);
    show(await page.call('draw', { title: `Row ${id} of the study`, specification, command }, options));
    presentRow = id;
    showPresent();
    parts.rowFile.replaceChildren(
      `Row ${id} is the present structure. `, downloadButton(`Specification: ${file}`, file, text, 'application/yaml'),
    );
  });

  function offerColumns({ table, phases }: StudyPart): void {
    const { theta, measured } = shownColumns(table, phases);
    const kept = [parts.columnX, parts.columnY].map(({ value }) => value);
    const columns = [...theta, ...measured];
    [parts.columnX, parts.columnY].forEach((field, k) => {
      const first = measured.find(({ column }) => column.startsWith(['volumeFraction', 'mFactor'][k]));
      field.replaceChildren(...columns.map(({ column, head }) =>
        make('option', { value: column, textContent: head, defaultSelected: column === first?.column })));
      if (columns.some(({ column }) => column === kept[k])) field.value = kept[k];
    });
  }

  function showPart(part: StudyPart, given: Settings): void {
    // Rows of another study are no longer those that were drawn.
    if (last?.specHash !== part.specHash) forgetRow();
    last = part;
    lastSettings = given;
    const { table, total, specHash, phases } = part;
    const done = table.rows.length;
    parts.shown.hidden = false;
    offerColumns(part);
    showStudyTable(parts.table, table, shownColumns(table, phases), (id) => void drawRow(id));
    showPresent();
    parts.state.textContent = `${done} of ${total} structures, with the bits of the command line. Study `
      + `${specHash.slice(0, 12)}.`;
    const report = make('button', { type: 'button', textContent: 'Report: study.html' });
    report.addEventListener('click', () => void page.run(async (options) => {
      const { file, html } = await page.call('reportStudy', { settings: given }, options);
      download(file, html, 'text/html');
    }));
    parts.files.replaceChildren(
      downloadButton('Table: study.csv', 'study.csv', formatStudyTable(table), 'text/csv'), report,
    );
    Object.assign(root.dataset, { rows: String(done), specHash });
  }

  for (const name of ['input', 'change']) parts.form.addEventListener(name, showPlan);
  parts.source.addEventListener('change', () => {
    parts.voxel.value = String(present().edgeUm);
    showNumbers();
    showPlan();
  });
  parts.voxel.addEventListener('change', () => {
    showNumbers();
    showPlan();
  });
  for (const k of [1, 2] as const) {
    parts[`vary${k}`].addEventListener('change', () => {
      showSpan(k);
      showPlan();
    });
  }
  parts.predictor.addEventListener('change', showLaw);
  for (const field of [parts.columnX, parts.columnY]) field.addEventListener('change', showOver);
  savesText(page, parts.specification, 'study.yaml', () => {
    const given = settings();
    parseStudySpec(given);
    return studyText(given);
  });
  onSubmit(parts.form, () => void page.run(async (options) => {
    const given = settings();
    const { value } = parts.predictor;
    const formula = FORMULAS.some(({ name }) => name === value) ? value : FORMULAS[0].name;
    const found = await page.call('study', { settings: given, formula }, options, (part) => showPart(part, given));
    showPart(found, given);
    const { failures, seconds } = found;
    page.warn(failures.map(({ id, error }) => `${id}: ${error}`));
    parts.state.textContent += ` ${readable(seconds, 3)} s.`;
    root.dataset.law = JSON.stringify(found.phases.map(({ phase, predictors }) =>
      [phase, predictors.map(({ name, test }) => [name, test.r2])]));
  }).then(nameSubmit));

  offerSources();
  showNumbers();
  showPlan();
  return {
    root,
    offer() {
      if (presentRow === null) return;
      forgetRow();
      showPresent();
    },
    offerModel(source) {
      sources = withSource(sources, source);
      offerSources();
    },
  };
}
