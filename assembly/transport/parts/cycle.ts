// The cycle over connected parts that any link joins: that of blocks/cycle.ts, on graphs.
import { barrier, slabStart, tick } from '../../core/control';
import { clearLoads, correctNodes, gather, sumLanes } from './nodes';
import { ALONE, FOUR, NODES, PartsLevel, PartsRecord, TO_CONDUCTANCE } from './record';
import { visitStrong } from './strong';

/** Symmetric sweeps that stand for a direct solve of the coarsest level, when there was no room for one without links. */
const COARSEST_SWEEPS = 20;

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

/** Red from a zero start, nodes [first, last). */
function startNodes(thread: i32, level: PartsLevel, first: i32, last: i32): void {
  const values = level.values;
  const loads = level.loads;
  const inverses = level.inverses;
  for (let i = first; i < last; i++) {
    const node = <usize>i << 2;
    store<f32>(values + node, load<f32>(loads + node) * load<f32>(inverses + node));
    if (thread != ALONE && (i & (NODES - 1)) == 0 && tick(thread, NODES)) return;
  }
}

/** Gauss-Seidel of nodes [first, last), all of one colour. */
function relaxNodes(thread: i32, level: PartsLevel, first: i32, last: i32): void {
  const values = level.values;
  const loads = level.loads;
  const inverses = level.inverses;
  const links = level.links;
  for (let i = first; i < last; i++) {
    const node = <usize>i << 2;
    store<f32>(values + node, (load<f32>(loads + node) + pull(links, node, values)) * load<f32>(inverses + node));
    if (thread != ALONE && (i & (NODES - 1)) == 0 && tick(thread, NODES)) return;
  }
}

/** Residual of red summed over the parts of the next level, its planes [Z0, Z1). fresh: red was started from zero, and what it has
 *  itself is 0. Black was relaxed last and has none. */
function restrictNodes(thread: i32, level: PartsLevel, fresh: bool, Z0: i32, Z1: i32): void {
  const coarse = level.coarse;
  clearLoads(coarse, Z0, Z1);
  const values = level.values;
  const loads = level.loads;
  const inverses = level.inverses;
  const links = level.links;
  const parents = level.parents;
  const sums = coarse.loads;
  const last = level.firstNode(0, min(2 * Z1, level.planes));
  for (let i = level.firstNode(0, min(2 * Z0, level.planes)); i < last; i++) {
    const node = <usize>i << 2;
    let residual = pull(links, node, values);
    if (!fresh) residual += load<f32>(loads + node) - load<f32>(values + node) / load<f32>(inverses + node);
    const sum = sums + <usize>load<u32>(parents + node);
    store<f32>(sum, load<f32>(sum) + residual);
    if (thread != ALONE && (i & (NODES - 1)) == 0 && tick(thread, NODES)) return;
  }
}

/** One visit of a level and all below it by one thread. left: levels below */
function visitAlone(level: PartsLevel, left: i32): void {
  const red = level.red + 1;
  const end = level.nodes + 1;
  startNodes(ALONE, level, 1, red);
  relaxNodes(ALONE, level, red, end);
  if (left == 0) {
    if (load<usize>(level.links + 4) == load<usize>(level.links + (<usize>end << 2))) return;
    for (let sweep = 1; sweep < COARSEST_SWEEPS; sweep++) {
      relaxNodes(ALONE, level, 1, red);
      relaxNodes(ALONE, level, red, end);
    }
    relaxNodes(ALONE, level, 1, red);
    return;
  }
  const planes = level.coarse.planes;
  for (let twice = 0; twice < 2; twice++) {
    restrictNodes(ALONE, level, twice == 0, 0, planes);
    visitAlone(level.coarse, left - 1);
    correctNodes(level, 1, red);
    relaxNodes(ALONE, level, red, end);
    relaxNodes(ALONE, level, 1, red);
    if (twice == 0) relaxNodes(ALONE, level, red, end);
  }
}

/** One visit of level 1 + index: its solution from its right-hand side. The coarsest level, a single block, has no links: it is solved.
 *  @returns 0, or the status with which every thread must leave */
export function visitParts(thread: i32, threads: i32, record: PartsRecord, index: i32): i32 {
  if (record.linkedWithin) return visitStrong(thread, threads, record, index);
  const level = record.level(index);
  const left = record.levels - 1 - index;
  if (index >= record.alone) {
    if (thread == 0) {
      visitAlone(level, left);
      tick(thread, level.nodes);
    }
    return barrier(thread, threads);
  }
  const red = level.red;
  const black = level.nodes - red;
  const r0 = 1 + slabStart(thread, threads, red);
  const r1 = 1 + slabStart(thread + 1, threads, red);
  const b0 = 1 + red + slabStart(thread, threads, black);
  const b1 = 1 + red + slabStart(thread + 1, threads, black);
  const planes = level.coarse.planes;
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
