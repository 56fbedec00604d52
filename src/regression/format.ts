// A law as plain text, for terminals and logs.
import { checkArguments, has } from '../core/arguments.js';
import { decimalExponent } from '../numeric/elementary.js';
import type { Assessment } from './assessment.js';
import type { ColumnLaw } from './column-law.js';
import type { Optimum } from './fit.js';
import { formatAssessment } from './format-assessment.js';
import type { FormulaFit, Law, PhaseLaw } from './law.js';
import { formulaTitle } from './formulas.js';
import { PAPER_TABLE } from './published.js';
import type { LeftOutRow } from './sample.js';
import { align, significant } from './lines.js';
import type { Scores } from './scores.js';
import { SPACES, type Space } from './space.js';

/** 12.34 ± 0.05: the error with two digits, the value to the same place. */
export function formatEstimate(value: number, standardError: number | null): string {
  checkArguments('formatEstimate', { value: [value, 'number'] });
  if (standardError === null || !(standardError > 0)) return significant(value, 4);
  const places = Math.max(0, Math.min(6, 1 - decimalExponent(standardError)));
  return `${value.toFixed(places)} ± ${standardError.toFixed(places)}`;
}

const percent = (value: number | null) => (value === null ? '–' : `${value.toFixed(2)} %`);
const r2 = (value: number | null) => (value === null ? '–' : value.toFixed(3));
const scored = (s: Scores) => [r2(s.r2), percent(s.mapePercent)];

/** What an optimum leaves to be desired. */
function notesOf(fit: Optimum): string[] {
  const { confirmation } = fit;
  const notes = [
    ...(fit.converged ? [] : ['the search did not converge']),
    ...(
      confirmation.agrees ? [] : [
        `a second optimiser disagrees: sum of squares ${(100 * confirmation.relativeDifference).toExponential(1)} % ` +
          `apart, coefficients ${confirmation.largestShift?.toFixed(2) ?? '?'} standard errors`,
      ]
    ),
    ...(
      fit.coefficients.some((c) => c.atBound)
        ? [`at a bound: ${fit.coefficients.filter((c) => c.atBound).map((c) => c.name).join(', ')}`]
        : []
    ),
    ...(fit.covariance === null ? ['the data do not determine all coefficients'] : []),
  ];
  return notes.map((note) => `  ! ${note}`);
}

/** ", 3 left out (2 × …; 1 × …)" */
function leftOutText(leftOut: readonly LeftOutRow[]): string {
  const reasons = new Map<string, number>();
  for (const { reason } of leftOut) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return leftOut.length === 0
    ? '' : `, ${leftOut.length} left out (${[...reasons].map(([reason, n]) => `${n} × ${reason}`).join('; ')})`;
}

const SCORES = ['score', 'R² train', 'MAPE train', 'R² test', 'MAPE test'];

function coefficientRows({ coefficients }: Optimum): string[][] {
  return [
    ['', ...coefficients.map((c) => c.name)],
    ['  this study', ...coefficients.map((c) => formatEstimate(c.value, c.standardError))],
  ];
}

function formulaLines(fit: FormulaFit, material: string | null): string[] {
  const paper = PAPER_TABLE[material ?? '']?.[fit.formula];
  return [
    `${fit.formula === fit.expression ? 'M' : formulaTitle(fit.formula)} = ${fit.expression}`,
    ...align([...coefficientRows(fit), ...(paper ? [['  paper', ...paper.coefficients.map(String)]] : [])]),
    ...notesOf(fit),
  ];
}

/** A law of any column: coefficients with standard errors, scores on both sets. */
export function formatColumnLaw(law: ColumnLaw): string {
  checkArguments('formatColumnLaw', { law: [law, has<ColumnLaw>('target', 'coefficients')] });
  const { target, train, test, leftOut, formulas, space } = law;
  return [
    `${target}: ${train.count} structures train, ${test.count} test${leftOutText(leftOut)}`,
    ...(space === 'absolute' ? [] : [`fitted by ${SPACES[space].title}`]), '',
    ...formulas.flatMap((fit) => [
      `${target} = ${fit.expression}`, ...align(coefficientRows(fit)), ...notesOf(fit), '',
    ]),
    ...align([SCORES, ...formulas.map((fit) => [fit.formula, ...scored(fit.train), ...scored(fit.test)])]),
  ].join('\n') + '\n';
}

/** "SE (phase 1)", "phase 3" */
const heading = ({ title, phase }: PhaseLaw): string =>
  (title === `phase ${phase}` ? title : `${title} (phase ${phase})`);

function phaseLines(law: PhaseLaw, space: Space): string[] {
  const used = (set: string) => law.rows.filter((row) => row.set === set).length;
  const paper = PAPER_TABLE[law.material ?? ''] ?? {};
  const lines = [
    `${heading(law)}: ${used('train')} structures train, ${used('test')} test${leftOutText(law.leftOut)}`,
    ...(space === 'absolute' ? [] : [`fitted by ${SPACES[space].title}; the paper fits M itself`]),
    '',
    ...law.formulas.flatMap((fit) => [...formulaLines(fit, law.material), '']),
    ...law.skipped.map(({ formula, reason }) => `${formula} not fitted: ${reason}`),
  ];
  if (law.formulas.length + law.published.length > 0) {
    lines.push(...align([
      [...SCORES, 'paper R²', 'paper MAPE'],
      ...law.formulas.map((fit) => {
        const printed = paper[fit.formula];
        return [
          formulaTitle(fit.formula), ...scored(fit.train), ...scored(fit.test),
          ...(printed ? [r2(printed.r2), percent(printed.mapePercent)] : ['–', '–']),
        ];
      }),
      ...law.published.map((p) => [p.title, '', '', ...scored(p.test), '', '']),
    ]));
  }
  return lines;
}

/** Coefficients with standard errors beside Table 1 of the paper, scores on both sets, published predictors on the test
 *  set; what they are worth, where that was assessed. */
export function formatLaw(law: Law, assessments: readonly Assessment[] = []): string {
  checkArguments('formatLaw', { law: [law, has<Law>('phases')], assessments: [assessments, 'records'] });
  return law.phases.map((phase, i) => {
    const lines = phaseLines(phase, law.options.space).join('\n');
    return assessments[i] === undefined ? lines : `${lines}\n\n${formatAssessment(assessments[i]).trimEnd()}`;
  }).join('\n\n') + '\n';
}
