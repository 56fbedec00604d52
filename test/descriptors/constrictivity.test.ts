import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { SpecError } from '../../src/core/errors.js';
import { AXES, voxelCount, type Axis, type Shape, type VoxelSize } from '../../src/core/grid.js';
import { constrictivity, constrictivityOfPhase, constrictivityPlan } from '../../src/descriptors/constrictivity.js';
import { openingsPlan, withOpenings, type Inlet } from '../../src/descriptors/openings.js';
import { bytesOfBits } from '../../src/kernels/bits.js';
import { randomLabels } from '../random.js';
import { squaredDistanceTwin } from '../reference/distance.js';
import { constrictivityTwin, openingTwin } from '../reference/openings.js';
import { stretchedConstrictivityTwin } from '../reference/thickness.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession();
const volumeOf = (labels: Uint8Array, shape: Shape) => ({ labels, shape, voxelSizeUm: null });

/** Phase 1 where `inside` says so, else 2. */
function build(shape: Shape, inside: (z: number, y: number, x: number) => boolean): Uint8Array {
  const [nz, ny, nx] = shape;
  return Uint8Array.from({ length: nz * ny * nx }, (_, i) =>
    inside(Math.floor(i / (nx * ny)), Math.floor(i / nx) % ny, i % nx) ? 1 : 2,
  );
}

/** Number of voxels where two masks differ: a readable failure where the masks are large. */
const differing = (a: Uint8Array, b: Uint8Array): number => a.reduce((n, value, i) => n + Number(value !== b[i]), 0);

/** Masks of several openings of phase 1. */
async function openings(labels: Uint8Array, shape: Shape, requests: readonly (readonly [number, Inlet | null])[]) {
  const io = ['labels', 'mask'].map((name) => ({ name, bytes: labels.length }));
  return session.run('openings', { leases: io, then: [openingsPlan(shape, session.threads)] }, 0, {}, async (frame) => {
    const [input, mask] = io.map(({ name, bytes }) => frame.lease(name, bytes));
    await frame.write(input, labels);
    return withOpenings(frame, input, shape, 1, async (o) => {
      const masks: Uint8Array[] = [];
      for (const [squaredRadius, inlet] of requests) {
        await bytesOfBits(frame, mask, await o.coveredBits(squaredRadius, inlet), shape);
        masks.push(await frame.read(mask, Uint8Array, labels.length));
        expect(await o.covered(squaredRadius, inlet)).toBe(masks.at(-1)!.reduce((a, b) => a + b, 0));
      }
      return masks;
    });
  });
}

/** The volume seen with its axes in another order: result[i0][i1][i2] = labels at (z, y, x) with order[k] = axis of
 *  i_k. */
function permute(labels: Uint8Array, shape: Shape, order: readonly [number, number, number]): [Uint8Array, Shape] {
  const target = [shape[order[0]], shape[order[1]], shape[order[2]]] as const;
  return [
    build(target, (...index) => {
      const at = [0, 0, 0];
      order.forEach((axis, k) => (at[axis] = index[k]));
      return labels[(at[0] * shape[1] + at[1]) * shape[2] + at[2]] === 1;
    }),
    target,
  ];
}

