// Conjugate gradients for any right-hand side, preconditioned by one multigrid W-cycle. Without one it is the residual
// of the linear profile, and what is solved for the deviation from it.
import { barrier, enter } from '../../core/control';
import { Optional } from '../../core/kinds';
import { total } from '../../core/sums';
import { clearField, Level } from '../level/levels';
import {
  advance, ascend, descend, direct, eliminate, recover, renormalise, startResidual, verify,
} from '../finest/finest';
import { coarseProducts } from '../finest/products';
import { visit } from '../blocks/visit';
import { visitParts } from '../parts/cycle';
import { partsAbove } from '../parts/record';
import { ENOUGH, limitOf, RECORD, smallestRitz } from './estimate';

/** Runs from a residual computed anew, after which a call ends. */
const RUNS = 20;
/** A run over a window that repeats ends once |r|² has fallen by this factor, or risen by the other from its least:
 *  rounding of the r that is carried along is then as much as what little holds such a window (decisions/0157). */
const FALLEN: f64 = 1e-8;
const GROWN: f64 = 100;
/** Where there are islands over parts, whose cycle does not lift them, and the true |r|² is by more than this factor
 *  above the one carried along, rounding hides from that one what holds an island in its place. The limit of the error
 *  is then larger by as much, which is far too much in most windows: it must be above the tolerance by this factor. */
const HIDDEN: f64 = 16;
/** A run that leaves more than this share of both the true residual and the drift of the energy has met the limit of
 *  single precision. */
const STALLED: f64 = 0.5;

/** What is added to the limit for the energy that rounding has cost, as often, where a solve has not converged. */
const SAFETY: f64 = 3;
/** Share of the tolerance up to which the limit is what is told as the estimate: so much less than 1 that no rounding
 *  brings it above. */
const TOLD: f64 = 1 - 1e-12;

/** What errors of the energy are relative to: the dissipation of l + x, l being the linear profile. Where a right-hand
 *  side is given it is x·A·x − 2·b·x, which only falls, and is −b·x at the solution; after a start far off, what was
 *  removed since it `began`.
 *  @param given whether it was */
// @ts-ignore: decorator
@inline
function sizeOf(given: bool, energy: f64, began: f64): f64 {
  return given ? max(Math.abs(energy), began - energy) : energy;
}

/** What `solveTransport` takes. */
@unmanaged
export class SolveTransport {
  /** f64[13]: 0 iterations, 1 energy of the stored solution, 2 |true residual|², 3 |b|², or that of the first residual
   *  where b is 0, 4 Σ x in the low plane, 5 in the high plane, 6 error estimate of the energy, 7 verdict: 1 converged,
   *  8 energy of the start, 9 what errors of the energy are relative to, 10 smallest Ritz value, 11 least energy
   *  that was computed anew, at the start or after a run, 12 iterations until then; read to continue. */
  out: usize;
  /** f64[maxIterations + 1][HISTORY_VALUES]. */
  history: usize;
  /** f64[6·nz], scratch. */
  sums: usize;
  /** Levels 0 … count − 1 with all addresses; those from `alone` on run on one thread. */
  table: Level;
  count: i32;
  alone: i32;
  /** Address of element (0, 0, 0) of the red half, f32. */
  x: usize;
  /** x's second word, laid out like it, to continue, which is 0 the first time; 0: from the beginning, without one. */
  secondWord: Optional;
  /** The direction, laid out like x. */
  p: usize;
  /** Whether x holds where to start, which is else 0. */
  started: bool;
  /** Energy of the linear profile, 0 where b is given. */
  linearEnergy: f64;
  /** Relative, on the energy, Infinity for any. */
  tolerance: f64;
  /** Residual over rightNorm to reach, Infinity for any. */
  residualTolerance: f64;
  /** 0: relative to |b|. */
  rightNorm: f64;
  maxIterations: i32;
  /** Whether conductances lie far apart. */
  far: bool;
}

