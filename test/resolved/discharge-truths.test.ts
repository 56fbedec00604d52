import { expect, it } from 'vitest';
import { porousElectrodeImpedance } from '../../src/cell/closed-forms/porous-electrode.js';
import { constantExchange } from '../../src/cell/exchange-current/constant.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { complex } from '../../src/numeric/complex.js';
import { discharge3d, type Discharge3dOptions } from '../../src/resolved/discharge.js';
import type { ResolvedDischarge } from '../../src/resolved/result.js';
import { randomLabels } from '../random.js';
import { referenceDischarge } from '../reference/half-cell.js';
import { testSession } from '../session.js';
import {
  AM, ballSurface, cellOf, chenPotential, comb, eighthOfBall, FARADAY, kineticDrop, planar, planarTruth, REFERENCE,
  refined, THERMAL, tiltedComb, withElectrode,
} from './truths.js';

const BARE: Partial<Discharge3dOptions> = { area: 'faces', separatorPlanes: 0, moments: [] };
/** So near that what steps differ by is their error. */
const NEAR = { agreement: 1e-7, volts: 1e-7, accuracy: 1e-6, residual: 1e-8, maxSweeps: 30 };
const FINE = { stoichiometry: 3e-5, voltage: 3e-5 };

/** Place in a run of a moment that it was told to stop at. */
const placeOf = ({ time }: ResolvedDischarge, moment: number): number =>
  time.findIndex((at) => Math.abs(at - moment) < 1e-9);

it('[exact] [rate] a plane interface: potentials at once, diffusion with the square of the voxel', async () => {
  const session = await testSession({ threads: 1 });
  const moments = [100, 500];
  const errors: number[][] = [];
  for (const voxels of [10, 20]) {
    const result = await discharge3d(session, planar(voxels, 10 / voxels), cellOf(), {
      ...BARE, current: 5, duration: 500, tolerances: FINE, moments: [{ kind: 'time', time: 100 }],
    });
    expect(Math.abs(result.voltage[0] - 4.18148753)).toBeLessThan(1e-8);
    expect(result.balance.charge).toBeLessThan(1e-13);
    expect(result.balance.lithium).toBeLessThan(1e-11);
    errors.push(moments.flatMap((time) => {
      const truth = planarTruth(5, time, 1e-5, { ...REFERENCE, diffusivity: 1e-14 });
      const k = placeOf(result, time);
      return [result.voltage[k] - truth.voltage, result.surface[k][1] - truth.surface];
    }));
  }
  errors[1].forEach((fine, k) => {
    expect(Math.abs(fine)).toBeLessThan(3.5e-3);
    expect(Math.log2(errors[0][k] / fine)).toBeGreaterThan(1.8);
    expect(Math.log2(errors[0][k] / fine)).toBeLessThan(2.2);
  });
});

/** Resistance of lamellae of 1 µm over 20 µm in Ω cm², the plane of pore before them taken off, and that of a porous
 *  electrode of the same area. */
async function combResistance(volume: LabelVolume, area: 'faces' | 'corrected') {
  const session = await testSession({ threads: 1 });
  const current = 1e-2;
  const cell = cellOf({ exchange: constantExchange(1) });
  const result = await discharge3d(session, volume, cell, { ...BARE, current, area, duration: 1e-6 });
  const voxel = 1e-6 * volume.voxelSizeUm![0];
  const thickness = (volume.shape[0] - 1) * voxel;
  const resistance = (chenPotential.value(REFERENCE.start) - result.voltage[0]) / current - voxel / (0.5 * 0.045);
  const homogeneous = porousElectrodeImpedance(
    { thickness, ionic: 0.0225, electronic: 45.5, area: result.area.corrected / thickness }, complex(THERMAL),
  ).re;
  return { resistance: 1e4 * resistance, homogeneous: 1e4 * homogeneous, area: result.area };
}

it('[exact] lamellae resist as a porous electrode of two rails', async () => {
  const { resistance, area } = await combResistance(comb(80, 4, 0.25), 'faces');
  expect(Math.abs(resistance / 15.682576 - 1)).toBeLessThan(5e-4);
  expect(area.faces).toBe(20);
});

