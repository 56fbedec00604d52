// The panel of models: which one, its θ on sliders, how large, which seed; theory follows at once.
import { plannedBytes, type VoxelSize } from '../../src/browser.js';
import { make } from '../../src/viewer/elements.js';
import type { CallOptions } from '../client.js';
import { assemble, explain, onSubmit, requiredNumber } from '../dom.js';
import type { Page } from '../page.js';
import { PRESET_GROUPS, PRESETS, type Preset } from '../presets.js';
import type { Present, SessionFacts } from '../protocol.js';
import { savesText } from '../save.js';
import { commandOf, specificationFiles, specificationOf, type Drawing } from '../specification.js';
import { modelOf, thetaFields } from '../theta.js';
import { theoryPanel } from './theory.js';

/** Edges that the slider stops at; the last is that of the windows in the papers. */
const EDGES = [32, 48, 64, 96, 128, 192, 256, 401];
/** Up to this edge the first structure is drawn without being asked for. */
const AT_ONCE = 128;

const HTML = `
  <form class="panel" data-panel="draw">
    <fieldset data-anytime>
      <label class="wide">Model <select name="model" data-part="model"></select></label>
      <div class="slider">
        <span>edge <small>voxel</small></span>
        <input data-part="sizeSlider" type="range" min="0" max="${EDGES.length - 1}" step="1"
          aria-label="Edge in voxels, slider">
        <input name="size" data-part="size" type="number" required min="8" max="1625" step="1" value="96"
          aria-label="Edge in voxels">
      </div>
      <div class="slider" data-part="seedRow">
        <span>seed</span>
        <input data-part="seedSlider" type="range" min="1" max="50" step="1" value="1" aria-label="Seed, slider">
        <input name="seed" data-part="seed" type="number" required min="0" max="9007199254740991" step="1" value="1"
          aria-label="Seed">
      </div>
    </fieldset>
    <fieldset class="buttons">
      <button data-part="submit" type="submit">Draw and measure</button>
    </fieldset>
    <p class="hint" data-part="need"></p>
    <fieldset class="quiet" data-anytime data-part="parameters" aria-label="Parameters of the model"></fieldset>
    <div data-part="theory"></div>
    <p class="hint" data-part="source"></p>
    <p class="hint">Save it for the command line:
      <button data-part="yaml" type="button">structure.yaml</button>
      <button data-part="json" type="button">structure.json</button>
    </p>
  </form>`;

const memory = (bytes: number): string =>
  (bytes < 2 ** 30 ? `${Math.ceil(bytes / 2 ** 20)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`);
