import { describe, expect, it } from 'vitest';
import type { Cell } from '../../src/cell/cell.js';
import { expression } from '../../src/cell/curves/expression.js';
import { constant } from '../../src/cell/curves/curve.js';
import { porousElectrodeImpedance, porousElectrodeReaction } from '../../src/cell/closed-forms/porous-electrode.js';
import { constantExchange } from '../../src/cell/exchange-current/constant.js';
import { thermalSlope } from '../../src/cell/constants.js';
import { voxelCount, type Shape } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { complex } from '../../src/numeric/complex.js';
import {
  areaSpecificResistance, type ElectrodeResistance, type ResistanceOptions,
} from '../../src/resolved/resistance.js';
import { randomLabels } from '../random.js';
import { forEachThreadCount, testSession } from '../session.js';

const session = await testSession();
const THERMAL = thermalSlope(298.15);

interface Numbers {
  readonly kappa?: number;
  readonly sigma?: number;
  readonly i0?: number;
  readonly separatorUm?: number;
  readonly film?: number;
  readonly foil?: number | null;
  readonly contact?: number;
}

function cellOf({
  kappa = 0.045, sigma = 91, i0 = 1, separatorUm = 0, film = 0, foil = null, contact = 0,
}: Numbers = {}): Cell {
  const electrolyte = {
    electrolyte: { kind: 'single-ion', conductivity: kappa } as const, volumeFraction: 0.5, mFactor: 1,
  };
  return {
    name: 'test', temperature: 298.15, voltageLimits: [3, 4.4], regions: [
      { kind: 'lithium-foil', exchangeCurrent: foil },
      { kind: 'separator', thickness: 1e-6 * separatorUm, electrolyte },
      {
        kind: 'porous-electrode', thickness: 2e-5, area: 1e6, electrolyte, electronicConductivity: 0.1,
        bulkConductivity: sigma,
        kinetics: {
          exchangeCurrent: constantExchange(i0), transferCoefficient: 0.5, filmResistance: film, capacitance: 0,
        },
        active: {
          volumeFraction: 0.5, maximumConcentration: 5e4, radius: 5e-6, diffusivity: constant(1e-14),
          potential: expression('4 - x'), stoichiometry: 0.5, window: [0, 1],
        },
      },
      { kind: 'current-collector', contactResistance: contact },
    ],
  };
}

/** Lamellae across x that run from separator to collector: half of one and half of the next, `width` voxels each. */
function comb(planes: number, width: number, edge: number): LabelVolume {
  const shape: Shape = [planes, 2, 2 * width];
  return {
    labels: Uint8Array.from({ length: voxelCount(shape) }, (_, k) => (k % (2 * width) < width ? 1 : 2)), shape,
    voxelSizeUm: [edge, edge, edge],
  };
}

const resist = (volume: LabelVolume, cell: Cell, options: Partial<ResistanceOptions> = {}) =>
  areaSpecificResistance(session, volume, cell, options);

/** What holds whatever the structure. */
function checkLaws({ resistance, shares, reaction }: ElectrodeResistance): void {
  const sum = Object.values(shares).reduce((total, share) => total + share, 0);
  expect(Math.abs(sum / resistance - 1)).toBeLessThan(1e-6);
  for (const share of Object.values(shares)) expect(share).toBeGreaterThanOrEqual(0);
  expect(Math.abs(reaction.reduce((total, value) => total + value, 0) / reaction.length - 1)).toBeLessThan(1e-9);
}

