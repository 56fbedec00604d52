// Multigrid over connected parts: coarse levels for structures whose 2×2×2 blocks hold pieces that do not touch inside them
// (decisions/0055). A node is such a piece; levels are graphs, the finest one stays as it is.
//
// Nodes of a level are numbered from 1, those of blocks with even Z + Y + X (red) first, then black ones, each colour in the order of its
// blocks. Two nodes of one block are never linked, or they would be one, and links reach the six blocks around: so
// blocks in a chequered pattern are a red-black ordering on every level, and the cycle is that of blocks/cycle.ts. Node 0 is none: its
// solution stays 0. What the record of a structure holds: number of levels, first level that one thread visits alone, the
// u32 field of the red voxels' nodes, whether strong links alone make parts (strong.ts), then an entry for every level.
import { barrier, slabStart, tick } from '../../core/control';
import { nxOf, nyOf, partsRecord, planeBytes, quadsOf, rowBytes, solutionOf } from '../level/levels';
import { visitStrong } from './strong';

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
/** Symmetric sweeps that stand for a direct solve of the coarsest level, when there was no room for one without links. */
const COARSEST_SWEEPS = 20;
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
function linkedWithin(record: usize): bool { return load<i32>(record, 12) != 0; }
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

/** Σ g·u over the neighbours of a node. */
// @ts-ignore: decorator
@inline
function pull(links: usize, node: usize, values: usize): f32 {
  const end = load<usize>(links + node, 4);
  let sum = f32x4.splat(0);
  for (let four = load<usize>(links + node); four != end; four += FOUR) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(four, TO_CONDUCTANCE), gather(values, four)));
  }
  return sumLanes(sum);
}

