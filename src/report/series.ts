// Report of a series: what an additive does to electrons, ions and contacts, content by content. One self-contained
// HTML document, a pure function of its data.
import { checkArguments, has } from '../core/arguments.js';
import { voxelCount } from '../core/grid.js';
import { phaseTitle, type PhaseNames } from '../core/phase-names.js';
import type { LabelVolume } from '../core/volume.js';
import { structureAt } from '../networks/insert.js';
import type { SeriesFindings, SeriesResult } from '../networks/series/findings.js';
import type { SeriesInput } from '../networks/series/inputs.js';
import { pairName, type Series } from '../networks/series/series.js';
import { lines, type Line, type LineOptions } from './chart.js';
import { reproducibilitySection, type Fact } from './facts.js';
import { escape, readable, section, tableHtml, tilesHtml, warningsHtml, type Tile } from './html.js';
import { page, PHASE_COLOURS } from './page.js';
import { colourOf, labelLegend, sliceFigure, sliceOf, type Palette } from './slices.js';

/** What the report of a series of contents is made from. */
export interface SeriesReportData {
  readonly title: string;
  /** What the labels are called. */
  readonly names?: PhaseNames;
  /** The structure that the series began with. */
  readonly volume: LabelVolume;
  readonly series: Series;
  /** Its rows with what the materials' numbers add to them. */
  readonly results: readonly SeriesResult[];
  /** What they say as a whole. */
  readonly findings: SeriesFindings;
  /** The materials' numbers with units and sources. */
  readonly inputs: readonly SeriesInput[];
  /** What speaks against the numbers, one line each. */
  readonly warnings: readonly string[];
  /** Version, command, machine, date: nothing is looked up here. */
  readonly reproducibility: readonly Fact[];
}

const percent = (share: number | null, digits = 3): string =>
  (share === null ? '–' : `${readable(100 * share, digits)} vol-%`);

/** The additive's own colour: no phase of a model has it. */
const ADDITIVE = [20, 24, 30];

function paletteOf({ series: { active, electrolyte, insertion: { into, label } } }: SeriesReportData): Palette {
  const pore = PHASE_COLOURS[3].slice;
  const own = new Map<number, readonly number[]>([
    [into, pore], [electrolyte, electrolyte === into ? pore : PHASE_COLOURS[1].slice],
    [active, PHASE_COLOURS[2].slice], [label, ADDITIVE],
  ]);
  return (each) => own.get(each) ?? colourOf(each);
}

function header(data: SeriesReportData): string {
  const { title, names, series: { insertion, axis, electrolyte }, results, findings, warnings } = data;
  const [first, last] = [results[0], results[results.length - 1]];
  const { spansAt, window, growth, keep, leastLoss } = findings;
  const tiles: Tile[] = [
    [`spans along ${axis} from`, percent(spansAt, 4), spansAt === null ? 'never, with all of it filled'
      : `additive of the window, to one voxel; ${percent(insertion.spansFrom[axis], 3).replace('vol-%', '%')} of ` +
        phaseTitle(insertion.into, names)],
    ['window', window === null ? 'none' : `${readable(100 * window.from, 3)} – ${readable(100 * window.to, 3)} vol-%`,
      `the additive spans, and ions keep at least ${readable(100 * keep, 3)} % of their M`],
    ['σ_eff of electrons', `${readable(first.electronConductivity)} → ${readable(last.electronConductivity)} S/m`,
      `from ${percent(first.fraction)} to ${percent(last.fraction)} of additive`],
    ['M of ions', `${readable(first.ionMFactor)} → ${readable(last.ionMFactor)}`,
      `effective over bulk, of ${phaseTitle(electrolyte, names)} and the pores of the additive`],
  ];
  if (growth !== null) {
    const [below, above] = [growth.below, growth.above].map((rise) => `${readable(100 * rise, 2)} %`);
    tiles.push(['rise of σ_eff per vol-%', `${below} → ${above}`, 'below and above the content that spans']);
  }
  if (leastLoss !== null) {
    tiles.push(['least ohmic loss at', percent(leastLoss), 'L/3 · (1/σ_eff + 1/κ_eff), of the contents computed']);
  }
  const problems = results.flatMap(({ fraction, problems: found }) =>
    found.map((text) => `${percent(fraction)}: ${text}.`));
  return `<header><p class="kind">voxelith · additive, content by content</p><h1>${escape(title)}</h1>` +
    `<p class="lead">${escape(phaseTitle(insertion.label, names))} is added inside ` +
    `${escape(phaseTitle(insertion.into, names))} by the method ${insertion.method}; each content holds the smaller ` +
    `ones.</p>${tilesHtml(tiles)}${warningsHtml([...warnings, ...problems])}</header>`;
}

