// When a matrix counts as singular, and how that is said.
import { VoxelithError } from '../core/errors.js';

/** A system without a unique solution, to working precision. */
export class SingularMatrixError extends VoxelithError {
  override name = 'SingularMatrixError';
  /** @param unknown number of the first unknown, from 0, that the equations do not determine */
  constructor(message: string, readonly unknown: number) {
    super(message);
  }
}

/** Least pivot as a part of the largest entry that its column began with, rows scaled alike: below lies rounding.
 *  A step of elimination rounds once or twice, relative to a row that may be several times the pivot's own: of 200 000
 *  chains of conductances without a potential the last pivot came to 5 roundings a step at most. */
export const pivotFloor = (unknowns: number): number => 16 * unknowns * Number.EPSILON;

const NUMBER = new Float64Array(1);
const WORDS = new Uint32Array(NUMBER.buffer);

/** Power of two that brings a row's largest entry to 1…2: exact, so that units of rows change no bit of a solution.
 *  1 for a row of zeros. */
export function rowScale(largest: number): number {
  if (!(largest > 0) || !Number.isFinite(largest)) return 1;
  // The exponent is read from the number itself, and the scale written as one: logarithms may round across a power of
  // two.
  NUMBER[0] = largest;
  const exponent = Math.max((WORDS[1] >>> 20) - 1023, -1022);
  if (exponent === 1023) return 2 ** -1023;
  WORDS[0] = 0;
  WORDS[1] = (1023 - exponent) << 20;
  return NUMBER[0];
}
