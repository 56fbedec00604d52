// Builds the levels of connected parts (record.ts): the first from the voxels, every other from the one below it. One
// thread works: it takes about as long as one iteration of the solve.
import { JOIN_STRONG, MAX_PARTS_LEVELS, POLL_VOXELS } from '../../layout';
import { barrier, enter, slabStart, tick } from '../../core/control';
import { Level, originOf } from '../level/levels';
import { setWord, word } from './arrays';
import { fillRoots } from './blocks';
import { packBlocks } from './census';
import { linkNodes, numberNodes } from './from-nodes';
import { linkVoxels, numberVoxels } from './from-voxels';
import { PartsLevel, PartsRecord } from './record';

/** Levels with fewer nodes run on one thread: their phases are shorter than a barrier. */
const ALONE_NODES = 1 << 13;

/** Clears what a level's fields held while it was built. */
function settle(level: PartsLevel): void {
  const bytes = <usize>(level.nodes + 1) << 2;
  memory.fill(level.values, 0, bytes);
  memory.fill(level.loads, 0, bytes);
  store<f32>(level.inverses, 0);
  store<u32>(level.parents, 0);
}

/** Red voxels keep their nodes, as byte offsets, and black ones where they are wanted later; the rest of ids is scratch
 *  from here on.
 *  @returns whether to go on */
function keepNodes(thread: i32, record: PartsRecord, entry: Level, ids: usize): bool {
  const half = <i32>(entry.halfBytes >> 2);
  const origin = <i32>originOf(entry.ny, entry.nx);
  const end = record.renewable ? 2 * half - origin : half - origin;
  for (let e = -origin; e < end; e++) {
    setWord(record.nodesOfVoxels, e, word(ids, e) << 2);
    if ((e & (POLL_VOXELS / 4 - 1)) == 0 && tick(thread, POLL_VOXELS / 4)) return false;
  }
  return true;
}

/** Builds all levels for which there is room. */
function build(
  thread: i32, record: PartsRecord, entry: Level, blocks: usize, faces: usize, ids: usize, roots: usize, red: i32,
  nodes: i32,
): void {
  let ny = (entry.ny + 1) >> 1;
  let nx = (entry.nx + 1) >> 1;
  if (!numberVoxels(thread, record, entry, blocks, faces, ids, roots, red, nodes)) return;
  if (!linkVoxels(thread, record, entry, ids) || !keepNodes(thread, record, entry, ids)) return;
  const scratch = ids - (<usize>originOf(entry.ny, entry.nx) << 2);
  let count = 1;
  let level = record.level(0);
  while (count < MAX_PARTS_LEVELS && (level.planes > 1 || ny > 1 || nx > 1)) {
    level.halves = record.halves(count - 1);
    // Without room for another level this one is the coarsest.
    if (!numberNodes(thread, record, level, scratch, ny, nx) || !linkNodes(thread, record, level, scratch)) break;
    settle(level);
    ny = (ny + level.shiftY) >> level.shiftY;
    nx = (nx + level.shiftX) >> level.shiftX;
    level = level.coarse;
    count++;
    if (tick(thread, 1)) return;
  }
  settle(level);
  let alone = 0;
  while (alone < count - 1 && record.level(alone).nodes >= ALONE_NODES) alone++;
  record.levels = count;
  record.alone = alone;
}

/** Builds the levels of connected parts of a finest level.
 *  @param record see record.ts, room for MAX_PARTS_LEVELS; its field of the red voxels' nodes is given
 *  @param entry of the finest level; blocks: 5 bytes per block of level 1 and 16 more, scratch
 *  @param ids u32 field, scratch, of element (0, 0, 0), large enough (`partsFit` in the wrapper); roots: see fillRoots,
 *    scratch
 *  @param red, nodes parts of level 1: of red blocks and all; levels, limit: where all levels have room
 *  @param joining, threshold see packBlocks
 *  @param renewable whether conductances can be refreshed later
 *  @returns status; the record has 0 levels when there was no room for the first */
export function buildParts(
  thread: i32, threads: i32, record: PartsRecord, entry: Level, blocks: usize, ids: usize, roots: usize,
  levels: usize, limit: usize, red: i32, nodes: i32, joining: i32, threshold: f32, renewable: bool,
): i32 {
  enter();
  const planes = (entry.nz + 1) >> 1;
  const count = <usize>planes * <usize>((entry.ny + 1) >> 1) * <usize>((entry.nx + 1) >> 1);
  const faces = entry.coded ? (blocks + count + 15) & ~15 : 0;
  const begin = slabStart(thread, threads, planes);
  packBlocks(thread, entry, blocks, faces, joining, threshold, begin, slabStart(thread + 1, threads, planes));
  if (thread == 0) {
    fillRoots(roots);
    memory.fill(ids - (originOf(entry.ny, entry.nx) << 2), 0, entry.halfBytes << 1);
    record.levels = 0;
    record.strength = joining == JOIN_STRONG ? threshold : 0;
    record.renewable = renewable;
    record.free = levels;
    record.limit = limit;
  }
  const status = barrier(thread, threads);
  if (status) return status;
  if (thread == 0) build(thread, record, entry, blocks, faces, ids, roots, red, nodes);
  return barrier(thread, threads);
}
