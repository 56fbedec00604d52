// What a solve returns, and how it follows from the network and its solution.
import { axisIndex, voxelCount, type Axis } from '../core/grid.js';
import type { LabelVolume, Phase } from '../core/volume.js';
import type { TransportFields } from '../kernels/coded.js';
import { readHistory, type SolveRecord, type SolveResult, type SolveState } from '../kernels/solver.js';
import type { NetworkCounts } from '../kernels/transport.js';
import { islandThresholds } from '../kernels/islands.js';
import { log } from '../numeric/elementary.js';
import type { LabelWarningOptions } from '../warnings/label-warnings.js';
import { conductivityBounds, type ConductivityBounds } from './bounds.js';
import { isPlain, type ConductJob, type ConductOptions } from './conduct-options.js';
import type { Conductivities } from './conductors.js';
import { narrowShare, type NarrowShare } from './narrow-share.js';
import type { Uncertainty } from './uncertainty/result.js';

/** One number per axis. */
export interface PerAxis {
  /** Along the pressing direction. */
  readonly z: number;
  /** Across it. */
  readonly y: number;
  /** Across it, along rows of voxels. */
  readonly x: number;
}

/** f32 per voxel in C order (z, y, x). */
export interface ConductFields {
  /** 1 at the inlet (low face) … 0 at the outlet; NaN where no current can flow. With periodic edges the mean gradient
   *  with the periodic deviation. */
  readonly potential: Float32Array;
  /** |J| at the voxel centres, in units of the reference conductivity × the mean gradient; 0 where no current can
   *  flow. */
  readonly flux: Float32Array;
}

/** What `voxelith conduct` prints. */
export interface ConductResult {
  /** Phase that M refers to; null when only conductivities were given. */
  readonly phase: Phase | null;
  /** Along which the mean gradient lies. */
  readonly axis: Axis;
  /** As asked for. */
  readonly boundary: ConductOptions['boundary'];
  /** As asked for. */
  readonly interface: ConductOptions['interface'];
  /** σ per label. */
  readonly conductivity: Conductivities;
  /** σ of `phase`, or the largest: fluxes and bounds are in units of it. */
  readonly referenceConductivity: number;
  /** σ_eff over the conductivity of `phase`, read from the dissipation: approached from above. 0 without percolation;
   *  null without `phase`. */
  readonly mFactor: number | null;
  /** In the unit of `conductivity`. */
  readonly effectiveConductivity: number;
  /** Where σ_eff lies by the solver's own estimate of its error, and not below Wiener's limit: [σ_eff·(1 −
   *  errorEstimate), σ_eff], and 2⁻²³ more on both sides where conductances are rounded to single precision. */
  readonly bracket: readonly [low: number, high: number];
  /** ε/M; null when M is 0, or several phases conduct. */
  readonly tortuosityFactor: number | null;
  /** MacMullin number N_M = 1/M, also called formation factor F; null when M is 0, or several phases conduct. */
  readonly macMullinNumber: number | null;
  /** b in M = ε^b; null when M is 0, the phase fills the window, or several phases conduct. */
  readonly bruggemanExponent: number | null;
  /** Share of the window that `phase` fills, or all that conducts; with `interface: smooth` the mean open fraction of
   *  the faces across the axis. */
  readonly volumeFraction: number;
  /** `smooth`: mean open fraction of the faces across each axis; null otherwise. */
  readonly openFraction: PerAxis | null;
  /** Whether conducting voxels join both faces, over faces of voxels; with periodic edges: whether current flows. */
  readonly percolates: boolean;
  /** Of the conjugate gradients; 0 where there was nothing to solve. */
  readonly iterations: number;
  /** What the coarse levels were made of; null where there was nothing to solve. */
  readonly coarsening: 'blocks' | 'parts' | null;
  /** True residual, computed in f64 after the solve, over the norm of the right-hand side (2-norms) of the Dirichlet
   *  system as other solvers write it, with u = 1 at the inlet; with periodic edges over that of the mean gradient. */
  readonly residual: number;
  /** Mean flux through the two faces, in units of the reference conductivity × the mean gradient: equal at convergence,
   *  and then equal to σ_eff over the reference. */
  readonly flux: { readonly inlet: number; readonly outlet: number };
  /** Mean flux over the window, in the same unit: a column of the tensor. null when not asked for. */
  readonly meanFlux: PerAxis | null;
  /** Voxels that carry current. */
  readonly unknowns: number;
  /** Whether the solve stopped at its tolerances. */
  readonly converged: boolean;
  /** Estimated upper limit of the relative error of σ_eff; 1 as long as nothing is known. */
  readonly errorEstimate: number;
  /** Limits of σ_eff over the reference conductivity, and which of them it obeys. */
  readonly bounds: ConductivityBounds;
  /** Wall time, s. */
  readonly seconds: number;
  /** Arena bytes at the peak. */
  readonly peakBytes: number;
  /** Of the session. */
  readonly threads: number;
  /** Per iteration, when asked for. */
  readonly history?: readonly SolveRecord[];
  /** When asked for. */
  readonly fields?: ConductFields;
  /** What speaks against the image, one line each, with the remedy; when asked for. */
  readonly warnings?: readonly string[];
  /** M of the material, with its error bar; when asked for. `mFactor` is that of the window on its voxels. */
  readonly uncertainty?: Uncertainty;
  /** With `fields`; null when nothing flows. */
  readonly narrowShare?: NarrowShare | null;
}

