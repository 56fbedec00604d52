// A level of connected parts from the one below it: its nodes are the parts of 2×2×2 blocks of blocks, its links what
// joins these.
import { tick } from '../../core/control';
import { unite } from '../../core/clusters';
import { appendLink, closeNode, openLevel, setWord, strengthen, word } from './arrays';
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

/** The best link of every node, to the boundary or to another one, into f32[nodes + 1]. */
function findTops(level: PartsLevel, tops: usize): void {
  for (let i = 1; i <= level.nodes; i++) {
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

/** The node of a block that follows the boundary: it is the first one that asks. */
function follower(grounded: usize, block: i32, node: i32): i32 {
  const first = word(grounded, block);
  if (!first) setWord(grounded, block, node);
  return first ? first : node;
}

/** Joins the nodes of a block above that links join within it. strength: see PartsRecord; above: their blocks; tops: of
 *  findTops; grounded: a node of every block that follows the boundary, 0 at first
 *  @returns whether to go on */
function joinNodes(
  thread: i32, level: PartsLevel, strength: f32, above: usize, tops: usize, grounded: usize,
): bool {
  const parents = level.parents;
  for (let i = 1; i <= level.nodes; i++) {
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
    // What is weakly linked to much stronger nodes only follows the one that holds it best, and would never be joined.
    if (!held && best > 0 && best >= 0.5 * topOf(tops, i)) {
      if (!nearest) nearest = follower(grounded, block, i);
      unite(parents, i, nearest);
    }
    if ((i & (NODES - 1)) == 0 && tick(thread, NODES)) return false;
  }
  return true;
}

/** Opens the level above, of NZ × NY × NX blocks with `counts` parts each, and numbers these; counts become the number
 *  of each block's first. @returns whether there is room */
function numberBlocks(record: PartsRecord, coarse: PartsLevel, counts: usize, NZ: i32, NY: i32, NX: i32): bool {
  let red = 0;
  let all = 0;
  for (let Z = 0; Z < NZ; Z++) {
    for (let Y = 0; Y < NY; Y++) {
      for (let X = 0; X < NX; X++) {
        const count = word(counts, (Z * NY + Y) * NX + X);
        all += count;
        if (!((Z + Y + X) & 1)) red += count;
      }
    }
  }
  if (!openLevel(record, coarse, red, all, NZ)) return false;
  let next = 1;
  for (let colour = 0; colour < 2; colour++) {
    for (let Z = 0; Z < NZ; Z++) {
      setWord(coarse.firsts, colour * (NZ + 1) + Z, next);
      for (let Y = 0; Y < NY; Y++) {
        for (let X = (Z + Y + colour) & 1; X < NX; X += 2) {
          const block = (Z * NY + Y) * NX + X;
          const count = word(counts, block);
          setWord(counts, block, next);
          for (let k = 0; k < count; k++) setWord(coarse.values, next++, block);
        }
      }
    }
    setWord(coarse.firsts, colour * (NZ + 1) + NZ, next);
  }
  return true;
}

/** Parts of the next level: nodes of a block of blocks, 2 along each axis that is halved, that links join within it.
 *  Their parents are set.
 *  @param ny, nx blocks of this level along y and x; scratch: see buildParts
 *  @returns whether there is room */
export function numberNodes(
  thread: i32, record: PartsRecord, level: PartsLevel, scratch: usize, ny: i32, nx: i32,
): bool {
  const nodes = level.nodes;
  const parents = level.parents;
  const NZ = (level.planes + level.shiftZ) >> level.shiftZ;
  const NY = (ny + level.shiftY) >> level.shiftY;
  const NX = (nx + level.shiftX) >> level.shiftX;
  const blocks = NZ * NY * NX;
  const above = scratch + (<usize>blocks << 2);
  const numbers = above + (<usize>(nodes + 1) << 2);
  for (let i = 1; i <= nodes; i++) {
    setWord(parents, i, i);
    setWord(above, i, blockAbove(level, word(level.values, i), ny, nx, NY, NX));
  }
  // Node 0, to which links lead that only fill up their four, is in no block.
  setWord(above, 0, -1);
  if (record.strength > 0) findTops(level, numbers);
  memory.fill(scratch, 0, <usize>blocks << 2);
  if (!joinNodes(thread, level, record.strength, above, numbers, scratch)) return true;
  memory.fill(scratch, 0, <usize>blocks << 2);
  for (let i = 1; i <= nodes; i++) {
    if (word(parents, i) != i) continue;
    const block = word(above, i);
    setWord(scratch, block, word(scratch, block) + 1);
  }
  if (!numberBlocks(record, level.coarse, scratch, NZ, NY, NX)) return false;
  // A part's lowest node comes first and takes the number; the others lead to lower ones, which have theirs by then.
  for (let i = 1; i <= nodes; i++) {
    const to = word(parents, i);
    if (to != i) setWord(numbers, i, word(numbers, to));
    else {
      const block = word(above, i);
      const number = word(scratch, block);
      setWord(scratch, block, number + 1);
      setWord(numbers, i, number);
    }
  }
  for (let i = 1; i <= nodes; i++) setWord(parents, i, word(numbers, i) << 2);
  return true;
}

/** Nodes of a level in the order of their parts. starts: i32[parts + 2] becomes the end of each part; children:
 *  i32[nodes + 1] */
function orderChildren(level: PartsLevel, starts: usize, children: usize, parts: i32): void {
  memory.fill(starts, 0, <usize>(parts + 2) << 2);
  for (let i = 1; i <= level.nodes; i++) {
    const part = (word(level.parents, i) >> 2) + 1;
    setWord(starts, part, word(starts, part) + 1);
  }
  for (let part = 1; part <= parts + 1; part++) setWord(starts, part, word(starts, part) + word(starts, part - 1));
  for (let i = 1; i <= level.nodes; i++) {
    const part = word(level.parents, i) >> 2;
    const at = word(starts, part);
    setWord(children, at, i);
    setWord(starts, part, at + 1);
  }
}

/** Links of the next level. @returns whether there is room */
export function linkNodes(thread: i32, record: PartsRecord, level: PartsLevel, scratch: usize): bool {
  const coarse = level.coarse;
  const all = coarse.nodes;
  const ends = scratch;
  const children = ends + (<usize>(all + 2) << 2);
  // For every part, where the link to it is when the part at hand has one.
  const places = children + (<usize>(level.nodes + 1) << 2);
  orderChildren(level, ends, children, all);
  memory.fill(places, 0, <usize>(all + 1) << 2);
  let at = 0;
  for (let part = 1; part <= all; part++) {
    const first = record.free;
    let outside: f32 = 0;
    for (; at < word(ends, part); at++) {
      const node = word(children, at);
      outside += load<f32>(level.loads + (<usize>node << 2));
      if (!linkChild(record, level, node, part, first, places)) return false;
    }
    closeNode(record, coarse, part, first, outside);
    if ((part & (NODES - 1)) == 0 && tick(thread, NODES)) return true;
  }
  return true;
}

/** Adds the links of a node to those of its part, the open node, unless they lead within it. @returns whether there is
 *  room */
function linkChild(record: PartsRecord, level: PartsLevel, node: i32, part: i32, first: usize, places: usize): bool {
  const end = level.linksEnd(node);
  for (let four = level.linksStart(node); four != end; four += FOUR) {
    for (let link = four; link != four + TO_CONDUCTANCE; link += 4) {
      const to = load<u32>(link);
      if (!to) break;
      const offset = load<u32>(level.parents + <usize>to);
      if (<i32>(offset >> 2) == part) continue;
      const g = load<f32>(link, TO_CONDUCTANCE);
      const known = <usize>load<u32>(places + <usize>offset) << PLACE_SHIFT;
      if (known >= first && known < record.free) strengthen(known, g);
      else {
        store<u32>(places + <usize>offset, <u32>(record.free >> PLACE_SHIFT));
        if (!appendLink(record, offset, g)) return false;
      }
    }
  }
  return true;
}
