// The panel of calibration: θ with its uncertainty, the curves of data and model, and a structure drawn from it.
import { CALIBRATED_MODELS, type CurvePoint, type ModelName } from '../../src/browser.js';
import { lineOf } from '../../src/viewer.js';
import { assemble, downloadButton, onSubmit, readable, requiredNumber, type Cell } from '../dom.js';
import { chartFigure, named, tableBlock, type TableBlock } from '../figures.js';
import { onThisPage, withPhaseNames } from '../flags.js';
import { make } from '../../src/viewer/elements.js';
import { lengthUnit } from '../measure-table.js';
import type { Page } from '../page.js';
import { symbolOf } from '../theta.js';
import { phaseName, type Calibrated, type Present } from '../protocol.js';

const fittedModel = (name: string): (typeof CALIBRATED_MODELS)[number] =>
  CALIBRATED_MODELS.find((model) => model.name === name) ?? CALIBRATED_MODELS[0];

interface QuantityName {
  readonly name: string;
  /** Power of the length in its unit. */
  readonly power?: 1 | -1;
}

const QUANTITY_NAMES: Readonly<Record<string, QuantityName>> = {
  volumeFraction: { name: 'volume fraction ε' }, specificSurfaceArea: { name: 'specific surface area S', power: -1 },
  meanGeodesicTortuosity: { name: 'geodesic tortuosity τ' }, stdGeodesicTortuosity: { name: 'deviation of τ' },
  constrictivity: { name: 'constrictivity β' }, bottleneckRadius: { name: 'bottleneck radius', power: 1 },
  bulgeRadius: { name: 'bulge radius', power: 1 }, mFactor: { name: 'M-factor' },
  interfaceArea: { name: 'interface', power: -1 },
};

const HTML = `
  <section data-panel="calibrate" aria-label="Calibrate a model to it" hidden>
    <h2>Calibrate a model to it</h2>
    <form class="panel" data-part="form">
      <fieldset>
        <label>Model <select data-part="model" name="model"></select></label>
        <span class="group" role="group" aria-label="Labels of the model’s phases" data-part="roles"></span>
        <label>Structures drawn
          <input data-part="draws" name="draws" type="number" required min="30" max="1000" step="1" value="40">
        </label>
        <label>Compare with <select data-part="realisations" name="realisations">
          <option value="0">none</option><option value="2">2 realisations</option>
          <option value="5">5 realisations</option>
        </select></label>
        <label>Anisotropy a <select data-part="anisotropy" name="anisotropy">
          <option value="">fitted</option><option value="1">held at 1</option>
        </select></label>
        <button data-part="submit" type="submit">Calibrate</button>
      </fieldset>
      <p class="hint">Behind each phase of the model stands the label that is taken for it: of an image, say which.</p>
    </form>
    <div data-part="calibrated" hidden>
      <div data-part="fitted"></div>
      <ul class="findings" data-part="findings"></ul>
      <div class="charts" data-part="curves"></div>
      <div data-part="comparison" hidden></div>
      <p class="buttons" data-part="files"></p>
    </div>
  </section>`;

const plusMinus = (value: number | null, deviation: number | null): Cell =>
  (value === null || deviation === null ? readable(value, 4) : [readable(value, 4), `± ${readable(deviation, 2)}`]);

/** The symbol of a parameter, with its name and what it means in small print. */
function parameterCell(model: ModelName, name: string): Cell {
  const known: Readonly<Record<string, { readonly meaning: string } | undefined>> = fittedModel(model).parameters;
  const meaning = known[name]?.meaning ?? '';
  return [symbolOf(name, meaning), `${name}: ${meaning.replace(/^\S{1,5}: /, '')}`];
}

function showParameters(
  table: TableBlock, { calibration: { model, estimates, voxelSizeUm, misfit } }: Calibrated,
): void {
  const size = voxelSizeUm === null ? '' : ` of ${readable(voxelSizeUm, 4)} µm`;
  table.show({
    caption: `Per voxel means an edge${size}. What the fit leaves of the curves: `
      + `T² = ${readable(misfit.distance, 3)} with ${misfit.degrees} degrees of freedom, `
      + `probability ${readable(misfit.probability, 2)} under the model.`,
    head: [named('parameter', 'calibration'), 'value', 'standard error', '95 % interval'],
    rows: estimates.map(({ name, value, standardError, interval: [low, high] }): Cell[] =>
      [
      parameterCell(model, name), readable(value, 4), `± ${readable(standardError, 2)}`,
      `${readable(low, 4)} to ${readable(high, 4)}`,
    ]),
    numbers: {
      head: ['parameter', 'value', 'standard error', 'low', 'high'],
      rows: estimates.map(({ name, value, standardError, interval }) => [name, value, standardError, ...interval]),
    },
  });
}

