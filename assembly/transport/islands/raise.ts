// The additive correction of the islands' levels (record.ts).
import { barrier, poll, slabStart } from '../../core/control';
import { Level } from '../level/levels';
import { Islands } from './record';

/** Adds to u what lifts each island by its residual over its energy. gain: what that adds to Σ r·u is added to this
 *  f64. */
export function raiseIslands(thread: i32, threads: i32, entry: Level, gain: usize): i32 {
  const record = changetype<Islands>(entry.islands);
  const sets = record.sets;
  const gains = record.gains;
  const u = entry.solution;
  const r = entry.right;
  for (let set = 0; set < sets; set++) {
    const begin = record.first(set);
    const count = record.first(set + 1) - begin;
    const end = begin + slabStart(thread + 1, threads, count);
    for (let island = begin + slabStart(thread, threads, count); island < end; island++) {
      const from = record.members + (<usize>load<u32>(record.starts + (<usize>island << 2)) << 2);
      const to = record.members + (<usize>load<u32>(record.starts + (<usize>island << 2), 4) << 2);
      let residual: f64 = 0;
      for (let at = from; at < to; at += 4) residual += <f64>load<f32>(r + (<usize>load<u32>(at) << 2));
      const lift = <f32>(residual * load<f64>(record.inverseEnergies + (<usize>island << 3)));
      for (let at = from; at < to; at += 4) {
        const value = u + (<usize>load<u32>(at) << 2);
        store<f32>(value, load<f32>(value) + lift);
      }
      store<f64>(gains + (<usize>island << 3), <f64>lift * residual);
      if (poll(thread, <i32>((to - from) >> 2))) break;
    }
    const status = barrier(thread, threads);
    if (status) return status;
  }
  if (thread == 0) {
    const islands = record.first(sets);
    let sum = load<f64>(gain);
    for (let island = 0; island < islands; island++) sum += load<f64>(gains + (<usize>island << 3));
    store<f64>(gain, sum);
  }
  return barrier(thread, threads);
}
