import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../src/numeric/normal-quantile.js';
import { labelCounts, pairKey } from '../../src/core/volume.js';
import { normalSurvival } from '../../src/numeric/distributions.js';
import { generate } from '../../src/structure/generate.js';
import { phaseLevelSet } from '../../src/structure/level-set.js';
import { findModel, readStructure } from '../../src/structure/models.js';
import type { PackingSpec } from '../../src/structure/models/packing.js';
import { lensDisc, lensVolume, packingContacts } from '../../src/structure/packing/contacts.js';
import { fitSpheres } from '../../src/structure/packing/fit.js';
import { nearPairs, type Box } from '../../src/structure/packing/neighbours.js';
import { PackingError } from '../../src/structure/packing/pack.js';
import type { PackingParameters } from '../../src/structure/packing/parameters.js';
import { particleImage, particleTable } from '../../src/structure/packing/particle-image.js';
import type { Particles } from '../../src/structure/packing/particles.js';
import { relax } from '../../src/structure/packing/relax.js';
import { lognormalSizes, sampleSizes, tabulatedSizes } from '../../src/structure/packing/sizes.js';
import { uniform } from '../random.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession();
const spec = (parameters: PackingParameters = {}, change: Partial<PackingSpec> = {}): PackingSpec =>
  ({ model: 'packing', size: [48, 52, 56], seed: 1, parameters, ...change });

/** Squared distance through the nearest image of a box. */
function squaredDistance(centres: ArrayLike<number>, i: number, j: number, box: Box): number {
  return [0, 1, 2].reduce((sum, axis) => {
    const apart = centres[3 * i + axis] - centres[3 * j + axis];
    return sum + (apart - box[axis] * Math.round(apart / box[axis])) ** 2;
  }, 0);
}

/** Balls at random in a window, of two labels. */
function someParticles(seed: number, shape: readonly [number, number, number], periodic: boolean): Particles {
  const random = uniform(seed);
  const count = 12;
  return {
    centres: Float64Array.from(
      { length: 3 * count }, (_, k) => shape[k % 3] * (periodic ? random() : 1.4 * random() - 0.2),
    ),
    radii: Float64Array.from({ length: count }, () => 1 + 3 * random()),
    labels: Uint8Array.from({ length: count }, (_, k) => 1 + (k % 2)),
    cells: [], periodic, stretch: 1,
  };
}

/** Squared distance of every voxel centre from particle k. */
function eachDistance(
  { centres, periodic }: Particles, k: number, shape: readonly [number, number, number],
): number[] {
  const [nz, ny, nx] = shape;
  return Array.from({ length: nz * ny * nx }, (_, at) => {
    const place = [Math.floor(at / (ny * nx)), Math.floor(at / nx) % ny, at % nx];
    return [0, 1, 2].reduce((sum, axis) => {
      const apart = place[axis] + 0.5 - centres[3 * k + axis];
      return sum + (periodic ? apart - shape[axis] * Math.round(apart / shape[axis]) : apart) ** 2;
    }, 0);
  });
}

describe('sizes of particles', () => {
  it('[exact] the quantile of the normal distribution inverts its survival function', () => {
    for (const p of [0.0063, 0.02, 0.074, 0.075, 0.3, 0.5, 0.77, 0.926, 0.99]) {
      expect(1 - normalSurvival(normalQuantile(p))).toBeCloseTo(p, 13);
    }
  });

  it('[exact] a sample has the D10, D50 and D90 by volume of its distribution, and its volume', () => {
    const sizes = lognormalSizes(5, 0.4);
    const volume = 40_000;
    const sample = [...sampleSizes(sizes, volume)].sort((a, b) => a - b);
    const own = sample.map((d) => (Math.PI / 6) * d ** 3);
    expect(own.reduce((a, b) => a + b, 0) / volume).toBeCloseTo(1, 3);
    for (const [share, z] of [[0.1, -1.2816], [0.5, 0], [0.9, 1.2816]]) {
      let sum = 0;
      const at = sample[own.findIndex((v) => (sum += v) >= share * volume)];
      // The tails beyond ±2.5 σ are left out: 1.2 % of the volume.
      expect(at / (5 * Math.exp(0.4 * z))).toBeCloseTo(1, 1.5);
    }
  });

  it('[exact] a table of sizes gives each its share of the volume', () => {
    const sample = sampleSizes(tabulatedSizes([{ diameter: 6, share: 3 }, { diameter: 2, share: 1 }]), 10_000);
    const volume = (d: number): number => [...sample].filter((one) => one === d).length * (Math.PI / 6) * d ** 3;
    expect(volume(6) / 7500).toBeCloseTo(1, 1.5);
    expect(volume(2) / 2500).toBeCloseTo(1, 1.5);
    expect(sample.length).toBe([...sample].filter((d) => d === 2 || d === 6).length);
  });
});

