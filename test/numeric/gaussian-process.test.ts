import { describe, expect, it } from 'vitest';
import { solveLinear } from '../../src/numeric/dense.js';
import { factorCholesky, invertCholesky, logDeterminant, solveCholesky } from '../../src/numeric/cholesky.js';
import { factorLu } from '../../src/numeric/lu.js';
import {
  fitGaussianProcess, type GaussianProcess, type GaussianProcessOptions,
} from '../../src/numeric/gaussian-process.js';
import { normals, uniform } from '../random.js';

type Kernel = GaussianProcessOptions['kernel'];

/** By the definition, with Math's own functions. */
function covariance(kernel: Kernel, a: readonly number[], b: readonly number[], lengths: readonly number[]): number {
  const r = Math.hypot(...a.map((x, j) => (x - b[j]) / lengths[j]));
  return kernel === 'gaussian' ? Math.exp(-(r ** 2) / 2)
    : (1 + Math.sqrt(5) * r + (5 * r * r) / 3) * Math.exp(-Math.sqrt(5) * r);
}

interface Hyper {
  readonly kernel: Kernel;
  readonly linear: boolean;
  readonly lengths: readonly number[];
  readonly variance: number;
  readonly noise: readonly number[];
}

const logDet = (matrix: readonly (readonly number[])[]): number => {
  const factors = factorLu(matrix.length, Float64Array.from(matrix.flat()));
  if ('singularColumn' in factors) return -Infinity;
  return matrix.reduce((sum, _, i) => sum + Math.log(Math.abs(factors.values[i * matrix.length + i])), 0);
};
const times = (m: readonly (readonly number[])[], v: readonly number[]): number[] =>
  m.map((row) => row.reduce((sum, x, j) => sum + x * v[j], 0));
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i], 0);

/** The textbook (Rasmussen, Williams 2006, eqs 2.41-2.45): generalised least squares, then kriging of the rest. */
function twin(points: readonly (readonly number[])[], values: readonly number[], hyper: Hyper) {
  const { kernel, linear, lengths, variance, noise } = hyper;
  const k = points.map((a, i) => points.map((b, j) =>
    variance * (covariance(kernel, a, b, lengths) + (i === j ? 1e-9 : 0)) + (i === j ? noise[i] : 0)));
  const trend = (x: readonly number[]): number[] => (linear ? [1, ...x] : [1]);
  const h = points.map(trend);
  const solved = h[0].map((_, c) => solveLinear(k, h.map((row) => row[c]))!);
  const gram = h[0].map((_, a) => solved.map((column) => dot(column, h.map((row) => row[a]))));
  const beta = solveLinear(gram, solved.map((column) => dot(column, values)))!;
  const residual = values.map((y, i) => y - dot(h[i], beta));
  const weights = solveLinear(k, residual)!;
  return {
    logLikelihood: -0.5 * (
      dot(residual, weights) + logDet(k) + logDet(gram) + (values.length - beta.length) * Math.log(2 * Math.PI)
    ),
    predict(x: readonly number[]) {
      const cross = points.map((p) => variance * covariance(kernel, p, x, lengths));
      const lack = trend(x).map((value, c) => value - dot(solved[c], cross));
      return {
        mean: dot(trend(x), beta) + dot(cross, weights),
        variance: variance - dot(cross, solveLinear(k, cross)!) + dot(lack, solveLinear(gram, lack)!),
      };
    },
  };
}

const CASES = (['matern', 'gaussian'] as const).flatMap((kernel) =>
  (['constant', 'linear'] as const).map((trend) => ({ kernel, trend })));

function sample(count: number, dimensions: number, seed: number, noise: number) {
  const random = uniform(seed);
  const normal = normals(seed + 1);
  const points =
    Array.from({ length: count }, () => Array.from({ length: dimensions }, (_, j) => 10 ** j * (1 + random())));
  const values = points.map((x) =>
    5 + 3 * Math.sin(4 * x[0]) + (x[1] ?? 0) / 10 + noise * normal());
  return { points, values };
}

const hyperOf = (
  process: GaussianProcess, { kernel, trend }: (typeof CASES)[number], known: readonly number[],
): Hyper => ({
  kernel, linear: trend === 'linear', lengths: process.lengths, variance: process.variance,
  noise: known.map((one) => one + process.noiseVariance),
});

