// Complex inverse Fourier transforms of four lines at once: mixed-radix Stockham (self-sorting, two buffers). A forward
// transform is the same with the real and imaginary parts swapped before and after.
//
//   one element = 32 bytes = re of lines 0…3 (v128) | im of lines 0…3 (v128)
//
// Pass with radix r on length n and stride s (n·s = N):  y[q + s(rp + t)] = w_n^(pt) Σ_j w_r^(jt) x[q + s(p + j·n/r)],
// w_n = e^(+2πi/n). Twiddles are stored in the order in which the passes use them: for each p, t = 1 … r−1, (re, im)
// f32.
import { barrier, enter } from '../core/control';

/** Radix of the next pass on length n = 2^a·3^b·5^c > 1; anything else gives 0. */
// @ts-ignore: decorator
@inline
function nextRadix(n: i32): i32 {
  if (n % 5 == 0) return 5;
  if (n % 4 == 0) return 4;
  if (n % 3 == 0) return 3;
  return n % 2 == 0 ? 2 : 0;
}

/** Writes the twiddles of length n: fewer than 8·n bytes. */
export function fftTwiddles(thread: i32, threads: i32, twiddles: usize, length: i32): i32 {
  enter();
  if (thread == 0) {
    let at = twiddles;
    let n = length;
    while (n > 1) {
      const radix = nextRadix(n);
      if (radix == 0) unreachable();
      for (let p = 0; p < n / radix; p++) {
        for (let t = 1; t < radix; t++) {
          const angle = (2 * Math.PI * <f64>(p * t)) / <f64>n;
          store<f32>(at, <f32>Math.cos(angle));
          store<f32>(at, <f32>Math.sin(angle), 4);
          at += 8;
        }
      }
      n /= radix;
    }
  }
  return barrier(thread, threads);
}

/** Stores (re, im)·w, w = the twiddle at `tw`; at p = 0 all twiddles are 1. */
// @ts-ignore: decorator
@inline
function rotate(to: usize, re: v128, im: v128, tw: usize, turned: bool): void {
  if (turned) {
    const wr = v128.load32_splat(tw), wi = v128.load32_splat(tw, 4);
    v128.store(to, f32x4.sub(f32x4.mul(re, wr), f32x4.mul(im, wi)));
    v128.store(to, f32x4.add(f32x4.mul(re, wi), f32x4.mul(im, wr)), 16);
  } else {
    v128.store(to, re);
    v128.store(to, im, 16);
  }
}

/** The `step` bytes of one p. */
// @ts-ignore: decorator
@inline
function lines2(x: usize, y: usize, step: usize, half: usize, tw: usize, turned: bool): void {
  const end = x + step;
  do {
    const ar = v128.load(x), ai = v128.load(x, 16);
    const br = v128.load(x + half), bi = v128.load(x + half, 16);
    v128.store(y, f32x4.add(ar, br));
    v128.store(y, f32x4.add(ai, bi), 16);
    rotate(y + step, f32x4.sub(ar, br), f32x4.sub(ai, bi), tw, turned);
    y += 32;
    x += 32;
  } while (x < end);
}

// @ts-ignore: decorator
@inline
function lines3(x: usize, y: usize, step: usize, third: usize, tw: usize, turned: bool): void {
  const h = f32x4.splat(0.5);
  const r = f32x4.splat(0.8660254037844386);
  const end = x + step;
  do {
    const ar = v128.load(x), ai = v128.load(x, 16);
    const br = v128.load(x + third), bi = v128.load(x + third, 16);
    const cr = v128.load(x + 2 * third), ci = v128.load(x + 2 * third, 16);
    const sr = f32x4.add(br, cr), si = f32x4.add(bi, ci);
    const dr = f32x4.mul(r, f32x4.sub(br, cr)), di = f32x4.mul(r, f32x4.sub(bi, ci));
    const mr = f32x4.sub(ar, f32x4.mul(h, sr)), mi = f32x4.sub(ai, f32x4.mul(h, si));
    v128.store(y, f32x4.add(ar, sr));
    v128.store(y, f32x4.add(ai, si), 16);
    rotate(y + step, f32x4.sub(mr, di), f32x4.add(mi, dr), tw, turned);
    rotate(y + 2 * step, f32x4.add(mr, di), f32x4.sub(mi, dr), tw + 8, turned);
    y += 32;
    x += 32;
  } while (x < end);
}

// @ts-ignore: decorator
@inline
function lines4(x: usize, y: usize, step: usize, quarter: usize, tw: usize, turned: bool): void {
  const end = x + step;
  do {
    const ar = v128.load(x), ai = v128.load(x, 16);
    const br = v128.load(x + quarter), bi = v128.load(x + quarter, 16);
    const cr = v128.load(x + 2 * quarter), ci = v128.load(x + 2 * quarter, 16);
    const dr = v128.load(x + 3 * quarter), di = v128.load(x + 3 * quarter, 16);
    const acr = f32x4.add(ar, cr), aci = f32x4.add(ai, ci);
    const bdr = f32x4.add(br, dr), bdi = f32x4.add(bi, di);
    const er = f32x4.sub(ar, cr), ei = f32x4.sub(ai, ci);
    const fr = f32x4.sub(br, dr), fi = f32x4.sub(bi, di);
    v128.store(y, f32x4.add(acr, bdr));
    v128.store(y, f32x4.add(aci, bdi), 16);
    rotate(y + step, f32x4.sub(er, fi), f32x4.add(ei, fr), tw, turned);
    rotate(y + 2 * step, f32x4.sub(acr, bdr), f32x4.sub(aci, bdi), tw + 8, turned);
    rotate(y + 3 * step, f32x4.add(er, fi), f32x4.sub(ei, fr), tw + 16, turned);
    y += 32;
    x += 32;
  } while (x < end);
}

