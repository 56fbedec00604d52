// Report of a calibration: parameters with their region, curves of data and model, image and model side by side.
import type { Calibration, CurvePoint } from '../calibration/calibrate.js';
import type { FractionInterval } from '../calibration/interval.js';
import type { Validation } from '../calibration/validate.js';
import type { LabelVolume } from '../core/volume.js';
import { lines, type Line } from './chart.js';
import { escape, readable, section, tableHtml, type Cell } from './html.js';
import { page } from './page.js';
import { sliceFigure, sliceOf } from './slices.js';

export interface CalibrationReportData {
  readonly title: string;
  readonly calibration: Calibration;
  readonly intervals: readonly FractionInterval[];
  readonly validation: Validation | null;
  readonly reproducibility: readonly { readonly label: string; readonly value: string }[];
}

const MODEL_NAMES = { 'three-phase': 'three-phase excursion model', chi2: 'χ²₂ two-phase model' } as const;
const QUANTITY_NAMES = {
  volumeFraction: 'volume fraction ε', specificSurfaceArea: 'specific surface area S', geodesicTortuosity: 'geodesic tortuosity', constrictivity: 'constrictivity β', mFactor: 'M-factor',
} as const;

function header({ title, calibration }: CalibrationReportData): string {
  const { model, estimates, confounded, alternatives, misfit, converged } = calibration;
  const tiles = estimates.map(({ name, value, standardError }) =>
    `<div><dt>${escape(name)}</dt><dd>${readable(value, 4)}<small>± ${readable(standardError, 2)}</small></dd></div>`);
  const warnings = [
    ...(converged ? [] : ['The fit has not converged.']),
    ...confounded.map(({ text }) => `${text}.`),
    ...(alternatives.length > 0 ? [`${alternatives.length} other optimum${alternatives.length > 1 ? 's fit' : ' fits'} the curves within the region of confidence: the parts of a field can stand for each other.`] : []),
    ...(misfit.probability < 0.01 ? ['The model cannot have these curves (probability below 1 %): the regions below hold for the model, not for the material.'] : []),
  ];
  return `<header><p class="kind">voxelith · calibration</p><h1>${escape(title)}</h1>`
    + `<p class="lead">The ${MODEL_NAMES[model]}, fitted to the two-point coverages of the image; α per voxel${calibration.voxelSizeUm === null ? '' : ` of ${readable(calibration.voxelSizeUm, 4)} µm`}.</p>`
    + `<dl class="tiles">${tiles.join('')}</dl>${warnings.map((text) => `<p class="warn">${escape(text)}</p>`).join('')}</header>`;
}

function parameterSection({ calibration }: CalibrationReportData): string {
  const { estimates, misfit, region } = calibration;
  const rows = estimates.map(({ name, value, standardError, interval: [low, high] }): Cell[] =>
    [name, readable(value, 4), readable(standardError, 2), `${readable(low, 3)} – ${readable(high, 3)}`]);
  return section('parameters', 'Parameters', tableHtml(
    `95 % intervals of each parameter by itself; jointly the 95 % region is where the score distance is at most ${readable(region.limit, 3)}. `
      + `What the fit leaves: T² = ${readable(misfit.distance, 3)} with ${misfit.degrees} degrees of freedom, probability ${readable(misfit.probability, 2)}.`,
    ['parameter', 'value', 'standard error', '95 % interval'], rows));
}

