// Block-tridiagonal systems by block LU (Golub & Van Loan, Matrix Computations, § 4.5.1): rows couple a block of
// unknowns with the blocks before and behind it, as at the points of a cell along its thickness. Pivots are chosen
// within blocks.
import { SpecError } from '../core/errors.js';
import { factorLu, solveLu, type LuFactors } from './lu.js';
import { pivotFloor, rowScale, SingularMatrixError } from './singular.js';

/** Lᵢ·xᵢ₋₁ + Dᵢ·xᵢ + Uᵢ·xᵢ₊₁ = bᵢ for i = 0 … blocks − 1. */
export interface BlockTridiagonal {
  /** Rows of blocks. */
  readonly blocks: number;
  /** Unknowns of a block. */
  readonly size: number;
  /** Lᵢ, Dᵢ, Uᵢ one after another, size × size values each, row by row. L₀ and the last U are not read. */
  readonly lower: Float64Array;
  /** Dᵢ, stored as `lower`. */
  readonly diagonal: Float64Array;
  /** Uᵢ, stored as `lower`. */
  readonly upper: Float64Array;
}

/** A matrix of zeros. */
export function blockTridiagonal(blocks: number, size: number): BlockTridiagonal {
  const zeros = (): Float64Array => new Float64Array(blocks * size * size);
  return { blocks, size, lower: zeros(), diagonal: zeros(), upper: zeros() };
}

/** What factorising a block tridiagonal matrix leaves: solves for any number of right sides. */
export interface BlockTridiagonalFactors {
  /** Rows of blocks. */
  readonly blocks: number;
  /** Unknowns of a block. */
  readonly size: number;
  /** Of Dᵢ once the blocks before it are eliminated. */
  readonly diagonal: readonly LuFactors[];
  /** Lᵢ with its rows scaled. */
  readonly lower: Float64Array;
  /** Their inverse times Uᵢ. */
  readonly right: Float64Array;
  /** Powers of two by which the rows were multiplied. */
  readonly scales: Float64Array;
}

function checkBlocks(where: string, { blocks, size, lower, diagonal, upper }: BlockTridiagonal): void {
  if (![blocks, size].every((n) => Number.isInteger(n) && n >= 1)) {
    throw new SpecError(`${where}: blocks and size must be whole numbers ≥ 1, got ${blocks} and ${size}`);
  }
  for (const [name, values] of Object.entries({ lower, diagonal, upper })) {
    const expected = blocks * size * size;
    if (values.length !== expected) {
      const needed = `${blocks} blocks of ${size}², ${expected} values`;
      throw new SpecError(`${where}: ${name} needs ${needed}, got ${values.length}`);
    }
  }
}

/** LU factors of a block-tridiagonal matrix, which stays as it is.
 *  @throws SingularMatrixError for a block that cannot be eliminated; SpecError for a wrong number of values */
export function factorBlockTridiagonal(matrix: BlockTridiagonal): BlockTridiagonalFactors {
  checkBlocks('factorBlockTridiagonal', matrix);
  const { blocks, size } = matrix;
  const square = size * size;
  const rows = blocks * size;
  const scales = new Float64Array(rows);
  const scaled = { lower: new Float64Array(blocks * square), upper: new Float64Array(blocks * square) };
  const least = new Float64Array(rows);
  const floor = pivotFloor(rows);
  const diagonals = new Float64Array(blocks * square);
  const parts = [
    { from: matrix.lower, to: scaled.lower, step: -1 },
    { from: matrix.diagonal, to: diagonals, step: 0 },
    { from: matrix.upper, to: scaled.upper, step: 1 },
  ];
  for (const { from, step } of parts) {
    for (let row = Math.max(0, -step * size), last = rows - Math.max(0, step * size); row < last; row++) {
      let largest = scales[row];
      for (let at = row * size; at < (row + 1) * size; at++) largest = Math.max(largest, Math.abs(from[at]));
      scales[row] = largest;
    }
  }
  for (let row = 0; row < rows; row++) scales[row] = rowScale(scales[row]);
  for (const { from, to, step } of parts) {
    for (let row = Math.max(0, -step * size), last = rows - Math.max(0, step * size); row < last; row++) {
      const scale = scales[row];
      const other = (Math.floor(row / size) + step) * size;
      for (let j = 0; j < size; j++) {
        const entry = from[row * size + j] * scale;
        to[row * size + j] = entry;
        const bound = floor * Math.abs(entry);
        if (bound > least[other + j]) least[other + j] = bound;
      }
    }
  }
  const right = scaled.upper;
  const diagonal: LuFactors[] = [];
  for (let i = 0; i < blocks; i++) {
    const own = diagonals.subarray(i * square, (i + 1) * square);
    if (i > 0) subtractProduct(own, scaled.lower, i * square, right, (i - 1) * square, size);
    const factors = factorLu(size, own, least.subarray(i * size, (i + 1) * size));
    if ('singularColumn' in factors) throw notEliminated(i, factors.singularColumn, matrix);
    diagonal.push(factors);
    if (i < blocks - 1) for (let j = 0; j < size; j++) solveLu(factors, right, i * square + j, size);
  }
  return { blocks, size, diagonal, lower: scaled.lower, right, scales };
}

function notEliminated(block: number, column: number, { blocks, size }: BlockTridiagonal): SingularMatrixError {
  return new SingularMatrixError(
    `factorBlockTridiagonal: block ${block} of ${blocks}, counted from 0, is singular once the blocks before it are ` +
      `eliminated: it does not determine its unknown ${column} of ${size}. Look for a missing boundary value, ` +
      'or for an equation that stands twice; a system that needs exchanges between blocks is one for factorBanded',
    block * size + column,
  );
}

/** c −= A·B for square blocks that begin at the given places. */
function subtractProduct(
  c: Float64Array, a: Float64Array, aStart: number, b: Float64Array, bStart: number, size: number,
): void {
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = a[aStart + i * size + k];
      if (factor !== 0) for (let j = 0; j < size; j++) c[i * size + j] -= factor * b[bStart + k * size + j];
    }
  }
}

/** x with A·x = b. @throws SpecError unless b has one value per row */
export function solveBlockTridiagonal(factors: BlockTridiagonalFactors, b: ArrayLike<number>): Float64Array {
  const { blocks, size, diagonal, lower, right, scales } = factors;
  const rows = blocks * size;
  if (b.length !== rows) {
    throw new SpecError(`solveBlockTridiagonal: the right side needs ${rows} values, got ${b.length}`);
  }
  const x = new Float64Array(rows);
  for (let row = 0; row < rows; row++) x[row] = b[row] * scales[row];
  for (let i = 0; i < blocks; i++) {
    if (i > 0) subtractBlock(x, i * size, lower, i, x, (i - 1) * size, size);
    solveLu(diagonal[i], x, i * size);
  }
  for (let i = blocks - 2; i >= 0; i--) subtractBlock(x, i * size, right, i, x, (i + 1) * size, size);
  return x;
}

/** y −= A·x for block `block` of A. */
function subtractBlock(
  y: Float64Array, yStart: number, a: Float64Array, block: number, x: Float64Array, xStart: number, size: number,
): void {
  for (let i = 0; i < size; i++) {
    let sum = y[yStart + i];
    for (let j = 0; j < size; j++) sum -= a[(block * size + i) * size + j] * x[xStart + j];
    y[yStart + i] = sum;
  }
}
