// The panel of calibration: θ with its uncertainty, the curves of data and model, and a structure drawn from it.
import type { CurvePoint } from '../src/calibration/calibrate.js';
import type { ModelName } from '../src/calibration/model.js';
import { phasesOf } from '../src/core/volume.js';
import { showCurves } from './charts.js';
import { lineOf } from './colours.js';
import { downloadButton, element, fillTable, input, make, readable, requiredNumber, select, type Cell } from './dom.js';
import { phaseName } from './measure.js';
import type { Page } from './page.js';
import type { Calibrated, Present } from './protocol.js';

const ROLES: Readonly<Record<ModelName, readonly string[]>> = { 'three-phase': ['solid electrolyte', 'active material', 'pore'], chi2: ['solid', 'pore'] };
/** The model's own labels: what the choice begins with where the image has them. */
const OWN: Readonly<Record<ModelName, readonly number[]>> = { 'three-phase': [1, 2, 3], chi2: [2, 3] };
const QUANTITY_NAMES: Readonly<Record<string, string>> = {
  volumeFraction: 'ε', specificSurfaceArea: 'S', meanGeodesicTortuosity: 'geodesic tortuosity', stdGeodesicTortuosity: 'its deviation', constrictivity: 'β',
  bottleneckRadius: 'bottleneck radius', bulgeRadius: 'bulge radius', mFactor: 'M', interfaceArea: 'interface',
};

function showParameters({ calibration: { estimates, voxelSizeUm, misfit } }: Calibrated): void {
  fillTable(
    element('parameters'),
    `α per voxel${voxelSizeUm === null ? '' : ` of ${readable(voxelSizeUm, 4)} µm`}; a is the anisotropy factor. What the fit leaves of the curves: T² = ${readable(misfit.distance, 3)} `
      + `with ${misfit.degrees} degrees of freedom, probability ${readable(misfit.probability, 2)} under the model.`,
    ['parameter', 'value', 'standard error', '95 % interval'],
    estimates.map(({ name, value, standardError, interval: [low, high] }): Cell[] =>
      [name, readable(value, 4), `± ${readable(standardError, 2)}`, `${readable(low, 4)} – ${readable(high, 4)}`]),
  );
}

/** What a reader must not overlook. */
function findingsOf({ calibration, intervals, warnings }: Calibrated, present: Present): string[] {
  const { confounded, alternatives, converged, weighting, notes } = calibration;
  return [
    ...(converged ? [] : ['The fit has not converged.']),
    ...confounded.map(({ text }) => `${text}.`),
    ...(alternatives.length === 0 ? [] : [`${alternatives.length} other optimum${alternatives.length > 1 ? 's fit' : ' fits'} the curves as well: the two parts of a field can stand for each other.`]),
    ...(weighting === 'plain' ? ['The model cannot have these curves: the fit is near to all of them alike, and its errors are those of sampling alone.'] : []),
    ...notes,
    ...intervals.map(({ phase, volumeFraction, interval: [low, high] }) =>
      `ε of ${phaseName(present, phase)} ${readable(volumeFraction, 4)}; of the material it was cut from, by this window alone: ${readable(low, 4)} to ${readable(high, 4)} (95 %).`),
    ...warnings,
  ];
}

