// Coarse levels of connected parts: counting them, memory, and calls. Kernels: assembly/transport/parts/.
import type { Shape } from '../core/grid.js';
import { VoxelithError } from '../core/errors.js';
import type { Lease, Leases } from '../runtime/arena.js';
import type { Place } from '../runtime/call.js';
import { named, type PlannedLease } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { ENTRY_WORDS, layoutOf, levelShapes } from './levels.js';

/** What the kernel counts per level. */
const COUNTS = 5;
/** Bytes of a record: its head, and MAX_PARTS_LEVELS entries. */
const RECORD_BYTES = 64 + 32 * 64;
/** Tables by open faces within a block, and by its voxels that conduct. */
const ROOTS_BYTES = 4 * 4096 + 8 * 256;
/** Bytes of a link, and of a node's fields (first link, inverse, parent, solution, right-hand side) with three links that only fill up
 *  a four. */
const LINK_BYTES = 8;
const NODE_BYTES = 20 + 3 * LINK_BYTES;
/** Bytes of all levels over that limit for the first. Measured: 1.2 for blobs, 1.53 for voxels at their percolation. With less room than
 *  the levels need there are fewer of them. */
const ALL_LEVELS = 1.65;
/** Blocks that a level must have to be judged by. */
const SAMPLE = 64;

/** What blocks of one level hold. */
export interface BlockCounts {
  /** Blocks with conducting voxels. */
  readonly blocks: number;
  /** Their parts: pieces that are connected within the block. On levels above the first, of blocks of blocks. */
  readonly parts: number;
  /** Blocks of more than one part. */
  readonly split: number;
}

export interface PartCounts {
  /** Level 1 and up. */
  readonly levels: readonly BlockCounts[];
  /** Parts of level 1 in red blocks, and links between its parts. */
  readonly red: number;
  readonly links: number;
  /** What links join: those of at least this share of both ends' best; 0: all (decisions/0057). */
  readonly least: number;
}

/** `least` where conductivities are far apart. */
export const STRONG = 0.05;

const blockShapes = (shape: Shape): Shape[] => levelShapes(shape).slice(1);
const volumeOf = ([nz, ny, nx]: Shape): number => nz * ny * nx;

/** Leases of `countParts`, beside the finest level: nothing of it stays. coded: whether that has face codes */
export function countPlan(shape: Shape, coded = false): readonly PlannedLease[] {
  const shapes = blockShapes(shape);
  return [
    { name: 'block counts', bytes: 4 * COUNTS * shapes.length },
    { name: 'plane counts', bytes: 4 * COUNTS * shapes[0][0] },
    { name: 'finest entry', bytes: 4 * ENTRY_WORDS },
    { name: 'blocks', bytes: volumeOf(shapes[0]) },
    { name: 'cells', bytes: shapes.reduce((sum, level) => sum + volumeOf(level), 0) },
    { name: 'roots', bytes: ROOTS_BYTES },
    ...(coded ? [{ name: 'block faces', bytes: 4 * volumeOf(shapes[0]) }] : []),
  ];
}

/** Counts blocks and their parts on all levels.
 *  @param entry words of the finest level's entry; coded: whether that has face codes; least: see PartCounts, 0 without codes;
 *         below 0: what conducts less than −least does not count: to judge the better phases by, not to build from */
export async function countParts(frame: Frame, shape: Shape, entry: Uint32Array, coded: boolean, least: number): Promise<PartCounts> {
  return frame.scope(async () => {
    const [out, planes, finest, blocks, cells, roots, faces] = countPlan(shape, coded).map(({ name, bytes }) => frame.lease(name, bytes));
    await frame.write(finest, entry);
    const levels = blockShapes(shape).length;
    await frame.call(
      'countParts', [out.ptr, planes.ptr, finest.ptr, blocks.ptr, faces?.ptr ?? 0, cells.ptr, roots.ptr, levels, least],
      { name: 'connected parts', work: 2 * volumeOf(shape) },
    );
    const counts = await frame.read(out, Int32Array);
    return {
      levels: Array.from({ length: levels }, (_, k) => {
        const [solid, parts, split] = counts.subarray(COUNTS * k, COUNTS * (k + 1));
        return { blocks: solid, parts, split };
      }),
      links: counts[3],
      red: counts[4],
      least,
    };
  });
}

