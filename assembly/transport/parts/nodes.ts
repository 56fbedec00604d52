// What the cycle does with the nodes of a level: half sweeps of Gauss-Seidel, and the way to the next level and back.
//
// What links mean is told apart by type, so that loops are compiled for each:
// - AnyLinks: any link joins, so that two nodes of a block are never linked and the colours decouple, as in
//   blocks/cycle.ts.
// - StrongLinks: strong links alone join (decisions/0057), and two parts of a block can be linked by weak ones. A
//   block's nodes follow each other and belong to one thread; both colours have residuals to restrict, and both take
//   the correction. Conductivities are far apart here: fluxes are sums over differences, and links to node 0, which is
//   always 0, lead to the boundaries.
import { slabStart, tick } from '../../core/control';
import { FOUR, linksAt, NODES, PartsLevel, TO_CONDUCTANCE } from './record';

export type AnyLinks = u8;
export type StrongLinks = u16;

// @ts-ignore: decorator
@inline
export function strongOnly<Links>(): bool { return sizeof<Links>() == sizeof<StrongLinks>(); }

/** First node of a colour that belongs to a thread. */
export function ownStart<Links>(thread: i32, threads: i32, level: PartsLevel, colour: i32): i32 {
  if (strongOnly<Links>()) return level.firstNode(colour, slabStart(thread, threads, level.planes));
  const red = level.red;
  return colour ? 1 + red + slabStart(thread, threads, level.nodes - red) : 1 + slabStart(thread, threads, red);
}

/** Σ of the 4 lanes, always in the same order. */
// @ts-ignore: decorator
@inline
function sumLanes(sum: v128): f32 {
  const pairs = f32x4.add(sum, i8x16.shuffle(sum, sum, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** Solution at the nodes of 4 red voxels, or at the other ends of 4 links. nodes: u32[4], byte offsets */
// @ts-ignore: decorator
@inline
export function gather(values: usize, nodes: usize): v128 {
  let four = v128.load32_zero(values + <usize>load<u32>(nodes));
  four = v128.load_lane<u32>(values + <usize>load<u32>(nodes, 4), four, 1);
  four = v128.load_lane<u32>(values + <usize>load<u32>(nodes, 8), four, 2);
  return v128.load_lane<u32>(values + <usize>load<u32>(nodes, 12), four, 3);
}

/** Σ g·u over the neighbours of a node; with strong links Σ g·(u − own). */
// @ts-ignore: decorator
@inline
function pull<Links>(links: usize, node: usize, values: usize, own: f32): f32 {
  const ends = links + (node << 1);
  const end = linksAt(ends + 4);
  const u = f32x4.splat(own);
  let sum = f32x4.splat(0);
  for (let four = linksAt(ends); four != end; four += FOUR) {
    const others = gather(values, four);
    sum =
      f32x4.add(sum, f32x4.mul(v128.load(four, TO_CONDUCTANCE), strongOnly<Links>() ? f32x4.sub(others, u) : others));
  }
  return sumLanes(sum);
}

/** A thread's share of the first half sweep, red from zero. With strong links that is one like all others, after the
 *  level is cleared. */
export function start<Links>(thread: i32, threads: i32, level: PartsLevel): void {
  const values = level.values;
  if (strongOnly<Links>()) {
    for (let colour = 0; colour < 2; colour++) {
      const first = <usize>ownStart<Links>(thread, threads, level, colour) << 2;
      memory.fill(values + first, 0, (<usize>ownStart<Links>(thread + 1, threads, level, colour) << 2) - first);
    }
    return;
  }
  const loads = level.loads;
  const inverses = level.inverses;
  const last = ownStart<Links>(thread + 1, threads, level, 0);
  for (let i = ownStart<Links>(thread, threads, level, 0); i < last; i++) {
    const node = <usize>i << 2;
    store<f32>(values + node, load<f32>(loads + node) * load<f32>(inverses + node));
    if ((i & (NODES - 1)) == 0 && tick(thread, NODES)) return;
  }
}

/** A thread's share of a half sweep of Gauss-Seidel over the nodes of one colour, upwards or downwards. */
export function relax<Links>(thread: i32, threads: i32, level: PartsLevel, colour: i32, upwards: bool): void {
  const values = level.values;
  const loads = level.loads;
  const inverses = level.inverses;
  const links = level.links;
  const first = ownStart<Links>(thread, threads, level, colour);
  const last = ownStart<Links>(thread + 1, threads, level, colour);
  const next = upwards ? 1 : -1;
  for (let left = last - first, i = upwards ? first : last - 1; left > 0; left--, i += next) {
    const node = <usize>i << 2;
    const u: f32 = strongOnly<Links>() ? load<f32>(values + node) : 0;
    const residual = load<f32>(loads + node) + pull<Links>(links, node, values, u);
    const step = residual * load<f32>(inverses + node);
    store<f32>(values + node, strongOnly<Links>() ? u + step : step);
    if ((left & (NODES - 1)) == 0 && tick(thread, NODES)) return;
  }
}

/** Residual summed over the parts of the next level, a thread's share of its planes. Black was relaxed last and has
 *  none but with strong links. fresh: red was started from zero, and what it has itself is 0 */
export function restrict<Links>(thread: i32, threads: i32, level: PartsLevel, fresh: bool): void {
  const coarse = level.coarse;
  const Z0 = slabStart(thread, threads, coarse.planes);
  const Z1 = slabStart(thread + 1, threads, coarse.planes);
  clearLoads(coarse, Z0, Z1);
  const values = level.values;
  const loads = level.loads;
  const inverses = level.inverses;
  const links = level.links;
  const parents = level.parents;
  const sums = coarse.loads;
  for (let colour = 0; colour < (strongOnly<Links>() ? 2 : 1); colour++) {
    const last = level.firstNode(colour, level.finePlane(Z1));
    for (let i = level.firstNode(colour, level.finePlane(Z0)); i < last; i++) {
      const node = <usize>i << 2;
      let residual: f32;
      if (strongOnly<Links>()) {
        residual = load<f32>(loads + node) + pull<Links>(links, node, values, load<f32>(values + node));
      }
      else {
        residual = pull<Links>(links, node, values, 0);
        if (!fresh) residual += load<f32>(loads + node) - load<f32>(values + node) / load<f32>(inverses + node);
      }
      const sum = sums + <usize>load<u32>(parents + node);
      store<f32>(sum, load<f32>(sum) + residual);
      if ((i & (NODES - 1)) == 0 && tick(thread, NODES)) return;
    }
  }
}

/** Adds the solution of the next level to a thread's share of red, and with strong links of black: black is relaxed
 *  next. */
export function correct<Links>(thread: i32, threads: i32, level: PartsLevel): void {
  const values = level.values;
  const parents = level.parents;
  const coarse = level.coarse.values;
  for (let colour = 0; colour < (strongOnly<Links>() ? 2 : 1); colour++) {
    const last = ownStart<Links>(thread + 1, threads, level, colour);
    for (let i = ownStart<Links>(thread, threads, level, colour); i < last; i++) {
      const node = <usize>i << 2;
      store<f32>(values + node, load<f32>(values + node) + load<f32>(coarse + <usize>load<u32>(parents + node)));
    }
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
