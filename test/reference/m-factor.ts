// M-factor by the plainest means: the conductance network as lists, Jacobi-preconditioned CG in f64.
import type { Shape } from '../../src/core/grid.js';

export interface ReferenceM {
  readonly mFactor: number;
  readonly unknowns: number;
}

/** M along z of the voxels labelled `phase`; null when they do not join both faces. Residual to 1e-13 of the first. */
export function referenceMFactor(labels: Uint8Array, shape: Shape, phase: number): ReferenceM | null {
  const [nz, ny, nx] = shape;
  const index = new Int32Array(labels.length).fill(-1);
  const at = (z: number, y: number, x: number): number => (z * ny + y) * nx + x;
  const neighbours = (v: number): number[] => {
    const x = v % nx;
    const y = Math.floor(v / nx) % ny;
    const z = Math.floor(v / (nx * ny));
    const result: number[] = [];
    if (x > 0) result.push(v - 1);
    if (x < nx - 1) result.push(v + 1);
    if (y > 0) result.push(v - nx);
    if (y < ny - 1) result.push(v + nx);
    if (z > 0) result.push(v - nx * ny);
    if (z < nz - 1) result.push(v + nx * ny);
    return result.filter((w) => labels[w] === phase);
  };
  const reach = (z: number): Uint8Array => {
    const seen = new Uint8Array(labels.length);
    const stack: number[] = [];
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) if (labels[at(z, y, x)] === phase) stack.push(at(z, y, x));
    }
    for (const v of stack) seen[v] = 1;
    while (stack.length > 0) {
      for (const w of neighbours(stack.pop()!)) {
        if (seen[w]) continue;
        seen[w] = 1;
        stack.push(w);
      }
    }
    return seen;
  };
  const low = reach(0);
  const high = reach(nz - 1);
  const voxels: number[] = [];
  for (let v = 0; v < labels.length; v++) {
    if (low[v] && high[v]) {
      index[v] = voxels.length;
      voxels.push(v);
    }
  }
  if (voxels.length === 0) return null;

  const n = voxels.length;
  const links = voxels.map((v) => neighbours(v).map((w) => index[w]));
  const boundary = voxels.map((v) => (v < nx * ny ? 2 : 0) + (v >= (nz - 1) * nx * ny ? 2 : 0));
  const apply = (u: Float64Array): Float64Array =>
    Float64Array.from(
      u, (value, i) => (links[i].length + boundary[i]) * value - links[i].reduce((sum, j) => sum + u[j], 0),
    );
  const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);

  const u = new Float64Array(n);
  const r = Float64Array.from(voxels, (v) => (v >= (nz - 1) * nx * ny ? 2 : 0));
  const scaled = (): Float64Array => r.map((value, i) => value / (links[i].length + boundary[i]));
  let p = scaled();
  let rz = dot(r, p);
  const first = rz;
  for (let k = 0; k < 50 * n && rz > 1e-26 * first; k++) {
    const ap = apply(p);
    const alpha = rz / dot(p, ap);
    for (let i = 0; i < n; i++) {
      u[i] += alpha * p[i];
      r[i] -= alpha * ap[i];
    }
    const z = scaled();
    const next = dot(r, z);
    const beta = next / rz;
    rz = next;
    p = z.map((value, i) => value + beta * p[i]);
  }
  let flux = 0;
  voxels.forEach((v, i) => {
    if (v < nx * ny) flux += 2 * u[i];
  });
  return { mFactor: (flux * nz) / (ny * nx), unknowns: n };
}
