import { describe, expect, it } from 'vitest';
import { AXES, voxelCount, type Shape, type VoxelSize } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { conduct, conductAxes, type ConductOptions } from '../../src/transport/conduct.js';
import { conductivityTensor } from '../../src/transport/tensor.js';
import { randomLabels } from '../random.js';
import { testSession } from '../session.js';

function volumeOf(
  shape: Shape, label: (z: number, y: number, x: number) => number, voxelSizeUm: VoxelSize = null,
): LabelVolume {
  const labels = new Uint8Array(voxelCount(shape));
  let i = 0;
  for (let z = 0; z < shape[0]; z++) {
    for (let y = 0; y < shape[1]; y++) for (let x = 0; x < shape[2]; x++) labels[i++] = label(z, y, x);
  }
  return { labels, shape, voxelSizeUm };
}

describe('conductAxes', () => {
  it.each<Partial<ConductOptions>>([
    { phase: 1 }, { phase: 1, interface: 'smooth' }, { conductivity: { 1: 1, 2: 0.01 } },
    { phase: 1, boundary: 'periodic' },
  ])('[law] along all axes every bit is that of a solve by itself: %j', async (options) => {
    const session = await testSession();
    const shape: Shape = [17, 20, 14];
    const volume = { labels: randomLabels(shape, { 1: 0.6, 2: 0.4 }, 5, 3), shape, voxelSizeUm: null };
    const axes = await conductAxes(session, volume, { ...options, history: true, meanFlux: true });
    for (const axis of AXES) {
      const { seconds: _seconds, ...alone } =
        await conduct(session, volume, { ...options, axis, history: true, meanFlux: true });
      expect(alone.effectiveConductivity).toBeGreaterThan(0);
      expect(axes[axis]).toMatchObject(alone);
    }
  });
});

describe('conductivityTensor', () => {
  it('[exact] layers across y: diagonal, arithmetic twice, harmonic once', async () => {
    const session = await testSession();
    const volume = volumeOf([8, 12, 10], (_z, y) => 1 + (y % 2));
    const { tensor, asymmetry, principal, converged, axes } =
      await conductivityTensor(session, volume, { conductivity: { 1: 4, 2: 1 }, boundary: 'periodic' });
    const expected = [[2.5, 0, 0], [0, 1.6, 0], [0, 0, 2.5]];
    expected.forEach((row, i) => row.forEach((value, j) => expect(tensor[i][j]).toBeCloseTo(value, 4)));
    expect(converged).toBe(true);
    expect(asymmetry).toBeLessThan(1e-5);
    expect(principal[2].value).toBeCloseTo(1.6, 4);
    expect(principal[2].direction[1]).toBeCloseTo(1, 6);
    expect(Object.keys(axes)).toEqual(['z', 'y', 'x']);
  });

  it('[rate] a laminate at 45° in y and x: principal directions exact, ' +
      'values as the layers get finer voxels', async () => {
    const session = await testSession();
    const errors: number[] = [];
    for (const half of [4, 8, 16]) {
      const period = 2 * half;
      const volume = volumeOf([2, period, period], (_z, y, x) => ((x + y) % period < half ? 1 : 2));
      const { tensor, asymmetry, principal } = await conductivityTensor(
        session, volume, { conductivity: { 1: 1, 2: 0.1 }, boundary: 'periodic', tolerance: 1e-7 },
      );
      const [along, across] = [0.55, 1 / 5.5];
      expect(tensor[0][0]).toBeCloseTo(along, 5);
      expect(tensor[1][1]).toBeCloseTo(tensor[2][2], 4);
      expect(asymmetry).toBeLessThan(1e-4);
      const least = principal[2];
      expect(least.direction[1]).toBeCloseTo(Math.SQRT1_2, 3);
      expect(least.direction[2]).toBeCloseTo(Math.SQRT1_2, 3);
      errors.push(Math.abs(tensor[1][2] / (-(along - across) / 2) - 1));
    }
    expect(errors[1]).toBeLessThan(0.7 * errors[0]);
    expect(errors[2]).toBeLessThan(0.7 * errors[1]);
    expect(errors[2]).toBeLessThan(0.07);
  });

  it('[law] periodic tensors are symmetric and do not change when the volume is rolled; ' +
      'anisotropic voxels too', async () => {
    const session = await testSession();
    const shape: Shape = [12, 14, 10];
    const labels = randomLabels(shape, { 1: 0.6, 2: 0.4 }, 4, 5);
    const voxelSizeUm = [0.2, 0.1, 0.3] as const;
    const rolled =
      volumeOf(shape, (z, y, x) => labels[(((z + 7) % 12) * 14 + ((y + 2) % 14)) * 10 + ((x + 5) % 10)], voxelSizeUm);
    const options = { conductivity: { 1: 1, 2: 0.02 }, boundary: 'periodic', tolerance: 1e-9 } as const;
    const one = await conductivityTensor(session, { labels, shape, voxelSizeUm }, options);
    const other = await conductivityTensor(session, rolled, options);
    expect(one.asymmetry).toBeLessThan(1e-5);
    one.tensor.forEach((row, i) => row.forEach((value, j) => expect(other.tensor[i][j]).toBeCloseTo(value, 5)));
    // The test can tell: off-diagonal entries are far above the tolerance.
    expect(Math.max(...[[0, 1], [0, 2], [1, 2]].map(([i, j]) => Math.abs(one.tensor[i][j])))).toBeGreaterThan(1e-3);
  });
});
