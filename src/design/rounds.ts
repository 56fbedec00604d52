// Rounds of a design: what fresh structures say of the θ that was believed best, which round was the best, and when
// another one is needless.
import type { Column } from '../study/columns.js';
import { confirmed, verdictOn, type Confirmed, type Verdict } from './confirm.js';
import { aims, chosenOf, violationOf } from './search.js';
import { coordinatesOf } from './space.js';
import { askedColumns, type DesignSpec } from './spec.js';
import type { Belief, Surrogate } from './surrogate.js';

/** One round: what was believed best, and what fresh structures say of it. */
export interface DesignRound {
  /** From 1. */
  readonly round: number;
  /** Parameters that were believed best, by name. */
  readonly theta: Readonly<Record<string, number>>;
  /** What was predicted and what fresh structures have, column by column. */
  readonly columns: readonly Confirmed[];
  /** Whether every column agrees with what was predicted. */
  readonly agrees: boolean;
  /** Of each limit. */
  readonly verdicts: readonly Verdict[];
  /** Whether all limits hold: by the mean, or where a closed form says so within the error of the mean. */
  readonly kept: boolean;
  /** How far the limits are missed by the means, relative to their bounds. */
  readonly violation: number;
  /** Structures with M so far. */
  readonly structures: number;
}

/** Mean of every column over rows that have it. */
export function confirmedMeans(rows: readonly Readonly<Record<Column, number>>[]): [Column, number][] {
  const names = [...new Set(rows.flatMap(Object.keys))];
  return names.map((column) => {
    const values = rows.map((row) => row[column]).filter(Number.isFinite);
    return [column, values.reduce((a, b) => a + b, 0) / values.length];
  });
}

/** @param exact columns that closed forms know
 *  @param rows numbers of fresh structures */
export function confirmationOf(
  spec: DesignSpec, exact: readonly Column[], round: number, theta: DesignRound['theta'],
  predicted: Readonly<Record<Column, Belief>>, rows: readonly Readonly<Record<Column, number>>[], structures: number,
): DesignRound {
  const columns = askedColumns(spec).map((column) =>
    confirmed(column, predicted[column], rows.map((row) => row[column] ?? NaN), spec.confirm.level));
  const of = new Map(columns.map((one) => [one.column, one]));
  const means = Object.fromEntries(columns.map(({ column, mean }): [Column, Belief] =>
    [column, { mean: mean ?? NaN, error: 0 }]));
  const verdicts = spec.limits.map((limit) => verdictOn(limit, of.get(limit.column)!));
  return {
    round, theta, columns, structures, agrees: columns.every(({ agrees }) => agrees === true), verdicts,
    kept: verdicts.every((verdict, i) =>
      verdict === 'kept' || (verdict === 'within error' && exact.includes(spec.limits[i].column))),
    violation: violationOf(spec.limits, means, 0),
  };
}

/** The round whose θ is chosen: limits that were kept, then the better aim by all that is believed in the end, since
 *  the best of several means was lucky as well; of equals the later round. */
export function bestRound(spec: DesignSpec, rounds: readonly DesignRound[], surrogate: Surrogate): DesignRound {
  const rated = rounds.map((round) => ({
    round, missed: round.kept ? 0 : Math.max(round.violation, Number.MIN_VALUE),
    aims: aims(spec, surrogate.at(coordinatesOf(spec.space, round.theta)), 0),
  })).reverse();
  const least = Math.min(...rated.map(({ missed }) => missed));
  const equal = rated.filter(({ missed }) => missed === least);
  return equal[spec.objectives.length < 2
    ? equal.reduce((best, one, i) => (one.aims[0] < equal[best].aims[0] ? i : best), 0)
    : chosenOf(equal.map((one) => one.aims), spec.objectives)].round;
}

/** Prediction and confirmation agree, the limits are kept, and the aim is no better than a round ago by more than its
 *  error. */
export function isSettled(spec: DesignSpec, rounds: readonly DesignRound[]): boolean {
  const last = rounds.at(-1)!;
  if (!last.agrees || !last.kept) return false;
  if (spec.objectives.length === 0) return true;
  const before = rounds.at(-2);
  if (before === undefined || !before.kept) return false;
  return spec.objectives.every(({ column, sign }) => {
    const [a, b] = [before, last].map(({ columns }) => columns.find((one) => one.column === column)!);
    return sign * (b.mean! - a.mean!) <= (a.halfWidth ?? 0) + (b.halfWidth ?? 0);
  });
}
