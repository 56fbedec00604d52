// Fits, hulls and quantiles beside those of SciPy.
import { describe, expect, it } from 'vitest';
import { chiSquareQuantile } from '../../src/numeric/distributions.js';
import { convexHull } from '../../src/numeric/hull.js';
import { fitFormula, textFormula } from '../../src/regression/index.js';
import { normals, uniform } from '../random.js';
import { pythonWith } from './python.js';

const python = pythonWith(['sys', 'json', 'numpy', 'scipy.optimize', 'scipy.spatial', 'scipy.stats']);

describe.skipIf(python === null)('laws beside SciPy', () => {
  it('[oracle] curve_fit: coefficients and standard errors of a law of two columns', () => {
    const [random, normal] = [uniform(3), normals(4)];
    const samples = Array.from({ length: 80 }, () => {
      const [e, t] = [0.3 + 0.2 * random(), 1.05 + 0.15 * random()];
      return { e, t, m: 1.3 * e ** 2.1 * Math.exp(-3 * (t - 1)) + 0.002 * normal() };
    });
    const formula = textFormula('m = a * e^b * exp(-c * (t - 1)) where a, b, c', { columns: ['e', 't', 'm'] });
    const fit = fitFormula(formula, samples, { randomStarts: 2, seed: 1, target: 'm' });
    const found = python!(`
e, t, m = numpy.array(json.loads(sys.argv[1])).T
p, cov = scipy.optimize.curve_fit(lambda x, a, b, c: a * x[0]**b * numpy.exp(-c * (x[1] - 1)), (e, t), m, [1, 1, 1],
                                  xtol=1e-14, ftol=1e-14)
print(json.dumps([list(p), list(numpy.sqrt(numpy.diag(cov)))]))
`, JSON.stringify(samples.map(({ e, t, m }) => [e, t, m]))) as [number[], number[]];
    fit.coefficients.forEach(({ value, standardError }, j) => {
      expect(value / found[0][j]).toBeCloseTo(1, 6);
      expect(standardError! / found[1][j]).toBeCloseTo(1, 4);
    });
  });

  it('[oracle] Delaunay: which of 400 points lie in the hull of 60, in two, three and four dimensions', () => {
    for (const d of [2, 3, 4]) {
      const random = uniform(d);
      const draw = (count: number): number[][] =>
        Array.from({ length: count }, () => Array.from({ length: d }, () => random() + random()));
      const [known, asked] = [draw(60), draw(400)];
      const inside = python!(`
known, asked = (numpy.array(v) for v in json.loads(sys.argv[1]))
print(json.dumps([bool(s >= 0) for s in scipy.spatial.Delaunay(known).find_simplex(asked)]))
`, JSON.stringify([known, asked])) as boolean[];
      const hull = convexHull(known);
      expect(asked.map((point) => hull.gauge(point) <= 1)).toEqual(inside);
      expect(new Set(inside).size).toBe(2);
    }
  });

  it('[oracle] quantiles of χ²', () => {
    const asked = [1, 2, 7, 31, 105, 999].flatMap((k) => [0.001, 0.025, 0.5, 0.975, 0.9999].map((p) => [p, k]));
    const found = python!(
      'print(json.dumps([scipy.stats.chi2.ppf(p, k) for p, k in json.loads(sys.argv[1])]))', JSON.stringify(asked),
    ) as number[];
    asked.forEach(([p, k], i) => expect(chiSquareQuantile(p, k) / found[i]).toBeCloseTo(1, 8));
  });
});
