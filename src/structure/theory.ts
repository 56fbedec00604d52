// Exact expectations of the models in the continuum (isotropic, before scaling by a): volume fractions and areas.
// Mean boundary area per volume of {X ≥ λ} is 2·E|∇X|·density of X at λ, by Rice's formula with isotropy.
import { checkArguments, has } from '../core/arguments.js';
import { exp, log } from '../numeric/elementary.js';
import { gradientFactor } from './covariance.js';
import type { Chi2Parameters, ThreePhaseParameters } from './parameters.js';
import { normalDensity, normalSurvival } from '../numeric/distributions.js';
import { GAUSS_LEGENDRE_20 } from '../numeric/quadrature.js';
import { remembered } from '../numeric/remembered.js';
import { logGammaHalves } from '../numeric/special.js';

/** Expected volume fraction per phase label: the same for every covariance. */
export interface ExpectedFractions {
  /** ε by phase label, shares of the window that sum to 1. */
  readonly volumeFraction: Readonly<Record<number, number>>;
}

/** Derivatives by phase label and the name of a parameter. */
export interface QuantityDerivatives {
  /** dε of a phase by dθ of a parameter. */
  readonly volumeFraction: Readonly<Record<number, Readonly<Record<string, number>>>>;
  /** dS of a phase, 1/voxel, by dθ of a parameter. */
  readonly specificSurfaceArea: Readonly<Record<number, Readonly<Record<string, number>>>>;
}

/** ε of the three phases, and the two probabilities that they are made of. */
export interface ThreePhaseFractions extends ExpectedFractions {
  /** P(X ≥ λ_X), P(Y ≥ λ_Y). */
  readonly survivalX: number;
  /** P(Y ≥ λ_Y). */
  readonly survivalY: number;
}

/** Expectations per phase label; areas in 1/voxel. */
export interface ExpectedQuantities extends ExpectedFractions {
  /** S of the whole boundary of a phase by its label. */
  readonly specificSurfaceArea: Readonly<Record<number, number>>;
  /** Keys "1-2", "1-3", "2-3". */
  readonly interfaceAreas: Readonly<Record<string, number>>;
}

/** ε, S and interface areas of the three-phase model in the continuum; areas in 1/voxel. */
export type ThreePhaseQuantities = ExpectedQuantities & ThreePhaseFractions;

/** Nodes y of a mean over χ²_n, their quadrature weights, and the density of r = √y at them. */
interface ChiSquareRule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
  readonly densities: Float64Array;
  /** Half the length of a panel, which all weights lack. */
  readonly half: number;
}

const PANELS = 32;

/** With y = r² the density has no singularity for n = 1. */
function chiSquareRule(n: number): ChiSquareRule {
  const front = (1 - n / 2) * Math.LN2 - logGammaHalves(n / 2);
  const half = (Math.sqrt(n) + 9) / PANELS / 2;
  const points = Array.from({ length: PANELS }, (_, panel) =>
    GAUSS_LEGENDRE_20.map(([x, weight]) => ({ r: (2 * panel + 1) * half + half * x, weight }))).flat();
  return {
    nodes: Float64Array.from(points, ({ r }) => r * r),
    weights: Float64Array.from(points, ({ weight }) => weight),
    densities: Float64Array.from(
      points, ({ r }) => exp(front - (r * r) / 2 + (n > 1 ? (n - 1) * log(r) : 0)),
    ),
    half,
  };
}

const ruleOf = remembered(8, chiSquareRule);

/** ∫ g(y) f_n(y) dy over the χ²_n density. */
export function chiSquareMean(n: number, g: (y: number) => number): number {
  const { nodes, weights, densities, half } = ruleOf(n);
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) sum += weights[i] * (densities[i] * g(nodes[i]));
  return sum * half;
}

/** P(χ²_n + Z ≥ λ), Z standard normal. */
export const mixedSurvival: (n: number, lambda: number) => number =
  remembered(16, (n, lambda) => chiSquareMean(n, (y) => normalSurvival(lambda - y)));

