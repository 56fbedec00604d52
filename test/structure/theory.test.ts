import { describe, expect, it } from 'vitest';
import { findParameterSet, parameterSets } from '../../src/structure/parameter-sets.js';
import { besselRatio, normalSurvival } from '../../src/structure/special.js';
import { chi2Quantities, gaussianSurface, mixedSurface, mixedSurvival, threePhaseQuantities } from '../../src/structure/theory.js';
import { chi2Coverage, mixedCoverage, normalOrthant, threePhaseLatticeSurface } from '../../src/structure/two-point.js';
import type { ThreePhaseParameters } from '../../src/structure/parameters.js';

const relative = (a: number, b: number): number => Math.abs(a / b - 1);

describe('continuum expectations', () => {
  it('[exact] areas at p = 0.4, α = 0.1', () => {
    expect(relative(gaussianSurface(0.2533471, 0.1), 0.0871882)).toBeLessThan(1e-6);
    expect(relative(chi2Quantities({ alpha: 0.1, lambda: 1.832581, anisotropyFactor: 1 }).specificSurfaceArea[2], 0.1222015)).toBeLessThan(1e-6);
    expect(relative(mixedSurvival(2, 2.061154), 0.4)).toBeLessThan(1e-6);
    expect(relative(mixedSurface(2, 2.061154, 0.1, 0.1), 0.1159645)).toBeLessThan(1e-6);
    expect(relative(mixedSurface(2, 2.061154, 0.1, 0.2), 0.1387163)).toBeLessThan(1e-6);
  });

  it.each([
    ['bm01', 0.46, 0.45, 0.617, 0.857], ['bm03', 0.41, 0.51, 0.491, 1.032], ['bm10', 0.34, 0.55, 0.346, 1.178],
  ])('[published] volume fractions and areas of %s', (name, se, am, sse, sam) => {
    const set = findParameterSet(name);
    const q = threePhaseQuantities(set.parameters as ThreePhaseParameters);
    expect(q.volumeFraction[1]).toBeCloseTo(se, 4);
    expect(q.volumeFraction[2]).toBeCloseTo(am, 4);
    expect(relative(q.specificSurfaceArea[1] / set.voxelSizeUm, sse)).toBeLessThan(1.5e-3);
    expect(relative(q.specificSurfaceArea[2] / set.voxelSizeUm, sam)).toBeLessThan(1.5e-3);
  });

  it.each([
    ['f850', 0.46, 9.34], ['f900', 0.68, 6.23], ['m850', 0.52, 8.04], ['m900', 0.6, 5.82], ['c850', 0.62, 7.46], ['c900', 0.7, 4.66],
  ])('[published] %s: fraction and area of [B] Tables 1 and 2, with the squared covariance', (name, p, area) => {
    const set = findParameterSet(name.toUpperCase());
    if (set.model !== 'chi2') throw new Error('wrong model');
    const q = chi2Quantities(set.parameters);
    expect(q.volumeFraction[2]).toBeCloseTo(p, 2);
    expect(relative(q.specificSurfaceArea[2] / set.voxelSizeUm, area)).toBeLessThan(0.015);
  });

  it('[law] fractions sum to 1 and areas satisfy S_ab = (S_a + S_b − S_c)/2', () => {
    for (const set of parameterSets) {
      if (set.model !== 'three-phase') continue;
      const { volumeFraction: e, specificSurfaceArea: s, interfaceAreas: i } = threePhaseQuantities(set.parameters);
      expect(e[1] + e[2] + e[3]).toBeCloseTo(1, 12);
      expect((s[1] + s[2] - s[3]) / 2).toBeCloseTo(i['1-2'], 12);
    }
    expect(() => findParameterSet('bm02')).toThrow(/"bm02" is unknown; there are bm01, bm03, bm10, f850/);
  });
});

