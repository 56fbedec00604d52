// Connected components of one phase, by union-find over runs (maximal stretches of the phase along x).
//
// Runs are numbered in raster order, and the root of a tree is always its lowest run. So the order of the unions does
// not matter: threads join the runs of their own slabs, then one thread joins across the slab borders, and the result
// is the same for every thread count. A run costs 9 bytes; phases of the cathode models have 2.5-17 voxels per run.
//
//   runs: u32 start | end << 16        parents: u32 index of a run that is not higher; of a root, itself
//   after `componentsMeasure`: parents of roots hold ROOT | voxels of the component,
//   faces: one bit for each window face
import { CONTROL_LINE } from '../layout';
import { parentOf, unite } from '../core/clusters';
import { barrier, enter, look, poll, slabStart, tick } from '../core/control';
import { equalBits } from '../core/rows';

/** Marks a root once sizes are known; leaves 31 bits for the voxels. */
export const ROOT: u32 = 0x80000000;
/** Runs between two looks in loops over runs, whose work is not counted in voxels. */
const POLL_RUNS: u32 = 1 << 16;

/** Of 64 bits from x on, those that lie inside the row. */
// @ts-ignore: decorator
@inline
function insideRow(x: i32, nx: i32): u64 {
  return nx - x >= 64 ? ~(<u64>0) : ((<u64>1) << <u64>(nx - x)) - 1;
}

/** Runs of each row: rowStart[row + 1] = count, not yet summed. */
function countRuns(rowStart: usize, at: usize, nx: i32, label: v128): void {
  let count = 0;
  let carry: u64 = 0;
  for (let x = 0; x < nx; x += 64) {
    const bits = equalBits(at + <usize>x, label) & insideRow(x, nx);
    count += <i32>popcnt(bits & ~((bits << 1) | carry));
    carry = bits >> 63;
  }
  store<u32>(rowStart, count, 4);
}

function extractRuns(runs: usize, at: usize, nx: i32, label: v128): void {
  let out = runs;
  let start = 0;
  let carry: u64 = 0;
  let open = false;
  for (let x = 0; x < nx; x += 64) {
    const bits = equalBits(at + <usize>x, label) & insideRow(x, nx);
    let edges = bits ^ ((bits << 1) | carry);
    carry = bits >> 63;
    while (edges != 0) {
      const edge = x + <i32>ctz(edges);
      edges &= edges - 1;
      if (open) {
        store<u32>(out, start | (edge << 16));
        out += 4;
      } else {
        start = edge;
      }
      open = !open;
    }
  }
  if (open) store<u32>(out, start | (nx << 16));
}

/** Joins the touching runs of two rows. reach: 0 when runs must share an x, 1 when neighbouring x are enough. */
function joinRows(runs: usize, parents: usize, rowStart: usize, rowA: i32, rowB: i32, reach: u32): void {
  let a = load<u32>(rowStart + (<usize>rowA << 2));
  let b = load<u32>(rowStart + (<usize>rowB << 2));
  const endA = load<u32>(rowStart + (<usize>rowA << 2), 4);
  const endB = load<u32>(rowStart + (<usize>rowB << 2), 4);
  if (a == endA || b == endB) return;
  let runA = load<u32>(runs + (<usize>a << 2));
  let runB = load<u32>(runs + (<usize>b << 2));
  while (true) {
    const stopA = runA >>> 16;
    const stopB = runB >>> 16;
    if ((runA & 0xffff) < stopB + reach && (runB & 0xffff) < stopA + reach) unite(parents, a, b);
    if (stopA < stopB) {
      if (++a == endA) return;
      runA = load<u32>(runs + (<usize>a << 2));
    } else {
      if (++b == endB) return;
      runB = load<u32>(runs + (<usize>b << 2));
    }
  }
}

