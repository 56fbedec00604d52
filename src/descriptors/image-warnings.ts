// Everything that is said against a label image before its numbers are believed.
import { checkOperation } from '../core/arguments.js';
import { checkVolume, type LabelVolume } from '../core/volume.js';
import { labelRuns } from '../kernels/label-runs.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { statisticsBy } from '../warnings/label-statistics.js';
import {
  LABEL_WARNING_DEFAULTS, LABEL_WARNING_NAMES, warningsOf, type LabelWarningOptions,
} from '../warnings/label-warnings.js';
import { labelRecordingWarnings } from '../warnings/recording-warnings.js';
import { windowWarnings } from './window-warnings.js';

/** What speaks against the descriptors and M of a label image, one line each, with the remedy: `labelWarnings`, and
 *  windows that show too little of a phase. */
export async function imageWarnings(
  session: Session, volume: LabelVolume, options: LabelWarningOptions = {}, run: RunOptions = {},
): Promise<string[]> {
  checkOperation('imageWarnings', session, run, {
    volume: [volume, 'record'], options: [options, LABEL_WARNING_NAMES],
  });
  checkVolume('imageWarnings', volume);
  const statistics = await statisticsBy(volume, (window) => labelRuns(session, 'imageWarnings', window, run));
  const { grey, warnings } = warningsOf(statistics, { ...LABEL_WARNING_DEFAULTS, ...options });
  const windows = grey ? [] : await windowWarnings(session, volume, options.phases ?? statistics.labels, run);
  return [...labelRecordingWarnings(volume), ...warnings, ...windows];
}
