// Face apertures the slow way: filters, triangles and owners written down voxel by voxel, in f64.
import type { Shape } from '../../src/core/grid.js';

/** Codes by axis, each a map from voxel (its low face) and, at index n, the window's high face. */
export interface FaceCodes {
  /** [axis]: nz·ny·nx codes of the low faces. */
  readonly low: readonly [Uint8Array, Uint8Array, Uint8Array];
  /** [axis]: the window's high faces, ny·nx, nz·nx, nz·ny. */
  readonly top: readonly [Uint8Array, Uint8Array, Uint8Array];
}

/** Least code of a face between two voxels of the phase. */
const HALF_OPEN = 128;

type Point = readonly [number, number, number];

function inside(i: number, n: number, periodic: boolean): number {
  if (periodic) return ((i % n) + n) % n;
  while (i < 0 || i >= n) i = i < 0 ? -1 - i : 2 * n - 1 - i;
  return i;
}

/** Weights at offsets ±½, ±1½, … whose sum is 1 and whose second moment is 0. @param sigma null: the four-point rule */
export function tapsTwin(sigma: number | null): number[] {
  if (sigma === null) return [9 / 16, -1 / 16];
  const offsets = Array.from({ length: Math.ceil(4 * sigma + 0.5) }, (_, k) => k + 0.5);
  const bell = offsets.map((t) => Math.exp((-t * t) / (2 * sigma * sigma)));
  const moment = (power: number): number => offsets.reduce((sum, t, k) => sum + 2 * t ** power * bell[k], 0);
  const [m0, m2, m4] = [moment(0), moment(2), moment(4)];
  return offsets.map((t, k) => (bell[k] * (m4 - m2 * t * t)) / (m0 * m4 - m2 * m2));
}

function triangle(values: readonly number[]): number {
  const [a, b, c] = [...values].sort((p, q) => p - q);
  if (a > 0) return 1;
  if (c <= 0) return 0;
  return b > 0 ? 1 - (a * a) / ((b - a) * (c - a)) : (c * c) / ((c - a) * (c - b));
}

/** Value at corner (z, y, x) of a field of voxel values. */
export function cornerTwin(
  field: ArrayLike<number>, shape: Shape, taps: readonly number[], corner: Point, periodic: boolean,
): number {
  let sum = 0;
  const offsets = taps.flatMap((w, k) => [[-1 - k, w], [k, w]] as const);
  for (const [dz, a] of offsets) {
    for (const [dy, b] of offsets) {
      for (const [dx, c] of offsets) {
        const [z, y, x] = [dz, dy, dx].map((d, axis) => inside(corner[axis] + d, shape[axis], periodic));
        sum += a * b * c * field[(z * shape[1] + y) * shape[2] + x];
      }
    }
  }
  return sum;
}

/** Open fraction of every face. @param field positive in the phase */
export function apertureTwin(
  field: ArrayLike<number>, shape: Shape, sigma: number | null, periodic: boolean,
): FaceCodes {
  const taps = tapsTwin(sigma);
  const cache = new Map<string, number>();
  const corner = (p: Point): number => {
    const key = p.join();
    let value = cache.get(key);
    if (value === undefined) cache.set(key, (value = cornerTwin(field, shape, taps, p, periodic)));
    return value;
  };
  return eachFace(shape, (axis, [z, y, x]) => {
    const ring = [[0, 0], [0, 1], [1, 1], [1, 0]].map(([a, b]) => {
      const p: Point = axis === 0 ? [z, y + a, x + b] : axis === 1 ? [z + a, y, x + b] : [z + a, y + b, x];
      return corner(p);
    });
    const centre = ring.reduce((sum, v) => sum + v, 0) / 4;
    let open = 0;
    for (let k = 0; k < 4; k++) open += triangle([ring[k], ring[(k + 1) % 4], centre]) / 4;
    return Math.round(255 * open);
  });
}

/** Calls `code` for every face: axis and the voxel above it (index n along the axis for the window's high face). */
function eachFace(shape: Shape, code: (axis: number, face: Point) => number): FaceCodes {
  const [nz, ny, nx] = shape;
  const low = [0, 1, 2].map(() => new Uint8Array(nz * ny * nx)) as [Uint8Array, Uint8Array, Uint8Array];
  const top = [new Uint8Array(ny * nx), new Uint8Array(nz * nx), new Uint8Array(nz * ny)] as [
    Uint8Array, Uint8Array, Uint8Array,
  ];
  for (let z = 0; z <= nz; z++) {
    for (let y = 0; y <= ny; y++) {
      for (let x = 0; x <= nx; x++) {
        if (z < nz && y < ny && x < nx) {
          for (let axis = 0; axis < 3; axis++) low[axis][(z * ny + y) * nx + x] = code(axis, [z, y, x]);
        }
        if (z === nz && y < ny && x < nx) top[0][y * nx + x] = code(0, [z, y, x]);
        if (y === ny && z < nz && x < nx) top[1][z * nx + x] = code(1, [z, y, x]);
        if (x === nx && z < nz && y < ny) top[2][z * ny + y] = code(2, [z, y, x]);
      }
    }
  }
  return { low, top };
}

