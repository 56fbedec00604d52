// Anisotropic diffusion [Perona & Malik 1990, IEEE PAMI 12:629]: grey values flow to the six neighbours, the less the
// more they differ, with conductivity 1/(1 + (d/κ)²). Noise below κ is smoothed, edges above it stay. No flow across
// the window.
import { barrier, enter, leave, poll, slabStart, tick } from '../core/control';
import { putValue, valueAt } from './values';
import { POLL_STEP } from '../layout';

/** `iterations` steps from a; the result is in a when their number is even, else in b. a, b: f32[nz·ny·nx].
 *  inverse: 1/κ²; rate: step in time, at most 1/6. Work counted: voxels · iterations. */
export function diffuse(
  thread: i32, threads: i32, a: usize, b: usize, iterations: i32, inverse: f32, rate: f32, nz: i32, ny: i32, nx: i32,
): i32 {
  enter();
  const end = slabStart(thread + 1, threads, nz * ny);
  const row = <usize>nx << 2;
  let from = a;
  let to = b;
  for (let step = 0; step < iterations; step++) {
    for (let r = slabStart(thread, threads, nz * ny); r < end; r++) {
      const z = r / ny;
      const y = r - z * ny;
      const middle = from + <usize>r * row;
      const target = to + <usize>r * row;
      const up = z > 0 ? middle - <usize>ny * row : middle;
      const down = z + 1 < nz ? middle + <usize>ny * row : middle;
      const north = y > 0 ? middle - row : middle;
      const south = y + 1 < ny ? middle + row : middle;
      one(target, middle, up, down, north, south, 0, nx, inverse, rate);
      let x = 1;
      for (; x + 5 <= nx; x += 4) {
        const at = <usize>x << 2;
        const value = v128.load(middle + at);
        let flow = flux(v128.load(up + at), value, inverse);
        flow = f32x4.add(flow, flux(v128.load(down + at), value, inverse));
        flow = f32x4.add(flow, flux(v128.load(north + at), value, inverse));
        flow = f32x4.add(flow, flux(v128.load(south + at), value, inverse));
        flow = f32x4.add(flow, flux(v128.load(middle + at - 4), value, inverse));
        flow = f32x4.add(flow, flux(v128.load(middle + at + 4), value, inverse));
        v128.store(target + at, f32x4.add(value, f32x4.mul(f32x4.splat(rate), flow)));
      }
      for (; x < nx; x++) one(target, middle, up, down, north, south, x, nx, inverse, rate);
      if (poll(thread, nx)) break;
    }
    const status = barrier(thread, threads);
    if (status) return status;
    const swap = from;
    from = to;
    to = swap;
  }
  return leave();
}

// @ts-ignore: decorator
@inline
function flux(neighbour: v128, value: v128, inverse: f32): v128 {
  const d = f32x4.sub(neighbour, value);
  const resistance = f32x4.add(f32x4.splat(1), f32x4.mul(f32x4.mul(d, d), f32x4.splat(inverse)));
  return f32x4.div(d, resistance);
}

/** One voxel, with the same operations in the same order. */
function one(
  target: usize, middle: usize, up: usize, down: usize, north: usize, south: usize, x: i32, nx: i32, inverse: f32,
  rate: f32,
): void {
  const at = <usize>x << 2;
  const value = load<f32>(middle + at);
  let flow = fluxOne(load<f32>(up + at), value, inverse);
  flow += fluxOne(load<f32>(down + at), value, inverse);
  flow += fluxOne(load<f32>(north + at), value, inverse);
  flow += fluxOne(load<f32>(south + at), value, inverse);
  flow += fluxOne(load<f32>(x > 0 ? middle + at - 4 : middle + at), value, inverse);
  flow += fluxOne(load<f32>(x + 1 < nx ? middle + at + 4 : middle + at), value, inverse);
  store<f32>(target + at, value + rate * flow);
}

// @ts-ignore: decorator
@inline
function fluxOne(neighbour: f32, value: f32, inverse: f32): f32 {
  const d = neighbour - value;
  return d / (1 + d * d * inverse);
}

/** out = values as f32, or values = in, rounded, when `back` is not 0. floats: f32[count]. */
export function floatValues(
  thread: i32, threads: i32, floats: usize, values: usize, kind: i32, count: u32, back: bool,
): i32 {
  enter();
  const blocks = <i32>((count + POLL_STEP - 1) / POLL_STEP);
  const end = slabStart(thread + 1, threads, blocks);
  for (let block = slabStart(thread, threads, blocks); block < end; block++) {
    const from = <usize>block * POLL_STEP;
    const to = min(<usize>count, from + POLL_STEP);
    if (kind == 1) convert<u8>(floats, values, from, to, back);
    else if (kind == 2) convert<u16>(floats, values, from, to, back);
    else convert<f32>(floats, values, from, to, back);
    if (tick(thread, to - from)) break;
  }
  return barrier(thread, threads);
}

function convert<T>(floats: usize, values: usize, from: usize, to: usize, back: bool): void {
  if (back) for (let i = from; i < to; i++) putValue<T>(values, i, load<f32>(floats + (i << 2)));
  else for (let i = from; i < to; i++) store<f32>(floats + (i << 2), valueAt<T>(values, i));
}
