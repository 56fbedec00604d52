// What warnings about labels are decided on: where labels change along the axes, what lies between two others, and
// which voxels are in no block of 2×2×2 alike. Changes are found 16 voxels at a time; a change looks back along its
// line for the run that ended, so that all the rest of an image costs a comparison.
import { RUNS_CHANGES, RUNS_ENDS, RUNS_PAIRS, RUNS_THIN, RUNS_VOXELS } from '../layout';
import { barrier, enter, poll, slabStart } from '../core/control';
import { firstBytes } from '../core/lanes';

/** Longest run between two others that may be the trace of a blurred boundary, voxels. */
const LINING: i32 = 2;

// @ts-ignore: decorator
@inline
function count(at: usize): void {
  store<u32>(at, load<u32>(at) + 1);
}

/** One change: the voxel at `at` and the one `stride` before it. before: how many voxels of the line lie before it. */
function change(counts: usize, at: usize, stride: usize, before: i32, places: usize, kinds: i32): void {
  const label = <i32>load<u8>(places + <usize>load<u8>(at));
  const last = <i32>load<u8>(places + <usize>load<u8>(at - stride));
  count(counts + (<usize>RUNS_CHANGES << 2));
  count(counts + (<usize>(RUNS_ENDS + last) << 2));
  count(counts + (<usize>(RUNS_ENDS + label) << 2));
  if (kinds == 0) return;
  const pairs = counts + (<usize>RUNS_PAIRS << 2);
  count(pairs + (<usize>(min(last, label) * kinds + max(last, label)) << 2));
  for (let length = 1; length <= LINING && length < before; length++) {
    const first = <i32>load<u8>(places + <usize>load<u8>(at - <usize>(length + 1) * stride));
    if (first == last) continue;
    if (first == label) return;
    const triple = (min(first, label) * kinds + max(first, label)) * kinds + last;
    count(pairs + (<usize>(kinds * kinds + triple) << 2));
    return;
  }
}

/** Changes of a row against the voxels `stride` before: x from `from` on. step: 1 along the row, else 0. */
// @ts-ignore: decorator
@inline
function changes(
  counts: usize, row: usize, from: i32, nx: i32, stride: usize, place: i32, step: i32, places: usize, kinds: i32,
): void {
  for (let x = from; x < nx; x += 16) {
    const at = row + <usize>x;
    // Lanes behind the row are compared, too, but not counted: leases end in canaries and padding.
    let bits = ~i8x16.bitmask(i8x16.eq(v128.load(at), v128.load(at - stride))) & 0xffff;
    if (nx - x < 16) bits &= (1 << (nx - x)) - 1;
    while (bits) {
      const k = ctz(bits);
      bits &= bits - 1;
      change(counts, at + <usize>k, stride, place + step * (x + k), places, kinds);
    }
  }
}

/** blocks[y + 1][x] = 0xff where the 2×2×2 voxels from (z, y, x) on are alike. dz, dy, dx: steps in bytes, 0 along
 *  an axis of one voxel. */
// @ts-ignore: decorator
@inline
function findBlocks(
  blocks: usize, plane: usize, rows: i32, columns: i32, nx: i32, pitch: usize, dz: usize, dy: usize, dx: usize,
): void {
  for (let y = 0; y < rows; y++) {
    const row = plane + <usize>y * <usize>nx;
    const to = blocks + <usize>(y + 1) * pitch;
    for (let x = 0; x < columns; x += 16) {
      const at = row + <usize>x;
      const label = v128.load(at);
      const alike = v128.and(
        v128.and(
          v128.and(i8x16.eq(label, v128.load(at + dx)), i8x16.eq(label, v128.load(at + dy))),
          v128.and(i8x16.eq(label, v128.load(at + dy + dx)), i8x16.eq(label, v128.load(at + dz))),
        ),
        v128.and(
          v128.and(i8x16.eq(label, v128.load(at + dz + dx)), i8x16.eq(label, v128.load(at + dz + dy))),
          i8x16.eq(label, v128.load(at + dz + dy + dx)),
        ),
      );
      v128.store(to + <usize>x, v128.and(alike, firstBytes(columns - x)));
    }
  }
}

/** Voxels of a row by their place, and those that no block holds: neither one that begins at them or before them in
 *  this row, nor in the row before, in this plane or the one before (`here`, `behind`). */
