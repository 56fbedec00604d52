import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/core/errors.js';
import {
  evaluateFit, fitFormula, fitLaw, formatEstimate, formatLaw, FORMULAS, formulaByName, PAPER_TABLE, phaseSamples,
  predict, PUBLISHED,
  scores, splitRows, textFormula,
  type RegressionSample,
} from '../../src/regression/index.js';
import { conditioned } from '../../src/regression/coordinates.js';
import { uniform } from '../random.js';
import { cathode, gaussian, paperLaw, studyTable } from './cathodes.js';

const phases = ['1', '2'] as const;
function samplesOf(
  phase: '1' | '2', count: number, seed: number, law: (s: RegressionSample) => number,
): RegressionSample[] {
  const random = uniform(seed);
  const normal = gaussian(seed + 1);
  return Array.from({ length: count }, () => cathode(phase, random, normal, law));
}
const OPTIONS = { randomStarts: 4, seed: 3 };

describe('formulas', () => {
  it('[exact] gradients equal central differences', () => {
    const [sample] = samplesOf('1', 1, 5, () => 0.1);
    for (const formula of FORMULAS) {
      const c = PAPER_TABLE['1'][formula.name].coefficients;
      const gradient = new Float64Array(c.length);
      const value = formula.gradient(c, sample, gradient);
      expect(value).toBe(formula.value(c, sample));
      c.forEach((v, j) => {
        const at = (h: number) => formula.value(c.map((w, k) => (k === j ? v + h : w)), sample);
        expect(gradient[j]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 8);
      });
    }
  });

  it('[exact] value by hand: M̂4 of SE and its expression', () => {
    const sample = {
      volumeFraction: 0.4, meanGeodesicTortuosity: 1.12, stdGeodesicTortuosity: 0.02, constrictivity: 0.6, mFactor: 0,
    };
    expect(formulaByName('M4').value([4.36, -1.42, 0.16, 3.08, 0.06], sample))
      .toBeCloseTo(4.36 * 1.12 ** -1.42 * 0.02 ** 0.16 * 0.4 ** 3.08 * 0.6 ** 0.06, 14);
    expect(FORMULAS.map((f) => f.expression)).toEqual([
      'ε^c1', 'c1 · ε^c2 · β^c3 · μ(τ)^c4', 'c1 · μ(τ)^c2 · σ(τ)^c3 · ε^c4', 'c1 · μ(τ)^c2 · σ(τ)^c3 · ε^c4 · β^c5',
    ]);
  });
});

