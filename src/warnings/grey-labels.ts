// Grey values that are taken for labels.
import { labelsText, significant } from '../core/text.js';
import { MOST_PHASES, type LabelStatistics } from './label-statistics.js';

/** Labels from which on an image without structure is suspected, and the mean run below which it has none, voxels:
 *  segmented images have 2.5 and more, noise of grey values 1 to 1.5. */
const SOME_LABELS = 8;
const SHORT_RUN = 2;

export const SEGMENT_FIRST = 'segment it first (voxelith import IMAGE --segment auto:3 -o labels.nrrd)';

export function looksGrey({ labels, meanRun }: Pick<LabelStatistics, 'labels' | 'meanRun'>): boolean {
  return labels.length > MOST_PHASES || (labels.length > SOME_LABELS && meanRun !== null && meanRun < SHORT_RUN);
}

export function greyLabelWarnings(statistics: LabelStatistics): string[] {
  if (!looksGrey(statistics)) return [];
  const { labels, meanRun } = statistics;
  const runs = meanRun === null ? '' : ` (they change every ${significant(meanRun, 2)} voxels)`;
  return [
    `the image has ${labelsText(labels)}${runs}: these look like grey values, and one alone is no phase; ` +
      SEGMENT_FIRST,
  ];
}
