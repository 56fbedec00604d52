// Coarse levels of connected parts: counting them, memory, and calls. Kernels: assembly/transport/parts/.
import {
  JOIN_ABOVE, JOIN_ALL, JOIN_STRONG, LEVEL_BYTES, MAX_PARTS_LEVELS, PARTS_COUNTS, PARTS_ENTRY, PARTS_HEAD,
  PARTS_ROOTS_BYTES,
} from '../../assembly/layout.js';
import type { Shape } from '../core/grid.js';
import { VoxelithError } from '../core/errors.js';
import type { Lease, LeasesOf } from '../runtime/arena.js';
import { encodeField, encodeLayout, within, type Place } from '../runtime/call.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { halve, halvesOf, layoutOf, levelShapes, levelSteps, type LevelStep, type Weights } from './levels.js';

/** Bytes of a record: its head, and entries of all levels that there can be. */
const RECORD_BYTES = PARTS_HEAD + MAX_PARTS_LEVELS * PARTS_ENTRY;
/** Bytes of a link, and of a node's fields (first link, end of the last, inverse, parent, solution, right-hand side)
 *  with three links that only fill up a four. */
const LINK_BYTES = 8;
const NODE_BYTES = 24 + 3 * LINK_BYTES;
/** Bytes of all levels over that limit for the first, where blocks are halved along all axes. Measured: 1.2 for blobs,
 *  1.53 for voxels at their percolation. With less room than the levels need there are fewer of them. */
const ALL_LEVELS = 1.65;
/** Blocks that a level must have to be judged by. */
const SAMPLE = 64;

/** Which faces join voxels of a part (decisions/0057). */
export type Joining =
  | { readonly kind: 'all' }
  /** Those of at least this share of the best of both ends; levels are built from these or from all. weights: of the
   *  axes, which the levels' blocks follow (levels.ts) */
  | { readonly kind: 'strong'; readonly share: number; readonly weights?: Weights }
  /** Those that conduct at least this much, all else left out: to judge the better phases by, not to build from. */
  | { readonly kind: 'above'; readonly conductance: number };

export const ALL: Joining = { kind: 'all' };
/** Where conductivities are far apart. */
export const STRONG: Joining = { kind: 'strong', share: 0.05 };

/** Where axes are far apart. Conductances along one axis differ by less, those along two that levels treat alike by a
 *  factor of 2. */
export const strongOf = (weights: Weights): Joining => ({ kind: 'strong', share: 0.35, weights });

/** As the kernels take it. */
function joiningOf(joining: Joining): { joining: number; threshold: number } {
  switch (joining.kind) {
    case 'all':
      return { joining: JOIN_ALL, threshold: 0 };
    case 'strong':
      return { joining: JOIN_STRONG, threshold: joining.share };
    case 'above':
      return { joining: JOIN_ABOVE, threshold: joining.conductance };
  }
}

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
  /** What joins voxels of a part. */
  readonly joining: Joining;
}

const blockShapes = (shape: Shape): Shape[] => levelShapes(shape).slice(1);

/** Blocks of level 1 and up, to a single one. Those of level 1 are 2×2×2 voxels; where weights differ the others grow
 *  as levels of blocks would, so that they do not end up with many parts that nothing has joined. */
function partSteps(shape: Shape, joining: Joining): LevelStep[] {
  const steps = levelSteps(shape, joining.kind === 'strong' ? joining.weights : undefined);
  const blocks: LevelStep[] = [];
  for (let at = halve(shape, [true, true, true]); ; ) {
    const { halved } = steps[blocks.length + 1] ?? { halved: [true, true, true] };
    blocks.push({ shape: at, halved });
    if (volumeOf(at) === 1) return blocks;
    at = halve(at, halved);
  }
}

const volumeOf = ([nz, ny, nx]: Shape): number => nz * ny * nx;

/** Leases of `countParts`, beside the finest level: nothing of it stays. coded: whether that has face codes */
export function countPlan(shape: Shape, coded = false) {
  const shapes = blockShapes(shape);
  return [
    ...named({
      'block counts': 4 * PARTS_COUNTS * shapes.length,
      'plane counts': 4 * PARTS_COUNTS * shapes[0][0],
      'finest entry': LEVEL_BYTES,
      blocks: volumeOf(shapes[0]),
      cells: shapes.reduce((sum, level) => sum + volumeOf(level), 0),
      roots: PARTS_ROOTS_BYTES,
    }),
    ...(coded ? named({ 'block faces': 4 * volumeOf(shapes[0]) }) : []),
  ];
}

/** Counts blocks and their parts on all levels.
 *  @param entry the finest level's; coded: whether that has face codes; joining: `ALL` without codes */
