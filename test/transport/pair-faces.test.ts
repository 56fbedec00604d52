import { describe, expect, it } from 'vitest';
import { AXES, axisIndex, voxelCount, type Shape } from '../../src/core/grid.js';
import { labelFacesPlan, pairFaces, type PairConductances } from '../../src/kernels/coded.js';
import { facePlan, leaseFaces } from '../../src/kernels/faces.js';
import { randomLabels } from '../random.js';
import { forEachThreadCount, testSession } from '../session.js';
import { onSolver } from './networks.js';

/** Conductances from a table of which (a, b) and (b, a) are one. */
const PAIRS: Record<string, number> = { '1-1': 3, '1-2': 0.25, '2-2': 40, '2-9': 0, '1-9': 7, '9-9': 3 };
const between = (a: number, b: number): number => PAIRS[`${Math.min(a, b)}-${Math.max(a, b)}`];
const conductances: PairConductances = {
  labels: [1, 2, 9], between, low: (label) => (label === 1 ? 3 : 0), high: (label) => (label === 9 ? 11 : 0),
};
const shape: Shape = [5, 6, 21];

describe('faces by pairs of labels', () => {
  it('[oracle] have the conductance of their pair, and at the window that of the label inside', async () => {
    const labels = randomLabels(shape, { 0: 0.1, 1: 0.4, 2: 0.3, 9: 0.2 }, 3);
    const found = await forEachThreadCount((session) => session.run(
      'pairs', { leases: facePlan(shape), then: [labelFacesPlan(shape)] }, voxelCount(shape), {}, async (frame) => {
        const faces = leaseFaces(frame, shape);
        const book = await pairFaces(frame, faces, labels, shape, conductances);
        const read = async (name: keyof typeof faces): Promise<number[]> =>
          Array.from(await frame.read(faces[name], Uint8Array), (code) => book[code]);
        return {
          z: await read('z'), y: await read('y'), x: await read('x'), topZ: await read('topZ'),
          topY: await read('topY'), topX: await read('topX'),
        };
      },
    ));
    for (const other of found) expect(other).toEqual(found[0]);
    const [nz, ny, nx] = shape;
    const label = (z: number, y: number, x: number): number => labels[(z * ny + y) * nx + x];
    const pair = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : between(a, b));
    for (let z = 0; z < nz; z++) {
      for (let y = 0; y < ny; y++) {
        for (let x = 0; x < nx; x++) {
          for (const axis of AXES) {
            const place = [z, y, x];
            const lower = place.map((at, k) => (k === axisIndex(axis) ? at - 1 : at)) as [number, number, number];
            const own = label(z, y, x);
            const expected = lower.some((at) => at < 0) ? conductances.low(own) : pair(own, label(...lower));
            expect(found[0][axis][(z * ny + y) * nx + x]).toBe(expected);
          }
        }
        expect(found[0].topX[z * ny + y]).toBe(conductances.high(label(z, y, nx - 1)));
      }
    }
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) expect(found[0].topZ[y * nx + x]).toBe(conductances.high(label(nz - 1, y, x)));
    }
    for (let z = 0; z < nz; z++) {
      for (let x = 0; x < nx; x++) expect(found[0].topY[z * nx + x]).toBe(conductances.high(label(z, ny - 1, x)));
    }
  });

  it.each(['coded', 'stored'] as const)('[exact] a current meets them in series in a %s network', async (kind) => {
    const session = await testSession();
    const column: Shape = [6, 2, 2];
    const labels = Uint8Array.from({ length: voxelCount(column) }, (_, i) => [1, 1, 2, 2, 9, 9][i >> 2]);
    const chain: PairConductances = {
      labels: [1, 2, 9], low: (label) => (label === 1 ? 3 : 0), high: () => 0,
      between: (a, b) => (a + b === 11 ? 0.5 : between(a, b)),
    };
    const given = { shape: column, labels, sigma: { 1: 3, 2: 40, 9: 3 }, pairs: chain, kind, keep: 'all' } as const;
    const needs = { rightHandSide: true, floating: true };
    const potential = await onSolver(session, given, needs, async ({ solver, lease, solution, read }) => {
      const rightHandSide = await lease(Float64Array.from({ length: 24 }, (_, i) => (i >= 20 ? 1 : 0)));
      await solver.solve({ tolerance: null, residualTolerance: 1e-7, rightHandSide, start: null, solution });
      return read(solution);
    });
    let sum = 0;
    [1 / 6, 1 / 3, 1 / 0.25, 1 / 40, 1 / 0.5, 1 / 3].forEach((resistance, plane) => {
      sum += resistance;
      for (let k = 0; k < 4; k++) expect(potential[4 * plane + k]).toBeCloseTo(sum, 5);
    });
  });

  it('refuses more labels or conductances than a byte tells apart, and what is no conductance', async () => {
    const session = await testSession();
    const small: Shape = [2, 2, 2];
    const write = (of: Partial<PairConductances>): Promise<unknown> => session.run(
      'pairs', { leases: facePlan(small), then: [labelFacesPlan(small)] }, 8, {}, (frame) =>
        pairFaces(frame, leaseFaces(frame, small), new Uint8Array(8), small, { ...conductances, ...of }),
    );
    const many = Array.from({ length: 32 }, (_, label) => label);
    await expect(write({ labels: many, between: () => 1 })).rejects.toThrow('31 labels at most');
    const distinct = (a: number, b: number): number => 1 + Math.min(a, b) + 40 * Math.max(a, b);
    const wide = { labels: many.slice(1, 31), between: distinct, low: () => 0, high: () => 0 };
    await expect(write(wide)).rejects.toThrow('a byte tells 255 conductances apart, got 465');
    await expect(write({ low: () => Number.NaN })).rejects.toThrow('finite and ≥ 0, got NaN');
    await expect(write({ between: () => -1 })).rejects.toThrow('finite and ≥ 0, got -1');
  });
});
