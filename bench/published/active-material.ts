// Why [A]'s ε^c1 explains so little of M of its active material: what its printed scores imply, and what would have to
// be different on our structures to give them.
import {
  FORMULAS, fitFormula, PAPER_RANGES, PAPER_TABLE, powerLaw, scores, splitRows, type FormulaSample,
  type RegressionSample,
} from '../../src/regression/index.js';
import { backSubstitute, householder } from '../../src/numeric/dense.js';
import { philox, streamKey } from '../../src/numeric/philox.js';
import { phaseOf, type WindowLaw } from './tables.js';

const AM = '2';
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};
const formulaOf = (name: string) => FORMULAS.find((formula) => formula.name === name)!;

/** Least squares of one formula on all samples. */
function fitted(name: string, samples: readonly FormulaSample[]): number[] {
  return fitFormula(formulaOf(name), samples, { randomStarts: 2, seed: 1 }).coefficients.map(({ value }) => value);
}

function scoreOf(name: string, coefficients: readonly number[], samples: readonly RegressionSample[]) {
  return scores(samples.map((s) => s.mFactor), samples.map((s) => formulaOf(name).value(coefficients, s)));
}

/** Standard deviation of M that a pair of R² and MAPE implies. R² = 1 − (rms of the residual / deviation of M)², and
 *  MAPE is the mean of the residuals over M: √(π/2) times that is their rms, were they normal. */
export function impliedDeviation(r2: number, mapePercent: number, meanM: number): number {
  return (Math.sqrt(Math.PI / 2) * (mapePercent / 100) * meanM) / Math.sqrt(1 - r2);
}

export interface Spread {
  readonly formula: string;
  readonly r2: number;
  readonly mapePercent: number;
  /** From R² and MAPE, as for the paper. */
  readonly implied: number;
  /** rms of the residual over the mean of M. */
  readonly residual: number;
}

/** Middle of the printed range of M of the active material. */
export const PAPER_MEAN = (PAPER_RANGES[AM].mFactor!.from + PAPER_RANGES[AM].mFactor!.to) / 2;

export function paperSpreads(): Spread[] {
  return FORMULAS.map(({ name }) => {
    const { r2, mapePercent } = PAPER_TABLE[AM][name];
    return {
      formula: name, r2, mapePercent, implied: impliedDeviation(r2, mapePercent, PAPER_MEAN),
      residual: Math.sqrt(Math.PI / 2) * (mapePercent / 100),
    };
  });
}

export interface OwnSpread extends Spread {
  /** Standard deviation of M over the test structures, counted. */
  readonly deviation: number;
}

export function ownSpreads(window: WindowLaw): OwnSpread[] {
  const phase = phaseOf(window, AM);
  const test = phase.rows.filter(({ set }) => set === 'test').map(({ sample }) => sample.mFactor);
  const spread = deviation(test);
  return phase.formulas.map(({ formula, test: { r2, mapePercent } }) => ({
    formula, r2: r2!, mapePercent: mapePercent!, implied: impliedDeviation(r2!, mapePercent!, mean(test)),
    residual: (Math.sqrt(1 - r2!) * spread) / mean(test), deviation: spread,
  }));
}

/** A supposition, and R² and MAPE of ε^c on our structures if it held. */
export interface Supposition {
  readonly text: string;
  readonly r2: number;
  readonly mapePercent: number;
}

/** Standard normal numbers, the same at every call. */
function normals(count: number): number[] {
  const [key0, key1] = streamKey({ seed: 1, scenario: 0, realisation: 0 });
  const block = new Uint32Array(4);
  return Array.from({ length: count }, (_, i) => {
    philox(block, i, 0, 0, 0, key0, key1);
    const [a, b] = [(block[0] + 0.5) / 2 ** 32, block[1] / 2 ** 32];
    return Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b);
  });
}

