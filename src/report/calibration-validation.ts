// Image and model side by side in the report of a calibration: table, curves, pictures.
import type { Calibration } from '../calibration/calibrate.js';
import type { CurveName, QuantityName } from '../calibration/measure.js';
import type { ComparedCurve, Validation } from '../calibration/validate.js';
import type { LabelVolume } from '../core/volume.js';
import { fullTitle, quantityKey, unitText, type QuantityLabels } from '../descriptors/quantity.js';
import { STUDY_QUANTITIES } from '../study/columns.js';
import { inRoleColours, type Role } from './calibration-images.js';
import { lines, type Line } from './chart.js';
import { readable, section, tableHtml, type Cell } from './html.js';
import { sliceFigure, sliceOf } from './slices.js';

const spreadText = (spread: { readonly mean: number; readonly standardDeviation: number | null } | null): string =>
  spread === null
    ? '–'
    : readable(spread.mean, 4) +
      (spread.standardDeviation === null ? '' : ` ± ${readable(spread.standardDeviation, 2)}`);

/** Title, symbol and unit of what is compared. */
function quantityTitle(name: QuantityName, sizeKnown: boolean): string {
  const known = STUDY_QUANTITIES.find((quantity) => quantityKey(quantity) === name);
  const labels: Pick<QuantityLabels, 'title' | 'symbol' | 'unit'> =
    known ?? { title: 'interface area', symbol: null, unit: 'perLength' };
  const unit = unitText(labels.unit, sizeKnown);
  return fullTitle(labels) + (unit && `, ${unit}`);
}

const CURVES: Readonly<Record<CurveName, {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly length: boolean;
}>> = {
  cpsd: { title: 'Bulges (CPSD)', x: 'radius', y: 'volume fraction', length: true },
  smip: { title: 'Bottlenecks (SMIP)', x: 'radius', y: 'volume fraction', length: true },
  tortuosity: {
    title: 'Geodesic tortuosity', x: 'path length / thickness', y: 'share of paths up to this', length: false,
  },
};

function sideBySide(
  title: string, xLabel: string, yLabel: string,
  rows: readonly {
    readonly role: Role;
    readonly x: readonly number[];
    readonly image: readonly number[] | null;
    readonly model: readonly number[];
  }[],
): string {
  const series = rows.flatMap(({ role: { name, colour }, x, image, model }): Line[] => [
    { name, colour: `p${colour}`, x, y: model },
    ...(image === null ? [] : [{ name: '', colour: `p${colour}`, dashed: true, x, y: image }]),
  ]);
  return `<figure>${lines(series, { title, xLabel, yLabel, width: 460, height: 280, names: 'none' })}</figure>`;
}

function figures(
  { curves, coverages }: Validation, { phases, voxelSizeUm }: Calibration, roles: ReadonlyMap<number, Role>,
): string[] {
  const unit = voxelSizeUm === null ? 'voxels' : 'µm';
  const coverage = (['z', 'across'] as const).flatMap((direction) => {
    const found = coverages.filter((curve) => curve.direction === direction);
    return found.length === 0 ? [] : [sideBySide('Two-point coverage of the phases ' +
        `${direction === 'z' ? 'along' : 'across'} z`, `lag, ${unit}`, 'C(h)',
      found.map(({ phase, lag, data, model }) => (
        { role: roles.get(phase)!, x: lag.map((h) => h * (voxelSizeUm ?? 1)), image: data, model }
      )))];
  });
  const kind = (curve: CurveName): string[] => {
    const found =
      phases.flatMap((phase): ComparedCurve[] => curves.filter((one) => one.curve === curve && one.phase === phase));
    const { title, x, y, length } = CURVES[curve];
    return found.length === 0 ? [] : [
      sideBySide(title, length ? `${x}, ${unit}` : x, y, found.map((one) => ({ ...one, role: roles.get(one.phase)! }))),
    ];
  };
  return [...coverage, ...kind('cpsd'), ...kind('smip'), ...kind('tortuosity')];
}

export function validationSection(
  validation: Validation, calibration: Calibration, roles: ReadonlyMap<number, Role>,
): string {
  const { window, quantities, compares, imageWindow, example } = validation;
  const sizeKnown = calibration.voxelSizeUm !== null;
  const groups = [...new Set(quantities.map(({ phases }) => phases.join('-')))];
  const rows = groups.flatMap((group): Cell[][] => {
    const mine = quantities.filter(({ phases }) => phases.join('-') === group);
    const cells = mine.map((q): Cell[] => [
      quantityTitle(q.quantity, sizeKnown), readable(q.image, 4), readable(q.imageDeviation, 2), spreadText(q.model),
      readable(q.deviations, 2),
    ]);
    const named = mine[0].phases.map((phase) => roles.get(phase)?.name);
    return named.length > 1
      ? cells.map(([title, ...rest]) => [`${String(title)}, ${named.join(' – ')}`, ...rest])
      : [[`${named[0]} (label ${group})`], ...cells];
  });
  const countOf = (name: QuantityName): number =>
    quantities.find(({ quantity }) => quantity === name)?.model?.count ?? 0;
  const count = countOf('mFactor');
  const text = compares === 'sections'
    ? 'ε and areas of the sections beside ' +
      `${countOf('volumeFraction')} draws of them from ` +
      `the model; paths, constrictions and M of the model alone, in a window of ${window.join(' × ')} voxels.`
    : `A window of ${window.join(' × ')} voxels. σ of the image: of ε by its two-point function [B, eq. 18], ` +
      'of the others from subwindows of half the edges.';
  const pictures = (volume: LabelVolume | null, name: string): string => (
    volume === null
      ? ''
      : sliceFigure(inRoleColours(sliceOf(volume, 'y', name, 'Plane in the middle, z downwards.'), roles))
  );
  const swatches = [...roles.values()]
    .map(({ name, colour }) => `<li><span class="swatch" style="background:var(--p${colour})"></span>${name}</li>`)
    .join('');
  return section('validation', 'Image and model', tableHtml(
    `${text} Nothing here but ε and what follows from C(h) has been fitted. ` +
      'The difference is in units of both deviations.',
    ['', 'image', 'σ of the image', `model, ${count} realisation${count === 1 ? '' : 's'}`, 'difference / σ'], rows),
  '<h3>Curves</h3>',
  `<ul class="legend">${swatches}<li>dashed: image, full: model (C(h) exact, ` +
    'else the mean of the realisations)</li></ul>',
  `<div class="grid" style="--n:2">${figures(validation, calibration, roles).join('')}</div>`,
  '<h3>Planes</h3>', '<div class="grid" ' +
    `style="--n:2">${pictures(imageWindow, 'image')}${pictures(example, 'model')}</div>`);
}
