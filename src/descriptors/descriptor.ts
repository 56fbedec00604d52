// What a descriptor is to `describe`, and helpers for its JSON. The list stands in descriptor-table.ts.
import type { Axis, Face, Shape, VoxelSize } from '../core/grid.js';
import { AM, SE, type LabelVolume, type Phase } from '../core/volume.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import type { ByAxis, Description, PhaseDescription, RowEntry } from './description.js';
import type { Quantity } from './quantity.js';

/** What `describe` was asked for, complete. */
export interface DescriptorRequest {
  readonly phases: readonly Phase[];
  /** Those along which the image has two voxels at least. */
  readonly axes: readonly Axis[];
  /** Of the image: distances on voxels that are no cubes take more memory. */
  readonly voxelSizeUm: VoxelSize;
  readonly from: Face;
  readonly curves: boolean;
  readonly histograms: boolean;
  /** Longest lag of two-point and lineal-path functions, voxels; null: their default. */
  readonly maxLag: number | null;
}

/** The same with members that can be set. */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a descriptor measures, and where it writes. */
export interface DescriptorContext {
  readonly session: Session;
  readonly volume: LabelVolume;
  readonly request: DescriptorRequest;
  /** Filled in by the descriptors. */
  readonly result: Omit<Mutable<Description>, 'phases'> & {
    readonly phases: Record<string, Mutable<PhaseDescription>>,
  };
}

/** A descriptor as `describe` knows it: name, source, what it needs, and the numbers that it gives. */
export interface Descriptor {
  /** Key of the JSON that it fills, and its name for `--only`. */
  readonly name: string;
  /** Other keys of the JSON that it fills; they select it as well. */
  readonly also?: readonly string[];
  /** For the help of `--only`. */
  readonly title: string;
  /** How it is measured and who says how, for the metadata of tables. */
  readonly source: string;
  /** Left out unless named. */
  readonly onRequest?: true;
  /** All that it gives lies along an axis: nothing is left where the image is one voxel thick. */
  readonly axial?: true;
  /** Why the image does not admit it, with the remedy; null when it does. `present`: labels that occur. */
  refuses?(volume: LabelVolume, present: readonly Phase[], request: DescriptorRequest): string | null;
  /** Leases of WebAssembly memory for a window of that shape. */
  plan(shape: Shape, threads: number, request: Pick<DescriptorRequest, 'axes' | 'voxelSizeUm'>): LeasePlan;
  /** Measures, and writes into the result of the context. */
  fill(context: DescriptorContext, run: RunOptions): Promise<void>;
  /** Its numbers per phase, in the order of the columns; tables, studies and charts take them from here. */
  readonly quantities: readonly Quantity[];
  /** Columns that belong to no single phase, behind those of the quantities. */
  row?(description: Description): readonly RowEntry[];
}

/** `refuses` of descriptors that belong to a cathode: they need its AM and SE. */
export function refusesWithoutCathode(
  _: LabelVolume, present: readonly Phase[], { phases }: Pick<DescriptorRequest, 'phases'>,
): string | null {
  if (phases.includes(SE) && phases.includes(AM)) return null;
  const has = `the image has ${present.join(', ')}, described are ${phases.join(', ')}`;
  return `needs the phases ${SE} (SE) and ${AM} (AM); ${has}`;
}

export function byAxis<T>(axes: readonly Axis[], value: (axis: Axis, index: number) => T): ByAxis<T> {
  return Object.fromEntries(axes.map((axis, k) => [axis, value(axis, k)])) as ByAxis<T>;
}
