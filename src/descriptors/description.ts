// What `describe` returns, and the same as one flat row.
import type { Axis, Face, Shape } from '../core/grid.js';
import type { Phase } from '../core/volume.js';
import type { ActiveInterface } from './connectivity.js';
import type { SizeCurves } from './constrictivity.js';
import type { ByAdjacency } from './euler-number.js';
import type { GeodesicTortuosity } from './geodesic-tortuosity.js';
import type { OpeningSizes } from './local-thickness.js';
import type { TriplePhaseBoundary } from './triple-phase-boundary.js';

/** Something for each axis that was asked for. */
export type ByAxis<T> = Readonly<Partial<Record<Axis, T>>>;

/** Connected components of a phase. */
export interface ComponentDescription {
  /** Of the phase. */
  readonly count: number;
  /** Share of the phase in its largest component. */
  readonly largestFraction: number;
  /** Whether some component touches both faces across the axis; null where the image is one voxel thick. */
  readonly percolates: Readonly<Record<Axis, boolean | null>>;
  /** Share of the phase in components that touch both faces across the axis; null as `percolates`. */
  readonly percolatingFraction: Readonly<Record<Axis, number | null>>;
}

/** Active interface of a cathode along an axis, with its roles. */
export interface ActiveInterfaceDescription extends ActiveInterface {
  /** Phase that reaches the collector. */
  readonly electronic: Phase;
  /** Phase that reaches the separator. */
  readonly ionic: Phase;
  /** Face at the current collector. */
  readonly collector: Face;
}

/** Two-point coverage along an axis, over the lag. */
export interface TwoPointCurve {
  /** Distances. */
  readonly lag: readonly number[];
  /** Probability that both ends of the lag are in the phase (or the two phases), 0 … 1. */
  readonly coverage: readonly number[];
  /** Less the product of the means of the two shifted windows. */
  readonly centred: readonly number[];
}

/** Descriptors of one phase. What was not asked for is absent; lengths in µm, or voxels where no size is known. */
export interface PhaseDescription {
  /** ε, share of all voxels of the window. */
  readonly volumeFraction?: number;
  /** µm² per µm³ of the window. */
  readonly specificSurfaceArea?: number;
  /** Lengths of shortest paths over the thickness that they cross, along each axis. */
  readonly geodesicTortuosity?: ByAxis<
    Omit<GeodesicTortuosity, 'histogram'> & { readonly histogram?: GeodesicTortuosity['histogram'] }
  >;
  /** β and the radii r_min and r_max that it is made of, along each axis. */
  readonly constrictivity?: ByAxis<{
    readonly from: Face;
    /** Null when no ball of any radius is too large: the phase fills the window. */
    readonly bottleneckRadius: number | null;
    readonly bulgeRadius: number | null;
    readonly constrictivity: number;
    readonly curves?: SizeCurves;
  }>;
  /** Of the voxels in the window, nothing around: components − tunnels + cavities. By adjacency of the phase: "6",
   *  "26". */
  readonly eulerNumber?: ByAdjacency<number>;
  /** Per volume of the structure, µm⁻³; null in a window one voxel thick. */
  readonly eulerDensity?: ByAdjacency<number> | null;
  /** Integral of mean curvature per volume of the structure, µm⁻². */
  readonly meanCurvatureDensity?: number | null;
  /** Diameters of the largest balls that cover the voxels, µm. */
  readonly openingSizes?: OpeningSizes;
  /** By neighbourhood: "6", "18", "26". */
  readonly components?: Readonly<Record<string, ComponentDescription>>;
  /** Share of the phase connected to each face, 6 neighbours. */
  readonly utilisation?: ByAxis<Readonly<Record<Face, number>>>;
  /** Of the phase with itself; the correlation length is where `centred` falls to 1/e, null when it does not. */
  readonly twoPoint?: ByAxis<TwoPointCurve & { readonly correlationLength: number | null }>;
  /** Chords from face to face of the phase; entry k of the lists: `length[k]`, with both ends in the window, cut by a
   *  face. */
  readonly chordLength?: ByAxis<{
    /** ε over the chords per length of line, from the ends inside the window; null when no chord ends there. */
    readonly mean: number | null;
    /** Of the whole chords; null when there are none. */
    readonly meanWhole: number | null;
    readonly length: readonly number[];
    readonly whole: readonly number[];
    readonly cut: readonly number[];
  }>;
  /** Probability that a segment as long as the lag lies wholly in the phase. */
  readonly linealPath?: ByAxis<{ readonly lag: readonly number[]; readonly probability: readonly number[] }>;
  /** ε of each plane across an axis, from the low face to the high one. */
  readonly profiles?: ByAxis<readonly number[]>;
  /** Specific surface area of each pair of neighbouring planes across an axis: one value fewer. */
  readonly surfaceProfiles?: ByAxis<readonly number[]>;
}

