// The best θ by what is believed: a global search by CMA-ES, then the last digits along exact gradients; the front of
// several objectives; and which limits stand in the way when there is none.
import { evolutionStrategy, isBetter, type Outcome } from '../numeric/cma-es.js';
import { boxSteps } from '../numeric/lbfgsb.js';
import { chebyshev, searchFront, type FrontPoint } from '../numeric/pareto.js';
import type { Steps } from '../numeric/steps.js';
import type { Column } from '../study/columns.js';
import type { Limit } from './limits.js';
import type { DesignSpec, Objective } from './spec.js';
import type { Belief, Surrogate } from './surrogate.js';

/** How what is not known counts, in standard errors. */
export interface Attitude {
  /** Limits have to hold with so much to spare; negative: may be missed by so much. */
  readonly margin: number;
  /** Objectives count as so much better than believed. */
  readonly hope: number;
}

/** As things are believed to be. */
export const BELIEVED: Attitude = { margin: 0, hope: 0 };

type Wanted = Pick<DesignSpec, 'objectives' | 'limits'>;
type Beliefs = Readonly<Record<Column, Belief>>;

/** The unit in which a limit is missed. */
const unitOf = ({ low, high, target }: Limit): number =>
  (target === null ? Math.max(Math.abs(Number.isFinite(low) ? low : high), 1e-3) : (high - low) / 2);

/** How far limits are missed, relative to their bounds, in all. */
export function violationOf(limits: readonly Limit[], beliefs: Beliefs, margin: number): number {
  return limits.reduce((sum, limit) => {
    const { mean, error } = beliefs[limit.column];
    // Both sides of a narrow target cannot be kept away from.
    const spare = limit.target === null ? margin * error : Math.min(margin * error, 0);
    return sum + Math.max(0, limit.low + spare - mean, mean + spare - limit.high) / unitOf(limit);
  }, 0);
}

/** What is to be small: objectives, or else how far the targets are missed. */
export function aims({ objectives, limits }: Wanted, beliefs: Beliefs, hope: number): number[] {
  if (objectives.length > 0) {
    return objectives.map(({ column, sign }) => -(sign * beliefs[column].mean + hope * beliefs[column].error));
  }
  return [limits.reduce((sum, limit) => {
    if (limit.target === null) return sum;
    const { mean, error } = beliefs[limit.column];
    const missed = Math.max(0, Math.abs(mean - limit.target) - hope * error) / unitOf(limit);
    return sum + missed * missed;
  }, 0)];
}

const cube = (n: number): { readonly lower: number[]; readonly upper: number[] } => ({
  lower: Array.from({ length: n }, () => 0), upper: Array.from({ length: n }, () => 1),
});

export interface Found extends Outcome {
  readonly u: Float64Array;
}

export interface Effort {
  readonly seed: number;
  /** Tells searches of one design apart. */
  readonly stream: number;
  /** Of one search; default: as a surrogate of several columns affords. */
  readonly maxEvaluations?: number;
}

const MAX_EVALUATIONS = 1200;
/** Penalties of the search along gradients, one after another. */
const PENALTIES = [1e2, 1e4, 1e6] as const;
/** Limits are kept by so much of their unit there, so that what is found keeps them after rounding. */
const SPARE = 1e-5;

/** The best point for the first aim. */
function* optimum(
  surrogate: Surrogate, wanted: Wanted, dimensions: number, attitude: Attitude, effort: Effort,
  start: ArrayLike<number> | null,
): Steps<Found> {
  const outcome = (u: ArrayLike<number>): Outcome => {
    const beliefs = surrogate.at(u);
    return {
      violation: violationOf(wanted.limits, beliefs, attitude.margin), value: aims(wanted, beliefs, attitude.hope)[0],
    };
  };
  const { x } = yield* evolutionStrategy({ ...cube(dimensions), evaluate: outcome }, start, {
    maxEvaluations: effort.maxEvaluations ?? MAX_EVALUATIONS, restarts: 1, tolerance: 1e-5,
    key: { seed: effort.seed, scenario: effort.stream, realisation: 0 },
  });
  return yield* polished(surrogate, wanted, attitude, { u: x, ...outcome(x) }, outcome);
}

