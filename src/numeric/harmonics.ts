// Real spherical harmonics: Y_ℓm, orthonormal over the unit sphere (∫ Y_ℓm Y_ℓ'm' dΩ = δδ), without the sign of Condon
// and Shortley, of a direction (z, y, x) with θ from the z axis and φ from x towards y:
//
//   Y_ℓ0 = N_ℓ0 P_ℓ(cos θ),  Y_ℓm = √2 N_ℓm P_ℓ^m(cos θ) cos mφ,  Y_ℓ,−m = √2 N_ℓm P_ℓ^m(cos θ) sin mφ,  m > 0
//
// with N_ℓm² = (2ℓ+1)/4π · (ℓ−m)!/(ℓ+m)! and P_ℓ^m = sin^m θ d^m P_ℓ/d(cos θ)^m. Coefficients stand at ℓ² + ℓ + m. As
// polynomials in z, y, x they need no angle: only + − × ÷ and square roots, the same bits on every engine.
import { checkArguments, has } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { quoted } from '../core/quote.js';
import { cos, sin } from './elementary.js';
import { gaussLegendre } from './quadrature.js';

/** A vector from the origin: polynomials of it need no angle. Of unit length unless said otherwise. */
export type Direction = readonly [z: number, y: number, x: number];

/** (degree + 1)². */
export const coefficientCount = (degree: number): number => (degree + 1) * (degree + 1);

/** Degree of a list of coefficients. */
export const degreeOf = (coefficients: ArrayLike<number>): number => Math.round(Math.sqrt(coefficients.length)) - 1;

/** Beyond it particles are made of noise. */
export const MOST_DEGREE = 20;

/** @throws SpecError for what is no degree */
export function checkDegree(where: string, degree: number): void {
  if (Number.isInteger(degree) && degree >= 0 && degree <= MOST_DEGREE) return;
  throw new SpecError(`${where}: degree must be a whole number from 0 to ${MOST_DEGREE}, got ${quoted(degree)}`);
}

/** Three numbers. @throws SpecError */
function checkDirection(where: string, direction: Direction): void {
  checkArguments(where, { direction: [direction, 'list'] });
  if (direction.length === 3 && direction.every((part) => typeof part === 'number')) return;
  throw new SpecError(`${where}: direction must be three numbers (z, y, x), got ${quoted(direction)}`);
}

/** (degree + 1)² numbers. @throws SpecError */
function checkCoefficients(where: string, coefficients: ArrayLike<number>): void {
  checkArguments(where, { coefficients: [coefficients, 'list'] });
  checkDegree(where, degreeOf(coefficients));
  if (coefficients.length === coefficientCount(degreeOf(coefficients))) return;
  throw new SpecError(
    `${where}: coefficients must be (degree + 1)² numbers, such as 121 for degree 10, got ${coefficients.length}`,
  );
}

/** Factors of the recurrence Q_ℓm = a·(z·Q_ℓ−1,m − b·Q_ℓ−2,m), Y_ℓ,±m = Q_ℓm·(Re, Im)(x + iy)^m. */
export interface Recurrence {
  /** Q_mm, √2 included. */
  readonly first: Float64Array;
  /** At m·(degree + 1) + ℓ, for ℓ > m. */
  readonly a: Float64Array;
  readonly b: Float64Array;
}

export function recurrence(degree: number): Recurrence {
  const row = degree + 1;
  const [first, a, b] = [new Float64Array(row), new Float64Array(row * row), new Float64Array(row * row)];
  let value = Math.sqrt(1 / (4 * Math.PI));
  for (let m = 0; m <= degree; m++) {
    if (m > 0) value *= Math.sqrt((2 * m + 1) / (2 * m));
    first[m] = m > 0 ? Math.SQRT2 * value : value;
    for (let l = m + 1; l <= degree; l++) {
      const k = l - 1;
      a[m * row + l] = Math.sqrt((4 * l * l - 1) / (l * l - m * m));
      b[m * row + l] = Math.sqrt((k * k - m * m) / (4 * k * k - 1));
    }
  }
  return { first, a, b };
}

