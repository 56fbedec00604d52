// The solve on the finest level: the only place that knows how its conductances are stored. Every pass is called on all
// threads, works on the thread's slab of planes, and ends behind a barrier; sums are f64[nz], one per plane, so that
// their total in plane order has the same bits for every number of threads. r is the right-hand side of the level's
// entry, u its solution.
import { barrier, leave, tick } from '../../core/control';
import * as codedCycle from './coded-cycle';
import * as codedResidual from './coded-residual';
import * as codedStep from './coded-step';
import { Linear, linearOf, Stored, storedOf, Table } from '../level/codes';
import { plus, sumOf } from '../level/lanes';
import { firstPlane, Level } from '../level/levels';
import { exchange } from '../level/periodic';
import * as periodicCycle from './periodic-cycle';
import * as plainBlack from './plain-black';
import * as plainCycle from './plain-cycle';
import * as plainResidual from './plain-residual';
import * as plainStep from './plain-step';

/** Passes of `choose`. */
const START = 0;
const DESCEND = 1;
const ASCEND = 2;
const ADVANCE = 3;
const VERIFY = 4;
const DIRECT = 5;
const ELIMINATE = 6;
const RECOVER = 7;
/** Faces of the byte network, beside the kinds of level/codes.ts. */
type Plain = u64;

// @ts-ignore: decorator
@inline
function plain<K>(): bool { return sizeof<K>() == sizeof<Plain>(); }

/** Whether half sweeps of a coded level walk together through the planes: where the window ends, and level 1 is half as
 *  fine along all axes, or made of parts. */
// @ts-ignore: decorator
@inline
function walks(entry: Level): bool { return !entry.periodic && (entry.parts != 0 || entry.halves == 7); }

/** Runs a pass as it is compiled for the kind K of the level's faces, and for a diagonal term (D: f32) or none (u8).
 *  Nothing else chooses. Parameters are those of the passes below, 0 where a pass has none. */
function choose(
  pass: i32, thread: i32, threads: i32, entry: Level, x: usize, p: usize, alpha: f32, beta: f32, sums: usize,
): i32 {
  const term = entry.diagonal != 0;
  if (!entry.coded) {
    return term
      ? run<Plain, f32>(pass, thread, threads, entry, x, p, alpha, beta, sums)
      : run<Plain, u8>(pass, thread, threads, entry, x, p, alpha, beta, sums);
  }
  if (storedOf(entry)) {
    return term
      ? run<Stored, f32>(pass, thread, threads, entry, x, p, alpha, beta, sums)
      : run<Stored, u8>(pass, thread, threads, entry, x, p, alpha, beta, sums);
  }
  // A linear codebook is a table, too: it has no loops of its own with a diagonal term, nor where residuals are
  // computed anew.
  if (term) return run<Table, f32>(pass, thread, threads, entry, x, p, alpha, beta, sums);
  return linearOf(entry) && pass != START && pass != VERIFY
    ? run<Linear, u8>(pass, thread, threads, entry, x, p, alpha, beta, sums)
    : run<Table, u8>(pass, thread, threads, entry, x, p, alpha, beta, sums);
}

