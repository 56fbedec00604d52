// Report of a calibration: images, parameters with their region, curves of data and model, image and model side by
// side.
import { checkArguments, has } from '../core/arguments.js';
import type { Calibration, CurvePoint } from '../calibration/calibrate.js';
import type { FractionInterval } from '../calibration/interval.js';
import type { FieldName } from '../calibration/curves.js';
import { calibratedModel, calibrationOf } from '../calibration/model.js';
import type { Validation } from '../calibration/validate.js';
import { imageSection, type ReportedImage, type Role } from './calibration-images.js';
import { validationSection } from './calibration-validation.js';
import { lines, type Line } from './chart.js';
import { significant } from '../core/text.js';
import { reproducibilitySection, type Fact } from './facts.js';
import { escape, readable, section, tableHtml, tilesHtml, warningsHtml, type Cell, type Tile } from './html.js';
import { page } from './page.js';

/** What the report of a calibration is made from. */
export interface CalibrationReportData {
  readonly title: string;
  /** As they were read and labelled; absent: none are shown. */
  readonly images?: readonly ReportedImage[];
  readonly calibration: Calibration;
  /** Volume fractions with their intervals, phase by phase. */
  readonly intervals: readonly FractionInterval[];
  /** Image and model side by side; null: not asked for. */
  readonly validation: Validation | null;
  /** Version, command, machine, date: nothing is looked up here. */
  readonly reproducibility: readonly Fact[];
}

/** Phases of a model by their labels in the image. */
function rolesOf({ model, phases }: Calibration): ReadonlyMap<number, Role> {
  const own = calibratedModel('report', model).phases();
  return new Map(phases.map((phase, i) => [phase, { name: own[i].symbol, colour: own[i].label as Role['colour'] }]));
}

function header({ title, calibration }: CalibrationReportData): string {
  const { model, estimates, confounded, alternatives, misfit, converged, weighting, notes, voxelSizeUm } = calibration;
  const tiles = estimates.map(({ name, value, standardError }): Tile =>
    [name, readable(value, 4), `± ${readable(standardError, 2)}`]);
  const warnings = [
    ...(converged ? [] : ['The fit has not converged.']),
    ...confounded.map(({ text }) => `${text}.`),
    ...(
      alternatives.length > 0 ? [
        `${alternatives.length === 1 ? 'Another optimum fits' : `${alternatives.length} other optima fit`} the ` +
          'curves within the region of confidence: the parts of a field can stand for each other.',
      ] : []
    ),
    ...(weighting === 'plain'
      ? [
        'The model cannot have these curves. The fit is a compromise near to all of them; ' +
          'the standard errors are those of sampling alone and say nothing about the material. ' +
          'Blurred edges and noise that became a phase do this, too: look at the labels below.',
      ]
      : misfit.probability < 0.01 ? [
        'The model hardly has these curves (probability below 1 %): the regions below hold for the model, ' +
          'not for the material.',
      ] : []),
    ...notes.map((text) => `${text}.`),
  ];
  return `<header><p class="kind">voxelith · calibration</p><h1>${escape(title)}</h1>`
    + `<p class="lead">The ${calibratedModel('report', model).title}, ` +
      'fitted to the two-point coverages of the image; α per ' +
      `voxel${voxelSizeUm === null ? '' : ` of ${significant(voxelSizeUm, 4)} µm`}.</p>`
    + `${tilesHtml(tiles)}${warningsHtml(warnings)}</header>`;
}

