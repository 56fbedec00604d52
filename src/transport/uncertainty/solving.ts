// The solves that an error bar is made of: all like the one that it is for, of other images.
import type { Shape } from '../../core/grid.js';
import { phasesOf, type LabelVolume, type Phase } from '../../core/volume.js';
import { cropGreys, cropLabels, type CropWindow } from '../../image/crop.js';
import type { ConductOptions } from '../conduct-options.js';
import type { ConductResult } from '../conduct-result.js';

/** Solves an image as `conduct` does. */
export type Solve = (volume: LabelVolume, options: Partial<ConductOptions>) => Promise<ConductResult>;

/** An image, with the level set of its phase where one was given. */
export interface Scene extends LabelVolume {
  readonly levelSet: Float32Array | null;
}

/** Every second number along each axis that has more than one, from `first` on. Votes of 2×2×2 voxels instead would
 *  smooth the structure, and open or close necks that voxels of that size do not (decision 0192). */
export function everySecond<T extends Uint8Array | Float32Array>(
  data: T, shape: Shape, first: 0 | 1,
): { readonly data: T; readonly shape: Shape } {
  const from = shape.map((n) => (n > 1 ? first : 0));
  const step = shape.map((n) => (n > 1 ? 2 : 1));
  const [nz, ny, nx] = shape.map((n, k) => Math.ceil((n - from[k]) / step[k]));
  const out = new (data.constructor as new (length: number) => T)(nz * ny * nx);
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      let at = ((from[0] + z * step[0]) * shape[1] + from[1] + y * step[1]) * shape[2] + from[2];
      for (let x = 0; x < nx; x++, i++, at += step[2]) out[i] = data[at];
    }
  }
  return { data: out, shape: [nz, ny, nx] };
}

/** Every second voxel of an image. */
export function halfOf({ labels, shape, voxelSizeUm, levelSet }: Scene, first: 0 | 1): Scene {
  const half = everySecond(labels, shape, first);
  return {
    labels: half.data, shape: half.shape,
    voxelSizeUm: voxelSizeUm === null ? null : [2 * voxelSizeUm[0], 2 * voxelSizeUm[1], 2 * voxelSizeUm[2]],
    levelSet: levelSet === null ? null : everySecond(levelSet, shape, first).data,
  };
}

/** Part of an image. */
export function partOf(scene: Scene, window: CropWindow): Scene {
  const { labels, shape, voxelSizeUm, levelSet } = scene;
  const part = cropLabels({ labels, shape, voxelSizeUm }, window);
  return {
    ...part, levelSet: levelSet === null ? null : cropGreys({ data: levelSet, shape, voxelSizeUm }, window).data,
  };
}

/** Labels that conduct. */
export function conductingLabels({ conductivity }: Pick<ConductResult, 'conductivity'>): Phase[] {
  return Object.keys(conductivity).map(Number).filter((label) => conductivity[label] > 0);
}

/** σ_eff over the reference conductivity of another image; 0 where nothing conducts from face to face. Labels that it
 *  does not have are left out. */
export async function valueOf(
  solve: Solve, { levelSet, ...volume }: Scene, { conductivity, referenceConductivity, axis }: ConductResult,
  options: Partial<ConductOptions>,
): Promise<number> {
  const conducting = phasesOf(volume).filter((label) => conductivity[label] > 0);
  if (conducting.length === 0) return 0;
  const result = await solve(volume, {
    ...options, axis, levelSet: options.interface === 'smooth' ? levelSet : null,
    conductivity: Object.fromEntries(conducting.map((label) => [label, conductivity[label]])),
  });
  return result.effectiveConductivity / referenceConductivity;
}
