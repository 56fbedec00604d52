// Which cut voxels take part. The aperture network may join two voxels of the phase only if their labels do, and must
// join them if they do:
//
// - every face between two voxels of the phase is open, by at least a half: so much a flat wall leaves open there;
// - a voxel outside the phase that its faces cut belongs to one voxel of the phase nearby, its owner; without one it is
// closed;
// - a face of such a voxel stays open only if the owners on its two sides are joined by voxels of the phase within the
// box of
//   3×3×4 voxels around the face's two voxels; at the window's faces, only if the owner touches that face too.
//
// A path through the network then passes owners of which each is joined to the next in the labels, so that it begins
// and ends in one component of the labels.
//
// The mark of a voxel is its owner's place in the 4×4×4 box with the voxel at (1, 1, 1):   bits 5 4   3 2   1 0
// the voxel itself (21) in the phase; 0 for none. Bit `mark` of a u64 is that place:              dz+1  dy+1  dx+1
import { barrier, enter, poll, slabStart } from '../../core/control';
import { indexInside } from '../../core/indices';
import { PHASE_MARK } from './corners';

/** Code of a face between two voxels of the phase at least. Only structure that is not resolved has less; see
 *  docs/decisions/0052. */
const FLOOR: i32 = 128;

/** Mark of the phase, or what else stands at (z, y, x); 0 outside of a cropped window. */
// @ts-ignore: decorator
@inline
function markAt(marks: usize, z: i32, y: i32, x: i32, nz: i32, ny: i32, nx: i32, periodic: bool): i32 {
  if (periodic) {
    z = indexInside(z, nz, true);
    y = indexInside(y, ny, true);
    x = indexInside(x, nx, true);
  } else if (z < 0 || y < 0 || x < 0 || z >= nz || y >= ny || x >= nx) {
    return 0;
  }
  return <i32>load<u8>(marks + (<usize>z * <usize>ny + <usize>y) * <usize>nx + <usize>x);
}

// Directions 0 … 5: z−, y−, x−, x+, y+, z+; 5 − d is the opposite. Place of a neighbour relative to PHASE_MARK:
// @ts-ignore: decorator
@inline
function placeOf(direction: i32): i32 {
  const low = min(direction, 5 - direction);
  return (direction == low ? -1 : 1) * (16 >> (low << 1));
}

/** Code of the face in `direction`, of six in one word. */
// @ts-ignore: decorator
@inline
function codeOf(codes: u64, direction: i32): i32 {
  return <i32>(codes >> <u64>(direction << 3)) & 255;
}

/** Six neighbouring places of each place in the 4×4×4 box; steps along x and y must not carry into the next row or
 *  plane. */
// @ts-ignore: decorator
@inline
function grown(places: u64): u64 {
  return ((places << 1) & 0xeeeeeeeeeeeeeeee) | ((places >> 1) & 0x7777777777777777)
    | ((places << 4) & 0xfff0fff0fff0fff0) | ((places >> 4) & 0x0fff0fff0fff0fff)
    | (places << 16) | (places >> 16);
}

// @ts-ignore: decorator
@inline
function markBeside(
  marks: usize, place: i32, z: i32, y: i32, x: i32, nz: i32, ny: i32, nx: i32, periodic: bool,
): i32 {
  return markAt(marks, z + (place >> 4) - 1, y + ((place >> 2) & 3) - 1, x + (place & 3) - 1, nz, ny, nx, periodic);
}

/** A neighbour in the race for ownership: code × 8 + 5 − direction if it is of the phase, so that the first of equals
 *  wins. */
// @ts-ignore: decorator
@inline
function claim(mark: usize, code: i32, direction: i32): i32 {
  return <i32>load<u8>(mark) == PHASE_MARK ? (code << 3) + 5 - direction : 0;
}

/** Owner of a voxel outside the phase: the neighbour across the most open face; failing that the neighbour across an
 *  edge whose two faces are the most open together. The first of equals.
 *  @param codes its six faces, one byte each from direction 0 */
