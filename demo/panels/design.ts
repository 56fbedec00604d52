// The panel of designs: what is asked for, how belief and simulation come together, and the structure that was found.
import { countDesign, parseDesignSpec, type DesignRound } from '../../src/browser.js';
import { lineOf, showCurves, type Curve } from '../../src/viewer.js';
import { designSettings, designText, type DesignChoice, type Wish } from '../design-settings.js';
import {
  assemble, downloadButton, explain, fillTable, numberIn, onSubmit, readable, requiredNumber, type Cell,
} from '../dom.js';
import { numbersCsv } from '../figures.js';
import { make } from '../../src/viewer/elements.js';
import type { Page } from '../page.js';
import { phaseName, type Asked, type Designed, type DesignPart, type Present } from '../protocol.js';
import { savesText } from '../save.js';
import type { Settings } from '../study-settings.js';
import { modelSources, sourceNamed, withSource, type ThetaSource } from '../theta-sources.js';
import { SEED_FIELD, WINDOW_FIELDS } from '../window-fields.js';

/** What can be asked for, with its topic in the documentation. */
const QUANTITIES: Readonly<Record<Asked['quantity'], string>> = {
  mFactor: 'M-factor', volumeFraction: 'volume fraction ε', specificSurfaceArea: 'specific surface area S, µm⁻¹',
  meanGeodesicTortuosity: 'geodesic tortuosity τ', constrictivity: 'constrictivity β',
};
const AIMS: Readonly<Record<Wish['aim'], string>> = {
  largest: 'as large as possible', smallest: 'as small as possible', atLeast: 'at least', atMost: 'at most',
  equal: 'equal to',
};
/** A conductive electrolyte, active material that still conducts, few pores: examples/design/conductive.yaml. */
const FIRST: readonly Wish[] = [
  { quantity: 'mFactor', phase: 1, aim: 'largest', value: NaN, tolerance: NaN },
  { quantity: 'mFactor', phase: 2, aim: 'atLeast', value: 0.2, tolerance: NaN },
  { quantity: 'volumeFraction', phase: 3, aim: 'atMost', value: 0.1, tolerance: NaN },
];
/** Lines for wishes; those without a quantity wait. */
const LINES = 6;
/** Of a target that is taken from a structure. */
const NEAR = 0.02;

const wishHtml = (k: number): string => `
  <div class="group wish" role="group" aria-label="Wish ${k + 1}" data-part="wish${k}">
    <select data-part="quantity${k}" name="quantity${k}" aria-label="quantity">
      <option value="">nothing</option>
      ${Object.entries(QUANTITIES).map(([name, text]) => `<option value="${name}">${text}</option>`).join('')}
    </select>
    <label>of <select data-part="phase${k}" name="phase${k}"></select></label>
    <select data-part="aim${k}" name="aim${k}" aria-label="aim">
      ${Object.entries(AIMS).map(([name, text]) => `<option value="${name}">${text}</option>`).join('')}
    </select>
    <input data-part="value${k}" name="value${k}" type="number" step="any" aria-label="value">
    <label data-part="toleranceLabel${k}">±
      <input data-part="tolerance${k}" name="tolerance${k}" type="number" step="any" min="0">
    </label>
    <small data-part="now${k}"></small>
  </div>`;

