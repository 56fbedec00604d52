// Between the red voxels of the finest level and the nodes of level 1.
import { tick } from '../../core/control';
import { Level, quadsOf } from '../level/levels';
import { clearLoads, gather } from './nodes';
import { partsAbove, PartsRecord } from './record';

/** Adds the residuals of 4 red voxels to their nodes. nodes: u32 of the voxels */
// @ts-ignore: decorator
@inline
export function scatter(sums: usize, nodes: usize, residuals: v128): void {
  if (!v128.any_true(residuals)) return;
  addLane(sums + <usize>load<u32>(nodes), f32x4.extract_lane(residuals, 0));
  addLane(sums + <usize>load<u32>(nodes, 4), f32x4.extract_lane(residuals, 1));
  addLane(sums + <usize>load<u32>(nodes, 8), f32x4.extract_lane(residuals, 2));
  addLane(sums + <usize>load<u32>(nodes, 12), f32x4.extract_lane(residuals, 3));
}

// @ts-ignore: decorator
@inline
function addLane(sum: usize, value: f32): void {
  store<f32>(sum, load<f32>(sum) + value);
}

/** Zeroes the right-hand side of level 1 above planes [z0, z1) of the finest level. */
export function clearParts(record: PartsRecord, z0: i32, z1: i32): void {
  clearLoads(record.level(0), (z0 + 1) >> 1, (z1 + 1) >> 1);
}

/** Adds the solution of level 1 to the red voxels of planes [z0, z1). */
export function correctVoxels(thread: i32, entry: Level, z0: i32, z1: i32): void {
  const record = partsAbove(entry);
  const values = record.level(0).values;
  const ny = entry.ny;
  const length = <usize>quadsOf(entry.nx) << 4;
  for (let z = z0; z < z1; z++) {
    if (tick(thread, <usize>ny * <usize>entry.nx)) return;
    for (let y = 0; y < ny; y++) {
      const row = <usize>z * entry.planeBytes + <usize>y * entry.rowBytes;
      const u = entry.solution + row;
      const nodes = record.nodesOfVoxels + row;
      let i: usize = 0;
      do {
        v128.store(u + i, f32x4.add(v128.load(u + i), gather(values, nodes + i)));
        i += 16;
      } while (i != length);
    }
  }
}
