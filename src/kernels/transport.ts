// Memory and calls of the transport kernels: which voxels conduct, coarse levels, conjugate gradients.
import { CapacityError } from '../core/errors.js';
import type { Shape } from '../core/grid.js';
import type { Frame } from '../runtime/session.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan, PlannedLease } from '../runtime/plan.js';
import { findIslands, islandPlan } from './islands.js';
import { buildParts, countParts, partsPlan, type PartCounts } from './parts.js';
import { bufferBytes, ENTRY_WORDS, layoutOf, levelEntry, levelShapes, type LevelAddresses } from './levels.js';

/** f64 words per iteration in the solver's history. */
const RECORD = 6;
/** Levels with fewer voxels run on one thread: their phases are shorter than a barrier. */
const ALONE_VOXELS = 1 << 15;
/** A solve that nothing but itself speaks for goes on to a tolerance by this factor lower, down to this share of the one given. */
const CLOSER = 10;
const CLOSEST = 1e-4;
const words = (nx: number): number => Math.ceil(nx / 64);

/** Leases of `prepareNetwork`: the network stays, the rest is scratch. */
export function networkPlan(shape: Shape): { readonly network: PlannedLease; readonly scratch: readonly PlannedLease[] } {
  const [nz, ny, nx] = shape;
  const { half } = layoutOf(shape);
  return {
    network: { name: 'network', bytes: 2 * half + 64 },
    scratch: [
      { name: 'solid', bytes: 2 * half + 64 },
      { name: 'labels', bytes: nz * ny * nx },
      { name: 'bits', bytes: 6 * nz * ny * words(nx) * 8 },
      { name: 'queue', bytes: 2 * nz * ny * 4 },
      { name: 'queued', bytes: 2 * nz * ny },
      { name: 'counts', bytes: 24 * nz + 8 * ny },
    ],
  };
}

/** Leases of `solve` beside the network. sets: of islands; parts: those of coarse levels of connected parts, null: of blocks */
export function solvePlan(shape: Shape, threads: number, maxIterations: number, sets = 0, parts: PartCounts | null = null): LeasePlan {
  const field = 8 * layoutOf(shape).half;
  const coarse = parts === null ? levelShapes(shape).slice(1).reduce((sum, level) => sum + 6 * 8 * layoutOf(level).half, 0) : 0;
  return {
    leases: [
      ...['potential', 'residual', 'direction', 'correction'].map((name) => ({ name, bytes: field })),
      { name: 'levels', bytes: coarse },
      { name: 'table', bytes: levelShapes(shape).length * ENTRY_WORDS * 4 },
      { name: 'buffers', bytes: threads * bufferBytes(shape) },
      { name: 'sums', bytes: 6 * 8 * shape[0] },
      { name: 'history', bytes: 8 * RECORD * (maxIterations + 1) },
      { name: 'result', bytes: 64 },
      ...islandPlan(shape, sets),
      ...(parts === null ? [] : partsPlan(shape, parts)),
    ],
  };
}

/** What is known of a network before its solve. */
export interface NetworkCounts {
  /** Voxels from which conducting faces lead to both end planes; when periodic, those with a conducting face, or 0 where none of
   *  their paths leads around the window along the axis. */
  readonly conducting: number;
  /** Conductance of the low and the high plane of faces across the axis, when the boundary does not halve the step: with
   *  conductances of 1 the conducting voxels of these planes. */
  readonly low: number;
  readonly high: number;
  /** Σ g·(Δu)² of the linear profile that rises by 1 per voxel: faces across z, the two boundary planes together one per column. */
  readonly linearEnergy: number;
}

/** What `prepareNetwork` counted. */
export interface PlainCounts extends NetworkCounts {
  /** Voxels of the phase, conducting or not. */
  readonly phaseVoxels: number;
}

/** Conductances of the finest level: the byte network of one phase, or face codes with their codebook. */
export type FinestLevel =
  | { readonly network: Lease }
  | {
      readonly z: Lease; readonly y: Lease; readonly x: Lease; readonly book: Lease; readonly periodic: boolean;
      /** Per set of islands and code, whether the face joins voxels of an island. */
      readonly strong: readonly Uint8Array[];
      /** Least conductance of such a face along any axis. */
      readonly lowest: readonly number[];
    };

/** Addresses of the finest level's conductances for its entry. */
export function finestAddresses(finest: FinestLevel, shape: Shape): LevelAddresses {
  const { origin } = layoutOf(shape);
  return 'network' in finest
    ? { network: finest.network.ptr + origin }
    : { faceZ: finest.z.ptr + origin, faceY: finest.y.ptr + origin, faceX: finest.x.ptr + origin, inverse: finest.book.ptr };
}

/** Marks the voxels of `phase` that conduct between the low and the high plane of axis 0 of `shape`.
 *  @param shape transport axis first; `strides`: elements between neighbouring labels along its three axes */