function showCoverage({ calibration: { curves, model, voxelSizeUm } }: Calibrated): void {
  const groups = new Map<string, CurvePoint[]>();
  for (const point of curves) {
    const of = model === 'chi2' ? 'solid' : point.field === 'x' ? 'solid electrolyte' : 'active material outside of it';
    const key = `C(h) of ${of}, ${point.direction === 'z' ? 'along z' : 'across z'}`;
    groups.set(key, [...(groups.get(key) ?? []), point]);
  }
  element('coverage').replaceChildren();
  for (const [title, points] of groups) {
    const host = make('div');
    element('coverage').append(make('figure', {}, make('figcaption', { textContent: title }), host));
    const x = points.map(({ lag }) => lag * (voxelSizeUm ?? 1));
    showCurves(host, [
      { label: 'model', colour: lineOf(1), x, y: points.map((point) => point.model) },
      { label: '+ 2σ', colour: lineOf(3), x, y: points.map(({ data, standardError }) => data + 2 * standardError), style: 'dashed' },
      { label: '− 2σ', colour: lineOf(3), x, y: points.map(({ data, standardError }) => data - 2 * standardError), style: 'dashed' },
      { label: 'image', colour: lineOf(2), x, y: points.map(({ data }) => data), style: 'points' },
    ], [`lag, ${voxelSizeUm === null ? 'voxels' : 'µm'}`, 'C(h)']);
  }
}

function showCompared({ quantities }: Calibrated, present: Present): void {
  const table = element('compared');
  (table.parentElement as HTMLElement).hidden = quantities.length === 0;
  fillTable(
    table, 'Image and drawn structures, none of which has been fitted but ε. σ is the deviation between the structures drawn.', ['', 'image', 'model', 'σ', 'difference / σ'],
    quantities.map(({ quantity, phases, image, model, deviations }): Cell[] => [
      `${QUANTITY_NAMES[quantity]}, ${phases.map((phase) => phaseName(present, phase)).join(' – ')}`, readable(image, 4), readable(model?.mean, 4), readable(model?.standardDeviation, 2), readable(deviations, 2),
    ]),
  );
}

/** @param draw draws a structure from the calibrated model and measures it
 *  @returns takes a structure to calibrate to */
export function calibratePanel(page: Page, draw: (name: string) => void): (present: Present) => void {
  let present: Present | null = null;
  let phases: number[] = [];

  function offerRoles(): void {
    const model = select('calibrate-model').value as ModelName;
    const own = OWN[model].every((label) => phases.includes(label)) ? OWN[model] : phases;
    element('roles').replaceChildren(...ROLES[model].map((role, k) =>
      make('label', {}, `${role} `, make('select', {}, ...phases.map((label) => new Option(present === null ? '' : phaseName(present, label), String(label), false, label === own[k]))))));
  }

  select('calibrate-model').addEventListener('change', offerRoles);
  element('calibrate').addEventListener('submit', (event) => {
    event.preventDefault();
    void page.run(async (options) => {
      if (present === null) return;
      const image = present;
      const found = await page.call('calibrate', {
        model: select('calibrate-model').value as ModelName,
        phases: [...element('roles').querySelectorAll('select')].map(({ value }) => Number(value)),
        draws: requiredNumber(input('draws')), seed: 1, realisations: Number(select('realisations').value),
        anisotropyFactor: select('anisotropy').value === '' ? null : Number(select('anisotropy').value),
      }, options);
      element('calibrated').hidden = false;
      showParameters(found);
      element('findings').replaceChildren(...findingsOf(found, image).map((textContent) => make('li', { textContent })));
      showCoverage(found);
      showCompared(found, image);
      const again = make('button', { type: 'button', textContent: 'Draw a structure from it' });
      again.addEventListener('click', () => draw(image.name));
      element('calibrated-files').replaceChildren(
        again,
        downloadButton(`Report: ${found.report.file}`, found.report.file, found.report.html, 'text/html'),
        downloadButton('Specification: calibrated.yaml', 'calibrated.yaml', found.specification, 'application/yaml'),
        make('span', { className: 'hint', textContent: `${found.seconds.toFixed(1)} s` }),
      );
      document.body.dataset.theta = JSON.stringify(found.calibration.parameters);
    });
  });
  return (structure) => {
    present = structure;
    phases = phasesOf(structure.volume);
    select('calibrate-model').value = phases.length === 2 ? 'chi2' : 'three-phase';
    select('anisotropy').value = structure.volume.shape[0] === 1 ? '1' : '';
    offerRoles();
    element('calibration').hidden = false;
  };
}

