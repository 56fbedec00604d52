// Where structure has one dimension, an electrode on its voxels is the homogenised one.
import { describe, expect, it } from 'vitest';
import type { Cell } from '../../../src/cell/cell.js';
import { constant } from '../../../src/cell/curves/curve.js';
import { expression } from '../../../src/cell/curves/expression.js';
import { newmanExchange } from '../../../src/cell/exchange-current/newman.js';
import { rateTable } from '../../../src/cell/experiments/rate-table.js';
import { curveOf } from '../../../src/cell/outputs/curve.js';
import { discharge3d } from '../../../src/resolved/discharge.js';
import { testSession } from '../../session.js';

const [PORE, ACTIVE] = [3, 2];
const EDGE = 1e-6;
const PLANES = 40;

/** Of the sphere whose surface differs from its mean as that of a voxel whose one face reacts: a R²/(15 ε) = half an
 *  edge. */
const RADIUS = Math.sqrt(0.5 * EDGE * 15 * 0.5 * 2 * EDGE);

/** A half-cell of lamellae along the current, one voxel wide each, as a homogenised one: half of each, M = ½, and half
 *  a voxel of both in series with the reaction. Lithium hardly moves along the lamellae. */
function combCell(sigma: number): Cell {
  const electrolyte = {
    kind: 'binary', concentration: 1000, conductivity: expression('1.297e-10*c**3 - 7.937e-5*c**1.5 + 3.329e-3*c', 'c'),
    diffusivity: expression('1e-10 + 1e-13*c', 'c'), transferenceNumber: constant(0.3),
    thermodynamicFactor: constant(1.2),
  } as const;
  return {
    name: 'comb', temperature: 298.15, voltageLimits: [2.5, 4.6],
    regions: [
      { kind: 'lithium-foil', exchangeCurrent: 20 },
      { kind: 'separator', thickness: 50e-6, electrolyte: { electrolyte, volumeFraction: 0.6, mFactor: 0.4 } },
      {
        kind: 'porous-electrode', thickness: PLANES * EDGE, area: 1 / (2 * EDGE),
        active: {
          volumeFraction: 0.5, maximumConcentration: 50000, radius: RADIUS, diffusivity: constant(2e-13),
          potential: expression('4.4 - 0.9*x - 0.05*tanh(20*(x-0.5))'), stoichiometry: 0.3, window: [0, 1],
        },
        kinetics: {
          exchangeCurrent: newmanExchange(2), transferCoefficient: 0.5, capacitance: 0,
          filmResistance: 0.5 * EDGE * (1 / sigma + 1 / 0.95),
        },
        electrolyte: { electrolyte, volumeFraction: 0.5, mFactor: 0.5 }, electronicConductivity: 0.5 * sigma,
        bulkConductivity: sigma,
      },
    ],
  };
}

describe('lamellae along the current', () => {
  it.each([[10, 60], [0.02, 30]])('[oracle] discharge as the homogenised cell does: σ %d S/m, %d A/m²', async (
    sigma, current,
  ) => {
    const cell = combCell(sigma);
    const session = await testSession();
    const labels = Uint8Array.from({ length: 2 * PLANES }, (_, i) => (i % 2 === 0 ? PORE : ACTIVE));
    const volume = { labels, shape: [PLANES, 1, 2] as const, voxelSizeUm: [1, 1, 1] as const };
    const duration = 400;
    const own = {
      ...cell, regions: cell.regions.map((region) => region.kind === 'porous-electrode'
        ? { ...region, kinetics: { ...region.kinetics, filmResistance: 0 } } : region),
    };
    const found = await discharge3d(session, volume, own, {
      electrolyte: PORE, active: ACTIVE, current, duration, area: 'faces',
    });
    const [run] = rateTable(cell, [current]);
    const { time, voltage } = curveOf(run);
    const at = (t: number): number => {
      const k = time.findIndex((each) => each >= t);
      return voltage[k - 1] + ((t - time[k - 1]) / (time[k] - time[k - 1])) * (voltage[k] - voltage[k - 1]);
    };
    expect(found.endedBy).toBe('time');
    // Of the first seconds both know little, each in its own way.
    const late = found.time.flatMap((t, k) => (t > 5 ? [Math.abs(found.voltage[k] - at(t))] : []));
    expect(late.length).toBeGreaterThan(10);
    expect(Math.max(...late)).toBeLessThan(2.5e-3);
  });
});
