// Cooperation of the threads of one job: barrier, cancellation, progress, and the split of work into slabs.
// A kernel is called once on every thread with the same arguments: `kernel(thread, threads, …): status`.
import {
  CONTROL_ARRIVED, CONTROL_CANCEL, CONTROL_FAULT, CONTROL_LINE, CONTROL_PHASE, CONTROL_VERDICT, CONTROL_WORK,
  POLL_STEP, STATUS_CANCELLED, STATUS_FAULT, STATUS_OK,
} from '../layout';

/** Turns of the spin loop before a thread sleeps: a few microseconds, the length of a short phase's imbalance. */
const SPINS = 2000;
/** Longest sleep, ns: bounds how late a fault is noticed if its wake-up was missed. */
const SLEEP: i64 = 50_000_000;

/** This thread saw the cancel word since the job began. Mutable globals are per worker. */
let sawCancel: bool = false;

/** Work since the last `tick` of `poll`, and since the last look of `look`, in voxels. */
let since: usize = 0;
let looked: usize = 0;

/** First call of every exported kernel. */
// @ts-ignore: decorator
@inline
export function enter(): void {
  sawCancel = false;
  since = 0;
  looked = 0;
}

/** Adds `voxels` of work to the thread's counter and looks at the cancel word. Call at least every POLL_VOXELS; loops
 *  over rows call `poll`. @returns true when the thread should stop its loop, go to the next barrier and leave
 *  there. */
export function tick(thread: i32, voxels: usize): bool {
  const line = <usize>(CONTROL_WORK + thread * CONTROL_LINE);
  const work = atomic.load<u64>(line);
  atomic.store<u64>(line, work + <u64>voxels);
  if (<u64>voxels > atomic.load<u64>(line, 8)) atomic.store<u64>(line, <u64>voxels, 8);
  if (atomic.load<i32>(CONTROL_CANCEL) | atomic.load<i32>(CONTROL_FAULT)) sawCancel = true;
  return sawCancel;
}

/** Counts `voxels` of work and, every POLL_STEP of it, ticks. What is left over is counted at the next barrier.
 *  @returns as `tick` */
// @ts-ignore: decorator
@inline
export function poll(thread: i32, voxels: usize): bool {
  since += voxels;
  return since >= <usize>POLL_STEP ? flush(thread) : false;
}

/** After a cancellation `since` stays where it is, so that every later `poll` says so at once. */
function flush(thread: i32): bool {
  if (tick(thread, since)) return true;
  since = 0;
  return false;
}

/** The same for work that is counted elsewhere: only looks at the cancel word. */
// @ts-ignore: decorator
@inline
export function look(thread: i32, voxels: usize): bool {
  looked += voxels;
  return looked >= <usize>POLL_STEP ? lookNow(thread) : false;
}

function lookNow(thread: i32): bool {
  if (tick(thread, 0)) return true;
  looked = 0;
  return false;
}

/** Waits for all threads. @returns 0, or the status with which every thread must leave the kernel at once.
 *  The verdict is latched per generation, so that a thread which is slow to wake never reads a later one. */
export function barrier(thread: i32, threads: i32): i32 {
  if (since) flush(thread);
  if (thread == 0 && atomic.load<i32>(CONTROL_CANCEL) != 0) sawCancel = true;
  if (threads == 1) {
    return sawCancel ? STATUS_CANCELLED : STATUS_OK;
  }
  const phase = atomic.load<i32>(CONTROL_PHASE);
  const verdict = <usize>(CONTROL_VERDICT + (phase & 1) * CONTROL_LINE);
  if (sawCancel) atomic.store<i32>(verdict, 1);
  if (atomic.add<i32>(CONTROL_ARRIVED, 1) == threads - 1) {
    atomic.store<i32>(CONTROL_ARRIVED, 0);
    atomic.store<i32>(CONTROL_PHASE, phase + 1);
    atomic.notify(CONTROL_PHASE, -1);
  } else {
    let spins = SPINS;
    while (spins > 0 && atomic.load<i32>(CONTROL_PHASE) == phase) spins--;
    while (atomic.load<i32>(CONTROL_PHASE) == phase && atomic.load<i32>(CONTROL_FAULT) == 0) {
      atomic.wait<i32>(CONTROL_PHASE, phase, SLEEP);
    }
  }
  if (atomic.load<i32>(CONTROL_FAULT)) return STATUS_FAULT;
  return atomic.load<i32>(verdict) ? STATUS_CANCELLED : STATUS_OK;
}

/** Status at the end of a kernel whose last phase had no barrier after it. */
// @ts-ignore: decorator
@inline
export function leave(): i32 {
  return sawCancel ? STATUS_CANCELLED : STATUS_OK;
}

/** First of `count` items that belong to `thread`; the thread ends where the next begins. */
// @ts-ignore: decorator
@inline
export function slabStart(thread: i32, threads: i32, count: i32): i32 {
  return <i32>((<i64>count * <i64>thread) / <i64>threads);
}
