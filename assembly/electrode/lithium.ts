// Diffusion of lithium in the active material of a voxel image over one implicit step:
//
//   next + γ·L·next = b,   b = now + h·change + source,   (L x)ᵢ = D₀/h² Σⱼ w·rootᵢ·rootⱼ·(xᵢ − xⱼ)
//
// with root = √(D/D₀), 0 outside of active material: the diffusivity of a face is the geometric mean of both sides, and
// what lies outside needs no mask. Stoichiometries are f64; conjugate gradients find a correction in f32 to the
// residual in f64. In the end b − γ·L·next is taken as the next state: what a face gives to one voxel it takes from
// the other, so that the sum of lithium is that of b to round-off whatever was left over, and the error is
// L·(I + γL)⁻¹ of the residual, at most the residual itself.
//
// Fields of f32 are rows of `pitch` elements, a multiple of 4 and more than nx, so that a neighbour along x always
// exists, with 4 more elements before and behind; outside of the active material and behind the rows they are 0. What
// is f64 has an element for each voxel of active material only, in the order of the image: half of the memory, and
// what needs neighbours walks along five rows at once.
import { barrier, enter, leave, poll, slabStart, tick } from '../core/control';
import { total } from '../core/sums';
import { constantBeyond, curveValue } from './curves';

/** What all passes take. */
@unmanaged
export class Lithium {
  nz: i32;
  ny: i32;
  nx: i32;
  pitch: i32;
  /** f32 field, and f32[pitch] of 0 with 4 more on both sides. */
  root: usize;
  zeros: usize;
  /** u32[nz·ny + 1]: first voxel of active material of each row, and behind the last. */
  starts: usize;
  /** f64 per voxel of active material: the last state, by how much it differs from the one before, the next state. */
  now: usize;
  change: usize;
  next: usize;
  /** f32 fields, which hold nothing from one call to the next but where that is said. */
  residual: usize;
  correction: usize;
  direction: usize;
  product: usize;
  /** f64[3·nz]. */
  sums: usize;
  /** γ·D₀/h_z², and (h_z/h_y)², (h_z/h_x)². */
  rate: f64;
  weightY: f64;
  weightX: f64;
  /** h: share of the last change that the next one has. */
  momentum: f64;
  /** Largest |residual| to reach, and iterations at most. */
  tolerance: f64;
  maxIterations: i32;
  /** f64[4]: what a kernel found. */
  out: usize;
}

/** Pointers to the rows around one of a field. */
let middle: usize = 0;
let up: usize = 0;
let down: usize = 0;
let north: usize = 0;
let south: usize = 0;

/** Sets the rows around row (z, y) of a field of 2^shift bytes an element. beyond: the row that stands for those
 *  outside of the image; 0: the row itself */
// @ts-ignore: decorator
@inline
function around(field: usize, z: i32, y: i32, nz: i32, ny: i32, pitch: i32, shift: usize, beyond: usize): void {
  const row = <usize>pitch << shift;
  middle = field + (<usize>z * <usize>ny + <usize>y) * row;
  const outside = beyond ? beyond : middle;
  up = z > 0 ? middle - <usize>ny * row : outside;
  down = z + 1 < nz ? middle + <usize>ny * row : outside;
  north = y > 0 ? middle - row : outside;
  south = y + 1 < ny ? middle + row : outside;
}

// @ts-ignore: decorator
@inline
function flow4(root: usize, own: v128, neighbour: usize): v128 {
  return f32x4.mul(v128.load(root), f32x4.sub(own, v128.load(neighbour)));
}

// @ts-ignore: decorator
@inline
function sum4(v: v128): f64 {
  return (<f64>f32x4.extract_lane(v, 0) + <f64>f32x4.extract_lane(v, 1)) +
    (<f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3));
}

// @ts-ignore: decorator
@inline
function largest4(v: v128): f64 {
  return <f64>max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)), max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** The largest of what planes have. */
function most(values: usize, nz: i32): f64 {
  let value: f64 = 0;
  for (let z = 0; z < nz; z++) value = max(value, load<f64>(values + (<usize>z << 3)));
  return value;
}

/** r·(own − the neighbour's value) where there is a neighbour. */
// @ts-ignore: decorator
@inline
function flow1(root: f64, own: f64, values: usize, at: usize): f64 {
  return root != 0 ? root * (own - load<f64>(values + (at << 3))) : 0;
}

// @ts-ignore: decorator
@inline
function startOf(starts: usize, row: i32): usize { return <usize>load<u32>(starts + (<usize>row << 2)); }

