// Geodesic distances in one phase from a face plane: buckets as wide as the shortest edge, filled by pulling.
//
// dist(v) = min over neighbours u in the phase of fl32(dist(u) + length(u, v)), 0 on the target plane. Rounded addition
// is monotone, so the fixpoint is unique and no order of work can change a bit of it.
//
// The field is padded so that no neighbour needs a bounds test, and its slowest axis is the transport axis, so that the
// front moves through whole cache lines whatever the axis of the image was:
//
//   index(i0, i1, i2) = lead + (i0·s1 + i1)·s2 + i2,   s1 = n1 + 1,   s2 = n2 + 1 rounded up to a multiple of 8
//
// A bit map with the same indices marks the voxels of the phase that no one has discovered yet; rows begin at whole
// bytes. Round by round, with base = lower bound of all distances not yet final and bound = fl32(base + shortest edge):
// every candidate (discovered, not final) pulls the minimum over its 26 neighbours, four lanes at a time. Below `bound`
// it is final, because what is not final yet contributes at least `bound`: it is stored, and its undiscovered
// neighbours become candidates. Otherwise it stays a candidate. A voxel is discovered once, so the queues hold the
// front and nothing else.
import {
  GEODESIC_BATCH, GEODESIC_HALF, GEODESIC_SCRATCH, POLL_VOXELS, STATUS_OK, STATUS_OVERFLOW,
} from '../layout';
import { barrier, enter, slabStart, tick } from '../core/control';

/** Every byte of a distance that is not final: 3.39e38, larger than any path and unchanged by adding an edge. */
const UNREACHED_BYTE: u8 = 0x7f;
const UNREACHED: i32 = 0x7f7f7f7f;
/** Fronts below this size are walked by one thread: a barrier costs more than it saves. */
const SERIAL_FRONT: i32 = 384;
/** Candidates pulled between two polls; one that is kept back is pulled again without becoming final. */
const POLL_CANDIDATES: i32 = POLL_VOXELS >> 3;

// The state lease: two halves used in turns. Each holds the bound of its round (+0) and a line for each thread:
// length of its list or OVERFLOW (+0), voxels that became final (+4), smallest distance bits kept back (+8).
const OVERFLOW: i32 = -1;

// Arguments of the running call, for the functions below; set on entry, meaningless between calls.
let fieldAt: usize = 0;
let bitsAt: usize = 0;
let stride1: i32 = 0;
let stride0: i32 = 0;
let alone: bool = true;
let edge0: f32 = 0;
let edge1: f32 = 0;
let edge2: f32 = 0;
let edge01: f32 = 0;
let edge02: f32 = 0;
let edge12: f32 = 0;
let edge012: f32 = 0;
// Results of `sweep` besides the end of its output list: in this round, and since the last poll.
let sweptFinal: i32 = 0;
let sweptLeast: i32 = 0;
let sweptUnpolled: i32 = 0;
let sweptPulled: i32 = 0;
let stopped: bool = false;

// @ts-ignore: decorator
@inline
function lead(s1: i32, s2: i32): i32 {
  return s1 * s2 + s2 + 8;
}

/** Sets the bits of a row of labels. Bits after the row stay as they are. */
function packRow(to: usize, row: usize, n: i32, phase: v128, label: u8): i32 {
  let count = 0;
  let x = 0;
  for (; x + 16 <= n; x += 16) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(row + <usize>x), phase));
    store<u16>(to + <usize>(x >> 3), <u16>mask);
    count += popcnt<i32>(mask);
  }
  for (; x < n; x += 8) {
    let mask = 0;
    const end = min(8, n - x);
    for (let k = 0; k < end; k++) mask |= i32(load<u8>(row + <usize>(x + k)) == label) << k;
    store<u8>(to + <usize>(x >> 3), <u8>mask);
    count += popcnt<i32>(mask);
  }
  return count;
}

/** Bytes x of one slice for `rows` ≤ 8 rows of it: bit k of byte x is row k at x. `step` is the distance of two
 *  bytes. */
function packColumns(to: usize, step: usize, slice: usize, nx: i32, rows: i32, label: u8): i32 {
  let count = 0;
  for (let x = 0; x < nx; x++) {
    let mask = 0;
    let at = slice + <usize>x;
    for (let k = 0; k < rows; k++) {
      mask |= i32(load<u8>(at) == label) << k;
      at += <usize>nx;
    }
    store<u8>(to, <u8>mask);
    to += step;
    count += popcnt<i32>(mask);
  }
  return count;
}

