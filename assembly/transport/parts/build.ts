// Builds the levels of connected parts (record.ts): the first from the voxels, every other from the one below it. One thread works: it
// takes about as long as one iteration of the solve.
import { POLL_VOXELS } from '../../layout';
import { barrier, enter, slabStart, tick } from '../../core/control';
import { Level, originOf } from '../level/levels';
import { FOUR, MAX_PARTS_LEVELS, PartsLevel, PartsRecord, TO_CONDUCTANCE } from './record';
import { blockParts, conductanceBelow, conductanceOutside, elementOf, fillRoots, partAt, partCount } from './blocks';
import { packBlocks } from './census';

/** A coarse conductance over the sum of those that it joins, as everywhere (blocks/coarsen.ts). With it and two visits a level's cycle never
 *  moves a solution further than the coarse equations do, and the preconditioner is definite for any parts. */
const JOINED: f32 = 0.5;
/** The same between parts that strong links alone make: an island that lies in two blocks on several levels keeps its weak links, which with ½
 *  would halve on every one, and the two corrections of a visit would cancel (decisions/0057). */
const JOINED_STRONG: f32 = 0.6;
/** Levels with fewer nodes run on one thread: their phases are shorter than a barrier. */
const ALONE_NODES = 1 << 13;
/** Nodes between two looks at the cancel word. */
const NODES = 1 << 16;

/** First free byte, and the end of the room that levels may take. Of one call: set before it is used. */
let free: usize = 0;
let limit: usize = 0;
/** Least share of both ends' best link that a link has which joins them; 0: any link joins. Of one call, too. */
let strength: f32 = 0;

/** Takes bytes for an array. @returns its address, or 0 when there is no more room */
function take(bytes: usize): usize {
  const address = (free + 15) & ~15;
  if (bytes > limit - address || address > limit) return 0;
  free = address + bytes;
  return address;
}

/** Makes the entry of a level and its arrays but for the links, which end up behind them. @returns whether there is room */
function openLevel(level: PartsLevel, red: i32, nodes: i32, planes: i32): bool {
  const fields = <usize>(nodes + 1) << 2;
  level.red = red;
  level.nodes = nodes;
  level.planes = planes;
  level.links = take(fields + 4);
  level.inverses = take(fields);
  level.parents = take(fields);
  level.values = take(fields);
  level.loads = take(fields);
  level.firsts = take(<usize>(planes + 1) << 3);
  free = (free + 15) & ~15;
  return level.firsts != 0 && free < limit;
}

// @ts-ignore: decorator
@inline
function word(array: usize, i: i32): i32 { return load<i32>(array + (<usize>i << 2)); }
// @ts-ignore: decorator
@inline
function setWord(array: usize, i: i32, value: i32): void { store<i32>(array + (<usize>i << 2), value); }

/** Numbers the parts of level 1. blocks, faces: of packBlocks; ids: u32 field, the node of every voxel (0: none)
 *  @returns whether there is room */
function numberVoxels(thread: i32, entry: Level, level: PartsLevel, blocks: usize, faces: usize, ids: usize, roots: usize, red: i32, nodes: i32): bool {
  const nz = (entry.nz + 1) >> 1;
  const ny = (entry.ny + 1) >> 1;
  const nx = (entry.nx + 1) >> 1;
  if (!openLevel(level, red, nodes, nz)) return false;
  const where = level.values;
  let next = 1;
  for (let colour = 0; colour < 2; colour++) {
    for (let Z = 0; Z < nz; Z++) {
      setWord(level.firsts, colour * (nz + 1) + Z, next);
      for (let Y = 0; Y < ny; Y++) {
        for (let X = (Z + Y + colour) & 1; X < nx; X += 2) {
          const at = (Z * ny + Y) * nx + X;
          const bits = <u32>load<u8>(blocks + <usize>at);
          if (!bits) continue;
          const parts = blockParts(roots, bits, faces ? faces + (<usize>at << 2) : 0);
          for (let v = 0; v < 8; v++) {
            if (!((bits >> v) & 1)) continue;
            setWord(ids, elementOf(entry, 2 * Z + (v >> 2), 2 * Y + ((v >> 1) & 1), 2 * X + (v & 1)), next + partAt(parts, v));
          }
          for (let k = 0; k < partCount(parts); k++) setWord(where, next++, at);
        }
      }
      if (tick(thread, <usize>ny * <usize>nx)) return true;
    }
    setWord(level.firsts, colour * (nz + 1) + nz, next);
  }
  return true;
}

