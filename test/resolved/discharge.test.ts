import { describe, expect, it } from 'vitest';
import type { Cell } from '../../src/cell/cell.js';
import { constant } from '../../src/cell/curves/curve.js';
import type { LabelVolume } from '../../src/core/volume.js';
import type { DischargeCheckpoint } from '../../src/resolved/checkpoint.js';
import { discharge3d, type Discharge3dOptions } from '../../src/resolved/discharge.js';
import { uniform } from '../random.js';
import { forEachThreadCount, testSession } from '../session.js';
import { planar, smallElectrode } from './electrodes.js';
import { Twin, type Role, type TwinElectrode } from './twin.js';

const LABELS: Readonly<Record<Role, number>> = { pore: 0, electrolyte: 1, active: 2, carbon: 3, separator: 1 };

/** The electrode of a twin as an image, and its materials as a cell whose separator is the planes of the twin. */
function voxelsOf(twin: TwinElectrode): { volume: LabelVolume; cell: Cell; options: Partial<Discharge3dOptions> } {
  const um = 1e6 * twin.voxel;
  const electrolyte = { kind: 'single-ion', conductivity: twin.ionic } as const;
  const carbon = twin.roles.includes('carbon');
  return {
    volume: {
      labels: Uint8Array.from(twin.roles, (role) => LABELS[role]), shape: twin.shape, voxelSizeUm: [um, um, um],
    },
    cell: {
      name: 'twin', temperature: twin.temperature, voltageLimits: [3.4, 4.4],
      regions: [
        { kind: 'lithium-foil', exchangeCurrent: null },
        {
          kind: 'separator', thickness: Math.max(twin.separatorPlanes * twin.voxel, 1e-15),
          electrolyte: { electrolyte, volumeFraction: 1, mFactor: 1 },
        },
        {
          kind: 'porous-electrode', thickness: 1e-5, area: 1e5,
          active: {
            volumeFraction: 0.5, maximumConcentration: twin.maximum, radius: 1e-6, diffusivity: twin.diffusivity,
            potential: twin.potential, stoichiometry: twin.start, window: [0, 1],
          },
          kinetics: {
            exchangeCurrent: twin.exchangeCurrent, transferCoefficient: twin.alpha, filmResistance: twin.film,
            capacitance: 0,
          },
          electrolyte: { electrolyte, volumeFraction: 0.5, mFactor: 0.5 },
          electronicConductivity: twin.electronic / 2, bulkConductivity: twin.electronic,
        },
      ],
    },
    options: {
      separatorPlanes: twin.separatorPlanes, area: 'faces', carbon: carbon ? 3 : null,
      carbonConductivity: carbon ? twin.carbon : null,
    },
  };
}

/** A structure of random voxels between a plane of electrolyte and one of carbon and active material. */
function randomElectrode(seed: number): TwinElectrode {
  const random = uniform(seed);
  const shape = [5, 3, 3] as const;
  const roles = Array.from({ length: 45 }, (_, k): Role => {
    const [draw, plane] = [random(), Math.floor(k / 9)];
    if (plane === 0) return draw < 0.8 ? 'electrolyte' : 'active';
    if (plane === 4) return draw < 0.3 ? 'carbon' : 'active';
    return draw < 0.4 ? 'active' : draw < 0.8 ? 'electrolyte' : draw < 0.9 ? 'carbon' : 'pore';
  });
  return {
    ...smallElectrode(), shape, roles, separatorPlanes: 2, carbon: 300, alpha: 0.43, film: 2e-3,
    diffusivity: constant(4e-15),
  };
}

