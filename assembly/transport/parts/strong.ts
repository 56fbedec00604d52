// The cycle over parts that strong links alone join (decisions/0057): two parts of a block can be linked by weak links, so that colours do not
// decouple. A block's nodes follow each other and belong to one thread; half sweeps go through them upwards on the way down and downwards
// on the way up, which keeps the cycle symmetric; both colours have residuals to restrict, and both take the correction.
// One visit of a level: red, black upwards from 0 | restrict, coarse, correct, black, red downwards, red, black upwards | restrict,
// coarse, correct, black, red downwards. Conductivities are far apart here: fluxes are sums over differences, and links to node 0, which is always 0,
// lead to the boundaries.
import { barrier, slabStart, tick } from '../../core/control';
import { clearLoads, correctNodes, gather, sumLanes } from './nodes';
import { ALONE, FOUR, NODES, PartsLevel, PartsRecord, TO_CONDUCTANCE } from './record';

/** Symmetric sweeps on the coarsest level, a single block whose parts were weakly linked all the way up. */
const COARSEST_SWEEPS = 4;

/** Σ g·(u of the neighbours − u) of a node. */
// @ts-ignore: decorator
@inline
function inflow(links: usize, node: usize, values: usize, own: f32): f32 {
  const end = load<usize>(links + node, 4);
  const u = f32x4.splat(own);
  let sum = f32x4.splat(0);
  for (let four = load<usize>(links + node); four != end; four += FOUR) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(four, TO_CONDUCTANCE), f32x4.sub(gather(values, four), u)));
  }
  return sumLanes(sum);
}

/** Gauss-Seidel of the nodes of one colour in planes [z0, z1) of blocks, each block's upwards or downwards. */
function relax(thread: i32, level: PartsLevel, colour: i32, upwards: bool, z0: i32, z1: i32): void {
  const values = level.values;
  const loads = level.loads;
  const inverses = level.inverses;
  const links = level.links;
  const first = level.firstNode(colour, z0);
  const last = level.firstNode(colour, z1);
  const step = upwards ? 1 : -1;
  for (let left = last - first, i = upwards ? first : last - 1; left > 0; left--, i += step) {
    const node = <usize>i << 2;
    const u = load<f32>(values + node);
    store<f32>(values + node, u + (load<f32>(loads + node) + inflow(links, node, values, u)) * load<f32>(inverses + node));
    if (thread != ALONE && (left & (NODES - 1)) == 0 && tick(thread, NODES)) return;
  }
}

/** Clears the solution of planes [z0, z1). */
function clear(level: PartsLevel, z0: i32, z1: i32): void {
  for (let colour = 0; colour < 2; colour++) {
    const first = <usize>level.firstNode(colour, z0) << 2;
    memory.fill(level.values + first, 0, (<usize>level.firstNode(colour, z1) << 2) - first);
  }
}

/** Residual of both colours summed over the parts of the next level, its planes [Z0, Z1). */
function restrict(thread: i32, level: PartsLevel, Z0: i32, Z1: i32): void {
  const coarse = level.coarse;
  clearLoads(coarse, Z0, Z1);
  const values = level.values;
  const loads = level.loads;
  const links = level.links;
  const parents = level.parents;
  const sums = coarse.loads;
  for (let colour = 0; colour < 2; colour++) {
    const last = level.firstNode(colour, min(2 * Z1, level.planes));
    for (let i = level.firstNode(colour, min(2 * Z0, level.planes)); i < last; i++) {
      const node = <usize>i << 2;
      const sum = sums + <usize>load<u32>(parents + node);
      store<f32>(sum, load<f32>(sum) + (load<f32>(loads + node) + inflow(links, node, values, load<f32>(values + node))));
      if (thread != ALONE && (i & (NODES - 1)) == 0 && tick(thread, NODES)) return;
    }
  }
}

/** Adds the solution of the next level to planes [z0, z1). */
function correct(level: PartsLevel, z0: i32, z1: i32): void {
  for (let colour = 0; colour < 2; colour++) correctNodes(level, level.firstNode(colour, z0), level.firstNode(colour, z1));
}

/** Both colours, red first and upwards; or the reverse. */
function sweepAlone(level: PartsLevel, upwards: bool): void {
  const planes = level.planes;
  relax(ALONE, level, upwards ? 0 : 1, upwards, 0, planes);
  relax(ALONE, level, upwards ? 1 : 0, upwards, 0, planes);
}

/** One visit of a level and all below it by one thread. left: levels below */
function visitAlone(level: PartsLevel, left: i32): void {
  clear(level, 0, level.planes);
  sweepAlone(level, true);
  if (left == 0) {
    // A single node is solved by now.
    const sweeps = level.nodes == 1 ? 1 : COARSEST_SWEEPS;
    for (let sweep = 1; sweep < sweeps; sweep++) {
      sweepAlone(level, false);
      sweepAlone(level, true);
    }
    sweepAlone(level, false);
    return;
  }
  for (let twice = 0; twice < 2; twice++) {
    restrict(ALONE, level, 0, level.coarse.planes);
    visitAlone(level.coarse, left - 1);
    correct(level, 0, level.planes);
    sweepAlone(level, false);
    if (twice == 0) sweepAlone(level, true);
  }
}

/** One visit of level 1 + index: its solution from its right-hand side.
 *  @returns 0, or the status with which every thread must leave */
export function visitStrong(thread: i32, threads: i32, record: PartsRecord, index: i32): i32 {
  const level = record.level(index);
  if (index >= record.alone) {
    if (thread == 0) {
      visitAlone(level, record.levels - 1 - index);
      tick(thread, level.nodes);
    }
    return barrier(thread, threads);
  }
  const z0 = slabStart(thread, threads, level.planes);
  const z1 = slabStart(thread + 1, threads, level.planes);
  const planes = level.coarse.planes;
  let status = 0;
  clear(level, z0, z1);
  if ((status = barrier(thread, threads))) return status;
  relax(thread, level, 0, true, z0, z1);
  if ((status = barrier(thread, threads))) return status;
  relax(thread, level, 1, true, z0, z1);
  if ((status = barrier(thread, threads))) return status;
  for (let twice = 0; twice < 2; twice++) {
    restrict(thread, level, slabStart(thread, threads, planes), slabStart(thread + 1, threads, planes));
    if ((status = barrier(thread, threads))) return status;
    if ((status = visitStrong(thread, threads, record, index + 1))) return status;
    correct(level, z0, z1);
    if ((status = barrier(thread, threads))) return status;
    relax(thread, level, 1, false, z0, z1);
    if ((status = barrier(thread, threads))) return status;
    relax(thread, level, 0, false, z0, z1);
    if (twice == 0) {
      relax(thread, level, 0, true, z0, z1);
      if ((status = barrier(thread, threads))) return status;
      relax(thread, level, 1, true, z0, z1);
    }
    if ((status = barrier(thread, threads))) return status;
  }
  return 0;
}
