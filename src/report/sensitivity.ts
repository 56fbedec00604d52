// Report of sensitivities: one self-contained HTML document, a pure function of its data.
import { checkArguments, has } from '../core/arguments.js';
import type { MorrisOutput, Sensitivity, SensitivityFactor, SobolOutput } from '../sensitivity/sensitivity.js';
import { M_FACTOR } from '../transport/quantities.js';
import { bars, type Bar } from './bars.js';
import { scatter } from './chart.js';
import { reproducibilitySection, type Fact } from './facts.js';
import { escape, readable, section, tableHtml, tilesHtml, warningsHtml, type Cell, type Tile } from './html.js';
import { page } from './page.js';

/** What the report of sensitivities is made from. */
export interface SensitivityReportData {
  readonly title: string;
  readonly sensitivity: Sensitivity;
  /** What speaks against the numbers, one line each. */
  readonly warnings: readonly string[];
  /** Version, command, machine, date: nothing is looked up here. */
  readonly reproducibility: readonly Fact[];
}

/** More are in the figures below; M comes first. */
const MOST_TILES = 12;
const isMFactor = ({ column }: { readonly column: string }): boolean => column.startsWith(M_FACTOR.name);

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

const intervalText = (value: number, interval: { readonly low: number; readonly high: number } | null): string =>
  `${readable(value, 3)}${interval === null ? '' : ` (${readable(interval.low, 2)} to ${readable(interval.high, 2)})`}`;

const inUnit = (name: string, { unit }: Pick<MorrisOutput, 'unit'>): string =>
  (unit === '1' ? name : `${name} / ${unit}`);

/** How much of an output is chance, in words. */
export function noiseText({ noise, title }: Pick<MorrisOutput, 'noise' | 'title'>): string {
  if (noise === null) return `${title}: how much is chance is not known`;
  const between = noise.interval === null
    ? '' : `, ${percent(Math.max(0, noise.interval.low))} to ${percent(noise.interval.high)}`;
  return `${title}: ${percent(noise.share)} of the variance is realisation noise${between}`;
}

/** The factor that matters most, in words. */
export function firstFactorText(output: MorrisOutput | SobolOutput, factors: readonly SensitivityFactor[]): string {
  const weights = 'effects' in output
    ? output.effects.map((found) => found?.muStar ?? -Infinity) : output.factors.map(({ total }) => total.value);
  const most = factors.reduce((best, { range }, i) =>
    (range !== null && (best < 0 || weights[i] > weights[best]) ? i : best), -1);
  if (most < 0) return '–';
  const name = factors[most].name;
  return 'effects' in output
    ? `${name}, μ* ${readable(weights[most], 3)}` : `${name}, total ${readable(weights[most], 2)}`;
}

/** Whether the indices of an output may be trusted, in words; null: of effects. */
export function convergenceText(output: MorrisOutput | SobolOutput): string | null {
  if ('effects' in output) return null;
  const { total, reached, limit, rowsWanted, change } = output.convergence;
  return reached
    ? `converged: no interval of a total index is wider than ${limit} (widest ${readable(total, 2)})`
    : `not converged: the widest interval of a total index is ${readable(total, 2)}, wider than ${limit}; about ` +
      `${rowsWanted} rows would do (from half of the rows to all, total indices changed by up to ` +
      `${readable(change, 2)})`;
}

function morrisFigure(output: MorrisOutput, factors: readonly SensitivityFactor[]): string {
  const shown = output.effects.flatMap((found, i) =>
    (found === null ? [] : [{ found, name: factors[i].name, random: factors[i].range === null }]));
  const points = (random: boolean) => shown.filter((one) => one.random === random);
  const series = ([[false, 'p1', 'test'], [true, 'p0', 'train']] as const).flatMap(([random, colour, mark]) => {
    const some = points(random);
    return some.length === 0 ? [] : [{
      colour, mark, x: some.map(({ found }) => found.muStar), y: some.map(({ found }) => found.sigma),
      names: some.map(({ name }) => name),
    }];
  });
  const chart = scatter(series, {
    title: output.title, xLabel: inUnit('μ*', output), yLabel: inUnit('σ', output), width: 360, height: 250,
  });
  return `<figure>${barFigure(output.title, output.effects.flatMap((found, i): Bar[] => (found === null ? [] : [{
    name: factors[i].name, value: found.muStar, interval: found.intervals?.muStar ?? null,
    colour: factors[i].range === null ? 'p0' : 'p1',
  }])), inUnit('μ*', output))}${chart}</figure>`;
}

const barFigure = (title: string, all: readonly Bar[], xLabel: string): string =>
  bars(all, { title, xLabel, yLabel: '', width: 360 });

function sobolFigure(output: SobolOutput, factors: readonly SensitivityFactor[]): string {
  return `<figure>${barFigure(output.title, output.factors.flatMap(({ first, total }, i): Bar[] => [
    { name: factors[i].name, value: total.value, interval: total.interval, colour: factors[i].range ? 'p1' : 'p0' },
    { name: '', value: first.value, interval: first.interval, colour: 'p2' },
  ]), 'share of the variance')}</figure>`;
}

