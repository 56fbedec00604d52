import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constant, multipleOf, type Curve } from '../../src/cell/curves/curve.js';
import { expression } from '../../src/cell/curves/expression.js';
import { table } from '../../src/cell/curves/table.js';
import { asymmetricExchange } from '../../src/cell/exchange-current/asymmetric.js';
import { constantExchange } from '../../src/cell/exchange-current/constant.js';
import { latzExchange } from '../../src/cell/exchange-current/latz.js';
import { measuredExchange } from '../../src/cell/exchange-current/measured.js';
import { newmanExchange } from '../../src/cell/exchange-current/newman.js';
import { overpotential, overpotentialSlope } from '../../src/cell/p2d/butler-volmer.js';
import { CHEN_U } from './reference-cells.js';

// Printed by SciPy 1.17.
const PCHIP_VALUES = [
  4.150083678161, 3.934394891443, 3.9, 3.817307692308, 3.670848139632, 3.52041187291, 3.187882173913,
];
const PCHIP_SLOPES = [
  -2.4410114943, -0.7748659004, 0.0, -1.3269230769, -0.4859427258, -0.9561789298, -6.3543043478,
];
const HUMP = [0.677083333333, 0.9375, 0.5713125];

const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
const slopeByDifferences = (f: (x: number) => number, x: number, h = 1e-4): number =>
  (f(x - 2 * h) - 8 * f(x - h) + 8 * f(x + h) - f(x + 2 * h)) / (12 * h);
const near = (a: number, b: number, relative: number): void =>
  expect(Math.abs(a - b) / (1 + Math.abs(b))).toBeLessThan(relative);

describe('curves', () => {
  it('[published] the open-circuit voltage of Chen 2020 as a formula', () => {
    const u = expression(CHEN_U);
    for (const [x, v] of [[0.27, 4.272958], [0.3, 4.205394], [0.5, 3.971959], [0.7, 3.730403], [0.9, 3.5682]]) {
      expect(u.value(x)).toBeCloseTo(v, 6);
    }
  });

  it('[exact] formulas: precedence, signs, functions, and their derivatives', () => {
    for (const [text, f] of [
      ['-x**2', (x: number) => -(x ** 2)], ['2**-x', (x: number) => 2 ** -x], ['x**x', (x: number) => x ** x],
      ['1 - 2 - x', (x: number) => -1 - x], ['8/2/x', (x: number) => 4 / x], ['2**3**0.5', () => 2 ** (3 ** 0.5)],
      ['3*(x+1)*(x-1)', (x: number) => 3 * (x * x - 1)], ['+ - -x', (x: number) => x],
      ['1e-3*x + .5', (x: number) => 1e-3 * x + 0.5],
      ['exp(-x)/log(x+2)', (x: number) => Math.exp(-x) / Math.log(x + 2)],
      ['sqrt(x)*tanh(x)', (x: number) => Math.sqrt(x) * Math.tanh(x)],
      ['sinh(x)-cosh(2*x)', (x: number) => Math.sinh(x) - Math.cosh(2 * x)], ['x**0.3', (x: number) => x ** 0.3],
      ['(x+1)**3', (x: number) => (x + 1) ** 3],
    ] as const) {
      const curve = expression(text);
      for (const x of [0.2, 0.7, 1.4]) {
        near(curve.value(x), f(x), 1e-14);
        near(curve.slope(x), slopeByDifferences(f, x), 1e-9);
      }
    }
    expect([expression('2*3').constant, expression('x*0').constant, expression('x').constant]).toEqual([6, 0, null]);
    expect(expression('2*c', 'c').value(4)).toBe(8);
  });

  it('formulas that are none are refused, with the place', () => {
    for (const [text, message] of [
      ['', 'found the end at character 1'], ['2*', 'found the end'],
      ['2 x', 'expected an operator or the end, found "x"'], ['sin(x)', 'found "sin" at character 1 of "sin(x)"'],
      ['(x', 'expected ")", found the end'], ['x + $', 'found "$"'],
      ['exp x', 'expected "(" behind exp'], ['y', 'a number, x, "("'], ['('.repeat(200), 'at most 100 deep'],
      ['2**'.repeat(200), 'at most 100 deep'], ['constructor(x)', 'found "constructor"'],
    ] as const) {
      expect(() => expression(text), text).toThrow(message);
    }
  });

  it('[oracle] tables as SciPy\'s PchipInterpolator has them, linear beyond', () => {
    const curve = table([0, 0.1, 0.25, 0.3, 0.5, 0.9, 1], [4.2, 4, 3.9, 3.9, 3.7, 3.5, 3]);
    const at = [0.02, 0.17, 0.27, 0.4, 0.55, 0.88, 0.97];
    PCHIP_VALUES.forEach((value, i) => expect(curve.value(at[i])).toBeCloseTo(value, 11));
    PCHIP_SLOPES.forEach((value, i) => expect(curve.slope(at[i])).toBeCloseTo(value, 9));
    expect(curve.value(1.1) - curve.value(1)).toBeCloseTo(0.1 * curve.slope(1), 12);
    expect(curve.value(-0.1) - curve.value(0)).toBeCloseTo(-0.1 * curve.slope(0), 12);
    expect(curve.domain).toEqual([0, 1]);
    const hump = table([0, 1, 3], [0, 1, 0.5]);
    HUMP.forEach((value, i) => expect(hump.value([0.5, 2, 2.9][i])).toBeCloseTo(value, 11));
  });

  it('[law] a table never leaves the values of the two points beside, and meets them', () => {
    fc.assert(fc.property(
      fc.array(fc.record({ step: between(1e-3, 1), value: between(-5, 5) }), { minLength: 2, maxLength: 12 }),
      between(0, 1), (points, where) => {
        let x = 0;
        const places = points.map(({ step }) => (x += step));
        const values = points.map(({ value }) => value);
        const curve = table(places, values);
        const i = Math.min(Math.floor(where * (points.length - 1)), points.length - 2);
        const at = places[i] + (where * (points.length - 1) - i) * (places[i + 1] - places[i]);
        const [low, high] = [Math.min(values[i], values[i + 1]), Math.max(values[i], values[i + 1])];
        expect(curve.value(at)).toBeGreaterThanOrEqual(low - 1e-12);
        expect(curve.value(at)).toBeLessThanOrEqual(high + 1e-12);
        expect(curve.value(places[i])).toBeCloseTo(values[i], 12);
      },
    ));
  });

  it('[exact] logarithmic tables, multiples', () => {
    const curve = table([0, 0.5, 1], [1e-16, 1e-15, 1e-14], 'log');
    near(curve.value(0.25) * 1e16, Math.sqrt(10), 1e-13);
    near(curve.slope(0.25) * 1e16, slopeByDifferences((x) => curve.value(x) * 1e16, 0.25), 1e-9);
    const twice = multipleOf(2, curve);
    expect(twice.value(0.5)).toBe(2 * curve.value(0.5));
    expect([twice.domain, multipleOf(2, constant(3)).constant]).toEqual([[0, 1], 6]);
    expect(() => table([0, 0], [1, 2])).toThrow('places must increase, got 0 behind 0 (point 2)');
    expect(() => table([0, 1], [1, 0], 'log')).toThrow('must be > 0, got 0 (point 2)');
    expect(() => table([0], [1])).toThrow('two at least, got 1 and 1');
  });
});