const HTML = `
  <section data-panel="design" aria-label="Design a structure">
    <h2>Design a structure <span data-part="explains"></span></h2>
    <p>Say what it must have. Closed forms and a surrogate choose θ, structures are drawn and solved to learn from, and
    fresh ones confirm what was found.</p>
    <form class="panel" data-part="form">
      <fieldset>
        <label>Model <select data-part="source" name="source"></select></label>
        ${Array.from({ length: LINES }, (_, k) => wishHtml(k)).join('')}
        <span class="group">
          <button data-part="more" type="button">Another wish</button>
          <button data-part="take" type="button" hidden>Take the values of the present structure</button>
        </span>
        ${WINDOW_FIELDS}
        <label>Structures to begin with
          <input data-part="initial" name="initial" type="number" min="3" max="500" step="1" value="16" required>
        </label>
        <label>Rounds
          <input data-part="rounds" name="rounds" type="number" min="1" max="50" step="1" value="3" required>
        </label>
        <label>of candidates
          <input data-part="batch" name="batch" type="number" min="1" max="50" step="1" value="3" required>
        </label>
        <label>Confirmed by structures
          <input data-part="realisations" name="realisations" type="number" min="2" max="100" step="1" value="4"
            required>
        </label>
        ${SEED_FIELD}
        <button data-part="submit" type="submit">Design</button>
        <button data-part="specification" type="button">Specification: targets.yaml</button>
      </fieldset>
      <p class="hint" data-part="plans" role="status"></p>
    </form>
    <div data-part="shown" hidden>
      <p data-part="answer"></p>
      <div class="scroll" data-part="confirmed"><table data-part="table"></table></div>
      <div class="charts" data-part="charts"></div>
      <p class="buttons" data-part="files"></p>
    </div>
  </section>`;

const FIXED = {
  explains: HTMLElement, form: HTMLFormElement, source: HTMLSelectElement, more: HTMLButtonElement,
  take: HTMLButtonElement, size: HTMLSelectElement, voxel: HTMLInputElement, initial: HTMLInputElement,
  rounds: HTMLInputElement, batch: HTMLInputElement, realisations: HTMLInputElement, seed: HTMLInputElement,
  submit: HTMLButtonElement, specification: HTMLButtonElement, plans: HTMLElement, shown: HTMLElement,
  answer: HTMLElement, confirmed: HTMLElement, table: HTMLTableElement, charts: HTMLElement, files: HTMLElement,
};
const WISH = {
  wish: HTMLElement, quantity: HTMLSelectElement, phase: HTMLSelectElement, aim: HTMLSelectElement,
  value: HTMLInputElement, toleranceLabel: HTMLElement, tolerance: HTMLInputElement, now: HTMLElement,
};
type WishParts = { readonly [N in keyof typeof WISH]: InstanceType<(typeof WISH)[N]> };

const plusMinus = (mean: number | null, half: number | null): Cell =>
  (half === null ? readable(mean, 4) : [readable(mean, 4), half === 0 ? 'closed form' : `± ${readable(half, 2)}`]);

/** One column over the rounds: predicted and confirmed, each with its interval, and the limits. */
function chartOf(
  column: string, title: string, { rounds, limits }: Pick<DesignPart, 'rounds' | 'limits'>,
): HTMLElement {
  const host = make('div');
  const found = rounds.flatMap(({ structures, columns }) =>
    columns.filter((one) => one.column === column).map((one) => ({ structures, ...one })));
  const curve = (
    label: string, colour: string, style: Curve['style'], of: (one: (typeof found)[number]) => number | null,
  ): Curve => {
    const known = found.map((one) => ({ x: one.structures, y: of(one) ?? NaN })).filter(({ y }) => Number.isFinite(y));
    return { label, colour, style, x: known.map(({ x }) => x), y: known.map(({ y }) => y) };
  };
  const ends = [found[0].structures, found[found.length - 1].structures];
  const bounds = limits.filter((limit) => limit.column === column)
    .flatMap(({ low, high }) => [low, high].filter(Number.isFinite));
  queueMicrotask(() => showCurves(host, [
    curve('predicted', lineOf(2), 'points', ({ predicted: { mean } }) => mean),
    curve('confirmed', lineOf(1), 'line', ({ mean }) => mean),
    curve('+ interval', `${lineOf(1)}88`, 'dashed', ({ mean, halfWidth }) => (mean ?? NaN) + (halfWidth ?? NaN)),
    curve('− interval', `${lineOf(1)}88`, 'dashed', ({ mean, halfWidth }) => (mean ?? NaN) - (halfWidth ?? NaN)),
    ...bounds.map((value) => ({
      label: 'asked', colour: lineOf(3), style: 'dashed' as const, x: ends, y: [value, value],
    })),
  ], ['structures simulated', title]));
  const textContent = `${title}, for the θ that each round believed best`;
  return make('figure', {}, make('figcaption', { textContent }), host);
}

