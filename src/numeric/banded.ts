// Banded systems by LU with partial pivoting within the band (as LAPACK's gbtrf; Golub & Van Loan, Matrix Computations,
// § 4.3.5): O(n·l·(l + u)) for l diagonals below and u above the main one.
import { SpecError } from '../core/errors.js';
import { pivotFloor, rowScale, SingularMatrixError } from './singular.js';

/** A square matrix whose entries are 0 beyond `lower` diagonals below and `upper` above the main one. */
export interface BandedMatrix {
  readonly size: number;
  readonly lower: number;
  readonly upper: number;
  /** Row by row, lower + 1 + upper places each: entry (i, j) at i·(lower + 1 + upper) + j − i + lower. Places that fall
   *  outside of the matrix are not read. */
  readonly values: Float64Array;
}

/** A matrix of zeros. */
export function bandedMatrix(size: number, lower: number, upper: number): BandedMatrix {
  return { size, lower, upper, values: new Float64Array(size * (lower + 1 + upper)) };
}

/** Place of entry (i, j) in `values`; |i − j| must lie in the band. */
export function bandedIndex({ lower, upper }: Pick<BandedMatrix, 'lower' | 'upper'>, i: number, j: number): number {
  return i * (lower + 1 + upper) + j - i + lower;
}

/** What `factorBanded` leaves: solves for any number of right sides. */
export interface BandedFactors {
  readonly size: number;
  readonly lower: number;
  /** Diagonals of U above the main one: pivoting adds `lower` to those of the matrix. */
  readonly above: number;
  /** U: row by row from the diagonal on, above + 1 places. */
  readonly rows: Float64Array;
  /** Multipliers of L, `lower` per column. */
  readonly multipliers: Float64Array;
  readonly pivots: Int32Array;
  /** Powers of two by which the rows were multiplied. */
  readonly scales: Float64Array;
}

function checkBand(where: string, { size, lower, upper, values }: BandedMatrix): void {
  if (![size, lower, upper].every((n) => Number.isInteger(n) && n >= 0) || size < 1) {
    throw new SpecError(
      `${where}: size must be a whole number ≥ 1, lower and upper ≥ 0, ` +
        `got size ${size}, lower ${lower}, upper ${upper}`,
    );
  }
  const places = lower + 1 + upper;
  if (values.length !== size * places) {
    throw new SpecError(`${where}: ${size} rows of ${places} places are ${size * places} values, got ${values.length}`);
  }
}

function undetermined(unknown: number, size: number): SingularMatrixError {
  return new SingularMatrixError(
    `factorBanded: the matrix is singular: its equations do not determine unknown ${unknown} of ${size} ` +
      '(counted from 0); look for a boundary value that is missing, or for an equation that stands twice',
    unknown,
  );
}

/** LU factors of a banded matrix, which stays as it is.
 *  @throws SingularMatrixError with the unknown that is not determined; SpecError for a wrong number of values */
export function factorBanded(matrix: BandedMatrix): BandedFactors {
  const where = 'factorBanded';
  checkBand(where, matrix);
  const { size, lower, upper, values } = matrix;
  const above = lower + upper;
  const width = above + 1;
  const scales = new Float64Array(size);
  const least = new Float64Array(size);
  // Row i of `rows` begins at its first column: i − lower at first, i once all of L is taken away.
  const rows = new Float64Array(size * width);
  const firsts = Int32Array.from({ length: size }, (_, i) => Math.max(0, i - lower));
  const floor = pivotFloor(size);
  for (let i = 0; i < size; i++) {
    const last = Math.min(size - 1, i + upper);
    const entry = (j: number): number => values[bandedIndex(matrix, i, j)];
    let largest = 0;
    for (let j = firsts[i]; j <= last; j++) largest = Math.max(largest, Math.abs(entry(j)));
    scales[i] = rowScale(largest);
    for (let j = firsts[i]; j <= last; j++) {
      const scaled = entry(j) * scales[i];
      rows[i * width + j - firsts[i]] = scaled;
      least[j] = Math.max(least[j], floor * Math.abs(scaled));
    }
  }
  const multipliers = new Float64Array(size * lower);
  const pivots = new Int32Array(size);
  for (let k = 0; k < size; k++) {
    // Rows k…end begin at column k.
    const end = Math.min(size - 1, k + lower);
    let pivot = k;
    for (let i = k + 1; i <= end; i++) if (Math.abs(rows[i * width]) > Math.abs(rows[pivot * width])) pivot = i;
    if (!(Math.abs(rows[pivot * width]) > least[k])) throw undetermined(k, size);
    pivots[k] = pivot;
    if (pivot !== k) {
      for (let c = 0; c < width; c++) {
        const kept = rows[k * width + c];
        rows[k * width + c] = rows[pivot * width + c];
        rows[pivot * width + c] = kept;
      }
    }
    for (let i = k + 1; i <= end; i++) {
      const factor = rows[i * width] / rows[k * width];
      multipliers[k * lower + i - k - 1] = factor;
      for (let c = 1; c < width; c++) rows[i * width + c - 1] = rows[i * width + c] - factor * rows[k * width + c];
      rows[i * width + width - 1] = 0;
    }
  }
  return { size, lower, above, rows, multipliers, pivots, scales };
}

/** x with A·x = b. @throws SpecError unless b has one value per row */
export function solveBanded(factors: BandedFactors, b: ArrayLike<number>): Float64Array {
  const { size, lower, above, rows, multipliers, pivots, scales } = factors;
  if (b.length !== size) throw new SpecError(`solveBanded: the right side needs ${size} values, got ${b.length}`);
  const width = above + 1;
  const x = Float64Array.from(b, (value, i) => value * scales[i]);
  for (let k = 0; k < size; k++) {
    const kept = x[pivots[k]];
    x[pivots[k]] = x[k];
    x[k] = kept;
    const end = Math.min(size - 1, k + lower);
    for (let i = k + 1; i <= end; i++) x[i] -= multipliers[k * lower + i - k - 1] * kept;
  }
  for (let i = size - 1; i >= 0; i--) {
    const last = Math.min(size - 1, i + above);
    let sum = x[i];
    for (let j = i + 1; j <= last; j++) sum -= rows[i * width + j - i] * x[j];
    x[i] = sum / rows[i * width];
  }
  return x;
}
