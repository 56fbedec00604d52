// A packing: classes of spheres of given sizes that fill given shares of a window and keep their distances.
import { VoxelithError } from '../../core/errors.js';
import { voxelCount } from '../../core/grid.js';
import { PORE, type Phase } from '../../core/volume.js';
import { philox, streamKey, type StreamKey } from '../../numeric/philox.js';
import { portableCubeRoot } from '../../numeric/portable.js';
import type { RunOptions } from '../../runtime/session.js';
import type { RandomSpec } from '../model.js';
import { fitSpheres, type Fit } from './fit.js';
import type { Box, Spheres } from './neighbours.js';
import type { Particles } from './particles.js';
import { stretchOfVoxels, type ParticleClass } from './recipe.js';
import { relax } from './relax.js';
import { sampleSizes } from './sizes.js';

/** Particles with these sizes, shares and overlaps do not fit. The command line exits with 1. */
export class PackingError extends VoxelithError {
  override name = 'PackingError';
  /** @param bestSolidFraction largest share of the window that such particles were found to fill */
  constructor(message: string, readonly bestSolidFraction: number) {
    super(message);
  }
}

export interface Packed {
  readonly particles: Particles;
  /** All spheres of the box, with the radii that are drawn. */
  readonly spheres: Spheres;
  readonly labels: Uint8Array;
  /** Factor on the radii of each label by which voxels meet their share. */
  readonly scales: Readonly<Record<string, number>>;
  readonly iterations: number;
}

/** Clearances beyond the reach that are tried, the second near jamming. Radii may grow by as much in the end. */
const CLEARANCES = [0.0025, 0.0003];
const ITERATIONS = [6000, 20000];
/** Radii may shrink to this in the end. */
const SHRINK = 0.98;
/** Radii that change by no more than this leave the sizes as they were wanted. */
const CLOSE = 0.004;
/** Volumes are corrected for what overlaps and what the window shows: first by the number of particles, then, where
 *  whole particles are too coarse or a window shows too few of them, by their sizes. */
const NUMBER_ROUNDS = 4;
const ROUNDS = 16;
const LARGER = 'take a larger one, smaller particles or edges: periodic';
const WORD = 2 ** 32;
const SPHERE = Math.PI / 6;

interface State {
  /** Of each label: volume of its spheres when their number was chosen. */
  readonly factors: ReadonlyMap<Phase, number>;
  readonly centres: Float64Array;
  readonly radii: Float64Array;
  readonly classes: Uint8Array;
}

/** Uniform places of the particles of a class; a longer list begins with the shorter one. */
export function scatter(key: readonly [number, number], of: number, from: number, to: number, box: Box): Float64Array {
  const places = new Float64Array(3 * (to - from));
  const block = new Uint32Array(4);
  for (let k = from; k < to; k++) {
    philox(block, k, of, 0, 0, key[0], key[1]);
    for (let axis = 0; axis < 3; axis++) places[3 * (k - from) + axis] = (box[axis] * (block[axis] + 0.5)) / WORD;
  }
  return places;
}