describe('pairs and contacts', () => {
  it('[oracle] near pairs are those of every sphere asked for every other', () => {
    const number = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
    const sphere = fc.record({ at: fc.tuple(number(-3, 23), number(-3, 23), number(-3, 23)), size: number(0, 1) });
    fc.assert(fc.property(
      fc.array(sphere, { minLength: 2, maxLength: 40 }), fc.tuple(number(9, 20), number(9, 20), number(9, 20)),
      number(0, 0.5), number(0.3, 1), (spheres, box, margin, reach) => {
        const centres = Float64Array.from(spheres.flatMap(({ at }) => at));
        const radii = Float64Array.from(spheres, ({ size }) => 0.05 * 40 ** size);
        const found = nearPairs({ centres, radii }, box, margin, (i, j) => reach * (radii[i] + radii[j]));
        const seen = Array.from({ length: found.count }, (_, p) => pairKey(found.i[p], found.j[p]));
        const wanted: string[] = [];
        for (let i = 0; i < radii.length; i++) {
          for (let j = i + 1; j < radii.length; j++) {
            const limit = reach * (radii[i] + radii[j]) + margin;
            const square = squaredDistance(centres, i, j, box);
            // Ties are the rounding's.
            if (Math.abs(Math.sqrt(square) - limit) < 1e-9) return;
            if (square < limit * limit) wanted.push(pairKey(i, j));
          }
        }
        expect(seen.sort()).toEqual(wanted.sort());
      }), { numRuns: 200 });
  });

  it('[exact] two spheres share a lens; a sphere inside another is shared whole', () => {
    expect(lensVolume(1, 1, 1.5)).toBeCloseTo(0.3599741582, 9);
    expect(lensDisc(1, 1, 1.5)).toBeCloseTo(1.3744467859, 9);
    expect((8 / 3) * Math.PI - lensVolume(1, 1, 1.5)).toBeCloseTo(8.0176062514, 9);
    expect(lensVolume(2, 1, 0.9)).toBeCloseTo((4 / 3) * Math.PI, 12);
    expect([lensVolume(1, 2, 3), lensDisc(1, 2, 3), lensDisc(2, 1, 1)]).toEqual([0, 0, 0]);
  });

  it('[exact] contacts of a few spheres: by pair of labels, per particle, through the faces of a period', () => {
    const particles: Particles = {
      centres: Float64Array.of(5, 5, 1, 5, 5, 9.5, 5, 5, 4, 5, 9, 1), radii: Float64Array.of(1, 1, 2, 1),
      labels: Uint8Array.of(2, 2, 1, 1), cells: [], periodic: true, stretch: 1,
    };
    const shape = [10, 10, 10] as const;
    const found = packingContacts({ particles, shape });
    expect(found.pairs['2-2']).toEqual({
      contacts: 1, largestOverlap: 0.25, overlapVolume: expect.closeTo(0.3599741582, 9),
      contactArea: expect.closeTo(1.3744467859, 9),
    });
    // At distance 3 = 2 + 1 they touch.
    expect(found.pairs['1-2']).toEqual({ contacts: 1, largestOverlap: 0, overlapVolume: 0, contactArea: 0 });
    expect(found.coordination).toEqual({ 1: { 1: 0, 2: 0.5, all: 0.5 }, 2: { 1: 0.5, 2: 1, all: 1.5 } });
    // Alone, the window has one contact whose partners lie wholly inside.
    const alone = packingContacts({ particles: { ...particles, periodic: false }, shape });
    expect(alone.pairs['2-2']).toBeUndefined();
    expect(alone.particles).toEqual({ 1: 2, 2: 1 });
    expect(packingContacts({ particles, shape }, { gap: 0.51 }).coordination[2].all).toBe(2);
  });
});