export async function countParts(
  frame: Frame, shape: Shape, entry: Uint8Array, coded: boolean, joining: Joining,
): Promise<PartCounts> {
  return frame.scope(async () => {
    const leases = frame.take(countPlan(shape, coded));
    const { 'block counts': out, 'plane counts': planes, 'finest entry': finest, blocks, cells, roots } = leases;
    await frame.write(finest, entry);
    const levels = blockShapes(shape).length;
    await frame.call(
      'countParts',
      {
        out, planes, entry: finest, blocks, faces: coded ? leases['block faces'] : null, cells, roots, levels,
        ...joiningOf(joining),
      },
      { name: 'connected parts', work: 2 * volumeOf(shape) },
    );
    const counts = await frame.read(out, Int32Array);
    return {
      levels: Array.from({ length: levels }, (_, k) => {
        const [solid, parts, split] = counts.subarray(PARTS_COUNTS * k, PARTS_COUNTS * (k + 1));
        return { blocks: solid, parts, split };
      }),
      links: counts[3],
      red: counts[4],
      joining,
    };
  });
}

function levelsBytes(shape: Shape, { levels: [first], links, joining }: PartCounts): number {
  const blocks = (how: Joining): number => partSteps(shape, how).reduce((sum, step) => sum + volumeOf(step.shape), 0);
  const all = ALL_LEVELS * blocks(joining) / blocks(ALL);
  return Math.ceil(all * (NODE_BYTES * (first.parts + 1) + 2 * LINK_BYTES * links)) + 8192;
}

/** Whether the solve's fields, which are scratch until it begins, are large enough to build the levels in. */
export function partsFit(shape: Shape, { levels: [first], joining }: PartCounts): boolean {
  const [, second] = partSteps(shape, joining);
  return 3 * (first.parts + 8) + (second ? volumeOf(second.shape) : 0) < 2 * layoutOf(shape).half;
}

/** Whether blocks join too much that does not touch for a fast solve (decisions/0055): on some level 30 % of them are
 *  split; or some of the smallest are, and ever more with size, as where bodies touch along edges.
 *  @param smooth faces are apertures: cut voxels split a few small blocks along every interface, which costs next to
 *    nothing (decisions/0056) */
export function areSplit({ levels }: PartCounts, smooth = false): boolean {
  const shares = levels.map(({ blocks, split }) => (blocks >= SAMPLE ? split / blocks : 0));
  const [first, second = 0, third = 0] = shares;
  if (smooth) return Math.max(...shares) >= 0.25 || first + second >= 0.2;
  return Math.max(...shares) >= 0.3 || (first >= 0.01 && second > first && third > second && third >= 0.05);
}

/** Leases of levels of connected parts. updates: whether their conductances will be refreshed */
export function partsPlan(shape: Shape, counts: PartCounts, updates = false) {
  const inner = updates && counts.joining.kind === 'strong' ? 4 * LINK_BYTES * counts.levels[0].parts : 0;
  return named({
    parts: RECORD_BYTES,
    'parts of voxels': (updates ? 8 : 4) * layoutOf(shape).half,
    roots: PARTS_ROOTS_BYTES,
    // The newest lease when they are built: what they leave of it is given back.
    'part levels': levelsBytes(shape, counts) + inner,
  });
}

export type PartLeases = LeasesOf<typeof partsPlan>;

/** Builds the levels of connected parts.
 *  @param entry the finest level's, which holds the address of the record
 *  @param blocks, ids: fields that are free until the solve begins; ids from element (0, 0, 0) on
 *  @param updates as in the plan */
export async function buildParts(
  frame: Frame, leases: PartLeases, shape: Shape, counts: PartCounts, entry: Place, blocks: Place, ids: Place,
  updates = false,
): Promise<void> {
  const { parts: record, 'part levels': levels, 'parts of voxels': voxels, roots } = leases;
  const nodesOfVoxels = voxels.ptr + 4 * layoutOf(shape).origin;
  const head = encodeLayout('PartsRecord', { nodesOfVoxels }, frame.addressBytes);
  const halves = partSteps(shape, counts.joining).map(({ halved }) => halvesOf(halved));
  await frame.write(record, Uint8Array.of(...head, ...halves));
  await frame.call(
    'buildParts',
    {
      record, entry, blocks, ids, roots, levels, limit: within(levels, levels.bytes), red: counts.red,
      nodes: counts.levels[0].parts, ...joiningOf(counts.joining), renewable: updates,
    },
    { name: 'coarse levels', work: volumeOf(shape) },
  );
  const [built] = await frame.read(record, Int32Array, 1);
  if (built === 0) {
    throw new VoxelithError('transport: the first level of connected parts takes more room than was counted');
  }
  const { offset } = encodeField('PartsRecord', 'free', 0, frame.addressBytes);
  const [low, high = 0] = await frame.read(record, Uint32Array, frame.addressBytes / 4, offset);
  frame.trim(levels, Math.min(levels.bytes, high * 2 ** 32 + low - levels.ptr));
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
