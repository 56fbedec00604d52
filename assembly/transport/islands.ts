// Islands: clusters of much better conducting voxels in worse ones. Each is almost an equipotential, and how high it lies depends on
// the weak faces around it alone; aggregates that two islands share cannot represent that, and Gauss-Seidel needs as many sweeps
// as the conductivities are apart. So the finest level corrects the level of every island by itself (Nicolaides' deflation,
// SIAM J. Numer. Anal. 24:355, used additively), and the potential starts flat within it.
// A record describes them: the number of sets (one for each gap between conductivities), where the islands of each set start, then
// addresses of u32 starts[islands + 1] in `members`, u32 members (elements of a field), f64 inverse energies, f64 scratch.
import { POLL_VOXELS } from '../layout';
import { barrier, enter, slabStart, tick } from '../core/control';
import { bookX, bookY, bookZ, conductanceAt } from './codes';
import {
  boundaryAt, faceX, faceY, faceZ, halfBytes, islandsOf, nxOf, nyOf, nzOf, periodicOf, planeBytes, rightOf, rowBytes, solutionOf,
} from './levels';

/** Sets of islands at most. */
export const MAX_SETS = 8;
/** Marks an entry of `ids` that holds an island's number, not the element that leads to it. */
const NUMBERED: u32 = 0x8000_0000;

// @ts-ignore: decorator
@inline
function firstOf(record: usize, set: i32): i32 { return load<i32>(record + (<usize>set << 2), 4); }
// @ts-ignore: decorator
@inline
function startsOf(record: usize): usize { return load<usize>(record, 48); }
// @ts-ignore: decorator
@inline
function membersOf(record: usize): usize { return load<usize>(record, 52); }
// @ts-ignore: decorator
@inline
function inverseEnergies(record: usize): usize { return load<usize>(record, 56); }
// @ts-ignore: decorator
@inline
function gainsOf(record: usize): usize { return load<usize>(record, 60); }

/** Element of a field, counted from element (0, 0, 0) of the red half. */
// @ts-ignore: decorator
@inline
function elementOf(entry: usize, z: i32, y: i32, x: i32): u32 {
  const row = <usize>z * planeBytes(entry) + <usize>y * rowBytes(entry) + <usize>((z + y + x) & 1) * halfBytes(entry);
  return <u32>(row >> 2) + <u32>(x >> 1);
}

/** Element of the neighbour one lower along axis 0, 1, 2 (z, y, x); −1 where the window ends. */
function lower(entry: usize, axis: i32, z: i32, y: i32, x: i32): u32 {
  const periodic = periodicOf(entry);
  if (axis == 0) return z > 0 ? elementOf(entry, z - 1, y, x) : periodic ? elementOf(entry, nzOf(entry) - 1, y, x) : -1;
  if (axis == 1) return y > 0 ? elementOf(entry, z, y - 1, x) : periodic ? elementOf(entry, z, nyOf(entry) - 1, x) : -1;
  return x > 0 ? elementOf(entry, z, y, x - 1) : periodic ? elementOf(entry, z, y, nxOf(entry) - 1) : -1;
}

// @ts-ignore: decorator
@inline
function idAt(ids: usize, element: u32): u32 { return load<u32>(ids + (<usize>element << 2)); }
// @ts-ignore: decorator
@inline
function setId(ids: usize, element: u32, id: u32): void { store<u32>(ids + (<usize>element << 2), id); }

/** Root of an element's cluster, its lowest element; halves the path. Entries are elements + 1, 0 outside of clusters. */
function root(ids: usize, element: u32): u32 {
  let e = element;
  let p = idAt(ids, e);
  if (p == 0) {
    setId(ids, e, e + 1);
    return e;
  }
  while (p != e + 1) {
    const over = idAt(ids, p - 1);
    setId(ids, e, over);
    e = over - 1;
    p = idAt(ids, e);
  }
  return e;
}

/** Codes of the lower faces along an axis. */
// @ts-ignore: decorator
@inline
function codesAlong(entry: usize, axis: i32): usize {
  return axis == 0 ? faceZ(entry) : axis == 1 ? faceY(entry) : faceX(entry);
}

/** Numbers the clusters of voxels that strong faces join: NUMBERED | 1, 2 … limit in ids, 0 in those beyond. @returns how many */
function findClusters(thread: i32, entry: usize, ids: usize, strong: usize, limit: i32): i32 {
  const nz = nzOf(entry);
  const ny = nyOf(entry);
  const nx = nxOf(entry);
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        const e = elementOf(entry, z, y, x);
        for (let axis = 0; axis < 3; axis++) {
          if (!load<u8>(strong + <usize>load<u8>(codesAlong(entry, axis) + <usize>e))) continue;
          const other = lower(entry, axis, z, y, x);
          if (other == -1) continue;
          const a = root(ids, e);
          const b = root(ids, other);
          if (a < b) setId(ids, b, a + 1);
          else setId(ids, a, b + 1);
        }
      }
    }
    if (tick(thread, <usize>ny * <usize>nx)) return 0;
  }
  const elements = <u32>(((halfBytes(entry) << 1) - planeBytes(entry) - rowBytes(entry)) >> 2);
  let count = 0;
  for (let e: u32 = 0; e < elements; e++) {
    if (e % (POLL_VOXELS >> 2) == 0 && tick(thread, 1)) return 0;
    const p = idAt(ids, e);
    if (p == 0 || p & NUMBERED) continue;
    // The lowest element of a cluster comes first and takes the number; all others lead to lower ones.
    if (p != e + 1) setId(ids, e, idAt(ids, p - 1));
    else setId(ids, e, count < limit ? NUMBERED | <u32>(++count) : 0);
  }
  return count;
}

