import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import {
  countInterface, interfaceCountPlan, interfaceFacesPlan, listInterface, type InterfaceImage, type InterfaceWeights,
} from '../../src/kernels/interface-faces.js';
import type { Session } from '../../src/runtime/session.js';
import { randomLabels } from '../random.js';
import { interfaceTwin } from '../reference/interface.js';
import { forEachThreadCount, testSession } from '../session.js';

type Image = Omit<InterfaceImage, 'from' | 'to'> & Partial<Pick<InterfaceImage, 'from' | 'to'>>;

const CUBES: InterfaceWeights = { edges: [1, 1, 1], weights: 'normal', area: null };

async function listed(session: Session, of: Image, how: Partial<InterfaceWeights> = {}) {
  const image: InterfaceImage = { from: 0, to: of.shape[0], ...of };
  const { shape } = image;
  return session.run('interface', interfaceCountPlan(shape), voxelCount(shape), {}, async (frame) => {
    const count = await countInterface(frame, image);
    const plan = interfaceFacesPlan(shape, count.count);
    await frame.extend(plan);
    const { faces, areas } = await listInterface(frame, image, count, { ...CUBES, ...how }, frame.take(plan));
    return {
      active: await frame.read(faces.active, Uint32Array),
      electrolyte: await frame.read(faces.electrolyte, Uint32Array),
      weight: await frame.read(faces.weight, Float32Array), classes: faces.classes, areas,
    };
  });
}

/** Active material (2) where the rule holds, electrolyte (1) elsewhere. */
function image(shape: Shape, rule: (z: number, y: number, x: number) => boolean): Image {
  const [, ny, nx] = shape;
  const labels = Uint8Array.from({ length: voxelCount(shape) }, (_, i) =>
    rule(Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx) ? 2 : 1);
  return { labels, shape, active: [2], electrolyte: [1] };
}

