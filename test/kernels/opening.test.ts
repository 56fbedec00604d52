import { describe, expect, it } from 'vitest';
import type { Shape } from '../../src/core/grid.js';
import { bitBytes, bitsOfPhase } from '../../src/kernels/bits.js';
import { lineBytes, paddedRow, wideLeases } from '../../src/kernels/distance.js';
import { nearLeases, open16, open32, reachOf } from '../../src/kernels/opening.js';
import { randomLabels } from '../random.js';
import { testSession } from '../session.js';

const session = await testSession();

describe('opening', () => {
  it.each([[[20, 21, 70], 1], [[33, 40, 9], 2], [[5, 90, 31], 3], [[4, 9, 547], 4]] as const)(
    '[oracle] shifted minima in 8 and 16 bits equal parabolas in 32, %j',
    async (shape: Shape, seed) => {
      const [nz, ny, nx] = shape;
      const labels = randomLabels(shape, { 1: 0.0005, 2: 1 }, seed);
      labels[seed * 100] = 1;
      const leases = [
        { name: 'labels', bytes: labels.length }, { name: 'centres', bytes: bitBytes(shape) },
        { name: 'covered', bytes: bitBytes(shape) }, { name: 'counts', bytes: 4 * nz },
        { name: 'g', bytes: nz * ny * paddedRow(shape) }, { name: 'lines', bytes: lineBytes(shape, session.threads) },
        ...nearLeases(shape, session.threads), ...wideLeases(shape, session.threads),
      ];
      await session.run('openings', { leases }, 0, {}, async (frame) => {
        const [input, centres, covered, counts, g, lines, near, wide, scratch] =
          leases.map(({ name, bytes }) => frame.lease(name, bytes));
        await frame.write(input, labels);
        await bitsOfPhase(frame, centres, input, shape, 1);
        for (const squaredRadius of [1, 2, 9, 10, 255, 256, 257, 400, 2500, 65025]) {
          const narrowCounts = await open16(frame, counts, covered, centres, shape, squaredRadius, g, near, lines);
          const narrow = await frame.read(covered, Uint8Array);
          expect(await open32(frame, counts, covered, centres, shape, squaredRadius, wide, scratch))
            .toEqual(narrowCounts);
          expect(await frame.read(covered, Uint8Array)).toEqual(narrow);
          if (squaredRadius === 65025) expect(narrowCounts.reduce((a, b) => a + b, 0)).toBe(nz * ny * nx);
        }
      });
    },
  );

  it('[exact] looks as far as the largest whole number below r', () => {
    expect([1, 2, 4, 5, 9, 10, 65025].map(reachOf)).toEqual([0, 1, 1, 2, 2, 3, 254]);
  });
});
