// Vectors of conjugate gradients whose preconditioner works in single precision and may differ from step to step.
// Vectors are slices of equal length, and sums are formed per slice.
import { enter, barrier, leave, poll, slabStart } from '../core/control';

/** x += α·p and r −= α·q. out: f64[slices], Σ r² of every slice; others f64[slices·length] */
export function krylovStep(
  thread: i32, threads: i32, out: usize, x: usize, r: usize, p: usize, q: usize, alpha: f64, slices: u32, length: u32,
): i32 {
  enter();
  const bytes = <usize>length << 3;
  const end = slabStart(thread + 1, threads, slices);
  for (let k = slabStart(thread, threads, slices); k < end; k++) {
    const from = <usize>k * bytes;
    let sum: f64 = 0;
    for (let at = from; at < from + bytes; at += 8) {
      store<f64>(x + at, load<f64>(x + at) + alpha * load<f64>(p + at));
      const rest = load<f64>(r + at) - alpha * load<f64>(q + at);
      store<f64>(r + at, rest);
      sum += rest * rest;
    }
    store<f64>(out + (<usize>k << 3), sum);
    if (poll(thread, length)) break;
  }
  return barrier(thread, threads);
}

/** Sums of products per slice, f64[slices][2]: z·r and z·q. z: f32 */
export function krylovProducts(
  thread: i32, threads: i32, out: usize, z: usize, r: usize, q: usize, slices: u32, length: u32,
): i32 {
  enter();
  const bytes = <usize>length << 3;
  const end = slabStart(thread + 1, threads, slices);
  for (let k = slabStart(thread, threads, slices); k < end; k++) {
    const from = <usize>k * bytes;
    let right: f64 = 0;
    let image: f64 = 0;
    for (let at = from; at < from + bytes; at += 8) {
      const value = <f64>load<f32>(z + (at >> 1));
      right += value * load<f64>(r + at);
      image += value * load<f64>(q + at);
    }
    store<f64>(out + (<usize>k << 4), right);
    store<f64>(out + (<usize>k << 4), image, 8);
    if (poll(thread, length)) break;
  }
  return barrier(thread, threads);
}

/** p = z + β·p, for z in f32. */
export function krylovDirection(
  thread: i32, threads: i32, p: usize, z: usize, beta: f64, slices: u32, length: u32,
): i32 {
  enter();
  const bytes = <usize>length << 3;
  const from = <usize>slabStart(thread, threads, slices) * bytes;
  const end = <usize>slabStart(thread + 1, threads, slices) * bytes;
  for (let at = from; at < end; at += 8) {
    store<f64>(p + at, <f64>load<f32>(z + (at >> 1)) + beta * load<f64>(p + at));
  }
  poll(thread, (end - from) >> 3);
  return leave();
}

/** r = b − y. out: f64[slices], Σ r² of every slice */
export function krylovResidual(
  thread: i32, threads: i32, out: usize, r: usize, b: usize, y: usize, slices: u32, length: u32,
): i32 {
  enter();
  const bytes = <usize>length << 3;
  const end = slabStart(thread + 1, threads, slices);
  for (let k = slabStart(thread, threads, slices); k < end; k++) {
    const from = <usize>k * bytes;
    let sum: f64 = 0;
    for (let at = from; at < from + bytes; at += 8) {
      const rest = load<f64>(b + at) - load<f64>(y + at);
      store<f64>(r + at, rest);
      sum += rest * rest;
    }
    store<f64>(out + (<usize>k << 3), sum);
    if (poll(thread, length)) break;
  }
  return barrier(thread, threads);
}

/** A vector in single precision. */
export function krylovSingle(
  thread: i32, threads: i32, single: usize, r: usize, slices: u32, length: u32,
): i32 {
  enter();
  const bytes = <usize>length << 3;
  const from = <usize>slabStart(thread, threads, slices) * bytes;
  const end = <usize>slabStart(thread + 1, threads, slices) * bytes;
  for (let at = from; at < end; at += 8) store<f32>(single + (at >> 1), <f32>load<f64>(r + at));
  poll(thread, (end - from) >> 3);
  return leave();
}

/** x += α·p. */
export function krylovAdd(
  thread: i32, threads: i32, x: usize, p: usize, alpha: f64, slices: u32, length: u32,
): i32 {
  enter();
  const bytes = <usize>length << 3;
  const from = <usize>slabStart(thread, threads, slices) * bytes;
  const end = <usize>slabStart(thread + 1, threads, slices) * bytes;
  for (let at = from; at < end; at += 8) store<f64>(x + at, load<f64>(x + at) + alpha * load<f64>(p + at));
  poll(thread, (end - from) >> 3);
  return leave();
}
