// How large grains are: means and percentiles of their equivalent diameters, by number and by volume.
import { checkArguments, has, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { quoted } from '../core/quote.js';
import type { GrainTable } from './grain-table.js';

/** Equivalent diameters of grains, in the unit of the table. */
export interface SizePercentiles {
  /** By number or by volume. */
  readonly mean: number;
  /** Ten percent, by number or by volume, have at most this diameter. */
  readonly d10: number;
  /** Fifty percent have at most this diameter. */
  readonly d50: number;
  /** Ninety percent have at most this diameter. */
  readonly d90: number;
}

/** Equivalent diameters in µm, or voxels when no size is known; all null without grains. */
export interface GrainSizes {
  /** Grains that count: all, or the whole ones. */
  readonly count: number;
  /** Every grain counts once. */
  readonly byNumber: SizePercentiles | null;
  /** Every grain counts with its volume, as sieves and laser diffraction see it. */
  readonly byVolume: SizePercentiles | null;
}

/** Options of `grainSizes`. */
export interface GrainSizesOptions {
  /** `keep`: grains that a window face cuts count as they are. `leaveOut`: only whole ones do, and each stands for
   *  those of its size that a face cuts: weighted with one over the share of its places in the window at which it
   *  touches no face (Miles 1974, Lantuéjoul 1978). */
  readonly window?: 'keep' | 'leaveOut';
}

/** Options of `grainSizes` that are not given. */
export const GRAIN_SIZES_DEFAULTS = { window: 'keep' } as const satisfies Required<GrainSizesOptions>;

const GRAIN_SIZES_OPTION_NAMES: Names<GrainSizesOptions> = { window: true };

/** One over the number of places at which a grain of that extent lies inside the window without touching it. */
function weightInside({ box, shape }: GrainTable, k: number): number {
  return shape.reduce((weight, n, axis) => {
    const extent = box[6 * k + 3 + axis] - box[6 * k + axis] + 1;
    return n === 1 ? weight : weight / (n - 1 - extent);
  }, 1);
}

function percentiles(diameters: readonly number[], weights: readonly number[]): SizePercentiles | null {
  if (diameters.length === 0) return null;
  const order = [...diameters.keys()].sort((a, b) => diameters[a] - diameters[b]);
  const total = order.reduce((sum, k) => sum + weights[k], 0);
  const at = (share: number): number => {
    let sum = 0;
    for (const k of order) {
      sum += weights[k];
      // Sums of weights are a last digit off.
      if (sum >= share * total * (1 - 1e-12)) return diameters[k];
    }
    return diameters[order[order.length - 1]];
  };
  const mean = order.reduce((sum, k) => sum + weights[k] * diameters[k], 0) / total;
  return { mean, d10: at(0.1), d50: at(0.5), d90: at(0.9) };
}

/** Sizes of the grains of a table. @throws SpecError for an unknown way with the window */
export function grainSizes(table: GrainTable, options: GrainSizesOptions = {}): GrainSizes {
  checkArguments('grainSizes', {
    table: [table, has<GrainTable>('voxels', 'box')], options: [options, GRAIN_SIZES_OPTION_NAMES],
  });
  const { window } = { ...GRAIN_SIZES_DEFAULTS, ...options };
  if (window !== 'keep' && window !== 'leaveOut') {
    throw new SpecError(`grainSizes: window must be keep or leaveOut, got ${quoted(window)}`);
  }
  const chosen = Array.from(table.voxels.keys())
    .filter((k) => table.voxels[k] > 0 && (window === 'keep' || !table.touchesWindow[k]));
  const diameters = chosen.map((k) => table.equivalentDiameter[k]);
  const weights = chosen.map((k) => (window === 'keep' ? 1 : weightInside(table, k)));
  return {
    count: chosen.length,
    byNumber: percentiles(diameters, weights),
    byVolume: percentiles(diameters, weights.map((weight, i) => weight * table.voxels[chosen[i]])),
  };
}
