// A resistor network with a diagonal term, solved directly: dense Cholesky in f64. Twin of the solver for small
// windows.
import type { Face } from './conduction.js';

export interface DirectNetwork {
  /** Whether a voxel is an unknown: an open face, or a diagonal term. */
  readonly unknown: readonly boolean[];
  /** x with A·x = b over the unknowns, 0 elsewhere. What neither a boundary nor a diagonal term holds: b less its mean
   *  over the piece, x of mean 0. */
  solve(b: ArrayLike<number>): Float64Array;
  /** A·x. */
  apply(x: ArrayLike<number>): Float64Array;
}

/** Numbers of the pieces that open faces make of the voxels. */
function pieces(n: number, faces: readonly Face[]): number[] {
  const piece = Array.from({ length: n }, (_, i) => i);
  const root = (i: number): number => (piece[i] === i ? i : (piece[i] = root(piece[i])));
  for (const { i, j, g } of faces) if (j >= 0 && g > 0) piece[root(i)] = root(j);
  return piece.map((_, i) => root(i));
}

/** Faces of the voxels from which open ones lead to both boundaries. */
export function percolating(n: number, faces: readonly Face[]): Face[] {
  const piece = pieces(n, faces);
  const ends = [0.5, -0.5]
    .map((rise) => new Set(faces.filter((f) => f.j < 0 && f.g > 0 && f.rise === rise).map(({ i }) => piece[i])));
  return faces.filter(({ i }) => ends.every((pieceSet) => pieceSet.has(piece[i])));
}

export function directNetwork(
  n: number, faces: readonly Face[], diagonal: ArrayLike<number> = new Float64Array(n),
): DirectNetwork {
  const open = faces.filter(({ g }) => g > 0);
  const unknown = Array.from({ length: n }, (_, i) => diagonal[i] > 0);
  const held = new Set<number>();
  const piece = pieces(n, open);
  for (const { i, j } of open) {
    unknown[i] = true;
    if (j >= 0) unknown[j] = true;
    else held.add(piece[i]);
  }
  for (let i = 0; i < n; i++) if (diagonal[i] > 0) held.add(piece[i]);
  const loose = new Map<number, number[]>();
  for (let i = 0; i < n; i++) {
    if (unknown[i] && !held.has(piece[i])) loose.set(piece[i], [...(loose.get(piece[i]) ?? []), i]);
  }
  const apply = (x: ArrayLike<number>): Float64Array => {
    const y = Float64Array.from({ length: n }, (_, i) => diagonal[i] * x[i]);
    for (const { i, j, g } of open) {
      const flux = g * (x[i] - (j < 0 ? 0 : x[j]));
      y[i] += flux;
      if (j >= 0) y[j] -= flux;
    }
    return y;
  };
  // Lower Cholesky factor of A over all voxels; rows that are not unknown are those of 1. A loose piece's first voxel
  // is held by 1.
  const factor = Array.from({ length: n }, (_, i) => new Float64Array(i + 1));
  const add = (i: number, j: number, g: number): void => {
    if (i >= j) factor[i][j] += g;
  };
  for (const { i, j, g } of open) {
    add(i, i, g);
    if (j < 0) continue;
    add(j, j, g);
    add(i, j, -g);
    add(j, i, -g);
  }
  for (let i = 0; i < n; i++) add(i, i, unknown[i] ? diagonal[i] : 1);
  for (const [first] of loose.values()) add(first, first, 1);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = factor[i][j];
      for (let k = 0; k < j; k++) sum -= factor[i][k] * factor[j][k];
      factor[i][j] = i === j ? Math.sqrt(sum) : sum / factor[j][j];
    }
  }
  const solve = (given: ArrayLike<number>): Float64Array => {
    const x = Float64Array.from({ length: n }, (_, i) => (unknown[i] ? given[i] : 0));
    const level = (members: readonly number[]): void => {
      const mean = members.reduce((sum, i) => sum + x[i], 0) / members.length;
      for (const i of members) x[i] -= mean;
    };
    for (const members of loose.values()) level(members);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++) x[i] -= factor[i][k] * x[k];
      x[i] /= factor[i][i];
    }
    for (let i = n - 1; i >= 0; i--) {
      x[i] /= factor[i][i];
      for (let k = 0; k < i; k++) x[k] -= factor[i][k] * x[i];
    }
    for (const members of loose.values()) level(members);
    return x;
  };
  return { unknown, solve, apply };
}
