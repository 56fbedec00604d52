// What a solver needs, its memory, and where its levels lie.
import { HISTORY_VALUES, LEVEL_BYTES } from '../../assembly/layout.js';
import { CapacityError } from '../core/errors.js';
import type { Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named, type LeasePlan, type PlannedLease } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { islandPlan } from './islands.js';
import {
  bufferBytes, layoutOf, levelEntry, levelSteps, octetBytes, type LevelAddresses, type LevelStep, type Weights,
} from './levels.js';
import { partsPlan, type PartCounts } from './parts.js';

/** Levels with fewer voxels run on one thread: their phases are shorter than a barrier. */
const ALONE_VOXELS = 1 << 15;

/** What a solver is made for: it says how much memory it takes. */
export interface SolverNeeds {
  /** Iterations of any one solve at most. */
  readonly maxIterations: number;
  /** What faces across z, y, x (transport axis first) are multiplied by, as in the network: coarse levels of blocks
   *  follow them. The default: nothing. */
  readonly weights?: Weights;
  /** Connected parts that the coarse levels are made of; null, the default: they are made of blocks. */
  readonly parts?: PartCounts | null;
  /** Whether the finest level is plain: then red alone has a residual, and no correction is stored. */
  readonly plain?: boolean;
  /** Whether right-hand sides will be given: 4 bytes more per voxel. */
  readonly rightHandSide?: boolean;
  /** Whether there is a diagonal term: 4½ bytes more per voxel. */
  readonly diagonal?: boolean;
  /** Whether pieces of the network may be held by nothing, neither a boundary nor a diagonal term: 4 bytes more per
   *  voxel. Needed for right-hand sides where the window is periodic, or where the network keeps all that conducts.
   *  `idle`: right-hand sides are exactly 0 there, and solves start at 0; then x stays 0 over parts, and no memory is
   *  needed. */
  readonly floating?: boolean | 'idle';
  /** Whether conductances or the diagonal term will change: 2 bytes more per voxel over parts, none over blocks. */
  readonly updates?: boolean;
}

/** Levels of a solver. Those of connected parts halve all axes. */
export function coarseLevels(shape: Shape, { parts = null, weights }: SolverNeeds): LevelStep[] {
  return levelSteps(shape, parts === null ? weights : undefined);
}

/** Whether pieces that nothing holds are kept. Coarse levels of blocks may move even idle ones. */
export const keepsPieces = ({ floating = false, parts = null }: Pick<SolverNeeds, 'floating' | 'parts'>): boolean =>
  floating === true || (floating === 'idle' && parts === null);

/** Leases of `prepareSolver` beside the network. sets: of islands */
export function solverPlan(shape: Shape, threads: number, needs: SolverNeeds, sets = 0): LeasePlan {
  const {
    maxIterations, parts = null, plain = false, rightHandSide = false, diagonal = false, floating = false,
    updates = false,
  } = needs;
  const field = 8 * layoutOf(shape).half;
  const leases: PlannedLease[] = plain
    ? named({ potential: field, residual: 1.5 * field, octets: octetBytes(shape) })
    : named({ potential: field, residual: field, direction: field, correction: field });
  if (rightHandSide) leases.push({ name: 'right-hand side', bytes: field });
  if (diagonal) leases.push({ name: 'diagonal', bytes: field });
  if (keepsPieces({ floating, parts })) leases.push({ name: 'pieces', bytes: field });
  const coarseFields = diagonal ? 7 : 6;
  const levels = coarseLevels(shape, needs);
  const coarse = levels.slice(1).reduce((sum, level) => sum + coarseFields * 8 * layoutOf(level.shape).half, 0);
  return {
    leases: [
      ...leases,
      { name: 'levels', bytes: parts === null ? coarse : 0 },
      { name: 'table', bytes: levels.length * LEVEL_BYTES },
      { name: 'buffers', bytes: threads * bufferBytes(shape) },
      { name: 'sums', bytes: 6 * 8 * shape[0] },
      { name: 'row sums', bytes: 8 * Math.max(shape[1], 2 * threads) },
      { name: 'history', bytes: 8 * HISTORY_VALUES * (maxIterations + 1) },
      { name: 'result', bytes: 128 },
      ...(sets === 0 ? [] : islandPlan(shape, sets)),
      ...(parts === null ? [] : partsPlan(shape, parts, updates)),
    ],
  };
}

/** Where the levels lie in memory. */
export interface Levels {
  readonly table: Lease;
  readonly count: number;
  /** First level that runs on one thread. */
  readonly alone: number;
}

/** Writes the entries of all levels. finest: addresses of the finest level's fields; coarse: room for those of the
 *  others, null where they are of parts */
export async function writeLevels(
  frame: Frame, table: Lease, levels: readonly LevelStep[], finest: LevelAddresses, coarse: Lease | null,
  periodic: boolean,
): Promise<Levels> {
  const layouts = levels.map(({ shape }) => layoutOf(shape));
  const entries = new Uint8Array(layouts.length * LEVEL_BYTES);
  let next = coarse?.ptr ?? 0;
  layouts.forEach((layout, level) => {
    const field = (): number => {
      next += 8 * layout.half;
      return next - 8 * layout.half + 4 * layout.origin;
    };
    const fields = (): LevelAddresses => coarse === null ? {} : {
      solution: field(), right: field(), faceX: field(), faceY: field(), faceZ: field(), inverse: field(),
      ...(finest.diagonal ? { diagonal: field() } : {}),
    };
    const addresses = level === 0 ? finest : { ...fields(), islands: finest.islands };
    const { halved } = levels[level];
    entries.set(levelEntry(layout, addresses, periodic, frame.addressBytes, halved), level * LEVEL_BYTES);
  });
  await frame.write(table, entries);
  const small = layouts.findIndex(({ shape: [nz, ny, nx] }) => nz * ny * nx < ALONE_VOXELS);
  return { table, count: layouts.length, alone: Math.max(1, small) };
}

/** Memory for the second word of the potential, which is 0; null where there is none. afterwards: what follows */
export async function secondWord(frame: Frame, bytes: number, afterwards: readonly LeasePlan[]): Promise<Lease | null> {
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
