// Structures on which coarse levels are hard to make: near percolation, thin sheets, contacts along edges, planes
// (decisions/0051, 0055, 0181).
import { voxelCount, type Shape } from '../src/core/grid.js';
import type { LabelVolume } from '../src/core/volume.js';

/** Uniform numbers in [0, 1), xorshift32: the same everywhere. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A value per voxel: noise, averaged `passes` times over the three neighbours along each axis; the window repeats. */
function smoothNoise(shape: Shape, passes: number, random: () => number): Float32Array {
  const stride = [shape[1] * shape[2], shape[2], 1];
  let field = Float32Array.from({ length: voxelCount(shape) }, () => random() + random() + random() - 1.5);
  for (let pass = 0; pass < 3 * passes; pass++) {
    const step = stride[pass % 3];
    const edge = shape[pass % 3];
    const wrap = (edge - 1) * step;
    const next = new Float32Array(field.length);
    for (let i = 0; i < field.length; i++) {
      const c = Math.floor(i / step) % edge;
      next[i] = (field[i] + field[c > 0 ? i - step : i + wrap] + field[c < edge - 1 ? i + step : i - wrap]) / 1.5;
    }
    field = next;
  }
  return field;
}

export type HardKind = 'blobs' | 'fine blobs' | 'coarse blobs' | 'sheets' | 'voxels' | 'blocks of 5';

const PASSES: Readonly<Record<HardKind, number>> = {
  blobs: 6, 'fine blobs': 1, 'coarse blobs': 16, sheets: 6, voxels: 0, 'blocks of 5': 0,
};

/** A cube, or another shape, in which phase 1 has the share ε: where a field is lowest, or nearest to 0 (sheets), or in
 *  whole blocks of 5³ voxels. */
export function hardStructure(kind: HardKind, size: number | Shape, share: number, seed = 1): LabelVolume {
  const random = uniform(seed + 2 ** 20);
  for (let k = 0; k < 32; k++) random();
  const shape: Shape = typeof size === 'number' ? [size, size, size] : size;
  const [, ny, nx] = shape;
  if (kind === 'blocks of 5') {
    const [cz, cy, cx] = shape.map((n) => Math.ceil(n / 5));
    const chosen = Array.from({ length: cz * cy * cx }, () => random() < share);
    const at = (i: number): number => Math.floor(i / 5);
    const labels = new Uint8Array(voxelCount(shape));
    for (let i = 0; i < labels.length; i++) {
      const cell = (at(Math.floor(i / ny / nx)) * cy + at(Math.floor(i / nx) % ny)) * cx + at(i % nx);
      labels[i] = chosen[cell] ? 1 : 2;
    }
    return { labels, shape, voxelSizeUm: null };
  }
  const field = smoothNoise(shape, PASSES[kind], random);
  const height = kind === 'sheets' ? field.map(Math.abs) : field;
  const limit = Float32Array.from(height).sort()[Math.floor(share * height.length)];
  return { labels: Uint8Array.from(height, (value) => (value < limit ? 1 : 2)), shape, voxelSizeUm: null };
}