function levelsBytes({ levels: [first], links }: PartCounts): number {
  return Math.ceil(ALL_LEVELS * (NODE_BYTES * (first.parts + 1) + 2 * LINK_BYTES * links)) + 8192;
}

/** Whether the solve's fields, which are scratch until it begins, are large enough to build the levels in. */
export function partsFit(shape: Shape, { levels: [first] }: PartCounts): boolean {
  return 3 * (first.parts + 8) + volumeOf(blockShapes(shape)[0]) / 8 < 2 * layoutOf(shape).half;
}

/** Whether blocks join too much that does not touch for a fast solve (decisions/0055): on some level 30 % of them are split; or some of
 *  the smallest are, and ever more with size, as where bodies touch along edges.
 *  @param smooth faces are apertures: cut voxels split a few small blocks along every interface, which costs next to nothing (decisions/0056) */
export function areSplit({ levels }: PartCounts, smooth = false): boolean {
  const shares = levels.map(({ blocks, split }) => (blocks >= SAMPLE ? split / blocks : 0));
  const [first, second = 0, third = 0] = shares;
  if (smooth) return Math.max(...shares) >= 0.25 || first + second >= 0.2;
  return Math.max(...shares) >= 0.3 || (first >= 0.01 && second > first && third > second && third >= 0.05);
}

/** Leases of levels of connected parts. updates: whether their conductances will be refreshed */
export function partsPlan(shape: Shape, counts: PartCounts, updates = false) {
  return named({
    parts: RECORD_BYTES,
    'part levels': levelsBytes(counts) + (updates && counts.least > 0 ? 4 * LINK_BYTES * counts.levels[0].parts : 0),
    'parts of voxels': (updates ? 8 : 4) * layoutOf(shape).half,
    roots: ROOTS_BYTES,
  });
}

export type PartLeases = Leases<ReturnType<typeof partsPlan>[number]['name']>;

/** Builds the levels of connected parts.
 *  @param leases as `partsPlan` says; entry: of the finest level, which holds the address of the record
 *  @param blocks, ids: two fields that are free until the solve begins; ids of element (0, 0, 0)
 *  @param updates as in the plan */
export async function buildParts(
  frame: Frame, leases: PartLeases, shape: Shape, counts: PartCounts, entry: Place, blocks: Place, ids: Place,
  updates = false,
): Promise<void> {
  const { parts: record, 'part levels': levels, 'parts of voxels': voxels, roots } = leases;
  const words = new Uint32Array(3);
  words[2] = voxels.ptr + 4 * layoutOf(shape).origin;
  await frame.write(record, words);
  await frame.call('buildParts', {
    record, entry, blocks, ids, roots, levels, room: levels.bytes, red: counts.red, nodes: counts.levels[0].parts,
    least: counts.least, renewable: updates,
  }, { name: 'coarse levels', work: volumeOf(shape) });
  const [built] = await frame.read(record, Int32Array, 1);
  if (built === 0) throw new VoxelithError('transport: the first level of connected parts takes more room than was counted');
}

/** New conductances for the levels of connected parts, built for updates. out: 4 bytes
 *  @returns false when a face is open that was closed when they were built */
export async function refreshParts(
  frame: Frame, { parts: record }: PartLeases, shape: Shape, entry: Place, out: Lease,
): Promise<boolean> {
  await frame.call('refreshParts', { out, record, entry }, { name: 'coarse levels', work: volumeOf(shape) });
  const [found] = await frame.read(out, Uint32Array, 1);
  return found === 1;
}
