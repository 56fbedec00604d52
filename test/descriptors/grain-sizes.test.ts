import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import { describe as describeImage, describeRow } from '../../src/descriptors/describe.js';
import { grainRows } from '../../src/descriptors/grain-rows.js';
import { grainSizes } from '../../src/descriptors/grain-sizes.js';
import { grainTable, type GrainTable } from '../../src/descriptors/grain-table.js';
import { segmentGrains } from '../../src/descriptors/grains.js';
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
  });
});
