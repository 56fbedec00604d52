// Features of fewer than four voxels: M is coarse, and by how much.
import type { Phase } from '../core/volume.js';
import type { LabelStatistics } from './label-statistics.js';
import { isThin, LEAST_VOXELS } from './thin.js';

/** Mean chord below which M is coarse, voxels. Smooth interfaces are within 3 % down to 3.8, and 18 % off at 2.5. */
const COARSE = { voxel: 4, smooth: 3 } as const;
/** M on plain voxels is low by this over the mean chord: 1.0 to 1.6 on spheres and random fields (decision 0150). */
const ERROR_CHORD = 1.3;

/** How M is solved for. */
export type Interface = keyof typeof COARSE;

/** "by about 35 %": by how much M on plain voxels is low; half is all that is known of the finest. */
function errorText(meanChord: number): string {
  const error = ERROR_CHORD / meanChord;
  return error > 0.42 ? 'by half or more' : `by about ${5 * Math.round(20 * error)} %`;
}

/** @param phases labels that matter; those that are mostly one voxel thin have a warning of their own */
export function coarseWarnings({ widths }: LabelStatistics, phases: readonly Phase[], kind: Interface): string[] {
  return widths.flatMap((width) => {
    const { label, voxels, meanChord } = width;
    if (!phases.includes(label) || voxels < LEAST_VOXELS || isThin(width)) return [];
    if (meanChord === null || meanChord >= COARSE[kind]) return [];
    const start = `label ${label} is ${meanChord.toFixed(1)} voxels wide on average (mean chord):`;
    return [kind === 'smooth'
      ? `${start} M is uncertain by a tenth and more even with smooth interfaces; take finer voxels`
      : `${start} its M on voxels is low ${errorText(meanChord)}; take finer voxels, ` +
        'or --interface smooth, good to some per cent from four voxels on'];
  });
}
