import { describe, expect, it } from 'vitest';
import type { LabelVolume } from '../../src/core/volume.js';
import { simulateScan } from '../../src/image/scan.js';
import { slowNormals } from '../reference/scan.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession({ threads: 2 });
const shape = [20, 30, 41] as const;
/** Layers of four voxels along z: 1, 2, 3, 1, 2. */
const layers: LabelVolume = {
  labels: Uint8Array.from({ length: 20 * 30 * 41 }, (_, i) => 1 + (Math.floor(i / (4 * 30 * 41)) % 3)),
  shape, voxelSizeUm: [0.1, 0.2, 0.3],
};
const greys = { 1: 110, 2: 210, 3: 40 };
const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

describe('scans of known structures', () => {
  it('[exact] without blur and noise every voxel has the grey value of its label', async () => {
    const scan = await simulateScan(session, layers, { greys, blur: 0, noise: 0 });
    expect(scan.data).toEqual(Uint8Array.from(layers.labels, (label) => greys[label as 1 | 2 | 3]));
    expect(scan).toMatchObject({ shape, voxelSizeUm: [0.1, 0.2, 0.3] });
  });

  it('[oracle] noise is drawn number by number, rounded and held in the range of its type', async () => {
    const normal = slowNormals(9, layers.labels.length);
    const value = (i: number, noise: number): number => greys[layers.labels[i] as 1 | 2 | 3] + noise * normal[i];
    const types = { uint8: [Uint8Array, 255, 60], uint16: [Uint16Array, 65535, 60] } as const;
    for (const [dtype, [Type, high, noise]] of Object.entries(types)) {
      const { data } = await simulateScan(session, layers, { greys, blur: 0, noise, seed: 9, dtype: dtype as 'uint8' });
      const expected = normal.map((_, i) => Math.max(0, Math.min(high, Math.floor(value(i, noise) + 0.5))));
      expect(data).toEqual(Type.from(expected));
    }
    const { data } = await simulateScan(session, layers, { greys, blur: 0, noise: 5, seed: 9, dtype: 'float32' });
    expect(data).toEqual(Float32Array.from(normal, (_, i) => value(i, 5)));
  });

  it('[law] noise is normal, white, as strong as asked for, and the same for every number of threads', async () => {
    const options = { greys, blur: 0, noise: 5, seed: 7, dtype: 'float32' } as const;
    const { data } = await simulateScan(session, layers, options);
    const noise = Array.from(data, (value, i) => (value - greys[layers.labels[i] as 1 | 2 | 3]) / 5);
    // Standard errors of 24 600 draws: 0.0064 of the mean, 0.009 of the variance, 0.063 of the fourth moment.
    expect(Math.abs(mean(noise))).toBeLessThan(0.03);
    expect(Math.abs(mean(noise.map((v) => v * v)) - 1)).toBeLessThan(0.04);
    expect(Math.abs(mean(noise.map((v) => v ** 4)) - 3)).toBeLessThan(0.3);
    for (const lag of [1, 2, 41, 30 * 41]) {
      expect(Math.abs(mean(noise.slice(lag).map((v, i) => v * noise[i])))).toBeLessThan(0.03);
    }
    await forEachThreadCount(async (each) => {
      expect((await simulateScan(each, layers, options)).data).toEqual(data);
    });
    expect((await simulateScan(session, layers, { ...options, seed: 8 })).data).not.toEqual(data);
  });

  it('[exact] the blur of a plane boundary is a sum of Gaussian weights', async () => {
    const { data } = await simulateScan(session, layers, { greys, blur: 0.8, noise: 0, dtype: 'float32' });
    const weights = Array.from({ length: 7 }, (_, i) => Math.exp(-((i - 3) ** 2) / (2 * 0.8 ** 2)));
    const total = weights.reduce((sum, w) => sum + w, 0);
    for (const z of [4, 6, 7, 8, 11]) {
      const expected = weights.reduce((sum, w, i) => sum + w * greys[(1 + (Math.floor((z + i - 3) / 4) % 3)) as 1], 0);
      expect(data[(z * 30 + 13) * 41 + 20]).toBeCloseTo(expected / total, 3);
    }
  });

  it('[exact] values beyond 8 bits stay at the ends', async () => {
    const { data } = await simulateScan(session, layers, { greys: { 1: 0, 2: 255, 3: 128 }, blur: 0, noise: 20 });
    const share = (value: number, label: number): number =>
      Array.from(data).filter((v, i) => v === value && layers.labels[i] === label).length /
      layers.labels.reduce((n, l) => n + Number(l === label), 0);
    expect(share(0, 1)).toBeCloseTo(0.51, 1);
    expect(share(255, 2)).toBeCloseTo(0.51, 1);
  });

  it('tells what is wrong', async () => {
    const refused = async (options: object, message: RegExp): Promise<void> =>
      expect(simulateScan(session, layers, { greys, ...options } as never)).rejects.toThrow(message);
    await refused({ greys: { 1: 110, 2: 210 } }, /label 3 occurs and has no grey value/);
    await refused({ greys: { ...greys, 3: 300 } }, /grey value of label 3 must lie in uint8, got 300/);
    await refused({ noise: -1 }, /noise is a standard deviation/);
    await refused({ blur: -1 }, /standard deviation of a Gaussian/);
    await refused({ seed: 1.5 }, /seed is a whole number/);
    await refused({ dtype: 'int8' }, /dtype is uint8, uint16 or float32/);
    await refused({ sigma: 1 }, /options has no "sigma"/);
  });
});
