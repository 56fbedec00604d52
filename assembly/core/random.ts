// Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as
// 1, 2, 3"), four blocks at once, and normals from them. Any number can be drawn in any order by any thread.
//
//   lane 0…3 of the vectors c0 … c3 are four independent counters;
//   words 0…3 of the four blocks come out as four vectors
import { barrier, enter } from './control';

const M0: u32 = 0xd2511f53;
const M1: u32 = 0xcd9e8d57;
const W0: u32 = 0x9e3779b9;
const W1: u32 = 0xbb67ae85;

/** Ten rounds on four counters; stores word w of the four blocks at out + 16 w. */
// @ts-ignore: decorator
@inline
export function philox4(out: usize, c0: v128, c1: v128, c2: v128, c3: v128, key0: u32, key1: u32): void {
  const m0 = i32x4.splat(M0);
  const m1 = i32x4.splat(M1);
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < 10; round++) {
    const aLow = i64x2.extmul_low_i32x4_u(c0, m0);
    const aHigh = i64x2.extmul_high_i32x4_u(c0, m0);
    const bLow = i64x2.extmul_low_i32x4_u(c2, m1);
    const bHigh = i64x2.extmul_high_i32x4_u(c2, m1);
    const high0 = v128.shuffle<i32>(aLow, aHigh, 1, 3, 5, 7);
    const high1 = v128.shuffle<i32>(bLow, bHigh, 1, 3, 5, 7);
    c0 = v128.xor(v128.xor(high1, c1), i32x4.splat(k0));
    c1 = v128.shuffle<i32>(bLow, bHigh, 0, 2, 4, 6);
    c2 = v128.xor(v128.xor(high0, c3), i32x4.splat(k1));
    c3 = v128.shuffle<i32>(aLow, aHigh, 0, 2, 4, 6);
    k0 += W0;
    k1 += W1;
  }
  v128.store(out, c0);
  v128.store(out, c1, 16);
  v128.store(out, c2, 32);
  v128.store(out, c3, 48);
}

/** Ten rounds on one counter; block: u32[4]. */
export function philox1(block: usize, c0: u32, c1: u32, c2: u32, c3: u32, key0: u32, key1: u32): void {
  for (let round = 0; round < 10; round++) {
    const a = <u64>c0 * <u64>M0;
    const b = <u64>c2 * <u64>M1;
    c0 = <u32>(b >> 32) ^ c1 ^ key0;
    c1 = <u32>b;
    c2 = <u32>(a >> 32) ^ c3 ^ key1;
    c3 = <u32>a;
    key0 += W0;
    key1 += W1;
  }
  store<u32>(block, c0);
  store<u32>(block, c1, 4);
  store<u32>(block, c2, 8);
  store<u32>(block, c3, 12);
}

/** ln x for x in (0, 1], f32, absolute error below 2e-7: exponent, and a polynomial fitted on [√½, √2) at Chebyshev
 *  nodes. */
// @ts-ignore: decorator
@inline
function logarithm(x: v128): v128 {
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const exponent = f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23));
  const mantissa = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const z = f32x4.sub(mantissa, f32x4.splat(1));
  let p = f32x4.splat(0.07149753719568253);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.115712009370327));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.11661510914564133));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.12411050498485565));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.14249937236309052));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.1666848063468933));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.20000708103179932));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.24999989569187164));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.3333333134651184));
  const zz = f32x4.mul(z, z);
  const tail = f32x4.sub(f32x4.mul(f32x4.mul(zz, z), p), f32x4.mul(zz, f32x4.splat(0.5)));
  return f32x4.add(f32x4.add(z, tail), f32x4.mul(exponent, f32x4.splat(0.6931471805599453)));
}

/** Box-Muller: two independent standard normals from two words each, at out and out + 16. The first word becomes
 *  (w + ½)/2³² in f32, which keeps its relative precision near 0: the tail reaches 6.76. */
