// Report of a virtual materials testing study: one self-contained HTML document, a pure function of its data.
import { checkArguments, has } from '../core/arguments.js';
import { formulaTitle } from '../regression/formulas.js';
import { PAPER_RANGES } from '../regression/published.js';
import type { Assessment } from '../regression/assessment.js';
import type { Law } from '../regression/law.js';
import type { Predictor, TableRow } from '../regression/sample.js';
import type { Shape } from '../core/grid.js';
import { own } from '../core/names.js';
import { QUANTITIES } from '../descriptors/descriptor-table.js';
import {
  axisLabel, axisTitle, fullTitle, phaseColumn, quantityKey, unitText, type QuantityLabels,
} from '../descriptors/quantity.js';
import { STUDY_QUANTITIES } from '../study/columns.js';
import type { Sensitivity } from '../sensitivity/sensitivity.js';
import { FAMILY_TITLES } from '../study/plans.js';
import { M_FACTOR } from '../transport/quantities.js';
import { histogram, seriesOpacity } from './bars.js';
import { scatter } from './chart.js';
import { reproducibilitySection, type Fact } from './facts.js';
import { escape, fixed, readable, section, tilesHtml, type Tile } from './html.js';
import { page, PHASE_COLOURS } from './page.js';
import { citing } from './references.js';
import { sensitivitySections } from './sensitivity.js';
import { sliceFigure, type LabelSlice } from './slices.js';
import { coverageSection, gradientSection, type StudyGradients } from './study-plan.js';
import {
  coefficientSection, colourClass, materialOf, predictionSection, publishedSection, rangeSection, SMALL,
} from './study-law.js';
import { residualSection, uncertaintySection } from './study-uncertainty.js';

/** What the report of a study is made from. */
export interface StudyReportData {
  readonly title: string;
  /** Voxels of the structures. */
  readonly window: Shape;
  /** Edge of a voxel in µm. */
  readonly voxelSizeUm: number;
  /** Rows of the study table: flat columns per phase (`volumeFraction1`, …), `family` when known. */
  readonly table: readonly TableRow[];
  /** Of plans that follow or learn gradients. */
  readonly gradients?: StudyGradients | null;
  /** null when too few structures were there to fit anything. */
  readonly law: Law | null;
  /** What the law is worth, phase by phase (see `assessLaw`); absent: not assessed. */
  readonly assessments?: readonly Assessment[];
  /** Planes of sample structures, e.g. of the three cathodes; see `sliceOf`. */
  readonly slices: readonly LabelSlice[];
  /** Of a study with a plan for it. */
  readonly sensitivity?: Sensitivity | null;
  /** The reproducibility line: spec hash, seeds, version, threads, machine, date, duration, command. Nothing is looked
   *  up here. */
  readonly reproducibility: readonly Fact[];
}

/** Windows of the paper. */
const PAPER_EDGE = 401;

/** What the tables of any study can hold, as far as this one does. */
const quantitiesOf = (table: readonly TableRow[], phase: string): QuantityLabels[] =>
  STUDY_QUANTITIES.filter((quantity) => table.some((row) => row[phaseColumn(quantity, phase)] !== undefined));

const phasesOf = (data: StudyReportData) => data.law?.phases.map((p) => p.phase) ?? ['1', '2'];

function column(table: readonly TableRow[], name: string): number[] {
  return table.map((row) => {
    const value = row[name];
    return typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : NaN;
  });
}

const extent = (values: readonly number[]) => {
  const finite = values.filter(Number.isFinite);
  return finite.length === 0
    ? null
    : { from: finite.reduce((a, b) => Math.min(a, b)), to: finite.reduce((a, b) => Math.max(a, b)) };
};

/** Of the program's own tables; other tables may have other families, or none. */
const familyTitle = (family: string): string => own(FAMILY_TITLES, family) ?? (family || 'other');

function families(table: readonly TableRow[]): string[] {
  return [...new Set(table.map((row) => String(row.family ?? '')))];
}

