// Statistics of samples.

/** Sample covariance of rows about their mean. */
export function covarianceOf(
  rows: readonly ArrayLike<number>[],
): { readonly mean: number[]; readonly covariance: number[][] } {
  const k = rows[0].length;
  const mean = Array.from({ length: k }, (_, j) => rows.reduce((sum, row) => sum + row[j], 0) / rows.length);
  const covariance = mean.map((mi, i) => mean.map((mj, j) =>
    rows.reduce((sum, row) => sum + (row[i] - mi) * (row[j] - mj), 0) / (rows.length - 1)));
  return { mean, covariance };
}
