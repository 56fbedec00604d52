// The W-cycle on the coarse levels of blocks (1 and up), see cycle.ts for its half sweeps.
//
// One visit of a level:  red from 0, black | restrict, coarse, correct red, black, red, black | restrict, coarse,
// correct red, black, red: both halves mirror each other, so the cycle is a symmetric preconditioner.
import { barrier } from '../../core/control';
import { firstPlane, Level, quadsOf } from '../level/levels';
import { exchange } from '../level/periodic';
import { correct, relax, restrict, startRed } from './cycle';

/** Symmetric sweeps that stand for a direct solve of the coarsest level (4×4×4 at most). */
const COARSEST_SWEEPS = 20;

/** Ends a phase that changed the solution in planes [z0, z1). @returns 0, or the status with which every thread must
 *  leave */
function settle(thread: i32, threads: i32, entry: Level, z0: i32, z1: i32): i32 {
  const status = barrier(thread, threads);
  return status ? status : exchange(thread, threads, entry, entry.solution, z0, z1);
}

/** Half sweep of all threads, after which the ghosts are true. */
function sweep(thread: i32, threads: i32, entry: Level, colour: usize, z0: i32, z1: i32): i32 {
  relax(thread, entry, colour, z0, z1);
  return settle(thread, threads, entry, z0, z1);
}

/** Takes its mean from the right-hand side of a level that nothing holds: what rounding leaves of it would raise the
 *  solution, which the residual does not tell. */
function balance(entry: Level): void {
  const ny = entry.ny;
  const bytes = <usize>quadsOf(entry.nx) << 4;
  let sum: f64 = 0;
  let count: f64 = 0;
  let mean: f64 = 0;
  for (let pass = 0; pass < 2; pass++) {
    for (let z = 0; z < entry.nz; z++) {
      for (let y = 0; y < ny; y++) {
        for (let colour: usize = 0; colour < 2; colour++) {
          const row = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes + colour * entry.halfBytes;
          for (let at = row; at < row + bytes; at += 4) {
            if (!(load<f32>(entry.inverse + at) > 0)) continue;
            const b = <f64>load<f32>(entry.right + at);
            if (pass) store<f32>(entry.right + at, <f32>(b - mean));
            sum += b;
            count += 1;
          }
        }
      }
    }
    mean = sum / count;
  }
}

/** One thread solves the coarsest level. */
function solveCoarsest(entry: Level): i32 {
  const nz = entry.nz;
  if (entry.periodic && !entry.diagonal) balance(entry);
  startRed(0, entry, 0, nz);
  let status = settle(0, 1, entry, 0, nz);
  for (let k = 0; k < COARSEST_SWEEPS && !status; k++) {
    sweep(0, 1, entry, 1, 0, nz);
    status = sweep(0, 1, entry, 0, 0, nz);
  }
  return status;
}

/** Half sweeps of a way through a level, see `walk`. */
const DOWN = 0;
const TURN = 1;
const UP = 2;
/** The last of them on the way down and at the turn, which restricts. */
// @ts-ignore: decorator
@inline
function lastStage(way: i32): i32 { return way == TURN ? 4 : 2; }
/** Planes of a slab that can be walked: what two neighbours leave to each other does not meet. */
const WALKED_PLANES = 8;

/** One half sweep of a way in planes [z0, z1), whole aggregates: first red from zero,
 *  or corrected, then black and red in turns; last what is left is restricted, unless the way leads up. */
function stage(thread: i32, entry: Level, way: i32, at: i32, z0: i32, z1: i32): void {
  if (at == 0) {
    if (way == DOWN) startRed(thread, entry, z0, z1);
    else correct(thread, entry, z0, z1);
  } else if (at == lastStage(way) && way != UP) {
    restrict(thread, entry, way == DOWN, entry.coarsePlane(z0), entry.coarsePlane(z1));
  } else relax(thread, entry, at & 1, z0, z1);
}

/** All half sweeps of a way in one walk through the planes of a thread's slab: each follows the one before it by a
 *  plane, so that they find in the cache what that one has read. What they look at beyond the slab is not there yet. So
 *  each ends a plane earlier than the one before it, and after a barrier the threads close the gaps between slabs.
 *  Every value is computed from the same ones as half sweep by half sweep. */
function walk(thread: i32, threads: i32, entry: Level, way: i32, z0: i32, z1: i32): i32 {
  const nz = entry.nz;
  const last = lastStage(way);
  const restricts = way != UP;
  for (let top = z0; top < z1 + last; top++) {
    for (let at = 0; at <= last; at++) {
      const z = top - at;
      if (z < (z0 == 0 ? 0 : z0 + at) || z >= (z1 == nz ? nz : z1 - at)) continue;
      const Z = z >> entry.shiftZ;
      if (!restricts || at != last) stage(thread, entry, way, at, z, z + 1);
      else if (z + 1 == entry.finePlane(Z + 1)) stage(thread, entry, way, at, entry.finePlane(Z), z + 1);
    }
  }
  const status = barrier(thread, threads);
  if (status) return status;
  if (z1 < nz) for (let at = 1; at <= last; at++) stage(thread, entry, way, at, z1 - at, min(z1 + at, nz));
  return barrier(thread, threads);
}

/** A way half sweep by half sweep, for windows that repeat and for slabs that are too thin to be walked. */
function passByPass(thread: i32, threads: i32, entry: Level, way: i32, z0: i32, z1: i32): i32 {
  const last = lastStage(way);
  let status = 0;
  for (let at = 0; at <= last && !status; at++) {
    // A red that was started from zero has its own residual where it meets itself.
    if (way == DOWN && at == last) {
      restrict(thread, entry, !entry.seamed, entry.coarsePlane(z0), entry.coarsePlane(z1));
    } else stage(thread, entry, way, at, z0, z1);
    // Nothing reads the ghosts of a right-hand side, or of a solution that is ready.
    status = at == last ? barrier(thread, threads) : settle(thread, threads, entry, z0, z1);
  }
  return status;
}

/** One visit of `level` ≥ 1: its solution from its right-hand side. Phases of levels from `alone` on are shorter than a
 *  barrier: one thread does them, for which a barrier is a look at the cancel word.
 *  @returns 0, or the status with which every thread must leave */
export function visit(thread: i32, threads: i32, table: Level, level: i32, alone: i32, count: i32): i32 {
  if (threads > 1 && level >= alone) {
    if (thread == 0) visit(0, 1, table, level, alone, count);
    return barrier(thread, threads);
  }
  const entry = table.below(level);
  if (level == count - 1) return solveCoarsest(entry);
  const z0 = firstPlane(thread, threads, entry);
  const z1 = firstPlane(thread + 1, threads, entry);
  const walked = !entry.periodic && (entry.coarse.nz / threads) << entry.shiftZ >= WALKED_PLANES;
  let status = 0;
  for (let way = DOWN; way <= UP && !status; way++) {
    if (way != DOWN && (status = visit(thread, threads, table, level + 1, alone, count))) break;
    status = walked
      ? walk(thread, threads, entry, way, z0, z1) : passByPass(thread, threads, entry, way, z0, z1);
  }
  return status;
}
