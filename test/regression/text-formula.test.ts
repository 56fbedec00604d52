// Formulas given as text: what they mean, their exact derivatives, certified fits, and what is refused.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/core/errors.js';
import { fitFormula, FORMULAS, PAPER_TABLE, textFormula } from '../../src/regression/index.js';
import { NIST } from './nist.js';

const columns = [
  'id', 'volumeFraction1', 'volumeFraction2', 'meanGeodesicTortuosity1', 'stdGeodesicTortuosity1', 'constrictivity1',
  'mFactor1', 'mFactor2', 'cellCapacity0.5C', 'M-value', 'x', 'y',
];
const names = { columns, phase: '1' };

describe('text of a formula', () => {
  it.each(Object.entries(NIST))('[published] NIST StRD %s: coefficients, errors and sum of squares', (_, fit) => {
    const samples = fit.x.map((x, i) => ({ x, y: fit.y[i] }));
    for (const start of fit.starts) {
      const where = start.map((value, j) => `b${j + 1} = ${value}`).join(', ');
      const formula = textFormula(`y = ${fit.formula} where ${where}`, { columns: ['x', 'y'] });
      const optimum = fitFormula(formula, samples, { randomStarts: 0, seed: 1, target: 'y' });
      expect(formula.coefficientNames).toEqual(start.map((__, j) => `b${j + 1}`));
      optimum.coefficients.forEach(({ value, standardError }, j) => {
        expect(Math.abs(value / fit.coefficients[j] - 1)).toBeLessThan(2e-7);
        expect(Math.abs(standardError! / fit.errors[j] - 1)).toBeLessThan(1e-5);
      });
      const freedom = fit.x.length - start.length;
      expect(optimum.residualStandardError! ** 2 * freedom / fit.sumOfSquares).toBeCloseTo(1, 9);
      expect(optimum.converged).toBe(true);
    }
  });

  it('[exact] the printed formulas of the paper read back: values and derivatives of M1 … M4', () => {
    const short = {
      volumeFraction: 0.4, meanGeodesicTortuosity: 1.1, stdGeodesicTortuosity: 0.02, constrictivity: 0.7,
    };
    const full = Object.fromEntries(Object.entries(short).map(([column, value]) => [`${column}1`, value]));
    for (const formula of FORMULAS) {
      const read = textFormula(`M = ${formula.expression}`, names);
      expect(read.columns).toEqual(formula.columns.map((column) => `${column}1`));
      expect(read.target).toBe('mFactor1');
      const { coefficients } = PAPER_TABLE['1'][formula.name];
      const [ours, theirs] = [new Float64Array(coefficients.length), new Float64Array(coefficients.length)];
      expect(read.gradient(coefficients, full, ours) / formula.gradient(coefficients, short, theirs))
        .toBeCloseTo(1, 13);
      ours.forEach((value, j) => expect(value / theirs[j]).toBeCloseTo(1, 12));
    }
  });

  it('[exact] precedence and names: −x² is −(x²), powers bind from the right, labels and quotes pick columns', () => {
    const sample = {
      volumeFraction1: 2, volumeFraction2: 3, meanGeodesicTortuosity1: 5, 'cellCapacity0.5C': 7, 'M-value': 11, x: 2,
    };
    for (const [text, value] of [
      ['c1 - x^2', 10 - 4], ['c1 + -x^2', 10 - 4], ['c1 * 2^3^2', 10 * 512], ['c1 / x / 5', 1], ['c1 - 3 - 2', 5],
      ['c1 ** -1', 0.1], ['c1·x × x − 1', 39], ['c1 * (1 + x)', 30], ['c1 + 1.5e-1', 10.15], ['c1 + .5', 10.5],
      ['c1 + e', 12], ['c1 + eps2', 13], ['c1 + volumeFraction', 12], ['c1 + τ', 15], ['c1 + cellCapacity0.5C', 17],
      ['c1 + `M-value`', 21], ['c1 + sqrt(x + 2)', 12], ['c1 + log(exp(x))', 12], ['-c1', -10], ['+c1', 10],
    ] as const) expect([text, textFormula(`mFactor1 = ${text}`, names).value([10], sample)]).toEqual([text, value]);
    expect(textFormula('two: M = a*e^b where a = 2 in [0, inf], b in [-3, 3]', names)).toMatchObject({
      name: 'two', expression: 'a*e^b', target: 'mFactor1', coefficientNames: ['a', 'b'],
      bounds: [[0, Infinity], [-3, 3]], text: 'mFactor1 = a*volumeFraction1^b where a = 2 in [0, inf], b in [-3, 3]',
    });
    expect(textFormula('M = c1 * `M-value`^c2', names).text).toBe('mFactor1 = c1 * `M-value`^c2');
  });

  it('[law] derivatives equal central differences, of any expression', () => {
    const leaf = fc.oneof(
      fc.constantFrom('x', 'c1', 'c2', 'c3'), fc.double({ min: 0.1, max: 3, noNaN: true }).map((v) => v.toFixed(3)),
    );
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof({ maxDepth: 3 }, leaf,
        fc.tuple(tie('tree'), fc.constantFrom('+', '-', '*'), tie('tree')).map(([a, o, b]) => `(${a} ${o} ${b})`),
        // Poles would lie between the differences.
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `((${a}) / (1 + (${b})^2))`),
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(1 + (${a})^2)^(${b} / 4)`),
        tie('tree').map((a) => `exp(-(${a})^2 / 9)`), tie('tree').map((a) => `log(1 + (${a})^2)`),
        tie('tree').map((a) => `sqrt(1 + (${a})^2)`)),
    }));
    fc.assert(fc.property(tree, fc.array(fc.double({ min: 0.2, max: 2, noNaN: true }), { minLength: 4, maxLength: 4 }),
      (text, [x, ...c]) => {
        const formula = textFormula(`y = c1 + c2 + c3 + (${text})`, { columns: ['x', 'y'] });
        const gradient = new Float64Array(3);
        const value = formula.gradient(c, { x }, gradient);
        expect(value).toBe(formula.value(c, { x }));
        const order = formula.coefficientNames.map((name) => Number(name.slice(1)) - 1);
        expect(order).toEqual([0, 1, 2]);
        c.forEach((v, j) => {
          const at = (h: number): number => formula.value(c.map((w, k) => (k === j ? v + h : w)), { x });
          const slope = (h: number): number => (at(h) - at(-h)) / (2 * h);
          const [rough, fine] = [slope(2e-4), slope(1e-4)];
          // Differences know their own error; poles nearby make it large.
          const error = 4 * Math.abs(rough - fine) + 1e-9 * (1 + Math.abs(value) / 1e-4);
          if (Number.isFinite(error)) expect(Math.abs(gradient[j] - fine)).toBeLessThanOrEqual(error);
        });
      }), { numRuns: 300 });
  });

  it('[law] whatever the text, it is a formula or one error that names its place', () => {
    const piece = fc.constantFrom(
      'M', '=', 'c1', '*', '^', '(', ')', 'e', '+', '-', ',', 'where', 'in', '[', ']', '1', '1e5', '.', '`', ':', 'exp',
      'μ(τ)', ' ', '#', '\n', 'é', '😀', 'volumeFraction1',
    );
    fc.assert(fc.property(fc.array(piece, { maxLength: 14 }).map((parts) => parts.join('')), (text) => {
      try {
        expect(textFormula(text, names).coefficientNames.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(SpecError);
        expect((error as Error).message).toMatch(/^formula .*(at its end|at character \d+)/);
        expect((error as Error).message).not.toContain('\n');
      }
    }), { numRuns: 500 });
  });

  it('what is no formula is one line with its place and the remedy', () => {
    for (const [text, message] of [
      [
        'M = c1 * epz^c2', 'at character 10, in "M = c1 * epz^c2": the table has no column "epz" ' +
          '(names without a label are of phase 1); did you mean "eps"?',
      ],
      ['M = c1 * volumeFractoin1', 'did you mean "volumeFraction1"?'],
      ['M = c1 * sin(e)', 'no function "sin"; there are: exp, log, sqrt'], ['M = c1 * ln(e)', 'did you mean "log"?'],
      ['M = c1 * (e', 'at its end: expected ")", found the end'],
      ['M = c1 e', 'expected an operator or "where", found "e"'],
      ['c1 * e', 'expected "=", found "*"'], ['M = e^2', 'expected a coefficient to fit'],
      ['M = c1 * M', '"mFactor1" is predicted and stands in its own formula'],
      ['M = c1 # 2', 'at character 8'], ['M = c1 * `no', 'this backquote is not closed'],
      ['M = c1 * `no`', 'the table has no column "no"'],
      ['M = a*e', 'Coefficients are c1, c2, …, or declared: "where a in [0, 5]"'],
      ['M = a*e where a in [2, 1]', 'bounds of a must rise, got [2, 1]'],
      ['M = a*e where a = 3 in [0, 1]', 'a starts at 3, outside of its bounds [0, 1]'],
      ['M = a*e where a, a', '"a" is declared twice'],
      ['M = a*e where a, b', '"b" is declared, but not in the formula'],
      ['M = a*x where a, x', '"x" is a coefficient and a column of the table'],
      ['M = c1 * 1e999', '"1e999" is too large for a number'],
      ['', 'at its end: expected the column that is predicted'],
      [`M = ${'('.repeat(200)}c1`, 'more than 100 levels'],
      [`M = c1${'+1'.repeat(1000)}`, 'at most 2000 characters'],
      ['constructor = c1', 'no column "constructor"'], ['M = c1 * toString', 'no column "toString"'],
    ] as const) expect(() => textFormula(text, names), text).toThrow(message);
  });
});
