// The panel of studies: which structures, M as predicted and as simulated while they come, the law, its table.
import {
  countStudy, formatStudyTable, FORMULAS, parseStudySpec, PUBLISHED, type StudyTable,
} from '../../src/browser.js';
import { lineOf, showCurves } from '../../src/viewer.js';
import {
  assemble, download, downloadButton, explain, fillTable, onSubmit, readable, requiredNumber,
} from '../dom.js';
import { make } from '../../src/viewer/elements.js';
import type { Page } from '../page.js';
import type { StudiedPhase, StudyPart } from '../protocol.js';
import { savesText } from '../save.js';
import { studySettings, studyText, type Settings, type StudyChoice, type VariedNumber } from '../study-settings.js';
import { knownSources, type ThetaSource } from '../theta-sources.js';

const axisHtml = (k: 1 | 2): string => `
  <span class="group" role="group" aria-label="Number ${k} that is varied" data-part="axis${k}">
    <label>${k === 1 ? 'Vary' : 'and'} <select data-part="vary${k}" name="vary${k}"></select></label>
    <label>from <input data-part="from${k}" name="from${k}" type="number" step="any" required></label>
    <label>to <input data-part="to${k}" name="to${k}" type="number" step="any" required></label>
    <label data-part="countLabel${k}">in
      <input data-part="count${k}" name="count${k}" type="number" min="2" max="50" step="1" value="4" required> values
    </label>
  </span>`;

const HTML = `
  <section data-panel="study" aria-label="A small study">
    <h2>A small study <span data-part="explains"></span></h2>
    <p>Many structures, each drawn, described and solved for M: what predicts M, and how well?</p>
    <form class="panel" data-part="form">
      <fieldset>
        <label>Structures <select data-part="plan" name="plan">
          <option value="cathodes">between three cathodes</option>
          <option value="grid">on a grid of numbers</option>
          <option value="sobol">spread evenly (Sobol’)</option>
        </select></label>
        <label data-part="sourceLabel">of <select data-part="source" name="source"></select></label>
        <label data-part="positionsLabel">Positions between two
          <input data-part="positions" name="positions" type="number" min="1" max="20" step="1" value="5" required>
        </label>
        ${axisHtml(1)}${axisHtml(2)}
        <label data-part="pointsLabel">Points
          <input data-part="points" name="points" type="number" min="1" max="1000" step="1" value="24" required>
        </label>
        <label>Realisations of each
          <input data-part="realisations" name="realisations" type="number" min="1" max="100" step="1" value="2"
            required>
        </label>
        <label>Edge, voxels <select data-part="size" name="size">
          <option>32</option><option selected>48</option><option>64</option><option>96</option>
        </select></label>
        <label>Voxel, µm
          <input data-part="voxel" name="voxel" type="number" min="0.0001" step="any" value="0.4" required>
        </label>
        <label>Seed
          <input data-part="seed" name="seed" type="number" min="0" max="4294967295" step="1" value="1" required>
        </label>
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
      <p data-part="state"></p>
      <div class="scroll tall"><table data-part="table"></table></div>
      <p class="buttons" data-part="files"></p>
    </div>
  </section>`;

const PARTS = {
  explains: HTMLElement, explainsLaw: HTMLElement, form: HTMLFormElement, plan: HTMLSelectElement,
  sourceLabel: HTMLElement, source: HTMLSelectElement, positionsLabel: HTMLElement, positions: HTMLInputElement,
  axis1: HTMLElement, vary1: HTMLSelectElement, from1: HTMLInputElement, to1: HTMLInputElement,
  countLabel1: HTMLElement, count1: HTMLInputElement, axis2: HTMLElement, vary2: HTMLSelectElement,
  from2: HTMLInputElement, to2: HTMLInputElement, countLabel2: HTMLElement, count2: HTMLInputElement,
  pointsLabel: HTMLElement, points: HTMLInputElement, realisations: HTMLInputElement, size: HTMLSelectElement,
  voxel: HTMLInputElement, seed: HTMLInputElement, submit: HTMLButtonElement, specification: HTMLButtonElement,
  plans: HTMLElement, shown: HTMLElement, predictor: HTMLSelectElement, charts: HTMLElement, state: HTMLElement,
  table: HTMLTableElement, files: HTMLElement,
};
type Parts = ReturnType<typeof assemble<typeof PARTS>>['parts'];

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

