// Conduction between voxels by dense definitions: harmonic faces, f64, Jacobi-CG to rounding. Any conductivities, voxel
// edges, axis and boundary. Twin of the coded network and its solver.
export interface Conduction {
  /** Effective conductivity from the dissipation. */
  readonly effective: number;
  /** Mean flux along z, y, x over the mean gradient. */
  readonly meanFlux: readonly [number, number, number];
  /** Deviation from the linear profile that rises by 1 per voxel along the axis. */
  readonly deviation: Float64Array;
}

/** A face between voxel i and its neighbour j one lower along an axis, or a boundary of given potential (j = −1). */
export interface Face {
  readonly i: number;
  readonly j: number;
  readonly g: number;
  readonly rise: number;
  readonly axis: number;
  readonly length: number;
}

interface Around {
  readonly axis?: 0 | 1 | 2;
  readonly edges?: readonly number[];
  readonly periodic?: boolean;
}

/** All faces of a label image as a list, with the rise of the linear profile over each. */
export function referenceFaces(
  labels: Uint8Array, shape: readonly [number, number, number], sigma: Readonly<Record<number, number>>,
  { axis = 0, edges = [1, 1, 1], periodic = false }: Around = {},
): Face[] {
  const n = labels.length;
  const stride = [shape[1] * shape[2], shape[2], 1];
  const of = (i: number): number => sigma[labels[i]] ?? 0;
  const harmonic = (a: number, b: number): number => (a > 0 && b > 0 ? (2 * a * b) / (a + b) : 0);
  const faces: Face[] = [];
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < 3; a++) {
      const at = Math.floor(i / stride[a]) % shape[a];
      const weight = (edges[axis] / edges[a]) ** 2;
      const rise = a === axis ? 1 : 0;
      if (at > 0) {
        faces.push({ i, j: i - stride[a], g: weight * harmonic(of(i), of(i - stride[a])), rise, axis: a, length: 1 });
      }
      else if (periodic) {
        const j = i + (shape[a] - 1) * stride[a];
        faces.push({ i, j, g: weight * harmonic(of(i), of(j)), rise, axis: a, length: 1 });
      } else if (a === axis) faces.push({ i, j: -1, g: 2 * of(i), rise: 0.5, axis: a, length: 0.5 });
      if (a === axis && !periodic && at === shape[a] - 1) {
        faces.push({ i, j: -1, g: 2 * of(i), rise: -0.5, axis: a, length: -0.5 });
      }
    }
  }
  return faces;
}

export function referenceConduction(
  labels: Uint8Array, shape: readonly [number, number, number], sigma: Readonly<Record<number, number>>,
  around: Around = {},
): Conduction {
  const { axis = 0, edges = [1, 1, 1] } = around;
  const n = labels.length;
  const faces = referenceFaces(labels, shape, sigma, around);
  const open = faces.filter(({ g }) => g > 0);
  const drop = (x: Float64Array, { i, j, rise }: Face): number => x[i] - (j < 0 ? 0 : x[j]) + rise;
  const residual = (x: Float64Array): Float64Array => {
    const r = new Float64Array(n);
    for (const face of open) {
      const flux = face.g * drop(x, face);
      r[face.i] -= flux;
      if (face.j >= 0) r[face.j] += flux;
    }
    return r;
  };
  const diagonal = new Float64Array(n);
  for (const { i, j, g } of open) {
    diagonal[i] += g;
    if (j >= 0) diagonal[j] += g;
  }
  const x = new Float64Array(n);
  const r = residual(x);
  const base = Float64Array.from(r);
  const p = new Float64Array(n);
  let before = 0;
  const start = Math.hypot(...Array.from(r.subarray(0, 1))) + r.reduce((sum, v) => sum + v * v, 0);
  for (let k = 0; k < 40 * n; k++) {
    let rho = 0;
    for (let i = 0; i < n; i++) if (diagonal[i] > 0) rho += (r[i] * r[i]) / diagonal[i];
    if (!(rho > 1e-28 * start)) break;
    const beta = before > 0 ? rho / before : 0;
    before = rho;
    for (let i = 0; i < n; i++) p[i] = (diagonal[i] > 0 ? r[i] / diagonal[i] : 0) + beta * p[i];
    const shifted = residual(p);
    const q = shifted.map((value, i) => base[i] - value);
    let curvature = 0;
    for (let i = 0; i < n; i++) curvature += p[i] * q[i];
    if (!(curvature > 0)) break;
    const alpha = rho / curvature;
    for (let i = 0; i < n; i++) {
      x[i] += alpha * p[i];
      r[i] -= alpha * q[i];
    }
  }
  let energy = 0;
  const meanFlux: [number, number, number] = [0, 0, 0];
  for (const face of open) {
    const step = drop(x, face);
    energy += face.g * step * step;
    meanFlux[face.axis] += (face.g * step * face.length * edges[face.axis]) / edges[axis];
  }
  return { effective: energy / n, meanFlux: [meanFlux[0] / n, meanFlux[1] / n, meanFlux[2] / n], deviation: x };
}

/** Whether a path of `phase` over faces leads from a voxel to its copy in another window along the axis: a walk from
 *  every voxel that notes in which window it reaches each other one. */
export function windsAround(
  labels: Uint8Array, shape: readonly [number, number, number], phase: number, axis: 0 | 1 | 2,
): boolean {
  const stride = [shape[1] * shape[2], shape[2], 1];
  for (let start = 0; start < labels.length; start++) {
    if (labels[start] !== phase) continue;
    const window = new Map([[start, 0]]);
    const stack = [start];
    while (stack.length > 0) {
      const v = stack.pop()!;
      for (let a = 0; a < 3; a++) {
        const at = Math.floor(v / stride[a]) % shape[a];
        for (const step of [-1, 1]) {
          const to = (at + step + shape[a]) % shape[a];
          const w = v + (to - at) * stride[a];
          if (labels[w] !== phase) continue;
          const crossed = a === axis ? (at + step - to) / shape[a] : 0;
          const there = window.get(v)! + crossed;
          const known = window.get(w);
          if (known === undefined) {
            window.set(w, there);
            stack.push(w);
          } else if (known !== there) return true;
        }
      }
    }
  }
  return false;
}