/** Writes all Y_ℓm up to `degree` of a unit vector to `out` from `at` on. */
function writeHarmonics(
  degree: number, { first, a, b }: Recurrence, [z, y, x]: Direction, out: Float64Array, at: number,
): void {
  const row = degree + 1;
  let [re, im] = [1, 0];
  for (let m = 0; m <= degree; m++) {
    let [before, q] = [0, first[m]];
    for (let l = m; l <= degree; l++) {
      if (l > m) [before, q] = [q, a[m * row + l] * (z * q - b[m * row + l] * before)];
      const place = at + l * l + l;
      out[place + m] = q * re;
      if (m > 0) out[place - m] = q * im;
    }
    [re, im] = [re * x - im * y, im * x + re * y];
  }
}

/** All Y_ℓm up to `degree` at a unit vector, at ℓ² + ℓ + m. @throws SpecError */
export function sphericalHarmonics(degree: number, direction: Direction): Float64Array {
  checkDegree('sphericalHarmonics', degree);
  checkDirection('sphericalHarmonics', direction);
  return harmonicsAt(degree, direction);
}

function harmonicsAt(degree: number, direction: Direction): Float64Array {
  const values = new Float64Array(coefficientCount(degree));
  writeHarmonics(degree, recurrence(degree), direction, values, 0);
  return values;
}

/** Directions and weights of a quadrature over the unit sphere; the weights sum to 4π. */
export interface SphereRule {
  /** Rings from +z to −z, in each from φ = 0 on. */
  readonly directions: readonly Direction[];
  /** One for each direction. */
  readonly weights: Float64Array;
  /** Unit vectors along growing θ. */
  readonly alongTheta: readonly Direction[];
  /** Unit vectors along growing φ. */
  readonly alongPhi: readonly Direction[];
}

/** Gauss-Legendre in cos θ times equally spaced φ. Exact for polynomials of degree 2·rings − 1 and points − 1 at
 *  most.
 *  @param points of a ring
 *  @throws SpecError */
export function sphereRule(rings: number, points: number): SphereRule {
  checkArguments('sphereRule', { rings: [rings, 'count'], points: [points, 'count'] });
  const nodes = [...gaussLegendre(rings)].sort(([a], [b]) => b - a);
  const [directions, alongTheta, alongPhi]: [Direction[], Direction[], Direction[]] = [[], [], []];
  const weights = new Float64Array(rings * points);
  for (const [z, w] of nodes) {
    const s = Math.sqrt(1 - z * z);
    for (let k = 0; k < points; k++) {
      const [c, d] = [cos((2 * Math.PI * k) / points), sin((2 * Math.PI * k) / points)];
      weights[directions.length] = (2 * Math.PI * w) / points;
      directions.push([z, s * d, s * c]);
      alongTheta.push([-s, z * d, z * c]);
      alongPhi.push([0, c, -d]);
    }
  }
  return { directions, weights, alongTheta, alongPhi };
}

/** The rule of the analysis up to `degree`: exact for products of three harmonics, so that a volume is exact, too, and
 *  twice as fine as that where radius functions have more than these. */
export const analysisRule = (degree: number): SphereRule => sphereRule(2 * (degree + 1), 4 * (degree + 1));

/** Derivatives of all Y_ℓm along a tangent of the unit sphere: those of the polynomials in z, y, x. */
function writeSlopes(
  degree: number, { first, a, b }: Recurrence, [z, y, x]: Direction, [tz, ty, tx]: Direction, out: Float64Array,
  at: number,
): void {
  const row = degree + 1;
  // (x + iy)^m and (x + iy)^(m−1)
  let [re, im, lowRe, lowIm] = [1, 0, 0, 0];
  for (let m = 0; m <= degree; m++) {
    let [before, q, slopeBefore, slope] = [0, first[m], 0, 0];
    for (let l = m; l <= degree; l++) {
      if (l > m) {
        const [factor, back] = [a[m * row + l], b[m * row + l]];
        [slopeBefore, slope] = [slope, factor * (z * slope + q - back * slopeBefore)];
        [before, q] = [q, factor * (z * q - back * before)];
      }
      const place = at + l * l + l;
      out[place + m] = tz * slope * re + m * q * (tx * lowRe - ty * lowIm);
      if (m > 0) out[place - m] = tz * slope * im + m * q * (tx * lowIm + ty * lowRe);
    }
    [lowRe, lowIm] = [re, im];
    [re, im] = [re * x - im * y, im * x + re * y];
  }
}

