// Cholesky factors of symmetric positive matrices, row by row in one array: the same bits in every engine.
import { log } from './elementary.js';

/** L with L·Lᵀ = A in place of the lower triangle of a size × size matrix, whose upper triangle is not read.
 *  @returns false when A is not positive to working precision */
export function factorCholesky(size: number, values: Float64Array): boolean {
  for (let i = 0; i < size; i++) {
    const row = i * size;
    for (let j = 0; j <= i; j++) {
      const other = j * size;
      let sum = values[row + j];
      for (let k = 0; k < j; k++) sum -= values[row + k] * values[other + k];
      if (j < i) values[row + j] = sum / values[other + j];
      else if (sum > 0 && sum < Infinity) values[row + i] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** x with L·x = b, in place of b. */
export function solveLower(size: number, factor: Float64Array, b: Float64Array): void {
  for (let i = 0; i < size; i++) {
    const row = i * size;
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= factor[row + k] * b[k];
    b[i] = sum / factor[row + i];
  }
}

/** x with Lᵀ·x = b, in place of b. */
function solveUpper(size: number, factor: Float64Array, b: Float64Array): void {
  for (let i = size - 1; i >= 0; i--) {
    const value = b[i] / factor[i * size + i];
    b[i] = value;
    for (let k = 0; k < i; k++) b[k] -= factor[i * size + k] * value;
  }
}

/** x with A·x = b, in place of b. */
export function solveCholesky(size: number, factor: Float64Array, b: Float64Array): void {
  solveLower(size, factor, b);
  solveUpper(size, factor, b);
}

/** A⁻¹ of A = L·Lᵀ, symmetric and whole. */
export function invertCholesky(size: number, factor: Float64Array): Float64Array {
  // Row i of `lower` is row i of L⁻¹.
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const row = i * size;
    const own = lower.subarray(row, row + size);
    for (let k = 0; k < i; k++) {
      const share = factor[row + k];
      const before = k * size;
      for (let j = 0; j <= k; j++) own[j] -= share * lower[before + j];
    }
    for (let j = 0; j < i; j++) own[j] /= factor[row + i];
    own[i] = 1 / factor[row + i];
  }
  const inverse = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    const row = k * size;
    for (let i = 0; i <= k; i++) {
      const share = lower[row + i];
      const to = i * size;
      for (let j = 0; j <= i; j++) inverse[to + j] += share * lower[row + j];
    }
  }
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) inverse[j * size + i] = inverse[i * size + j];
  return inverse;
}

/** ln det A of A = L·Lᵀ. */
export function logDeterminant(size: number, factor: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += log(factor[i * size + i]);
  return 2 * sum;
}