/** A network that is ready to be solved, and what is known of it. */
export interface Network {
  readonly counts: NetworkCounts;
  /** ‖b‖ of the Dirichlet system in the solver's unit; null with periodic edges, where b is the residual of the mean
   *  gradient. */
  readonly rightNorm: number | null;
  /** Volume fraction of each conducting label. */
  readonly fractions: ReadonlyMap<Phase, number>;
  readonly openFraction: PerAxis | null;
  /** Open part of the faces across the axis, in 255ths, where fields of a smooth interface are wanted. */
  readonly apertures: Uint8Array | null;
}

export interface Solved {
  readonly volume: LabelVolume;
  readonly job: ConductJob;
  readonly network: Network;
  /** null: nothing percolates. */
  readonly solution: SolveResult | null;
  readonly coarsening: 'blocks' | 'parts';
  readonly flows: TransportFields | null;
  readonly seconds: number;
  readonly peakBytes: number;
  readonly threads: number;
}

/** Conductivity that the solver calls 1. */
export function solverUnit({ conducting, conductivity }: Pick<ConductJob, 'conducting' | 'conductivity'>): number {
  return conducting.reduce((best, label) => Math.max(best, conductivity[label]), 0);
}

type Posed = Pick<Solved, 'job' | 'network' | 'volume' | 'coarsening'>;

/** Effective conductivity from the dissipation, and mean fluxes through the two faces, over the reference
 *  conductivity. */
function read(
  { job, network: { counts }, volume: { shape } }: Posed, { energy, deviation }: SolveState,
): { value: number; flux: ConductResult['flux'] } {
  // What is 1 for the solver, in units of the reference conductivity.
  const unit = solverUnit(job) / job.reference;
  const area = voxelCount(shape) / shape[axisIndex(job.axis)];
  return {
    value: (unit * energy) / voxelCount(shape),
    flux: {
      inlet: (unit * (counts.low + 2 * deviation.low)) / area,
      outlet: (unit * (counts.high - 2 * deviation.high)) / area,
    },
  };
}

/** Share of the energy's error per squared error of the flux, from laminates of 10² to 10⁸, doubled
 *  (decisions/0054). */
const FLUX_WEIGHT = 0.1;
/** The same over parts of strong links, which leave no slow modes: fluxes of islands at a boundary are then worse than
 *  M (decisions/0057). */
const FLUX_WEIGHT_STRONG = 0.002;

/** Relative error of the energy: CG's own estimate, which slow modes of high contrasts can deceive; there also what the
 *  flux through the better of the two faces speaks for, as fluxes err like the square root of the energy's error. */
export function errorOf(posed: Posed, state: SolveState): number {
  const own = state.energyError / state.energy;
  if (islandThresholds(Object.values(posed.job.conductivity)).length === 0) return own;
  const { value, flux: { inlet, outlet } } = read(posed, state);
  const imbalance = Math.min(Math.abs(inlet / value - 1), Math.abs(outlet / value - 1));
  return Math.min(1, Math.max(own, (posed.coarsening === 'parts' ? FLUX_WEIGHT_STRONG : FLUX_WEIGHT) * imbalance ** 2));
}

/** What rounding of the conductances to f32, and of their codebook's scale, can change of σ_eff. */
const ROUNDING = 2 ** -23;

