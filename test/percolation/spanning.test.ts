// Contents at which random systems first span, against brute force and published thresholds.
import { describe, expect, it } from 'vitest';
import { AXES, NEIGHBOURHOODS, voxelCount, type Axis, type Shape } from '../../src/core/grid.js';
import { thresholdOf, type WindowOutcomes } from '../../src/percolation/finite-size.js';
import {
  levelSpans, randomVoxelSpans, sphereSpans, type SpanningContents, type SphereSize,
} from '../../src/percolation/spanning.js';
import { philox, streamKey } from '../../src/numeric/philox.js';
import { uniform } from '../random.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession({ threads: 1, debug: false });
const checked = await testSession({ threads: 2 });

/** Axes along which items, joined by `touch`, reach from one face to the other. */
function spanned(count: number, touch: (a: number, b: number) => boolean, faces: (item: number) => number): Axis[] {
  const seen = new Uint8Array(count);
  const found = new Set<Axis>();
  for (let start = 0; start < count; start++) {
    if (seen[start]) continue;
    let mask = 0;
    const open = [start];
    seen[start] = 1;
    while (open.length > 0) {
      const item = open.pop()!;
      mask |= faces(item);
      for (let other = 0; other < count; other++) {
        if (!seen[other] && touch(item, other)) {
          seen[other] = 1;
          open.push(other);
        }
      }
    }
    AXES.forEach((axis, k) => {
      if (((mask >> (2 * k)) & 3) === 3) found.add(axis);
    });
  }
  return AXES.filter((axis) => found.has(axis));
}

/** Items in their order, one more at a time: how many there are when each axis is first spanned. */
function firstSpans(
  count: number, touch: (a: number, b: number) => boolean, faces: (item: number) => number,
): Record<Axis, number | null> {
  const first: Record<Axis, number | null> = { z: null, y: null, x: null };
  for (let n = 1; n <= count; n++) for (const axis of spanned(n, touch, faces)) first[axis] ??= n;
  return first;
}

describe('spanning contents', () => {
  it('[oracle] of 6, 18 and 26 neighbours are those that flooding finds', async () => {
    const shape: Shape = [4, 5, 3];
    const [nz, ny, nx] = shape;
    const random = uniform(3);
    for (const neighbourhood of NEIGHBOURHOODS) {
      for (let round = 0; round < 6; round++) {
        const levels = Float32Array.from({ length: voxelCount(shape) }, () => random() - 0.5);
        const order = [...levels.keys()].sort((a, b) => levels[b] - levels[a]);
        const at = (v: number): number[] => [Math.floor(v / (ny * nx)), Math.floor(v / nx) % ny, v % nx];
        const touch = (a: number, b: number): boolean => {
          const [p, q] = [at(order[a]), at(order[b])];
          const apart = p.map((n, k) => Math.abs(n - q[k]));
          const axes = apart.filter((n) => n > 0).length;
          return Math.max(...apart) === 1 && axes <= { 6: 1, 18: 2, 26: 3 }[neighbourhood];
        };
        const faces = (item: number): number =>
          at(order[item]).reduce((mask, n, k) => mask | (Number(n === 0) << (2 * k)) |
            (Number(n === [nz, ny, nx][k] - 1) << (2 * k + 1)), 0);
        const expected = firstSpans(order.length, touch, faces);
        const found = await levelSpans(checked, { shape, levels, neighbourhood });
        for (const axis of AXES) expect(found[axis]).toBe(expected[axis]! / order.length);
      }
    }
  });

  it('[oracle] of spheres of two sizes are those that flooding all pairs finds', async () => {
    const box = [4, 3, 3.5] as const;
    const sizes: SphereSize[] = [{ radius: 0.7, share: 0.3 }, { radius: 0.4, share: 0.7 }];
    const [kernel] = await sphereSpans(checked, { box, sizes, seed: 2, most: 0.9 });
    // The same spheres from the host's generator.
    const [key0, key1] = streamKey({ seed: 2, scenario: 0, realisation: 0 });
    const words = new Uint32Array(4);
    const unit = (k: number): number => (words[k] + words[k + 1] / 2 ** 32) / 2 ** 32;
    const spheres = Array.from({ length: 200 }, (_, i) => {
      philox(words, i, 0x73706872, 0, 0, key0, key1);
      const [z, y] = [unit(0) * box[0], unit(2) * box[1]];
      philox(words, i, 0x73706872, 1, 0, key0, key1);
      return { at: [z, y, unit(0) * box[2]], radius: unit(2) < 0.3 ? 0.7 : 0.4 };
    });
    const touch = (a: number, b: number): boolean =>
      Math.hypot(...spheres[a].at.map((n, k) => n - spheres[b].at[k])) <= spheres[a].radius + spheres[b].radius;
    const faces = (item: number): number => spheres[item].at.reduce((mask, n, k) => mask |
      (Number(n - spheres[item].radius <= 0) << (2 * k)) |
      (Number(n + spheres[item].radius >= box[k]) << (2 * k + 1)), 0);
    const expected = firstSpans(spheres.length, touch, faces);
    for (const axis of AXES) {
      const volume = spheres.slice(0, expected[axis]!)
        .reduce((sum, { radius }) => sum + 4 / 3 * Math.PI * radius ** 3, 0);
      expect(kernel[axis]).toBeCloseTo(1 - Math.exp(-volume / (box[0] * box[1] * box[2])), 12);
    }
  });

  it('[law] are the same bits for every number of threads, and of each realisation whatever the others', async () => {
    const spheres = { box: [8, 8, 8], sizes: [{ radius: 0.5, share: 1 }], seed: 9 } as const;
    const voxels = { shape: [12, 10, 11], neighbourhood: 18, seed: 9 } as const;
    const found = await forEachThreadCount(async (one) => [
      await sphereSpans(one, { ...spheres, runs: 3 }), await randomVoxelSpans(one, { ...voxels, runs: 3 }),
    ]);
    for (const other of found.slice(1)) expect(other).toEqual(found[0]);
    expect(await sphereSpans(session, { ...spheres, first: 2 })).toEqual([found[0][0][2]]);
    expect(await randomVoxelSpans(session, { ...voxels, first: 1, runs: 2 })).toEqual(found[0][1].slice(1));
  });

  it('say what is wrong with a box, sizes, levels and realisations', async () => {
    const sizes = [{ radius: 0.5, share: 1 }];
    await expect(sphereSpans(session, { box: [8, 8, 0.5], sizes })).rejects
      .toThrow('smaller than a sphere of diameter 1');
    await expect(sphereSpans(session, { box: [8, 8, 8], sizes: [{ radius: 1, share: 0.5 }] }))
      .rejects.toThrow('shares sum to 1');
    await expect(sphereSpans(session, { box: [8, 8, 8], sizes, most: 1 })).rejects.toThrow('most lies above 0');
    await expect(levelSpans(session, { shape: [2, 2, 2], levels: new Float32Array(7) })).rejects
      .toThrow('of 8 numbers');
    await expect(randomVoxelSpans(session, { shape: [4, 4, 4], runs: 0 })).rejects.toThrow('runs one ≥ 1');
    await expect(randomVoxelSpans(session, { shape: [4, 4, 4], neighbourhood: 8 as never })).rejects
      .toThrow('6, 18 or 26');
  });
});

