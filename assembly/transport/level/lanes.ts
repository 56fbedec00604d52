// Lane arithmetic that the phases of the finest level share.
import { Level, quadsOf } from './levels';

/** Lanes 0 and 1 in f64. */
// @ts-ignore: decorator
@inline
export function lowPair(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

/** Lanes 2 and 3 in f64. */
// @ts-ignore: decorator
@inline
export function highPair(v: v128): v128 {
  return f64x2.promote_low_f32x4(i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
}

/** Two values of a field in f64. */
// @ts-ignore: decorator
@inline
export function pairAt(address: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(address));
}

/** Two values of the potential in f64: W is f32 where it is one field, f64 where it is the sum of two, `second` bytes
 *  apart. */
// @ts-ignore: decorator
@inline
export function wordsAt<W>(address: usize, second: usize): v128 {
  return sizeof<W>() == 4 ? pairAt(address) : f64x2.add(pairAt(address), pairAt(address + second));
}

// @ts-ignore: decorator
@inline
export function sumOf(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

// Of the byte network, 8 voxels at a time: two f32x4, `low` and `high`. Loops over a row test at their end: V8 moves
// what does not change in a loop, here the addresses of rows, out of it only then, and a half sweep takes 2.5 × as long
// where it does not.

/** Bytes of a row of one colour in pairs of f32x4. */
// @ts-ignore: decorator
@inline
export function lengthOf(entry: Level): usize {
  return <usize>((quadsOf(entry.nx) + 1) >> 1) << 5;
}

/** Σ of what six neighbours give, in pairs: west and east, south and north, down and up. */
// @ts-ignore: decorator
@inline
export function six(west: v128, east: v128, south: v128, north: v128, down: v128, up: v128): v128 {
  return f32x4.add(f32x4.add(f32x4.add(west, east), f32x4.add(south, north)), f32x4.add(down, up));
}

/** Σ over the six neighbours of the first 4 of 8 voxels, all of the other colour. o: its same element, which is one
 *  neighbour in x; side: bytes from there to the other one, ±4; below, above: the same element in the planes z ∓ 1. */
// @ts-ignore: decorator
@inline
export function sixLow(o: usize, side: usize, pitch: usize, below: usize, above: usize): v128 {
  return six(
    v128.load(o), v128.load(o + side), v128.load(o - pitch), v128.load(o + pitch), v128.load(below), v128.load(above));
}

/** The same of the last 4: constant offsets share the sums of addresses. */
// @ts-ignore: decorator
@inline
export function sixHigh(o: usize, side: usize, pitch: usize, below: usize, above: usize): v128 {
  return six(
    v128.load(o, 16), v128.load(o + side, 16), v128.load(o - pitch, 16), v128.load(o + pitch, 16),
    v128.load(below, 16), v128.load(above, 16));
}

/** `side` for voxels of parity q of x. */
// @ts-ignore: decorator
@inline
export function sideOf(q: i32): usize {
  return <usize>((q << 3) - 4);
}

/** Conducting faces of 8 voxels as i16x8. */
// @ts-ignore: decorator
@inline
export function countsOf(network: usize): v128 {
  return i16x8.extend_low_i8x16_u(v128.load64_zero(network));
}

// @ts-ignore: decorator
@inline
export function lowCounts(counts: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(counts));
}

// @ts-ignore: decorator
@inline
export function highCounts(counts: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(counts));
}

/** v where voxels conduct, else 0. */
// @ts-ignore: decorator
@inline
export function where(counts: v128, v: v128): v128 {
  return v128.and(v, f32x4.gt(counts, f32x4.splat(0)));
}

/** Conducting faces of 4 voxels and their diagonal term at m: the diagonal of the system. D: f32 with such a term, u8
 *  without. */
// @ts-ignore: decorator
@inline
export function withTerm<D>(counts: v128, m: usize): v128 {
  return sizeof<D>() == 4 ? f32x4.add(counts, v128.load(m)) : counts;
}

/** a over the diagonal of the system where voxels conduct, else 0; see withTerm. */
// @ts-ignore: decorator
@inline
export function divided<D>(a: v128, counts: v128, m: usize): v128 {
  return where(counts, f32x4.div(a, withTerm<D>(counts, m)));
}

/** sum + the 4 elements of v, in f64x2. */
// @ts-ignore: decorator
@inline
export function plus(sum: v128, v: v128): v128 {
  return f64x2.add(sum, f64x2.add(lowPair(v), highPair(v)));
}

/** Adds the lanes of an f64x2 to the f64 at `address`. */
// @ts-ignore: decorator
@inline
export function addTo(address: usize, v: v128): void {
  store<f64>(address, load<f64>(address) + f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1));
}

/** 16 bits as 16 bytes of 0 or 1. */
// @ts-ignore: decorator
@inline
export function bytesOf(bits: u32): v128 {
  const spread = i8x16.swizzle(i32x4.splat(bits), i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1));
  const each = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  return i8x16.neg(i8x16.eq(v128.and(spread, each), each));
}