function choiceOf(parts: Parts, sources: readonly ThetaSource[]): StudyChoice {
  const plan = parts.plan.value as StudyChoice['plan'];
  const axis = (k: 1 | 2): VariedNumber[] => (parts[`vary${k}`].value === '' ? [] : [{
    name: parts[`vary${k}`].value, from: requiredNumber(parts[`from${k}`]), to: requiredNumber(parts[`to${k}`]),
    count: requiredNumber(parts[`count${k}`]),
  }]);
  return {
    plan, source: sources.find(({ name }) => name === parts.source.value) ?? sources[0],
    vary: plan === 'cathodes' ? [] : [...axis(1), ...axis(2)], positions: requiredNumber(parts.positions),
    points: requiredNumber(parts.points), realisations: requiredNumber(parts.realisations),
    size: Number(parts.size.value), voxelSizeUm: requiredNumber(parts.voxel), seed: requiredNumber(parts.seed),
  };
}

/** What a study would be, in a line. @throws Error where it is none */
function planText(settings: Settings): string {
  const spec = parseStudySpec(settings);
  const { rounds, table } = countStudy(spec);
  const { size, voxelSizeUm, fit: { trainFraction } } = spec;
  const training = Math.round(table * trainFraction);
  return `${rounds[0].title.replace(', 0 for the gradients (descriptors only)', '')}: ${table} structures of `
    + `${size.join(' × ')} voxels, ${size.map((n) => readable(n * voxelSizeUm, 3)).join(' × ')} µm (z, y, x). `
    + `${training} of them train the law, ${table - training} test it.`;
}

/** c1 · ε^c2 with what is above and below the line there. */
function formula(expression: string): (Node | string)[] {
  return expression.split(/(\^[−-]?[\w.]+|\bc\d)/).map((piece) => {
    if (piece.startsWith('^')) return make('sup', {}, ...formula(piece.slice(1).replace('-', '−')));
    return /^c\d$/.test(piece) ? make('span', {}, make('i', {}, 'c'), make('sub', {}, piece.slice(1))) : piece;
  });
}

/** A chart of one phase: predicted over simulated, and the line of equality. */
function chartOf({ phase, title, simulated, trained, predictors, leftOut }: StudiedPhase, name: string): HTMLElement {
  const found = predictors.find((one) => one.name === name);
  const host = make('div');
  const out = leftOut === 0 ? '' : ` Left out: ${leftOut} without a path or a value.`;
  const words = make('figcaption');
  if (found === undefined) {
    words.textContent = `${title}: too few rows for this law yet, or it is not made for this phase.${out}`;
    return make('figure', {}, words);
  }
  const { predicted, expression, coefficients, test, train, source } = found;
  const scored = test.r2 === null ? 'no rows to test it on yet'
    : `R² ${readable(test.r2, 3)}, mean error ${readable(test.mapePercent, 3)} % on ${test.count} rows`
      + `${train === null ? '' : ' that did not train it'}`;
  words.append(`${title}: M = `, ...formula(expression), ' (', ...formula([...coefficients, source].join(', ')),
    `); ${scored}.${out}`);
  const group = (isTraining: boolean): { x: number[]; y: number[] } => {
    const points = simulated.map((x, k) => ({ x, y: predicted[k], trains: train !== null && trained[k] }))
      .filter(({ trains, y }) => trains === isTraining && Number.isFinite(y)).sort((a, b) => a.x - b.x);
    return { x: points.map(({ x }) => x), y: points.map(({ y }) => y) };
  };
  const all = [...simulated, ...predicted].filter(Number.isFinite);
  const ends = [Math.min(...all), Math.max(...all)];
  // The chart takes the width of its host, which is none before it is on the page.
  queueMicrotask(() => showCurves(host, [
    { label: 'equal', colour: lineOf(3), style: 'dashed', x: ends, y: ends },
    { label: 'trains', colour: `${lineOf(phase)}66`, style: 'points', ...group(true) },
    { label: 'tests', colour: lineOf(phase), style: 'points', ...group(false) },
  ], ['M simulated', 'M predicted'], { empty: 'No rows yet.' }));
  return make('figure', {}, words, host);
}

