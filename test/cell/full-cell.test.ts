import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Cell } from '../../src/cell/cell.js';
import { FARADAY } from '../../src/cell/constants.js';
import { constant } from '../../src/cell/curves/curve.js';
import { constantCurrent } from '../../src/cell/experiments/constant-current.js';
import { stateAt } from '../../src/cell/outputs/curve.js';
import { splitVoltage } from '../../src/cell/outputs/overpotential.js';
import { profilesOf } from '../../src/cell/outputs/profiles.js';
import { uniformState } from '../../src/cell/p2d/start.js';
import { MESH_DEFAULTS } from '../../src/cell/p2d/mesh.js';
import { P2D } from '../../src/cell/p2d/system.js';
import { electrolyte, MARQUIS } from './full-cell.js';
import { S1 } from './reference-cells.js';

/** DFN of MARQUIS solved with COMSOL: see test/published/README.md. */
interface Published {
  readonly time: readonly number[];
  readonly voltage: readonly number[];
  readonly profileTimes: readonly number[];
  readonly x: readonly number[];
  readonly x_n: readonly number[];
  readonly x_p: readonly number[];
  readonly c_e: readonly (readonly number[])[];
  readonly c_n_surf: readonly (readonly number[])[];
  readonly c_p_surf: readonly (readonly number[])[];
  readonly phi_e: readonly (readonly number[])[];
}
const published = JSON.parse(
  readFileSync(new URL('../published/comsol-dfn.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Published>>;

/** Values at middles, read off elsewhere: linear. */
function read(x: readonly number[], values: readonly number[], at: number): number {
  const behind = x.findIndex((place) => place > at);
  const k = behind < 0 ? x.length - 1 : Math.max(behind, 1);
  return values[k - 1] + ((values[k] - values[k - 1]) * (at - x[k - 1])) / (x[k] - x[k - 1]);
}

describe('full cell against COMSOL', () => {
  it.each(
    [['01C', 0.1], ['1C', 1], ['3C', 3]] as const,
  )('[published] %s: 1 mV rms, profiles within 1 %%', (name, rate) => {
    const data = published[name];
    const model = new P2D(MARQUIS, { ...MESH_DEFAULTS, separatorVolumes: 20 });
    const run = constantCurrent(model, uniformState(model), { current: 24 * rate, duration: 3600 / rate });
    expect(run.endedBy).toBe('time');
    const squares = data.time.map((t, i) => (model.voltage(stateAt(run, t)) - data.voltage[i]) ** 2);
    expect(Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / squares.length)).toBeLessThan(1e-3);
    data.profileTimes.forEach((t, column) => {
      // The first microseconds of COMSOL's double layer are not ours.
      if (column === 0) return;
      const profiles = profilesOf(model, stateAt(run, t));
      const salt = profiles.saltConcentration!;
      data.x.forEach((x, i) => {
        expect(Math.abs(read(profiles.x, salt, x) / data.c_e[i][column] - 1)).toBeLessThan(0.01);
      });
      for (const [places, values, offset, maximum] of [
        [data.x_n, data.c_n_surf, 0, 24983.2619938437], [data.x_p, data.c_p_surf, 1, 51217.9257309275],
      ] as const) {
        const own = profiles.surfaceStoichiometry.flatMap((value, i) =>
          (value !== null && (profiles.x[i] > 110e-6) === (offset === 1) ? [[profiles.x[i], value]] : []));
        places.forEach((x, i) => {
          const value = read(own.map(([at]) => at), own.map(([, stoichiometry]) => stoichiometry), x) * maximum;
          expect(Math.abs(value - values[i][column])).toBeLessThan(0.01 * maximum);
        });
      }
      data.x.forEach((x, i) => {
        expect(Math.abs(read(profiles.x, profiles.electrolytePotential, x) - data.phi_e[i][column])).toBeLessThan(5e-3);
      });
    });
  });
});

describe('laws of binary electrolytes', () => {
  it('[law] salt and lithium to rounding at every step, and the losses add up', () => {
    const model = new P2D(MARQUIS, MESH_DEFAULTS);
    const { at, mesh, layout } = model;
    const run = constantCurrent(model, uniformState(model), { current: 48, duration: 1500 });
    const salt = (y: Float64Array): number =>
      mesh.middles.reduce((sum, _, i) => sum + model.mass[at.salt + i] * y[at.salt + i], 0);
    const lithium = (y: Float64Array, electrode: typeof layout.positive): number =>
      model.electrodes.reduce((sum, own, p) => (own === electrode
        ? sum + y[p * at.modes] * mesh.widths[mesh.porous[p]] : sum), 0) *
      electrode.active.volumeFraction * electrode.active.maximumConcentration * FARADAY;
    for (const { y1, start, width } of run.steps) {
      expect(Math.abs(salt(y1) / salt(run.first) - 1)).toBeLessThan(1e-12);
      const passed = 48 * (start + width);
      for (const [electrode, sign] of [[layout.positive, 1], [layout.negative!, -1]] as const) {
        const gained = sign * (lithium(y1, electrode) - lithium(run.first, electrode));
        expect(Math.abs(gained - passed) / lithium(run.first, electrode)).toBeLessThan(1e-13);
      }
      const { voltage, equilibrium, losses } = splitVoltage(model, y1);
      const total = Object.values(losses).reduce((sum, loss) => sum + loss, 0);
      expect(Math.abs(equilibrium - total - voltage)).toBeLessThan(1e-5);
    }
    expect(splitVoltage(model, run.last).losses.electrolyteDiffusion).toBeGreaterThan(0.01);
  });

  it('[exact] lithium foil: the steady difference of the salt across a separator is I (1 − t₊) L/(F D M)', () => {
    const diffusivity = 2e-10;
    const steady = { ...electrolyte, diffusivity: constant(diffusivity) };
    const cell: Cell = {
      ...S1,
      voltageLimits: [0, 6],
      regions: S1.regions.map((region) => ('electrolyte' in region
        ? { ...region, electrolyte: { electrolyte: steady, volumeFraction: 0.5, mFactor: 0.3 } } : region)),
    };
    const model = new P2D(cell, MESH_DEFAULTS);
    const run = constantCurrent(model, uniformState(model), { current: 10, duration: 3000 });
    const salt = profilesOf(model, run.last).saltConcentration!;
    // From the first middle to the last one: 9 of 10 volumes.
    const expected = (10 * 0.6 * 50e-6 * 0.9) / (FARADAY * diffusivity * 0.3);
    expect((salt[0] - salt[9]) / expected).toBeCloseTo(1, 4);
  });
});
