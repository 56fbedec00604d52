// What laws are worth: intervals, errors on groups left out, criteria, noise, domains.
import { describe, expect, it } from 'vitest';
import { SpecError } from '../../src/core/errors.js';
import { fTail, studentQuantile } from '../../src/numeric/distributions.js';
import {
  assessLaw, domainOf, fitFormula, fitLaw, formatAssessment, formatLaw, predictRows, saveLaw, textFormula,
  type TableRow,
} from '../../src/regression/index.js';
import { bootstrapFormula, resamples } from '../../src/regression/bootstrap.js';
import { isOutside } from '../../src/regression/domain.js';
import { groupRows, repeatsOf } from '../../src/regression/groups.js';
import { lackOfFit } from '../../src/regression/lack-of-fit.js';
import { akaikeWeights, criteria } from '../../src/regression/selection.js';
import { crossValidate, dealFolds, groupRatio } from '../../src/regression/cross-validation.js';
import { refitter } from '../../src/regression/refit.js';
import { uniform } from '../random.js';
import { cathode, flatten, gaussian, paperLaw, studyTable } from './cathodes.js';

/** dist against speed of Ezekiel (1930), the data set "cars" of R. */
const SPEED = [
  4, 4, 7, 7, 8, 9, 10, 10, 10, 11, 11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14, 15, 15, 15, 16, 16, 17, 17, 17,
  18, 18, 18, 18, 19, 19, 19, 20, 20, 20, 20, 20, 22, 23, 24, 24, 24, 24, 25,
];
const DIST = [
  2, 10, 4, 22, 16, 10, 18, 26, 34, 17, 28, 14, 20, 24, 28, 26, 34, 34, 46, 26, 36, 60, 80, 20, 26, 54, 32, 40, 32, 40,
  50, 42, 56, 76, 84, 36, 46, 68, 32, 48, 52, 56, 64, 66, 54, 70, 92, 93, 120, 85,
];
const cars = SPEED.map((speed, i) => ({ speed, dist: DIST[i] }));
const line = textFormula('dist = a + b * speed where a, b', { columns: ['speed', 'dist'] });
const carFit = fitFormula(line, cars, { randomStarts: 2, seed: 1, target: 'dist' });
const carResiduals = cars.map((s) => line.value(carFit.coefficients.map((c) => c.value), s) - s.dist);

describe('criteria', () => {
  it('[published] R’s lm(dist ~ speed, cars): coefficients, errors, AIC 419.1569, BIC 424.8929', () => {
    expect(carFit.coefficients.map((c) => [c.value.toFixed(4), c.standardError!.toFixed(4)]))
      .toEqual([['-17.5791', '6.7584'], ['3.9324', '0.4155']]);
    const found = criteria(carResiduals.reduce((sum, r) => sum + r * r, 0), 50, 2);
    expect([found.aic.toFixed(4), found.bic.toFixed(4), found.parameters]).toEqual(['419.1569', '424.8929', 3]);
    // AICc − AIC = 2k(k + 1)/(n − k − 1) with k = 3, n = 50.
    expect(found.aicc! - found.aic).toBeCloseTo(24 / 46, 12);
    expect(criteria(1, 4, 2).aicc).toBeNull();
  });

  it('[exact] Akaike weights: e^(−Δ/2), normalised; none without a criterion', () => {
    const [a, b, c] = akaikeWeights([100, 102, 110]) as number[];
    expect([b / a, c / a, a + b + c].map((v, i) => v / [Math.exp(-1), Math.exp(-5), 1][i]))
      .toEqual([expect.closeTo(1, 12), expect.closeTo(1, 12), expect.closeTo(1, 12)]);
    expect(akaikeWeights([1, null])).toEqual([null, null]);
  });
});

