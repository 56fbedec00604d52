// What the laws of a study are worth: intervals, errors on groups left out, noise, and residuals of the best formula.
import { normalQuantile } from '../numeric/normal-quantile.js';
import { decimals, intervalText, noiseText, verdictText } from '../regression/format-assessment.js';
import { formulaTitle } from '../regression/formulas.js';
import { formulaOf, type FormulaFit, type Law, type PhaseLaw } from '../regression/law.js';
import { PREDICTORS } from '../regression/sample.js';
import { SPACES } from '../regression/space.js';
import type { Assessment, Comparison } from '../regression/assessment.js';
import { scatter, type Points } from './chart.js';
import { escape, fixed, formulaHtml, section, tableHtml, type Cell } from './html.js';
import { colourClass, SMALL } from './study-law.js';

const minus = (text: string): string => text.replaceAll('-', '−');
const percent = (level: number): string => `${Number((100 * level).toFixed(3))}\u00a0%`;

function intervalRows(law: PhaseLaw, assessment: Assessment): Cell[][] {
  return assessment.formulas.map((own) => {
    const fit = law.formulas.find((f) => f.formula === own.formula)!;
    const cells = fit.coefficients.map((c, j) => ({
      html: `${escape(minus(decimals(c.value, 3)))}<small>${
        escape(minus(intervalText(own.bootstrap.coefficients[j])))}</small>`,
    }));
    return [
      { html: formulaHtml(own.title) }, ...cells, ...Array.from({ length: Math.max(0, 5 - cells.length) }, () => ''),
      minus(intervalText(own.bootstrap.test.r2, 3)), intervalText(own.bootstrap.test.mapePercent, 2),
    ];
  });
}

function comparisonRows(assessment: Assessment): Cell[][] {
  const byR2 = assessment.space === 'absolute';
  return assessment.comparisons.map((c: Comparison): Cell[] => {
    const own = assessment.formulas.find((f) => c.kind === 'formula' && f.formula === c.name);
    const loss = byR2 ? c.lossR2 : c.lossMape;
    const places = byR2 ? 3 : 2;
    const { r2, mapePercent } = c.scores;
    return [
      { html: c.kind === 'formula' ? `<b>${formulaHtml(c.title)}</b>` : escape(c.title) },
      r2 === null ? '–' : minus(`${decimals(r2.value, 3)} (${intervalText(r2.interval, 3)})`),
      mapePercent === null ? '–' : `${fixed(mapePercent.value, 2)} (${intervalText(mapePercent.interval, 2)})`,
      loss === null ? '' : minus(`${decimals(loss.value, places)} (${intervalText(loss.interval, places)})`),
      c.toldApart === null ? '' : c.toldApart ? 'yes' : 'no',
      own?.criteria.aicc == null ? '' : minus(own.criteria.aicc.toFixed(1)),
      own === undefined ? '' : minus(own.criteria.bic.toFixed(1)), own?.weight == null ? '' : own.weight.toFixed(3),
    ];
  });
}

/** Intervals of coefficients and scores, comparisons on groups left out, noise against lack of fit. */
export function uncertaintySection(law: Law, assessments: readonly Assessment[]): string {
  const [first] = assessments;
  return section('uncertainty', 'How far these laws can be trusted',
    `<p>Intervals of ${percent(first.level)} by drawing ${first.groups.title} anew, whole: structures of one point ` +
      'share the error of a law, so that drawing single ones would make intervals too narrow. Errors left out are ' +
      `those on ${first.groups.title} that a fit has not seen (${first.folds} folds, dealt ${first.repeats} times). ` +
      'A difference whose interval holds 0 is none that these data show.</p>',
    ...law.phases.flatMap((phase, i) => {
      const assessment = assessments[i];
      const verdict = verdictText(assessment);
      const noises = assessment.formulas.flatMap((f) =>
        (f.noise === null ? [] : [noiseText(f.title, f.noise, assessment.level, assessment.space)]));
      return [
        `<h3>${escape(phase.title)}</h3>`,
        ...(assessment.formulas.length > 0 && assessment.formulas[0].bootstrap.draws > 0 ? [tableHtml(
          `Coefficients of the training set with their intervals, and intervals of the scores on the test set; ${
            SPACES[assessment.space].title}.`,
          ['', ...[1, 2, 3, 4, 5].map((j) => ({ html: `<i>c</i><sub>${j}</sub>` })), 'R² test', 'MAPE test, %'],
          intervalRows(phase, assessment),
        )] : []),
        ...(assessment.comparisons.length > 0 ? [tableHtml(verdict || 'Errors on groups left out.',
          [
            'predictor', 'R² left out', 'MAPE left out, %',
            assessment.space === 'absolute' ? 'R² lost to the best' : 'MAPE above the best, %', 'told apart', 'AICc',
            'BIC', 'weight',
          ], comparisonRows(assessment))] : []),
        ...[...noises, ...assessment.notes].map((text) => `<p class="note">${escape(minus(text))}</p>`),
      ];
    }));
}

