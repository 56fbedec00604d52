// What both cycles over connected parts do with the nodes of a level.
import { PartsLevel } from './record';

/** Σ of the 4 lanes, always in the same order. */
// @ts-ignore: decorator
@inline
export function sumLanes(sum: v128): f32 {
  const pairs = f32x4.add(sum, i8x16.shuffle(sum, sum, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** Solution at the nodes of 4 red voxels. */
// @ts-ignore: decorator
@inline
export function gather(values: usize, nodes: usize): v128 {
  let four = v128.load32_zero(values + <usize>load<u32>(nodes));
  four = v128.load_lane<u32>(values + <usize>load<u32>(nodes, 4), four, 1);
  four = v128.load_lane<u32>(values + <usize>load<u32>(nodes, 8), four, 2);
  return v128.load_lane<u32>(values + <usize>load<u32>(nodes, 12), four, 3);
}

/** Adds the solution of the next level to nodes [first, last). */
export function correctNodes(level: PartsLevel, first: i32, last: i32): void {
  const values = level.values;
  const parents = level.parents;
  const coarse = level.coarse.values;
  for (let i = first; i < last; i++) {
    const node = <usize>i << 2;
    store<f32>(values + node, load<f32>(values + node) + load<f32>(coarse + <usize>load<u32>(parents + node)));
  }
}

/** Zeroes the right-hand side of a level in its planes [Z0, Z1). */
export function clearLoads(level: PartsLevel, Z0: i32, Z1: i32): void {
  for (let colour = 0; colour < 2; colour++) {
    const first = <usize>level.firstNode(colour, Z0) << 2;
    const last = <usize>level.firstNode(colour, Z1) << 2;
    memory.fill(level.loads + first, 0, last - first);
  }
}
