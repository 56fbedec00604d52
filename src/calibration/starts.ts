// Where fits begin.
import type { SeenField } from '../structure/model.js';
import type { FieldName, Statistic } from './curves.js';
import { calibrationOf, type ModelName, type Parameters } from './model.js';

/** θ near to the shares and the decrements at the shortest lag: S = 4 (p − C(h))/h. */
export function firstGuess(
  model: ModelName, n: number, statistics: readonly Statistic[], values: ArrayLike<number>,
): Parameters {
  const share = (field: FieldName): number => values[statistics.findIndex((s) => s.field === field && s.lag === null)];
  // A blurred edge between two phases can lift the coverage at short lags above the share: the steepest of the lags
  // counts.
  const slope = (field: FieldName, direction: 'z' | 'across'): number | null => {
    const slopes = statistics.flatMap((s, i) =>
      (
        s.field !== field || s.direction !== direction || s.lag === null
          ? []
          : [(4 * (share(field) - values[i])) / (s.lag[0] + s.lag[2])]
      ));
    const least = 1e-3 * share(field) * (1 - share(field));
    return slopes.length === 0 ? null : Math.max(least, slopes[0] > 0 ? slopes[0] : Math.max(...slopes));
  };
  const [across, along] = [slope('x', 'across'), slope('x', 'z')];
  const anisotropyFactor = across !== null && along !== null ? Math.min(2, Math.max(0.5, across / along)) : 1;
  const seen = (field: FieldName): SeenField =>
    ({ share: share(field), surface: slope(field, 'across') ?? slope(field, 'z')! });
  const { fields, guess } = calibrationOf(model);
  return guess({ x: seen('x'), y: fields.y === null ? null : seen('y') }, anisotropyFactor, n);
}
