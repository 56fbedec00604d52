// The W-cycle over connected parts, for either kind of links (nodes.ts).
// One visit of a level: red, black upwards | restrict, coarse, correct, black, red downwards, with strong links red
// again, black upwards | restrict, coarse, correct, black, red downwards: both halves mirror each other, so the cycle
// is a symmetric preconditioner.
import { barrier, tick } from '../../core/control';
import { AnyLinks, correct, relax, restrict, start, StrongLinks, strongOnly } from './nodes';
import { PartsLevel, PartsRecord } from './record';

/** Symmetric sweeps that stand for a direct solve of the coarsest level, when there was no room for one without
 *  links. */
const COARSEST_SWEEPS = 20;
/** The same with strong links: a single block whose parts were weakly linked all the way up. */
const COARSEST_SWEEPS_STRONG = 4;

/** Solution of level 1 from its right-hand side. @returns 0, or the status with which every thread must leave */
export function visitParts(thread: i32, threads: i32, record: PartsRecord): i32 {
  return record.strength > 0
    ? visit<StrongLinks>(thread, threads, record, 0)
    : visit<AnyLinks>(thread, threads, record, 0);
}

/** Red, then black, upwards; from zero where the level is visited anew. Without strong links red is still as it was
 *  relaxed last. */
function sweepUp<Links>(thread: i32, threads: i32, level: PartsLevel, fresh: bool): i32 {
  let status = 0;
  if (fresh) {
    start<Links>(thread, threads, level);
    if (strongOnly<Links>() && (status = barrier(thread, threads))) return status;
  }
  if (strongOnly<Links>()) relax<Links>(thread, threads, level, 0, true);
  if ((status = barrier(thread, threads))) return status;
  relax<Links>(thread, threads, level, 1, true);
  return barrier(thread, threads);
}

/** Black, then red, downwards. After it only red's owners may go on without a barrier. */
function sweepDown<Links>(thread: i32, threads: i32, level: PartsLevel): i32 {
  relax<Links>(thread, threads, level, 1, false);
  const status = barrier(thread, threads);
  if (!status) relax<Links>(thread, threads, level, 0, false);
  return status;
}

/** One thread solves the coarsest level. A level without links, or with a single node, is solved by one sweep. */
function solveCoarsest<Links>(level: PartsLevel): i32 {
  let status = sweepUp<Links>(0, 1, level, true);
  let sweeps = COARSEST_SWEEPS;
  if (strongOnly<Links>()) sweeps = level.nodes == 1 ? 1 : COARSEST_SWEEPS_STRONG;
  else if (!level.linked) return status;
  for (let sweep = 1; sweep < sweeps && !status; sweep++) {
    sweepDown<Links>(0, 1, level);
    status = sweepUp<Links>(0, 1, level, false);
  }
  return status ? status : sweepDown<Links>(0, 1, level);
}

/** One visit of level 1 + index: its solution from its right-hand side. Phases of small levels are shorter than a
 *  barrier: one thread does them, for which a barrier is a look at the cancel word. */
function visit<Links>(thread: i32, threads: i32, record: PartsRecord, index: i32): i32 {
  if (threads > 1 && index >= record.alone) {
    if (thread == 0) visit<Links>(0, 1, record, index);
    return barrier(thread, threads);
  }
  const level = record.level(index);
  if (index == record.alone) tick(0, level.nodes);
  if (index == record.levels - 1) return solveCoarsest<Links>(level);
  let status = sweepUp<Links>(thread, threads, level, true);
  for (let twice = 0; twice < 2 && !status; twice++) {
    restrict<Links>(thread, threads, level, twice == 0);
    if ((status = barrier(thread, threads))) break;
    if ((status = visit<Links>(thread, threads, record, index + 1))) break;
    correct<Links>(thread, threads, level);
    if ((status = barrier(thread, threads))) break;
    if ((status = sweepDown<Links>(thread, threads, level))) break;
    status = twice == 0 ? sweepUp<Links>(thread, threads, level, false) : barrier(thread, threads);
  }
  return status;
}
