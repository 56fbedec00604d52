// L-BFGS-B: limited-memory quasi-Newton minimisation in a box (Byrd, Lu, Nocedal, Zhu 1995, SIAM J. Sci. Comput.
// 16:1190).
//
// Each step follows the projected gradient path of the quadratic model to its first minimum (the generalised Cauchy
// point), then minimises the model over the variables that are still free there, then searches along the way.
// Deviation from the reference code: a weak-Wolfe bisection instead of Moré-Thuente; the function costs microseconds
// here and bisection cannot fail for other reasons than rounding.
import { solveLinear } from './dense.js';
import { finish, type Steps } from './steps.js';

export interface BoxProblem {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** Function value; writes the gradient. May return Infinity or NaN outside its domain. */
  evaluate(x: Float64Array, gradient: Float64Array): number;
}

export interface BoxOptions {
  /** Stop when max |projected gradient| ≤ this. */
  readonly gradientTolerance: number;
  readonly maxIterations: number;
  /** Correction pairs kept. */
  readonly memory: number;
}
export const BOX_DEFAULTS: BoxOptions = { gradientTolerance: 1e-10, maxIterations: 1000, memory: 10 };

export interface BoxResult {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** max |projected gradient| at x. */
  readonly gradientNorm: number;
  readonly converged: boolean;
}

/** Minimises `problem` from `start`, which is first moved into the box. */
export function minimizeInBox(
  problem: BoxProblem, start: ArrayLike<number>, options: Partial<BoxOptions> = {},
): BoxResult {
  return finish(boxSteps(problem, start, options));
}

