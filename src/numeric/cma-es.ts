// CMA-ES: minimisation without gradients by samples of a normal distribution that learns the function's shape (Hansen
// 2016, "The CMA evolution strategy: a tutorial", arXiv 1604.00772; restarts with twice the population, Auger and
// Hansen 2005). Only ranks count, so that constraints need no weights: of two points the one that violates less is
// better, and values decide among equals (Deb 2000).
//
// Left out of the tutorial: negative weights. Bounds: a sample outside of the box is reflected into it, so that the
// function goes on as its mirror image. Only + − × ÷, square roots and `elementary.ts`: the same bits in every engine.
import { symmetricEigen } from './eigen.js';
import { exp, log } from './elementary.js';
import type { StreamKey } from './philox.js';
import { randomNumbers, type RandomNumbers } from './random.js';
import type { Steps } from './steps.js';

/** What is known of a point. */
export interface Outcome {
  /** How far constraints are violated, 0 where they hold. */
  readonly violation: number;
  readonly value: number;
}

export interface EvolutionProblem {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** NaN counts as the worst. */
  evaluate(x: Float64Array): Outcome;
}

export interface EvolutionOptions {
  /** All restarts together. */
  readonly maxEvaluations: number;
  /** Samples of a generation in the first run; null: 4 + 3 ln n. */
  readonly population: number | null;
  /** First standard deviation, as a share of the box. */
  readonly step: number;
  /** A run ends when its standard deviation is below this share of the box in every direction, or when the values of
   *  a generation and of the last bests differ by less relative to their size. */
  readonly tolerance: number;
  readonly restarts: number;
  readonly key: StreamKey;
}

export const EVOLUTION_DEFAULTS: EvolutionOptions = {
  maxEvaluations: 20_000, population: null, step: 0.3, tolerance: 1e-10, restarts: 2,
  key: { seed: 1, scenario: 0, realisation: 0 },
};

export interface EvolutionResult extends Outcome {
  readonly x: Float64Array;
  readonly evaluations: number;
  /** Best outcome after every generation. */
  readonly history: readonly (Outcome & { readonly evaluations: number })[];
}

/** Whether a is better than b. */
export function isBetter(a: Outcome, b: Outcome): boolean {
  if (Number.isNaN(b.violation) || Number.isNaN(b.value)) return !Number.isNaN(a.violation) && !Number.isNaN(a.value);
  return a.violation < b.violation || (a.violation === b.violation && a.value < b.value);
}

/** Into [0, 1], as if mirrors stood at both ends. */
function reflected(u: number): number {
  const turn = u - 2 * Math.floor(u / 2);
  return turn > 1 ? 2 - turn : turn;
}

