// Voxels of an image or structure taken at equal steps: the same structure on longer voxels. Taken and split voxels
// keep the window in µm.
import type { Shape, VoxelSize } from '../core/grid.js';
import type { LabelVolume } from '../core/volume.js';

/** First voxels of the samples of a step: the middle of `step` voxels where there is one, else those on either side of
 *  it, whose mean does not see the shift of half a voxel. An axis of one voxel has no step. */
export function sampleStarts(step: number): number[] {
  return step % 2 === 1 ? [(step - 1) / 2] : [step / 2 - 1, step / 2];
}

const stepsOf = (shape: Shape, step: number): number[] => shape.map((n) => (n === 1 ? 1 : step));

/** Every `step`-th number from `start` on, along each axis that has more than one. */
export function sampled<T extends Uint8Array | Float32Array>(data: T, shape: Shape, step: number, start: number): T {
  const steps = stepsOf(shape, step);
  const from = shape.map((n) => (n === 1 ? 0 : start));
  const [nz, ny, nx] = shape.map((n, k) => Math.floor(n / steps[k]));
  const out = new (data.constructor as new (length: number) => T)(nz * ny * nx);
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      let at = ((from[0] + z * steps[0]) * shape[1] + from[1] + y * steps[1]) * shape[2] + from[2];
      for (let x = 0; x < nx; x++, i++, at += steps[2]) out[i] = data[at];
    }
  }
  return out;
}

export function sampledShape(shape: Shape, step: number): Shape {
  const steps = stepsOf(shape, step);
  return shape.map((n, k) => Math.floor(n / steps[k])) as unknown as Shape;
}

export function longerEdges(edges: NonNullable<VoxelSize>, factor: number): NonNullable<VoxelSize> {
  return edges.map((edge) => edge * factor) as unknown as NonNullable<VoxelSize>;
}

/** Every voxel as `factor` voxels along each axis that has more than one: the same cubes, cut. */
export function splitVoxels({ labels, shape }: Pick<LabelVolume, 'labels' | 'shape'>, factor: number): {
  readonly labels: Uint8Array; readonly shape: Shape;
} {
  const factors = stepsOf(shape, factor);
  const [nz, ny, nx] = shape.map((n, k) => n * factors[k]);
  const out = new Uint8Array(nz * ny * nx);
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = (Math.floor(z / factors[0]) * shape[1] + Math.floor(y / factors[1])) * shape[2];
      for (let x = 0; x < nx; x++, i++) out[i] = labels[row + Math.floor(x / factors[2])];
    }
  }
  return { labels: out, shape: [nz, ny, nx] };
}
