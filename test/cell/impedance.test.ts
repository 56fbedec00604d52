import { describe, expect, it } from 'vitest';
import type { Cell } from '../../src/cell/cell.js';
import { capacityOf } from '../../src/cell/cell.js';
import { impedanceSpectrum, type ImpedancePoint } from '../../src/cell/impedance/spectrum.js';
import { constantCurrent } from '../../src/cell/experiments/constant-current.js';
import { MESH_DEFAULTS, type MeshOptions } from '../../src/cell/p2d/mesh.js';
import { settle, uniformState } from '../../src/cell/p2d/start.js';
import { P2D } from '../../src/cell/p2d/system.js';
import { MARQUIS } from './full-cell.js';
import { S1, S2 } from './reference-cells.js';

function spectrum(
  cell: Cell, x: number, frequencies: readonly number[], options: Partial<MeshOptions> = {},
): ImpedancePoint[] {
  const model = new P2D(cell, { ...MESH_DEFAULTS, ...options });
  const y = uniformState(model, { positive: x });
  settle(model, y, { kind: 'current', value: 0 });
  return impedanceSpectrum(model, y, frequencies);
}
const decades = (from: number, to: number, perDecade: number): number[] =>
  Array.from({ length: Math.round((to - from) * perDecade) + 1 }, (_, k) => 10 ** (from + k / perDecade));

/** S1 at x = ½ in closed form, Ω cm². */
const TRUTH = [[1e4, 12.184831, -1.054701], [100, 22.871252, -8.667798], [1, 38.372568, -0.851905],
  [0.01, 41.843534, -4.346111], [1e-4, 54.164772, -148.198868]] as const;

describe('impedance of the linearised model', () => {
  it('[exact] S1 at half charge is its closed form, with as few volumes as one', () => {
    for (const electrodeVolumes of [1, 7, 40]) {
      const points = spectrum(S1, 0.5, TRUTH.map(([f]) => f), { electrodeVolumes });
      points.forEach(({ real, imaginary }, i) => {
        const [, re, im] = TRUTH[i];
        expect(1e4 * real).toBeCloseTo(re, 5);
        expect(1e4 * imaginary).toBeCloseTo(im, 5);
      });
    }
  });

  it('[rate] at a state that is not uniform: second order in x', () => {
    const at = (electrodeVolumes: number): number => {
      const model = new P2D(S1, { ...MESH_DEFAULTS, electrodeVolumes });
      const run = constantCurrent(model, uniformState(model), { current: 48, duration: 600 }, { tolerance: 1e-7 });
      return impedanceSpectrum(model, run.last, [1])[0].real;
    };
    const [coarse, middle, fine] = [10, 20, 40].map(at);
    const order = Math.log2((middle - coarse) / (fine - middle));
    expect(order).toBeGreaterThan(1.8);
    expect(order).toBeLessThan(2.2);
  });

  it('[exact] limits: capacity at ω → 0, both rails in parallel at ω → ∞', () => {
    for (const cell of [S1, S2]) {
      const [slow, fast] = spectrum(cell, 0.5, [1e-6, 1e12]);
      const model = new P2D(cell, MESH_DEFAULTS);
      const { positive } = model.layout;
      // Lithium, and the double layer beside it.
      const capacity = capacityOf(positive) / -positive.active.potential.slope(0.5) +
        positive.area * positive.thickness * 0.2;
      expect(-2 * Math.PI * 1e-6 * slow.imaginary * capacity).toBeCloseTo(1, 4);
      expect(fast.real / (50e-6 / 0.045 + 43e-6 / (0.0045 + 27.3))).toBeCloseTo(1, 3);
    }
  });

  it('[law] Kramers and Kronig: the real part follows from the imaginary one', () => {
    const points = spectrum(S1, 0.5, decades(-8, 10, 40));
    // The capacitor of the whole cell is no part of the transform.
    const c = -points[0].imaginary * points[0].frequency;
    const rest = points.map(({ frequency, imaginary }) => imaginary + c / frequency);
    const limit = points[points.length - 1].real;
    for (const k of [240, 320, 400]) {
      const w = points[k].frequency;
      // ∫ of (x Z″(x) − ω Z″(ω))/(x² − ω²) dx, over ln x.
      let sum = 0;
      points.forEach(({ frequency: x }, i) => {
        if (i === k) return;
        sum += ((x * rest[i] - w * rest[k]) / (x * x - w * w)) * x;
      });
      const here = (rest[k + 1] * points[k + 1].frequency - rest[k - 1] * points[k - 1].frequency) /
        (points[k + 1].frequency ** 2 - points[k - 1].frequency ** 2) * w;
      const integral = (sum + here) * (Math.LN10 / 40);
      expect(Math.abs((limit - (2 / Math.PI) * integral) / points[k].real - 1)).toBeLessThan(0.01);
    }
  });

  it('[law] polynomials and closed form agree where both describe the particle', () => {
    const model = new P2D(S1, { ...MESH_DEFAULTS, radialModes: 12 });
    const y = uniformState(model, { positive: 0.5 });
    settle(model, y, { kind: 'current', value: 0 });
    const frequencies = [1e-5, 1e-3, 1e-2, 0.1];
    const exact = impedanceSpectrum(model, y, frequencies);
    // So little that nothing else changes, but no longer uniform.
    for (let p = 0; p < model.electrodes.length; p++) y[p * 12 + 11] = 1e-11;
    impedanceSpectrum(model, y, frequencies).forEach(({ real, imaginary }, i) => {
      expect(Math.abs(real / exact[i].real - 1)).toBeLessThan(1e-6);
      expect(Math.abs(imaginary / exact[i].imaginary - 1)).toBeLessThan(1e-6);
    });
  });

  it('[law] at a working point of a full cell in a binary electrolyte: what a small step of current shows', () => {
    const model = new P2D(MARQUIS, { electrodeVolumes: 40, separatorVolumes: 4, radialModes: 8 });
    const run = constantCurrent(model, uniformState(model), { current: 24, duration: 1200 }, { tolerance: 1e-7 });
    // At high frequency nothing but potentials follows: dV/dI at fixed concentrations.
    const [up, down] = [0.1, -0.1].map((change) => {
      const y = run.last.slice();
      settle(model, y, { kind: 'current', value: 24 + change });
      return model.voltage(y);
    });
    const free: Cell = { ...MARQUIS, regions: MARQUIS.regions.map((region) => (region.kind === 'porous-electrode'
      ? { ...region, kinetics: { ...region.kinetics, capacitance: 0 } } : region)) };
    const frozen = new P2D(free, { electrodeVolumes: 40, separatorVolumes: 4, radialModes: 8 });
    const [fast] = impedanceSpectrum(frozen, run.last, [1e9]);
    expect(fast.real / ((down - up) / 0.2)).toBeCloseTo(1, 3);
    const spectra = impedanceSpectrum(model, run.last, decades(-4, 6, 3));
    spectra.slice(1).forEach(({ real }, i) => expect(real).toBeLessThan(spectra[i].real));
  });
});
