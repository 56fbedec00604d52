// Warnings about a label image: one line each, with the remedy.
import { checkArguments, type Names } from '../core/arguments.js';
import { checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import { coarseWarnings, type Interface } from './coarse.js';
import { greyLabelWarnings } from './grey-labels.js';
import { labelStatistics, type LabelStatistics } from './label-statistics.js';
import { labelRecordingWarnings } from './recording-warnings.js';
import { skinWarnings } from './skin.js';
import { thinWarnings } from './thin.js';

/** Options of `labelWarnings`. */
export interface LabelWarningOptions {
  /** Labels whose width matters; null: all. */
  readonly phases?: readonly Phase[] | null;
  /** How M is solved for. */
  readonly interface?: Interface;
}

/** Options of `labelWarnings` that are not given: all labels, and M on whole voxel faces. */
export const LABEL_WARNING_DEFAULTS = { phases: null, interface: 'voxel' } as const;
export const LABEL_WARNING_NAMES: Names<LabelWarningOptions> = { phases: true, interface: true };

/** Labels that cannot be phases alone make every other warning void. */
export interface LabelWarnings {
  /** Whether the labels look like grey values; then `warnings` has that one alone. */
  readonly grey: boolean;
  /** One line each, with the remedy; empty when nothing speaks against the labels. */
  readonly warnings: readonly string[];
}

/** `labelWarnings` of an image whose labels were counted. */
export function warningsOf(
  statistics: LabelStatistics, { phases, interface: kind }: Required<LabelWarningOptions>,
): LabelWarnings {
  const grey = greyLabelWarnings(statistics);
  if (grey.length > 0) return { grey: true, warnings: grey };
  const those = phases ?? statistics.labels;
  return {
    grey: false,
    warnings: [
      ...skinWarnings(statistics), ...thinWarnings(statistics, those), ...coarseWarnings(statistics, those, kind),
    ],
  };
}

/** `segmentationWarnings` of an image whose labels were counted. */
export function segmentationWarningsOf(statistics: LabelStatistics): string[] {
  const grey = greyLabelWarnings(statistics);
  return grey.length > 0 ? grey : [...skinWarnings(statistics), ...thinWarnings(statistics, statistics.labels)];
}

/** What labels alone say against an image: surroundings of the sample, slices lost or doubled, grey values taken for
 *  labels, a label that lines the boundary of two others, labels mostly one voxel thin or fewer than four voxels wide.
 *  For the last three the middle is looked at of images larger than 256 voxels along an axis. */
export function labelWarnings(volume: LabelVolume, options: LabelWarningOptions = {}): LabelWarnings {
  checkArguments('labelWarnings', { volume: [volume, 'record'], options: [options, LABEL_WARNING_NAMES] });
  checkVolume('labelWarnings', volume);
  const { grey, warnings } = warningsOf(labelStatistics(volume), { ...LABEL_WARNING_DEFAULTS, ...options });
  return { grey, warnings: [...labelRecordingWarnings(volume), ...warnings] };
}

/** What labels say against the segmentation that made them: grey values taken for labels, a label that lines the
 *  boundary of two others, labels mostly one voxel thin. */
export function segmentationWarnings(volume: LabelVolume): string[] {
  checkArguments('segmentationWarnings', { volume: [volume, 'record'] });
  checkVolume('segmentationWarnings', volume);
  return segmentationWarningsOf(labelStatistics(volume));
}
