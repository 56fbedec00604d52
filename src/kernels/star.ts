// Grains as star-shaped particles, and particles as a level set. Kernels: assembly/grains/star-rays.ts, star-levels.ts.
import { STAR_PLACE, STAR_VALUES } from '../../assembly/layout.js';
import { voxelCount, type Shape } from '../core/grid.js';
import {
  analysisRule, coefficientCount, harmonicTable, recurrence, slopeTable, sphereRule, type Direction, type SphereRule,
} from '../numeric/harmonics.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';

/** Edges of a voxel (z, y, x), in the unit of all lengths. */
export type Edges = readonly [z: number, y: number, x: number];

/** Radius of a ray that leaves a grain more than once: where it leaves first or last, or that of the same volume. */
export type Crossing = 'first' | 'volume' | 'last';
export const CROSSINGS: readonly Crossing[] = ['first', 'volume', 'last'];

/** Coefficients of a grain and the 0 behind them that makes them even. */
const pitchOf = (degree: number): number => 2 * Math.ceil(coefficientCount(degree) / 2);

/** Ints of a grain's box. */
export const BOX = 7;

const rayCount = (degree: number): number => 8 * (degree + 1) ** 2;

export function starRaysPlan(shape: Shape, degree: number, grains: number, threads: number) {
  const [rays, pitch] = [rayCount(degree), pitchOf(degree)];
  return {
    leases: named({
      'grain image': 4 * voxelCount(shape) + 32,
      weights: 96 * threads,
      boxes: 4 * BOX * grains,
      centres: 24 * grains,
      rays: 32 * rays,
      harmonics: 8 * pitch * rays,
      'slopes along θ': 8 * pitch * rays,
      'slopes along φ': 8 * pitch * rays,
      coefficients: 8 * (STAR_VALUES + pitch) * grains,
    }),
  };
}

/** Rows of a table behind each other, with a 0 at the end of odd ones. */
function padded(table: Float64Array, count: number, pitch: number): Float64Array {
  if (count === pitch) return table;
  const rows = table.length / count;
  const out = new Float64Array(rows * pitch);
  for (let k = 0; k < rows; k++) out.set(table.subarray(k * count, (k + 1) * count), k * pitch);
  return out;
}

function raysOf({ directions, weights }: SphereRule): Float64Array {
  const rays = new Float64Array(4 * directions.length);
  directions.forEach((direction, k) => rays.set([...direction, weights[k]], 4 * k));
  return rays;
}

export interface RayTask {
  readonly shape: Shape;
  readonly edges: Edges;
  readonly degree: number;
  readonly crossing: Crossing;
  /** Length. */
  readonly overlap: number;
}

/** What the rays of one grain found, as layout.ts names it, and its coefficients. */
export interface RayResult {
  readonly values: Float64Array;
  readonly coefficients: Float64Array;
}

/** Coefficients of all grains.
 *  @param image i32[voxels] @param boxes label and box of each grain @param centres in a voxel of each */
export async function starRays(
  frame: Frame, image: Int32Array, boxes: Int32Array, centres: Float64Array, task: RayTask,
): Promise<RayResult[]> {
  const { shape, edges: [edgeZ, edgeY, edgeX], degree, crossing, overlap } = task;
  const grains = boxes.length / BOX;
  const [count, pitch] = [coefficientCount(degree), pitchOf(degree)];
  const rule = analysisRule(degree);
  const along = (tangents: readonly Direction[]): Float64Array =>
    padded(slopeTable(degree, rule, tangents), count, pitch);
  return frame.scope(async () => {
    const leases = frame.take(starRaysPlan(shape, degree, grains, frame.threads));
    await frame.write(leases['grain image'], image);
    await frame.write(leases.boxes, boxes);
    await frame.write(leases.centres, centres);
    await frame.write(leases.rays, raysOf(rule));
    await frame.write(leases.harmonics, padded(harmonicTable(degree, rule), count, pitch));
    await frame.write(leases['slopes along θ'], along(rule.alongTheta));
    await frame.write(leases['slopes along φ'], along(rule.alongPhi));
    await frame.call(
      'starRays',
      {
        out: leases.coefficients, image: leases['grain image'], boxes: leases.boxes, centres: leases.centres,
        rays: leases.rays, harmonics: leases.harmonics, slopesTheta: leases['slopes along θ'],
        slopesPhi: leases['slopes along φ'], scratch: leases.weights, grains, rayCount: rule.weights.length, pitch,
        crossing: CROSSINGS.indexOf(crossing), overlap, edgeZ, edgeY, edgeX, ...extents(shape),
      },
      { name: 'rays', work: grains * rule.weights.length * (pitch >> 2) },
    );
    const found = await frame.read(leases.coefficients, Float64Array);
    return Array.from({ length: grains }, (_, k) => {
      const at = k * (STAR_VALUES + pitch);
      return {
        values: found.slice(at, at + STAR_VALUES),
        coefficients: found.slice(at + STAR_VALUES, at + STAR_VALUES + count),
      };
    });
  });
}

