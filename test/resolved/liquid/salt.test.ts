// Salt over one step in a window and its separator, against a direct solve.
import { describe, expect, it } from 'vitest';
import { voxelCount, type Shape } from '../../../src/core/grid.js';
import { saltPlan, solveSalt } from '../../../src/kernels/salt.js';
import type { Session } from '../../../src/runtime/session.js';
import { randomLabels, uniform } from '../../random.js';
import { referenceFaces } from '../../reference/conduction.js';
import { directNetwork } from '../../reference/network.js';
import { forEachThreadCount, testSession } from '../../session.js';
import { ACTIVE, ADDITIVE, PORE } from './windows.js';

const SHAPE: Shape = [6, 5, 7];
const EDGES = [1, 0.8, 1.2] as const;
const DIFFUSIVITY: Readonly<Record<number, number>> = { [PORE]: 1, [ADDITIVE]: 0.1 };
const LAYERS = 4;
const LINKS = [20, 30, 40];
const END = 1.7;

function caseOf(seed: number) {
  const n = voxelCount(SHAPE);
  const classes = randomLabels(SHAPE, { [PORE]: 0.45, [ACTIVE]: 0.35, [ADDITIVE]: 0.2 }, seed, 1);
  const draw = uniform(seed);
  const held = Array.from({ length: n + LAYERS }, (_, i) => i >= n || classes[i] in DIFFUSIVITY);
  return {
    classes,
    mass: Float64Array.from(held, (is) => (is ? 1e-3 * (1 + draw()) : 0)),
    supply: Float64Array.from(held, (is) => (is ? draw() - 0.3 : 0)),
  };
}

async function solved(session: Session, { classes, mass, supply }: ReturnType<typeof caseOf>): Promise<Float64Array> {
  const plan = { leases: saltPlan(SHAPE, LAYERS) };
  return session.run('salt', plan, classes.length, {}, async (frame) => {
    const leases = frame.take(plan);
    await frame.write(leases.concentration, new Float64Array(supply.length));
    await frame.write(leases.supply, supply);
    await frame.write(leases.mass, mass);
    await frame.write(
      leases['inverse diffusivity'], Float64Array.from(classes, (label) => 1 / (DIFFUSIVITY[label] ?? 0)),
    );
    await frame.write(leases['layer links'], Float64Array.from(LINKS));
    const image = { shape: SHAPE, voxelSize: EDGES, layers: LAYERS };
    const { residual } = await solveSalt(frame, leases, image, END, 1e-13, 2000);
    expect(residual).toBeLessThan(1e-13);
    return frame.read(leases.concentration, Float64Array);
  });
}

describe('salt over a step', () => {
  it.each([1, 2, 3])('[oracle] against a direct solve; what there is of it is kept to rounding: %i', async (seed) => {
    const given = caseOf(seed);
    const n = given.classes.length;
    const faces = referenceFaces(given.classes, SHAPE, DIFFUSIVITY, { edges: EDGES }).flatMap((face) => {
      if (face.j >= 0) return [face];
      return face.rise > 0 && face.g > 0 ? [{ ...face, j: n + LAYERS - 1, g: 1 / (1 / face.g + END) }] : [];
    });
    LINKS.forEach((g, k) => faces.push({ i: n + k, j: n + k + 1, g, rise: 0, axis: 0, length: 1 }));
    const expected = directNetwork(n + LAYERS, faces, given.mass).solve(given.supply);
    const c = await solved(await testSession(), given);
    const most = expected.reduce((a, value) => Math.max(a, Math.abs(value)), 0);
    expected.forEach((value, i) => expect(Math.abs(c[i] - value)).toBeLessThan(1e-9 * most));
    const kept = c.reduce((sum, value, i) => sum + value * given.mass[i], 0);
    const due = given.supply.reduce((sum, value) => sum + value, 0);
    expect(Math.abs(kept - due)).toBeLessThan(1e-12 * c.reduce((sum, value, i) => sum + value * given.mass[i], 0));
  });

  it('[law] the same bits for any number of threads', async () => {
    const given = caseOf(7);
    const [first, ...others] = await forEachThreadCount((session) => solved(session, given));
    for (const other of others) expect(other).toEqual(first);
  });

  it('[law] where nothing is to be done nothing is, however threads come and go', async () => {
    const { classes, mass } = caseOf(5);
    const plan = { leases: saltPlan(SHAPE, LAYERS) };
    const even = mass.map((value) => Number(value > 0));
    await forEachThreadCount((session) => session.run('salt', plan, classes.length, {}, async (frame) => {
      const leases = frame.take(plan);
      await frame.write(leases.concentration, even);
      await frame.write(leases.supply, mass);
      await frame.write(leases.mass, mass);
      await frame.write(
        leases['inverse diffusivity'], Float64Array.from(classes, (label) => 1 / (DIFFUSIVITY[label] ?? 0)),
      );
      await frame.write(leases['layer links'], Float64Array.from(LINKS));
      const image = { shape: SHAPE, voxelSize: EDGES, layers: LAYERS };
      for (let turn = 0; turn < 300; turn++) {
        const { iterations } = await solveSalt(frame, leases, image, END, 1e-9, 2000);
        expect(iterations).toBe(0);
      }
    }));
  });
});