describe('thresholds by finite-size scaling', () => {
  const windowsOf = async (
    plan: readonly (readonly [size: number, runs: number])[],
    spans: (size: number, runs: number) => Promise<SpanningContents[]>,
  ): Promise<WindowOutcomes[]> => {
    const windows: WindowOutcomes[] = [];
    for (const [size, runs] of plan) {
      const found = await spans(size, runs);
      windows.push({ size, outcomes: found.map(({ z }) => ({ from: z })) });
    }
    return windows;
  };
  const PLAN = [[8, 400], [12, 400], [16, 300], [24, 200], [32, 100]] as const;

  // Simple cubic sites: 6 (Xu, Wang, Lv & Deng 2014), 18 and 26 neighbours (Kurzawski & Malarz 2012).
  it.each([[6, 0.3116077], [18, 0.1372], [26, 0.0976]] as const)(
    '[published] random voxels with %i neighbours: %f within four standard errors', async (neighbourhood, truth) => {
      const windows = await windowsOf(PLAN, (size, runs) =>
        randomVoxelSpans(session, { shape: [size, size, size], neighbourhood, runs, seed: 1 }));
      const { threshold, error, nuFromWidths } = thresholdOf(windows);
      expect(error).toBeLessThan(0.02 * Math.sqrt(truth));
      expect(Math.abs(threshold - truth)).toBeLessThan(4 * error);
      expect(Math.abs(nuFromWidths!.nu - 0.8765)).toBeLessThan(4 * nuFromWidths!.error);
    },
  );

  // Lorenz & Ziff 2001; Consiglio, Baker, Paul & Stanley 2003.
  it.each([
    ['equal', 0.28957, [{ radius: 0.5, share: 1 }]],
    ['of radii 2 : 1, 11 % of them large', 0.29731, [{ radius: 0.5, share: 0.11 }, { radius: 0.25, share: 0.89 }]],
  ] as const)('[published] overlapping spheres, %s: %f within four standard errors', async (_, truth, sizes) => {
    const plan = [[6, 400], [8, 300], [12, 200], [16, 100], [20, 60]] as const;
    const windows = await windowsOf(plan, (size, runs) =>
      sphereSpans(session, { box: [size, size, size], sizes, runs, seed: 1 }));
    const { threshold, error } = thresholdOf(windows);
    expect(error).toBeLessThan(0.02);
    expect(Math.abs(threshold - truth)).toBeLessThan(4 * error);
  });
});