describe('Cholesky factors', () => {
  it('[oracle] solve, inverse and determinant agree with LU; matrices that are not positive are refused', () => {
    const random = uniform(3);
    for (const n of [1, 2, 7, 20]) {
      const root = Array.from({ length: n }, () => Array.from({ length: n }, () => random() - 0.5));
      const a = root.map((r, i) => root.map((s, j) => dot(r, s) + (i === j ? 0.1 : 0)));
      const factor = Float64Array.from(a.flat());
      expect(factorCholesky(n, factor)).toBe(true);
      const b = Array.from({ length: n }, () => random());
      const x = Float64Array.from(b);
      solveCholesky(n, factor, x);
      times(a, [...x]).forEach((value, i) => expect(value).toBeCloseTo(b[i], 9));
      const inverse = invertCholesky(n, factor);
      times(Array.from({ length: n }, (_, i) => [...inverse.subarray(i * n, (i + 1) * n)]), b)
        .forEach((value, i) => expect(value).toBeCloseTo(x[i], 9));
      expect(logDeterminant(n, factor)).toBeCloseTo(logDet(a), 9);
    }
    expect(factorCholesky(2, Float64Array.from([1, 2, 2, 1]))).toBe(false);
    expect(factorCholesky(1, Float64Array.from([NaN]))).toBe(false);
  });
});

