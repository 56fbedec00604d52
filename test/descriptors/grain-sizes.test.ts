import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/core/errors.js';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import { describe as describeImage, describeRow } from '../../src/descriptors/describe.js';
import { grainRows } from '../../src/descriptors/grain-rows.js';
import { grainSizes } from '../../src/descriptors/grain-sizes.js';
import { grainTable, type GrainTable } from '../../src/descriptors/grain-table.js';
import { segmentGrains } from '../../src/descriptors/grains.js';
import { randomLabels } from '../random.js';
import { testSession } from '../session.js';

/** A table of which only what sizes need is filled: boxes of these corners. */
function tableOf(
  shape: Shape, boxes: readonly (readonly [from: readonly number[], to: readonly number[]])[],
): GrainTable {
  const voxels = Float64Array.from(boxes, ([from, to]) => from.reduce((n, low, axis) => n * (to[axis] - low + 1), 1));
  return {
    count: boxes.length, shape, voxels, volume: voxels,
    equivalentDiameter: voxels.map((n) => Math.cbrt((6 * n) / Math.PI)),
    touchesWindow: boxes.map(([from, to]) => shape.some((n, a) => from[a] === 0 || to[a] === n - 1)),
    box: Int32Array.from(boxes.flatMap(([from, to]) => [...from, ...to])),
  } as unknown as GrainTable;
}

/** A cube of an edge at z, with its other edges somewhere inside. */
const cube = (edge: number, ...at: readonly number[]) => [at, at.map((low) => low + edge - 1)] as const;

