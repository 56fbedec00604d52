// A part of a volume.
import { checkArguments, has } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { AXES, type Shape } from '../core/grid.js';
import type { LabelVolume } from '../core/volume.js';
import type { VoxelArray } from '../io/voxels.js';

/** First voxel and the one after the last along z, y, x; null: from the beginning, to the end. */
export type CropWindow = readonly (readonly [from: number | null, to: number | null])[];

/** @throws SpecError when the window is empty or reaches beyond the image. */
export function checkWindow(
  where: string, window: CropWindow, shape: Shape,
): readonly (readonly [from: number, to: number])[] {
  if (window.length !== 3) throw new SpecError(`${where}: a window is three ranges (z, y, x), got ${window.length}`);
  return window.map(([from, to], k) => {
    const [a, b] = [from ?? 0, to ?? shape[k]];
    if (!Number.isInteger(a) || !Number.isInteger(b) || a < 0 || b > shape[k] || a >= b) {
      throw new SpecError(
        `${where}: along ${AXES[k]} the window must lie in 0:${shape[k]}, got ${a}:${b} (first voxel : ` +
          'one after the last)',
      );
    }
    return [a, b] as const;
  });
}

type Cells = LabelVolume['labels'] | VoxelArray['data'];

function cut<T extends Cells>(
  data: T, shape: Shape, ranges: readonly (readonly [number, number])[],
): { data: T; shape: Shape } {
  const [[z0, z1], [y0, y1], [x0, x1]] = ranges;
  const [, ny, nx] = shape;
  const width = x1 - x0;
  const result = new (data.constructor as new (length: number) => T)((z1 - z0) * (y1 - y0) * width);
  let at = 0;
  for (let z = z0; z < z1; z++) {
    for (let y = y0; y < y1; y++, at += width) {
      const row = (z * ny + y) * nx;
      result.set(data.subarray(row + x0, row + x1), at);
    }
  }
  return { data: result, shape: [z1 - z0, y1 - y0, width] };
}

/** The part of a grey image in a window.
 *  @throws SpecError */
export function cropGreys<T extends VoxelArray>(volume: T, window: CropWindow): T {
  checkArguments('cropGreys', { volume: [volume, has<VoxelArray>('data', 'shape')], window: [window, 'lists'] });
  return { ...volume, ...cut(volume.data, volume.shape, checkWindow('crop', window, volume.shape)) };
}

/** The part of a label volume in a window.
 *  @throws SpecError */
export function cropLabels(volume: LabelVolume, window: CropWindow): LabelVolume {
  checkArguments('cropLabels', { volume: [volume, has<LabelVolume>('labels', 'shape')], window: [window, 'lists'] });
  const { data, shape } = cut(volume.labels, volume.shape, checkWindow('crop', window, volume.shape));
  return { ...volume, labels: data, shape };
}