// @ts-ignore: decorator
@inline
export function normals(out: usize, radiusWord: v128, angleWord: v128): void {
  const u = f32x4.add(
    f32x4.mul(f32x4.convert_i32x4_u(radiusWord), f32x4.splat(2.3283064365386963e-10)),
    f32x4.splat(1.1641532182693481e-10),
  );
  const radius = f32x4.sqrt(f32x4.max(f32x4.mul(logarithm(u), f32x4.splat(-2)), f32x4.splat(0)));
  // A whole turn is 2³²: the two top bits after rounding are the quadrant, the rest is an angle in [−π/4, π/4).
  const turned = i32x4.add(angleWord, i32x4.splat(0x20000000));
  const quadrant = i32x4.shr_u(turned, 30);
  const rest = i32x4.sub(v128.and(turned, i32x4.splat(0x3fffffff)), i32x4.splat(0x20000000));
  const x = f32x4.mul(f32x4.convert_i32x4_s(rest), f32x4.splat(1.4629180792671596e-9));
  const xx = f32x4.mul(x, x);
  let s = f32x4.add(f32x4.mul(xx, f32x4.splat(-0.00019587924180086702)), f32x4.splat(0.008332748897373676));
  s = f32x4.add(f32x4.mul(s, xx), f32x4.splat(-0.166666641831398));
  s = f32x4.add(x, f32x4.mul(f32x4.mul(s, xx), x));
  let c = f32x4.add(f32x4.mul(xx, f32x4.splat(2.4547965949750505e-5)), f32x4.splat(-0.001388830365613103));
  c = f32x4.add(f32x4.mul(c, xx), f32x4.splat(0.0416666641831398));
  c = f32x4.add(f32x4.splat(1), f32x4.sub(f32x4.mul(f32x4.mul(c, xx), xx), f32x4.mul(xx, f32x4.splat(0.5))));
  const swap = i32x4.eq(v128.and(quadrant, i32x4.splat(1)), i32x4.splat(1));
  const cosSign = i32x4.shl(v128.and(i32x4.add(quadrant, i32x4.splat(1)), i32x4.splat(2)), 30);
  const sinSign = i32x4.shl(v128.and(quadrant, i32x4.splat(2)), 30);
  v128.store(out, f32x4.mul(radius, v128.xor(v128.bitselect(s, c, swap), cosSign)));
  v128.store(out, f32x4.mul(radius, v128.xor(v128.bitselect(c, s, swap), sinSign)), 16);
}

/** blocks[i] = Philox(counters[i], key) and, when gaussian ≠ 0, the four normals made of each block (as f32).
 *  blocks, counters: u32[4·count], count a multiple of 4; scratch: 128 bytes. One thread; for tests. */
export function philoxBlocks(
  thread: i32, threads: i32, blocks: usize, counters: usize, scratch: usize, count: i32, key0: u32, key1: u32,
  gaussian: bool,
): i32 {
  enter();
  if (thread == 0) {
    for (let i = 0; i < count; i += 4) {
      for (let word: usize = 0; word < 4; word++) {
        for (let lane: usize = 0; lane < 4; lane++) {
          store<u32>(scratch + word * 16 + lane * 4, load<u32>(counters + (((<usize>i + lane) * 4 + word) << 2)));
        }
      }
      philox4(
        scratch, v128.load(scratch), v128.load(scratch, 16), v128.load(scratch, 32), v128.load(scratch, 48), key0, key1,
      );
      if (gaussian) {
        normals(scratch + 64, v128.load(scratch), v128.load(scratch, 16));
        normals(scratch + 96, v128.load(scratch, 32), v128.load(scratch, 48));
      }
      const from = gaussian ? scratch + 64 : scratch;
      for (let word: usize = 0; word < 4; word++) {
        for (let lane: usize = 0; lane < 4; lane++) {
          store<u32>(blocks + (((<usize>i + lane) * 4 + word) << 2), load<u32>(from + word * 16 + lane * 4));
        }
      }
    }
  }
  return barrier(thread, threads);
}
