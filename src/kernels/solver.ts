// A solver that can be asked more than once: coarse levels of a network are made once, then it is solved as often as one likes.
// Kernels: assembly/transport (conjugate.ts, coarsen.ts, parts-build.ts, islands.ts).
import { CapacityError, SpecError, VoxelithError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { within, type Place } from '../runtime/call.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { finestAddresses, islandSets, isPeriodic, strongFaces, type FinestLevel } from './finest.js';
import { findIslands, islandPlan } from './islands.js';
import { bufferBytes, ENTRY_WORDS, layoutOf, levelEntry, levelShapes, type LevelAddresses } from './levels.js';
import { buildParts, partsPlan, type PartCounts } from './parts.js';


/** f64 words per iteration in the solver's history. */
const RECORD = 6;
/** Levels with fewer voxels run on one thread: their phases are shorter than a barrier. */
const ALONE_VOXELS = 1 << 15;
/** A solve that nothing but itself speaks for goes on to a tolerance by this factor lower, down to this share of the one given. */
const CLOSER = 10;
const CLOSEST = 1e-4;

/** What a solver is made for: it says how much memory it takes. */
export interface SolverNeeds {
  /** Iterations of any one solve at most. */
  readonly maxIterations: number;
  /** Connected parts that the coarse levels are made of; null, the default: they are made of blocks. */
  readonly parts?: PartCounts | null;
  /** Whether right-hand sides will be given: 4 bytes more per voxel. */
  readonly rightHandSide?: boolean;
  /** Whether there is a diagonal term: 4½ bytes more per voxel. */
  readonly diagonal?: boolean;
}

/** A network that is ready to be solved. */
export interface SolverNetwork {
  readonly finest: FinestLevel;
  /** Sizes, transport axis first. */
  readonly shape: Shape;
  /** Elements between neighbours along these axes in fields in the order of the image. */
  readonly strides: readonly [number, number, number];
  /** Energy of the linear profile. */
  readonly linearEnergy: number;
}

/** Leases of `prepareSolver` beside the network. sets: of islands */
export function solverPlan(shape: Shape, threads: number, needs: SolverNeeds, sets = 0): LeasePlan {
  const { maxIterations, parts = null, rightHandSide = false, diagonal = false } = needs;
  const field = 8 * layoutOf(shape).half;
  const coarseFields = diagonal ? 7 : 6;
  const coarse = parts !== null ? 0
    : levelShapes(shape).slice(1).reduce((sum, level) => sum + coarseFields * 8 * layoutOf(level).half, 0);
  return {
    leases: [
      ...['potential', 'residual', 'direction', 'correction'].map((name) => ({ name, bytes: field })),
      ...(rightHandSide ? [{ name: 'right-hand side', bytes: field }] : []),
      ...(diagonal ? [{ name: 'diagonal', bytes: field }] : []),
      { name: 'levels', bytes: coarse },
      { name: 'table', bytes: levelShapes(shape).length * ENTRY_WORDS * 4 },
      { name: 'buffers', bytes: threads * bufferBytes(shape) },
      { name: 'sums', bytes: 6 * 8 * shape[0] },
      { name: 'row sums', bytes: 8 * shape[1] },
      { name: 'history', bytes: 8 * RECORD * (maxIterations + 1) },
      { name: 'result', bytes: 128 },
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
  /** Energy of the solution in the units of `linearEnergy`; of a right-hand side b that was given, 2·b·x − x·A·x, which is b·x and x·A·x
   *  at the solution. */
  readonly energy: number;
  /** Upper estimate of its error, which is (x − x*)·A·(x − x*). */
  readonly energyError: number;
  /** What that error is relative to: the energy, or what the solve has removed of it where that is more. */
  readonly energySize: number;
  /** True residual relative to ‖b‖ in the 2-norm, or to that of the start where b = 0. */
  readonly residual: number;
  /** ‖b‖², or that of the start's residual where b = 0. */
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
  /** Relative error of the energy, by CG's own estimate; null: any. */
  readonly tolerance: number | null;
  /** True residual over `rightNorm`, both in the 2-norm; null: any. */
  readonly residualTolerance: number | null;
  /** Norm that residuals are relative to; null: ‖b‖. */
  readonly rightNorm?: number | null;
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

/** What is solved: A·x = b, where A is the network with boundaries of potential 0 and the diagonal term. Fields are f32 per voxel in the
 *  order of the image. */
export interface SolveRequest extends SolveGoal {
  /** b, of voxels that conduct; null: what the linear profile leaves, which rises by 1 per voxel, so that x is the deviation from it. */
  readonly rightHandSide?: Lease | null;
  /** Where to start; `last`: where the solve before ended, or at 0; null: at 0, and flat within islands for the linear profile. */
  readonly start?: Lease | 'last' | null;
  /** Where x goes: 0 where nothing conducts. */
  readonly solution?: Lease | null;
}

/** A network with its coarse levels, ready to be solved as often as one likes. Its memory goes when the scope ends that prepared it. */
export interface Solver {
  /** Where single precision stalls, the potential gets a second word, if there is memory.
   *  @param use what to do with the solution while it is there
   *  @throws SpecError for values that are not finite, or for a goal that any x meets */
  solve(request: SolveRequest, use?: (solved: SolvedNetwork) => Promise<void>): Promise<SolveResult>;
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

/** Words of the finest level's entry that a solve or an update sets. */
const GIVEN_WORD = 20;

/** Builds the coarse levels of a network. */
export async function prepareSolver(frame: Frame, network: SolverNetwork, needs: SolverNeeds): Promise<Solver> {
  const { finest, shape, strides: [sz, sy, sx], linearEnergy } = network;
  const { maxIterations, parts = null } = needs;
  const sets = islandSets(finest);
  const leases = frame.take(solverPlan(shape, frame.threads, needs, sets));
  const { potential, residual, direction, correction, table, sums, history, result } = leases;
  const rowSums = leases['row sums'];
  const { origin } = layoutOf(shape);
  const inside = (lease: Lease): Place => within(lease, 4 * origin);
  const levels = await writeLevels(frame, table, shape, {
    solution: inside(correction).ptr, right: inside(residual).ptr, buffers: leases.buffers.ptr, parts: leases.parts?.ptr,
    islands: leases.islands?.ptr, ...finestAddresses(finest, shape),
  }, parts === null ? leases.levels : null, isPeriodic(finest));
  const voxels = voxelCount(shape);
  const x = inside(potential);

  const islandLeases = islandPlan(shape, sets).map(({ name }) => leases[name]);
  // The direction's memory is free until a solve begins.
  const startFlat = (): Promise<void> =>
    findIslands(frame, islandLeases, shape, strongFaces(finest), table.ptr, direction.ptr, x.ptr, !parts?.least);
  let flat = false;
  if (sets > 0) {
    await startFlat();
    flat = true;
  }
  if (parts === null) {
    await frame.call('coarsenNetwork', { table, count: levels.count }, { name: 'coarse levels', work: voxels / 3 });
  } else {
    const partLeases = partsPlan(shape, parts).map(({ name }) => leases[name]);
    await buildParts(frame, partLeases, shape, parts, table.ptr, correction.ptr, inside(direction).ptr);
  }
  let solvedBefore = false;

  /** Brings a field of the image into one of the level. */
  async function spread(to: Lease, from: Lease, what: string): Promise<void> {
    await frame.call('spreadField', {
      out: rowSums, entry: table, to: inside(to), from, sz, sy, sx, least: -Infinity, all: false,
    }, { name: what, work: voxels });
    const bad = (await frame.read(rowSums, Float64Array)).reduce((sum, count) => sum + count, 0);
    if (bad > 0) throw new SpecError(`solve: ${bad} values of the ${what} are not finite; expected a number in every voxel that conducts`);
  }

  async function iterate(second: Place | null, tolerance: number, started: boolean, request: SolveRequest): Promise<SolveState> {
    const { residualTolerance, rightNorm = null, rightHandSide = null } = request;
    await frame.call('solveTransport', {
      out: result, history, sums, table, count: levels.count, alone: levels.alone, x, p: inside(direction), started,
      secondBytes: second === null ? 0 : second.ptr - x.ptr, linearEnergy: rightHandSide === null ? linearEnergy : 0, tolerance,
      residualTolerance: residualTolerance ?? Infinity, rightNorm: rightNorm ?? 0, maxIterations,
    }, { name: 'multigrid', work: 12 * voxels * 7 });
    const [iterations, energy, square, firstSquare, low, high, energyError, verdict, , energySize] = await frame.read(result, Float64Array);
    return {
      iterations, energy: rightHandSide === null ? energy : -energy, firstSquare, deviation: { low, high }, energySize,
      energyError: Math.min(energyError, energySize), converged: verdict === 1,
      residual: firstSquare > 0 ? Math.sqrt(square / firstSquare) : 0,
    };
  }

  /** Puts right-hand side and start where the kernel takes them. @returns whether there is a start */
  async function begin({ rightHandSide = null, start = null }: SolveRequest): Promise<boolean> {
    if (rightHandSide !== null) {
      if (!needs.rightHandSide) throw new VoxelithError('solve: no memory was planned for a right-hand side; say so in the needs of the solver');
      await spread(leases['right-hand side'], rightHandSide, 'right-hand side');
    }
    const given = rightHandSide === null ? 0 : inside(leases['right-hand side']).ptr;
    await frame.write(table, Uint32Array.of(given), 4 * GIVEN_WORD);
    if (start === 'last') return solvedBefore;
    if (start !== null) {
      await spread(potential, start, 'start');
      return true;
    }
    if (rightHandSide !== null || sets === 0) return false;
    if (!flat) await startFlat();
    return true;
  }

  return {
    solve: (request, use) => frame.scope(async () => {
      const { tolerance, residualTolerance, agrees = () => true, afterwards = [], solution = null } = request;
      if (tolerance === null && residualTolerance === null) {
        throw new SpecError('solve: neither a tolerance nor a residual tolerance was given; any x would do');
      }
      const started = await begin(request);
      flat = false;
      solvedBefore = true;
      let relative = tolerance ?? Infinity;
      const closest = CLOSEST * relative;
      let state = await iterate(null, relative, started, request);
      const unfinished = (): boolean => state.iterations < maxIterations && !(state.converged && agrees(state));
      const word = unfinished() ? await secondWord(frame, potential.bytes, afterwards) : null;
      const second = word === null ? null : inside(word);
      while (second !== null && unfinished() && (relative > closest || tolerance === null)) {
        const { converged } = state;
        // Nothing but more iterations helps a solve that has converged by its own measure.
        if (converged) relative /= CLOSER;
        state = await iterate(second, relative, true, request);
        if (!state.converged) {
          // What was wanted was reached, only not what lies beyond.
          const reached = converged && residualTolerance === null && state.energyError <= (tolerance ?? Infinity) * state.energySize;
          state = { ...state, converged: reached };
        }
        if (!state.converged || tolerance === null) break;
      }
      const records = await frame.read(history, Float64Array, state.iterations * RECORD);
      if (solution !== null) {
        await frame.call('collectField', { entry: table, x, second, to: solution, sz, sy, sx }, { name: 'solution', work: voxels });
      }
      await use?.({
        entry: table.ptr, deviation: x.ptr, second: second === null ? 0 : second.ptr - x.ptr, direction: inside(direction).ptr, sums: sums.ptr,
      });
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
