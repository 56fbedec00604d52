// A straight line through points with errors.

export interface WeightedLine {
  readonly intercept: number;
  readonly slope: number;
  /** Variances of both, and their covariance, as the given errors make them. */
  readonly interceptVariance: number;
  readonly slopeVariance: number;
  readonly covariance: number;
}

/** Least squares of y = intercept + slope · x, each point weighed by 1/variance. null: all x are the same.
 *  @param variances of the values, each above 0 */
export function weightedLine(
  xs: readonly number[], ys: readonly number[], variances: readonly number[],
): WeightedLine | null {
  let [s, sx, sy] = [0, 0, 0];
  xs.forEach((x, i) => {
    s += 1 / variances[i];
    sx += x / variances[i];
    sy += ys[i] / variances[i];
  });
  const [mx, my] = [sx / s, sy / s];
  let [sxx, sxy] = [0, 0];
  xs.forEach((x, i) => {
    sxx += (x - mx) ** 2 / variances[i];
    sxy += ((x - mx) * (ys[i] - my)) / variances[i];
  });
  if (!(sxx > 0)) return null;
  const slope = sxy / sxx;
  return {
    intercept: my - slope * mx, slope, interceptVariance: 1 / s + (mx * mx) / sxx, slopeVariance: 1 / sxx,
    covariance: -mx / sxx,
  };
}