/** What `geodesicPrepare` takes. */
@unmanaged
export class GeodesicStart {
  /** f32[total], the padded grid. */
  field: usize;
  /** u8[total/8 + 8]. */
  bits: usize;
  /** u32[2·threads·capacity]. */
  queue: usize;
  /** Two halves. */
  state: usize;
  /** u32[2·threads]: voxels of the phase and of the target plane found by each thread. */
  counts: usize;
  /** u8[nz·ny·nx]. */
  labels: usize;
  nz: i32;
  ny: i32;
  nx: i32;
  /** 0, 1, 2 = z, y, x: the field's axes are (z, y, x), (y, z, x), (x, z, y). */
  axis: i32;
  /** The phase. */
  label: i32;
  /** Index of the plane on the axis. */
  target: i32;
  /** Elements of the field, a multiple of 8, lead included on both sides. */
  total: u32;
  /** Candidates that a list of a thread holds. */
  capacity: i32;
}

/** Fills the field with UNREACHED, marks the voxels of the phase in the bit map and queues the target plane at distance
 *  0. */
export function geodesicPrepare(thread: i32, threads: i32, begin: GeodesicStart): i32 {
  enter();
  const field = begin.field, bits = begin.bits, labels = begin.labels, ny = begin.ny, nx = begin.nx;
  const axis = begin.axis, label = begin.label, total = begin.total;
  const chunks = <i32>((total + (POLL_VOXELS - 1)) / POLL_VOXELS);
  const lastChunk = slabStart(thread + 1, threads, chunks);
  for (let c = slabStart(thread, threads, chunks); c < lastChunk; c++) {
    const first = <u32>c * POLL_VOXELS;
    const size = min(<u32>POLL_VOXELS, total - first);
    memory.fill(field + (<usize>first << 2), UNREACHED_BYTE, <usize>size << 2);
    memory.fill(bits + <usize>(first >> 3), 0, <usize>(size >> 3));
    if (tick(thread, size)) break;
  }
  let status = barrier(thread, threads);
  if (status) return status;

  const n1 = axis == 0 ? ny : begin.nz;
  const n2 = axis == 2 ? ny : nx;
  const s1 = n1 + 1;
  const s2 = (n2 + 8) & ~7;
  const start = lead(s1, s2);
  const phase = i8x16.splat(<i8>label);
  let found = 0;
  const lastSlice = slabStart(thread + 1, threads, begin.nz);
  for (let z = slabStart(thread, threads, begin.nz); z < lastSlice; z++) {
    const slice = labels + <usize>z * <usize>ny * <usize>nx;
    if (axis == 2) {
      const step = (<usize>s1 * <usize>s2) >> 3;
      for (let y = 0; y < ny; y += 8) {
        const to = bits + ((<usize>start + <usize>z * <usize>s2 + <usize>y) >> 3);
        found += packColumns(to, step, slice + <usize>y * <usize>nx, nx, min(8, ny - y), <u8>label);
        if (tick(thread, 8 * <usize>nx)) break;
      }
    } else {
      for (let y = 0; y < ny; y++) {
        const row = axis == 0 ? <usize>z * <usize>s1 + <usize>y : <usize>y * <usize>s1 + <usize>z;
        const to = bits + ((<usize>start + row * <usize>s2) >> 3);
        found += packRow(to, slice + <usize>y * <usize>nx, nx, phase, <u8>label);
        if (tick(thread, nx)) break;
      }
    }
  }
  status = barrier(thread, threads);
  if (status) return status;

  const list = begin.queue + (<usize>thread * <usize>begin.capacity << 2);
  let out = list;
  const lastRow = slabStart(thread + 1, threads, n1);
  for (let i1 = slabStart(thread, threads, n1); i1 < lastRow; i1++) {
    const row = <u32>start + (<u32>begin.target * <u32>s1 + <u32>i1) * <u32>s2;
    for (let i2: u32 = 0; i2 < <u32>n2; i2++) {
      const at = bits + <usize>((row + i2) >> 3);
      const byte = load<u8>(at);
      const bit: u8 = 1 << <u8>(i2 & 7);
      if (!(byte & bit)) continue;
      store<u8>(at, byte & ~bit);
      store<f32>(field + (<usize>(row + i2) << 2), 0);
      store<u32>(out, row + i2);
      out += 4;
    }
    if (tick(thread, n2)) break;
  }
  const queued = <i32>((out - list) >> 2);
  store<u32>(begin.counts + (<usize>thread << 3), found);
  store<u32>(begin.counts + (<usize>thread << 3), queued, 4);
  if (thread == 0) store<f32>(begin.state, 0);
  report(begin.state, thread, queued, 1, UNREACHED);
  return barrier(thread, threads);
}