export const joined = (parts: readonly Float64Array[]): Float64Array => {
  const all = new Float64Array(parts.reduce((n, part) => n + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
};

/** Volume of the spheres of each label over the share that is wanted of the box. */
type Factors = ReadonlyMap<Phase, number>;

/** Spheres of all classes; where there were some before, they stay where they are. */
function fill(
  classes: readonly ParticleClass[], factors: Factors, box: Box, key: readonly [number, number], before: State | null,
): State {
  const places: Float64Array[] = [];
  const radii: Float64Array[] = [];
  classes.forEach(({ sizes, label, fraction }, of) => {
    const volume = fraction * box[0] * box[1] * box[2] * factors.get(label)!;
    const sample = sampleSizes(sizes, volume);
    const diameters = sample.length > 0 ? sample : Float64Array.of(sizes.most);
    const sum = diameters.reduce((total, d) => total + SPHERE * d * d * d, 0);
    const scale = portableCubeRoot(volume / sum) / 2;
    radii.push(diameters.map((d) => d * scale));
    const first = before === null ? 0 : before.classes.indexOf(of);
    const known = before === null ? 0 : Math.min(diameters.length, before.classes.lastIndexOf(of) + 1 - first);
    if (before !== null) places.push(before.centres.slice(3 * first, 3 * (first + known)));
    places.push(scatter(key, of, known, diameters.length, box));
  });
  return {
    factors: new Map(factors), centres: joined(places), radii: joined(radii),
    classes: Uint8Array.from(radii.flatMap((list, of) => Array.from(list, () => of))),
  };
}

/** The same spheres with other volumes. */
function resized(classes: readonly ParticleClass[], state: State, factors: Factors): State {
  const scales = classes.map(({ label }) => portableCubeRoot(factors.get(label)! / state.factors.get(label)!));
  return {
    ...state, factors: new Map(factors), radii: state.radii.map((radius, k) => radius * scales[state.classes[k]]),
  };
}

/** Particles that reach into the window, in voxels. */
export function inWindow(
  spec: Required<RandomSpec>, box: Box, { centres, radii }: { centres: Float64Array; radii: Float64Array },
  labelOf: (k: number) => Phase, cells: readonly Phase[],
): Particles {
  const stretch = stretchOfVoxels(spec);
  const periodic = spec.edges === 'periodic';
  const size = [spec.size[0] / stretch, spec.size[1], spec.size[2]];
  const found: { at: number[]; radius: number; label: Phase }[] = [];
  for (let k = 0; k < radii.length; k++) {
    // Images beyond the far faces of the box reach into the near ones of the window.
    const choices = [0, 1, 2].map((axis) => {
      const at = centres[3 * k + axis] - box[axis] * Math.floor(centres[3 * k + axis] / box[axis]);
      if (periodic) return [at];
      return [at, at - box[axis]].filter((c) => c + radii[k] > 0 && c - radii[k] < size[axis]);
    });
    for (const z of choices[0]) for (const y of choices[1]) for (const x of choices[2]) {
      found.push({ at: [z * stretch, y, x], radius: radii[k], label: labelOf(k) });
    }
  }
  return {
    centres: Float64Array.from(found.flatMap(({ at }) => at)),
    radii: Float64Array.from(found, ({ radius }) => radius), labels: Uint8Array.from(found, ({ label }) => label),
    cells, periodic, stretch,
  };
}

/** @throws CancelledError, SpecError; null where the packing jams */
async function settle(
  classes: readonly ParticleClass[], box: Box, { centres, radii, classes: of }: State, run: RunOptions,
): Promise<{ clearance: number; iterations: number } | null> {
  const reachOf = (i: number, j: number): number => classes[of[i]].reach[of[j]] * (radii[i] + radii[j]);
  let iterations = 0;
  for (const [attempt, clearance] of CLEARANCES.entries()) {
    const packing = { centres, radii, box, reachOf, frozen: 0 };
    const done = await relax(packing, { clearance, iterations: ITERATIONS[attempt] }, run);
    iterations += done.iterations;
    if (done.clearance >= 0) return { clearance: Math.min(done.clearance, clearance), iterations };
  }
  return null;
}

interface Drawn {
  readonly labels: Uint8Array;
  readonly particles: Particles;
  readonly fits: ReadonlyMap<Phase, Fit>;
}

/** Paints the labels in their order: the first hold what several cover. */
function paint(
  spec: Required<RandomSpec>, classes: readonly ParticleClass[], box: Box, state: State,
  targets: ReadonlyMap<Phase, number>, range: readonly [number, number],
): Drawn {
  const labels = new Uint8Array(voxelCount(spec.size)).fill(PORE);
  const particles = inWindow(spec, box, state, (k) => classes[state.classes[k]].label, []);
  const canvas = { shape: spec.size, labels, free: PORE };
  const fits = new Map([...targets].map(([label, wanted]) => {
    const fit = fitSpheres(canvas, particles, label, range, wanted);
    particles.radii.forEach((radius, k) => {
      if (particles.labels[k] === label) particles.radii[k] = radius * fit.scale;
    });
    return [label, fit];
  }));
  return { labels, particles, fits };
}

/** The largest share of these volumes that settles, and what of the window it fills. */
async function bestSolid(
  spec: Required<RandomSpec>, classes: readonly ParticleClass[], box: Box, factors: Factors,
  key: readonly [number, number], run: RunOptions,
): Promise<number> {
  let [low, high] = [0, 1];
  let best: State | null = null;
  for (let k = 0; k < 6; k++) {
    const share = (low + high) / 2;
    const state = fill(classes, new Map([...factors].map(([label, f]) => [label, share * f])), box, key, null);
    if (state.radii.length > 0 && (await settle(classes, box, state, run)) !== null) {
      best = state;
      low = share;
    } else high = share;
  }
  if (best === null) return 0;
  const all = new Map(classes.map(({ label }) => [label, Infinity]));
  const { fits } = paint(spec, classes, box, best, all, [1, 1]);
  return [...fits.values()].reduce((sum, { voxels }) => sum + voxels, 0) / voxelCount(spec.size);
}

/** Packs spheres so that the voxels of every label are as many as its share of the window.
 *  @throws PackingError, CancelledError, SpecError */
export async function packSpheres(
  spec: Required<RandomSpec>, classes: readonly ParticleClass[], box: Box, run: RunOptions,
): Promise<Packed> {
  const key = streamKey(spec as StreamKey);
  const voxels = voxelCount(spec.size);
  const targets = new Map<Phase, number>();
  for (const { label, fraction } of classes) targets.set(label, (targets.get(label) ?? 0) + fraction * voxels);
  for (const [label, wanted] of targets) targets.set(label, Math.round(wanted));
  const solid = classes.reduce((sum, { fraction }) => sum + fraction, 0);

  let factors = new Map([...targets.keys()].map((label) => [label, 1]));
  const seen = new Map<Phase, { factor: number; voxels: number }>();
  let state: State | null = null;
  let iterations = 0;
  for (let round = 0; ; round++) {
    state = state !== null && round > NUMBER_ROUNDS
      ? resized(classes, state, factors) : fill(classes, factors, box, key, state);
    const settled = await settle(classes, box, state, run);
    if (settled === null) {
      const best = await bestSolid(spec, classes, box, factors, key, run);
      throw new PackingError(
        `generate packing: spheres of these sizes and overlaps cannot fill ${Number(solid.toPrecision(3))} of the ` +
          (best < solid
            ? `window; the best that was reached is ${best.toFixed(3)} (void ${(1 - best).toFixed(3)}); ` +
              'raise voidFraction, the overlaps or the spread of the sizes'
            // A window that is cut from the packing holds less of some label than the packing does.
            : `window with the share of every label, though packings reach ${best.toFixed(3)} of it: the window is ` +
              `too small for its particles; ${LARGER}`),
        best,
      );
    }
    iterations += settled.iterations;
    const drawn = paint(spec, classes, box, state, targets, [SHRINK, 1 + settled.clearance]);
    const fits = [...drawn.fits];
    const hit = fits.every(([label, fit]) => fit.voxels === targets.get(label));
    if (hit && (round >= NUMBER_ROUNDS || fits.every(([, { scale }]) => Math.abs(scale - 1) <= CLOSE))) {
      const scales = Object.fromEntries(fits.map(([label, { scale }]) => [label, scale]));
      const radii = state.radii.map((radius, k) => radius * scales[classes[state!.classes[k]].label]);
      return { ...drawn, spheres: { centres: state.centres, radii }, scales, iterations };
    }
    if (round === ROUNDS) {
      const [label, fit] = fits.find(([one, { voxels: found }]) => found !== targets.get(one)) ?? fits[0];
      throw new PackingError(
        `generate packing: label ${label} is to fill ${(targets.get(label)! / voxels).toPrecision(3)} of the window ` +
          `and fills ${(fit.voxels / voxels).toPrecision(3)} at best: the window is too small for its particles; ` +
          LARGER,
        fits.reduce((sum, [, { voxels: found }]) => sum + found, 0) / voxels,
      );
    }
    factors = new Map(fits.map(([label, fit]) => [label, nextFactor(label, fit)]));
  }

  /** Towards the wanted voxels, along the slope since the last round. */
  function nextFactor(label: Phase, fit: Fit): number {
    const factor = factors.get(label)!;
    const wanted = targets.get(label)!;
    // What the label would fill with these volumes.
    const filled = fit.voxels / (fit.scale * fit.scale * fit.scale);
    if (filled === 0) return 2 * factor;
    const last = seen.get(label);
    const slope = last === undefined || last.factor === factor ? 0 : (filled - last.voxels) / (factor - last.factor);
    seen.set(label, { factor, voxels: filled });
    const step = slope > (filled / factor) / 10
      ? (wanted - filled) / slope : (wanted / filled - 1) * factor;
    return Math.min(2 * factor, Math.max(factor / 2, factor + step));
  }
}