/** Constants of the strategy for n unknowns and a population. */
function strategy(n: number, population: number) {
  const parents = Math.floor(population / 2);
  const raw = Array.from({ length: parents }, (_, i) => log((population + 1) / 2) - log(i + 1));
  const total = raw.reduce((a, b) => a + b, 0);
  const weights = raw.map((w) => w / total);
  const effective = 1 / weights.reduce((sum, w) => sum + w * w, 0);
  const stepRate = (effective + 2) / (n + effective + 5);
  const rankOne = 2 / ((n + 1.3) * (n + 1.3) + effective);
  return {
    parents, weights, effective, stepRate, rankOne,
    damping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + stepRate,
    pathRate: (4 + effective / n) / (n + 4 + (2 * effective) / n),
    rankMu: Math.min(
      1 - rankOne, (2 * (effective - 2 + 1 / effective)) / ((n + 2) * (n + 2) + effective),
    ),
    expectedNorm: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}

/** Generations from one decomposition of the covariance to the next. */
const decompositionEvery = (n: number): number => Math.ceil(n / 4);
/** Generations whose best values are compared for a standstill. */
const STILL = 20;

interface Run {
  readonly best: EvolutionResult;
  readonly history: (Outcome & { readonly evaluations: number })[];
}

interface Sample {
  readonly y: Float64Array;
  readonly x: Float64Array;
  readonly outcome: Outcome;
}

function* evolve(
  evaluate: (u: Float64Array) => Outcome, start: ArrayLike<number>, population: number,
  { step, tolerance }: EvolutionOptions, limit: number, random: RandomNumbers,
): Steps<Run> {
  const n = start.length;
  const s = strategy(n, population);
  let mean = Float64Array.from(start);
  let sigma = step;
  let covariance = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => Number(i === j)));
  let axes: number[] = [];
  let vectors: number[][] = [];
  let stepPath = new Float64Array(n);
  let path = new Float64Array(n);
  let evaluations = 0;
  let best: (Outcome & { readonly x: Float64Array }) | null = null;
  const history: (Outcome & { readonly evaluations: number })[] = [];
  for (let generation = 1; evaluations + population <= limit; generation++) {
    if ((generation - 1) % decompositionEvery(n) === 0) {
      const found = symmetricEigen(covariance);
      axes = found.values.map((value) => Math.sqrt(Math.max(value, 1e-20)));
      ({ vectors } = found);
    }
    const sampled: Sample[] = [];
    while (sampled.length < population) {
      const z = axes.map(() => random.normal());
      const y = Float64Array.from({ length: n }, (_, i) =>
        axes.reduce((sum, axis, k) => sum + vectors[k][i] * axis * z[k], 0));
      const x = y.map((value, i) => reflected(mean[i] + sigma * value));
      sampled.push({ y, x, outcome: evaluate(x) });
      yield;
    }
    evaluations += population;
    sampled.sort((a, b) => (isBetter(a.outcome, b.outcome) ? -1 : isBetter(b.outcome, a.outcome) ? 1 : 0));
    if (best === null || isBetter(sampled[0].outcome, best)) best = { ...sampled[0].outcome, x: sampled[0].x };
    history.push({ violation: best.violation, value: best.value, evaluations });

    const move = new Float64Array(n);
    for (let k = 0; k < s.parents; k++) for (let i = 0; i < n; i++) move[i] += s.weights[k] * sampled[k].y[i];
    mean = mean.map((value, i) => value + sigma * move[i]);
    // C^(−1/2)·move, in the eigenvectors.
    const inEigen = vectors.map((vector, k) => vector.reduce((sum, v, i) => sum + v * move[i], 0) / axes[k]);
    const keep = Math.sqrt(s.stepRate * (2 - s.stepRate) * s.effective);
    stepPath = stepPath.map((value, i) => (1 - s.stepRate) * value +
      keep * vectors.reduce((sum, vector, k) => sum + vector[i] * inEigen[k], 0));
    const norm = Math.sqrt(stepPath.reduce((sum, value) => sum + value * value, 0));
    // 1 − (1 − c)^(2g): the path is short at first because it began at 0.
    const young = Math.sqrt(1 - exp(2 * generation * log(1 - s.stepRate)));
    const moving = norm / young < (1.4 + 2 / (n + 1)) * s.expectedNorm;
    const pathKeep = moving ? Math.sqrt(s.pathRate * (2 - s.pathRate) * s.effective) : 0;
    path = path.map((value, i) => (1 - s.pathRate) * value + pathKeep * move[i]);
    const missing = moving ? 0 : s.rankOne * s.pathRate * (2 - s.pathRate);
    covariance = covariance.map((row, i) => row.map((value, j) => {
      let sum = 0;
      for (let k = 0; k < s.parents; k++) sum += s.weights[k] * sampled[k].y[i] * sampled[k].y[j];
      return (1 - s.rankOne - s.rankMu + missing) * value + s.rankOne * path[i] * path[j] + s.rankMu * sum;
    }));
    sigma *= exp((s.stepRate / s.damping) * (norm / s.expectedNorm - 1));
    // Far outside of the box all directions look alike through the mirrors.
    sigma = Math.min(sigma, 1);

    const widest = Math.max(...covariance.map((row, i) => Math.sqrt(Math.max(row[i], 0))));
    if (sigma * widest < tolerance) break;
    const still = history.length > STILL && history[history.length - 1 - STILL];
    const range = Math.abs(sampled[s.parents].outcome.value - sampled[0].outcome.value) +
      Math.abs(sampled[s.parents].outcome.violation - sampled[0].outcome.violation);
    const size = Math.abs(best.value) + 1e-300;
    if (still && range <= tolerance * size && still.violation - best.violation <= tolerance &&
      Math.abs(still.value - best.value) <= tolerance * size) break;
  }
  const found = best ?? { ...evaluate(Float64Array.from(start, reflected)), x: Float64Array.from(start, reflected) };
  return { best: { ...found, evaluations, history }, history };
}

/** Minimises a function in a box, evaluation by evaluation.
 *  @param start first mean; null: the middle of the box. Restarts begin at random points. */
export function* evolutionStrategy(
  problem: EvolutionProblem, start: ArrayLike<number> | null, options: Partial<EvolutionOptions> = {},
): Steps<EvolutionResult> {
  const settings = { ...EVOLUTION_DEFAULTS, ...options };
  const { lower, upper } = problem;
  const n = lower.length;
  const random = randomNumbers(settings.key);
  const placed = (u: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: n }, (_, i) => lower[i] + u[i] * (upper[i] - lower[i]));
  const first = Array.from({ length: n }, (_, i) =>
    (start === null || upper[i] === lower[i] ? 0.5 : (start[i] - lower[i]) / (upper[i] - lower[i])));
  let population = settings.population ?? 4 + Math.floor(3 * log(n));
  let result: EvolutionResult | null = null;
  let evaluations = 0;
  const history: (Outcome & { readonly evaluations: number })[] = [];
  for (let run = 0; run <= settings.restarts && (run === 0 || evaluations + population <= settings.maxEvaluations);
    run++) {
    const from = run === 0 ? first : first.map(() => random.uniform());
    const { best } = yield* evolve(
      (u) => problem.evaluate(placed(u)), from, population, settings, settings.maxEvaluations - evaluations, random,
    );
    for (const entry of best.history) {
      const better = result === null || isBetter(entry, result) ? entry : result;
      history.push({
        violation: better.violation, value: better.value, evaluations: evaluations + entry.evaluations,
      });
    }
    evaluations += best.evaluations;
    if (result === null || isBetter(best, result)) result = { ...best, x: placed(best.x) };
    population *= 2;
  }
  return { ...result!, evaluations, history };
}