/** A particle to draw: r ≤ Σ c_ℓm Y_ℓm around its centre. */
export interface PlacedParticle {
  readonly centre: readonly [z: number, y: number, x: number];
  readonly coefficients: ArrayLike<number>;
}

export function starLevelsPlan(shape: Shape, degree: number, particles: number, owners: boolean, threads: number) {
  const factors = 4 * (degree + 1) ** 2;
  return {
    leases: [
      ...named({ levels: 4 * voxelCount(shape) + 32, 'scaled levels': 4 * voxelCount(shape) }),
      ...(owners ? named({ owners: 4 * voxelCount(shape) }) : []),
      ...named({
        places: 8 * STAR_PLACE * particles, shapes: 4 * shapeLength(degree) * particles,
        directions: 12 * boundCount(degree), radii: 32 * threads,
        'first factors': 4 * (degree + 1), 'factors a': factors, 'factors b': factors,
      }),
    ],
  };
}

/** Floats of a particle's shape. */
const shapeLength = (degree: number): number => (degree + 1) * (degree + 2);

/** Directions between which the kernel bounds a radius function, z, y and x apart. */
function boundDirections(degree: number): Float32Array {
  const { directions } = sphereRule(3 * (degree + 1), 6 * (degree + 1));
  const count = boundCount(degree);
  const out = new Float32Array(3 * count);
  for (let k = 0; k < count; k++) {
    const direction = directions[Math.min(k, directions.length - 1)];
    direction.forEach((part, axis) => {
      out[axis * count + k] = part;
    });
  }
  return out;
}

/** A multiple of 8. */
const boundCount = (degree: number): number => 8 * Math.ceil((18 * (degree + 1) ** 2) / 8);

/** Coefficients in the order of the kernel: by m, then ℓ, each with that of −m. */
function byOrder(coefficients: ArrayLike<number>, degree: number): Float32Array {
  const out = new Float32Array(shapeLength(degree));
  let at = 0;
  for (let m = 0; m <= degree; m++) {
    for (let l = m; l <= degree; l++, at += 2) {
      out[at] = coefficients[l * l + l + m];
      if (m > 0) out[at + 1] = coefficients[l * l + l - m];
    }
  }
  return out;
}

export interface DrawTask {
  readonly shape: Shape;
  readonly edges: Edges;
  readonly degree: number;
  /** Levels are clamped to ± this. */
  readonly band: number;
  readonly owners: boolean;
}

/** Level set of the union at voxel centres (positive inside), and the particle that gives it at each, −1 where none is
 *  near. */
export async function starLevels(
  frame: Frame, particles: readonly PlacedParticle[], task: DrawTask,
): Promise<{ readonly levels: Float32Array; readonly owners: Int32Array | null }> {
  const { shape, edges: [edgeZ, edgeY, edgeX], degree, band } = task;
  const length = shapeLength(degree);
  const places = new Float64Array(STAR_PLACE * particles.length);
  const shapes = new Float32Array(length * particles.length);
  particles.forEach(({ centre, coefficients }, k) => {
    places.set(centre, STAR_PLACE * k);
    shapes.set(byOrder(coefficients, degree), length * k);
  });
  const factors = recurrence(degree);
  const voxels = voxelCount(shape);
  return frame.scope(async () => {
    const leases = frame.take(starLevelsPlan(shape, degree, particles.length, false, frame.threads));
    const owners = task.owners ? frame.lease('owners', 4 * voxels) : null;
    await frame.write(leases.places, places);
    await frame.write(leases.shapes, shapes);
    await frame.write(leases.directions, boundDirections(degree));
    await frame.write(leases['first factors'], Float32Array.from(factors.first));
    await frame.write(leases['factors a'], Float32Array.from(factors.a));
    await frame.write(leases['factors b'], Float32Array.from(factors.b));
    await frame.call(
      'starLevels',
      {
        levels: leases.levels, owners, places: leases.places, coefficients: leases.shapes,
        first: leases['first factors'], a: leases['factors a'], b: leases['factors b'], directions: leases.directions,
        scratch: leases.radii, directionCount: boundCount(degree), particles: particles.length, pitch: length,
        degree, band, edgeZ, edgeY, edgeX, ...extents(shape),
      },
      { name: 'particles', work: 2 * voxels },
    );
    const scaled = leases['scaled levels'];
    await frame.call(
      'scaleLevels', { out: scaled, levels: leases.levels, band, edgeZ, edgeY, edgeX, ...extents(shape) },
      { name: 'distances', work: voxels },
    );
    return {
      levels: await frame.read(scaled, Float32Array, voxels),
      owners: owners === null ? null : await frame.read(owners, Int32Array, voxels),
    };
  });
}