describe('faces of the interface', () => {
  const shapes: Shape[] = [[5, 6, 7], [1, 9, 8], [9, 1, 6], [7, 8, 1], [1, 1, 12], [2, 3, 40], [12, 11, 10]];
  it.each(shapes)('[oracle] lists what the twin lists at %i×%i×%i, with its weights', async (...shape) => {
    const session = await testSession({ threads: 3 });
    const labels = randomLabels(shape, { 0: 0.2, 1: 0.3, 2: 0.3, 5: 0.2 }, 4);
    const of: InterfaceImage = { labels, shape, from: 0, to: shape[0], active: [2], electrolyte: [1, 5] };
    for (const edges of [[1, 1, 1], [2, 0.5, 0.7]] as const) {
      const twin = interfaceTwin(of, edges);
      const { active, electrolyte, weight, classes } = await listed(session, of, { edges });
      expect([...active]).toEqual(twin.active);
      expect([...electrolyte]).toEqual(twin.electrolyte);
      expect(classes).toEqual(twin.classes);
      weight.forEach((w, k) => expect(w).toBeCloseTo(twin.weight[k], 6));
    }
  });

  it('[oracle] takes the planes of an electrode alone: those beside it make flat walls', async () => {
    const session = await testSession();
    const shape: Shape = [11, 9, 8];
    const of = {
      labels: randomLabels(shape, { 1: 0.4, 2: 0.4, 3: 0.2 }, 7), shape, from: 2, to: 9, active: [2], electrolyte: [1],
    };
    const twin = interfaceTwin(of, [1, 1, 1]);
    const found = await listed(session, of, { area: 100 });
    expect([...found.active]).toEqual(twin.active);
    expect(found.areas.corrected).toBeCloseTo(100, 9);
    expect(found.areas.faces).toBe(twin.cut.filter((cut) => !cut).length);
    let sum = 0;
    found.weight.forEach((w, k) => {
      expect(w).toBeCloseTo(twin.cut[k] ? 1 : twin.weight[k] * found.areas.factor, 5);
      if (!twin.cut[k]) sum += w;
    });
    expect(sum).toBeCloseTo(100, 4);
  });

  it('[exact] gives walls {100}, {110} and {111} their own area', async () => {
    const session = await testSession();
    const shape: Shape = [18, 18, 18];
    const walls = [
      { normal: [0, 0, 1], area: 1 }, { normal: [1, 0, 0], area: 1 }, { normal: [1, 1, 0], area: Math.SQRT1_2 },
      { normal: [0, 1, -1], area: Math.SQRT1_2 }, { normal: [1, 1, 1], area: 1 / Math.sqrt(3) },
      { normal: [-1, 1, 1], area: 1 / Math.sqrt(3) },
    ];
    const c = 9;
    for (const { normal: [nz, ny, nx], area } of walls) {
      const of = image(shape, (z, y, x) => nz * (z - c) + ny * (y - c) + nx * (x - c) >= 0);
      const { active, electrolyte, weight } = await listed(session, of);
      let inner = 0;
      weight.forEach((w, k) => {
        const places = [active[k], electrolyte[k]].flatMap((i) => [Math.floor(i / 324), (i / 18 | 0) % 18, i % 18]);
        if (places.some((place) => place < 2 || place > 15)) return;
        inner++;
        expect(w).toBeCloseTo(area, 7);
      });
      expect(inner).toBeGreaterThan(100);
    }
  });

  it.each([
    [[2, 1, 0]], [[3, 2, 1]], [[1, 2, 2]], [[5, 1, 1]], [[3, -4, 0]],
  ])('[exact] gives a wall of normal %o its own area within 1.5 %%', async ([nz, ny, nx]) => {
    const session = await testSession();
    const shape: Shape = [30, 30, 30];
    const length = Math.hypot(nz, ny, nx);
    const of = image(shape, (z, y, x) => nz * (z - 15) + ny * (y - 15) + nx * (x - 15) >= 0.1);
    const { areas } = await listed(session, of);
    // A digital plane has as many faces across each axis as its projection has pixels.
    const exact = (areas.faces * length) / (Math.abs(nz) + Math.abs(ny) + Math.abs(nx));
    expect(Math.abs(areas.corrected / exact - 1)).toBeLessThan(0.015);
  });

  it.each([[[1, 1, 1], 2.6], [[1, 1, 1], 6.5], [[1, 1, 1], 14], [[2, 1, 1], 14]] as const)(
    '[exact] with voxels of %o, a ball of radius %f has nearly its own area', async ([ez, ey, ex], radius) => {
      const session = await testSession();
      const n = (edge: number): number => 2 * Math.ceil(radius / edge) + 8;
      const shape: Shape = [n(ez), n(ey), n(ex)];
      const inside = (z: number, y: number, x: number): boolean =>
        Math.hypot((z - shape[0] / 2 + 0.21) * ez, (y - shape[1] / 2 - 0.4) * ey, (x - shape[2] / 2) * ex) < radius;
      const { areas } = await listed(session, image(shape, inside), { edges: [ez, ey, ex] });
      const exact = 4 * Math.PI * radius ** 2;
      expect(Math.abs(areas.corrected / exact - 1)).toBeLessThan(radius < 3 ? 0.06 : 0.02);
      expect(areas.faces / exact).toBeGreaterThan(1.35);
    },
  );

  it('[exact] weighs whole faces where it is told to', async () => {
    const session = await testSession();
    const { weight, areas } = await listed(
      session, image([6, 6, 6], (z, y, x) => z + y + x > 7), { weights: 'faces', edges: [2, 3, 5] },
    );
    expect([...new Set(weight)]).toEqual([1]);
    expect(areas.corrected).toBe(areas.faces);
  });

  it('[law] has no faces where the two do not meet', async () => {
    const session = await testSession();
    const { active, areas } = await listed(session, image([3, 4, 5], () => true), { area: 4 });
    expect(active.length).toBe(0);
    expect(areas).toEqual({ faces: 0, corrected: 0, factor: 1 });
  });

  it('[law] gives the same bits for 1, 2, 3 and 7 threads', async () => {
    const shape: Shape = [13, 21, 34];
    const of = { labels: randomLabels(shape, { 1: 0.4, 2: 0.4, 3: 0.2 }, 3, 2), shape, active: [2], electrolyte: [1] };
    const [first, ...others] = await forEachThreadCount((session) => listed(session, of, { area: 1234 }));
    for (const other of others) expect(other).toEqual(first);
  });

  it('[law] looks at the cancel word within 2^20 voxels of work', async () => {
    const session = await testSession({ threads: 1 });
    const shape: Shape = [2, 600, 1000];
    await listed(session, image(shape, (_, __, x) => (x >> 3) % 2 === 0));
    expect(session.statistics!.largestStep[0]).toBeLessThanOrEqual(POLL_VOXELS);
  });
});
