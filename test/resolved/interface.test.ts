import { describe, expect, it } from 'vitest';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import { surfaceAreas } from '../../src/descriptors/surface-area.js';
import {
  countInterface, interfaceCountPlan, interfaceFacesPlan, type InterfaceAreas, type InterfaceImage,
} from '../../src/kernels/interface-faces.js';
import { directionsPlan, electrodeInterface, type InterfaceAreaOption } from '../../src/resolved/interface.js';
import type { Session } from '../../src/runtime/session.js';
import { randomLabels } from '../random.js';
import { testSession } from '../session.js';

type Edges = readonly [number, number, number];

function areasOf(
  session: Session, image: InterfaceImage, edges: Edges, area: InterfaceAreaOption,
): Promise<InterfaceAreas & { sum: number }> {
  const { shape } = image;
  return session.run('interface', interfaceCountPlan(shape), voxelCount(shape), {}, async (frame) => {
    const count = await countInterface(frame, image);
    const { leases, then } = interfaceFacesPlan(shape, count.count);
    await frame.extend({ leases, then: [...then, directionsPlan(shape, frame.threads, 2)] });
    const { faces, areas } = await electrodeInterface(frame, image, count, edges, area, frame.take(leases));
    const weights = await frame.read(faces.weight, Float32Array);
    return { ...areas, sum: weights.reduce((sum, w) => sum + w, 0) };
  });
}

describe('interface of an electrode', () => {
  it('[law] has the area that 13 directions see, of the electrode alone', async () => {
    const session = await testSession();
    const shape: Shape = [16, 20, 18];
    const edges: Edges = [0.5, 0.5, 0.5];
    const inner = randomLabels(shape, { 0: 0.1, 1: 0.3, 2: 0.4, 3: 0.2 }, 5, 3);
    const plane = shape[1] * shape[2];
    const labels = new Uint8Array(inner.length + 4 * plane).fill(7);
    labels.set(inner, 3 * plane);
    const image = {
      labels, shape: [20, 20, 18] as const, from: 3, to: 19, active: [2], electrolyte: [1, 3],
    };
    const { interfaces } = await surfaceAreas(session, { labels: inner, shape, voxelSizeUm: edges });
    const area = (other: number): number =>
      interfaces.find(({ phases: [a, b] }) => a === Math.min(2, other) && b === Math.max(2, other))!.area;
    const found = await areasOf(session, image, edges, 'corrected');
    expect(found.corrected / ((area(1) + area(3)) * voxelCount(shape) * 0.125)).toBeCloseTo(1, 12);
    expect((0.25 * found.sum) / found.corrected).toBeCloseTo(1, 5);
    expect(found.factor).toBeGreaterThan(0.8);
    expect(found.factor).toBeLessThan(1.2);
  });

  it('[exact] is that of a ball, or of its voxels', async () => {
    const session = await testSession();
    const n = 96;
    const shape: Shape = [n, n, n];
    const labels = Uint8Array.from({ length: n ** 3 }, (_, i) =>
      (Math.hypot(Math.floor(i / n ** 2) - 47.3, (Math.floor(i / n) % n) - 47.6, (i % n) - 47.9) < 40 ? 2 : 1));
    const image = { labels, shape, from: 0, to: n, active: [2], electrolyte: [1] };
    const exact = 4 * Math.PI * 40 ** 2;
    const corrected = await areasOf(session, image, [1, 1, 1], 'corrected');
    // An area per volume is that of what goes on outside of the window: up to n/(n − 1) per axis too much here.
    expect(corrected.corrected / exact).toBeGreaterThan(1);
    expect(corrected.corrected / exact).toBeLessThan(1.025);
    expect(Math.abs(corrected.corrected / corrected.factor / exact - 1)).toBeLessThan(0.01);
    const whole = await areasOf(session, image, [1, 1, 1], 'faces');
    expect(whole.corrected).toBe(whole.sum);
    expect(whole.sum / exact).toBeGreaterThan(1.45);
  });
});
