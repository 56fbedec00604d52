// Two-point coverage of each phase along and across z: of the images by counting, of the model exactly.
import type { LabelVolume, Phase } from '../core/volume.js';
import { twoPointCoverage } from '../descriptors/two-point-coverage.js';
import type { RunOptions, Session } from '../runtime/session.js';
import type { LagVector } from '../structure/two-point.js';
import type { Calibration } from './calibrate.js';
import { calibratedModel } from './model.js';

/** Two-point coverage of a phase along one direction, of images and model. */
export interface CoverageCurve {
  readonly phase: Phase;
  readonly direction: 'z' | 'across';
  /** Reference voxels. */
  readonly lag: readonly number[];
  /** Coverage of all images together, at each lag. */
  readonly data: readonly number[];
  /** Exact coverage of the model. */
  readonly model: readonly number[];
}

/** Lags of the curves: every voxel up to this many, fewer beyond. */
const MOST_LAGS = 40;

function lagsUpTo(longest: number): number[] {
  const count = Math.min(MOST_LAGS, longest);
  return [...new Set(Array.from({ length: count + 1 }, (_, i) => Math.round((i * longest) / count)))];
}

/** C_aa(h) to twice the longest lag of the fit, on images whose voxels have the same edges. */
export async function coverageCurves(
  session: Session, images: readonly LabelVolume[], calibration: Calibration, run: RunOptions = {},
): Promise<CoverageCurve[]> {
  const { model, parameters, phases, region: { statistics } } = calibration;
  const sums = new Map<string, { both: number; pairs: number }>();
  const longest = { z: 0, across: 0 };
  for (const { direction, steps } of statistics) {
    if (direction !== null) longest[direction] = Math.max(longest[direction], 2 * steps);
  }
  for (const image of images) {
    const { directions } = await twoPointCoverage(session, image, { maxLag: Math.max(longest.z, longest.across) }, run);
    for (const { axis, pairs, functions } of directions) {
      const direction = axis === 'z' ? 'z' : 'across';
      for (const { phases: [a, b], counts } of functions) {
        if (a !== b) continue;
        counts.forEach((n, h) => {
          const key = `${direction} ${a} ${h}`;
          const sum = sums.get(key) ?? { both: 0, pairs: 0 };
          sums.set(key, { both: sum.both + n, pairs: sum.pairs + pairs[h] });
        });
      }
    }
  }
  const { expected, phases: phasesOf } = calibratedModel('calibrate', model);
  const own = phasesOf().map(({ label }) => label);
  const fractions: Readonly<Record<number, number>> = expected.volumeFraction?.({ parameters }) ?? {};
  const curves: CoverageCurve[] = [];
  for (const direction of ['z', 'across'] as const) {
    const first = statistics.find((statistic) => statistic.direction === direction);
    if (first?.lag === undefined || first.lag === null) continue;
    const edge = (first.lag[0] + first.lag[2]) / first.steps;
    const steps = lagsUpTo(longest[direction]).filter((h) => sums.has(`${direction} ${phases[0]} ${h}`));
    const exact = steps.map((h) => {
      if (h === 0) return null;
      const lag: LagVector = direction === 'z' ? [h * edge, 0, 0] : [0, 0, h * edge];
      return expected.coverage?.({ parameters }, lag) ?? null;
    });
    phases.forEach((phase, i) => curves.push({
      phase, direction, lag: steps.map((h) => h * edge),
      data: steps.map((h) => {
        const { both, pairs } = sums.get(`${direction} ${phase} ${h}`)!;
        return both / pairs;
      }),
      model: exact.map((c) => (c === null ? fractions[own[i]] : c[`${own[i]}-${own[i]}`].value)),
    }));
  }
  return curves;
}
