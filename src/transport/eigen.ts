// Principal values and directions of a symmetric 3 × 3 tensor, by Jacobi rotations (Jacobi 1846, Crelle 30:51).

/** Components in the order z, y, x. */
export type Vector3 = readonly [z: number, y: number, x: number];
/** Rows of a 3 × 3 matrix, indices in the order z, y, x. */
export type Matrix3 = readonly [Vector3, Vector3, Vector3];

export interface Principal {
  readonly value: number;
  /** Unit vector; its largest component is positive. */
  readonly direction: Vector3;
}

const PAIRS = [[0, 1], [0, 2], [1, 2]] as const;
/** Each sweep squares the off-diagonal part; from any matrix fewer than ten empty it. */
const SWEEPS = 30;

/** Largest value first. Only the symmetric part of `matrix` counts. */
export function principalValues(matrix: Matrix3): readonly [Principal, Principal, Principal] {
  const a = matrix.map((row, i) => row.map((value, j) => (value + matrix[j][i]) / 2));
  const v = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  for (let sweep = 0; sweep < SWEEPS && PAIRS.some(([p, q]) => a[p][q] !== 0); sweep++) {
    for (const [p, q] of PAIRS) {
      if (a[p][q] === 0) continue;
      const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
      const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
      const c = 1 / Math.sqrt(t * t + 1);
      const s = t * c;
      const r = 3 - p - q;
      const [arp, arq, step] = [a[r][p], a[r][q], t * a[p][q]];
      a[p][p] -= step;
      a[q][q] += step;
      a[p][q] = a[q][p] = 0;
      a[r][p] = a[p][r] = c * arp - s * arq;
      a[r][q] = a[q][r] = s * arp + c * arq;
      for (const row of v) [row[p], row[q]] = [c * row[p] - s * row[q], s * row[p] + c * row[q]];
    }
  }
  const [first, second, third] = [0, 1, 2]
    .map((k): Principal => {
      const column = v.map((row) => row[k]);
      const largest = column.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best));
      const [z, y, x] = column.map((value) => (largest < 0 ? 0 - value : value));
      return { value: a[k][k], direction: [z, y, x] };
    })
    .sort((one, other) => other.value - one.value);
  return [first, second, third];
}