it('[exact] lamellae across the voxels have the area of smooth ones, and resist as one of their area', async () => {
  const [period, edge] = [4, Math.SQRT2 / 4];
  const volume = tiltedComb(Math.round(20 / edge), period, edge);
  for (const kind of ['faces', 'corrected'] as const) {
    const { resistance, homogeneous, area } = await combResistance(volume, kind);
    expect(Math.abs(resistance / homogeneous - 1)).toBeLessThan(2e-3);
    // Faces across the sides of the window are none of the image's.
    const inner = (2 * period - 1) / (2 * period);
    expect(area.faces).toBeCloseTo(inner * Math.SQRT2 * (volume.shape[0] - 1) * edge, 6);
    if (kind === 'faces') continue;
    expect((area.corrected / area.factor / area.faces) * Math.SQRT2).toBeGreaterThan(0.99);
    expect((area.corrected / area.factor / area.faces) * Math.SQRT2).toBeLessThan(1.01);
  }
});

it('[oracle] [rate] lamellae discharge as a porous electrode of sheets, within 1 % of the fall', async () => {
  const session = await testSession({ threads: 1 });
  const [current, end, steps, diffusivity] = [50, 500, 250, 2e-15];
  const errors: number[][] = [];
  for (const width of [4, 8]) {
    const result = await discharge3d(session, comb(20 * width, width, 1 / width), cellOf({ diffusivity }), {
      ...BARE, current, duration: end, tolerances: FINE, moments: [{ kind: 'time', time: 100 }],
    });
    const sheets = referenceDischarge({
      thickness: 20e-6, ionic: 0.0225, electronic: 45.5, fraction: 0.5, particles: 'sheets', radius: 0.5e-6,
      diffusivity, maximum: 5e4, start: REFERENCE.start, exchange: 1, separatorResistance: 1e-6 / width / 0.0225,
      potential: (x) => chenPotential.value(x),
    }, current, end, steps, 16, 40);
    errors.push([100, 500].map((time) => {
      const homogeneous = sheets[(time / end) * steps - 1];
      const fall = chenPotential.value(REFERENCE.start) - homogeneous;
      return (result.voltage[placeOf(result, time)] - homogeneous) / fall;
    }));
    expect(result.balance.lithium).toBeLessThan(1e-11);
    expect(result.balance.charge).toBeLessThan(1e-13);
  }
  errors[1].forEach((fine, k) => {
    expect(Math.abs(fine)).toBeLessThan(0.01);
    expect(Math.log2(errors[0][k] / fine)).toBeGreaterThan(1.6);
    expect(Math.log2(errors[0][k] / fine)).toBeLessThan(2.4);
  });
});

it('[exact] a ball of active material fills as one, whatever its surface of voxels', async () => {
  const session = await testSession({ threads: 1 });
  const [edge, radius, um, current, tau] = [15, 12, 5 / 12, 2, 0.2];
  const cell = cellOf({ ionic: 100, electronic: 100, exchange: constantExchange(1) });
  const result = await discharge3d(session, eighthOfBall(edge, radius, um), cell, {
    ...BARE, area: 'corrected', current, duration: (tau * 25e-12) / 1e-14, tolerances: FINE, moments: [{ kind: 'end' }],
  });
  const flux = (current * (1e-6 * edge * um) ** 2) / (Math.PI * 12.5e-12);
  const per = (flux * 5e-6) / (FARADAY * 1e-14 * REFERENCE.maximum);
  const surface = REFERENCE.start + per * ballSurface(tau);
  const last = result.time.length - 1;
  expect(Math.abs(result.voltage[last] - chenPotential.value(surface) + kineticDrop(flux, 1))).toBeLessThan(3e-3);
  const centre = result.maps[0].stoichiometry[(edge - 1) * edge * edge];
  expect(Math.abs((centre - REFERENCE.start) / per / 0.3080373736 - 1)).toBeLessThan(0.02);
  const [low, high] = result.surface[last];
  expect(low).toBeLessThan(surface);
  expect(high).toBeGreaterThan(surface);
  expect((high - low) / (surface - REFERENCE.start)).toBeLessThan(0.08);
});

/** Electrolyte and active material in disorder. */
const disordered = (): LabelVolume => ({
  shape: [9, 7, 8], voxelSizeUm: [0.5, 0.5, 0.5], labels: randomLabels([9, 7, 8], { 0: 0.1, 1: 0.4, 2: 0.5 }, 5, 1),
});

