import { describe, expect, it } from 'vitest';
import { ARENA_START } from '../../assembly/layout.js';
import { largestCube, plannedBytes } from '../../src/capacity/capacity.js';
import { KernelError } from '../../src/core/errors.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { describe as describeVolume } from '../../src/descriptors/describe.js';
import {
  defaultMemoryBytes, hasWideMemory, maxMemoryBytes, NARROW_BYTES, usableBytes,
} from '../../src/runtime/memory.js';
import { generate } from '../../src/structure/generate.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import { conduct, type ConductResult } from '../../src/transport/conduct.js';
import { testSession } from '../session.js';

const GIB = 2 ** 30;
const spec = (edge: number) => specFromSet('bm10', { size: [edge, edge, edge], seed: 3 });
const bitsOf = ({ seconds: _, peakBytes: _peak, threads: _threads, ...rest }: ConductResult): unknown => rest;

/** Blobs that touch along edges only now and then: coarse levels are of parts, whose memory is known while it runs. */
function edges(n: number): LabelVolume {
  const labels = new Uint8Array(n ** 3);
  for (let i = 0; i < labels.length; i++) {
    const [z, y, x] = [Math.floor(i / n / n), Math.floor(i / n) % n, i % n];
    labels[i] = (z + y) % 3 === 0 || (x + z) % 3 === 0 || (y * 7 + x * 5 + z * 3) % 11 === 0 ? 1 : 2;
  }
  return { shape: [n, n, n], labels, voxelSizeUm: null };
}

describe('how much memory a session may have', () => {
  it('[exact] 4 GiB on small machines and without 64-bit addresses, else three quarters, 16 GiB at most', () => {
    const most = hasWideMemory() ? 16 * GIB : NARROW_BYTES;
    expect(maxMemoryBytes()).toBe(most);
    expect(defaultMemoryBytes(2 * GIB)).toBe(NARROW_BYTES);
    expect(defaultMemoryBytes(8 * GIB)).toBe(Math.min(most, 6 * GIB));
    expect(defaultMemoryBytes(64 * GIB)).toBe(most);
  });

  it('[exact] from 2^31 voxels on, whose indices 64-bit addresses would not wrap, it is 4 GiB', () => {
    const arena = NARROW_BYTES - ARENA_START;
    expect([2 ** 31 - 1, 2 ** 31].map((voxels) => usableBytes(16 * GIB, voxels))).toEqual([16 * GIB, arena]);
    expect([0, 2 ** 32 - 1].map((voxels) => usableBytes(GIB, voxels))).toEqual([GIB, GIB]);
    expect(largestCube('volumeFraction')).toBe(largestCube('volumeFraction', NARROW_BYTES));
  });

  it('an image beyond all of it is refused with the size that fits and what --memory can be', async () => {
    const session = await testSession({ memoryBytes: 64 * GIB });
    expect(session.memoryBytes).toBe(maxMemoryBytes());
    const limits = hasWideMemory() ? '16384 MiB at most' : '4096 MiB at most; 16384 on Node 24';
    const edge = largestCube('generate-bm10', maxMemoryBytes(), 2);
    await expect(generate(session, spec(edge + 1)))
      .rejects.toThrow(`A cube of ${edge}³ voxels would fit. Raise --memory (${limits}) or use a smaller window.`);
  });
});

describe.skipIf(!hasWideMemory())('operations beyond the memory of 32-bit addresses', () => {
  it('[law] give the bits of the narrow one, for any number of threads, and change over by themselves', async () => {
    const narrow = await testSession({ threads: 1, wideAbove: NARROW_BYTES });
    const structure = await generate(narrow, spec(40));
    const wanted = bitsOf(await conduct(narrow, structure, { phase: 2 }));
    const described = await describeVolume(narrow, structure);
    for (const threads of [1, 2, 3]) {
      // Drawing the structure fits; solving and describing do not.
      const wideAbove = plannedBytes('conduct', [40, 40, 40], threads) - 1;
      const session = await testSession({ threads, wideAbove });
      let width = 0;
      await session.run('probe', { leases: [] }, 0, {}, async (frame) => void (width = frame.addressBytes));
      expect(width).toBe(4);
      expect(bitsOf(await conduct(session, structure, { phase: 2 }))).toEqual(wanted);
      await session.run('probe', { leases: [] }, 0, {}, async (frame) => void (width = frame.addressBytes));
      expect(width).toBe(8);
      expect(await describeVolume(session, structure)).toEqual(described);
      expect((await generate(session, spec(40))).labels).toEqual(structure.labels);
    }
  });

  it('[law] an operation that learns on the way that it needs more begins again, with the same bits', async () => {
    const volume = edges(33);
    const narrow = await testSession({ threads: 2, wideAbove: NARROW_BYTES });
    const wanted = await conduct(narrow, volume, { phase: 1, coarsening: 'parts' });
    const wideAbove = plannedBytes('conduct', volume.shape, 2);
    expect(wanted.peakBytes).toBeGreaterThan(wideAbove);
    const session = await testSession({ threads: 2, wideAbove });
    expect(bitsOf(await conduct(session, volume, { phase: 1, coarsening: 'parts' }))).toEqual(bitsOf(wanted));
  });

  it('addresses above 4 GiB are what debug sessions use, and without shared memory it works the same', async () => {
    const values = Float32Array.from({ length: 12 }, (_, i) => i + 0.5);
    for (const shared of [true, false]) {
      const session = await testSession({ threads: 1, wideAbove: 0, shared });
      const leases = ['total', 'sums', 'x'].map((name) => ({ name, bytes: 64 }));
      const total = await session.run('sum', { leases }, 0, {}, async (frame) => {
        const { total: to, sums, x } = frame.take({ leases });
        expect(x.ptr).toBeGreaterThan(2 ** 32);
        await frame.write(x, values);
        await frame.call('probeSum', { total: to, sums, x, slices: 3, perSlice: 4, repeats: 1 });
        return (await frame.read(to, Float64Array, 1))[0];
      });
      expect(total).toBe(72);
    }
  });

  it('a trap in it is told, and the session goes on', async () => {
    const session = await testSession({ threads: 2, wideAbove: 0 });
    const trap = session.run('trap', { leases: [] }, 0, {}, (frame) =>
      frame.call('probeTrap', { trapThread: 1, barriers: 1 }));
    await expect(trap).rejects.toThrow(KernelError);
    const structure = await generate(session, spec(24));
    expect(structure.labels.length).toBe(24 ** 3);
  });
});
