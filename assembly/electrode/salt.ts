// Salt over one implicit step: its diffusion in the voxels that hold electrolyte, and in a separator that is a chain of
// layers before the window's first plane. Conjugate gradients in f64, preconditioned by the diagonal.
import { barrier, enter, poll, slabStart } from '../core/control';

/** What `saltStep` takes. n: voxels of the window; layers follow the voxels in every field. */
@unmanaged
export class Salt {
  /** f64[8]: iterations, and the residual's share that is left. */
  out: usize;
  /** f64[n + layers]: where it starts, and the solution. */
  c: usize;
  /** f64[n + layers]: right-hand side. */
  b: usize;
  /** f64[n]: inverse diffusivities, infinite where there is no electrolyte. */
  rho: usize;
  /** f64[n + layers] ≥ 0: what a unit of concentration holds, over the step. */
  mass: usize;
  /** f64[layers − 1]: conductance between layers. */
  links: usize;
  /** f64[n + layers] each. */
  inverse: usize;
  r: usize;
  p: usize;
  q: usize;
  /** f64[nz + 1][4]: sums per plane, then of the layers. */
  sums: usize;
  /** Of half a layer, over the edge of a voxel: inverse diffusivity. */
  endResistance: f64;
  weightY: f64;
  weightX: f64;
  /** The residual's share at which it ends. */
  tolerance: f64;
  nz: u32;
  ny: u32;
  nx: u32;
  layers: u32;
  maxIterations: u32;
}

/** Conductance to a neighbour. */
// @ts-ignore: decorator
@inline
function conductance(rho: usize, j: usize, own: f64): f64 { return 2 / (own + load<f64>(rho + j)); }

/** q = A·p of a plane, or (`inverse`) the inverse diagonal. @returns Σ p·q */
function planeProducts(s: Salt, z: i32, diagonal: bool): f64 {
  const ny = <i32>s.ny;
  const nx = <i32>s.nx;
  const row = <usize>nx << 3;
  const plane = <usize>ny * row;
  const last = <i32>s.nz - 1;
  const n = <usize>s.nz * plane;
  const rho = s.rho;
  const p = s.p;
  const weightY = s.weightY;
  const weightX = s.weightX;
  let sum: f64 = 0;
  for (let b = 0; b < ny; b++) {
    let i = <usize>z * plane + <usize>b * row;
    for (let a = 0; a < nx; a++, i += 8) {
      const own = load<f64>(rho + i);
      if (own == Infinity) {
        store<f64>((diagonal ? s.inverse : s.q) + i, 0);
        continue;
      }
      // Where there is no neighbour its conductance is 0, and any voxel may stand for it.
      let gz0: f64 = 0;
      let below = i;
      if (z > 0) {
        below = i - plane;
        gz0 = conductance(rho, below, own);
      } else {
        below = n + (<usize>(s.layers - 1) << 3);
        gz0 = 1 / (0.5 * own + s.endResistance);
      }
      const above = z < last ? i + plane : i;
      const gz1 = z < last ? conductance(rho, above, own) : 0;
      const south = b > 0 ? i - row : i;
      const gy0 = b > 0 ? weightY * conductance(rho, south, own) : 0;
      const north = b + 1 < ny ? i + row : i;
      const gy1 = b + 1 < ny ? weightY * conductance(rho, north, own) : 0;
      const west = a > 0 ? i - 8 : i;
      const gx0 = a > 0 ? weightX * conductance(rho, west, own) : 0;
      const east = a + 1 < nx ? i + 8 : i;
      const gx1 = a + 1 < nx ? weightX * conductance(rho, east, own) : 0;
      const whole = load<f64>(s.mass + i) + (gz0 + gz1) + (gy0 + gy1) + (gx0 + gx1);
      if (diagonal) {
        store<f64>(s.inverse + i, 1 / whole);
        continue;
      }
      const value = load<f64>(p + i);
      const q = whole * value - (gz0 * load<f64>(p + below) + gz1 * load<f64>(p + above)) -
        (gy0 * load<f64>(p + south) + gy1 * load<f64>(p + north)) -
        (gx0 * load<f64>(p + west) + gx1 * load<f64>(p + east));
      store<f64>(s.q + i, q);
      sum += value * q;
    }
  }
  return sum;
}

/** The same of the layers; the last one joins every voxel of the first plane. */
function layerProducts(s: Salt, diagonal: bool): f64 {
  const plane = <usize>s.ny * <usize>s.nx;
  const n = (<usize>s.nz * plane) << 3;
  const layers = <i32>s.layers;
  let sum: f64 = 0;
  for (let k = 0; k < layers; k++) {
    const i = n + (<usize>k << 3);
    const value = load<f64>(s.p + i);
    let whole = load<f64>(s.mass + i);
    let others: f64 = 0;
    if (k > 0) {
      const g = load<f64>(s.links + (<usize>(k - 1) << 3));
      whole += g;
      others += g * load<f64>(s.p + i - 8);
    }
    if (k + 1 < layers) {
      const g = load<f64>(s.links + (<usize>k << 3));
      whole += g;
      others += g * load<f64>(s.p + i + 8);
    } else {
      for (let at: usize = 0; at < plane << 3; at += 8) {
        const own = load<f64>(s.rho + at);
        if (own == Infinity) continue;
        const g = 1 / (0.5 * own + s.endResistance);
        whole += g;
        others += g * load<f64>(s.p + at);
      }
    }
    if (diagonal) store<f64>(s.inverse + i, 1 / whole);
    else {
      store<f64>(s.q + i, whole * value - others);
      sum += value * (whole * value - others);
    }
  }
  return sum;
}