describe('openings', () => {
  it.each([
    [[11, 12, 13], 0.75, 1], [[16, 9, 20], 0.93, 2], [[7, 21, 18], 0.985, 3], [[1, 24, 24], 0.95, 4],
    [[24, 1, 17], 0.9, 5],
  ] as const)('[oracle] equal brute force voxel by voxel, %j, share %f', async (shape, share, seed) => {
    const labels = randomLabels(shape, { 1: share, 2: 1 - share }, seed);
    const squared = squaredDistanceTwin(Array.from(labels, (l) => l === 1), shape);
    const radii = [...new Set([1, 2, 3, 4, 7, 9, 10, ...squared.filter((d) => d > 10), 400])];
    const requests =
      radii.flatMap((r) => [[r, null], [r, { axis: 'z', from: 'low' }], [r, { axis: 'x', from: 'high' }]] as const);
    const masks = await openings(labels, shape, requests);
    for (const [k, [squaredRadius, inlet]] of requests.entries()) {
      expect(differing(masks[k], openingTwin(squared, shape, squaredRadius, inlet)), `radius² ${squaredRadius}`)
        .toBe(0);
    }
  });

  it('[exact] balls of 16 and more voxels leave bytes: the opening of a half space is itself, ' +
      'of a digital ball too', async () => {
    const half = build([70, 70, 70], (z) => z >= 3);
    const [mask] = await openings(half, [70, 70, 70], [[40 * 40, null]]);
    expect(differing(mask, half.map((l) => (l === 1 ? 1 : 0)))).toBe(0);
    const R2 = 19 * 19 + 3;
    const ball = build([45, 45, 45], (z, y, x) => (z - 22) ** 2 + (y - 22) ** 2 + (x - 22) ** 2 < R2);
    const shape = [45, 45, 45] as const;
    const result = await constrictivity(session, volumeOf(ball, shape), { phase: 1 });
    // The nearest outside voxel: 364 = 18² + 6² + 2² is itself a sum of three squares.
    expect(result.bulgeRadius! ** 2).toBeCloseTo(364, 9);
    const [whole] = await openings(ball, shape, [[364, null]]);
    expect(differing(whole, ball.map((l) => (l === 1 ? 1 : 0)))).toBe(0);
    expect(result).toMatchObject({ bottleneckRadius: 0, constrictivity: 0 });
  });
});

