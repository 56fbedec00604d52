import { expect, it } from 'vitest';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import {
  lithiumPlan, prepareLithium, type LithiumTask, type LithiumVerdict,
} from '../../src/kernels/lithium.js';
import type { LawTable } from '../../src/kernels/reaction.js';
import { solveLinear } from '../../src/numeric/dense.js';
import { named } from '../../src/runtime/plan.js';
import type { Session } from '../../src/runtime/session.js';
import { forEachThreadCount, testSession } from '../session.js';
import { facesBetween, facesPlan, writeFaces } from './faces.js';

const FARADAY = 96485.33212;
const CAPACITY = 50_000 * FARADAY;
const START = 0.27;

interface Slowly {
  readonly shape: Shape;
  readonly isActive: (z: number, y: number, x: number) => boolean;
  readonly edges: LithiumTask['edges'];
  readonly weight: number;
  readonly diffusivity: number;
  readonly roots?: LawTable;
  /** j in A/m² of a face, and lengths of the steps in s. */
  readonly current: (face: number) => number;
  readonly steps: readonly number[];
  /** Solves of a step: where the diffusivity varies, each takes that of the one before. */
  readonly repeats?: number;
}

interface Course {
  /** Mean of x at the faces at the end. */
  readonly surface: number;
  readonly last: Float64Array;
  /** Largest |what voxels gained over what faces brought, less 1| of a step. */
  readonly imbalance: number;
  readonly found: readonly LithiumVerdict[];
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, value) => total + value, 0);
const axisOf = (classes: ArrayLike<number>, face: number): number =>
  [1, 2, 3].findIndex((axis) => face < classes[2 * axis]);

function facesOf({ shape, isActive }: Slowly) {
  const [, ny, nx] = shape;
  const active = Uint8Array.from({ length: voxelCount(shape) }, (_, k) => (
    isActive(Math.floor(k / (ny * nx)), Math.floor(k / nx) % ny, k % nx) ? 1 : 0));
  return { active, list: facesBetween(shape, (voxel) => active[voxel] === 1, (voxel) => active[voxel] === 0) };
}

/** Lithium comes in by a constant current through each face. */
async function course(session: Session, task: Slowly): Promise<Course> {
  const { shape, edges, weight, diffusivity, roots = null, current, steps, repeats = 1 } = task;
  const { active, list } = facesOf(task);
  const count = list.active.length;
  const ofLaws = named({ reaction: 8 * count, base: 8 * count, slope: 8 * count });
  const plan = { leases: [...facesPlan(list), ...ofLaws, ...lithiumPlan(shape, count, roots)] };
  return session.run('lithium', plan, voxelCount(shape), {}, async (frame) => {
    const faces = await writeFaces(frame, list, weight);
    const laws = frame.take(ofLaws);
    const j = Float64Array.from({ length: count }, (_, k) => current(k));
    await frame.write(laws.reaction, j);
    const lithium = await prepareLithium(
      frame, { shape, first: 0, faces, edges, capacity: CAPACITY, diffusivity, roots }, active,
    );
    await lithium.set({ now: START });
    const found: LithiumVerdict[] = [];
    let imbalance = 0;
    const rate = sum(Array.from(j, (value, k) => (
      (-value * Math.fround(weight)) / (CAPACITY * edges[axisOf(list.classes, k)])
    )));
    for (const dt of steps) {
      await lithium.begin(dt);
      await lithium.foretell(laws);
      for (let k = 0; k < repeats; k++) await lithium.solve(laws.reaction, 1e-9);
      found.push(await lithium.judge(laws));
      const { gain } = await lithium.sums();
      await lithium.take();
      imbalance = Math.max(imbalance, Math.abs(sum(gain) / (rate * dt) - 1));
    }
    const { now: last } = await lithium.read();
    const slope = await frame.read(laws.slope, Float64Array);
    const base = await frame.read(laws.base, Float64Array);
    // x at a face: base + slope·j was foretold, and the voxel came out as `amiss` says.
    const surface = sum(base.map((value, k) => value + slope[k] * j[k])) / count;
    return { surface, last, imbalance, found };
  });
}

const D = 1e-14;
/** Slab of thickness 1, flux 1 by one face: rise of the surface at τ. */
function slabSurface(tau: number): number {
  let value = tau + 1 / 3;
  for (let n = 1; n < 400; n++) value -= ((2 / Math.PI ** 2) * Math.exp(-(n * n * Math.PI ** 2) * tau)) / (n * n);
  return value;
}