/** Sums what a face adds to the energy of an island that is raised by 1. */
// @ts-ignore: decorator
@inline
function addEnergy(energies: usize, id: u32, g: f64): void {
  if (!id) return;
  const at = energies + (<usize>((id & ~NUMBERED) - 1) << 3);
  store<f64>(at, load<f64>(at) + g);
}

/** Finds the islands of every set, and starts the potential flat within them. One thread works.
 *  @param record see above; its addresses are filled in, with room for `islands` of them and `room` members
 *  @param ids u32 field, x f32 field: addresses of element (0, 0, 0) of the red half; x is cleared, ids left dirty
 *  @param strong u8[sets][256]: whether a face of this code joins voxels of an island, weakest set first
 *  @param sizes u32[islands] scratch */
export function findIslands(
  thread: i32, threads: i32, record: usize, entry: usize, ids: usize, x: usize, strong: usize, sizes: usize,
  sets: i32, islands: i32, room: i32,
): i32 {
  enter();
  if (thread == 0) {
    const half = halfBytes(entry);
    const origin = planeBytes(entry) + rowBytes(entry);
    memory.fill(x - origin, 0, half << 1);
    store<i32>(record, sets);
    store<i32>(record, 0, 4);
    store<u32>(startsOf(record), 0);
    let first = 0;
    let members = 0;
    for (let set = 0; set < sets; set++) {
      memory.fill(ids - origin, 0, half << 1);
      const count = findClusters(thread, entry, ids, strong + (<usize>set << 8), islands - first);
      measure(thread, entry, ids, inverseEnergies(record) + (<usize>first << 3), gainsOf(record) + (<usize>first << 3), sizes, count);
      if (!periodicOf(entry)) flatten(thread, entry, ids, x, gainsOf(record) + (<usize>first << 3), sizes);
      const kept = keep(record, first, members, sizes, count, room);
      collect(thread, entry, ids, record, first, members, kept, sizes);
      first += kept;
      members = load<i32>(startsOf(record) + (<usize>first << 2));
      store<i32>(record + (<usize>(set + 1) << 2), first, 4);
    }
  }
  return barrier(thread, threads);
}

/** Energy (Σ of the weak faces; infinite at a boundary of given potential), sum of the planes and size of every cluster. The planes of
 *  one that touches the low or the high boundary are −∞ or ∞, NaN where it touches both. */
function measure(thread: i32, entry: usize, ids: usize, energies: usize, planes: usize, sizes: usize, count: i32): void {
  memory.fill(energies, 0, <usize>count << 3);
  memory.fill(planes, 0, <usize>count << 3);
  memory.fill(sizes, 0, <usize>count << 2);
  const nz = nzOf(entry);
  const ny = nyOf(entry);
  const nx = nxOf(entry);
  for (let z = 0; z < nz; z++) {
    const low = boundaryAt(entry, z);
    const high = boundaryAt(entry, z + 1);
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        const e = elementOf(entry, z, y, x);
        const id = idAt(ids, e);
        for (let axis = 0; axis < 3; axis++) {
          const other = lower(entry, axis, z, y, x);
          if (other == -1) continue;
          const book = axis == 0 ? bookZ(entry, z) : axis == 1 ? bookY(entry) : bookX(entry);
          const g = conductanceAt(book, codesAlong(entry, axis) + <usize>e);
          const across = idAt(ids, other);
          if (across == id) continue;
          addEnergy(energies, id, g);
          addEnergy(energies, across, g);
        }
        if (!id) continue;
        const at = <usize>((id & ~NUMBERED) - 1);
        store<u32>(sizes + (at << 2), load<u32>(sizes + (at << 2)) + 1);
        store<f64>(planes + (at << 3), load<f64>(planes + (at << 3)) + z);
        if (!low && !high) continue;
        // What touches a boundary of given potential is held there; a cluster that touches both conducts from one to the other.
        addEnergy(energies, id, Infinity);
        if (low) store<f64>(planes + (at << 3), load<f64>(planes + (at << 3)) - Infinity);
        if (high) store<f64>(planes + (at << 3), load<f64>(planes + (at << 3)) + Infinity);
      }
    }
    if (tick(thread, <usize>ny * <usize>nx)) return;
  }
}

/** Makes the potential flat within clusters, as high as the profile in their mean plane or as the boundary that they touch, unless
 *  they belong to one of a weaker set. */
