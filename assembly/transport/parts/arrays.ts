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
/** Bytes that a thread takes for the links of its nodes at a time. */
const CHUNK: usize = 1 << 15;
/** Most bytes that the links of a part of 8 voxels take. */
export const MOST_LINKS: usize = 48 * LINK;
/** What must be left behind a node's links: one to the boundary, those that fill up a four, and a four. */
const SPARE: usize = 8 * LINK;

/** Where this thread's links go: first free byte, and the end of the room that it may take. Mutable globals are per
 *  worker. */
export let linksFree: usize = 0;
let linksLimit: usize = 0;

/** Links go behind all that was taken of the record's room, up to its end. */
export function takeAll(record: PartsRecord): void {
  linksFree = record.free;
  linksLimit = record.limit;
}

/** The rest of the room is free again, once a level is linked. */
export function giveBack(record: PartsRecord): void { record.free = linksFree; }

/** Links of this thread go where it takes room, beside other threads. */
export function takeNothing(): void {
  linksFree = 0;
  linksLimit = 0;
}

/** Takes room for the links of the next node, `most` bytes of them, with what fills them up. @returns whether there is
 *  any */
// @ts-ignore: decorator
@inline
export function takeRoom(record: PartsRecord, most: usize): bool {
  const bytes = most + SPARE;
  return linksLimit - linksFree >= bytes || takeChunk(record, max(CHUNK, (bytes + FOUR - 1) & ~(FOUR - 1)));
}

function takeChunk(record: PartsRecord, bytes: usize): bool {
  const at = changetype<usize>(record) + offsetof<PartsRecord>('free');
  const from = atomic.add<usize>(at, bytes);
  // What others took in vain counts, too: room that is short for one is short for all.
  if (from > record.limit || record.limit - from < bytes) return false;
  linksFree = from;
  linksLimit = from + bytes;
  return true;
}

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
  level.links = take(record, fields << 1);
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
export function appendLink(offset: u32, g: f32): bool {
  if (linksLimit - linksFree < 5 * LINK) return false;
  storeLink(offset, g);
  return true;
}

// @ts-ignore: decorator
@inline
function storeLink(offset: u32, g: f32): void {
  store<u32>(linksFree, offset);
  store<f32>(linksFree, g, 4);
  linksFree += LINK;
}

/** Adds a conductance to a link of the open node. */
// @ts-ignore: decorator
@inline
export function strengthen(link: usize, g: f32): void { store<f32>(link, load<f32>(link, 4) + g, 4); }

/** Adds a conductance to the link from the node whose links begin at `first`. @returns whether there is room */
// @ts-ignore: decorator
@inline
export function addLink(first: usize, neighbour: i32, g: f32): bool {
  const offset = <u32>neighbour << 2;
  for (let link = first; link < linksFree; link += LINK) {
    if (load<u32>(link) == offset) {
      strengthen(link, g);
      return true;
    }
  }
  return appendLink(offset, g);
}

/** Scales the links of a node, from `first` on, orders them by fours, and stores what they and the boundary add up to.
 *  Between parts that strong links make the boundary is a link to node 0. */
export function closeNode(record: PartsRecord, level: PartsLevel, node: i32, first: usize, outside: f32): void {
  const strong = record.strength > 0;
  const joined: f32 = strong ? JOINED_STRONG : JOINED;
  const factor = f32x4.splat(joined);
  // There is room: appendLink keeps it.
  if (strong && (outside > 0 || (record.renewable && linksLimit - linksFree >= FOUR))) {
    storeLink(0, outside / joined);
  }
  while ((linksFree - first) & (FOUR - 1)) storeLink(0, 0);
  let sums = f32x4.splat(0);
  for (let four = first; four < linksFree; four += FOUR) {
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
  storeLinksAt(level.links + (at << 1), first);
  storeLinksAt(level.links + (at << 1) + 4, linksFree);
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

/** Turns the counts of a level's planes into their first nodes: those of red blocks first. */
export function addFirsts(level: PartsLevel): void {
  let next = 1;
  for (let colour = 0; colour < 2; colour++) {
    for (let Z = 0; Z <= level.planes; Z++) {
      const at = colour * (level.planes + 1) + Z;
      const count = Z < level.planes ? word(level.firsts, at) : 0;
      setWord(level.firsts, at, next);
      next += count;
    }
  }
}
