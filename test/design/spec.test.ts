import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exactColumns } from '../../src/design/exact.js';
import { readDesignSpec } from '../../src/design/read-spec.js';
import { coordinatesOf, slopesAt, thetaAt } from '../../src/design/space.js';
import { startRows } from '../../src/design/start.js';
import { uniform } from '../random.js';

const read = (text: string) => readDesignSpec(text, 'targets.yaml');
const chi2 = 'model: chi2\nparameters: {alpha: [0.05, 0.2], lambda: [0.3, 2], anisotropyFactor: [0.8, 1.2]}\n';

describe('design files', () => {
  it('[exact] what cannot be read is refused with its place and the way out', () => {
    const refused: readonly (readonly [text: string, message: RegExp])[] = [
      ['', /targets.yaml: is empty; expected a design/],
      ['name: x', /needs something to reach: maximise, minimise or targets/],
      ['maximise: mFactor4', /targets.yaml:1:11: unknown quantity "mFactor4"; did you mean "mFactor1"/],
      ['maximise: mFactr1', /did you mean "mFactor1"/],
      ['maximise: cellEnergy1C', /unknown quantity "cellEnergy1C"/],
      ['maximise: mFactor1\nconstraints: [mFactor2 > 1]', /2:15: constraints\[0\] must be a line such as/],
      ['maximise: mFactor1\nconstraints: [mFactor2 = 0.1]', /constraints\[0\] must be a line/],
      ['targets: [mFactor1 >= 0.1]', /targets\[0\] must be a line such as "volumeFraction1 = 0.4"/],
      ['targets: [mFactor1 = 0.1 +- 0]', /needs a tolerance above 0/],
      ['maximise: mFactor1\nmodel: chi3', /unknown model "chi3"; did you mean "chi2"/],
      ['maximise: mFactor1\nparameters: {alphaChiX: [0.1, 5]}', /alphaChiX\[1\] must be a finite number > 0 and ≤ 4/],
      ['maximise: mFactor1\nparameters: {alphaChiX: [0.2, 0.1]}', /low < high/],
      ['maximise: mFactor1\nparameters: {n: [1, 4]}', /parameters.n .* takes no values between 1 and 4; give/],
      ['maximise: mFactor1\nparameters: {alphaX: 1}', /unknown key "parameters.alphaX"; did you mean "alphaChiX"/],
      ['maximise: [mFactor1]\nminimise: [mFactor1]', /mFactor1 is an objective twice/],
      ['maximise: mFactor1\nbudget: {rounds: 0}', /budget.rounds must be a whole number ≥ 1/],
      ['maximise: mFactor1\nsize: 2', /size must be a whole number of voxels/],
      [`${chi2}maximise: mFactor1`, /unknown quantity "mFactor1"; did you mean "mFactor2"/],
    ];
    for (const [text, message] of refused) expect(() => read(text), text).toThrow(message);
  });

  it('[exact] limits that exclude each other by arithmetic are named, each with its place', () => {
    const refused = (lines: readonly string[]): string => {
      try {
        read(`maximise: mFactor1\nconstraints:\n${lines.map((line) => `  - ${line}\n`).join('')}`);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(refused(['mFactor2 >= 0.3', 'mFactor1 >= 0.1', 'mFactor2 <= 0.2'])).toMatch(
      new RegExp('targets.yaml:3:5: no structure can have this: "mFactor2 >= 0.3" \\(constraints\\[0\\]\\) and ' +
        '"mFactor2 <= 0.2" \\(constraints\\[2\\]\\) exclude each other'),
    );
    expect(refused(['volumeFraction1 >= 1.2'])).toMatch(/asks for more than 1, which volumeFraction never exceeds/);
    expect(refused(['volumeFraction1 >= 0.5', 'volumeFraction2 >= 0.45', 'volumeFraction3 >= 0.1'])).toMatch(
      /\[0\]\) and .*\[1\]\) and .*\[2\]\) need volume fractions of 1.05 in all/,
    );
    // M ≤ ε.
    expect(refused(['mFactor1 >= 0.6', 'mFactor2 >= 0.5'])).toMatch(/need volume fractions of 1.1 in all/);
    expect(refused(['mFactor1 >= 0.6', 'volumeFraction1 <= 0.5'])).toMatch(/never above its volume fraction/);
    expect(refused(['volumeFraction1 <= 0.3', 'volumeFraction2 <= 0.3', 'volumeFraction3 <= 0.3'])).toMatch(
      /leave volume fractions of 0.9 at most/,
    );
    expect(refused(['volumeFraction1 <= 0.4', 'volumeFraction2 <= 0.5', 'volumeFraction3 <= 0.1'])).toBe('');
    expect(refused(['mFactor1 >= 0.3', 'mFactor2 >= 0.3'])).toBe('');
  });

  it('[exact] the examples are designs', () => {
    const folder = new URL('../../examples/design/', import.meta.url);
    const files = readdirSync(folder);
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      const { objectives, limits } = readDesignSpec(readFileSync(new URL(file, folder), 'utf8'), file);
      expect(objectives.length + limits.length).toBeGreaterThan(1);
    }
  });

  it('[exact] targets have a tolerance in the unit of the quantity, in per cent, or of 2 %', () => {
    const { limits } =
      read('targets: [volumeFraction1 = 0.4 ± 0.01, mFactor1 = 0.2 +- 5 %, specificSurfaceArea1 = 0.5]');
    expect(limits.map(({ low }) => low)).toEqual([0.39, 0.19, 0.49]);
    expect(limits.map(({ high }) => high).map((x) => Number(x.toPrecision(12)))).toEqual([0.41, 0.21, 0.51]);
  });
});

