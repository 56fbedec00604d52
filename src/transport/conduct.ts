// Effective conductivity between two opposite faces of the window: ∇·(σ∇u) = 0 with u = 1 and 0 on them.
import { SpecError } from '../core/errors.js';
import { axisIndex, checkAxis, voxelCount, type Axis, type Shape } from '../core/grid.js';
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import { networkPlan, prepareNetwork, readHistory, solve, solvePlan, type SolveRecord } from '../kernels/transport.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { conductivityBounds, type ConductivityBounds } from './bounds.js';

export interface ConductOptions {
  /** Conducting phase; all others insulate. */
  readonly phase: Phase;
  /** Transport axis. */
  readonly axis: Axis;
  /** Relative error of the effective conductivity at which the solve stops, by its own estimate. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** Whether to return the iterations. */
  readonly history: boolean;
}

export const CONDUCT_DEFAULTS = { axis: 'z', tolerance: 1e-4, maxIterations: 200, history: false } as const;

/** What `voxelith conduct` prints. */
export interface ConductResult {
  readonly phase: Phase;
  readonly axis: Axis;
  readonly interface: 'voxel';
  /** σ_eff over the conductivity of `phase`, read from the dissipation: approached from above. 0 without percolation. */
  readonly mFactor: number;
  readonly effectiveConductivity: number;
  /** Where σ_eff lies by the solver's own estimate of its error: [σ_eff·(1 − errorEstimate), σ_eff]. */
  readonly bracket: readonly [low: number, high: number];
  /** ε/M; null when M is 0. */
  readonly tortuosityFactor: number | null;
  /** b in M = ε^b; null when M is 0 or the phase fills the window. */
  readonly bruggemanExponent: number | null;
  readonly volumeFraction: number;
  /** Whether the phase joins both faces over faces of voxels. */
  readonly percolates: boolean;
  readonly iterations: number;
  /** True residual, computed in f64 after the solve, relative to that of the linear profile (2-norms). */
  readonly residual: number;
  /** Mean flux through the two faces, in units of σ × the mean gradient: equal at convergence, and then equal to M. */
  readonly flux: { readonly inlet: number; readonly outlet: number };
  /** Conducting voxels that are joined to both faces. */
  readonly unknowns: number;
  readonly converged: boolean;
  /** Estimated upper limit of the relative error of M. */
  readonly errorEstimate: number;
  /** Limits of M and which of them it obeys. */
  readonly bounds: ConductivityBounds;
  readonly seconds: number;
  /** Arena bytes at the peak. */
  readonly peakBytes: number;
  readonly threads: number;
  /** Per iteration, when asked for. */
  readonly history?: readonly SolveRecord[];
}

/** Sizes with the transport axis first, and label strides in that order: z: (z, y, x), y: (y, z, x), x: (x, z, y). */
function orient(shape: Shape, axis: Axis): { shape: Shape; strides: [number, number, number] } {
  const order = axis === 'z' ? [0, 1, 2] : axis === 'y' ? [1, 0, 2] : [2, 0, 1];
  const strides = [shape[1] * shape[2], shape[2], 1];
  return {
    shape: [shape[order[0]], shape[order[1]], shape[order[2]]],
    strides: [strides[order[0]], strides[order[1]], strides[order[2]]],
  };
}

/** Memory of `conduct` for a window of `shape`: about 18 bytes per voxel plus 3.5 for the coarse levels. */
export function conductPlan(
  shape: Shape, threads: number, options: Partial<Pick<ConductOptions, 'axis' | 'maxIterations'>> = {},
): LeasePlan {
  const { axis, maxIterations } = { ...CONDUCT_DEFAULTS, ...options };
  const turned = orient(shape, axis).shape;
  const { network, scratch } = networkPlan(turned);
  return { leases: [network], then: [{ leases: scratch }, solvePlan(turned, threads, maxIterations)] };
}

