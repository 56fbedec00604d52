// A label that lines the boundary of two others: what a blurred boundary becomes under thresholds.
import type { LabelStatistics } from './label-statistics.js';

/** Share of the crossings between two labels that a third one lines. Measured (decision 0150): images without blur and
 *  published segmentations 0 to 0.48, thresholds on a blur of 0.6 voxels 0.67 to 1. */
const LINED = 0.6;
/** Boundaries that are rarer among all changes of labels say nothing. */
const LEAST_SHARE = 0.01;
const LEAST_CROSSINGS = 50;

export function skinWarnings({ linings, changes }: LabelStatistics): string[] {
  return linings
    .filter(({ crossings, share }) =>
      share > LINED && crossings >= LEAST_CROSSINGS && crossings * share >= LEAST_SHARE * changes)
    .map(({ label, between: [low, high], share }) =>
      `label ${label} lines ${(100 * share).toFixed(0)} % of the boundary between ${low} and ${high}, ` +
        'one or two voxels thin, as thresholds do on a blurred boundary (at most half in sharp images): ' +
        `M of ${label} is off by tens of per cent, or ten times; take --segment auto on the grey image`);
}
