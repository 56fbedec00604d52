// Power laws, and the four structure-property formulas of Dufter et al. 2026 (arXiv 2603.23248), eqs 20-26, as a
// table.
import { checkArguments } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { exp, log } from '../numeric/elementary.js';
import { PREDICTORS, type FormulaSample, type Predictor } from './sample.js';

/** A formula with free coefficients. `coefficients` below are in the order of `coefficientNames`. */
export interface Formula<Column extends string = string> {
  readonly name: string;
  readonly expression: string;
  readonly coefficientNames: readonly string[];
  /** Columns needed of a sample, in the order in which their exponents stand. */
  readonly columns: readonly Column[];
  /** Whether c1 is a factor in front; otherwise it is the first exponent. */
  readonly prefactor: boolean;
  /** Of each coefficient. */
  readonly bounds: readonly (readonly [lower: number, upper: number])[];
  /** Where random starts are drawn from: one range per exponent, of a text one per coefficient. */
  readonly startRange: readonly (readonly [from: number, to: number])[];
  /** Only of formulas that are given as text, which are no power laws in general: the starts that the text gives, null
   *  where it gives none, and where the first search begins. */
  readonly starts?: { readonly given: readonly (number | null)[]; readonly first: readonly number[] };
  /** Of the target at a sample. */
  value(coefficients: ArrayLike<number>, sample: FormulaSample): number;
  /** ∂value/∂coefficients into `out`; returns the value. */
  gradient(coefficients: ArrayLike<number>, sample: FormulaSample, out: Float64Array): number;
}

/** Wide enough never to touch on the paper's data (its largest exponent is −21.5), narrow enough that x^c stays
 *  finite. */
const EXPONENT_BOUND = 100;

/** Symbol of a column and where random starts of its exponent lie; a column that [A] has not stands by its name. */
function predictor(column: string): { readonly symbol: string; readonly startRange: readonly [number, number] } {
  return PREDICTORS.find((p) => p.column === column) ?? { symbol: column, startRange: [-5, 5] };
}

/** c1 · Π x_j^c_j with a prefactor, Π x_j^c_j without. */
export function powerLaw<Column extends string>(
  name: string, prefactor: boolean, columns: readonly Column[],
): Formula<Column> {
  checkArguments('powerLaw', { name: [name, 'text'], columns: [columns, 'list'] });
  const first = prefactor ? 1 : 0;
  const count = columns.length + first;
  const value = (c: ArrayLike<number>, sample: FormulaSample): number => {
    let exponent = 0;
    for (let j = 0; j < columns.length; j++) exponent += c[j + first] * log(sample[columns[j]]);
    return prefactor ? c[0] * exp(exponent) : exp(exponent);
  };
  return {
    name,
    expression: [
      ...(prefactor ? ['c1'] : []), ...columns.map((column, j) => `${predictor(column).symbol}^c${j + 1 + first}`),
    ].join(' · '),
    coefficientNames: Array.from({ length: count }, (_, j) => `c${j + 1}`),
    columns,
    prefactor,
    bounds: Array.from({ length: count }, (_, j) =>
      prefactor && j === 0 ? [0, Infinity] as const : [-EXPONENT_BOUND, EXPONENT_BOUND] as const),
    startRange: columns.map((column) => predictor(column).startRange),
    value,
    gradient(c, sample, out) {
      const m = value(c, sample);
      // c1 = 0 is the edge of the box: the derivative there is the product of the powers.
      if (prefactor) out[0] = c[0] === 0 ? value([1, ...Array.from(c).slice(1)], sample) : m / c[0];
      for (let j = 0; j < columns.length; j++) out[j + first] = m * log(sample[columns[j]]);
      return m;
    },
  };
}

const [EPSILON, MU, SIGMA, BETA] = PREDICTORS.map((p) => p.column);

/** M̂1 … M̂4 of [A]; the order of the coefficients is the paper's. */
export const FORMULAS: readonly Formula<Predictor>[] = [
  powerLaw('M1', false, [EPSILON]),
  powerLaw('M2', true, [EPSILON, BETA, MU]),
  powerLaw('M3', true, [MU, SIGMA, EPSILON]),
  powerLaw('M4', true, [MU, SIGMA, EPSILON, BETA]),
];

/** How a formula is called in texts: M̂2 for those of the paper, its own name for any other. */
export const formulaTitle = (name: string): string =>
  (FORMULAS.some((formula) => formula.name === name) ? `M̂${name.slice(1)}` : name);

/** One of FORMULAS.
 *  @throws SpecError for an unknown name; lists the known ones. */
export function formulaByName(name: string): Formula<Predictor> {
  checkArguments('formulaByName', { name: [name, 'text'] });
  const formula = FORMULAS.find((f) => f.name === name);
  if (!formula) throw new SpecError(`formula must be one of ${FORMULAS.map((f) => f.name).join(', ')}, got "${name}"`);
  return formula;
}