/** Joins the rows of slice z with those of the slice before. @returns whether the thread should stop. */
function joinPlanes(
  thread: i32, runs: usize, parents: usize, rowStart: usize, z: i32, ny: i32, nx: i32, neighbourhood: i32,
): bool {
  const straight: u32 = neighbourhood == 6 ? 0 : 1;
  const diagonal: u32 = neighbourhood == 26 ? 1 : 0;
  for (let y = 0; y < ny; y++) {
    const row = z * ny + y;
    const before = row - ny;
    joinRows(runs, parents, rowStart, before, row, straight);
    if (neighbourhood != 6) {
      if (y > 0) joinRows(runs, parents, rowStart, before - 1, row, diagonal);
      if (y + 1 < ny) joinRows(runs, parents, rowStart, before + 1, row, diagonal);
    }
    if (look(thread, nx)) return true;
  }
  return false;
}

/** Finds the runs of `phase` and joins them into components; every parent ends as the root, the lowest run.
 *  rowStart: u32[nz · ny + 1], first run of each row; runs, parents: u32[as many as there can be], see the wrapper.
 *  labels: u8[nz · ny · nx + 64], the bytes behind the last voxel are read and not used. neighbourhood: 6, 18 or 26.
 *  nx < 65536. Work counted: twice the voxels. */
export function componentsJoin(
  thread: i32, threads: i32, rowStart: usize, runs: usize, parents: usize, labels: usize, nz: i32, ny: i32, nx: i32,
  phase: i32, neighbourhood: i32,
): i32 {
  enter();
  const label = i8x16.splat(<i8>phase);
  const zStart = slabStart(thread, threads, nz);
  const zEnd = slabStart(thread + 1, threads, nz);
  const rowFirst = zStart * ny;
  const rowEnd = zEnd * ny;
  for (let row = rowFirst; row < rowEnd; row++) {
    countRuns(rowStart + (<usize>row << 2), labels + <usize>row * <usize>nx, nx, label);
    if (poll(thread, nx)) break;
  }
  const counted = barrier(thread, threads);
  if (counted) return counted;
  if (thread == 0) {
    let sum: u32 = 0;
    store<u32>(rowStart, 0);
    for (let row = 1; row <= nz * ny; row++) {
      const at = rowStart + (<usize>row << 2);
      sum += load<u32>(at);
      store<u32>(at, sum);
    }
  }
  const summed = barrier(thread, threads);
  if (summed) return summed;
  for (let z = zStart; z < zEnd; z++) {
    let stop: bool = false;
    for (let y = 0; y < ny; y++) {
      const row = z * ny + y;
      const first = load<u32>(rowStart + (<usize>row << 2));
      const end = load<u32>(rowStart + (<usize>row << 2), 4);
      extractRuns(runs + (<usize>first << 2), labels + <usize>row * <usize>nx, nx, label);
      for (let i = first; i < end; i++) store<u32>(parents + (<usize>i << 2), i);
      if (y > 0) joinRows(runs, parents, rowStart, row - 1, row, neighbourhood == 6 ? 0 : 1);
      if ((stop = poll(thread, nx))) break;
    }
    if (stop) break;
    // The slice before is complete now; within the slab both belong to this thread.
    if (z > zStart) stop = joinPlanes(thread, runs, parents, rowStart, z, ny, nx, neighbourhood);
    if (stop) break;
  }
  const joined = barrier(thread, threads);
  if (joined) return joined;
  if (thread == 0) {
    for (let t = 1; t < threads; t++) {
      const z = slabStart(t, threads, nz);
      if (z == 0 || z == slabStart(t - 1, threads, nz)) continue;
      if (joinPlanes(thread, runs, parents, rowStart, z, ny, nx, neighbourhood)) break;
    }
  }
  const merged = barrier(thread, threads);
  if (merged) return merged;
  // Another thread may shorten the paths that are followed here; every value seen is an ancestor, and the root is
  // unique.
  const last = load<u32>(rowStart + (<usize>rowEnd << 2));
  for (let i = load<u32>(rowStart + (<usize>rowFirst << 2)); i < last; i++) {
    if ((i & (POLL_RUNS - 1)) == 0 && tick(thread, 0)) break;
    let root = parentOf(parents, i);
    let above = parentOf(parents, root);
    while (above != root) {
      root = above;
      above = parentOf(parents, root);
    }
    store<u32>(parents + (<usize>i << 2), root);
  }
  return barrier(thread, threads);
}

