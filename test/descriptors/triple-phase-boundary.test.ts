import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import { contactDiameter } from '../../src/descriptors/contact-diameter.js';
import { triplePhaseBoundaries } from '../../src/descriptors/triple-phase-boundary.js';
import { surfaceAreas } from '../../src/descriptors/surface-area.js';
import { generate } from '../../src/structure/generate.js';
import { volumeFractions } from '../../src/descriptors/volume-fraction.js';
import { randomLabels } from '../random.js';
import { triplesTwin } from '../reference/triple-lines.js';
import { forEachThreadCount, testSession } from '../session.js';

describe('triplePhaseBoundaries', async () => {
  const session = await testSession();

  it.each<[Shape]>(
    [[[5, 6, 40]], [[4, 7, 16]], [[6, 5, 17]], [[1, 9, 33]], [[7, 1, 20]], [[3, 4, 1]], [[2, 2, 4200]]],
  )('[oracle] every lattice edge by itself, %j', async (shape) => {
    const labels = randomLabels(shape, { 1: 0.3, 2: 0.3, 5: 0.25, 9: 0.15 }, 7, 1);
    labels.set([1, 2, 5, 9]);
    const h = [0.5, 0.3, 0.2] as const;
    const found = await triplePhaseBoundaries(session, { labels, shape, voxelSizeUm: h });
    expect(found.map(({ phases }) => phases.join())).toEqual(['1,2,5', '1,2,9', '1,5,9', '2,5,9']);
    const [nz, ny, nx] = shape;
    const places = [nz * (ny - 1) * (nx - 1), (nz - 1) * ny * (nx - 1), (nz - 1) * (ny - 1) * nx];
    for (const { phases, rawLength, length } of found) {
      const counts = triplesTwin(labels, shape, phases);
      const parts = counts.flatMap((count, k) => (places[k] === 0 ? [] : [(count * h[k]) / (places[k] * 0.03)]));
      expect(rawLength).toBeCloseTo((3 * parts.reduce((a, b) => a + b, 0)) / Math.max(1, parts.length), 9);
      expect(length).toBeCloseTo((2 * rawLength) / 3, 12);
    }
    const [only] = await triplePhaseBoundaries(session, { labels, shape, voxelSizeUm: h }, { phases: [9, 2, 1] });
    expect(only).toEqual(found[1]);
  });

  it('[exact] a line along x of more edges than the bytes of one vector count', async () => {
    // Four labels around one line: every triple meets at each of its 4200 edges, and along z and y nowhere.
    const labels = Uint8Array.from({ length: 4 * 4200 }, (_, i) => [1, 2, 5, 9][Math.floor(i / 4200)]);
    const found = await triplePhaseBoundaries(session, { labels, shape: [2, 2, 4200], voxelSizeUm: null });
    expect(found.map(({ rawLength }) => rawLength)).toEqual([1, 1, 1, 1]);
  });

  it('[exact] straight lines: three wedges along each axis have their length', async () => {
    const shape: Shape = [12, 14, 16];
    const h = [0.3, 0.2, 0.1] as const;
    for (let axis = 0; axis < 3; axis++) {
      const [a, b] = [0, 1, 2].filter((k) => k !== axis);
      const labels = new Uint8Array(voxelCount(shape));
      for (let i = 0; i < labels.length; i++) {
        const at = [Math.floor(i / (14 * 16)), Math.floor(i / 16) % 14, i % 16];
        labels[i] = at[a] < 5 ? 1 : at[b] < 6 ? 2 : 3;
      }
      // One line through the window: its raw length over the part of the volume between the voxels' centres.
      const [{ rawLength }] = await triplePhaseBoundaries(session, { labels, shape, voxelSizeUm: h });
      expect(rawLength).toBeCloseTo(1 / ((shape[a] - 1) * h[a] * (shape[b] - 1) * h[b]), 9);
    }
  });

  // Two independent isotropic surfaces meet in lines of length π/4 · S1 · S2 per volume, at angles with density sin²;
  // straight lines of that kind, thrown at random on a lattice, have 1.738 ± 0.01 of their length in edges
  // (decisions/0023). 4 standard errors of six windows, and 3 % for curvature.
  it('[exact] isotropic three-phase structures have π/4 · S_X · S_Y, ' +
      'times what thin wedges add on a lattice', async () => {
    const parameters = {
      alphaChiX: 0.08, alphaGaussX: 0.08, alphaChiY: 0.08, alphaGaussY: 0.08, lambdaX: 2.061154, lambdaY: 2.061154,
      n: 2, anisotropyFactor: 1,
    };
    // S of the mixed field at p = 0.4 is 0.1159645 for α = 0.1 and grows as α.
    const exact = (Math.PI / 4) * (0.1159645 * 0.8) ** 2;
    const lengths: number[] = [];
    for (let seed = 1; seed <= 6; seed++) {
      const volume = await generate(session, { model: 'three-phase', size: [112, 112, 112], seed, parameters });
      lengths.push((await triplePhaseBoundaries(session, { ...volume, voxelSizeUm: null }))[0].length);
    }
    const mean = lengths.reduce((a, b) => a + b) / lengths.length;
    const error =
      Math.sqrt(lengths.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (lengths.length * (lengths.length - 1)));
    expect(error).toBeLessThan(0.05 * exact);
    expect(Math.abs(mean / exact - (1.738 * 2) / 3)).toBeLessThan((4 * error) / exact + 0.03);
  });

  it('[law] same bits for 1, 2, 3 and 7 threads; polls; bad input is one line', async () => {
    const shape: Shape = [9, 7, 33];
    const labels = randomLabels(shape, { 1: 0.3, 2: 0.3, 3: 0.4 }, 2, 1);
    const [one, ...others] =
      await forEachThreadCount((threads) => triplePhaseBoundaries(threads, { labels, shape, voxelSizeUm: null }));
    for (const other of others) expect(other).toEqual(one);
    const wide: Shape = [3, 1100, 1100];
    const flat = new Uint8Array(voxelCount(wide)).fill(4);
    flat.set([1, 2]);
    await triplePhaseBoundaries(session, { labels: flat, shape: wide, voxelSizeUm: null });
    for (const step of session.statistics!.largestStep) expect(step).toBeLessThanOrEqual(POLL_VOXELS);
    await expect(
      triplePhaseBoundaries(session, { labels, shape, voxelSizeUm: null }, { phases: [1, 2] }),
    ).rejects.toThrow(/3 to 8 phases are needed, got 2 \(1, 2\)/);
  });
});

