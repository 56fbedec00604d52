// Sweeps of potentials, lithium and salt against a twin that solves all of a step at once.
import { describe, expect, it } from 'vitest';
import { constant } from '../../../src/cell/curves/curve.js';
import { expression } from '../../../src/cell/curves/expression.js';
import { latzExchange } from '../../../src/cell/exchange-current/latz.js';
import { voxelCount, type Shape } from '../../../src/core/grid.js';
import type { LiquidMaterials } from '../../../src/resolved/liquid/materials.js';
import { separatorMesh } from '../../../src/resolved/liquid/separator.js';
import {
  COLLECTOR, liquidPlan, liquidTables, prepareLiquid, type LiquidSetup, type LiquidStepper,
} from '../../../src/resolved/liquid/stepper.js';
import { CLASS, liquidWindow } from '../../../src/resolved/liquid/window.js';
import type { StepperState } from '../../../src/resolved/stepper.js';
import type { Session } from '../../../src/runtime/session.js';
import { randomLabels } from '../../random.js';
import { forEachThreadCount, testSession } from '../../session.js';
import { LiquidTwin, type TwinState } from './twin.js';
import { ACTIVE, ADDITIVE, faceLeases, facesOf, PORE, putFaces } from './windows.js';

const MATERIALS: LiquidMaterials = {
  temperature: 298.15,
  electrolyte: {
    kind: 'binary', concentration: 1000,
    conductivity: expression('1.297e-10*c**3 - 7.937e-5*c**1.5 + 3.329e-3*c', 'c'),
    diffusivity: constant(2e-10), transferenceNumber: constant(0.26), thermodynamicFactor: constant(1.4),
  },
  separators: [{ thickness: 30e-6, porosity: 0.5, mFactor: 0.3 }], foil: 20, contactResistance: 1e-4,
  active: {
    conductivity: 0.3, maximumConcentration: 50000, diffusivity: constant(1e-14),
    potential: expression('4.4 - 0.9*x'), stoichiometry: 0.3, window: [0, 1],
  },
  kinetics: {
    exchangeCurrent: latzExchange(4), transferCoefficient: 0.5, filmResistance: 1e-3, capacitance: 0,
  },
  additive: { conductivity: 100, porosity: 0.4, mFactor: 0.1, reactingShare: 0.4 },
};
const EDGES = [1e-6, 0.9e-6, 1.2e-6] as const;

async function onElectrode<T>(
  session: Session, setup: LiquidSetup, body: (stepper: LiquidStepper) => Promise<T>,
): Promise<T> {
  const { window: { shape, classes, first } } = setup;
  const labels = classes.map((kind) =>
    kind === CLASS.active ? ACTIVE : kind === CLASS.additive ? ADDITIVE
      : kind === CLASS.pore || kind === CLASS.separator ? PORE : 9);
  const list = facesOf(labels, shape, [PORE, ADDITIVE]);
  list.electrolyte.forEach((e, k) => {
    if (classes[e] === CLASS.additive) list.weight[k] = setup.materials.additive!.reactingShare;
  });
  const count = list.active.length;
  const plan = { leases: faceLeases(count), then: [liquidPlan(setup, count, session.threads)] };
  return session.run('liquid', plan, voxelCount(shape), {}, async (frame) => {
    const faces = await putFaces(frame, list);
    const plane = shape[1] * shape[2];
    const marks = classes.slice(first * plane, classes.length - plane).map((kind) => Number(kind === CLASS.active));
    return body(await prepareLiquid(frame, setup, faces, marks));
  });
}

function setupOf(shape: Shape, seed: number, materials = MATERIALS): LiquidSetup {
  const labels = randomLabels(shape, { [PORE]: 0.4, [ACTIVE]: 0.42, [ADDITIVE]: 0.18 }, seed, 1);
  const mesh = separatorMesh(materials.separators, EDGES[0]);
  const window = liquidWindow({ labels, shape, pore: PORE, active: ACTIVE, additive: ADDITIVE }, mesh.planes);
  return { window, mesh, edges: EDGES, materials, tables: liquidTables(materials) };
}

describe('a liquid-filled electrode', () => {
  it.each([1, 2])('[oracle] steps as a twin that solves all unknowns at once, window %i', async (seed) => {
    const setup = setupOf([3, 2, 3], seed);
    const { window: { shape, classes }, mesh: { layers }, materials, edges } = setup;
    const twin = new LiquidTwin({ shape, classes, edges, layers, materials }, COLLECTOR * 100);
    const session = await testSession();
    await onElectrode(session, setup, async (stepper) => {
      let [before, state]: [TwinState | null, TwinState] = [null, twin.start()];
      let last = 0;
      const current = 20;
      for (const dt of [1, 2, 3]) {
        const next = twin.step(state, before, dt, last, current);
        const attempt = await stepper.attempt(dt, current);
        expect(attempt.converged).toBe(true);
        expect(Math.abs(attempt.voltage - next.voltage)).toBeLessThan(2e-5);
        await stepper.accept();
        const { lithium, salt } = await stepper.save();
        const own = next.lithium.filter((_, i) => classes[i] === CLASS.active);
        own.forEach((x, k) => expect(Math.abs(lithium[k] - x)).toBeLessThan(1e-5));
        next.salt.forEach((c, i) => {
          if (i >= classes.length || stepper.concentrations()[i] > 0) {
            expect(Math.abs(salt!.now[i] / c - 1)).toBeLessThan(2e-4);
          }
        });
        expect(Math.abs(attempt.balance.charge)).toBeLessThan(1e-13);
        expect(Math.abs(attempt.balance.lithium)).toBeLessThan(1e-12);
        [before, state, last] = [state, next, dt];
      }
    });
  });

  it('[law] goes on from what was saved as if nothing had happened', async () => {
    const setup = setupOf([4, 3, 3], 4);
    const session = await testSession();
    const run = (
      state: StepperState | null, steps: readonly number[],
    ) => onElectrode(session, setup, async (stepper) => {
      if (state !== null) await stepper.load(state);
      let voltage = NaN;
      for (const dt of steps) {
        ({ voltage } = await stepper.attempt(dt, 15));
        await stepper.accept();
      }
      return { voltage, state: await stepper.save() };
    });
    const half = await run(null, [1, 1.5]);
    const whole = await run(null, [1, 1.5, 2]);
    const rest = await run(half.state, [2]);
    // Potentials begin from the same field over another reference: rounding.
    expect(Math.abs(rest.voltage - whole.voltage)).toBeLessThan(1e-9);
    rest.state.lithium.forEach((x, k) => expect(Math.abs(x - whole.state.lithium[k])).toBeLessThan(1e-9));
  });

  it('[law] the same bits for any number of threads', async () => {
    const setup = setupOf([5, 4, 3], 6);
    const [first, ...others] = await forEachThreadCount((session) => onElectrode(session, setup, async (stepper) => {
      const { voltage } = await stepper.attempt(1, 15);
      await stepper.accept();
      return { voltage, state: await stepper.save() };
    }));
    for (const other of others) expect(other).toEqual(first);
  });
});