/** Fields in the units of the result. */
function fieldsOf({ volume, flows }: Solved, unit: number): ConductFields {
  if (flows === null || flows.potential === null || flows.flux === null) {
    const voxels = voxelCount(volume.shape);
    return { potential: new Float32Array(voxels).fill(NaN), flux: new Float32Array(voxels) };
  }
  return { potential: flows.potential, flux: unit === 1 ? flows.flux : flows.flux.map((value) => value * unit) };
}

export function conductResult(solved: Solved): ConductResult {
  const { volume, job, network, solution, flows } = solved;
  const { phase, axis, conducting, conductivity, reference } = job;
  const { counts, fractions, openFraction } = network;
  const voxels = voxelCount(volume.shape);
  const unit = solverUnit(job) / reference;
  const firstNorm = Math.sqrt(solution?.firstSquare ?? 0);
  const rightNorm = network.rightNorm ?? firstNorm;
  const { value, flux } = solution === null ? { value: 0, flux: { inlet: 0, outlet: 0 } } : read(solved, solution);
  const errorEstimate = solution === null ? 0 : errorOf(solved, solution);
  const fraction = (labels: readonly Phase[]): number =>
    labels.reduce((sum, label) => sum + (fractions.get(label) ?? 0), 0);
  const volumeFraction = openFraction === null ? fraction(phase === null ? conducting : [phase]) : openFraction[axis];
  const constituents = conducting.map((label) => ({
    volumeFraction: openFraction === null ? fraction([label]) : volumeFraction,
    conductivity: conductivity[label] / reference,
  }));
  const insulating = constituents.reduce((rest, constituent) => rest - constituent.volumeFraction, 1);
  const bounds = conductivityBounds(
    insulating > 0.5 / voxels ? [...constituents, { volumeFraction: insulating, conductivity: 0 }] : constituents,
    volume.shape, value,
  );
  const rounding = isPlain(job, volume.voxelSizeUm) ? 0 : ROUNDING;
  const single = phase !== null && conducting.length === 1 && value > 0;
  const fields = job.fields ? fieldsOf(solved, unit) : null;
  const mean = flows?.meanFlux.map((component) => component * unit) ?? [0, 0, 0];
  return {
    phase, axis, boundary: job.boundary, interface: job.interface, conductivity, referenceConductivity: reference,
    mFactor: phase === null ? null : value,
    effectiveConductivity: value * reference,
    bracket: [
      Math.max(value * (1 - errorEstimate), Math.min(value, bounds.lowerWiener)) * reference * (1 - rounding),
      value * reference * (1 + rounding),
    ],
    tortuosityFactor: single ? volumeFraction / value : null,
    macMullinNumber: single ? 1 / value : null,
    bruggemanExponent: single && volumeFraction < 1 ? log(value) / log(volumeFraction) : null,
    volumeFraction,
    openFraction,
    percolates: solution !== null,
    iterations: solution?.iterations ?? 0,
    coarsening: solution === null ? null : solved.coarsening,
    residual: solution === null || rightNorm === 0 ? 0 : (solution.residual * firstNorm) / rightNorm,
    flux,
    meanFlux: job.meanFlux || job.fields ? { z: mean[0], y: mean[1], x: mean[2] } : null,
    unknowns: counts.conducting,
    converged: solution === null || (solution.converged && errorEstimate <= job.tolerance),
    errorEstimate,
    bounds,
    seconds: solved.seconds,
    peakBytes: solved.peakBytes,
    threads: solved.threads,
    ...(
      job.history &&
        { history: solution === null ? [] : readHistory(solution.history, rightNorm * rightNorm, unit / voxels) }
    ),
    ...(fields !== null && {
      fields,
      narrowShare: narrowShare({
        shape: volume.shape, axis, potential: fields.potential, labels: volume.labels, apertures: network.apertures,
        // A level set has the last word on what conducts, and then apertures alone tell one face from another.
        conductivity: Float64Array.from(
          { length: 256 }, (_, label) => (network.apertures === null ? (conductivity[label] ?? 0) : 1),
        ),
      }),
    }),
  };
}

/** Whose warnings matter to a solve: the labels that conduct. */
export function warned({ conductivity, interface: kind }: ConductResult): LabelWarningOptions {
  const conducting = Object.keys(conductivity).map(Number).filter((label) => conductivity[label] > 0);
  return { phases: conducting, interface: kind };
}