function run<K, D>(
  pass: i32, thread: i32, threads: i32, entry: Level, x: usize, p: usize, alpha: f32, beta: f32, sums: usize,
): i32 {
  if (pass == DESCEND) {
    if (plain<K>()) return plainCycle.descend<D>(thread, threads, entry, sums);
    return walks(entry)
      ? codedCycle.descend<K, D>(thread, threads, entry) : periodicCycle.descend<K, D>(thread, threads, entry);
  }
  if (pass == ASCEND) {
    if (plain<K>()) return plainCycle.ascend<D>(thread, threads, entry, p, beta, sums);
    return walks(entry)
      ? codedCycle.ascend<K, D>(thread, threads, entry, sums)
      : periodicCycle.ascend<K, D>(thread, threads, entry, sums);
  }
  if (pass == ADVANCE) {
    return plain<K>()
      ? plainStep.advance<D>(thread, threads, entry, x, p, alpha, sums)
      : codedStep.advance<K, D>(thread, threads, entry, x, p, alpha, beta, sums);
  }
  if (pass == DIRECT) {
    return plain<K>() ? unreachable() : codedStep.direct<K, D>(thread, threads, entry, p, beta, sums);
  }
  if (pass == ELIMINATE) {
    return plain<K>() ? plainBlack.eliminate<D>(thread, threads, entry, sums) : unreachable();
  }
  if (pass == RECOVER) return plain<K>() ? recoverBlack<D>(thread, threads, entry, x, p) : unreachable();
  if (sizeof<K>() == sizeof<Linear>()) return unreachable();
  const end = firstPlane(thread + 1, threads, entry);
  for (let z = firstPlane(thread, threads, entry); z < end; z++) {
    const at = sums + (<usize>z << 3);
    if (pass == VERIFY) {
      if (p) verifyPlane<f64, K, D>(thread, entry, x, p, at, z);
      else verifyPlane<f32, K, D>(thread, entry, x, 0, at, z);
    } else if (entry.given) store<f64>(at, givenPlane(thread, entry, z));
    else {
      store<f64>(
        at, plain<K>() ? plainResidual.linearPlane(thread, entry, z) : codedResidual.linearPlane<K>(thread, entry, z),
      );
    }
    if (leave()) break;
  }
  return barrier(thread, threads);
}

/** Potential at black, with a second word or without; see verifyPlane. */
function recoverBlack<D>(thread: i32, threads: i32, entry: Level, x: usize, second: usize): i32 {
  if (sizeof<D>() == 4 || entry.given) {
    return second
      ? plainBlack.recover<f64, f32>(thread, threads, entry, x, second)
      : plainBlack.recover<f32, f32>(thread, threads, entry, x, second);
  }
  return second
    ? plainBlack.recover<f64, u8>(thread, threads, entry, x, second)
    : plainBlack.recover<f32, u8>(thread, threads, entry, x, second);
}

/** W: f64 where the potential has a second word, else f32. */
function verifyPlane<W, K, D>(thread: i32, entry: Level, x: usize, second: usize, sums: usize, z: i32): void {
  const stride = <usize>entry.nz << 3;
  if (sizeof<D>() == 4 || entry.given) {
    if (plain<K>()) plainResidual.verifyPlane<W, f32>(thread, entry, x, second, sums, stride, z);
    else codedResidual.verifyPlane<W, K, f32>(thread, entry, x, second, sums, stride, z);
  } else if (plain<K>()) plainResidual.verifyPlane<W, u8>(thread, entry, x, second, sums, stride, z);
  else codedResidual.verifyPlane<W, K, u8>(thread, entry, x, second, sums, stride, z);
}

/** r = b: as it was given, or the residual of the linear profile. sums: Σ r². */
export function startResidual(thread: i32, threads: i32, entry: Level, sums: usize): i32 {
  return choose(START, thread, threads, entry, 0, 0, 0, 0, sums);
}

/** r = the right-hand side that was given, in plane z. @returns Σ r² */
function givenPlane(thread: i32, entry: Level, z: i32): f64 {
  const bytes = <usize>entry.ny * entry.rowBytes;
  let squares = f64x2.splat(0);
  for (let colour: usize = 0; colour < 2; colour++) {
    const from = <usize>z * entry.planeBytes + colour * entry.halfBytes;
    for (let i = from; i < from + bytes; i += 16) {
      const b = v128.load(entry.given + i);
      v128.store(entry.right + i, b);
      squares = plus(squares, f32x4.mul(b, b));
    }
  }
  tick(thread, <usize>entry.ny * <usize>entry.nx);
  return sumOf(squares);
}

/** Residual at red once black is eliminated, from that of both colours, of a level that is `halved`. sums: by how much
 *  less the energy is then. */
