// How much openings of many radii cover, in one call: of balls with centres anywhere, and of those that enter from a
// face. Radii share the centres and the flood; where every centre is connected to the face both counts are one.
import { barrier, slabStart } from '../core/control';
import { bitsOfDistance } from './bits';
import { openingLines, openingPlanes } from './opening';
import { reachFromFace } from './reach';

/** Ways of asking for a radius, as bits. */
const ANYWHERE: i32 = 1;
const ENTERING: i32 = 2;

@unmanaged
export class OpeningCounts {
  /** i32[number][2][nz], zeroed by the caller: covered voxels of each plane, centres anywhere, then entering. */
  counts: usize;
  /** i32[number][3]: squared radius from 1 to 65025, the largest whole number whose square is below it, ways. */
  asked: usize;
  number: i32;
  /** Of the distances: u16[nz·ny·stride]. */
  squared: usize;
  /** u64[nz·ny·words] each, scratch. */
  centres: usize;
  connected: usize;
  /** Scratch of reachFromFace. */
  ring: usize;
  queued: usize;
  flags: usize;
  /** u64[2·threads], scratch. */
  sizes: usize;
  /** Scratch of openingLines and openingPlanes. */
  g: usize;
  near: usize;
  lines: usize;
  nz: i32;
  ny: i32;
  nx: i32;
  stride: i32;
  words: i32;
  /** The face: 0, 1, 2 = z, y, x; high: the far one. */
  axis: i32;
  high: bool;
}

/** Counts of all that is asked. Connected are centres through centres, 26 neighbours. */
export function openingCounts(thread: i32, threads: i32, record: OpeningCounts): i32 {
  const nz = record.nz;
  const rows = nz * record.ny;
  for (let k = 0; k < record.number; k++) {
    const asked = record.asked + <usize>(12 * k);
    const limit = load<i32>(asked);
    const reach = load<i32>(asked, 4);
    const ways = load<i32>(asked, 8);
    const anywhere = record.counts + (<usize>(2 * k * nz) << 2);
    const entering = anywhere + (<usize>nz << 2);
    let status = bitsOfDistance(
      thread, threads, record.centres, record.squared, limit, rows, record.nx, record.stride, record.words,
    );
    if (status) return status;
    let all: u64 = 0;
    let reached: u64 = 0;
    if (ways & ENTERING) {
      status = reachFromFace(
        thread, threads, record.connected, record.centres, record.ring, record.queued, record.flags,
        nz, record.ny, record.nx, record.words, record.axis, record.high, 26,
      );
      if (status) return status;
      const from = <usize>(slabStart(thread, threads, rows) * record.words) << 3;
      const to = <usize>(slabStart(thread + 1, threads, rows) * record.words) << 3;
      const own = record.sizes + (<usize>thread << 4);
      store<u64>(own, setBits(record.centres, from, to));
      store<u64>(own, setBits(record.connected, from, to), 8);
      status = barrier(thread, threads);
      if (status) return status;
      for (let t = 0; t < threads; t++) {
        all += load<u64>(record.sizes + (<usize>t << 4));
        reached += load<u64>(record.sizes + (<usize>t << 4), 8);
      }
    }
    if (ways & ANYWHERE) {
      status = opened(thread, threads, record, anywhere, record.centres, limit, reach);
      if (status) return status;
    }
    if (reached == 0) continue;
    if (reached == all && (ways & ANYWHERE) != 0) {
      const first = <usize>slabStart(thread, threads, nz) << 2;
      const last = <usize>slabStart(thread + 1, threads, nz) << 2;
      memory.copy(entering + first, anywhere + first, last - first);
    } else {
      status = opened(thread, threads, record, entering, record.connected, limit, reach);
      if (status) return status;
    }
  }
  return barrier(thread, threads);
}

function opened(
  thread: i32, threads: i32, record: OpeningCounts, counts: usize, centres: usize, limit: i32, reach: i32,
): i32 {
  const status = openingLines(
    thread, threads, record.g, record.near, centres, reach, record.nz, record.ny, record.stride, record.words,
  );
  if (status) return status;
  return openingPlanes(
    thread, threads, counts, 0, record.g, record.near, record.lines, limit, reach,
    record.nz, record.ny, record.nx, record.stride, record.words,
  );
}

function setBits(bits: usize, from: usize, to: usize): u64 {
  let count: u64 = 0;
  for (let at = from; at < to; at += 8) count += popcnt(load<u64>(bits + at));
  return count;
}
