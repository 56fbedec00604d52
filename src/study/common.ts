// What studies of every plan say.
import type { Axis, Face, Shape } from '../core/grid.js';
import { AM, SE, type Phase } from '../core/volume.js';
import type { StudyCell } from './cell-columns.js';
import { DEFAULT_DESCRIBED } from './columns.js';

/** What every study says, whatever its plan. */
export interface StudyCommon {
  /** For files and reports. */
  readonly name: string;
  /** Voxels along (z, y, x). */
  readonly size: Shape;
  /** Edge of a voxel in µm. */
  readonly voxelSizeUm: number;
  /** Labels that are described and solved for. */
  readonly phases: readonly Phase[];
  /** Quantities of the descriptor table that describe every structure; absent: those of [A]. */
  readonly descriptors?: readonly string[];
  /** Along which paths, constrictions and M are taken. */
  readonly axis: Axis;
  /** Key of all random numbers of the study. */
  readonly seed: number;
  /** Face where balls enter. */
  readonly constrictivity: { readonly from: Face };
  /** `smooth`: current passes the open part of the faces, by the model's own level sets. */
  readonly transport: { readonly tolerance: number; readonly interface: 'voxel' | 'smooth' };
  /** Every structure with M discharged as a cell; absent: none is. */
  readonly cell?: StudyCell;
  /** Split of the table for the regression; does not change any row. */
  readonly fit: { readonly trainFraction: number; readonly seed: number };
}

/** Settings of [A §2.4]. */
export const COMMON_DEFAULTS = {
  name: 'study',
  size: 401,
  voxelSizeUm: 0.2,
  phases: [SE, AM],
  descriptors: DEFAULT_DESCRIBED,
  axis: 'z',
  seed: 1,
  constrictivity: { from: 'low' },
  transport: { tolerance: 1e-4, interface: 'voxel' },
  fit: { trainFraction: 331 / 495, seed: 1 },
} as const;
