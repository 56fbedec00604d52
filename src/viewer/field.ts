// What a structure can be coloured by, beside its labels.

/** One number per voxel: a flux, a distance, a thickness, a state of charge. */
export interface VoxelField {
  /** In the list of colours. */
  readonly name: string;
  /** Empty for a share. */
  readonly unit: string;
  /** In the order of the labels; NaN where a voxel has none. */
  readonly values: Float32Array;
  /** Values at the ends of the colours; default: the smallest and the largest. */
  readonly range?: readonly [from: number, to: number];
}
