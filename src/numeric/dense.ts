// Small dense linear algebra for fits: a handful of unknowns, so clarity before speed. Matrices are rows of numbers.
import { hypot } from './elementary.js';
import { factorLu, solveLu } from './lu.js';

/** Solves A x = b by LU with partial pivoting. null when A is singular to working precision. */
export function solveLinear(a: readonly (readonly number[])[], b: readonly number[]): number[] | null {
  const factors = factorLu(b.length, Float64Array.from(a.flat()));
  if ('singularColumn' in factors) return null;
  const x = Float64Array.from(b);
  solveLu(factors, x);
  return x.every(Number.isFinite) ? [...x] : null;
}

/** Householder QR of an m×n matrix (m ≥ n), applied to a right-hand side: R (n×n, upper) and Qᵀb. Inputs are
 *  consumed. */
export function householder(a: Float64Array[], b: Float64Array): { r: number[][]; qtb: Float64Array } {
  const m = a.length;
  const n = m === 0 ? 0 : a[0].length;
  for (let k = 0; k < n; k++) {
    let norm = 0;
    for (let i = k; i < m; i++) norm = hypot(norm, a[i][k]);
    if (norm === 0) continue;
    const head = a[k][k] > 0 ? -norm : norm;
    const v = new Float64Array(m - k);
    for (let i = k; i < m; i++) v[i - k] = a[i][k];
    v[0] -= head;
    let square = 0;
    for (const x of v) square += x * x;
    const reflect = (get: (i: number) => number, add: (i: number, x: number) => void) => {
      let dot = 0;
      for (let i = k; i < m; i++) dot += v[i - k] * get(i);
      const scale = (2 * dot) / square;
      for (let i = k; i < m; i++) add(i, -scale * v[i - k]);
    };
    for (let j = k; j < n; j++) reflect((i) => a[i][j], (i, x) => { a[i][j] += x; });
    reflect((i) => b[i], (i, x) => { b[i] += x; });
  }
  const r = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (j < i ? 0 : a[i][j])));
  return { r, qtb: b.subarray(0, n) };
}

/** x with R x = y, R upper triangular. A diagonal entry below `tolerance` times the largest gives null. */
export function backSubstitute(
  r: readonly (readonly number[])[], y: ArrayLike<number>, tolerance = 1e-13,
): number[] | null {
  const n = r.length;
  const largest = Math.max(0, ...r.map((row, i) => Math.abs(row[i])));
  const x = Array.from({ length: n }, () => 0);
  for (let i = n - 1; i >= 0; i--) {
    if (!(Math.abs(r[i][i]) > tolerance * largest)) return null;
    let sum = y[i];
    for (let j = i + 1; j < n; j++) sum -= r[i][j] * x[j];
    x[i] = sum / r[i][i];
  }
  return x;
}

/** A·B. */
export const product = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, x, i) => sum + x * b[i][j], 0)));
/** Aᵀ. */
export const transposed = (a: readonly (readonly number[])[]): number[][] => a[0].map((_, j) => a.map((row) => row[j]));
