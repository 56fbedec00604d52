// Kernels with known behaviour, for the laws of the runtime: a sum, a long job, a trap.
import { CONTROL_LINE, STATUS_OK } from '../layout';
import { barrier, enter, poll, slabStart, tick } from './control';

/** total[0] = Σ x[i] over x: f32[slices · perSlice], summed per slice in f64 and then in slice order, so that the bits
 *  do not depend on the thread count. sums: f64[slices] scratch; total: f64[1]. `repeats` makes the job long. */
export function probeSum(
  thread: i32, threads: i32, total: usize, sums: usize, x: usize, slices: i32, perSlice: i32, repeats: i32,
): i32 {
  enter();
  for (let r = 0; r < repeats; r++) {
    const end = slabStart(thread + 1, threads, slices);
    for (let s = slabStart(thread, threads, slices); s < end; s++) {
      let sum: f64 = 0;
      const row = x + ((<usize>s * <usize>perSlice) << 2);
      for (let i = 0; i < perSlice; i++) sum += <f64>load<f32>(row + (<usize>i << 2));
      store<f64>(sums + (<usize>s << 3), sum);
      if (tick(thread, perSlice)) break;
    }
    const status = barrier(thread, threads);
    if (status) return status;
    if (thread == 0) {
      let sum: f64 = 0;
      for (let s = 0; s < slices; s++) sum += load<f64>(sums + (<usize>s << 3));
      store<f64>(total, sum);
    }
    const after = barrier(thread, threads);
    if (after) return after;
  }
  return STATUS_OK;
}

/** Traps on thread `trapThread` after `barriers` barriers, while the others wait at the next one. */
export function probeTrap(thread: i32, threads: i32, trapThread: i32, barriers: i32): i32 {
  enter();
  for (let b = 0; b < barriers; b++) {
    const status = barrier(thread, threads);
    if (status) return status;
  }
  if (thread == trapThread) unreachable();
  return barrier(thread, threads);
}

/** Streaming triad a[i] = b[i] + 3·c[i], f32[n] each, n a multiple of 16: the memory bandwidth that benches divide
 *  by. */
export function probeTriad(thread: i32, threads: i32, a: usize, b: usize, c: usize, n: i32): i32 {
  enter();
  const lines = n / 16;
  const end = slabStart(thread + 1, threads, lines);
  const three = f32x4.splat(3);
  for (let line = slabStart(thread, threads, lines); line < end; line++) {
    const at = <usize>line * CONTROL_LINE;
    for (let k: usize = 0; k < 64; k += 16) {
      v128.store(a + at + k, f32x4.add(v128.load(b + at + k), f32x4.mul(three, v128.load(c + at + k))));
    }
    if (poll(thread, 16)) break;
  }
  return barrier(thread, threads);
}
