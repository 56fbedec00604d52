// Which voxels conduct: those of a phase that are joined, over faces, to both the low and the high plane.
import { PLAIN_COUNTS } from '../../layout';
import { barrier, enter, poll, slabStart } from '../../core/control';
import { Optional } from '../../core/kinds';
import { Voxels } from '../../core/rows';
import { flood, packRow } from './flood';
import { bytesOf } from '../level/lanes';
import { halfOf, originOf, pitchOf, planeOf } from '../level/levels';

/** 32 bytes: those of even x, of odd x. */
// @ts-ignore: decorator
@inline
function evenBytes(low: v128, high: v128): v128 {
  return i8x16.shuffle(low, high, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}
// @ts-ignore: decorator
@inline
function oddBytes(low: v128, high: v128): v128 {
  return i8x16.shuffle(low, high, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

/** The word at an address; 0 where there is none. */
// @ts-ignore: decorator
@inline
function wordAt(row: usize, at: usize): u64 { return row ? load<u64>(row + at) : 0; }

/** 16 of 64 counts, whose binary digits are bits of three words, as bytes. */
// @ts-ignore: decorator
@inline
function sixteenCounts(ones: u64, twos: u64, fours: u64, shift: u64): v128 {
  const one = bytesOf(<u32>(ones >> shift) & 0xffff);
  const two = bytesOf(<u32>(twos >> shift) & 0xffff);
  const four = bytesOf(<u32>(fours >> shift) & 0xffff);
  return v128.or(one, v128.or(i8x16.add(two, two), i16x8.shl(four, 2)));
}

/** A row of the network: the number of conducting faces of its voxels. own, down, up, south, north: rows of bits, u64 a
 *  word, 0 outside of the window; even, odd: rows of bytes; twice: boundary faces of every voxel are two more. */
function writeRow(
  even: usize, odd: usize, own: usize, down: usize, up: usize, south: usize, north: usize, words: i32, pitch: i32,
  twice: bool,
): void {
  for (let w = 0; w < words; w++) {
    const at = <usize>w << 3;
    const c = load<u64>(own + at);
    const to = w << 5;
    if (!c) {
      for (let i = to; i < min(pitch, to + 32); i += 16) {
        v128.store(even + <usize>i, i8x16.splat(0));
        v128.store(odd + <usize>i, i8x16.splat(0));
      }
      continue;
    }
    const west = (c << 1) | (w > 0 ? load<u64>(own + at - 8) >> 63 : 0);
    const east = (c >> 1) | (w + 1 < words ? load<u64>(own + at, 8) << 63 : 0);
    const d = wordAt(down, at);
    const u = wordAt(up, at);
    const s = wordAt(south, at);
    const n = wordAt(north, at);
    // Sums of three bits each, then the sum of both: digits 1, 2 and 4.
    const first = west ^ east ^ d;
    const second = u ^ s ^ n;
    const carry = first & second;
    const firstTwo = (west & east) | (d & (west ^ east));
    const secondTwo = (u & s) | (n & (u ^ s));
    const ones = (first ^ second) & c;
    let twos = firstTwo ^ secondTwo ^ carry;
    let fours = (firstTwo & secondTwo) | (carry & (firstTwo ^ secondTwo));
    if (twice) {
      fours ^= twos;
      twos = ~twos;
    }
    twos &= c;
    fours &= c;
    for (let half = 0; half < 2; half++) {
      const i = to + 16 * half;
      if (i >= pitch) break;
      const shift = <u64>(half << 5);
      const a = sixteenCounts(ones, twos, fours, shift);
      const b = sixteenCounts(ones, twos, fours, shift + 16);
      v128.store(even + <usize>i, evenBytes(a, b));
      v128.store(odd + <usize>i, oddBytes(a, b));
    }
  }
  for (let i = words << 5; i < pitch; i += 16) {
    v128.store(even + <usize>i, i8x16.splat(0));
    v128.store(odd + <usize>i, i8x16.splat(0));
  }
}

/** Bits of a row, and those that it has in common with another. */
// @ts-ignore: decorator
@inline
function common(a: usize, b: usize, words: i32): i32 {
  let count = 0;
  const end = <usize>words << 3;
  for (let at: usize = 0; at < end; at += 8) count += <i32>popcnt<u64>(load<u64>(a + at) & load<u64>(b + at));
  return count;
}

/** What `conductingNetwork` takes. */
@unmanaged
export class ConductingNetwork {
  /** f64[nz][PLAIN_COUNTS]: per plane the conducting voxels, their faces to the plane below; behind them f64[ny], the
   *  voxels of the phase per y row. */
  out: usize;
  /** u8[2·half]. */
  network: usize;
  /** u64[3][nz·ny·words]: voxels of the phase, those reached from the low and from the high plane; of connected labels
   *  the first alone. */
  bits: usize;
  /** i32[2][nz·ny]; 0 where labels are connected. */
  queue: Optional;
  /** u8[2][nz·ny]; 0 where labels are connected. */
  queued: Optional;
  labels: usize;
  phase: i32;
  /** Whether all voxels of the phase are joined to both planes. */
  connected: bool;
  /** The transport axis first. */
  nz: i32;
  ny: i32;
  nx: i32;
  /** Bytes between neighbouring labels along them. */
  sz: u32;
  sy: u32;
  sx: u32;
}

/** The network of conducting voxels of `phase`, in the red-black layout of levels.ts, one byte per voxel: the number of
 *  its conducting faces, boundary faces counting 2; 0 where nothing conducts. */
export function conductingNetwork(thread: i32, threads: i32, given: ConductingNetwork): i32 {
  enter();
  const out = given.out, network = given.network, bits = given.bits, queue = given.queue, queued = given.queued;
  const labels = given.labels, phase = given.phase, connected = given.connected, nz = given.nz, ny = given.ny;
  const nx = given.nx, sz = <usize>given.sz, sy = <usize>given.sy, sx = <usize>given.sx;
  const words = (nx + 63) >> 6;
  const rowBytes = <usize>words << 3;
  const planeBytes = <usize>ny * rowBytes;
  const set = <usize>nz * planeBytes;
  const rows = nz * ny;
  const low = bits + set;
  const high = low + set;
  const perRow = out + <usize>nz * (8 * PLAIN_COUNTS);

  // Rows of all planes for one y together: across the x axis these share their cache lines.
  const yEnd = slabStart(thread + 1, threads, ny);
  for (let y = slabStart(thread, threads, ny); y < yEnd; y++) {
    let count: f64 = 0;
    for (let z = 0; z < nz; z++) {
      const row = <usize>z * planeBytes + <usize>y * rowBytes;
      count += packRow(bits + row, words, labels + <usize>z * sz + <usize>y * sy, nx, sx, phase, true);
      if (!connected) {
        memory.fill(low + row, 0, rowBytes);
        memory.fill(high + row, 0, rowBytes);
        store<u8>(queued + <usize>(z * ny + y), 0);
        store<u8>(queued + <usize>(rows + z * ny + y), 0);
      }
      if (poll(thread, nx)) break;
    }
    store<f64>(perRow + (<usize>y << 3), count);
  }
  let status = barrier(thread, threads);
  if (status) return status;

  const zStart = slabStart(thread, threads, nz);
  const zEnd = slabStart(thread + 1, threads, nz);
  if (!connected) {
    if (thread == 0) flood<Voxels>(thread, low, bits, bits, bits, bits, queue, queued, 0, nz, ny, nx, words);
    if (thread == threads - 1) {
      const seeds = bits + <usize>(nz - 1) * planeBytes;
      flood<Voxels>(
        thread, high, seeds, bits, bits, bits, queue + (<usize>rows << 2), queued + <usize>rows, nz - 1, nz, ny, nx,
        words,
      );
    }
    status = barrier(thread, threads);
    if (status) return status;
    const end = <usize>zEnd * planeBytes;
    for (let at = <usize>zStart * planeBytes; at < end; at += 8) {
      store<u64>(bits + at, load<u64>(low + at) & load<u64>(high + at));
    }
    status = barrier(thread, threads);
    if (status) return status;
  }

  const pitch = pitchOf(nx);
  const plane = <usize>planeOf(ny, nx);
  const half = halfOf(nz, ny, nx);
  const origin = originOf(ny, nx);
  if (thread == 0) {
    memory.fill(network, 0, origin);
    memory.fill(network + half, 0, origin);
  }
  for (let z = zStart; z < zEnd; z++) {
    let voxels: f64 = 0;
    let below: f64 = 0;
    for (let y = 0; y < ny; y++) {
      const own = bits + <usize>z * planeBytes + <usize>y * rowBytes;
      const down = z > 0 ? own - planeBytes : 0;
      const row = network + origin + <usize>z * plane + <usize>y * <usize>pitch;
      const odd = <usize>((z + y) & 1);
      writeRow(
        row + odd * half, row + (1 - odd) * half, own, down, z + 1 < nz ? own + planeBytes : 0,
        y > 0 ? own - rowBytes : 0, y + 1 < ny ? own + rowBytes : 0, words, pitch, z == 0 || z == nz - 1,
      );
      voxels += common(own, own, words);
      if (down) below += common(own, down, words);
      if (poll(thread, nx)) break;
    }
    const ghost = network + origin + <usize>z * plane + <usize>ny * <usize>pitch;
    memory.fill(ghost, 0, <usize>pitch << 1);
    memory.fill(ghost + half, 0, <usize>pitch << 1);
    const counts = out + <usize>z * (8 * PLAIN_COUNTS);
    store<f64>(counts, voxels);
    store<f64>(counts, below, 8);
  }
  if (thread == threads - 1) {
    const top = origin + <usize>nz * plane;
    memory.fill(network + top, 0, half - top);
    memory.fill(network + half + top, 0, half - top);
  }
  return barrier(thread, threads);
}