/** A slab of `cells` voxels, 10 µm thick, under 5 A/m². */
function slab(cells: number, steps: readonly number[]): Slowly {
  const h = 1e-5 / cells;
  return {
    shape: [cells + 1, 2, 3], isActive: (z) => z > 0, edges: [h, h, h], weight: 1, diffusivity: D, current: () => -5,
    steps,
  };
}
const SLAB_TIME = 1e-10 / D;
const SLAB_RISE = (5 * 1e-5) / (D * CAPACITY);

/** Steps from the first on, each longer by a factor, up to the longest, until a time. */
function growing(until: number, first: number, factor: number, longest: number): number[] {
  const steps: number[] = [];
  let [at, next] = [0, first];
  while (until - at > 1e-9 * until) {
    steps.push(Math.min(next, longest, until - at));
    at += steps.at(-1)!;
    next *= factor;
  }
  return steps;
}

/** Rise of the surface of a voxel at the face, over the exact one. */
async function slabError(session: Session, cells: number, tau: number, steps: readonly number[]): Promise<number> {
  const { found } = await course(session, slab(cells, steps));
  const { surface: [low, high] } = found.at(-1)!;
  expect(high - low).toBeLessThan(1e-12);
  return (high - START) / SLAB_RISE - slabSurface(tau);
}

it('[exact] [rate] a slab under a constant flux: its surface, with the square of the voxel', async () => {
  const session = await testSession({ threads: 1 });
  for (const tau of [0.05, 0.2]) {
    const steps = growing(tau * SLAB_TIME, 2e-5 * SLAB_TIME, 1.15, 0.005 * SLAB_TIME);
    const coarse = await slabError(session, 5, tau, steps);
    const fine = await slabError(session, 10, tau, steps);
    expect(Math.abs(fine)).toBeLessThan(4e-3);
    expect(Math.log2(coarse / fine)).toBeGreaterThan(1.8);
    expect(Math.log2(coarse / fine)).toBeLessThan(2.2);
  }
});

it('[exact] [rate] the formula in time is of second order for steps of changing length', async () => {
  const session = await testSession({ threads: 1 });
  // Against the finest steps of the same voxels, so that only time tells them apart.
  const end = 0.1 * SLAB_TIME;
  const run = async (parts: number): Promise<number> => {
    const lengths = [1, 1, 1.5, 1.5, 2, 3].flatMap((length) => Array<number>(parts).fill(length / parts));
    // The start is smooth only after the diffusion across a voxel: it is the same in all runs.
    const first = growing(0.02 * SLAB_TIME, 1e-4 * SLAB_TIME, 1.2, SLAB_TIME);
    const scale = (end - sum(first)) / sum(lengths);
    const { last } = await course(session, slab(8, [...first, ...lengths.map((length) => length * scale)]));
    return last[0];
  };
  const exact = await run(32);
  const [coarse, fine] = [await run(2) - exact, await run(4) - exact];
  expect(Math.log2(coarse / fine)).toBeGreaterThan(1.7);
  expect(Math.log2(coarse / fine)).toBeLessThan(2.4);
});

/** Sphere of radius 1, flux 1: rise of the surface at τ; λ are the roots of tan λ = λ. */
function sphereSurface(tau: number): number {
  let value = 3 * tau + 0.2;
  for (let n = 1; n < 60; n++) {
    let root = (n + 0.5) * Math.PI;
    for (let k = 0; k < 20; k++) root = n * Math.PI + Math.atan(root);
    value -= (2 * Math.exp(-root * root * tau)) / root ** 2;
  }
  return value;
}

it('[exact] a ball under a constant flux: mean of its surface, whose area is that of the sphere', async () => {
  const session = await testSession({ threads: 1 });
  const [radius, n] = [9.5, 22];
  const h = 2e-7;
  const isActive = (z: number, y: number, x: number): boolean =>
    (z - n / 2 + 0.5) ** 2 + (y - n / 2 + 0.5) ** 2 + (x - n / 2 + 0.5) ** 2 <= radius ** 2;
  const shape: Shape = [n, n, n];
  const still: Slowly = {
    shape, isActive, edges: [h, h, h], weight: 1, diffusivity: D, current: () => -2, steps: [],
  };
  const { active, list } = facesOf(still);
  const exact = Math.cbrt((3 * sum(active)) / (4 * Math.PI));
  const weight = (4 * Math.PI * exact ** 2) / list.active.length;
  const time = (exact * h) ** 2 / D;
  for (const tau of [0.05, 0.2, 0.5]) {
    const steps = growing(tau * time, 5e-4 * time, 1.2, 0.02 * time);
    const { surface, imbalance } = await course(session, { ...still, weight, steps });
    const rise = ((surface - START) * D * CAPACITY) / (2 * exact * h);
    expect(Math.abs(rise / sphereSurface(tau) - 1)).toBeLessThan(0.03);
    expect(imbalance).toBeLessThan(1e-12);
  }
});

