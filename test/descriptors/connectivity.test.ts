import { describe, expect, it } from 'vitest';
import { AXES, type Shape } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { activeInterface, utilisation } from '../../src/descriptors/connectivity.js';
import { constrictivity } from '../../src/descriptors/constrictivity.js';
import { describe as describeImage } from '../../src/descriptors/describe.js';
import { geodesicTortuosity } from '../../src/descriptors/geodesic-tortuosity.js';
import { cauchyCrofton, surfaceAreas } from '../../src/descriptors/surface-area.js';
import { randomLabels } from '../random.js';
import { componentsTwin, facesTwin } from '../reference/components.js';
import { transitionsTwin } from '../reference/measures.js';
import { forEachThreadCount, testSession } from '../session.js';

/** Labels where the isolated parts of `phase` are relabelled. */
function disconnectTwin(labels: Uint8Array, shape: Shape, phase: number, face: number, label: number): Uint8Array {
  const numbers = componentsTwin(labels, shape, phase, 6);
  const faces = facesTwin(numbers, shape);
  return labels.map((old, i) => (old === phase && !faces.get(numbers[i])![face] ? label : old));
}

describe('utilisation', () => {
  it('[exact] counts what reaches the chosen face', async () => {
    const session = await testSession();
    // Slices in z of one row each: one column goes through, one reaches the low face, one the high face, one voxel
    // floats.
    const slices = ['1.1....', '1.1...1', '1......', '1...1..'];
    const labels = Uint8Array.from(slices.join(''), (letter) => (letter === '1' ? 1 : 0));
    const volume: LabelVolume = { labels, shape: [4, 1, 7], voxelSizeUm: null };
    expect(await utilisation(session, volume, { phase: 1 })).toBe(6 / 8);
    expect(await utilisation(session, volume, { phase: 1, axis: 'z', from: 'high' })).toBe(5 / 8);
    expect(await utilisation(session, volume, { phase: 1, axis: 'x', from: 'high' })).toBe(1 / 8);
    await expect(utilisation(session, volume, { phase: 1, axis: 'y' })).rejects.toThrow(
      'utilisation: expected at least 2 voxels along y, found 1',
    );
  });

  it('refuses faces and axes that do not exist', async () => {
    const session = await testSession();
    const volume: LabelVolume = { labels: Uint8Array.of(1, 2), shape: [2, 1, 1], voxelSizeUm: null };
    await expect(utilisation(session, volume, { phase: 1, from: 'top' as 'low' })).rejects.toThrow(
      /"low" or "high", got "top"/,
    );
    await expect(utilisation(session, volume, { phase: 1, axis: 'w' as 'z' })).rejects.toThrow(
      /axis must be x, y or z/,
    );
  });
});

describe('activeInterface', () => {
  const shape: Shape = [11, 12, 18];
  const labels = randomLabels(shape, { 0: 0.38, 1: 0.38, 3: 0.24 }, 31, 1);
  const volume: LabelVolume = { labels, shape, voxelSizeUm: [0.2, 0.2, 0.2] };

  it.each(AXES)('[oracle] equals the twin: flood fill, then pairs of the connected parts, along %s', async (axis) => {
    const session = await testSession();
    for (const collector of ['low', 'high'] as const) {
      const face = 2 * AXES.indexOf(axis);
      const [at, opposite] = collector === 'low' ? [face, face + 1] : [face + 1, face];
      const cut = disconnectTwin(disconnectTwin(labels, shape, 1, at, 50), shape, 0, opposite, 60);
      const area = (a: number, b: number, of: Uint8Array): number =>
        cauchyCrofton(transitionsTwin(of, shape, a, b, []), shape, volume.voxelSizeUm);
      const result = await activeInterface(session, volume, { electronic: 1, ionic: 0, axis, collector });
      expect(result.activeArea).toBeCloseTo(area(0, 1, cut), 10);
      expect(result.totalArea).toBeCloseTo(area(0, 1, labels), 10);
      expect(result.activeFraction).toBe(result.activeArea / result.totalArea);
      expect(result.activeFraction).toBeGreaterThan(0);
      expect(result.activeFraction).toBeLessThan(1);
    }
  });

  it('[law] the whole interface is that of surfaceAreas, and 1, 2, 3, 7 threads give the same bits', async () => {
    const results =
      await forEachThreadCount((session) => activeInterface(session, volume, { electronic: 1, ionic: 0 }));
    for (const result of results) expect(result).toEqual(results[0]);
    const session = await testSession();
    const { interfaces } = await surfaceAreas(session, volume);
    expect(results[0].totalArea).toBeCloseTo(interfaces[0].area, 12);
  });

  it('[exact] two slabs side by side are active everywhere; stacked with the collector on the wrong ' +
      'side, nowhere', async () => {
    const session = await testSession();
    const edge = 8;
    const make = (electronic: (z: number, y: number) => boolean): LabelVolume => ({
      labels: Uint8Array.from(
        { length: edge ** 3 }, (_, i) => (electronic(Math.floor(i / 64), Math.floor(i / 8) % 8) ? 2 : 1),
      ),
      shape: [edge, edge, edge],
      voxelSizeUm: null,
    });
    const beside = await activeInterface(session, make((_, y) => y < 4), { electronic: 2, ionic: 1 });
    expect(beside.activeFraction).toBe(1);
    const onCollector = await activeInterface(session, make((z) => z >= 4), { electronic: 2, ionic: 1 });
    expect(onCollector.activeFraction).toBe(1);
    const onSeparator = await activeInterface(session, make((z) => z < 4), { electronic: 2, ionic: 1 });
    expect(onSeparator).toEqual({ activeArea: 0, totalArea: onCollector.totalArea, activeFraction: 0 });
    const turned = await activeInterface(session, make((z) => z < 4), { electronic: 2, ionic: 1, collector: 'low' });
    expect(turned).toEqual(onCollector);
  });

  it('[law] a wrong face is told in the same words by every operation, with the name of its setting', async () => {
    const session = await testSession();
    const from = { from: 'top' as never };
    const words = /: from must be "low" or "high", got "top"$/;
    await expect(utilisation(session, volume, { phase: 1, ...from })).rejects.toThrow(words);
    await expect(constrictivity(session, volume, { phase: 1, ...from })).rejects.toThrow(words);
    await expect(geodesicTortuosity(session, volume, { phase: 1, ...from })).rejects.toThrow(words);
    await expect(describeImage(session, volume, from)).rejects.toThrow(words);
    await expect(activeInterface(session, volume, { electronic: 1, ionic: 3, collector: 'top' as never }))
      .rejects.toThrow(/: collector must be "low" or "high", got "top"$/);
  });

  it('refuses equal phases', async () => {
    const session = await testSession();
    await expect(activeInterface(session, volume, { electronic: 1, ionic: 1 })).rejects.toThrow(/two different phases/);
  });
});
