import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POLL_VOXELS } from '../../assembly/layout.js';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import {
  aperturePlan, connectFaces, markLease, openFractions, type ApertureEdges, type ApertureSource,
} from '../../src/kernels/apertures.js';
import { facePlan, leaseFaces } from '../../src/kernels/faces.js';
import type { Session } from '../../src/runtime/session.js';
import { randomLabels, uniform } from '../random.js';
import { apertureTwin, connectTwin, faceComponents, type FaceCodes } from '../reference/apertures.js';
import { forEachThreadCount, testSession } from '../session.js';

interface Codes {
  readonly open: FaceCodes;
  readonly joined: FaceCodes;
  readonly openFraction: readonly number[];
}

/** Codes before and after the rules of connection. */
function codesOf(
  session: Session, source: ApertureSource, shape: Shape, edges: ApertureEdges = 'cropped',
): Promise<Codes> {
  const smoothing = 'labels' in source ? source.smoothing : null;
  const plan = { leases: facePlan(shape), then: [aperturePlan(shape, smoothing, session.threads)] };
  return session.run('apertures', plan, voxelCount(shape), {}, async (frame) => {
    const faces = leaseFaces(frame, shape);
    const { name, bytes } = markLease(shape);
    const marks = frame.lease(name, bytes);
    const read = async (): Promise<FaceCodes> => {
      const [z, y, x, topZ, topY, topX] =
        await Promise.all(Object.values(faces).map((lease) => frame.read(lease, Uint8Array)));
      return { low: [z, y, x], top: [topZ, topY, topX] };
    };
    await openFractions(frame, faces, marks, source, shape, edges);
    const open = await read();
    const { openFraction } = await connectFaces(frame, faces, marks, shape, edges);
    return { open, joined: await read(), openFraction };
  });
}

const flat = ({ low, top }: FaceCodes): number[] => [...low, ...top].flatMap((codes) => [...codes]);

function waves(shape: Shape, seed: number): Float32Array {
  const random = uniform(seed);
  const terms = Array.from({ length: 5 }, () => Array.from({ length: 4 }, () => 2 * random() - 1));
  return Float32Array.from({ length: voxelCount(shape) }, (_, i) => {
    const [z, y, x] = [Math.floor(i / (shape[1] * shape[2])), Math.floor(i / shape[2]) % shape[1], i % shape[2]];
    return terms.reduce((sum, [a, b, c, d]) => sum + Math.sin(1.5 * (a * z + b * y + c * x) + 6 * d), 0.2);
  });
}

/** Plain faces: open between neighbours of the phase. */
function plainFaces(labels: Uint8Array, shape: Shape, periodic: boolean): FaceCodes {
  const none = {
    low: [0, 1, 2].map(() => new Uint8Array(labels.length)), top: [0, 1, 2].map(() => new Uint8Array(labels.length)),
  };
  return connectTwin(none as unknown as FaceCodes, labels, shape, periodic);
}

function expectSameComponents(joined: FaceCodes, labels: Uint8Array, shape: Shape, periodic: boolean): void {
  const network = faceComponents(joined, shape, periodic);
  const truth = faceComponents(plainFaces(labels, shape, periodic), shape, periodic);
  // Both name a component by a voxel of it, which in the network may be a cut voxel: compare as a one-to-one map.
  const forth = new Map<number, number>();
  const back = new Map<number, number>();
  labels.forEach((label, i) => {
    if (label !== 1) return;
    expect(forth.get(truth[i]) ?? network[i]).toBe(network[i]);
    expect(back.get(network[i]) ?? truth[i]).toBe(truth[i]);
    forth.set(truth[i], network[i]);
    back.set(network[i], truth[i]);
  });
}

/** A component with phase voxels that reaches a window face through an open code holds a phase voxel on that face. */
function expectSameTouch(joined: FaceCodes, labels: Uint8Array, shape: Shape): void {
  const [, ny, nx] = shape;
  const network = faceComponents(joined, shape, false);
  const withPhase = new Set(network.filter((_, i) => labels[i] === 1));
  const plane = (axis: number, high: boolean): number[] =>
    Array.from({ length: labels.length }, (_, i) => i).filter((i) => {
      const p = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
      return p[axis] === (high ? shape[axis] - 1 : 0);
    });
  for (const axis of [0, 1, 2]) {
    for (const high of [false, true]) {
      const voxels = plane(axis, high);
      const touching = new Set(voxels.filter((i) => labels[i] === 1).map((i) => network[i]));
      voxels.forEach((i, k) => {
        const code = high ? joined.top[axis][k] : joined.low[axis][i];
        if (code > 0 && withPhase.has(network[i])) expect(touching.has(network[i])).toBe(true);
      });
    }
  }
}

