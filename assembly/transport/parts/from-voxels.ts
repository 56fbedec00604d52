// The first level of connected parts: nodes from the voxels of the finest level, and the links between them.
import { tick } from '../../core/control';
import { Level } from '../level/levels';
import {
  addLink, addTo, closeNode, giveBack, linksFree, MOST_LINKS, setWord, takeAll, takeNothing, takeRoom, word,
} from './arrays';
import { blockParts, conductanceBelow, elementOf, heldBy, partAt, partCount } from './blocks';
import { NODES, PartsRecord } from './record';

/** Counts the parts of planes [Z0, Z1) of level 1, into its table of first nodes. blocks, faces: of packBlocks */
export function countVoxels(
  thread: i32, record: PartsRecord, entry: Level, blocks: usize, faces: usize, roots: usize, Z0: i32, Z1: i32,
): void {
  const level = record.level(0);
  const ny = (entry.ny + 1) >> 1;
  const nx = (entry.nx + 1) >> 1;
  for (let Z = Z0; Z < Z1; Z++) {
    for (let colour = 0; colour < 2; colour++) {
      let count = 0;
      for (let Y = 0; Y < ny; Y++) {
        for (let X = (Z + Y + colour) & 1; X < nx; X += 2) {
          const at = (Z * ny + Y) * nx + X;
          const bits = <u32>load<u8>(blocks + <usize>at);
          if (bits) count += partCount(blockParts(roots, bits, faces ? faces + (<usize>at << 2) : 0));
        }
      }
      setWord(level.firsts, colour * (level.planes + 1) + Z, count);
    }
    if (tick(thread, <usize>ny * <usize>nx)) return;
  }
}

/** Numbers the parts of planes [Z0, Z1) of level 1. ids: u32 field, the node of every voxel (0: none) */
export function numberVoxels(
  thread: i32, record: PartsRecord, entry: Level, blocks: usize, faces: usize, ids: usize, roots: usize, Z0: i32,
  Z1: i32,
): void {
  const level = record.level(0);
  const ny = (entry.ny + 1) >> 1;
  const nx = (entry.nx + 1) >> 1;
  const where = level.values;
  for (let Z = Z0; Z < Z1; Z++) {
    for (let colour = 0; colour < 2; colour++) {
      let next = level.firstNode(colour, Z);
      for (let Y = 0; Y < ny; Y++) {
        for (let X = (Z + Y + colour) & 1; X < nx; X += 2) {
          const at = (Z * ny + Y) * nx + X;
          const bits = <u32>load<u8>(blocks + <usize>at);
          if (!bits) continue;
          const parts = blockParts(roots, bits, faces ? faces + (<usize>at << 2) : 0);
          for (let v = 0; v < 8; v++) {
            if (!((bits >> v) & 1)) continue;
            setWord(
              ids, elementOf(entry, 2 * Z + (v >> 2), 2 * Y + ((v >> 1) & 1), 2 * X + (v & 1)), next + partAt(parts, v),
            );
          }
          for (let k = 0; k < partCount(parts); k++) setWord(where, next++, at);
        }
      }
    }
    if (tick(thread, <usize>ny * <usize>nx)) return;
  }
}

/** Conductance between a voxel and its neighbour along an axis, above it or below, of a coded level. e, o: their
 *  elements; z: the voxel's plane */
// @ts-ignore: decorator
@inline
function conductanceTo(entry: Level, axis: i32, up: bool, z: i32, e: i32, o: i32): f32 {
  return up ? conductanceBelow(entry, axis, axis == 0 ? z + 1 : z, o) : conductanceBelow(entry, axis, z, e);
}

/** Links of the nodes of level 1 in planes [Z0, Z1). alone: one thread has all the room
 *  @returns whether there is room */
export function linkVoxels(
  thread: i32, record: PartsRecord, entry: Level, ids: usize, Z0: i32, Z1: i32, alone: bool,
): bool {
  const level = record.level(0);
  const ny = (entry.ny + 1) >> 1;
  const nx = (entry.nx + 1) >> 1;
  if (alone) takeAll(record);
  else takeNothing();
  for (let colour = 0; colour < 2; colour++) {
    const last = level.firstNode(colour, Z1);
    for (let node = level.firstNode(colour, Z0); node < last; node++) {
      if (!alone && !takeRoom(record, MOST_LINKS)) return false;
      const at = word(level.values, node);
      const X = at % nx;
      const Y = (at / nx) % ny;
      const Z = at / nx / ny;
      const first = linksFree;
      let outside: f32 = 0;
      for (let v = 0; v < 8; v++) {
        const z = 2 * Z + (v >> 2);
        const y = 2 * Y + ((v >> 1) & 1);
        const x = 2 * X + (v & 1);
        const e = elementOf(entry, z, y, x);
        if (word(ids, e) != node) continue;
        outside += heldBy(entry, z, y, x, e);
        if (!linkVoxel<Open>(record, entry, ids, node, first, v, z, e, ((z + y + x) & 1) != 0)) return false;
      }
      closeNode(record, level, node, first, outside);
      if ((node & (NODES - 1)) == 0 && tick(thread, NODES)) return true;
    }
  }
  if (alone) giveBack(record);
  return true;
}

/** Whether a node is being built, or its links are there: types, so that the pass is compiled for each. */
export type Open = u8;
export type Finished = u32;

/** Node of a voxel. */
// @ts-ignore: decorator
@inline
function nodeAt<S>(ids: usize, e: i32): i32 {
  return sizeof<S>() == sizeof<Finished>() ? word(ids, e) >> 2 : word(ids, e);
}

// @ts-ignore: decorator
@inline
function link<S>(record: PartsRecord, node: i32, first: usize, neighbour: i32, g: f32): bool {
  return sizeof<S>() == sizeof<Finished>()
    ? addTo(record.level(0), node, <u32>neighbour << 2, g) : addLink(first, neighbour, g);
}

/** Adds to what one voxel of a node, v of its block, is linked to. ids: nodes of voxels, their byte offsets in a
 *  finished level
 *  @returns whether there is room, or the link */
export function linkVoxel<S>(
  record: PartsRecord, entry: Level, ids: usize, node: i32, first: usize, v: i32, z: i32, e: i32, black: bool,
): bool {
  const coded = entry.coded;
  const half = <i32>(entry.halfBytes >> 2);
  // Neighbours have the other colour, and the same element but for the step; outside the window they have no node.
  const across = e + (black ? -half : half);
  for (let axis = 0; axis < 3; axis++) {
    const up = (v & (4 >> axis)) != 0;
    const step = axis == 0 ? <i32>(entry.planeBytes >> 2) : axis == 1 ? <i32>(entry.rowBytes >> 2) : 1;
    const o = across + (up ? step : -step);
    const neighbour = nodeAt<S>(ids, o);
    if (neighbour) {
      const g: f32 = coded ? conductanceTo(entry, axis, up, z, e, o) : 1;
      if (g > 0 && !link<S>(record, node, first, neighbour, g)) return false;
    }
    if (record.strength == 0) continue;
    // The two voxels of a block that lie side by side along x are the same element of their colours.
    const inner = axis == 2 ? across : across + (up ? -step : step);
    const other = nodeAt<S>(ids, inner);
    if (!other || other == node) continue;
    const within = conductanceTo(entry, axis, !up, z, e, inner);
    if (within > 0 && !link<S>(record, node, first, other, within)) return false;
  }
  return true;
}
