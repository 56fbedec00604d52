// M-factor: effective over intrinsic conductivity of one phase, all others insulating.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import type { Shape } from '../core/grid.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import {
  conduct, conductPlan, CONDUCT_DEFAULTS, type ConductNeeds, type ConductOptions, type ConductResult,
} from './conduct.js';

/** Options of `mFactor`: those of `conduct` but for conductivities. */
export interface MFactorOptions extends Omit<ConductOptions, 'conductivity'> {
  /** =The label that conducts; all others insulate. */
  readonly phase: Phase;
}

/** What a solve of one phase gives: `phase` and `mFactor` are never null. */
export interface MFactorResult extends ConductResult {
  readonly phase: Phase;
  readonly mFactor: number;
}

const { phase: _phase, conductivity: _conductivity, ...DEFAULTS } = CONDUCT_DEFAULTS;
/** Options of `mFactor` that are not given: those of `conduct`. */
export const MFACTOR_DEFAULTS = DEFAULTS;

/** Memory of `mFactor` for a window of `shape`. */
export function mFactorPlan(
  shape: Shape, threads: number, needs: Omit<ConductNeeds, 'phase' | 'conductivity'> = {},
): LeasePlan {
  checkArguments('mFactorPlan', { shape: [shape, 'shape'], threads: [threads, 'count'] });
  return conductPlan(shape, threads, needs);
}

const MFACTOR_OPTION_NAMES: Names<MFactorOptions> = {
  phase: true, axis: true, boundary: true, interface: true, smoothing: true, levelSet: true, tolerance: true,
  residualTolerance: true, maxIterations: true, coarsening: true, history: true, meanFlux: true, fields: true,
  warnings: true, uncertainty: true,
};

/** M-factor of a phase along an axis.
 *  @throws SpecError for a phase that does not occur, fewer than 2 voxels along the axis, tolerance ≤ 0, maxIterations
 *          < 1; CapacityError, CancelledError */
export async function mFactor(
  session: Session, volume: LabelVolume, options: Pick<MFactorOptions, 'phase'> & Partial<MFactorOptions>,
  run: RunOptions = {},
): Promise<MFactorResult> {
  checkOperation('mFactor', session, run, { volume: [volume, 'record'], options: [options, MFACTOR_OPTION_NAMES] });
  const result = await conduct(session, volume, { ...options, conductivity: null }, run);
  return { ...result, phase: options.phase, mFactor: result.effectiveConductivity };
}
