import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { AXES, voxelCount, type Axis, type Shape, type VoxelSize } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import type { Neighbourhood } from '../../src/core/grid.js';
import { geodesicEdges } from '../../src/descriptors/geodesic-tortuosity.js';
import {
  frontCapacity, geodesicField, geodesicGrid, geodesicLeases, type GeodesicGrid,
} from '../../src/kernels/geodesic.js';
import type { Arguments, KernelName } from '../../src/runtime/call.js';
import type { Frame, RunOptions, Session } from '../../src/runtime/session.js';
import { randomLabels } from '../random.js';
import { geodesicDistancesReference } from '../reference/geodesic.js';
import { forEachThreadCount, testSession } from '../session.js';

interface Case {
  readonly phase: number;
  readonly axis: Axis;
  readonly target: number;
  readonly neighbourhood: Neighbourhood;
  /** Length of the front lease; default that of the product. */
  readonly front?: number;
}

/** Field without padding, C order, Infinity where unreached; null when the front overflowed. */
async function distances(
  session: Session, volume: LabelVolume, task: Case, run: RunOptions = {}, onPaths?: () => void,
): Promise<Float32Array | null> {
  const grid = geodesicGrid(volume.shape, task.axis);
  const front = task.front ?? frontCapacity(grid, 0);
  const voxels = voxelCount(volume.shape);
  const plan = { leases: [{ name: 'labels', bytes: voxels }, ...geodesicLeases(grid, front)] };
  return session.run('distances', plan, voxels, run, async (frame) => {
    const labels = frame.lease('labels', voxels);
    await frame.write(labels, volume.labels);
    const edges = geodesicEdges('test', volume.voxelSizeUm, task.axis, task.neighbourhood);
    const watched: Frame = Object.create(frame, {
      call: {
        value(kernel: KernelName, args: Arguments<KernelName>) {
          const status = frame.call(kernel, args);
          if (kernel === 'geodesicDistances') onPaths?.();
          return status;
        },
      },
    });
    const field =
      await geodesicField(watched, labels, volume.shape, grid, task.phase, task.target, edges, front, 'paths');
    return field && unpad(await frame.read(field.distances, Float32Array), grid, volume.shape);
  });
}

function unpad(field: Float32Array, { axis, s1, s2, lead }: GeodesicGrid, [nz, ny, nx]: Shape): Float32Array {
  const result = new Float32Array(nz * ny * nx);
  for (let z = 0, i = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, i++) {
        const [i0, i1, i2] = axis === 'z' ? [z, y, x] : axis === 'y' ? [y, z, x] : [x, z, y];
        const distance = field[lead + (i0 * s1 + i1) * s2 + i2];
        result[i] = distance > 3e38 ? Infinity : distance;
      }
    }
  }
  return result;
}

/** toEqual on a hundred thousand elements takes seconds; this names the first that differs. */
function expectSameBits(found: Float32Array | null, expected: Float32Array): void {
  expect(found).toHaveLength(expected.length);
  const at = found!.findIndex((value, i) => !Object.is(value, expected[i]));
  expect({ at, value: found![at] }).toEqual({ at: -1, value: undefined });
}

function box(shape: Shape, label = 1, voxelSizeUm: VoxelSize = null): LabelVolume {
  return { labels: new Uint8Array(voxelCount(shape)).fill(label), shape, voxelSizeUm };
}