// @ts-ignore: decorator
@inline
function report(half: usize, thread: i32, count: i32, finals: i32, least: i32): void {
  const line = half + (<usize>(thread + 1) << 6);
  store<i32>(line, count);
  store<i32>(line, finals, 4);
  store<i32>(line, least, 8);
}

/** Takes a bit of the map for this thread. @returns 1 if it was still there, else 0. */
// @ts-ignore: decorator
@inline
function claim(index: u32): u32 {
  const shift = index & 31;
  return (atomic.and<u32>(bitsAt + (<usize>(index >> 5) << 2), ~(<u32>1 << shift)) >> shift) & 1;
}

/** Appends `left + offsets[k]` for each set bit k of `found`. offsets: i32[64]. @returns the new end of `out`. */
// @ts-ignore: decorator
@inline
function append(out: usize, found: u64, left: u32, offsets: usize): usize {
  while (found) {
    const index = left + load<u32>(offsets + (<usize>ctz(found) << 2));
    found &= found - 1;
    store<u32>(out, index);
    if (alone) out += 4;
    else out += <usize>(claim(index) << 2);
  }
  return out;
}

/** Offsets, from the voxel to the left, of the bits that `sweep` gathers: four rows of 16 bits at 0, four more at
 *  64. */
function writeOffsets(scratch: usize): void {
  for (let k = 0; k < 64; k++) {
    const x = k & 15;
    const sign = k & 16 ? 1 : -1;
    store<i32>(scratch + (<usize>k << 2), x + sign * (k < 32 ? stride0 : stride1));
    store<i32>(scratch + (<usize>(64 + k) << 2), x + sign * stride0 + (k < 32 ? -stride1 : stride1));
  }
}

/** Pulls the candidates list[from … to) and appends to `out` those kept back and those discovered.
 *  @returns the new end of `out`, or 0 when it would pass `end`. */
