// Every combination of lists of values.
import { Sequence } from '../../core/sequence.js';
import type { Axes, Place } from './axes.js';
import { axesOf, pointPlan, type PointSettings } from './point-plan.js';

const valuesOf = (axes: Axes): [string, readonly number[]][] => Object.entries(axes) as [string, readonly number[]][];

const countOf = (axes: Axes): number => valuesOf(axes).reduce((product, [, { length }]) => product * length, 1);

/** The combination of an index; the first axis changes fastest. */
function combination(axes: Axes, index: number): Place {
  let rest = index;
  return Object.fromEntries(valuesOf(axes).map(([name, values]) => {
    const value = values[rest % values.length];
    rest = Math.floor(rest / values.length);
    return [name, value];
  }));
}

export const grid = pointPlan<PointSettings>({
  name: 'grid',
  title: 'every combination of values',
  axes: 'values',
  keys: [],
  read: () => ({}),
  count: (plan) => countOf(axesOf(plan)),
  places(plan) {
    const axes = axesOf(plan);
    return new Sequence(countOf(axes), (index) => combination(axes, index));
  },
});
