// A label that is mostly one voxel thin: noise, or a skin.
import type { Phase } from '../core/volume.js';
import type { LabelStatistics, LabelWidth } from './label-statistics.js';

/** Share of the voxels outside of all 2×2×2 blocks. Measured (decision 0150): at most 0.51 in sharp segmentations,
 *  0.7 to 1 where a class is a skin or noise. */
const MOSTLY = 0.6;
/** Labels of fewer voxels than this have no width. */
export const LEAST_VOXELS = 50;

export function isThin({ voxels, thinShare }: LabelWidth): boolean {
  return voxels >= LEAST_VOXELS && thinShare > MOSTLY;
}

/** @param phases labels that matter */
export function thinWarnings({ widths }: LabelStatistics, phases: readonly Phase[]): string[] {
  return widths.filter((width) => phases.includes(width.label) && isThin(width)).map(
    ({ label, thinShare }) =>
      `label ${label} is mostly one voxel thin (${(100 * thinShare).toFixed(0)} % of it): ` +
        'noise or a skin of the segmentation, and S and M hang on single voxels; ' +
        'take --segment auto, --clean, or finer voxels',
  );
}
