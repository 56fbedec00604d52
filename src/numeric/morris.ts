// Elementary effects (Morris, Technometrics 33 (1991) 161): one factor moves at a time along trajectories through a
// grid of levels, and the differences that it makes are averaged over places.
import { checkArguments } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { percentileInterval, resampled } from './resampling.js';
import { deviation, type Interval } from './intervals.js';
import { keyedUniform } from './uniform.js';

/** Options of `morrisTrajectories`. */
export interface MorrisOptions {
  /** Factors. */
  readonly dimensions: number;
  /** Through the grid; each has one point more than there are factors. */
  readonly trajectories: number;
  /** Levels of every factor in [0, 1], an even number. */
  readonly levels?: number;
  /** Random trajectories out of which those are chosen that lie far apart; 0: none is thrown away. */
  readonly candidates?: number;
  /** Key of the random numbers. */
  readonly seed: number;
}

/** Four levels are usual; of `candidates` Campolongo, Cariboni and Saltelli (Environ. Model. Softw. 22 (2007) 1509)
 *  take 500 to 1000. */
export const MORRIS_DEFAULTS = { levels: 4, candidates: 500 } as const;

/** A walk: each point differs from the one before in one coordinate, each coordinate moves once. */
export interface Trajectory {
  /** dimensions + 1 points in [0, 1]. */
  readonly points: readonly Float64Array[];
  /** Coordinate that moves before point 1, 2, … */
  readonly moves: readonly number[];
}

/** How far a factor moves: with p levels p / (2 (p − 1)), so that all levels are equally probable [Morris]. */
export const morrisStep = (levels: number): number => levels / (2 * (levels - 1));

function walk(dimensions: number, levels: number, uniform: (place: number) => number): Trajectory {
  const half = levels / 2;
  const order = Array.from({ length: dimensions }, (_, j) => j);
  for (let j = dimensions - 1; j > 0; j--) {
    const k = Math.floor(uniform(j) * (j + 1));
    [order[j], order[k]] = [order[k], order[j]];
  }
  // A level below the middle can only go up, the others down.
  const place = order.map((_, j) => Math.floor(uniform(dimensions + j) * levels));
  const at = (): Float64Array => Float64Array.from(place, (level) => level / (levels - 1));
  const points = [at()];
  for (const j of order) {
    place[j] += place[j] < half ? half : -half;
    points.push(at());
  }
  return { points, moves: order };
}

/** Sum of the distances between the points of two trajectories [Campolongo et al. 2007]. */
function apart(a: Trajectory, b: Trajectory): number {
  let sum = 0;
  for (const p of a.points) {
    for (const q of b.points) {
      let square = 0;
      for (let j = 0; j < p.length; j++) square += (p[j] - q[j]) * (p[j] - q[j]);
      sum += Math.sqrt(square);
    }
  }
  return sum;
}

/** Trajectories that lie far apart: from the two farthest on, always that with the largest sum of squared distances to
 *  those that are taken; the first of equals. */
function spread(candidates: readonly Trajectory[], count: number): number[] {
  const n = candidates.length;
  const squares = candidates.map((a, i) => Float64Array.from(candidates, (b, j) => (j < i ? apart(a, b) ** 2 : 0)));
  const squared = (i: number, j: number): number => (j < i ? squares[i][j] : squares[j][i]);
  let [first, second, most] = [0, 0, -1];
  for (let i = 1; i < n; i++) {
    for (let j = 0; j < i; j++) if (squares[i][j] > most) [first, second, most] = [j, i, squares[i][j]];
  }
  const taken = count === 1 ? [first] : [first, second];
  while (taken.length < count) {
    let [next, gain] = [-1, -1];
    for (let i = 0; i < n; i++) {
      if (taken.includes(i)) continue;
      const sum = taken.reduce((total, j) => total + squared(i, j), 0);
      if (sum > gain) [next, gain] = [i, sum];
    }
    taken.push(next);
  }
  return taken.sort((a, b) => a - b);
}

/** Trajectories through the unit cube. The same bits everywhere.
 *  @throws SpecError for an odd number of levels, or fewer candidates than trajectories */
export function morrisTrajectories(options: MorrisOptions): Trajectory[] {
  const where = 'morrisTrajectories';
  checkArguments(where, {
    options: [options, { dimensions: true, trajectories: true, levels: true, candidates: true, seed: true }],
  });
  checkArguments(where, {
    'options.dimensions': [options.dimensions, 'count'], 'options.trajectories': [options.trajectories, 'count'],
    'options.seed': [options.seed, 'number'],
  });
  const { dimensions, trajectories, seed } = options;
  const { levels, candidates } = { ...MORRIS_DEFAULTS, ...options };
  if (!(Number.isInteger(levels) && levels >= 2 && levels % 2 === 0)) {
    throw new SpecError(`${where}: levels must be an even number of at least 2, got ${levels}`);
  }
  if (candidates !== 0 && !(Number.isInteger(candidates) && candidates >= trajectories)) {
    throw new SpecError(
      `${where}: ${trajectories} trajectories are chosen out of at least as many candidates, got ` +
        `${candidates}; take more, or 0 to choose none`,
    );
  }
  const uniform = keyedUniform({ seed, scenario: 0, realisation: 0 });
  const all = Array.from({ length: Math.max(candidates, trajectories) }, (_, t) =>
    walk(dimensions, levels, (place) => uniform(place, t)));
  return candidates === 0 ? all : spread(all, trajectories).map((t) => all[t]);
}

/** What a factor does to an output. */
export interface ElementaryEffects {
  /** Mean of the effects. */
  readonly mu: number;
  /** Mean of their magnitudes: how much the factor matters. */
  readonly muStar: number;
  /** Their standard deviation: how much the effect depends on where the other factors, and the factor itself, stand. */
  readonly sigma: number;
  /** Percentiles of a bootstrap over trajectories, 95 %; null from fewer than 4 effects. */
  readonly intervals: Readonly<Record<'mu' | 'muStar' | 'sigma', Interval>> | null;
  /** Trajectories that gave an effect. */
  readonly count: number;
}

/** Resamplings of a bootstrap. */
export const MORRIS_DRAWS = 1000;
const LEAST_EFFECTS = 4;

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** μ, μ* and σ of the effects of one factor, one from each trajectory. null from fewer than 2.
 *  @param effects differences of the output over the difference of the factor, in any unit */
export function elementaryEffects(
  effects: readonly number[], options: { readonly seed?: number; readonly draws?: number } = {},
): ElementaryEffects | null {
  checkArguments('elementaryEffects', { effects: [effects, 'list'], options: [options, { seed: true, draws: true }] });
  if (effects.length < 2) return null;
  const { seed = 1, draws = MORRIS_DRAWS } = options;
  const measured = (values: readonly number[]) =>
    ({ mu: meanOf(values), muStar: meanOf(values.map(Math.abs)), sigma: deviation(values) });
  const found = effects.length < LEAST_EFFECTS ? [] : resampled(effects.length, draws, seed, (rows) =>
    measured(Array.from(rows, (row) => effects[row])));
  const interval = (name: 'mu' | 'muStar' | 'sigma'): Interval => percentileInterval(found.map((one) => one[name]));
  return {
    ...measured(effects), count: effects.length,
    intervals: found.length === 0
      ? null : { mu: interval('mu'), muStar: interval('muStar'), sigma: interval('sigma') },
  };
}