function ownerOf(codes: u64, marks: usize, z: i32, y: i32, x: i32, nz: i32, ny: i32, nx: i32, periodic: bool): i32 {
  const row = <usize>nx;
  const plane = <usize>ny * row;
  let best = 0;
  if (z > 0 && y > 0 && x > 0 && z + 1 < nz && y + 1 < ny && x + 1 < nx) {
    const at = marks + <usize>z * plane + <usize>y * row + <usize>x;
    best = max(
      max(max(claim(at - plane, codeOf(codes, 0), 0), claim(at - row, codeOf(codes, 1), 1)), claim(
        at - 1, codeOf(codes, 2), 2,
      )),
      max(max(claim(at + 1, codeOf(codes, 3), 3), claim(at + row, codeOf(codes, 4), 4)), claim(
        at + plane, codeOf(codes, 5), 5,
      )),
    );
  } else {
    for (let d = 0; d < 6; d++) {
      if (markBeside(marks, PHASE_MARK + placeOf(d), z, y, x, nz, ny, nx, periodic) != PHASE_MARK) continue;
      best = max(best, (codeOf(codes, d) << 3) + 5 - d);
    }
  }
  if (best >> 3) return PHASE_MARK + placeOf(5 - (best & 7));
  best = 0;
  let owner = 0;
  for (let d = 0; d < 6; d++) {
    for (let e = d + 1; e < 6; e++) {
      if (d + e == 5) continue;
      const code = codeOf(codes, d) + codeOf(codes, e);
      const place = PHASE_MARK + placeOf(d) + placeOf(e);
      if (code <= best || markBeside(marks, place, z, y, x, nz, ny, nx, periodic) != PHASE_MARK) continue;
      best = code;
      owner = place;
    }
  }
  return owner;
}

/** Bits of the voxels of the phase in the box of 4×4×4 places whose (1, 1, 1) is (z, y, x), as far as it is 3×3×3 and
 *  one more along `axis` (0, 1, 2: z, y, x). */
function phaseBits(marks: usize, axis: i32, z: i32, y: i32, x: i32, nz: i32, ny: i32, nx: i32, periodic: bool): u64 {
  const zs = axis == 0 ? 4 : 3;
  const ys = axis == 1 ? 4 : 3;
  const xs = axis == 2 ? 4 : 3;
  let bits: u64 = 0;
  if (z >= 1 && y >= 1 && x >= 1 && z + zs - 2 < nz && y + ys - 2 < ny && x + 2 < nx) {
    const mark = i8x16.splat(<i8>PHASE_MARK);
    const keep = (1 << xs) - 1;
    for (let k = 0; k < zs; k++) {
      let at = marks + (<usize>(z + k - 1) * <usize>ny + <usize>(y - 1)) * <usize>nx + <usize>(x - 1);
      for (let j = 0; j < ys; j++) {
        bits |= <u64>(i8x16.bitmask(i8x16.eq(v128.load32_zero(at), mark)) & keep) << <u64>((k << 4) + (j << 2));
        at += <usize>nx;
      }
    }
    return bits;
  }
  for (let k = 0; k < zs; k++) {
    for (let j = 0; j < ys; j++) {
      for (let i = 0; i < xs; i++) {
        const mark = markAt(marks, z + k - 1, y + j - 1, x + i - 1, nz, ny, nx, periodic);
        bits |= u64(mark == PHASE_MARK) << <u64>((k << 4) + (j << 2) + i);
      }
    }
  }
  return bits;
}

/** Whether the owners of (z, y, x) and of its neighbour one higher along `axis` are joined within the box around the
 *  two. */
function ownersJoined(
  marks: usize, axis: i32, low: i32, high: i32, z: i32, y: i32, x: i32, nz: i32, ny: i32, nx: i32, periodic: bool,
): bool {
  const goal = high + (16 >> (axis << 1));
  let reached: u64 = (<u64>1) << <u64>low;
  // Flat walls: the owners are one voxel or neighbours.
  if (((reached | grown(reached)) >> <u64>goal) & 1) return true;
  const bits = phaseBits(marks, axis, z, y, x, nz, ny, nx, periodic);
  while (true) {
    const next = bits & (reached | grown(reached));
    if ((next >> <u64>goal) & 1) return true;
    if (next == reached) return false;
    reached = next;
  }
}

/** Sum of n bytes. */
function byteSum(at: usize, n: i32): i32 {
  let sums = i32x4.splat(0);
  let i = 0;
  if (n >= 16) {
    do {
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(v128.load(at + <usize>i))));
      i += 16;
    } while (i + 16 <= n);
  }
  let sum = i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3);
  for (; i < n; i++) sum += load<u8>(at + <usize>i);
  return sum;
}

