// Electrons and ions, each on a network of its own, joined by the reaction at the faces of the active material. Voxels
// of a porous additive carry both, so the window is there twice: first what ions see, then what electrons see.
import { Optional } from '../core/kinds';
import { barrier, enter, poll, slabStart } from '../core/control';

/** What `twoNetworks` takes. n: voxels of the window. */
@unmanaged
export class TwoNetworks {
  /** f64[2·nz]: Σ p·y of every plane. */
  out: usize;
  /** f64[2n]: what flows out of every voxel. */
  y: usize;
  /** f64[2n]: potentials. */
  p: usize;
  /** f64[2n]: resistivities, infinite where nothing conducts. */
  rho: usize;
  /** u32[faces]: voxels of both sides. */
  active: usize;
  electrolyte: usize;
  /** f64[faces]: flow from active material to electrolyte, or (`linear`) what a volt between them makes flow. */
  flow: usize;
  linear: bool;
  /** f64[n] each: θ and ln c of the ions' voxels, whose gradient drives current, too; null: it does not. */
  theta: Optional;
  logarithm: Optional;
  /** f64[n]: what share of the ions' flow counts; null: all of it. */
  share: Optional;
  /** The same beyond the low end, and the resistance from there to the first plane's face, over the edge. */
  endTheta: f64;
  endLogarithm: f64;
  endShare: f64;
  endResistance: f64;
  /** What conductances across y and x are multiplied by. */
  weightY: f64;
  weightX: f64;
  nz: u32;
  ny: u32;
  nx: u32;
  /** u32[7], where the classes of faces begin and the last one ends. */
  classes: usize;
}

/** Flow from voxel i to j, addresses of elements of `p` relative to its first. */
// @ts-ignore: decorator
@inline
function between(
  p: usize, rho: usize, theta: usize, logarithm: usize, share: usize, i: usize, j: usize, own: f64, resistance: f64,
): f64 {
  const other = load<f64>(rho + j);
  if (other == Infinity) return 0;
  let drop = own - load<f64>(p + j);
  if (theta) {
    drop += 0.5 * (load<f64>(theta + i) + load<f64>(theta + j)) *
      (load<f64>(logarithm + j) - load<f64>(logarithm + i));
  }
  if (share) drop *= 0.5 * (load<f64>(share + i) + load<f64>(share + j));
  return (2 * drop) / (resistance + other);
}

/** What flows out of the voxels of one plane. half: 0 of ions, 1 of electrons */
function planeFlows(t: TwoNetworks, half: usize, z: i32): void {
  const ny = <i32>t.ny;
  const nx = <i32>t.nx;
  const row = <usize>nx << 3;
  const plane = <usize>ny * row;
  const base = half * <usize>t.nz * plane;
  const p = t.p + base;
  const rho = t.rho + base;
  const y = t.y + base;
  const theta: usize = half ? 0 : t.theta;
  const logarithm = t.logarithm;
  const share: usize = half ? 0 : t.share;
  const weightY = t.weightY;
  const weightX = t.weightX;
  for (let b = 0; b < ny; b++) {
    let i = <usize>z * plane + <usize>b * row;
    for (let a = 0; a < nx; a++, i += 8) {
      const resistance = load<f64>(rho + i);
      if (resistance == Infinity) {
        store<f64>(y + i, 0);
        continue;
      }
      const own = load<f64>(p + i);
      let sum: f64 = 0;
      if (z > 0) sum += between(p, rho, theta, logarithm, share, i, i - plane, own, resistance);
      else if (!half) {
        let drop = own;
        if (theta) {
          drop += 0.5 * (load<f64>(theta + i) + t.endTheta) * (t.endLogarithm - load<f64>(logarithm + i));
        }
        if (share) drop *= 0.5 * (load<f64>(share + i) + t.endShare);
        sum += drop / (0.5 * resistance + t.endResistance);
      }
      if (z + 1 < <i32>t.nz) sum += between(p, rho, theta, logarithm, share, i, i + plane, own, resistance);
      let side: f64 = 0;
      if (b > 0) side += between(p, rho, theta, logarithm, share, i, i - row, own, resistance);
      if (b + 1 < ny) side += between(p, rho, theta, logarithm, share, i, i + row, own, resistance);
      sum += weightY * side;
      side = 0;
      if (a > 0) side += between(p, rho, theta, logarithm, share, i, i - 8, own, resistance);
      if (a + 1 < nx) side += between(p, rho, theta, logarithm, share, i, i + 8, own, resistance);
      store<f64>(y + i, sum + weightX * side);
    }
  }
}

