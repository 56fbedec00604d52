import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/core/errors.js';
import type { Shape } from '../../src/core/grid.js';
import { drawStarParticles } from '../../src/grains/star-draw.js';
import { formatStarParticles, parseStarParticles, starTable } from '../../src/grains/star-file.js';
import { measured, starCounts, starParticles, type StarParticles } from '../../src/grains/star-particles.js';
import { analysisRule, harmonicCoefficients, harmonicSum, harmonicVolume } from '../../src/numeric/harmonics.js';
import { uniform } from '../random.js';
import { levelAt, rawLevels, scaledLevels } from '../reference/star.js';
import { forEachThreadCount, testSession } from '../session.js';

/** Grains by a function of the voxel centre. */
function image(shape: Shape, grainOf: (z: number, y: number, x: number) => number, edges: Shape | null = null) {
  const numbers = new Uint16Array(shape[0] * shape[1] * shape[2]);
  const [ez, ey, ex] = edges ?? [1, 1, 1];
  for (let z = 0, i = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      for (let x = 0; x < shape[2]; x++) numbers[i++] = grainOf((z + 0.5) * ez, (y + 0.5) * ey, (x + 0.5) * ex);
    }
  }
  return { numbers, shape, voxelSizeUm: edges };
}

const ball = (z: number, y: number, x: number, r: number) => (a: number, b: number, c: number): boolean =>
  (a - z) ** 2 + (b - y) ** 2 + (c - x) ** 2 < r * r;

/** Particles of random shape, which may overlap and reach beyond the window. */
function randomParticles(seed: number, count: number, degree: number, shape: Shape): StarParticles {
  const random = uniform(seed);
  const particles = Array.from({ length: count }, (_, k) => {
    const radius = 2 + 4 * random();
    const coefficients = Float64Array.from({ length: (degree + 1) ** 2 }, () => 0.4 * (random() - 0.5));
    coefficients[0] = radius * Math.sqrt(4 * Math.PI);
    const centre = shape.map((n) => n * (1.4 * random() - 0.2)) as unknown as Shape;
    return {
      ...measured(coefficients, harmonicVolume(coefficients), 1), grain: k + 3, voxels: 1, centre, missed: 0,
      starShare: 1, freeShare: 1, cutShare: 0,
    };
  });
  return { degree, crossing: 'volume', overlap: 0, shape, voxelSizeUm: null, particles };
}

