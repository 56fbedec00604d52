import { describe, expect, it } from 'vitest';
import { ballSurface, planarTruth, REFERENCE, sheetSurface } from './truths.js';

describe('closed forms of electrodes', () => {
  it('[published] sheet and ball under a constant flux', () => {
    const sheet = { 1e-3: 0.0356824823, 1e-2: 0.1128379167, 0.05: 0.2523132522, 0.5: 0.8318759529, 1: 1.333322852 };
    for (const [tau, value] of Object.entries(sheet)) expect(sheetSurface(Number(tau))).toBeCloseTo(value, 9);
    const ball = { 1e-3: 0.0367067803, 1e-2: 0.1236433542, 0.05: 0.3121654291, 0.5: 1.6999959119, 1: 3.2 };
    for (const [tau, value] of Object.entries(ball)) {
      expect(ballSurface(Number(tau))).toBeCloseTo(value, tau === '0.001' ? 3 : 7);
    }
  });

  it('[exact] a plane interface', () => {
    const cell = { ...REFERENCE, diffusivity: 1e-14 };
    const truth = [[0, 0.27, 4.18148753], [10, 0.30698229, 4.10811765], [100, 0.38694826, 4.03897648],
      [500, 0.53150426, 3.84229096]];
    for (const [time, surface, voltage] of truth) {
      const found = planarTruth(5, time, 1e-5, cell);
      expect(found.surface).toBeCloseTo(surface, 7);
      expect(found.voltage).toBeCloseTo(voltage, 7);
    }
  });
});