/** What a reader must not overlook. */
function findingsOf({ calibration, intervals, warnings }: Calibrated, present: Present): string[] {
  const { confounded, alternatives, converged, weighting, notes } = calibration;
  const fit = alternatives.length > 1 ? 'optima fit' : 'optimum fits';
  const optima = `${alternatives.length} other ${fit} the curves as well`;
  return [
    ...(converged ? [] : ['The fit has not converged.']),
    ...confounded.map(({ text }) => `${text}.`),
    ...(alternatives.length === 0 ? [] : [`${optima}: the two parts of a field can stand for each other.`]),
    ...(weighting === 'plain'
      ? ['The model cannot have these curves: the fit is near to all of them alike, and its errors are those of '
        + 'sampling alone.']
      : []),
    ...notes,
    ...intervals.map(({ phase, volumeFraction, interval: [low, high] }) =>
      `ε of ${phaseName(present, phase)} ${readable(volumeFraction, 4)}; of the material it was cut from, by this `
        + `window alone: ${readable(low, 4)} to ${readable(high, 4)} (95 %).`),
    ...warnings,
  ].map((text) => withPhaseNames(onThisPage(text), present.phaseNames));
}

function showCurvesOf(host: HTMLElement, { calibration: { curves, model, voxelSizeUm } }: Calibrated): void {
  const groups = new Map<string, CurvePoint[]>();
  for (const point of curves) {
    const of = fittedModel(model).calibration?.fields[point.field]?.title;
    const key = `C(h) of ${of}, ${point.direction === 'z' ? 'along z' : 'across z'}`;
    groups.set(key, [...(groups.get(key) ?? []), point]);
  }
  host.replaceChildren();
  for (const [title, points] of groups) {
    const { root, show } = chartFigure(`curve-${host.childElementCount + 1}`, title, 'two-point coverage');
    host.append(root);
    const x = points.map(({ lag }) => lag * (voxelSizeUm ?? 1));
    const band = (sign: number): number[] => points.map(({ data, standardError }) => data + sign * 2 * standardError);
    show([
      { label: 'model', colour: lineOf(1), x, y: points.map((point) => point.model) },
      { label: '+ 2σ', colour: lineOf(3), x, y: band(1), style: 'dashed' },
      { label: '− 2σ', colour: lineOf(3), x, y: band(-1), style: 'dashed' },
      { label: 'image', colour: lineOf(2), x, y: points.map(({ data }) => data), style: 'points' },
    ], [`lag, ${voxelSizeUm === null ? 'voxels' : 'µm'}`, 'C(h)']);
  }
}

function showCompared(table: TableBlock, { quantities }: Calibrated, present: Present): void {
  const unit = lengthUnit(present);
  const nameOf = ({ quantity, phases }: Calibrated['quantities'][number]): string => {
    const { name, power } = QUANTITY_NAMES[quantity];
    const between = phases.map((phase) => phaseName(present, phase)).join(' – ');
    const per = power === -1 ? `per ${unit.replace(/s$/, '')}` : unit;
    return `${name}, ${between}${power === undefined ? '' : `, ${per}`}`;
  };
  table.show({
    caption: 'Image and drawn structures, none of which has been fitted but ε. Small print: standard deviations, of '
      + 'the image by the variance of its windows, of the model between the structures drawn; the last column is in '
      + 'units of both together.',
    head: [named('quantity', 'descriptors'), 'image', 'model', 'image − model, in σ'],
    rows: quantities.map((one): Cell[] => [
      nameOf(one), plusMinus(one.image, one.imageDeviation),
      plusMinus(one.model?.mean ?? null, one.model?.standardDeviation ?? null), readable(one.deviations, 2),
    ]),
    numbers: {
      head: ['quantity', 'image', 'deviation of the image', 'model', 'deviation of the model', 'image - model, in σ'],
      rows: quantities.map((one) => [
        nameOf(one), one.image, one.imageDeviation, one.model?.mean, one.model?.standardDeviation, one.deviations,
      ]),
    },
  });
}