/** now + h·change − γ·L·next − next, in f64: to `residual`, and what f32 leaves of it to `rest` where that is not 0. */
function residuals(thread: i32, threads: i32, asked: Lithium, rest: usize): i32 {
  const nz = asked.nz, ny = asked.ny, pitch = asked.pitch, root = asked.root, zeros = asked.zeros, next = asked.next;
  const residual = asked.residual, now = asked.now, change = asked.change, starts = asked.starts;
  const rate = asked.rate, momentum = asked.momentum, weightY = asked.weightY, weightX = asked.weightX;
  const end = slabStart(thread + 1, threads, nz * ny);
  for (let row = slabStart(thread, threads, nz * ny); row < end; row++) {
    const z = row / ny;
    const y = row - z * ny;
    around(root, z, y, nz, ny, pitch, 2, zeros);
    const rm = middle, ru = up, rd = down, rn = north, rs = south;
    let own = startOf(starts, row);
    // Beyond the image the rows are of zeros, and nothing is read.
    let above = startOf(starts, z > 0 ? row - ny : row), below = startOf(starts, z + 1 < nz ? row + ny : row);
    let before = startOf(starts, y > 0 ? row - 1 : row), behind = startOf(starts, y + 1 < ny ? row + 1 : row);
    const to = <usize>row * <usize>pitch << 2;
    for (let a: usize = 0; a < <usize>pitch << 2; a += 4) {
      const m = <f64>load<f32>(rm + a);
      const u = <f64>load<f32>(ru + a), d = <f64>load<f32>(rd + a);
      const n = <f64>load<f32>(rn + a), s = <f64>load<f32>(rs + a);
      let whole: f64 = 0;
      if (m != 0) {
        const x = load<f64>(next + (own << 3));
        const flow = flow1(u, x, next, above) + flow1(d, x, next, below) +
          weightY * (flow1(n, x, next, before) + flow1(s, x, next, behind)) +
          weightX * (flow1(<f64>load<f32>(rm + a - 4), x, next, own - 1) +
            flow1(<f64>load<f32>(rm + a + 4), x, next, own + 1));
        whole = load<f64>(now + (own << 3)) + momentum * load<f64>(change + (own << 3)) - rate * m * flow - x;
        own++;
      }
      above += u != 0 ? 1 : 0;
      below += d != 0 ? 1 : 0;
      before += n != 0 ? 1 : 0;
      behind += s != 0 ? 1 : 0;
      const high = <f32>whole;
      store<f32>(residual + to + a, high);
      if (rest) store<f32>(rest + to + a, <f32>(whole - <f64>high));
    }
    if (poll(thread, asked.nx)) break;
  }
  return barrier(thread, threads);
}

/** Per plane: sum of residual², largest |residual|. */
function measure(thread: i32, threads: i32, asked: Lithium): i32 {
  const nz = asked.nz, residual = asked.residual, sums = asked.sums;
  const row = <usize>asked.pitch << 2;
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    let square: f64 = 0;
    let largest = f32x4.splat(0);
    for (let y = 0; y < asked.ny; y++) {
      const from = residual + (<usize>z * <usize>asked.ny + <usize>y) * row;
      let squares = f32x4.splat(0);
      for (let at = from; at < from + row; at += 16) {
        const value = v128.load(at);
        squares = f32x4.add(squares, f32x4.mul(value, value));
        largest = f32x4.max(largest, f32x4.abs(value));
      }
      square += sum4(squares);
      if (poll(thread, asked.nx)) break;
    }
    store<f64>(sums + (<usize>z << 3), square);
    store<f64>(sums + (<usize>(nz + z) << 3), largest4(largest));
  }
  return barrier(thread, threads);
}

/** direction = residual + beta·direction; the first time residual alone, whatever direction holds. */
// @ts-ignore: decorator
@inline
function turn(residual: usize, direction: usize, from: usize, to: usize, beta: f32, first: bool): void {
  for (let at = from << 2; at < to << 2; at += 16) {
    const r = v128.load(residual + at);
    v128.store(
      direction + at, first ? r : f32x4.add(r, f32x4.mul(f32x4.splat(beta), v128.load(direction + at))),
    );
  }
}