function parameterSection({ calibration }: CalibrationReportData): string {
  const { model, estimates, misfit, region, alternatives, confounded } = calibration;
  const meanings: Readonly<Record<string, { readonly meaning: string }>> = calibratedModel('report', model).parameters;
  const rows = estimates.map(({ name, value, standardError, interval: [low, high] }): Cell[] =>
    [
      { html: `${escape(name)}<br><small>${escape(meanings[name].meaning)}</small>` }, readable(value, 4),
      readable(standardError, 2), `${readable(low, 3)} – ${readable(high, 3)}`,
      ...alternatives.map((other) => readable((other as unknown as Record<string, number>)[name], 4)),
    ]);
  const relative = Object.entries(misfit.relative)
    .map(([field, value]) => `${field.toUpperCase()} ${readable(100 * value, 2)} %`)
    .join(', ');
  return section('parameters', 'Parameters', tableHtml(
    'α is an inverse length: the larger, the finer. 95 % intervals of each parameter by itself; ' +
      `jointly the 95 % region is where the score distance is at most ${readable(region.limit, 3)}. `
      + `What the fit leaves: T² = ${readable(misfit.distance, 3)} with ${misfit.degrees} degrees of freedom, ` +
        `probability ${readable(misfit.probability, 2)}; `
      + `root mean square of data − model ${relative} of p(1−p).`,
    ['parameter', 'value', 'standard error', '95 % interval', ...alternatives.map((_, i) => `optimum ${i + 2}`)], rows),
  confounded.length === 0 ? `<p>${alternatives.length === 0 ? 'The data' : 'Around one optimum the data'} tell all ` +
    'parameters apart: no direction in θ has a standard deviation above 0.33 (of ln α, λ, ' +
    `ln a).${alternatives.length === 0 ? '' : ' Between the optima of the table they do not.'}</p>` : '');
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
    const of = calibrationOf(calibration.model).fields[field as FieldName]?.caption;
    const band = (sign: 1 | -1): number[] => points.map(({ data, standardError }) => data + sign * 2 * standardError);
    const series = [
      line('model', 'p1', points.map(({ model }) => model)), line('data', 'p2', points.map(({ data }) => data), true),
      line('± 2σ', 'p0', band(1)), line('', 'p0', band(-1)),
    ];
    const chart = lines(series, {
      title: `${of}, ${direction === 'z' ? 'along z' : 'across z'}`,
      xLabel: unit === null ? 'lag, voxels' : 'lag, µm', yLabel: 'coverage C', width: 460, height: 280, names: 'none',
    });
    return `<figure>${chart}</figure>`;
  });
  const legend =
    '<ul class="legend"><li><span class="swatch" style="background:var(--p1)"></span>model</li><li><span ' +
      'class="swatch" style="background:var(--p2)"></span>data (dashed)</li><li><span class="swatch" ' +
      'style="background:var(--muted)"></span>data ± 2σ</li></ul>';
  return section(
    'curves', 'Two-point coverage',
    '<p>What was fitted: the probability that both ends of a lag lie in the set, of data and model; ' +
      `σ from structures drawn with the fitted parameters.</p>${legend}<div class="grid" ` +
      `style="--n:2">${charts.join('')}</div>`,
  );
}

function intervalSection(
  { intervals, images = [], calibration: { weighting } }: CalibrationReportData, roles: ReadonlyMap<number, Role>,
): string {
  if (intervals.length === 0) return '';
  return section('representativity', 'How much the image shows', tableHtml(
    `${images.length > 1 ? `${images[0].name} alone. ` : ''}Standard deviation σ of ε over windows of this size from ` +
      'the image’s own two-point function [B, eq. 18], and the interval for ε of the material that follows; ' +
      'no model is involved'
      + `${weighting === 'plain' ? ', so that it holds although the model does not' : ''}. ` +
        'σ of paths and M stands in the table above.',
    ['phase', 'ε', 'σ', '95 % interval', 'independent samples'],
    intervals.map(({ phase, volumeFraction, standardError, interval, effectiveSamples }): Cell[] =>
      [
        roles.get(phase)?.name ?? String(phase), readable(volumeFraction, 4), readable(standardError, 2),
        `${readable(interval[0], 4)} – ${readable(interval[1], 4)}`, readable(effectiveSamples, 3),
      ])));
}

/** A self-contained page; a pure function of its data. */
export function calibrationReport(data: CalibrationReportData): string {
  checkArguments('calibrationReport', { data: [data, has<CalibrationReportData>('calibration')] });
  const { calibration, validation, images = [] } = data;
  const roles = rolesOf(calibration);
  return page(data.title, [
    header(data), images.length === 0 ? '' : imageSection(images, roles), parameterSection(data), curveSection(data),
    validation === null ? '' : validationSection(validation, calibration, roles), intervalSection(data, roles),
    reproducibilitySection(data.reproducibility),
  ].filter(Boolean).join('\n'));
}