/** Bytes of a link while its node is open: offset and conductance side by side. */
const LINK: usize = 8;

/** Appends a link. @returns whether there is room, for it, one to the boundary, and 3 more that may fill up a four */
// @ts-ignore: decorator
@inline
function appendLink(offset: u32, g: f32): bool {
  if (limit - free < 5 * LINK) return false;
  storeLink(offset, g);
  return true;
}

// @ts-ignore: decorator
@inline
function storeLink(offset: u32, g: f32): void {
  store<u32>(free, offset);
  store<f32>(free, g, 4);
  free += LINK;
}

/** Adds a conductance to the link from the node whose links begin at `first`. @returns whether there is room */
// @ts-ignore: decorator
@inline
function addLink(first: usize, neighbour: i32, g: f32): bool {
  const offset = <u32>neighbour << 2;
  for (let link = first; link < free; link += LINK) {
    if (load<u32>(link) == offset) {
      store<f32>(link, load<f32>(link, 4) + g, 4);
      return true;
    }
  }
  return appendLink(offset, g);
}

/** Scales the links of a node, from `first` on, orders them by fours, and stores what they and the boundary add up to. Between parts that
 *  strong links make the boundary is a link to node 0. */
function closeNode(level: PartsLevel, node: i32, first: usize, outside: f32): void {
  const joined: f32 = strength > 0 ? JOINED_STRONG : JOINED;
  const factor = f32x4.splat(joined);
  // There is room: appendLink keeps it.
  if (strength > 0 && outside > 0) storeLink(0, outside / joined);
  while ((free - first) & (FOUR - 1)) storeLink(0, 0);
  let sums = f32x4.splat(0);
  for (let four = first; four < free; four += FOUR) {
    const a = v128.load(four);
    const b = v128.load(four, 16);
    const g = f32x4.mul(factor, i8x16.shuffle(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31));
    v128.store(four, i8x16.shuffle(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27));
    v128.store(four, g, TO_CONDUCTANCE);
    sums = f32x4.add(sums, g);
  }
  const sum = (strength > 0 ? <f32>0 : outside) + (f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1)) + (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
  const at = <usize>node << 2;
  store<usize>(level.links + at, first);
  store<usize>(level.links + at, free, 4);
  store<f32>(level.inverses + at, sum > 0 ? 1 / sum : 0);
  // Kept here until the level above is built.
  store<f32>(level.loads + at, outside);
}

/** Links of level 1. @returns whether there is room */
function linkVoxels(thread: i32, entry: Level, level: PartsLevel, ids: usize): bool {
  const ny = (entry.ny + 1) >> 1;
  const nx = (entry.nx + 1) >> 1;
  const coded = entry.coded;
  const diagonal = entry.diagonal;
  const where = level.values;
  const half = <i32>(entry.halfBytes >> 2);
  const plane = <i32>(entry.planeBytes >> 2);
  const pitch = <i32>(entry.rowBytes >> 2);
  for (let node = 1; node <= level.nodes; node++) {
    const at = word(where, node);
    const X = at % nx;
    const Y = (at / nx) % ny;
    const Z = at / nx / ny;
    const first = free;
    let outside: f32 = 0;
    for (let v = 0; v < 8; v++) {
      const z = 2 * Z + (v >> 2);
      const y = 2 * Y + ((v >> 1) & 1);
      const black = (z + y + v) & 1;
      const e = z * plane + y * pitch + black * half + X;
      if (word(ids, e) != node) continue;
      outside += conductanceOutside(entry, coded, z, y, 2 * X + (v & 1));
      if (diagonal) outside += load<f32>(diagonal + (<usize>e << 2));
      // Neighbours have the other colour, and the same element but for the step; outside the window they have no node.
      const across = e + (black ? -half : half);
      for (let axis = 0; axis < 3; axis++) {
        const up = (v & (4 >> axis)) != 0;
        const step = axis == 0 ? plane : axis == 1 ? pitch : 1;
        const o = across + (up ? step : -step);
        const neighbour = word(ids, o);
        if (neighbour) {
          let g: f32 = 1;
          if (coded) g = up ? conductanceBelow(entry, true, axis, axis == 0 ? z + 1 : z, o, e) : conductanceBelow(entry, true, axis, z, e, o);
          if (g > 0 && !addLink(first, neighbour, g)) return false;
        }
        if (strength == 0) continue;
        // The two voxels of a block that lie side by side along x are the same element of their colours.
        const inner = axis == 2 ? across : across + (up ? -step : step);
        const other = word(ids, inner);
        if (!other || other == node) continue;
        const within = up ? conductanceBelow(entry, true, axis, z, e, inner) : conductanceBelow(entry, true, axis, axis == 0 ? z + 1 : z, inner, e);
        if (within > 0 && !addLink(first, other, within)) return false;
      }
    }
    closeNode(level, node, first, outside);
    if ((node & (NODES - 1)) == 0 && tick(thread, NODES)) return true;
  }
  return true;
}

