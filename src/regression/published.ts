// Predictors and values as printed in the literature: nothing here is fitted by this program.
import { checkArguments } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { formulaByName, powerLaw } from './formulas.js';
import { PREDICTORS, type Predictor, type RegressionSample } from './sample.js';

const DUFTER = 'Dufter et al. 2026, arXiv 2603.23248';

/** Table 1 of [A] for one formula and phase: coefficients as printed, scores on its 164 test structures. */
export interface PaperFit {
  /** In the order of the formula's names. */
  readonly coefficients: readonly number[];
  /** As printed. */
  readonly r2: number;
  /** Mean of |y−ŷ|/|y| in percent. */
  readonly mapePercent: number;
}

/** Table 1 of [A]; keys are phase labels (1 SE, 2 AM) and formula names. Windows of 401³ voxels of 0.2 µm. */
export const PAPER_TABLE: Readonly<Record<string, Readonly<Record<string, PaperFit>>>> = {
  1: {
    M1: { coefficients: [2.32], r2: 0.843, mapePercent: 8.51 },
    M2: { coefficients: [2.74, 3.88, -0.09, 3.09], r2: 0.882, mapePercent: 6.08 },
    M3: { coefficients: [3.99, -0.54, 0.13, 3.26], r2: 0.912, mapePercent: 5.47 },
    M4: { coefficients: [4.36, -1.42, 0.16, 3.08, 0.06], r2: 0.911, mapePercent: 5.43 },
  },
  2: {
    M1: { coefficients: [1.98], r2: 0.3, mapePercent: 5 },
    M2: { coefficients: [0.99, 0.11, -0.002, -21.52], r2: 0.897, mapePercent: 1.7 },
    M3: { coefficients: [1.1, -19.6, 0.03, 0.24], r2: 0.906, mapePercent: 1.68 },
    M4: { coefficients: [1.1, -19.6, 0.03, 0.24, -0.002], r2: 0.906, mapePercent: 1.68 },
  },
};

/** A range as printed. */
export interface PaperRange {
  /** Least value. */
  readonly from: number;
  /** Greatest value. */
  readonly to: number;
  readonly note?: string;
}

/** What [A] prints about the range of a quantity over its 495 structures, S in µm⁻¹; absent where it prints none. */
export const PAPER_RANGES: Readonly<Record<string, Readonly<Record<string, PaperRange | undefined>>>> = {
  1: {
    volumeFraction: { from: 0.33, to: 0.48 },
    specificSurfaceArea: { from: 0.27, to: 1.35, note: 'mostly' },
    meanGeodesicTortuosity: { from: 1.081, to: 1.186 },
    constrictivity: { from: 0.31, to: 0.99 },
    mFactor: { from: 0.06, to: 0.2 },
  },
  2: {
    volumeFraction: { from: 0.45, to: 0.57 },
    specificSurfaceArea: { from: 0.7, to: 1.7, note: 'mostly' },
    constrictivity: { from: 0.85, to: 1, note: 'mostly' },
    mFactor: { from: 0.2, to: 0.33 },
  },
};

/** A formula with its published coefficients. */
export interface PublishedPredictor {
  readonly name: string;
  readonly title: string;
  readonly expression: string;
  /** Paper that it is from. */
  readonly source: string;
  /** Phase labels it was made for; null means any conducting phase. */
  readonly phases: readonly string[] | null;
  /** Descriptors that it needs. */
  readonly columns: readonly Predictor[];
  /** M that it predicts. */
  evaluate(descriptors: RegressionSample): number;
}

function fixed(
  name: string, title: string, expression: string, source: string,
  factor: number, exponents: readonly (readonly [Predictor, number])[],
): PublishedPredictor {
  const columns = exponents.map(([column]) => column);
  const law = powerLaw(name, true, columns);
  const coefficients = [factor, ...exponents.map(([, exponent]) => exponent)];
  return { name, title, expression, source, phases: null, columns, evaluate: (d) => law.value(coefficients, d) };
}

