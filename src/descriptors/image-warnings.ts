// Everything that is said against a label image before its numbers are believed.
import { checkOperation } from '../core/arguments.js';
import { phasesOf, type LabelVolume } from '../core/volume.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { LABEL_WARNING_NAMES, labelWarnings, type LabelWarningOptions } from '../warnings/label-warnings.js';
import { windowWarnings } from './window-warnings.js';

/** What speaks against the descriptors and M of a label image, one line each, with the remedy: `labelWarnings`, and
 *  windows that show too little of a phase. */
export async function imageWarnings(
  session: Session, volume: LabelVolume, options: LabelWarningOptions = {}, run: RunOptions = {},
): Promise<string[]> {
  checkOperation('imageWarnings', session, run, {
    volume: [volume, 'record'], options: [options, LABEL_WARNING_NAMES],
  });
  const { grey, warnings } = labelWarnings(volume, options);
  const windows = grey ? [] : await windowWarnings(session, volume, options.phases ?? phasesOf(volume), run);
  return [...warnings, ...windows];
}
