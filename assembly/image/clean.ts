// Removal of small components, and filling of removed voxels from their surroundings.
import { barrier, enter, leave, look, poll, slabStart, tick } from '../core/control';
import { ROOT } from '../morphology/components';
import { POLL_STEP } from '../layout';

/** A voxel of a small component, one that was looked at in this round, one that has got its new label in this round. */
const SMALL: u8 = 1;
const SEEN: u8 = 2;
const DONE: u8 = 3;

/** mask = 1 at the voxels of the phase's components with fewer than `least` voxels; other bytes are left. After
 *  componentsMeasure. mask: u8[nz·ny·nx]. */
export function markSmall(
  thread: i32, threads: i32, mask: usize, rowStart: usize, runs: usize, parents: usize, rows: i32, nx: i32, least: u32,
): i32 {
  enter();
  const end = slabStart(thread + 1, threads, rows);
  for (let row = slabStart(thread, threads, rows); row < end; row++) {
    const at = rowStart + (<usize>row << 2);
    const stop = load<u32>(at, 4);
    for (let i = load<u32>(at); i < stop; i++) {
      let word = load<u32>(parents + (<usize>i << 2));
      if (!(word & ROOT)) word = load<u32>(parents + (<usize>word << 2));
      if ((word & ~ROOT) >= least) continue;
      const run = load<u32>(runs + (<usize>i << 2));
      const start = run & 0xffff;
      memory.fill(mask + <usize>row * <usize>nx + <usize>start, SMALL, <usize>((run >>> 16) - start));
    }
    if (poll(thread, nx)) break;
  }
  return barrier(thread, threads);
}

/** Gives each component of marked voxels the label that most of the faces between it and unmarked voxels have; the
 *  lowest of equals. Components that touch no unmarked voxel wait for the next round. All marks are 0 afterwards;
 *  result[0] = components, result[1] = voxels that got another label, result[2] = voxels that no round reached: all are
 *  marked. labels, mask: u8[nz·ny·nx]; list: u32[largest marked component]; votes: u32[256]; result: u32[3].
 *  On one thread while the others wait: the time goes with the marked voxels, which are few. */