describe('fit', () => {
  it('[exact] the paper’s coefficients come back from data without noise, all formulas, both phases', () => {
    for (const phase of phases) {
      for (const formula of FORMULAS) {
        const truth = PAPER_TABLE[phase][formula.name].coefficients;
        const fit = fitFormula(formula, samplesOf(phase, 120, 11, paperLaw(phase, formula.name)), OPTIONS);
        truth.forEach(
          (c, j) => expect(Math.abs(fit.coefficients[j].value - c), `${phase} ${formula.name} ${j}`)
            .toBeLessThan(1e-6 * (1 + Math.abs(c))),
        );
        expect(fit.confirmation.agrees, JSON.stringify(fit.confirmation)).toBe(true);
        expect(fit.converged).toBe(true);
      }
    }
  });

  it('[law] both optimisers reach one optimum from every start, with 3 % noise', () => {
    for (const phase of phases) {
      for (const formula of FORMULAS) {
        const normal = gaussian(79);
        const law = paperLaw(phase);
        const fit = fitFormula(formula, samplesOf(phase, 120, 21, (s) => law(s) * (1 + 0.03 * normal())), OPTIONS);
        expect(fit.confirmation).toMatchObject({ agrees: true, starts: 5, reachedByBoxed: 5, reachedByLevenberg: 5 });
        expect(fit.converged).toBe(true);
      }
    }
  });

  it('[law] standard errors: 95 % of the intervals ±2 s hold the truth, and √n halves them', () => {
    const formula = formulaByName('M3');
    const truth = PAPER_TABLE['1'].M3.coefficients;
    const law = paperLaw('1', 'M3');
    let hits = 0;
    let total = 0;
    const widths: number[][] = [];
    for (let trial = 0; trial < 60; trial++) {
      const normal = gaussian(1000 + trial);
      const { coefficients } = fitFormula(
        formula, samplesOf('1', 200, 50 + trial, (s) => law(s) + 0.004 * normal()), { randomStarts: 0, seed: 0 },
      );
      coefficients.forEach((c, j) => {
        total++;
        if (Math.abs(c.value - truth[j]) <= 2 * c.standardError!) hits++;
      });
      widths.push(coefficients.map((c) => c.standardError!));
    }
    // 240 intervals, correlated within a trial: 0.95 ± 0.03.
    expect(hits / total).toBeGreaterThan(0.88);
    expect(hits / total).toBeLessThan(0.995);
    const normal = gaussian(9);
    const four =
      fitFormula(formula, samplesOf('1', 800, 9, (s) => law(s) + 0.004 * normal()), { randomStarts: 0, seed: 0 });
    four.coefficients.forEach((c, j) => {
      const mean = widths.reduce((sum, w) => sum + w[j], 0) / widths.length;
      expect(c.standardError! / mean).toBeGreaterThan(0.4);
      expect(c.standardError! / mean).toBeLessThan(0.6);
    });
  });

  it('[exact] standard error of a one-parameter fit: s/√Σ(∂M/∂c)²; covariance agrees', () => {
    const normal = gaussian(4);
    const samples = samplesOf('1', 50, 8, (s) => s.volumeFraction ** 2.32 + 0.003 * normal());
    const fit = fitFormula(formulaByName('M1'), samples, OPTIONS);
    const [c] = fit.coefficients;
    const rows = samples.map((s) => (
      { r: s.mFactor - s.volumeFraction ** c.value, d: s.volumeFraction ** c.value * Math.log(s.volumeFraction) }
    ));
    const s2 = rows.reduce((sum, { r }) => sum + r * r, 0) / 49;
    expect(c.standardError).toBeCloseTo(Math.sqrt(s2 / rows.reduce((sum, { d }) => sum + d * d, 0)), 12);
    expect(fit.covariance![0][0]).toBeCloseTo(c.standardError! ** 2, 14);
    expect(fit.residualStandardError).toBeCloseTo(Math.sqrt(s2), 12);
  });

  it('[exact] scaled coordinates: gradients equal central differences, coefficients survive the round trip', () => {
    const samples = samplesOf('1', 30, 6, paperLaw('1'));
    for (const formula of FORMULAS) {
      const problem = conditioned(formula, samples, 'mFactor');
      const c = PAPER_TABLE['1'][formula.name].coefficients.map((v) => 1.1 * v);
      const u = Float64Array.from(problem.fromCoefficients(c));
      problem.toCoefficients(u).forEach((v, j) => expect(v).toBeCloseTo(c[j], 10));
      const gradient = new Float64Array(u.length);
      problem.evaluate(u, gradient);
      u.forEach((v, j) => {
        const at = (h: number) => problem.evaluate(u.map((w, k) => (k === j ? v + h : w)), new Float64Array(u.length));
        expect(gradient[j]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 8);
      });
    }
  });

  it('[exact] covariance inverts JᵀJ/s²: their product is the unit matrix', () => {
    const normal = gaussian(14);
    const law = paperLaw('1');
    const samples = samplesOf('1', 80, 15, (s) => law(s) * (1 + 0.03 * normal()));
    const formula = formulaByName('M3');
    const fit = fitFormula(formula, samples, OPTIONS);
    const c = fit.coefficients.map((e) => e.value);
    const rows = samples.map((s) => {
      const gradient = new Float64Array(4);
      formula.gradient(c, s, gradient);
      return gradient;
    });
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j < 4; j++) {
        const product = fit.covariance!.reduce(
          (sum, _, k) => sum + rows.reduce((dot, r) => dot + r[i] * r[k], 0) * fit.covariance![k][j], 0,
        );
        // Units of c_i over c_j by their errors, so that one tolerance serves all.
        const scale = fit.coefficients[i].standardError! / fit.coefficients[j].standardError!;
        expect((product / fit.residualStandardError! ** 2) * scale).toBeCloseTo(i === j ? 1 : 0, 5);
      }
    }
  });

  it('[oracle] ml-levenberg-marquardt ends at the same coefficients', () => {
    const normal = gaussian(31);
    const law = paperLaw('1');
    const samples = samplesOf('1', 150, 12, (s) => law(s) * (1 + 0.02 * normal()));
    for (const formula of FORMULAS) {
      const fit = fitFormula(formula, samples, OPTIONS);
      const oracle = levenbergMarquardt(
        { x: samples.map((_, i) => i), y: samples.map((s) => s.mFactor) },
        (c: number[]) => (i: number) => formula.value(c, samples[i]),
        {
          initialValues: fit.coefficients.map((c) => c.value * 1.05), maxIterations: 300, gradientDifference: 1e-6,
          centralDifference: true, errorTolerance: 1e-30, damping: 1e-3,
        },
      );
      fit.coefficients.forEach(
        (c, j) => expect(Math.abs(oracle.parameterValues[j] - c.value)).toBeLessThan(1e-3 * c.standardError!),
      );
    }
  });

  it('[law] dependent columns are said, not hidden: no standard errors, scores still there', () => {
    const samples =
      samplesOf('1', 40, 3, (s) => s.volumeFraction ** 2).map((s) => ({ ...s, constrictivity: s.volumeFraction }));
    const fit = fitFormula(formulaByName('M2'), samples, OPTIONS);
    expect(fit.covariance).toBeNull();
    expect(fit.coefficients.every((c) => c.standardError === null)).toBe(true);
  });

  it('[law] fewer structures than coefficients is a SpecError', () => {
    expect(() => fitFormula(formulaByName('M4'), samplesOf('1', 4, 1, () => 0.1), OPTIONS)).toThrow(SpecError);
  });
});