describe('contactDiameter', async () => {
  const session = await testSession();

  it('[law] is 6 ε/S of the two phases; null where they do not touch', async () => {
    const shape: Shape = [20, 21, 22];
    const volume = {
      labels: randomLabels(shape, { 1: 0.4, 2: 0.4, 3: 0.2 }, 5, 2), shape, voxelSizeUm: [0.2, 0.2, 0.2] as const,
    };
    const { phases } = await volumeFractions(session, volume);
    const { interfaces } = await surfaceAreas(session, volume);
    const area = interfaces.find((one) => one.phases.join() === '1,2')!.area;
    expect(await contactDiameter(session, volume)).toBeCloseTo((6 * phases[1].volumeFraction) / area, 12);
    expect(await contactDiameter(session, volume, { particles: 1, contact: 2 }))
      .toBeCloseTo((6 * phases[0].volumeFraction) / area, 12);
    const apart = { labels: Uint8Array.from([1, 3, 2]), shape: [3, 1, 1] as const, voxelSizeUm: null };
    expect(await contactDiameter(session, apart)).toBeNull();
    await expect(contactDiameter(session, volume, { contact: 2 })).rejects.toThrow(
      /two different phases are needed, got 2 twice/,
    );
  });

  it('[exact] a ball in contact all around has its own diameter', async () => {
    const n = 60;
    const radius = 20;
    const labels = Uint8Array.from({ length: n ** 3 }, (_, i) =>
      (Math.floor(i / n / n) - 29.6) ** 2 + (
        (Math.floor(i / n) % n) - 30.1
      ) ** 2 + ((i % n) - 29.3) ** 2 < radius ** 2 ? 2 : 1);
    const found = await contactDiameter(session, { labels, shape: [n, n, n], voxelSizeUm: [0.5, 0.5, 0.5] });
    // Pairs of voxels are counted per pair inside the window: ((n − 1)/n)^k of the voxels.
    expect(Math.abs(found! / radius - 1)).toBeLessThan(0.04);
  });
});