describe('spheres that are pushed apart', () => {
  /** Equal spheres at random, relaxed at a share of the box. */
  async function quench(share: number, count = 1000): Promise<{ clearance: number; contacts: number }> {
    const random = uniform(5);
    const box: Box = [20, 20, 20];
    const radius = Math.cbrt((share * 8000) / count / ((4 / 3) * Math.PI));
    const radii = new Float64Array(count).fill(radius);
    const centres = Float64Array.from({ length: 3 * count }, () => 20 * random());
    const packing = { centres, radii, box, frozen: 0, reachOf: () => 2 * radius };
    const { clearance } = await relax(packing, { clearance: 1e-4, iterations: 20_000 }, {});
    const near = nearPairs({ centres, radii }, box, 0, () => 2 * radius);
    const degree = new Float64Array(count);
    for (let p = 0; p < near.count; p++) {
      degree[near.i[p]]++;
      degree[near.j[p]]++;
    }
    // Rattlers have fewer contacts than hold a sphere.
    const held = degree.filter((n) => n >= 4);
    return { clearance, contacts: held.reduce((a, b) => a + b, 0) / held.length };
  }

  it('[published] equal spheres come apart at .62 and jam at .65: random close packing, .639 ± .001 of O’Hern 2003; ' +
      'just above, a sphere has about 6 contacts', async () => {
    const loose = await quench(0.62);
    expect(loose.clearance).toBeGreaterThan(0);
    const jammed = await quench(0.65);
    expect(jammed.clearance).toBeLessThan(0);
    // Z = 6 + z₁ (φ − φ_c)^½ with z₁ ≈ 7.9 in three dimensions: 6.8 at .65.
    expect(jammed.contacts).toBeGreaterThan(6);
    expect(jammed.contacts).toBeLessThan(7.4);
  });
});

describe('voxels of spheres', () => {
  it('[oracle] exactly as many voxels as are wanted, those of the smallest factor of all', () => {
    const shape = [10, 11, 12] as const;
    for (const periodic of [true, false]) {
      const particles = someParticles(3, shape, periodic);
      const factors = Array.from({ length: 10 * 11 * 12 }, () => Infinity);
      particles.radii.forEach((radius, k) => {
        if (particles.labels[k] !== 1) return;
        eachDistance(particles, k, shape).forEach((square, at) => {
          factors[at] = Math.min(factors[at], Math.sqrt(square) / radius);
        });
      });
      for (const wanted of [0.95, 1, 1.04].map((s) => factors.filter((f) => f <= s).length)) {
        const labels = new Uint8Array(factors.length).fill(9);
        const fit = fitSpheres({ shape, labels, free: 9 }, particles, 1, [0.9, 1.1], wanted);
        expect(fit.voxels).toBe(wanted);
        expect(labels.filter((label) => label === 1).length).toBe(wanted);
        factors.forEach((factor, at) => {
          if (Math.abs(factor - fit.scale) > 1e-6) expect(labels[at]).toBe(factor < fit.scale ? 1 : 9);
        });
      }
      // Only what is free; the range ends where it ends.
      const taken = new Uint8Array(factors.length).fill(7);
      expect(fitSpheres({ shape, labels: taken, free: 9 }, particles, 1, [0.9, 1.1], 10))
        .toEqual({ voxels: 0, scale: 1.1 });
    }
  });

  it('[oracle] the number of a voxel is that of the sphere of its label with the least power', () => {
    const shape = [10, 11, 12] as const;
    for (const periodic of [true, false]) {
      const particles = someParticles(8, shape, periodic);
      const labels = new Uint8Array(10 * 11 * 12).fill(3);
      const wanted = Array.from(labels, () => 0);
      const least = Array.from(labels, () => Infinity);
      for (const label of [2, 1]) {
        fitSpheres({ shape, labels, free: 3 }, particles, label, [1, 1], Infinity);
      }
      particles.radii.forEach((radius, k) => eachDistance(particles, k, shape).forEach((square, at) => {
        const power = square - radius * radius;
        if (labels[at] !== particles.labels[k] || power > 1e-9 || power >= least[at]) return;
        [least[at], wanted[at]] = [power, k + 1];
      }));
      expect([...particleImage({ labels, shape, voxelSizeUm: null, particles })]).toEqual(wanted);
    }
  });
});

