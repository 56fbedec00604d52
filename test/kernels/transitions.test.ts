import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { DIRECTIONS } from '../../src/core/directions.js';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import { labelLease, transitions, transitionsPlan, type ClassPair } from '../../src/kernels/transitions.js';
import type { Session } from '../../src/runtime/session.js';
import { randomLabels } from '../random.js';
import { transitionsTwin } from '../reference/measures.js';
import { forEachThreadCount, testSession } from '../session.js';

function count(
  session: Session, labels: Uint8Array, shape: Shape, phases: number[], pairs: ClassPair[], signal?: AbortSignal,
): Promise<number[][]> {
  const plan = { leases: [labelLease(shape)], then: [transitionsPlan(session.threads, pairs.length)] };
  return session.run('transitions', plan, voxelCount(shape), { signal }, async (frame) => {
    const lease = frame.lease('labels', labelLease(shape).bytes);
    await frame.fill(lease, 0xff);
    await frame.write(lease, labels);
    return transitions(frame, lease, shape, phases, pairs);
  });
}

// Row lengths around the block of 16 voxels and beyond the 255 blocks of one u8 counter; flat windows along each axis.
const SHAPES: Shape[] = [
  [5, 6, 7], [4, 5, 16], [3, 4, 17], [2, 3, 33], [7, 1, 20], [1, 9, 18], [6, 8, 1], [1, 1, 40], [1, 30, 1], [30, 1, 1],
  [1, 1, 1], [2, 2, 4081], [2, 3, 8179], [3, 40, 100],
];

describe('transitions', () => {
  it.each(SHAPES)('[oracle] counts label pairs like the twin at %i×%i×%i', async (...shape) => {
    const session = await testSession({ threads: 3 });
    const labels = randomLabels(shape, { 1: 0.4, 2: 0.4, 3: 0.2 }, 11);
    const pairs: ClassPair[] = [[1, 2], [1, 3], [2, 3]];
    const counts = await count(session, labels, shape, [1, 2, 3], pairs);
    pairs.forEach(([a, b], k) => expect(counts[k]).toEqual(transitionsTwin(labels, shape, a, b, [1, 2, 3])));
  });

  it('[oracle] tells eight classes apart, the last of them being all other labels', async () => {
    const session = await testSession();
    const shape: Shape = [6, 7, 21];
    const labels = randomLabels(shape, { 0: 1, 7: 1, 9: 1, 100: 1, 128: 1, 200: 1, 254: 1, 255: 1, 33: 1 }, 5);
    const phases = [255, 0, 7, 9, 100, 128, 200];
    const pairs =
      phases.flatMap((a, i): ClassPair[] => [...phases.slice(i + 1).map((b): ClassPair => [a, b]), [a, null]]);
    const counts = await count(session, labels, shape, phases, pairs);
    pairs.forEach(([a, b], k) => expect(counts[k]).toEqual(transitionsTwin(labels, shape, a, b, phases)));
  });

  // Every pair of odd direction is a transition: the u8 counters run as full as they can.
  it.each(
    [[2, 300, 16], [3, 5, 8200], [4, 70, 100]] as Shape[],
  )('[exact] counts the chessboard at %i×%i×%i', async (...shape) => {
    const session = await testSession();
    const [nz, ny, nx] = shape;
    const labels = Uint8Array.from(
      { length: nz * ny * nx }, (_, i) => ((i % nx) + Math.floor(i / nx) % ny + Math.floor(i / (nx * ny))) % 2,
    );
    const [counts] = await count(session, labels, shape, [0, 1], [[0, 1]]);
    DIRECTIONS.forEach(({ offset }, d) => {
      const odd = offset.reduce((sum, step) => sum + Math.abs(step), 0) % 2 === 1;
      const pairs = offset.reduce((product, step, k) => product * (shape[k] - Math.abs(step)), 1);
      expect(counts[d]).toBe(odd ? pairs : 0);
    });
  });

  it('[law] counts the same for 1, 2, 3 and 7 threads', async () => {
    const shape: Shape = [5, 23, 50];
    const labels = randomLabels(shape, { 1: 0.4, 2: 0.4, 3: 0.2 }, 12, 1);
    const results = await forEachThreadCount((session) => count(session, labels, shape, [1, 2], [[1, 2], [1, null]]));
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('[law] looks at the cancel word within 2^20 voxels of work, and stops', async () => {
    const session = await testSession({ threads: 1 });
    const shape: Shape = [1, 1100, 2000];
    const labels = new Uint8Array(voxelCount(shape));
    await count(session, labels, shape, [0], [[0, null]]);
    const { work, largestStep } = session.statistics!;
    expect(work[0]).toBe(labels.length);
    expect(largestStep[0]).toBeLessThanOrEqual(POLL_VOXELS);
    const controller = new AbortController();
    const job = count(session, labels, shape, [0], [[0, null]], controller.signal);
    controller.abort();
    await expect(job).rejects.toMatchObject({ name: 'AbortError' });
  });
});
