// Which voxels of a phase conduct, and how many of their faces.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { turnedShape, turnedStrides, voxelCount, type Axis, type Shape } from '../../src/core/grid.js';
import { layoutOf } from '../../src/kernels/levels.js';
import { networkPlan, prepareNetwork, preparingPlan, type PlainCounts } from '../../src/kernels/transport.js';
import type { Session } from '../../src/runtime/session.js';
import { uniform } from '../random.js';
import { testSession } from '../session.js';

const session = await testSession({ threads: 3 });

/** Counts of the network, and the bytes of its voxels, transport axis first. */
async function networkOf(
  on: Session, labels: Uint8Array, phase: number, image: Shape, axis: Axis,
): Promise<{ counts: PlainCounts; faces: number[] }> {
  const leases = networkPlan(image, axis);
  return on.run('network', { leases, then: [preparingPlan(image, axis)] }, 0, {}, async (frame) => {
    const { network } = frame.take(leases);
    await frame.fill(network, 0x55);
    const counts = await prepareNetwork(frame, network, labels, phase, image, axis);
    const bytes = await frame.read(network, Uint8Array);
    const { shape: [nz, ny, nx], pitch, plane, half, origin } = layoutOf(turnedShape(image, axis));
    const faces: number[] = [];
    for (let z = 0; z < nz; z++) for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++) {
      faces.push(bytes[((z + y + x) & 1) * half + origin + z * plane + y * pitch + (x >> 1)]);
    }
    // Nothing but voxels is set: rows, planes and colours are padded with zeros.
    const all = bytes.subarray(0, 2 * half).reduce((sum, byte) => sum + byte, 0);
    expect(all).toBe(faces.reduce((sum, count) => sum + count, 0));
    return { counts, faces };
  });
}

/** The same by asking every voxel what it is joined to. */
function slowNetwork(labels: Uint8Array, phase: number, image: Shape, axis: Axis): {
  readonly counts: PlainCounts; readonly faces: number[];
} {
  const [nz, ny, nx] = turnedShape(image, axis);
  const [sz, sy, sx] = turnedStrides(image, axis);
  const solid = (z: number, y: number, x: number): boolean =>
    z >= 0 && z < nz && y >= 0 && y < ny && x >= 0 && x < nx && labels[z * sz + y * sy + x * sx] === phase;
  const steps = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]];
  const reached = (from: number): Set<number> => {
    const seen = new Set<number>();
    const waiting: number[][] = [];
    const visit = (z: number, y: number, x: number): void => {
      const i = (z * ny + y) * nx + x;
      if (!solid(z, y, x) || seen.has(i)) return;
      seen.add(i);
      waiting.push([z, y, x]);
    };
    for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++) visit(from, y, x);
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (const [dz, dy, dx] of steps) visit(at[0] + dz, at[1] + dy, at[2] + dx);
    }
    return seen;
  };
  const [low, high] = [reached(0), reached(nz - 1)];
  const joined = (z: number, y: number, x: number): boolean =>
    solid(z, y, x) && low.has((z * ny + y) * nx + x) && high.has((z * ny + y) * nx + x);
  const faces: number[] = [];
  const planes = Array.from({ length: nz }, () => 0);
  let linearEnergy = 0;
  for (let z = 0; z < nz; z++) for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++) {
    const own = joined(z, y, x);
    const boundary = (z === 0 ? 2 : 0) + (z === nz - 1 ? 2 : 0);
    faces.push(own ? boundary + steps.filter(([dz, dy, dx]) => joined(z + dz, y + dy, x + dx)).length : 0);
    if (!own) continue;
    planes[z]++;
    if (joined(z - 1, y, x)) linearEnergy++;
    linearEnergy += boundary / 4;
  }
  const phaseVoxels = labels.filter((label) => label === phase).length;
  const conducting = planes.reduce((sum, count) => sum + count, 0);
  return { counts: { phaseVoxels, conducting, low: planes[0], high: planes[nz - 1], linearEnergy }, faces };
}

describe('the network of one phase', () => {
  it('[oracle] is that of the voxels which paths join to both faces, along every axis', async () => {
    const edge = fc.integer({ min: 2, max: 7 });
    const length = fc.oneof(edge, fc.integer({ min: 60, max: 140 }));
    const shapes = fc.tuple(edge, edge, length);
    const cases = fc.tuple(shapes, fc.constantFrom('z', 'y', 'x'), fc.constantFrom(0, 2), fc.integer());
    await fc.assert(fc.asyncProperty(cases, async ([shape, axis, phase, seed]) => {
      const random = uniform(seed);
      const share = 0.4 + 0.6 * random();
      const labels = Uint8Array.from({ length: voxelCount(shape) }, () => (random() < share ? phase : 5));
      const found = await networkOf(session, labels, phase, shape, axis);
      expect(found).toEqual(slowNetwork(labels, phase, shape, axis));
    }), { numRuns: 100 });
  });

  it('[law] is the same where rows are too long for runs, which are flooded', async () => {
    const [nz, ny, nx] = [3, 4, 65600];
    const random = uniform(7);
    const rows = Uint8Array.from({ length: nz * ny * nx }, () => Number(random() < 0.6));
    const turned = Uint8Array.from(rows, (_, i) => {
      const [z, x, y] = [Math.floor(i / (ny * nx)), Math.floor(i / ny) % nx, i % ny];
      return rows[(z * ny + y) * nx + x];
    });
    const long = await networkOf(session, rows, 1, [nz, ny, nx], 'z');
    const short = await networkOf(session, turned, 1, [nz, nx, ny], 'z');
    expect(long.counts).toEqual(short.counts);
    expect(long.counts.conducting).toBeLessThan(long.counts.phaseVoxels);
    expect(long.counts.conducting).toBeGreaterThan(0);
  });
});