function sweep(
  thread: i32, list: usize, from: i32, to: i32, out: usize, end: usize, limit: i32, scratch: usize,
): usize {
  const inf: f32 = Infinity;
  const bits = bitsAt;
  const down = <usize>stride1 << 2;
  const over = <usize>stride0 << 2;
  const downBits = <usize>stride1 >> 3;
  const overBits = <usize>stride0 >> 3;
  const lanes0 = f32x4(edge02, edge0, edge02, inf);
  const lanes1 = f32x4(edge12, edge1, edge12, inf);
  const lanes01 = f32x4(edge012, edge01, edge012, inf);
  const lanes2 = f32x4(edge2, 0, edge2, inf);
  // Three bits for each row: which of the neighbours x−1, x, x+1 have an edge.
  const open0: u64 = 2 | (edge02 < inf ? 5 : 0);
  const open1: u64 = 2 | (edge12 < inf ? 5 : 0);
  const open01: u64 = (edge01 < inf ? 2 : 0) | (edge012 < inf ? 5 : 0);
  const openNear = open0 | (open0 << 16) | (open1 << 32) | (open1 << 48);
  const openFar = open01 | (open01 << 16) | (open01 << 32) | (open01 << 48);
  const nearOffsets = scratch;
  const farOffsets = scratch + 256;
  const finals = scratch + 512;
  let least = UNREACHED;
  while (from < to) {
    // A batch is pulled before any of it is stored: a store that the next load overlaps would stall it.
    const until = min(to, from + GEODESIC_BATCH);
    const pulled = until - from;
    if (out + (<usize>(pulled + 1) << 2) > end) return 0;
    let final = finals;
    for (; from < until; from++) {
      const i = load<u32>(list + (<usize>from << 2));
      const p = fieldAt + (<usize>i << 2) - 4;
      const near0 = i32x4.min_s(v128.load(p - over), v128.load(p + over));
      const near1 = i32x4.min_s(v128.load(p - down), v128.load(p + down));
      const far = i32x4.min_s(
        i32x4.min_s(v128.load(p - over - down), v128.load(p - over + down)),
        i32x4.min_s(v128.load(p + over - down), v128.load(p + over + down)),
      );
      // Distances are not negative: their bits order like integers, and an integer minimum has no NaN cases.
      let best = i32x4.min_s(
        i32x4.min_s(f32x4.add(near0, lanes0), f32x4.add(near1, lanes1)),
        i32x4.min_s(f32x4.add(far, lanes01), f32x4.add(v128.load(p), lanes2)),
      );
      best = i32x4.min_s(best, v128.shuffle<i32>(best, best, 2, 3, 0, 1));
      best = i32x4.min_s(best, v128.shuffle<i32>(best, best, 1, 0, 3, 2));
      const distance = i32x4.extract_lane(best, 0);
      // Both ends are written and one of them moves: which one is a coin toss that no branch predicts.
      store<u32>(final, i);
      store<i32>(final, distance, 4);
      store<u32>(out, i);
      const kept = <usize>i32(distance >= limit);
      out += kept << 2;
      final += (kept ^ 1) << 3;
      least = min(least, kept ? distance : UNREACHED);
    }
    for (let at = finals; at < final; at += 8) {
      if (out + 27 * 4 > end) return 0;
      const i = load<u32>(at);
      store<i32>(fieldAt + (<usize>i << 2), load<i32>(at, 4));
      const left = i - 1;
      const row = bits + <usize>(left >> 3);
      const shift = <u64>(left & 7);
      const nearRows = <u64>load<u16>(row - overBits) | (<u64>load<u16>(row + overBits) << 16) |
        (<u64>load<u16>(row - downBits) << 32) | (<u64>load<u16>(row + downBits) << 48);
      const farRows = <u64>load<u16>(row - overBits - downBits) | (<u64>load<u16>(row + overBits - downBits) << 16) |
        (<u64>load<u16>(row - overBits + downBits) << 32) | (<u64>load<u16>(row + overBits + downBits) << 48);
      const ownRow = load<u16>(row);
      const near = (nearRows >> shift) & openNear;
      const far = (farRows >> shift) & openFar;
      let own = (<u32>ownRow >> <u32>shift) & 5;
      if (own) {
        if (alone) store<u16>(row, <u16>(<u32>ownRow & ~(own << <u32>shift)));
        while (own) {
          const index = left + <u32>ctz(own);
          own &= own - 1;
          store<u32>(out, index);
          out += alone ? 4 : <usize>(claim(index) << 2);
        }
      }
      if (near) {
        if (alone) {
          const rest = nearRows & ~(near << shift);
          store<u16>(row - overBits, <u16>rest);
          store<u16>(row + overBits, <u16>(rest >> 16));
          store<u16>(row - downBits, <u16>(rest >> 32));
          store<u16>(row + downBits, <u16>(rest >> 48));
        }
        out = append(out, near, left, nearOffsets);
      }
      if (far) {
        if (alone) {
          const rest = farRows & ~(far << shift);
          store<u16>(row - overBits - downBits, <u16>rest);
          store<u16>(row + overBits - downBits, <u16>(rest >> 16));
          store<u16>(row - overBits + downBits, <u16>(rest >> 32));
          store<u16>(row + overBits + downBits, <u16>(rest >> 48));
        }
        out = append(out, far, left, farOffsets);
      }
    }
    const count = <i32>((final - finals) >> 3);
    sweptFinal += count;
    sweptUnpolled += count;
    sweptPulled += pulled;
    if (sweptPulled >= POLL_CANDIDATES) {
      stopped = tick(thread, sweptUnpolled);
      sweptPulled = 0;
      sweptUnpolled = 0;
      if (stopped) break;
    }
  }
  sweptLeast = min(sweptLeast, least);
  return out;
}

// @ts-ignore: decorator
@inline
function limitOf(base: f32, bound: f32): i32 {
  // Where the sum no longer grows (paths of 2^24 shortest edges) the base itself is final.
  return max(reinterpret<i32>(bound), reinterpret<i32>(base) + 1);
}

