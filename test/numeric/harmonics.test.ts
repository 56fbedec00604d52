import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  analysisRule, harmonicCoefficients, harmonicSum, harmonicTable, harmonicVolume, powerSpectrum, slopeTable, sphereRule,
  sphericalHarmonics, type Direction, type SphereRule,
} from '../../src/numeric/harmonics.js';
import { gaussLegendre } from '../../src/numeric/quadrature.js';
import { uniform } from '../random.js';

const unit = (z: number, y: number, x: number): Direction => {
  const r = Math.hypot(z, y, x);
  return [z / r, y / r, x / r];
};

/** A random rotation from a quaternion; rows are images of z, y, x. */
function rotation(random: () => number): (d: Direction) => Direction {
  const q = [random() - 0.5, random() - 0.5, random() - 0.5, random() - 0.5];
  const n = Math.hypot(...q);
  const [w, a, b, c] = q.map((v) => v / n);
  return ([z, y, x]) => [
    2 * (a * c - w * b) * x + 2 * (b * c + w * a) * y + (1 - 2 * (a * a + b * b)) * z,
    2 * (a * b + w * c) * x + (1 - 2 * (a * a + c * c)) * y + 2 * (b * c - w * a) * z,
    (1 - 2 * (b * b + c * c)) * x + 2 * (a * b - w * c) * y + 2 * (a * c + w * b) * z,
  ];
}

/** Radius of the ellipsoid with half axes (z, y, x), and of the cube of half edge 1. */
const ellipsoid = (a: Direction) => (d: Direction): number => 1 / Math.hypot(d[0] / a[0], d[1] / a[1], d[2] / a[2]);
const cube = (d: Direction): number => 1 / Math.max(...d.map(Math.abs));

/** Quadrature over the six faces of a cube, on each of which its radius is smooth. */
function facesRule(): SphereRule {
  const directions: Direction[] = [];
  const weights: number[] = [];
  for (const [u, wu] of gaussLegendre(40)) {
    for (const [v, wv] of gaussLegendre(40)) {
      for (const side of [-1, 1]) {
        for (const d of [[side, u, v], [u, side, v], [u, v, side]] as const) {
          directions.push(unit(...d));
          weights.push((wu * wv) / (1 + u * u + v * v) ** 1.5);
        }
      }
    }
  }
  return { directions, weights: Float64Array.from(weights), alongTheta: [], alongPhi: [] };
}