/** Lowest node that is joined with node i; halves the path. */
function rootOf(roots: usize, i: i32): i32 {
  let node = i;
  let to = word(roots, node);
  while (to != node) {
    const over = word(roots, to);
    setWord(roots, node, over);
    node = over;
    to = word(roots, node);
  }
  return node;
}

/** Joins what nodes i and j are joined with; the lowest is the root. */
function join(roots: usize, i: i32, j: i32): void {
  const a = rootOf(roots, i);
  const b = rootOf(roots, j);
  if (a < b) setWord(roots, b, a);
  else setWord(roots, a, b);
}

/** Blocks of a level by their place among the level's blocks: what a node's `where` holds. */
// @ts-ignore: decorator
@inline
function blockAbove(at: i32, ny: i32, nx: i32): i32 {
  const X = at % nx;
  const row = at / nx;
  const Y = row % ny;
  const Z = row / ny;
  return ((Z >> 1) * ((ny + 1) >> 1) + (Y >> 1)) * ((nx + 1) >> 1) + (X >> 1);
}

// @ts-ignore: decorator
@inline
function topOf(tops: usize, i: i32): f32 { return load<f32>(tops + (<usize>i << 2)); }

/** The best link of every node, into f32[nodes + 1]; those to the boundary do not count. */
function findTops(level: PartsLevel, tops: usize): void {
  for (let i = 1; i <= level.nodes; i++) {
    const at = <usize>i << 2;
    let top: f32 = 0;
    const end = load<usize>(level.links + at, 4);
    for (let four = load<usize>(level.links + at); four != end; four += FOUR) {
      for (let link = four; link != four + TO_CONDUCTANCE; link += 4) {
        if (load<u32>(link)) top = max(top, load<f32>(link, TO_CONDUCTANCE));
      }
    }
    store<f32>(tops + at, top);
  }
}

/** Parts of the next level: nodes of a block of 2×2×2 blocks that links join within it. Their parents are set.
 *  @param ny, nx blocks of this level along y and x; scratch: see buildParts
 *  @returns whether there is room */
