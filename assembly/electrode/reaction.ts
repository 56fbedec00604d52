// The reaction on all faces between active material and electrolyte: j and its conductance from the potentials on both
// sides. Faces are those of src/kernels/interface-faces.ts; sums are formed by pieces of fixed length, so that their
// bits do not depend on the threads.
import { Optional } from '../core/kinds';
import { barrier, enter, poll, slabStart } from '../core/control';
import { LABEL_FLOATING, REACTION_PIECE, REACTION_SUMS } from '../layout';
import { conductance, FaceLaw, solveFace, stoichiometry } from './law';

@unmanaged
export class React {
  /** f64[pieces of REACTION_PIECE faces][REACTION_SUMS]: 0 Σ wA·j in A; of faces whose active material is wired to the
   *  collector 1 the same and 2 Σ wA·∂j/∂Δu; along the correction, Δδ being its Δu, 3 Σ wA·j·Δδ and, of what stood here
   *  before, 4 Σ wA·j·Δδ and 5 Σ wA·∂j/∂Δu·Δδ²; 6 Σ wA·|j|; 7 faces without a solution; 8 least and 9 greatest x. */
  out: usize;
  count: u32;
  /** u32[7], where the six classes begin and the last one ends. */
  classes: usize;
  /** u32[count] both, and f32[count]. */
  active: usize;
  electrolyte: usize;
  weight: usize;
  /** u8 per voxel, roles with LABEL_FLOATING. */
  labels: usize;
  /** f64 per voxel in V; of the wired solid over `reference`. */
  potential: usize;
  reference: f64;
  /** f32 per voxel, of which `share` is added to the potential. */
  correction: Optional;
  share: f64;
  /** f64[count]: x = base + slope·j. */
  base: usize;
  slope: usize;
  /** f64[count] in A/m²: where to look first, and what was found. */
  reaction: usize;
  /** (u32 face, f32 conductance)[count]: wA·∂j/∂Δu times `unit`. */
  faces: usize;
  law: FaceLaw;
  /** Of a face across z, y, x in m². */
  areaZ: f64;
  areaY: f64;
  areaX: f64;
  unit: f64;
  /** Whether j is what the conductances say that stand here, proportional to Δu. */
  linear: bool;
}

/** Adds the sums of one piece of faces, [first, end). */
function reactPiece(out: usize, asked: React, first: u32, end: u32): void {
  const law = asked.law;
  const classes = asked.classes;
  const correction = asked.correction;
  let total: f64 = 0, wired: f64 = 0, slopes: f64 = 0, along: f64 = 0, before: f64 = 0, square: f64 = 0;
  let size: f64 = 0, failed: f64 = 0, least: f64 = Infinity, greatest: f64 = -Infinity;
  let next: u32 = 0;
  let kind = -1;
  let area: f64 = 0;
  let half: f64 = 0;
  for (let k = first; k < end; k++) {
    if (k >= next) {
      while (k >= next) {
        kind++;
        next = load<u32>(classes + (<usize>(kind + 1) << 2));
      }
      const axis = kind >> 1;
      area = axis == 0 ? asked.areaZ : axis == 1 ? asked.areaY : asked.areaX;
      half = axis == 0 ? law.halfZ : axis == 1 ? law.halfY : law.halfX;
    }
    const i = <usize>load<u32>(asked.active + (<usize>k << 2));
    const e = <usize>load<u32>(asked.electrolyte + (<usize>k << 2));
    const w = <f64>load<f32>(asked.weight + (<usize>k << 2));
    const floats = (load<u8>(asked.labels + i) & <u8>LABEL_FLOATING) != 0;
    let rise = load<f64>(asked.potential + (i << 3)) - load<f64>(asked.potential + (e << 3));
    if (!floats) rise += asked.reference;
    let more: f64 = 0;
    if (correction) {
      more = <f64>load<f32>(correction + (i << 2)) - <f64>load<f32>(correction + (e << 2));
      rise += asked.share * more;
    }
    const at = asked.reaction + (<usize>k << 3);
    const record = asked.faces + (<usize>k << 3);
    const old = load<f64>(at);
    const wA = w * area;
    const oldSlope = <f64>load<f32>(record, 4) / asked.unit;
    let j: f64;
    let g: f64;
    if (asked.linear) {
      j = oldSlope / wA * rise;
      g = oldSlope;
    } else {
      j = solveFace(
        law, rise, law.film + w * half, load<f64>(asked.base + (<usize>k << 3)),
        load<f64>(asked.slope + (<usize>k << 3)), old,
      );
      if (j != j) {
        failed++;
        continue;
      }
      store<f32>(record, <f32>(wA * conductance * asked.unit), 4);
      g = wA * conductance;
      least = min(least, stoichiometry);
      greatest = max(greatest, stoichiometry);
    }
    store<f64>(at, j);
    total += wA * j;
    size += wA * Math.abs(j);
    if (!floats) {
      wired += wA * j;
      slopes += g;
    }
    along += wA * j * more;
    before += wA * old * more;
    square += oldSlope * more * more;
  }
  store<f64>(out, total);
  store<f64>(out, wired, 8);
  store<f64>(out, slopes, 16);
  store<f64>(out, along, 24);
  store<f64>(out, before, 32);
  store<f64>(out, square, 40);
  store<f64>(out, size, 48);
  store<f64>(out, failed, 56);
  store<f64>(out, least, 64);
  store<f64>(out, greatest, 72);
}