describe('discharge3d', () => {
  it.each([1, 2])('[oracle] random structure %d: a whole discharge is that of one dense system', async (seed) => {
    const of = randomElectrode(seed);
    const { volume, cell, options } = voxelsOf(of);
    const moments = [{ kind: 'charge', share: 0.25 }] as const;
    const found = await discharge3d(await testSession(), volume, cell, { ...options, rate: 1, moments });
    expect(found.endedBy).toBe('lowerVoltage');
    expect(found.balance.lithium).toBeLessThan(1e-11);
    expect(found.balance.charge).toBeLessThan(1e-11);
    const twin = new Twin(of);
    let [compared, voxels] = [0, 0];
    for (const [k, time] of found.time.entries()) {
      const attempt = await twin.attempt(k === 0 ? 0 : time - found.time[k - 1], found.currentDensity);
      // Where surfaces are nearly full, the exchange current vanishes: voltages fall over a cliff.
      if (attempt.surface[1] > 0.99) break;
      compared++;
      expect(attempt.converged).toBe(true);
      await twin.accept();
      // Turns end well within what a step may be wrong by, 3e-4 (ten times that at one face).
      expect(Math.abs(attempt.surface[1] - found.surface[k][1]), `at ${time} s`).toBeLessThan(3e-4);
      expect(Math.abs(attempt.voltage - found.voltage[k]), `at ${time} s`).toBeLessThan(1e-4);
      if (time !== found.maps[0].time) continue;
      const { stoichiometry } = twin.state();
      found.maps[0].stoichiometry.forEach((x, voxel) => {
        if (Number.isNaN(stoichiometry[voxel])) return;
        voxels++;
        expect(Math.abs(x - stoichiometry[voxel])).toBeLessThan(3e-5);
      });
    }
    expect(compared).toBeGreaterThan(20);
    expect(voxels / found.active.voxels).toBeGreaterThan(0.5);
  });

  it('[law] an electrode that lies otherwise in its image discharges alike', async () => {
    const { volume, cell, options } = voxelsOf(randomElectrode(2));
    const session = await testSession();
    const straight = await discharge3d(session, volume, cell, { ...options, rate: 2 });
    // z becomes x, turned round.
    const [nz, ny, nx] = volume.shape;
    const place = (z: number, y: number, x: number): number => (y * nx + x) * nz + (nz - 1 - z);
    const labels = new Uint8Array(volume.labels.length);
    volume.labels.forEach((label, k) => {
      labels[place(Math.floor(k / (ny * nx)), Math.floor(k / nx) % ny, k % nx)] = label;
    });
    const turned = await discharge3d(
      session, { ...volume, labels, shape: [ny, nx, nz] }, cell, { ...options, rate: 2, axis: 'x', separator: 'high' },
    );
    expect(turned.voltage).toEqual(straight.voltage);
    expect(turned.profiles).toEqual(straight.profiles);
    straight.maps[0].stoichiometry.forEach((x, k) => {
      const y = turned.maps[0].stoichiometry[place(Math.floor(k / (ny * nx)), Math.floor(k / nx) % ny, k % nx)];
      expect(y).toBe(x);
    });
  });

  it('[law] the same bits for any number of threads, and from every checkpoint', async () => {
    const { volume, cell, options } = voxelsOf(randomElectrode(3));
    const checkpoints: DischargeCheckpoint[] = [];
    const store = (checkpoint: DischargeCheckpoint): void => void checkpoints.push(structuredClone(checkpoint));
    const moments = [{ kind: 'charge', share: 0.02 }, { kind: 'end' }] as const;
    const run = { ...options, rate: 1, duration: 120, moments };
    const runs = await forEachThreadCount((session) => discharge3d(session, volume, cell, run));
    for (const each of runs) expect(each).toEqual(runs[0]);
    const session = await testSession({ threads: 2 });
    await discharge3d(session, volume, cell, run, {}, { resume: null, every: 0, store });
    expect(checkpoints.length).toBe(runs[0].time.length);
    for (const k of [0, 1, 9]) {
      const gone = await discharge3d(session, volume, cell, run, {}, { resume: checkpoints[k], every: 1e9, store });
      expect(gone, `from step ${k}`).toEqual(runs[0]);
    }
  });

  it('[law] a cancelled run stores its last step, from which another goes on to the same bits', async () => {
    const { volume, cell, options } = voxelsOf(randomElectrode(1));
    const session = await testSession({ threads: 2 });
    const whole = await discharge3d(session, volume, cell, { ...options, rate: 1, duration: 300 });
    const controller = new AbortController();
    let kept: DischargeCheckpoint | null = null;
    const { signal } = controller;
    const stopped = discharge3d(session, volume, cell, { ...options, rate: 1, duration: 300 }, { signal }, {
      resume: null, every: 0,
      store: (checkpoint) => {
        kept = structuredClone(checkpoint);
        if (checkpoint.record.time.length === 8) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const resume = kept!;
    const gone = await discharge3d(
      session, volume, cell, { ...options, rate: 1, duration: 300 }, {}, { resume, every: 1e9, store: () => undefined },
    );
    expect(gone).toEqual(whole);
  });

  it('[exact] charge gives back what discharge took, and what is dead is said', async () => {
    const of = planar(6);
    const { volume, cell, options } = voxelsOf(of);
    const session = await testSession({ threads: 1 });
    const out = await discharge3d(session, volume, cell, { ...options, rate: 1, duration: 400 });
    expect(out.endedBy).toBe('time');
    expect(out.capacity).toBeCloseTo((400 / 3600) * 96485.33212 * 5e4 * 1e-5 * 0.73, 3);
    const filled = { ...options, stoichiometry: out.stoichiometry[out.stoichiometry.length - 1] };
    const back = await discharge3d(session, volume, cell, { ...filled, rate: -1, duration: 400 });
    expect(back.currentDensity).toBeLessThan(0);
    expect([back.active.touching, back.active.wired, back.active.dead]).toEqual([1 / 6, 1, 0]);
    const labels = volume.labels.map((label, k) => (k === 9 ? 0 : label));
    const cut = discharge3d(session, { ...volume, labels }, cell, { ...options, rate: 1 });
    await expect(cut).rejects.toThrow(/no active material that hangs together with the collector touches/);
  });

  it('refuses options that mean nothing', async () => {
    const { volume, cell, options } = voxelsOf(planar(3));
    const session = await testSession({ threads: 1 });
    const cases: readonly (readonly [Partial<Discharge3dOptions>, RegExp])[] = [
      [{}, /either rate or current, found neither/], [{ rate: 1, current: 3 }, /found both/],
      [{ rate: 0 }, /other than 0/],
      [{ rate: 1, duration: -3 }, /duration must be above 0/], [{ rate: 1, stoichiometry: 1.2 }, /below 1/],
      [{ rate: 1, carbonConductivity: 3 }, /label of carbon/],
    ];
    for (const [wrong, message] of cases) {
      await expect(discharge3d(session, volume, cell, { ...options, ...wrong })).rejects.toThrow(message);
    }
    const apart = voxelsOf(randomElectrode(1));
    const fast = discharge3d(session, apart.volume, apart.cell, { ...apart.options, rate: 1e6 });
    await expect(fast).rejects.toThrow(/alone .* lower the rate below/);
  });
});
