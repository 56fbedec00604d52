// Grains of a label image: which there are, how large, where, and a point inside each.
import { SpecError } from '../core/errors.js';
import { checkShape, checkVoxelSize, type Shape, type VoxelSize } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import { checkGrainNumbers } from '../descriptors/grain-table.js';
import { BOX } from '../kernels/star.js';

/** Number of the grain of every voxel, C order (z, y, x): whole numbers, 0 where there is none. */
export interface GrainNumbers {
  /** Of the voxel (z, y, x) at z·ny·nx + y·nx + x. */
  readonly numbers: Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;
  /** Voxels along (z, y, x). */
  readonly shape: Shape;
  /** Edges (z, y, x) in µm; null: unknown, and lengths are in voxels. */
  readonly voxelSizeUm: VoxelSize;
  readonly provenance?: Readonly<Record<string, unknown>>;
}

export interface Survey {
  /** The image as the kernel takes it. */
  readonly image: Int32Array;
  /** Numbers of the grains that occur, ascending. */
  readonly labels: Int32Array;
  /** Voxels of each. */
  readonly counts: Float64Array;
  /** Number, first and last index along z, y, x of each. */
  readonly boxes: Int32Array;
  /** Mean of the voxel centres, voxels from the window's corner; i + ½ is the centre of voxel i. */
  readonly centroids: Float64Array;
}

/** Numbers of grains lie below this: a table holds them. */
const MOST_NUMBER = 2 ** 27;

/** @throws SpecError unless there are as many whole numbers as voxels */
export function checkGrains(where: string, grains: GrainNumbers): GrainNumbers {
  const { numbers, shape, voxelSizeUm } = grains;
  checkShape(where, shape);
  checkVoxelSize(where, voxelSizeUm);
  const whole = [Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array]
    .some((type) => numbers instanceof type);
  if (!whole) {
    throw new SpecError(`${where}: numbers of grains must be an array of whole numbers, got ${quoted(numbers)}`);
  }
  checkGrainNumbers(where, numbers, shape);
  return grains;
}

/** One pass over the image.
 *  @throws SpecError for numbers below 0 or beyond a table, and where there is no grain */
export function surveyGrains(where: string, { numbers, shape: [nz, ny, nx] }: GrainNumbers): Survey {
  const image = numbers instanceof Int32Array ? numbers : Int32Array.from(numbers);
  let [least, most] = [0, 0];
  for (let i = 0; i < image.length; i++) {
    if (image[i] > most) most = image[i];
    else if (image[i] < least) least = image[i];
  }
  if (least < 0 || most >= MOST_NUMBER) {
    throw new SpecError(
      `${where}: numbers of grains must lie from 0 (no grain) to ${MOST_NUMBER - 1}, ` +
        `got ${least < 0 ? least : most}; number the grains from 1 on`,
    );
  }
  if (most === 0) throw new SpecError(`${where}: the image has no grain: every voxel is 0; give numbers from 1 on`);
  const place = new Int32Array(most + 1);
  for (let i = 0; i < image.length; i++) place[image[i]] = 1;
  let count = 0;
  for (let label = 1; label <= most; label++) if (place[label] > 0) place[label] = count++;
    else place[label] = -1;
  const labels = new Int32Array(count);
  for (let label = 1; label <= most; label++) if (place[label] >= 0) labels[place[label]] = label;
  const counts = new Float64Array(labels.length);
  const centroids = new Float64Array(3 * labels.length);
  const boxes = new Int32Array(BOX * labels.length);
  labels.forEach((label, k) => boxes.set([label, nz, -1, ny, -1, nx, -1], BOX * k));
  // Runs along x: most neighbours are of one grain.
  for (let z = 0, at = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; ) {
        const label = image[at];
        const first = x;
        do {
          x++;
          at++;
        } while (x < nx && image[at] === label);
        if (label === 0) continue;
        const k = place[label];
        const length = x - first;
        counts[k] += length;
        centroids[3 * k] += length * z;
        centroids[3 * k + 1] += length * y;
        centroids[3 * k + 2] += (length * (first + x - 1)) / 2;
        const box = BOX * k;
        if (z < boxes[box + 1]) boxes[box + 1] = z;
        if (z > boxes[box + 2]) boxes[box + 2] = z;
        if (y < boxes[box + 3]) boxes[box + 3] = y;
        if (y > boxes[box + 4]) boxes[box + 4] = y;
        if (first < boxes[box + 5]) boxes[box + 5] = first;
        if (x - 1 > boxes[box + 6]) boxes[box + 6] = x - 1;
      }
    }
  }
  for (let i = 0; i < centroids.length; i++) centroids[i] = centroids[i] / counts[Math.floor(i / 3)] + 0.5;
  return { image, labels, counts, boxes, centroids };
}

/** Grain that holds a point in the window, voxels from its corner. */
export function grainAt(image: Int32Array, [, ny, nx]: Shape, point: ArrayLike<number>): number {
  return image[(Math.floor(point[0]) * ny + Math.floor(point[1])) * nx + Math.floor(point[2])];
}

/** The centroid of grain `k`, or the centre of its voxel that lies nearest to it, where that is outside of it. */
export function centreInside({ image, boxes, centroids }: Survey, shape: Shape, edges: ArrayLike<number>, k: number):
readonly [z: number, y: number, x: number] {
  const centroid = [centroids[3 * k], centroids[3 * k + 1], centroids[3 * k + 2]] as const;
  const [label, z0, z1, y0, y1, x0, x1] = boxes.subarray(BOX * k, BOX * (k + 1));
  if (grainAt(image, shape, centroid) === label) return centroid;
  let [best, at] = [Infinity, centroid as readonly [number, number, number]];
  for (let z = z0; z <= z1; z++) {
    for (let y = y0; y <= y1; y++) {
      for (let x = x0; x <= x1; x++) {
        if (image[(z * shape[1] + y) * shape[2] + x] !== label) continue;
        const point = [z + 0.5, y + 0.5, x + 0.5] as const;
        const square = point.reduce((sum, p, axis) => sum + ((p - centroid[axis]) * edges[axis]) ** 2, 0);
        if (square < best) [best, at] = [square, point];
      }
    }
  }
  return at;
}