export async function prepareNetwork(
  frame: Frame, network: Lease, labels: Uint8Array, phase: number, shape: Shape, strides: readonly [number, number, number],
): Promise<PlainCounts> {
  const [nz, ny, nx] = shape;
  return frame.scope(async () => {
    const [solid, image, bits, queue, queued, counts] = networkPlan(shape).scratch.map((lease) => frame.lease(lease.name, lease.bytes));
    await frame.write(image, labels);
    await frame.call(
      'conductingNetwork',
      [counts.ptr, network.ptr, solid.ptr, bits.ptr, queue.ptr, queued.ptr, image.ptr, phase, nz, ny, nx, ...strides],
      { name: 'conducting voxels', work: 4 * nz * ny * nx },
    );
    const values = await frame.read(counts, Float64Array);
    const planes = Array.from({ length: nz }, (_, z) => values[3 * z]);
    let conducting = 0;
    let linearEnergy = (planes[0] + planes[nz - 1]) / 2;
    for (let z = 0; z < nz; z++) {
      conducting += planes[z];
      linearEnergy += values[3 * z + 1];
    }
    const phaseVoxels = values.subarray(3 * nz, 3 * nz + ny).reduce((sum, count) => sum + count, 0);
    return { phaseVoxels, conducting, low: planes[0], high: planes[nz - 1], linearEnergy };
  });
}

/** One iteration of the solver. */
export interface SolveRecord {
  /** M read from the dissipation after this iteration. */
  readonly mFactor: number;
  /** Estimated upper limit of the relative error of `mFactor`; null before there is one. */
  readonly errorEstimate: number | null;
  /** Residual by the recurrence, relative to that of the linear profile. */
  readonly residual: number;
}

export interface SolveState {
  readonly iterations: number;
  /** Energy of the solution in the units of `linearEnergy`, and an upper estimate of its error. */
  readonly energy: number;
  readonly energyError: number;
  /** True residual relative to that of the linear profile, both in the 2-norm. */
  readonly residual: number;
  /** Square of the residual of the linear profile. */
  readonly firstSquare: number;
  /** Σ of the deviation over the low and the high plane. */
  readonly deviation: { readonly low: number; readonly high: number };
  readonly converged: boolean;
}

export interface SolveResult extends SolveState {
  /** f64[iterations][6]: r·z, alpha, beta, energy, |r|², error estimate. */
  readonly history: Float64Array;
}

/** A solved network while its memory is held. */
export interface SolvedNetwork {
  /** Address of the finest level's entry, and of element (0, 0, 0) of the deviation from the linear profile. */
  readonly entry: number;
  readonly deviation: number;
  /** Bytes from there to the second word of the deviation; 0 where single precision was enough. */
  readonly second: number;
  /** Of CG, free again: its direction, laid out like the deviation, and f64[6·planes]. */
  readonly direction: number;
  readonly sums: number;
}

/** How a solve goes, and when it has ended. */
export interface SolveGoal {
  /** Relative error of the energy, by CG's own estimate. */
  readonly tolerance: number;
  /** True residual over `rightNorm`, both in the 2-norm; null: any. */
  readonly residualTolerance: number | null;
  /** Norm that residuals are relative to; null: that of the linear profile's. */
  readonly rightNorm: number | null;
  readonly maxIterations: number;
  /** Connected parts that the coarse levels are made of; null, the default: they are made of blocks. */
  readonly parts?: PartCounts | null;
  /** Whether what else is known of a converged solve speaks for it; where not, it goes on. */
  readonly agrees?: (state: SolveState) => boolean;
  /** What `use` will lease. */
  readonly afterwards?: readonly LeasePlan[];
}

/** Memory for the second word of the potential, which is 0; null where there is none. */
async function secondWord(frame: Frame, bytes: number, afterwards: readonly LeasePlan[]): Promise<Lease | null> {
  const lease = { name: 'potential, second word', bytes };
  try {
    await frame.extend({ leases: [lease], then: afterwards });
  } catch (error) {
    if (error instanceof CapacityError) return null;
    throw error;
  }
  const word = frame.lease(lease.name, lease.bytes);
  await frame.fill(word, 0);
  return word;
}

/** Counts the parts of a prepared network's blocks, within the memory of `countPlan`. least: see `countParts` */
export function countNetworkParts(frame: Frame, finest: FinestLevel, shape: Shape, least = 0): Promise<PartCounts> {
  const coded = 'book' in finest;
  return countParts(frame, shape, levelEntry(layoutOf(shape), finestAddresses(finest, shape), coded && finest.periodic), coded, least);
}

/** Solves for the deviation from the linear profile on a prepared network. Where single precision stalls, the potential gets a second
 *  word, if there is memory.
 *  @param use what to do with the solution while it is there */
