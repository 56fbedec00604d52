// Growth of an additive by surface energy: a voxel of the room is taken with a probability that goes with
// E = (w · neighbours of additive + (1 − w) · neighbours of solid) / 6 (Mistry, Smith & Mukherjee 2018, ACS Appl.
// Mater. Interfaces 10:6317). E is looked at anew after each voxel, so that what is grown does not depend on a step
// size, and a larger content contains a smaller one.
//
// Candidates are kept in a list for each pair (neighbours of additive, neighbours of solid), 49 of them, in chunks from
// one pool; a draw picks a list by its weight and an entry by its place.
import { barrier, enter, leave, poll } from '../core/control';
import { philox4 } from '../core/random';

/** Counter word that tells these random numbers from others. */
const GROWTH: u32 = 0x67726f77;
const CLASSES: u32 = 49;
const CHUNK_BITS: u32 = 10;
const CHUNK: u32 = 1 << CHUNK_BITS;
/** Bit of a state that says that the voxel is of the room and empty; neighbours of additive and solid lie below. */
const EMPTY: u32 = 64;

/** What `growByEnergy` takes. */
@unmanaged
export class Growth {
  /** u32[count]: out, the order in which voxels are taken. */
  voxels: usize;
  /** u8[voxels of the window]. */
  labels: usize;
  /** u8[voxels of the window]. */
  states: usize;
  /** u32[voxels of the window]: place of a candidate in its list. */
  places: usize;
  /** u32[chunks · 1024]. */
  pool: usize;
  /** u32[49 · chunks]: chunks of each list. */
  lists: usize;
  /** u32[chunks]: those that are not used. */
  free: usize;
  /** u32[49 + 16]: lengths of the lists, then random words. */
  lengths: usize;
  nz: u32;
  ny: u32;
  nx: u32;
  into: i32;
  label: i32;
  /** Voxels of the room. */
  count: u32;
  chunks: u32;
  key0: u32;
  key1: u32;
  /** w, between 0 and 1. */
  weight: f64;
}

let growth: Growth = changetype<Growth>(<usize>0);
let unused: u32 = 0;
/** Neighbours of additive and of solid, over all candidates. */
let additiveSides: u64 = 0;
let solidSides: u64 = 0;

// @ts-ignore: decorator
@inline
function lengthOf(list: u32): u32 { return load<u32>(growth.lengths + (<usize>list << 2)); }

/** Address of an entry of a list. */
// @ts-ignore: decorator
@inline
function entry(list: u32, place: u32): usize {
  const chunk = load<u32>(growth.lists + (<usize>(list * growth.chunks + (place >> CHUNK_BITS)) << 2));
  return growth.pool + (<usize>((chunk << CHUNK_BITS) + (place & (CHUNK - 1))) << 2);
}

function append(list: u32, voxel: u32): void {
  additiveSides += <u64>(list / 7);
  solidSides += <u64>(list % 7);
  const place = lengthOf(list);
  if ((place & (CHUNK - 1)) == 0) {
    unused--;
    store<u32>(
      growth.lists + (<usize>(list * growth.chunks + (place >> CHUNK_BITS)) << 2),
      load<u32>(growth.free + (<usize>unused << 2)),
    );
  }
  store<u32>(entry(list, place), voxel);
  store<u32>(growth.places + (<usize>voxel << 2), place);
  store<u32>(growth.lengths + (<usize>list << 2), place + 1);
}

/** Takes a voxel out of its list; the last one gets its place. */
function remove(list: u32, voxel: u32): void {
  additiveSides -= <u64>(list / 7);
  solidSides -= <u64>(list % 7);
  const last = lengthOf(list) - 1;
  const place = load<u32>(growth.places + (<usize>voxel << 2));
  const moved = load<u32>(entry(list, last));
  store<u32>(entry(list, place), moved);
  store<u32>(growth.places + (<usize>moved << 2), place);
  store<u32>(growth.lengths + (<usize>list << 2), last);
  if ((last & (CHUNK - 1)) == 0) {
    store<u32>(
      growth.free + (<usize>unused << 2),
      load<u32>(growth.lists + (<usize>(list * growth.chunks + (last >> CHUNK_BITS)) << 2)),
    );
    unused++;
  }
}

/** What a neighbour adds to the state of an empty voxel: 8 for additive, 1 for solid. */
// @ts-ignore: decorator
@inline
function kindOf(voxel: u32): u32 {
  const label = <i32>load<u8>(growth.labels + <usize>voxel);
  return label == growth.into ? 0 : label == growth.label ? 8 : 1;
}

