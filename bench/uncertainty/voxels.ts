// The voxels' part of error bars, on images whose limit is known.
import { conduct, type Session } from '../../src/node.js';
import { knownImage, type Kind } from './structures.js';

/** Trials of each kind. */
export const VOXEL_TRIALS: Readonly<Record<Kind, number>> = {
  spheres: 60, layers: 40, fields: 90, 'large fields': 10, 'two phases': 40,
};

/** One image: values over that of the best phase. */
export interface VoxelTrial {
  readonly kind: Kind;
  readonly trial: number;
  readonly name: string;
  /** NaN where the image does not conduct. */
  readonly limit: number;
  readonly plain: number;
  /** Extrapolated, with its half width; NaN where there is no error bar. */
  readonly value: number;
  readonly halfWidth: number;
}

export async function runVoxels(session: Session, kind: Kind, trial: number): Promise<VoxelTrial> {
  const image = await knownImage(session, kind, trial);
  if (image === null) return { kind, trial, name: '', limit: NaN, plain: NaN, value: NaN, halfWidth: NaN };
  const { name, volume, options, limit } = image;
  const { effectiveConductivity: plain, uncertainty } =
    await conduct(session, volume, { ...options, uncertainty: true });
  const { parts, resolution } = uncertainty!;
  const none = parts.voxels === null;
  return {
    kind, trial, name, limit, plain, value: none ? NaN : resolution!.limit, halfWidth: none ? NaN : parts.voxels,
  };
}

/** What the trials of some kinds say. */
export interface VoxelSummary {
  readonly trials: number;
  /** Images without an error bar: coarse, or near percolation. */
  readonly refused: number;
  readonly covered: number;
  /** Root of the mean square of the relative errors: of plain solves, and of the extrapolated values. */
  readonly plainError: number;
  readonly error: number;
  /** Median width of the interval, relative. */
  readonly width: number;
  /** Median of ± over the mean |error|. */
  readonly ratio: number;
}

const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;
const median = (list: readonly number[]): number => {
  const sorted = [...list].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

export function summaryOf(trials: readonly VoxelTrial[]): VoxelSummary {
  const conducting = trials.filter(({ limit }) => limit > 0);
  const given = conducting.filter(({ value }) => Number.isFinite(value));
  const errors = given.map(({ value, limit }) => Math.abs(value / limit - 1));
  const widths = given.map(({ halfWidth, limit }) => (2 * halfWidth) / limit);
  return {
    trials: conducting.length, refused: conducting.length - given.length,
    covered: given.filter(({ value, limit, halfWidth }) => Math.abs(value - limit) <= halfWidth).length,
    plainError: Math.sqrt(mean(given.map(({ plain, limit }) => (plain / limit - 1) ** 2))),
    error: Math.sqrt(mean(errors.map((error) => error * error))), width: median(widths),
    ratio: median(widths) / 2 / mean(errors),
  };
}