describe('packings', () => {
  const hard = { activeOverlap: 0, electrolyteOverlap: 0, mixedOverlap: 0 };

  it.each<[string, PackingSpec]>([
    ['as it comes', spec()],
    ['without overlap', spec({ ...hard, voidFraction: 0.4 })],
    ['cut from a larger packing', spec({ activeDiameter: 2.4, electrolyteSpread: 0.2 }, {
      edges: 'cropped', size: [50, 46, 43],
    })],
    ['spheres that do not see each other', spec({ activeShare: 1, activeOverlap: 1, voidFraction: 0.5 })],
    ['a third class', spec({
      further: [{ label: 4, share: 0.05, diameter: 1, spread: 0, overlap: 0.3, density: 1.8 }],
    })],
    ['long voxels', spec({}, { voxelSizeUm: [0.3, 0.2, 0.2], size: [40, 44, 48] })],
  ])('[exact] %s: voxels of every label are its share of the window, no pair nearer than it may be', async (_, of) => {
    const { spec: whole } = readStructure('generate', of);
    const structure = await generate(session, of);
    const counts = labelCounts(structure.labels);
    const expected = findModel('packing')!.expected.volumeFraction!(whole) as Record<string, number>;
    for (const [label, share] of Object.entries(expected)) {
      expect(Math.abs(counts[Number(label)] - share * structure.labels.length)).toBeLessThan(2);
    }
    const { particles, shape } = structure;
    const { centres, radii, labels, stretch, periodic } = particles!;
    const box: Box = [shape[0] / stretch, shape[1], shape[2]];
    const places = centres.map((c, k) => (k % 3 === 0 ? c / stretch : c));
    const p = (whole as unknown as { parameters: Required<PackingParameters> }).parameters;
    const allowed = (a: number, b: number): number => {
      if (a === 4 || b === 4) return 0.3;
      return a !== b ? p.mixedOverlap : a === 2 ? p.activeOverlap : p.electrolyteOverlap;
    };
    for (let i = 0; i < radii.length; i++) {
      for (let j = 0; j < i; j++) {
        const apart = Math.sqrt(periodic
          ? squaredDistance(places, i, j, box)
          : [0, 1, 2].reduce((sum, axis) => sum + (places[3 * i + axis] - places[3 * j + axis]) ** 2, 0));
        expect(apart).toBeGreaterThan((1 - allowed(labels[i], labels[j])) * (radii[i] + radii[j]) - 1e-9);
      }
    }
  });

  it('[exact] a recipe in mass: shares over densities; sizes in µm on any voxel', async () => {
    const of = spec(
      { activeShare: 0.8, voidFraction: 0.3, activeDensity: 4.8, electrolyteDensity: 2 }, { shares: 'mass' });
    const structure = await generate(session, of);
    const counts = labelCounts(structure.labels);
    expect((counts[2] * 4.8) / (counts[2] * 4.8 + counts[1] * 2)).toBeCloseTo(0.8, 4);
    const fine = await generate(session, { ...of, voxelSizeUm: 0.1, size: [96, 104, 112] });
    const table = particleTable(fine);
    expect(table.columns).toEqual(['particle', 'label', 'zUm', 'yUm', 'xUm', 'radiusUm']);
    const radii = table.rows.filter((row) => row[1] === 2).map((row) => row[5] as number);
    expect(Math.max(...radii)).toBeCloseTo(2, 1);
    expect(radii.length).toBe(particleTable(structure).rows.filter((row) => row[1] === 2).length);
  });

  it('[law] same bits for any number of threads; keys differ; level sets say the phases', async () => {
    const results = await forEachThreadCount((s) => generate(s, spec({ activeSpread: 0.05 }, { levelSets: true })));
    for (const other of results.slice(1)) {
      expect(other.labels).toEqual(results[0].labels);
      expect(other.particles).toEqual(results[0].particles);
    }
    for (const phase of [1, 2, 3]) {
      const levels = phaseLevelSet(results[0], phase);
      expect(levels.every((value, i) => (results[0].labels[i] === phase) === value > 0)).toBe(true);
    }
    const bits = async (change: Partial<PackingSpec>): Promise<string> =>
      Buffer.from((await generate(session, spec({}, change))).labels).toString('base64');
    const all = await Promise.all([{}, { seed: 2 }, { scenario: 1 }, { realisation: 1 }, {}].map(bits));
    expect(new Set(all).size).toBe(4);
    expect(all[4]).toBe(all[0]);
  });

  it('[published] what does not fit says how much does: near .64 for equal hard spheres', async () => {
    const of = spec({ ...hard, voidFraction: 0.25, activeShare: 1, activeDiameter: 1.6 });
    const error = await generate(session, of).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(PackingError);
    const { message, bestSolidFraction } = error as PackingError;
    expect(message).toMatch(/cannot fill 0\.75 of the window; the best that was reached is 0\.6\d\d \(void 0\.3/);
    expect(bestSolidFraction).toBeGreaterThan(0.6);
    expect(bestSolidFraction).toBeLessThan(0.66);
  });

  it('is read, refused and cancelled as every model is', async () => {
    const bad = (parameters: object, change: object = {}): (() => unknown) =>
      () => readStructure('generate', { model: 'packing', size: 48, parameters, ...change });
    expect(bad({ voidFractoin: 0.2 })).toThrow(/did you mean "voidFraction"/);
    expect(bad({ voidFraction: 1 })).toThrow(/voidFraction must be a finite number ≥ 0 and < 1, got 1/);
    expect(bad({ activeDiameter: 8 })).toThrow(/largest particles, 8 µm, need .* twice that .* is 9\.6/);
    expect(bad({ electrolyteDiameter: 0.1 })).toThrow(/smallest particles, 0\.1 µm, are thinner than .* \(0\.2 µm\)/);
    expect(bad({ activeShare: 0.001 })).toThrow(/label 2 are to fill 0\.000750 of the window, less than half/);
    expect(bad({ electrolyteDiameter: 0.2 }, { size: 401 })).toThrow(/particles are more than 2097152/);
    expect(bad({ activeSizes: [] })).toThrow(/activeSizes must be a list of at least one item/);
    expect(bad({ activeSizes: [{ diameter: 2, share: 0 }] })).toThrow(/needs a share above 0/);
    expect(bad({ further: [{ label: 3, share: 0.1 }] })).toThrow(/label 3 is the void/);
    expect(bad({ further: [{ label: 4, share: 0.6 }, { label: 5, share: 0.5 }] })).toThrow(/add to less than 1/);
    expect(bad({ further: [{ label: 4, share: 0.1 }] }, { levelSets: true })).toThrow(/levelSets are there for two/);
    expect(() => particleImage({ labels: new Uint8Array(1), shape: [1, 1, 1], voxelSizeUm: null }))
      .toThrow(/have no particles; take the model packing/);
    const controller = new AbortController();
    controller.abort();
    await expect(generate(session, spec(), { signal: controller.signal })).rejects.toThrow(/cancelled/);
  });
});
