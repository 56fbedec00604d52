import { describe, expect, it } from 'vitest';
import * as elementary from '../../src/numeric/elementary.js';
import {
  bigAcos, bigAsin, bigAsinh, bigAtan, bigCbrt, bigCos, bigCosh, bigExp, bigExpm1, bigLog, bigLog1p, bigLog2,
  bigRoot, bigSin, bigSinh, bigTanh, fixed, ulps,
} from '../reference/big-elementary.js';
import { uniform } from '../random.js';

/** Function, its judge, its stated error, and where arguments are drawn from. */
const CASES: readonly (readonly [string, (x: number) => number, (x: bigint) => bigint, number,
  (u: number, v: number) => number])[] = [
  ['exp', elementary.exp, bigExp, 1, (u) => 160 * u - 80],
  ['expm1', elementary.expm1, bigExpm1, 3, (u, v) => (2 * u - 1) * 10 ** (2 - 12 * v)],
  ['log', elementary.log, bigLog, 1, (u, v) => (1 + u) * 2 ** Math.floor(120 * v - 60)],
  ['log close to 1', elementary.log, bigLog, 1, (u, v) => 1 + (2 * u - 1) * 0.4 * 10 ** (-6 * v)],
  ['log1p', elementary.log1p, bigLog1p, 2, (u, v) => (2 * u - 0.9) * 10 ** (-12 * v)],
  ['sinh', elementary.sinh, bigSinh, 3, (u, v) => (2 * u - 1) * 10 ** (1.5 - 10 * v)],
  ['cosh', elementary.cosh, bigCosh, 2, (u, v) => (2 * u - 1) * 10 ** (1.5 - 4 * v)],
  ['tanh', elementary.tanh, bigTanh, 3, (u, v) => (2 * u - 1) * 10 ** (1 - 10 * v)],
  ['asinh', elementary.asinh, bigAsinh, 3, (u, v) => (2 * u - 1) * 10 ** (8 - 18 * v)],
  ['sin', elementary.sin, bigSin, 2, (u, v) => (2 * u - 1) * 10 ** (1 - 6 * v)],
  ['cos', elementary.cos, bigCos, 2, (u, v) => (2 * u - 1) * 1.5 * 10 ** (-6 * v)],
  ['asin', elementary.asin, bigAsin, 3, (u, v) => (2 * u - 1) * 0.999 * 10 ** (-6 * v)],
  ['acos', elementary.acos, bigAcos, 3, (u) => 1.998 * u - 0.999],
  ['atan2 of slopes', (x) => elementary.atan2(x, 1), bigAtan, 1.5, (u, v) => (2 * u - 1) * 10 ** (4 - 10 * v)],
  ['cbrt', elementary.cbrt, bigCbrt, 1, (u, v) => (2 * u - 1) * 10 ** (12 - 18 * v)],
  ['log2', elementary.log2, bigLog2, 2, (u, v) => (1 + u) * 2 ** Math.floor(120 * v - 60)],
  ['log2 close to 1', elementary.log2, bigLog2, 2, (u, v) => 1 + (2 * u - 1) * 0.4 * 10 ** (-6 * v)],
  ['hypot', (x) => elementary.hypot(x, 3), (x) => bigRoot(((x * x) >> 300n) + (9n << 300n)), 2, (u, v) =>
    (2 * u - 1) * 10 ** (3 - 5 * v)],
];