/** Adds to voxels what flows through the faces, class by class, in which no voxel occurs twice. */
function addFaces(thread: i32, threads: i32, t: TwoNetworks): i32 {
  const electrons = (<usize>t.nz * <usize>t.ny * <usize>t.nx) << 3;
  for (let kind = 0; kind < 6; kind++) {
    const first = <i32>load<u32>(t.classes + (<usize>kind << 2));
    const count = <i32>load<u32>(t.classes + (<usize>kind << 2), 4) - first;
    const end = first + slabStart(thread + 1, threads, count);
    for (let k = first + slabStart(thread, threads, count); k < end; k++) {
      const e = <usize>load<u32>(t.electrolyte + (<usize>k << 2)) << 3;
      const a = electrons + (<usize>load<u32>(t.active + (<usize>k << 2)) << 3);
      let flow = load<f64>(t.flow + (<usize>k << 3));
      if (t.linear) flow *= load<f64>(t.p + a) - load<f64>(t.p + e);
      store<f64>(t.y + a, load<f64>(t.y + a) + flow);
      store<f64>(t.y + e, load<f64>(t.y + e) - flow);
      if (poll(thread, 1)) break;
    }
    const status = barrier(thread, threads);
    if (status) return status;
  }
  return 0;
}

/** What flows out of every voxel of both networks: to its neighbours, harmonic between voxels, through the faces of the
 *  reaction, and, of ions, to what lies beyond the low end, at a potential of 0. The high end is closed. */
export function twoNetworks(thread: i32, threads: i32, t: TwoNetworks): i32 {
  enter();
  const nz = <i32>t.nz;
  const plane = <usize>t.ny * <usize>t.nx;
  const end = slabStart(thread + 1, threads, 2 * nz);
  for (let k = slabStart(thread, threads, 2 * nz); k < end; k++) {
    planeFlows(t, k < nz ? 0 : 1, k < nz ? k : k - nz);
    if (poll(thread, plane)) break;
  }
  let status = barrier(thread, threads);
  if (status) return status;
  status = addFaces(thread, threads, t);
  if (status) return status;
  for (let k = slabStart(thread, threads, 2 * nz); k < end; k++) {
    let sum: f64 = 0;
    const from = (<usize>k * plane) << 3;
    for (let at = from; at < from + (plane << 3); at += 8) sum += load<f64>(t.p + at) * load<f64>(t.y + at);
    store<f64>(t.out + (<usize>k << 3), sum);
  }
  return barrier(thread, threads);
}

/** Σ over the faces of every voxel of a value per face, as f32.
 *  @param out f32[2n]: of ions' voxels, then electrons'
 *  @param values f64[faces]; active, electrolyte, classes as in TwoNetworks */
export function faceSums(
  thread: i32, threads: i32, out: usize, values: usize, active: usize, electrolyte: usize, classes: usize, voxels: u32,
): i32 {
  enter();
  const electrons = out + (<usize>voxels << 2);
  // Lines of 64 bytes, so that threads do not share any.
  const lines = <i32>((<usize>voxels + 7) >> 3);
  const from = <usize>slabStart(thread, threads, lines) << 6;
  const bytes = min(<usize>slabStart(thread + 1, threads, lines) << 6, <usize>voxels << 3) - from;
  memory.fill(out + from, 0, bytes);
  let status = barrier(thread, threads);
  if (status) return status;
  for (let kind: usize = 0; kind < 6; kind++) {
    const first = <i32>load<u32>(classes + (kind << 2));
    const count = <i32>load<u32>(classes + (kind << 2), 4) - first;
    const end = first + slabStart(thread + 1, threads, count);
    for (let k = first + slabStart(thread, threads, count); k < end; k++) {
      const value = <f32>load<f64>(values + (<usize>k << 3));
      const e = out + (<usize>load<u32>(electrolyte + (<usize>k << 2)) << 2);
      const a = electrons + (<usize>load<u32>(active + (<usize>k << 2)) << 2);
      store<f32>(e, load<f32>(e) + value);
      store<f32>(a, load<f32>(a) + value);
      if (poll(thread, 1)) break;
    }
    status = barrier(thread, threads);
    if (status) return status;
  }
  return 0;
}