describe('real spherical harmonics', () => {
  it('[exact] low degrees are the polynomials that every table prints', () => {
    const [z, y, x] = unit(0.3, -0.8, 0.5);
    const own = sphericalHarmonics(3, [z, y, x]);
    const at = (l: number, m: number): number => own[l * l + l + m];
    expect(at(0, 0)).toBeCloseTo(Math.sqrt(1 / (4 * Math.PI)), 14);
    expect(at(1, 0)).toBeCloseTo(Math.sqrt(3 / (4 * Math.PI)) * z, 14);
    expect(at(1, 1)).toBeCloseTo(Math.sqrt(3 / (4 * Math.PI)) * x, 14);
    expect(at(1, -1)).toBeCloseTo(Math.sqrt(3 / (4 * Math.PI)) * y, 14);
    expect(at(2, 0)).toBeCloseTo(Math.sqrt(5 / (16 * Math.PI)) * (3 * z * z - 1), 14);
    expect(at(2, 2)).toBeCloseTo(Math.sqrt(15 / (16 * Math.PI)) * (x * x - y * y), 14);
    expect(at(2, -2)).toBeCloseTo(Math.sqrt(15 / (4 * Math.PI)) * x * y, 14);
    expect(at(3, -3)).toBeCloseTo(Math.sqrt(35 / (32 * Math.PI)) * y * (3 * x * x - y * y), 14);
  });

  it.each([
    [3, 2, 0.7, 1.1, -0.26998779815988],
    [5, -3, 2.1, 4.0, -0.218460843370851],
    [10, 7, 1.3, 0.4, 0.434810417500215],
    [10, -10, 0.9, 2.2, -0.000590822477985187],
    [20, 13, 1.9, 5.1, 0.458564542688093],
    [20, 0, 0.3, 0.0, 0.345706287510481],
    [20, -1, 2.8, 3.3, -0.00183821027409524],
  ])('[oracle] degree %d, order %d: scipy.special.sph_harm_y, without its sign', (l, m, theta, phi, value) => {
    const s = Math.sin(theta);
    const own = sphericalHarmonics(20, [Math.cos(theta), s * Math.sin(phi), s * Math.cos(phi)]);
    expect(own[l * l + l + m]).toBeCloseTo(value, 12);
  });

  it('[exact] they are orthonormal under the rule of the analysis, and 4π is its weight', () => {
    const rule = analysisRule(10);
    expect(rule.weights.reduce((a, b) => a + b, 0)).toBeCloseTo(4 * Math.PI, 12);
    const table = harmonicTable(10, rule);
    for (let i = 0; i < 121; i++) {
      const column = rule.weights.map((_, k) => table[121 * k + i]);
      const coefficients = harmonicCoefficients(10, rule, column);
      coefficients.forEach((c, j) => expect(Math.abs(c - (i === j ? 1 : 0))).toBeLessThan(1e-12));
    }
  });

  it('[oracle] slopes are differences of values', () => {
    const rule = sphereRule(5, 7);
    for (const tangents of [rule.alongTheta, rule.alongPhi]) {
      const slopes = slopeTable(6, rule, tangents);
      rule.directions.forEach((d, k) => {
        const moved = (h: number): Float64Array =>
          sphericalHarmonics(6, unit(d[0] + h * tangents[k][0], d[1] + h * tangents[k][1], d[2] + h * tangents[k][2]));
        const [low, high] = [moved(-1e-5), moved(1e-5)];
        low.forEach((value, i) => expect(slopes[49 * k + i]).toBeCloseTo((high[i] - value) / 2e-5, 7));
      });
    }
  });

  it('[exact] volume of R(1 + 0.2 Y20), and ∫ Y20³', () => {
    const coefficients = new Float64Array(121);
    coefficients[0] = Math.sqrt(4 * Math.PI);
    coefficients[6] = 0.2;
    expect(harmonicVolume(coefficients)).toBeCloseTo(4.2292708015, 9);
    const alone = Float64Array.from({ length: 9 }, (_, i) => Number(i === 6));
    expect(3 * harmonicVolume(alone)).toBeCloseTo(0.1802237516, 9);
  });

  it.each([
    [4, -1.33e-3, 0.0896], [6, -1.40e-4, 0.0299], [10, -1.55e-6, 0.0033],
  ])('[exact] ellipsoid 1:1:2 to degree %d: volume %d, radius %d off', (degree, volume, largest) => {
    const rule = sphereRule(60, 60);
    const psi = ellipsoid([2, 1, 1]);
    const coefficients = harmonicCoefficients(degree, rule, rule.directions.map(psi));
    const relative = harmonicVolume(coefficients) / ((8 * Math.PI) / 3) - 1;
    expect(Math.abs(relative - volume)).toBeLessThan(0.005 * Math.abs(volume));
    const off = Array.from({ length: 2001 }, (_, k): Direction => {
      const z = k / 1000 - 1;
      return [z, 0, Math.sqrt(1 - z * z)];
    }).map((d) => Math.abs(harmonicSum(coefficients, d) - psi(d)));
    expect(Math.max(...off)).toBeCloseTo(largest, 3);
  });

  it.each([[4, 7.929744788], [10, 7.982859884], [20, 7.997447157]])(
    '[oracle] cube of half edge 1 to degree %d: volume %d of 8, by scipy on its faces', (degree, volume) => {
      const rule = facesRule();
      const coefficients = harmonicCoefficients(degree, rule, rule.directions.map(cube));
      expect(Math.abs(harmonicVolume(coefficients) - volume)).toBeLessThan(1e-8);
    },
  );

  it('[law] turning a function leaves its power per degree', () => {
    const rule = analysisRule(6);
    fc.assert(fc.property(fc.integer(), (seed) => {
      const random = uniform(seed);
      const coefficients = Float64Array.from({ length: 49 }, () => random() - 0.5);
      const turn = rotation(random);
      const turned = harmonicCoefficients(6, rule, rule.directions.map((d) => harmonicSum(coefficients, turn(d))));
      const [before, after] = [powerSpectrum(coefficients), powerSpectrum(turned)];
      before.forEach((power, l) => expect(Math.abs(after[l] - power)).toBeLessThan(1e-10));
      expect(coefficients.some((c, i) => Math.abs(c - turned[i]) > 1e-6)).toBe(true);
    }), { numRuns: 20 });
  });
});
