// Eigenvalues of symmetric matrices, and powers of them.

/** Eigenvalues, ascending, and eigenvectors (rows) of a symmetric matrix, by Jacobi rotations (Jacobi 1846, Crelle
 *  30:51). Equal eigenvalues stand in the order of their rows. */
export function symmetricEigen(
  matrix: readonly (readonly number[])[],
): { readonly values: number[]; readonly vectors: number[][] } {
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
  return matrix.map((_, i) => matrix.map((__, j) =>
    mapped.reduce((sum, m, k) => sum + m * vectors[k][i] * vectors[k][j], 0) / (scale[i] * scale[j])));
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