describe('lack of fit', () => {
  it('[exact] by hand of sums of squares: pure error within equal speeds of the cars', () => {
    const groups = SPEED.map((v) => SPEED.indexOf(v));
    const jacobian = SPEED.map((v) => [1, v]);
    const found = lackOfFit(carResiduals, jacobian, groups, 0.95)!;
    const levels = [...new Set(SPEED)];
    const within = levels.reduce((sum, v) => {
      const own = DIST.filter((_, i) => SPEED[i] === v);
      const mean = own.reduce((a, b) => a + b, 0) / own.length;
      return sum + own.reduce((a, d) => a + (d - mean) ** 2, 0);
    }, 0);
    const all = carResiduals.reduce((a, r) => a + r * r, 0);
    const f = ((all - within) / (levels.length - 2)) / (within / (50 - levels.length));
    expect([levels.length, found.degrees]).toEqual([19, 31]);
    expect(found.noise).toBeCloseTo(Math.sqrt(within / 31), 10);
    expect(found.f).toBeCloseTo(f, 10);
    expect(found.probability).toBeCloseTo(fTail(f, 17, 31), 12);
    // R: anova(lm(dist ~ speed), lm(dist ~ factor(speed))): F = 1.2369, p = 0.2948.
    expect([found.f!.toFixed(4), found.probability!.toFixed(4)]).toEqual(['1.2369', '0.2948']);
  });

  it('[oracle] covariates that vary within groups: the F test of nested linear models, by brute force', () => {
    const normal = gaussian(5);
    const rows = Array.from({ length: 40 }, (_, i) => ({ group: i >> 2, x: (i >> 2) / 3 + 0.2 * normal() }));
    const y = rows.map(({ group, x }) => 1 + 2 * x + 0.3 * (group % 3) + 0.1 * normal());
    const fit = (design: number[][]): number => {
      // Normal equations by Gauss-Jordan; few columns.
      const p = design[0].length;
      const a = Array.from({ length: p }, (_, j) => [
        ...Array.from({ length: p }, (__, k) => design.reduce((s, d) => s + d[j] * d[k], 0)),
        design.reduce((s, d, i) => s + d[j] * y[i], 0),
      ]);
      for (let j = 0; j < p; j++) {
        a[j] = a[j].map((v) => v / a[j][j]);
        for (let i = 0; i < p; i++) if (i !== j) a[i] = a[i].map((v, k) => v - a[i][j] * a[j][k]);
      }
      return design.reduce((s, d, i) => s + (y[i] - d.reduce((t, v, j) => t + v * a[j][p], 0)) ** 2, 0);
    };
    const plain = fit(rows.map(({ x }) => [1, x]));
    const full = fit(rows.map(({ group, x }) => [...Array.from({ length: 10 }, (_, g) => Number(g === group)), x]));
    const formula = textFormula('y = a + b * x where a, b', { columns: ['x', 'y'] });
    const samples = rows.map(({ x }, i) => ({ x, y: y[i] }));
    const c = fitFormula(formula, samples, { randomStarts: 0, seed: 1, target: 'y' }).coefficients.map((v) => v.value);
    const found = lackOfFit(samples.map((s) => formula.value(c, s) - s.y), rows.map(({ x }) => [1, x]),
      rows.map(({ group }) => group), 0.95)!;
    expect(found.degrees).toBe(40 - 11);
    expect(found.f! / (((plain - full) / 9) / (full / 29))).toBeCloseTo(1, 6);
  });

  it('[exact] nothing drawn twice gives none', () => {
    expect(lackOfFit([1, -1, 0.5], [[1], [1], [1]], [0, 1, 2], 0.95)).toBeNull();
  });
});

describe('groups', () => {
  const table = ['a', 'b'].flatMap((edge) => [0.25, 0.5].flatMap((t) => [0, 1, 2].map((realisation) => (
    { id: `${edge}/t${t}/interpolated/${realisation}`, edge, t, realisation }))));
  it('[exact] rows of a point stay together; ids without their realisation are parameter vectors', () => {
    expect(groupRows(table, 'auto')).toMatchObject({ title: 'points of the plan', columns: ['edge', 't'], count: 4 });
    expect(groupRows(table, 'auto').of).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
    expect(groupRows(table, ['edge']).count).toBe(2);
    expect(groupRows(table, 'rows').count).toBe(12);
    expect(repeatsOf(table)!.count).toBe(4);
    const bare = table.map(({ id, realisation }) => ({ id, realisation }));
    expect(groupRows(bare, 'auto').title).toBe('parameter vectors');
    expect(repeatsOf(table.map(({ edge }) => ({ edge })))).toBeNull();
    expect(repeatsOf(table, ['edge', 't'])!.of).toEqual(groupRows(table, 'auto').of);
    expect(() => groupRows(table, ['egde'])).toThrow('the table has no column "egde"; did you mean "edge"?');
  });
});

