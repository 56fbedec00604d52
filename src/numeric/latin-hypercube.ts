// Latin hypercubes: of n points every coordinate has one in each of n equal intervals.
import { checkArguments, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { checkSeed, keyedPermutation, keyedUniform } from './uniform.js';

/** Options of `latinHypercube`. */
export interface LatinHypercubeOptions {
  /** Coordinates of a point, each in [0, 1). */
  readonly dimensions: number;
  /** Points. */
  readonly count: number;
  /** Key of the random numbers. */
  readonly seed: number;
  /** Where a point lies in its intervals: in their middles, or anywhere at random. */
  readonly within?: 'middle' | 'random';
  /** Exchanges of a coordinate of two points that are tried in order to part near points (criterion φ₁₆ of Morris and
   *  Mitchell, J. Stat. Plan. Inference 43 (1995) 381); 0: none. */
  readonly exchanges?: number;
}

/** Options of `latinHypercube` that are not given: anywhere in the intervals, none exchanged. */
export const LATIN_HYPERCUBE_DEFAULTS = { within: 'random', exchanges: 0 } as const;

/** Every pair of points has its distance in memory and is looked at. */
export const MOST_EXCHANGED_POINTS = 4096;

const LATIN_HYPERCUBE_NAMES: Names<LatinHypercubeOptions> = {
  dimensions: true, count: true, seed: true, within: true, exchanges: true,
};

const [PERMUTATION, WITHIN, EXCHANGE] = [0, 1, 2];

/** d^−16 from d². */
function repulsion(squared: number): number {
  const inverse = 1 / squared;
  const second = inverse * inverse;
  const fourth = second * second;
  return fourth * fourth;
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] - b[j]) * (a[j] - b[j]);
  return sum;
}

/** Sum of d^−16 from two points to all others. */
function nearness(points: readonly Float64Array[], i: number, j: number): number {
  let sum = repulsion(squaredDistance(points[i], points[j]));
  for (let k = 0; k < points.length; k++) {
    if (k === i || k === j) continue;
    sum += repulsion(squaredDistance(points[i], points[k])) + repulsion(squaredDistance(points[j], points[k]));
  }
  return sum;
}

/** Points of a Latin hypercube in [0, 1). The same bits everywhere.
 *  @throws SpecError for exchanges between more than 4096 points */
export function latinHypercube(options: LatinHypercubeOptions): Float64Array[] {
  const where = 'latinHypercube';
  checkArguments(where, { options: [options, LATIN_HYPERCUBE_NAMES] });
  checkArguments(where, {
    'options.dimensions': [options.dimensions, 'count'], 'options.count': [options.count, 'count'],
  });
  checkSeed(where, options.seed);
  const { dimensions, count, seed } = options;
  const { within, exchanges } = { ...LATIN_HYPERCUBE_DEFAULTS, ...options };
  if (exchanges > 0 && count > MOST_EXCHANGED_POINTS) {
    throw new SpecError(
      `${where}: exchanges look at every pair of points, at most ${MOST_EXCHANGED_POINTS} points, got ${count}; ` +
        'take exchanges 0, or a Sobol\' sequence',
    );
  }
  const uniform = (use: number) => keyedUniform({ seed, scenario: use, realisation: 0 });
  const [order, place] = [uniform(PERMUTATION), uniform(WITHIN)];
  const points = Array.from({ length: count }, () => new Float64Array(dimensions));
  for (let j = 0; j < dimensions; j++) {
    const permutation = keyedPermutation(order, count, j);
    for (let i = 0; i < count; i++) {
      points[i][j] = (permutation[i] + (within === 'middle' ? 0.5 : place(permutation[i], j))) / count;
    }
  }
  // Two points have one pair of coordinates in either order, and one point has no other.
  if (count < 3) return points;
  const random = uniform(EXCHANGE);
  for (let trial = 0; trial < exchanges; trial++) {
    const i = Math.floor(random(trial, 0) * count);
    const j = (i + 1 + Math.floor(random(trial, 1) * (count - 1))) % count;
    const k = Math.floor(random(trial, 2) * dimensions);
    const before = nearness(points, i, j);
    [points[i][k], points[j][k]] = [points[j][k], points[i][k]];
    if (!(nearness(points, i, j) < before)) [points[i][k], points[j][k]] = [points[j][k], points[i][k]];
  }
  return points;
}
