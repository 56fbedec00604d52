import { describe, expect, it } from 'vitest';
import { findParameterSet, parameterSets } from '../../src/structure/parameter-sets.js';
import { normalDensity, normalSurvival } from '../../src/numeric/distributions.js';
import { integrate } from '../../src/numeric/quadrature.js';
import { besselRatio } from '../../src/numeric/special.js';
import {
  chi2Quantities, gaussianSurface, mixedSurface, mixedSurvival, threePhaseDerivatives, threePhaseQuantities,
} from '../../src/structure/theory.js';
import {
  chi2PairProbability, chi2PairProbabilityGradient, gaussianPairProbabilityGradient, mixedPairProbability,
  mixedPairProbabilityGradient, normalOrthant,
} from '../../src/structure/pair-probability.js';
import {
  chi2PhaseCoverage, threePhaseCoverage, threePhaseLatticeSurface, type WithDerivatives,
} from '../../src/structure/two-point.js';
import type { Chi2Parameters, ThreePhaseParameters } from '../../src/structure/parameters.js';
import { coverageByNorms } from '../reference/coverage.js';

const relative = (a: number, b: number): number => Math.abs(a / b - 1);

describe('continuum expectations', () => {
  it('[exact] areas at p = 0.4, α = 0.1', () => {
    expect(relative(gaussianSurface(0.2533471, 0.1), 0.0871882)).toBeLessThan(1e-6);
    expect(
      relative(chi2Quantities({ alpha: 0.1, lambda: 1.832581, anisotropyFactor: 1 }).specificSurfaceArea[2], 0.1222015),
    ).toBeLessThan(1e-6);
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
    ['f850', 0.46, 9.34], ['f900', 0.68, 6.23], ['m850', 0.52, 8.04], ['m900', 0.6, 5.82], ['c850', 0.62, 7.46],
    ['c900', 0.7, 4.66],
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
    // Abramowitz & Stegun tables 26.1, 9.8: Q(1), Q(3.5), e^-1 I0(1), e^-50 I0(50), e^-2 I1(2)/2 (digits confirmed with
    // scipy).
    expect(relative(normalSurvival(1), 0.15865525393146)).toBeLessThan(1e-12);
    expect(relative(normalSurvival(3.5), 2.32629079035525e-4)).toBeLessThan(1e-12);
    expect(normalSurvival(-2)).toBeCloseTo(0.977249868051821, 13);
    expect(relative(besselRatio(0, 1), 0.46575960759364)).toBeLessThan(1e-12);
    expect(relative(besselRatio(0, 50), 0.05656162664745)).toBeLessThan(1e-9);
    expect(relative(besselRatio(1, 2), 0.21526928924894 / 2)).toBeLessThan(1e-11);
    expect(relative(besselRatio(-0.5, 3), Math.sqrt(2 / Math.PI) * Math.cosh(3) * Math.exp(-3))).toBeLessThan(1e-12);
  });

  it('[oracle] the tail of the normal distribution has the bits of a continued fraction of 400 terms', () => {
    for (let x = 3; x < 30; x += 0.00537) {
      let f = x;
      for (let k = 400; k >= 1; k--) f = x + k / f;
      expect(normalSurvival(x)).toBe(normalDensity(x) / f);
      expect(normalSurvival(-x)).toBe(1 - normalDensity(x) / f);
    }
  });

  it('[law] a coverage is the same with and without derivatives', () => {
    for (const n of [1, 2, 3, 4]) {
      for (const rho of [0.1, 0.9, 0.999]) {
        expect(mixedPairProbability(n, 1.5, rho, 0.8)).toBe(mixedPairProbabilityGradient(n, 1.5, rho, 0.8).value);
      }
    }
  });

  it('[exact] normal orthant at zero is 1/4 + asin ρ / 2π (Sheppard), and factors at ρ = 0', () => {
    for (const rho of [0, 0.3, 0.9, 0.99]) {
      expect(normalOrthant(0, 0, rho)).toBeCloseTo(0.25 + Math.asin(rho) / (2 * Math.PI), 12);
    }
    expect(normalOrthant(0.7, -0.4, 0)).toBeCloseTo(normalSurvival(0.7) * normalSurvival(-0.4), 10);
    expect(normalOrthant(0.5, 0.5, 1)).toBeCloseTo(normalSurvival(0.5), 12);
  });

  it.each([1, 2, 3, 5])('[exact] mixed field, n = %i: limits at ρ = 1 and ρ = 0', (n) => {
    const p = mixedSurvival(n, n);
    expect(mixedPairProbability(n, n, 1, 1)).toBe(p);
    expect(mixedPairProbability(n, n, 0, 0)).toBeCloseTo(p * p, 10);
    expect(mixedPairProbability(n, n, 0.999999, 0.999999)).toBeLessThan(p);
    expect(p - mixedPairProbability(n, n, 0.999999, 0.999999)).toBeLessThan(2e-3);
  });

  it.each([1, 2, 3])('[rate] small lags give the continuum area: 4(ε − C)/h → S, n = %i', (n) => {
    const [lambda, alpha] = [n + 0.3, 0.1];
    const surface = mixedSurface(n, lambda, alpha, 2 * alpha);
    const error = (h: number): number => {
      const c = mixedPairProbability(n, lambda, Math.exp(-((alpha * h) ** 2)), Math.exp(-((2 * alpha * h) ** 2)));
      return relative((4 * (mixedSurvival(n, lambda) - c)) / h, surface);
    };
    expect(error(0.5)).toBeLessThan(2e-3);
    expect(error(1) / error(0.5)).toBeGreaterThan(3.5);
    expect(error(1) / error(0.5)).toBeLessThan(4.5);
  });

  it('[exact] χ²₂ coverage [B, eq. 6]: limits, and the area at small lags', () => {
    const [lambda, alpha] = [1.55, 0.1];
    const p = Math.exp(-lambda / 2);
    expect(chi2PairProbability(lambda, 0)).toBeCloseTo(p * p, 12);
    expect(chi2PairProbability(lambda, 1)).toBe(p);
    const area = chi2Quantities({ alpha, lambda, anisotropyFactor: 1 }).specificSurfaceArea[2];
    const pair = chi2PairProbability(lambda, Math.exp(-((alpha * 0.3) ** 2)));
    expect(relative((4 * (p - pair)) / 0.3, area)).toBeLessThan(1e-3);
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

describe('coverage by Fourier integrals', () => {
  it.each(
    [[1, 0.8], [2, 1.76], [3, 4]],
  )('[oracle] agrees with the quadrature over both norms, n = %i, λ = %f', (n, lambda) => {
    for (const [chi, gauss] of [[0, 0], [0.3, 0.8], [0.5, 0.5], [0.9, 0.7]]) {
      expect(Math.abs(mixedPairProbability(n, lambda, chi, gauss) - coverageByNorms(n, lambda, chi, gauss)))
        .toBeLessThan(2e-8);
    }
  });

  it('[exact] with a constant Gaussian part it is the mean of [B, eq. 6] over that part', () => {
    for (const lambda of [0.5, 1.76, 6]) {
      for (const rho of [0.3, 0.9, 0.98]) {
        const inside = integrate((z) => normalDensity(z) * chi2PairProbability(lambda - z, rho), -9, lambda, 20);
        const pair = mixedPairProbability(2, lambda, rho, 1 - 1e-10);
        expect(Math.abs(pair - inside - normalSurvival(lambda))).toBeLessThan(1e-9);
      }
    }
  });

  it.each([[1, 1], [2, 1.76], [2, -0.09], [5, 9], [8, 16]])('[exact] independent ends, n = %i, λ = %f', (n, lambda) => {
    expect(Math.abs(mixedPairProbability(n, lambda, 0, 0) - mixedSurvival(n, lambda) ** 2)).toBeLessThan(1e-10);
  });

  /** Central difference, error of second order. */
  const difference = (f: (x: number) => number, x: number, step = 1e-5): number =>
    (f(x + step) - f(x - step)) / (2 * step);

  it('[exact] derivatives of all three models are those of the values', () => {
    for (const n of [1, 2, 4]) {
      for (const [lambda, chi, gauss] of [[1.2, 0.4, 0.7], [2.3, 0.95, 0.9], [0.1, 0.2, 0.99]]) {
        const g = mixedPairProbabilityGradient(n, lambda, chi, gauss);
        const pair = mixedPairProbability;
        expect(Math.abs(g.dLambda - difference((l) => pair(n, l, chi, gauss), lambda))).toBeLessThan(1e-7);
        expect(Math.abs(g.dRhoChi - difference((r) => pair(n, lambda, r, gauss), chi))).toBeLessThan(1e-6);
        expect(Math.abs(g.dRhoGauss - difference((r) => pair(n, lambda, chi, r), gauss))).toBeLessThan(1e-6);
      }
    }
    for (const rho of [0.1, 0.6, 0.97]) {
      const g = chi2PairProbabilityGradient(1.55, rho);
      expect(Math.abs(g.dLambda - difference((l) => chi2PairProbability(l, rho), 1.55))).toBeLessThan(1e-8);
      expect(Math.abs(g.dRhoChi - difference((r) => chi2PairProbability(1.55, r), rho))).toBeLessThan(1e-7);
      const z = gaussianPairProbabilityGradient(-0.4, rho);
      expect(Math.abs(z.dLambda - difference((u) => normalOrthant(u, u, rho), -0.4))).toBeLessThan(1e-8);
      expect(Math.abs(z.dRhoGauss - difference((r) => normalOrthant(-0.4, -0.4, r), rho))).toBeLessThan(1e-7);
    }
  });

  const theta: ThreePhaseParameters = {
    alphaChiX: 0.1, alphaChiY: 0.16, alphaGaussX: 0.2, alphaGaussY: 0.12, lambdaX: 1.8, lambdaY: 0.1, n: 2,
    anisotropyFactor: 0.9,
  };
  const chi2: Chi2Parameters = { alpha: 0.12, lambda: 1.4, anisotropyFactor: 0.9 };

  it('[law] two-point functions of the phases: row sums are ε, limits at small and large lags', () => {
    const { volumeFraction: e } = threePhaseQuantities(theta);
    for (const lag of [[0, 0, 1], [3, 2, 1], [0, 9, 0]] as const) {
      const c = threePhaseCoverage(theta, lag);
      expect(c['1-1'].value + c['1-2'].value + c['1-3'].value).toBeCloseTo(e[1], 10);
      expect(c['1-2'].value + c['2-2'].value + c['2-3'].value).toBeCloseTo(e[2], 10);
      expect(c['1-3'].value + c['2-3'].value + c['3-3'].value).toBeCloseTo(e[3], 10);
    }
    const far = threePhaseCoverage(theta, [0, 0, 80]);
    for (const [a, b] of [[1, 1], [1, 2], [1, 3], [2, 2], [2, 3], [3, 3]]) {
      expect(far[`${a}-${b}`].value).toBeCloseTo(e[a] * e[b], 10);
    }
    const two = chi2PhaseCoverage(chi2, [1, 2, 3]);
    expect(two['2-2'].value + two['2-3'].value).toBeCloseTo(Math.exp(-0.7), 12);
    expect(two['2-3'].value + two['3-3'].value).toBeCloseTo(1 - Math.exp(-0.7), 12);
  });

  it('[rate] cross functions at small lags give the interface areas: 4 C_ab(h)/h → S_ab', () => {
    const isotropic = { ...theta, anisotropyFactor: 1 };
    const { interfaceAreas } = threePhaseQuantities(isotropic);
    for (const [pair, area] of Object.entries(interfaceAreas)) {
      expect(relative((4 * threePhaseCoverage(isotropic, [0, 0, 0.02])[pair].value) / 0.02, area), pair)
        .toBeLessThan(2e-3);
    }
  });

  it('[exact] derivatives in θ of two-point functions, fractions and areas', () => {
    const lag = [2, 1, 3] as const;
    const check = (
      all: Readonly<Record<string, WithDerivatives>>,
      at: (change: Record<string, number>) => Readonly<Record<string, WithDerivatives>>, p: object,
    ): void => {
      for (const [pair, { derivatives }] of Object.entries(all)) {
        for (const [name, derivative] of Object.entries(derivatives)) {
          const x = (p as Record<string, number>)[name];
          expect(Math.abs(derivative - difference((v) => at({ [name]: v })[pair].value, x)), `${pair} ${name}`)
            .toBeLessThan(1e-6);
        }
      }
    };
    check(threePhaseCoverage(theta, lag), (change) => threePhaseCoverage({ ...theta, ...change }, lag), theta);
    check(chi2PhaseCoverage(chi2, lag), (change) => chi2PhaseCoverage({ ...chi2, ...change }, lag), chi2);
    const exact = threePhaseDerivatives(theta);
    for (const kind of ['volumeFraction', 'interfaceAreas'] as const) {
      for (const [key, derivatives] of Object.entries(exact[kind])) {
        for (const [name, derivative] of Object.entries(derivatives)) {
          const at = (v: number): number =>
            (threePhaseQuantities({ ...theta, [name]: v })[kind] as Record<string, number>)[key];
          expect(
            Math.abs(derivative - difference(at, (theta as unknown as Record<string, number>)[name])),
            `${kind} ${key} ${name}`,
          ).toBeLessThan(1e-7);
        }
      }
    }
  });
});
