// Levels of connected parts: coarse levels for structures whose 2×2×2 blocks hold pieces that do not touch inside them
// (decisions/0055). A node is such a piece; levels are graphs, the finest one stays as it is.
//
// Nodes of a level are numbered from 1, those of blocks with even Z + Y + X (red) first, then black ones, each colour in the order of its
// blocks. Two nodes of one block are never linked, or they would be one, and links reach the six blocks around: so
// blocks in a chequered pattern are a red-black ordering on every level, and the cycle is that of blocks/cycle.ts. Node 0 is none: its
// solution stays 0. What the record of a structure holds: number of levels, first level that one thread visits alone, the
// u32 field of the red voxels' nodes, whether strong links alone make parts (strong.ts), then an entry for every level.

/** Bytes of a record before its levels, and of a level's entry. */
export const PARTS_HEAD: usize = 64;
export const PARTS_ENTRY: usize = 64;
/** Levels at most: 2³² voxels along an axis. */
export const MAX_PARTS_LEVELS = 32;
/** Links are stored by fours, the last ones filled up with links of conductance 0 to node 0: u32[4] byte offsets of the neighbours in the
 *  fields of their level, f32[4] conductances. Most nodes have one or two fours, so that the loop over them is predicted. */
export const FOUR: usize = 32;
/** From an offset to its conductance. */
export const TO_CONDUCTANCE: usize = 16;
/** Thread number of a phase that runs on one thread and is too short to count. */
export const ALONE = -1;
/** Nodes between two looks at the cancel word: a link costs about as much as a voxel of a dense level. */
export const NODES = 1 << 16;

// @ts-ignore: decorator
@inline
export function levelCount(record: usize): i32 { return load<i32>(record); }
// @ts-ignore: decorator
@inline
export function aloneFrom(record: usize): i32 { return load<i32>(record, 4); }
/** Byte offset of its node in the fields of the first level, for every red voxel: u32, at element (0, 0, 0). */
// @ts-ignore: decorator
@inline
export function nodesOfVoxels(record: usize): usize { return load<usize>(record, 8); }
/** Whether two parts of a block can be linked. */
// @ts-ignore: decorator
@inline
export function linkedWithin(record: usize): bool { return load<i32>(record, 12) != 0; }
/** Entry of level 1 + index. */
// @ts-ignore: decorator
@inline
export function partsLevel(record: usize, index: i32): usize {
  return record + PARTS_HEAD + <usize>index * PARTS_ENTRY;
}

/** Last red node, and last node. */
// @ts-ignore: decorator
@inline
export function redCount(level: usize): i32 { return load<i32>(level); }
// @ts-ignore: decorator
@inline
export function nodeCount(level: usize): i32 { return load<i32>(level, 4); }
/** Planes of blocks. */
// @ts-ignore: decorator
@inline
export function planesOf(level: usize): i32 { return load<i32>(level, 8); }
/** usize[nodes + 2]: address of the first link of a node; they end where those of the next begin. */
// @ts-ignore: decorator
@inline
export function linksOf(level: usize): usize { return load<usize>(level, 12); }
/** f32[nodes + 1]: 1 / (Σ of the links' conductances and of the boundary's). */
// @ts-ignore: decorator
@inline
export function inversesOf(level: usize): usize { return load<usize>(level, 16); }
/** u32[nodes + 1]: byte offset of its node in the fields of the next level. */
// @ts-ignore: decorator
@inline
export function parentsOf(level: usize): usize { return load<usize>(level, 20); }
/** f32[nodes + 1]: solution. */
// @ts-ignore: decorator
@inline
export function valuesOf(level: usize): usize { return load<usize>(level, 24); }
/** f32[nodes + 1]: right-hand side. */
// @ts-ignore: decorator
@inline
export function loadsOf(level: usize): usize { return load<usize>(level, 28); }
/** i32[2][planes + 1]: first node of a plane, per colour. */
// @ts-ignore: decorator
@inline
export function firstsOf(level: usize): usize { return load<usize>(level, 32); }

/** First node of a colour in plane z. */
// @ts-ignore: decorator
@inline
export function firstNode(level: usize, colour: i32, z: i32): i32 {
  return load<i32>(firstsOf(level) + (<usize>(colour * (planesOf(level) + 1) + z) << 2));
}