/** Derivatives of all harmonics on a rule along tangents, as `harmonicTable`. */
export function slopeTable(degree: number, { directions }: SphereRule, tangents: readonly Direction[]): Float64Array {
  const factors = recurrence(degree);
  const count = coefficientCount(degree);
  const table = new Float64Array(directions.length * count);
  directions.forEach((direction, k) => writeSlopes(degree, factors, direction, tangents[k], table, k * count));
  return table;
}

/** Values of all harmonics on a rule, f64[directions][(degree + 1)²]. */
export function harmonicTable(degree: number, { directions }: SphereRule): Float64Array {
  const factors = recurrence(degree);
  const count = coefficientCount(degree);
  const table = new Float64Array(directions.length * count);
  directions.forEach((direction, k) => writeHarmonics(degree, factors, direction, table, k * count));
  return table;
}

/** Coefficients c_ℓm = ∫ f Y_ℓm dΩ of a function from its values on a rule. @throws SpecError */
export function harmonicCoefficients(degree: number, rule: SphereRule, values: ArrayLike<number>): Float64Array {
  const where = 'harmonicCoefficients';
  checkArguments(where, { rule: [rule, has<SphereRule>('directions', 'weights')], values: [values, 'list'] });
  checkDegree(where, degree);
  if (values.length !== rule.directions.length) {
    throw new SpecError(
      `${where}: the rule has ${rule.directions.length} directions, values must be as many, got ${values.length}`,
    );
  }
  const coefficients = new Float64Array(coefficientCount(degree));
  const factors = recurrence(degree);
  const own = new Float64Array(coefficients.length);
  rule.directions.forEach((direction, k) => {
    writeHarmonics(degree, factors, direction, own, 0);
    for (let i = 0; i < own.length; i++) coefficients[i] += rule.weights[k] * values[k] * own[i];
  });
  return coefficients;
}

/** Σ c_ℓm Y_ℓm at a unit vector: the function that the coefficients stand for.
 *  @throws SpecError */
export function harmonicSum(coefficients: ArrayLike<number>, direction: Direction): number {
  checkCoefficients('harmonicSum', coefficients);
  checkDirection('harmonicSum', direction);
  const values = harmonicsAt(degreeOf(coefficients), direction);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += coefficients[i] * values[i];
  return sum;
}

/** Σ_m c_ℓm² for every ℓ: turning the function does not change it. Their sum is ∫ f² dΩ.
 *  @throws SpecError */
export function powerSpectrum(coefficients: ArrayLike<number>): Float64Array {
  checkCoefficients('powerSpectrum', coefficients);
  const degree = degreeOf(coefficients);
  return Float64Array.from({ length: degree + 1 }, (_, l) => {
    let sum = 0;
    for (let i = l * l; i < (l + 1) * (l + 1); i++) sum += coefficients[i] * coefficients[i];
    return sum;
  });
}

/** ⅓ ∫ ψ³ dΩ, exact: the volume of the set r ≤ ψ where ψ ≥ 0. @throws SpecError */
export function harmonicVolume(coefficients: ArrayLike<number>): number {
  checkCoefficients('harmonicVolume', coefficients);
  const degree = degreeOf(coefficients);
  const rule = analysisRule(degree);
  return rule.directions.reduce((sum, direction, k) => {
    const radius = harmonicSum(coefficients, direction);
    return sum + (rule.weights[k] * radius * radius * radius) / 3;
  }, 0);
}