// @ts-ignore: decorator
@inline
function countVoxels(
  counts: usize, row: usize, nx: i32, here: usize, behind: usize, pitch: usize, places: usize, thin: bool,
): void {
  for (let x = 0; x < nx; x += 16) {
    const at = row + <usize>x;
    const left = min(16, nx - x);
    const first = load<u8>(at);
    const voxels = counts + (<usize>RUNS_VOXELS << 2);
    const sixteen = v128.load(at);
    if (left == 16 && i8x16.all_true(i8x16.eq(sixteen, i8x16.splat(<i8>first)))) {
      const own = voxels + (<usize>load<u8>(places + <usize>first) << 2);
      store<u32>(own, load<u32>(own) + 16);
    } else {
      for (let k = 0; k < left; k++) count(voxels + (<usize>load<u8>(places + <usize>load<u8>(at + <usize>k)) << 2));
    }
    if (!thin) continue;
    const a = here + <usize>x;
    const b = behind + <usize>x;
    const covered = v128.or(
      v128.or(
        v128.or(v128.load(a), v128.load(a - 1)), v128.or(v128.load(a + pitch), v128.load(a + pitch - 1)),
      ),
      v128.or(
        v128.or(v128.load(b), v128.load(b - 1)), v128.or(v128.load(b + pitch), v128.load(b + pitch - 1)),
      ),
    );
    let bits = ~i8x16.bitmask(covered) & ((1 << left) - 1);
    while (bits) {
      const label = load<u8>(at + <usize>ctz(bits));
      bits &= bits - 1;
      count(counts + (<usize>(RUNS_THIN + <i32>load<u8>(places + <usize>label)) << 2));
    }
  }
}

/** counts: u32[threads][RUNS_PAIRS + kinds² + kinds³], see the layout; labels: u8[nz·ny·nx], readable 16 bytes beyond
 *  their end; places: u8[256], a label's place in the list of those that occur; kinds: their number, 0: too many for
 *  pairs and widths. blocks: u8[threads][2·(ny + 1)·pitch], pitch: nx up to a multiple of 16, and 16. */
export function labelRuns(
  thread: i32, threads: i32, counts: usize, labels: usize, places: usize, kinds: i32, blocks: usize, pitch: i32,
  nz: i32, ny: i32, nx: i32,
): i32 {
  enter();
  const own = <usize>(RUNS_PAIRS + kinds * kinds * (kinds + 1)) << 2;
  const mine = counts + <usize>thread * own;
  memory.fill(mine, 0, own);
  const rowBytes = <usize>pitch;
  const planeBytes = <usize>(ny + 1) * rowBytes;
  // 16 zeros before each row are its voxels at x < 0, a row of zeros that at y < 0.
  let here = blocks + <usize>thread * 2 * planeBytes;
  memory.fill(here, 0, 2 * planeBytes);
  here += 16;
  let behind = here + planeBytes;
  const plane = <usize>ny * <usize>nx;
  const dz = nz > 1 ? plane : 0;
  const dy: usize = ny > 1 ? <usize>nx : 0;
  const dx: usize = nx > 1 ? 1 : 0;
  const rows = max(1, ny - 1);
  const columns = max(1, nx - 1);
  const blockPlanes = max(1, nz - 1);
  const thin = kinds > 0;
  const first = slabStart(thread, threads, nz);
  const end = slabStart(thread + 1, threads, nz);
  let stopped: bool = false;
  if (thin && first > 0 && first < end) {
    findBlocks(behind, labels + <usize>(first - 1) * plane, rows, columns, nx, rowBytes, dz, dy, dx);
  }
  for (let z = first; z < end && !stopped; z++) {
    const slice = labels + <usize>z * plane;
    if (thin) {
      if (z < blockPlanes) findBlocks(here, slice, rows, columns, nx, rowBytes, dz, dy, dx);
      else memory.fill(here - 16, 0, planeBytes);
    }
    for (let y = 0; y < ny; y++) {
      const row = slice + <usize>y * <usize>nx;
      const above = <usize>y * rowBytes;
      changes(mine, row, 1, nx, 1, 0, 1, places, kinds);
      if (y > 0) changes(mine, row, 0, nx, <usize>nx, y, 0, places, kinds);
      if (z > 0) changes(mine, row, 0, nx, plane, z, 0, places, kinds);
      countVoxels(mine, row, nx, here + above, behind + above, rowBytes, places, thin);
      if ((stopped = poll(thread, nx))) break;
    }
    const swap = here;
    here = behind;
    behind = swap;
  }
  return barrier(thread, threads);
}
