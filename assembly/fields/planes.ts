// Second stage of the synthesis of a field pair (synthesis.ts): along y and x plane by plane, into the fields and, with
// the last pair of a structure, on into labels while the rows are in cache.
import { barrier, enter, slabStart, tick } from '../core/control';
import { Optional } from '../core/kinds';
import { fftLines } from './fft';
import { GROUPS, liveRows, slot } from './synthesis';
import { excursionRow } from './threshold';

/** Bands of four rows that go through x together. */
const BANDS: i32 = 4;

/** Four floats to out, the first `count` of them only where less remain. */
// @ts-ignore: decorator
@inline
function put(out: usize, v: v128, count: i32): void {
  if (count >= 4) {
    v128.store(out, v);
    return;
  }
  for (let i = 0; i < count; i++) {
    store<f32>(out + (<usize>i << 2), f32x4.extract_lane(v, 0));
    v = v128.shuffle<i32>(v, v, 1, 2, 3, 0);
  }
}

/** out (+)= v or v², four floats. Reading beyond the row is harmless, the next row or lease follows. */
// @ts-ignore: decorator
@inline
function accumulate(out: usize, v: v128, count: i32, square: bool, add: bool): void {
  if (square) v = f32x4.mul(v, v);
  if (add) v = f32x4.add(v128.load(out), v);
  put(out, v, count);
}

/** Rows of one band, elements `step` bytes apart, to out. part: 0 real, 16 imaginary; both: the sum of the squares of
 *  the two. */
// @ts-ignore: decorator
@inline
function emit(
  out: usize, rowBytes: usize, rows: i32, from: usize, step: usize, nx: i32, both: bool, square: bool, add: bool,
): void {
  let x = 0;
  do {
    let e0 = v128.load(from), e1 = v128.load(from + step), e2 = v128.load(from + 2 * step),
      e3 = v128.load(from + 3 * step);
    if (both) {
      const i0 = v128.load(from, 16), i1 = v128.load(from + step, 16), i2 = v128.load(from + 2 * step, 16),
        i3 = v128.load(from + 3 * step, 16);
      e0 = f32x4.add(f32x4.mul(e0, e0), f32x4.mul(i0, i0));
      e1 = f32x4.add(f32x4.mul(e1, e1), f32x4.mul(i1, i1));
      e2 = f32x4.add(f32x4.mul(e2, e2), f32x4.mul(i2, i2));
      e3 = f32x4.add(f32x4.mul(e3, e3), f32x4.mul(i3, i3));
    }
    const p0 = v128.shuffle<i32>(e0, e1, 0, 4, 1, 5), p1 = v128.shuffle<i32>(e2, e3, 0, 4, 1, 5);
    const p2 = v128.shuffle<i32>(e0, e1, 2, 6, 3, 7), p3 = v128.shuffle<i32>(e2, e3, 2, 6, 3, 7);
    const count = nx - x;
    const at = out + (<usize>x << 2);
    accumulate(at, v128.shuffle<i32>(p0, p1, 0, 1, 4, 5), count, square, add);
    if (rows > 1) accumulate(at + rowBytes, v128.shuffle<i32>(p0, p1, 2, 3, 6, 7), count, square, add);
    if (rows > 2) accumulate(at + 2 * rowBytes, v128.shuffle<i32>(p2, p3, 0, 1, 4, 5), count, square, add);
    if (rows > 3) accumulate(at + 3 * rowBytes, v128.shuffle<i32>(p2, p3, 2, 3, 6, 7), count, square, add);
    from += 4 * step;
    x += 4;
  } while (x < nx);
}

function emitBoth(out: usize, rowBytes: usize, rows: i32, from: usize, step: usize, nx: i32, add: bool): void {
  if (add) emit(out, rowBytes, rows, from, step, nx, true, false, true);
  else emit(out, rowBytes, rows, from, step, nx, true, false, false);
}

function emitPart(
  out: usize, rowBytes: usize, rows: i32, from: usize, step: usize, nx: i32, square: bool, add: bool,
): void {
  if (square) {
    if (add) emit(out, rowBytes, rows, from, step, nx, false, true, true);
    else emit(out, rowBytes, rows, from, step, nx, false, true, false);
  } else if (add) emit(out, rowBytes, rows, from, step, nx, false, false, true);
  else emit(out, rowBytes, rows, from, step, nx, false, false, false);
}

/** Four y of four kx, as rows of an element each. */
// @ts-ignore: decorator
@inline
function turn(to: usize, toStep: usize, from: usize, step: usize): void {
  for (let part: usize = 0; part < 32; part += 16) {
    const e0 = v128.load(from + part), e1 = v128.load(from + step + part);
    const e2 = v128.load(from + 2 * step + part), e3 = v128.load(from + 3 * step + part);
    const p0 = v128.shuffle<i32>(e0, e1, 0, 4, 1, 5), p1 = v128.shuffle<i32>(e2, e3, 0, 4, 1, 5);
    const p2 = v128.shuffle<i32>(e0, e1, 2, 6, 3, 7), p3 = v128.shuffle<i32>(e2, e3, 2, 6, 3, 7);
    v128.store(to + part, v128.shuffle<i32>(p0, p1, 0, 1, 4, 5));
    v128.store(to + toStep + part, v128.shuffle<i32>(p0, p1, 2, 3, 6, 7));
    v128.store(to + 2 * toStep + part, v128.shuffle<i32>(p2, p3, 0, 1, 4, 5));
    v128.store(to + 3 * toStep + part, v128.shuffle<i32>(p2, p3, 2, 3, 6, 7));
  }
}

