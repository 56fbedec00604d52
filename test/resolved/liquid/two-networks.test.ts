// Two networks that a reaction joins, against a direct solve of all their nodes.
import { describe, expect, it } from 'vitest';
import { voxelCount, type Shape } from '../../../src/core/grid.js';
import {
  prepareTwoNetworks, twoNetworksPlan, type TwoNetworkWindow,
} from '../../../src/kernels/two-networks.js';
import { porousElectrodeImpedance } from '../../../src/cell/closed-forms/porous-electrode.js';
import type { Session } from '../../../src/runtime/session.js';
import { randomLabels, uniform } from '../../random.js';
import { referenceFaces } from '../../reference/conduction.js';
import { directNetwork } from '../../reference/network.js';
import { forEachThreadCount, testSession } from '../../session.js';
import { ACTIVE, ADDITIVE, faceLeases, facesOf, PORE, putFaces } from './windows.js';

const IONIC = [1.2, 0, 0, 0, 0.09];
const ELECTRONIC = [0, 0, 0.5, 0, 200];
const END = { theta: 0, logarithm: 0, share: 1, resistance: 2.5 };

interface Case {
  readonly window: TwoNetworkWindow;
  /** What a volt makes flow through every face, and what flows in per voxel of both networks. */
  readonly conductance: (face: number) => number;
  readonly b: Float64Array;
}

/** Solution by the kernels. */
function solved(session: Session, { window, conductance, b }: Case): Promise<{ x: Float64Array; iterations: number }> {
  const list = facesOf(window.classes, window.shape, [PORE, ADDITIVE]);
  const count = list.active.length;
  const bytes = 8 * b.length;
  const plan = twoNetworksPlan(window, count, session.threads);
  const room = [...faceLeases(count), { name: 'x', bytes }, { name: 'b', bytes }, { name: 'y', bytes }];
  return session.run('two networks', { leases: room, then: [plan] }, voxelCount(window.shape), {}, async (frame) => {
    const faces = await putFaces(frame, list);
    const [x, right, y] = ['x', 'b', 'y'].map((name) => frame.lease(name, bytes));
    const solver = await prepareTwoNetworks(frame, window, faces);
    await frame.write(solver.conductances, Float64Array.from({ length: count }, (_, k) => conductance(k)));
    await solver.refresh();
    await frame.write(right, b);
    await frame.fill(y, 0);
    const size = await solver.residual(right, y);
    const { iterations, converged } = await solver.solve(x, END, 1e-11 * size, 200);
    expect(converged).toBe(true);
    return { x: await frame.read(x, Float64Array), iterations };
  });
}

/** Solution of the same by a dense factor. */
function direct({ window: { shape, classes, voxelSize, ionic, electronic }, conductance, b }: Case): Float64Array {
  const n = voxelCount(shape);
  const faces = [ionic, electronic].flatMap((sigma, half) => referenceFaces(classes, shape, { ...sigma }, {
    edges: voxelSize,
  }).flatMap((face) => {
    if (face.j >= 0) return [{ ...face, i: face.i + half * n, j: face.j + half * n }];
    if (half === 1 || face.rise < 0 || face.g === 0) return [];
    return [{ ...face, g: 1 / (1 / face.g + END.resistance) }];
  }));
  const { active, electrolyte } = facesOf(classes, shape, [PORE, ADDITIVE]);
  active.forEach((i, k) => faces.push({
    i: i + n, j: electrolyte[k], g: conductance(k), rise: 0, axis: 0, length: 1,
  }));
  return directNetwork(2 * n, faces).solve(b);
}

function randomCase(shape: Shape, seed: number): Case {
  const classes = randomLabels(shape, { [PORE]: 0.35, [ACTIVE]: 0.45, [ADDITIVE]: 0.2 }, seed, 1);
  const draw = uniform(seed);
  const [nz, ny, nx] = shape;
  const b = new Float64Array(2 * nz * ny * nx);
  // Through the electrons' last plane, where these are joined to the ions.
  for (let i = b.length - ny * nx; i < b.length; i++) {
    if (classes[i - b.length / 2] === ACTIVE) b[i] = -1 - draw();
  }
  const strengths = Float64Array.from({ length: 3 * nz * ny * nx }, () => 10 ** (-2 + 2 * draw()));
  return {
    window: { shape, classes, voxelSize: [1e-6, 0.8e-6, 1.1e-6], ionic: IONIC, electronic: ELECTRONIC },
    conductance: (k) => strengths[k], b,
  };
}

describe('two networks', () => {
  it.each([1, 2, 3])('[oracle] against a direct solve of all nodes, window %i', async (seed) => {
    const given = randomCase([7, 5, 6], seed);
    const session = await testSession();
    const { x } = await solved(session, given);
    const expected = direct(given);
    const most = expected.reduce((a, value) => Math.max(a, Math.abs(value)), 0);
    expect(most).toBeGreaterThan(0.1);
    expected.forEach((value, i) => expect(Math.abs(x[i] - value)).toBeLessThan(1e-7 * most));
  });

  it('[law] the same bits for any number of threads', async () => {
    const given = randomCase([9, 7, 8], 5);
    const [first, ...others] = await forEachThreadCount((session) => solved(session, given));
    for (const other of others) expect(other).toEqual(first);
  });

  it('[exact] a comb is the porous electrode of Newman and Tobias', async () => {
    const session = await testSession();
    // Lamellae of active material and pore, one voxel each, and a last plane that is a collector.
    const [planes, edge] = [64, 1e-6];
    const shape: Shape = [planes + 1, 2, 2];
    const classes = Uint8Array.from({ length: 4 * (planes + 1) }, (_, i) => (i % 2 === 0 ? PORE : ACTIVE));
    classes.fill(5, 4 * planes);
    const [kappa, sigma, yield_] = [0.4, 1, 300];
    const window = {
      shape, classes, voxelSize: [edge, edge, edge] as const, ionic: [kappa], electronic: [0, 0, sigma, 0, 0, 1e9],
    };
    const b = new Float64Array(2 * classes.length);
    // 1 A/m² in units of the solver: per voxel I·edge.
    b.fill(-edge, b.length - 4);
    const { x } = await solved(session, { window, conductance: () => yield_ * edge, b });
    const terminal = -x[b.length - 1];
    const length = planes * edge;
    // Half of the section each; one face of the lamella per pair of voxels.
    const exact = porousElectrodeImpedance(
      { thickness: length, ionic: 0.5 * kappa, electronic: 0.5 * sigma, area: 1 / (2 * edge) },
      { re: yield_, im: 0 },
    );
    // What lies before the pores fills half of the section, too. Second order in the planes: (ν/planes)²/12.
    const before = 2 * END.resistance * edge;
    expect(Math.abs((terminal - before) / exact.re - 1)).toBeLessThan(2e-4);
  });
});
