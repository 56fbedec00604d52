// Where fits begin.
import { bisectDecreasing } from '../numeric/bisect.js';
import { chi2Quantities, mixedSurface, mixedSurvival } from '../structure/theory.js';
import type { ThreePhaseParameters } from '../structure/parameters.js';
import type { FieldName, Statistic } from './curves.js';
import type { ModelName, Parameters } from './model.js';

/** λ and α from shares and the decrement at the shortest lag: S = 4 (p − C(h))/h. */
export function firstGuess(model: ModelName, n: number, statistics: readonly Statistic[], values: ArrayLike<number>): Parameters {
  const share = (field: FieldName): number => values[statistics.findIndex((s) => s.field === field && s.lag === null)];
  // A blurred edge between two phases can lift the coverage at short lags above the share: the steepest of the lags counts.
  const slope = (field: FieldName, direction: 'z' | 'across'): number | null => {
    const slopes = statistics.flatMap((s, i) => (s.field !== field || s.direction !== direction || s.lag === null ? [] : [(4 * (share(field) - values[i])) / (s.lag[0] + s.lag[2])]));
    return slopes.length === 0 ? null : Math.max(1e-3 * share(field) * (1 - share(field)), slopes[0] > 0 ? slopes[0] : Math.max(...slopes));
  };
  const [across, along] = [slope('x', 'across'), slope('x', 'z')];
  const anisotropyFactor = across !== null && along !== null ? Math.min(2, Math.max(0.5, across / along)) : 1;
  if (model === 'chi2') {
    const lambda = -2 * Math.log(share('x'));
    const unit = chi2Quantities({ alpha: 1, lambda, anisotropyFactor: 1 }).specificSurfaceArea[2];
    return { alpha: (across ?? along!) / unit, lambda, anisotropyFactor };
  }
  const solve = (field: FieldName): { lambda: number; alpha: number } => {
    const lambda = bisectDecreasing((x) => mixedSurvival(n, x), share(field), -20, 200, 80);
    return { lambda, alpha: (slope(field, 'across') ?? slope(field, 'z')!) / mixedSurface(n, lambda, 1, 1) };
  };
  const [x, y] = [solve('x'), solve('y')];
  return {
    alphaChiX: x.alpha, alphaGaussX: x.alpha, lambdaX: x.lambda, alphaChiY: y.alpha, alphaGaussY: y.alpha, lambdaY: y.lambda, n, anisotropyFactor,
  };
}

/** Starts that differ in how α is shared between the χ² and the Gaussian part: the curve may have two optima. */
const SHARES = [[1, 1], [0.75, 2], [1.15, 0.5]] as const;

export function startsAround(model: ModelName, guess: Parameters): Parameters[] {
  if (model === 'chi2') return [guess];
  const g = guess as ThreePhaseParameters;
  return SHARES.map(([chi, gauss]) => ({
    ...g, alphaChiX: g.alphaChiX * chi, alphaChiY: g.alphaChiY * chi, alphaGaussX: g.alphaGaussX * gauss, alphaGaussY: g.alphaGaussY * gauss,
  }));
}