function flatten(thread: i32, entry: usize, ids: usize, field: usize, planes: usize, sizes: usize): void {
  const nz = nzOf(entry);
  const ny = nyOf(entry);
  const nx = nxOf(entry);
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        const e = elementOf(entry, z, y, x);
        const id = idAt(ids, e);
        const value = field + (<usize>e << 2);
        if (!id || load<f32>(value) != 0) continue;
        const at = <usize>((id & ~NUMBERED) - 1);
        const sum = load<f64>(planes + (at << 3));
        if (sum != sum) continue;
        const plane = max(-0.5, min(sum / <f64>load<u32>(sizes + (at << 2)), <f64>nz - 0.5));
        // A multiple of 2⁻¹⁰ less a whole number is exact in f32, so that no flux remains within.
        store<f32>(value, <f32>(Math.round(plane * 1024) / 1024 - z));
      }
    }
    if (tick(thread, <usize>ny * <usize>nx)) return;
  }
}

/** Keeps the islands that some weak face holds and no boundary does, and says where their members start. sizes become their new
 *  numbers, counted from 1, and 0 for those that are dropped. @returns how many are kept */
function keep(record: usize, first: i32, members: i32, sizes: usize, count: i32, room: i32): i32 {
  let kept = 0;
  let at = members;
  for (let i = 0; i < count; i++) {
    const from = inverseEnergies(record) + (<usize>(first + i) << 3);
    const size = load<i32>(sizes + (<usize>i << 2));
    const energy = load<f64>(from);
    if (!(energy > 0 && energy < Infinity) || at + size > room) {
      store<u32>(sizes + (<usize>i << 2), 0);
      continue;
    }
    const to = <usize>(first + kept);
    store<f64>(inverseEnergies(record) + (to << 3), 1 / energy);
    store<u32>(startsOf(record) + (to << 2), at);
    at += size;
    kept++;
    store<u32>(sizes + (<usize>i << 2), kept);
  }
  store<u32>(startsOf(record) + (<usize>(first + kept) << 2), at);
  return kept;
}

/** Lists the members of the kept islands. */
function collect(
  thread: i32, entry: usize, ids: usize, record: usize, first: i32, members: i32, kept: i32, numbers: usize,
): void {
  const nz = nzOf(entry);
  const ny = nyOf(entry);
  const nx = nxOf(entry);
  const starts = startsOf(record) + (<usize>first << 2);
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        const e = elementOf(entry, z, y, x);
        const id = idAt(ids, e);
        if (!id) continue;
        const number = load<i32>(numbers + (<usize>((id & ~NUMBERED) - 1) << 2));
        if (!number) continue;
        const start = starts + (<usize>(number - 1) << 2);
        const at = load<u32>(start);
        store<u32>(membersOf(record) + (<usize>at << 2), e);
        store<u32>(start, at + 1);
      }
    }
    if (tick(thread, <usize>ny * <usize>nx)) return;
  }
  // The starts have moved on to the ends.
  for (let i = kept; i > 0; i--) store<u32>(starts + (<usize>i << 2), load<u32>(starts + (<usize>(i - 1) << 2)));
  store<u32>(starts, members);
}

/** Adds to u what lifts each island by its residual over its energy. gain: what that adds to Σ r·u is added to this f64. */
export function raiseIslands(thread: i32, threads: i32, entry: usize, gain: usize): i32 {
  const record = islandsOf(entry);
  const sets = load<i32>(record);
  const gains = gainsOf(record);
  const u = solutionOf(entry);
  const r = rightOf(entry);
  let since = 0;
  for (let set = 0; set < sets; set++) {
    const begin = firstOf(record, set);
    const count = firstOf(record, set + 1) - begin;
    const end = begin + slabStart(thread + 1, threads, count);
    for (let island = begin + slabStart(thread, threads, count); island < end; island++) {
      const from = membersOf(record) + (<usize>load<u32>(startsOf(record) + (<usize>island << 2)) << 2);
      const to = membersOf(record) + (<usize>load<u32>(startsOf(record) + (<usize>island << 2), 4) << 2);
      let residual: f64 = 0;
      for (let at = from; at < to; at += 4) residual += <f64>load<f32>(r + (<usize>load<u32>(at) << 2));
      const lift = <f32>(residual * load<f64>(inverseEnergies(record) + (<usize>island << 3)));
      for (let at = from; at < to; at += 4) {
        const value = u + (<usize>load<u32>(at) << 2);
        store<f32>(value, load<f32>(value) + lift);
      }
      store<f64>(gains + (<usize>island << 3), <f64>lift * residual);
      since += <i32>((to - from) >> 2);
      if (since >= POLL_VOXELS >> 2) {
        if (tick(thread, since)) break;
        since = 0;
      }
    }
    const status = barrier(thread, threads);
    if (status) return status;
  }
  if (thread == 0) {
    const islands = firstOf(record, sets);
    let sum = load<f64>(gain);
    for (let island = 0; island < islands; island++) sum += load<f64>(gains + (<usize>island << 3));
    store<f64>(gain, sum);
  }
  tick(thread, since);
  return barrier(thread, threads);
}