/** Σ of the 4 lanes, always in the same order. */
// @ts-ignore: decorator
@inline
export function sumLanes(sum: v128): f32 {
  const pairs = f32x4.add(sum, i8x16.shuffle(sum, sum, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** Red from a zero start, nodes [first, last). */
function startNodes(thread: i32, level: usize, first: i32, last: i32): void {
  const values = valuesOf(level);
  const loads = loadsOf(level);
  const inverses = inversesOf(level);
  for (let i = first; i < last; i++) {
    const node = <usize>i << 2;
    store<f32>(values + node, load<f32>(loads + node) * load<f32>(inverses + node));
    if (thread != ALONE && (i & (NODES - 1)) == 0 && tick(thread, NODES)) return;
  }
}

/** Gauss-Seidel of nodes [first, last), all of one colour. */
function relaxNodes(thread: i32, level: usize, first: i32, last: i32): void {
  const values = valuesOf(level);
  const loads = loadsOf(level);
  const inverses = inversesOf(level);
  const links = linksOf(level);
  for (let i = first; i < last; i++) {
    const node = <usize>i << 2;
    store<f32>(values + node, (load<f32>(loads + node) + pull(links, node, values)) * load<f32>(inverses + node));
    if (thread != ALONE && (i & (NODES - 1)) == 0 && tick(thread, NODES)) return;
  }
}

/** Residual of red summed over the parts of the next level, its planes [Z0, Z1). fresh: red was started from zero, and what it has
 *  itself is 0. Black was relaxed last and has none. */
function restrictNodes(thread: i32, level: usize, fresh: bool, Z0: i32, Z1: i32): void {
  const coarse = level + PARTS_ENTRY;
  clearLoads(coarse, Z0, Z1);
  const values = valuesOf(level);
  const loads = loadsOf(level);
  const inverses = inversesOf(level);
  const links = linksOf(level);
  const parents = parentsOf(level);
  const sums = loadsOf(coarse);
  const last = firstNode(level, 0, min(2 * Z1, planesOf(level)));
  for (let i = firstNode(level, 0, min(2 * Z0, planesOf(level))); i < last; i++) {
    const node = <usize>i << 2;
    let residual = pull(links, node, values);
    if (!fresh) residual += load<f32>(loads + node) - load<f32>(values + node) / load<f32>(inverses + node);
    const sum = sums + <usize>load<u32>(parents + node);
    store<f32>(sum, load<f32>(sum) + residual);
    if (thread != ALONE && (i & (NODES - 1)) == 0 && tick(thread, NODES)) return;
  }
}

/** Adds the solution of the next level to nodes [first, last). */
export function correctNodes(level: usize, first: i32, last: i32): void {
  const values = valuesOf(level);
  const parents = parentsOf(level);
  const coarse = valuesOf(level + PARTS_ENTRY);
  for (let i = first; i < last; i++) {
    const node = <usize>i << 2;
    store<f32>(values + node, load<f32>(values + node) + load<f32>(coarse + <usize>load<u32>(parents + node)));
  }
}

/** Zeroes the right-hand side of a level in its planes [Z0, Z1). */
export function clearLoads(level: usize, Z0: i32, Z1: i32): void {
  for (let colour = 0; colour < 2; colour++) {
    const first = <usize>firstNode(level, colour, Z0) << 2;
    const last = <usize>firstNode(level, colour, Z1) << 2;
    memory.fill(loadsOf(level) + first, 0, last - first);
  }
}

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

/** Solution at the nodes of 4 red voxels. */
// @ts-ignore: decorator
@inline
export function gather(values: usize, nodes: usize): v128 {
  let four = v128.load32_zero(values + <usize>load<u32>(nodes));
  four = v128.load_lane<u32>(values + <usize>load<u32>(nodes, 4), four, 1);
  four = v128.load_lane<u32>(values + <usize>load<u32>(nodes, 8), four, 2);
  return v128.load_lane<u32>(values + <usize>load<u32>(nodes, 12), four, 3);
}

/** Zeroes the right-hand side of level 1 above planes [z0, z1) of the finest level. */
export function clearParts(record: usize, z0: i32, z1: i32): void {
  clearLoads(partsLevel(record, 0), (z0 + 1) >> 1, (z1 + 1) >> 1);
}

/** Adds the solution of level 1 to the red voxels of planes [z0, z1). */
export function correctVoxels(thread: i32, entry: usize, z0: i32, z1: i32): void {
  const record = partsRecord(entry);
  const values = valuesOf(partsLevel(record, 0));
  const ny = nyOf(entry);
  const length = <usize>quadsOf(nxOf(entry)) << 4;
  for (let z = z0; z < z1; z++) {
    if (tick(thread, <usize>ny * <usize>nxOf(entry))) return;
    for (let y = 0; y < ny; y++) {
      const row = <usize>z * planeBytes(entry) + <usize>y * rowBytes(entry);
      const u = solutionOf(entry) + row;
      const nodes = nodesOfVoxels(record) + row;
      let i: usize = 0;
      do {
        v128.store(u + i, f32x4.add(v128.load(u + i), gather(values, nodes + i)));
        i += 16;
      } while (i != length);
    }
  }
}

/** One visit of a level and all below it by one thread. left: levels below */
function visitAlone(level: usize, left: i32): void {
  const red = redCount(level) + 1;
  const end = nodeCount(level) + 1;
  startNodes(ALONE, level, 1, red);
  relaxNodes(ALONE, level, red, end);
  if (left == 0) {
    if (load<usize>(linksOf(level) + 4) == load<usize>(linksOf(level) + (<usize>end << 2))) return;
    for (let sweep = 1; sweep < COARSEST_SWEEPS; sweep++) {
      relaxNodes(ALONE, level, 1, red);
      relaxNodes(ALONE, level, red, end);
    }
    relaxNodes(ALONE, level, 1, red);
    return;
  }
  const planes = planesOf(level + PARTS_ENTRY);
  for (let twice = 0; twice < 2; twice++) {
    restrictNodes(ALONE, level, twice == 0, 0, planes);
    visitAlone(level + PARTS_ENTRY, left - 1);
    correctNodes(level, 1, red);
    relaxNodes(ALONE, level, red, end);
    relaxNodes(ALONE, level, 1, red);
    if (twice == 0) relaxNodes(ALONE, level, red, end);
  }
}

/** One visit of level 1 + index: its solution from its right-hand side. The coarsest level, a single block, has no links: it is solved.
 *  @returns 0, or the status with which every thread must leave */
export function visitParts(thread: i32, threads: i32, record: usize, index: i32): i32 {
  if (linkedWithin(record)) return visitStrong(thread, threads, record, index);
  const level = partsLevel(record, index);
  const left = levelCount(record) - 1 - index;
  if (index >= aloneFrom(record)) {
    if (thread == 0) {
      visitAlone(level, left);
      tick(thread, nodeCount(level));
    }
    return barrier(thread, threads);
  }
  const red = redCount(level);
  const black = nodeCount(level) - red;
  const r0 = 1 + slabStart(thread, threads, red);
  const r1 = 1 + slabStart(thread + 1, threads, red);
  const b0 = 1 + red + slabStart(thread, threads, black);
  const b1 = 1 + red + slabStart(thread + 1, threads, black);
  const planes = planesOf(level + PARTS_ENTRY);
  let status = 0;
  startNodes(thread, level, r0, r1);
  if ((status = barrier(thread, threads))) return status;
  relaxNodes(thread, level, b0, b1);
  if ((status = barrier(thread, threads))) return status;
  for (let twice = 0; twice < 2; twice++) {
    restrictNodes(thread, level, twice == 0, slabStart(thread, threads, planes), slabStart(thread + 1, threads, planes));
    if ((status = barrier(thread, threads))) return status;
    if ((status = visitParts(thread, threads, record, index + 1))) return status;
    correctNodes(level, r0, r1);
    if ((status = barrier(thread, threads))) return status;
    relaxNodes(thread, level, b0, b1);
    if ((status = barrier(thread, threads))) return status;
    relaxNodes(thread, level, r0, r1);
    if ((status = barrier(thread, threads))) return status;
    if (twice == 1) break;
    relaxNodes(thread, level, b0, b1);
    if ((status = barrier(thread, threads))) return status;
  }
  return 0;
}