describe('split and scores', () => {
  it('[exact] 495 rows give 331 and 164, disjoint and complete; another seed, another split; ' +
      'the same seed, the same', () => {
    const a = splitRows(495, 331 / 495, 1);
    expect([a.train.length, a.test.length]).toEqual([331, 164]);
    expect([...a.train, ...a.test].sort((x, y) => x - y)).toEqual(Array.from({ length: 495 }, (_, i) => i));
    expect(splitRows(495, 331 / 495, 1)).toEqual(a);
    expect(splitRows(495, 331 / 495, 2).train).not.toEqual(a.train);
  });

  it('[law] every row tests equally often over many seeds', () => {
    const counts = Array.from({ length: 30 }, () => 0);
    for (let seed = 0; seed < 3000; seed++) for (const i of splitRows(30, 2 / 3, seed).test) counts[i]++;
    // Binomial: 1000 ± 26.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * 26);
  });

  it('[exact] R² and MAPE by hand', () => {
    const s = scores([1, 2, 3, 4], [1.1, 1.9, 3, 4.4]);
    expect(s.r2).toBeCloseTo(1 - 0.18 / 5, 14);
    expect(s.mapePercent).toBeCloseTo(100 * (0.1 + 0.05 + 0 + 0.1) / 4, 12);
    expect(scores([], [])).toEqual({ count: 0, r2: null, mapePercent: null });
    expect(scores([1], [2])).toMatchObject({ r2: null, mapePercent: 100 });
  });
});

