// Conjugate gradients for the deviation from the linear profile, preconditioned by one multigrid W-cycle.
import { barrier, enter, leave, slabStart, tick } from '../core/control';
import { ENTRY_BYTES, halfBytes, nxOf, nyOf, nzOf, originOf, planeBytes, rightOf, solutionOf } from './levels';
import {
  correctPlane, curvaturePlane, directionPlane, linearPlane, relaxPlane, restrictPlane, startPlane, stepPlane, verifyPlane,
} from './finest';
import { visit } from './multigrid';

/** Bytes of one iteration in the history: r·z, alpha, beta, energy, Σ r², error estimate. */
const RECORD: usize = 48;
/** Restarts from the residual computed anew, after which the solve is given up. */
const RESTARTS = 6;

/** Σ of per-plane sums in plane order. Every thread computes it, so that no barrier is needed to share it. */
function total(sums: usize, nz: i32): f64 {
  let sum: f64 = 0;
  for (let z = 0; z < nz; z++) sum += load<f64>(sums + (<usize>z << 3));
  return sum;
}

/** Least and greatest ratio of successive steps that the error estimate assumes, and its safety factor (decisions/0050). */
const LEAST_RATIO: f64 = 0.1;
const GREATEST_RATIO: f64 = 0.95;
const SAFETY: f64 = 3;

/** Energy that the next iterations will still remove, an upper estimate: what iteration j removes is alpha·(r·z), and the sum
 *  over those to come is ‖e‖²_A (Hestenes-Stiefel); they are taken as a geometric series with the slowest recent ratio.
 *  @param last record of the last iteration; known: how many records of this run there are */
function remaining(last: usize, known: i32): f64 {
  if (known < 3) return Infinity;
  const now = load<f64>(last) * load<f64>(last, 8);
  let newer = now;
  let ratio = LEAST_RATIO;
  for (let k = 1; k < min(known, 4); k++) {
    const record = last - <usize>k * RECORD;
    const older = load<f64>(record) * load<f64>(record, 8);
    ratio = max(ratio, newer / older);
    newer = older;
  }
  ratio = min(ratio, GREATEST_RATIO);
  return SAFETY * now * ratio / (1 - ratio);
}

/** Solves for the potential and its dissipation. Units: the linear profile rises by 1 per voxel; energy is Σ g·(Δu)².
 *  @param out f64[8]: 0 iterations, 1 energy of the stored solution, 2 |true residual|², 3 |first residual|²,
 *         4 Σ x in the low plane, 5 in the high plane, 6 error estimate of the energy, 7 verdict: 1 converged
 *  @param history f64[maxIterations + 1][6]: r·z, alpha, beta, energy, Σ r², error estimate per iteration
 *  @param sums f64[6·nz] scratch
 *  @param table levels 0 … count − 1 with all addresses; those from `alone` on run on one thread
 *  @param network address of element (0, 0, 0) of the red half; x, p: likewise, f32
 *  @param linearEnergy energy of the linear profile; tolerance: relative, on the energy */
