// Slow twins of Euler numbers and mean curvature: explicit complexes of cells, and explicit lattice planes.
import { metricDirections } from '../../src/kernels/direction-weights.js';
import { DIRECTIONS } from '../../src/core/directions.js';
import type { Shape, VoxelSize } from '../../src/core/grid.js';

export type Set3 = (z: number, y: number, x: number) => boolean;

/** Voxels of a phase; false outside the window. */
export function setOf(labels: Uint8Array, [nz, ny, nx]: Shape, phase: number): Set3 {
  return (
    z, y, x,
  ) => z >= 0 && y >= 0 && x >= 0 && z < nz && y < ny && x < nx && labels[(z * ny + y) * nx + x] === phase;
}

/** Vertices − edges + squares − cubes of the union of closed voxels (26 neighbours). Cells have doubled coordinates:
 *  even where they are a point along the axis, odd where they are the open unit interval of a voxel. */
export function eulerOfClosedVoxels([nz, ny, nx]: Shape, set: Set3): number {
  const cells = new Set<number>();
  const at = (z: number, y: number, x: number): number => (z * (2 * ny + 1) + y) * (2 * nx + 1) + x;
  for (let z = 0; z < nz; z++) for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++) {
    if (!set(z, y, x)) continue;
    for (let k = 0; k < 27; k++) {
      cells.add(at(2 * z + (k % 3), 2 * y + (Math.floor(k / 3) % 3), 2 * x + Math.floor(k / 9)));
    }
  }
  let euler = 0;
  for (const cell of cells) {
    const x = cell % (2 * nx + 1);
    const y = Math.floor(cell / (2 * nx + 1)) % (2 * ny + 1);
    const z = Math.floor(cell / ((2 * nx + 1) * (2 * ny + 1)));
    euler += ((x & 1) + (y & 1) + (z & 1)) % 2 === 0 ? 1 : -1;
  }
  return euler;
}

/** The same of the complex with a vertex at each voxel and every edge, square and cube all of whose vertices are
 *  there. */
export function eulerOfCentres([nz, ny, nx]: Shape, set: Set3): number {
  let euler = 0;
  for (let z = 0; z < nz; z++) for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++) {
    for (let extent = 0; extent < 8; extent++) {
      const [dz, dy, dx] = [extent & 1, (extent >> 1) & 1, extent >> 2];
      let whole = true;
      for (let k = 0; k < 8; k++) {
        if ((k & extent) === k && !set(z + (k & 1), y + ((k >> 1) & 1), x + (k >> 2))) whole = false;
      }
      if (whole) euler += (dz + dy + dx) % 2 === 0 ? 1 : -1;
    }
  }
  return euler;
}

type Vector = readonly [number, number, number];
const plus = (a: Vector, b: Vector): Vector => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];

/** Two steps that span the lattice plane across a normal: the shortest ones at right angles, or at 60° for {111}. */
function planeSteps(normal: Vector): [Vector, Vector] {
  const steps: Vector[] = [];
  for (let z = -1; z <= 1; z++) for (let y = -1; y <= 1; y++) for (let x = -1; x <= 1; x++) {
    if ((z || y || x) && z * normal[0] + y * normal[1] + x * normal[2] === 0) steps.push([z, y, x]);
  }
  const square = (a: Vector): number => a[0] ** 2 + a[1] ** 2 + a[2] ** 2;
  steps.sort((a, b) => square(a) - square(b));
  const [u] = steps;
  const wanted = square(normal) === 3 ? 1 : 0;
  return [u, steps.find((v) => u[0] * v[0] + u[1] * v[1] + u[2] * v[2] === wanted)!];
}

/** Sum of the Euler numbers of all sections by the lattice planes across `normal`: vertices − edges + polygons around
 *  each voxel, squares and rectangles as the mean of 4 and 8 neighbours in the plane. */
export function eulerOfPlanes([nz, ny, nx]: Shape, set: Set3, normal: Vector): number {
  const [u, v] = planeSteps(normal);
  const triangles = normal.every((n) => n !== 0);
  const minus = (a: Vector): Vector => [-a[0], -a[1], -a[2]];
  const has = (p: Vector): boolean => set(...p);
  let sum = 0;
  for (let z = -3; z < nz + 3; z++) for (let y = -3; y < ny + 3; y++) for (let x = -3; x < nx + 3; x++) {
    const o: Vector = [z, y, x];
    const count = (...sets: (readonly Vector[])[]): { all: number; any: number } => ({
      all: sets.filter((points) => points.every(has)).length, any: sets.filter((points) => points.some(has)).length,
    });
    if (triangles) {
      const w = plus(v, minus(u));
      sum += count([o]).all - count([o, plus(o, u)], [o, plus(o, v)], [o, plus(o, w)]).all
        + count([o, plus(o, u), plus(o, v)], [o, plus(o, v), plus(o, w)]).all;
    } else {
      const point = count([o]).all;
      const sides = count([o, plus(o, u)], [o, plus(o, v)]);
      const polygon = count([o, plus(o, u), plus(o, v), plus(plus(o, u), v)]);
      sum += (point - sides.all + polygon.all + (polygon.any - sides.any + point)) / 2;
    }
  }
  return sum;
}

/** 2π Σ w_d χ_d d, d the distance of the planes: Crofton's integral of mean curvature. */
export function meanCurvatureTwin(shape: Shape, set: Set3, size: VoxelSize): number {
  const [hz, hy, hx] = size ?? [1, 1, 1];
  const normals = metricDirections([1 / hz, 1 / hy, 1 / hx]);
  return 2 * Math.PI * DIRECTIONS.reduce((total, { offset }, d) =>
    total + (normals[d].weight * eulerOfPlanes(shape, set, offset)) / normals[d].length, 0);
}

/** Patterns of all cells inside the window, counted one by one. */
export function patternsTwin([nz, ny, nx]: Shape, set: Set3): { inside: number[]; border: number[] } {
  const found = { inside: Array.from({ length: 256 }, () => 0), border: Array.from({ length: 256 }, () => 0) };
  for (let z = -1; z < nz; z++) for (let y = -1; y < ny; y++) for (let x = -1; x < nx; x++) {
    let pattern = 0;
    for (let dz = 0; dz < 2; dz++) for (let dy = 0; dy < 2; dy++) for (let dx = 0; dx < 2; dx++) {
      if (set(z + dz, y + dy, x + dx)) pattern |= 1 << (4 * dx + 2 * dz + dy);
    }
    const inside = z >= 0 && y >= 0 && x >= 0 && z < nz - 1 && y < ny - 1 && x < nx - 1;
    found[inside ? 'inside' : 'border'][pattern]++;
  }
  return found;
}
