// LU with partial pivoting of dense square matrices, row by row in one array: factors once, solves for many right
// sides.

/** P·A = L·U in place of A; the unit diagonal of L is not stored. */
export interface LuFactors {
  /** Rows. */
  readonly size: number;
  /** size × size, row by row. */
  readonly values: Float64Array;
  /** Row exchanged with row k in step k. */
  readonly pivots: Int32Array;
}

/** Factors a size × size matrix; `values` is consumed.
 *  @param least for each column, what its pivot must exceed
 *  @returns the column whose pivots are all too small when there is one: the matrix is singular */
export function factorLu(
  size: number, values: Float64Array, least: ArrayLike<number> = new Float64Array(size),
): LuFactors | { readonly singularColumn: number } {
  const magnitude = (i: number, j: number): number => Math.abs(values[i * size + j]);
  const pivots = new Int32Array(size);
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let i = k + 1; i < size; i++) if (magnitude(i, k) > magnitude(pivot, k)) pivot = i;
    if (!(magnitude(pivot, k) > least[k])) return { singularColumn: k };
    pivots[k] = pivot;
    if (pivot !== k) {
      for (let j = 0; j < size; j++) {
        const kept = values[k * size + j];
        values[k * size + j] = values[pivot * size + j];
        values[pivot * size + j] = kept;
      }
    }
    for (let i = k + 1; i < size; i++) {
      const factor = values[i * size + k] / values[k * size + k];
      values[i * size + k] = factor;
      if (factor !== 0) for (let j = k + 1; j < size; j++) values[i * size + j] -= factor * values[k * size + j];
    }
  }
  return { size, values, pivots };
}

/** x with A·x = b, in place of b, which begins at `start` and goes in strides of `stride`. */
export function solveLu({ size, values, pivots }: LuFactors, b: Float64Array, start = 0, stride = 1): void {
  for (let k = 0; k < size; k++) {
    const [here, there] = [start + k * stride, start + pivots[k] * stride];
    const kept = b[here];
    b[here] = b[there];
    b[there] = kept;
  }
  for (let i = 0; i < size; i++) {
    let sum = b[start + i * stride];
    for (let k = 0; k < i; k++) sum -= values[i * size + k] * b[start + k * stride];
    b[start + i * stride] = sum;
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = b[start + i * stride];
    for (let j = i + 1; j < size; j++) sum -= values[i * size + j] * b[start + j * stride];
    b[start + i * stride] = sum / values[i * size + i];
  }
}