const RAMP = [1, 2, 4, 8, 12, 12, 12];

it('[law] what was discharged and charged again comes to rest where it began, in every voxel', async () => {
  const session = await testSession({ threads: 1 });
  await withElectrode(session, disordered(), cellOf(), async ({ stepper }) => {
    const stretches = [[3, RAMP], [-3, RAMP], [0, [...RAMP, ...Array.from({ length: 25 }, () => 15)]]] as const;
    for (const [current, lengths] of stretches) {
      stepper.restart();
      for (const dt of lengths) {
        const { converged, balance } = await stepper.attempt(dt, current);
        expect(converged, `${dt} s at ${current} A/m²`).toBe(true);
        expect(Math.abs(balance.charge)).toBeLessThan(1e-12);
        if (current !== 0) expect(Math.abs(balance.lithium)).toBeLessThan(1e-12);
        await stepper.accept();
      }
    }
    const { lithium } = await stepper.save();
    const mean = lithium.reduce((sum, x) => sum + x, 0) / lithium.length;
    expect(Math.abs(mean - REFERENCE.start)).toBeLessThan(1e-14);
    expect(Math.max(...lithium.map((x) => Math.abs(x - REFERENCE.start)))).toBeLessThan(1e-4);
  });
});

it.each([
  ['a plane interface', planar(8, 0.5), 5], ['lamellae', comb(10, 8, 0.5), 10], ['disorder', disordered(), 8],
] as const)('[rate] %s: the error falls with the square of the step', async (_, volume, current) => {
  const session = await testSession({ threads: 1 });
  const run = (steps: number): Promise<number> => withElectrode(session, volume, cellOf(), async ({ stepper }) => {
    let voltage = NaN;
    for (let k = 0; k < steps; k++) {
      const attempt = await stepper.attempt(128 / steps, current);
      expect(attempt.converged).toBe(true);
      await stepper.accept();
      voltage = attempt.voltage;
    }
    return voltage;
  }, NEAR);
  const [coarse, middle, fine] = [await run(16), await run(32), await run(64)];
  const order = Math.log2((coarse - middle) / (middle - fine));
  expect(order).toBeGreaterThan(1.6);
  expect(order).toBeLessThan(2.6);
});

it('[rate] disorder: finer voxels of the same image converge as its edges let them, by about h^(4/3)', async () => {
  const session = await testSession({ threads: 1 });
  const shape = [6, 5, 5] as const;
  const labels = randomLabels(shape, { 0: 0.1, 1: 0.4, 2: 0.5 }, 5, 1);
  const voxelSizeUm = [0.5, 0.5, 0.5] as const;
  /** Voltage at once, in the end, and lithium in the end in each voxel of the coarse image. */
  const run = (times: number): Promise<readonly (readonly number[])[]> => {
    const volume = refined({ shape, voxelSizeUm, labels }, times);
    // Which voxel of the coarse image each voxel lies in: there are 150.
    const { labels: places } = refined({ shape, voxelSizeUm, labels: labels.map((_, place) => place) }, times);
    return withElectrode(session, volume, cellOf(), async ({ stepper }) => {
      const voltages: number[] = [];
      for (const dt of [0, 5, 10, 20, 20, 20]) {
        const attempt = await stepper.attempt(dt, 4);
        expect(attempt.converged).toBe(true);
        await stepper.accept();
        voltages.push(attempt.voltage);
      }
      const { lithium } = await stepper.save();
      const means = Array.from(labels, () => 0);
      places.filter((_, i) => volume.labels[i] === AM).forEach((place, k) => {
        means[place] += lithium[k] / times ** 3;
      });
      return [voltages.slice(0, 1), voltages.slice(-1), means];
    }, NEAR);
  };
  const [coarse, middle, fine] = [await run(1), await run(2), await run(4)];
  const apart = (a: readonly number[], b: readonly number[]): number => Math.hypot(...a.map((x, i) => x - b[i]));
  coarse.forEach((values, k) => {
    const order = Math.log2(apart(values, middle[k]) / apart(middle[k], fine[k]));
    expect(order).toBeGreaterThan(1.2);
    expect(order).toBeLessThan(1.9);
  });
});
