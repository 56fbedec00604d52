// Diameters of the particles of a class: which distributions there are, and a sample of whole particles that follows
// one. Distributions are by volume, as sieves, lasers and D50 mean them. Only + − × ÷ and sqrt.
import { exp, log } from '../../numeric/elementary.js';

/** A diameter, and the share of the volume that particles of it have. */
export interface SizeShare {
  readonly diameter: number;
  readonly share: number;
}

/** Distribution of diameters by volume. */
export interface SizeDistribution {
  /** Diameter below which a share p of the volume lies. */
  quantile(p: number): number;
  readonly least: number;
  readonly most: number;
}

/** Normal numbers beyond are left out, by volume: 1.2 % of it. */
const CUT = 2.5;
/** P(Z ≤ −CUT). */
const TAIL = 0.006209665325776132;

/** Coefficients of Wichura 1988 (AS 241, PPND16), highest power first: near the middle, and beyond. */
const MIDDLE_ABOVE = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987,
  13731.69376550946, 1971.5909503065513, 133.14166789178438, 3.3871328727963665,
] as const;
const MIDDLE_BELOW = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597,
  5394.196021424751, 687.1870074920579, 42.31333070160091, 1,
] as const;
const OUTER_ABOVE = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
  3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
] as const;
const OUTER_BELOW = [
  1.0507500716444169e-09, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008,
  0.6897673349851, 1.6763848301838038, 2.053191626637759, 1,
] as const;

const horner = (coefficients: readonly number[], x: number): number => coefficients.reduce((sum, c) => sum * x + c, 0);

/** Quantile of the normal distribution for p from TAIL to 1 − TAIL; relative error 1e-15. */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * horner(MIDDLE_ABOVE, r)) / horner(MIDDLE_BELOW, r);
  }
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p)) - 1.6;
  const z = horner(OUTER_ABOVE, r) / horner(OUTER_BELOW, r);
  return q < 0 ? -z : z;
}

/** Diameters whose logarithms are normal by volume, cut at ±CUT; spread 0: all alike. */
export function lognormalSizes(median: number, spread: number): SizeDistribution {
  if (spread === 0) return { quantile: () => median, least: median, most: median };
  const at = (z: number): number => median * exp(spread * z);
  return { quantile: (p) => at(normalQuantile(TAIL + p * (1 - 2 * TAIL))), least: at(-CUT), most: at(CUT) };
}

/** Diameters out of a table; its shares need not add to 1. */
export function tabulatedSizes(table: readonly SizeShare[]): SizeDistribution {
  const rows = table.filter(({ share }) => share > 0).sort((a, b) => a.diameter - b.diameter);
  const total = rows.reduce((sum, { share }) => sum + share, 0);
  const ends: number[] = [];
  rows.reduce((sum, { share }) => (ends.push((sum + share) / total), sum + share), 0);
  return {
    quantile: (p) => rows[Math.max(0, ends.findIndex((end) => p <= end))].diameter,
    least: rows[0].diameter, most: rows[rows.length - 1].diameter,
  };
}

const SPHERE = Math.PI / 6;

/** Diameters of whole spheres that have a volume together and follow the distribution, the largest first. The volume is
 *  walked from the large end: each sphere has the diameter at the middle of its own part, and all are scaled alike for
 *  the rest, less than one sphere. Empty where there is room for less than half a sphere. */
export function sampleSizes(distribution: SizeDistribution, volume: number): Float64Array {
  const found: number[] = [];
  let left = volume;
  while (left > 0) {
    // The part of a sphere begins where the last one ended; its middle follows from its own size.
    let diameter = distribution.quantile(left / volume);
    for (let k = 0; k < 3; k++) {
      const middle = left - (SPHERE * diameter * diameter * diameter) / 2;
      diameter = distribution.quantile(Math.max(0, middle / volume));
    }
    const own = SPHERE * diameter * diameter * diameter;
    if (own > 2 * left) break;
    found.push(diameter);
    left -= own;
  }
  return Float64Array.from(found);
}