/** product = (I + γL)·direction, and per plane, in the third row of sums, that of direction·product. */
function multiply(thread: i32, threads: i32, asked: Lithium): i32 {
  const nz = asked.nz, ny = asked.ny, pitch = asked.pitch, root = asked.root, zeros = asked.zeros;
  const direction = asked.direction, product = asked.product, sums = asked.sums;
  const rate = f32x4.splat(<f32>asked.rate);
  const weightY = f32x4.splat(<f32>asked.weightY), weightX = f32x4.splat(<f32>asked.weightX);
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    let sum: f64 = 0;
    for (let y = 0; y < ny; y++) {
      around(root, z, y, nz, ny, pitch, 2, zeros);
      const rm = middle, ru = up, rd = down, rn = north, rs = south;
      around(direction, z, y, nz, ny, pitch, 2, 0);
      const pm = middle, pu = up, pd = down, pn = north, ps = south;
      const to = product + ((<usize>z * <usize>ny + <usize>y) * <usize>pitch << 2);
      let dots = f32x4.splat(0);
      for (let at: usize = 0; at < <usize>pitch << 2; at += 16) {
        const own = v128.load(pm + at);
        let flow = f32x4.add(flow4(ru + at, own, pu + at), flow4(rd + at, own, pd + at));
        const flowY = f32x4.add(flow4(rn + at, own, pn + at), flow4(rs + at, own, ps + at));
        const flowX = f32x4.add(flow4(rm + at - 4, own, pm + at - 4), flow4(rm + at + 4, own, pm + at + 4));
        flow = f32x4.add(f32x4.add(flow, f32x4.mul(weightY, flowY)), f32x4.mul(weightX, flowX));
        const whole = f32x4.add(own, f32x4.mul(f32x4.mul(rate, v128.load(rm + at)), flow));
        v128.store(to + at, whole);
        dots = f32x4.add(dots, f32x4.mul(own, whole));
      }
      sum += sum4(dots);
      if (poll(thread, asked.nx)) break;
    }
    store<f64>(sums + (<usize>(2 * nz + z) << 3), sum);
  }
  return barrier(thread, threads);
}

/** correction += alpha·direction, residual −= alpha·product; per plane the sum of residual² and the largest |residual|.
 *  The first time correction was 0. */
function step(thread: i32, threads: i32, asked: Lithium, alpha: f32, first: bool): i32 {
  const nz = asked.nz, residual = asked.residual, correction = asked.correction, direction = asked.direction;
  const product = asked.product, sums = asked.sums;
  const row = <usize>asked.pitch << 2;
  const by = f32x4.splat(alpha);
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    let square: f64 = 0;
    let largest = f32x4.splat(0);
    for (let y = 0; y < asked.ny; y++) {
      const from = (<usize>z * <usize>asked.ny + <usize>y) * row;
      let squares = f32x4.splat(0);
      for (let at = from; at < from + row; at += 16) {
        const more = f32x4.mul(by, v128.load(direction + at));
        v128.store(correction + at, first ? more : f32x4.add(v128.load(correction + at), more));
        const rest = f32x4.sub(v128.load(residual + at), f32x4.mul(by, v128.load(product + at)));
        v128.store(residual + at, rest);
        squares = f32x4.add(squares, f32x4.mul(rest, rest));
        largest = f32x4.max(largest, f32x4.abs(rest));
      }
      square += sum4(squares);
      if (poll(thread, asked.nx)) break;
    }
    store<f64>(sums + (<usize>z << 3), square);
    store<f64>(sums + (<usize>(nz + z) << 3), largest4(largest));
  }
  return barrier(thread, threads);
}

/** residual = now + h·change − γ·L·next − next, to which the source is to be added. */
export function residualLithium(thread: i32, threads: i32, asked: Lithium): i32 {
  enter();
  return residuals(thread, threads, asked, 0);
}

/** From `residual`, which it spends, `correction`: its residual is at most the tolerance, or as small as single
 *  precision and the iterations allow. out: iterations, largest |residual| of the guess and at the end. */
export function correctLithium(thread: i32, threads: i32, asked: Lithium): i32 {
  enter();
  const nz = asked.nz, sums = asked.sums, tolerance = asked.tolerance, maxIterations = asked.maxIterations;
  const residual = asked.residual, direction = asked.direction;
  const plane = <usize>asked.ny * <usize>asked.pitch;
  const from = <usize>slabStart(thread, threads, nz) * plane;
  const to = <usize>slabStart(thread + 1, threads, nz) * plane;
  if (thread == 0) {
    // Others use this memory, too, and what is not a number stays so if it is multiplied by 0.
    v128.store(direction - 16, i32x4.splat(0));
    v128.store(direction + (<usize>nz * plane << 2), i32x4.splat(0));
  }
  let status = measure(thread, threads, asked);
  if (status) return status;
  let square = total(sums, nz);
  let left = most(sums + (<usize>nz << 3), nz);
  const began = left;
  let beta: f64 = 0;
  let iterations = 0;
  if (left <= tolerance) {
    // Nothing to do: the correction is 0.
    memory.fill(asked.correction + (from << 2), 0, (to - from) << 2);
    if ((status = barrier(thread, threads))) return status;
  }
  while (left > tolerance && iterations < maxIterations) {
    const first = iterations == 0;
    turn(residual, direction, from, to, <f32>beta, first);
    if ((status = barrier(thread, threads))) return status;
    if ((status = multiply(thread, threads, asked))) return status;
    const curvature = total(sums + (<usize>nz << 4), nz);
    if ((status = step(thread, threads, asked, <f32>(square / curvature), first))) return status;
    const next = total(sums, nz);
    left = most(sums + (<usize>nz << 3), nz);
    beta = next / square;
    square = next;
    iterations++;
  }
  if (thread == 0) {
    store<f64>(asked.out, iterations);
    store<f64>(asked.out, began, 8);
    store<f64>(asked.out, left, 16);
  }
  return leave();
}