/** Density of χ²_n + Z at λ, Z standard normal. */
export const mixedDensity: (n: number, lambda: number) => number =
  remembered(16, (n, lambda) => chiSquareMean(n, (y) => normalDensity(lambda - y)));

/** Mean area of {X = λ} per volume, 1/voxel, for X = χ²_n field with α_χ plus Gaussian field with α_g, both per
 *  voxel (science: Rice's formula). */
export function mixedSurface(n: number, lambda: number, alphaChi: number, alphaGauss: number): number {
  const mean = chiSquareMean(
    n, (y) => normalDensity(lambda - y) * Math.sqrt(8 * y * alphaChi * alphaChi + 2 * alphaGauss * alphaGauss),
  );
  return 2 * Math.sqrt(2 / Math.PI) * mean;
}

/** Mean area of {Z = u} per volume, 1/voxel, for a Gaussian field with α per voxel. */
export function gaussianSurface(u: number, alpha: number): number {
  return ((2 * Math.SQRT2) / Math.PI) * alpha * exp((-u * u) / 2);
}

/** ε of the three-phase model [A, eqs 1-11], for any covariance. */
export function threePhaseFractions(p: ThreePhaseParameters): ThreePhaseFractions {
  checkArguments('threePhaseFractions', { p: [p, has<ThreePhaseParameters>('n', 'lambdaX', 'lambdaY')] });
  const survivalX = mixedSurvival(p.n, p.lambdaX);
  const survivalY = mixedSurvival(p.n, p.lambdaY);
  return {
    survivalX,
    survivalY,
    volumeFraction: { 1: survivalX, 2: (1 - survivalX) * survivalY, 3: (1 - survivalX) * (1 - survivalY) },
  };
}

/** ε, S and interface areas of the three-phase model [A, eqs 1-11].
 *  @throws SpecError for a covariance whose excursion sets have no finite surface, or a table of one */
export function threePhaseQuantities(p: ThreePhaseParameters): ThreePhaseQuantities {
  checkArguments('threePhaseQuantities', { p: [p, has<ThreePhaseParameters>('n', 'lambdaX', 'lambdaY')] });
  const fractions = threePhaseFractions(p);
  const { survivalX, survivalY } = fractions;
  const factor = gradientFactor('threePhaseQuantities', p.covariance);
  const x = factor * mixedSurface(p.n, p.lambdaX, p.alphaChiX, p.alphaGaussX);
  const y = factor * mixedSurface(p.n, p.lambdaY, p.alphaChiY, p.alphaGaussY);
  const areas = { '1-2': x * survivalY, '1-3': x * (1 - survivalY), '2-3': y * (1 - survivalX) };
  return {
    ...fractions,
    specificSurfaceArea: { 1: x, 2: areas['1-2'] + areas['2-3'], 3: areas['1-3'] + areas['2-3'] },
    interfaceAreas: areas,
  };
}

/** ε of the χ²₂ model [B], for any covariance. */
export function chi2Fractions(p: Chi2Parameters): ExpectedFractions {
  checkArguments('chi2Fractions', { p: [p, has<Chi2Parameters>('lambda')] });
  const solid = p.lambda <= 0 ? 1 : exp(-p.lambda / 2);
  return { volumeFraction: { 2: solid, 3: 1 - solid } };
}

/** ε and S of the χ²₂ model [B]. @throws SpecError as threePhaseQuantities */
export function chi2Quantities(p: Chi2Parameters): ExpectedQuantities {
  checkArguments('chi2Quantities', { p: [p, has<Chi2Parameters>('lambda')] });
  const { volumeFraction } = chi2Fractions(p);
  const alpha = p.alpha * gradientFactor('chi2Quantities', p.covariance);
  const area = p.lambda <= 0 ? 0 : (4 / Math.sqrt(Math.PI)) * alpha * Math.sqrt(p.lambda) * volumeFraction[2];
  return { volumeFraction, specificSurfaceArea: { 2: area, 3: area }, interfaceAreas: { '2-3': area } };
}

/** Derivatives of ε (by label) and of the interface areas (by "a-b") of the three-phase model by the names of its
 *  parameters; in the continuum neither depends on a. */
