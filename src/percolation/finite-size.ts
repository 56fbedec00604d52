// The threshold of an infinite system from windows of finite size: the content at which half of the windows are spanned
// moves with L^(−1/ν) (Stauffer & Aharony 1994, Introduction to percolation theory, §4.1).
import { checkArguments } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { product, solveLinear, transposed } from '../numeric/dense.js';
import { exp, log, pow } from '../numeric/elementary.js';
import { binomialInterval, deviation, medianOf, type Interval } from '../numeric/intervals.js';
import { uniformNumbers } from '../regression/split.js';

/** Exponent of the correlation length in three dimensions (Wang, Zhou, Zhang, Garoni & Deng 2013, Phys. Rev. E
 *  87:052107: 1/ν = 1.1410(15)). */
export const NU = 0.8765;

/** A structure of which is known at which content it is first spanned (null: at none), or whether it is at one. */
export type Outcome = { readonly from: number | null } | { readonly content: number; readonly spans: boolean };

/** Structures of one window size, and what is known of each. */
export interface WindowOutcomes {
  /** Edge of the window, in any unit that all windows share. */
  readonly size: number;
  /** One for each structure. */
  readonly outcomes: readonly Outcome[];
}

/** Share of structures that are spanned at a content. */
export interface SpanningPoint {
  /** Share of the window. */
  readonly content: number;
  /** Share of the structures that are spanned. */
  readonly probability: number;
  /** Clopper and Pearson, 95 %. */
  readonly interval: Interval;
  /** Structures. */
  readonly trials: number;
}

/** Where windows of one size begin to be spanned. */
export interface WindowThreshold {
  /** Edge of the window. */
  readonly size: number;
  /** Structures. */
  readonly trials: number;
  /** Content at which half of the structures are spanned. */
  readonly half: number;
  /** Standard error of `half`, by bootstrap. */
  readonly error: number;
  /** Standard deviation of the contents at which structures are first spanned; null where only yes and no are known. */
  readonly width: number | null;
  /** Share of spanned structures over the content. */
  readonly curve: readonly SpanningPoint[];
}

/** Percolation threshold of an infinite window, from windows of several sizes. */
export interface Threshold {
  /** Content at which an infinite window is spanned: half(L) = threshold + slope · L^(−1/ν) · (1 + correction / L). */
  readonly threshold: number;
  /** Standard error, by bootstrap over the structures of each window; times √(χ²/degrees) where that is above 1. */
  readonly error: number;
  /** threshold ± 1.96 error. */
  readonly interval: Interval;
  /** What the edge of a window does, as in `threshold`. */
  readonly slope: number;
  /** What the faces of a window do; 0 from fewer than four windows. */
  readonly correction: number;
  /** ν that was used: the exponent of the correlation length. */
  readonly nu: number;
  /** Weighted squares of what the curve leaves; null where no degrees of freedom are left. */
  readonly chiSquared: number | null;
  /** Windows less coefficients. */
  readonly degrees: number;
  /** ν from the widths, which go with L^(−1/ν) and a correction of the same kind, and its standard error; null from
   *  fewer than four windows, or where widths are not known. */
  readonly nuFromWidths: { readonly nu: number; readonly error: number } | null;
  /** In the order given. */
  readonly windows: readonly WindowThreshold[];
}

/** Options of `thresholdOf`. */
export interface ThresholdOptions {
  /** ν of the scaling with the window. Default: that of three dimensions. */
  readonly nu?: number;
  /** Resamplings of the bootstrap. */
  readonly draws?: number;
  /** Key of the bootstrap. Default: 1. */
  readonly seed?: number;
  /** Contents of the curves; absent: 33 between those at which the windows are first and last spanned. */
  readonly contents?: readonly number[];
}

export const THRESHOLD_DEFAULTS = { nu: NU, draws: 400, seed: 1 } as const;

const CURVE_POINTS = 33;
/** Windows from which a correction can be told. */
const CORRECTED = 4;

const isExact = (outcome: Outcome): outcome is { readonly from: number | null } => 'from' in outcome;

/** Content at which half are spanned: of exact contents the median, of yes and no the centre of a logistic curve. */
function halfOf(outcomes: readonly Outcome[]): number {
  if (isExact(outcomes[0])) {
    const contents = outcomes.map((outcome) => (outcome as { from: number | null }).from ?? Infinity);
    return medianOf(Float64Array.from(contents).sort());
  }
  return logisticCentre(outcomes as readonly { content: number; spans: boolean }[]);
}

/** A weak pull on the slope keeps it finite where yes and no lie apart. */
const RIDGE = 1e-3;