describe('constrictivity', () => {
  it.each([[[12, 13, 14], 0.9, 1], [[17, 9, 16], 0.97, 2], [[10, 20, 15], 0.7, 3], [[14, 14, 14], 0.985, 4]] as const)(
    '[oracle] equals the same bisection on brute-force openings, %j, share %f',
    async (shape, share, seed) => {
      const labels = randomLabels(shape, { 1: share, 2: 1 - share }, seed, 2);
      const inside = Array.from(labels, (l) => l === 1);
      for (const axis of AXES) {
        for (const from of ['low', 'high'] as const) {
          const twin = constrictivityTwin(inside, shape, { axis, from });
          const result = await constrictivity(session, volumeOf(labels, shape), { phase: 1, axis, from });
          expect(result).toEqual({
            axis, from, bottleneckRadius: Math.sqrt(twin.bottleneck), bulgeRadius: Math.sqrt(twin.bulge),
            constrictivity: twin.bottleneck / twin.bulge,
          });
        }
      }
    },
  );

  it('[exact] a slab of w layers has r = ⌈w/2⌉: β = 1 along it, 0 across it, radii in µm', async () => {
    const shape = [20, 11, 13] as const;
    for (const w of [1, 2, 5, 8]) {
      const volume = { labels: build(shape, (z) => z >= 6 && z < 6 + w), shape, voxelSizeUm: [0.2, 0.2, 0.2] as const };
      const radius = 0.2 * Math.ceil(w / 2);
      for (const axis of ['y', 'x'] as const) {
        const along = await constrictivity(session, volume, { phase: 1, axis });
        expect(along).toEqual({ axis, from: 'low', bottleneckRadius: radius, bulgeRadius: radius, constrictivity: 1 });
      }
      const across = await constrictivity(session, volume, { phase: 1, axis: 'z', from: 'high' });
      expect(across).toMatchObject({ bottleneckRadius: 0, bulgeRadius: radius, constrictivity: 0 });
    }
  });

  it('[exact] a straight channel and a slit have β = 1 along every axis', async () => {
    const cubic = [21, 21, 21] as const;
    for (const [w, h] of [[7, 7], [5, 9], [3, 21]]) {
      const z = build(cubic, (_, y, x) => Math.abs(y - 10) <= (w - 1) / 2 && Math.abs(x - 10) <= (h - 1) / 2);
      for (const [axis, order] of [['z', [0, 1, 2]], ['y', [1, 0, 2]], ['x', [1, 2, 0]]] as const) {
        const [labels, shape] = permute(z, cubic, order);
        const result = await constrictivity(session, volumeOf(labels, shape), { phase: 1, axis });
        const r = (w + 1) / 2;
        expect(result).toMatchObject({ bottleneckRadius: r, bulgeRadius: r, constrictivity: 1 });
      }
    }
  });

  it('[exact] a throat limits balls from the small chamber, not from the large one', async () => {
    const shape = [60, 21, 21] as const;
    const labels = build(shape, (z, y, x) => {
      const half = z < 18 ? 7 : z < 24 ? 2 : 7;
      return Math.abs(y - 10) <= half && Math.abs(x - 10) <= half;
    });
    const low = await constrictivity(session, volumeOf(labels, shape), { phase: 1, from: 'low' });
    expect(low).toMatchObject({ bottleneckRadius: 3, bulgeRadius: 8, constrictivity: 9 / 64 });
    const high = await constrictivity(session, volumeOf(labels, shape), { phase: 1, from: 'high' });
    expect(high.bottleneckRadius).toBeGreaterThan(3);
    const side = await constrictivity(session, volumeOf(labels, shape), { phase: 1, axis: 'y' });
    expect(side).toMatchObject({ bottleneckRadius: 0, constrictivity: 0 });
  });

  it('[exact] a phase that fills the window has no finite radius and β = 1', async () => {
    const volume = volumeOf(new Uint8Array(60).fill(3), [3, 4, 5]);
    const result = await constrictivity(session, volume, { phase: 3, curves: [1, 100] });
    expect(result).toEqual({
      axis: 'z', from: 'low', bottleneckRadius: null, bulgeRadius: null, constrictivity: 1,
      curves: { radius: [1, 100], cpsd: [1, 1], smip: [1, 1] },
    });
  });

  it('[exact] radii above 255 voxels, in 32 bits', async () => {
    const shape = [3, 2, 620] as const;
    const labels = build(shape, (_z, _y, x) => x !== 20);
    // Right of the wall 599 voxels, the farthest 599 away; its ball covers them all and half of the phase is 309.
    const high = await constrictivity(session, volumeOf(labels, shape), { phase: 1, axis: 'x', from: 'high' });
    expect(high).toMatchObject({ bottleneckRadius: 599, bulgeRadius: 599, constrictivity: 1 });
    const low = await constrictivity(session, volumeOf(labels, shape), { phase: 1, axis: 'x', from: 'low' });
    expect(low).toMatchObject({ bottleneckRadius: 0, bulgeRadius: 599 });
  });

  it('[law] SMIP ≤ CPSD ≤ ε at every radius, both start at what is connected, ' +
      'β from the curves brackets β', async () => {
    const shape = [30, 31, 32] as const;
    const labels = randomLabels(shape, { 1: 0.93, 2: 0.07 }, 11, 3);
    const volume = { labels, shape, voxelSizeUm: [0.5, 0.5, 0.5] as const };
    const { curves, ...result } = await constrictivity(session, volume, { phase: 1, axis: 'y', curves: true });
    const share = labels.filter((l) => l === 1).length / labels.length;
    expect(curves!.cpsd[0]).toBe(share);
    curves!.smip.forEach((value, k) => expect(value).toBeLessThanOrEqual(curves!.cpsd[k]));
    expect(curves!.cpsd[curves!.radius.indexOf(result.bulgeRadius!)]).toBeGreaterThanOrEqual(share / 2);
    expect(curves!.cpsd[curves!.radius.indexOf(result.bulgeRadius!) + 1]).toBeLessThan(share / 2);
    expect(curves!.smip[curves!.radius.indexOf(result.bottleneckRadius!)]).toBeGreaterThanOrEqual(share / 2);
    expect(result).toEqual(await constrictivity(session, volume, { phase: 1, axis: 'y' }));
    const given = await constrictivity(session, volume, { phase: 1, axis: 'y', curves: curves!.radius });
    expect(given.curves).toEqual(curves);
  });

  it('[law] more phase covers more; reflection and permutation of axes change nothing', async () => {
    const sizes =
      fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 20 }))
        .filter((shape) => Math.max(...shape) > 1);
    const radii = [1, 1.5, 2, 2.5, 3, 4];
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(...AXES), async (shape, seed, axis) => {
        fc.pre(shape[AXES.indexOf(axis)] > 1);
        const labels = randomLabels(shape, { 1: 0.85, 2: 0.15 }, seed);
        labels[0] = 1;
        const more = labels.slice();
        for (let i = seed % 5; i < more.length; i += 5) more[i] = 1;
        const all = await constrictivity(session, volumeOf(labels, shape), { phase: 1, axis, curves: radii });
        const grown = await constrictivity(session, volumeOf(more, shape), { phase: 1, axis, curves: radii });
        for (let k = 0; k < radii.length; k++) {
          expect(grown.curves!.cpsd[k]).toBeGreaterThanOrEqual(all.curves!.cpsd[k]);
          expect(grown.curves!.smip[k]).toBeGreaterThanOrEqual(all.curves!.smip[k]);
        }
        expect(all.constrictivity).toBeLessThanOrEqual(1);
        // Reversing the whole array turns all three axes round.
        const turned = await constrictivity(
          session, volumeOf(labels.slice().reverse(), shape), { phase: 1, axis, from: 'high', curves: radii },
        );
        expect(turned).toEqual({ ...all, from: 'high' });
        for (const order of [[1, 2, 0], [2, 0, 1], [2, 1, 0]] as const) {
          const [rotated, rotatedShape] = permute(labels, shape, order);
          const target: Axis = AXES[order.indexOf(AXES.indexOf(axis) as 0)];
          const result =
            await constrictivity(session, volumeOf(rotated, rotatedShape), { phase: 1, axis: target, curves: radii });
          expect(result).toEqual({ ...all, axis: target });
        }
      }),
      { numRuns: 12, seed: 20 },
    );
  });

  it('[law] several inlets at once equal each alone; same bits on 1, 2, 3 and 7 threads', async () => {
    const shape = [22, 25, 28] as const;
    const labels = randomLabels(shape, { 1: 0.94, 2: 0.06 }, 12, 3);
    const inlets = AXES.flatMap((axis) => [{ axis, from: 'low' }, { axis, from: 'high' }] as const);
    const request = { phase: 1, inlets, curves: [2, 3], size: null };
    const all = await forEachThreadCount((s) =>
      s.run('all', constrictivityPlan(shape, s.threads), voxelCount(shape), {}, async (frame) => {
        const input = frame.lease('labels', labels.length);
        await frame.write(input, labels);
        return constrictivityOfPhase(frame, input, shape, request);
      }),
    );
    for (const results of all) expect(results).toEqual(all[0]);
    for (const [k, inlet] of inlets.entries()) {
      expect(await constrictivity(session, volumeOf(labels, shape), { phase: 1, ...inlet, curves: [2, 3] }))
        .toEqual(all[0][k]);
    }
  });

  it.each([[[18, 15, 21], 0.9], [[6, 9, 300], 0.97]] as const)(
    '[law] many radii in one call cover what each covers alone, from every face, on 1, 2, 3 and 7 threads, %j',
    async (shape, share) => {
      const labels = randomLabels(shape, { 1: share, 2: 1 - share }, 5);
      const io = ['labels', 'mask'].map((name) => ({ name, bytes: labels.length }));
      const found: unknown[] = [];
      for (const threads of [1, 2, 3, 7]) {
        const many = await testSession({ threads });
        const plan = { leases: io, then: [openingsPlan(shape, threads)] };
        found.push(await many.run('openings', plan, 0, {}, async (frame) => {
          const [input, mask] = io.map(({ name, bytes }) => frame.lease(name, bytes));
          await frame.write(input, labels);
          return withOpenings(frame, input, shape, 1, async (o) => {
            const alone = async (squaredRadius: number, inlet: Inlet | null): Promise<number> => {
              await bytesOfBits(frame, mask, await o.coveredBits(squaredRadius, inlet), shape);
              return (await frame.read(mask, Uint8Array, labels.length)).reduce((a, b) => a + b, 0);
            };
            const counts: unknown[] = [];
            for (const axis of AXES) {
              for (const from of ['low', 'high'] as const) {
                const inlet = { axis, from };
                // Every way of asking, and more radii than one call takes.
                const requests = Array.from({ length: 70 }, (_, k) => (
                  { squaredRadius: 1 + (k % 12), anywhere: k % 3 !== 1, entering: k % 3 !== 2 }
                ));
                const all = await o.coveredAll(requests, inlet);
                for (const [k, { squaredRadius, anywhere, entering }] of requests.entries()) {
                  // The first of each kind, and the last, which a second call has counted.
                  if (threads > 1 || (k > 12 && k < 66)) continue;
                  expect(all[k]).toEqual({
                    anywhere: anywhere ? await alone(squaredRadius, null) : 0,
                    entering: entering ? await alone(squaredRadius, inlet) : 0,
                  });
                }
                counts.push(all);
              }
            }
            return counts;
          });
        }));
      }
      for (const other of found.slice(1)) expect(other).toEqual(found[0]);
    },
  );

  it('[law] looks at the cancel word within 2^20 voxels of work, and a cancelled session stays usable', async () => {
    const shape = [30, 200, 201] as const;
    const volume = volumeOf(randomLabels(shape, { 1: 0.95, 2: 0.05 }, 5), shape);
    const expected = await constrictivity(session, volume, { phase: 1 });
    expect(Math.max(...session.statistics!.largestStep)).toBeLessThanOrEqual(POLL_VOXELS);
    const stop = new AbortController();
    const job = constrictivity(session, volume, { phase: 1, curves: true }, {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    setTimeout(() => stop.abort(), 20);
    await expect(job).rejects.toMatchObject({ name: 'AbortError' });
    expect(await constrictivity(session, volume, { phase: 1 })).toEqual(expected);
  });

  it.each<[Shape, VoxelSize]>([
    [[9, 8, 14], [0.5, 0.2, 0.3]], [[8, 10, 17], [1, 1, 2]], [[7, 9, 12], [1, Math.SQRT2, Math.PI]],
  ])('[oracle] round balls on stretched voxels: the same bisection on brute-force ' +
      'openings, %j %j', async (shape, size) => {
    for (const [seed, axis, from] of [[3, 'z', 'low'], [4, 'x', 'high']] as const) {
      const labels = randomLabels(shape, { 1: 0.7, 2: 0.3 }, seed, 6);
      const found =
        await constrictivity(session, { labels, shape, voxelSizeUm: size }, { phase: 1, axis, from, curves: true });
      const twin = stretchedConstrictivityTwin(Array.from(labels, (label) => label === 1), shape, { axis, from }, size);
      const unit = Math.min(...size!);
      expect([found.bottleneckRadius, found.bulgeRadius])
        .toEqual([Math.sqrt(twin.bottleneck) * unit, Math.sqrt(twin.bulge) * unit]);
      found.curves!.radius.forEach((r, k) => {
        expect(found.curves!.cpsd[k] * labels.length).toBeCloseTo(twin.covered((r / unit) ** 2, false), 6);
        expect(found.curves!.smip[k] * labels.length).toBeCloseTo(twin.covered((r / unit) ** 2, true), 6);
      });
    }
  });

  it('refuses absent phases, wrong axes, faces and radii', async () => {
    const labels = new Uint8Array(8).fill(1);
    const volume = volumeOf(labels, [2, 2, 2]);
    for (
      const bad of [
        { phase: 5 }, { phase: 1, axis: 'w' as Axis }, { phase: 1, from: 'left' as 'low' }, { phase: 1, curves: [NaN] },
      ]
    ) {
      await expect(constrictivity(session, volume, bad)).rejects.toThrow(SpecError);
    }
  });
});
