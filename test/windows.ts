// Random windows for the solver: what the interval of every solve is held against, by the tests and by the campaign of
// bench/coverage.ts.
import { voxelCount, type Shape } from '../src/core/grid.js';

export type Random = () => number;
export type Triple = readonly [number, number, number];

/** Sizes around multiples of 8, and those that coarse levels reach. */
const EDGES = [1, 2, 3, 4, 5, 6, 7, 7, 8, 9, 9, 10, 11, 13, 15, 16, 17, 17, 23, 24, 25, 33];

export const oneOf = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)];
export const whole = (random: Random, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1));

/** Label of voxel (z, y, x). */
type Rule = (z: number, y: number, x: number) => number;

/** Labels that are drawn voxel by voxel. */
function drawn(random: Random, labels: number): Rule {
  const shares = Array.from({ length: labels }, () => random() ** 2 + 0.02);
  const all = shares.reduce((sum, share) => sum + share, 0);
  return () => {
    let u = random() * all;
    return Math.max(0, shares.findIndex((share) => (u -= share) < 0));
  };
}

/** Noise, averaged `passes` times over the three neighbours along each axis; the window repeats. */
export function smoothNoise(random: Random, shape: Shape, passes: number): Float64Array {
  const [nz, ny, nx] = shape;
  const stride = [ny * nx, nx, 1];
  let field = Float64Array.from({ length: nz * ny * nx }, () => random() + random() - 1);
  for (let pass = 0; pass < 3 * passes; pass++) {
    const [n, step] = [shape[pass % 3], stride[pass % 3]];
    field = field.map((value, i, all) => {
      const at = Math.floor(i / step) % n;
      return value + all[at > 0 ? i - step : i + (n - 1) * step] + all[at < n - 1 ? i + step : i - (n - 1) * step];
    });
  }
  return field;
}

/** Smoothed noise of the shape, cut at random levels. sheets: of its magnitude */
function smooth(random: Random, shape: Shape, labels: number, sheets: boolean): Rule {
  const [, ny, nx] = shape;
  const field = smoothNoise(random, shape, whole(random, 1, 3));
  const values = sheets ? field.map(Math.abs) : field;
  const sorted = Float64Array.from(values).sort();
  const cuts = Array.from({ length: labels - 1 }, () => sorted[Math.floor(random() * sorted.length)]);
  return (z, y, x) => cuts.filter((cut) => values[(z * ny + y) * nx + x] >= cut).length;
}

/** Voxels that hang together in columns of random length along one axis. */
function columns(random: Random, shape: Shape, labels: number): Rule {
  const along = whole(random, 0, 2);
  const [, ny, nx] = shape;
  const length = whole(random, 2, 12);
  const values = Uint8Array.from({ length: voxelCount(shape) }, () => whole(random, 0, labels - 1));
  return (...at) => {
    const of = at.map((place, axis) => (axis === along ? Math.floor(place / length) : place));
    return values[(of[0] * ny + of[1]) * nx + of[2]];
  };
}

/** Cubes of label 1, one or two voxels of label 0 between them. */
function cubes(random: Random): Rule {
  const edge = whole(random, 1, 6);
  const period = edge + whole(random, 1, 2);
  const from = [0, 0, 0].map(() => whole(random, 0, 7));
  return (...at) => (at.every((place, axis) => (place + from[axis]) % period < edge) ? 1 : 0);
}

function layers(random: Random, labels: number): Rule {
  const thickness = whole(random, 1, 5);
  const axis = whole(random, 0, 2);
  return (...at) => Math.floor(at[axis] / thickness) % labels;
}

/** Voxels of two labels in turns, some of them wrong. */
function checker(random: Random): Rule {
  const wrong = random() * 0.1;
  return (z, y, x) => (z + y + x + (random() < wrong ? 1 : 0)) % 2;
}

const RULES = {
  'independent voxels': (random, _, labels) => drawn(random, labels),
  'many labels': (random) => drawn(random, oneOf(random, [5, 10, 22, 23, 50])),
  blobs: (random, shape, labels) => smooth(random, shape, labels, false),
  sheets: (random, shape, labels) => smooth(random, shape, labels, true),
  columns,
  cubes,
  layers: (random, _, labels) => layers(random, labels),
  'voxels in turns': checker,
} satisfies Record<string, (random: Random, shape: Shape, labels: number) => Rule>;

export type WindowKind = keyof typeof RULES;
export const WINDOW_KINDS = Object.keys(RULES) as WindowKind[];

/** Conductivities down to 10⁻⁸ of the greatest, some of them equal; at times a label insulates. */
function conductivities(random: Random, labels: readonly number[]): Record<number, number> {
  const decades = 7.9 * random();
  const far = random() < 0.5;
  const sigma = Object.fromEntries(labels.map((label) => (
    [label, 10 ** (far ? -decades * whole(random, 0, 1) : -decades * random())])));
  if (random() < 0.25) sigma[oneOf(random, labels)] = 0;
  if (!Object.values(sigma).some((value) => value > 0)) sigma[labels[0]] = 1;
  return sigma;
}

export interface RandomWindow {
  readonly kind: WindowKind;
  readonly shape: Shape;
  readonly labels: Uint8Array;
  readonly sigma: Record<number, number>;
  readonly edges: Triple;
  readonly axis: 0 | 1 | 2;
  readonly boundary: 'dirichlet' | 'periodic';
  readonly coarsening: 'auto' | 'blocks' | 'parts';
}

/** A window of at most so many voxels. edges: to draw the numbers of voxels from */
export function randomWindow(random: Random, voxels: number, edges: readonly number[] = EDGES): RandomWindow {
  const axis = oneOf(random, [0, 1, 2] as const);
  let shape: Shape = [1, 1, 1];
  while (shape[axis] < 2 || voxelCount(shape) > voxels || voxelCount(shape) < 4) {
    shape = [oneOf(random, edges), oneOf(random, edges), oneOf(random, edges)];
  }
  const kind = oneOf(random, WINDOW_KINDS);
  const rule: Rule = RULES[kind](random, shape, whole(random, 2, 5));
  const [, ny, nx] = shape;
  const labels = Uint8Array.from({ length: voxelCount(shape) }, (_, i) => (
    rule(Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx)));
  const edge = (): number => 10 ** random();
  const boundary = random() < 0.5 ? 'periodic' : 'dirichlet';
  return {
    kind, shape, labels, axis, boundary, sigma: conductivities(random, [...new Set(labels)]),
    edges: random() < 0.5 ? [1, 1, 1] : [edge(), edge(), edge()],
    coarsening: oneOf(random, boundary === 'periodic' ? ['auto', 'blocks'] : ['auto', 'auto', 'blocks', 'parts']),
  };
}