// @ts-ignore: decorator
@inline
function lines5(x: usize, y: usize, step: usize, fifth: usize, tw: usize, turned: bool): void {
  const c1 = f32x4.splat(0.30901699437494745), c2 = f32x4.splat(-0.8090169943749475);
  const s1 = f32x4.splat(0.9510565162951535), s2 = f32x4.splat(0.5877852522924731);
  const end = x + step;
  do {
    const ar = v128.load(x), ai = v128.load(x, 16);
    const br = v128.load(x + fifth), bi = v128.load(x + fifth, 16);
    const cr = v128.load(x + 2 * fifth), ci = v128.load(x + 2 * fifth, 16);
    const dr = v128.load(x + 3 * fifth), di = v128.load(x + 3 * fifth, 16);
    const er = v128.load(x + 4 * fifth), ei = v128.load(x + 4 * fifth, 16);
    const ber = f32x4.add(br, er), bei = f32x4.add(bi, ei);
    const cdr = f32x4.add(cr, dr), cdi = f32x4.add(ci, di);
    const fr = f32x4.sub(br, er), fi = f32x4.sub(bi, ei);
    const gr = f32x4.sub(cr, dr), gi = f32x4.sub(ci, di);
    v128.store(y, f32x4.add(ar, f32x4.add(ber, cdr)));
    v128.store(y, f32x4.add(ai, f32x4.add(bei, cdi)), 16);
    const pr = f32x4.add(ar, f32x4.add(f32x4.mul(c1, ber), f32x4.mul(c2, cdr)));
    const pi = f32x4.add(ai, f32x4.add(f32x4.mul(c1, bei), f32x4.mul(c2, cdi)));
    const qr = f32x4.add(ar, f32x4.add(f32x4.mul(c2, ber), f32x4.mul(c1, cdr)));
    const qi = f32x4.add(ai, f32x4.add(f32x4.mul(c2, bei), f32x4.mul(c1, cdi)));
    const ur = f32x4.add(f32x4.mul(s1, fr), f32x4.mul(s2, gr));
    const ui = f32x4.add(f32x4.mul(s1, fi), f32x4.mul(s2, gi));
    const vr = f32x4.sub(f32x4.mul(s2, fr), f32x4.mul(s1, gr));
    const vi = f32x4.sub(f32x4.mul(s2, fi), f32x4.mul(s1, gi));
    rotate(y + step, f32x4.sub(pr, ui), f32x4.add(pi, ur), tw, turned);
    rotate(y + 2 * step, f32x4.sub(qr, vi), f32x4.add(qi, vr), tw + 8, turned);
    rotate(y + 3 * step, f32x4.add(qr, vi), f32x4.sub(qi, vr), tw + 16, turned);
    rotate(y + 4 * step, f32x4.add(pr, ui), f32x4.sub(pi, ur), tw + 24, turned);
    y += 32;
    x += 32;
  } while (x < end);
}

function pass2(x: usize, y: usize, n: i32, step: usize, tw: usize): usize {
  const m = n / 2;
  const half = <usize>m * step;
  lines2(x, y, step, half, tw, false);
  for (let p = 1; p < m; p++) {
    tw += 8;
    x += step;
    y += 2 * step;
    lines2(x, y, step, half, tw, true);
  }
  return tw + 8;
}

function pass3(x: usize, y: usize, n: i32, step: usize, tw: usize): usize {
  const m = n / 3;
  const third = <usize>m * step;
  lines3(x, y, step, third, tw, false);
  for (let p = 1; p < m; p++) {
    tw += 16;
    x += step;
    y += 3 * step;
    lines3(x, y, step, third, tw, true);
  }
  return tw + 16;
}

function pass4(x: usize, y: usize, n: i32, step: usize, tw: usize): usize {
  const m = n / 4;
  const quarter = <usize>m * step;
  lines4(x, y, step, quarter, tw, false);
  for (let p = 1; p < m; p++) {
    tw += 24;
    x += step;
    y += 4 * step;
    lines4(x, y, step, quarter, tw, true);
  }
  return tw + 24;
}

function pass5(x: usize, y: usize, n: i32, step: usize, tw: usize): usize {
  const m = n / 5;
  const fifth = <usize>m * step;
  lines5(x, y, step, fifth, tw, false);
  for (let p = 1; p < m; p++) {
    tw += 32;
    x += step;
    y += 5 * step;
    lines5(x, y, step, fifth, tw, true);
  }
  return tw + 32;
}

/** Transforms `lines` interleaved groups of four lines, `length` × `lines` elements at a; b is as large.
 *  @returns the buffer (a or b) that holds the result. */
export function fftLines(a: usize, b: usize, length: i32, lines: i32, twiddles: usize): usize {
  let n = length;
  let step = <usize>lines << 5;
  let tw = twiddles;
  while (n > 1) {
    const radix = nextRadix(n);
    if (radix == 5) tw = pass5(a, b, n, step, tw);
    else if (radix == 4) tw = pass4(a, b, n, step, tw);
    else if (radix == 3) tw = pass3(a, b, n, step, tw);
    else tw = pass2(a, b, n, step, tw);
    n /= radix;
    step *= radix;
    const swap = a;
    a = b;
    b = swap;
  }
  return a;
}

/** For tests: transforms the four interleaved lines at x in place; work: as large. One thread. */
export function fftFour(thread: i32, threads: i32, x: usize, work: usize, twiddles: usize, length: i32): i32 {
  enter();
  if (thread == 0) {
    const result = fftLines(x, work, length, 1, twiddles);
    if (result != x) memory.copy(x, result, <usize>length << 5);
  }
  return barrier(thread, threads);
}
