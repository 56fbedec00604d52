// A level of connected parts from the one below it: its nodes are the parts of 2×2×2 blocks of blocks, its links what
// joins these.
import { barrier, slabStart, tick } from '../../core/control';
import { unite } from '../../core/clusters';
import {
  addFirsts, appendLink, closeNode, giveBack, linksFree, openLevel, setWord, strengthen, takeAll, takeNothing, takeRoom,
  word,
} from './arrays';
import { FOUR, NODES, PartsLevel, PartsRecord, TO_CONDUCTANCE } from './record';

/** Addresses of single links are kept as multiples of their 8 bytes. */
const PLACE_SHIFT = 3;

/** The block of the next level, NY × NX of them in a plane, that holds one of this level by its place among ny × nx:
 *  what a node's `where` holds. */
// @ts-ignore: decorator
@inline
function blockAbove(level: PartsLevel, at: i32, ny: i32, nx: i32, NY: i32, NX: i32): i32 {
  const X = at % nx;
  const row = at / nx;
  const Y = row % ny;
  const Z = row / ny;
  return ((Z >> level.shiftZ) * NY + (Y >> level.shiftY)) * NX + (X >> level.shiftX);
}

// @ts-ignore: decorator
@inline
function topOf(tops: usize, i: i32): f32 { return load<f32>(tops + (<usize>i << 2)); }

/** The best link of every node of planes [z0, z1), to the boundary or to another one, into f32[nodes + 1]. */
function findTops(level: PartsLevel, tops: usize, z0: i32, z1: i32): void {
  for (let colour = 0; colour < 2; colour++) {
    const last = level.firstNode(colour, z1);
    for (let i = level.firstNode(colour, z0); i < last; i++) {
      let top: f32 = 0;
      const end = level.linksEnd(i);
      for (let four = level.linksStart(i); four != end; four += FOUR) {
        for (let link = four; link != four + TO_CONDUCTANCE; link += 4) {
          top = max(top, load<f32>(link, TO_CONDUCTANCE));
        }
      }
      store<f32>(tops + (<usize>i << 2), top);
    }
  }
}

/** The node of a block that follows the boundary: it is the first one that asks. */
function follower(grounded: usize, block: i32, node: i32): i32 {
  const first = word(grounded, block);
  if (!first) setWord(grounded, block, node);
  return first ? first : node;
}

/** Joins the nodes of a block above that links join within it, those of planes [z0, z1), whole blocks. strength: see
 *  PartsRecord; above: their blocks; tops: of findTops; grounded: a node of every block that follows the boundary, 0 at
 *  first. The root of a part is its lowest node, in whatever order they are joined. */
function joinNodes(
  thread: i32, level: PartsLevel, strength: f32, above: usize, tops: usize, grounded: usize, z0: i32, z1: i32,
): void {
  const parents = level.parents;
  for (let colour = 0; colour < 2; colour++) {
    const last = level.firstNode(colour, z1);
    for (let i = level.firstNode(colour, z0); i < last; i++) {
      const block = word(above, i);
      const end = level.linksEnd(i);
      let held = strength == 0;
      let best: f32 = 0;
      let nearest = 0;
      for (let four = level.linksStart(i); four != end; four += FOUR) {
        for (let link = four; link != four + TO_CONDUCTANCE; link += 4) {
          const j = <i32>(load<u32>(link) >> 2);
          const g = load<f32>(link, TO_CONDUCTANCE);
          const joins = strength == 0 || (j > 0 && g >= strength * max(topOf(tops, i), topOf(tops, j)));
          held = held || joins;
          // With strong links the boundary, node 0, is in every block.
          if (word(above, j) != block && (j > 0 || strength == 0)) continue;
          if (joins) {
            if (j < i) unite(parents, i, j);
          } else if (g > best) {
            best = g;
            nearest = j;
          }
        }
      }
      // What is weakly linked to much stronger nodes only follows the one that holds it best, and would never be
      // joined.
      if (!held && best > 0 && best >= 0.5 * topOf(tops, i)) {
        if (!nearest) nearest = follower(grounded, block, i);
        unite(parents, i, nearest);
      }
      if ((i & (NODES - 1)) == 0 && tick(thread, NODES)) return;
    }
  }
}

