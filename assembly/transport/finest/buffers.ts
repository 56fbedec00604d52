// Private buffers in which a thread keeps the last three planes of every half sweep while it walks up its slab, for one
// tile of rows after another: they stay in the L2 cache.
import { Level } from '../level/levels';

/** Rows that a tile computes beyond its own at either end, and planes beyond those of the slab. */
export const MARGIN = 3;
/** Zeros before the first row of the buffers: the element before a row is read. */
export const LEAD: usize = 64;

/** Row y of a plane in a thread's buffers. slot: which of the planes; first: first row of the tile. */
// @ts-ignore: decorator
@inline
export function bufferRow(buffers: usize, entry: Level, slot: i32, y: i32, first: i32): usize {
  return buffers + <usize>(slot * (entry.tileRows + 2 * MARGIN) + y - first + MARGIN) * entry.rowBytes;
}

/** Slots 0, 1, 2 for red planes, 3, 4, 5 for black ones, 6, 7, 8 for red ones that are final; planes from −3 on. */
// @ts-ignore: decorator
@inline
export function redSlot(z: i32): i32 { return (z + 3) % 3; }
// @ts-ignore: decorator
@inline
export function blackSlot(z: i32): i32 { return 3 + (z + 3) % 3; }
// @ts-ignore: decorator
@inline
export function finalSlot(z: i32): i32 { return 6 + (z + 3) % 3; }

/** Zeros in a slot: a plane outside the window. */
export function clearSlot(buffers: usize, entry: Level, slot: i32): void {
  memory.fill(bufferRow(buffers, entry, slot, 0, MARGIN), 0, <usize>(entry.tileRows + 2 * MARGIN) * entry.rowBytes);
}
