// Two independent samples A and B of a Sobol' sequence, and mixtures of both: Sobol' indices [Saltelli 2002, 2010].
import { Sequence } from '../../core/sequence.js';
import { LEAST_SOBOL_ROWS } from '../../numeric/sobol-indices.js';
import { MAX_SOBOL_DIMENSIONS, sobolSequence } from '../../numeric/sobol.js';
import { axesOf, type PointSettings } from './point-plan.js';
import { REALISATION, rowPlan, type RowPoint } from './rows-plan.js';

export interface SobolIndicesSettings extends PointSettings {
  /** Rows of A; powers of two fill the space evenly. */
  readonly rows: number;
  readonly secondOrder: boolean;
}

const DEFAULT_ROWS = 64;

const [A, B] = [0, 1] as const;

/** "AB.lambdaX": A with that factor of B. */
export const mixture = (of: 'A' | 'B', factor: string): string => `${of === 'A' ? 'AB' : 'BA'}.${factor}`;

export const sobolIndicesPlan = rowPlan<SobolIndicesSettings>({
  name: 'sobol-indices',
  title: 'two samples and their mixtures',
  keys: ['rows', 'secondOrder'],
  read(check, map, axes) {
    const count = Object.keys(axes).length;
    if (2 * count > MAX_SOBOL_DIMENSIONS) {
      check.fail(['plan', 'vary'], `Sobol' sequences have ${MAX_SOBOL_DIMENSIONS} coordinates, two for each factor, ` +
        `got ${count} factors`);
    }
    return {
      rows: check.number(
        map.rows, ['plan', 'rows'], { min: LEAST_SOBOL_ROWS, max: 2 ** 20, whole: true }, DEFAULT_ROWS,
      ),
      secondOrder: check.choice<'true' | 'false'>(
        map.secondOrder === undefined ? undefined : String(map.secondOrder), ['plan', 'secondOrder'], ['true', 'false'],
        'false',
      ) === 'true',
    };
  },
  rows: ({ rows }) => rows,
  perRow(plan, random) {
    const mixtures = Object.keys(axesOf(plan)).length + (random ? 1 : 0);
    return 2 + mixtures * (plan.secondOrder ? 2 : 1);
  },
  points(plan, random, seed) {
    const names = Object.keys(axesOf(plan));
    const sequence = sobolSequence({ dimensions: 2 * names.length, count: plan.rows, seed });
    return new Sequence(plan.rows, (row): readonly RowPoint[] => {
      const both = sequence.at(row);
      const [a, b] = [both.slice(0, names.length), both.slice(names.length)];
      /** A sample with one coordinate, or the random numbers, of the other. */
      const mixed = (of: 'A' | 'B', own: Float64Array, other: Float64Array, draw: 0 | 1): RowPoint[] => [
        ...names.map((name, i): RowPoint => ({
          sample: mixture(of, name), point: own.map((u, j) => (j === i ? other[j] : u)), realisation: draw,
        })),
        ...(random ? [{ sample: mixture(of, REALISATION), point: own, realisation: draw === A ? B : A }] : []),
      ];
      return [
        { sample: 'A', point: a, realisation: A }, { sample: 'B', point: b, realisation: B },
        ...mixed('A', a, b, A), ...(plan.secondOrder ? mixed('B', b, a, B) : []),
      ];
    });
  },
});