function header(data: StudyReportData): string {
  const { title, table, window, voxelSizeUm, law } = data;
  const edges = window.map((n) => `${readable(n * voxelSizeUm, 3)}`).join(' × ');
  const tiles: Tile[] = [
    [
      'structures', String(table.length),
      families(table).filter(Boolean).map((f) => `${table.filter((row) => row.family === f).length} ${f}`).join(', '),
    ],
    ['window', window.every((n) => n === window[0]) ? `${window[0]}³ voxels` : `${window.join('×')}`, `${edges} µm`],
    ['voxel', `${voxelSizeUm} µm`, 'edge length'],
  ];
  for (const phase of law?.phases ?? []) {
    const m = phase.ranges.find((range) => range.column === 'mFactor');
    const best = phase.formulas.filter((fit) => fit.test.r2 !== null).sort((a, b) => b.test.r2! - a.test.r2!)[0];
    const law = best ? `${formulaTitle(best.formula)} predicts it with R² ${fixed(best.test.r2, 3)}, error ` +
      `${fixed(best.test.mapePercent, 1, '\u00a0%')}` : '';
    if (m) tiles.push([`M of ${phase.title}`, `${readable(m.from, 2)} – ${readable(m.to, 2)}`, law]);
  }
  return `<header><p class="kind">voxelith · virtual materials testing</p><h1>${escape(title)}</h1>`
    + `<p class="lead">${table.length} virtual structures of ${window.join(' × ')} voxels (${edges} µm) were ` +
      'drawn, described, and solved for the M-factor of each conducting phase; '
    + 'M was then regressed on the descriptors. M is effective over intrinsic conductivity along z, ' +
      'the pressing direction; SE is solid electrolyte, AM active material.</p>'
    + `${tilesHtml(tiles)}</header>`;
}

function structureSection(data: StudyReportData): string {
  if (data.slices.length === 0) return '';
  const swatch = (label: 1 | 2 | 3, name: string) =>
    `<li><span class="swatch" style="background:rgb(${PHASE_COLOURS[label].slice.join(',')})"></span>${name}</li>`;
  return section('structures', 'Sample structures',
    `<ul class="legend">${swatch(1, 'solid electrolyte (SE)')}${swatch(2, 'active material (AM)')}` +
      `${swatch(3, 'pore')}</ul>`,
    '<div class="grid" ' +
      `style="--n:${Math.min(4, Math.max(3, data.slices.length))}">` +
      `${data.slices.map((slice) => sliceFigure(slice)).join('\n')}</div>`);
}

const share = (part: number): string => `${(100 * part).toFixed(0)}\u00a0%`;

function distributionFigure(data: StudyReportData, phase: string, quantity: QuantityLabels): string {
  const name = phaseColumn(quantity, phase);
  const groups = families(data.table).map((family) =>
    column(data.table.filter((row) => String(row.family ?? '') === family), name).filter(Number.isFinite));
  const values = groups.flat();
  if (values.length === 0) return '';
  const found = data.law?.phases.find((one) => one.phase === phase);
  const title = `${found?.title ?? materialOf(phase)} ${fullTitle(quantity)}`;
  const printed = PAPER_RANGES[(found === undefined ? phase : found.material) ?? '']?.[quantityKey(quantity)];
  const inside = printed ? values.filter((v) => v >= printed.from && v <= printed.to).length : 0;
  const { from, to } = extent(values)!;
  const unit = unitText(quantity.unit);
  const takeaway = `${readable(from, 3)} to ${readable(to, 3)}${unit && ` ${unit}`}`
    + (printed ? `; ${share(inside / values.length)} lie in the paper’s ${printed.from} – ${printed.to}.` : '.')
    + (values.length < data.table.length ? ` ${data.table.length - values.length} without a value.` : '');
  const options = {
    title, xLabel: axisLabel(quantity), colour: colourClass(phase), ...(printed && { range: printed })
  };
  return `<figure>${histogram(groups, options)}<figcaption>${escape(takeaway)}</figcaption></figure>`;
}

function distributionSection(data: StudyReportData): string {
  const names = families(data.table);
  const legend = names.length > 1
    ? `<ul class="legend">${names.map((name, i) => {
      const swatch = `<span class="swatch" style="background:var(--text);opacity:${seriesOpacity(i)}"></span>`;
      return `<li>${swatch}${escape(familyTitle(name))}</li>`;
    }).join('')}</ul>`
    : '';
  return section('distributions', 'Distributions of descriptors and M',
    '<p>Counts of structures, one bar colour strength per family. The bar on top and the band behind show the range ' +
      'that the paper prints, where it prints one.</p>',
    legend,
    ...phasesOf(data).map((phase) => {
      const figures = quantitiesOf(data.table, phase).map((quantity) => distributionFigure(data, phase, quantity));
      const title = data.law?.phases.find((one) => one.phase === phase)?.title ?? materialOf(phase);
      return `<h3>${escape(title)}</h3><div class="grid">${figures.join('\n')}</div>`;
    }));
}

/** Spearman's rank correlation, ties by order: only for words. */
function rankCorrelation(x: readonly number[], y: readonly number[]): number {
  const ranks = (values: readonly number[]) => {
    const out = values.map(() => 0);
    values.map((_, i) => i).sort((a, b) => values[a] - values[b]).forEach((i, rank) => { out[i] = rank; });
    return out;
  };
  const [a, b] = [ranks(x), ranks(y)];
  const mean = (x.length - 1) / 2;
  const product = a.reduce((sum, rank, i) => sum + (rank - mean) * (b[i] - mean), 0);
  return product / a.reduce((sum, rank) => sum + (rank - mean) ** 2, 0);
}