function showTable(table: HTMLTableElement, { columns, rows }: StudyTable, phases: readonly StudiedPhase[]): void {
  const measured = columns.flatMap((column) => {
    const [, quantity, label] = MEASURED.exec(column) ?? [];
    return quantity !== undefined && quantity in SHOWN
      ? [{ column, head: `${SHOWN[quantity]} ${phases.find(({ phase }) => String(phase) === label)?.title ?? label}` }]
      : [];
  });
  const varies = (column: string): boolean => new Set(rows.map((row) => row[column])).size > 1;
  const which = columns.filter((column) => column in WHICH);
  // Positions between cathodes say what θ is.
  const theta = which.includes('edge') ? [] : columns.slice(columns.indexOf('realisation') + 1)
    .filter((column) => !MEASURED.test(column) && column !== 'problems' && varies(column));
  const problems = rows.some((row) => row.problems !== '') ? ['problems'] : [];
  const cell = (value: string | number): string =>
    (typeof value === 'string' ? value : Number.isInteger(value) ? String(value) : readable(value, 4));
  const shown = [...which, ...theta, ...measured.map(({ column }) => column), ...problems];
  fillTable(table, 'Rows in the order of the plan; the file has every column. SE: solid electrolyte, AM: active '
    + 'material, τ: geodesic tortuosity.',
    [...which.map((column) => WHICH[column]), ...theta, ...measured.map(({ head }) => head), ...problems],
    rows.map((row) => shown.map((column) => cell(row[column]))));
}

export interface StudyPanel {
  readonly root: HTMLElement;
  /** Takes another model to vary, such as one that was calibrated. */
  offerModel(source: ThetaSource): void;
}

export function studyPanel(page: Page): StudyPanel {
  const { root, parts } = assemble(HTML, PARTS);
  let sources = knownSources();
  let last: StudyPart | null = null;
  let lastSettings = '';
  parts.explains.replaceWith(explain('studies'));
  parts.explainsLaw.replaceWith(explain('laws'));
  parts.predictor.append(
    ...FORMULAS.map(({ name }) => new Option(`${name} of Dufter et al., fitted to this study`, name)),
    ...PUBLISHED.map(({ name, title }) => new Option(`${title}, as published`, name)),
  );

  const present = (): ThetaSource => sources.find(({ name }) => name === parts.source.value) ?? sources[0];
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
    parts.pointsLabel.hidden = plan !== 'sobol';
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
      same = lastSettings === JSON.stringify(settings());
    } catch { /* What is no study is said beneath the form. */ }
    const open = last !== null && last.table.rows.length < last.total;
    parts.submit.textContent = same && open ? 'Go on' : 'Run the study';
  };

  function showLaw(): void {
    if (last === null) return;
    const { phases } = last;
    parts.charts.replaceChildren(...phases.map((phase) => chartOf(phase, parts.predictor.value)));
  }

  function show(part: StudyPart, given: Settings): void {
    last = part;
    lastSettings = JSON.stringify(given);
    const { table, total, specHash, phases } = part;
    const done = table.rows.length;
    parts.shown.hidden = false;
    showLaw();
    showTable(parts.table, table, phases);
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
  savesText(page, parts.specification, 'study.yaml', () => {
    const given = settings();
    parseStudySpec(given);
    return studyText(given);
  });
  onSubmit(parts.form, () => void page.run(async (options) => {
    const given = settings();
    const { value } = parts.predictor;
    const formula = FORMULAS.some(({ name }) => name === value) ? value : FORMULAS[0].name;
    const found = await page.call('study', { settings: given, formula }, options, (part) => show(part, given));
    show(found, given);
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
    offerModel(source) {
      sources = [...sources.filter(({ name }) => name !== source.name), source];
      offerSources();
    },
  };
}
