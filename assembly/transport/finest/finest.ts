// The solve on the finest level: the only place that knows how its conductances are stored. Every pass is called on all
// threads, works on the thread's slab of planes, and ends behind a barrier; sums are f64[nz], one per plane, so that their
// total in plane order has the same bits for every number of threads. r is the right-hand side of the level's entry, u its solution.
import { barrier, leave, tick } from '../../core/control';
import * as codedCycle from './coded-cycle';
import * as codedResidual from './coded-residual';
import * as codedStep from './coded-step';
import { plus, sumOf } from '../level/lanes';
import { firstPlane, Level } from '../level/levels';
import { exchange } from '../level/periodic';
import * as cycle from './plain-cycle';
import * as residual from './plain-residual';
import * as conjugate from './plain-step';

/** r = b: as it was given, or the residual of the linear profile. sums: Σ r². */
export function startResidual(thread: i32, threads: i32, entry: Level, sums: usize): i32 {
  const coded = entry.coded;
  const end = firstPlane(thread + 1, threads, entry);
  for (let z = firstPlane(thread, threads, entry); z < end; z++) {
    let squares: f64 = 0;
    if (entry.given) squares = givenPlane(thread, entry, z);
    else squares = coded ? codedResidual.linearPlane(thread, entry, z) : residual.linearPlane(thread, entry, z);
    store<f64>(sums + (<usize>z << 3), squares);
    if (leave()) break;
  }
  return barrier(thread, threads);
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

/** Down: right-hand side of level 1 from r, after a sweep of red-black Gauss-Seidel from zero. */
// @ts-ignore: decorator
@inline
export function descend(thread: i32, threads: i32, entry: Level): i32 {
  return entry.coded ? codedCycle.descend(thread, threads, entry) : cycle.descend(thread, threads, entry);
}

/** Up: u = M⁻¹·r, from the solution of level 1 and a sweep in the reverse order. sums: f64[2][nz], Σ r·u and u·A·u. */
// @ts-ignore: decorator
@inline
export function ascend(thread: i32, threads: i32, entry: Level, sums: usize): i32 {
  return entry.coded ? codedCycle.ascend(thread, threads, entry, sums) : cycle.ascend(thread, threads, entry, sums);
}

/** p = u + beta·p, x += alpha·p, r −= alpha·A·p. sums: Σ r². */
// @ts-ignore: decorator
@inline
export function advance(
  thread: i32, threads: i32, entry: Level, x: usize, p: usize, alpha: f32, beta: f32, sums: usize,
): i32 {
  return entry.coded
    ? codedStep.advance(thread, threads, entry, x, p, alpha, beta, sums)
    : conjugate.advance(thread, threads, entry, x, p, alpha, beta, sums);
}

/** Makes the first word of the potential the nearest f32 to the sum of both, and the second what is left (Knuth's two-sum, exact). */
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

/** r = b − A·x, computed in f64. second: bytes from x to its second word, 0: it has none. sums: f64[3][nz]: Σ r²; the dissipation of
 *  the linear profile less that of the solution, right in total only; half of what x adds to the flux through the low boundary (plane 0), or takes from that through the high one (the last). */
export function verify(thread: i32, threads: i32, entry: Level, x: usize, second: usize, sums: usize): i32 {
  const coded = entry.coded;
  const begin = firstPlane(thread, threads, entry);
  const end = firstPlane(thread + 1, threads, entry);
  const stride = <usize>entry.nz << 3;
  let status = exchange(thread, threads, entry, x, begin, end);
  if (!status && second) status = exchange(thread, threads, entry, x + second, begin, end);
  if (status) return status;
  for (let z = begin; z < end; z++) {
    const at = sums + (<usize>z << 3);
    if (coded) {
      if (second) codedResidual.verifyPlane<f64>(thread, entry, x, second, at, stride, z);
      else codedResidual.verifyPlane<f32>(thread, entry, x, 0, at, stride, z);
    } else if (second) residual.verifyPlane<f64>(thread, entry, x, second, at, stride, z);
    else residual.verifyPlane<f32>(thread, entry, x, 0, at, stride, z);
    if (leave()) break;
  }
  return barrier(thread, threads);
}