function checkSolve(where: string, shape: Shape, { axis, tolerance, maxIterations }: Pick<ConductOptions, 'axis' | 'tolerance' | 'maxIterations'>): void {
  checkAxis(where, axis);
  const along = shape[axisIndex(axis)];
  if (along < 2) {
    throw new SpecError(`${where}: expected at least 2 voxels along ${axis}, found ${along}; choose another axis or a thicker window`);
  }
  if (!(tolerance > 0 && Number.isFinite(tolerance))) {
    throw new SpecError(`${where}: tolerance is the relative error of M and must be > 0, got ${tolerance}`);
  }
  if (!(Number.isInteger(maxIterations) && maxIterations >= 1 && maxIterations <= 100_000)) {
    throw new SpecError(`${where}: maxIterations must be a whole number from 1 to 100000, got ${maxIterations}`);
  }
}

/** Effective conductivity along an axis: u = 1 and 0 on the two outer faces (half a voxel from the first centres), no flux
 *  elsewhere; unit conductance between conducting face neighbours (`interface: 'voxel'`).
 *  @throws SpecError for a phase that does not occur, fewer than 2 voxels along the axis, tolerance ≤ 0, maxIterations < 1;
 *          CapacityError, CancelledError */
export async function conduct(
  session: Session, volume: LabelVolume,
  options: Pick<ConductOptions, 'phase'> & Partial<ConductOptions>, run: RunOptions = {},
): Promise<ConductResult> {
  const where = 'conduct';
  checkVolume(where, volume);
  const chosen = { ...CONDUCT_DEFAULTS, ...options };
  checkSolve(where, volume.shape, chosen);
  const { phase, axis, tolerance, maxIterations } = chosen;
  checkPhase(where, volume, phase);
  const voxels = voxelCount(volume.shape);
  const { shape, strides } = orient(volume.shape, axis);
  const start = performance.now();
  return session.run(where, conductPlan(volume.shape, session.threads, { axis, maxIterations }), voxels, run, async (frame) => {
    const { network: planned } = networkPlan(shape);
    const network = frame.lease(planned.name, planned.bytes);
    const counts = await prepareNetwork(frame, network, volume.labels, phase, shape, strides);
    const volumeFraction = counts.phaseVoxels / voxels;
    const percolates = counts.conducting > 0;
    const solved = percolates
      ? await solve(frame, { network }, shape, counts.linearEnergy, tolerance, maxIterations)
      : null;
    const scale = 1 / voxels;
    const area = shape[1] * shape[2];
    const value = solved === null ? 0 : solved.energy * scale;
    const errorEstimate = solved === null ? 0 : solved.energyError / solved.energy;
    return {
      phase,
      axis,
      interface: 'voxel',
      mFactor: value,
      effectiveConductivity: value,
      bracket: [value * (1 - errorEstimate), value],
      tortuosityFactor: value > 0 ? volumeFraction / value : null,
      bruggemanExponent: value > 0 && volumeFraction < 1 ? Math.log(value) / Math.log(volumeFraction) : null,
      volumeFraction,
      percolates,
      iterations: solved?.iterations ?? 0,
      residual: solved?.residual ?? 0,
      flux: solved === null
        ? { inlet: 0, outlet: 0 }
        : { inlet: (counts.low + 2 * solved.deviation.low) / area, outlet: (counts.high - 2 * solved.deviation.high) / area },
      unknowns: counts.conducting,
      converged: solved?.converged ?? true,
      errorEstimate,
      bounds: conductivityBounds(
        [{ volumeFraction, conductivity: 1 }, { volumeFraction: 1 - volumeFraction, conductivity: 0 }], volume.shape, value,
      ),
      seconds: (performance.now() - start) / 1000,
      peakBytes: frame.peakBytes,
      threads: frame.threads,
      ...(chosen.history && { history: solved === null ? [] : readHistory(solved.history, solved.firstSquare, scale) }),
    };
  });
}
