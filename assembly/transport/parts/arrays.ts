// Memory of the levels of connected parts while they are built: arrays one behind another, each level's links last.
import { FOUR, PartsLevel, PartsRecord, storeLinksAt, TO_CONDUCTANCE } from './record';

/** A coarse conductance over the sum of those that it joins, as everywhere (blocks/coarsen.ts). With it and two visits
 *  a level's cycle never moves a solution further than the coarse equations do, and the preconditioner is definite for
 *  any parts. */
export const JOINED: f32 = 0.5;
/** The same between parts that strong links alone make: an island that lies in two blocks on several levels keeps its
 *  weak links, which with ½ would halve on every one, and the two corrections of a visit would cancel
 *  (decisions/0057). */
export const JOINED_STRONG: f32 = 0.6;
/** Bytes of a link while its node is open: offset and conductance side by side. */
const LINK: usize = 8;

// @ts-ignore: decorator
@inline
export function word(array: usize, i: i32): i32 { return load<i32>(array + (<usize>i << 2)); }
// @ts-ignore: decorator
@inline
export function setWord(array: usize, i: i32, value: i32): void { store<i32>(array + (<usize>i << 2), value); }

/** Takes bytes for an array. @returns its address, or 0 when there is no more room */
function take(record: PartsRecord, bytes: usize): usize {
  const address = (record.free + 15) & ~15;
  if (bytes > record.limit - address || address > record.limit) return 0;
  record.free = address + bytes;
  return address;
}

/** Makes the entry of a level and its arrays but for the links, which end up behind them. @returns whether there is
 *  room */
export function openLevel(record: PartsRecord, level: PartsLevel, red: i32, nodes: i32, planes: i32): bool {
  const fields = <usize>(nodes + 1) << 2;
  level.red = red;
  level.nodes = nodes;
  level.planes = planes;
  level.links = take(record, fields + 4);
  level.inverses = take(record, fields);
  level.parents = take(record, fields);
  level.values = take(record, fields);
  level.loads = take(record, fields);
  level.firsts = take(record, <usize>(planes + 1) << 3);
  record.free = (record.free + 15) & ~15;
  return level.firsts != 0 && record.free < record.limit;
}

/** Appends a link. @returns whether there is room, for it, one to the boundary, and 3 more that may fill up a four */
// @ts-ignore: decorator
@inline
export function appendLink(record: PartsRecord, offset: u32, g: f32): bool {
  if (record.limit - record.free < 5 * LINK) return false;
  storeLink(record, offset, g);
  return true;
}

// @ts-ignore: decorator
@inline
function storeLink(record: PartsRecord, offset: u32, g: f32): void {
  store<u32>(record.free, offset);
  store<f32>(record.free, g, 4);
  record.free += LINK;
}

/** Adds a conductance to a link of the open node. */
// @ts-ignore: decorator
@inline
export function strengthen(link: usize, g: f32): void { store<f32>(link, load<f32>(link, 4) + g, 4); }

/** Adds a conductance to the link from the node whose links begin at `first`. @returns whether there is room */
// @ts-ignore: decorator
@inline
export function addLink(record: PartsRecord, first: usize, neighbour: i32, g: f32): bool {
  const offset = <u32>neighbour << 2;
  for (let link = first; link < record.free; link += LINK) {
    if (load<u32>(link) == offset) {
      strengthen(link, g);
      return true;
    }
  }
  return appendLink(record, offset, g);
}

/** Scales the links of a node, from `first` on, orders them by fours, and stores what they and the boundary add up to.
 *  Between parts that strong links make the boundary is a link to node 0. */
export function closeNode(record: PartsRecord, level: PartsLevel, node: i32, first: usize, outside: f32): void {
  const strong = record.strength > 0;
  const joined: f32 = strong ? JOINED_STRONG : JOINED;
  const factor = f32x4.splat(joined);
  // There is room: appendLink keeps it.
  if (strong && (outside > 0 || (record.renewable && record.limit - record.free >= FOUR))) {
    storeLink(record, 0, outside / joined);
  }
  while ((record.free - first) & (FOUR - 1)) storeLink(record, 0, 0);
  let sums = f32x4.splat(0);
  for (let four = first; four < record.free; four += FOUR) {
    const a = v128.load(four);
    const b = v128.load(four, 16);
    const g = f32x4.mul(factor, i8x16.shuffle(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31));
    v128.store(four, i8x16.shuffle(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27));
    v128.store(four, g, TO_CONDUCTANCE);
    sums = f32x4.add(sums, g);
  }
  const sum = (strong ? <f32>0 : outside) + (f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1))
    + (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
  const at = <usize>node << 2;
  storeLinksAt(level.links + at, first);
  storeLinksAt(level.links + at + 4, record.free);
  store<f32>(level.inverses + at, sum > 0 ? 1 / sum : 0);
  // Kept here until the level above is built.
  store<f32>(level.loads + at, outside);
}

/** Adds a conductance to a link that a node of a finished level has to another, given by its byte offset; 0: to the
 *  boundaries.
 *  @returns whether there is one */
export function addTo(level: PartsLevel, node: i32, offset: u32, g: f32): bool {
  const end = level.linksEnd(node);
  for (let four = level.linksStart(node); four != end; four += FOUR) {
    for (let link = four; link != four + TO_CONDUCTANCE; link += 4) {
      if (load<u32>(link) != offset) continue;
      store<f32>(link, load<f32>(link, TO_CONDUCTANCE) + g, TO_CONDUCTANCE);
      return true;
    }
  }
  return false;
}