describe('area-specific resistance on the voxels', () => {
  it('[exact] sheets: ohmic drops, charge transfer and film in series with separator, contact and foil', async () => {
    const shape: Shape = [14, 3, 2];
    const labels = Uint8Array.from({ length: voxelCount(shape) }, (_, k) => (k < 5 * 6 ? 1 : 2));
    for (const planes of [0, 4]) {
      const result = await resist(
        { labels, shape, voxelSizeUm: [0.5, 0.3, 0.4] },
        cellOf({ separatorUm: 30, film: 1e-3, foil: 12, contact: 5e-4 }),
        { separatorPlanes: planes, area: 'faces' },
      );
      const parts = {
        separator: 30e-6 / 0.045, contact: 5e-4, foil: 1 / (12 * THERMAL), electrolyte: 2.5e-6 / 0.045,
        electrons: 4.5e-6 / 91, interface: 1 / THERMAL + 1e-3,
      };
      for (const [name, value] of Object.entries(parts)) {
        expect(Math.abs(result.shares[name as keyof typeof parts] / value - 1), name).toBeLessThan(1e-6);
      }
      const whole = Object.values(parts).reduce((sum, part) => sum + part, 0);
      expect(Math.abs(result.resistance / whole - 1)).toBeLessThan(1e-8);
      expect(Math.abs(result.electrode / (parts.electrolyte + parts.electrons + parts.interface) - 1))
        .toBeLessThan(1e-8);
      checkLaws(result);
    }
  });

  it('[published] the comb of 1 µm lamellae: 15.682576 Ω cm² where they are thin to the reaction', async () => {
    const found = await resist(comb(80, 2, 0.25), cellOf(), { separatorPlanes: 0, area: 'faces' });
    expect(1e4 * found.homogenised!.resistance!).toBeCloseTo(15.682576, 4);
    // The transverse Biot number, 8.6e-4 for the whole lamella, is what homogenisation leaves out.
    expect(found.homogenised!.difference!).toBeGreaterThan(0);
    expect(found.homogenised!.difference!).toBeLessThan(1e-3);
    found.reaction.forEach((value, k) => {
      expect(Math.abs(value / found.homogenised!.reaction![k] - 1)).toBeLessThan(2e-3);
    });
    checkLaws(found);
    // With a slower reaction the lamellae are thinner to it.
    const thin = await resist(comb(80, 2, 0.25), cellOf({ i0: 0.1 }), { separatorPlanes: 0, area: 'faces' });
    expect(Math.abs(thin.homogenised!.difference!)).toBeLessThan(found.homogenised!.difference!);
  });

  it('[rate] of second order in the voxel, on a comb that is thick to the reaction', async () => {
    const difference = async (refined: number): Promise<number> => (await resist(
      comb(10 * refined, 4 * refined, 1 / refined), cellOf({ kappa: 1e-3, i0: 40 }),
      { separatorPlanes: 0, area: 'faces', homogenised: false },
    )).electrode;
    const [coarse, middle, fine] = [await difference(1), await difference(2), await difference(4)];
    expect((coarse - middle) / (middle - fine)).toBeGreaterThan(1.8);
  });

  it('[law] shares add up and the reaction is the current, with the same bits for any number of threads', async () => {
    const shape: Shape = [12, 9, 10];
    const labels = randomLabels(shape, { 1: 0.4, 2: 0.4, 3: 0.1, 4: 0.1 }, 3, 2);
    const volume: LabelVolume = { labels, shape, voxelSizeUm: [0.2, 0.2, 0.2] };
    const options = { carbon: 4, carbonConductivity: 1e3, separatorPlanes: 3 };
    const runs = await forEachThreadCount((each) =>
      areaSpecificResistance(each, volume, cellOf({ separatorUm: 20 }), options));
    checkLaws(runs[0]);
    const same = ({ seconds: _, peakBytes: __, threads: ___, ...rest }: ElectrodeResistance) => rest;
    for (const run of runs.slice(1)) expect(same(run)).toEqual(same(runs[0]));
  });

  it('[law] better conductors and a faster reaction resist less', async () => {
    const shape: Shape = [10, 8, 8];
    const volume: LabelVolume = {
      labels: randomLabels(shape, { 1: 0.5, 2: 0.5 }, 7, 2), shape, voxelSizeUm: [0.3, 0.3, 0.3],
    };
    const of = async (numbers: Numbers): Promise<number> =>
      (await resist(volume, cellOf(numbers), { homogenised: false })).resistance;
    const base = await of({ kappa: 0.045, sigma: 1, i0: 2 });
    for (const better of [{ kappa: 0.06, sigma: 1, i0: 2 }, { kappa: 0.045, sigma: 2, i0: 2 },
      { kappa: 0.045, sigma: 1, i0: 3 }]) expect(await of(better)).toBeLessThan(base);
  });

  it('[law] refuses carbon without its conductivity, a stoichiometry that is none, and options it does not know',
    async () => {
      const volume = comb(4, 2, 1);
      await expect(resist(volume, cellOf(), { carbon: 3 })).rejects.toThrow(/label and its conductivity/);
      await expect(resist(volume, cellOf(), { stoichiometry: 1 })).rejects.toThrow(/stoichiometry/);
      await expect(resist(volume, cellOf(), { seperator: 'low' } as never)).rejects.toThrow(/separator/);
      await expect(resist({ ...volume, voxelSizeUm: null }, cellOf())).rejects.toThrow(/voxel size/);
    });
});

describe('the reaction of a porous electrode in closed form', () => {
  it('[exact] solves its balance: its second derivative is ν² times itself, its mean is 1', () => {
    for (const [ionic, electronic, i0] of [[0.0045, 27.3, 1], [0.0045, 0.02, 1], [0.02, 0.0045, 5], [0.1, 0.1, 1e5]]) {
      const electrode = { thickness: 43e-6, ionic, electronic, area: 7.92e5 };
      const admittance = THERMAL * i0;
      const squared = electrode.thickness ** 2 * electrode.area * admittance * (1 / ionic + 1 / electronic);
      const at = (depth: number): number => porousElectrodeReaction(electrode, admittance, depth);
      const n = 4000;
      let mean = 0;
      for (let k = 0; k < n; k++) mean += at((k + 0.5) / n) / n;
      expect(Math.abs(mean - 1)).toBeLessThan(1e-2 * Math.min(1, squared / n));
      if (squared > 1e4) continue;
      const h = 1e-3;
      const bend = (at(0.4 + h) - 2 * at(0.4) + at(0.4 - h)) / h ** 2;
      expect(Math.abs(bend / (squared * at(0.4)) - 1)).toBeLessThan(1e-3);
      // At the separator: the drop across the interface there is that of the electrode less the ions' and electrons'.
      const whole = porousElectrodeImpedance(electrode, complex(admittance)).re;
      expect(at(0) / (electrode.area * electrode.thickness * admittance)).toBeLessThan(whole);
    }
  });
});
