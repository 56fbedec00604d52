// What laws are worth, as plain text.
import { checkArguments, has } from '../core/arguments.js';
import { decimalExponent } from '../numeric/elementary.js';
import type { Interval } from '../numeric/intervals.js';
import type { Assessment, Comparison, FormulaAssessment, NoiseOfFormula } from './assessment.js';
import { align, significant } from './lines.js';
import { SPACES } from './space.js';

const percentOf = (level: number): string => `${Number((100 * level).toFixed(3))} %`;

/** Without a minus before zeros. */
export const decimals = (value: number, places: number): string => value.toFixed(places).replace(/^-(0(\.0*)?)$/, '$1');

/** Both ends with as many places as tell them apart. */
export function intervalText(interval: Interval | null, places?: number): string {
  if (interval === null) return '–';
  const width = Math.abs(interval.high - interval.low);
  const digits = places ?? Math.max(0, Math.min(6, 1 - decimalExponent(width || 1)));
  return `${decimals(interval.low, digits)} … ${decimals(interval.high, digits)}`;
}

const list = (names: readonly string[]): string =>
  (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`);

const lossOf = (comparison: Comparison, space: Assessment['space']): string => {
  const loss = space === 'absolute' ? comparison.lossR2 : comparison.lossMape;
  if (loss === null) return '';
  const places = space === 'absolute' ? 3 : 2;
  return `${decimals(loss.value, places)} (${intervalText(loss.interval, places)})`;
};

/** What the comparison of formulas says, in a sentence or two: a difference whose interval holds 0 is none. */
export function verdictText({ comparisons, groups, space }: Assessment): string {
  const best = comparisons.find((c) => c.kind === 'formula');
  if (best === undefined) return '';
  const others = comparisons.filter((c) => c.kind === 'formula' && c !== best);
  const alike = others.filter((c) => c.toldApart === false).map((c) => c.title);
  const worse = others.filter((c) => c.toldApart === true).map((c) => c.title);
  const measure = space === 'absolute' ? 'R²' : 'MAPE';
  const parts = [
    ...(alike.length > 0 ? [`${list([best.title, ...alike])} are not told apart by these data`] : []),
    ...(worse.length > 0 ? [`${list(worse)} ${worse.length > 1 ? 'are' : 'is'} worse than ${best.title}`] : []),
  ];
  const published = comparisons.filter((c) => c.kind === 'published' && c.toldApart === false).map((c) => c.title);
  if (published.length > 0) {
    parts.push(`${list(published)}, without any fit, ${published.length > 1 ? 'are' : 'is'} not told apart from it ` +
      'either');
  }
  const surrogate = comparisons.find((c) => c.kind === 'surrogate');
  const loss = space === 'absolute' ? surrogate?.lossR2 : surrogate?.lossMape;
  const gains = (loss?.value ?? 0) < 0;
  if (surrogate?.toldApart === false) {
    parts.push(`a Gaussian process on all columns is not told apart from ${best.title}: these data show no ` +
      'better formula of these columns');
  } else if (surrogate?.toldApart === true) {
    parts.push(`a Gaussian process on all columns is ${gains ? 'better' : 'worse'} than ${best.title}` +
      (gains ? ': the columns say more than the formulas take from them' : ''));
  }
  return parts.length === 0 ? '' : `By ${measure} on ${groups.title} left out: ${parts.join('; ')}.`;
}

/** Whether residuals are noise, in a sentence. */
export function noiseText(title: string, noise: NoiseOfFormula, level: number, space: Assessment['space']): string {
  const size = space === 'absolute'
    ? `${significant(noise.noise, 3)} in M` : `${(100 * noise.noise).toFixed(2)} % of M`;
  if (noise.shareOfNoise === null) return `${title}: meets the data to rounding`;
  const test = noise.probability === null ? '' : noise.probability < 1 - level
    ? `; lack of fit: F = ${significant(noise.f!, 3)}, probability ${noise.probability.toExponential(1)}`
    : `; no lack of fit is seen (F = ${significant(noise.f!, 3)}, probability ${noise.probability.toFixed(2)})`;
  return `${title}: noise ${size}, ${(100 * Math.min(1, noise.shareOfNoise)).toFixed(0)} % of its squared error; ` +
    `ceiling of R² ${noise.ceiling.toFixed(3)} (${intervalText(noise.ceilingInterval, 3)})${test}`;
}

/** Coefficients under the heads c1, c2, …; those of other names say them. */
function coefficientRow(fit: FormulaAssessment): string[] {
  return [`  ${fit.title}`, ...fit.bootstrap.coefficients.map((interval, j) => {
    const name = fit.coefficients[j];
    return `${name === `c${j + 1}` ? '' : `${name} `}${intervalText(interval)}`;
  })];
}

/** Intervals of coefficients and scores, cross-validated errors, criteria, comparisons, noise. */
export function formatAssessment(assessment: Assessment): string {
  checkArguments('formatAssessment', { assessment: [assessment, has<Assessment>('formulas', 'groups')] });
  const { formulas, comparisons, groups, folds, repeats, level, space, repeated } = assessment;
  const width = Math.max(0, ...formulas.map((f) => f.bootstrap.coefficients.length));
  const resampled = formulas.length > 0 && formulas[0].bootstrap.draws > 0;
  const outside = Math.max(0, ...formulas.map((f) => f.testOutside ?? 0));
  return [
    ...(resampled ? [
      `${percentOf(level)} intervals by ${formulas[0].bootstrap.draws} resamples of ${groups.count} ${groups.title}; ` +
        SPACES[space].title,
      ...align([
        ['', ...Array.from({ length: width }, (_, j) => `c${j + 1}`), 'R² test', 'MAPE test'],
        ...formulas.map((f) => [
          ...coefficientRow(f), ...Array.from({ length: width - f.bootstrap.coefficients.length }, () => ''),
          intervalText(f.bootstrap.test.r2, 3), intervalText(f.bootstrap.test.mapePercent, 2),
        ]),
      ]), '',
    ] : []),
    ...(comparisons.length > 0 ? [
      `on ${groups.title} left out (${folds} folds, dealt ${repeats} times)`,
      ...align([
        [
          '', 'R²', 'MAPE', space === 'absolute' ? 'R² lost to the best' : 'MAPE above the best', 'AICc', 'BIC',
          'weight',
        ],
        ...comparisons.map((c) => {
          const own = formulas.find((f) => c.kind === 'formula' && f.formula === c.name);
          const { r2, mapePercent } = c.scores;
          return [
            c.title, r2 === null ? '–' : `${decimals(r2.value, 3)} (${intervalText(r2.interval, 3)})`,
            mapePercent === null
              ? '–' : `${mapePercent.value.toFixed(2)} % (${intervalText(mapePercent.interval, 2)})`, lossOf(c, space),
            ...(own === undefined ? ['', '', ''] : [
              own.criteria.aicc === null ? '–' : own.criteria.aicc.toFixed(1), own.criteria.bic.toFixed(1),
              own.weight === null ? '–' : own.weight.toFixed(3),
            ]),
          ];
        }),
      ]),
      verdictText(assessment),
      ...(groups.title === 'rows' ? [] : [
        'AICc, BIC and weights take rows for independent, which rows of one group are not: where they differ from ' +
          'the errors on groups left out, trust these errors.',
      ]), '',
    ] : []),
    ...(repeated !== null && formulas.some((f) => f.noise !== null) ? [
      `noise of the window, by ${repeated} parameter vectors drawn more than once`,
      ...formulas.flatMap((f) => (f.noise === null ? [] : [noiseText(f.title, f.noise, level, space)])), '',
    ] : []),
    ...(outside > 0 ? [
      `up to ${outside} test structures lie outside of what the training structures cover: there the formulas ` +
        'extrapolate',
    ] : []),
    ...assessment.notes,
  ].join('\n').trimEnd() + '\n';
}