export function absorbSmall(
  thread: i32, threads: i32, result: usize, labels: usize, mask: usize, list: usize, votes: usize, nz: i32, ny: i32,
  nx: i32,
): i32 {
  enter();
  if (thread == 0) {
    memory.fill(result, 0, 12);
    let waiting = 0;
    do {
      const before = waiting;
      waiting = round(result, labels, mask, list, votes, nz, ny, nx);
      if (waiting < 0 || (waiting > 0 && waiting == before)) break;
    } while (waiting > 0);
    store<u32>(result, <u32>max(waiting, 0), 8);
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}

/** @returns voxels that still wait; −1 when the job was cancelled. */
function round(result: usize, labels: usize, mask: usize, list: usize, votes: usize, nz: i32, ny: i32, nx: i32): i32 {
  const plane = ny * nx;
  const total = nz * plane;
  let waiting = 0;
  for (let first = 0; first < total; first++) {
    // Marked voxels are few.
    if ((first & 15) == 0 && first + 16 <= total && !v128.any_true(v128.load(mask + <usize>first))) {
      if (poll(0, 16)) return -1;
      first += 15;
      continue;
    }
    if (poll(0, 1)) return -1;
    if (load<u8>(mask + <usize>first) != SMALL) continue;
    const own = load<u8>(labels + <usize>first);
    memory.fill(votes, 0, 1024);
    let voters = 0;
    let count = 1;
    store<u32>(list, first);
    store<u8>(mask + <usize>first, SEEN);
    for (let k = 0; k < count; k++) {
      const i = load<i32>(list + (<usize>k << 2));
      const z = i / plane;
      const y = (i - z * plane) / nx;
      const x = i - z * plane - y * nx;
      for (let side = 0; side < 6; side++) {
        let j = i;
        if (side == 0 && z > 0) j -= plane;
        else if (side == 1 && z + 1 < nz) j += plane;
        else if (side == 2 && y > 0) j -= nx;
        else if (side == 3 && y + 1 < ny) j += nx;
        else if (side == 4 && x > 0) j--;
        else if (side == 5 && x + 1 < nx) j++;
        if (j == i) continue;
        const state = load<u8>(mask + <usize>j);
        const label = load<u8>(labels + <usize>j);
        if (state == 0) {
          const at = votes + (<usize>label << 2);
          store<u32>(at, load<u32>(at) + 1);
          voters++;
        } else if (state == SMALL && label == own) {
          store<u8>(mask + <usize>j, SEEN);
          store<i32>(list + (<usize>count << 2), j);
          count++;
        }
      }
    }
    if (look(0, count)) return -1;
    if (voters == 0) {
      waiting += count;
      continue;
    }
    let best: u32 = 0;
    for (let label: u32 = 1; label < 256; label++) {
      if (load<u32>(votes + (<usize>label << 2)) > load<u32>(votes + (<usize>best << 2))) best = label;
    }
    // Neither votes nor is joined before the round ends: the order of the components does not matter.
    for (let k = 0; k < count; k++) {
      const i = <usize>load<u32>(list + (<usize>k << 2));
      store<u8>(mask + i, DONE);
      store<u8>(labels + i, <u8>best);
    }
    store<u32>(result, load<u32>(result) + 1);
    store<u32>(result, load<u32>(result, 4) + <u32>count, 4);
  }
  for (let i = 0; i < total; i++) {
    if ((i & 0xffff) == 0 && tick(0, 0)) return -1;
    if ((i & 15) == 0 && i + 16 <= total && !v128.any_true(v128.load(mask + <usize>i))) {
      i += 15;
      continue;
    }
    const state = load<u8>(mask + <usize>i);
    if (state == DONE) store<u8>(mask + <usize>i, 0);
    else if (state == SEEN) store<u8>(mask + <usize>i, SMALL);
  }
  return waiting;
}

/** mask = 1 at the voxels of `phase`, or at all others when `others` is not 0. mask, labels: u8[count]. */
export function phaseMask(
  thread: i32, threads: i32, mask: usize, labels: usize, phase: i32, others: bool, count: u32,
): i32 {
  enter();
  const blocks = <i32>((count + POLL_STEP - 1) / POLL_STEP);
  const end = slabStart(thread + 1, threads, blocks);
  for (let block = slabStart(thread, threads, blocks); block < end; block++) {
    const from = <usize>block * POLL_STEP;
    const to = min(<usize>count, from + POLL_STEP);
    for (let i = from; i < to; i++) {
      store<u8>(mask + i, u8((load<u8>(labels + i) == <u8>phase) != others));
    }
    if (tick(thread, to - from)) break;
  }
  return barrier(thread, threads);
}

/** labels = phase wherever mask is 0. */
export function paintOutside(thread: i32, threads: i32, labels: usize, mask: usize, phase: i32, count: u32): i32 {
  enter();
  const blocks = <i32>((count + POLL_STEP - 1) / POLL_STEP);
  const end = slabStart(thread + 1, threads, blocks);
  for (let block = slabStart(thread, threads, blocks); block < end; block++) {
    const from = <usize>block * POLL_STEP;
    const to = min(<usize>count, from + POLL_STEP);
    for (let i = from; i < to; i++) if (load<u8>(mask + i) == 0) store<u8>(labels + i, <u8>phase);
    if (tick(thread, to - from)) break;
  }
  return barrier(thread, threads);
}

/** Fills voxels of `phase` whose mask is 0 from the other phases around them: in each round those that have a face to
 *  another phase take the label of most such faces, the lowest of equals. What no round reaches gets `rest`.
 *  mask: u8[nz·ny·nx], overwritten. left: i32[threads·16]. */
export function regrow(
  thread: i32, threads: i32, labels: usize, mask: usize, left: usize, phase: i32, rest: i32, nz: i32, ny: i32, nx: i32,
): i32 {
  enter();
  const plane = ny * nx;
  const from = slabStart(thread, threads, nz * ny);
  const end = slabStart(thread + 1, threads, nz * ny);
  // From here on: 0 voter or kept, 1 waits, 2 filled in this round.
  for (let row = from; row < end; row++) {
    for (let i = row * nx; i < row * nx + nx; i++) {
      const waits = load<u8>(mask + <usize>i) == 0 && load<u8>(labels + <usize>i) == <u8>phase;
      store<u8>(mask + <usize>i, u8(waits));
    }
    if (poll(thread, nx)) break;
  }
  let status = barrier(thread, threads);
  if (status) return status;
  let before: i32 = -1;
  for (;;) {
    let waiting = 0;
    for (let row = from; row < end; row++) {
      const z = row / ny;
      const y = row - z * ny;
      for (let x = 0; x < nx; x++) {
        const i = row * nx + x;
        if (load<u8>(mask + <usize>i) != 1) continue;
        const label = vote(labels, mask, phase, i, z, y, x, nz, ny, nx, plane);
        if (label < 0) {
          waiting++;
          continue;
        }
        store<u8>(labels + <usize>i, <u8>label);
        store<u8>(mask + <usize>i, 2);
      }
      if (look(thread, nx)) break;
    }
    store<i32>(left + (<usize>thread << 6), waiting);
    status = barrier(thread, threads);
    if (status) return status;
    let all = 0;
    for (let t = 0; t < threads; t++) all += load<i32>(left + (<usize>t << 6));
    const last = all == 0 || all == before;
    before = all;
    for (let row = from; row < end; row++) {
      for (let i = row * nx; i < row * nx + nx; i++) {
        const state = load<u8>(mask + <usize>i);
        if (state == 2) store<u8>(mask + <usize>i, 0);
        else if (state == 1 && last) store<u8>(labels + <usize>i, <u8>rest);
      }
      if (look(thread, nx)) break;
    }
    status = barrier(thread, threads);
    if (status) return status;
    if (last) break;
  }
  return leave();
}

// @ts-ignore: decorator
@inline
function voterAt(labels: usize, mask: usize, phase: i32, i: i32): i32 {
  const label = <i32>load<u8>(labels + <usize>i);
  return load<u8>(mask + <usize>i) == 0 && label != phase ? label : -1;
}

/** Label of most faces to voters, the lowest of equals; −1 without any. */
function vote(
  labels: usize, mask: usize, phase: i32, i: i32, z: i32, y: i32, x: i32, nz: i32, ny: i32, nx: i32, plane: i32,
): i32 {
  let a = z > 0 ? voterAt(labels, mask, phase, i - plane) : -1;
  let b = z + 1 < nz ? voterAt(labels, mask, phase, i + plane) : -1;
  let c = y > 0 ? voterAt(labels, mask, phase, i - nx) : -1;
  let d = y + 1 < ny ? voterAt(labels, mask, phase, i + nx) : -1;
  let e = x > 0 ? voterAt(labels, mask, phase, i - 1) : -1;
  let f = x + 1 < nx ? voterAt(labels, mask, phase, i + 1) : -1;
  let best = -1;
  let most = 0;
  for (let k = 0; k < 6; k++) {
    const label = a;
    if (label >= 0) {
      const n =
        i32(a == label) + i32(b == label) + i32(c == label) + i32(d == label) + i32(e == label) + i32(f == label);
      if (n > most || (n == most && label < best)) {
        most = n;
        best = label;
      }
    }
    a = b;
    b = c;
    c = d;
    d = e;
    e = f;
    f = label;
  }
  return best;
}