describe('two-point coverage', () => {
  it('[exact] special functions', () => {
    // Abramowitz & Stegun tables 26.1, 9.8: Q(1), Q(3.5), e^-1 I0(1), e^-50 I0(50), e^-2 I1(2)/2 (digits confirmed with scipy).
    expect(relative(normalSurvival(1), 0.15865525393146)).toBeLessThan(1e-12);
    expect(relative(normalSurvival(3.5), 2.32629079035525e-4)).toBeLessThan(1e-12);
    expect(normalSurvival(-2)).toBeCloseTo(0.977249868051821, 13);
    expect(relative(besselRatio(0, 1), 0.46575960759364)).toBeLessThan(1e-12);
    expect(relative(besselRatio(0, 50), 0.05656162664745)).toBeLessThan(1e-9);
    expect(relative(besselRatio(1, 2), 0.21526928924894 / 2)).toBeLessThan(1e-11);
    expect(relative(besselRatio(-0.5, 3), Math.sqrt(2 / Math.PI) * Math.cosh(3) * Math.exp(-3))).toBeLessThan(1e-12);
  });

  it('[exact] normal orthant at zero is 1/4 + asin ρ / 2π (Sheppard), and factors at ρ = 0', () => {
    for (const rho of [0, 0.3, 0.9, 0.99]) expect(normalOrthant(0, 0, rho)).toBeCloseTo(0.25 + Math.asin(rho) / (2 * Math.PI), 12);
    expect(normalOrthant(0.7, -0.4, 0)).toBeCloseTo(normalSurvival(0.7) * normalSurvival(-0.4), 10);
    expect(normalOrthant(0.5, 0.5, 1)).toBeCloseTo(normalSurvival(0.5), 12);
  });

  it.each([1, 2, 3, 5])('[exact] mixed field, n = %i: limits at ρ = 1 and ρ = 0', (n) => {
    const p = mixedSurvival(n, n);
    expect(mixedCoverage(n, n, 1, 1)).toBe(p);
    expect(mixedCoverage(n, n, 0, 0)).toBeCloseTo(p * p, 7);
    expect(mixedCoverage(n, n, 0.999999, 0.999999)).toBeLessThan(p);
    expect(p - mixedCoverage(n, n, 0.999999, 0.999999)).toBeLessThan(2e-3);
  });

  it.each([1, 2, 3])('[rate] small lags give the continuum area: 4(ε − C)/h → S, n = %i', (n) => {
    const [lambda, alpha] = [n + 0.3, 0.1];
    const surface = mixedSurface(n, lambda, alpha, 2 * alpha);
    const error = (h: number): number => {
      const c = mixedCoverage(n, lambda, Math.exp(-((alpha * h) ** 2)), Math.exp(-((2 * alpha * h) ** 2)));
      return relative((4 * (mixedSurvival(n, lambda) - c)) / h, surface);
    };
    expect(error(0.5)).toBeLessThan(2e-3);
    expect(error(1) / error(0.5)).toBeGreaterThan(3.5);
    expect(error(1) / error(0.5)).toBeLessThan(4.5);
  });

  it('[exact] χ²₂ coverage [B, eq. 6]: limits, and the area at small lags', () => {
    const [lambda, alpha] = [1.55, 0.1];
    const p = Math.exp(-lambda / 2);
    expect(chi2Coverage(lambda, 0)).toBeCloseTo(p * p, 12);
    expect(chi2Coverage(lambda, 1)).toBe(p);
    const area = chi2Quantities({ alpha, lambda, anisotropyFactor: 1 }).specificSurfaceArea[2];
    expect(relative((4 * (p - chi2Coverage(lambda, Math.exp(-((alpha * 0.3) ** 2))))) / 0.3, area)).toBeLessThan(1e-3);
  });

  it('[published] the estimator is −0.2 … −0.7 % from S_X and −3 … −13 % from S_Y of the isotropic surrogates', () => {
    for (const name of ['bm01', 'bm03', 'bm10']) {
      const parameters = { ...(findParameterSet(name).parameters as ThreePhaseParameters), anisotropyFactor: 1 };
      const lattice = threePhaseLatticeSurface(parameters);
      const q = threePhaseQuantities(parameters);
      const x = lattice[1] / q.specificSurfaceArea[1] - 1;
      expect(x).toBeLessThan(-0.0015);
      expect(x).toBeGreaterThan(-0.0075);
      const { alphaChiY, alphaGaussY, lambdaY } = parameters;
      const swapped = { ...parameters, alphaChiX: alphaChiY, alphaGaussX: alphaGaussY, lambdaX: lambdaY };
      const y = threePhaseLatticeSurface(swapped)[1] / threePhaseQuantities(swapped).specificSurfaceArea[1] - 1;
      expect(y).toBeLessThan(-0.025);
      expect(y).toBeGreaterThan(-0.135);
    }
  });
});
