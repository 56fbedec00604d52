import { describe, expect, it } from 'vitest';
import { product } from '../../src/numeric/dense.js';
import { fProbability, fQuantile, fTail, hotellingLimit, studentQuantile } from '../../src/numeric/distributions.js';
import { inverseSymmetric, symmetricEigen, whitening } from '../../src/numeric/eigen.js';
import { logGamma } from '../../src/numeric/special.js';
import { covarianceOf } from '../../src/numeric/statistics.js';
import { uniform } from '../random.js';

describe('statistics', () => {
  it('[published] quantiles of F and t as tables print them', () => {
    expect(fQuantile(0.95, 6, 100)).toBeCloseTo(2.1906, 4);
    expect(fQuantile(0.95, 7, 33)).toBeCloseTo(2.3027, 3);
    expect(fQuantile(0.99, 3, 20)).toBeCloseTo(4.9382, 4);
    expect(studentQuantile(0.95, 10)).toBeCloseTo(2.2281, 4);
    expect(studentQuantile(0.95, 1e6)).toBeCloseTo(1.95997, 4);
    expect(fProbability(fQuantile(0.9, 2, 9), 2, 9)).toBeCloseTo(0.9, 10);
    expect(fTail(fQuantile(0.9, 2, 9), 2, 9)).toBeCloseTo(0.1, 10);
    // Tables of T² by dimensions and degrees of freedom, which are one fewer than the draws.
    expect(hotellingLimit(0.95, 2, 11)).toBeCloseTo(9.459, 3);
    expect(hotellingLimit(0.95, 3, 21)).toBeCloseTo(10.533, 3);
    // Two degrees above: (1 + 2f/d)^(−d/2).
    expect(fTail(500, 2, 30) / (1 + 1000 / 30) ** -15).toBeCloseTo(1, 9);
  });

  it('[exact] ln Γ of whole and half numbers', () => {
    expect(logGamma(6)).toBeCloseTo(Math.log(120), 11);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 11);
  });

  it('[law] eigenvectors, inverse and whitening of a covariance', () => {
    const random = uniform(5);
    const rows = Array.from({ length: 40 }, () => Array.from({ length: 6 }, (_, j) => random() * (j + 1)));
    const { covariance } = covarianceOf(rows);
    const { values, vectors } = symmetricEigen(covariance);
    const isIdentity = (m: number[][]): void =>
      m.forEach((row, i) => row.forEach((x, j) => expect(x).toBeCloseTo(Number(i === j), 10)));
    vectors.forEach((v, k) => product(covariance, v.map((x) => [x]))
      .forEach(([x], i) => expect(x).toBeCloseTo(values[k] * v[i], 10)));
    isIdentity(product(covariance, inverseSymmetric(covariance)));
    const white = whitening(covariance);
    isIdentity(product(product(white, covariance), white[0].map((_, j) => white.map((row) => row[j]))));
  });
});