describe('law of a table', () => {
  const table = studyTable(495, 99, 0.03);
  const FEW = { randomStarts: 0 };

  it('[law] rows without percolation or with holes are left out and named; phases stay on the same split', () => {
    const broken = table.map((row, i): Record<string, unknown> => ({
      ...row, ...(i === 4 ? { mFactor1: 0 } : {}), ...(i === 7 ? { constrictivity1: NaN } : {}),
      ...(i === 9 ? { stdGeodesicTortuosity2: '' } : {}), ...(i === 10 ? { mFactor2: '0.25' } : {}),
    }));
    const law = fitLaw(broken, FEW);
    expect(law.phases[0].leftOut).toEqual([
      { row: 4, reason: 'mFactor is 0: the phase does not percolate' },
      { row: 7, reason: 'constrictivity is not a number' },
    ]);
    expect(law.phases[1].leftOut).toEqual([{ row: 9, reason: 'stdGeodesicTortuosity is not a number' }]);
    const sets = law.phases.map((p) => new Map(p.rows.map((r) => [r.row, r.set])));
    for (const [row, set] of sets[0]) if (sets[1].has(row)) expect(sets[1].get(row)).toBe(set);
    expect(law.phases[1].rows.find((r) => r.row === 10)!.sample.mFactor).toBe(0.25);
  });

  it('[law] the generating law wins on the test set; the published law itself scores near the noise', () => {
    const law = fitLaw(table);
    const se = law.phases[0];
    expect(se.formulas.map((f) => f.formula)).toEqual(['M1', 'M2', 'M3', 'M4']);
    const m4 = se.formulas[3];
    // 3 % Gaussian noise: mean |error| = 3 % · √(2/π) = 2.39 %, ± 0.14 % on 164.
    expect(Math.abs(m4.test.mapePercent! - 2.39)).toBeLessThan(0.6);
    const own = se.published.find((p) => p.name === 'dufter2026-M4-SE')!;
    expect(Math.abs(own.test.mapePercent! - 2.39)).toBeLessThan(0.6);
    expect(se.published.some((p) => p.name.endsWith('AM'))).toBe(false);
    expect(se.ranges.find((r) => r.column === 'constrictivity')!.to).toBeLessThanOrEqual(0.99);
  });

  it('[law] a missing predictor skips the formulas that need it and says so', () => {
    const law = fitLaw(table.map(({ constrictivity1: _1, constrictivity2: _2, ...rest }) => rest), FEW);
    expect(law.phases[0].formulas.map((f) => f.formula)).toEqual(['M1', 'M3']);
    expect(law.phases[0].skipped).toEqual([
      { formula: 'M2', reason: 'the table has no constrictivity1' },
      { formula: 'M4', reason: 'the table has no constrictivity1' },
    ]);
  });

  it('[exact] a text that is M4 gives M4: coefficients, errors and scores; further columns may enter it', () => {
    const text = 'own: M = c1 * mu^c2 * sigma^c3 * eps^c4 * beta^c5 where c1 in [0, inf]';
    const formulas = ['M4', text, 'mFactor1 = a * eps2^b where a, b'];
    const [phase] = fitLaw(table, { phases: ['1'], formulas, ...FEW }).phases;
    const [m4, own, other] = phase.formulas;
    own.coefficients.forEach(({ value, standardError }, j) => {
      expect(value / m4.coefficients[j].value).toBeCloseTo(1, 5);
      expect(standardError! / m4.coefficients[j].standardError!).toBeCloseTo(1, 4);
    });
    expect([own.formula, own.confirmation.agrees, own.text]).toEqual(['own', true,
      'mFactor1 = c1 * meanGeodesicTortuosity1^c2 * stdGeodesicTortuosity1^c3 * volumeFraction1^c4 * ' +
      'constrictivity1^c5 where c1 in [0, inf]']);
    expect(own.test.mapePercent).toBeCloseTo(m4.test.mapePercent!, 5);
    expect(other.coefficients.map((c) => c.name)).toEqual(['a', 'b']);
    const { sample } = phase.rows[7];
    expect(evaluateFit(own, sample)).toBeCloseTo(evaluateFit(m4, sample), 7);
    expect(() => fitLaw(table, { phases: ['1'], formulas: ['M2 = c1 * eps2'] }))
      .toThrow('fit: "M2 = c1 * eps2" predicts none of mFactor1');
  });

  it('[exact] errors of logarithms: a power law is linear regression; relative errors weigh each M alike', () => {
    const normal = gaussian(8);
    const samples = samplesOf('1', 60, 3, (s) => 0.9 * s.volumeFraction ** 2.2 * Math.exp(0.05 * normal()));
    const formula = textFormula('mFactor = c1 * volumeFraction^c2', { columns: Object.keys(samples[0]) });
    const log = fitFormula(formula, samples, { ...OPTIONS, space: 'log' });
    // Slope and intercept of ln M on ln ε, by sums.
    const [x, y] = [samples.map((s) => Math.log(s.volumeFraction)), samples.map((s) => Math.log(s.mFactor))];
    const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length;
    const sxx = x.reduce((sum, v) => sum + (v - mean(x)) ** 2, 0);
    const slope = x.reduce((sum, v, i) => sum + (v - mean(x)) * (y[i] - mean(y)), 0) / sxx;
    expect(log.coefficients[1].value).toBeCloseTo(slope, 8);
    expect(log.coefficients[0].value).toBeCloseTo(Math.exp(mean(y) - slope * mean(x)), 8);
    const s2 = y.reduce((sum, v, i) => sum + (v - mean(y) - slope * (x[i] - mean(x))) ** 2, 0) / 58;
    expect(log.coefficients[1].standardError).toBeCloseTo(Math.sqrt(s2 / sxx), 8);
    // Relative errors of a law c·ε² alone: c = Σ(r)/Σ(r²) with r = ε²/M.
    const square = textFormula('mFactor = c1 * volumeFraction^2', { columns: Object.keys(samples[0]) });
    const r = samples.map((s) => s.volumeFraction ** 2 / s.mFactor);
    const sum = (v: number[]) => v.reduce((a, b) => a + b, 0);
    expect(fitFormula(square, samples, { ...OPTIONS, space: 'relative' }).coefficients[0].value)
      .toBeCloseTo(sum(r) / sum(r.map((v) => v * v)), 10);
    // The same by the power laws' own way.
    const m2 = fitFormula(formulaByName('M1'), samples, { ...OPTIONS, space: 'log' });
    expect(m2.coefficients[0].value).toBeCloseTo(sum(x.map((v, i) => v * y[i])) / sum(x.map((v) => v * v)), 8);
    expect(m2.confirmation.agrees).toBe(true);
    expect(() => fitFormula(square, samples, { ...OPTIONS, space: 'log10' as never }))
      .toThrow('errors must be absolute, relative, log, got "log10"; did you mean "log"?');
  });

  it('[law] bad input: empty table, unknown formula, wrong columns, bad share and seed', () => {
    expect(() => fitLaw([])).toThrow('no rows');
    expect(() => fitLaw(table, { formulas: ['M9'] })).toThrow(/one of M1, M2, M3, M4, got "M9"/);
    expect(() => phaseSamples([{ a: 1 }], '1')).toThrow(/mFactor1/);
    expect(() => fitLaw(table, { trainShare: 0 })).toThrow(SpecError);
    expect(() => fitLaw(table, { seed: 0.5 })).toThrow(SpecError);
  });

  it('[law] the text table holds both columns of Table 1 and every score', () => {
    const text = formatLaw(fitLaw(table, FEW));
    expect(text).toContain('SE (phase 1): 331 structures train, 164 test');
    expect(text).toMatch(/paper +4\.36 +-1\.42 +0\.16 +3\.08 +0\.06/);
    expect(text).toMatch(/M̂4 .*0\.911 +5\.43 %/);
    expect(text).toContain('Stenzel 2016');
    expect(text).not.toMatch(/NaN|undefined|null/);
  });
});