const mixed = (z: number, y: number, x: number): boolean => (z * 7 + y * 5 + x * 3 + z * y * x) % 4 > 0;

/** A structure without order, unequal edges, a diffusivity that falls by e³ over x, currents that differ. */
function disorder(): Slowly {
  const cells = 256;
  const values = new Float64Array(2 * (cells + 1));
  for (let k = 0; k <= cells; k++) {
    const value = Math.exp((-1.5 * k) / cells);
    values.set([value, -1.5 * value], 2 * k);
  }
  return {
    shape: [4, 3, 5], isActive: mixed, edges: [2e-7, 3e-7, 2.5e-7], weight: 0.7, diffusivity: 3 * D,
    roots: { values, cells }, current: (face) => -2 - (face % 5), steps: [0.5, 0.75, 1, 3, 2, 4], repeats: 12,
  };
}

/** The same by dense elimination in plain TypeScript, the diffusivity found by repetition. */
function brute(task: Slowly): Float64Array {
  const { shape, edges, weight, diffusivity, current, steps } = task;
  const { active, list } = facesOf(task);
  const [, ny, nx] = shape;
  const voxels = Array.from(active.keys()).filter((voxel) => active[voxel] === 1);
  const place = new Map(voxels.map((voxel, k) => [voxel, k]));
  const pairs = voxels.flatMap((voxel, k) => [ny * nx, nx, 1].flatMap((stride, axis) => {
    const across = [Math.floor(voxel / (ny * nx)), Math.floor(voxel / nx) % ny, voxel % nx][axis] > 0;
    const other = across ? place.get(voxel - stride) : undefined;
    return other === undefined ? [] : [{ a: k, b: other, axis }];
  }));
  const brings = new Float64Array(voxels.length);
  list.active.forEach((voxel, face) => {
    const edge = edges[axisOf(list.classes, face)];
    brings[place.get(voxel)!] -= (current(face) * Math.fround(weight)) / (CAPACITY * edge);
  });
  let now = new Float64Array(voxels.length).fill(START);
  let before: { readonly x: Float64Array; readonly dt: number } | null = null;
  for (const dt of steps) {
    const r = before === null ? 0 : dt / before.dt;
    const span = before === null ? dt : (dt * (1 + r)) / (1 + 2 * r);
    const right = now.map((x, k) => x + (before === null ? 0 : (r ** 2 / (1 + 2 * r)) * (x - before.x[k])) +
      span * brings[k]);
    let next = now;
    for (let round = 0; round < 40; round++) {
      const matrix = voxels.map((_, k) => Float64Array.from({ length: voxels.length }, (__, l) => (k === l ? 1 : 0)));
      for (const { a, b, axis } of pairs) {
        const g = (span * diffusivity * Math.exp(-1.5 * (next[a] + next[b]))) / edges[axis] ** 2;
        matrix[a][a] += g;
        matrix[b][b] += g;
        matrix[a][b] -= g;
        matrix[b][a] -= g;
      }
      next = Float64Array.from(solveLinear(matrix.map((row) => [...row]), [...right])!);
    }
    [before, now] = [{ x: now, dt }, next];
  }
  return now;
}

it('[oracle] every voxel of a structure without order, with a diffusivity that depends on lithium', async () => {
  const { last, imbalance } = await course(await testSession(), disorder());
  const expected = brute(disorder());
  const off = Math.max(...last.map((x, k) => Math.abs(x - expected[k])));
  expect(off).toBeLessThan(5e-8);
  expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(0.01);
  expect(imbalance).toBeLessThan(1e-12);
});

it('[law] the same bits for any number of threads', async () => {
  const runs = await forEachThreadCount((session) => course(session, disorder()));
  for (const run of runs) expect(run).toEqual(runs[0]);
});