/** Parts of each plane of blocks above, per colour: i32[2][NZ + 1], of planes [Z0, Z1). counts: parts of each block */
function countPlanes(counts: usize, planes: usize, NZ: i32, NY: i32, NX: i32, Z0: i32, Z1: i32): void {
  for (let Z = Z0; Z < Z1; Z++) {
    let red = 0;
    let all = 0;
    for (let Y = 0; Y < NY; Y++) {
      for (let X = 0; X < NX; X++) {
        const count = word(counts, (Z * NY + Y) * NX + X);
        all += count;
        if (!((Z + Y + X) & 1)) red += count;
      }
    }
    setWord(planes, Z, red);
    setWord(planes, NZ + 1 + Z, all - red);
  }
}

/** Opens the level above, of planes with these counts. @returns whether there is room */
function openAbove(record: PartsRecord, coarse: PartsLevel, planes: usize, NZ: i32): bool {
  let red = 0;
  let black = 0;
  for (let Z = 0; Z < NZ; Z++) {
    red += word(planes, Z);
    black += word(planes, NZ + 1 + Z);
  }
  if (!openLevel(record, coarse, red, red + black, NZ)) return false;
  memory.copy(coarse.firsts, planes, <usize>(NZ + 1) << 3);
  addFirsts(coarse);
  return true;
}

/** Numbers the parts of planes [Z0, Z1) of the level above; counts of the parts of blocks become the number of each
 *  block's first. */
function numberBlocks(coarse: PartsLevel, counts: usize, NY: i32, NX: i32, Z0: i32, Z1: i32): void {
  for (let colour = 0; colour < 2; colour++) {
    for (let Z = Z0; Z < Z1; Z++) {
      let next = coarse.firstNode(colour, Z);
      for (let Y = 0; Y < NY; Y++) {
        for (let X = (Z + Y + colour) & 1; X < NX; X += 2) {
          const block = (Z * NY + Y) * NX + X;
          const count = word(counts, block);
          setWord(counts, block, next);
          for (let k = 0; k < count; k++) setWord(coarse.values, next++, block);
        }
      }
    }
  }
}

/** Parts of the next level: nodes of a block of blocks, 2 along each axis that is halved, that links join within it.
 *  Their parents are set. A thread works on planes of blocks above, and the nodes within.
 *  @param ny, nx blocks of this level along y and x; scratch: see buildParts
 *  @returns 0, or the status with which every thread must leave; the record has no `ready` when there was no room */
