// Windows that show too little of a material: a few correlation lengths.
import { SpecError } from '../core/errors.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { isDesigned } from '../warnings/designs.js';
import { fractionVariance } from './fraction-variance.js';

/** Standard deviation of ε over ε above which a window is called small. At it, M of drawn cathodes differs by 20 to
 *  40 % from window to window (decision 0150). */
const LARGE = 0.1;

const advice = 'descriptors and M are of this window more than of the material; take a larger one, or several';

/** By how much ε differs between windows of this size, where that is much. */
export async function windowWarnings(
  session: Session, volume: LabelVolume, phases: readonly Phase[], run: RunOptions = {},
): Promise<string[]> {
  if (isDesigned(volume)) return [];
  const warnings: string[] = [];
  for (const phase of phases) {
    if (volume.labels.every((label) => label === phase)) continue;
    try {
      const { volumeFraction, of } = await fractionVariance(session, volume, phase, run);
      const spread = Math.sqrt(of(volume.shape)) / volumeFraction;
      if (spread <= LARGE) continue;
      warnings.push(`label ${phase}: windows of this size differ by ±${(100 * spread).toFixed(0)} % in its volume ` +
        `fraction (one standard deviation) and by two to five times that in M: ${advice}`);
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      warnings.push(`label ${phase} is correlated over half of the window and more: ${advice}`);
    }
  }
  return warnings;
}
