// What a refinement study gives.
import type { Shape, VoxelSize } from '../core/grid.js';
import type { Phase } from '../core/volume.js';
import type { GridConvergence } from '../numeric/grid-convergence.js';
import type { ColumnValues, Measured, MeasuredColumn } from './measured.js';

/** What `conduct` says of plain voxels from one grid alone. */
export interface OwnErrorBar {
  /** M for ever smaller voxels of this window; null: it gives none (`reason`). */
  readonly limit: number | null;
  /** Half width at 95 %, its part for the voxels. */
  readonly plusMinus: number | null;
  readonly reason: string | null;
}

/** One grid of a refinement study. */
export interface RefineLevel {
  /** Edge of a voxel over that of the specification or image. */
  readonly edge: number;
  readonly voxelSizeUm: VoxelSize;
  readonly shape: Shape;
  /** Samples of the finest voxels whose mean the values are. */
  readonly samples: number;
  /** By column. */
  readonly values: ColumnValues;
  /** Largest difference between samples; 0 of one. */
  readonly spread: ColumnValues;
  /** By phase; empty where not asked for. */
  readonly errorBars: Readonly<Record<Phase, OwnErrorBar>>;
  /** Wall time of its solves and descriptors, s. */
  readonly seconds: number;
}

/** A quantity over the grids, and what it tends to. */
export interface RefinedQuantity extends MeasuredColumn {
  /** From the coarsest grid to the finest; null: there is none. */
  readonly values: readonly (number | null)[];
  /** Of the method where voxels are fine: 2 of smooth interfaces from level sets, else 1. */
  readonly formalOrder: number;
  /** null: one of the values that it needs is missing. */
  readonly convergence: GridConvergence | null;
}

/** Numbers of one structure on ever finer voxels, and what they tend to. */
export interface Refinement {
  /** `model`: drawn on the finest voxels, of which the others are samples; `sampled`: an image and every second, …
   *  voxel of it; `split`: an image and its voxels cut in pieces. */
  readonly source: 'model' | 'sampled' | 'split';
  /** Whether the grids show the structure that the specification draws; else one with other random numbers. */
  readonly same: boolean;
  /** `levelSet` or `labels`: what smooth interfaces come from. */
  readonly smoothFrom: 'levelSet' | 'labels';
  /** How many times shorter voxels are from one grid to the next. */
  readonly ratio: number;
  /** What was measured, and how. */
  readonly measured: Measured;
  /** Of voxel edges, and of what has a length. */
  readonly lengthUnit: 'µm' | 'voxel';
  /** From the coarsest grid to the finest. */
  readonly levels: readonly RefineLevel[];
  /** Each quantity with its values on the grids, order and limit. */
  readonly quantities: readonly RefinedQuantity[];
  /** Rows that this call measured. */
  readonly computed: number;
  /** Rows that were there. */
  readonly kept: number;
  /** "rows.jsonl:7" of damaged rows, measured anew. */
  readonly damagedAt: readonly string[];
  /** How the numbers were made, one line each. */
  readonly notes: readonly string[];
  /** What speaks against them. */
  readonly warnings: readonly string[];
}
