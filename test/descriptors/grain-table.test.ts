import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/core/errors.js';
import { axisIndex, voxelCount, type Shape, type VoxelSize } from '../../src/core/grid.js';
import { componentLabels } from '../../src/descriptors/components.js';
import { grainTable } from '../../src/descriptors/grain-table.js';
import { segmentGrains } from '../../src/descriptors/grains.js';
import { surfaceAreas } from '../../src/descriptors/surface-area.js';
import { randomLabels, uniform } from '../random.js';
import { grainsTwin, pairAreasTwin } from '../reference/grain-table.js';
import { forEachThreadCount, testSession } from '../session.js';

/** Numbers of grains of label 2 in a window of labels 1 … 3, at random or hanging together; some reach into others. */
const windows = fc.record({
  shape: fc.tuple(
    fc.integer({ min: 2, max: 8 }), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 19 }),
  ) as fc.Arbitrary<Shape>,
  seed: fc.integer({ min: 1, max: 1e9 }),
  smooth: fc.integer({ min: 0, max: 6 }),
  count: fc.integer({ min: 1, max: 9 }),
  size: fc.constantFrom<VoxelSize>(null, [0.2, 0.2, 0.2], [0.5, 0.2, 0.3]),
  stray: fc.constantFrom(0, 0.3),
});
type Window = typeof windows extends fc.Arbitrary<infer T> ? T : never;

function drawn({ shape, seed, smooth, count, size, stray }: Window) {
  const labels = randomLabels(shape, { 1: 0.3, 2: 0.5, 3: 0.2 }, seed, smooth);
  [labels[0], labels[1], labels[2], labels[3]] = [1, 2, 3, 2];
  const random = uniform(seed);
  const numbers = Uint32Array.from(labels, (label) => (
    label === 2 || random() < stray ? 1 + Math.floor(random() * count) : 0));
  return { volume: { labels, shape, voxelSizeUm: size }, grains: { numbers, count, shape, voxelSizeUm: size } };
}

const close = (value: number) => expect.closeTo(value, 5);