function chartsSection(data: SeriesReportData): string {
  const { series: { insertion, active, axis, electrolyte }, results, findings: { spansAt, window }, names } = data;
  const x = results.map(({ fraction }) => 100 * fraction);
  const marks = spansAt === null ? [] : [{ x: 100 * spansAt, name: 'spans' }];
  const band = window === null ? null : { from: 100 * window.from, to: 100 * window.to };
  const chart = (series: readonly Line[], title: string, yLabel: string, more: Partial<LineOptions> = {}): string =>
    `<figure>${lines(series, {
      title, yLabel, xLabel: 'additive (vol-%)', width: 460, height: 260, marks, band, names: 'ends', ...more,
    })}</figure>`;
  const sigma = data.inputs.find(({ name }) => name === `conductivity${insertion.label}`)?.value ?? 0;
  const of = (read: (row: SeriesResult) => number | null): (number | null)[] => results.map(read);
  const area = (pair: string) => of((row) => row.interfaceArea[pair]);
  const unit = data.volume.voxelSizeUm === null ? 'per voxel edge' : 'µm⁻¹';
  const short = (label: number): string => names?.[label] ?? String(label);
  const areas = [
    { pair: pairName(active, insertion.label), name: `${short(active)}|${short(insertion.label)}`, colour: 'p2' },
    { pair: pairName(active, electrolyte), name: `${short(active)}|${short(electrolyte)}`, colour: 'p1' },
    ...(electrolyte === insertion.into ? []
      : [{ pair: pairName(active, insertion.into), name: `${short(active)}|${short(insertion.into)}`, colour: 'p3' }]),
  ];
  const figures = [
    chart([
      { name: 'all', colour: 'p2', x, y: of((row) => row.electronConductivity) },
      { name: 'additive alone', colour: 'p0', dashed: true, x, y: of((row) => row.additiveMFactor * sigma) },
    ], 'Electrons', 'σ_eff (S/m)', { yScale: 'log' }),
    chart([{ name: 'M', colour: 'p1', x, y: of((row) => row.ionMFactor) }], 'Ions',
      'M = D_eff/D₀ of the electrolyte', { names: 'none' }),
    chart([{ name: 'connectivity', colour: 'p0', x, y: of((row) => row.connectivity) }], 'Connectivity of the additive',
      'share in the largest cluster', { names: 'none' }),
    chart(areas.map(({ pair, name, colour }) => ({ name, colour, x, y: area(pair) })), 'Surface of the active material',
      `area per volume (${unit})`),
    ...(results.some(({ ohmicResistance }) => ohmicResistance !== null)
      ? [chart([{ name: 'R', colour: 'p2', x, y: of((row) => row.ohmicResistance) }], 'Ohmic loss',
        'L/3 · (1/σ + 1/κ) (Ω cm²)', { yScale: 'log', names: 'none' })] : []),
    chart([{ name: 'ε/M', colour: 'p1', x, y: of((row) => row.tortuosityFactor) }], 'Tortuosity factor of ions',
      'ε/M', { names: 'none' }),
  ];
  return section('curves', `Along ${axis}`, `<div class="grid" style="--n:2">${figures.join('\n')}</div>`,
    '<p class="note">Dashed: the content at which the additive first joins both faces. Shaded: the window.</p>');
}

