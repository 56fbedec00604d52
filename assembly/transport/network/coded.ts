// Face codes in natural order → codes of the conducting voxels in the red-black layout.
import { barrier, enter, poll, slabStart } from '../../core/control';
import { Faces } from '../../core/rows';
import { bytesOf } from '../level/lanes';
import { flood, packRow } from './flood';
import { clearField, Level } from '../level/levels';
import { wrapFaces } from '../level/periodic';

/** Codes of row (z, y) where `low` and `high` are set, even x and odd x apart. The rest of the row becomes 0.
 *  @param to u8, address of element (0, 0, 0) of the red half; line: u8[64·words], scratch */
function splitRow(
  entry: Level, to: usize, z: i32, y: i32, codes: usize, stride: usize, low: usize, high: usize, line: usize,
): void {
  const row = to + (<usize>z * entry.planeBytes >> 2) + (<usize>y * entry.rowBytes >> 2);
  const half = entry.halfBytes >> 2;
  const odd = <usize>((z + y) & 1);
  const even = row + odd * half;
  const rest = row + (1 - odd) * half;
  const nx = entry.nx;
  if (stride == 1) memory.copy(line, codes, nx);
  else for (let x = 0; x < nx; x++) store<u8>(line + <usize>x, load<u8>(codes + <usize>x * stride));
  for (let x = 0; x < nx; x += 32) {
    const at = <usize>(x >> 6) << 3;
    const kept = <u32>((load<u64>(low + at) & load<u64>(high + at)) >> <u64>(x & 32));
    const a = v128.and(v128.load(line + <usize>x), i8x16.neg(bytesOf(kept & 0xffff)));
    const b = v128.and(v128.load(line + <usize>x, 16), i8x16.neg(bytesOf(kept >> 16)));
    v128.store(even + <usize>(x >> 1), i8x16.shuffle(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30));
    v128.store(rest + <usize>(x >> 1), i8x16.shuffle(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31));
  }
}

/** Sets the first `count` bits of a row, clears the others. */
function fillRow(bits: usize, words: i32, count: i32): void {
  for (let w = 0; w < words; w++) {
    const here = count - (w << 6);
    store<u64>(bits + (<usize>w << 3), here >= 64 ? ~<u64>0 : here > 0 ? (<u64>1 << <u64>here) - 1 : 0);
  }
}

/** What `codedNetwork` takes. */
@unmanaged
export class CodedNetwork {
  /** Of the finest level, whose codes are written. */
  entry: Level;
  /** u64[5·nz·ny + ny][words]: open faces z, y, x; reached from the low and from the high plane; seeds of the
   *  high plane. */
  bits: usize;
  /** i32[2][nz·ny]. */
  queue: usize;
  /** u8[2][nz·ny]. */
  queued: usize;
  /** u8[threads][64·words]. */
  lines: usize;
  /** Natural order, axes turned so that z is the transport axis. */
  codesZ: usize;
  codesY: usize;
  codesX: usize;
  /** u8[ny][nx] with rows `sTop` apart. */
  topZ: usize;
  sTop: i32;
  /** Bytes between neighbouring voxels' codes. */
  sz: i32;
  sy: i32;
  sx: i32;
  /** Keeps what no plane reaches. */
  all: bool;
}

/** Conducting voxels are those from which open faces lead to both the low and the high plane; with a periodic boundary,
 *  or if `all` are kept, all that have an open face. Writes the codes of the finest level and clears their ghosts. */