/** What `fieldPlanes` takes. */
@unmanaged
export class FieldPlanes {
  /** f32[nz·ny·nx]; each part, squared when `square`, is stored or, with addReal, addImaginary, added; where both are
   *  the same array the two squares are summed. */
  outReal: usize;
  outImaginary: usize;
  square: bool;
  addReal: bool;
  addImaginary: bool;
  /** As fieldColumns left them, with its reaches. */
  modes: usize;
  /** Per thread 256·(max(Ly, Lx) + 4) + 512·⌈ny/16⌉·groupsX bytes. */
  scratch: usize;
  twiddlesY: usize;
  twiddlesX: usize;
  periodY: i32;
  periodX: i32;
  lowY: i32;
  countY: i32;
  lowX: i32;
  countX: i32;
  /** The window. */
  nz: i32;
  ny: i32;
  nx: i32;
  reachY: f64;
  reachX: f64;
  /** u8[nz·ny·nx]: the fields are complete then; x, y, λ and labels as in `excursion`. */
  labels: Optional;
  x: Optional;
  /** Absent: the model has one field. */
  y: Optional;
  lambdaX: f32;
  lambdaY: f32;
  inX: i32;
  inY: i32;
  rest: i32;
}

/** Stage 2: transforms along y and x, and makes labels of fields that are complete. */
export function fieldPlanes(thread: i32, threads: i32, planes: FieldPlanes): i32 {
  enter();
  const groups = (planes.countX + 3) >> 2;
  const batches = (groups + GROUPS - 1) / GROUPS;
  const superbands = (planes.ny + 4 * BANDS - 1) / (4 * BANDS);
  const buffer = (<usize>(max(planes.periodY, planes.periodX) + 4) * GROUPS) << 5;
  const rotated = (<usize>superbands * <usize>groups * 4 * BANDS) << 5;
  const a = planes.scratch + <usize>thread * (2 * buffer + rotated);
  const b = a + buffer, plane = b + buffer;
  const nx = planes.nx;
  const rowBytes = <usize>nx << 2;
  const wide: usize = BANDS << 5;
  const negative = <usize>(0 - planes.lowX);
  const highY = planes.lowY + planes.countY - 1;
  const end = slabStart(thread + 1, threads, planes.nz);
  for (let z = slabStart(thread, threads, planes.nz); z < end; z++) {
    const live = planes.modes + ((<usize>z * <usize>planes.countY * <usize>groups) << 5);
    let stop: bool = false;
    for (let batch = 0; batch < batches && !stop; batch++) {
      const first = batch * GROUPS, many = min(GROUPS, groups - first);
      const step = <usize>many << 5;
      const most = liveRows(planes.lowX, planes.countX, batch, planes.reachY, planes.reachX, planes.periodY);
      memory.fill(a, 0, <usize>planes.periodY * step);
      const last = min(highY, most);
      for (let ky = max(planes.lowY, -most); ky <= last; ky++) {
        const from = live + ((<usize>(ky - planes.lowY) * <usize>groups + first) << 5);
        memory.copy(a + slot(ky, planes.periodY) * step, from, step);
      }
      const result = fftLines(a, b, planes.periodY, many, planes.twiddlesY);
      for (let g = 0; g < many; g++) {
        let from = result + (<usize>g << 5);
        // [16 rows][kx][band of 4 rows]
        let to = plane + ((<usize>(first + g) * 4 * BANDS) << 5);
        const next = (<usize>groups * 4 * BANDS) << 5;
        for (let row = 0; row < planes.ny; row += 4) {
          const band = (row >> 2) & (BANDS - 1);
          turn(to + (<usize>band << 5), wide, from, step);
          from += 4 * step;
          if (band == BANDS - 1) to += next;
        }
      }
      stop = tick(thread, 4 * many * planes.periodY);
    }
    for (let superband = 0; superband < superbands && !stop; superband++) {
      const from = plane + ((<usize>superband * <usize>groups * 4 * BANDS) << 5);
      // Modes low … −1 go to the end of the line, 0 … to its start.
      const positive = <usize>planes.countX - negative;
      memory.copy(a, from + negative * wide, positive * wide);
      memory.fill(a + positive * wide, 0, (<usize>planes.periodX - <usize>planes.countX) * wide);
      memory.copy(a + (<usize>planes.periodX - negative) * wide, from, negative * wide);
      const result = fftLines(a, b, planes.periodX, BANDS, planes.twiddlesX);
      const first = superband * 4 * BANDS, many = min(4 * BANDS, planes.ny - first);
      const start = (<usize>z * <usize>planes.ny + <usize>first) * <usize>nx;
      for (let row = 0; row < many; row += 4) {
        const at = (start << 2) + <usize>row * rowBytes, source = result + (<usize>row << 3), rows = min(4, many - row);
        const real = planes.outReal + at, imaginary = planes.outImaginary + at;
        if (real == imaginary) emitBoth(real, rowBytes, rows, source, wide, nx, planes.addReal);
        else {
          emitPart(real, rowBytes, rows, source, wide, nx, planes.square, planes.addReal);
          emitPart(imaginary, rowBytes, rows, source + 16, wide, nx, planes.square, planes.addImaginary);
        }
      }
      if (planes.labels) {
        excursionRow(
          planes.labels + start, planes.x + (start << 2), planes.y ? planes.y + (start << 2) : 0,
          <usize>many * <usize>nx, planes.lambdaX, planes.lambdaY, planes.inX, planes.inY, planes.rest,
        );
      }
      stop = tick(thread, 4 * BANDS * planes.periodX);
    }
    if (stop) break;
  }
  return barrier(thread, threads);
}