/** The same, iteration by iteration. */
export function* boxSteps(
  problem: BoxProblem, start: ArrayLike<number>, options: Partial<BoxOptions> = {},
): Steps<BoxResult> {
  const { gradientTolerance, maxIterations, memory } = { ...BOX_DEFAULTS, ...options };
  const { lower, upper } = problem;
  const n = start.length;
  const clip = (value: number, i: number) => Math.min(upper[i], Math.max(lower[i], value));
  let x: Float64Array = Float64Array.from({ length: n }, (_, i) => clip(start[i], i));
  let g: Float64Array = new Float64Array(n);
  let f = problem.evaluate(x, g);
  const model = new CompactHessian(memory);
  const projected = () => x.reduce((norm, xi, i) => Math.max(norm, Math.abs(clip(xi - g[i], i) - xi)), 0);

  for (let iteration = 0; ; iteration++) {
    const gradientNorm = projected();
    if (gradientNorm <= gradientTolerance) return { x, value: f, iterations: iteration, gradientNorm, converged: true };
    if (iteration === maxIterations || !Number.isFinite(f)) {
      return { x, value: f, iterations: iteration, gradientNorm, converged: false };
    }

    yield;
    const target = subspaceMinimum(model, cauchyPoint(model, x, g, lower, upper), x, g, lower, upper);
    const direction = target.map((t, i) => t - x[i]);
    const step = weakWolfe(problem, x, f, g, direction, iteration === 0);
    if (step === null) {
      if (model.size > 0) {
        model.clear();
        continue;
      }
      // Not even steepest descent goes down: rounding is all that is left.
      return { x, value: f, iterations: iteration, gradientNorm, converged: gradientNorm <= Math.sqrt(Number.EPSILON) };
    }
    model.update(step.x.map((xi, i) => xi - x[i]), step.g.map((gi, i) => gi - g[i]));
    ({ x, g, f } = step);
  }
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

/** B = θI − W M Wᵀ from the last pairs s (steps) and y (gradient changes). */
class CompactHessian {
  theta = 1;
  private readonly s: Float64Array[] = [];
  private readonly y: Float64Array[] = [];
  private middle: number[][] = [];

  constructor(private readonly memory: number) {}

  get size(): number {
    return this.s.length;
  }

  clear(): void {
    this.s.length = this.y.length = 0;
    this.theta = 1;
  }

  update(s: Float64Array, y: Float64Array): void {
    const curvature = dot(s, y);
    // Keeps B positive definite; the same safeguard as the reference code.
    if (!(curvature > Number.EPSILON * dot(y, y))) return;
    this.s.push(s);
    this.y.push(y);
    if (this.s.length > this.memory) {
      this.s.shift();
      this.y.shift();
    }
    this.theta = dot(y, y) / curvature;
    const m = this.size;
    this.middle = Array.from({ length: 2 * m }, (_, i) => Array.from({ length: 2 * m }, (_, j) => {
      if (i < m && j < m) return i === j ? -dot(this.s[i], this.y[i]) : 0;
      if (i >= m && j >= m) return this.theta * dot(this.s[i - m], this.s[j - m]);
      const [row, column] = i >= m ? [i - m, j] : [j - m, i];
      return row > column ? dot(this.s[row], this.y[column]) : 0;
    }));
  }

  /** Row i of W = [Y θS]. */
  row(i: number): number[] {
    return [...this.y.map((y) => y[i]), ...this.s.map((s) => this.theta * s[i])];
  }

  /** M v, with M⁻¹ kept. */
  timesMiddle(v: readonly number[]): number[] {
    if (v.length === 0) return [];
    return solveLinear(this.middle, v) ?? v.map(() => 0);
  }
}

interface CauchyPoint {
  readonly x: Float64Array;
  /** Wᵀ (x − start). */
  readonly c: number[];
}

/** First minimum of the model along the projected steepest-descent path (algorithm CP of the paper). */
function cauchyPoint(
  model: CompactHessian, start: Float64Array, g: Float64Array, lower: readonly number[], upper: readonly number[],
): CauchyPoint {
  const n = start.length;
  const x = start.slice();
  const breakpoints = Array.from({ length: n }, (_, i) =>
    g[i] < 0 ? (start[i] - upper[i]) / g[i] : g[i] > 0 ? (start[i] - lower[i]) / g[i] : Infinity);
  const d = Array.from(g, (gi, i) => (breakpoints[i] > 0 ? -gi : 0));
  const order = breakpoints.map((_, i) => i).filter((i) => breakpoints[i] > 0)
    .sort((i, j) => breakpoints[i] - breakpoints[j]);
  const rows = Array.from({ length: n }, (_, i) => model.row(i));
  const p = Array.from({ length: 2 * model.size }, (_, k) => rows.reduce((sum, row, i) => sum + row[k] * d[i], 0));
  const c = p.map(() => 0);
  let slope = -dot(d, d);
  let bend = -model.theta * slope - dot(p, model.timesMiddle(p));
  let time = 0;
  for (const b of order) {
    const interval = breakpoints[b] - time;
    if (!(slope < 0) || -slope / bend < interval) break;
    // Variable b reaches its bound before the model turns up: fix it there and go on along the bent path.
    x[b] = d[b] > 0 ? upper[b] : lower[b];
    const z = x[b] - start[b];
    for (let k = 0; k < c.length; k++) c[k] += interval * p[k];
    slope += interval * bend + g[b] * g[b] + model.theta * g[b] * z - g[b] * dot(rows[b], model.timesMiddle(c));
    bend += -model.theta * g[b] * g[b] - 2 * g[b] * dot(rows[b], model.timesMiddle(p))
      - g[b] * g[b] * dot(rows[b], model.timesMiddle(rows[b]));
    for (let k = 0; k < p.length; k++) p[k] += g[b] * rows[b][k];
    d[b] = 0;
    time = breakpoints[b];
  }
  const rest = bend > 0 ? Math.max(0, -slope / bend) : 0;
  for (let i = 0; i < n; i++) {
    if (d[i] !== 0) x[i] = Math.min(upper[i], Math.max(lower[i], start[i] + (time + rest) * d[i]));
  }
  for (let k = 0; k < c.length; k++) c[k] += rest * p[k];
  return { x, c };
}

/** Minimum of the model over the variables free at the Cauchy point, cut back into the box (direct primal method). */
function subspaceMinimum(
  model: CompactHessian, cauchy: CauchyPoint, start: Float64Array, g: Float64Array, lower: readonly number[],
  upper: readonly number[],
): Float64Array {
  const { theta } = model;
  const free = Array.from(start, (_, i) => i).filter((i) => cauchy.x[i] > lower[i] && cauchy.x[i] < upper[i]);
  if (free.length === 0 || model.size === 0) return cauchy.x;
  const middleC = model.timesMiddle(cauchy.c);
  const rows = free.map((i) => model.row(i));
  const residual = free.map((i, k) => g[i] + theta * (cauchy.x[i] - start[i]) - dot(rows[k], middleC));
  const width = 2 * model.size;
  const gram = Array.from({ length: width }, (_, a) =>
    Array.from({ length: width }, (__, b) => rows.reduce((sum, row) => sum + row[a] * row[b], 0) / theta));
  const middleGram = Array.from({ length: width }, (_, b) => model.timesMiddle(gram.map((row) => row[b])));
  const system = gram.map((_, a) => gram.map((_, b) => (a === b ? 1 : 0) - middleGram[b][a]));
  const v = solveLinear(system, model.timesMiddle(
    Array.from({ length: width }, (_, a) => rows.reduce((sum, row, k) => sum + row[a] * residual[k], 0))));
  if (v === null) return cauchy.x;
  const step = residual.map((r, k) => -r / theta - dot(rows[k], v) / (theta * theta));
  let share = 1;
  free.forEach((i, k) => {
    const room = step[k] > 0 ? upper[i] - cauchy.x[i] : lower[i] - cauchy.x[i];
    if (step[k] !== 0) share = Math.min(share, room / step[k]);
  });
  const x = cauchy.x.slice();
  free.forEach((i, k) => { x[i] = Math.min(upper[i], Math.max(lower[i], x[i] + share * step[k])); });
  return x;
}

/** Into [lower, upper]; onto a bound that only rounding keeps away. */
function snap(value: number, lower: number, upper: number): number {
  const rounding = 4 * Number.EPSILON * Math.abs(value);
  return value <= lower + rounding ? lower : value >= upper - rounding ? upper : value;
}

const SUFFICIENT_DECREASE = 1e-4;
const CURVATURE = 0.9;

/** A point along `d` with enough decrease and enough flattening; x + d is inside the box. null when rounding hides
 *  any. */
function weakWolfe(
  problem: BoxProblem, x: Float64Array, f: number, g: Float64Array, d: Float64Array, first: boolean,
): { x: Float64Array; f: number; g: Float64Array } | null {
  const { lower, upper } = problem;
  const slope = dot(g, d);
  if (!(slope < 0)) return null;
  let longest = Infinity;
  d.forEach((di, i) => { if (di !== 0) longest = Math.min(longest, ((di > 0 ? upper[i] : lower[i]) - x[i]) / di); });
  longest = Math.max(1, longest);
  // Without curvature yet, the length of d is only that of the gradient.
  let t = first ? Math.min(1, 1 / Math.sqrt(dot(d, d))) : 1;
  let low = 0;
  let high = Infinity;
  // Differences of f below this are rounding: then the slopes alone decide (Hager, Zhang 2005).
  const noise = 8 * Number.EPSILON * Math.abs(f);
  for (let trial = 0; trial < 60; trial++) {
    const xt = x.map((xi, i) => snap(xi + t * d[i], lower[i], upper[i]));
    const gt = new Float64Array(x.length);
    const ft = problem.evaluate(xt, gt);
    const slopeT = dot(gt, d);
    const enough = ft <= f + SUFFICIENT_DECREASE * t * slope
      || (ft <= f + noise && slopeT <= (2 * SUFFICIENT_DECREASE - 1) * slope);
    if (!enough) high = t;
    else if (slopeT < CURVATURE * slope && t < longest) low = t;
    else return { x: xt, f: ft, g: gt };
    t = high < Infinity ? (low + high) / 2 : Math.min(longest, 2 * low);
  }
  return null;
}