describe('the space of a design', () => {
  it('[law] θ and its coordinates are each other’s inverse, to the digits that are drawn', () => {
    const { space } = read(`maximise: mFactor2\n${chi2}`);
    const random = uniform(3);
    for (let k = 0; k < 200; k++) {
      const u = space.free.map(() => random());
      const theta = thetaAt(space, u);
      coordinatesOf(space, theta).forEach((x, j) => expect(Math.abs(x - u[j])).toBeLessThan(2e-5));
      expect(thetaAt(space, coordinatesOf(space, theta))).toEqual(theta);
    }
    expect(thetaAt(space, [0, 1, 0.5]).alpha).toBe(0.05);
    expect(thetaAt(space, [0, 1, 0.5]).lambda).toBe(2);
  });

  it('[oracle] derivatives of ε and S are those of differences, for three phases and two', () => {
    const designs = [
      read('maximise: mFactor1\nparameters: {anisotropyFactor: [0.8, 1.25]}'), read(`maximise: mFactor2\n${chi2}`),
    ];
    for (const { space, measured } of designs) {
      const exact = exactColumns(space, measured);
      const theta = thetaAt(space, space.free.map((_, j) => 0.3 + 0.07 * j));
      const slopes = slopesAt(space, theta);
      expect(exact.columns.length).toBe(2 * space.model.phases().length);
      for (const column of exact.columns) {
        const { value, derivatives } = exact.withDerivatives(column, theta);
        expect(value).toBe(exact.value(column, theta));
        space.free.forEach(({ name }, j) => {
          const step = 1e-4 * theta[name];
          const at = (sign: number): number => exact.value(column, { ...theta, [name]: theta[name] + sign * step });
          const difference = (at(1) - at(-1)) / (2 * step);
          expect(Math.abs((derivatives[name] ?? 0) - difference)).toBeLessThan(2e-5 * (1 + Math.abs(difference)));
          expect(slopes[j]).toBeGreaterThan(0);
        });
      }
    }
  });

  it('[exact] a table must have what is needed; rows beyond the bounds or of another material train nothing', () => {
    const { space } = read(`maximise: mFactor2\nmodel: chi2\nparameters: {alpha: [0.1, 0.2], lambda: [1, 2]}`);
    const row = { alpha: 0.15, lambda: 1.5, anisotropyFactor: 1, mFactor2: 0.3 };
    expect(() => startRows(space, [{ alpha: 1, mFactor2: 1 }], ['mFactor2'], 'table.csv'))
      .toThrow(/table.csv: the table has no column "lambda", which the design needs; it has: alpha, mFactor2/);
    expect(() => startRows(space, [], ['mFactor2'], 'table.csv')).toThrow(/no rows/);
    const { observations, leftOut } = startRows(space, [
      row, { ...row, alpha: 0.9 }, { ...row, anisotropyFactor: 0.9 }, { ...row, mFactor2: NaN },
      { ...row, lambda: '1.2' },
    ], ['mFactor2'], 'table.csv');
    expect(observations).toHaveLength(2);
    expect(leftOut).toEqual({ outside: 1, otherHeld: 1, unusable: 1 });
  });
});
