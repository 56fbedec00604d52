// What one face between active material and electrolyte lets pass, per area of interface:
//   Δu = j·R + U(x) + η(j/i0(x)),  x = base + slope·j
// Δu: potential of the active voxel less that of the electrolyte; j > 0 when lithium leaves the active material; R:
// film and half a voxel of both; η of Butler-Volmer, s = j/i0 = e^(αfη) − e^(−(1−α)fη); x: the stoichiometry at the
// face, which answers to j within the step (slope ≤ 0). Solved for j, in which it bends like a logarithm.
import { constantBeyond, curveSlope, curveValue, onwards } from './curves';

/** Iterations of the face's equation at most; bisection alone would end in these. */
const MOST = 100;
/** Below so many volts one more step of Newton's is exact to 1e-13 V: its error is the square, times 1/η or so. */
const NEAR: f64 = 1e-7;
/** Least share of what resists at a fixed x that counts where a rising U makes the law fall. */
const LEAST: f64 = 0.01;

@unmanaged
export class FaceLaw {
  /** U in V and i0 in A/m²: tables of so many cells (curves.ts). */
  potential: usize;
  exchange: usize;
  potentialCells: i32;
  exchangeCells: i32;
  /** α, and f = F/RT in 1/V. */
  alpha: f64;
  thermal: f64;
  /** Of a film on the interface, in Ω m². */
  film: f64;
  /** What half a voxel of both resists across z, y, x where the interface is as large as the face, in Ω m². */
  halfZ: f64;
  halfY: f64;
  halfX: f64;
}

let eta: f64 = 0;
let etaSlope: f64 = 0;

/** η in V at s, and dη/ds. */
// @ts-ignore: decorator
@inline
function overpotential(s: f64, alpha: f64, thermal: f64): void {
  if (alpha == 0.5) {
    eta = (2 / thermal) * Math.asinh(0.5 * s);
    etaSlope = 1 / (thermal * Math.sqrt(1 + 0.25 * s * s));
    return;
  }
  // Newton from the symmetric value in y = fη; convex or concave on either side, so it ends.
  let y = 2 * Math.asinh(0.5 * s);
  let steep: f64 = 1;
  for (let k = 0; k < 60; k++) {
    const forward = Math.exp(alpha * y);
    const backward = Math.exp((alpha - 1) * y);
    steep = alpha * forward + (1 - alpha) * backward;
    const step = (forward - backward - s) / steep;
    y -= max<f64>(-2, min<f64>(2, step));
    if (Math.abs(step) <= 1e-15 * (1 + Math.abs(y))) break;
  }
  eta = y / thermal;
  etaSlope = 1 / (thermal * steep);
}

/** Conductance dj/dΔu of the face that was solved last, and its stoichiometry. */
export let conductance: f64 = 0;
export let stoichiometry: f64 = 0;

/** j of a face. rise: Δu; resistance: R; base, slope: of x; start: where to look first. NaN: none was found. */
// @ts-ignore: decorator
@inline
export function solveFace(law: FaceLaw, rise: f64, resistance: f64, base: f64, slope: f64, start: f64): f64 {
  let j = start;
  let low = -Infinity;
  let high = Infinity;
  for (let k = 0; k < MOST; k++) {
    const x = base + slope * j;
    onwards(law.potential, law.potentialCells, x);
    const u = curveValue;
    const du = curveSlope;
    constantBeyond(law.exchange, law.exchangeCells, x);
    const inverse = 1 / curveValue;
    const s = j * inverse;
    overpotential(s, law.alpha, law.thermal);
    const error = j * resistance + u + eta - rise;
    const alone = resistance + etaSlope * inverse;
    const steep = max(alone + slope * (du - etaSlope * s * inverse * curveSlope), LEAST * alone);
    if (error > 0) high = j;
    else low = j;
    const next = j - error / steep;
    if (Math.abs(error) < NEAR || next == j) {
      conductance = 1 / steep;
      stoichiometry = base + slope * next;
      return next;
    }
    // A step that leaves what is known to hold the root halves it; so does every eighth, lest both ends creep.
    const known = high - low < Infinity;
    j = known && (!(next > low && next < high) || (k & 7) == 7) ? 0.5 * (low + high) : next;
    // Infinity − Infinity is not 0.
    if (!(j - j == 0)) return NaN;
  }
  return NaN;
}
