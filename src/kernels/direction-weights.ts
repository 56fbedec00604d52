// Cauchy-Crofton weights of the 13 lattice directions on anisotropic voxels.
import { atan2 } from '../numeric/elementary.js';
import { DIRECTIONS } from '../core/directions.js';
import type { VoxelSize } from '../core/grid.js';

type Vector = readonly [number, number, number];

/** The 13 directions of DIRECTIONS on a real grid. */
export interface MetricDirection {
  /** Distance of the two voxel centres, µm (voxels when no size is known). */
  readonly length: number;
  /** Share of the sphere; the 13 weights sum to 1. */
  readonly weight: number;
}

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vector, b: Vector): Vector =>
  [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const combine = (s: number, a: Vector, t: number, b: Vector): Vector =>
  [s * a[0] + t * b[0], s * a[1] + t * b[1], s * a[2] + t * b[2]];
const unit = (a: Vector): Vector => combine(1 / Math.sqrt(dot(a, a)), a, 0, a);

/** Solid angle of the triangle seen along three unit vectors (van Oosterom and Strackee 1983). */
function solidAngle(a: Vector, b: Vector, c: Vector): number {
  return 2 * atan2(Math.abs(dot(a, cross(b, c))), 1 + dot(a, b) + dot(b, c) + dot(c, a));
}

/** Solid angle of the directions that are nearer to `u` than to any of `others`: a cone, clipped plane by plane. */
function voronoiAngle(u: Vector, others: readonly Vector[]): number {
  const e1 = unit(cross(u, Math.abs(u[0]) < 0.6 ? [1, 0, 0] : [0, 1, 0]));
  const e2 = cross(u, e1);
  // The cell lies strictly inside the half sphere around u, because -u is one of the others' opposites: a wide square
  // pyramid holds it for voxels up to 1000 times longer than wide.
  const corner = (s: number, t: number): Vector => combine(1, u, 1e4, combine(s, e1, t, e2));
  let rays = [corner(1, 1), corner(-1, 1), corner(-1, -1), corner(1, -1)];
  for (const other of others) {
    const normal = combine(1, u, -1, other);
    const next: Vector[] = [];
    rays.forEach((a, i) => {
      const b = rays[(i + 1) % rays.length];
      const da = dot(a, normal);
      const db = dot(b, normal);
      if (da >= 0) next.push(a);
      if (da >= 0 !== db >= 0) next.push(combine(da / (da - db), b, -db / (da - db), a));
    });
    rays = next;
  }
  const corners = rays.map(unit);
  let angle = 0;
  for (let i = 0; i < corners.length; i++) angle += solidAngle(u, corners[i], corners[(i + 1) % corners.length]);
  return angle;
}

/** Lengths and weights on voxels of the given edge lengths. Isotropic voxels use the tabulated weights of DIRECTIONS;
 *  others the spherical Voronoi cells of the 26 stretched directions, exact up to rounding. null: unit voxels. */
export function metricDirections(size: VoxelSize): MetricDirection[] {
  const [hz, hy, hx] = size ?? [1, 1, 1];
  if (hz === hy && hy === hx) return DIRECTIONS.map(({ length, weight }) => ({ length: length * hz, weight }));
  return stretchedDirections([hz, hy, hx]);
}

/** The general path of `metricDirections`, also valid for isotropic voxels. */
export function stretchedDirections([hz, hy, hx]: Vector): MetricDirection[] {
  const steps = DIRECTIONS.map(({ offset: [dz, dy, dx] }): Vector => [dz * hz, dy * hy, dx * hx]);
  const units = steps.map(unit);
  const all = [...units, ...units.map((u) => combine(-1, u, 0, u))];
  return steps.map((step, i) => ({
    length: Math.sqrt(dot(step, step)),
    weight: (2 * voronoiAngle(units[i], all.filter((_, j) => j !== i))) / (4 * Math.PI),
  }));
}