function dufter(phase: string, formulaName: string): PublishedPredictor {
  const formula = formulaByName(formulaName);
  const { coefficients } = PAPER_TABLE[phase][formulaName];
  const material = phase === '1' ? 'SE' : 'AM';
  return {
    name: `dufter2026-${formulaName}-${material}`,
    title: `Dufter 2026 M̂${formulaName.slice(1)} for ${material}`,
    expression: formula.coefficientNames.reduce(
      (text, c, j) => text.replace(c, String(coefficients[j])), formula.expression,
    ),
    source: `${DUFTER}, Table 1`,
    phases: [phase],
    columns: formula.columns,
    evaluate: (d) => formula.value(coefficients, d),
  };
}

const STENZEL = 'Stenzel, Pecho, Holzer, Neumann, Schmidt 2016, AIChE J. 62:1834';

/** Every published predictor by name. */
export const PUBLISHED: readonly PublishedPredictor[] = [
  fixed('bruggeman', 'Bruggeman', 'ε^1.5', 'Bruggeman 1935, Ann. Phys. 416:636', 1, [['volumeFraction', 1.5]]),
  fixed('gaiselmann2014', 'Gaiselmann 2014', '2.03 · ε^1.57 · β^0.72 / τ²', 'Gaiselmann et al. 2014, AIChE J. 60:1983',
    2.03, [['volumeFraction', 1.57], ['constrictivity', 0.72], ['meanGeodesicTortuosity', -2]]),
  fixed('stenzel2016', 'Stenzel 2016', 'ε^1.15 · β^0.37 / τ^4.39', STENZEL,
    1, [['volumeFraction', 1.15], ['constrictivity', 0.37], ['meanGeodesicTortuosity', -4.39]]),
  fixed('stenzel2016-b035', 'Stenzel 2016 as reprinted', 'ε^1.15 · β^0.35 / τ^4.39',
    `${STENZEL}; exponent of β as reprinted by Neumann et al. 2023, Int. J. Solids Struct. 280:112394`,
    1, [['volumeFraction', 1.15], ['constrictivity', 0.35], ['meanGeodesicTortuosity', -4.39]]),
  ...['1', '2'].flatMap((phase) => ['M1', 'M2', 'M3', 'M4'].map((name) => dufter(phase, name))),
];

/** What a predictor can be. */
const RANGES: Readonly<Record<Predictor, readonly [text: string, holds: (value: number) => boolean]>> = {
  volumeFraction: ['above 0 and below 1', (value) => value > 0 && value < 1],
  meanGeodesicTortuosity: ['≥ 1', (value) => value >= 1],
  stdGeodesicTortuosity: ['> 0', (value) => value > 0],
  constrictivity: ['above 0 and at most 1', (value) => value > 0 && value <= 1],
};

/** M-factor by a published predictor.
 *  @param descriptors the predictors that the formula needs; others may be missing.
 *  @throws SpecError for an unknown name, or a needed descriptor that is missing or out of its range: ε in
 *          (0, 1), τ ≥ 1, β in (0, 1]. */
export function predict(name: string, descriptors: Partial<RegressionSample>): number {
  checkArguments('predict', { name: [name, 'text'], descriptors: [descriptors, 'record'] });
  const predictor = PUBLISHED.find((p) => p.name === name);
  if (!predictor) {
    throw new SpecError(`predict: formula must be one of ${PUBLISHED.map((p) => p.name).join(', ')}, got "${name}"`);
  }
  for (const column of predictor.columns) {
    const value = descriptors[column];
    const [text, holds] = RANGES[column];
    if (value === undefined || !Number.isFinite(value) || !holds(value)) {
      const { title, symbol } = PREDICTORS.find((p) => p.column === column)!;
      throw new SpecError(
        `predict: ${name} = ${predictor.expression} needs ${column} (${title} ${symbol}) ${text}, got ` +
          `${value ?? 'nothing'}`,
      );
    }
  }
  return predictor.evaluate(descriptors as RegressionSample);
}
