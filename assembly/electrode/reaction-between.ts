// The reaction on the faces between two networks (two-networks.ts): as reaction.ts, but potentials lie in two halves of
// one vector, conductivities vary from voxel to voxel, and the exchange current depends on the electrolyte, too.
import { barrier, enter, poll, slabStart } from '../core/control';
import { BETWEEN_SUMS, REACTION_PIECE } from '../layout';
import { conductance, FaceLaw, solveFace, stoichiometry } from './law';

@unmanaged
export class Between {
  /** f64[pieces of REACTION_PIECE faces][BETWEEN_SUMS]: 0 Σ of the flows, 1 Σ of their conductances, 2 faces without a
   *  solution, 3 least and 4 greatest x. */
  out: usize;
  count: u32;
  /** u32[7], u32[count], u32[count], f32[count]: of the faces. */
  classes: usize;
  active: usize;
  electrolyte: usize;
  weight: usize;
  /** Voxels of a half. */
  voxels: u32;
  /** f64[2·voxels] in V and Ω m: of ions, then of electrons. */
  potential: usize;
  rho: usize;
  /** What electrons' potentials are over, in V. */
  reference: f64;
  /** f64[count]: what the exchange current is multiplied by; x = base + slope·j. */
  exchange: usize;
  base: usize;
  slope: usize;
  /** f64[count] in A/m²: where to look first, and what was found. */
  reaction: usize;
  /** f64[count]: flow through the face, and what a volt adds to it, in the units of the networks. */
  flow: usize;
  conductances: usize;
  law: FaceLaw;
  /** Half an edge across z, y, x in m, and what a current density through such a face is multiplied by. */
  halfZ: f64;
  halfY: f64;
  halfX: f64;
  areaZ: f64;
  areaY: f64;
  areaX: f64;
}

/** Faces [first, end), all in one piece. */
function piece(out: usize, t: Between, first: u32, end: u32): void {
  const law = t.law;
  const electrons = <usize>t.voxels << 3;
  let total: f64 = 0;
  let slopes: f64 = 0;
  let failed: f64 = 0;
  let least: f64 = Infinity;
  let greatest: f64 = -Infinity;
  let next: u32 = 0;
  let kind = -1;
  let area: f64 = 0;
  let half: f64 = 0;
  for (let k = first; k < end; k++) {
    while (k >= next) {
      kind++;
      next = load<u32>(t.classes + (<usize>(kind + 1) << 2));
      const axis = kind >> 1;
      area = axis == 0 ? t.areaZ : axis == 1 ? t.areaY : t.areaX;
      half = axis == 0 ? t.halfZ : axis == 1 ? t.halfY : t.halfX;
    }
    const a = electrons + (<usize>load<u32>(t.active + (<usize>k << 2)) << 3);
    const e = <usize>load<u32>(t.electrolyte + (<usize>k << 2)) << 3;
    const w = <f64>load<f32>(t.weight + (<usize>k << 2));
    const at = <usize>k << 3;
    // A face whose exchange current is e times as large passes e times what it would with all resistances e times.
    const factor = load<f64>(t.exchange + at);
    const resistance = law.film + w * half * (load<f64>(t.rho + a) + load<f64>(t.rho + e));
    const scaled = solveFace(
      law, load<f64>(t.potential + a) - load<f64>(t.potential + e) + t.reference, factor * resistance,
      load<f64>(t.base + at), factor * load<f64>(t.slope + at), load<f64>(t.reaction + at) / factor,
    );
    if (scaled != scaled) {
      failed++;
      continue;
    }
    const g = w * area * factor * conductance;
    const flow = w * area * factor * scaled;
    store<f64>(t.reaction + at, factor * scaled);
    store<f64>(t.flow + at, flow);
    store<f64>(t.conductances + at, g);
    total += flow;
    slopes += g;
    least = min(least, stoichiometry);
    greatest = max(greatest, stoichiometry);
  }
  store<f64>(out, total);
  store<f64>(out, slopes, 8);
  store<f64>(out, failed, 16);
  store<f64>(out, least, 24);
  store<f64>(out, greatest, 32);
}

/** Solves the law of every face for its j. */
export function reactBetween(thread: i32, threads: i32, t: Between): i32 {
  enter();
  const count = t.count;
  const pieces = <i32>((count + REACTION_PIECE - 1) / REACTION_PIECE);
  const end = slabStart(thread + 1, threads, pieces);
  for (let k = slabStart(thread, threads, pieces); k < end; k++) {
    const first = <u32>k * REACTION_PIECE;
    piece(t.out + <usize>k * (BETWEEN_SUMS << 3), t, first, min(first + REACTION_PIECE, count));
    if (poll(thread, REACTION_PIECE)) break;
  }
  return barrier(thread, threads);
}

/** Shifts the electrons' potential by so many volts, to first order in j.
 *  @param out f64[pieces]: Σ of the flows afterwards
 *  @param potential f64[2·voxels]; the others as in Between */
export function shiftBetween(
  thread: i32, threads: i32, out: usize, count: u32, weight: usize, classes: usize, reaction: usize, flow: usize,
  conductances: usize, areaZ: f64, areaY: f64, areaX: f64, potential: usize, voxels: u32, shift: f64,
): i32 {
  enter();
  const pieces = <i32>((count + REACTION_PIECE - 1) / REACTION_PIECE);
  const end = slabStart(thread + 1, threads, pieces);
  for (let each = slabStart(thread, threads, pieces); each < end; each++) {
    const first = <u32>each * REACTION_PIECE;
    let total: f64 = 0;
    let next: u32 = 0;
    let kind = -1;
    let area: f64 = 0;
    for (let k = first; k < min(first + REACTION_PIECE, count); k++) {
      while (k >= next) {
        kind++;
        next = load<u32>(classes + (<usize>(kind + 1) << 2));
        const axis = kind >> 1;
        area = axis == 0 ? areaZ : axis == 1 ? areaY : areaX;
      }
      const at = <usize>k << 3;
      const moved = load<f64>(flow + at) + load<f64>(conductances + at) * shift;
      store<f64>(flow + at, moved);
      const share = <f64>load<f32>(weight + (<usize>k << 2)) * area;
      if (share > 0) store<f64>(reaction + at, moved / share);
      total += moved;
    }
    store<f64>(out + (<usize>each << 3), total);
    if (poll(thread, REACTION_PIECE)) break;
  }
  const from = <usize>voxels + <usize>slabStart(thread, threads, voxels);
  const to = <usize>voxels + <usize>slabStart(thread + 1, threads, voxels);
  for (let at = potential + (from << 3); at < potential + (to << 3); at += 8) store<f64>(at, load<f64>(at) + shift);
  return barrier(thread, threads);
}
