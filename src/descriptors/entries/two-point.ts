import type { Axis } from '../../core/grid.js';
import type { ByAxis, TwoPointCurve } from '../description.js';
import { byAxis, type Descriptor, type Mutable } from '../descriptor.js';
import { perAxis } from '../quantity.js';
import {
  correlationLength, MAX_TWO_POINT_PHASES, twoPointCoverage, twoPointCoveragePlan,
} from '../two-point-coverage.js';

export const twoPointDescriptor: Descriptor = {
  name: 'twoPoint',
  also: ['twoPointCross'],
  axial: true,
  title: 'two-point coverage of each phase and pair of phases along the axes, correlation length',
  source: 'counted pairs of voxels',
  onRequest: true,
  refuses(_, __, { phases }) {
    if (phases.length <= MAX_TWO_POINT_PHASES) return null;
    return `counts pairs of ${MAX_TWO_POINT_PHASES} phases at most, these are ${phases.length}; name fewer phases`;
  },
  plan: twoPointCoveragePlan,
  async fill({ session, volume, request: { phases, axes, maxLag }, result }, run) {
    const { directions } = await twoPointCoverage(session, volume, { phases, directions: axes, maxLag }, run);
    const curves = (a: number, b: number): ByAxis<TwoPointCurve> => byAxis(axes, (axis) => {
      const { lags, functions } = directions.find((direction) => direction.axis === axis)!;
      const { coverage, centred } = functions.find(({ phases: pair }) => pair[0] === a && pair[1] === b)!;
      return { lag: Array.from(lags), coverage: Array.from(coverage), centred: Array.from(centred) };
    });
    const cross: Mutable<Record<string, ByAxis<TwoPointCurve>>> = {};
    for (const [i, a] of phases.entries()) {
      const own = curves(a, a);
      result.phases[a].twoPoint = byAxis(axes, (axis: Axis) => {
        const curve = own[axis]!;
        return { correlationLength: correlationLength(curve.lag, curve.centred), ...curve };
      });
      for (const b of phases.slice(i + 1)) cross[`${a}-${b}`] = curves(a, b);
    }
    if (phases.length > 1) result.twoPointCross = cross;
  },
  quantities: [
    perAxis(
      'correlationLength', 'correlation length', 'length', (phase) => phase.twoPoint,
      (found) => found.correlationLength, { missing: (axis) => `still correlated at the longest lag along ${axis}` },
    ),
  ],
};
