// The plan's part of a study report: how the structures cover the space of the descriptors, and the gradients.
import { checkArguments, has } from '../core/arguments.js';
import { nearestDistances } from '../numeric/spread.js';
import type { TableRow } from '../regression/sample.js';
import { QUANTITIES } from '../descriptors/descriptor-table.js';
import { axisTitle, fullTitle, phaseColumn, quantityKey, type QuantityLabels } from '../descriptors/quantity.js';
import { splitColumn } from '../study/columns.js';
import type { PointGradient } from '../study/plan.js';
import { planOf } from '../study/plans.js';
import type { StudySpec } from '../study/spec.js';
import { scatter, type Points } from './chart.js';
import { escape, readable, section } from './html.js';
import { colourClass, materialOf, SMALL } from './study-law.js';

/** Gradients of a study, and what they are taken to. */
export interface StudyGradients {
  /** Names of the components. */
  readonly parameters: readonly string[];
  /** One for each point. */
  readonly gradients: readonly PointGradient[];
}

/** What a report shows of the gradients of a study; null: its plan has none. */
export function studyGradients(
  spec: StudySpec, gradients: readonly PointGradient[] | null,
): StudyGradients | null {
  checkArguments('studyGradients', { spec: [spec, has<StudySpec>('size', 'phases')] });
  return gradients === null ? null : { parameters: planOf(spec).gradientAxes(spec), gradients };
}

const numberOf = (value: unknown): number =>
  (typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : NaN);

/** Pairs of quantities that are drawn against each other, as far as the table has them. */
const PAIRS = [
  ['volumeFraction', 'specificSurfaceArea'], ['volumeFraction', 'meanGeodesicTortuosity'],
  ['volumeFraction', 'constrictivity'], ['meanGeodesicTortuosity', 'constrictivity'],
] as const;

const quantity = (key: string): QuantityLabels => QUANTITIES.find((one) => quantityKey(one) === key)!;

/** Rows in which all columns are numbers. */
function placesOf(table: readonly TableRow[], columns: readonly string[]): number[][] {
  return table.map((row) => columns.map((column) => numberOf(row[column])))
    .filter((place) => place.every(Number.isFinite));
}

/** How far apart the rows lie, each quantity in units of its range. */
function spreadText(table: readonly TableRow[], columns: readonly string[]): string {
  const places = placesOf(table, columns);
  if (places.length < 3) return '';
  const ends = columns.map((_, k) => places.map((place) => place[k]))
    .map((values) => [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))] as const);
  const varied = columns.map((_, k) => k).filter((k) => ends[k][1] > ends[k][0]);
  // Distances of all pairs: of more rows, evenly chosen ones say as much.
  const step = Math.ceil(places.length / 2000);
  const chosen = places.filter((_, i) => i % step === 0);
  const near = nearestDistances(chosen.map((place) => varied.map((k) =>
    (place[k] - ends[k][0]) / (ends[k][1] - ends[k][0]))));
  const mean = near.reduce((a, b) => a + b, 0) / near.length;
  const least = near.reduce((a, b) => Math.min(a, b));
  return `In units of the ranges of ${varied.length} quantities a structure is ${readable(mean, 3)} from its nearest ` +
    `neighbour on average, ${readable(least, 3)} at least (${chosen.length} structures).`;
}

/** What of the space of the descriptors the structures cover. */
export function coverageSection(table: readonly TableRow[]): string {
  const phases = Object.keys(table[0] ?? {}).flatMap((column) => /^volumeFraction(\d+)$/.exec(column)?.[1] ?? []);
  const families = [...new Set(table.map((row) => String(row.family ?? '')))];
  const content = phases.flatMap((phase) => {
    const has = (key: string): boolean =>
      table.some((row) => Number.isFinite(numberOf(row[phaseColumn(quantity(key), phase)])));
    const pairs = PAIRS.filter(([x, y]) => has(x) && has(y));
    if (pairs.length === 0) return [];
    const figures = pairs.map(([x, y]) => {
      const series = families.map((family, i): Points => {
        const rows = table.filter((row) => String(row.family ?? '') === family);
        const places = placesOf(rows, [phaseColumn(quantity(x), phase), phaseColumn(quantity(y), phase)]);
        return {
          colour: colourClass(phase), mark: i === 0 ? 'train' : 'test',
          x: places.map(([a]) => a), y: places.map(([, b]) => b),
        };
      }).filter((one) => one.x.length > 0);
      const svg = scatter(series, {
        title: `${materialOf(phase)}: ${quantity(y).symbol ?? quantity(y).title} and ` +
          `${quantity(x).symbol ?? quantity(x).title}`,
        xLabel: axisTitle(quantity(x)), yLabel: axisTitle(quantity(y)), ...SMALL, height: 200,
      });
      return `<figure>${svg}</figure>`;
    });
    const columns = [...new Set(pairs.flat())].map((key) => phaseColumn(quantity(key), phase));
    return [
      `<h3>${escape(materialOf(phase))}</h3><p>${escape(spreadText(table, columns))}</p>`,
      `<div class="grid" style="--n:4">${figures.join('\n')}</div>`,
    ];
  });
  if (content.length === 0) return '';
  return section('coverage', 'What the plan covers',
    '<p>Every structure in the space of its descriptors; where a corner is empty, a law is not tested there.</p>',
    ...content);
}

/** Gradients at the points of the plan: one mark for each point, one column of marks for each parameter. */
export function gradientSection({ parameters, gradients }: StudyGradients): string {
  const known = gradients.filter(({ gradient }) => gradient !== null);
  if (known.length === 0) return '';
  const figures = [...new Set(known.map(({ descriptor }) => descriptor))].map((descriptor) => {
    const { quantity: of, phase } = splitColumn(descriptor);
    const own = known.filter((one) => one.descriptor === descriptor);
    const svg = scatter([{
      colour: colourClass(String(phase)), mark: 'train',
      x: own.flatMap(({ gradient }) => gradient!.map((_, j) => j + 1)),
      y: own.flatMap(({ gradient }) => [...gradient!]),
    }], {
      title: `${materialOf(String(phase))}: slope of ${of.symbol ?? of.title}`, xLabel: 'number of the parameter',
      yLabel: 'slope', ...SMALL, height: 200,
    });
    const means = parameters.map((_, j) => own.reduce((sum, { gradient }) => sum + gradient![j], 0) / own.length);
    const strongest = means.reduce((best, slope, j) => (Math.abs(slope) > Math.abs(means[best]) ? j : best), 0);
    const words = `${fullTitle(of)} follows ${parameters[strongest]} most: ${readable(means[strongest], 3)} on ` +
      `average over ${own.length} points.`;
    return `<figure>${svg}<figcaption>${escape(words)}</figcaption></figure>`;
  });
  const names = parameters.map((name, j) => `${j + 1} ${name}`).join(', ');
  return section('gradients', 'Gradients of the descriptors',
    `<p>${escape(`Slopes at the points of the plan, from structures with common random numbers unless the study says ` +
      `otherwise. Parameters: ${names}.`)}</p>`,
    `<div class="grid" style="--n:4">${figures.join('\n')}</div>`);
}
