// What is connected in a composite electrode, against flooding, other operations and structures known by hand.
import { describe, expect, it } from 'vitest';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { activeInterface, utilisation } from '../../src/descriptors/connectivity.js';
import { networkUse } from '../../src/percolation/network-use.js';
import { randomLabels } from '../random.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession();

const volumeOf = (labels: Uint8Array, shape: Shape): LabelVolume => ({ labels, shape, voxelSizeUm: [0.5, 0.5, 0.5] });

/** Voxels of some labels that are joined to a plane z, over faces. */
function reached({ labels, shape: [nz, ny, nx] }: LabelVolume, wanted: readonly number[], z: number): Uint8Array {
  const seen = new Uint8Array(labels.length);
  const open: number[] = [];
  const visit = (at: number): void => {
    if (seen[at] || !wanted.includes(labels[at])) return;
    seen[at] = 1;
    open.push(at);
  };
  for (let i = 0; i < ny * nx; i++) visit(z * ny * nx + i);
  while (open.length > 0) {
    const at = open.pop()!;
    const [x, y, plane] = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (ny * nx))];
    if (x > 0) visit(at - 1);
    if (x + 1 < nx) visit(at + 1);
    if (y > 0) visit(at - nx);
    if (y + 1 < ny) visit(at + nx);
    if (plane > 0) visit(at - ny * nx);
    if (plane + 1 < nz) visit(at + ny * nx);
  }
  return seen;
}

describe('networkUse', () => {
  it('[oracle] utilisations are those of flooding, with and without a conductor', async () => {
    const shape: Shape = [14, 11, 9];
    for (const seed of [1, 2, 3, 4]) {
      const labels = randomLabels(shape, { 1: 0.35, 2: 0.3, 3: 0.2, 4: 0.15 }, seed, 2);
      const volume = volumeOf(labels, shape);
      for (const conductors of [[], [4]]) {
        const found = await networkUse(session, volume, { conductors });
        const electronic = reached(volume, [2, ...conductors], 13);
        const ionic = reached(volume, [1], 0);
        const share = (label: number, seen: Uint8Array): number => {
          const all = labels.filter((one) => one === label).length;
          return labels.filter((one, i) => one === label && seen[i] === 1).length / all;
        };
        expect(found.activeUtilisation).toBeCloseTo(share(2, electronic), 12);
        expect(found.electrolyteUtilisation).toBeCloseTo(share(1, ionic), 12);
        expect(found.electronsSpan).toBe(electronic.slice(0, 99).includes(1));
        expect(found.ionsSpan).toBe(ionic.slice(-99).includes(1));
        expect(Object.values(found.fractions).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      }
    }
  });

  it('[oracle] without a conductor it says what utilisation and activeInterface say, at either face', async () => {
    const shape: Shape = [12, 10, 11];
    const volume = volumeOf(randomLabels(shape, { 1: 0.45, 2: 0.45, 3: 0.1 }, 6, 2), shape);
    for (const [axis, collector] of [['z', 'high'], ['y', 'low'], ['x', 'high']] as const) {
      const separator = collector === 'high' ? 'low' : 'high';
      const found = await networkUse(session, volume, { axis, collector });
      const areas = await activeInterface(session, volume, { electronic: 2, ionic: 1, axis, collector });
      expect(found.activeUtilisation).toBe(await utilisation(session, volume, { phase: 2, axis, from: collector }));
      expect(found.electrolyteUtilisation)
        .toBe(await utilisation(session, volume, { phase: 1, axis, from: separator }));
      expect(found.activeInterface).toBeCloseTo(areas.activeArea, 12);
      expect(found.interfaceArea).toBeCloseTo(areas.totalArea, 12);
    }
  });

  it('[exact] a particle works where it meets connected electrolyte; carbon joins it to the collector', async () => {
    // Along z: electrolyte, particle A, pore, particle B, carbon, particle C at the collector.
    const shape: Shape = [12, 4, 4];
    const column = [1, 1, 2, 2, 3, 2, 2, 4, 4, 2, 2, 2];
    const labels = Uint8Array.from({ length: voxelCount(shape) }, (_, i) => column[Math.floor(i / 16)]);
    const number = [0, 0, 1, 1, 0, 2, 2, 0, 0, 3, 3, 3];
    const particles = Uint16Array.from(labels, (_, i) => number[Math.floor(i / 16)]);
    const volume = volumeOf(labels, shape);
    const alone = await networkUse(session, volume, { particles });
    expect([alone.activeUtilisation, alone.workingShare, alone.electrolyteUtilisation]).toEqual([3 / 7, 0, 1]);
    const joined = await networkUse(session, volume, { particles, conductors: [4] });
    expect([joined.activeUtilisation, joined.workingShare, joined.particles]).toEqual([5 / 7, 0, 'given']);
    // A bridge of carbon through the pore, and a channel of electrolyte along B: A and B work, C does not.
    const bridged = labels.slice();
    for (let z = 0; z < 12; z++) {
      if (column[z] === 3) bridged[16 * z + 5] = 4;
      if (z < 7) bridged[16 * z] = 1;
    }
    const both = await networkUse(session, volumeOf(bridged, shape), { particles, conductors: [4] });
    expect(both.activeUtilisation).toBe(1);
    expect(both.workingShare).toBeCloseTo(60 / 108, 12);
    // Clusters of active material hold as much as these particles.
    const clusters = await networkUse(session, volumeOf(bridged, shape), { conductors: [4] });
    expect([clusters.workingShare, clusters.particles]).toEqual([both.workingShare, 'clusters']);
  });

  it('[law] areas of parts are no larger than the whole; the same bits for every number of threads', async () => {
    const shape: Shape = [10, 9, 13];
    const volume = volumeOf(randomLabels(shape, { 1: 0.3, 2: 0.4, 3: 0.2, 4: 0.1 }, 9, 1), shape);
    const found = await forEachThreadCount((one) => networkUse(one, volume, { conductors: [4] }));
    for (const other of found.slice(1)) expect(other).toEqual(found[0]);
    expect(found[0].activeInterface).toBeLessThanOrEqual(found[0].interfaceArea);
    expect(found[0].activeInterface).toBeLessThanOrEqual(found[0].activeSurface);
    expect(found[0].workingShare!).toBeLessThanOrEqual(found[0].activeUtilisation!);
  });

  it('says nothing of a phase that is not there, and refuses labels that are one', async () => {
    const shape: Shape = [8, 4, 4];
    const volume = volumeOf(new Uint8Array(128).fill(1), shape);
    const found = await networkUse(session, volume);
    expect([found.activeUtilisation, found.workingShare, found.electrolyteUtilisation]).toEqual([null, null, 1]);
    await expect(networkUse(session, volume, { conductors: [2] })).rejects.toThrow('are different labels, got 2, 1, 2');
    await expect(networkUse(session, volume, { active: 300 })).rejects.toThrow('from 0 to 255, got 300');
    await expect(networkUse(session, volume, { particles: new Uint16Array(3) })).rejects.toThrow('128 voxels need');
    await expect(networkUse(session, volume, { collector: 'top' as never })).rejects.toThrow('collector must be');
  });
});