/** Adds up voxels and window faces of the components, then the totals.
 *  totals: u64[16]: components, voxels, largest; voxels in components that touch the low and high face of z, y, x (3 …
 *  8); voxels of components that touch both faces of z, y, x (9 … 11). faces: u8[runs].
 *  Reads what `componentsJoin` left; afterwards parents of roots hold ROOT | voxels. Work counted: the voxels. */
export function componentsMeasure(
  thread: i32, threads: i32, totals: usize, faces: usize, rowStart: usize, runs: usize, parents: usize,
  nz: i32, ny: i32, nx: i32,
): i32 {
  enter();
  const zEnd = slabStart(thread + 1, threads, nz);
  const rowFirst = slabStart(thread, threads, nz) * ny;
  const rowEnd = zEnd * ny;
  const first = load<u32>(rowStart + (<usize>rowFirst << 2));
  const last = load<u32>(rowStart + (<usize>rowEnd << 2));
  // Sizes are gathered in the roots' own parent words, so roots are marked before anyone adds.
  memory.fill(faces + <usize>first, 0, <usize>(last - first));
  for (let i = first; i < last; i++) {
    if ((i & (POLL_RUNS - 1)) == 0 && tick(thread, 0)) break;
    if (parentOf(parents, i) == i) store<u32>(parents + (<usize>i << 2), ROOT);
  }
  const marked = barrier(thread, threads);
  if (marked) return marked;
  // Most runs belong to one large component: sums are kept while the root stays the same.
  let root: u32 = 0xffffffff;
  let size: u32 = 0;
  let touched: u32 = 0;
  for (let row = rowFirst; row < rowEnd; row++) {
    const z = row / ny;
    const y = row - z * ny;
    const rowFaces: u32 =
      (z == 0 ? 1 : 0) | (z == nz - 1 ? 2 : 0) | (y == 0 ? 4 : 0) | (y == ny - 1 ? 8 : 0);
    const end = load<u32>(rowStart + (<usize>row << 2), 4);
    for (let i = load<u32>(rowStart + (<usize>row << 2)); i < end; i++) {
      const parent = parentOf(parents, i);
      const own = parent & ROOT ? i : parent;
      if (own != root) {
        if (size) {
          atomic.add<u32>(parents + (<usize>root << 2), size);
          if (touched) atomic.or<u8>(faces + <usize>root, <u8>touched);
        }
        root = own;
        size = 0;
        touched = 0;
      }
      const run = load<u32>(runs + (<usize>i << 2));
      const start = run & 0xffff;
      const stop = run >>> 16;
      size += stop - start;
      touched |= rowFaces | (start == 0 ? 16 : 0) | (stop == <u32>nx ? 32 : 0);
    }
    if (poll(thread, nx)) break;
  }
  if (size) {
    atomic.add<u32>(parents + (<usize>root << 2), size);
    if (touched) atomic.or<u8>(faces + <usize>root, <u8>touched);
  }
  if (thread == 0) memory.fill(totals, 0, 2 * CONTROL_LINE);
  const added = barrier(thread, threads);
  if (added) return added;
  if (thread == 0) {
    const all = load<u32>(rowStart + (<usize>(nz * ny) << 2));
    for (let i: u32 = 0; i < all; i++) {
      if ((i & (POLL_RUNS - 1)) == 0 && tick(thread, 0)) break;
      const word = parentOf(parents, i);
      if (!(word & ROOT)) continue;
      const voxels = <u64>(word & ~ROOT);
      store<u64>(totals, load<u64>(totals) + 1);
      store<u64>(totals, load<u64>(totals, 8) + voxels, 8);
      store<u64>(totals, max(load<u64>(totals, 16), voxels), 16);
      const bits = <u32>load<u8>(faces + <usize>i);
      for (let k = 0; k < 6; k++) {
        if (bits & (1 << k)) {
          const at = totals + (<usize>(3 + k) << 3);
          store<u64>(at, load<u64>(at) + voxels);
        }
      }
      for (let k = 0; k < 3; k++) {
        if (((bits >> (2 * k)) & 3) == 3) {
          const at = totals + (<usize>(9 + k) << 3);
          store<u64>(at, load<u64>(at) + voxels);
        }
      }
    }
  }
  return barrier(thread, threads);
}