/** A limit of a column as a cell says it. */
const limitText = (text: string, column: string): string =>
  text.replace(column, '').replaceAll('>=', '≥').replaceAll('<=', '≤').trim();

/** Every round, and every column in it: θ, what was believed and what fresh structures say. */
function roundsCsv(rounds: readonly DesignRound[]): string {
  const names = Object.keys(rounds[0]?.theta ?? {});
  return numbersCsv({
    head: [
      'round', 'structures', 'column', 'predicted', 'predictedHalfWidth', 'count', 'mean', 'halfWidth', ...names,
    ],
    rows: rounds.flatMap(({ round, structures, columns, theta }) => columns.map((one) => [
      round, structures, one.column, one.predicted.mean, one.predictedHalfWidth, one.count, one.mean, one.halfWidth,
      ...names.map((name) => theta[name]),
    ])),
  });
}

const STATES: Readonly<Record<Designed['status'], string>> = {
  met: 'Every limit is kept by fresh structures of θ*.',
  unsettled: 'Within this budget θ* is not shown to keep every limit: more rounds, more realisations or larger windows '
    + 'would tell.',
  impossible: 'What is asked for excludes each other within the bounds of θ',
};

function answerOf({ status, decidedBy, blocking, structures, seconds }: Designed): string {
  const why = blocking.map(({ text, attainable: [low, high] }) =>
    `${text} (the others leave ${readable(low, 3)} to ${readable(high, 3)})`).join('; ');
  const reason = status === 'impossible' ? `, by ${decidedBy}: ${why}.` : '';
  return `${STATES[status]}${reason} ${structures} structures, ${readable(seconds, 3)} s.`;
}

export interface DesignPanel {
  readonly root: HTMLElement;
  /** Offers a structure whose values can be asked for. */
  offer(present: Present): void;
  /** Takes another model, such as one that was calibrated, and chooses it. */
  offerModel(source: ThetaSource): void;
}