/** List of a state: 7 · additive + solid. */
// @ts-ignore: decorator
@inline
function listOf(state: u32): u32 { return 7 * ((state >> 3) & 7) + (state & 7); }

function start(): void {
  const nz = growth.nz, ny = growth.ny, nx = growth.nx;
  memory.fill(growth.lengths, 0, <usize>CLASSES << 2);
  additiveSides = 0;
  solidSides = 0;
  unused = growth.chunks;
  for (let i: u32 = 0; i < growth.chunks; i++) store<u32>(growth.free + (<usize>i << 2), i);
  let voxel: u32 = 0;
  for (let z: u32 = 0; z < nz; z++) {
    for (let y: u32 = 0; y < ny; y++) {
      for (let x: u32 = 0; x < nx; x++, voxel++) {
        let state: u32 = 0;
        if (kindOf(voxel) == 0) {
          state = EMPTY;
          if (x > 0) state += kindOf(voxel - 1);
          if (x + 1 < nx) state += kindOf(voxel + 1);
          if (y > 0) state += kindOf(voxel - nx);
          if (y + 1 < ny) state += kindOf(voxel + nx);
          if (z > 0) state += kindOf(voxel - ny * nx);
          if (z + 1 < nz) state += kindOf(voxel + ny * nx);
          if (state != EMPTY) append(listOf(state), voxel);
        }
        store<u8>(growth.states + <usize>voxel, <u8>state);
      }
      if (poll(0, nx)) return;
    }
  }
}

/** A neighbour of a voxel that was taken has one more neighbour of additive. */
// @ts-ignore: decorator
@inline
function touch(voxel: u32): void {
  const at = growth.states + <usize>voxel;
  const state = <u32>load<u8>(at);
  if (state == 0) return;
  if (state != EMPTY) remove(listOf(state), voxel);
  store<u8>(at, <u8>(state + 8));
  append(listOf(state + 8), voxel);
}

/** The list whose share of the weights `share` of all falls into; the last one that is not empty for rounding. */
function pick(share: f64): u32 {
  const own = growth.weight;
  const solid = 1 - growth.weight;
  let left = share * (own * <f64>additiveSides + solid * <f64>solidSides);
  let list: u32 = 0;
  let last: u32 = 0;
  for (let additive: u32 = 0; additive < 7; additive++) {
    let weight = own * <f64>additive;
    for (let k: u32 = 0; k < 7; k++, list++, weight += solid) {
      const length = lengthOf(list);
      if (length == 0) continue;
      last = list;
      left -= <f64>length * weight;
      if (left < 0) return list;
    }
  }
  return last;
}

/** Orders all voxels of the room. On one thread. Work counted: the voxels of the window and of the room. */
export function growByEnergy(thread: i32, threads: i32, run: Growth): i32 {
  enter();
  if (thread == 0) {
    growth = run;
    start();
    draw();
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}

function draw(): void {
  const ny = growth.ny, nx = growth.nx;
  const plane = ny * nx;
  const total = growth.nz * plane;
  const words = growth.lengths + (<usize>CLASSES << 2);
  const zero = i32x4.splat(0);
  for (let taken: u32 = 0; taken < growth.count; taken++) {
    // Eight draws of two words each come out of four blocks.
    if ((taken & 7) == 0) {
      const counters = i32x4.add(i32x4.splat(taken >> 1), i32x4(0, 1, 2, 3));
      philox4(words, counters, i32x4.splat(GROWTH), zero, zero, growth.key0, growth.key1);
    }
    const at = words + (<usize>(taken & 7) << 3);
    const list = pick((<f64>load<u32>(at) + 0.5) / 4294967296);
    if (list == 0) return;
    const place = <u32>((<u64>load<u32>(at, 4) * <u64>lengthOf(list)) >> 32);
    const voxel = load<u32>(entry(list, place));
    remove(list, voxel);
    store<u8>(growth.states + <usize>voxel, 0);
    store<u32>(growth.voxels + (<usize>taken << 2), voxel);
    const x = voxel % nx;
    const y = (voxel / nx) % ny;
    if (x > 0) touch(voxel - 1);
    if (x + 1 < nx) touch(voxel + 1);
    if (y > 0) touch(voxel - nx);
    if (y + 1 < ny) touch(voxel + nx);
    if (voxel >= plane) touch(voxel - plane);
    if (voxel + plane < total) touch(voxel + plane);
    if (poll(0, 1)) return;
  }
}