/** Bytes of the k-th slice of a field: a plane, or the layers. */
// @ts-ignore: decorator
@inline
function sliceBytes(s: Salt, k: i32): usize {
  return k < <i32>s.nz ? (<usize>s.ny * <usize>s.nx) << 3 : <usize>s.layers << 3;
}

function total(s: Salt, slot: usize): f64 {
  let sum: f64 = 0;
  for (let k: usize = 0; k <= <usize>s.nz; k++) sum += load<f64>(s.sums + (k << 5) + (slot << 3));
  return sum;
}

// @ts-ignore: decorator
@inline
function note(s: Salt, k: i32, slot: usize, value: f64): void {
  store<f64>(s.sums + (<usize>k << 5) + (slot << 3), value);
}

function products(s: Salt, k: i32, diagonal: bool): f64 {
  return k < <i32>s.nz ? planeProducts(s, k, diagonal) : layerProducts(s, diagonal);
}

/** Solves (mass + diffusion)·c = b, and then raises c everywhere by what makes Σ mass·c exactly Σ b. */
export function saltStep(thread: i32, threads: i32, s: Salt): i32 {
  enter();
  const slices = <i32>s.nz + 1;
  const first = slabStart(thread, threads, slices);
  const end = slabStart(thread + 1, threads, slices);
  const plane = (<usize>s.ny * <usize>s.nx) << 3;
  // The start's product goes the way of all others: p = c.
  for (let k = first; k < end; k++) {
    const from = <usize>k * plane;
    memory.copy(s.p + from, s.c + from, sliceBytes(s, k));
    products(s, k, true);
    if (poll(thread, plane >> 3)) break;
  }
  let status = barrier(thread, threads);
  if (status) return status;
  for (let k = first; k < end; k++) {
    products(s, k, false);
    const from = <usize>k * plane;
    let size: f64 = 0;
    let rest: f64 = 0;
    for (let at = from; at < from + sliceBytes(s, k); at += 8) {
      const b = load<f64>(s.b + at);
      const r = b - load<f64>(s.q + at);
      const inverse = load<f64>(s.inverse + at);
      store<f64>(s.r + at, r);
      size += b * b * inverse;
      rest += r * r * inverse;
    }
    note(s, k, 0, size);
    note(s, k, 1, rest);
    if (poll(thread, plane >> 3)) break;
  }
  status = barrier(thread, threads);
  if (status) return status;
  const goal = s.tolerance * s.tolerance * total(s, 0);
  let rz = total(s, 1);
  let iterations: u32 = 0;
  let beta: f64 = 0;
  while (rz > goal && iterations < s.maxIterations) {
    // p = z + β·p needs what neighbours' q needs, so it ends before.
    for (let k = first; k < end; k++) {
      const from = <usize>k * plane;
      for (let at = from; at < from + sliceBytes(s, k); at += 8) {
        const z = load<f64>(s.r + at) * load<f64>(s.inverse + at);
        store<f64>(s.p + at, iterations ? z + beta * load<f64>(s.p + at) : z);
      }
    }
    status = barrier(thread, threads);
    if (status) return status;
    for (let k = first; k < end; k++) {
      note(s, k, 2, products(s, k, false));
      if (poll(thread, plane >> 3)) break;
    }
    status = barrier(thread, threads);
    if (status) return status;
    const curvature = total(s, 2);
    if (!(curvature > 0)) break;
    const alpha = rz / curvature;
    for (let k = first; k < end; k++) {
      const from = <usize>k * plane;
      let rest: f64 = 0;
      for (let at = from; at < from + sliceBytes(s, k); at += 8) {
        store<f64>(s.c + at, load<f64>(s.c + at) + alpha * load<f64>(s.p + at));
        const r = load<f64>(s.r + at) - alpha * load<f64>(s.q + at);
        store<f64>(s.r + at, r);
        rest += r * r * load<f64>(s.inverse + at);
      }
      note(s, k, 3, rest);
    }
    status = barrier(thread, threads);
    if (status) return status;
    const next = total(s, 3);
    beta = next / rz;
    rz = next;
    iterations++;
  }
  // Where no iteration was needed a slow thread may still read the sums that say so, which are written again here.
  status = barrier(thread, threads);
  if (status) return status;
  for (let k = first; k < end; k++) {
    const from = <usize>k * plane;
    let lack: f64 = 0;
    let mass: f64 = 0;
    for (let at = from; at < from + sliceBytes(s, k); at += 8) {
      const m = load<f64>(s.mass + at);
      lack += load<f64>(s.b + at) - m * load<f64>(s.c + at);
      mass += m;
    }
    note(s, k, 0, lack);
    note(s, k, 1, mass);
  }
  status = barrier(thread, threads);
  if (status) return status;
  const shift = total(s, 0) / total(s, 1);
  for (let k = first; k < end; k++) {
    const from = <usize>k * plane;
    for (let at = from; at < from + sliceBytes(s, k); at += 8) {
      if (load<f64>(s.mass + at) > 0) store<f64>(s.c + at, load<f64>(s.c + at) + shift);
    }
  }
  if (thread == 0) {
    store<f64>(s.out, iterations);
    store<f64>(s.out, goal > 0 ? Math.sqrt(rz / goal) * s.tolerance : 0, 8);
  }
  return barrier(thread, threads);
}
