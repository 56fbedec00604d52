// The panel of models: which one, how large, which seed.
import { DRAWN_BY_NAME, parameterSets } from '../../src/browser.js';
import type { CallOptions } from '../client.js';
import { assemble, onSubmit, requiredNumber } from '../dom.js';
import { make } from '../../src/viewer/elements.js';
import type { Page } from '../page.js';
import type { Present } from '../protocol.js';

/** Parameter sets that look like something at the sizes of this page. */
const SETS = ['bm01', 'bm03', 'bm10', 'f850', 'c850'];
/** The source of `draw` that is no parameter set: the model that was calibrated last. */
const CALIBRATED = 'calibrated';

const HTML = `
  <form class="panel" data-panel="draw">
    <fieldset>
      <label>Model <select name="model" data-part="model"></select></label>
      <label>Edge, voxels <select name="size" data-part="size">
        <option>48</option><option>64</option><option selected>96</option><option>128</option><option>192</option>
        <option>256</option>
      </select></label>
      <label>Seed
        <input name="seed" data-part="seed" type="number" required min="0" max="9007199254740991" step="1" value="1">
      </label>
      <button data-part="submit" type="submit">Draw and measure</button>
    </fieldset>
    <fieldset class="quiet" data-part="parameters" aria-label="Parameters of the model" hidden></fieldset>
    <p class="hint">Parameter sets are surrogates: they meet published volume fractions and interface areas, not the
    papers’ fits.</p>
  </form>`;

/** A field for every number among the parameters of a model that is drawn by its name. */
function parameterFields(name: string): HTMLLabelElement[] {
  const model = DRAWN_BY_NAME.find((one) => one.name === name);
  const table: Readonly<Record<string, { readonly meaning: string; readonly fallback?: unknown }>> =
    model?.parameters ?? {};
  return Object.entries(table).filter(([, { fallback }]) => typeof fallback === 'number').map(([key, setting]) => {
    const value = String(setting.fallback);
    const field = make('input', { type: 'number', step: 'any', required: true, value, defaultValue: value, name: key });
    return make('label', { title: setting.meaning }, `${key} `, field);
  });
}

export interface DrawPanel {
  readonly root: HTMLElement;
  /** Draws from the model that was calibrated last. @param name of what it was calibrated to */
  drawCalibrated(name: string): Promise<void>;
}

/** @param drawn takes each structure, while the page's task goes on */
export function drawPanel(
  page: Page, drawn: (present: Present, options: CallOptions) => Promise<void>,
): DrawPanel {
  const { root, parts: { model, size, seed, parameters } } = assemble(HTML, {
    model: HTMLSelectElement, size: HTMLSelectElement, seed: HTMLInputElement, parameters: HTMLFieldSetElement,
  });
  const offered = parameterSets.filter(({ name }) => SETS.includes(name));
  model.append(...[...offered, ...DRAWN_BY_NAME].map(({ name, title }) => new Option(title, name)));

  const showParameters = (): void => {
    const fields = parameterFields(model.value);
    parameters.replaceChildren(...fields);
    parameters.hidden = fields.length === 0;
  };
  model.addEventListener('change', showParameters);
  showParameters();

  const draw = (): Promise<void> => page.run(async (options) => {
    const changed = [...parameters.querySelectorAll('input')].filter((field) => field.value !== field.defaultValue);
    const choice = {
      source: model.value, edge: Number(size.value), seed: requiredNumber(seed),
      parameters: Object.fromEntries(changed.map((field) => [field.name, requiredNumber(field)])),
    };
    await drawn(await page.call('draw', choice, options), options);
  });
  onSubmit(root as HTMLFormElement, () => void draw());
  return {
    root,
    drawCalibrated(name) {
      const known = [...model.options].find(({ value }) => value === CALIBRATED);
      const option = known ?? model.appendChild(new Option('', CALIBRATED));
      Object.assign(option, { textContent: `calibrated to ${name}`, selected: true });
      showParameters();
      return draw();
    },
  };
}
