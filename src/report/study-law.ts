// The law's part of a study report: fit charts, coefficients beside Table 1, scores, ranges.
import type { Assessment } from '../regression/assessment.js';
import { evaluateFit } from '../regression/law.js';
import { formatEstimate } from '../regression/format.js';
import { formulaTitle } from '../regression/formulas.js';
import { PAPER_RANGES, PAPER_TABLE } from '../regression/published.js';
import type { RegressionSample } from '../regression/sample.js';
import { fullTitle, quantityKey } from '../descriptors/quantity.js';
import { STUDY_QUANTITIES } from '../study/columns.js';
import type { FormulaFit, Law, PhaseLaw } from '../regression/law.js';
import { mark, scatter } from './chart.js';
import { escape, fixed, formulaHtml, readable, section, tableHtml, type Cell } from './html.js';
import { citing } from './references.js';

const MATERIAL: Readonly<Record<string, string>> = { 1: 'SE', 2: 'AM' };
export const materialOf = (phase: string) => MATERIAL[phase] ?? `phase ${phase}`;
export const colourClass = (phase: string) => (phase in MATERIAL ? `p${phase}` : 'p0');
const percent = (value: number | null) => fixed(value, 2, '\u00a0%');

/** What a fit is worth on unseen structures, in words. */
function verdict(fit: FormulaFit, material: string | null): string {
  const { r2, mapePercent } = fit.test;
  if (r2 === null || mapePercent === null) {
    return `Fitted to ${fit.train.count} structures; none are left to test it on.`;
  }
  const share =
    r2 > 0 ? `explains ${(100 * r2).toFixed(0)}\u00a0% of the variance of M` : 'predicts no better than the mean';
  const paper = PAPER_TABLE[material ?? '']?.[fit.formula];
  return `On ${fit.test.count} unseen structures it ${share} and is off by ${mapePercent.toFixed(1)}\u00a0% on average`
    + (paper ? ` (paper: ${(100 * paper.r2).toFixed(0)}\u00a0%, ${paper.mapePercent}\u00a0%).` : '.');
}

/** Charts that stand four in a row. */
export const SMALL = { width: 236, height: 236 };

function fitFigure(fit: FormulaFit, law: PhaseLaw, assessment: Assessment | undefined): string {
  const noise = assessment?.formulas.find((f) => f.formula === fit.formula)?.noise ?? null;
  const points = (set: 'train' | 'test') => {
    const samples = law.rows.filter((row) => row.set === set).map((row) => row.sample);
    return {
      colour: colourClass(law.phase), mark: set, x: samples.map((s) => s.mFactor),
      y: samples.map((s) => evaluateFit(fit, s)),
    } as const;
  };
  const svg = scatter([points('train'), points('test')], {
    title: `${formulaTitle(fit.formula)}, ${law.title}`, xLabel: 'simulated M', yLabel: 'predicted M',
    oneToOne: true, ...SMALL,
    notes: [
      `R² ${fixed(fit.test.r2, 3)}${noise === null ? '' : `, ceiling ${fixed(noise.ceiling, 3)}`}`,
      `MAPE ${percent(fit.test.mapePercent)}`,
    ],
  });
  const caption = `<b>${formulaHtml(fit.expression)}</b>${escape(verdict(fit, law.material))}`;
  return `<figure>${svg}<figcaption>${caption}</figcaption></figure>`;
}

/** @param assessments phase by phase; the ceiling that noise sets to R² stands in the charts where it is known */
export function predictionSection(law: Law, assessments: readonly Assessment[] = []): string {
  const symbol = (kind: 'train' | 'test', colour: string) =>
    `<svg viewBox="0 0 16 16" aria-hidden="true">${mark(kind, colour, 8, 8)}</svg>`;
  const legend = law.phases.flatMap(({ phase, title }) => (['train', 'test'] as const).map((set) =>
    `<li>${symbol(set, colourClass(phase))} ${escape(title)}, ` +
      `${set === 'train' ? 'training' : 'test'} structure</li>`));
  return section('predictions', 'Predicted against simulated M',
    '<p>Each formula is fitted to the training structures by least squares on M and judged on the test structures, ' +
      'which it has not seen. The dashed line is perfect agreement; R² and MAPE are those of the test set.</p>',
    `<ul class="legend">${legend.join('')}</ul>`,
    ...law.phases.map((phase, i) => `<h3>${escape(phase.title)}: ${phase.rows.length} structures</h3>`
      + `<div class="grid" style="--n:${Math.min(4, Math.max(2, phase.formulas.length))}">`
      + `${phase.formulas.map((fit) => fitFigure(fit, phase, assessments[i])).join('\n')}</div>`
      + phase.skipped.map(
        ({ formula, reason }) => `<p class="note">${escape(`${formulaTitle(formula)} is not fitted: ${reason}.`)}</p>`,
      ).join('')));
}

function coefficientRows(law: PhaseLaw): (readonly Cell[])[] {
  return law.formulas.flatMap((fit) => {
    const paper = PAPER_TABLE[law.material ?? '']?.[fit.formula];
    const cells = (values: readonly string[]) => Array.from({ length: 5 }, (_, j) => values[j] ?? '');
    return [
      [{ html: `${formulaHtml(formulaTitle(fit.formula))} = ${formulaHtml(fit.expression)}` }],
      [
        'this study',
        ...cells(fit.coefficients.map(
          (c) => formatEstimate(c.value, c.standardError).replaceAll('-', '−') + (c.atBound ? ' (bound)' : ''),
        )),
        fixed(fit.test.r2, 3), percent(fit.test.mapePercent),
      ],
      ...(
        paper ? [
          [
            'paper', ...cells(paper.coefficients.map((c) => String(c).replace('-', '−'))), fixed(paper.r2, 3),
            percent(paper.mapePercent),
          ],
        ] : []
      ),
    ];
  });
}

