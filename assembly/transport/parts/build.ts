// Builds the levels of connected parts (record.ts): the first from the voxels, every other from the one below it. A
// thread works on planes of blocks, and takes room for links bit by bit: what is linked to what, and in which order it
// is added up, does not depend on the threads; only where links lie does.
import { JOIN_STRONG, MAX_PARTS_LEVELS, POLL_VOXELS } from '../../layout';
import { barrier, enter, slabStart, tick } from '../../core/control';
import { clearField, Level, originOf } from '../level/levels';
import { addFirsts, openLevel, setWord, word } from './arrays';
import { fillRoots } from './blocks';
import { packBlocks } from './census';
import { linkNodes, numberNodes } from './from-nodes';
import { countVoxels, linkVoxels, numberVoxels } from './from-voxels';
import { PartsLevel, PartsRecord } from './record';

/** Levels with fewer nodes run on one thread: their phases are shorter than a barrier. */
const ALONE_NODES = 1 << 13;
/** A level with fewer nodes is linked, and that above it made, by one thread: chunks of links would take a noticeable
 *  part of their room. */
const TOGETHER_NODES = 1 << 16;

/** Clears what a level's fields held while it was built. */
function settle(level: PartsLevel): void {
  const bytes = <usize>(level.nodes + 1) << 2;
  memory.fill(level.values, 0, bytes);
  memory.fill(level.loads, 0, bytes);
  store<f32>(level.inverses, 0);
  store<u32>(level.parents, 0);
}

/** Red voxels keep their nodes, as byte offsets, and black ones where they are wanted later: elements [from, to) of
 *  them, counted from the first ghost. */
function keepNodes(thread: i32, record: PartsRecord, entry: Level, ids: usize, from: i32, to: i32): void {
  const origin = <i32>originOf(entry.ny, entry.nx);
  for (let e = from - origin; e < to - origin; e++) {
    setWord(record.nodesOfVoxels, e, word(ids, e) << 2);
    if ((e & (POLL_VOXELS / 4 - 1)) == 0 && tick(thread, POLL_VOXELS / 4)) return;
  }
}

/** Builds the first level, on all threads where it is large. @returns 0, or the status with which every thread must
 *  leave; the record has 0 levels when there was no room */
function buildFirst(
  thread: i32, threads: i32, record: PartsRecord, entry: Level, blocks: usize, faces: usize, ids: usize, roots: usize,
  red: i32, nodes: i32,
): i32 {
  const level = record.level(0);
  const planes = (entry.nz + 1) >> 1;
  if (thread == 0) record.levels = i32(openLevel(record, level, red, nodes, planes));
  let status = barrier(thread, threads);
  if (status || record.levels == 0) return status;
  const Z0 = slabStart(thread, threads, planes);
  const Z1 = slabStart(thread + 1, threads, planes);
  countVoxels(thread, record, entry, blocks, faces, roots, Z0, Z1);
  if ((status = barrier(thread, threads))) return status;
  if (thread == 0) addFirsts(level);
  if ((status = barrier(thread, threads))) return status;
  numberVoxels(thread, record, entry, blocks, faces, ids, roots, Z0, Z1);
  if ((status = barrier(thread, threads))) return status;
  const alone = threads == 1 || nodes < TOGETHER_NODES;
  let fits: bool = true;
  if (!alone) fits = linkVoxels(thread, record, entry, ids, Z0, Z1, false);
  else if (thread == 0) fits = linkVoxels(thread, record, entry, ids, 0, planes, true);
  if (!fits) record.levels = 0;
  const elements = <i32>(entry.halfBytes >> 2) << i32(record.renewable);
  keepNodes(
    thread, record, entry, ids, slabStart(thread, threads, elements), slabStart(thread + 1, threads, elements),
  );
  return barrier(thread, threads);
}

/** Builds the levels above the first for which there is room: those of many nodes on all threads, the others on one.
 *  What stops a thread that works alone the others learn at the barrier that must follow. */
function buildRest(thread: i32, threads: i32, record: PartsRecord, entry: Level, ids: usize): void {
  let ny = (entry.ny + 1) >> 1;
  let nx = (entry.nx + 1) >> 1;
  const scratch = ids - (<usize>originOf(entry.ny, entry.nx) << 2);
  const words = entry.halfBytes >> 1;
  let count = 1;
  let level = record.level(0);
  let team = threads;
  while (count < MAX_PARTS_LEVELS && (level.planes > 1 || ny > 1 || nx > 1)) {
    if (team > 1 && level.nodes < TOGETHER_NODES) {
      if (thread > 0) break;
      team = 1;
    }
    level.halves = record.halves(count - 1);
    if (numberNodes(thread, team, record, level, scratch, ny, nx)) return;
    // Without room for another level this one is the coarsest.
    if (!record.ready) break;
    if (linkNodes(thread, team, record, level, scratch, words)) return;
    if (!record.ready) break;
    if (thread == 0) settle(level);
    ny = (ny + level.shiftY) >> level.shiftY;
    nx = (nx + level.shiftX) >> level.shiftX;
    level = level.coarse;
    count++;
    if (team == 1 && tick(thread, 1)) break;
  }
  if (thread == 0) {
    settle(level);
    let alone = 0;
    while (alone < count - 1 && record.level(alone).nodes >= ALONE_NODES) alone++;
    record.levels = count;
    record.alone = alone;
  }
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
  clearField(thread, threads, entry, ids, 4);
  if (thread == 0) {
    fillRoots(roots);
    record.levels = 0;
    record.strength = joining == JOIN_STRONG ? threshold : 0;
    record.renewable = renewable;
    record.free = levels;
    record.limit = limit;
  }
  let status = barrier(thread, threads);
  if (status) return status;
  status = buildFirst(thread, threads, record, entry, blocks, faces, ids, roots, red, nodes);
  if (status) return status;
  // Not read later: the first thread says how many there are.
  const built = record.levels;
  if ((status = barrier(thread, threads))) return status;
  if (built) buildRest(thread, threads, record, entry, ids);
  return barrier(thread, threads);
}