function morrisTable(output: MorrisOutput, factors: readonly SensitivityFactor[]): Cell[][] {
  return [
    [inUnit(output.title, output)],
    ...output.effects.map((found, i): Cell[] => [
      factors[i].name,
      ...(['muStar', 'mu', 'sigma'] as const).map((key) =>
        (found === null ? '–' : intervalText(found[key], found.intervals?.[key] ?? null))),
      found === null ? '0' : String(found.count),
    ]),
  ];
}

function sobolTable(output: SobolOutput, factors: readonly SensitivityFactor[]): Cell[][] {
  return [
    [`${output.title}: ${convergenceText(output)}`],
    ...output.factors.map(({ first, total, firstOfMean }, i): Cell[] => [
      factors[i].name, intervalText(first.value, first.interval), intervalText(total.value, total.interval),
      readable(firstOfMean, 3),
    ]),
    ...(output.second ?? []).map(({ i, j, index }): Cell[] => [
      `${factors[i].name} × ${factors[j].name}`, intervalText(index.value, index.interval), '–', '–',
    ]),
  ];
}

/** Sections of a report: plots, what is chance, numbers. */
export function sensitivitySections(sensitivity: Sensitivity): string[] {
  const { factors, outputs, gaps, method } = sensitivity;
  const figures = method === 'morris'
    ? sensitivity.outputs.map((output) => morrisFigure(output, factors))
    : sensitivity.outputs.map((output) => sobolFigure(output, factors));
  const note = method === 'morris'
    ? 'Bars: μ*, the mean magnitude of the effects, per whole range of a factor; σ, their deviation, says how much ' +
      'an effect depends on where all factors stand. Grey: the difference between two draws at the same place. ' +
      'Lines: 95 % by bootstrap over trajectories.'
    : 'Blue and grey: total indices, the share of the variance that remains while all other factors are known. ' +
      'Orange: first indices, the share that one factor alone explains. Grey: the realisation. Lines: 95 % by ' +
      'bootstrap over rows.';
  const rows = method === 'morris'
    ? sensitivity.outputs.flatMap((output) => morrisTable(output, factors))
    : sensitivity.outputs.flatMap((output) => sobolTable(output, factors));
  return [
    section(
      'sensitivity', 'What the outputs depend on', `<div class="grid" style="--n:3">${figures.join('')}</div>`,
      `<p class="note">${escape(note)}</p>`,
    ),
    section(
      'noise', 'What is chance',
      `<ul>${outputs.map((output) => `<li>${escape(noiseText(output))}</li>`).join('')}</ul>`,
      '<p class="note">Two draws with the same parameters differ as windows do. Effects and indices of parameters ' +
        'are taken between structures with the same random numbers, and do not hold this noise.</p>',
    ),
    section('indices', 'Numbers', tableHtml(
      method === 'morris'
        ? 'Elementary effects, per whole range of the factor, with intervals at 95 %.'
        : 'Sobol’ indices with intervals at 95 %; the last column is the first index of the mean over realisations.',
      method === 'morris' ? ['factor', 'μ*', 'μ', 'σ', 'trajectories'] : ['factor', 'first', 'total', 'first of mean'],
      rows,
    )),
    ...(gaps.length === 0 ? [] : [section(
      'gaps', 'Outputs without indices',
      `<ul>${gaps.map(({ title, reason }) => `<li>${escape(`${title}: ${reason}`)}</li>`).join('')}</ul>`,
    )]),
  ];
}

/** The report of a sensitivity analysis as one HTML document. */
export function sensitivityReport(data: SensitivityReportData): string {
  checkArguments('sensitivityReport', { data: [data, has<SensitivityReportData>('title', 'sensitivity')] });
  const { title, sensitivity, warnings } = data;
  const { factors, outputs, structures, method } = sensitivity;
  const byWeight = [...outputs].sort((a, b) => Number(!isMFactor(a)) - Number(!isMFactor(b)));
  const tiles = byWeight.slice(0, MOST_TILES).map((output): Tile => [
    output.title, firstFactorText(output, factors),
    output.noise === null ? '' : `${percent(output.noise.share)} noise`,
  ]);
  const ranges = factors.map(({ name, range }): Cell[] => [
    name, range === null ? 'the random numbers' : `${readable(range.from, 4)} – ${readable(range.to, 4)}`,
    range?.scale ?? '–',
  ]);
  return page(title, [
    `<header><p class="kind">voxelith · sensitivity</p><h1>${escape(title)}</h1>`,
    `<p class="lead">${method === 'morris' ? 'Elementary effects [Morris 1991]' : 'Sobol’ indices'} of ` +
      `${outputs.length} outputs on ${factors.length} factors, from ${structures} structures.</p>`,
    tilesHtml(tiles), warningsHtml(warnings), '</header>', ...sensitivitySections(sensitivity),
    section('factors', 'Factors', tableHtml('What was varied.', ['factor', 'range', 'scale'], ranges)),
    reproducibilitySection(data.reproducibility),
  ].join('\n'));
}
