// Points of a Sobol' sequence: however many of them are drawn, they fill the space evenly.
import { Sequence } from '../../core/sequence.js';
import { MAX_SOBOL_DIMENSIONS, sobolSequence } from '../../numeric/sobol.js';
import { placeAt } from './axes.js';
import { axesOf, pointPlan, readPointCount, type PointSettings } from './point-plan.js';

export interface SobolSettings extends PointSettings {
  readonly points: number;
  /** Points left out at the beginning, so that a second study goes on where a first one ended. */
  readonly skip: number;
  /** Scrambled by the seed of the study; without it the first point is the corner of the lower bounds. */
  readonly scramble: boolean;
}

export const sobol = pointPlan<SobolSettings>({
  name: 'sobol',
  title: 'a Sobol\' sequence',
  axes: 'bounds',
  keys: ['points', 'skip', 'scramble'],
  read(check, map, axes) {
    const count = Object.keys(axes).length;
    if (count > MAX_SOBOL_DIMENSIONS) {
      check.fail(['plan', 'vary'], `Sobol' sequences have ${MAX_SOBOL_DIMENSIONS} coordinates, got ${count} to vary`);
    }
    return {
      points: readPointCount(check, map.points),
      skip: check.number(map.skip, ['plan', 'skip'], { min: 0, max: 2 ** 31, whole: true }, 0),
      scramble: check.choice<'true' | 'false'>(
        map.scramble === undefined ? undefined : String(map.scramble), ['plan', 'scramble'], ['true', 'false'], 'true',
      ) === 'true',
    };
  },
  count: ({ points }) => points,
  places(plan, seed) {
    const axes = axesOf(plan);
    const { points, skip, scramble } = plan;
    const sequence = sobolSequence({
      dimensions: Object.keys(axes).length, count: points, skip, seed: scramble ? seed : null,
    });
    return new Sequence(points, (index) => placeAt(axes, sequence.at(index)));
  },
});
