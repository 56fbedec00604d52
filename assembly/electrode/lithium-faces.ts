// Lithium at the faces of the interface: what the reaction brings into active voxels, and what a face must know of its
// voxel for the reaction. x at a face is that of its voxel less half a voxel of diffusion:
//
//   x_face = x_voxel − half·j,   half = w·a/(2·F·D·c_max),   j > 0 when lithium leaves
//
// and x_voxel falls by `answer` per j over the step.
import { POLL_STEP, LITHIUM_VALUES } from '../layout';
import { barrier, enter, leave, poll, slabStart, tick } from '../core/control';
import { Optional } from '../core/kinds';

/** Faces in their six classes, and the fields of the voxels. */
@unmanaged
export class LithiumFaces {
  /** u32[count]: voxels in the natural order of an image whose first voxel of active material is at `first`. */
  active: usize;
  /** f32[count]: area of interface over that of the face. */
  weight: usize;
  /** u32[7]: where the classes begin, and the last one ends. */
  classes: usize;
  first: u32;
  nx: u32;
  pitch: u32;
  /** f64[count]: current density j; 0: −1 for the source, as if lithium came in everywhere, and 0 for the law. */
  reaction: Optional;
  /** u32[count]: place of the voxel among those of active material, where what is f64 has it. */
  ranks: usize;
  /** Fields as in lithium.ts. */
  root: usize;
  now: usize;
  change: usize;
  next: usize;
  correction: usize;
  /** What a source is added to, f32 or, where `wide`, f64. */
  target: usize;
  wide: bool;
  /** γ/(F·c_max·a), and a/(2·F·D₀·c_max) across z, y, x. */
  gainZ: f64;
  gainY: f64;
  gainX: f64;
  halfZ: f64;
  halfY: f64;
  halfX: f64;
  /** f32[count]: what x of the voxel falls by per j, and by how much x rose in the step before the last. */
  answer: usize;
  older: usize;
  /** f64[count]: x at the face is base + slope·j. */
  base: usize;
  slope: usize;
  /** What the error is of the step's rise, of the last one and of the one before. */
  errorNext: f64;
  errorLast: f64;
  errorOlder: f64;
  /** f64[blocks of POLL_STEP faces][LITHIUM_VALUES]. */
  out: usize;
}

/** Element of a field at the voxel of face k. */
// @ts-ignore: decorator
@inline
function elementOf(active: usize, k: usize, first: u32, nx: u32, pitch: u32): usize {
  const voxel = load<u32>(active + (k << 2)) - first;
  const row = voxel / nx;
  return <usize>row * <usize>pitch + <usize>(voxel - row * nx);
}

// @ts-ignore: decorator
@inline
function rankOf(ranks: usize, k: usize): usize { return <usize>load<u32>(ranks + (k << 2)); }

/** First face of the next class after that of face k, and the axis of its own: 0, 1, 2 for z, y, x. */
// @ts-ignore: decorator
@inline
function axisOf(classes: usize, k: u32): i32 {
  return k < load<u32>(classes, 8) ? 0 : k < load<u32>(classes, 16) ? 1 : 2;
}

/** ranks of the voxels of all faces; starts: as in lithium.ts. */
export function rankLithium(
  thread: i32, threads: i32, ranks: usize, active: usize, count: u32, first: u32, nx: u32, pitch: u32, root: usize,
  starts: usize,
): i32 {
  enter();
  const end = <usize>slabStart(thread + 1, threads, <i32>count);
  for (let k = <usize>slabStart(thread, threads, <i32>count); k < end; k++) {
    const voxel = load<u32>(active + (k << 2)) - first;
    const row = voxel / nx;
    const from = root + (<usize>row * <usize>pitch << 2);
    let rank = load<u32>(starts + (<usize>row << 2));
    for (let at = from; at < from + (<usize>(voxel - row * nx) << 2); at += 4) rank += load<f32>(at) != 0 ? 1 : 0;
    store<u32>(ranks + (k << 2), rank);
    if (poll(thread, nx)) break;
  }
  return barrier(thread, threads);
}

/** Adds γ/(F·c_max) × what comes in by the faces over the volume of a voxel. No voxel occurs twice in a class, and
 *  classes follow each other, so that sums have the same order for all numbers of threads. */
export function sourceLithium(thread: i32, threads: i32, asked: LithiumFaces): i32 {
  enter();
  const active = asked.active, weight = asked.weight, reaction = asked.reaction, target = asked.target;
  const classes = asked.classes, first = asked.first, nx = asked.nx, pitch = asked.pitch, wide = asked.wide;
  const ranks = asked.ranks;
  for (let group = 0; group < 6; group++) {
    const begin = load<u32>(classes + (<usize>group << 2));
    const count = <i32>(load<u32>(classes + (<usize>group << 2), 4) - begin);
    const gain = group < 2 ? asked.gainZ : group < 4 ? asked.gainY : asked.gainX;
    const end = <usize>begin + <usize>slabStart(thread + 1, threads, count);
    for (let k = <usize>begin + <usize>slabStart(thread, threads, count); k < end; k++) {
      const j: f64 = reaction ? load<f64>(reaction + (k << 3)) : -1;
      const more = gain * <f64>load<f32>(weight + (k << 2)) * j;
      if (wide) {
        const at = target + (rankOf(ranks, k) << 3);
        store<f64>(at, load<f64>(at) - more);
      } else {
        const at = target + (elementOf(active, k, first, nx, pitch) << 2);
        store<f32>(at, load<f32>(at) - <f32>more);
      }
      if (poll(thread, 1)) break;
    }
    const status = barrier(thread, threads);
    if (status) return status;
  }
  return leave();
}

