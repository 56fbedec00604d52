// Small statistics for regions of confidence: quantiles, symmetric matrices.

/** Eigenvalues, ascending, and eigenvectors (rows) of a symmetric matrix, by Jacobi rotations. */
export function symmetricEigen(matrix: readonly (readonly number[])[]): { readonly values: number[]; readonly vectors: number[][] } {
  const n = matrix.length;
  const a = matrix.map((row) => [...row]);
  const v = matrix.map((_, i) => matrix.map((__, j) => Number(i === j)));
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) off += a[i][j] * a[i][j];
    if (off === 0) break;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (Math.abs(a[p][q]) < 1e-300) continue;
        const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const [kp, kq] = [a[k][p], a[k][q]];
          a[k][p] = c * kp - s * kq;
          a[k][q] = s * kp + c * kq;
        }
        for (let k = 0; k < n; k++) {
          const [pk, qk] = [a[p][k], a[q][k]];
          a[p][k] = c * pk - s * qk;
          a[q][k] = s * pk + c * qk;
          const [vp, vq] = [v[p][k], v[q][k]];
          v[p][k] = c * vp - s * vq;
          v[q][k] = s * vp + c * vq;
        }
      }
    }
  }
  const order = a.map((_, i) => i).sort((i, j) => a[i][i] - a[j][j]);
  return { values: order.map((i) => a[i][i]), vectors: order.map((i) => v[i]) };
}

/** Symmetric power of a positive matrix after scaling to unit diagonal; eigenvalues below `floor` are lifted to it. */
function spectral(matrix: readonly (readonly number[])[], floor: number, map: (value: number) => number): number[][] {
  const scale = matrix.map((row, i) => (row[i] > 0 ? Math.sqrt(row[i]) : 1));
  const { values, vectors } = symmetricEigen(matrix.map((row, i) => row.map((x, j) => x / (scale[i] * scale[j]))));
  const mapped = values.map((value) => map(Math.max(value, floor)));
  return matrix.map((_, i) => matrix.map((__, j) => mapped.reduce((sum, m, k) => sum + m * vectors[k][i] * vectors[k][j], 0) / (scale[i] * scale[j])));
}

/** Inverse of a symmetric positive matrix, regular by `floor` on its correlations. */
export function inverseSymmetric(matrix: readonly (readonly number[])[], floor = 1e-12): number[][] {
  return spectral(matrix, floor, (value) => 1 / value);
}

/** Rows r with rᵀr = the inverse of a symmetric positive matrix: whitens its residuals. */
export function whitening(matrix: readonly (readonly number[])[], floor = 1e-12): number[][] {
  const scale = matrix.map((row, i) => (row[i] > 0 ? Math.sqrt(row[i]) : 1));
  const { values, vectors } = symmetricEigen(matrix.map((row, i) => row.map((x, j) => x / (scale[i] * scale[j]))));
  return values.map((value, k) => vectors[k].map((x, j) => x / (Math.sqrt(Math.max(value, floor)) * scale[j])));
}

/** Sample covariance of rows about their mean. */
export function covarianceOf(rows: readonly ArrayLike<number>[]): { readonly mean: number[]; readonly covariance: number[][] } {
  const k = rows[0].length;
  const mean = Array.from({ length: k }, (_, j) => rows.reduce((sum, row) => sum + row[j], 0) / rows.length);
  const covariance = mean.map((mi, i) => mean.map((mj, j) => rows.reduce((sum, row) => sum + (row[i] - mi) * (row[j] - mj), 0) / (rows.length - 1)));
  return { mean, covariance };
}

/** ln Γ(x), x > 0 (Stirling after recurrence to x ≥ 10). */
export function logGamma(x: number): number {
  let shift = 0;
  let t = x;
  for (; t < 10; t++) shift += Math.log(t);
  const r = 1 / (t * t);
  return (t - 0.5) * Math.log(t) - t + Math.log(2 * Math.PI) / 2 + (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r / 1680))) / t - shift;
}

/** Regularised incomplete beta function I_x(a, b), by Lentz's continued fraction. */
export function betaProbability(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaProbability(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x)) / a;
  let [c, d] = [1, 1 / (1 - ((a + b) * x) / (a + 1))];
  let f = d;
  for (let m = 1; m < 500; m++) {
    for (const e of [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))]) {
      d = 1 / (1 + e * d);
      c = 1 + e / c;
      f *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return front * f;
}

/** P(F ≤ f) of the F distribution. */
export function fProbability(f: number, d1: number, d2: number): number {
  return betaProbability((d1 * f) / (d1 * f + d2), d1 / 2, d2 / 2);
}

/** P(F > f), exact where it is small. */
export function fTail(f: number, d1: number, d2: number): number {
  return betaProbability(d2 / (d1 * f + d2), d2 / 2, d1 / 2);
}

function bisect(f: (x: number) => number, target: number, low: number, high: number): number {
  for (let k = 0; k < 100; k++) {
    const middle = (low + high) / 2;
    if (f(middle) < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Quantile of the F distribution. */
export function fQuantile(probability: number, d1: number, d2: number): number {
  return bisect((f) => fProbability(f, d1, d2), probability, 0, 1e4);
}

/** Two-sided quantile of Student's t: P(|t| ≤ q) = probability. */
export function studentQuantile(probability: number, degrees: number): number {
  return Math.sqrt(fQuantile(probability, 1, degrees));
}
