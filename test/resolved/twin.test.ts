import { describe, expect, it } from 'vitest';
import { porousElectrodeImpedance } from '../../src/cell/closed-forms/porous-electrode.js';
import { constant } from '../../src/cell/curves/curve.js';
import { thermalSlope } from '../../src/cell/constants.js';
import { constantExchange } from '../../src/cell/exchange-current/constant.js';
import { complex } from '../../src/numeric/complex.js';
import { planar } from './electrodes.js';
import { Twin, type Role } from './twin.js';

const CURRENT = 5;
/** Surface stoichiometry and voltage over time in s: series of the slab under a constant flux, exact potentials. */
const CLOSED = [[10, 0.30698229, 4.10811765], [100, 0.38694826, 4.03897648], [500, 0.53150426, 3.84229096]] as const;

/** Errors of surface and voltage at the times of the closed form. */
async function errorsOf(voxels: number, steps: number): Promise<number[]> {
  const twin = new Twin(planar(voxels));
  let time = 0;
  const found: number[] = [];
  for (const [end, x, v] of CLOSED) {
    const dt = (end - time) / steps;
    for (let n = 0; n < steps; n++) {
      const attempt = await twin.attempt(dt, CURRENT);
      expect(attempt.converged).toBe(true);
      expect(Math.abs(attempt.balance.lithium)).toBeLessThan(1e-9);
      expect(Math.abs(attempt.balance.charge)).toBeLessThan(1e-11);
      await twin.accept();
      if (n === steps - 1) found.push(Math.abs(attempt.surface[1] - x), Math.abs(attempt.voltage - v));
    }
    time = end;
  }
  return found;
}

describe('the twin with a dense matrix', () => {
  it('[exact] two slabs: voltage at once', async () => {
    const attempt = await new Twin(planar(5)).attempt(0, CURRENT);
    expect(attempt.voltage).toBeCloseTo(4.18148753, 8);
  });

  it('[exact] a comb of lamellae 1 µm wide has the resistance of two rails, and of the way across', async () => {
    const planes = 40;
    const comb = new Twin({
      ...planar(1), shape: [planes, 1, 4], voxel: 0.25e-6, potential: constant(4), exchangeCurrent: constantExchange(1),
      roles: Array.from({ length: 4 * planes }, (_, k): Role => (k % 4 < 2 ? 'active' : 'electrolyte')),
    });
    const current = 1e-3;
    const { voltage } = await comb.attempt(0, current);
    const thickness = planes * 0.25e-6;
    // Half a lamella of 1 µm, to its third, is in series with the interface.
    const admittance = 1 / (1 / thermalSlope(298.15) + (0.5e-6 / 3) * (1 / 0.045 + 1 / 91));
    const { re } = porousElectrodeImpedance(
      { thickness, ionic: 0.045 / 2, electronic: 91 / 2, area: 1e6 }, complex(admittance),
    );
    expect((4 - voltage) / current / re).toBeCloseTo(1, 4);
  });

  it('[rate] two slabs: surface and voltage come to the closed form as the voxel squared', async () => {
    const [coarse, fine] = [await errorsOf(10, 60), await errorsOf(20, 120)];
    fine.forEach((error, k) => {
      expect(error).toBeLessThan(7e-3);
      // After 10 s the layer is a voxel thick, and its voltage still on the way.
      expect(coarse[k] / error).toBeGreaterThan(k < 2 ? 2.4 : 3.6);
    });
  });
});