export function numberNodes(
  thread: i32, threads: i32, record: PartsRecord, level: PartsLevel, scratch: usize, ny: i32, nx: i32,
): i32 {
  const nodes = level.nodes;
  const parents = level.parents;
  const coarse = level.coarse;
  const NZ = (level.planes + level.shiftZ) >> level.shiftZ;
  const NY = (ny + level.shiftY) >> level.shiftY;
  const NX = (nx + level.shiftX) >> level.shiftX;
  const above = scratch + (<usize>(NZ * NY * NX) << 2);
  const numbers = above + (<usize>(nodes + 1) << 2);
  const planes = numbers + (<usize>(nodes + 1) << 2);
  const Z0 = slabStart(thread, threads, NZ);
  const Z1 = slabStart(thread + 1, threads, NZ);
  const z0 = level.finePlane(Z0);
  const z1 = level.finePlane(Z1);
  for (let colour = 0; colour < 2; colour++) {
    const last = level.firstNode(colour, z1);
    for (let i = level.firstNode(colour, z0); i < last; i++) {
      setWord(parents, i, i);
      setWord(above, i, blockAbove(level, word(level.values, i), ny, nx, NY, NX));
    }
  }
  // Node 0, to which links lead that only fill up their four, is in no block.
  if (thread == 0) setWord(above, 0, -1);
  if (record.strength > 0) findTops(level, numbers, z0, z1);
  const ownBlocks = scratch + (<usize>(Z0 * NY * NX) << 2);
  const ownBytes = <usize>((Z1 - Z0) * NY * NX) << 2;
  memory.fill(ownBlocks, 0, ownBytes);
  let status = barrier(thread, threads);
  if (status) return status;
  joinNodes(thread, level, record.strength, above, numbers, scratch, z0, z1);
  memory.fill(ownBlocks, 0, ownBytes);
  for (let colour = 0; colour < 2; colour++) {
    const last = level.firstNode(colour, z1);
    for (let i = level.firstNode(colour, z0); i < last; i++) {
      if (word(parents, i) != i) continue;
      const block = word(above, i);
      setWord(scratch, block, word(scratch, block) + 1);
    }
  }
  countPlanes(scratch, planes, NZ, NY, NX, Z0, Z1);
  if ((status = barrier(thread, threads))) return status;
  if (thread == 0) record.ready = openAbove(record, coarse, planes, NZ);
  if ((status = barrier(thread, threads))) return status;
  if (!record.ready) return 0;
  numberBlocks(coarse, scratch, NY, NX, Z0, Z1);
  // A part's lowest node comes first and takes the number; the others lead to lower ones, which have theirs by then.
  for (let colour = 0; colour < 2; colour++) {
    const last = level.firstNode(colour, z1);
    for (let i = level.firstNode(colour, z0); i < last; i++) {
      const to = word(parents, i);
      if (to != i) setWord(numbers, i, word(numbers, to));
      else {
        const block = word(above, i);
        const number = word(scratch, block);
        setWord(scratch, block, number + 1);
        setWord(numbers, i, number);
      }
    }
  }
  for (let colour = 0; colour < 2; colour++) {
    const last = level.firstNode(colour, z1);
    for (let i = level.firstNode(colour, z0); i < last; i++) setWord(parents, i, word(numbers, i) << 2);
  }
  return barrier(thread, threads);
}

/** Nodes of a level below planes [Z0, Z1) of the next one in the order of their parts, from place `at` on.
 *  @param ends i32[parts + 1], where the nodes of each part end; children: i32[nodes] */
function orderChildren(level: PartsLevel, ends: usize, children: usize, at: i32, Z0: i32, Z1: i32): void {
  const coarse = level.coarse;
  for (let colour = 0; colour < 2; colour++) {
    const first = coarse.firstNode(colour, Z0);
    memory.fill(ends + (<usize>first << 2), 0, <usize>(coarse.firstNode(colour, Z1) - first) << 2);
  }
  const z0 = level.finePlane(Z0);
  const z1 = level.finePlane(Z1);
  for (let colour = 0; colour < 2; colour++) {
    const last = level.firstNode(colour, z1);
    for (let i = level.firstNode(colour, z0); i < last; i++) {
      const part = word(level.parents, i) >> 2;
      setWord(ends, part, word(ends, part) + 1);
    }
  }
  let place = at;
  for (let colour = 0; colour < 2; colour++) {
    const last = coarse.firstNode(colour, Z1);
    for (let part = coarse.firstNode(colour, Z0); part < last; part++) {
      const count = word(ends, part);
      setWord(ends, part, place);
      place += count;
    }
  }
  for (let colour = 0; colour < 2; colour++) {
    const last = level.firstNode(colour, z1);
    for (let i = level.firstNode(colour, z0); i < last; i++) {
      const part = word(level.parents, i) >> 2;
      const to = word(ends, part);
      setWord(children, to, i);
      setWord(ends, part, to + 1);
    }
  }
}

