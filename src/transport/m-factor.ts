// M-factor: effective over intrinsic conductivity of one phase between two opposite faces of the window.
import { checkAxis, voxelCount, type Axis, type Shape } from '../core/grid.js';
import { SpecError } from '../core/errors.js';
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import { networkPlan, prepareNetwork, readHistory, solve, solvePlan, type SolveRecord } from '../kernels/transport.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';

export interface MFactorOptions {
  /** Conducting phase; all others insulate. */
  readonly phase: Phase;
  /** Transport axis. */
  readonly axis: Axis;
  /** Relative error of M at which the solve stops, by its own estimate. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** Whether to return the iterations. */
  readonly history: boolean;
}

export const MFACTOR_DEFAULTS = { axis: 'z', tolerance: 1e-4, maxIterations: 200, history: false } as const;

/** What `conduct` prints. Conductivities are relative to the phase's own. */
export interface MFactorResult {
  readonly phase: Phase;
  readonly axis: Axis;
  readonly interface: 'voxel';
  /** σ_eff/σ_0, read from the dissipation: approached from above. 0 without percolation. */
  readonly mFactor: number;
  readonly effectiveConductivity: number;
  /** Volume fraction over M; null when M is 0. */
  readonly tortuosityFactor: number | null;
  readonly volumeFraction: number;
  /** Whether the phase joins both faces over faces of voxels. */
  readonly percolates: boolean;
  readonly iterations: number;
  /** True residual, computed in f64 after the solve, relative to that of the linear profile (2-norms). */
  readonly residual: number;
  /** Mean flux through the two faces, in units of σ_0 × the mean gradient: equal at convergence, and then equal to M. */
  readonly flux: { readonly inlet: number; readonly outlet: number };
  /** Conducting voxels that are joined to both faces. */
  readonly unknowns: number;
  readonly converged: boolean;
  /** Estimated upper limit of the relative error of M. */
  readonly errorEstimate: number;
  /** Limits for M: ε (Wiener) for any structure, 2ε/(3 − ε) (Hashin-Shtrikman) for isotropic ones only: columns exceed it. */
  readonly bounds: { readonly wiener: number; readonly hashinShtrikman: number; readonly obeyed: 'both' | 'wiener' | 'none' };
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

/** Memory of `mFactor` for a window of `shape`: about 18 bytes per voxel plus 3.5 for the coarse levels. */
export function mFactorPlan(shape: Shape, options: { readonly axis?: Axis; readonly maxIterations?: number } = {}): LeasePlan {
  const turned = orient(shape, options.axis ?? MFACTOR_DEFAULTS.axis).shape;
  const { network, scratch } = networkPlan(turned);
  return {
    leases: [network],
    then: [{ leases: scratch }, solvePlan(turned, options.maxIterations ?? MFACTOR_DEFAULTS.maxIterations)],
  };
}

/** M-factor of a phase along an axis: ∇·(σ∇u) = 0 with u = 1 and 0 on the two outer faces (half a voxel from the first
 *  centres), no flux elsewhere; unit conductance between conducting face neighbours (`interface: 'voxel'`).
 *  @throws SpecError phase that does not occur, tolerance ≤ 0, maxIterations < 1; CapacityError, CancelledError */
export async function mFactor(
  session: Session, volume: LabelVolume,
  options: Pick<MFactorOptions, 'phase'> & Partial<MFactorOptions>, run: RunOptions = {},
): Promise<MFactorResult> {
  checkVolume('mFactor', volume);
  const { axis, tolerance, maxIterations, history: wanted } = { ...MFACTOR_DEFAULTS, ...options };
  checkAxis('mFactor', axis);
  const phase = checkPhase('mFactor', volume, options.phase);
  if (!(tolerance > 0 && Number.isFinite(tolerance))) {
    throw new SpecError(`mFactor: tolerance is the relative error of M and must be > 0, got ${tolerance}`);
  }
  if (!(Number.isInteger(maxIterations) && maxIterations >= 1 && maxIterations <= 100_000)) {
    throw new SpecError(`mFactor: maxIterations must be a whole number from 1 to 100000, got ${maxIterations}`);
  }
  const voxels = voxelCount(volume.shape);
  const { shape, strides } = orient(volume.shape, axis);
  const start = performance.now();
  return session.run('conduct', mFactorPlan(volume.shape, { axis, maxIterations }), voxels, run, async (frame) => {
    const { network: planned } = networkPlan(shape);
    const network = frame.lease(planned.name, planned.bytes);
    const counts = await prepareNetwork(frame, network, volume.labels, phase, shape, strides);
    const volumeFraction = counts.phaseVoxels / voxels;
    const percolates = counts.conducting > 0;
    const solved = percolates
      ? await solve(frame, network, shape, counts.linearEnergy, tolerance, maxIterations)
      : null;
    const scale = 1 / voxels;
    const area = shape[1] * shape[2];
    const value = solved === null ? 0 : solved.energy * scale;
    const hashinShtrikman = (2 * volumeFraction) / (3 - volumeFraction);
    const within = (limit: number): boolean => value <= limit * (1 + 1e-12);
    return {
      phase,
      axis,
      interface: 'voxel',
      mFactor: value,
      effectiveConductivity: value,
      tortuosityFactor: value > 0 ? volumeFraction / value : null,
      volumeFraction,
      percolates,
      iterations: solved?.iterations ?? 0,
      residual: solved?.residual ?? 0,
      flux: solved === null
        ? { inlet: 0, outlet: 0 }
        : { inlet: (counts.low + 2 * solved.deviation.low) / area, outlet: (counts.high - 2 * solved.deviation.high) / area },
      unknowns: counts.conducting,
      converged: solved?.converged ?? true,
      errorEstimate: solved === null ? 0 : solved.energyError / solved.energy,
      bounds: {
        wiener: volumeFraction,
        hashinShtrikman,
        obeyed: within(hashinShtrikman) ? 'both' : within(volumeFraction) ? 'wiener' : 'none',
      },
      seconds: (performance.now() - start) / 1000,
      peakBytes: frame.peakBytes,
      threads: frame.threads,
      ...(wanted && { history: solved === null ? [] : readHistory(solved.history, solved.firstSquare, scale) }),
    };
  });
}
