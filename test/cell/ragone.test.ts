import { describe, expect, it } from 'vitest';
import { capacityOf } from '../../src/cell/cell.js';
import { particleImpedance } from '../../src/cell/closed-forms/diffusion.js';
import { thermalSlope } from '../../src/cell/constants.js';
import { constant } from '../../src/cell/curves/curve.js';
import { rateTable } from '../../src/cell/experiments/rate-table.js';
import { compareRagone } from '../../src/cell/ragone/full.js';
import { quickRagone } from '../../src/cell/ragone/quick.js';
import { electrodeResistances, seriesResistances } from '../../src/cell/ragone/resistances.js';
import { MARQUIS } from './full-cell.js';
import { S1 } from './reference-cells.js';

const electrode = S1.regions.find((region) => region.kind === 'porous-electrode')!;

describe('Ragone maps', () => {
  it('[exact] resistances of S1 at half charge', () => {
    const found = electrodeResistances(electrode, 0.5, S1.temperature);
    expect(1e4 * found.ionic).toBeCloseTo((1e4 * 43e-6) / (3 * 0.0045), 10);
    expect(found.diffusionTime).toBeCloseTo(625, 9);
    // Diffusion is the slow limit of the sphere's impedance.
    const slow = particleImpedance({
      length: 2.5e-6, diffusivity: 1e-14, maximumConcentration: 5e4, slope: electrode.active.potential.slope(0.5),
    }, 'sphere', 1e-8);
    expect(found.diffusion * electrode.area * electrode.thickness).toBeCloseTo(slow.re, 8);
    expect(found.chargeTransfer * electrode.area * electrode.thickness).toBeCloseTo(1 / thermalSlope(298.15), 10);
    // Without diffusion ν is 3.559236 for i0 = 1 A/m².
    const fast = { ...electrode, active: { ...electrode.active, diffusivity: constant(1) } };
    expect(electrodeResistances(fast, 0.5, S1.temperature).depthNumber).toBeCloseTo(3.559236, 5);
    expect(1e4 * electrodeResistances(fast, 0.5, S1.temperature).together).toBeCloseTo(26.90256, 3);
    expect(1e4 * seriesResistances(S1).separator).toBeCloseTo(11.1111, 4);
  });

  it('[law] quick and full agree as C → 0 and part as the current grows', () => {
    for (const cell of [S1, MARQUIS]) {
      const currents = cell === S1 ? [0.5, 6, 24, 96] : [0.24, 6, 24];
      const runs = rateTable({ ...cell, voltageLimits: [3.5, 5] }, currents);
      const errors = compareRagone(runs).map(({ capacityError }) => capacityError!);
      expect(Math.abs(errors[0])).toBeLessThan(3e-3);
      expect(Math.abs(errors[errors.length - 1])).toBeGreaterThan(Math.abs(errors[0]));
    }
  });

  it('[law] more current, less charge; a current beyond the window gives none', () => {
    const points = quickRagone(S1, [1, 10, 50, 100, 1000]);
    points.slice(1).forEach(({ dischargeCapacity }, i) => {
      expect(dischargeCapacity).toBeLessThanOrEqual(points[i].dischargeCapacity);
    });
    expect(points[4]).toMatchObject({ dischargeCapacity: 0, energy: 0, power: 0 });
    expect(points[0].dischargeCapacity).toBeLessThan(capacityOf(electrode) * 0.73);
    for (const { energy, dischargeCapacity, power, currentDensity } of points.slice(0, 4)) {
      expect(power).toBeCloseTo((energy / dischargeCapacity) * currentDensity, 6);
    }
  });
});
