import { expect, it } from 'vitest';
import { thermalSlope } from '../../src/cell/constants.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { electrodeImage, type ElectrodeImageOptions, type ElectrodeMaterials } from '../../src/resolved/electrode.js';
import { prepareElectrode, STEPPER_DEFAULTS, type Electrode } from '../../src/resolved/electrode-stepper.js';
import { march, MARCH_TOLERANCES, type MarchSettings } from '../../src/resolved/march.js';
import { POTENTIAL_DEFAULTS } from '../../src/resolved/potential.js';
import { potentialsPlan, preparePotentials } from '../../src/resolved/prepare.js';
import type { Attempt, StepperState } from '../../src/resolved/stepper.js';
import type { Session } from '../../src/runtime/session.js';
import { forEachThreadCount, testSession } from '../session.js';
import { planar, smallElectrode } from './electrodes.js';
import { Twin, type TwinElectrode } from './twin.js';

const LABELS = { pore: 0, electrolyte: 1, active: 2, carbon: 3, separator: 1 };

/** The same electrode for the kernels. */
function voxelsOf(twin: TwinElectrode): {
  readonly volume: LabelVolume;
  readonly materials: ElectrodeMaterials;
  readonly options: Partial<ElectrodeImageOptions>;
} {
  const um = twin.voxel * 1e6;
  const exchange = twin.exchangeCurrent;
  return {
    volume: {
      labels: Uint8Array.from(twin.roles, (role) => LABELS[role]), shape: [...twin.shape], voxelSizeUm: [um, um, um],
    },
    materials: {
      temperature: twin.temperature, thermal: thermalSlope(twin.temperature), electrolyte: twin.ionic,
      active: twin.electronic, carbon: twin.carbon, potential: twin.potential,
      exchange: {
        value: (x) => exchange.value(x, 1), slope: (x) => exchange.slopeInSolid(x, 1), domain: null, constant: null,
      },
      diffusivity: twin.diffusivity, alpha: twin.alpha, film: twin.film, maximumConcentration: twin.maximum,
      stoichiometry: twin.start, window: [0, 1], separator: 0, contact: 0, foil: null, voltageLimits: [3.4, 4.3],
    },
    options: { separatorPlanes: twin.separatorPlanes },
  };
}

/** So near that what a twin differs by is the twin's. */
const NEAR = { agreement: 1e-7, volts: 1e-7, accuracy: 1e-6, residual: 1e-8, maxSweeps: 30 };

async function withElectrode<T>(
  session: Session, twin: TwinElectrode, body: (electrode: Electrode) => Promise<T>, options = STEPPER_DEFAULTS,
): Promise<T> {
  const { volume, materials, options: chosen } = voxelsOf(twin);
  const image = electrodeImage('test', volume, chosen);
  const goal = { ...POTENTIAL_DEFAULTS, area: 'faces' as const };
  return session.run('electrode', potentialsPlan(image.shape, session.threads, goal), 0, {}, async (frame) => {
    const potentials = await preparePotentials('test', frame, image, materials, goal);
    return body(await prepareElectrode(frame, image, materials, potentials, options));
  });
}

function settings(current: number, times: readonly number[]): MarchSettings {
  return {
    current, limits: { voltage: [3, 4.4], surfaces: [] }, duration: times.at(-1)!, timescale: 3600,
    tolerances: MARCH_TOLERANCES, stops: { times, voltages: [] },
  };
}

