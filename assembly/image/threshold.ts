// Grey values to labels.
import { barrier, enter, slabStart, tick } from '../core/control';
import { valueAt } from './values';
import { POLL_STEP } from '../layout';

/** labels[i] = classes[number of thresholds ≤ value]. thresholds: f32[count], ascending; classes: u8[count + 1];
 *  labels: u8[voxels]. */
export function segmentValues(
  thread: i32, threads: i32, labels: usize, values: usize, kind: i32, voxels: u32, thresholds: usize, count: i32,
  classes: usize,
): i32 {
  enter();
  const blocks = <i32>((voxels + POLL_STEP - 1) / POLL_STEP);
  const end = slabStart(thread + 1, threads, blocks);
  for (let block = slabStart(thread, threads, blocks); block < end; block++) {
    const from = <usize>block * POLL_STEP;
    const to = min(<usize>voxels, from + POLL_STEP);
    if (kind == 1) classify<u8>(labels, values, from, to, thresholds, count, classes);
    else if (kind == 2) classify<u16>(labels, values, from, to, thresholds, count, classes);
    else classify<f32>(labels, values, from, to, thresholds, count, classes);
    if (tick(thread, to - from)) break;
  }
  return barrier(thread, threads);
}

function classify<T>(
  labels: usize, values: usize, from: usize, to: usize, thresholds: usize, count: i32, classes: usize,
): void {
  for (let i = from; i < to; i++) {
    const value = valueAt<T>(values, i);
    let k: usize = 0;
    while (k < <usize>count && value >= load<f32>(thresholds + (k << 2))) k++;
    store<u8>(labels + i, load<u8>(classes + k));
  }
}