export function eliminate(thread: i32, threads: i32, entry: Level, sums: usize): i32 {
  return choose(ELIMINATE, thread, threads, entry, 0, 0, 0, 0, sums);
}

/** Potential at black from that at red, of a level that is `halved`. second: bytes from x to its second word, 0: it has
 *  none */
export function recover(thread: i32, threads: i32, entry: Level, x: usize, second: usize): i32 {
  return choose(RECOVER, thread, threads, entry, x, second, 0, 0, 0);
}

/** Down: right-hand side of level 1 from r, after a sweep of red-black Gauss-Seidel from zero. sums: of a level that is
 *  `halved`, what r·M⁻¹·r has beside b·x of level 1. */
export function descend(thread: i32, threads: i32, entry: Level, sums: usize): i32 {
  return choose(DESCEND, thread, threads, entry, 0, 0, 0, 0, sums);
}

/** Up, from the solution of level 1, with a sweep in the reverse order. Of a level that is `halved`: p = M⁻¹·r +
 *  beta·p; sums: f64[2][nz], r·p and p·A·p. Of others: u = M⁻¹·r; sums: f64[2][nz], Σ r·u and, unless the window
 *  repeats, u·A·u. */
export function ascend(thread: i32, threads: i32, entry: Level, p: usize, beta: f32, sums: usize): i32 {
  return choose(ASCEND, thread, threads, entry, 0, p, 0, beta, sums);
}

/** p = u + beta·p in a window that repeats. sums: p·A·p. */
export function direct(thread: i32, threads: i32, entry: Level, p: usize, beta: f32, sums: usize): i32 {
  return choose(DIRECT, thread, threads, entry, 0, p, 0, beta, sums);
}

/** x += alpha·p, r −= alpha·A·p; before it p = u + beta·p, unless `direct` or, of a level that is `halved`, `ascend`
 *  has made it. sums: Σ r². */
export function advance(
  thread: i32, threads: i32, entry: Level, x: usize, p: usize, alpha: f32, beta: f32, sums: usize,
): i32 {
  return choose(ADVANCE, thread, threads, entry, x, p, alpha, beta, sums);
}

/** Makes the first word of the potential the nearest f32 to the sum of both, and the second what is left (Knuth's
 *  two-sum, exact). */
export function renormalise(thread: i32, threads: i32, entry: Level, x: usize, second: usize): i32 {
  const plane = entry.planeBytes;
  const begin = <usize>firstPlane(thread, threads, entry) * plane;
  const end = <usize>firstPlane(thread + 1, threads, entry) * plane;
  for (let colour: usize = 0; colour < 2; colour++) {
    const own = x + colour * entry.halfBytes;
    for (let i = begin; i < end; i += 16) {
      const a = v128.load(own + i);
      const b = v128.load(own + i + second);
      const sum = f32x4.add(a, b);
      const added = f32x4.sub(sum, a);
      v128.store(own + i, sum);
      v128.store(own + i + second, f32x4.add(f32x4.sub(a, f32x4.sub(sum, added)), f32x4.sub(b, added)));
    }
    if (leave()) break;
  }
  return barrier(thread, threads);
}

/** r = b − A·x, computed in f64. second: bytes from x to its second word, 0: it has none. sums: f64[3][nz]: Σ r²; the
 *  dissipation of the linear profile less that of the solution, right in total only; half of what x adds to the flux
 *  through the low boundary (plane 0), or takes from that through the high one (the last). */
export function verify(thread: i32, threads: i32, entry: Level, x: usize, second: usize, sums: usize): i32 {
  const begin = firstPlane(thread, threads, entry);
  const end = firstPlane(thread + 1, threads, entry);
  let status = exchange(thread, threads, entry, x, begin, end);
  if (!status && second) status = exchange(thread, threads, entry, x + second, begin, end);
  return status ? status : choose(VERIFY, thread, threads, entry, x, second, 0, 0, sums);
}