export function solveTransport(
  thread: i32, threads: i32, out: usize, history: usize, sums: usize, table: usize, count: i32, alone: i32,
  network: usize, x: usize, p: usize, linearEnergy: f64, tolerance: f64, maxIterations: i32,
): i32 {
  enter();
  const entry = table;
  const nz = nzOf(entry);
  const Z0 = slabStart(thread, threads, nzOf(entry + ENTRY_BYTES));
  const Z1 = slabStart(thread + 1, threads, nzOf(entry + ENTRY_BYTES));
  const z0 = min(2 * Z0, nz);
  const z1 = min(2 * Z1, nz);
  const stride = <usize>nz << 3;
  const sums1 = sums + stride;
  const sums2 = sums1 + stride;
  const sums3 = sums2 + stride;
  let status = 0;

  clear(thread, threads, entry, solutionOf(entry));
  clear(thread, threads, entry, rightOf(entry));
  clear(thread, threads, entry, x);
  clear(thread, threads, entry, p);
  if ((status = barrier(thread, threads))) return status;
  for (let z = z0; z < z1; z++) {
    store<f64>(sums + (<usize>z << 3), linearPlane(thread, entry, network, x, p, z));
    if (leave()) break;
  }
  if ((status = barrier(thread, threads))) return status;
  const first = total(sums, nz);

  let energy = linearEnergy;
  let iterations = 0;
  let known = 0;
  let before: f64 = 0;
  let estimate: f64 = first > 0 ? Infinity : 0;
  let converged = first == 0;
  for (let restart = 0; restart <= RESTARTS; restart++) {
    while (!converged && iterations < maxIterations) {
      // z = M⁻¹ r
      for (let z = z0; z < z1; z++) {
        startPlane(thread, entry, network, z);
        if (leave()) break;
      }
      if ((status = barrier(thread, threads))) return status;
      for (let z = z0; z < z1; z++) {
        relaxPlane(thread, entry, network, 1, z);
        if (leave()) break;
      }
      if ((status = barrier(thread, threads))) return status;
      for (let Z = Z0; Z < Z1; Z++) {
        restrictPlane(thread, entry, network, Z);
        if (leave()) break;
      }
      if ((status = barrier(thread, threads))) return status;
      if ((status = visit(thread, threads, table, 1, alone, count))) return status;
      for (let z = z0; z < z1; z++) {
        correctPlane(thread, entry, network, z);
        if (leave()) break;
      }
      if ((status = barrier(thread, threads))) return status;
      for (let z = z0; z < z1; z++) {
        store<f64>(sums + (<usize>z << 3), relaxPlane(thread, entry, network, 1, z));
        if (leave()) break;
      }
      if ((status = barrier(thread, threads))) return status;
      for (let z = z0; z < z1; z++) {
        store<f64>(sums + (<usize>z << 3), load<f64>(sums + (<usize>z << 3)) + relaxPlane(thread, entry, network, 0, z));
        if (leave()) break;
      }
      if ((status = barrier(thread, threads))) return status;
      const rho = total(sums, nz);

      const beta = known > 0 ? rho / before : 0;
      before = rho;
      for (let z = z0; z < z1; z++) {
        directionPlane(thread, entry, p, <f32>beta, z);
        if (leave()) break;
      }
      if ((status = barrier(thread, threads))) return status;
      for (let z = z0; z < z1; z++) {
        store<f64>(sums1 + (<usize>z << 3), curvaturePlane(thread, entry, network, p, z));
        if (leave()) break;
      }
      if ((status = barrier(thread, threads))) return status;
      const curvature = total(sums1, nz);
      if (!(rho > 0 && curvature > 0)) break;
      const alpha = rho / curvature;
      for (let z = z0; z < z1; z++) {
        store<f64>(sums2 + (<usize>z << 3), stepPlane(thread, entry, network, x, p, <f32>alpha, z));
        if (leave()) break;
      }
      if ((status = barrier(thread, threads))) return status;

      energy -= alpha * rho;
      const record = history + <usize>iterations * RECORD;
      if (thread == 0) {
        store<f64>(record, rho);
        store<f64>(record, alpha, 8);
        store<f64>(record, beta, 16);
        store<f64>(record, energy, 24);
        store<f64>(record, total(sums2, nz), 32);
      }
      if ((status = barrier(thread, threads))) return status;
      iterations++;
      known++;
      estimate = remaining(record, known);
      if (thread == 0) store<f64>(record, estimate, 40);
      converged = estimate <= tolerance * energy;
    }

    for (let z = z0; z < z1; z++) {
      verifyPlane(thread, entry, network, x, sums3 + (<usize>z << 3), stride, z);
      if (leave()) break;
    }
    if ((status = barrier(thread, threads))) return status;
    const measured = linearEnergy - total(sums3 + stride, nz);
    const drift = Math.abs(measured - energy);
    if (thread == 0) {
      store<f64>(out, iterations);
      store<f64>(out, measured, 8);
      store<f64>(out, total(sums3, nz), 16);
      store<f64>(out, first, 24);
      store<f64>(out, load<f64>(sums3 + 2 * stride), 32);
      store<f64>(out, load<f64>(sums3 + 2 * stride + (<usize>(nz - 1) << 3)), 40);
      store<f64>(out, max(estimate, drift), 48);
      store<f64>(out, converged ? 1 : 0, 56);
    }
    if ((status = barrier(thread, threads))) return status;
    // Single precision has drifted: go on from the true residual, which verifyPlane left in r.
    if (!converged || drift <= 0.5 * tolerance * measured || restart == RESTARTS) break;
    converged = false;
    energy = measured;
    known = 0;
  }
  return barrier(thread, threads);
}

/** Clears both colours of a field with its ghosts; threads share the bytes. */
function clear(thread: i32, threads: i32, entry: usize, field: usize): void {
  const base = field - (originOf(nyOf(entry), nxOf(entry)) << 2);
  const planes = nzOf(entry) + 2;
  for (let colour: usize = 0; colour < 2; colour++) {
    const half = halfBytes(entry);
    const start = colour * half + <usize>slabStart(thread, threads, planes) * planeBytes(entry);
    const end = thread == threads - 1 ? (colour + 1) * half : colour * half + <usize>slabStart(thread + 1, threads, planes) * planeBytes(entry);
    memory.fill(base + start, 0, end - start);
    tick(thread, 1);
  }
}