function driverSection(data: StudyReportData): string {
  const law = data.law;
  if (!law) return '';
  const charts = law.phases.flatMap((phase) => {
    const samples = phase.rows.map((row) => row.sample);
    const m = samples.map((s) => s.mFactor);
    const drivers =
      QUANTITIES.filter((quantity) => phase.ranges.some((range) => range.column === quantityKey(quantity)));
    return drivers.map((quantity) => {
      const x = samples.map((s) => s[quantityKey(quantity) as Predictor]);
      const rank = samples.length > 2 ? rankCorrelation(x, m) : NaN;
      const strength =
        Math.abs(rank) > 0.8 ? 'closely follows' : Math.abs(rank) > 0.4 ? 'moderately follows' : 'hardly follows';
      const svg = scatter([{ colour: colourClass(phase.phase), mark: 'test', x, y: m }], {
        title: `${phase.title}: ${M_FACTOR.symbol} and ${quantity.symbol ?? quantity.title}`,
        xLabel: axisTitle(quantity), yLabel: axisTitle(M_FACTOR), ...SMALL, height: 200,
      });
      const words = Number.isFinite(rank)
        ? `M ${strength} it: rank correlation ${fixed(rank, 2)}.` : 'Too few structures for a statement.';
      return `<figure>${svg}<figcaption>${escape(words)}</figcaption></figure>`;
    });
  });
  return section('drivers', 'M against each descriptor', `<div class="grid" style="--n:4">${charts.join('\n')}</div>`);
}

function leftOutSection(data: StudyReportData): string {
  const items = (data.law?.phases ?? []).filter((phase) => phase.leftOut.length > 0).map((phase) => {
    const reasons = new Map<string, number>();
    for (const { reason } of phase.leftOut) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    const counted = [...reasons].map(([reason, n]) => `${n} × ${reason}`).join('; ');
    const left = `${phase.leftOut.length} of ${data.table.length} rows left out of the fit`;
    return `<li>${escape(`${phase.title}: ${left} (${counted}).`)}</li>`;
  });
  return items.length > 0 ? section('left-out', 'Rows left out', `<ul>${items.join('')}</ul>`) : '';
}

function windowCaveat({ window, voxelSizeUm, table }: StudyReportData): string {
  const same = window.every((n) => n === PAPER_EDGE) && table.length === 495;
  if (same) {
    return 'Same window, 401 × 401 × 401 voxels of 0.2 µm, and same number of structures as in the paper; ' +
      'the model parameters are surrogates (ours), since the paper’s are not published.';
  }
  const smaller = window.reduce((product, n) => product * n * voxelSizeUm, 1) < (0.2 * PAPER_EDGE) ** 3 &&
    table.length < 495;
  return `Windows here are ${window.join(' × ')} voxels of ${voxelSizeUm} µm and there are ${table.length} ` +
    'structures; the paper’s are 401 × 401 × 401 voxels of 0.2 µm and 495. '
    + `${smaller ? 'Smaller windows scatter more and percolate more easily, and fewer' : 'Other windows and other'} ` +
      'structures give other scores and coefficients. So do the model parameters, which are surrogates (ours), since ' +
      'the paper’s are not published. Which of these a difference is due to, this study alone does not tell.';
}

const REMARK = '<p>The same specification, seed and version give the same bits on any number of threads.</p>';

/** The report as one HTML document without scripts and without requests; light and dark, ready to print. */
export function studyReport(data: StudyReportData): string {
  checkArguments('studyReport', { data: [data, has<StudyReportData>('title', 'window', 'table')] });
  const { law, assessments = [] } = data;
  return page(data.title, [
    header(data),
    structureSection(data),
    ...(
      law
        ? [
          predictionSection(law, assessments), coefficientSection(law, windowCaveat(data)),
          ...(assessments.length > 0 ? [uncertaintySection(law, assessments), residualSection(law, assessments)] : []),
          publishedSection(law),
        ]
        : ['<p class="warn">Too few usable structures to fit a law.</p>']
    ),
    driverSection(data),
    distributionSection(data),
    coverageSection(data.table),
    ...(data.gradients ? [gradientSection(data.gradients)] : []),
    ...(data.sensitivity ? sensitivitySections(data.sensitivity) : []),
    ...(law ? [rangeSection(law)] : []),
    leftOutSection(data),
    reproducibilitySection(data.reproducibility, REMARK),
    `<footer>${citing('Formulas and Table 1: Dufter et al. 2026, arXiv 2603.23248.')} Colours follow the phases ` +
      'everywhere: blue SE, orange AM, grey pore.</footer>',
  ].join('\n'));
}
