// Truths computed outside: closed forms written in Python's complex arithmetic, checked there against 4000 finite
// volumes; half-cells by a spectral method in Python. Numbers in Ω cm² where the literature has them so.
import { describe, expect, it } from 'vitest';
import { complex, type Complex } from '../../src/numeric/complex.js';
import { thermalSlope } from '../../src/cell/constants.js';
import { deLevieImpedance } from '../../src/cell/closed-forms/de-levie.js';
import { particleImpedance, slabFactor, sphereFactor } from '../../src/cell/closed-forms/diffusion.js';
import { interfaceAdmittance } from '../../src/cell/closed-forms/interface.js';
import { oneRailImpedance } from '../../src/cell/closed-forms/one-rail.js';
import { depthSquared, porousElectrodeImpedance } from '../../src/cell/closed-forms/porous-electrode.js';

const thickness = 43e-6;
const area = 7.92e5;
const f = thermalSlope(298.15);
const close = (value: Complex, re: number, im: number, digits: number): void => {
  expect(value.re).toBeCloseTo(re, digits);
  expect(value.im).toBeCloseTo(im, digits);
};
const inCm = ({ re, im }: Complex): Complex => complex(1e4 * re, 1e4 * im);

describe('closed forms of porous electrodes', () => {
  it.each([
    [0.0045, 27.3, 1, 3.559236, 26.90256],
    [0.0045, 0.02, 1, 3.939027, 38.71941],
    [0.0045, 0.0045, 5, 11.254364, 56.26853],
  ])('[exact] resistance at κ = %d, σ = %d S/m, i0 = %d A/m²', (ionic, electronic, exchange, nu, resistance) => {
    const electrode = { thickness, ionic, electronic, area };
    const admittance = complex(f * exchange);
    expect(Math.sqrt(depthSquared(electrode, admittance).re)).toBeCloseTo(nu, 6);
    close(inCm(porousElectrodeImpedance(electrode, admittance)), resistance, 0, 5);
  });

  it('[exact] complex impedance, both terminals on opposite rails', () => {
    const admittance = interfaceAdmittance(100, 0.2, 1 / f, null);
    close(inCm(porousElectrodeImpedance({ thickness, ionic: 0.0045, electronic: 0.02, area }, admittance)),
      26.66641, -6.68709, 5);
  });

  it.each([
    [1e-3, 21.5, 0], [1, 21.49176, -0.16444], [100, 18.32686, -0.79603], [1e4, 17.62992, -0.0789],
  ])('[exact] both terminals on one rail at %d Hz', (frequency, re, im) => {
    const admittance = complex(0, 2 * Math.PI * frequency * 0.2);
    const value = oneRailImpedance({ thickness, ionic: 0.0045, electronic: 0.02, area }, 'electronic', admittance);
    expect(1e4 * value.re).toBeCloseTo(re, 5);
    // The imaginary part at 1 mHz is −1.6e-4.
    expect(1e4 * value.im).toBeCloseTo(im, frequency < 1 ? 3 : 5);
  });

  it('[law] one rail: alone at ω → 0, parallel at ω → ∞', () => {
    const electrode = { thickness, ionic: 0.0045, electronic: 0.02, area };
    const at = (frequency: number): Complex =>
      oneRailImpedance(electrode, 'ionic', interfaceAdmittance(frequency, 0.2, 1e12, null));
    expect(at(1e-9).re / (thickness / 0.0045)).toBeCloseTo(1, 8);
    // The last of it goes as 1/√ω.
    expect(at(1e15).re / (thickness / 0.0245)).toBeCloseTo(1, 4);
  });

  it('[exact] de Levie is the limit of a solid that conducts perfectly, and L/3κ + 1/(iωaLC) at low frequency', () => {
    const pore = { thickness, ionic: 0.0045, area };
    for (const frequency of [1e-2, 1, 100, 1e4]) {
      const admittance = interfaceAdmittance(frequency, 0.2, 0.03, null);
      const exact = deLevieImpedance(pore, admittance);
      const limit = porousElectrodeImpedance({ ...pore, electronic: 1e9 }, admittance);
      expect(limit.re / exact.re).toBeCloseTo(1, 9);
      expect(limit.im / exact.im).toBeCloseTo(1, 8);
    }
    const slow = deLevieImpedance(pore, complex(0, 2 * Math.PI * 1e-4 * 0.2));
    expect(slow.re / (thickness / 0.0045 / 3)).toBeCloseTo(1, 6);
    expect(slow.im * 2 * Math.PI * 1e-4 * area * thickness * 0.2).toBeCloseTo(-1, 6);
  });

  it.each([
    [0.1, 0.19999746, -30.00057142], [1, 0.19974663, -3.00570211], [10, 0.17941604, -0.34731409],
    [100, 0.06989672, -0.08140955], [1e4, 0.00707035, -0.00717177],
  ])('[exact] sphere under an alternating flux at ωR²/D = %d', (argument, re, im) => {
    close(sphereFactor(complex(0, argument)), re, im, 8);
  });

  it('[exact] slow and fast limits: 3/s² + 1/5 and 1/s² + 1/3, then 1/s', () => {
    close(sphereFactor(complex(0, 1e-6)), 0.2, -3e6, 6);
    close(slabFactor(complex(0, 1e-6)), 1 / 3, -1e6, 6);
    for (const factor of [sphereFactor, slabFactor]) {
      const fast = factor(complex(0, 1e14));
      expect(fast.re * 1e7 * Math.SQRT2).toBeCloseTo(1, 5);
      expect(fast.im * 1e7 * Math.SQRT2).toBeCloseTo(-1, 5);
    }
    // One branch meets the other.
    for (const size of [9, 81]) {
      const [below, above] = [1 - 1e-12, 1 + 1e-12].map((side) => sphereFactor(complex(0, size * side)));
      expect(above.re / below.re).toBeCloseTo(1, 10);
      expect(above.im / below.im).toBeCloseTo(1, 10);
    }
  });

  it.each([
    [1e4, 12.184831, -1.054701], [100, 22.871252, -8.667798], [1, 38.372568, -0.851905], [0.01, 41.843534, -4.346111],
    [1e-4, 54.164772, -148.198868],
  ])('[exact] reference half-cell S1 at half charge, %d Hz, separator included', (frequency, re, im) => {
    // The open-circuit voltage of NMC811 by Chen et al., J. Electrochem. Soc. 167 (2020) 080534, at x = 0.5.
    const sech = (x: number): number => 1 / Math.cosh(x) ** 2;
    const slope = -0.809 - 0.0428 * 18.5138 * sech(18.5138 * (0.5 - 0.5542)) -
      17.7326 * 15.789 * sech(15.789 * (0.5 - 0.3117)) + 17.5842 * 15.9308 * sech(15.9308 * (0.5 - 0.312));
    const particle = { length: 2.5e-6, diffusivity: 1e-14, maximumConcentration: 5e4, slope };
    const admittance = interfaceAdmittance(frequency, 0.2, 1 / f, particleImpedance(particle, 'sphere', frequency));
    const electrode = { thickness, ionic: 0.0045, electronic: 27.3, area: (6 * 0.66) / 5e-6 };
    const z = inCm(porousElectrodeImpedance(electrode, admittance));
    close(complex(z.re + 1e4 * (50e-6 / 0.045), z.im), re, im, 5);
  });
});
