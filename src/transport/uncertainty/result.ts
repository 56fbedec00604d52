// What an error bar of M is made of. All values are in units of the reference conductivity: M where a phase is named.

/** Half widths at the level of the interval. */
export interface UncertaintyParts {
  /** How far M in the limit of ever smaller voxels may be from the value; null: not known. */
  readonly voxels: number | null;
  /** How far M of windows of this size is from that of the material; 0 for a design, of which there is one window;
   *  null: not known. */
  readonly window: number | null;
  /** The solve's own estimate of its error. */
  readonly solver: number;
}

/** Solves of a box of the image from which the limit of ever smaller voxels is extrapolated. */
export interface Resolution {
  /** First voxel of the box and the one after its last along z, y, x: the whole window where it is small. */
  readonly box: readonly (readonly [from: number, to: number])[];
  /** On whole voxels. */
  readonly plain: number;
  /** With smooth interfaces; null where several phases conduct. */
  readonly smooth: number | null;
  /** On whole voxels of every second voxel, from the first and from the second one on. */
  readonly plainHalves: readonly [number, number];
  /** The same with smooth interfaces; null likewise. */
  readonly smoothHalves: readonly [number, number] | null;
  /** Extrapolated limit of the box. */
  readonly boxLimit: number;
  /** Extrapolated limit of the window. */
  readonly limit: number;
  /** p in error ∝ (voxel)^p of the plain solves, measured against that limit; null where they hardly differ. */
  readonly order: number | null;
}

/** What the parts of a window say of its scatter, at the resolution of every second voxel. */
export interface Subwindows {
  /** Parts along z, y, x. */
  readonly parts: readonly [z: number, y: number, x: number];
  /** Parts in all. */
  readonly count: number;
  /** How many conduct from face to face. */
  readonly conducting: number;
  /** Mean of their M over that of the window. */
  readonly mean: number;
  /** Standard deviation of their M over M of the window. */
  readonly deviation: number;
  /** Variance of the window's volume fraction over that of the parts, by their two-point function: the window is worth
   *  1 over it independent parts. */
  readonly varianceRatio: number;
}

/** M of the material with its error bar. */
export interface Uncertainty {
  /** Estimate of M for ever smaller voxels and ever larger windows; null where there is no error bar (`reasons`). */
  readonly value: number | null;
  /** Half width of the interval: root of the squares of its parts. */
  readonly plusMinus: number | null;
  /** Not below 0. */
  readonly interval: readonly [low: number, high: number] | null;
  /** Share of such intervals that hold M of the material. */
  readonly level: number;
  /** What the half width is made of. */
  readonly parts: UncertaintyParts;
  /** What the voxels do; null where it could not be said. */
  readonly resolution: Resolution | null;
  /** null: a design, or a window that has no parts. */
  readonly subwindows: Subwindows | null;
  /** Why there is no error bar, one line each; empty where there is one. */
  readonly reasons: readonly string[];
}
