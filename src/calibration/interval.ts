// Interval of confidence of a volume fraction from one image or section by its own two-point function alone: no model,
// no second image (the idea of Dahari et al., arXiv 2410.19568), with [B, eq. 18] as a closed sum over the window.
import { checkOperation } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import { fractionVariance } from '../descriptors/fraction-variance.js';
import { studentQuantile } from '../numeric/distributions.js';
import type { RunOptions, Session } from '../runtime/session.js';

/** Volume fraction of a phase with the interval that one image gives it. */
export interface FractionInterval {
  /** Label. */
  readonly phase: Phase;
  /** ε of the image. */
  readonly volumeFraction: number;
  /** σ_p̂: standard deviation of ε over windows of this size [B, eq. 18]. */
  readonly standardError: number;
  /** Independent voxels that the window is worth: ε(1−ε)/σ². */
  readonly effectiveSamples: number;
  /** Of the interval, 0 … 1. */
  readonly level: number;
  /** Ends of the interval of ε. */
  readonly interval: readonly [number, number];
}

/** Interval of ε of a phase at `level`, by its variance [B, eq. 18] and Student's t with as many degrees of freedom as
 *  the image has independent samples.
 *  @throws SpecError when the correlation does not vanish within half of the window */
export async function volumeFractionInterval(
  session: Session, image: LabelVolume, phase: Phase, level = 0.95, run: RunOptions = {},
): Promise<FractionInterval> {
  checkOperation('volumeFractionInterval', session, run, { image: [image, 'record'], phase: [phase, 'number'] });
  if (!(level > 0 && level < 1)) {
    throw new SpecError(`volumeFractionInterval: level must be above 0 and below 1, got ${level}`);
  }
  const { volumeFraction: p, of } = await fractionVariance(session, image, phase, run);
  const corrected = of(image.shape);
  const effectiveSamples = (p * (1 - p)) / corrected;
  const standardError = Math.sqrt(corrected);
  const t = studentQuantile(level, Math.max(2, effectiveSamples - 1));
  return {
    phase, volumeFraction: p, standardError, effectiveSamples, level,
    interval: [Math.max(0, p - t * standardError), Math.min(1, p + t * standardError)],
  };
}

/** The intervals of several phases at 95 %, and what keeps others from one: a window too small for its own interval can
 *  still be part of a calibration. */
export async function volumeFractionIntervals(
  session: Session, image: LabelVolume, phases: readonly Phase[], run: RunOptions = {},
): Promise<{ readonly intervals: readonly FractionInterval[]; readonly warnings: readonly string[] }> {
  checkOperation('volumeFractionIntervals', session, run, { image: [image, 'record'], phases: [phases, 'list'] });
  const intervals: FractionInterval[] = [];
  const warnings: string[] = [];
  for (const phase of phases) {
    try {
      intervals.push(await volumeFractionInterval(session, image, phase, 0.95, run));
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      warnings.push(error.message);
    }
  }
  return { intervals, warnings };
}
