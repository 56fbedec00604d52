// Several objectives at once, all to be small: what dominates what, the front, the volume that it dominates, and a
// search for it.
import { evolutionStrategy, type EvolutionOptions } from './cma-es.js';
import type { Steps } from './steps.js';

/** Whether a is nowhere worse than b and somewhere better. */
export function dominates(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  let better = false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] > b[i]) return false;
    if (a[i] < b[i]) better = true;
  }
  return better;
}

/** Indices of the points that no other dominates, in their order; of equal points the first. */
export function paretoFront(points: readonly ArrayLike<number>[]): number[] {
  const equal = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
    Array.from(a).every((value, i) => value === b[i]);
  return points.flatMap((point, i) => {
    const worse = points.some((other, j) => j !== i && (dominates(other, point) || (j < i && equal(other, point))));
    return worse ? [] : [i];
  });
}

/** Volume that points dominate below a reference point, exactly (While, Bradstreet, Barone 2012, IEEE Trans. Evol.
 *  Comput. 16:86): each point's own box less what later points share with it. */
export function hypervolume(points: readonly ArrayLike<number>[], reference: ArrayLike<number>): number {
  const m = reference.length;
  const inside = points.map((point) => Array.from(point)).filter((point) => point.every((x, i) => x < reference[i]));
  const front = paretoFront(inside).map((i) => inside[i]).sort((a, b) => a[m - 1] - b[m - 1]);
  if (m === 1) return front.length === 0 ? 0 : reference[0] - front[0][0];
  return front.reduce((sum, point, k) => {
    const own = point.reduce((volume, x, i) => volume * (reference[i] - x), 1);
    const shared = front.slice(k + 1).map((other) => other.map((x, i) => Math.max(x, point[i])));
    return sum + own - (shared.length === 0 ? 0 : hypervolume(shared, reference));
  }, 0);
}

/** All weights of m objectives in steps of 1/divisions that sum to 1 (Das, Dennis 1998). */
export function simplexWeights(m: number, divisions: number): number[][] {
  if (m === 1) return [[1]];
  const rest = (left: number, count: number): number[][] => (count === 1
    ? [[left]]
    : Array.from({ length: left + 1 }, (_, k) => rest(left - k, count - 1).map((tail) => [k, ...tail])).flat());
  return rest(divisions, m).map((parts) => parts.map((k) => k / divisions));
}

export interface ManyOutcome {
  /** How far constraints are violated, 0 where they hold. */
  readonly violation: number;
  readonly values: readonly number[];
}

export interface ManyProblem {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  evaluate(x: Float64Array): ManyOutcome;
}

export interface FrontPoint {
  readonly x: Float64Array;
  readonly values: readonly number[];
}

/** Where one search of a front ended. */
interface End extends FrontPoint {
  readonly violation: number;
}

/** Share of the sum in the augmented Chebyshev distance: keeps out points that are best in one objective alone. */
const AUGMENT = 1e-3;

/** Of an objective that a point of the front hardly looks at. */
const LEAST_WEIGHT = 1e-3;

/** The largest weighted distance from the ideal point, in units of the ranges, and a little of their sum. */
export function chebyshev(
  values: readonly number[], weights: readonly number[], ideal: readonly number[], ranges: readonly number[],
): number {
  let largest = -Infinity;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const distance = (values[i] - ideal[i]) / ranges[i];
    largest = Math.max(largest, weights[i] * distance);
    sum += distance;
  }
  return largest + AUGMENT * sum;
}

/** Points of the front: the ideal point from the best of every objective alone, then the least Chebyshev distance from
 *  it for evenly spread weights (Bowman 1976). Convex and concave parts of a front are found alike. Only points at
 *  which the constraints hold; none when there are none. */
export function* searchFront(
  problem: ManyProblem, divisions: number, starts: readonly ArrayLike<number>[], options: Partial<EvolutionOptions>,
): Steps<FrontPoint[]> {
  const { lower, upper } = problem;
  function* minimise(
    value: (values: readonly number[]) => number, start: ArrayLike<number> | null, run: number,
  ): Steps<End> {
    const { x, violation } = yield* evolutionStrategy({
      lower, upper,
      evaluate(point) {
        const outcome = problem.evaluate(point);
        return { violation: outcome.violation, value: value(outcome.values) };
      },
    }, start, { ...options, key: { ...options.key ?? { seed: 1, scenario: 0 }, realisation: run } });
    return { x, violation, values: problem.evaluate(x).values };
  }
  const best = starts.length > 0 ? starts[0] : null;
  const m = problem.evaluate(Float64Array.from(lower, (low, i) => (low + upper[i]) / 2)).values.length;
  const ends: End[] = [];
  for (let i = 0; i < m; i++) ends.push(yield* minimise((values) => values[i], starts[i] ?? best, i));
  const ideal = ends.map((end, i) => end.values[i]);
  const rangesOf = (points: readonly End[]): number[] =>
    ideal.map((low, i) => Math.max(...points.map(({ values }) => values[i])) - low || 1);
  const weights = simplexWeights(m, divisions).map((w) => w.map((x) => Math.max(x, LEAST_WEIGHT)));
  // An end can be good in its own objective and needlessly bad in the others, which would widen their ranges and crowd
  // the points. What an objective costs at most stands where all others are small (Deb, Jain 2014).
  const first = rangesOf(ends);
  const corners: End[] = m === 1 ? ends : [];
  for (let i = corners.length; i < m; i++) {
    corners.push(yield* minimise((values) => chebyshev(
      values, ideal.map((_low, j) => (j === i ? LEAST_WEIGHT : 1)), ideal, first,
    ), ends[(i + 1) % m].x, m + weights.length + i));
  }
  const ranges = rangesOf(corners);
  let start: ArrayLike<number> = corners[m - 1].x;
  const tried: End[] = m === 1 ? ends : [];
  for (let k = 0; m > 1 && k < weights.length; k++) {
    const end = yield* minimise((v) => chebyshev(v, weights[k], ideal, ranges), start, m + k);
    start = end.x;
    tried.push(end);
  }
  const found: FrontPoint[] = tried.filter(({ violation }) => violation === 0).map(({ x, values }) => ({ x, values }));
  return paretoFront(found.map(({ values }) => values)).map((i) => found[i]);
}