it('[exact] [rate] a planar electrode: voltage at once exactly, then with the square of the voxel', async () => {
  const session = await testSession({ threads: 1 });
  const exact = [4.03897648, 3.84229096];
  const run = (voxels: number): Promise<number[]> =>
    withElectrode(session, planar(voxels), async ({ stepper }) => {
      const { record } = await march(stepper, settings(5, [100, 500]));
      expect(record.balance.lithium).toBeLessThan(1e-11);
      expect(record.balance.charge).toBeLessThan(1e-12);
      expect(Math.abs(record.voltage[0] - 4.18148753)).toBeLessThan(1e-8);
      return record.stopped.map((k, stop) => record.voltage[k] - exact[stop]);
    });
  const [coarse, fine] = [await run(10), await run(20)];
  fine.forEach((error, stop) => {
    expect(Math.abs(error)).toBeLessThan(4e-3);
    expect(Math.log2(coarse[stop] / error)).toBeGreaterThan(1.7);
    expect(Math.log2(coarse[stop] / error)).toBeLessThan(2.3);
  });
});

const LENGTHS = [0, 1, 1.5, 2, 4, 8, 20, 30, 60];

it('[oracle] voltage and every voxel at every step are those of one dense system', async () => {
  const of = { ...smallElectrode(), separatorPlanes: 0 };
  const twin = new Twin(of);
  await withElectrode(await testSession(), of, async ({ stepper }) => {
    for (const dt of LENGTHS) {
      const [found, expected] = [await stepper.attempt(dt, 20), await twin.attempt(dt, 20)];
      expect(found.converged).toBe(true);
      expect(Math.abs(found.voltage - expected.voltage)).toBeLessThan(5e-7);
      expect(Math.abs(found.surface[1] - expected.surface[1])).toBeLessThan(5e-7);
      expect(Math.abs(found.balance.lithium)).toBeLessThan(1e-12);
      expect(Math.abs(found.balance.charge)).toBeLessThan(1e-12);
      await stepper.accept();
      await twin.accept();
      const [a, b] = [(await stepper.save()).lithium, (await twin.save()).lithium];
      expect(a.length).toBe(b.length);
      a.forEach((x, k) => expect(Math.abs(x - b[k])).toBeLessThan(5e-7));
    }
  }, NEAR);
});

/** D falls by a factor of e over the window, the film resists. */
const varying = (): TwinElectrode => ({
  ...smallElectrode(), separatorPlanes: 2, film: 1e-3,
  diffusivity: {
    value: (x) => 1e-14 * Math.exp(-x), slope: (x) => -1e-14 * Math.exp(-x), domain: null, constant: null,
  },
});

it('[law] the same bits for any number of threads, and from a state that was saved', async () => {
  const run = (session: Session, saved: StepperState | null, lengths: readonly number[]) =>
    withElectrode(session, varying(), async ({ stepper }) => {
      if (saved !== null) await stepper.load(saved);
      const found: Attempt[] = [];
      for (const dt of lengths) {
        found.push(await stepper.attempt(dt, 20));
        await stepper.accept();
      }
      return { found, state: await stepper.save() };
    });
  const runs = await forEachThreadCount((session) => run(session, null, LENGTHS));
  for (const each of runs) expect(each).toEqual(runs[0]);
  const session = await testSession({ threads: 1 });
  const half = await run(session, null, LENGTHS.slice(0, 5));
  const rest = await run(session, half.state, LENGTHS.slice(5));
  expect(rest.state).toEqual(runs[0].state);
  expect(rest.found).toEqual(runs[0].found.slice(5));
});

it('[law] a step that was not accepted changes nothing but where the next one begins to look', async () => {
  await withElectrode(await testSession({ threads: 1 }), varying(), async ({ stepper }) => {
    for (const dt of [0, 2, 3]) {
      await stepper.attempt(dt, 20);
      await stepper.accept();
    }
    const before = await stepper.save();
    const first = await stepper.attempt(5, 20);
    await stepper.attempt(40, -60);
    const after = await stepper.save();
    expect(after.lithium).toEqual(before.lithium);
    expect(after.before).toEqual(before.before);
    expect([after.lastStep, after.olderStep, after.rises]).toEqual([before.lastStep, before.olderStep, before.rises]);
    expect(first.converged).toBe(true);
    const again = await stepper.attempt(5, 20);
    expect(Math.abs(again.voltage - first.voltage)).toBeLessThan(1e-6);
  }, NEAR);
});