/** Numbers the components 1, 2, … in raster order of their first voxels: parents of roots become ROOT | number and
 *  sizes[number − 1] their voxels. sizes: u32[components]. Runs on one thread while the others wait. */
export function componentsNumber(thread: i32, threads: i32, sizes: usize, parents: usize, runCount: u32): i32 {
  enter();
  if (thread == 0) {
    let number: u32 = 0;
    for (let i: u32 = 0; i < runCount; i++) {
      if ((i & (POLL_RUNS - 1)) == 0 && tick(thread, 0)) break;
      const at = parents + (<usize>i << 2);
      const word = load<u32>(at);
      if (!(word & ROOT)) continue;
      store<u32>(sizes + (<usize>number << 2), word & ~ROOT);
      store<u32>(at, ROOT | ++number);
    }
  }
  return barrier(thread, threads);
}

/** Component numbers of rows `from` … `to` − 1: out u32[(to − from) · nx], 0 outside the phase. After
 *  componentsNumber. */
export function componentsPaint(
  thread: i32, threads: i32, out: usize, rowStart: usize, runs: usize, parents: usize, nx: i32, from: i32, to: i32,
): i32 {
  enter();
  const rows = to - from;
  const end = slabStart(thread + 1, threads, rows);
  for (let r = slabStart(thread, threads, rows); r < end; r++) {
    const line = out + ((<usize>r * <usize>nx) << 2);
    memory.fill(line, 0, <usize>nx << 2);
    const at = rowStart + (<usize>(from + r) << 2);
    const stopRun = load<u32>(at, 4);
    for (let i = load<u32>(at); i < stopRun; i++) {
      let word = parentOf(parents, i);
      if (!(word & ROOT)) word = parentOf(parents, word);
      const run = load<u32>(runs + (<usize>i << 2));
      const start = <usize>(run & 0xffff) << 2;
      const stop = <usize>(run >>> 16) << 2;
      const number = i32x4.splat(word & ~ROOT);
      let x = start;
      for (; x + 16 <= stop; x += 16) v128.store(line + x, number);
      for (; x < stop; x += 4) store<u32>(line + x, word & ~ROOT);
    }
    if (poll(thread, nx)) break;
  }
  return barrier(thread, threads);
}

/** Gives `label` to all voxels of the phase whose component does not touch the faces of all bits in `face`, in place.
 *  After componentsMeasure. */
export function componentsDisconnect(
  thread: i32, threads: i32, labels: usize, faces: usize, rowStart: usize, runs: usize, parents: usize,
  nz: i32, ny: i32, nx: i32, face: i32, label: i32,
): i32 {
  enter();
  const end = slabStart(thread + 1, threads, nz * ny);
  for (let row = slabStart(thread, threads, nz * ny); row < end; row++) {
    const at = rowStart + (<usize>row << 2);
    const stopRun = load<u32>(at, 4);
    for (let i = load<u32>(at); i < stopRun; i++) {
      const parent = parentOf(parents, i);
      const root = parent & ROOT ? i : parent;
      if ((<i32>load<u8>(faces + <usize>root) & face) == face) continue;
      const run = load<u32>(runs + (<usize>i << 2));
      const start = run & 0xffff;
      memory.fill(labels + <usize>row * <usize>nx + <usize>start, <u8>label, <usize>((run >>> 16) - start));
    }
    if (poll(thread, nx)) break;
  }
  return barrier(thread, threads);
}