function numberNodes(thread: i32, level: PartsLevel, scratch: usize, ny: i32, nx: i32): bool {
  const coarse = level.coarse;
  const nodes = level.nodes;
  const where = level.values;
  const parents = level.parents;
  const NZ = (level.planes + 1) >> 1;
  const NY = (ny + 1) >> 1;
  const NX = (nx + 1) >> 1;
  const blocks = NZ * NY * NX;
  const above = scratch + (<usize>blocks << 2);
  const numbers = above + (<usize>(nodes + 1) << 2);
  for (let i = 1; i <= nodes; i++) {
    setWord(parents, i, i);
    setWord(above, i, blockAbove(word(where, i), ny, nx));
  }
  // Node 0, to which links lead that only fill up their four, is in no block.
  setWord(above, 0, -1);
  if (strength > 0) findTops(level, numbers);
  for (let i = 1; i <= nodes; i++) {
    const block = word(above, i);
    const end = load<usize>(level.links + (<usize>i << 2), 4);
    let held = strength == 0;
    let best: f32 = 0;
    let nearest = 0;
    for (let four = load<usize>(level.links + (<usize>i << 2)); four != end; four += FOUR) {
      for (let link = four; link != four + TO_CONDUCTANCE; link += 4) {
        const j = <i32>(load<u32>(link) >> 2);
        const g = load<f32>(link, TO_CONDUCTANCE);
        const joins = strength == 0 || (j > 0 && g >= strength * max(topOf(numbers, i), topOf(numbers, j)));
        held = held || joins;
        if (word(above, j) != block) continue;
        if (joins) {
          if (j < i) join(parents, i, j);
        } else if (g > best) {
          best = g;
          nearest = j;
        }
      }
    }
    // What is weakly linked to much stronger nodes only follows the one that holds it best, and would never be joined.
    if (!held && nearest && best >= 0.5 * topOf(numbers, i)) join(parents, i, nearest);
    if ((i & (NODES - 1)) == 0 && tick(thread, NODES)) return true;
  }
  // Parts per block, then, in the order of the nodes, the number of each block's first.
  memory.fill(scratch, 0, <usize>blocks << 2);
  for (let i = 1; i <= nodes; i++) {
    if (word(parents, i) != i) continue;
    const block = word(above, i);
    setWord(scratch, block, word(scratch, block) + 1);
  }
  let red = 0;
  let all = 0;
  for (let Z = 0; Z < NZ; Z++) {
    for (let Y = 0; Y < NY; Y++) {
      for (let X = 0; X < NX; X++) {
        const count = word(scratch, (Z * NY + Y) * NX + X);
        all += count;
        if (!((Z + Y + X) & 1)) red += count;
      }
    }
  }
  if (!openLevel(coarse, red, all, NZ)) return false;
  let next = 1;
  for (let colour = 0; colour < 2; colour++) {
    for (let Z = 0; Z < NZ; Z++) {
      setWord(coarse.firsts, colour * (NZ + 1) + Z, next);
      for (let Y = 0; Y < NY; Y++) {
        for (let X = (Z + Y + colour) & 1; X < NX; X += 2) {
          const block = (Z * NY + Y) * NX + X;
          const count = word(scratch, block);
          setWord(scratch, block, next);
          for (let k = 0; k < count; k++) setWord(coarse.values, next++, block);
        }
      }
    }
    setWord(coarse.firsts, colour * (NZ + 1) + NZ, next);
  }
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

/** Links of the next level. @returns whether there is room */
function linkNodes(thread: i32, level: PartsLevel, scratch: usize): bool {
  const coarse = level.coarse;
  const nodes = level.nodes;
  const all = coarse.nodes;
  const parents = level.parents;
  // Nodes of every part, in order; and for every part, where the link to it is when the part at hand has one.
  const starts = scratch;
  const children = starts + (<usize>(all + 2) << 2);
  const places = children + (<usize>(nodes + 1) << 2);
  memory.fill(starts, 0, <usize>(all + 2) << 2);
  memory.fill(places, 0, <usize>(all + 1) << 2);
  for (let i = 1; i <= nodes; i++) {
    const part = (word(parents, i) >> 2) + 1;
    setWord(starts, part, word(starts, part) + 1);
  }
  for (let part = 1; part <= all + 1; part++) setWord(starts, part, word(starts, part) + word(starts, part - 1));
  for (let i = 1; i <= nodes; i++) {
    const part = word(parents, i) >> 2;
    const at = word(starts, part);
    setWord(children, at, i);
    setWord(starts, part, at + 1);
  }
  let at = 0;
  for (let part = 1; part <= all; part++) {
    const first = free;
    let outside: f32 = 0;
    for (; at < word(starts, part); at++) {
      const node = <usize>word(children, at) << 2;
      outside += load<f32>(level.loads + node);
      const end = load<usize>(level.links + node, 4);
      for (let four = load<usize>(level.links + node); four != end; four += FOUR) {
        for (let link = four; link != four + TO_CONDUCTANCE; link += 4) {
          const to = load<u32>(link);
          if (!to) break;
          const offset = load<u32>(parents + <usize>to);
          if (<i32>(offset >> 2) == part) continue;
          const g = load<f32>(link, TO_CONDUCTANCE);
          const known = load<usize>(places + <usize>offset);
          if (known >= first && known < free) store<f32>(known, load<f32>(known, 4) + g, 4);
          else {
            store<usize>(places + <usize>offset, free);
            if (!appendLink(offset, g)) return false;
          }
        }
      }
    }
    closeNode(coarse, part, first, outside);
    if ((part & (NODES - 1)) == 0 && tick(thread, NODES)) return true;
  }
  return true;
}

/** Clears what a level's fields held while it was built. */
function settle(level: PartsLevel): void {
  const bytes = <usize>(level.nodes + 1) << 2;
  memory.fill(level.values, 0, bytes);
  memory.fill(level.loads, 0, bytes);
  store<f32>(level.inverses, 0);
  store<u32>(level.parents, 0);
}

/** Builds all levels for which there is room. */
function build(
  thread: i32, record: PartsRecord, entry: Level, blocks: usize, faces: usize, ids: usize, roots: usize, red: i32, nodes: i32,
): void {
  let ny = (entry.ny + 1) >> 1;
  let nx = (entry.nx + 1) >> 1;
  const first = record.level(0);
  if (!numberVoxels(thread, entry, first, blocks, faces, ids, roots, red, nodes) || !linkVoxels(thread, entry, first, ids)) return;
  // Red voxels keep their nodes; the rest of ids is scratch from here on.
  const half = <i32>(entry.halfBytes >> 2);
  const origin = <i32>originOf(entry.ny, entry.nx);
  for (let e = -origin; e < half - origin; e++) {
    setWord(record.nodesOfVoxels, e, word(ids, e) << 2);
    if ((e & (POLL_VOXELS / 4 - 1)) == 0 && tick(thread, POLL_VOXELS / 4)) return;
  }
  const scratch = ids - (<usize>origin << 2);
  let count = 1;
  let level = first;
  while (count < MAX_PARTS_LEVELS && (level.planes > 1 || ny > 1 || nx > 1)) {
    // Without room for another level this one is the coarsest.
    if (!numberNodes(thread, level, scratch, ny, nx) || !linkNodes(thread, level, scratch)) break;
    settle(level);
    level = level.coarse;
    ny = (ny + 1) >> 1;
    nx = (nx + 1) >> 1;
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
 *  @param entry of the finest level; blocks: 5 bytes per block of level 1 and 16 more, scratch; ids: u32 field, scratch, of element (0, 0, 0), whose
 *         bytes are at least those of `buildScratch` in the wrapper; roots: u32[4096] scratch
 *  @param red, nodes parts of level 1: of red blocks and all; room: bytes at `levels` for all levels
 *  @param least of a coded finest level: only links of at least this share of both ends' best join; 0: all do
 *  @returns status; the record has 0 levels when there was no room for the first */
export function buildParts(
  thread: i32, threads: i32, record: PartsRecord, entry: Level, blocks: usize, ids: usize, roots: usize, levels: usize, room: usize,
  red: i32, nodes: i32, least: f32,
): i32 {
  enter();
  const planes = (entry.nz + 1) >> 1;
  const count = <usize>planes * <usize>((entry.ny + 1) >> 1) * <usize>((entry.nx + 1) >> 1);
  const faces = entry.coded ? (blocks + count + 15) & ~15 : 0;
  packBlocks(thread, entry, blocks, faces, least, slabStart(thread, threads, planes), slabStart(thread + 1, threads, planes));
  if (thread == 0) {
    fillRoots(roots);
    memory.fill(ids - (originOf(entry.ny, entry.nx) << 2), 0, entry.halfBytes << 1);
    record.levels = 0;
    record.linkedWithin = i32(least > 0);
  }
  const status = barrier(thread, threads);
  if (status) return status;
  if (thread == 0) {
    free = levels;
    limit = levels + room;
    strength = least;
    build(thread, record, entry, blocks, faces, ids, roots, red, nodes);
  }
  return barrier(thread, threads);
}