/** Rules for the `count` faces of a row, at `codes`, between voxels with marks at `low` and at `high`, the first of
 *  which is (z, y, x), coordinates of the low side. @returns the sum of the codes */
function joinRow(
  codes: usize, low: usize, high: usize, count: i32, axis: i32, marks: usize, z: i32, y: i32, x: i32,
  nz: i32, ny: i32, nx: i32, periodic: bool,
): i32 {
  const mark = i8x16.splat(<i8>PHASE_MARK);
  const floor = i8x16.splat(<i8>FLOOR);
  if (count == 0) return 0;
  let i = 0;
  do {
    const at = codes + <usize>i;
    const here = min(16, count - i);
    const code = v128.load(at);
    const solid = v128.and(i8x16.eq(v128.load(low + <usize>i), mark), i8x16.eq(v128.load(high + <usize>i), mark));
    const raised = i8x16.max_u(code, v128.and(solid, floor));
    if (here == 16) {
      v128.store(at, raised);
    } else {
      for (let k = 0; k < here; k++) {
        if (load<u8>(low + <usize>(i + k)) == PHASE_MARK && load<u8>(high + <usize>(i + k)) == PHASE_MARK) {
          store<u8>(at + <usize>k, <u8>max<i32>(FLOOR, load<u8>(at + <usize>k)));
        }
      }
    }
    // Open faces with a cut voxel on one side or both.
    let cut = i8x16.bitmask(v128.andnot(i8x16.ne(code, i8x16.splat(0)), solid)) & ((1 << here) - 1);
    while (cut) {
      const k = <usize>ctz<i32>(cut);
      cut &= cut - 1;
      const a = <i32>load<u8>(low + <usize>i + k);
      const b = <i32>load<u8>(high + <usize>i + k);
      if (a == 0 || b == 0 || !ownersJoined(marks, axis, a, b, z, y, x + i + <i32>k, nz, ny, nx, periodic)) {
        store<u8>(at + k, 0);
      }
    }
    i += 16;
  } while (i < count);
  return byteSum(codes, count);
}

/** Rules for `count` faces of the window across `axis`: phase voxels open, cut voxels only where their owner lies in
 *  the same plane.
 *  @param step bytes from face to face, `stride` from voxel to voxel */
function edgeRow(codes: usize, own: usize, count: i32, axis: i32, step: usize, stride: usize): i32 {
  const shift = (2 - axis) << 1;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const owner = <i32>load<u8>(own);
    let code = <i32>load<u8>(codes);
    if (owner == PHASE_MARK) code = max(code, FLOOR);
    else if (owner == 0 || ((owner >> shift) & 3) != 1) code = 0;
    store<u8>(codes, <u8>code);
    sum += code;
    codes += step;
    own += stride;
  }
  return sum;
}

/** Replaces the 0 of cut voxels in `marks` by their owners', and closes faces that would join what the labels do not.
 *  @param out f64[nz][3]: per plane the sums of codes across z, y, x; those of the window's faces count half
 *  @param facesZ … topX codes of apertureCodes; marks: u8[voxels] of apertureMarks */