function windowSection({ findings, series: { axis }, results }: SeriesReportData): string {
  const { spansAt, keepsUpTo, keep, window } = findings;
  const last = percent(results[results.length - 1].fraction);
  const lower = spansAt === null ? `The additive never spans along ${axis}: there is no lower end.`
    : `From ${percent(spansAt, 4)} on a path of additive joins both faces along ${axis} (6 neighbours), so that ` +
      'electrons need not cross the active material.';
  const upper = keepsUpTo === null ? `Up to ${last}, the largest content, ions keep more than ` +
    `${readable(100 * keep, 3)} % of the M that they have without the addition; the window ends with the series.`
    : `Beyond ${percent(keepsUpTo, 4)} ions keep less than ${readable(100 * keep, 3)} % of the M that they have ` +
      'without the addition (linear between contents).';
  const verdict = window === null ? 'No content does for both.'
    : `Between the two, the smallest content costs ions least: ${percent(window.from, 4)} and a margin for other ` +
      'windows of the same electrode.';
  return section('window', 'How the window is chosen', `<p>${[lower, upper, verdict].map(escape).join(' ')}</p>`);
}

function slicesSection(data: SeriesReportData): string {
  const { volume, series: { insertion, axis }, results, findings: { spansAt }, names } = data;
  const across = axis === 'y' ? 'x' : 'y';
  const spanning = results.findIndex(({ fraction }) => spansAt !== null && fraction >= spansAt);
  const middle = spanning < 0 ? Math.floor(results.length / 2) : spanning;
  const places = [...new Set([0, middle, results.length - 1])];
  const palette = paletteOf(data);
  const shown = places.map((k) => structureAt(volume, insertion, k));
  const figures = places.map((k, i) => sliceFigure(sliceOf(
    shown[i], across, percent(results[k].fraction, 4),
    k === spanning ? `the first content computed that spans along ${axis}`
      : k === 0 ? 'as the series begins' : 'of additive',
  ), palette));
  return section('slices', 'Middle plane', labelLegend(shown.flatMap(({ labels }) => [...new Set(labels)]), names,
    palette), `<div class="grid">${figures.join('\n')}</div>`);
}

function tableSection({ results, series: { axis } }: SeriesReportData): string {
  const rows = results.map((row) => [
    readable(100 * row.fraction, 4), readable(row.connectivity), row.spans[axis] ? 'yes' : 'no',
    readable(row.electronConductivity), readable(row.ionMFactor), readable(row.tortuosityFactor),
    percent(row.coveredShare).replace(' vol-%', ' %'), readable(row.loading), readable(row.arealCapacity),
    readable(row.specificCapacity, 4), readable(row.ohmicResistance),
  ]);
  return section('table', 'Contents', tableHtml(
    'Loading counts what has a density; capacity is that of all active material, reached or not.', [
      'vol-%', 'connectivity', 'spans', 'σ_eff (S/m)', 'M of ions', 'ε/M', 'covered', 'mg/cm²', 'mAh/cm²', 'mAh/g',
      'Ω cm²',
    ], rows,
  ));
}

function inputsSection({ inputs }: SeriesReportData): string {
  return section('inputs', 'Numbers that are not from the image', tableHtml(
    'What nobody gave is assumed, and says so.', ['input', 'value', 'unit', 'source'],
    inputs.map(({ name, value, unit, source }) => [name, readable(value, 5), unit === '1' ? '' : unit, source]),
  ));
}

/** The report as one HTML document without scripts and without requests; light and dark, ready to print. */
export function seriesReport(data: SeriesReportData): string {
  checkArguments('seriesReport', {
    data: [data, has<SeriesReportData>('title', 'volume', 'series', 'results', 'findings', 'inputs')],
  });
  const { volume: { shape }, series: { insertion } } = data;
  const settings = Object.entries(insertion.settings).map(([name, value]) => `, ${name} ${value}`).join('');
  return page(data.title, [
    header(data), chartsSection(data), windowSection(data), slicesSection(data), tableSection(data),
    inputsSection(data),
    reproducibilitySection([
      { label: 'window', value: `${shape.join(' × ')} (z, y, x), ${voxelCount(shape)} voxels` },
      { label: 'method', value: `${insertion.method}${settings}, seed ${insertion.seed}` }, ...data.reproducibility,
    ]),
  ].join('\n'));
}