describe('grainSizes', async () => {
  const session = await testSession();

  it('[exact] percentiles by number and by volume', () => {
    // Ten cubes, edges 1 … 10, apart: the volumes are the cubes of the edges, 3025 in all.
    const table = tableOf([40, 40, 40], Array.from({ length: 10 }, (_, k) => cube(k + 1, 3, 4, 5)));
    const diameter = (edge: number): number => Math.cbrt(6 / Math.PI) * edge;
    const { byNumber, byVolume, count } = grainSizes(table);
    expect(count).toBe(10);
    expect(byNumber).toEqual({
      d10: expect.closeTo(diameter(1)), d50: expect.closeTo(diameter(5)), d90: expect.closeTo(diameter(9)),
      mean: expect.closeTo(diameter(5.5)),
    });
    // 1 + 8 + … + 216 = 441 ≥ 302.5 > 225; up to 9: 2025 ≥ 1512.5 > 1296; all ≥ 2722.5.
    expect(byVolume).toEqual({
      d10: expect.closeTo(diameter(6)), d50: expect.closeTo(diameter(9)), d90: expect.closeTo(diameter(10)),
      mean: expect.closeTo(diameter(25333 / 3025)),
    });
    expect(grainSizes(tableOf([9, 9, 9], [])))
      .toEqual({ count: 0, byNumber: null, byVolume: null });
  });

  it('[law] whole grains stand for those that the window cuts: at all places, the mean is that of the grains', () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 9, max: 12 }), (a, b, n) => {
        // Both cubes at every place at which they meet the window at all, as a structure without end has them.
        const boxes = [a, b].flatMap((edge) => {
          const places = Array.from({ length: n + edge - 1 }, (_, k) => k - edge + 1);
          return places.flatMap((z) => places.flatMap((y) => places.map((x) => cube(edge, z, y, x))))
            .map(([from, to]) => [from.map((at) => Math.max(at, 0)), to.map((at) => Math.min(at, n - 1))] as const);
        });
        const { byNumber } = grainSizes(tableOf([n, n, n], boxes), { window: 'leaveOut' });
        expect(byNumber!.mean).toBeCloseTo((Math.cbrt(6 / Math.PI) * (a + b)) / 2, 9);
      },
    ), { numRuns: 8 });
  });

  it('[exact] a section one voxel thick weighs along its two axes; grains without voxels count nowhere', () => {
    // Of edges 2 and 6 in 10 × 10 there are 7² and 3² places away from the faces.
    const section = tableOf([1, 10, 10], [[[0, 2, 2], [0, 3, 3]], [[0, 2, 2], [0, 7, 7]]]);
    const whole = { ...section, touchesWindow: [false, false] };
    const [small, large] = section.equivalentDiameter;
    const { byNumber, count } = grainSizes(whole, { window: 'leaveOut' });
    expect(count).toBe(2);
    expect(byNumber!.mean).toBeCloseTo((small / 49 + large / 9) / (1 / 49 + 1 / 9), 12);
    expect([byNumber!.d10, byNumber!.d50]).toEqual([small, large]);
    const table = tableOf([9, 9, 9], [cube(2, 3, 3, 3), cube(0, 4, 4, 4)]);
    expect(grainSizes(table)).toMatchObject({ count: 1, byNumber: { d10: table.equivalentDiameter[0] } });
  });

  it('[law] of grains of one weight, the percentiles are those by counting', () => {
    // Sums of a weight that doubles do not hold come out below its multiples.
    for (let tens = 1; tens <= 40; tens++) {
      const boxes = Array.from({ length: 10 * tens }, () => cube(3, 3, 4, 5));
      const table = { ...tableOf([40, 40, 40], boxes), equivalentDiameter: Float64Array.from(boxes, (_, k) => k) };
      const { byNumber } = grainSizes(table, { window: 'leaveOut' });
      expect(byNumber).toMatchObject({ d10: tens - 1, d50: 5 * tens - 1, d90: 9 * tens - 1 });
    }
  });

  it('[exact] a way with the window that there is not', () => {
    expect(() => grainSizes(tableOf([9, 9, 9], []), { window: 'cut' as 'keep' }))
      .toThrow(new SpecError('grainSizes: window must be keep or leaveOut, got "cut"'));
  });

  it('[exact] boxes as columns of describe and as rows', async () => {
    const shape: Shape = [20, 20, 30];
    const inside = [cube(4, 2, 3, 4), cube(9, 5, 6, 12), cube(6, 14, 14, 24)];
    const labels = Uint8Array.from({ length: voxelCount(shape) }, (_, i) => {
      const at = [Math.floor(i / 600), Math.floor(i / 30) % 20, i % 30];
      return inside.some(([from, to]) => at.every((k, axis) => k >= from[axis] && k <= to[axis])) ? 2 : 1;
    });
    const volume = { labels, shape, voxelSizeUm: [0.5, 0.5, 0.5] as const };
    const description = await describeImage(session, volume, { phases: [2], only: ['grainSizes'] });
    const diameter = (edge: number): number => (Math.cbrt(6 / Math.PI) * edge) / 2;
    expect(describeRow(description)).toEqual({
      grainCount2: 3,
      meanGrainSizeByNumber2Um: expect.closeTo(diameter(19 / 3)), d10GrainSizeByNumber2Um: expect.closeTo(diameter(4)),
      d50GrainSizeByNumber2Um: expect.closeTo(diameter(6)), d90GrainSizeByNumber2Um: expect.closeTo(diameter(9)),
      meanGrainSizeByVolume2Um: expect.closeTo(diameter((256 + 6561 + 1296) / (64 + 729 + 216))),
      d10GrainSizeByVolume2Um: expect.closeTo(diameter(6)), d50GrainSizeByVolume2Um: expect.closeTo(diameter(9)),
      d90GrainSizeByVolume2Um: expect.closeTo(diameter(9)),
    });
    const grains = await segmentGrains(session, volume, { phase: 2 });
    const table = await grainTable(session, volume, grains, { phase: 2 });
    const { columns, rows } = grainRows(table, [0.5, 0.5, 0.5], grains);
    const cells = (name: string) => rows.map((row) => row[columns.indexOf(name)]);
    expect(cells('volumeUm3')).toEqual([8, 729 / 8, 27]);
    expect(cells('zUm')).toEqual([2, 4.75, 8.5]);
    expect(cells('xUm')).toEqual([3, 8.25, 13.5]);
    expect(cells('touchesWindow')).toEqual([false, false, true]);
    expect(cells('utilisation')).toEqual([0, 0, 1]);
    expect(cells('inscribedRadiusUm')).toEqual([1, 2.5, expect.any(Number)]);
    expect(cells('grain')).toEqual([1, 2, 3]);
  });

  it('[exact] each column of the rows is a list of the table', async () => {
    const shape: Shape = [8, 9, 10];
    const labels = randomLabels(shape, { 1: 0.3, 2: 0.5, 3: 0.2 }, 5, 2);
    const volume = { labels, shape, voxelSizeUm: null };
    const found = await segmentGrains(session, volume, { phase: 2 });
    // One number more than there are grains: a row without voxels.
    const grains = { ...found, count: found.count + 1, inscribedRadius: Float32Array.of(...found.inscribedRadius, 0) };
    const table = await grainTable(session, volume, grains, { phase: 2, ionic: 3, axis: 'x', collector: 'low' });
    const { columns, rows } = grainRows(table, null, grains);
    const place = (axis: number): (number | null)[] =>
      Array.from({ length: table.count }, (_, k) => (
        table.voxels[k] > 0 ? table.centroid[3 * k + axis] : null));
    const lists = {
      grain: Array.from({ length: table.count }, (_, k) => k + 1),
      voxels: table.voxels, volumeVoxels3: table.volume, equivalentDiameterVoxels: table.equivalentDiameter,
      surfaceVoxels2: table.surface, sphericity: table.sphericity, zVoxels: place(0), yVoxels: place(1),
      xVoxels: place(2), touchesWindow: table.touchesWindow, contacts: table.contacts,
      contactAreaVoxels2: table.contactArea, interfaceArea1Voxels2: table.interfaces.get(1)!,
      interfaceArea3Voxels2: table.interfaces.get(3)!, inscribedRadiusVoxels: grains.inscribedRadius,
      utilisation: Array.from(table.utilisation!, (value, k) => (table.voxels[k] > 0 ? value : null)),
      activeAreaVoxels2: table.activeArea!,
    };
    expect(columns).toEqual(Object.keys(lists));
    expect(rows).toEqual(Array.from({ length: table.count }, (_, k) => Object.values(lists).map((list) => list[k])));
    const bare = grainRows(await grainTable(session, volume, found), [1, 1, 1]);
    expect(bare.columns).not.toContain('utilisation');
    expect(bare.columns).not.toContain('inscribedRadiusUm');
    expect(bare.columns).toContain('surfaceUm2');
    const full = { labels: new Uint8Array(24).fill(2), shape: [2, 3, 4] as const, voxelSizeUm: null };
    const one = await segmentGrains(session, full, { phase: 2 });
    expect(grainRows(await grainTable(session, full, one), null, one).rows[0].at(-1)).toBe(null);
  });
});