export function apertureConnect(
  thread: i32, threads: i32, out: usize, facesZ: usize, facesY: usize, facesX: usize, topZ: usize, topY: usize,
  topX: usize,
  marks: usize, nz: i32, ny: i32, nx: i32, periodic: bool,
): i32 {
  enter();
  const wrap = periodic;
  const first = slabStart(thread, threads, nz);
  const end = slabStart(thread + 1, threads, nz);
  const row = <usize>nx;
  const plane = <usize>ny * row;
  const phase = i8x16.splat(<i8>PHASE_MARK);
  // Only voxels outside the phase are written, and never with PHASE_MARK: other threads read the phase alone.
  for (let z = first; z < end; z++) {
    for (let y = 0; y < ny; y++) {
      const at = <usize>z * plane + <usize>y * row;
      const z0 = facesZ + at;
      const y0 = facesY + at;
      const x0 = facesX + at;
      const z1 = z + 1 < nz ? z0 + plane : topZ + <usize>y * row;
      const y1 = y + 1 < ny ? y0 + row : topY + <usize>z * row;
      const lastX = topX + <usize>z * <usize>ny + <usize>y;
      // Loops over rows test at their end: V8 moves addresses out of them only then.
      let x = 0;
      do {
        const i = <usize>x;
        const open = v128.or(
          v128.or(v128.or(v128.load(z0 + i), v128.load(z1 + i)), v128.or(v128.load(y0 + i), v128.load(y1 + i))),
          v128.or(v128.load(x0 + i), v128.load(x0 + i + 1)),
        );
        const outside = i8x16.ne(v128.load(marks + at + i), phase);
        let cells = i8x16.bitmask(v128.and(outside, i8x16.ne(open, i8x16.splat(0))));
        const here = nx - x;
        // The last voxel's high face lies in topX.
        if (here <= 16) cells = (cells & ((1 << here) - 1)) | (i8x16.bitmask(outside) & (1 << (here - 1)));
        while (cells) {
          const k = <usize>ctz<i32>(cells);
          cells &= cells - 1;
          const j = i + k;
          const x1 = <i32>j + 1 < nx ? x0 + j + 1 : lastX;
          const codes = <u64>load<u8>(z0 + j) | (<u64>load<u8>(y0 + j) << 8) | (<u64>load<u8>(x0 + j) << 16)
            | (<u64>load<u8>(x1) << 24) | (<u64>load<u8>(y1 + j) << 32) | (<u64>load<u8>(z1 + j) << 40);
          if (!codes) continue;
          const owner = ownerOf(codes, marks, z, y, <i32>j, nz, ny, nx, wrap);
          store<u8>(marks + at + j, <u8>owner);
        }
        x += 16;
      } while (x < nx);
      if (poll(thread, nx)) break;
    }
  }
  const status = barrier(thread, threads);
  if (status) return status;

  for (let z = first; z < end; z++) {
    let sumZ: f64 = 0;
    let sumY: f64 = 0;
    let sumX: f64 = 0;
    for (let y = 0; y < ny; y++) {
      const at = <usize>z * plane + <usize>y * row;
      const own = marks + at;
      if (z > 0) {
        sumZ += <f64>joinRow(facesZ + at, own - plane, own, nx, 0, marks, z - 1, y, 0, nz, ny, nx, wrap);
      } else if (wrap) {
        sumZ += <f64>joinRow(facesZ + at, own + <usize>(nz - 1) * plane, own, nx, 0, marks, -1, y, 0, nz, ny, nx, true);
        memory.copy(topZ + <usize>y * row, facesZ + at, row);
      } else {
        sumZ += 0.5 * <f64>edgeRow(facesZ + at, own, nx, 0, 1, 1);
      }
      if (z == nz - 1 && !wrap) sumZ += 0.5 * <f64>edgeRow(topZ + <usize>y * row, own, nx, 0, 1, 1);

      if (y > 0) {
        sumY += <f64>joinRow(facesY + at, own - row, own, nx, 1, marks, z, y - 1, 0, nz, ny, nx, wrap);
      } else if (wrap) {
        sumY += <f64>joinRow(facesY + at, own + <usize>(ny - 1) * row, own, nx, 1, marks, z, -1, 0, nz, ny, nx, true);
        memory.copy(topY + <usize>z * row, facesY + at, row);
      } else {
        sumY += 0.5 * <f64>edgeRow(facesY + at, own, nx, 1, 1, 1);
      }
      if (y == ny - 1 && !wrap) sumY += 0.5 * <f64>edgeRow(topY + <usize>z * row, own, nx, 1, 1, 1);

      const lastX = topX + <usize>z * <usize>ny + <usize>y;
      if (wrap) {
        sumX += <f64>joinRow(facesX + at, own + row - 1, own, 1, 2, marks, z, y, -1, nz, ny, nx, true);
        store<u8>(lastX, load<u8>(facesX + at));
      } else {
        sumX += 0.5 * <f64>(edgeRow(facesX + at, own, 1, 2, 1, 1) + edgeRow(lastX, own + row - 1, 1, 2, 1, 1));
      }
      sumX += <f64>joinRow(facesX + at + 1, own, own + 1, nx - 1, 2, marks, z, y, 0, nz, ny, nx, wrap);
      if (poll(thread, nx)) break;
    }
    const sums = out + <usize>z * 24;
    store<f64>(sums, sumZ);
    store<f64>(sums, sumY, 8);
    store<f64>(sums, sumX, 16);
  }
  return barrier(thread, threads);
}