describe('geodesic distances', async () => {
  const session = await testSession();

  it('[oracle] equal the heap Dijkstra to the last bit: any shape, phase, axis, plane, neighbourhood, ' +
      'voxel size', async () => {
    const edge = fc.integer({ min: 1, max: 21 });
    const length = fc.constantFrom(0.1, 0.2, 0.25, 1, 3);
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(edge, edge, edge), fc.integer({ min: 0, max: 1e6 }), fc.double({ min: 0.25, max: 1, noNaN: true }),
        fc.constantFrom(0, 2), fc.constantFrom(...AXES), fc.boolean(), fc.constantFrom(6, 18, 26),
        fc.option(fc.tuple(length, length, length)),
        async (shape, seed, share, smooth, axis, high, neighbourhood, voxelSizeUm) => {
          const labels = randomLabels(shape, { 1: share, 2: (1 - share) / 2, 7: (1 - share) / 2 }, seed, smooth);
          const volume = { labels, shape, voxelSizeUm };
          const n = shape[AXES.indexOf(axis)];
          const task: Case = {
            phase: 1, axis, target: high ? n - 1 : 0, neighbourhood: neighbourhood as Neighbourhood,
          };
          expectSameBits(await distances(session, volume, task), geodesicDistancesReference(volume, task));
        },
      ),
      { numRuns: 120 },
    );
  });

  it('[oracle] equal the heap Dijkstra on a tortuous phase of 40×48×56', async () => {
    const shape: Shape = [40, 48, 56];
    const volume = { labels: randomLabels(shape, { 1: 0.4, 2: 0.6 }, 5, 3), shape, voxelSizeUm: null };
    for (const axis of AXES) {
      const task: Case = { phase: 1, axis, target: 0, neighbourhood: 26 };
      expectSameBits(await distances(session, volume, task), geodesicDistancesReference(volume, task));
    }
  });

  it('[law] same bits for 1, 2, 3 and 7 threads, wide fronts and narrow ones', async () => {
    const shape: Shape = [26, 52, 45];
    const volume = {
      labels: randomLabels(shape, { 1: 0.33, 2: 0.67 }, 11, 2), shape, voxelSizeUm: [0.2, 0.3, 0.25] as const,
    };
    for (const phase of [1, 2]) {
      const task: Case = { phase, axis: 'y', target: 51, neighbourhood: 18 };
      const expected = geodesicDistancesReference(volume, task);
      for (const result of await forEachThreadCount((threads) => distances(threads, volume, task))) {
        expectSameBits(result, expected);
      }
    }
  });

  it('[law] a front that outgrows its lease is reported, never wrong', async () => {
    const volume = box([12, 40, 40]);
    const task: Case = { phase: 1, axis: 'z', target: 0, neighbourhood: 26 };
    const results =
      await forEachThreadCount((threads) => distances(threads, volume, { ...task, front: 1600 + 30 * 7 }));
    const expected = geodesicDistancesReference(volume, task);
    for (const result of results) if (result) expectSameBits(result, expected);
    expect(results).toContain(null);
  });

  it('[law] polls the cancel word within 2^20 voxels', async () => {
    const volume = box([5, 1100, 1100]);
    await distances(session, volume, { phase: 1, axis: 'z', target: 4, neighbourhood: 26 });
    const { work, largestStep } = session.statistics!;
    expect(work.reduce((sum, count) => sum + count)).toBe(voxelCount(volume.shape));
    expect(Math.max(...largestStep)).toBeLessThanOrEqual(POLL_VOXELS);
  });

  it.each([1, 2])('[law] cancels on %i threads within 2^20 voxels each, a front of one voxel included, ' +
      'and stays usable', async (threads) => {
    const own = await testSession({ threads });
    // A corridor that winds through the middle plane row by row, entered from one voxel of the target plane.
    const n = 3000;
    const winding = box([3, n, n], 2);
    winding.labels[0] = 1;
    for (let y = 0; y < n; y += 2) {
      winding.labels.fill(1, (n + y) * n, (n + y) * n + n);
      winding.labels[(n + y + 1) * n + (y % 4 === 0 ? n - 1 : 0)] = 1;
    }
    /** @returns what the run ended with, and how much was done after the word; null where it ended before */
    const cancelled = async (volume: LabelVolume): Promise<{ error: unknown; after: number } | null> => {
      const controller = new AbortController();
      const done = (): number => own.statistics!.work.reduce((sum, count) => sum + count);
      let preparing = true;
      let atAbort = -1;
      const watch = setInterval(() => {
        if (preparing || done() === 0 || atAbort >= 0) return;
        controller.abort();
        // Not before the word is written: this thread may wait for its turn in between.
        atAbort = done();
      }, 1);
      const job = distances(own, volume, { phase: 1, axis: 'z', target: 0, neighbourhood: 26 }, {
        signal: controller.signal,
      }, () => (preparing = false));
      const error: unknown = await job.then(() => null, (reason: unknown) => reason);
      clearInterval(watch);
      const after = done() - atAbort;
      return atAbort < 0 || (error === null && after === 0) ? null : { error, after };
    };
    for (const volume of [winding, box([100, 300, 300])]) {
      let end = await cancelled(volume);
      // This thread may not have had its turn while the others worked.
      while (end === null) end = await cancelled(volume);
      expect(end.error).toMatchObject({ name: 'AbortError' });
      expect(end.after).toBeLessThanOrEqual(2 * threads * POLL_VOXELS);
    }
    const small = box([4, 5, 6]);
    const task: Case = { phase: 1, axis: 'z', target: 0, neighbourhood: 26 };
    expectSameBits(await distances(own, small, task), geodesicDistancesReference(small, task));
  });
});