describe('Gaussian processes', () => {
  for (const settings of CASES) {
    const name = `${settings.kernel}, ${settings.trend} trend`;
    const known = Array.from({ length: 30 }, (_, i) => 0.01 + 0.001 * i);
    const { points, values } = sample(30, 2, 5, 0.2);
    const process = fitGaussianProcess(points, values, { ...settings, noiseVariance: known });
    const hyper = hyperOf(process, settings, known);
    const other = twin(points, values, hyper);

    it(`[oracle] ${name}: mean and variance are the textbook's at the fitted hyperparameters`, () => {
      expect(process.converged).toBe(true);
      for (const x of [[1.3, 14], [1.9, 11], [3, 40], points[4]]) {
        const [found, wanted] = [process.predict(x), other.predict(x)];
        expect(found.mean).toBeCloseTo(wanted.mean, 7);
        expect(process.mean(x)).toBe(found.mean);
        expect(Math.abs(found.variance - wanted.variance)).toBeLessThan(1e-7 * hyper.variance);
      }
    });

    it(`[oracle] ${name}: each observation left out is predicted as by a process that never saw it`, () => {
      process.leaveOneOut().forEach(({ mean, variance }, i) => {
        const without = <T>(list: readonly T[]): T[] => list.filter((_, j) => j !== i);
        const rest = twin(without(points), without(values), { ...hyper, noise: without(hyper.noise) });
        const wanted = rest.predict(points[i]);
        expect(mean).toBeCloseTo(wanted.mean, 6);
        expect(variance / (wanted.variance + hyper.noise[i])).toBeCloseTo(1, 5);
      });
    });

    it(`[oracle] ${name}: the gradient of the mean is that of differences`, () => {
      const x = [1.62, 13.1];
      const gradient = new Float64Array(2);
      process.mean(x, gradient);
      [1e-5, 1e-4].forEach((step, j) => {
        const at = (sign: number): number => process.mean(x.map((value, k) => value + (k === j ? sign * step : 0)));
        expect(Math.abs(gradient[j] - (at(1) - at(-1)) / (2 * step))).toBeLessThan(1e-6 * (1 + Math.abs(gradient[j])));
      });
    });

    it(`[law] ${name}: no hyperparameter a little to either side has a higher likelihood`, () => {
      const moved = (factors: readonly number[]): number => twin(points, values, {
        ...hyper, lengths: hyper.lengths.map((l, j) => l * factors[j]), variance: hyper.variance * factors[2],
        noise: known.map((one) => one + process.noiseVariance * factors[3]),
      }).logLikelihood;
      const ranges = [0, 1].map((j) => Math.max(...points.map((p) => p[j])) - Math.min(...points.map((p) => p[j])));
      for (let which = 0; which < 4; which++) {
        // Lengths at the limit of 50 ranges may want to go on.
        if (which < 2 && process.lengths[which] > 49 * ranges[which]) continue;
        for (const factor of [0.97, 1.03]) {
          const factors = [1, 1, 1, 1];
          factors[which] = factor;
          expect(moved(factors)).toBeLessThan(moved([1, 1, 1, 1]) + 1e-5);
        }
      }
    });
  }

  it('[exact] without noise the mean goes through the values, and the variance is 0 there', () => {
    const points = [[0], [0.3], [0.5], [0.8], [1]];
    const values = [1, 2, -1, 0.5, 3];
    const process = fitGaussianProcess(points, values, { fitNoise: false });
    points.forEach((x, i) => {
      const { mean, variance } = process.predict(x);
      expect(mean).toBeCloseTo(values[i], 5);
      expect(variance).toBeLessThan(1e-6);
    });
    expect(process.predict([0.65]).variance).toBeGreaterThan(1e-3);
  });

  it('[law] units of inputs and values do not matter', () => {
    const { points, values } = sample(25, 2, 9, 0.3);
    const plain = fitGaussianProcess(points, values, { trend: 'linear' });
    const scaled =
      fitGaussianProcess(points.map(([a, b]) => [8 * a, b / 4]), values.map((y) => 16 * y), { trend: 'linear' });
    expect(scaled.lengths[0] / plain.lengths[0]).toBeCloseTo(8, 9);
    const [found, wanted] = [scaled.predict([8 * 1.4, 15 / 4]), plain.predict([1.4, 15])];
    expect(found.mean / 16).toBeCloseTo(wanted.mean, 9);
    expect(found.variance / 256).toBeCloseTo(wanted.variance, 9);
  });

  it('[law] draws of a process give back its noise and its lengths, and errors of the size that is claimed', () => {
    const random = uniform(21);
    const normal = normals(22);
    const n = 160;
    const points = Array.from({ length: n }, () => [random(), random()]);
    const truth = { lengths: [0.2, 1], variance: 4, noise: 0.04 };
    const k = points.map((a, i) => points.map((b, j) =>
      truth.variance * covariance('matern', a, b, truth.lengths) + (i === j ? truth.noise : 0)));
    const factor = Float64Array.from(k.flat());
    factorCholesky(n, factor);
    const z = Array.from({ length: n }, () => normal());
    const values =
      z.map((_, i) => 7 + z.slice(0, i + 1).reduce((sum, value, j) => sum + factor[i * n + j] * value, 0));
    const process = fitGaussianProcess(points, values);
    expect(Math.log(process.noiseVariance / truth.noise)).toBeCloseTo(0, 0);
    process.lengths.forEach((l, j) => expect(Math.abs(Math.log(l / truth.lengths[j]))).toBeLessThan(0.6));
    const score = process.leaveOneOut().reduce((sum, { mean, variance }, i) =>
      sum + (values[i] - mean) ** 2 / variance, 0) / n;
    // A mean of 160 squares of normal numbers: 1 ± .11.
    expect(Math.abs(score - 1)).toBeLessThan(0.35);
  });

  it('[law] an observation of endless noise counts as none', () => {
    const { points, values } = sample(25, 2, 13, 0.3);
    const noise = points.map(() => 0.01);
    const with1 = fitGaussianProcess([...points, [1.5, 15]], [...values, 9], { noiseVariance: [...noise, 1e9] });
    const without = fitGaussianProcess(points, values, { noiseVariance: noise });
    expect(with1.predict([1.5, 15]).mean).toBeCloseTo(without.predict([1.5, 15]).mean, 3);
  });

  it('[law] many observations are thinned, in the fit and in all', () => {
    const { points, values } = sample(90, 2, 17, 0.1);
    const whole = fitGaussianProcess(points, values);
    const thin = fitGaussianProcess(points, values, { mostObservations: 45, mostFitted: 30 });
    expect(whole.used).toHaveLength(90);
    expect(thin.used).toHaveLength(45);
    expect(new Set(thin.used).size).toBe(45);
    expect(thin.leaveOneOut()).toHaveLength(45);
    expect(thin.predict([1.5, 15]).mean).toBeCloseTo(whole.predict([1.5, 15]).mean, 0);
  });

  it('[exact] what cannot be fitted is refused', () => {
    expect(() => fitGaussianProcess([[1], [2]], [1, 2])).toThrow(/expected at least 3 observations/);
    expect(() => fitGaussianProcess([[1], [2], [3]], [1, 2])).toThrow(/a value for each of 3 points, found 2/);
    expect(() => fitGaussianProcess([[1], [2], [NaN]], [1, 2, 3])).toThrow(/observation 2 is not 1 finite/);
    expect(() => fitGaussianProcess([[1], [2], [3]], [1, 2, 3], { noiseVariance: [0, -1, 0] })).toThrow(/variance ≥ 0/);
    expect(() => fitGaussianProcess([[1], [2], [3]], [1, 2, 3], { kernal: 'matern' } as never)).toThrow(/kernal/);
  });
});