const TITLES: Readonly<Record<string, string>> = Object.fromEntries(PREDICTORS.map((p) => [p.column, p.title]));

/** Residuals of one formula: against prediction, against every column, and against normal quantiles. */
function residualFigures(law: PhaseLaw, fit: FormulaFit, assessment: Assessment): string[] {
  const formula = formulaOf(fit, law.rows[0].sample);
  const c = fit.coefficients.map((e) => e.value);
  const { space } = assessment;
  const unit = space === 'absolute' ? '' : ', %';
  const factor = space === 'absolute' ? 1 : 100;
  const points = law.rows.map(({ set, sample }) => {
    const predicted = formula.value(c, sample);
    return { set, sample, predicted, residual: factor * SPACES[space].residual(predicted, sample.mFactor) };
  });
  const colour = colourClass(law.phase);
  const series = (x: (p: (typeof points)[number]) => number): Points[] => (['train', 'test'] as const).map((set) => {
    const own = points.filter((p) => p.set === set);
    return { colour, mark: set, x: own.map(x), y: own.map((p) => p.residual) };
  });
  const title = formulaTitle(fit.formula);
  const yLabel = `predicted − simulated M${unit}`;
  const against = (name: string, x: (p: (typeof points)[number]) => number): string =>
    scatter(series(x), { title: `Residuals of ${title}, ${law.title}`, xLabel: name, yLabel, level: 0, ...SMALL });
  const columns = formula.columns.filter((column) => column in law.rows[0].sample);
  const sorted = points.map((p) => p.residual).sort((a, b) => a - b);
  const deviation = Math.sqrt(sorted.reduce((sum, r) => sum + r * r, 0) / sorted.length) || 1;
  const normal = sorted.map((_, i) => normalQuantile((i + 0.5) / sorted.length));
  return [
    against('predicted M', (p) => p.predicted),
    ...columns.map((column) => against(TITLES[column] ?? column, (p) => p.sample[column as keyof typeof p.sample])),
    scatter([{ colour, mark: 'train', x: normal, y: sorted.map((r) => r / deviation) }], {
      title: `Quantiles, ${title}, ${law.title}`, xLabel: 'normal quantile', yLabel: 'residual / its deviation',
      oneToOne: true, ...SMALL,
    }),
  ];
}

/** Residuals of the best formula of every phase. */
export function residualSection(law: Law, assessments: readonly Assessment[]): string {
  const figures = law.phases.flatMap((phase, i) => {
    const best = assessments[i].comparisons.find((c) => c.kind === 'formula')?.name;
    const fit = phase.formulas.find((f) => f.formula === best) ?? phase.formulas[0];
    if (fit === undefined || phase.rows.length === 0) return [];
    const ceiling = assessments[i].formulas.find((f) => f.formula === fit.formula)?.noise;
    const text = ceiling == null ? '' : `R² of ${formulaTitle(fit.formula)} cannot exceed ` +
      `${ceiling.ceiling.toFixed(3)} (${intervalText(ceiling.ceilingInterval, 3)}) here: the rest is noise of the ` +
      'window.';
    return [
      `<h3>${escape(phase.title)}: ${formulaHtml(formulaTitle(fit.formula))} = ${formulaHtml(fit.expression)}</h3>`,
      `<div class="grid" style="--n:4">${
        residualFigures(phase, fit, assessments[i]).map((svg) => `<figure>${svg}</figure>`).join('\n')}</div>`,
      ...(text === '' ? [] : [`<p class="note">${escape(minus(text))}</p>`]),
    ];
  });
  return section('residuals', 'Residuals',
    '<p>Of the formula that predicts groups left out best. A band around 0 without shape is what noise looks like; a ' +
      'bend or a fan against a descriptor is what a better formula could take. Points on the dashed line of the last ' +
      'chart are distributed normally, as AICc and BIC assume.</p>', ...figures);
}