describe('elementary functions with the same bits everywhere', () => {
  it.each(CASES)('[oracle] %s against 300-bit arithmetic, in units in the last place', (_, f, truth, stated, draw) => {
    const random = uniform(11);
    let worst = 0;
    for (let k = 0; k < 1500; k++) {
      const x = draw(random(), random());
      worst = Math.max(worst, ulps(f(x), truth(fixed(x))));
    }
    expect(worst).toBeLessThan(stated);
    // Not stated too generously either.
    expect(worst).toBeGreaterThan(0.4);
  });

  it('[oracle] angles far from 0 to one unit of 1', () => {
    const random = uniform(5);
    for (let k = 0; k < 400; k++) {
      const x = 2e5 * random() - 1e5;
      for (const [f, truth] of [[elementary.sin, bigSin], [elementary.cos, bigCos]] as const) {
        const error = fixed(f(x)) - truth(fixed(x));
        expect(Math.abs(Number(error) / 2 ** 300)).toBeLessThan(2 ** -52);
      }
    }
  });

  it('[exact] ends of the range, and values that are numbers of f64', () => {
    const { exp, log, sinh, tanh, asinh, expm1, log1p, cosh, sin, cos, pow } = elementary;
    expect([exp(0), log(1), sinh(0), tanh(0), asinh(0), expm1(0), log1p(0), cosh(0), sin(0), cos(0)])
      .toEqual([1, 0, 0, 0, 0, 0, 0, 1, 0, 1]);
    expect([exp(-800), exp(800), log(0), exp(Infinity), exp(-Infinity)]).toEqual([0, Infinity, -Infinity, Infinity, 0]);
    expect([exp(NaN), log(-1), log(NaN)].every(Number.isNaN)).toBe(true);
    expect([tanh(50), tanh(-50), log(Infinity)]).toEqual([1, -1, Infinity]);
    expect(exp(-745) / Math.exp(-745)).toBeCloseTo(1, 3);
    expect(log(5e-324)).toBeCloseTo(Math.log(5e-324), 12);
    expect(sinh(710) / Math.sinh(710)).toBeCloseTo(1, 12);
    expect(cosh(-710) / Math.cosh(710)).toBeCloseTo(1, 12);
    expect(asinh(1e200)).toBeCloseTo(Math.asinh(1e200), 12);
    expect([pow(-3, 3), pow(2, -2), pow(9, 0.5), pow(0, 0.3), pow(0, 0), pow(1.5, 64)])
      .toEqual([-27, 0.25, 3, 0, 1, 1.5 ** 64]);
    expect(pow(2.5, 0.43)).toBeCloseTo(2.5 ** 0.43, 14);
  });

  it('[exact] angles in all quadrants, cubes, powers of two, squares beyond the range, whole powers', () => {
    const { acos, asin, atan2, cbrt, decimalExponent, hypot, log2, pow } = elementary;
    expect([asin(1), asin(0), acos(1), acos(-1)]).toEqual([Math.PI / 2, 0, 0, Math.PI]);
    expect([[1, 1], [1, -1], [-1, -1], [-1, 1]].map(([y, x]) => (4 * atan2(y, x)) / Math.PI)).toEqual([1, 3, -3, -1]);
    for (const [y, x] of [[0, -1], [-0, 1], [-0, -1], [2, 0], [-2, 0], [1, Infinity], [Infinity, -Infinity]]) {
      expect(Object.is(atan2(y, x), Math.atan2(y, x))).toBe(true);
    }
    for (let k = 1; k < 2000; k++) expect(cbrt(k * k * k)).toBe(k);
    for (let k = -1074; k < 1024; k++) expect(log2(2 ** k)).toBe(k);
    expect([log2(0), log2(Infinity)]).toEqual([-Infinity, Infinity]);
    for (const unit of [1, 2 ** 900, 2 ** -900]) expect(hypot(-3 * unit, 4 * unit)).toBe(5 * unit);
    expect([hypot(), hypot(5e-324), hypot(1, -Infinity)]).toEqual([0, 5e-324, Infinity]);
    expect(hypot(1, NaN, 2)).toBeNaN();
    expect([pow(-2, 65), pow(-2, 66), pow(-2, -3)]).toEqual([-pow(2, 65), pow(2, 66), -1 / 8]);
    expect(pow(2, 66)).toBeCloseTo(2 ** 66, -7);
    expect([1, 999.9999, 1000, 1e-5, -0.02, 1e-310].map(decimalExponent)).toEqual([0, 2, 3, -5, -2, -310]);
  });
});
