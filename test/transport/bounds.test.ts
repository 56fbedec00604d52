import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conductivityBounds } from '../../src/transport/bounds.js';

const CUBE = [9, 9, 9] as const;
const two = (volumeFraction: number, first: number, second: number) => [
  { volumeFraction, conductivity: first }, { volumeFraction: 1 - volumeFraction, conductivity: second },
];

describe('bounds of the conductivity', () => {
  it('[exact] one conducting phase: ε and 2ε/(3 − ε), nothing from below', () => {
    for (const fraction of [0.1, 0.4, 0.9]) {
      const bounds = conductivityBounds(two(fraction, 1, 0), CUBE, 0.05);
      expect(bounds.wiener).toBeCloseTo(fraction, 14);
      expect(bounds.hashinShtrikman).toBeCloseTo((2 * fraction) / (3 - fraction), 14);
      expect(bounds).toMatchObject({ lowerWiener: 0, lowerHashinShtrikman: 0, obeyed: 'both' });
    }
  });

  it('[published] two phases: Hashin and Shtrikman 1962, J. Appl. Phys. 33:3125, eqs 3.21-3.24', () => {
    const [f, high, low] = [0.3, 10, 1];
    const bounds = conductivityBounds(two(f, high, low), CUBE, 2);
    expect(bounds.lowerHashinShtrikman).toBeCloseTo(low + f / (1 / (high - low) + (1 - f) / (3 * low)), 12);
    expect(bounds.hashinShtrikman).toBeCloseTo(high + (1 - f) / (1 / (low - high) + f / (3 * high)), 12);
    // A square array of cylinders is between the limits in two dimensions, which are narrower.
    const flat = conductivityBounds(two(f, high, low), [9, 1, 9], 2);
    expect(flat.lowerHashinShtrikman).toBeCloseTo(low + f / (1 / (high - low) + (1 - f) / (2 * low)), 12);
    expect(flat.hashinShtrikman).toBeCloseTo(high + (1 - f) / (1 / (low - high) + f / (2 * high)), 12);
    expect(conductivityBounds(two(f, high, low), [9, 1, 1], 2).hashinShtrikman)
      .toBeCloseTo(1 / (f / high + (1 - f) / low), 12);
  });

  it('[law] harmonic ≤ lower ≤ upper ≤ arithmetic for any three phases, and scaling with them', () => {
    const sigma = fc.double({ min: 1e-4, max: 1e4, noNaN: true });
    fc.assert(fc.property(sigma, sigma, sigma, fc.double({ min: 0.01, max: 0.5, noNaN: true }), (a, b, c, fraction) => {
      const phases = [a, b, c]
        .map((conductivity, i) => ({ conductivity, volumeFraction: i === 0 ? 1 - 1.5 * fraction : 0.75 * fraction }));
      const { wiener, hashinShtrikman, lowerWiener, lowerHashinShtrikman } = conductivityBounds(phases, CUBE, 1);
      const slack = 1 + 1e-9;
      expect(lowerWiener).toBeLessThanOrEqual(lowerHashinShtrikman * slack);
      expect(lowerHashinShtrikman).toBeLessThanOrEqual(hashinShtrikman * slack);
      expect(hashinShtrikman).toBeLessThanOrEqual(wiener * slack);
      const doubled =
        conductivityBounds(phases.map((phase) => ({ ...phase, conductivity: 2 * phase.conductivity })), CUBE, 1);
      expect(doubled.hashinShtrikman / hashinShtrikman).toBeCloseTo(2, 9);
    }));
  });

  it('[exact] says which limits a value obeys: columns only the wider ones, nothing real none', () => {
    const phases = two(0.4, 1, 0);
    expect(conductivityBounds(phases, CUBE, 0.3).obeyed).toBe('both');
    expect(conductivityBounds(phases, CUBE, 0.4 * (1 + 1e-12)).obeyed).toBe('wiener');
    expect(conductivityBounds(phases, CUBE, 0.41).obeyed).toBe('none');
    expect(conductivityBounds(two(0.5, 4, 1), CUBE, 1.5).obeyed).toBe('none');
    expect(conductivityBounds(two(0.5, 4, 1), CUBE, 1.6).obeyed).toBe('wiener');
  });
});
