import { describe, expect, it } from 'vitest';
import type { Shape } from '../../src/core/grid.js';
import { importImage, importPlan, type ImportStep } from '../../src/image/import.js';
import type { VoxelArray } from '../../src/io/voxels.js';
import { peakBytes } from '../../src/runtime/plan.js';
import { ballOpening, mapVoxels } from '../reference/image.js';
import { uniform } from '../random.js';
import { testSession } from '../session.js';

const session = await testSession();

/** A ball of radius 6 in a matrix, with noise, a drift along z and specks of single bright voxels. */
const shape: Shape = [20, 22, 24];
const inside = mapVoxels(shape, (z, y, x) => ((z - 10) ** 2 + (y - 11) ** 2 + (x - 12) ** 2 <= 36 ? 2 : 1));
function tomogram(): VoxelArray {
  const random = uniform(2);
  const data = Uint16Array.from(
    inside,
    (label, i) => 20000 * label + 150 * Math.floor(i / 528) + 9000 * (random() - 0.5) + (random() < 0.002 ? 30000 : 0),
  );
  return { data, shape, voxelSizeUm: [0.1, 0.1, 0.1] };
}

describe('import', () => {
  it('[exact] filter, flatten, segment and clean find the ball again, and say what they did', async () => {
    const steps: ImportStep[] = [
      { step: 'flatten' }, { step: 'filter', filter: { kind: 'median', size: 3 } },
      { step: 'segment', segmentation: { method: 'otsu' } }, { step: 'clean', minVoxels: 50 },
    ];
    const { labels, array, steps: records, warnings } =
      await importImage(session, 'scan.tif', tomogram(), steps, { source: { file: 'scan.tif' } });
    const wrong = labels!.labels.reduce((sum, label, i) => sum + (label === inside[i] ? 0 : 1), 0);
    // The median rounds the surface of the ball (about 450 voxels): every tenth of them may turn.
    expect(wrong).toBeLessThan(45);
    expect(records.map(({ step }) => step)).toEqual(['flatten', 'filter', 'segment', 'clean']);
    expect(records[2]).toMatchObject({
      method: 'otsu', labels: [1, 2], thresholds: [expect.any(Number)],
      fractions: [expect.any(Number), expect.any(Number)],
    });
    expect(array.provenance).toEqual({ import: { source: { file: 'scan.tif' }, steps: records } });
    expect(JSON.parse(JSON.stringify(array.provenance))).toEqual(array.provenance);
    expect([array.voxelSizeUm, warnings]).toEqual([[0.1, 0.1, 0.1], []]);
  });

  it('[exact] steps are done in the order given: rescaling grey values is not rescaling labels', async () => {
    const data = Uint8Array.of(10, 30, 30, 30);
    const image: VoxelArray = { data, shape: [1, 1, 4], voxelSizeUm: null };
    const segment: ImportStep = { step: 'segment', segmentation: { method: 'thresholds', thresholds: [21] } };
    const half: ImportStep = { step: 'rescale', factor: [1, 1, 0.5] };
    expect(Array.from((await importImage(session, 'a', image, [half, segment], { content: 'grey' })).array.data))
      .toEqual([1, 2].map((l) => l));
    expect(Array.from((await importImage(session, 'a', image, [segment, half])).array.data)).toEqual([2, 2]);
    const cropped =
      await importImage(session, 'a', image, [{ step: 'crop', window: [[null, null], [null, null], [1, 3]] }]);
    expect([Array.from(cropped.array.data), cropped.labels?.shape]).toEqual([[30, 30], [1, 1, 2]]);
  });

  it('[exact] without steps any numbers pass as they are', async () => {
    const data = Float64Array.of(0.1, 1e300);
    const { array, labels } = await importImage(
      session, 'a', { data, shape: [1, 1, 2], voxelSizeUm: null, provenance: { seed: 1 } }, [], { content: 'labels' },
    ).catch(() => ({ array: null, labels: null }));
    expect([array, labels]).toEqual([null, null]);
    const whole = await importImage(
      session, 'a', { data: Int32Array.of(3, 70), shape: [1, 1, 2], voxelSizeUm: null, provenance: { seed: 1 } }, [],
    );
    expect([whole.array.data, whole.labels?.labels, whole.array.provenance])
      .toEqual([Int32Array.of(3, 70), Uint8Array.of(3, 70), { import: { made: { seed: 1 }, steps: [] } }]);
  });

  it('[exact] close and open go through; a phase that vanishes is a warning', async () => {
    const image: VoxelArray = { data: Uint8Array.from(inside), shape, voxelSizeUm: null };
    const opened = await importImage(session, 'a', image, [{ step: 'open', radius: 4, phase: 2 }]);
    const expected = ballOpening(inside.map((l) => l === 2), shape, 4).map((l) => (l ? 2 : 1));
    expect(Array.from(opened.array.data)).toEqual(expected);
    expect((await importImage(session, 'a', image, [{ step: 'open', radius: 9, phase: 2 }])).warnings)
      .toEqual([expect.stringMatching(/removes phase 2 altogether/)]);
  });

  it('[exact] steps in the wrong place say where they belong', async () => {
    const grey = tomogram();
    const segment: ImportStep = { step: 'segment', segmentation: { method: 'otsu' } };
    const filter: ImportStep = { step: 'filter', filter: { kind: 'box', size: 3 } };
    await expect(importImage(session, 'a', grey, [{ step: 'clean', minVoxels: 9 }])).rejects.toThrow(
      /clean needs labels, this image has grey values/,
    );
    await expect(importImage(session, 'a', grey, [filter, { step: 'close', radius: 1 }])).rejects.toThrow(
      /close needs labels: put segment before it/,
    );
    await expect(importImage(session, 'a', grey, [segment, filter])).rejects.toThrow(
      /filter needs grey values, here are labels already/,
    );
    await expect(importImage(session, 'a', grey, [segment, segment])).rejects.toThrow(/segment only once/);
  });

  it('[exact] a 401³ image of 16 bits goes through every step within 1 GiB', () => {
    const steps: ImportStep[] = [
      { step: 'flatten' }, { step: 'filter', filter: { kind: 'anisotropic' } },
      { step: 'filter', filter: { kind: 'median', size: 5 } },
      { step: 'segment', segmentation: { method: 'otsu', classes: 3 } }, { step: 'clean', minVoxels: 1000 },
      { step: 'close', radius: 2, phase: 2 },
      { step: 'open', radius: 2, phase: 1 }, { step: 'rescale', factor: 0.5 },
    ];
    expect(peakBytes(importPlan([401, 401, 401], 2, 'grey', steps, 8))).toBeLessThan(2 ** 30);
  });
});
