// Charge on the voxels of an electrode in f64: what each voxel gets and does not pass on, and corrections of the
// potentials. Conductances lie in a table by the labels of two voxels; what passes the interface comes from the list of
// its faces, which every thread follows from its first voxel on.
import { barrier, enter, leave, poll, slabStart } from '../core/control';
import {
  CHARGE_CURSORS, CHARGE_LOSSES, CHARGE_SUMS, ELECTRODE_LABELS, LABEL_ELECTROLYTE, LABEL_FLOATING, LABEL_SEPARATOR,
} from '../layout';

const NONE: u32 = 0xffffffff;

@unmanaged
export class ChargeResidual {
  /** f64[nz][CHARGE_SUMS]: 0 Σ r², 1 largest |r|, 2 current through the low boundary. */
  out: usize;
  /** f32 per voxel: r. */
  right: usize;
  /** f64 per voxel. */
  potential: usize;
  /** u8 per voxel. */
  labels: usize;
  /** f64[3][ELECTRODE_LABELS][ELECTRODE_LABELS], symmetric: conductance across z, y, x; −1: a face of the interface. */
  between: usize;
  /** f64[ELECTRODE_LABELS] both: conductance to 0 at the low boundary, and what flows into a voxel from outside. */
  low: usize;
  source: usize;
  nz: i32;
  ny: i32;
  nx: i32;
  /** Faces of the interface as in React, j in A/m², and areas of faces in the unit of the conductances. */
  classes: usize;
  active: usize;
  electrolyte: usize;
  weight: usize;
  reaction: usize;
  areaZ: f64;
  areaY: f64;
  areaX: f64;
  /** u8[threads][CHARGE_CURSORS]: voxel and place of the next face of each class, seen from both sides. */
  cursors: usize;
}

/** Whether a label is electrolyte or separator. */
// @ts-ignore: decorator
@inline
function carriesIons(label: usize): bool {
  const own = label & ~<usize>LABEL_FLOATING;
  return own == LABEL_ELECTROLYTE || own == LABEL_SEPARATOR;
}

/** Voxels of the list that a cursor follows: those of active material or of electrolyte. */
// @ts-ignore: decorator
@inline
function listOf(asked: ChargeResidual, cursor: i32): usize {
  return cursor < 6 ? asked.active : asked.electrolyte;
}

/** Puts the cursors on the first faces whose voxel is `voxel` or behind it. */
function putCursors(asked: ChargeResidual, cursors: usize, voxel: u32): void {
  for (let cursor = 0; cursor < 12; cursor++) {
    const list = listOf(asked, cursor);
    let low = load<u32>(asked.classes + (<usize>(cursor % 6) << 2));
    const end = load<u32>(asked.classes + (<usize>(cursor % 6 + 1) << 2));
    let high = end;
    while (low < high) {
      const middle = low + ((high - low) >> 1);
      if (load<u32>(list + (<usize>middle << 2)) < voxel) low = middle + 1;
      else high = middle;
    }
    store<u32>(cursors + (<usize>cursor << 3), low < end ? load<u32>(list + (<usize>low << 2)) : NONE);
    store<u32>(cursors + (<usize>cursor << 3), low, 4);
  }
}

/** What leaves a voxel by the next face of one of its classes; 0 where the list has none. */
function across(asked: ChargeResidual, cursors: usize, kind: i32, electrolyte: bool, voxel: u32, area: f64): f64 {
  const cursor = electrolyte ? kind + 6 : kind;
  const at = cursors + (<usize>cursor << 3);
  if (load<u32>(at) != voxel) return 0;
  const place = load<u32>(at, 4);
  const next = place + 1;
  const end = load<u32>(asked.classes + (<usize>(kind + 1) << 2));
  store<u32>(at, next < end ? load<u32>(listOf(asked, cursor) + (<usize>next << 2)) : NONE);
  store<u32>(at, next, 4);
  const passed = area * <f64>load<f32>(asked.weight + (<usize>place << 2)) *
    load<f64>(asked.reaction + (<usize>place << 3));
  return electrolyte ? -passed : passed;
}

