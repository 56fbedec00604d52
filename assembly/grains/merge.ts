// Which basins are one grain. At the voxels where they meet, deepest first, two basins are one where the less deep of
// their peaks stands out too little: by its dynamics, its depth less that of the saddle, or by the share of its depth
// that the saddle has. The first meeting of two basins is their highest saddle, so each pair is judged at its dynamics
// (Grimaud 1992; the merge tree of the flood), and later meetings of a pair only at lower saddles.
import { barrier, enter, leave, poll, slabStart, tick } from '../core/control';
import { SETTLED } from './basins';

const POLL_ENTRIES: u32 = 1 << 16;

/** The basin that holds b now; halves the path on the way. */
function holderOf(holders: usize, b: u32): u32 {
  let at = b;
  let holder = load<u32>(holders + (<usize>at << 2));
  while (holder != at) {
    const above = load<u32>(holders + (<usize>holder << 2));
    store<u32>(holders + (<usize>at << 2), above);
    at = holder;
    holder = above;
  }
  return at;
}

/** What `mergeBasins` takes. */
@unmanaged
export class Merging {
  /** u32[count], u32[count], u64[count]: of `listMeetings`, the first two sorted by keys. */
  order: usize;
  keys: usize;
  pairs: usize;
  /** u32[rows·nx], of `numberBasins`. */
  basins: usize;
  /** u32[found]: the basin that holds each one; afterwards the number of the grain, from 1 in raster order of the
   *  first voxels. */
  holders: usize;
  /** f32[found]: squared depth of the peak of each basin. */
  heights: usize;
  /** u32[found], scratch. */
  numbers: usize;
  /** u32[1]: grains. */
  grains: usize;
  rows: i32;
  nx: i32;
  count: u32;
  /** Basins. */
  found: u32;
  /** Least dynamics of a grain, in the unit of the depths. */
  dynamics: f64;
  /** Largest share of the lower peak's depth that a saddle between two grains has. */
  ratio: f64;
}

/** Joins two basins that meet at a squared depth, unless they are two grains. */
function meet(run: Merging, a: u32, b: u32, depth: f32): void {
  const holders = run.holders, heights = run.heights;
  const own = holderOf(holders, a);
  const other = holderOf(holders, b);
  if (own == other) return;
  const ownPeak = load<f32>(heights + (<usize>own << 2));
  const otherPeak = load<f32>(heights + (<usize>other << 2));
  const peak = Math.sqrt(<f64>min(ownPeak, otherPeak));
  const saddle = Math.sqrt(<f64>depth);
  if (peak - saddle >= run.dynamics && saddle <= run.ratio * peak) return;
  // Of equal peaks that with the lower index, which the flood reaches first, stays.
  const stays = ownPeak > otherPeak || (ownPeak == otherPeak && own < other);
  store<u32>(holders + (<usize>(stays ? other : own) << 2), stays ? own : other);
}

/** Joins basins into grains and numbers the grains. On one thread while the others wait. Work counted: the voxels. */
export function mergeBasins(thread: i32, threads: i32, run: Merging): i32 {
  enter();
  if (thread == 0) {
    const holders = run.holders, numbers = run.numbers, basins = run.basins;
    for (let i: u32 = 0; i < run.count; i++) {
      if ((i & (POLL_ENTRIES - 1)) == 0 && tick(0, 0)) break;
      const pair = load<u64>(run.pairs + (<usize>load<u32>(run.order + (<usize>i << 2)) << 3));
      meet(run, <u32>pair, <u32>(pair >> 32), reinterpret<f32>(~load<u32>(run.keys + (<usize>i << 2))));
    }
    memory.fill(numbers, 0, <usize>run.found << 2);
    // Grains are numbered where the raster meets them; most voxels have the basin of the one before.
    let next: u32 = 0;
    let last: u32 = 0;
    for (let row = 0; row < run.rows; row++) {
      const from = basins + ((<usize>row * <usize>run.nx) << 2);
      for (let x: usize = 0; x < <usize>run.nx << 2; x += 4) {
        const word = load<u32>(from + x);
        if (word == last || word == 0) continue;
        last = word;
        const at = numbers + (<usize>holderOf(holders, word & ~SETTLED) << 2);
        if (load<u32>(at) == 0) store<u32>(at, ++next);
      }
      if (poll(0, run.nx)) break;
    }
    store<u32>(run.grains, next);
    for (let b: u32 = 0; b < run.found; b++) store<u32>(holders + (<usize>b << 2), holderOf(holders, b));
    for (let b: u32 = 0; b < run.found; b++) {
      const at = holders + (<usize>b << 2);
      store<u32>(at, load<u32>(numbers + (<usize>load<u32>(at) << 2)));
    }
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}

/** Grain numbers of rows `from` … `to` − 1: out u32[(to − from) · nx], 0 outside the phase. numbers: u32 by basin. */
export function paintGrains(
  thread: i32, threads: i32, out: usize, basins: usize, numbers: usize, nx: i32, from: i32, to: i32,
): i32 {
  enter();
  const rows = to - from;
  const end = slabStart(thread + 1, threads, rows);
  for (let r = slabStart(thread, threads, rows); r < end; r++) {
    const line = out + ((<usize>r * <usize>nx) << 2);
    const words = basins + ((<usize>(from + r) * <usize>nx) << 2);
    for (let x: usize = 0; x < <usize>nx << 2; x += 4) {
      const word = load<u32>(words + x);
      store<u32>(line + x, word == 0 ? 0 : load<u32>(numbers + (<usize>(word & ~SETTLED) << 2)));
    }
    if (poll(thread, nx)) break;
  }
  const status = barrier(thread, threads);
  return status ? status : leave();
}
