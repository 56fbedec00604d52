// Diameters of the particles of a class: which distributions there are, and a sample of whole particles that follows
// one. Distributions are by volume, as sieves, lasers and D50 mean them. Only + − × ÷ and sqrt.
import { exp } from '../../numeric/elementary.js';
import { normalQuantile } from '../../numeric/normal-quantile.js';

/** A diameter, and the share of the volume that particles of it have. */
export interface SizeShare {
  /** In µm, or in voxels where no voxel size is given. */
  readonly diameter: number;
  /** Any unit: shares are taken over their sum. */
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