describe('cross-validation', () => {
  it('[exact] each group is left out once a repeat, folds differ by one group at most', () => {
    for (const fold of dealFolds(17, { folds: 5, repeats: 4, seed: 2 })) {
      const sizes = [0, 1, 2, 3, 4].map((k) => fold.filter((f) => f === k).length);
      expect([Math.min(...sizes), Math.max(...sizes), fold.length]).toEqual([3, 4, 17]);
    }
    expect(dealFolds(17, { folds: 5, repeats: 2, seed: 2 })).toEqual(dealFolds(17, { folds: 5, repeats: 2, seed: 2 }));
  });

  it('[exact] of a mean, leaving one out: errors (n/(n−1))(y − ȳ); the fit never sees what it predicts', () => {
    const y = [1, 2, 4, 7, 11, 3];
    const seen: boolean[][] = [];
    const found = crossValidate(y, [0, 1, 2, 3, 4, 5], 6, dealFolds(6, { folds: 6, repeats: 1, seed: 1 }), 0.95,
      (trains, wanted) => {
        seen.push(wanted.map((i) => trains[i]));
        const others = y.filter((_, i) => trains[i]);
        return wanted.map(() => others.reduce((a, b) => a + b, 0) / others.length);
      });
    const mean = 28 / 6;
    y.forEach((v, i) => expect(found.squares[i]).toBeCloseTo(((6 / 5) * (v - mean)) ** 2, 12));
    expect(found.r2!.value).toBeCloseTo(1 - (6 / 5) ** 2, 12);
    expect(seen.flat().some(Boolean)).toBe(false);
  });

  it('[exact] interval of a difference of group means is Student’s t', () => {
    const v = [0.2, -0.1, 0.4, 0.3];
    const { value, interval } = groupRatio(v, v.map(() => 1), [0, 1, 2, 3], 4, 0.95, 'difference');
    const s = Math.sqrt(v.reduce((sum, x) => sum + (x - 0.2) ** 2, 0) / 3);
    expect(value).toBeCloseTo(0.2, 14);
    expect(interval!.high - value).toBeCloseTo((3.182446305 * s) / 2, 7);
  });
});

describe('refits', () => {
  it('[oracle] weights are repeated samples: the same optimum as the full search finds', () => {
    const normal = gaussian(3);
    const random = uniform(4);
    const samples = Array.from({ length: 60 }, () => {
      const x = 0.5 + random();
      return { x, y: 2 * x ** 1.5 + 0.1 * normal() };
    });
    const formula = textFormula('y = a * x^b where a, b', { columns: ['x', 'y'] });
    const groups = samples.map((_, i) => i % 12);
    const optimum = fitFormula(formula, samples, { randomStarts: 0, seed: 1, target: 'y' });
    const centre = optimum.coefficients.map((c) => c.value);
    const again = refitter({ formula, samples, target: 'y', space: 'absolute' }, centre, groups);
    const weights = groups.map((g) => [0, 2, 1][g % 3]);
    const repeated = samples.flatMap((s, i) => Array.from({ length: weights[i] }, () => s));
    const brute = fitFormula(formula, repeated, { randomStarts: 3, seed: 1, target: 'y' });
    again.fit(weights).coefficients.forEach((c, j) => expect(c / brute.coefficients[j].value).toBeCloseTo(1, 7));
  });

  it('[exact] covariance by groups of a straight line: the sandwich by hand (CR1)', () => {
    const groups = SPEED.map((v) => Math.floor(v / 5));
    const c = carFit.coefficients.map((v) => v.value);
    const found = refitter({ formula: line, samples: cars, target: 'dist', space: 'absolute' }, c, groups)
      .fit(cars.map(() => 1)).covariance()!;
    const [n, sx, sxx] = [50, SPEED.reduce((a, b) => a + b, 0), SPEED.reduce((a, b) => a + b * b, 0)];
    const det = n * sxx - sx * sx;
    const bread = [[sxx / det, -sx / det], [-sx / det, n / det]];
    const names = [...new Set(groups)];
    const scores = names.map((g) => [0, 1].map((j) =>
      carResiduals.reduce((sum, r, i) => sum + (groups[i] === g ? r * (j === 0 ? 1 : SPEED[i]) : 0), 0)));
    const correction = (names.length / (names.length - 1)) * (49 / 48);
    const slope = scores.reduce((sum, s) => sum + (bread[1][0] * s[0] + bread[1][1] * s[1]) ** 2, 0) * correction;
    expect(found[1][1] / slope).toBeCloseTo(1, 8);
  });
});