/** The rules of assembly/transport/faces/owners.ts on given codes. @param phase 1 in the phase, 0 elsewhere */
export function connectTwin(codes: FaceCodes, phase: ArrayLike<number>, shape: Shape, periodic: boolean): FaceCodes {
  const at = ([z, y, x]: Point): number => (z * shape[1] + y) * shape[2] + x;
  const place = (p: Point): Point | null => {
    const q = p.map((i, axis) => (periodic ? inside(i, shape[axis], true) : i));
    return q.every((i, axis) => i >= 0 && i < shape[axis]) ? (q as unknown as Point) : null;
  };
  const solid = (p: Point): boolean => {
    const q = place(p);
    return q !== null && phase[at(q)] === 1;
  };
  const plus = (p: Point, q: Point): Point => [p[0] + q[0], p[1] + q[1], p[2] + q[2]];
  const STEPS: Point[] = [[-1, 0, 0], [0, -1, 0], [0, 0, -1], [0, 0, 1], [0, 1, 0], [1, 0, 0]];
  const faceOf = (p: Point, direction: number): number => {
    const axis = Math.min(direction, 5 - direction);
    const q = direction === axis ? p : plus(p, STEPS[direction]);
    if (q[axis] < shape[axis]) return codes.low[axis][at(q)];
    const [a, b] = [0, 1, 2].filter((k) => k !== axis);
    return codes.top[axis][q[a] * shape[b] + q[b]];
  };
  /** Offset of the owner; null without one. */
  const ownerOf = (p: Point): Point | null => {
    if (solid(p)) return [0, 0, 0];
    const open = STEPS.map((_, d) => faceOf(p, d));
    const best = (candidates: readonly (readonly [Point, number])[]): Point | null => {
      let found: Point | null = null;
      let most = 0;
      for (const [step, code] of candidates) {
        if (code > most && solid(plus(p, step))) {
          most = code;
          found = step;
        }
      }
      return found;
    };
    const pairs = STEPS.flatMap(
      (s, d) => STEPS.flatMap((t, e) => (e > d && d + e !== 5 ? [[plus(s, t), open[d] + open[e]] as const] : [])),
    );
    return best(STEPS.map((s, d) => [s, open[d]] as const)) ?? best(pairs);
  };
  /** Whether phase voxels join p and q inside the box of one voxel around a and b = a + step. */
  const joined = (p: Point, q: Point, a: Point, b: Point): boolean => {
    const seen = new Set([p.join()]);
    const queue = [p];
    for (const here of queue) {
      if (here.join() === q.join()) return true;
      for (const step of STEPS) {
        const next = plus(here, step);
        if (next.some((i, axis) => i < a[axis] - 1 || i > b[axis] + 1) || !solid(next) || seen.has(next.join())) {
          continue;
        }
        seen.add(next.join());
        queue.push(next);
      }
    }
    return false;
  };
  const rule = (axis: number, face: Point): number => {
    const code = axis === 0 ? faceAt(0, face) : axis === 1 ? faceAt(1, face) : faceAt(2, face);
    if (periodic && face[axis] === shape[axis]) {
      return rule(axis, face.map((i, k) => (k === axis ? 0 : i)) as unknown as Point);
    }
    const above = face[axis] < shape[axis] ? face : null;
    const step = STEPS[axis];
    const below = plus(face, step);
    if (!periodic && (above === null || below[axis] < 0)) {
      const cell = above ?? below;
      if (solid(cell)) return Math.max(code, HALF_OPEN);
      const owner = ownerOf(cell);
      return owner !== null && owner[axis] === 0 ? code : 0;
    }
    if (solid(face) && solid(below)) return Math.max(code, HALF_OPEN);
    if (code === 0) return 0;
    const [a, b] = [ownerOf(place(below) as Point), ownerOf(face)];
    return a !== null && b !== null && joined(plus(below, a), plus(face, b), below, face) ? code : 0;
  };
  const faceAt = (axis: number, face: Point): number => {
    if (face[axis] < shape[axis]) return codes.low[axis][at(face)];
    const [a, b] = [0, 1, 2].filter((k) => k !== axis);
    return codes.top[axis][face[a] * shape[b] + face[b]];
  };
  return eachFace(shape, rule);
}

/** Components of a network of faces, as the smallest voxel index of each voxel's component. */
export function faceComponents(codes: FaceCodes, shape: Shape, periodic: boolean): Int32Array {
  const [nz, ny, nx] = shape;
  const parent = Int32Array.from({ length: nz * ny * nx }, (_, i) => i);
  const root = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]];
    return i;
  };
  const strides = [ny * nx, nx, 1];
  for (let i = 0; i < parent.length; i++) {
    const p = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
    for (let axis = 0; axis < 3; axis++) {
      if (codes.low[axis][i] === 0) continue;
      if (p[axis] === 0 && !periodic) continue;
      const j = p[axis] > 0 ? i - strides[axis] : i + (shape[axis] - 1) * strides[axis];
      const [a, b] = [root(i), root(j)];
      parent[Math.max(a, b)] = Math.min(a, b);
    }
  }
  return parent.map((_, i) => root(i));
}