/** Goes on along the gradients of closed forms and of the surrogate's means; errors stay those of the start. */
function* polished(
  surrogate: Surrogate, wanted: Wanted, { margin }: Attitude, from: Found,
  outcome: (u: ArrayLike<number>) => Outcome,
): Steps<Found> {
  const errors = surrogate.at(from.u);
  const scale = Math.abs(from.value) || 1;
  const n = from.u.length;
  let best = from;
  for (const penalty of PENALTIES) {
    const { x } = yield* boxSteps({
      ...cube(n),
      evaluate(u, gradient) {
        gradient.fill(0);
        let total = 0;
        const known = new Map<Column, ReturnType<Surrogate['gradient']>>();
        const at = (column: Column): ReturnType<Surrogate['gradient']> => {
          const found = known.get(column) ?? surrogate.gradient(column, u);
          known.set(column, found);
          return found;
        };
        const add = (column: Column, weight: number): void => {
          at(column).gradient.forEach((slope, j) => { gradient[j] += weight * slope; });
        };
        for (const { column, sign } of wanted.objectives) {
          total -= (sign * at(column).value) / scale;
          add(column, -sign / scale);
        }
        for (const limit of wanted.limits) {
          const { column, low, high, target } = limit;
          const { value } = at(column);
          const unit = unitOf(limit);
          if (target !== null && wanted.objectives.length === 0) {
            total += ((value - target) / unit) ** 2;
            add(column, (2 * (value - target)) / (unit * unit));
          }
          const spare = (target === null ? margin * errors[column].error : 0) + SPARE * unit;
          const [under, over] = [low + spare - value, value + spare - high];
          const missed = Math.max(under, over) / unit;
          if (!(missed > 0)) continue;
          total += penalty * missed * missed;
          add(column, ((under > over ? -2 : 2) * penalty * missed) / unit);
        }
        return total;
      },
    }, best.u, { gradientTolerance: 1e-9, maxIterations: 60 });
    const found = { u: x, ...outcome(x) };
    if (isBetter(found, best)) best = found;
  }
  return best;
}

/** Index of the point of a front that suits the weights of the objectives best. */
export function chosenOf(front: readonly (readonly number[])[], objectives: readonly Objective[]): number {
  const m = front[0].length;
  const ideal = Array.from({ length: m }, (_, i) => Math.min(...front.map((values) => values[i])));
  const ranges = ideal.map((low, i) => Math.max(...front.map((values) => values[i])) - low || 1);
  const total = objectives.reduce((sum, { weight }) => sum + weight, 0);
  const weights = objectives.map(({ weight }) => weight / total);
  const distances = front.map((values) => chebyshev(values, weights, ideal, ranges));
  return distances.indexOf(Math.min(...distances));
}

export interface BestBelieved {
  readonly best: Found;
  readonly front: readonly FrontPoint[];
}

/** The front by what is believed, and the point of it that the weights choose; of one objective that alone.
 *  Where the limits cannot be kept, the point that misses them least. */
export function* bestByBelief(
  surrogate: Surrogate, spec: DesignSpec, attitude: Attitude, effort: Effort, start: ArrayLike<number> | null,
): Steps<BestBelieved> {
  const n = spec.space.free.length;
  if (spec.objectives.length < 2) {
    const best = yield* optimum(surrogate, spec, n, attitude, effort, start);
    const { u: x } = best;
    return { best, front: best.violation > 0 ? [] : [{ x, values: aims(spec, surrogate.at(x), 0) }] };
  }
  const outcomeOf = (u: ArrayLike<number>) => {
    const beliefs = surrogate.at(u);
    return {
      violation: violationOf(spec.limits, beliefs, attitude.margin), values: aims(spec, beliefs, attitude.hope),
    };
  };
  const starts = start === null ? [] : [start];
  const front = yield* searchFront({ ...cube(n), evaluate: outcomeOf }, spec.budget.front, starts, {
    maxEvaluations: MAX_EVALUATIONS / 2, restarts: 0, tolerance: 1e-5,
    key: { seed: effort.seed, scenario: effort.stream, realisation: 0 },
  });
  if (front.length === 0) {
    const best = yield* optimum(surrogate, { ...spec, objectives: [] }, n, attitude, effort, start);
    return { best: { ...best, value: NaN }, front };
  }
  const { x, values } = front[chosenOf(front.map((point) => point.values), spec.objectives)];
  return { best: { u: x, violation: 0, value: values[0] }, front };
}

/** Limits that cannot be kept together, none of which is needless: each is dropped in turn, and stays out where the
 *  others are still impossible (Chinneck, Dravnieks 1991). Empty: all can be kept. */
export function* blockingLimits(
  surrogate: Surrogate, spec: DesignSpec, attitude: Attitude, effort: Effort,
): Steps<Limit[]> {
  const n = spec.space.free.length;
  function* possible(limits: readonly Limit[], stream: number): Steps<boolean> {
    const wanted = { objectives: [], limits };
    return (yield* optimum(surrogate, wanted, n, attitude, { ...effort, stream }, null)).violation === 0;
  }
  if (yield* possible(spec.limits, effort.stream)) return [];
  let left = [...spec.limits];
  for (const [i, limit] of spec.limits.entries()) {
    const rest = left.filter((other) => other !== limit);
    if (!(yield* possible(rest, effort.stream + i + 1))) left = rest;
  }
  return left;
}

/** Least and greatest value of a limit's column among the θ that keep all others, by what is believed. */
export function* attainable(
  surrogate: Surrogate, spec: DesignSpec, limit: Limit, effort: Effort,
): Steps<readonly [low: number, high: number]> {
  const limits = spec.limits.filter((other) => other !== limit);
  function* end(sign: -1 | 1, stream: number): Steps<number> {
    const wanted: Wanted = { objectives: [{ column: limit.column, sign, weight: 1 }], limits };
    const { u } = yield* optimum(
      surrogate, wanted, spec.space.free.length, BELIEVED, { ...effort, stream }, null,
    );
    return surrogate.at(u)[limit.column].mean;
  }
  return [yield* end(-1, effort.stream), yield* end(1, effort.stream + 1)];
}
