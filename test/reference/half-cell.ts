// A half-cell a second way: finite volumes in r, BDF2 with equal steps, Newton's method on a dense matrix, no line of
// the model under test. Single-ion electrolyte, constant D, i0 = 2 i00 √(x(1−x)).
import { solveLinear } from '../../src/numeric/dense.js';

export interface ReferenceHalfCell {
  readonly thickness: number;
  readonly ionic: number;
  readonly electronic: number;
  readonly fraction: number;
  /** Spheres, or sheets of twice `radius` in which lithium moves across; absent: spheres. */
  readonly particles?: 'spheres' | 'sheets';
  readonly radius: number;
  readonly diffusivity: number;
  readonly maximum: number;
  readonly start: number;
  readonly exchange: number;
  readonly separatorResistance: number;
  readonly potential: (x: number) => number;
}

/** Solves a tridiagonal system (Thomas). */
function thomas(
  lower: readonly number[], diagonal: readonly number[], upper: readonly number[], b: readonly number[],
): number[] {
  const [d, x] = [[...diagonal], [...b]];
  for (let i = 1; i < d.length; i++) {
    const factor = lower[i] / d[i - 1];
    d[i] -= factor * upper[i - 1];
    x[i] -= factor * x[i - 1];
  }
  for (let i = d.length - 1; i >= 0; i--) x[i] = (x[i] - (i + 1 < d.length ? upper[i] * x[i + 1] : 0)) / d[i];
  return x;
}

/** Voltages at `steps` equal times up to `end` in s, at a current in A/m². */
export function referenceDischarge(
  cell: ReferenceHalfCell, current: number, end: number, steps: number, volumes: number, shells: number,
): number[] {
  const [F, f] = [96485.33212, 96485.33212 / (8.314462618 * 298.15)];
  const { radius, diffusivity, maximum, thickness, ionic, electronic } = cell;
  const [dr, dx, dt] = [radius / shells, thickness / volumes, end / steps];
  // Areas grow with this power of r.
  const power = cell.particles === 'sheets' ? 0 : 2;
  const area = ((power + 1) * cell.fraction) / radius;
  const shell = Array.from(
    { length: shells }, (_, k) => (((k + 1) ** (power + 1) - k ** (power + 1)) * dr ** (power + 1)) / (power + 1),
  );
  const flow = Array.from({ length: shells - 1 }, (_, k) => (diffusivity * ((k + 1) * dr) ** power) / dr);
  /** Matrix of one implicit step with weight w/dt, and what a unit of j does to it. */
  const operator = (w: number) => {
    const inner = shell.map((_, k) => (k > 0 ? -flow[k - 1] : 0));
    const outer = shell.map((_, k) => (k < shells - 1 ? -flow[k] : 0));
    const middle = shell.map((volume, k) => (w / dt) * volume - inner[k] - outer[k]);
    const source = shell.map((_, k) => (k === shells - 1 ? -(radius ** power) / F / maximum : 0));
    const response = thomas(inner, middle, outer, source);
    return { inner, middle, outer, response };
  };
  /** At r = R: a parabola through the last two means and the slope there, which is −j/(F D). */
  const surfaceOf = (x: readonly number[], j: number): number => {
    const slope = (-j / (F * diffusivity * maximum)) * dr;
    // Cell values at −½ and −3/2, slope s at 0: x = c + s t + q t².
    const [a, b] = [x[shells - 1], x[shells - 2]];
    const q = (b - a + slope) / 2;
    return a + slope / 2 - q / 4;
  };
  let now = Array.from({ length: volumes }, () => Array.from({ length: shells }, () => cell.start));
  let before = now;
  const j = Array.from({ length: volumes }, () => -current / (area * thickness));
  let [phiE, phiS] = [j.map(() => -current * cell.separatorResistance), j.map(() => cell.potential(cell.start))];
  const voltages: number[] = [];
  const [first, rest] = [operator(1), operator(1.5)];
  for (let n = 1; n <= steps; n++) {
    const { inner, middle, outer, response } = n === 1 ? first : rest;
    const free = now.map((x, i) => thomas(inner, middle, outer, x.map((value, k) =>
      (shell[k] / dt) * (n === 1 ? value : 2 * value - before[i][k] / 2))));
    const surface = (i: number): number => surfaceOf(free[i].map((value, k) => value + response[k] * j[i]), j[i]);
    for (let iteration = 0; iteration < 30; iteration++) {
      const matrix = Array.from({ length: 3 * volumes }, () => Array.from({ length: 3 * volumes }, () => 0));
      const right = Array.from({ length: 3 * volumes }, () => 0);
      for (let i = 0; i < volumes; i++) {
        const eta = (v: number, x: number): number =>
          (2 / f) * Math.asinh(v / (4 * cell.exchange * Math.sqrt(x * (1 - x))));
        const g = (v: number): number => {
          const old = j[i];
          j[i] = v;
          const x = Math.min(Math.max(surface(i), 1e-12), 1 - 1e-12);
          j[i] = old;
          return cell.potential(x) + eta(v, x);
        };
        right[3 * i] = -(phiS[i] - phiE[i] - g(j[i]));
        matrix[3 * i][3 * i] = -(g(j[i] + 1e-6) - g(j[i] - 1e-6)) / 2e-6;
        matrix[3 * i][3 * i + 1] = -1;
        matrix[3 * i][3 * i + 2] = 1;
        const balance = (
          row: number, offset: number, sign: number, conductance: number, values: readonly number[],
        ): void => {
          matrix[row][3 * i] = sign * area * dx;
          right[row] = -sign * area * dx * j[i];
          for (const other of [i - 1, i + 1]) {
            if (other < 0 || other >= volumes) continue;
            matrix[row][3 * other + offset] += conductance;
            matrix[row][3 * i + offset] -= conductance;
            right[row] -= conductance * (values[other] - values[i]);
          }
        };
        balance(3 * i + 1, 1, 1, ionic / dx, phiE);
        balance(3 * i + 2, 2, -1, electronic / dx, phiS);
        if (i === 0) {
          // Through the separator from 0 V.
          const conductance = 1 / (cell.separatorResistance + dx / (2 * ionic));
          matrix[1][1] -= conductance;
          right[1] += conductance * phiE[0];
        }
        if (i === volumes - 1) right[3 * i + 2] += current;
      }
      const change = solveLinear(matrix, right)!;
      for (let i = 0; i < volumes; i++) {
        j[i] += change[3 * i];
        phiE[i] += change[3 * i + 1];
        phiS[i] += change[3 * i + 2];
      }
      if (Math.max(...change.map(Math.abs)) < 1e-9) break;
    }
    const next = free.map((x, i) => x.map((value, k) => value + response[k] * j[i]));
    [before, now] = [now, next];
    voltages.push(phiS[volumes - 1] - (current * dx) / (2 * electronic));
  }
  return voltages;
}
