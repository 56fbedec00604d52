// Criteria of information: how well a formula fits, less what its coefficients cost (Burnham, Anderson 2002).
import { exp, log } from '../numeric/elementary.js';

/** Criteria of information of a fit: the least is the best, and only differences mean something. */
export interface Criteria {
  /** ln of the likelihood of the data, errors normal in the space of the fit. */
  readonly logLikelihood: number;
  /** Coefficients that are free, and the variance. */
  readonly parameters: number;
  /** Akaike's. */
  readonly aic: number;
  /** AIC corrected for few rows; null when these are too few for the correction. */
  readonly aicc: number | null;
  /** Schwarz's. */
  readonly bic: number;
}

/** @param sumOfSquares of the residuals; 0 gives an infinite likelihood
 *  @param logJacobian Σ ln |∂residual/∂M| that brings residuals of logarithms or relative ones to the scale of M */
export function criteria(
  sumOfSquares: number, count: number, freeCoefficients: number, logJacobian = 0,
): Criteria {
  const k = freeCoefficients + 1;
  const logLikelihood = (-count / 2) * (log((2 * Math.PI * sumOfSquares) / count) + 1) + logJacobian;
  const aic = 2 * k - 2 * logLikelihood;
  return {
    logLikelihood, parameters: k, aic, aicc: count > k + 1 ? aic + (2 * k * (k + 1)) / (count - k - 1) : null,
    bic: k * log(count) - 2 * logLikelihood,
  };
}

/** Weights of formulas by their criterion: e^(−Δ/2), summing to 1. null where one has none. */
export function akaikeWeights(values: readonly (number | null)[]): (number | null)[] {
  const known = values.filter((v): v is number => v !== null && Number.isFinite(v));
  if (known.length < values.length || known.length === 0) return values.map(() => null);
  const least = Math.min(...known);
  const raw = known.map((v) => exp((least - v) / 2));
  const sum = raw.reduce((total, v) => total + v, 0);
  return raw.map((v) => v / sum);
}