/** Solves for the potential and its dissipation. Units: the linear profile rises by 1 per voxel; energy is Σ g·(Δu)²,
 *  see sizeOf. CG's own residual says when to stop, and the one computed anew from the stored solution whether that is
 *  true. If it is not, CG starts again from the true residual. A call that ended unconverged can be continued, with a
 *  second word for the potential: CG then adds to that one, which is small, and the residual is that of the sum
 *  (decisions/0058). */
export function solveTransport(thread: i32, threads: i32, asked: SolveTransport): i32 {
  enter();
  const out = asked.out, history = asked.history, sums = asked.sums, table = asked.table, count = asked.count;
  const alone = asked.alone, x = asked.x, secondWord = asked.secondWord, p = asked.p;
  const started = asked.started, linearEnergy = asked.linearEnergy, tolerance = asked.tolerance;
  const residualTolerance = asked.residualTolerance, rightNorm = asked.rightNorm;
  const maxIterations = asked.maxIterations, far = asked.far;
  const second = secondWord ? secondWord - x : 0;
  const entry = table;
  const nz = entry.nz;
  const stride = <usize>nz << 3;
  const sums2 = sums + 2 * stride;
  const sums3 = sums2 + stride;
  let status = 0;

  if (!second) {
    if (!entry.halved) clearField(thread, threads, entry, entry.solution, 4);
    clearField(thread, threads, entry, entry.right, 4);
    if (!started) clearField(thread, threads, entry, x, 4);
    clearField(thread, threads, entry, p, 4);
    if ((status = barrier(thread, threads))) return status;
    if ((status = startResidual(thread, threads, entry, sums))) return status;
  }
  const given = entry.given != 0;
  let first = second ? load<f64>(out, 24) : total(sums, nz);
  let energy = second ? load<f64>(out, 8) : linearEnergy;
  let square = second ? load<f64>(out, 16) : first;
  if (!second && started) {
    if ((status = verify(thread, threads, entry, x, 0, sums3))) return status;
    energy -= total(sums3 + stride, nz);
    square = total(sums3, nz);
    if (first == 0) first = square;
  }
  const began = second ? load<f64>(out, 64) : energy;
  let best = second ? load<f64>(out, 88) : energy;
  let bestAt: f64 = second ? load<f64>(out, 96) : 0;
  const scale = rightNorm > 0 ? rightNorm * rightNorm : first;
  const residualGoal = residualTolerance < Infinity ? residualTolerance * residualTolerance * scale : Infinity;
  let iterations = second ? <i32>load<f64>(out) : 0;
  let estimate: f64 = second ? load<f64>(out, 48) : square > 0 ? Infinity : 0;
  // The smallest Ritz value of all runs: the network is the same in each.
  let ritz: f64 = second ? load<f64>(out, 80) : Infinity;
  let drift: f64 = Infinity;
  let converged = square == 0 || (tolerance == Infinity && square <= residualGoal);
  for (let run = 0; run < RUNS; run++) {
    let known = 0;
    let limit = estimate;
    let left = square;
    let least: f64 = Infinity;
    let before: f64 = 0;
    let curvature: f64 = 0;
    let reached = converged;
    if (second && (status = renormalise(thread, threads, entry, x, second))) return status;
    if (entry.halved) {
      if ((status = eliminate(thread, threads, entry, sums + stride))) return status;
      energy -= total(sums + stride, nz);
    }
    while (!reached && iterations < maxIterations) {
      if ((status = descend(thread, threads, entry, sums2))) return status;
      status =
        entry.parts ? visitParts(thread, threads, partsAbove(entry)) : visit(thread, threads, table, 1, alone, count);
      if (status) return status;
      let beta: f64;
      let rho: f64;
      if (entry.halved) {
        // r·M⁻¹·r before M⁻¹·r is there: so beta is known before p is, and M⁻¹·r is never stored.
        if ((status = coarseProducts(thread, threads, entry, sums3))) return status;
        const whole = total(sums2, nz) + total(sums3, entry.coarse.nz);
        beta = known > 0 ? whole / before : 0;
        before = whole;
        if ((status = ascend(thread, threads, entry, p, <f32>beta, sums))) return status;
        rho = total(sums, nz);
        curvature = total(sums + stride, nz);
      } else {
        if ((status = ascend(thread, threads, entry, p, 0, sums))) return status;
        rho = total(sums, nz);
        beta = known > 0 ? rho / before : 0;
        before = rho;
        if (entry.periodic) {
          // What rounding leaves of u·A·p where nothing holds the window, or little, is more than what is below.
          if ((status = direct(thread, threads, entry, p, <f32>beta, sums + stride))) return status;
          curvature = total(sums + stride, nz);
        } else {
          // p·A·p for p = u + beta·p, as u·A·p = −beta·p·A·p for the old p: so alpha is known before p is.
          curvature = total(sums + stride, nz) - beta * beta * curvature;
        }
      }
      if (!(rho > 0 && curvature > 0)) break;
      const alpha = rho / curvature;
      if ((status = advance(thread, threads, entry, x + second, p, <f32>alpha, <f32>beta, sums2))) return status;

      energy -= alpha * rho;
      const recurred = total(sums2, nz);
      const record = history + <usize>iterations * RECORD;
      if (thread == 0) {
        store<f64>(record, rho);
        store<f64>(record, alpha, 8);
        store<f64>(record, beta, 16);
        store<f64>(record, energy, 24);
        store<f64>(record, recurred, 32);
      }
      if ((status = barrier(thread, threads))) return status;
      iterations++;
      known++;
      ritz = smallestRitz(record, known, ritz);
      const fresh = limitOf(record, known, ritz, entry.periodic, !entry.coded, far);
      // An older limit stays true: the error only falls.
      limit = known < ENOUGH ? min(fresh, limit) : fresh;
      // A window of a few voxels is solved by a step or two, after which there is nothing to iterate.
      const solved = recurred == 0;
      if (solved) limit = 0;
      if (thread == 0) store<f64>(record, limit, 40);
      reached = (solved || known >= ENOUGH || tolerance == Infinity) &&
        limit <= tolerance * sizeOf(given, energy, began) && recurred <= residualGoal;
      left = recurred;
      if (recurred < least) least = recurred;
      if (entry.periodic && known >= 3 && (recurred < FALLEN * square || recurred > GROWN * least)) break;
    }

    if (entry.halved && (status = recover(thread, threads, entry, x, second))) return status;
    if ((status = verify(thread, threads, entry, x, second, sums3))) return status;
    const measured = linearEnergy - total(sums3 + stride, nz);
    const lastDrift = drift;
    const lastSquare = square;
    drift = Math.abs(measured - energy);
    square = total(sums3, nz);
    energy = measured;
    const goal = tolerance * sizeOf(given, energy, began);
    const hidden = entry.parts && entry.islands && square > HIDDEN * left && limit * square / left > HIDDEN * goal;
    converged = square == 0 || (reached && drift <= 0.5 * goal && square <= residualGoal && !hidden);
    if (square == 0) limit = 0;
    if (energy < best) {
      best = energy;
      bestAt = iterations;
    }
    estimate = converged ? max(drift, min(limit + drift, TOLD * goal)) : limit + SAFETY * drift;
    const stalled = run > 0 && square > STALLED * STALLED * lastSquare && drift > STALLED * lastDrift;
    if (converged || stalled || iterations == maxIterations) break;
  }
  if (thread == 0) {
    store<f64>(out, iterations);
    store<f64>(out, energy, 8);
    store<f64>(out, square, 16);
    store<f64>(out, first, 24);
    store<f64>(out, load<f64>(sums3 + 2 * stride), 32);
    store<f64>(out, load<f64>(sums3 + 2 * stride + (<usize>(nz - 1) << 3)), 40);
    store<f64>(out, estimate, 48);
    store<f64>(out, converged ? 1 : 0, 56);
    store<f64>(out, began, 64);
    store<f64>(out, sizeOf(given, energy, began), 72);
    store<f64>(out, ritz, 80);
    store<f64>(out, best, 88);
    store<f64>(out, bestAt, 96);
  }
  return barrier(thread, threads);
}