describe('published predictors', () => {
  const sample = { volumeFraction: 0.4, meanGeodesicTortuosity: 1.1, constrictivity: 0.5, stdGeodesicTortuosity: 0.02 };
  it('[published] values by hand', () => {
    expect(predict('stenzel2016', sample)).toBeCloseTo(0.4 ** 1.15 * 0.5 ** 0.37 / 1.1 ** 4.39, 14);
    expect(predict('stenzel2016-b035', sample)).toBeCloseTo(0.4 ** 1.15 * 0.5 ** 0.35 / 1.1 ** 4.39, 14);
    expect(predict('gaiselmann2014', sample)).toBeCloseTo(2.03 * 0.4 ** 1.57 * 0.5 ** 0.72 / 1.21, 14);
    expect(predict('bruggeman', { volumeFraction: 0.25 })).toBeCloseTo(0.125, 15);
    expect(
      predict('dufter2026-M3-AM', { volumeFraction: 0.5, meanGeodesicTortuosity: 1.065, stdGeodesicTortuosity: 0.01 }),
    )
      .toBeCloseTo(1.1 * 1.065 ** -19.6 * 0.01 ** 0.03 * 0.5 ** 0.24, 14);
  });

  it('[law] every one has a source and a readable expression; bad calls say what is needed', () => {
    for (const p of PUBLISHED) expect(p.source.length).toBeGreaterThan(20);
    expect(PUBLISHED.find((p) => p.name === 'dufter2026-M2-SE')!.expression)
      .toBe('2.74 · ε^3.88 · β^-0.09 · μ(τ)^3.09');
    expect(() => predict('stenzel2016', { volumeFraction: 0.4 }))
      .toThrow(/constrictivity \(constrictivity β\) above 0 and at most 1, got nothing/);
    expect(() => predict('bruggeman', { volumeFraction: 1.2 })).toThrow(/above 0 and below 1, got 1\.2/);
    expect(() => predict('stenzel2016', { volumeFraction: 0.4, constrictivity: 0.5, meanGeodesicTortuosity: 0.9 }))
      .toThrow(/μ\(τ\)\) ≥ 1, got 0\.9/);
    expect(() => predict('archie', sample)).toThrow(/bruggeman, gaiselmann2014/);
  });
});

it('[exact] estimates are printed to the second digit of their error', () => {
  expect(formatEstimate(-19.6012, 0.4321)).toBe('-19.60 ± 0.43');
  expect(formatEstimate(1.23456, null)).toBe('1.235');
  expect(formatEstimate(12.3, 0)).toBe('12.30');
});