const EDGES: ApertureEdges[] = ['cropped', 'periodic'];
const SHAPES: Shape[] = [
  [5, 6, 7], [4, 5, 16], [3, 7, 33], [1, 1, 9], [9, 1, 1], [1, 5, 1], [2, 2, 2], [1, 1, 1], [6, 3, 20],
];

const opened = testSession({ threads: 3 });

describe('apertureFaces', () => {
  it.each(EDGES.flatMap((edges) => SHAPES.map((shape) => [...shape, edges] as const)))(
    '[oracle] open fractions as in the twin at %i×%i×%i, %s',
    async (nz, ny, nx, edges) => {
      const session = await opened;
      const shape: Shape = [nz, ny, nx];
      const field = waves(shape, 7);
      const labels = Uint8Array.from(field, (u) => (u > 0 ? 4 : 9));
      const indicator = Float32Array.from(labels, (label) => (label === 4 ? 0.5 : -0.5) - 2 ** -20);
      for (const [source, twin] of [
        [{ levelSet: field }, apertureTwin(field, shape, null, edges === 'periodic')],
        [{ labels, phase: 4, smoothing: 0.6 }, apertureTwin(indicator, shape, 0.6, edges === 'periodic')],
        [{ labels, phase: 4, smoothing: 1.1 }, apertureTwin(indicator, shape, 1.1, edges === 'periodic')],
      ] as const) {
        const { open } = await codesOf(session, source, shape, edges);
        // f32 corners against f64: a fraction near a half code may round the other way.
        const [ours, theirs] = [flat(open), flat(twin)];
        expect(Math.max(...ours.map((code, i) => Math.abs(code - theirs[i])))).toBeLessThanOrEqual(1);
        expect(ours.filter((code, i) => code !== theirs[i]).length).toBeLessThanOrEqual(ours.length / 100);
      }
    },
  );

  it.each(EDGES.flatMap((edges) => SHAPES.map((shape) => [...shape, edges] as const)))(
    '[oracle] closes the faces that the twin closes at %i×%i×%i, %s',
    async (nz, ny, nx, edges) => {
      const session = await opened;
      const shape: Shape = [nz, ny, nx];
      for (const [smooth, seed] of [[0, 1], [2, 2], [6, 3]]) {
        const labels = randomLabels(shape, { 1: 0.5, 2: 0.5 }, seed, smooth);
        const { open, joined } = await codesOf(session, { labels, phase: 1, smoothing: 0.6 }, shape, edges);
        expect(flat(joined)).toEqual(flat(connectTwin(open, labels, shape, edges === 'periodic')));
      }
    },
  );

  it('[law] joins the voxels of the phase exactly as the labels do', async () => {
    const session = await opened;
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 20 })),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }), fc.nat(), fc.nat({ max: 8 }), fc.constantFrom(...EDGES),
        fc.constantFrom(0.3, 0.6, 1.5, 3),
        async (shape, share, seed, smooth, edges, smoothing) => {
          const labels = randomLabels(shape, { 1: share, 2: 1 - share }, seed, smooth);
          const { joined } = await codesOf(session, { labels, phase: 1, smoothing }, shape, edges);
          expectSameComponents(joined, labels, shape, edges === 'periodic');
        },
      ),
      { numRuns: 150 },
    );
  });

  // Worst cases for apertures: contacts over edges and corners, walls and wires of one voxel, and level sets that say
  // otherwise.
  const N: Shape = [8, 9, 17];
  const draw = (inPhase: (z: number, y: number, x: number) => boolean): Uint8Array =>
    Uint8Array.from({ length: voxelCount(N) }, (_, i) => (
      inPhase(Math.floor(i / (N[1] * N[2])), Math.floor(i / N[2]) % N[1], i % N[2]) ? 1 : 2
    ));
  it.each([
    ['checkerboard', draw((z, y, x) => (z + y + x) % 2 === 0)],
    ['checkerboard of columns', draw((_, y, x) => (y + x) % 2 === 0)],
    ['bodies of two voxels', draw((z, y, x) => (Math.floor(z / 2) + Math.floor(y / 2) + Math.floor(x / 2)) % 2 === 0)],
    ['walls of one voxel, gaps of two', draw((z) => z % 3 === 0)],
    ['gaps of one voxel', draw((z) => z % 4 !== 0)],
    ['slanted gap of one voxel', draw((z, y, x) => (z + y + x) % 6 !== 0)],
    ['wires', draw((_, y, x) => y % 2 === 0 && x % 2 === 0)],
    ['slanted wire', draw((z, y, x) => Math.abs(z - y) + Math.abs(x - 2 * z) <= 1)],
  ])('[law] joins a %s as the labels do, from labels and from level sets', async (_, labels) => {
    const session = await opened;
    const random = uniform(5);
    for (const edges of EDGES) {
      const sources: ApertureSource[] = [
        { labels, phase: 1, smoothing: 0.6 },
        { levelSet: Float32Array.from(labels, (label) => (label === 1 ? 1 : -1)) },
        { levelSet: Float32Array.from(labels, (label) => (label === 1 ? 1 : -1) * (0.01 + random() ** 4)) },
        {
          levelSet: Float32Array.from(
            labels, (label) => (label === 1 ? 1e-6 : -1) * random() - 1e-12 * (label === 1 ? -1 : 1),
          ),
        },
        { levelSet: Float32Array.from(labels, (label) => (label === 1 ? 1 : -1e-6)) },
        // 0 is outside.
        { levelSet: Float32Array.from(labels, (label) => (label === 1 ? 1 : 0)) },
      ];
      for (const source of sources) {
        const { joined } = await codesOf(session, source, N, edges);
        expectSameComponents(joined, labels, N, edges === 'periodic');
        // Cut voxels must not lengthen the phase to a window face that it does not touch.
        if (edges === 'cropped') expectSameTouch(joined, labels, N);
      }
    }
  });

  it('[exact] walls along the axes keep whole faces', async () => {
    const session = await opened;
    const shape: Shape = [6, 8, 12];
    const labels = Uint8Array.from({ length: voxelCount(shape) }, (_, i) => (i % 12 >= 3 && i % 12 < 8 ? 1 : 2));
    const indicator = Float32Array.from(labels, (label) => (label === 1 ? 1 : -1));
    for (const source of [{ labels, phase: 1, smoothing: 0.6 }, { levelSet: indicator }]) {
      const { joined, openFraction } = await codesOf(session, source, shape);
      expect(joined.low[0]).toEqual(Uint8Array.from(labels, (label) => (label === 1 ? 255 : 0)));
      expect(joined.low[1]).toEqual(joined.low[0]);
      expect(openFraction[0]).toBe(5 / 12);
      expect(openFraction[1]).toBe(5 / 12);
      expect(openFraction[2]).toBe(4 / 12);
    }
  });

  it('[law] gives the same bits for 1, 2, 3 and 7 threads', async () => {
    const shape: Shape = [9, 20, 37];
    const labels = randomLabels(shape, { 1: 0.4, 2: 0.6 }, 12, 3);
    const results = await forEachThreadCount(async (session) => [
      await codesOf(session, { labels, phase: 1, smoothing: 0.6 }, shape),
      await codesOf(session, { levelSet: waves(shape, 4) }, shape, 'periodic'),
    ]);
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('[law] looks at the cancel word within 2^20 voxels of work', async () => {
    const session = await testSession({ threads: 1 });
    const shape: Shape = [1, 1100, 1000];
    await codesOf(session, { labels: randomLabels(shape, { 1: 1, 2: 1 }, 3), phase: 1, smoothing: 0.6 }, shape);
    expect(session.statistics!.largestStep[0]).toBeLessThanOrEqual(POLL_VOXELS);
  });

  it('refuses what has no meaning', async () => {
    const session = await opened;
    const shape: Shape = [2, 2, 2];
    const levelSet = new Float32Array(8);
    await expect(codesOf(session, { levelSet: levelSet.subarray(1) }, shape)).rejects.toThrow(
      /need as many values, got 7/,
    );
    levelSet[3] = NaN;
    await expect(codesOf(session, { levelSet }, shape)).rejects.toThrow(/not finite/);
    await expect(codesOf(session, { labels: new Uint8Array(8), phase: 0, smoothing: 0.1 }, shape)).rejects.toThrow(
      /smoothing must be from 0.3 to 3/,
    );
  });
});
