// From the red voxels of the finest level to the nodes of level 1.
import { clearLoads } from './nodes';
import { PartsRecord } from './record';

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