describe('grains as star-shaped particles', () => {
  it('[exact] a window full of one grain is the cube itself: rays end at its faces', async () => {
    const session = await testSession();
    const { particles: [cube] } = await starParticles(session, image([20, 20, 20], () => 7));
    const rule = analysisRule(10);
    const exact =
      harmonicCoefficients(10, rule, rule.directions.map((d) => 10 / Math.max(...d.map(Math.abs))));
    cube.coefficients.forEach((c, i) => expect(c).toBeCloseTo(exact[i], 9));
    expect(cube).toMatchObject({ grain: 7, voxels: 8000, centre: [10, 10, 10] });
    expect([cube.starShare, cube.cutShare, cube.freeShare]).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12), 0]);
    expect(cube.volume).toBeCloseTo(harmonicVolume(exact), 8);
  });

  it.each([
    [8, null, 0.012, 0.15], [16, null, 0.004, 0.07], [16, [0.5, 0.25, 0.4] as const, 0.004, 0.07],
  ] as const)('[exact] a ball of radius %d: volume, surface, sphericity', async (radius, edges, volume, rms) => {
    const session = await testSession();
    const [ez, ey, ex] = edges ?? [1, 1, 1];
    const unit = Math.min(ez, ey, ex);
    const [r, half] = [radius * unit, (radius + 3.3) * unit];
    const shape: Shape = [Math.ceil((2 * half) / ez), Math.ceil((2 * half) / ey), Math.ceil((2 * half) / ex)];
    const inside = ball(half, half, half, r);
    const { particles: [own] } =
      await starParticles(session, image(shape, (z, y, x) => Number(inside(z, y, x)), edges));
    expect(Math.abs(own.volume / ((4 / 3) * Math.PI * r ** 3) - 1)).toBeLessThan(edges === null ? volume : 2 * volume);
    expect(Math.abs(own.surface / (4 * Math.PI * r * r) - 1)).toBeLessThan(2 * volume);
    expect(own.sphericity).toBeGreaterThan(0.98);
    expect(own.equivalentDiameter).toBeCloseTo(2 * r, 0);
    expect([own.starShare, own.freeShare, own.cutShare]).toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12), 0]);
    const largest = Math.max(ez, ey, ex);
    const rough = Math.sqrt(own.spectrum.slice(1).reduce((a, b) => a + b, 0) / (4 * Math.PI));
    expect(rough).toBeLessThan(rms * largest * (edges === null ? 1 : 3));
  });

  it('[exact] where two halves of a ball meet is where they end; both together are the ball', async () => {
    const session = await testSession();
    const inside = ball(20, 20, 20, 15);
    const grains = image([40, 40, 40], (z, y, x) => (inside(z, y, x) ? (x < 20 ? 1 : 2) : 0));
    const { particles } = await starParticles(session, grains);
    expect(particles.map(({ voxels }) => voxels)).toEqual([particles[0].voxels, particles[0].voxels]);
    for (const [k, { centre, volume, freeShare, cutShare, coefficients }] of particles.entries()) {
      // Centroid of half a ball: 3r/8 from the plane.
      expect(Math.abs(centre[2] - 20)).toBeCloseTo(5.625, 1);
      const free = harmonicSum(coefficients, [0, 0, k === 0 ? 1 : -1]);
      expect(free).toBeCloseTo(5.625, 0);
      expect(Math.abs(volume / ((2 / 3) * Math.PI * 15 ** 3) - 1)).toBeLessThan(0.01);
      expect(cutShare).toBe(0);
      // The rim is seen at an angle whose cosine is 3/8 over the root of 1 + 9/64.
      expect(freeShare).toBeCloseTo((1 + 0.375 / Math.sqrt(1 + 0.375 ** 2)) / 2, 1);
    }
    expect(starCounts({ particles })).toEqual({ particles: 2, whole: 2, notStarShaped: 0, cut: 0, touching: 2 });
  });

  it('[law] a bent grain is counted as not star-shaped, and radii grow from the first exit to the last', async () => {
    const session = await testSession();
    const bent = image([24, 60, 60], (z, y, x) => Number(Math.hypot(Math.hypot(y - 30, x - 30) - 20, z - 12) < 5));
    const volumes: number[] = [];
    for (const crossing of ['first', 'volume', 'last'] as const) {
      const { particles } = await starParticles(session, bent, { crossing, degree: 4 });
      volumes.push(particles[0].coefficients[0]);
      expect(starCounts({ particles }).notStarShaped).toBe(1);
    }
    expect(volumes[0]).toBeLessThan(volumes[1]);
    expect(volumes[1]).toBeLessThan(volumes[2]);
  });

  it('[law] overlap only adds, where grains touch or leave the window', async () => {
    const session = await testSession();
    const touching = image([20, 20, 20], (_z, _y, x) => (x < 10 ? 1 : 2));
    const alone = image([24, 24, 24], (z, y, x) => Number(ball(12, 12, 12, 7)(z, y, x)));
    const mean = async (grains: typeof alone, overlap: number): Promise<number> =>
      (await starParticles(session, grains, { overlap })).particles[0].coefficients[0] / Math.sqrt(4 * Math.PI);
    expect((await mean(touching, 3)) - (await mean(touching, 0))).toBeCloseTo(3, 9);
    expect(await mean(alone, 3)).toBe(await mean(alone, 0));
  });

  it('[law] the same bits on 1, 2, 3 and 7 threads', async () => {
    const random = uniform(5);
    const seeds = Array.from({ length: 30 }, () => [30 * random(), 34 * random(), 38 * random()]);
    const nearest = (z: number, y: number, x: number): number => {
      const far = seeds.map((s) => (s[0] - z) ** 2 + (s[1] - y) ** 2 + (s[2] - x) ** 2);
      return Math.min(...far) < 40 ? 3 * far.indexOf(Math.min(...far)) + 1 : 0;
    };
    const grains = image([30, 34, 38], nearest);
    const results = await forEachThreadCount(async (session) => {
      const all = await starParticles(session, grains, { overlap: 2 });
      return { all, drawn: await drawStarParticles(session, all, { shape: [41, 47, 51], owners: true }) };
    });
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('[law] refuses what holds no grains', async () => {
    const session = await testSession();
    const none = image([4, 4, 4], () => 0);
    await expect(starParticles(session, none)).rejects.toThrow(/the image has no grain/);
    await expect(starParticles(session, { ...none, numbers: new Int32Array(64).fill(-2) })).rejects.toThrow(/got -2/);
    await expect(starParticles(session, { ...none, numbers: new Uint16Array(3) })).rejects.toThrow(/holds 3/);
    await expect(starParticles(session, { ...none, numbers: new Float32Array(64) as never }))
      .rejects.toThrow(/whole numbers/);
    const one = image([4, 4, 4], () => 1);
    for (const options of [{ degree: 21 }, { degree: 1.5 }, { overlap: -1 }, { crossing: 'middle' as never }]) {
      await expect(starParticles(session, one, options)).rejects.toThrow(SpecError);
    }
  });
});