/** Links of the next level's parts, a thread's planes of them. words: of scratch
 *  @returns 0, or the status with which every thread must leave; the record has no `ready` when there was no room */
export function linkNodes(
  thread: i32, threads: i32, record: PartsRecord, level: PartsLevel, scratch: usize, words: usize,
): i32 {
  const all = level.coarse.nodes;
  const ends = scratch;
  const children = ends + (<usize>(all + 1) << 2);
  // For every part, where the link to it is when the part at hand has one: for each thread.
  const places = children + (<usize>(level.nodes + 1) << 2);
  const fixed = <usize>(all + 1) + <usize>(level.nodes + 1);
  const together = threads > 1 && fixed + <usize>threads * <usize>(all + 1) <= words;
  let fits: bool = true;
  if (together) {
    takeNothing();
    fits = linkPlanes(
      thread, record, level, ends, children, places + ((<usize>thread * <usize>(all + 1)) << 2),
      slabStart(thread, threads, level.coarse.planes), slabStart(thread + 1, threads, level.coarse.planes), true,
    );
  } else if (thread == 0) {
    takeAll(record);
    fits = linkPlanes(thread, record, level, ends, children, places, 0, level.coarse.planes, false);
    giveBack(record);
  }
  if (!fits) record.ready = false;
  return barrier(thread, threads);
}

/** Links of planes [Z0, Z1). chunks: room is taken bit by bit, beside other threads */
function linkPlanes(
  thread: i32, record: PartsRecord, level: PartsLevel, ends: usize, children: usize, places: usize, Z0: i32, Z1: i32,
  chunks: bool,
): bool {
  const coarse = level.coarse;
  const z0 = level.finePlane(Z0);
  // As many places as there are nodes in the planes below.
  let at = level.firstNode(0, z0) - 1 + level.firstNode(1, z0) - level.firstNode(1, 0);
  orderChildren(level, ends, children, at, Z0, Z1);
  memory.fill(places, 0, <usize>(coarse.nodes + 1) << 2);
  for (let colour = 0; colour < 2; colour++) {
    const last = coarse.firstNode(colour, Z1);
    for (let part = coarse.firstNode(colour, Z0); part < last; part++) {
      if (chunks) {
        let most: usize = 0;
        for (let k = at; k < word(ends, part); k++) {
          const node = word(children, k);
          most += level.linksEnd(node) - level.linksStart(node);
        }
        if (!takeRoom(record, most)) return false;
      }
      const first = linksFree;
      let outside: f32 = 0;
      for (; at < word(ends, part); at++) {
        const node = word(children, at);
        outside += load<f32>(level.loads + (<usize>node << 2));
        if (!linkChild(level, node, part, first, places)) return false;
      }
      closeNode(record, coarse, part, first, outside);
      if ((part & (NODES - 1)) == 0 && tick(thread, NODES)) return true;
    }
  }
  return true;
}

/** Adds the links of a node to those of its part, the open node, unless they lead within it. @returns whether there is
 *  room */
function linkChild(level: PartsLevel, node: i32, part: i32, first: usize, places: usize): bool {
  const end = level.linksEnd(node);
  for (let four = level.linksStart(node); four != end; four += FOUR) {
    for (let link = four; link != four + TO_CONDUCTANCE; link += 4) {
      const to = load<u32>(link);
      if (!to) break;
      const offset = load<u32>(level.parents + <usize>to);
      if (<i32>(offset >> 2) == part) continue;
      const g = load<f32>(link, TO_CONDUCTANCE);
      const known = <usize>load<u32>(places + <usize>offset) << PLACE_SHIFT;
      if (known >= first && known < linksFree) strengthen(known, g);
      else {
        store<u32>(places + <usize>offset, <u32>(linksFree >> PLACE_SHIFT));
        if (!appendLink(offset, g)) return false;
      }
    }
  }
  return true;
}