export async function solve(
  frame: Frame, finest: FinestLevel, shape: Shape, linearEnergy: number, goal: SolveGoal, use?: (solved: SolvedNetwork) => Promise<void>,
): Promise<SolveResult> {
  const { tolerance, residualTolerance, rightNorm, maxIterations, parts = null, agrees = () => true, afterwards = [] } = goal;
  return frame.scope(async () => {
    const strong = 'strong' in finest ? finest.strong : [];
    const leases = solvePlan(shape, frame.threads, maxIterations, strong.length, parts).leases.map((lease) => frame.lease(lease.name, lease.bytes));
    const [potential, residual, direction, correction, levels, table, buffers, sums, history, result, ...others] = leases;
    const islands = parts === null ? others : others.slice(0, -4);
    const partLeases = parts === null ? [] : others.slice(-4);
    const layouts = levelShapes(shape).map(layoutOf);
    const periodic = 'periodic' in finest && finest.periodic;
    const entries = new Uint32Array(layouts.length * ENTRY_WORDS);
    let next = levels.ptr;
    layouts.forEach((layout, level) => {
      const field = (): number => {
        next += 8 * layout.half;
        return next - 8 * layout.half + 4 * layout.origin;
      };
      const addresses =
        level === 0
          ? {
              solution: correction.ptr + 4 * layout.origin, right: residual.ptr + 4 * layout.origin, buffers: buffers.ptr,
              parts: partLeases[0]?.ptr, ...finestAddresses(finest, shape),
            }
          : parts !== null ? {} : { solution: field(), right: field(), faceX: field(), faceY: field(), faceZ: field(), inverse: field() };
      entries.set(levelEntry(layout, { ...addresses, islands: islands[0]?.ptr }, periodic), level * ENTRY_WORDS);
    });
    await frame.write(table, entries);
    const { origin } = layouts[0];
    const count = layouts.length;
    const alone = Math.max(1, layouts.findIndex((layout) => layout.shape[0] * layout.shape[1] * layout.shape[2] < ALONE_VOXELS));
    const voxels = shape[0] * shape[1] * shape[2];
    const deviation = potential.ptr + 4 * origin;
    // The direction's memory is free until the solve begins.
    if (strong.length > 0) await findIslands(frame, islands, shape, strong, table.ptr, direction.ptr, deviation, !parts?.least);
    if (parts === null) await frame.call('coarsenNetwork', [table.ptr, count], { name: 'coarse levels', work: voxels / 3 });
    else await buildParts(frame, partLeases, shape, parts, table.ptr, correction.ptr, direction.ptr + 4 * origin);
    const iterate = async (second: number, relative: number): Promise<SolveState> => {
      await frame.call(
        'solveTransport',
        [
          result.ptr, history.ptr, sums.ptr, table.ptr, count, alone, deviation, second, direction.ptr + 4 * origin, linearEnergy, relative,
          residualTolerance ?? Infinity, rightNorm ?? 0, maxIterations,
        ],
        { name: 'multigrid', work: 12 * voxels * 7 },
      );
      const [iterations, energy, square, firstSquare, low, high, energyError, verdict] = await frame.read(result, Float64Array);
      return {
        iterations, energy, firstSquare, deviation: { low, high }, energyError: Math.min(energyError, energy), converged: verdict === 1,
        residual: firstSquare > 0 ? Math.sqrt(square / firstSquare) : 0,
      };
    };
    let state = await iterate(0, tolerance);
    const unfinished = (): boolean => state.iterations < maxIterations && !(state.converged && agrees(state));
    const word = unfinished() ? await secondWord(frame, potential.bytes, afterwards) : null;
    const second = word === null ? 0 : word.ptr - potential.ptr;
    for (let relative = tolerance; second > 0 && unfinished() && relative > CLOSEST * tolerance; ) {
      const { converged } = state;
      // Nothing but more iterations helps a solve that has converged by its own measure.
      if (converged) relative /= CLOSER;
      state = await iterate(second, relative);
      if (!state.converged) {
        // What was wanted was reached, only not what lies beyond.
        state = { ...state, converged: converged && residualTolerance === null && state.energyError <= tolerance * state.energy };
        break;
      }
    }
    const records = await frame.read(history, Float64Array, state.iterations * RECORD);
    await use?.({ entry: table.ptr, deviation, second, direction: direction.ptr + 4 * origin, sums: sums.ptr });
    return { ...state, history: records };
  });
}

/** Reads the solver's history. @param scale turns energy into M */
export function readHistory(history: Float64Array, firstSquare: number, scale: number): SolveRecord[] {
  return Array.from({ length: history.length / RECORD }, (_, k) => {
    const [, , , energy, square, estimate] = history.subarray(k * RECORD, (k + 1) * RECORD);
    return {
      mFactor: energy * scale,
      errorEstimate: Number.isFinite(estimate) ? estimate / energy : null,
      residual: Math.sqrt(square / firstSquare),
    };
  });
}
