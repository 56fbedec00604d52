// Principal values and directions of a symmetric 3 × 3 tensor.
import { symmetricEigen } from '../numeric/eigen.js';

/** Components in the order z, y, x. */
export type Vector3 = readonly [z: number, y: number, x: number];
/** Rows of a 3 × 3 matrix, indices in the order z, y, x. */
export type Matrix3 = readonly [Vector3, Vector3, Vector3];

/** A principal value of a symmetric tensor with its direction. */
export interface Principal {
  /** In the unit of the tensor. */
  readonly value: number;
  /** Unit vector; its largest component is positive. */
  readonly direction: Vector3;
}

/** Largest value first. Only the symmetric part of `matrix` counts. */
export function principalValues(matrix: Matrix3): readonly [Principal, Principal, Principal] {
  const { values, vectors } = symmetricEigen(matrix.map((row, i) => row.map((value, j) => (value + matrix[j][i]) / 2)));
  const [first, second, third] = values
    .map((value, k): Principal => {
      const largest = vectors[k].reduce((best, entry) => (Math.abs(entry) > Math.abs(best) ? entry : best));
      const [z, y, x] = vectors[k].map((entry) => (largest < 0 ? 0 - entry : entry));
      return { value, direction: [z, y, x] };
    })
    .sort((one, other) => other.value - one.value);
  return [first, second, third];
}