function curveSection({ calibration }: CalibrationReportData): string {
  const groups = new Map<string, CurvePoint[]>();
  for (const point of calibration.curves) {
    const key = `${point.field} ${point.direction}`;
    groups.set(key, [...(groups.get(key) ?? []), point]);
  }
  const unit = calibration.voxelSizeUm;
  const charts = [...groups].map(([key, points]) => {
    const [field, direction] = key.split(' ');
    const x = points.map(({ lag }) => lag * (unit ?? 1));
    const line = (name: string, colour: string, y: number[], dashed = false): Line => ({ name, colour, x, y, dashed });
    const of = calibration.model === 'chi2' ? 'solid' : field === 'x' ? 'X (SE)' : 'Y (AM outside of SE)';
    return `<figure>${lines([
      line('model', 'p1', points.map(({ model }) => model)), line('data', 'p2', points.map(({ data }) => data), true),
      line('± 2σ', 'p0', points.map(({ data, standardError }) => data + 2 * standardError)), line('', 'p0', points.map(({ data, standardError }) => data - 2 * standardError)),
    ].slice(0, 4), { title: `${of}, ${direction === 'z' ? 'along z' : 'across z'}`, xLabel: unit === null ? 'lag, voxels' : 'lag, µm', yLabel: 'coverage C' })}</figure>`;
  });
  return section('curves', 'Two-point coverage', `<p>The probability that both ends of a lag lie in the set, of data and model; σ from structures drawn with the fitted parameters.</p><div class="grid" style="--n:2">${charts.join('')}</div>`);
}

const spreadText = (spread: { readonly mean: number; readonly standardDeviation: number | null } | null): string =>
  spread === null ? '–' : `${readable(spread.mean, 4)}${spread.standardDeviation === null ? '' : ` ± ${readable(spread.standardDeviation, 2)}`}`;

function validationSection({ validation, calibration }: CalibrationReportData): string {
  if (validation === null) return '';
  const rows = calibration.phases.flatMap((phase): Cell[][] => [
    [`label ${phase}`],
    ...validation.quantities.filter((quantity) => quantity.phase === phase).map((q): Cell[] => [
      QUANTITY_NAMES[q.quantity], readable(q.image, 4), spreadText(q.subwindows),
      q.subwindows === null || q.subwindows.standardDeviation === null ? '–' : readable(q.subwindows.standardDeviation / Math.sqrt(8), 2),
      spreadText(q.model), readable(q.deviations, 2),
    ]),
  ]);
  const pictures = (volume: LabelVolume | null, name: string): string => (volume === null ? '' : sliceFigure(sliceOf(volume, 'y', name, 'Plane in the middle, z downwards.')));
  return section('validation', 'Image and model', tableHtml(
    `A window of ${validation.window.join(' × ')} voxels. Subwindows are its eight halves; σ of the image is their deviation over √8. Nothing here but ε has been fitted directly.`,
    ['', 'image', 'its subwindows', 'σ of the image', `model, ${validation.quantities[0].model?.count ?? 0} realisations`, 'difference / σ of the model'], rows),
  `<div class="grid" style="--n:2">${pictures(validation.imageWindow, 'image')}${pictures(validation.example, 'model')}</div>`);
}

function intervalSection({ intervals }: CalibrationReportData): string {
  if (intervals.length === 0) return '';
  return section('representativity', 'How much the image shows', tableHtml(
    'Standard deviation of ε over windows of this size from the image’s own two-point function [B, eq. 18], and the interval for ε of the material that follows; no model is involved.',
    ['label', 'ε', 'σ', '95 % interval', 'independent samples'],
    intervals.map(({ phase, volumeFraction, standardError, interval, effectiveSamples }): Cell[] =>
      [String(phase), readable(volumeFraction, 4), readable(standardError, 2), `${readable(interval[0], 4)} – ${readable(interval[1], 4)}`, readable(effectiveSamples, 3)])));
}

/** A self-contained page; a pure function of its data. */
export function calibrationReport(data: CalibrationReportData): string {
  const facts = data.reproducibility.map(({ label, value }) => `<dt>${escape(label)}</dt><dd>${escape(value)}</dd>`).join('');
  return page(data.title, [
    header(data), parameterSection(data), curveSection(data), validationSection(data), intervalSection(data),
    section('reproducibility', 'Reproducibility', `<dl class="facts">${facts}</dl>`),
  ].join('\n'));
}
