import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { voxelCount, type Shape, type VoxelSize } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { eulerNumbers, type EulerNumber } from '../../src/descriptors/euler-number.js';
import { generate } from '../../src/structure/generate.js';
import { randomLabels, uniform } from '../random.js';
import { eulerOfCentres, eulerOfClosedVoxels, meanCurvatureTwin, patternsTwin, setOf } from '../reference/topology.js';
import { forEachThreadCount, testSession } from '../session.js';

/** Label 1 where inside(z, y, x) at the voxel centre, else 2. */
function carve(
  shape: Shape, voxelSizeUm: VoxelSize, inside: (z: number, y: number, x: number) => boolean,
): LabelVolume {
  const [nz, ny, nx] = shape;
  const labels = new Uint8Array(nz * ny * nx).fill(2);
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++, i++) if (inside(z, y, x)) labels[i] = 1;
  }
  return { labels, shape, voxelSizeUm };
}

describe('eulerNumbers', async () => {
  const session = await testSession();
  const ofPhase1 = async (volume: LabelVolume): Promise<EulerNumber> =>
    (await eulerNumbers(session, volume, { phases: [1] }))[0];
  const square = (...values: number[]): number => values.reduce((sum, v) => sum + v * v, 0);

  it.each<[Shape, Record<number, number>]>([
    [[4, 5, 40], { 1: 0.5, 2: 0.5 }], [[5, 6, 17], { 1: 0.2, 2: 0.7, 9: 0.1 }], [[3, 4, 16], { 1: 0.9, 2: 0.1 }],
    [[1, 6, 33], { 1: 0.5, 2: 0.5 }], [[6, 1, 1], { 1: 0.5, 2: 0.5 }], [[3, 4, 66], { 1: 0.02, 2: 0.98 }],
  ])('[oracle] patterns, cell complexes and lattice planes one by one, %j', async (shape, fractions) => {
    for (const size of [null, [0.5, 0.3, 0.2]] as const) {
      const labels = randomLabels(shape, fractions, 3, 1);
      labels[0] = 1;
      for (const found of await eulerNumbers(session, { labels, shape, voxelSizeUm: size })) {
        const set = setOf(labels, shape, found.phase);
        const twin = patternsTwin(shape, set);
        expect(Array.from(found.configurations.inside)).toEqual(twin.inside);
        expect(Array.from(found.configurations.border)).toEqual(twin.border);
        expect(found.eulerNumber).toEqual({ 6: eulerOfCentres(shape, set), 26: eulerOfClosedVoxels(shape, set) });
        const curvature = meanCurvatureTwin(shape, set, size);
        expect(Math.abs(found.meanCurvature - curvature)).toBeLessThan(1e-9 * (1 + Math.abs(curvature)));
        expect(found.eulerDensity === null).toBe(shape.includes(1));
      }
    }
  });

  it('[exact] bodies have the Euler numbers of their topology', async () => {
    const n = 40;
    const ball = (z: number, y: number, x: number, r: number): boolean => square(z - 19.6, y - 20.3, x - 19.1) < r * r;
    const cases: [string, number, (z: number, y: number, x: number) => boolean][] = [
      ['ball', 1, (z, y, x) => ball(z, y, x, 15)],
      ['hollow ball', 2, (z, y, x) => ball(z, y, x, 15) && !ball(z, y, x, 8)],
      ['torus', 0, (z, y, x) => square(Math.sqrt(square(y - 19.5, x - 19.5)) - 11, z - 19.5) < 25],
      [
        'hollow cube', 2,
        (z, y, x) => [z, y, x].every((v) => v > 4 && v < 30) && ![z, y, x].every((v) => v > 9 && v < 20),
      ],
      [
        'frame of a cube', -4,
        (z, y, x) => [z, y, x].every((v) => v > 4 && v < 30) && [z, y, x].filter((v) => v > 9 && v < 25).length < 2,
      ],
    ];
    for (const [name, euler, inside] of cases) {
      expect([name, (await ofPhase1(carve([n, n, n], null, inside))).eulerNumber])
        .toEqual([name, { 6: euler, 26: euler }]);
    }
    // Two voxels that share a corner are one body or two.
    expect((await ofPhase1(carve([4, 4, 4], null, (z, y, x) => z === y && y === x && z > 0 && z < 3))).eulerNumber)
      .toEqual({ 6: 2, 26: 1 });
    // A cavity that opens through a corner only: closed for 26, open for 6 neighbours of the phase.
    const holes = carve([4, 4, 4], null, (z, y, x) => !(z === y && y === x && z > 0 && z < 3));
    expect((await ofPhase1(holes)).eulerNumber).toEqual({ 6: 2, 26: 3 });
  });

  it('[exact] mean curvature of balls, tori and rods, on cubic and stretched voxels', async () => {
    const R = 17;
    const h = [1, 0.5, 0.8] as const;
    const at = (z: number, y: number, x: number): number =>
      square(z + 0.5 - 19.7, (y + 0.5) * 0.5 - 20.2, (x + 0.5) * 0.8 - 20.1);
    const stretched = await ofPhase1(carve([40, 80, 50], h, (z, y, x) => at(z, y, x) < R * R));
    expect(stretched.eulerNumber).toEqual({ 6: 1, 26: 1 });
    expect(Math.abs(stretched.meanCurvature / (4 * Math.PI * R) - 1)).toBeLessThan(0.02);
    const cubic = await ofPhase1(carve([40, 40, 40], null, (z, y, x) => square(z - 19.6, y - 20.3, x - 19.1) < R * R));
    expect(Math.abs(cubic.meanCurvature / (4 * Math.PI * R) - 1)).toBeLessThan(0.02);
    // ∫ H over a torus is 2π² times the radius of its ring; the section's radius drops out.
    const torus = await ofPhase1(carve(
      [30, 64, 64], [0.1, 0.1, 0.1], (z, y, x) => square(Math.sqrt(square(y - 31.5, x - 31.5)) - 21, z - 14.6) < 64,
    ));
    expect(Math.abs(torus.meanCurvature / (2 * Math.PI ** 2 * 2.1) - 1)).toBeLessThan(0.03);
    // A hole is as concave as the ball is convex.
    const hole = await ofPhase1(carve([40, 40, 40], null, (z, y, x) => square(z - 19.6, y - 20.3, x - 19.1) >= R * R));
    const [ball, outside] = [cubic.meanCurvatureDensity!, hole.meanCurvatureDensity!];
    expect(outside).toBeCloseTo(-ball, 12);
  });

  it('[law] of the complement: χ6 of a phase and χ26 of the rest have the same density, ' +
      'mean curvatures opposite ones', async () => {
    const shape: Shape = [9, 10, 21];
    const [a, b] = await eulerNumbers(
      session, { labels: randomLabels(shape, { 1: 0.4, 2: 0.6 }, 8, 1), shape, voxelSizeUm: [0.2, 0.1, 0.3] },
    );
    for (const [p, q] of [[6, 26], [26, 6]] as const) expect(a.eulerDensity![p]).toBeCloseTo(b.eulerDensity![q], 8);
    expect(a.meanCurvatureDensity).toBeCloseTo(-b.meanCurvatureDensity!, 8);
  });

  it('[law] sets that do not touch add up', async () => {
    const [one, gap]: [Shape, number] = [[6, 7, 9], 11];
    const both: Shape = [6, 7, 2 * gap];
    await fc.assert(fc.asyncProperty(
      fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      async (seed, share) => {
        const random = uniform(seed);
        const draw = (): Uint8Array =>
          Uint8Array.from({ length: voxelCount(one) }, (_, i) => (i > 0 && random() < share ? 1 : 2)).fill(1, 0, 1);
        const [a, b] = [draw(), draw()];
        const labels = new Uint8Array(voxelCount(both)).fill(2);
        for (const [set, shift] of [[a, 0], [b, gap]] as const) {
          set.forEach((label, i) => (labels[Math.floor(i / 9) * 2 * gap + shift + (i % 9)] = label));
        }
        const of = (found: Uint8Array, shape: Shape): Promise<EulerNumber> =>
          ofPhase1({ labels: found, shape, voxelSizeUm: null });
        const [whole, first, second] = [await of(labels, both), await of(a, one), await of(b, one)];
        for (const n of [6, 26] as const) {
          expect(whole.eulerNumber[n]).toBe(first.eulerNumber[n] + second.eulerNumber[n]);
        }
        expect(whole.meanCurvature).toBeCloseTo(first.meanCurvature + second.meanCurvature, 8);
      },
    ), { numRuns: 15, seed: 1 });
  });

  // Closed forms of the continuum (science: Adler & Taylor; Worsley 1994), α = 0.1 per voxel, p = 0.4. The mean of the
  // two adjacencies is within 1 % of them (it is 2.4 % off at α = 0.2, and falls as α²). 4 standard errors of the mean
  // over the seeds: one failure in 200 choices of the seeds.
  const compare = (values: readonly number[], exact: number, scatter: number): void => {
    const mean = values.reduce((a, b) => a + b) / values.length;
    const error =
      Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length * (values.length - 1)));
    expect(error).toBeLessThan(scatter * Math.abs(exact));
    expect(Math.abs(mean - exact)).toBeLessThan(4 * error + 0.01 * Math.abs(exact));
  };
  const densities = async (volumes: AsyncIterable<LabelVolume>, euler: number, curvature: number): Promise<void> => {
    const found: EulerNumber[] = [];
    for await (const volume of volumes) found.push(await ofPhase1(volume));
    compare(found.map(({ eulerDensity: d }) => (d![6] + d![26]) / 2), euler, 0.1);
    compare(found.map(({ meanCurvatureDensity }) => meanCurvatureDensity!), curvature, 0.2);
  };
  const alpha = 0.1;
  const spectral = 2 * alpha ** 2;

  it('[exact] densities of χ²₂ excursions agree with the closed forms', async () => {
    const lambda = 1.832581;
    await densities((async function* realisations() {
      for (let seed = 1; seed <= 8; seed++) {
        const { labels, shape } = await generate(
          session, { model: 'chi2', size: [128, 128, 128], seed, parameters: { alpha, lambda, anisotropyFactor: 1 } },
        );
        yield { labels: labels.map((label) => label - 1), shape, voxelSizeUm: null };
      }
    })(), -1.13525e-4, spectral * Math.exp(-lambda / 2) * (lambda - 1));
  });

  it('[exact] densities of Gaussian excursions agree with the closed forms', async () => {
    const u = 0.253347;
    await densities((async function* realisations() {
      for (let seed = 1; seed <= 6; seed++) {
        const shape: Shape = [80, 80, 80];
        yield {
          labels: Uint8Array.from(smoothNoise(80, alpha, seed), (v) => (v >= u ? 1 : 2)), shape, voxelSizeUm: null,
        };
      }
    })(), -6.4929e-5, (spectral * u * Math.exp((-u * u) / 2)) / Math.sqrt(2 * Math.PI));
  });

  it('[law] same bits for 1, 2, 3 and 7 threads; polls inside a slab', async () => {
    const shape: Shape = [5, 13, 37];
    const volume: LabelVolume = {
      labels: randomLabels(shape, { 1: 0.3, 2: 0.5, 3: 0.2 }, 6, 1), shape, voxelSizeUm: [0.2, 0.2, 0.4],
    };
    const [one, ...others] = await forEachThreadCount((threads) => eulerNumbers(threads, volume));
    for (const other of others) expect(other).toEqual(one);
    const wide: Shape = [3, 1100, 1100];
    await eulerNumbers(session, { labels: new Uint8Array(voxelCount(wide)).fill(4), shape: wide, voxelSizeUm: null });
    for (const step of session.statistics!.largestStep) expect(step).toBeLessThanOrEqual(POLL_VOXELS);
  });
});

/** A periodic unit Gaussian field with covariance exp(−(αh)²): white noise smoothed by exp(−2(αh)²) along each axis. */
function smoothNoise(n: number, alpha: number, seed: number): Float64Array {
  const random = uniform(seed);
  const field = Float64Array.from(
    { length: n ** 3 }, () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
  const reach = Math.ceil(2.2 / alpha);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, k) => Math.exp(-2 * (alpha * (k - reach)) ** 2));
  const norm = Math.sqrt(kernel.reduce((sum, w) => sum + w * w, 0));
  const line = new Float64Array(n + 2 * reach);
  for (const stride of [1, n, n * n]) {
    for (let first = 0; first < n ** 3; first++) {
      if (Math.floor(first / stride) % n !== 0) continue;
      for (let k = 0; k < line.length; k++) line[k] = field[first + ((k - reach + n) % n) * stride];
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let k = 0; k < kernel.length; k++) sum += kernel[k] * line[i + k];
        field[first + i * stride] = sum / norm;
      }
    }
  }
  return field;
}