/** answer = what `correction` holds in the voxels of the faces. */
export function answerLithium(thread: i32, threads: i32, asked: LithiumFaces): i32 {
  enter();
  const active = asked.active, answer = asked.answer, correction = asked.correction;
  const first = asked.first, nx = asked.nx, pitch = asked.pitch;
  const count = <i32>load<u32>(asked.classes, 24);
  const end = <usize>slabStart(thread + 1, threads, count);
  for (let k = <usize>slabStart(thread, threads, count); k < end; k++) {
    store<f32>(answer + (k << 2), load<f32>(correction + (elementOf(active, k, first, nx, pitch) << 2)));
    if (poll(thread, 1)) break;
  }
  return barrier(thread, threads);
}

/** older = by how much x rose in the last step, to be called before the next state is taken. */
export function keepRise(thread: i32, threads: i32, asked: LithiumFaces): i32 {
  enter();
  const ranks = asked.ranks, older = asked.older, change = asked.change;
  const count = <i32>load<u32>(asked.classes, 24);
  const end = <usize>slabStart(thread + 1, threads, count);
  for (let k = <usize>slabStart(thread, threads, count); k < end; k++) {
    store<f32>(older + (k << 2), <f32>load<f64>(change + (rankOf(ranks, k) << 3)));
    if (poll(thread, 1)) break;
  }
  return barrier(thread, threads);
}

/** base and slope of all faces, from x in `next` and the reaction that it belongs to. */
export function lithiumLaw(thread: i32, threads: i32, asked: LithiumFaces): i32 {
  enter();
  const active = asked.active, weight = asked.weight, classes = asked.classes, reaction = asked.reaction;
  const first = asked.first, nx = asked.nx, pitch = asked.pitch, next = asked.next, root = asked.root;
  const answer = asked.answer, base = asked.base, slope = asked.slope, ranks = asked.ranks;
  const halfZ = asked.halfZ, halfY = asked.halfY, halfX = asked.halfX;
  const count = <i32>load<u32>(classes, 24);
  const end = <usize>slabStart(thread + 1, threads, count);
  for (let k = <usize>slabStart(thread, threads, count); k < end; k++) {
    const at = elementOf(active, k, first, nx, pitch);
    const axis = axisOf(classes, <u32>k);
    const r = <f64>load<f32>(root + (at << 2));
    const half = (axis == 0 ? halfZ : axis == 1 ? halfY : halfX) * <f64>load<f32>(weight + (k << 2)) / (r * r);
    const falls = <f64>load<f32>(answer + (k << 2));
    const x = load<f64>(next + (rankOf(ranks, k) << 3));
    store<f64>(base + (k << 3), x + falls * (reaction ? load<f64>(reaction + (k << 3)) : 0));
    store<f64>(slope + (k << 3), -(falls + half));
    if (poll(thread, 1)) break;
  }
  return barrier(thread, threads);
}

/** How the next state and the reaction fit each other, per block of faces: 0 largest |x_voxel − what the law had
 *  foretold|, 1 least and 2 largest x at a face, 3 largest |error| of the step, 4 Σ share·error² and 5 Σ share,
 *  where share is the gain of a face by −1, 6 Σ of what the source holds. */
export function judgeLithium(thread: i32, threads: i32, asked: LithiumFaces): i32 {
  enter();
  const weight = asked.weight, classes = asked.classes, reaction = asked.reaction, ranks = asked.ranks;
  const now = asked.now, change = asked.change;
  const next = asked.next, answer = asked.answer, older = asked.older, base = asked.base, slope = asked.slope;
  const gainZ = asked.gainZ, gainY = asked.gainY, gainX = asked.gainX;
  const errorNext = asked.errorNext, errorLast = asked.errorLast, errorOlder = asked.errorOlder;
  const count = load<u32>(classes, 24);
  const blocks = <i32>((count + POLL_STEP - 1) / POLL_STEP);
  const end = slabStart(thread + 1, threads, blocks);
  for (let block = slabStart(thread, threads, blocks); block < end; block++) {
    let amiss: f64 = 0;
    let low: f64 = Infinity;
    let high: f64 = -Infinity;
    let largest: f64 = 0;
    let squares: f64 = 0;
    let area: f64 = 0;
    let brought: f64 = 0;
    const to = min(count, <u32>(block + 1) * POLL_STEP);
    for (let k = <usize>block * POLL_STEP; k < <usize>to; k++) {
      const at = rankOf(ranks, k);
      const x = load<f64>(next + (at << 3));
      const j = load<f64>(reaction + (k << 3));
      const falls = <f64>load<f32>(answer + (k << 2));
      amiss = max(amiss, Math.abs(x + falls * j - load<f64>(base + (k << 3))));
      const face = x + (load<f64>(slope + (k << 3)) + falls) * j;
      low = min(low, face);
      high = max(high, face);
      const error = errorNext * (x - load<f64>(now + (at << 3))) + errorLast * load<f64>(change + (at << 3)) +
        errorOlder * <f64>load<f32>(older + (k << 2));
      const axis = axisOf(classes, <u32>k);
      const share = (axis == 0 ? gainZ : axis == 1 ? gainY : gainX) * <f64>load<f32>(weight + (k << 2));
      largest = max(largest, Math.abs(error));
      squares += share * error * error;
      area += share;
      brought -= share * j;
    }
    const out = asked.out + <usize>(block * LITHIUM_VALUES << 3);
    store<f64>(out, amiss);
    store<f64>(out, low, 8);
    store<f64>(out, high, 16);
    store<f64>(out, largest, 24);
    store<f64>(out, squares, 32);
    store<f64>(out, area, 40);
    store<f64>(out, brought, 48);
    if (tick(thread, <i32>(to - <u32>block * POLL_STEP))) break;
  }
  return leave();
}