/** @param show makes the designed structure the present one */
export function designPanel(page: Page, show: (present: Present) => void): DesignPanel {
  const names = Object.fromEntries(Array.from({ length: LINES }, (_, k) =>
    Object.entries(WISH).map(([name, kind]) => [`${name}${k}`, kind])).flat()) as Record<string, typeof HTMLElement>;
  const { root, parts: all } = assemble(HTML, { ...names, ...FIXED });
  const parts = all as unknown as { readonly [N in keyof typeof FIXED]: InstanceType<(typeof FIXED)[N]> };
  const lines = Array.from({ length: LINES }, (_, k) => Object.fromEntries(
    Object.keys(WISH).map((name) => [name, (all as Record<string, HTMLElement>)[`${name}${k}`]]),
  ) as unknown as WishParts);
  let sources = modelSources();
  let present: Present | null = null;
  parts.explains.replaceWith(explain('design'));

  const source = (): ThetaSource => sourceNamed(sources, parts.source.value);
  const title = (column: string): string => {
    const [, quantity, label] = /^(\w+?)(\d+)$/.exec(column) ?? ['', column, ''];
    const known = source().phases.find(({ label: own }) => String(own) === label)?.name ?? label;
    const [name, ...unit] = (QUANTITIES[quantity as Asked['quantity']] ?? quantity).split(/(?=, )/);
    return `${name} of ${known}${unit.join('')}`;
  };
  const wishes = (): Wish[] => lines.flatMap((line): Wish[] => {
    if (line.quantity.value === '') return [];
    const aim = line.aim.value as Wish['aim'];
    const quantity = line.quantity.value as Asked['quantity'];
    const needed = (field: HTMLInputElement): number => {
      const value = numberIn(field);
      if (value === null) throw new Error(`${QUANTITIES[quantity]} ${AIMS[aim]}: expected a number, found nothing.`);
      return value;
    };
    const value = aim === 'largest' || aim === 'smallest' ? NaN : needed(line.value);
    const tolerance = aim === 'equal' ? numberIn(line.tolerance) ?? NEAR * Math.abs(value) : NaN;
    return [{ quantity, phase: Number(line.phase.value), aim, value, tolerance }];
  });
  const choice = (): DesignChoice => ({
    source: source(), wishes: wishes(), initial: requiredNumber(parts.initial), rounds: requiredNumber(parts.rounds),
    batch: requiredNumber(parts.batch), realisations: requiredNumber(parts.realisations),
    size: Number(parts.size.value), voxelSizeUm: requiredNumber(parts.voxel), seed: requiredNumber(parts.seed),
  });
  const settings = (): Settings => designSettings(choice());

  const showPlan = (): void => {
    for (const { quantity, phase, aim, value, toleranceLabel } of lines) {
      const free = aim.value === 'largest' || aim.value === 'smallest';
      for (const element of [phase.parentElement!, aim]) element.hidden = quantity.value === '';
      value.hidden = quantity.value === '' || free;
      toleranceLabel.hidden = quantity.value === '' || aim.value !== 'equal';
    }
    parts.more.hidden = lines.every(({ wish }) => !wish.hidden);
    try {
      const spec = parseDesignSpec(settings());
      const free = spec.space.free.map(({ name, low, high }) => `${name} ${readable(low, 3)} to ${readable(high, 3)}`);
      const { size } = spec.measured;
      parts.plans.textContent =
        `At most ${countDesign(spec, 0)} structures of ${size.join(' × ')} voxels. Free: ${free.join(', ')}.`;
    } catch (error) {
      parts.plans.textContent = (error as Error).message;
    }
  };
  const offerPhases = (): void => {
    for (const { phase } of lines) {
      const kept = phase.value;
      const { phases } = source();
      phase.replaceChildren(...phases.map(({ name, label }) => new Option(name, String(label))));
      if (phases.some(({ label }) => String(label) === kept)) phase.value = kept;
    }
  };
  const offerSources = (chosen: string): void => {
    parts.source.replaceChildren(...sources.map(({ name, title: text }) => new Option(text, name)));
    parts.source.value = chosen;
    offerPhases();
  };
  const useSource = (): void => {
    parts.voxel.value = String(source().edgeUm);
    offerPhases();
    showPlan();
  };

  function showRounds(part: Pick<DesignPart, 'rounds' | 'limits'>): void {
    parts.shown.hidden = false;
    const columns = part.rounds[0]?.columns.map(({ column }) => column) ?? [];
    parts.charts.replaceChildren(...columns.map((column) => chartOf(column, title(column), part)));
  }

  function showDesigned(found: Designed, given: Settings): void {
    const { confirmation, limits, level, realisations, rounds, specification, report, status } = found;
    const last: readonly DesignRound[] = confirmation === null ? rounds : [...rounds, confirmation];
    showRounds({ rounds: last, limits });
    parts.answer.textContent = answerOf(found);
    parts.confirmed.hidden = confirmation === null;
    if (confirmation !== null) {
      const percent = readable(100 * level, 3);
      fillTable(parts.table,
        `θ* by ${realisations} fresh structures, from which no prediction was learnt; ± at ${percent} %.`,
        ['quantity', 'asked', 'predicted', 'confirmed', 'kept'],
        confirmation.columns.map(({ column, predicted, predictedHalfWidth, mean, halfWidth }): Cell[] => {
          const own = limits.map((limit, k) => ({ ...limit, verdict: confirmation.verdicts[k] }))
            .filter((limit) => limit.column === column);
          return [
            title(column), own.map(({ text }) => limitText(text, column)).join('; ') || 'the best',
            plusMinus(predicted.mean, predictedHalfWidth), plusMinus(mean, halfWidth),
            own.map(({ verdict }) => verdict).join('; ') || '–',
          ];
        }));
    }
    parts.files.replaceChildren(
      downloadButton(`Report: ${report.file}`, report.file, report.html, 'text/html'),
      downloadButton('Targets: targets.yaml', 'targets.yaml', designText(given), 'application/yaml'),
      downloadButton('Rounds: rounds.csv', 'rounds.csv', roundsCsv(last), 'text/csv'),
      ...(specification === null ? []
        : [downloadButton('Designed θ: designed.yaml', 'designed.yaml', specification, 'application/yaml')]),
    );
    const values = confirmation?.columns.map(({ column, mean }) => [column, mean]) ?? [];
    Object.assign(root.dataset, { status, specHash: found.specHash, confirmed: JSON.stringify(values) });
  }

  FIRST.forEach(({ quantity, phase, aim, value }, k) => {
    lines[k].quantity.querySelector(`[value=${quantity}]`)?.setAttribute('selected', '');
    lines[k].aim.querySelector(`[value=${aim}]`)?.setAttribute('selected', '');
    lines[k].phase.replaceChildren(new Option('', String(phase)));
    if (Number.isFinite(value)) lines[k].value.defaultValue = String(value);
  });
  lines.forEach(({ wish }, k) => (wish.hidden = k >= FIRST.length));
  for (const { wish, quantity } of lines) {
    quantity.addEventListener('change', () => {
      if (quantity.value !== '') wish.hidden = false;
    });
  }
  parts.more.addEventListener('click', () => {
    const next = lines.find(({ wish }) => wish.hidden);
    if (next === undefined) return;
    next.wish.hidden = false;
    next.quantity.value = 'volumeFraction';
    showPlan();
    next.quantity.focus();
  });
  parts.take.addEventListener('click', () => void page.run(async (options) => {
    const asked = lines.filter(({ quantity }) => quantity.value !== '');
    const wanted = asked.map(({ quantity, phase }): Asked =>
      ({ quantity: quantity.value as Asked['quantity'], phase: Number(phase.value) }));
    const has = new Set(present?.fractions.map(({ phase }) => phase));
    const missing = wanted.find(({ phase }) => !has.has(phase));
    if (missing !== undefined) throw new Error(`The present structure has no label ${missing.phase}.`);
    const values = await page.call('quantities', { wanted }, options);
    asked.forEach(({ aim, value, tolerance, now }, k) => {
      const found = values[k];
      now.textContent = `now ${readable(found, 4)}`;
      if (found === null || aim.value === 'largest' || aim.value === 'smallest') return;
      value.value = String(Number(found.toPrecision(4)));
      if (aim.value === 'equal') tolerance.value = String(Number((NEAR * Math.abs(found)).toPrecision(2)));
      value.dispatchEvent(new Event('change', { bubbles: true }));
    });
  }));
  parts.source.addEventListener('change', useSource);
  for (const name of ['input', 'change']) parts.form.addEventListener(name, showPlan);
  savesText(page, parts.specification, 'targets.yaml', () => {
    const given = settings();
    parseDesignSpec(given);
    return designText(given);
  });
  onSubmit(parts.form, () => void page.run(async (options) => {
    const given = settings();
    parts.answer.textContent = '';
    parts.confirmed.hidden = true;
    parts.files.replaceChildren();
    const found = await page.call('design', { settings: given }, options, showRounds);
    if (found.present !== null) show(found.present);
    showDesigned(found, given);
    page.warn(found.failures.map(({ id, error }) => `${id}: ${error}`));
  }));

  offerSources(sources[0].name);
  showPlan();
  return {
    root,
    offer(structure) {
      present = structure;
      parts.take.hidden = false;
      parts.take.title = structure.fractions.map(({ phase }) => phaseName(structure, phase)).join(', ');
      for (const { now } of lines) now.textContent = '';
    },
    offerModel(next) {
      sources = withSource(sources, next);
      offerSources(next.name);
      useSource();
    },
  };
}