export interface CalibratePanel {
  readonly root: HTMLElement;
  /** Offers a structure to calibrate to. */
  offer(present: Present): void;
}

/** @param draw draws a structure from the calibrated model; `name` is what it was calibrated to
 *  @param calibrated takes every model that was calibrated */
export function calibratePanel(
  page: Page, draw: (name: string, calibration: Calibrated['calibration']) => void,
  calibrated: (found: Calibrated, name: string) => void,
): CalibratePanel {
  const { root, parts } = assemble(HTML, {
    form: HTMLFormElement, model: HTMLSelectElement, roles: HTMLElement, draws: HTMLInputElement,
    realisations: HTMLSelectElement, anisotropy: HTMLSelectElement, calibrated: HTMLElement,
    fitted: HTMLElement, findings: HTMLElement, curves: HTMLElement, comparison: HTMLElement, files: HTMLElement,
  });
  const parameters = tableBlock('parameters', 'Parameters of the model');
  const compared = tableBlock('compared', 'Image and model beside each other');
  parts.fitted.append(parameters.root);
  parts.comparison.append(compared.root);
  parts.model.append(...CALIBRATED_MODELS.map(({ name, title }) => new Option(title, name)));
  let present: Present | null = null;
  const modelName = (): ModelName => parts.model.value as ModelName;

  function offerRoles(): void {
    if (present === null) return;
    const image = present;
    const labels = image.fractions.map(({ phase }) => phase);
    const roles = fittedModel(modelName()).phases();
    // The choice begins with the model's own labels where the image has them.
    const own = roles.every(({ label }) => labels.includes(label)) ? roles.map(({ label }) => label) : labels;
    parts.roles.replaceChildren(...roles.map(({ name: role }, k) => {
      const option = (label: number): HTMLOptionElement =>
        new Option(phaseName(image, label), String(label), false, label === own[k]);
      return make('label', {}, `${role} `, make('select', {}, ...labels.map(option)));
    }));
  }

  function show(found: Calibrated, image: Present): void {
    parts.calibrated.hidden = false;
    showParameters(parameters, found);
    parts.findings.replaceChildren(...findingsOf(found, image).map((textContent) => make('li', { textContent })));
    showCurvesOf(parts.curves, found);
    parts.comparison.hidden = found.quantities.length === 0;
    showCompared(compared, found, image);
    const again = make('button', { type: 'button', textContent: 'Draw a structure from it' });
    again.addEventListener('click', () => draw(image.name, found.calibration));
    const { report: { file, html }, specification, seconds } = found;
    parts.files.replaceChildren(
      again,
      downloadButton(`Report: ${file}`, file, html, 'text/html'),
      downloadButton('Specification: calibrated.yaml', 'calibrated.yaml', specification, 'application/yaml'),
      make('span', { className: 'hint', textContent: `${seconds.toFixed(1)} s` }),
    );
    root.dataset.theta = JSON.stringify(found.calibration.parameters);
    calibrated(found, image.name);
  }

  parts.model.addEventListener('change', offerRoles);
  onSubmit(parts.form, () => void page.run(async (options) => {
    if (present === null) return;
    const image = present;
    const held = parts.anisotropy.value;
    show(await page.call('calibrate', {
      model: modelName(), seed: 1, draws: requiredNumber(parts.draws), realisations: Number(parts.realisations.value),
      phases: [...parts.roles.querySelectorAll('select')].map(({ value }) => Number(value)),
      anisotropyFactor: held === '' ? null : Number(held),
    }, options), image);
  }));
  return {
    root,
    offer(structure) {
      present = structure;
      parts.model.value = CALIBRATED_MODELS.find((model) => model.phases().length === structure.fractions.length)?.name
        ?? CALIBRATED_MODELS[0].name;
      parts.anisotropy.value = structure.volume.shape[0] === 1 ? '1' : '';
      offerRoles();
      root.hidden = false;
      parts.calibrated.hidden = true;
    },
  };
}