/** Rows of points, a law and a shift that the rows of a point share. */
function pointTable(points: number, each: number, shared: number, seed: number, law = paperLaw('1', 'M2')): TableRow[] {
  const random = uniform(seed);
  const normal = gaussian(seed + 1);
  return Array.from({ length: points }, (_, t) => {
    const shift = 1 + shared * normal();
    return Array.from({ length: each }, (__, realisation) => ({
      id: `e/t${t}/interpolated/${realisation}`, edge: 'e', t, realisation,
      ...flatten(cathode('1', random, normal, (s) => law(s) * shift * (1 + 0.02 * normal())), '1'),
    }));
  }).flat();
}
const QUICK = { draws: 99, repeats: 2 };

describe('assessment of a law', () => {
  it('[law] repeated runs agree, the wrong formula is told apart, nested ones that add nothing are not', () => {
    const table = pointTable(20, 6, 0.01, 3);
    const law = fitLaw(table, { phases: ['1'], randomStarts: 0 });
    const [found] = assessLaw(table, law, QUICK);
    expect(assessLaw(table, law, QUICK)).toEqual([found]);
    expect(found.groups).toEqual({ title: 'points of the plan', count: 20, rows: 120 });
    const by = Object.fromEntries(found.comparisons.map((c) => [c.name, c]));
    expect(by.M1.toldApart).toBe(true);
    expect(by.M1.lossR2!.value).toBeGreaterThan(0);
    expect(found.formulas.map((f) => f.weight!).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    const text = formatAssessment(found);
    expect(text).toMatch(/M̂1 is worse than M̂\d|M̂1 and .* are worse/);
    expect(text).toContain('95 % intervals by 99 resamples of 20 points of the plan');
    expect(text).not.toMatch(/NaN|undefined|null/);
    found.formulas.forEach((f, k) => f.bootstrap.coefficients.forEach((interval, j) => {
      const { value } = law.phases[0].formulas[k].coefficients[j];
      expect(interval!.low).toBeLessThan(value);
      expect(interval!.high).toBeGreaterThan(value);
    }));
  });

  it('[law] a shift that rows of a point share widens intervals by points, not those by rows', () => {
    const table = pointTable(15, 12, 0.05, 9);
    const law = fitLaw(table, { phases: ['1'], formulas: ['M1'], randomStarts: 0 });
    const width = (groups: 'auto' | 'rows'): number => {
      const { low, high } = assessLaw(table, law, { draws: 399, groups })[0].formulas[0].bootstrap.coefficients[0]!;
      return high - low;
    };
    expect(width('auto')).toBeGreaterThan(1.5 * width('rows'));
  });

  it('[law] noise is found where structures are repeated, lack of fit where the formula is wrong', () => {
    const table = pointTable(30, 6, 0, 5);
    // All rows of a point with the descriptors of its first one: noise is that of M alone, 2 %.
    const repeated = table.map((row, i) => {
      const first = table[i - (i % 6)];
      const noise = (row.mFactor1 as number) / paperLaw('1', 'M2')(sampleOf(row));
      return { ...row, ...flatten(sampleOf(first), '1'), mFactor1: paperLaw('1', 'M2')(sampleOf(first)) * noise };
    });
    const law = fitLaw(repeated, { phases: ['1'], formulas: ['M1', 'M2'], randomStarts: 0, space: 'relative' });
    const [m1, m2] = assessLaw(repeated, law, QUICK)[0].formulas;
    for (const { noise } of [m1, m2]) {
      expect(noise!.noise).toBeGreaterThan(0.016);
      expect(noise!.noise).toBeLessThan(0.024);
      expect([noise!.repeated, noise!.rows, noise!.degrees]).toEqual([30, 180, 150]);
      // By hand: the variance of M within points, over that of all M, whatever was fitted.
      const m = law.phases[0].rows.map(({ sample }) => sample.mFactor);
      const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length;
      const within = m.reduce((sum, v, i) => sum + (v - mean(m.slice(i - (i % 6), i - (i % 6) + 6))) ** 2, 0) / 150;
      const all = m.reduce((sum, v) => sum + (v - mean(m)) ** 2, 0) / 179;
      expect(noise!.ceiling).toBeCloseTo(1 - within / all, 6);
    }
    expect(m1.noise!.probability).toBeLessThan(1e-6);
    expect(m2.noise!.probability).toBeGreaterThan(1e-3);
    const text = formatAssessment(assessLaw(repeated, law, QUICK)[0]);
    expect(text).toMatch(/M̂2: noise [12]\.\d\d % of M, .* ceiling of R² 0\.9/);
    const without = assessLaw(studyTable(40, 3, 0.02), fitLaw(studyTable(40, 3, 0.02), { randomStarts: 0 }), QUICK)[0];
    expect(without.repeated).toBeNull();
    expect(formatAssessment(without)).toContain('is not known, since no parameters were drawn more than once');
  });

  it('[law] one group, few rows, wrong options: said, never a crash', () => {
    const one = pointTable(1, 12, 0, 2);
    const law = fitLaw(one, { phases: ['1'], formulas: ['M1'], randomStarts: 0 });
    const [found] = assessLaw(one, law, QUICK);
    expect([found.comparisons, found.formulas[0].crossValidated]).toEqual([[], null]);
    expect(found.formulas[0].bootstrap.coefficients).toEqual([null]);
    expect(formatAssessment(found)).toMatch(/no cross-validation and no comparison: 1 points of the plan, 3 at least/);
    for (const [options, message] of [
      [{ level: 1 }, 'level must lie between 0 and 1, got 1'], [{ folds: 1 }, 'folds must be a whole number from 2'],
      [{ draws: 0.5 }, 'draws must be'], [{ groups: ['no'] }, 'no column "no"'], [{ drws: 3 }, 'did you mean "draws"?'],
    ] as const) expect(() => assessLaw(one, law, options as never)).toThrow(message);
    expect(() => assessLaw(one, law, { level: 0 })).toThrow(SpecError);
  });
});

describe('thin and strange tables', () => {
  const row = (i: number, changes: TableRow = {}): TableRow => ({
    id: `a/t${i % 6}/interpolated/${Math.floor(i / 6)}`, edge: 'a', t: i % 6, realisation: Math.floor(i / 6),
    volumeFraction1: 0.3 + 0.01 * i, meanGeodesicTortuosity1: 1.2 - 0.005 * i + 0.01 * (i % 3),
    stdGeodesicTortuosity1: 0.02 + 0.001 * (i % 5), constrictivity1: 0.5 + 0.01 * (i % 7),
    mFactor1: (0.3 + 0.01 * i) ** 2 * (1 + 0.02 * (((i * 7) % 5) - 2)), ...changes,
  });
  const rows = (count: number, changes: (i: number) => TableRow = () => ({})): TableRow[] =>
    Array.from({ length: count }, (_, i) => row(i, changes(i)));
  it('[law] no M at all, a constant M or column, few rows, one vector: said in words, no number that is none', () => {
    for (const [table, message] of [
      [rows(12, () => ({ mFactor1: 0 })), /12 left out \(12 × mFactor is 0: the phase does not percolate\)/],
      [rows(24, () => ({ constrictivity1: 0.5 })), /the data do not determine all coefficients/],
      [rows(24, () => ({ mFactor1: 0.1 })), /on points of the plan left out/],
      [rows(24, (i) => ({ mFactor1: (0.3 + 0.01 * i) ** 2 })), /M̂1: meets the data to rounding/],
      [rows(3), /M4 not fitted: 2 usable training structures for 5 coeff[^]*only 3 points of the plan: intervals/],
      [rows(1), /no cross-validation and no comparison: 1 points of the plan, 3 at least/],
      [rows(20, (i) => (i % 2 ? { constrictivity1: '' } : {})), /10 left out \(10 × constrictivity is not a number\)/],
      [rows(8, () => row(3)), /no cross-validation and no comparison: 1 points/],
    ] as [TableRow[], RegExp][]) {
      const law = fitLaw(table, { phases: ['1'], randomStarts: 1 });
      const assessments = assessLaw(table, law, { ...QUICK, draws: 49, surrogate: true });
      const text = formatLaw(law, assessments);
      expect(text).toMatch(message);
      expect(text).not.toMatch(/NaN|undefined|null|Infinity|e\+\d\d/);
      for (const target of saveLaw(law, assessments).targets) {
        expect(predictRows(target, table).rows).toHaveLength(table.length);
      }
    }
  });
});

const sampleOf = (row: TableRow): Parameters<ReturnType<typeof paperLaw>>[0] => Object.fromEntries(
  Object.entries(row).filter(([name]) => name.endsWith('1')).map(([name, v]) => [name.slice(0, -1), v]),
) as never;

describe('domain of a law', () => {
  it('[exact] inside and outside of a square; few points by their distance instead', () => {
    const square = Array.from({ length: 100 }, (_, i) => ({ a: (i % 10) / 9, b: Math.floor(i / 10) / 9 }));
    const domain = domainOf(['a', 'b'], square);
    expect([domain.method, domain.reach({ a: 1, b: 0.5 })]).toEqual(['hull', expect.closeTo(1, 10)]);
    expect(isOutside(domain.reach({ a: 1, b: 1 }))).toBe(false);
    expect(isOutside(domain.reach({ a: 1.01, b: 0.5 }))).toBe(true);
    expect(isOutside(domain.reach({ a: NaN, b: 0.5 }))).toBe(true);
    const few = domainOf(['a', 'b'], square.slice(0, 9).map(({ a }, i) => ({ a, b: (i * i) / 64 })));
    expect(few.method).toBe('leverage');
    expect([few.reach({ a: 0, b: 0 }) <= 1, few.reach({ a: 0.5, b: 3 }) > 1]).toEqual([true, true]);
  });
});

describe('coverage', () => {
  it('[law] intervals by whole points hold the truth in 95 % of the cases, least squares in far fewer', () => {
    const formula = textFormula('y = a * x^b where a, b', { columns: ['x', 'y'] });
    const truth = [1.1, 2.3];
    const [trials, points, each] = [40, 15, 3];
    const hits = { drawn: 0, leftOut: 0, plain: 0 };
    for (let trial = 0; trial < trials; trial++) {
      const random = uniform(100 + trial);
      const normal = gaussian(5000 + trial);
      const samples = Array.from({ length: points }, () => {
        const [x, shared] = [0.3 + 0.2 * random(), 0.006 * normal()];
        return Array.from({ length: each }, () => {
          const own = x + 0.005 * normal();
          return { x: own, y: truth[0] * own ** truth[1] + shared + 0.002 * normal() };
        });
      }).flat();
      const groups = samples.map((_, i) => Math.floor(i / each));
      const fit = fitFormula(formula, samples, { randomStarts: 0, seed: 1, target: 'y' });
      const c = fit.coefficients.map((e) => e.value);
      const found = bootstrapFormula({ formula, samples, target: 'y', space: 'absolute' }, c, [false, false], groups,
        { samples: [], groups: [] }, resamples(points, { draws: 199, level: 0.95, seed: trial }), 0.95);
      truth.forEach((value, j) => {
        const { low, high } = found.coefficients[j]!;
        const away = Math.abs(c[j] - value);
        if (low <= value && value <= high) hits.drawn++;
        if (away <= studentQuantile(0.95, points - 1) * Math.sqrt(found.covariance![j][j])) hits.leftOut++;
        if (away <= 2 * fit.coefficients[j].standardError!) hits.plain++;
      });
    }
    // 80 intervals, two by two correlated: 0.95 ± 0.035.
    for (const share of [hits.drawn, hits.leftOut].map((n) => n / (2 * trials))) {
      expect(share).toBeGreaterThan(0.85);
      expect(share).toBeLessThanOrEqual(1);
    }
    expect(hits.plain / (2 * trials)).toBeLessThan(0.8);
  });
});