describe('particles drawn again', () => {
  it('[oracle] levels and owners are those of every voxel asked for every particle', async () => {
    const session = await testSession();
    await fc.assert(fc.asyncProperty(fc.integer(), fc.constantFrom(0, 3, 10), async (seed, degree) => {
      const shape: Shape = [9, 11, 13];
      const all = randomParticles(seed, 6, degree, shape);
      const size: Shape = [8, 10, 17];
      const edges = shape.map((n, k) => n / size[k]) as unknown as Shape;
      const drawn = await drawStarParticles(session, all, { shape: size, owners: true, label: 5, matrix: 0 });
      const band = 3 * Math.min(...edges);
      const raw = rawLevels(all.particles, size, edges, band);
      const exact = scaledLevels(raw, size, edges, band);
      exact.forEach((level, i) => {
        if (Math.abs(raw[i]) < 1e-4) return;
        // Where the gradient vanishes, its rounding is all that is left of it.
        const flat = Math.abs(raw[i] / level) < 1e-2;
        const found = (drawn.levelSet as Float32Array)[i];
        // Rounding says on which side of the clamp a level falls.
        const atBand = Math.abs(Math.abs(raw[i]) - band) < 1e-4;
        if (!flat && !atBand) expect(Math.abs(found - level)).toBeLessThan(5e-3);
        expect(drawn.labels[i]).toBe(raw[i] > 0 ? 5 : 0);
        expect(found > 0).toBe(raw[i] > 0);
      });
      (drawn.numbers as Int32Array).forEach((number, i) => {
        expect(number === 0).toBe(drawn.labels[i] === 0);
        const owner = all.particles.find(({ grain }) => grain === number);
        if (owner === undefined) return;
        // Rounding chooses between particles that are as deep.
        const place = [Math.floor(i / (size[1] * size[2])), Math.floor(i / size[2]) % size[1], i % size[2]]
          .map((n, axis) => (n + 0.5) * edges[axis]);
        expect(Math.abs(levelAt(owner, place, band) - raw[i])).toBeLessThan(1e-4);
      });
    }), { numRuns: 10 });
  });

  it('[exact] a ball drawn twice as fine has its volume, and its level set is the distance', async () => {
    const session = await testSession();
    const coefficients = Float64Array.of(6 * Math.sqrt(4 * Math.PI));
    const own = {
      grain: 1, voxels: 1, centre: [10, 10, 10], missed: 0, starShare: 1, freeShare: 1, cutShare: 0,
    } as const;
    const all: StarParticles = {
      degree: 0, crossing: 'volume', overlap: 0, shape: [20, 20, 20], voxelSizeUm: [1, 1, 1],
      particles: [{ ...measured(coefficients, 1, 1), ...own }],
    };
    const drawn = await drawStarParticles(session, all, { voxelSizeUm: [0.5, 0.5, 0.5] });
    expect(drawn.shape).toEqual([40, 40, 40]);
    const volume = drawn.labels.filter((label) => label === 2).length / 8;
    expect(Math.abs(volume / ((4 / 3) * Math.PI * 216) - 1)).toBeLessThan(5e-3);
    const levels = drawn.levelSet as Float32Array;
    levels.forEach((level, i) => {
      const r = Math.hypot(...[Math.floor(i / 1600), Math.floor(i / 40) % 40, i % 40].map((n) => (n + 0.5) / 2 - 10));
      if (Math.abs(6 - r) < 0.8) expect(Math.abs(level - (6 - r))).toBeLessThan(0.02);
    });
  });

  it('[law] particles survive their file, bit for bit; damaged files are refused in one line', async () => {
    const all = randomParticles(3, 4, 5, [10, 12, 14]);
    const text = formatStarParticles(all);
    expect(parseStarParticles('p.json', text)).toEqual(all);
    const { columns, rows } = starTable(all);
    expect(rows.map((row) => row.length)).toEqual(all.particles.map(() => columns.length));
    fc.assert(fc.property(fc.nat(text.length - 2), (end) => {
      expect(() => parseStarParticles('p.json', text.slice(0, end))).toThrow(/^p\.json: [^\n]*$/);
    }), { numRuns: 100 });
    const other = (change: (value: Record<string, unknown>) => void): string => {
      const value = JSON.parse(text) as Record<string, unknown>;
      change(value);
      return JSON.stringify(value);
    };
    const wrong = [
      other((v) => (v.degree = 6)), other((v) => (v.degree = 1e9)), other((v) => (v.particles = 3)),
      other((v) => (v.shape = [0, 1, 2])),
      other((v) => ((v.particles as { centre: unknown }[])[1].centre = [1, 'a', 2])),
      other((v) => (v.format = 'x')), other((v) => (v.version = 2)), '[]', 'null', '3',
    ];
    for (const one of wrong) expect(() => parseStarParticles('p.json', one)).toThrow(/^p\.json: [^\n]*$/);
  });
});
