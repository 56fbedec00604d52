// The promise of every solve: it converges, and its interval holds the value of a direct solve of the same equations.
import { describe, expect, it } from 'vitest';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import { conduct, type ConductOptions } from '../../src/transport/conduct.js';
import { uniform } from '../random.js';
import { effectiveConductivity } from '../reference/effective.js';
import { testSession } from '../session.js';

type Random = () => number;
type Triple = readonly [number, number, number];

/** Sizes around multiples of 8, and those that coarse levels reach. */
const EDGES = [1, 2, 3, 4, 5, 6, 7, 7, 8, 9, 9, 10, 11, 13, 15, 16, 17, 17, 23, 24, 25, 33];
const TOLERANCES = [1e-2, 1e-3, 1e-4, 1e-4, 1e-4, 1e-5, 1e-6];
const VOXELS = 1600;

const oneOf = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)];
const whole = (random: Random, low: number, high: number): number => low + Math.floor(random() * (high - low + 1));

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

/** Smoothed noise of the shape, cut at random levels. sheets: of its magnitude */
function smooth(random: Random, shape: Shape, labels: number, sheets: boolean): Rule {
  const [nz, ny, nx] = shape;
  const stride = [ny * nx, nx, 1];
  let field = Float64Array.from({ length: nz * ny * nx }, () => random() + random() - 1);
  for (let pass = 3 * whole(random, 1, 3); pass > 0; pass--) {
    const [n, step] = [shape[pass % 3], stride[pass % 3]];
    field = field.map((value, i, all) => {
      const at = Math.floor(i / step) % n;
      return value + all[at > 0 ? i - step : i + (n - 1) * step] + all[at < n - 1 ? i + step : i - (n - 1) * step];
    });
  }
  const values = sheets ? field.map(Math.abs) : field;
  const sorted = Float64Array.from(values).sort();
  const cuts = Array.from({ length: labels - 1 }, () => sorted[Math.floor(random() * sorted.length)]);
  return (z, y, x) => cuts.filter((cut) => values[(z * ny + y) * nx + x] >= cut).length;
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

function ruleOf(random: Random, shape: Shape): Rule {
  const labels = whole(random, 2, 5);
  return oneOf(random, [
    () => drawn(random, labels), () => drawn(random, oneOf(random, [5, 10, 22, 23, 50])),
    () => smooth(random, shape, labels, false), () => smooth(random, shape, labels, true),
    () => cubes(random), () => layers(random, labels), () => checker(random),
  ])();
}

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

interface Window {
  readonly shape: Shape;
  readonly labels: Uint8Array;
  readonly sigma: Record<number, number>;
  readonly edges: Triple;
  readonly axis: 0 | 1 | 2;
  readonly options: Pick<ConductOptions, 'boundary' | 'tolerance' | 'coarsening'>;
}

function randomWindow(random: Random): Window {
  const axis = oneOf(random, [0, 1, 2] as const);
  let shape: Shape = [1, 1, 1];
  while (shape[axis] < 2 || voxelCount(shape) > VOXELS || voxelCount(shape) < 4) {
    shape = [oneOf(random, EDGES), oneOf(random, EDGES), oneOf(random, EDGES)];
  }
  const rule = ruleOf(random, shape);
  const [, ny, nx] = shape;
  const labels = Uint8Array.from({ length: voxelCount(shape) }, (_, i) => (
    rule(Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx)));
  const edge = (): number => 10 ** random();
  const boundary = random() < 0.6 ? 'periodic' : 'dirichlet';
  return {
    shape, labels, axis, sigma: conductivities(random, [...new Set(labels)]),
    edges: random() < 0.5 ? [1, 1, 1] : [edge(), edge(), edge()],
    options: {
      boundary, tolerance: oneOf(random, TOLERANCES),
      coarsening: oneOf(random, boundary === 'periodic' ? ['auto', 'blocks'] : ['auto', 'blocks', 'parts']),
    },
  };
}

/** Voxels of two labels in turns. */
function inTurns(shape: Shape): Uint8Array {
  const [, ny, nx] = shape;
  return Uint8Array.from({ length: voxelCount(shape) }, (_, i) => (
    (Math.floor(i / (ny * nx)) + Math.floor(i / nx) % ny + i % nx) % 2));
}

describe('the interval of σ_eff', () => {
  it('[oracle] holds the value of a direct solve in 300 random windows, which all converge', async () => {
    const session = await testSession();
    const random = uniform(157);
    for (let k = 0; k < 300; k++) {
      const { shape, labels, sigma, edges, axis, options } = randomWindow(random);
      const result = await conduct(session, { labels, shape, voxelSizeUm: edges }, {
        ...options, conductivity: sigma, axis: 'zyx'[axis] as 'z', maxIterations: 1000,
      });
      const periodic = options.boundary === 'periodic';
      const exact = effectiveConductivity(labels, shape, sigma, { axis, edges, periodic });
      const what = `window ${k}, ${shape.join('×')} along ${'zyx'[axis]}, ${JSON.stringify(options)}`;
      expect(result.converged, what).toBe(true);
      if (exact < 1e-13 * result.referenceConductivity) expect(result.effectiveConductivity, what).toBe(0);
      else {
        expect(result.bracket[0], what).toBeLessThanOrEqual(exact * (1 + 1e-9));
        expect(result.bracket[1], what).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
        expect(result.errorEstimate, what).toBeLessThanOrEqual(options.tolerance);
      }
    }
  });

  // Where opposite voxels are alike the better ones meet across the seam, and there alone.
  it.each([
    [9, 9, 9], [7, 9, 8], [17, 9, 9], [1, 9, 9], [3, 3, 3], [5, 1, 25],
  ].map((shape) => ({ shape: shape as unknown as Shape })))('[oracle] $shape in turns, repeating: seams between ' +
      'voxels of one colour', async ({ shape }) => {
    const session = await testSession();
    const labels = inTurns(shape);
    for (const weak of [1e-1, 1e-2, 1e-3, 1e-5, 1e-7]) {
      for (const axis of ([0, 1, 2] as const).filter((a) => shape[a] > 1)) {
        const sigma = { 0: 1, 1: weak };
        const volume = { labels, shape, voxelSizeUm: null };
        const options = { conductivity: sigma, boundary: 'periodic', axis: 'zyx'[axis] as 'z' } as const;
        const { converged, bracket, iterations } = await conduct(session, volume, options);
        const exact = effectiveConductivity(labels, shape, sigma, { axis, edges: [1, 1, 1], periodic: true });
        expect({ converged, weak, axis }).toEqual({ converged: true, weak, axis });
        expect(bracket[0]).toBeLessThanOrEqual(exact * (1 + 1e-9));
        expect(bracket[1]).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
        expect(iterations).toBeLessThanOrEqual(40);
      }
    }
  });
});
