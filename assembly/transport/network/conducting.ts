// Which voxels conduct: those of a phase that are joined, over faces, to both the low and the high plane.
import { PLAIN_COUNTS } from '../../layout';
import { barrier, enter, poll, slabStart } from '../../core/control';
import { Voxels } from '../../core/rows';
import { flood, packRow } from './flood';
import { bytesOf } from '../level/lanes';
import { halfOf, originOf, pitchOf, planeOf } from '../level/levels';

/** One row of bits as two rows of bytes, even x and odd x; words must cover the rows. */
function unpackRow(even: usize, odd: usize, low: usize, high: usize, words: i32, pitch: i32): void {
  for (let at = 0; at < pitch; at += 16) {
    const w = at >> 5;
    let bits: u32 = 0;
    if (w < words) {
      const word = load<u64>(low + (<usize>w << 3)) & load<u64>(high + (<usize>w << 3));
      bits = <u32>(word >> <u64>((at & 16) << 1));
    }
    const a = bytesOf(bits & 0xffff);
    const b = bytesOf(bits >> 16);
    v128.store(even + <usize>at, i8x16.shuffle(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30));
    v128.store(odd + <usize>at, i8x16.shuffle(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31));
  }
}

/** Bytes of 1 per set lane. */
// @ts-ignore: decorator
@inline
function countOnes(v: v128): i32 {
  return <i32>popcnt<u32>(<u32>i8x16.bitmask(i8x16.neg(v)));
}

/** What `conductingNetwork` takes. */
@unmanaged
export class ConductingNetwork {
  /** f64[nz][PLAIN_COUNTS]: per plane the conducting voxels, their faces to the plane below; behind them f64[ny], the
   *  voxels of the phase per y row. */
  out: usize;
  /** u8[2·half]. */
  network: usize;
  /** Scratch of the same size. */
  solid: usize;
  /** u64[3][nz·ny·words]: voxels of the phase, those reached from the low and from the high plane. */
  bits: usize;
  /** i32[2][nz·ny]. */
  queue: usize;
  /** u8[2][nz·ny]. */
  queued: usize;
  labels: usize;
  phase: i32;
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
  const out = given.out, network = given.network, solid = given.solid, bits = given.bits, queue = given.queue;
  const queued = given.queued, labels = given.labels, phase = given.phase, nz = given.nz, ny = given.ny;
  const nx = given.nx, sz = <usize>given.sz, sy = <usize>given.sy, sx = <usize>given.sx;
  const words = (nx + 63) >> 6;
  const set = <usize>nz * <usize>ny * <usize>words << 3;
  const rows = nz * ny;
  const low = bits + set;
  const high = low + set;
  const perRow = out + <usize>nz * (8 * PLAIN_COUNTS);

  // Rows of all planes for one y together: across the x axis these share their cache lines.
  const yEnd = slabStart(thread + 1, threads, ny);
  for (let y = slabStart(thread, threads, ny); y < yEnd; y++) {
    let count: f64 = 0;
    for (let z = 0; z < nz; z++) {
      const row = (<usize>z * <usize>ny + <usize>y) * <usize>words << 3;
      count += packRow(bits + row, words, labels + <usize>z * sz + <usize>y * sy, nx, sx, phase, true);
      memory.fill(low + row, 0, <usize>words << 3);
      memory.fill(high + row, 0, <usize>words << 3);
      store<u8>(queued + <usize>(z * ny + y), 0);
      store<u8>(queued + <usize>(rows + z * ny + y), 0);
      if (poll(thread, nx)) break;
    }
    store<f64>(perRow + (<usize>y << 3), count);
  }
  let status = barrier(thread, threads);
  if (status) return status;

  if (thread == 0) flood<Voxels>(thread, low, bits, bits, bits, bits, queue, queued, 0, nz, ny, nx, words);
  if (thread == threads - 1) {
    const seeds = bits + (<usize>(nz - 1) * <usize>ny * <usize>words << 3);
    flood<Voxels>(
      thread, high, seeds, bits, bits, bits, queue + (<usize>rows << 2), queued + <usize>rows, nz - 1, nz, ny, nx,
      words,
    );
  }
  status = barrier(thread, threads);
  if (status) return status;

  const pitch = pitchOf(nx);
  const plane = <usize>planeOf(ny, nx);
  const half = halfOf(nz, ny, nx);
  const origin = originOf(ny, nx);
  const zStart = slabStart(thread, threads, nz);
  const zEnd = slabStart(thread + 1, threads, nz);
  if (thread == 0) {
    memory.fill(solid, 0, origin);
    memory.fill(solid + half, 0, origin);
    memory.fill(network, 0, origin);
    memory.fill(network + half, 0, origin);
  }
  for (let z = zStart; z < zEnd; z++) {
    for (let y = 0; y < ny; y++) {
      const row = origin + <usize>z * plane + <usize>y * <usize>pitch;
      const from = (<usize>z * <usize>ny + <usize>y) * <usize>words << 3;
      const odd = <usize>((z + y) & 1);
      unpackRow(solid + row + odd * half, solid + row + (1 - odd) * half, low + from, high + from, words, pitch);
      if (poll(thread, nx)) break;
    }
    const ghost = origin + <usize>z * plane + <usize>ny * <usize>pitch;
    for (let colour: usize = 0; colour < 2; colour++) {
      memory.fill(solid + colour * half + ghost, 0, <usize>pitch << 1);
      memory.fill(network + colour * half + ghost, 0, <usize>pitch << 1);
    }
  }
  if (thread == threads - 1) {
    const top = origin + <usize>nz * plane;
    for (let colour: usize = 0; colour < 2; colour++) {
      memory.fill(solid + colour * half + top, 0, half - top);
      memory.fill(network + colour * half + top, 0, half - top);
    }
  }
  status = barrier(thread, threads);
  if (status) return status;

  for (let z = zStart; z < zEnd; z++) {
    const boundary = i8x16.splat(<i8>((z == 0 ? 2 : 0) + (z == nz - 1 ? 2 : 0)));
    let voxels: f64 = 0;
    let below: f64 = 0;
    for (let y = 0; y < ny; y++) {
      const row = origin + <usize>z * plane + <usize>y * <usize>pitch;
      let here = 0;
      let faces = 0;
      for (let colour: usize = 0; colour < 2; colour++) {
        const own = solid + colour * half + row;
        const other = solid + (1 - colour) * half + row;
        const q = <usize>((z + y + <i32>colour) & 1);
        for (let i: usize = 0; i < <usize>pitch; i += 16) {
          const o = other + i;
          const v = v128.load(own + i);
          const down = v128.load(o - plane);
          const sum = i8x16.add(
            i8x16.add(i8x16.add(v128.load(o + q - 1), v128.load(o + q)), i8x16.add(down, v128.load(o + plane))),
            i8x16.add(i8x16.add(v128.load(o - <usize>pitch), v128.load(o + <usize>pitch)), boundary),
          );
          v128.store(network + colour * half + row + i, v128.and(sum, i8x16.neg(v)));
          here += countOnes(v);
          faces += countOnes(v128.and(v, down));
        }
      }
      voxels += here;
      below += faces;
      if (poll(thread, nx)) break;
    }
    const counts = out + <usize>z * (8 * PLAIN_COUNTS);
    store<f64>(counts, voxels);
    store<f64>(counts, below, 8);
  }
  return barrier(thread, threads);
}
