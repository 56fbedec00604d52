// Random linear systems for the tests of solvers, and what their solutions are measured by.
import fc from 'fast-check';
import { uniform } from '../random.js';

export type Dense = number[][];

/** Entries uniform in −1…1 where `isEntry`, 0 elsewhere. */
export function randomMatrix(size: number, seed: number, isEntry: (i: number, j: number) => boolean): Dense {
  const random = uniform(seed);
  return Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (__, j) => (isEntry(i, j) ? 2 * random() - 1 : 0)));
}

export const times = (a: readonly (readonly number[])[], x: ArrayLike<number>): number[] =>
  a.map((row) => row.reduce((sum, value, j) => sum + value * x[j], 0));

/** ‖A·x − b‖ over ‖A‖·‖x‖ + ‖b‖, largest entries: a few times the rounding unit for a solve that is backward stable. */
export function backwardError(a: Dense, x: ArrayLike<number>, b: readonly number[]): number {
  const largest = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs));
  const norm = Math.max(...a.map((row) => row.reduce((sum, v) => sum + Math.abs(v), 0)));
  return largest(times(a, x).map((v, i) => v - b[i])) / (norm * largest(x) + largest(b));
}

/** Conductances in a row without any fixed potential: potentials are known but for a constant. */
export function floatingChain(size: number, seed: number): Dense {
  const random = uniform(seed);
  const g = Array.from({ length: size + 1 }, (_, i) => (i === 0 || i === size ? 0 : 0.1 + random()));
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (__, j) =>
    (i === j ? g[i] + g[i + 1] : Math.abs(i - j) === 1 ? -g[Math.max(i, j)] : 0)));
}

/** Powers of two from 2^−40 to 2^40, one per row. */
export const rowUnits = (size: number, seed: number): number[] => {
  const random = uniform(seed);
  return Array.from({ length: size }, () => 2 ** Math.round(80 * random() - 40));
};

export const seeds = fc.nat({ max: 1e6 });
