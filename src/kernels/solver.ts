// A solver that can be asked more than once: coarse levels of a network are made once, then it is solved as often as
// one likes, also after some of its conductances have changed (docs/solver.md). Kernels: assembly/transport/solve,
// blocks, parts, islands.
import { HISTORY_VALUES } from '../../assembly/layout.js';
import { SpecError, VoxelithError } from '../core/errors.js';
import { turnedShape, turnedStrides, voxelCount, type Axis, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { encodeField, within, type Place } from '../runtime/call.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { countFaces, writeCodebook, type CodedCounts } from './coded.js';
import {
  areFarApart, finestAddresses, islandSets, isPeriodic, strongFaces, type Codebook, type FinestLevel,
} from './finest.js';
import { findIslands } from './islands.js';
import { layoutOf } from './levels.js';
import { buildParts, refreshParts, type PartLeases } from './parts.js';
import { findPieces, type Pieces } from './pieces.js';
import { coarseLevels, keepsPieces, secondWord, solverPlan, writeLevels, type SolverNeeds } from './solver-memory.js';
import { setFaces, type FaceList } from './stored.js';

/** A solve that nothing but itself speaks for goes on to a tolerance by this factor lower, down to this share of the
 *  one given. */
const CLOSER = 10;
const CLOSEST = 1e-4;
/** By which share of the energy a solve may end above the least that it has met: rounding. */
const WORSE = 1e-9;

/** A network that is ready to be solved. */
export interface SolverNetwork {
  readonly finest: FinestLevel;
  readonly axis: Axis;
  /** Voxels of the image along z, y, x. */
  readonly shape: Shape;
  /** Energy of the linear profile. */
  readonly linearEnergy: number;
  /** f32 per voxel ≥ 0 in the order of the image: the diagonal term to begin with; none: 0. */
  readonly diagonal?: Lease | null;
  /** Of a stored network: conductances of single faces in place of those that their labels give. */
  readonly faces?: FaceList | null;
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
  /** Energy of the solution in the units of `linearEnergy`; of a right-hand side b that was given, 2·b·x − x·A·x, which
   *  is b·x and x·A·x at the solution. */
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
  /** The finest level's entry, and element (0, 0, 0) of the deviation from the linear profile. */
  readonly entry: Place;
  readonly deviation: Place;
  /** The second word of the deviation; null where single precision was enough. */
  readonly second: Place | null;
  /** Of CG, free again: its direction, laid out like the deviation, and f64[6·planes]. */
  readonly direction: Place;
  readonly sums: Place;
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

/** What is solved: A·x = b, where A is the network with boundaries of potential 0 and the diagonal term. Fields are f32
 *  per voxel in the order of the image. */
export interface SolveRequest extends SolveGoal {
  /** b, of voxels that conduct, which may lie in the scratch; null: what the linear profile leaves, which rises by 1
   *  per voxel, so that x is the deviation from it. */
  readonly rightHandSide?: Lease | null;
  /** Where to start; `last`: where the solve before ended, or at 0; null: at 0, and flat within islands for the linear
   *  profile. */
  readonly start?: Lease | 'last' | null;
  /** Where x goes: 0 where nothing conducts. */
  readonly solution?: Lease | null;
}

/** What has changed of a network whose open faces stay open, and closed ones closed. */
export interface NetworkChange {
  /** f32 per voxel ≥ 0 in the order of the image. */
  readonly diagonal?: Lease;
  /** Of a coded network: new conductances for all its codes. */
  readonly codebook?: Codebook;
  /** Of a stored network: new conductances for some faces. */
  readonly faces?: FaceList;
}

/** A network with its coarse levels, ready to be solved as often as one likes. Its memory goes when the scope ends that
 *  prepared it. */
export interface Solver {
  /** Fields of f32 that others may use between two solves, of which none then starts from `last`; none of a plain
   *  network. */
  readonly scratch: readonly Lease[];
  /** Where single precision stalls, the potential gets a second word, if there is memory.
   *  @param use what to do with the solution while it is there
   *  @throws SpecError for values that are not finite, for a goal that any x meets, or where more flows into a piece
   *          that nothing holds than out of it */
  solve(request: SolveRequest, use?: (solved: SolvedNetwork) => Promise<void>): Promise<SolveResult>;
  /** Changes the network; coarse levels keep their aggregates and links, and get new conductances.
   *  @returns what there is to solve now; null for a plain network
   *  @throws SpecError for a diagonal below 0, faces that are closed or conductances that are not above 0 */
  update(change: NetworkChange): Promise<CodedCounts | null>;
}

/** Builds the coarse levels of a network. */
export async function prepareSolver(frame: Frame, network: SolverNetwork, asked: SolverNeeds): Promise<Solver> {
  const { axis, shape: image } = network;
  let { finest, linearEnergy } = network;
  const needs: SolverNeeds = finest.kind === 'plain' ? asked : { ...asked, weights: finest.weights };
  const { maxIterations, parts = null, updates = false } = needs;
  const shape = turnedShape(image, axis);
  const [sz, sy, sx] = turnedStrides(image, axis);
  const sets = islandSets(finest);
  const plain = finest.kind === 'plain';
  const leases = frame.take(solverPlan(shape, frame.threads, { ...needs, plain }, sets));
  const { potential, residual, direction, correction, octets, table, sums, history, result } = leases;
  const rowSums = leases['row sums'];
  const inside = (lease: Lease): Place => within(lease, 4 * layoutOf(shape).origin);
  /** Of a plain level the direction at red lies where black's residual does, which is wanted before there is one. */
  const p = plain ? within(residual, 4 * (layoutOf(shape).half + layoutOf(shape).origin)) : inside(direction);
  const diagonal = needs.diagonal ? leases.diagonal : null;
  const levels = await writeLevels(frame, table, coarseLevels(shape, needs), {
    ...(plain ? { octets: octets.ptr } : { solution: inside(correction).ptr }), right: inside(residual).ptr,
    scratch: leases.buffers.ptr,
    parts: leases.parts?.ptr,
    islands: leases.islands?.ptr, ...(diagonal === null ? {} : { diagonal: inside(diagonal).ptr }),
    ...finestAddresses(finest, shape),
  }, parts === null ? leases.levels : null, isPeriodic(finest));
  const voxels = voxelCount(shape);
  if (plain) {
    await frame.call('listOctets', { lists: octets, entry: table }, { name: 'conducting voxels', work: voxels });
  }
  const x = inside(potential);

  /** Brings a field of the image into one of the level. least: of its values */
  async function spread(to: Lease, from: Lease, what: string, least: number, all: boolean): Promise<void> {
    if (from.bytes < 4 * voxels) {
      throw new SpecError(`solve: the ${what} needs 4 bytes per voxel, ${4 * voxels}; its lease has ${from.bytes}`);
    }
    await frame.call('spreadField', { out: rowSums, entry: table, to: inside(to), from, sz, sy, sx, least, all },
      { name: what, work: voxels });
    const bad = (await frame.read(rowSums, Float64Array, shape[1])).reduce((sum, count) => sum + count, 0);
    if (bad === 0) return;
    const wanted = least === 0 ? 'a finite number ≥ 0' : 'a finite number';
    throw new SpecError(
      `solve: ${bad} values of the ${what} are none that can be solved with; ` +
        `expected ${wanted} in every voxel that conducts`,
    );
  }
  const spreadDiagonal = (to: Lease, from: Lease): Promise<void> =>
    spread(to, from, 'diagonal term', 0, finest.kind !== 'plain' && finest.keepsAll);
  if (diagonal === null) {
    if (network.diagonal) {
      throw new VoxelithError('solve: no memory was planned for a diagonal term; say so in the needs of the solver');
    }
  } else if (network.diagonal) await spreadDiagonal(diagonal, network.diagonal);
  else await frame.fill(diagonal, 0);

  const changeFaces = (faces: FaceList): Promise<void> => {
    if (finest.kind === 'stored') return setFaces(frame, { axis, shape: image, entry: table, out: rowSums }, faces);
    throw new SpecError(`solve: single faces are set in stored networks, this one is ${finest.kind}`);
  };
  if (network.faces) {
    await changeFaces(network.faces);
    ({ linearEnergy } = await countFaces(frame, sums, table, shape));
  }

  /** The direction's memory is free until a solve begins. start: f32 field that is made flat within islands */
  const lookForIslands = (start: Place): Promise<void> =>
    findIslands(frame, leases, shape, strongFaces(finest), table, direction, start, parts?.joining.kind !== 'strong');
  let flat = false;
  if (sets > 0) {
    await lookForIslands(x);
    flat = true;
  }
  const coarsen = (): Promise<number> =>
    frame.call('coarsenNetwork', { table, count: levels.count }, { name: 'coarse levels', work: voxels / 3 });
  const partLeases = leases as PartLeases;
  if (parts === null) await coarsen();
  else {
    const [blocks, ids] = plain ? [residual, x] : [correction, inside(direction)];
    await buildParts(frame, partLeases, shape, parts, table, blocks, ids, updates);
  }
  const loose = finest.kind !== 'plain' && finest.keepsAll;
  const pieces: Pieces | null = keepsPieces(needs) && loose
    ? await findPieces(frame, shape, table, result, leases.pieces, [direction, residual, correction]) : null;
  let solvedBefore = false;

  /** Where a solve is, and its best iterate of those whose energy was computed anew. */
  interface Iterate extends SolveState {
    /** How much more energy than there. */
    readonly above: number;
    readonly bestAt: number;
  }

  async function iterate(
    second: Place | null, tolerance: number, started: boolean, request: SolveRequest, most: number,
  ): Promise<Iterate> {
    const { residualTolerance, rightNorm = null, rightHandSide = null } = request;
    await frame.call('solveTransport', {
      out: result, history, sums, table, count: levels.count, alone: levels.alone, x, p, started,
      secondWord: second, linearEnergy: rightHandSide === null ? linearEnergy : 0,
      tolerance, residualTolerance: residualTolerance ?? Infinity, rightNorm: rightNorm ?? 0, maxIterations: most,
      far: areFarApart(finest),
    }, { name: 'multigrid', work: 12 * voxels * 7 });
    const [iterations, energy, square, firstSquare, low, high, energyError, verdict, , energySize, , best, bestAt] =
      await frame.read(result, Float64Array);
    return {
      iterations, energy: rightHandSide === null ? energy : -energy, firstSquare, deviation: { low, high }, energySize,
      energyError: Math.min(energyError, energySize), converged: verdict === 1,
      residual: firstSquare > 0 ? Math.sqrt(square / firstSquare) : 0, above: energy - best, bestAt,
    };
  }

  /** Says where the right-hand side lies; null: it is that of the linear profile. */
  const point = (right: Lease | null): Promise<void> => {
    const given = encodeField('Level', 'given', right === null ? 0 : inside(right).ptr, frame.addressBytes);
    return frame.write(table, given.bytes, given.offset);
  };

  /** Puts the right-hand side where the kernel takes it. */
  async function give({ rightHandSide = null }: SolveRequest): Promise<void> {
    const right = rightHandSide === null ? null : leases['right-hand side'];
    if (rightHandSide !== null) {
      if (!needs.rightHandSide || (loose && !needs.floating)) {
        const missing = needs.rightHandSide ? 'pieces that nothing may hold' : 'a right-hand side';
        throw new VoxelithError(`solve: no memory was planned for ${missing}; say so in the needs of the solver`);
      }
      await spread(leases['right-hand side'], rightHandSide, 'right-hand side', -Infinity, false);
      await pieces?.balance(leases['right-hand side']);
    }
    await point(right);
  }

  /** Puts the start where the kernel takes it. @returns whether there is one */
  async function begin({ rightHandSide = null, start = null }: SolveRequest): Promise<boolean> {
    if (start === 'last') return solvedBefore;
    if (start !== null) {
      await spread(potential, start, 'start', -Infinity, false);
      return true;
    }
    if (rightHandSide !== null || sets === 0) return false;
    if (!flat) await lookForIslands(x);
    return true;
  }

  return {
    scratch: plain ? [] : [potential, residual, direction, correction],

    solve: (request, use) => frame.scope(async () => {
      const { tolerance, residualTolerance, agrees = () => true, afterwards = [], solution = null } = request;
      if (tolerance === null && residualTolerance === null) {
        throw new SpecError('solve: neither a tolerance nor a residual tolerance was given; any x would do');
      }
      const closest = CLOSEST * (tolerance ?? Infinity);
      let word: Lease | null = null;
      let second: Place | null = null;
      /** Solves from the start on, in so many iterations at most. */
      const attempt = async (most: number): Promise<Iterate> => {
        const started = await begin(request);
        flat = false;
        solvedBefore = true;
        let relative = tolerance ?? Infinity;
        let state = await iterate(null, relative, started, request, most);
        const unfinished = (): boolean => state.iterations < most && !(state.converged && agrees(state));
        second = null;
        if (unfinished()) {
          if (word === null) word = await secondWord(frame, potential.bytes, afterwards);
          else await frame.fill(word, 0);
          second = word === null ? null : inside(word);
        }
        while (second !== null && unfinished() && (relative > closest || tolerance === null)) {
          const { converged } = state;
          // Nothing but more iterations helps a solve that has converged by its own measure.
          if (converged) relative /= CLOSER;
          state = await iterate(second, relative, true, request, most);
          if (!state.converged) {
            // What was wanted was reached, only not what lies beyond.
            const near = state.energyError <= (tolerance ?? Infinity) * state.energySize;
            state = { ...state, converged: converged && residualTolerance === null && near };
          }
          if (!state.converged || tolerance === null) break;
        }
        return state;
      };
      await give(request);
      let state = await attempt(maxIterations);
      // Rounding can lead a solve astray that ends unconverged. The same steps lead to where it was best.
      const astray = !state.converged && state.above > WORSE * state.energySize;
      if (astray && request.start !== 'last') state = await attempt(state.bestAt);
      const records = await frame.read(history, Float64Array, state.iterations * HISTORY_VALUES);
      if (request.rightHandSide) await pieces?.level(potential, second === null ? null : word);
      if (solution !== null) {
        await frame.call(
          'collectField', { entry: table, x, second, to: solution, sz, sy, sx }, { name: 'solution', work: voxels },
        );
      }
      await use?.({ entry: table, deviation: x, second, direction: p, sums });
      const { above: _, bestAt: __, ...rest } = state;
      return { ...rest, history: records };
    }),

    async update({ diagonal: term, codebook, faces }) {
      if (parts !== null && !updates) {
        throw new VoxelithError(
          'update: no memory was planned for updates of parts; say so in the needs of the solver',
        );
      }
      if (codebook !== undefined) {
        if (finest.kind !== 'coded') {
          throw new SpecError(`update: a codebook is for coded networks, this one is ${finest.kind}`);
        }
        finest = { ...finest, codebook };
        await writeCodebook(frame, finest);
      }
      if (faces !== undefined) await changeFaces(faces);
      if (term !== undefined) {
        if (diagonal === null) {
          throw new VoxelithError(
            'update: no memory was planned for a diagonal term; say so in the needs of the solver',
          );
        }
        await spreadDiagonal(diagonal, term);
        await pieces?.find();
      }
      await point(null);
      // The solution stays where it is, to start from: islands are found with another field in its place.
      if (sets > 0) await lookForIslands(inside(correction));
      flat = false;
      if (parts === null) await coarsen();
      else if (!(await refreshParts(frame, partLeases, shape, table, result))) {
        throw new SpecError(
          'update: a face is open now that was closed when the solver was prepared; prepare it again',
        );
      }
      if (finest.kind === 'plain') return null;
      const counts = await countFaces(frame, sums, table, shape);
      linearEnergy = counts.linearEnergy;
      return counts;
    },
  };
}

/** Reads the solver's history. @param scale turns energy into M */
export function readHistory(history: Float64Array, firstSquare: number, scale: number): SolveRecord[] {
  return Array.from({ length: history.length / HISTORY_VALUES }, (_, k) => {
    const [, , , energy, square, estimate] = history.subarray(k * HISTORY_VALUES, (k + 1) * HISTORY_VALUES);
    return {
      mFactor: energy * scale,
      errorEstimate: estimate < energy ? estimate / energy : null,
      residual: Math.sqrt(square / firstSquare),
    };
  });
}
