import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { AXES, voxelCount, type Shape } from '../../src/core/grid.js';
import { reachMask, reachMaskLeases, type ReachOptions } from '../../src/kernels/reach.js';
import type { Session } from '../../src/runtime/session.js';
import { randomLabels } from '../random.js';
import { reachTwin } from '../reference/reach.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession({ threads: 3 });

async function reach(session: Session, labels: Uint8Array, shape: Shape, options: ReachOptions) {
  const io = ['labels', 'mask'].map((name) => ({ name, bytes: voxelCount(shape) }));
  const plan = { leases: [...io, ...reachMaskLeases(shape, session.threads)] };
  return session.run('reach', plan, 0, {}, async (frame) => {
    const [input, mask] = io.map(({ name, bytes }) => frame.lease(name, bytes));
    await frame.write(input, labels);
    const counts = await reachMask(frame, mask, input, shape, options);
    return { mask: await frame.read(mask, Uint8Array, labels.length), counts };
  });
}

/** One path that visits every second row of every second plane, back and forth: the longest flood there is. */
function serpentine([nz, ny, nx]: Shape): Uint8Array {
  const labels = new Uint8Array(nz * ny * nx);
  const at = (z: number, y: number, x: number): number => (z * ny + y) * nx + x;
  for (let z = 0; z < nz; z += 2) {
    for (let y = 0; y < ny; y += 2) {
      labels.fill(1, at(z, y, 0), at(z, y, nx));
      if (y + 2 < ny) labels[at(z, y + 1, (y / 2) % 2 ? 0 : nx - 1)] = 1;
    }
    const turn = (z / 2) % 2 ? 0 : ny - 1;
    if (z + 2 < nz) labels[at(z + 1, turn, (z / 2) % 2 === 0 && ((ny - 1) / 2) % 2 === 0 ? nx - 1 : 0)] = 1;
  }
  return labels;
}

describe('reach from a face', () => {
  for (const neighbours of [6, 18, 26] as const) {
    const threshold = { 6: 0.35, 18: 0.17, 26: 0.12 }[neighbours];
    it.each([[7, 8, 9], [12, 9, 64], [5, 11, 65], [9, 6, 130], [1, 1, 5], [20, 1, 3], [2, 30, 1]] as const)(
      `[oracle] equals a flood fill, ${neighbours} neighbours, %i×%i×%i, near the percolation threshold`,
      async (...shape) => {
        for (const seed of [1, 2]) {
          const labels = randomLabels(shape, { 1: threshold + 0.03, 2: 0.97 - threshold }, seed);
          for (const axis of AXES) {
            for (const from of ['low', 'high'] as const) {
              const { mask, counts } = await reach(session, labels, shape, { phase: 1, axis, from, neighbours });
              const twin = reachTwin(Array.from(labels, (l) => l === 1), shape, axis, from, neighbours);
              expect(mask).toEqual(twin);
              const slice = shape[1] * shape[2];
              expect(Array.from(counts)).toEqual(
                Array.from(counts, (_, z) => twin.slice(z * slice, (z + 1) * slice).reduce((a, b) => a + b, 0)),
              );
            }
          }
        }
      },
    );
  }

  it('[exact] follows one path through every row, on 1, 2, 3 and 7 threads', async () => {
    const shape = [13, 9, 131] as const;
    const labels = serpentine(shape);
    // Cut the path in its last plane: what lies behind the cut must stay dark.
    const cut = labels.slice();
    cut[(12 * 9 + 4) * 131 + 70] = 0;
    const options = { phase: 1, axis: 'z', from: 'low', neighbours: 6 } as const;
    for (const result of await forEachThreadCount((s) => reach(s, labels, shape, options))) {
      expect(result.mask).toEqual(labels);
    }
    const twin = reachTwin(Array.from(cut, (l) => l === 1), shape, 'z', 'low', 6);
    expect(twin.reduce((a, b) => a + b, 0)).toBeLessThan(cut.reduce((a, b) => a + b, 0));
    for (const result of await forEachThreadCount((s) => reach(s, cut, shape, options))) {
      expect(result.mask).toEqual(twin);
    }
  });

  it('[law] looks at the cancel word within 2^20 voxels of work', async () => {
    const shape = [4, 600, 700] as const;
    const labels = randomLabels(shape, { 1: 0.6, 2: 0.4 }, 3);
    await reach(session, labels, shape, { phase: 1, axis: 'z', from: 'low', neighbours: 26 });
    expect(Math.max(...session.statistics!.largestStep)).toBeLessThanOrEqual(POLL_VOXELS);
  });
});
