// The order in which the voxels of a room are filled: their indices, sorted by keys. Sorting is stable, so that sorting
// by several keys, the least important one first, orders by all of them.
import { barrier, enter, leave, poll, slabStart } from '../core/control';
import { philox4 } from '../core/random';
import { equalBits } from '../core/rows';

const DIGIT: u32 = 8;
const BUCKETS: u32 = 1 << DIGIT;
/** Counter word that tells these random numbers from those of fields and of growth. */
const TIES: u32 = 0x74696573;

/** The voxels of `phase` in raster order, and a random number for each.
 *  voxels, keys: u32[voxels of the phase]; labels: u8[count + 64]; counts: u32[threads]; scratch: 64 bytes a thread.
 *  Philox counter of voxel v: (v >> 2, TIES, 0, 0), word v & 3. */
export function collectRoom(
  thread: i32, threads: i32, voxels: usize, keys: usize, labels: usize, counts: usize, scratch: usize, count: i32,
  phase: i32, key0: u32, key1: u32,
): i32 {
  enter();
  const wanted = i8x16.splat(<i8>phase);
  const words = (count + 63) >> 6;
  const first = slabStart(thread, threads, words);
  const end = slabStart(thread + 1, threads, words);
  let own: u32 = 0;
  for (let word = first; word < end; word++) {
    own += <u32>popcnt(bitsOf(labels, word, count, wanted));
    if (poll(thread, 64)) break;
  }
  store<u32>(counts + (<usize>thread << 2), own);
  const status = barrier(thread, threads);
  if (status) return status;
  let at: usize = 0;
  for (let t = 0; t < thread; t++) at += <usize>load<u32>(counts + (<usize>t << 2));
  const random = scratch + (<usize>thread << 6);
  const zero = i32x4.splat(0);
  const ties = i32x4.splat(TIES);
  for (let word = first; word < end; word++) {
    const bits = bitsOf(labels, word, count, wanted);
    for (let part: u64 = 0; part < 64; part += 16) {
      let some = (bits >> part) & 0xffff;
      if (some == 0) continue;
      const base = (<u32>word << 6) + <u32>part;
      const block = base >> 2;
      philox4(random, i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3)), ties, zero, zero, key0, key1);
      while (some != 0) {
        const k = <u32>ctz(some);
        some &= some - 1;
        store<u32>(voxels + (at << 2), base + k);
        // Word w of the four blocks lies at 16 w.
        store<u32>(keys + (at << 2), load<u32>(random + (<usize>(k & 3) << 4) + (<usize>(k >> 2) << 2)));
        at++;
      }
    }
    if (poll(thread, 64)) break;
  }
  const last = barrier(thread, threads);
  return last ? last : leave();
}

// @ts-ignore: decorator
@inline
function bitsOf(labels: usize, word: i32, count: i32, wanted: v128): u64 {
  const left = count - (word << 6);
  const bits = equalBits(labels + (<usize>word << 6), wanted);
  return left >= 64 ? bits : bits & ((<u64>1 << <u64>left) - 1);
}

/** Sorts `voxels` by `keys`, ascending, stable; the keys are left in the same order.
 *  voxels, keys, and the same again as scratch: u32[count]; buckets: u32[256 · 4]. On one thread. */
export function sortOrder(
  thread: i32, threads: i32, voxels: usize, keys: usize, voxels2: usize, keys2: usize, buckets: usize, count: u32,
): i32 {
  enter();
  if (thread == 0) sort(voxels, keys, voxels2, keys2, buckets, count);
  const status = barrier(thread, threads);
  return status ? status : leave();
}

function sort(voxels: usize, keys: usize, voxels2: usize, keys2: usize, buckets: usize, count: u32): void {
  const bytes = <usize>count << 2;
  memory.fill(buckets, 0, <usize>(4 * BUCKETS) << 2);
  for (let at: usize = 0; at != bytes; at += 4) {
    const key = load<u32>(keys + at);
    for (let digit: u32 = 0; digit < 4; digit++) {
      const bucket = buckets + (<usize>((digit << DIGIT) + ((key >> (digit * DIGIT)) & (BUCKETS - 1))) << 2);
      store<u32>(bucket, load<u32>(bucket) + 1);
    }
    if (poll(0, 1)) return;
  }
  let from = voxels, fromKeys = keys, to = voxels2, toKeys = keys2;
  for (let digit: u32 = 0; digit < 4; digit++) {
    const own = buckets + (<usize>(digit << DIGIT) << 2);
    let sum: u32 = 0;
    for (let b: usize = 0; b < <usize>BUCKETS; b++) {
      const n = load<u32>(own + (b << 2));
      store<u32>(own + (b << 2), sum);
      sum += n;
    }
    for (let at: usize = 0; at != bytes; at += 4) {
      const key = load<u32>(fromKeys + at);
      const bucket = own + (<usize>((key >> (digit * DIGIT)) & (BUCKETS - 1)) << 2);
      const place = load<u32>(bucket);
      store<u32>(bucket, place + 1);
      store<u32>(to + (<usize>place << 2), load<u32>(from + at));
      store<u32>(toKeys + (<usize>place << 2), key);
      if (poll(0, 1)) return;
    }
    const swap = from, swapKeys = fromKeys;
    from = to;
    fromKeys = toKeys;
    to = swap;
    toKeys = swapKeys;
  }
}

/** keys[i] = the bits of the value at voxels[i], in an order of unsigned numbers that is that of the values.
 *  voxels, keys: u32[count]; values: f32, rows of `stride` for nx voxels. */
export function keysOfValues(
  thread: i32, threads: i32, keys: usize, voxels: usize, values: usize, count: i32, nx: u32, stride: u32,
  descending: bool,
): i32 {
  enter();
  const flip: u32 = descending ? 0xffffffff : 0;
  const end = slabStart(thread + 1, threads, count);
  for (let i = slabStart(thread, threads, count); i < end; i++) {
    const voxel = load<u32>(voxels + (<usize>i << 2));
    const row = voxel / nx;
    const bits = load<u32>(values + (<usize>(row * stride + voxel - row * nx) << 2));
    // Negative floats order backwards, and below the others.
    const ordered = bits ^ (bits >>> 31 ? 0xffffffff : 0x80000000);
    store<u32>(keys + (<usize>i << 2), ordered ^ flip);
    if (poll(thread, 1)) break;
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}

/** labels[voxels[i]] = label for the first `count` of the order. */
export function fillOrder(thread: i32, threads: i32, labels: usize, voxels: usize, count: i32, label: i32): i32 {
  enter();
  const end = slabStart(thread + 1, threads, count);
  for (let i = slabStart(thread, threads, count); i < end; i++) {
    store<u8>(labels + <usize>load<u32>(voxels + (<usize>i << 2)), <u8>label);
    if (poll(thread, 1)) break;
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}