const titles = (fits: readonly FormulaFit[]): string => fits.map((fit) => formulaTitle(fit.formula)).join(', ');

function confirmationNote(law: PhaseLaw): string {
  const disagree = law.formulas.filter((fit) => !fit.confirmation.agrees);
  const undetermined = law.formulas.filter((fit) => fit.covariance === null);
  const notes: string[] = [];
  if (law.formulas.length > 0) {
    const starts = law.formulas[0].confirmation.starts;
    notes.push(disagree.length === 0
      ? `Levenberg-Marquardt on the raw coefficients, from ${starts} starts, ` +
        'ends at the optimum of L-BFGS-B for every formula.'
      : `Levenberg-Marquardt disagrees with L-BFGS-B for ${titles(disagree)}: ` +
        'take these coefficients with care.');
  }
  if (undetermined.length > 0) {
    notes.push(
      `The data do not determine all coefficients of ${titles(undetermined)}; ` +
        'no standard errors are given there.',
    );
  }
  return `<p class="${disagree.length + undetermined.length > 0 ? 'warn' : 'note'}">${escape(notes.join(' '))}</p>`;
}

/** @param caveat printed right beside Table 1: what differs from the paper's windows. */
export function coefficientSection(law: Law, caveat: string): string {
  return section('coefficients', 'Coefficients beside Table 1 of the paper',
    `<p class="warn">${escape(caveat)}</p>`,
    ...law.phases.map((phase) => `<h3>${escape(phase.title)}</h3>`
      + tableHtml({
        html: citing('Value ± standard error from s²(JᵀJ)⁻¹ on the training set; scores on the test set. Paper: ' +
          'Dufter et al. 2026, arXiv 2603.23248, Table 1.'),
      },
        ['', ...[1, 2, 3, 4, 5].map((j) => ({ html: `<i>c</i><sub>${j}</sub>` })), 'R² test', 'MAPE test'],
        coefficientRows(phase))
      + confirmationNote(phase)));
}

export function publishedSection(law: Law): string {
  const content = law.phases.map((phase) => {
    const own = phase.formulas.map((fit) => (
      {
        title: `${formulaTitle(fit.formula)}, fitted here`, expression: fit.expression, source: '', test: fit.test,
        own: true,
      }
    ));
    const all = [...own, ...phase.published.map((p) => ({ ...p, own: false }))]
      .sort((a, b) => (a.test.mapePercent ?? Infinity) - (b.test.mapePercent ?? Infinity));
    const worst = Math.max(...all.map((p) => p.test.mapePercent ?? 0), 1e-9);
    const bar = (value: number | null) => {
      if (value === null) return '';
      const width = Math.max(1, (110 * value) / worst).toFixed(0);
      return `<span class="bar" style="width:${width}px;background:var(--${colourClass(phase.phase)})"></span>`;
    };
    const rows = all.map((p): Cell[] => [
      { html: p.own ? `<b>${formulaHtml(p.title)}</b>` : `${formulaHtml(p.title)}<small>${citing(p.source)}</small>` },
      { html: formulaHtml(p.expression) },
      fixed(p.test.r2, 3), { html: `${bar(p.test.mapePercent)}${percent(p.test.mapePercent)}` },
    ]);
    const best = all.find((p) => !p.own && p.test.mapePercent !== null);
    const ours = all.find((p) => p.own && p.test.mapePercent !== null);
    const takeaway = best && ours
      ? `Without any fitting, ${best.title} comes closest (${best.test.mapePercent!.toFixed(1)}\u00a0% on average); ` +
        `the best formula fitted here reaches ${ours.test.mapePercent!.toFixed(1)}\u00a0%.`
      : 'No test structures to compare on.';
    return `<h3>${escape(phase.title)}</h3>` +
      tableHtml(takeaway, ['predictor', 'M =', 'R² test', 'MAPE test'], rows);
  });
  return section('published', 'Published predictors on the same test structures', ...content);
}

const TITLES: Readonly<Record<string, string>> = Object.fromEntries(
  STUDY_QUANTITIES.map((quantity) => [quantityKey(quantity), fullTitle(quantity)]));

export function rangeSection(law: Law): string {
  const rows = law.phases.flatMap((phase) => phase.ranges.map(({ column, from, to, mean }): Cell[] => {
    const paper = PAPER_RANGES[phase.material ?? '']?.[column];
    const inside = paper ? phase.rows.filter(
      ({ sample }) =>
        sample[column as keyof RegressionSample] >= paper.from && sample[column as keyof RegressionSample] <= paper.to,
    ).length : null;
    return [
      `${phase.title} ${TITLES[column]}`, readable(from, 4), readable(mean, 4), readable(to, 4),
      paper ? `${paper.from} – ${paper.to}${paper.note ? ` (${paper.note})` : ''}` : '–',
      inside === null ? '–' : `${((100 * inside) / phase.rows.length).toFixed(0)} %`,
    ];
  }));
  return section('ranges', 'Ranges of the descriptors', tableHtml(
    'What the structures of this study cover, beside the ranges that the paper prints for its 495 structures (– ' +
      'where it prints none). A law should not be trusted outside its range.',
    ['quantity', 'least', 'mean', 'largest', 'paper', 'inside the paper’s range'], rows));
}