/** What `geodesicDistances` takes: pointers and capacity of `geodesicPrepare`. */
@unmanaged
export class GeodesicWalk {
  field: usize;
  bits: usize;
  queue: usize;
  state: usize;
  /** u8[GEODESIC_SCRATCH·threads]. */
  scratch: usize;
  /** Rows per slice and elements per row of the field. */
  s1: i32;
  s2: i32;
  capacity: i32;
  /** Edge lengths by the axes they move along, 0 is the transport axis; Infinity where the neighbourhood has no such
   *  edge. */
  w0: f32;
  w1: f32;
  w2: f32;
  w01: f32;
  w02: f32;
  w12: f32;
  w012: f32;
}

/** Completes the field that `geodesicPrepare` began. Work counts voxels that became final.
 *  @returns STATUS_OVERFLOW when a thread's list outgrew `capacity`; prepare again with longer lists. */
export function geodesicDistances(thread: i32, threads: i32, walk: GeodesicWalk): i32 {
  enter();
  const queue = walk.queue, state = walk.state;
  fieldAt = walk.field;
  bitsAt = walk.bits;
  stride1 = walk.s2;
  stride0 = walk.s1 * walk.s2;
  alone = threads == 1;
  edge0 = walk.w0;
  edge1 = walk.w1;
  edge2 = walk.w2;
  edge01 = walk.w01;
  edge02 = walk.w02;
  edge12 = walk.w12;
  edge012 = walk.w012;
  sweptUnpolled = 0;
  sweptPulled = 0;
  stopped = false;
  const own = walk.scratch + <usize>thread * GEODESIC_SCRATCH;
  writeOffsets(own);
  const shortest = min(walk.w0, min(walk.w1, walk.w2));
  const listBytes = <usize>walk.capacity << 2;
  const halfBytes = listBytes * <usize>threads;
  let parity: usize = 0;
  while (true) {
    const status = barrier(thread, threads);
    if (status) return status;
    const now = state + parity * GEODESIC_HALF;
    const next = state + (parity ^ 1) * GEODESIC_HALF;
    const lists = queue + parity * halfBytes;
    const out = queue + (parity ^ 1) * halfBytes + <usize>thread * listBytes;
    let total = 0;
    let finals = 0;
    let least = UNREACHED;
    for (let t = 0; t < threads; t++) {
      const line = now + (<usize>(t + 1) << 6);
      const count = load<i32>(line);
      if (count == OVERFLOW) return STATUS_OVERFLOW;
      total += count;
      finals += load<i32>(line, 4);
      least = min(least, load<i32>(line, 8));
    }
    if (total == 0) break;
    let base = finals ? load<f32>(now) : reinterpret<f32>(least);
    let bound = base + shortest;
    let limit = limitOf(base, bound);
    const serial = total < SERIAL_FRONT;
    const first = serial ? (thread == 0 ? 0 : total) : slabStart(thread, threads, total);
    const last = serial ? total : slabStart(thread + 1, threads, total);
    sweptFinal = 0;
    sweptLeast = UNREACHED;
    let end = out;
    let skipped = 0;
    for (let t = 0; t < threads; t++) {
      const count = load<i32>(now + (<usize>(t + 1) << 6));
      const from = max(first - skipped, 0);
      const to = min(last - skipped, count);
      skipped += count;
      if (from < to) end = sweep(thread, lists + <usize>t * listBytes, from, to, end, out + listBytes, limit, own);
      if (end == 0) break;
    }
    let here = out;
    if (serial && thread == 0) {
      // Go on alone, between this thread's own two lists, until the front is wide again; end on the list of the next
      // half.
      const other = lists;
      while (end != 0) {
        const count = <i32>((end - here) >> 2);
        if (count == 0 || (here == out && count >= SERIAL_FRONT)) break;
        base = sweptFinal ? bound : reinterpret<f32>(sweptLeast);
        bound = base + shortest;
        limit = limitOf(base, bound);
        sweptFinal = 0;
        sweptLeast = UNREACHED;
        const there = here == out ? other : out;
        end = sweep(thread, here, 0, count, there, there + listBytes, limit, own);
        here = there;
        if (stopped) break;
      }
    }
    report(next, thread, end == 0 ? OVERFLOW : <i32>((end - here) >> 2), sweptFinal, sweptLeast);
    if (thread == 0) store<f32>(next, bound);
    if (!serial) {
      tick(thread, sweptUnpolled);
      sweptUnpolled = 0;
      sweptPulled = 0;
    }
    parity ^= 1;
  }
  tick(thread, sweptUnpolled);
  return STATUS_OK;
}