/** Where a logistic curve through yes and no is one half, by Newton's method. */
function logisticCentre(outcomes: readonly { readonly content: number; readonly spans: boolean }[]): number {
  const n = outcomes.length;
  const mean = outcomes.reduce((sum, { content }) => sum + content, 0) / n;
  const scale = Math.sqrt(outcomes.reduce((sum, { content }) => sum + (content - mean) ** 2, 0) / n);
  if (scale === 0 || outcomes.every(({ spans }) => spans === outcomes[0].spans)) return NaN;
  let [a, b] = [0, 0];
  for (let k = 0; k < 100; k++) {
    let [ga, gb, haa, hab, hbb] = [0, -RIDGE * b, 0, 0, RIDGE];
    for (const { content, spans } of outcomes) {
      const u = (content - mean) / scale;
      const p = 1 / (1 + exp(-a - b * u));
      const w = p * (1 - p);
      ga += Number(spans) - p;
      gb += (Number(spans) - p) * u;
      haa += w;
      hab += w * u;
      hbb += w * u * u;
    }
    const det = haa * hbb - hab * hab;
    const [da, db] = [(hbb * ga - hab * gb) / det, (haa * gb - hab * ga) / det];
    // Steps are bounded: far from the answer the curve is flat.
    const shrink = Math.min(1, 2 / Math.max(Math.abs(da), Math.abs(db)));
    a += da * shrink;
    b += db * shrink;
    if (Math.abs(da) + Math.abs(db) < 1e-10) break;
  }
  return mean - (scale * a) / b;
}

function widthOf(outcomes: readonly Outcome[]): number | null {
  if (!outcomes.every((outcome) => isExact(outcome) && outcome.from !== null)) return null;
  return deviation(outcomes.map((outcome) => (outcome as { from: number }).from));
}

/** Spanning probability at contents: of exact contents the share that is spanned by then; of yes and no the share at
 *  each content where there is one. */
export function spanningCurve(outcomes: readonly Outcome[], contents: readonly number[]): SpanningPoint[] {
  checkArguments('spanningCurve', { outcomes: [outcomes, 'records'], contents: [contents, 'list'] });
  return contents.flatMap((content) => {
    const told = outcomes.filter((outcome) => isExact(outcome) || outcome.content === content);
    const yes = told.filter((outcome) =>
      (isExact(outcome) ? outcome.from !== null && outcome.from <= content : outcome.spans)).length;
    return told.length === 0 ? [] : [{
      content, probability: yes / told.length, interval: binomialInterval(yes, told.length), trials: told.length,
    }];
  });
}

interface Fit {
  readonly coefficients: readonly number[];
  readonly chiSquared: number;
}

/** Weighted least squares: `rows` are the basis functions at the points. */
function fitOf(rows: readonly (readonly number[])[], ys: readonly number[], errors: readonly number[]): Fit {
  const weighted = rows.map((row, i) => row.map((value) => value / errors[i]));
  const normal = product(transposed(weighted), weighted);
  const right = transposed(weighted)
    .map((column) => column.reduce((sum, value, i) => sum + (value * ys[i]) / errors[i], 0));
  const coefficients = solveLinear(normal, right) ?? rows[0].map(() => NaN);
  const rest = rows.map((row, i) => ys[i] - row.reduce((sum, value, k) => sum + value * coefficients[k], 0));
  return { coefficients, chiSquared: rest.reduce((sum, value, i) => sum + (value / errors[i]) ** 2, 0) };
}

/** @throws SpecError for windows from which no threshold follows */
function checkWindows(where: string, windows: readonly WindowOutcomes[]): void {
  if (windows.length < 2 || new Set(windows.map(({ size }) => size)).size < windows.length) {
    throw new SpecError(`${where}: a threshold needs at least two windows of different sizes, got ` +
      `${windows.map(({ size }) => size).join(', ') || 'none'}`);
  }
  for (const { size, outcomes } of windows) {
    if (!(size > 0)) throw new SpecError(`${where}: the size of a window must be above 0, got ${size}`);
    if (outcomes.length < 8) {
      throw new SpecError(
        `${where}: a window needs at least 8 structures, that of size ${size} has ${outcomes.length}`,
      );
    }
    const exact = outcomes.filter(isExact);
    if (exact.length !== 0 && exact.length !== outcomes.length) {
      throw new SpecError(`${where}: the window of size ${size} mixes contents with yes and no`);
    }
    const yes = outcomes.filter((outcome) => (isExact(outcome) ? outcome.from !== null : outcome.spans)).length;
    if (exact.length > 0 ? yes * 2 <= outcomes.length : yes === 0 || yes === outcomes.length) {
      throw new SpecError(
        `${where}: ${yes} of ${outcomes.length} structures of size ${size} are spanned, so that one half is not ` +
          `reached; the contents ${exact.length > 0 ? 'end below the threshold' : 'lie on one side of it'}`,
      );
    }
  }
}