/** r = what flows in − Σ g·(u − u of the neighbour) − what leaves by the interface. */
export function chargeResidual(thread: i32, threads: i32, asked: ChargeResidual): i32 {
  enter();
  const nz = asked.nz, ny = asked.ny, nx = asked.nx;
  const u = asked.potential, labels = asked.labels;
  const row = <usize>nx;
  const plane = row * <usize>ny;
  const cursors = asked.cursors + <usize>thread * CHARGE_CURSORS;
  const first = slabStart(thread, threads, nz);
  const end = slabStart(thread + 1, threads, nz);
  putCursors(asked, cursors, <u32>first * <u32>plane);
  const size = <usize>(ELECTRODE_LABELS * ELECTRODE_LABELS) << 3;
  for (let z = first; z < end; z++) {
    let squares: f64 = 0;
    let largest: f64 = 0;
    let drained: f64 = 0;
    for (let y = 0; y < ny; y++) {
      let i = <usize>z * plane + <usize>y * row;
      for (let x = 0; x < nx; x++, i++) {
        const label = <usize>load<u8>(labels + i);
        if (label == 0) {
          store<f32>(asked.right + (i << 2), 0);
          continue;
        }
        const own = load<f64>(u + (i << 3));
        const voxel = <u32>i;
        let r = load<f64>(asked.source + (label << 3));
        // Even classes are those whose active voxel has the higher coordinate: for the electrolyte its upper face.
        const isElectrolyte = carriesIons(label);
        const below = isElectrolyte ? 1 : 0;
        for (let axis = 0; axis < 3; axis++) {
          const stride = axis == 0 ? plane : axis == 1 ? row : 1;
          const lower = axis == 0 ? z > 0 : axis == 1 ? y > 0 : x > 0;
          const upper = axis == 0 ? z < nz - 1 : axis == 1 ? y < ny - 1 : x < nx - 1;
          const table = asked.between + <usize>axis * size + (label * ELECTRODE_LABELS << 3);
          const area = axis == 0 ? asked.areaZ : axis == 1 ? asked.areaY : asked.areaX;
          if (lower) {
            const g = load<f64>(table + (<usize>load<u8>(labels + i - stride) << 3));
            if (g > 0) r -= g * (own - load<f64>(u + ((i - stride) << 3)));
            else if (g < 0) r -= across(asked, cursors, 2 * axis + below, isElectrolyte, voxel, area);
          }
          if (upper) {
            const g = load<f64>(table + (<usize>load<u8>(labels + i + stride) << 3));
            if (g > 0) r -= g * (own - load<f64>(u + ((i + stride) << 3)));
            else if (g < 0) r -= across(asked, cursors, 2 * axis + 1 - below, isElectrolyte, voxel, area);
          }
        }
        if (z == 0) {
          const held = load<f64>(asked.low + (label << 3)) * own;
          r -= held;
          drained += held;
        }
        store<f32>(asked.right + (i << 2), <f32>r);
        squares += r * r;
        largest = max(largest, abs(r));
      }
      if (poll(thread, nx)) break;
    }
    const sums = asked.out + <usize>z * (CHARGE_SUMS << 3);
    store<f64>(sums, squares);
    store<f64>(sums, largest, 8);
    store<f64>(sums, drained, 16);
  }
  return barrier(thread, threads);
}

/** Adds `share` of a correction to the potentials.
 *  @param out f64[threads]: largest |share·correction|
 *  @param potential f64[count]; correction f32[count] */
export function correctPotential(
  thread: i32, threads: i32, out: usize, potential: usize, correction: usize, share: f64, rows: i32, nx: i32,
): i32 {
  enter();
  let largest: f64 = 0;
  const end = slabStart(thread + 1, threads, rows);
  for (let y = slabStart(thread, threads, rows); y < end; y++) {
    for (let i = <usize>y * <usize>nx, last = i + <usize>nx; i < last; i++) {
      const step = share * <f64>load<f32>(correction + (i << 2));
      store<f64>(potential + (i << 3), load<f64>(potential + (i << 3)) + step);
      largest = max(largest, abs(step));
    }
    if (poll(thread, nx)) break;
  }
  store<f64>(out + (<usize>thread << 3), largest);
  return leave();
}

/** Adds to what voxels of a label lose. */
// @ts-ignore: decorator
@inline
function addLoss(sums: usize, label: usize, loss: f64): void {
  const at = sums + (label == LABEL_SEPARATOR ? 0 : carriesIons(label) ? 8 : 16);
  store<f64>(at, load<f64>(at) + loss);
}

/** Dissipation Σ g·(Δu)² of the conductors, in the network's unit times V².
 *  @param out f64[nz][CHARGE_LOSSES]: faces of a plane and to the plane below, 0 of the separator, 1 of the
 *    electrolyte, 2 of what conducts electrons
 *  @param potential, labels, between, low as in ChargeResidual */
export function chargeLosses(
  thread: i32, threads: i32, out: usize, potential: usize, labels: usize, between: usize, low: usize, nz: i32, ny: i32,
  nx: i32,
): i32 {
  enter();
  const row = <usize>nx;
  const plane = row * <usize>ny;
  const size = <usize>(ELECTRODE_LABELS * ELECTRODE_LABELS) << 3;
  const end = slabStart(thread + 1, threads, nz);
  for (let z = slabStart(thread, threads, nz); z < end; z++) {
    const sums = out + <usize>z * (CHARGE_LOSSES << 3);
    memory.fill(sums, 0, CHARGE_LOSSES << 3);
    for (let y = 0; y < ny; y++) {
      let i = <usize>z * plane + <usize>y * row;
      for (let x = 0; x < nx; x++, i++) {
        const label = <usize>load<u8>(labels + i);
        const own = load<f64>(potential + (i << 3));
        for (let axis = 0; axis < 3; axis++) {
          if (axis == 0 ? z == 0 : axis == 1 ? y == 0 : x == 0) continue;
          const j = i - (axis == 0 ? plane : axis == 1 ? row : 1);
          const other = <usize>load<u8>(labels + j);
          const g = load<f64>(between + <usize>axis * size + ((label * ELECTRODE_LABELS + other) << 3));
          if (!(g > 0)) continue;
          const drop = own - load<f64>(potential + (j << 3));
          // Each of the two voxels has half of it: separator and electrolyte conduct alike.
          const half = 0.5 * g * drop * drop;
          addLoss(sums, label, half);
          addLoss(sums, other, half);
        }
        if (z == 0) addLoss(sums, label, load<f64>(low + (label << 3)) * own * own);
      }
      if (poll(thread, nx)) break;
    }
  }
  return leave();
}