/** Samples with ε off by a relative error of standard deviation `error`. */
function withErrorOfFraction(samples: readonly RegressionSample[], error: number): RegressionSample[] {
  const noise = normals(samples.length);
  return samples.map((s, i) => ({ ...s, volumeFraction: s.volumeFraction * Math.exp(error * noise[i]) }));
}

/** The structures whose ε lies within the narrowest band around its median in which M varies no more than `most`. */
function narrowed(samples: readonly RegressionSample[], most: number): RegressionSample[] {
  const sorted = samples.map((s) => s.volumeFraction).sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1];
  const near = [...samples].sort(
    (a, b) => Math.abs(a.volumeFraction - middle) - Math.abs(b.volumeFraction - middle),
  );
  let count = near.length;
  while (count > 3 && deviation(near.slice(0, count).map((s) => s.mFactor)) > most) count--;
  return near.slice(0, count);
}

/** Relative error of ε at which ε^c explains as little as printed, by halving. */
export function errorForScore(samples: readonly RegressionSample[], r2: number): number {
  let [low, high] = [0, 0.2];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    const noisy = withErrorOfFraction(samples, middle);
    if (scoreOf('M1', fitted('M1', noisy), noisy).r2! > r2) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

export interface NoisyFraction {
  readonly error: number;
  readonly fits: readonly {
    readonly formula: string;
    readonly coefficients: readonly number[];
    readonly r2: number;
    readonly mapePercent: number;
  }[];
}

export interface ActiveMaterial {
  readonly suppositions: readonly Supposition[];
  readonly noisy: NoisyFraction;
}

/** @param window whose structures are asked */
export function activeMaterial(window: WindowLaw): ActiveMaterial {
  const { rows } = phaseOf(window, AM);
  const samples = rows.map(({ sample }) => sample);
  const electrolyte = phaseOf(window, '1').rows;
  const fractionOfElectrolyte = new Map(electrolyte.map(({ row, sample }) => [row, sample.volumeFraction]));
  const of = (text: string, c: number, set: readonly RegressionSample[]): Supposition => {
    const { r2, mapePercent } = scoreOf('M1', [c], set);
    return { text, r2: r2!, mapePercent: mapePercent! };
  };
  const best = (text: string, set: readonly RegressionSample[]): Supposition => of(text, fitted('M1', set)[0], set);
  const target = mean(paperSpreads().map(({ implied }) => implied));
  const narrow = narrowed(samples, target);
  const free = powerLaw('free', true, ['volumeFraction']);
  const freeFit = fitFormula(free, narrow, { randomStarts: 2, seed: 1 }).coefficients.map(({ value }) => value);
  const freeScores = scores(narrow.map((s) => s.mFactor), narrow.map((s) => free.value(freeFit, s)));
  const range = PAPER_RANGES[AM].volumeFraction!;
  const inside = samples.filter(({ volumeFraction: e }) => e >= range.from && e <= range.to);
  const both = rows.filter(({ row }) => fractionOfElectrolyte.has(row));
  const swapped = (change: (se: number) => number): RegressionSample[] => both.map(
    ({ row, sample }) => ({ ...sample, volumeFraction: change(fractionOfElectrolyte.get(row)!) }),
  );
  const error = errorForScore(narrow, PAPER_TABLE[AM].M1.r2);
  const noisySamples = withErrorOfFraction(narrow, error);
  return {
    suppositions: [
      best('none: our structures as they are', samples),
      of('c1 as printed for AM', 1.98, samples),
      of('c1 as printed for SE', 2.32, samples),
      best('only structures inside the printed range of ε', inside),
      best('only structures around the median of ε, so that M varies as little as the scores say', narrow),
      {
        text: 'the same, with a free factor: c1 · ε^c2', r2: freeScores.r2!, mapePercent: freeScores.mapePercent!,
      },
      best('ε of SE instead of AM', swapped((se) => se)),
      best('1 − ε of SE, pores counted as AM', swapped((se) => 1 - se)),
    ],
    noisy: {
      error,
      fits: FORMULAS.map(({ name }) => {
        const coefficients = fitted(name, noisySamples);
        const { r2, mapePercent } = scoreOf(name, coefficients, noisySamples);
        return { formula: name, coefficients, r2: r2!, mapePercent: mapePercent! };
      }),
    },
  };
}

/** Scores of `formula` over many splits of one table: 5 %, 50 % and 95 % of the R² on the test structures. */
export function splitQuantiles(
  window: WindowLaw, phase: string, formula: string, splits: number,
): readonly [number, number, number] {
  const { rows } = phaseOf(window, phase);
  const found = Array.from({ length: splits }, (_, i) => {
    const training = new Set(splitRows(window.rows.length, 331 / 495, i + 1).train);
    const of = (train: boolean) => rows.filter(({ row }) => training.has(row) === train).map(({ sample }) => sample);
    const fit = fitFormula(formulaOf(formula), of(true), { randomStarts: 0, seed: 1 });
    return scoreOf(formula, fit.coefficients.map(({ value }) => value), of(false)).r2!;
  }).sort((a, b) => a - b);
  const at = (share: number): number => found[Math.round(share * (found.length - 1))];
  return [at(0.05), at(0.5), at(0.95)];
}

/** What θ explains of the residual of ε^c1, and what it leaves: the scatter of windows. */
export interface ResidualSources {
  /** Standard deviations of ln ε, and of ln(M/ε^c1). */
  readonly fraction: number;
  readonly residual: number;
  /** Correlation of the two. */
  readonly correlation: number;
  /** Standard deviations of what a linear function of ln a, ln α and λ gives, and of the rest. */
  readonly explained: number;
  readonly left: number;
}

const LOGARITHMIC = ['anisotropyFactor', 'alphaChiX', 'alphaGaussX', 'alphaChiY', 'alphaGaussY'] as const;
const LINEAR = ['lambdaX', 'lambdaY'] as const;

export function residualSources(window: WindowLaw): ResidualSources {
  const { rows } = phaseOf(window, AM);
  const [c1] = fitted('M1', rows.map(({ sample }) => sample));
  const fractions = rows.map(({ sample }) => Math.log(sample.volumeFraction));
  const residuals = rows.map(({ sample }, i) => Math.log(sample.mFactor) - c1 * fractions[i]);
  const theta = rows.map(({ row }) => [
    1, ...LOGARITHMIC.map((name) => Math.log(Number(window.rows[row][name]))),
    ...LINEAR.map((name) => Number(window.rows[row][name])),
  ]);
  const { r, qtb } = householder(theta.map((row) => Float64Array.from(row)), Float64Array.from(residuals));
  const coefficients = backSubstitute(r, qtb)!;
  const explained = theta.map((row) => row.reduce((sum, value, j) => sum + value * coefficients[j], 0));
  const [middle, level] = [mean(fractions), mean(residuals)];
  return {
    fraction: deviation(fractions), residual: deviation(residuals),
    correlation: mean(fractions.map((value, i) => (value - middle) * (residuals[i] - level))) /
      (deviation(fractions) * deviation(residuals)),
    explained: deviation(explained), left: deviation(residuals.map((value, i) => value - explained[i])),
  };
}

/** Correlation of ln ε with the residual of ε^c1 that the printed scores of AM need where ln ε has this standard
 *  deviation: the variance of ln M = c1 · ln ε + residual is known from them. */
export function neededCorrelation(fraction: number): number {
  const [{ residual }] = paperSpreads();
  const c1 = PAPER_TABLE[AM].M1.coefficients[0];
  const all = mean(paperSpreads().map((spread) => spread.implied)) / PAPER_MEAN;
  return (all ** 2 - (c1 * fraction) ** 2 - residual ** 2) / (2 * c1 * fraction * residual);
}
