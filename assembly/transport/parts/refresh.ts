// New conductances for the levels of connected parts: parts and links stay as they were built (build.ts), their sums
// are made again, in the same order. One thread works: it takes less than building.
import { barrier, enter, tick } from '../../core/control';
import { Level } from '../level/levels';
import { addTo, JOINED, JOINED_STRONG, word } from './arrays';
import { elementOf, heldBy } from './blocks';
import { Finished, linkVoxel } from './from-voxels';
import { FOUR, PartsLevel, PartsRecord, TO_CONDUCTANCE } from './record';

/** Nodes between two looks at the cancel word. */
const NODES = 1 << 16;

/** Clears the conductances of all links, and what holds the nodes. */
function clearLinks(level: PartsLevel): void {
  for (let node = 1; node <= level.nodes; node++) {
    const end = level.linksEnd(node);
    for (let four = level.linksStart(node); four != end; four += FOUR) {
      v128.store(four, f32x4.splat(0), TO_CONDUCTANCE);
    }
  }
  memory.fill(level.loads, 0, <usize>(level.nodes + 1) << 2);
}

/** Scales the links of all nodes, and stores what they and the boundary add up to.
 *  @returns whether every node that is held has a link for it */
function closeNodes(level: PartsLevel, strong: bool): bool {
  const joined: f32 = strong ? JOINED_STRONG : JOINED;
  const factor = f32x4.splat(joined);
  let closed: bool = true;
  for (let node = 1; node <= level.nodes; node++) {
    const at = <usize>node << 2;
    const outside = load<f32>(level.loads + at);
    if (strong && outside > 0) closed = addTo(level, node, 0, outside / joined) && closed;
    const end = level.linksEnd(node);
    let sums = f32x4.splat(0);
    for (let four = level.linksStart(node); four != end; four += FOUR) {
      const g = f32x4.mul(factor, v128.load(four, TO_CONDUCTANCE));
      v128.store(four, g, TO_CONDUCTANCE);
      sums = f32x4.add(sums, g);
    }
    const sum = (strong ? <f32>0 : outside) + (f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1))
      + (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3));
    store<f32>(level.inverses + at, sum > 0 ? 1 / sum : 0);
  }
  return closed;
}

/** Links of level 1 from the voxels: block by block as they were built. @returns whether all were there */
function refreshVoxels(thread: i32, record: PartsRecord, entry: Level): bool {
  const level = record.level(0);
  const nodes = record.nodesOfVoxels;
  let found: bool = true;
  for (let z = 0; z < entry.nz; z++) {
    for (let y = 0; y < entry.ny; y++) {
      for (let x = 0; x < entry.nx; x++) {
        const e = elementOf(entry, z, y, x);
        const own = <usize>word(nodes, e);
        if (!own) continue;
        store<f32>(level.loads + own, load<f32>(level.loads + own) + heldBy(entry, z, y, x, e));
        const v = ((z & 1) << 2) | ((y & 1) << 1) | (x & 1);
        const linked = linkVoxel<Finished>(record, entry, nodes, <i32>(own >> 2), 0, v, z, e, ((z + y + x) & 1) != 0);
        found = linked && found;
      }
      if (tick(thread, entry.nx)) return true;
    }
  }
  return found;
}

/** Links of a level from those of the one below it. @returns whether all were there */
function refreshNodes(thread: i32, level: PartsLevel): bool {
  const coarse = level.coarse;
  let found: bool = true;
  for (let node = 1; node <= level.nodes; node++) {
    const parent = word(level.parents, node);
    const held = coarse.loads + <usize>parent;
    store<f32>(held, load<f32>(held) + load<f32>(level.loads + (<usize>node << 2)));
    const end = level.linksEnd(node);
    for (let four = level.linksStart(node); four != end; four += FOUR) {
      for (let link = four; link != four + TO_CONDUCTANCE; link += 4) {
        const to = load<u32>(link);
        if (!to) break;
        const offset = load<u32>(level.parents + <usize>to);
        if (offset == <u32>parent) continue;
        found = addTo(coarse, parent >> 2, offset, load<f32>(link, TO_CONDUCTANCE)) && found;
      }
    }
    if ((node & (NODES - 1)) == 0 && tick(thread, NODES)) return true;
  }
  return found;
}

/** Refreshes all levels of connected parts from the conductances and diagonal terms of the finest one.
 *  @param out u32[1]: 1 when it could, 0 when a face is open that was closed when they were built
 *  @param record built to be renewable */
export function refreshParts(thread: i32, threads: i32, out: usize, record: PartsRecord, entry: Level): i32 {
  enter();
  if (thread == 0) {
    const strong = record.strength > 0;
    for (let index = 0; index < record.levels; index++) clearLinks(record.level(index));
    let found = refreshVoxels(thread, record, entry);
    found = closeNodes(record.level(0), strong) && found;
    for (let index = 1; index < record.levels; index++) {
      found = refreshNodes(thread, record.level(index - 1)) && found;
      found = closeNodes(record.level(index), strong) && found;
      if (tick(thread, 1)) break;
    }
    for (let index = 0; index < record.levels; index++) {
      memory.fill(record.level(index).loads, 0, <usize>(record.level(index).nodes + 1) << 2);
    }
    store<u32>(out, found ? 1 : 0);
  }
  return barrier(thread, threads);
}