/** Contents between the first and the last at which a structure is first spanned, or those of yes and no. */
function contentsOf(windows: readonly WindowOutcomes[]): number[] {
  const all = windows.flatMap(({ outcomes }) => outcomes.flatMap((outcome) =>
    (isExact(outcome) ? outcome.from ?? [] : outcome.content)));
  if (!isExact(windows[0].outcomes[0])) return [...new Set(all)].sort((a, b) => a - b);
  const [low, high] = all.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  return Array.from({ length: CURVE_POINTS }, (_, k) => low + ((high - low) * k) / (CURVE_POINTS - 1));
}

/** Threshold of an infinite system from spanned and other windows of at least two sizes.
 *  @throws SpecError for windows from which none follows */
export function thresholdOf(windows: readonly WindowOutcomes[], options: ThresholdOptions = {}): Threshold {
  const where = 'thresholdOf';
  checkArguments(where, {
    windows: [windows, 'records'], options: [options, { nu: true, draws: true, seed: true, contents: true }],
  });
  checkWindows(where, windows);
  const { nu, draws, seed } = { ...THRESHOLD_DEFAULTS, ...options };
  const sizes = windows.map(({ size }) => size);
  const random = uniformNumbers(seed);
  const resampled = windows.map(({ outcomes }) => Array.from({ length: draws }, () =>
    outcomes.map(() => outcomes[Math.floor(random() * outcomes.length)])));
  const halves = windows.map(({ outcomes }) => halfOf(outcomes));
  const drawnHalves = resampled.map((samples) => samples.map(halfOf).filter(Number.isFinite));
  const errors = drawnHalves.map(deviation);
  // Equal contents differ by rounding at most.
  if (errors.some((error, i) => !(error > 1e-12 * Math.abs(halves[i])))) {
    throw new SpecError(
      `${where}: all structures of a window are spanned at the same content; there is no scatter to weigh it by`,
    );
  }
  const corrected = windows.length >= CORRECTED;
  const rows = sizes.map((size) => {
    const scaled = pow(size, -1 / nu);
    return corrected ? [1, scaled, scaled / size] : [1, scaled];
  });
  const { coefficients: [threshold, slope, curved = 0], chiSquared } = fitOf(rows, halves, errors);
  const count = Math.min(...drawnHalves.map((drawn) => drawn.length));
  const drawn = Array.from({ length: count }, (_, k) =>
    fitOf(rows, drawnHalves.map((one) => one[k]), errors).coefficients[0]);
  const degrees = windows.length - rows[0].length;
  const error = deviation(drawn) * Math.sqrt(Math.max(1, degrees === 0 ? 1 : chiSquared / degrees));
  const contents = options.contents ?? contentsOf(windows);
  return {
    threshold, error, interval: { low: threshold - 1.96 * error, high: threshold + 1.96 * error }, slope,
    correction: curved / slope, nu, chiSquared: degrees === 0 ? null : chiSquared, degrees,
    nuFromWidths: corrected ? nuOf(sizes, windows.map(({ outcomes }) => widthOf(outcomes)), resampled) : null,
    windows: windows.map(({ size, outcomes }, i) => ({
      size, trials: outcomes.length, half: halves[i], error: errors[i], width: widthOf(outcomes),
      curve: spanningCurve(outcomes, contents),
    })),
  };
}

/** ν from ln width = constant − ln L / ν + correction / L. */
function nuOf(
  sizes: readonly number[], widths: readonly (number | null)[], resampled: readonly (readonly (readonly Outcome[])[])[],
): Threshold['nuFromWidths'] {
  if (widths.some((width) => width === null)) return null;
  const rows = sizes.map((size) => [1, -log(size), 1 / size]);
  const logarithms = resampled.map((samples) => samples.map((sample) => log(widthOf(sample)!)));
  const errors = logarithms.map(deviation);
  const exponentOf = (values: readonly number[]): number => 1 / fitOf(rows, values, errors).coefficients[1];
  const drawn = logarithms[0].map((_, k) => exponentOf(logarithms.map((one) => one[k])));
  return { nu: exponentOf(widths.map((width) => log(width!))), error: deviation(drawn) };
}