export function threePhaseDerivatives(p: ThreePhaseParameters): {
  readonly volumeFraction: Readonly<Record<number, Readonly<Record<string, number>>>>;
  readonly interfaceAreas: Readonly<Record<string, Readonly<Record<string, number>>>>;
} {
  const q = threePhaseQuantities(p);
  const factor = gradientFactor('threePhaseQuantities', p.covariance);
  const [x, y] = [q.specificSurfaceArea[1], q.interfaceAreas['2-3'] / (1 - q.survivalX)];
  const [dx, dy] = [
    surfaceGradient(p.n, p.lambdaX, p.alphaChiX, p.alphaGaussX, factor),
    surfaceGradient(p.n, p.lambdaY, p.alphaChiY, p.alphaGaussY, factor),
  ];
  const [px, py] = [-dx.density, -dy.density];
  const outside = 1 - q.survivalX;
  /** From the partial derivatives in P(X ≥ λ_X), P(Y ≥ λ_Y), S_X, S_Y. */
  const chain = (dPx: number, dPy: number, dSx: number, dSy: number): Record<string, number> => ({
    alphaChiX: dSx * dx.alphaChi,
    alphaChiY: dSy * dy.alphaChi,
    alphaGaussX: dSx * dx.alphaGauss,
    alphaGaussY: dSy * dy.alphaGauss,
    lambdaX: dPx * px + dSx * dx.lambda,
    lambdaY: dPy * py + dSy * dy.lambda,
  });
  return {
    volumeFraction: {
      1: chain(1, 0, 0, 0), 2: chain(-q.survivalY, outside, 0, 0), 3: chain(q.survivalY - 1, -outside, 0, 0),
    },
    interfaceAreas: {
      '1-2': chain(0, x, q.survivalY, 0), '1-3': chain(0, -x, 1 - q.survivalY, 0), '2-3': chain(-y, 0, 0, outside),
    },
  };
}

/** Derivatives of ε and S of the three-phase model. */
export function threePhaseQuantityDerivatives(p: ThreePhaseParameters): QuantityDerivatives {
  const { volumeFraction, interfaceAreas } = threePhaseDerivatives(p);
  const sum = (a: string, b: string): Record<string, number> => Object.fromEntries(
    Object.entries(interfaceAreas[a]).map(([name, slope]) => [name, slope + interfaceAreas[b][name]]),
  );
  return { volumeFraction, specificSurfaceArea: { 1: sum('1-2', '1-3'), 2: sum('1-2', '2-3'), 3: sum('1-3', '2-3') } };
}

/** Derivatives of ε and S of the χ²₂ model, λ > 0. */
export function chi2QuantityDerivatives(p: Chi2Parameters): QuantityDerivatives {
  const { volumeFraction, specificSurfaceArea } = chi2Quantities(p);
  const area = { alpha: specificSurfaceArea[2] / p.alpha, lambda: specificSurfaceArea[2] * (1 / p.lambda - 1) / 2 };
  return {
    volumeFraction: { 2: { lambda: -volumeFraction[2] / 2 }, 3: { lambda: volumeFraction[2] / 2 } },
    specificSurfaceArea: { 2: area, 3: area },
  };
}

/** Derivatives of `gradient` × `mixedSurface`, and the density of X at λ. */
function surfaceGradient(n: number, lambda: number, alphaChi: number, alphaGauss: number, gradient: number): {
  readonly density: number; readonly lambda: number; readonly alphaChi: number; readonly alphaGauss: number;
} {
  const factor = 2 * Math.sqrt(2 / Math.PI) * gradient;
  const root = (y: number): number => Math.sqrt(8 * y * alphaChi * alphaChi + 2 * alphaGauss * alphaGauss);
  return {
    density: mixedDensity(n, lambda),
    lambda: factor * chiSquareMean(n, (y) => -(lambda - y) * normalDensity(lambda - y) * root(y)),
    alphaChi: factor * chiSquareMean(n, (y) => (normalDensity(lambda - y) * 8 * y * alphaChi) / root(y)),
    alphaGauss: factor * chiSquareMean(n, (y) => (normalDensity(lambda - y) * 2 * alphaGauss) / root(y)),
  };
}