/** Solves the law of every face for its j. */
export function react(thread: i32, threads: i32, asked: React): i32 {
  enter();
  const count = asked.count;
  const pieces = <i32>((count + REACTION_PIECE - 1) / REACTION_PIECE);
  const end = slabStart(thread + 1, threads, pieces);
  for (let piece = slabStart(thread, threads, pieces); piece < end; piece++) {
    const first = <u32>piece * REACTION_PIECE;
    reactPiece(
      asked.out + <usize>piece * (REACTION_SUMS << 3), asked, first, min(first + REACTION_PIECE, count),
    );
    if (poll(thread, REACTION_PIECE)) break;
  }
  return barrier(thread, threads);
}

/** Shifts the potential of the wired solid against all electrolyte, to first order in j.
 *  @param out f64[pieces]: Σ wA·j in A afterwards, of all faces
 *  @param shift in V; unit, areaZ, areaY, areaX and the others as in React */
export function shiftReaction(
  thread: i32, threads: i32, out: usize, count: u32, classes: usize, active: usize, weight: usize, labels: usize,
  reaction: usize, faces: usize, areaZ: f64, areaY: f64, areaX: f64, unit: f64, shift: f64,
): i32 {
  enter();
  const pieces = <i32>((count + REACTION_PIECE - 1) / REACTION_PIECE);
  const end = slabStart(thread + 1, threads, pieces);
  for (let piece = slabStart(thread, threads, pieces); piece < end; piece++) {
    let total: f64 = 0;
    const last = min(<u32>(piece + 1) * REACTION_PIECE, count);
    let kind = -1;
    let next: u32 = 0;
    let area: f64 = 0;
    for (let k = <u32>piece * REACTION_PIECE; k < last; k++) {
      while (k >= next) {
        kind++;
        next = load<u32>(classes + (<usize>(kind + 1) << 2));
        area = kind < 2 ? areaZ : kind < 4 ? areaY : areaX;
      }
      const wA = <f64>load<f32>(weight + (<usize>k << 2)) * area;
      const at = reaction + (<usize>k << 3);
      let j = load<f64>(at);
      if (!(load<u8>(labels + <usize>load<u32>(active + (<usize>k << 2))) & <u8>LABEL_FLOATING)) {
        j += (<f64>load<f32>(faces + (<usize>k << 3), 4) / unit / wA) * shift;
        store<f64>(at, j);
      }
      total += wA * j;
    }
    store<f64>(out + (<usize>piece << 3), total);
    if (poll(thread, REACTION_PIECE)) break;
  }
  return barrier(thread, threads);
}
