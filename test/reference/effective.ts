// Effective conductivity solved directly: banded Cholesky in f64. Twin of the solver for windows of some thousand
// voxels; the energy errs like the square of what rounding leaves of the potential.
import { referenceFaces } from './conduction.js';
import { percolating } from './network.js';

type Triple = readonly [number, number, number];

/** Places of n layers in an order in which neighbours are at most two apart, also around a window that repeats:
 *  0, n − 1, 1, n − 2 … */
function placesOf(n: number, periodic: boolean): number[] {
  const places = Array.from({ length: n }, (_, i) => i);
  return periodic ? places.map((i) => (2 * i < n ? 2 * i : 2 * (n - i) - 1)) : places;
}

/** Number of every voxel in an order that keeps the band narrow: the longest axis changes slowest. */
function orderOf(shape: Triple, periodic: boolean): Int32Array {
  const [nz, ny, nx] = shape;
  const axes = [0, 1, 2].sort((a, b) => shape[b] - shape[a]);
  const places = shape.map((n) => placesOf(n, periodic));
  return Int32Array.from({ length: nz * ny * nx }, (_, i) => {
    const at = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
    return axes.reduce((sum, axis) => sum * shape[axis] + places[axis][at[axis]], 0);
  });
}

/** Lower Cholesky factor within its band, row by row, `band` + 1 places each, the diagonal last; in place. */
function factor(rows: Float64Array, n: number, band: number): void {
  const place = (i: number, j: number): number => i * (band + 1) + band - i + j;
  for (let i = 0; i < n; i++) {
    const begin = Math.max(0, i - band);
    for (let j = begin; j <= i; j++) {
      let sum = rows[place(i, j)];
      for (let k = Math.max(begin, j - band); k < j; k++) sum -= rows[place(i, k)] * rows[place(j, k)];
      rows[place(i, j)] = i === j ? Math.sqrt(sum) : sum / rows[place(j, j)];
    }
  }
}

function solve(rows: Float64Array, n: number, band: number, x: Float64Array): void {
  const place = (i: number, j: number): number => i * (band + 1) + band - i + j;
  for (let i = 0; i < n; i++) {
    for (let k = Math.max(0, i - band); k < i; k++) x[i] -= rows[place(i, k)] * x[k];
    x[i] /= rows[place(i, i)];
  }
  for (let i = n - 1; i >= 0; i--) {
    x[i] /= rows[place(i, i)];
    for (let k = Math.max(0, i - band); k < i; k++) x[k] -= rows[place(i, k)] * x[i];
  }
}

/** Effective conductivity along an axis; 0 where nothing percolates. */
export function effectiveConductivity(
  labels: Uint8Array, shape: Triple, sigma: Readonly<Record<number, number>>,
  { axis, edges, periodic }: { axis: 0 | 1 | 2; edges: Triple; periodic: boolean },
): number {
  const n = labels.length;
  const all = referenceFaces(labels, shape, sigma, { axis, edges, periodic }).filter(({ i, j, g }) => g > 0 && i !== j);
  const faces = periodic ? all : percolating(n, all);
  const order = orderOf(shape, periodic);
  const band = faces.reduce((most, { i, j }) => (j < 0 ? most : Math.max(most, Math.abs(order[i] - order[j]))), 0);
  const rows = new Float64Array(n * (band + 1));
  const x = new Float64Array(n);
  const add = (i: number, j: number, g: number): void => {
    if (i >= j) rows[i * (band + 1) + band - i + j] += g;
  };
  // What nothing holds is held in its first voxel, as in what does not conduct.
  const piece = Int32Array.from({ length: n }, (_, i) => i);
  const root = (i: number): number => (piece[i] === i ? i : (piece[i] = root(piece[i])));
  for (const { i, j, g, rise } of faces) {
    const p = order[i];
    add(p, p, g);
    x[p] -= g * rise;
    if (j < 0) continue;
    const q = order[j];
    add(q, q, g);
    add(p, q, -g);
    add(q, p, -g);
    x[q] += g * rise;
    piece[root(i)] = root(j);
  }
  const held = new Set(faces.filter(({ j }) => j < 0).map(({ i }) => root(i)));
  for (let i = 0; i < n; i++) {
    const diagonal = rows[order[i] * (band + 1) + band];
    if (diagonal === 0) add(order[i], order[i], 1);
    else if (!held.has(root(i))) {
      held.add(root(i));
      add(order[i], order[i], diagonal);
    }
  }
  factor(rows, n, band);
  solve(rows, n, band, x);
  return faces.reduce((sum, { i, j, g, rise }) => {
    const step = x[order[i]] - (j < 0 ? 0 : x[order[j]]) + rise;
    return sum + g * step * step;
  }, 0) / n;
}
