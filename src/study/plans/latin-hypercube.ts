// Latin hypercubes: every parameter takes as many values as there are points, each in its own interval.
import { once } from '../../core/once.js';
import { Sequence } from '../../core/sequence.js';
import { latinHypercube as drawHypercube, MOST_EXCHANGED_POINTS } from '../../numeric/latin-hypercube.js';
import { placeAt } from './axes.js';
import { axesOf, pointPlan, readPointCount, type PointSettings } from './point-plan.js';

export interface LatinHypercubeSettings extends PointSettings {
  readonly points: number;
  /** Exchanges that are tried to part near points; 0: none. */
  readonly exchanges: number;
}

export const latinHypercube = pointPlan<LatinHypercubeSettings>({
  name: 'latin-hypercube',
  title: 'a Latin hypercube',
  axes: 'bounds',
  keys: ['points', 'exchanges'],
  read(check, map) {
    const points = readPointCount(check, map.points);
    const exchanges = check.number(map.exchanges, ['plan', 'exchanges'], { min: 0, max: 1e6, whole: true }, 0);
    if (exchanges > 0 && points > MOST_EXCHANGED_POINTS) {
      check.fail(['plan', 'exchanges'], `exchanges look at every pair of points, at most ${MOST_EXCHANGED_POINTS}, ` +
        `got ${points}; leave exchanges out, or take "kind: sobol"`);
    }
    return { points, exchanges };
  },
  count: ({ points }) => points,
  places(plan, seed) {
    const axes = axesOf(plan);
    const { points, exchanges } = plan;
    const drawn = once(() => drawHypercube({ dimensions: Object.keys(axes).length, count: points, seed, exchanges }));
    return new Sequence(points, (index) => placeAt(axes, drawn()[index]));
  },
});