export function codedNetwork(thread: i32, threads: i32, given: CodedNetwork): i32 {
  enter();
  const entry = given.entry, bits = given.bits, queue = given.queue, queued = given.queued;
  const lines = given.lines, codesZ = given.codesZ, codesY = given.codesY, codesX = given.codesX;
  const topZ = given.topZ, sTop = given.sTop, sz = given.sz, sy = given.sy, sx = given.sx, all = given.all;
  const nz = entry.nz;
  const ny = entry.ny;
  const nx = entry.nx;
  const periodic = entry.periodic;
  const whole = periodic || all;
  const words = (nx + 63) >> 6;
  const bytes = <usize>words << 3;
  const rows = nz * ny;
  const set = <usize>rows * bytes;
  const linkY = bits + set;
  const linkX = linkY + set;
  const low = linkX + set;
  const high = low + set;
  const seeds = high + set;
  const line = lines + <usize>thread * (bytes << 3);
  let status = 0;

  // Rows of all planes for one y together: across the x axis these share their cache lines.
  const yStart = slabStart(thread, threads, ny);
  const yEnd = slabStart(thread + 1, threads, ny);
  for (let y = yStart; y < yEnd; y++) {
    for (let z = 0; z < nz; z++) {
      const row = <usize>(z * ny + y) * bytes;
      const at = <usize>(z * sz + y * sy);
      packRow(bits + row, words, codesZ + at, nx, sx, 0, false);
      packRow(linkX + row, words, codesX + at, nx, sx, 0, false);
      if (!periodic) store<u64>(linkX + row, load<u64>(linkX + row) & ~<u64>1);
      if (y > 0 || periodic) packRow(linkY + row, words, codesY + at, nx, sx, 0, false);
      else memory.fill(linkY + row, 0, bytes);
      fillRow(low + row, words, whole ? nx : 0);
      fillRow(high + row, words, whole ? nx : 0);
      store<u8>(queued + <usize>(z * ny + y), 0);
      store<u8>(queued + <usize>(rows + z * ny + y), 0);
      if (poll(thread, 3 * nx)) break;
    }
    packRow(seeds + <usize>y * bytes, words, topZ + <usize>(y * sTop), nx, 1, 0, false);
  }
  clearField(thread, threads, entry, entry.faceZ, 1);
  clearField(thread, threads, entry, entry.faceY, 1);
  clearField(thread, threads, entry, entry.faceX, 1);
  if ((status = barrier(thread, threads))) return status;

  if (!whole) {
    if (thread == 0) flood<Faces>(thread, low, bits, bits, linkY, linkX, queue, queued, 0, nz, ny, nx, words);
    if (thread == threads - 1) {
      flood<Faces>(
        thread, high, seeds, bits, linkY, linkX, queue + (<usize>rows << 2), queued + <usize>rows, nz - 1, nz, ny, nx,
        words,
      );
    }
    if ((status = barrier(thread, threads))) return status;
  }

  for (let y = yStart; y < yEnd; y++) {
    for (let z = 0; z < nz; z++) {
      const row = <usize>(z * ny + y) * bytes;
      const at = <usize>(z * sz + y * sy);
      splitRow(entry, entry.faceZ, z, y, codesZ + at, sx, low + row, high + row, line);
      splitRow(entry, entry.faceX, z, y, codesX + at, sx, low + row, high + row, line);
      if (!periodic) closeFirst(entry, z, y);
      if (y > 0 || periodic) splitRow(entry, entry.faceY, z, y, codesY + at, sx, low + row, high + row, line);
      if (poll(thread, 3 * nx)) break;
    }
    if (!periodic) {
      const row = <usize>((nz - 1) * ny + y) * bytes;
      splitRow(entry, entry.faceZ, nz, y, topZ + <usize>(y * sTop), 1, low + row, high + row, line);
    }
  }
  if ((status = barrier(thread, threads))) return status;
  if (periodic && thread == 0) wrapFaces(entry, 1);
  return barrier(thread, threads);
}

/** No face at x = 0: there the window is insulated. */
// @ts-ignore: decorator
@inline
function closeFirst(entry: Level, z: i32, y: i32): void {
  const row = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes + <usize>((z + y) & 1) * entry.halfBytes;
  store<u8>(entry.faceX + (row >> 2), 0);
}
