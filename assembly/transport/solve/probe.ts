// The finest level by itself, for the bench: what its passes take, and which share of the memory bandwidth they reach.
import { barrier, enter } from '../../core/control';
import { advance, ascend, descend } from '../finest/finest';
import { Level } from '../level/levels';

/** `repeats` iterations of the solver without its coarse levels, after `solveTransport`. The numbers stay as they are:
 *  steps of length 0.
 *  @param entry of level 0; x, p as in solveTransport; sums f64[3·nz] scratch */
export function probeFinest(
  thread: i32, threads: i32, entry: Level, x: usize, p: usize, sums: usize, nz: i32, repeats: i32,
): i32 {
  enter();
  let status = 0;
  for (let k = 0; k < repeats; k++) {
    if ((status = descend(thread, threads, entry, sums))) return status;
    if ((status = ascend(thread, threads, entry, p, 0.5, sums))) return status;
    if ((status = advance(thread, threads, entry, x, p, 0, 0.5, sums + (<usize>nz << 4)))) return status;
  }
  return barrier(thread, threads);
}