describe('grainTable', async () => {
  const session = await testSession();

  it('[oracle] every voxel and every pair of neighbours gives the same table', async () => {
    const ways = fc.record({
      collector: fc.constantFrom('low', 'high'), axis: fc.constantFrom('z', 'y', 'x'), narrow: fc.boolean(),
    });
    await fc.assert(fc.asyncProperty(windows, ways, async (window, { collector, axis, narrow }) => {
      const across = axisIndex(axis);
      if (voxelCount(window.shape) < 4 || window.shape[across] < 2) return;
      const { volume, grains } = drawn(window);
      const { shape, size, count } = window;
      const { labels } = volume;
      const { numbers } = grains;
      const given = narrow ? { ...grains, numbers: Uint16Array.from(numbers) } : grains;
      const table = await grainTable(session, volume, given, { phase: 2, ionic: 1, axis, collector });
      const twin = grainsTwin(numbers, count, shape);
      const edges = size ?? [1, 1, 1];
      expect(Array.from(table.voxels)).toEqual(twin.map(({ voxels }) => voxels));
      twin.forEach(({ voxels, sums, low, high }, k) => {
        if (voxels === 0) return;
        sums.forEach((sum, axis) => (
          expect(table.centroid[3 * k + axis]).toBeCloseTo((sum / voxels + 0.5) * edges[axis], 9)));
        expect(Array.from(table.box.slice(6 * k, 6 * k + 6))).toEqual([...low, ...high]);
        expect(table.touchesWindow[k])
          .toBe(shape.some((n, a) => n > 1 && (low[a] === 0 || high[a] === n - 1)));
        expect(table.volume[k]).toBeCloseTo(voxels * edges[0] * edges[1] * edges[2], 9);
      });
      // Which voxels hang together with a face, through a labelling of components.
      const reached = new Set<number>();
      for (const [phase, low] of [[2, collector === 'low'], [1, collector === 'high']] as const) {
        const { numbers: parts } = await componentLabels(session, volume, { phase });
        const step = shape.slice(across + 1).reduce((a, b) => a * b, 1);
        const wet = new Set(parts.filter((n, i) => (
          n > 0 && Math.floor(i / step) % shape[across] === (low ? 0 : shape[across] - 1))));
        parts.forEach((n, i) => wet.has(n) && reached.add(i));
      }
      const areas = pairAreasTwin(Array.from(labels, (label, i) => (
        numbers[i] > 0 ? `g${numbers[i]}` : `l${label}${label === 1 && !reached.has(i) ? 'x' : ''}`)), shape, size);
      const sum = (wanted: (a: string, b: string) => boolean): number => [...areas].reduce((total, [pair, area]) => {
        const [a, b] = pair.split(' ');
        return wanted(a, b) || wanted(b, a) ? total + area : total;
      }, 0);
      for (let k = 0; k < count; k++) {
        const own = `g${k + 1}`;
        expect(table.surface[k]).toEqual(close(sum((a) => a === own)));
        expect(table.contactArea[k]).toEqual(close(sum((a, b) => a === own && b[0] === 'g')));
        expect(table.contacts[k])
          .toBe([...areas.keys()].filter((pair) => pair.split(' ').includes(own) && /^g\d+ g/.test(pair)).length);
        // Of a ball of the same volume, where none of the surface is missing.
        const [volumeOf, surface] = [table.volume[k], table.surface[k]];
        expect(table.equivalentDiameter[k]).toBeCloseTo(Math.cbrt((6 * volumeOf) / Math.PI), 9);
        expect(table.sphericity[k]).toEqual(
          surface === 0 || table.touchesWindow[k] ? null
            : expect.closeTo((Math.cbrt(36 * Math.PI) * volumeOf ** (2 / 3)) / surface, 9),
        );
        for (const label of [1, 3]) {
          expect(table.interfaces.get(label)?.[k] ?? 0)
            .toEqual(close(sum((a, b) => a === own && b.startsWith(`l${label}`))));
        }
        expect(table.activeArea![k]).toEqual(close(sum((a, b) => a === own && b === 'l1')));
        if (twin[k].voxels > 0) {
          const inside = Array.from(numbers.keys())
            .filter((i) => numbers[i] === k + 1 && labels[i] === 2 && reached.has(i)).length;
          expect(table.utilisation![k]).toBe(inside / twin[k].voxels);
        }
      }
      expect([...table.interfaces.keys()]).toEqual([...table.interfaces.keys()].sort((a, b) => a - b));
      const { first, second, area } = table.pairs;
      const found = Array.from(first, (a, i) => [[`g${a}`, `g${second[i]}`].sort().join(' '), area[i]]);
      const between = [...areas].filter(([pair]) => /^g\d+ g/.test(pair)).sort();
      expect(found.sort()).toEqual(between.map(([pair, value]) => [pair, close(value)]));
      Array.from(first, (a, i) => expect(a).toBeLessThan(second[i]));
    }), { numRuns: 60 });
  });

  it('[published] two spheres of radius 20 at distance 30: a disc of 549.8, caps of 4398.2', async () => {
    const shape: Shape = [50, 50, 80];
    const square = (z: number, y: number, x: number): number => (z - 24.5) ** 2 + (y - 24.5) ** 2 + (x - 24.5) ** 2;
    const labels = Uint8Array.from({ length: voxelCount(shape) }, (_, i) => {
      const [z, y, x] = [Math.floor(i / 4000), Math.floor(i / 80) % 50, i % 80];
      return square(z, y, x) < 400 || square(z, y, x - 30) < 400 ? 1 : 2;
    });
    const volume = { labels, shape, voxelSizeUm: null };
    const grains = await segmentGrains(session, volume, { phase: 1 });
    const table = await grainTable(session, volume, grains);
    expect(table.pairs.first).toHaveLength(1);
    expect(Math.abs(table.pairs.area[0] / 549.8 - 1)).toBeLessThan(0.06);
    for (const k of [0, 1]) {
      // 4πR² less a cap of height R − 15.
      expect(Math.abs(table.interfaces.get(2)![k] / (2 * Math.PI * 20 * 35) - 1)).toBeLessThan(0.02);
      expect(Math.abs(table.equivalentDiameter[k] / Math.cbrt((6 * 64140.9) / 2 / Math.PI) - 1)).toBeLessThan(0.002);
      expect(table.touchesWindow[k]).toBe(false);
      expect([table.contacts[k], table.contactArea[k]]).toEqual([1, table.pairs.area[0]]);
    }
    expect([0, 1, 2].map((axis) => table.centroid[axis] + table.centroid[3 + axis])).toEqual([
      expect.closeTo(50, 9), expect.closeTo(50, 9), expect.closeTo(80, 9),
    ]);
  });

  it('[exact] a ball: sphericity 1; a box: its own', async () => {
    const shape: Shape = [60, 60, 60];
    const table = async (inside: (z: number, y: number, x: number) => boolean) => {
      const labels = Uint8Array.from({ length: voxelCount(shape) }, (_, i) => (
        inside(Math.floor(i / 3600), Math.floor(i / 60) % 60, i % 60) ? 1 : 2));
      const volume = { labels, shape, voxelSizeUm: [0.5, 0.5, 0.5] as const };
      return grainTable(session, volume, await segmentGrains(session, volume, { phase: 1, dynamics: 5 }));
    };
    const ball = await table((z, y, x) => (z - 29) ** 2 + (y - 30) ** 2 + (x - 31) ** 2 < 20 ** 2);
    expect(ball.count).toBe(1);
    expect(Math.abs(ball.sphericity[0]! - 1)).toBeLessThan(0.01);
    expect(Math.abs(ball.surface[0] / (4 * Math.PI * 100) - 1)).toBeLessThan(0.01);
    expect(Array.from(ball.centroid)).toEqual([14.75, 15.25, 15.75]);
    // 20³ voxels of ½ µm: (π/6)^⅓ of the surface of a ball, and {100} walls 7.3 % too low.
    const box = await table((z, y, x) => [z, y, x].every((at) => at >= 10 && at < 30));
    expect([box.volume[0], Array.from(box.box)]).toEqual([1000, [10, 10, 10, 29, 29, 29]]);
    expect(Math.abs(box.sphericity[0]! * (1 - 0.073) / Math.cbrt(Math.PI / 6) - 1)).toBeLessThan(0.05);
  });

  it('[law] areas of all grains with a phase add up to its interface', async () => {
    const shape: Shape = [48, 48, 48];
    const volume = { labels: randomLabels(shape, { 1: 0.5, 2: 0.3, 3: 0.2 }, 7, 40), shape, voxelSizeUm: null };
    const table = await grainTable(session, volume, await segmentGrains(session, volume, { phase: 1 }));
    const { interfaces } = await surfaceAreas(session, volume);
    for (const label of [2, 3]) {
      const { area } = interfaces.find(({ phases }) => phases[0] === 1 && phases[1] === label)!;
      const sum = table.interfaces.get(label)!.reduce((a, b) => a + b);
      // `surfaceAreas` divides by the pairs inside the window, of which there are up to 3/48 fewer than voxels.
      expect(sum).toBeLessThan(area * voxelCount(shape));
      expect(sum).toBeGreaterThan(area * voxelCount(shape) * (47 / 48) ** 3);
    }
  });

  it('[law] same bits for 1, 2, 3 and 7 threads, also with more contacts than were planned', async () => {
    const shape: Shape = [31, 33, 34];
    for (const count of [40, 700]) {
      const { volume, grains } = drawn({ shape, seed: 9, smooth: 3, count, size: [0.2, 0.2, 0.3], stray: 0 });
      const [one, ...others] = await forEachThreadCount(
        (threads) => grainTable(threads, volume, grains, { phase: 2, ionic: 1 }),
      );
      if (count === 700) expect(one.pairs.first.length).toBeGreaterThan(24 * count);
      for (const other of others) expect(other).toEqual(one);
    }
  });

  it('[exact] what does not fit is said', async () => {
    const { volume, grains } = drawn({ shape: [4, 5, 6], seed: 1, smooth: 0, count: 5, size: null, stray: 0 });
    const message = async (...[g, options]: [object, object?]): Promise<string> =>
      grainTable(session, volume, { ...grains, ...g }, options).then(() => '', (error: unknown) => {
        expect(error).toBeInstanceOf(SpecError);
        return (error as Error).message;
      });
    expect(await message({ numbers: new Uint32Array(7) }))
      .toBe('grainTable: 4×5×6 needs 120 numbers of grains, the array holds 7');
    expect(await message({ count: 3 }))
      .toBe('grainTable: grains are numbered up to 5, but there are 3; give their count');
    expect(await message({}, { phase: 7 })).toBe('grainTable: label 7 does not occur in the image; it has 1, 2, 3');
    expect(await message({}, { phase: 2, ionic: 2 })).toBe('grainTable: two different phases are needed, got 2 twice');
    expect(await message({}, { phase: 2, collector: 'top' }))
      .toBe('grainTable: collector must be "low" or "high", got "top"');
    expect(await message({}, { phase: 2, axis: 'w' })).toMatch(/^grainTable: axis must be/);
    const section = { ...volume, shape: [1, 20, 6] as const };
    expect(await grainTable(session, section, { ...grains, shape: [1, 20, 6] }, { phase: 2 })
      .catch((error: unknown) => (error as Error).message)).toMatch(/^grainTable: expected at least 2 voxels along z/);
  });

  it('[exact] a grain without voxels, and one without surface, which fills its window', async () => {
    const volume = { labels: Uint8Array.of(1), shape: [1, 1, 1] as const, voxelSizeUm: null };
    const numbers = Uint32Array.of(2);
    const table = await grainTable(session, volume, { numbers, count: 2, shape: [1, 1, 1], voxelSizeUm: null });
    expect([table.voxels, table.surface].map((values) => Array.from(values))).toEqual([[0, 1], [0, 0]]);
    expect([table.sphericity, table.touchesWindow]).toEqual([[null, null], [false, false]]);
    expect([table.utilisation, table.activeArea, table.interfaces.size]).toEqual([null, null, 0]);
  });
});