const duration = (seconds: number): string =>
  (seconds < 1 ? 'less than 1 s' : seconds < 100 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`);

export interface DrawPanel {
  readonly root: HTMLElement;
  /** Draws what the address or the preset says, where that is small. */
  begin(facts: SessionFacts): Promise<void>;
  /** Sets θ of a model and draws from it. @param title what it is, e.g. "Model of cathode.tif" */
  drawFrom(
    title: string, model: string, parameters: Readonly<Record<string, unknown>>, voxelEdgesUm: VoxelSize,
  ): Promise<void>;
}

/** @param drawn takes each structure; `measure` follows it, while the page's task goes on */
export function drawPanel(
  page: Page, drawn: (present: Present) => void, measure: (options: CallOptions) => Promise<void>,
): DrawPanel {
  const { root, parts } = assemble(HTML, {
    model: HTMLSelectElement, size: HTMLInputElement, sizeSlider: HTMLInputElement, seed: HTMLInputElement,
    seedSlider: HTMLInputElement, seedRow: HTMLElement, parameters: HTMLFieldSetElement, source: HTMLElement,
    need: HTMLElement, theory: HTMLElement, yaml: HTMLButtonElement, json: HTMLButtonElement,
  });
  const theory = theoryPanel();
  const theta = thetaFields(parts.parameters);
  parts.theory.replaceWith(theory.root);
  parts.model.append(...PRESET_GROUPS.map(({ title, presets }) => {
    const options = presets.map(({ name, title: text }) => new Option(text, name));
    return make('optgroup', { label: title }, ...options);
  }));
  let facts: SessionFacts | null = null;
  /** Seconds a voxel, of what was drawn and measured here last. */
  const rates: { draw: number | null; measure: number | null } = { draw: null, measure: null };
  /** Of what was set by `drawFrom`, until a parameter is changed. */
  let title: string | null = null;

  const preset = (): Preset => PRESETS.find(({ name }) => name === parts.model.value) ?? PRESETS[0];
  const hasSeed = (): boolean => Object.hasOwn(modelOf(preset()).settings, 'seed');
  const drawing = (): Drawing => ({
    preset: preset(), edge: requiredNumber(parts.size), seed: hasSeed() ? requiredNumber(parts.seed) : null,
    ...theta.values(),
  });

  /** What it takes, before it is asked for. */
  function showNeed(edge: number): void {
    const { threads = 1, memoryBytes = Infinity } = facts ?? {};
    const operations = [...modelOf(preset()).planned.map(({ name }) => name).slice(0, 1), 'describe', 'conduct-fields'];
    const bytes = Math.max(...operations.map((name) => plannedBytes(name, [edge, edge, edge], threads)));
    const fits = bytes <= memoryBytes;
    const time = (rate: number | null, what: string): string[] =>
      (rate === null ? [] : [`${what} here ${duration(rate * edge ** 3)}`]);
    const millions = edge ** 3 / 1e6;
    parts.need.textContent = `${[
      `${millions.toFixed(millions < 1 ? 2 : 1)} million voxels take ${memory(bytes)}`,
      ...(fits ? [...time(rates.draw, 'drawing'), ...time(rates.measure, 'measuring')]
        : [`this page may have ${memory(memoryBytes)}, so take a smaller edge`]),
    ].join('; ')}.`;
    parts.need.classList.toggle('error', !fits);
  }

  let frame = 0;
  const follow = (): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      try {
        const wanted = drawing();
        showNeed(wanted.edge);
        theory.follow(specificationOf(wanted));
      } catch (error) {
        parts.need.textContent = (error as Error).message;
        parts.need.classList.add('error');
      }
    });
  };
  const showPreset = (): void => {
    const { model, source } = preset();
    theta.show(preset());
    parts.source.replaceChildren(
      source === '' ? 'What the parameters mean' : `${source}.`, explain(model === 'packing' ? 'packing' : 'models'),
    );
    parts.seedRow.hidden = !hasSeed();
    title = null;
    follow();
  };

  async function drawOnly(options: CallOptions): Promise<number> {
    const wanted = drawing();
    const started = performance.now();
    drawn(await page.call('draw', {
      title: title ?? wanted.preset.title, specification: specificationOf(wanted), command: commandOf(wanted),
    }, options));
    rates.draw = (performance.now() - started) / 1000 / wanted.edge ** 3;
    return wanted.edge;
  }
  const draw = (): Promise<void> => page.run(async (options) => {
    const edge = await drawOnly(options);
    const started = performance.now();
    await measure(options);
    rates.measure = (performance.now() - started) / 1000 / edge ** 3;
    showNeed(edge);
  });

  const set = (field: HTMLInputElement, value: string): void => {
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const followSize = (): void => {
    const edge = Number(parts.size.value);
    const nearest = EDGES.reduce((best, one) => (Math.abs(one - edge) < Math.abs(best - edge) ? one : best));
    parts.sizeSlider.value = String(EDGES.indexOf(nearest));
    parts.sizeSlider.setAttribute('aria-valuetext', parts.size.value);
  };
  parts.sizeSlider.addEventListener('input', () => set(parts.size, String(EDGES[Number(parts.sizeSlider.value)])));
  parts.seedSlider.addEventListener('input', () => set(parts.seed, parts.seedSlider.value));
  parts.size.addEventListener('input', followSize);
  parts.seed.addEventListener('input', () => {
    parts.seedSlider.value = parts.seed.value;
  });
  parts.model.addEventListener('change', showPreset);
  root.addEventListener('input', follow);
  parts.parameters.addEventListener('input', () => {
    title = null;
  });
  for (const kind of ['yaml', 'json'] as const) {
    savesText(page, parts[kind], `structure.${kind}`, () => specificationFiles(drawing())[kind]);
  }
  onSubmit(root as HTMLFormElement, () => void draw());
  followSize();
  showPreset();

  return {
    root,
    async begin(found) {
      facts = found;
      if (Number(parts.size.value) <= AT_ONCE) await page.run(async (options) => void await drawOnly(options));
      follow();
    },
    drawFrom(what, model, parameters, voxelEdgesUm) {
      const first = PRESETS.find((one) => one.model === model);
      if (first === undefined) throw new Error(`page: no preset is drawn from ${model}`);
      parts.model.value = first.name;
      showPreset();
      theta.set(parameters, voxelEdgesUm);
      title = what;
      return draw();
    },
  };
}