describe('exchange currents', () => {
  const curve: Curve = expression('2 + x**2');
  it.each([
    ['constant', constantExchange(3), 3], ['newman', newmanExchange(3), 3], ['latz', latzExchange(3), 3 * Math.SQRT1_2],
    ['asymmetric', asymmetricExchange(3, 0.43), 1.5], ['measured', measuredExchange(curve), 2.25],
  ] as const)('[exact] %s: its value at x = ½, and its derivatives', (_, exchange, half) => {
    near(exchange.value(0.5, 1), half, 1e-14);
    for (const [x, e] of [[0.3, 1], [0.8, 1.4]] as const) {
      near(exchange.slopeInSolid(x, e), slopeByDifferences((v) => exchange.value(v, e), x), 1e-9);
      near(exchange.slopeInElectrolyte(x, e), slopeByDifferences((v) => exchange.value(x, v), e), 1e-9);
    }
  });

  it('[law] Butler-Volmer is met by its overpotential, at any α and size', () => {
    fc.assert(fc.property(
      between(0.1, 0.9), between(-16, 20), fc.boolean(),
      (alpha, power, forward) => {
        const s = (forward ? 1 : -1) * 2 ** power;
        const f = 38.9;
        const eta = overpotential(s, alpha, f);
        near((Math.exp(alpha * f * eta) - Math.exp((alpha - 1) * f * eta)) / s, 1, 1e-10);
        const slope = 1 / (f * (alpha * Math.exp(alpha * f * eta) + (1 - alpha) * Math.exp((alpha - 1) * f * eta)));
        near(overpotentialSlope(s, eta, alpha, f) / slope, 1, 1e-11);
      },
    ), { examples: [[0.5, 3, true], [0.9, -16, false]] });
  });
});