/** next += high + low, f32 fields; low: 0, there is none. */
function add(thread: i32, threads: i32, asked: Lithium, high: usize, low: usize): void {
  const root = asked.root, next = asked.next, pitch = <usize>asked.pitch << 2;
  const rows = asked.nz * asked.ny;
  const end = slabStart(thread + 1, threads, rows);
  const begin = slabStart(thread, threads, rows);
  let own = next + (startOf(asked.starts, begin) << 3);
  for (let at = <usize>begin * pitch; at < <usize>end * pitch; at += 4) {
    if (load<f32>(root + at) == 0) continue;
    const more = <f64>load<f32>(high + at) + (low ? <f64>load<f32>(low + at) : 0);
    store<f64>(own, load<f64>(own) + more);
    own += 8;
  }
}

/** next += `correction`, and then next = now + h·change − γ·L·next, to which the source is to be added. */
export function settleLithium(thread: i32, threads: i32, asked: Lithium): i32 {
  enter();
  add(thread, threads, asked, asked.correction, 0);
  let status = barrier(thread, threads);
  if (status) return status;
  if ((status = residuals(thread, threads, asked, asked.product))) return status;
  add(thread, threads, asked, asked.residual, asked.product);
  return barrier(thread, threads);
}

/** First and last element of a thread's share of what is f64. */
// @ts-ignore: decorator
@inline
function share(thread: i32, threads: i32, asked: Lithium): usize {
  return startOf(asked.starts, slabStart(thread, threads, asked.nz * asked.ny)) << 3;
}

/** next = now + momentum·change: where a step begins to look. */
export function guessLithium(thread: i32, threads: i32, asked: Lithium): i32 {
  enter();
  const now = asked.now, change = asked.change, next = asked.next, momentum = asked.momentum;
  const to = share(thread + 1, threads, asked);
  for (let at = share(thread, threads, asked); at < to; at += 8) {
    store<f64>(next + at, load<f64>(now + at) + momentum * load<f64>(change + at));
  }
  return barrier(thread, threads);
}

/** Takes the next state: change = next − now, now = next. */
export function takeLithium(thread: i32, threads: i32, asked: Lithium): i32 {
  enter();
  const now = asked.now, change = asked.change, next = asked.next;
  const to = share(thread + 1, threads, asked);
  for (let at = share(thread, threads, asked); at < to; at += 8) {
    const value = load<f64>(next + at);
    store<f64>(change + at, value - load<f64>(now + at));
    store<f64>(now + at, value);
  }
  return barrier(thread, threads);
}

/** sums: per plane Σ next, then Σ (next − now). */
export function sumLithium(thread: i32, threads: i32, asked: Lithium): i32 {
  enter();
  const nz = asked.nz, ny = asked.ny, now = asked.now, next = asked.next, sums = asked.sums, starts = asked.starts;
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    let whole: f64 = 0;
    let gain: f64 = 0;
    const to = startOf(starts, (z + 1) * ny) << 3;
    for (let at = startOf(starts, z * ny) << 3; at < to; at += 8) {
      const value = load<f64>(next + at);
      whole += value;
      gain += value - load<f64>(now + at);
    }
    store<f64>(sums + (<usize>z << 3), whole);
    store<f64>(sums + (<usize>(nz + z) << 3), gain);
    if (tick(thread, ny * asked.nx)) break;
  }
  return barrier(thread, threads);
}

/** root = √(D/D₀) of the states in `next`, where it is not 0: from a table over [0, 1], beyond which its ends hold.
 *  table: f64[cells + 1][2], value and slope */
export function diffusivityRoots(
  thread: i32, threads: i32, root: usize, next: usize, starts: usize, table: usize, cells: i32, rows: i32, pitch: i32,
): i32 {
  enter();
  const end = slabStart(thread + 1, threads, rows);
  for (let row = slabStart(thread, threads, rows); row < end; row++) {
    const from = <usize>row * <usize>pitch;
    let own = next + (startOf(starts, row) << 3);
    for (let at = from; at < from + <usize>pitch; at++) {
      if (load<f32>(root + (at << 2)) == 0) continue;
      constantBeyond(table, cells, load<f64>(own));
      own += 8;
      store<f32>(root + (at << 2), <f32>curveValue);
    }
    if (poll(thread, pitch)) break;
  }
  return barrier(thread, threads);
}
