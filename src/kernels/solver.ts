// A solver that can be asked more than once: coarse levels of a network are made once, then it is solved as often as one likes.
// Kernels: assembly/transport (conjugate.ts, coarsen.ts, parts-build.ts, islands.ts).
import { CapacityError } from '../core/errors.js';
import type { Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { findIslands, islandPlan } from './islands.js';
import { bufferBytes, ENTRY_WORDS, layoutOf, levelEntry, levelShapes, type LevelAddresses } from './levels.js';
import { buildParts, partsPlan, type PartCounts } from './parts.js';
import { finestAddresses, type FinestLevel } from './transport.js';

/** f64 words per iteration in the solver's history. */
const RECORD = 6;
/** Levels with fewer voxels run on one thread: their phases are shorter than a barrier. */
const ALONE_VOXELS = 1 << 15;
/** A solve that nothing but itself speaks for goes on to a tolerance by this factor lower, down to this share of the one given. */
const CLOSER = 10;
const CLOSEST = 1e-4;

/** What a solver is made for. */
export interface SolverNeeds {
  /** Iterations of any one solve at most. */
  readonly maxIterations: number;
  /** Connected parts that the coarse levels are made of; null, the default: they are made of blocks. */
  readonly parts?: PartCounts | null;
}

/** Leases of `prepareSolver` beside the network. sets: of islands */
export function solverPlan(shape: Shape, threads: number, { maxIterations, parts = null }: SolverNeeds, sets = 0): LeasePlan {
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

/** A network with its coarse levels, ready to be solved. Its memory goes when the scope ends that prepared it. */
export interface Solver {
  /** Solves for the deviation from the linear profile. Where single precision stalls, the potential gets a second word, if there is
   *  memory.
   *  @param use what to do with the solution while it is there */
  solve(goal: SolveGoal, use?: (solved: SolvedNetwork) => Promise<void>): Promise<SolveResult>;
}

/** Where the levels lie in memory. */
interface Levels {
  readonly table: Lease;
  readonly count: number;
  /** First level that runs on one thread. */
  readonly alone: number;
}

/** Writes the entries of all levels. addresses: of the finest level's fields; coarse: their room, null where they are of parts */
async function writeLevels(
  frame: Frame, table: Lease, shape: Shape, finest: LevelAddresses, coarse: Lease | null, periodic: boolean,
): Promise<Levels> {
  const layouts = levelShapes(shape).map(layoutOf);
  const entries = new Uint32Array(layouts.length * ENTRY_WORDS);
  let next = coarse?.ptr ?? 0;
  layouts.forEach((layout, level) => {
    const field = (): number => {
      next += 8 * layout.half;
      return next - 8 * layout.half + 4 * layout.origin;
    };
    const fields = (): LevelAddresses => coarse === null
      ? {} : { solution: field(), right: field(), faceX: field(), faceY: field(), faceZ: field(), inverse: field() };
    const addresses = level === 0 ? finest : { ...fields(), islands: finest.islands };
    entries.set(levelEntry(layout, addresses, periodic), level * ENTRY_WORDS);
  });
  await frame.write(table, entries);
  const small = layouts.findIndex(({ shape: [nz, ny, nx] }) => nz * ny * nx < ALONE_VOXELS);
  return { table, count: layouts.length, alone: Math.max(1, small) };
}

/** Builds the coarse levels of a network.
 *  @param shape of the network, transport axis first; linearEnergy: of the linear profile */
export async function prepareSolver(
  frame: Frame, finest: FinestLevel, shape: Shape, linearEnergy: number, needs: SolverNeeds,
): Promise<Solver> {
  const { maxIterations, parts = null } = needs;
  const strong = 'strong' in finest ? finest.strong : [];
  const leases = solverPlan(shape, frame.threads, needs, strong.length).leases.map(({ name, bytes }) => frame.lease(name, bytes));
  const [potential, residual, direction, correction, coarse, table, buffers, sums, history, result, ...others] = leases;
  const islands = parts === null ? others : others.slice(0, -4);
  const partLeases = parts === null ? [] : others.slice(-4);
  const { origin } = layoutOf(shape);
  const levels = await writeLevels(frame, table, shape, {
    solution: correction.ptr + 4 * origin, right: residual.ptr + 4 * origin, buffers: buffers.ptr, parts: partLeases[0]?.ptr,
    islands: islands[0]?.ptr, ...finestAddresses(finest, shape),
  }, parts === null ? coarse : null, 'periodic' in finest && finest.periodic);
  const voxels = shape[0] * shape[1] * shape[2];
  const deviation = potential.ptr + 4 * origin;
  const free = direction.ptr + 4 * origin;

  // The direction's memory is free until a solve begins.
  const startFlat = (): Promise<void> => findIslands(frame, islands, shape, strong, table.ptr, direction.ptr, deviation, !parts?.least);
  let flat = false;
  if (strong.length > 0) {
    await startFlat();
    flat = true;
  }
  if (parts === null) await frame.call('coarsenNetwork', [table.ptr, levels.count], { name: 'coarse levels', work: voxels / 3 });
  else await buildParts(frame, partLeases, shape, parts, table.ptr, correction.ptr, free);

  async function iterate(second: number, relative: number, { residualTolerance, rightNorm }: SolveGoal): Promise<SolveState> {
    await frame.call(
      'solveTransport',
      [
        result.ptr, history.ptr, sums.ptr, table.ptr, levels.count, levels.alone, deviation, second, free, linearEnergy, relative,
        residualTolerance ?? Infinity, rightNorm ?? 0, maxIterations,
      ],
      { name: 'multigrid', work: 12 * voxels * 7 },
    );
    const [iterations, energy, square, firstSquare, low, high, energyError, verdict] = await frame.read(result, Float64Array);
    return {
      iterations, energy, firstSquare, deviation: { low, high }, energyError: Math.min(energyError, energy), converged: verdict === 1,
      residual: firstSquare > 0 ? Math.sqrt(square / firstSquare) : 0,
    };
  }

  return {
    solve: (goal, use) => frame.scope(async () => {
      const { tolerance, residualTolerance, agrees = () => true, afterwards = [] } = goal;
      if (strong.length > 0 && !flat) await startFlat();
      flat = false;
      let state = await iterate(0, tolerance, goal);
      const unfinished = (): boolean => state.iterations < maxIterations && !(state.converged && agrees(state));
      const word = unfinished() ? await secondWord(frame, potential.bytes, afterwards) : null;
      const second = word === null ? 0 : word.ptr - potential.ptr;
      for (let relative = tolerance; second > 0 && unfinished() && relative > CLOSEST * tolerance; ) {
        const { converged } = state;
        // Nothing but more iterations helps a solve that has converged by its own measure.
        if (converged) relative /= CLOSER;
        state = await iterate(second, relative, goal);
        if (!state.converged) {
          // What was wanted was reached, only not what lies beyond.
          state = { ...state, converged: converged && residualTolerance === null && state.energyError <= tolerance * state.energy };
          break;
        }
      }
      const records = await frame.read(history, Float64Array, state.iterations * RECORD);
      await use?.({ entry: table.ptr, deviation, second, direction: free, sums: sums.ptr });
      return { ...state, history: records };
    }),
  };
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
