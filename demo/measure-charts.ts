// The charts of measurements: how the solver got there, paths, sizes, two-point functions.
import { axisIndex, type Axis, type PhaseDescription } from '../src/browser.js';
import { lineOf, phaseCurves, type Curve, type Mark } from '../src/viewer.js';
import { chartFigure } from './figures.js';
import { lengthUnit, type Known } from './measure-table.js';
import { phaseName } from './protocol.js';

export interface MeasureCharts {
  readonly roots: readonly HTMLElement[];
  /** Shows what is known so far. */
  show(known: Known): void;
}

interface Entry<T> {
  readonly phase: number;
  readonly name: string;
  readonly value: T | undefined;
}

/** Along another axis where the window has one voxel along the one wanted. */
const curveAxis = ({ present: { volume: { shape } }, choice: { axis } }: Known): Axis =>
  (shape[axisIndex(axis)] > 1 ? axis : 'x');

function convergence({ present, conduction }: Known): Curve[] {
  return conduction.flatMap(({ phase, history = [] }): Curve[] => {
    const [name, x] = [phaseName(present, phase), history.map((_, k) => k + 1)];
    const curve = (label: string, y: readonly (number | null)[], style: Curve['style']): Curve => {
      const known = y.flatMap((value, k) => (value === null ? [] : [[x[k], value] as const]));
      return {
        label: `${name}, ${label}`, colour: lineOf(phase), style, x: known.map(([at]) => at),
        y: known.map(([, value]) => value),
      };
    };
    return [
      curve('residual', history.map(({ residual }) => residual), 'line'),
      curve('error estimate', history.map(({ errorEstimate }) => errorEstimate), 'dashed'),
    ];
  });
}

type Sizes = NonNullable<NonNullable<PhaseDescription['constrictivity']>['z']>;

/** Where a curve of sizes is at a radius. */
function heightAt(radius: readonly number[], values: readonly number[], r: number): number {
  const k = radius.findIndex((other) => other >= r);
  if (k <= 0) return k === 0 ? values[0] : values[values.length - 1];
  const share = (r - radius[k - 1]) / (radius[k] - radius[k - 1]);
  return values[k - 1] + share * (values[k] - values[k - 1]);
}

/** The two radii on their curves. */
function radiusMarks(entries: readonly Entry<Sizes>[]): Mark[] {
  return entries.flatMap(({ phase, value: sizes }) => {
    if (sizes?.curves === undefined || sizes.curves.radius.length === 0) return [];
    const { curves: { radius, cpsd, smip }, bottleneckRadius, bulgeRadius } = sizes;
    return ([['r_max', bulgeRadius, cpsd], ['r_min', bottleneckRadius, smip]] as const).flatMap(([label, r, values]) =>
      (r === null || r === 0 ? [] : [{ label, colour: lineOf(phase), x: r, y: heightAt(radius, values, r) }]));
  });
}

export function measureCharts(): MeasureCharts {
  const figures = {
    convergence: chartFigure(
      'convergence', 'How the solver got there: residual, and error estimate of M (dashed)', 'error estimate',
    ),
    tau: chartFigure('tau', 'Geodesic tortuosity, as a share of all start voxels', 'geodesic tortuosity'),
    sizes: chartFigure(
      'cpsd', 'Sizes: all balls (CPSD), and balls from the inlet (SMIP, dashed), with the radii at half of the phase',
      'constrictivity',
    ),
    twoPoint: chartFigure(
      'twoPoint', 'Two-point coverage: both ends of a lag lie in the phase', 'two-point coverage',
    ),
    covariance: chartFigure(
      'covariance', 'Its covariance, share of ε(1 − ε): where it is 0 the structure has forgotten itself',
      'centred coverage',
    ),
  };
  return {
    roots: Object.values(figures).map(({ root }) => root),
    show(known) {
      const { present, choice: { phases, axis }, description, complete } = known;
      const unit = lengthUnit(present);
      const direction = curveAxis(known);
      const each = <T>(of: (phase: PhaseDescription) => T | undefined): Entry<T>[] => phases.map((phase) => {
        const found = description?.phases[phase];
        return { phase, name: phaseName(present, phase), value: found && of(found) };
      });
      const options = { empty: complete ? 'Nothing to show: no path leads through.' : 'Not ready yet.' };
      figures.convergence.show(convergence(known), ['iteration', 'relative'], { ...options, yScale: 'log' });
      const histograms = each(({ geodesicTortuosity }) => geodesicTortuosity?.[axis]);
      figures.tau.show(phaseCurves(histograms, ({ histogram, startVoxels }) => (histogram === undefined ? [] : [{
        // Those from which no path leads through are part of the whole.
        x: histogram.edges, y: [...histogram.counts.map((count) => count / startVoxels), 0], style: 'steps' as const,
      }])), ['geodesic tortuosity τ', 'share of start voxels'], options);
      const sizes = each(({ constrictivity }) => constrictivity?.[axis]);
      figures.sizes.show(phaseCurves(sizes, ({ curves }) => (curves === undefined ? [] : [
        { x: curves.radius, y: curves.cpsd, suffix: ' CPSD' },
        { x: curves.radius, y: curves.smip, suffix: ' SMIP', style: 'dashed' as const },
      ])), [`ball radius, ${unit}`, 'volume fraction'], { ...options, marks: radiusMarks(sizes) });
      const twoPoint = each(({ twoPoint: found }) => found?.[direction]);
      const lag = `lag along ${direction}, ${unit}`;
      figures.twoPoint.show(
        phaseCurves(twoPoint, ({ lag: x, coverage: y }) => [{ x, y }]), [lag, 'C(h)'], options,
      );
      figures.covariance.show(phaseCurves(twoPoint, ({ lag: x, centred }) =>
        [{ x, y: centred.map((one) => one / centred[0]) }]), [lag, 'correlation'], options);
    },
  };
}