/** What `describe` found; its JSON is what the command line prints. */
export interface Description {
  /** Voxels along (z, y, x). */
  readonly shape: Shape;
  /** Edge of a voxel in µm, or edges (z, y, x); null: unknown, and lengths are in voxels. */
  readonly voxelSizeUm: number | readonly number[] | null;
  /** By label. */
  readonly phases: Readonly<Record<string, PhaseDescription>>;
  /** Area per volume of the window between two phases, by "1-2", the lower label first. */
  readonly interfaceAreas?: Readonly<Record<string, number>>;
  /** Lengths per volume of the structure, µm⁻², by "1-2-3", the lower labels first. */
  readonly triplePhaseBoundary?: Readonly<Record<string, Omit<TriplePhaseBoundary, 'phases'>>>;
  /** 6 V(AM)/S(AM-SE), µm; null where they do not touch. */
  readonly contactDiameter?: number | null;
  /** Areas per volume of the window. */
  readonly activeInterface?: ByAxis<ActiveInterfaceDescription>;
  /** Of two phases, by "1-2": mean of both orders. */
  readonly twoPointCross?: Readonly<Record<string, ByAxis<TwoPointCurve>>>;
  /** Descriptors that the image does not admit, wholly or along an axis, with the reason; absent when there are
   *  none. */
  readonly skipped?: Readonly<Record<string, string>>;
  /** What speaks against the image, one line each, with the remedy; absent when it was not asked for. */
  readonly warnings?: readonly string[];
}

/** What a cell of `describeRow` and `measureRow` holds; null: the phase has none. */
export type RowValue = number | string | boolean | null;

/** A column of the flat row: its name without the unit. */
export interface RowEntry {
  readonly name: string;
  /** What follows the name: `perArea` becomes "PerUm2", or "PerVoxel2" where no size is known. */
  readonly unit: 'none' | 'length' | 'perLength' | 'perArea' | 'perVolume';
  readonly value: RowValue | undefined;
}

const SUFFIX = {
  known: { none: '', length: 'Um', perLength: 'PerUm', perArea: 'PerUm2', perVolume: 'PerUm3' },
  unknown: { none: '', length: 'Voxels', perLength: 'PerVoxel', perArea: 'PerVoxel2', perVolume: 'PerVoxel3' },
} as const;

/** Name of a column with its unit. */
export function columnName({ name, unit }: Pick<RowEntry, 'name' | 'unit'>, sizeKnown: boolean): string {
  return name + SUFFIX[sizeKnown ? 'known' : 'unknown'][unit];
}

/** What radii and diameters of balls mean, for a description that holds some; null for others. */
export function sizesConvention({ phases }: Description): string | null {
  const sizes = Object.values(phases).some((phase) => phase.constrictivity !== undefined || phase.openingSizes);
  return sizes
    ? 'bottleneck and bulge are radii, opening sizes diameters, from voxel centre to voxel centre: half a voxel more ' +
      'per radius than to voxel edges' : null;
}
