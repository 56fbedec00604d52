// M-factor: effective over intrinsic conductivity of one phase between two opposite faces of the window.
import type { Shape } from '../core/grid.js';
import type { LabelVolume } from '../core/volume.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { conduct, conductPlan, CONDUCT_DEFAULTS, type ConductOptions, type ConductResult } from './conduct.js';

export type MFactorOptions = ConductOptions;
export type MFactorResult = ConductResult;

export const MFACTOR_DEFAULTS = CONDUCT_DEFAULTS;

/** Memory of `mFactor` for a window of `shape`. */
export function mFactorPlan(shape: Shape, threads: number, options: Parameters<typeof conductPlan>[2] = {}): LeasePlan {
  return conductPlan(shape, threads, options);
}

/** M-factor of a phase along an axis, all other phases insulating.
 *  @throws SpecError for a phase that does not occur, fewer than 2 voxels along the axis, tolerance ≤ 0, maxIterations < 1;
 *          CapacityError, CancelledError */
export function mFactor(
  session: Session, volume: LabelVolume,
  options: Pick<MFactorOptions, 'phase'> & Partial<MFactorOptions>, run: RunOptions = {},
): Promise<MFactorResult> {
  return conduct(session, volume, options, run);
}
