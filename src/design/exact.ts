// Columns of a design that follow from θ in closed form, with exact derivatives: volume fractions, and areas as the
// estimator of 13 directions counts them.
import { DIRECTIONS } from '../core/directions.js';
import type { Phase } from '../core/volume.js';
import { latticeSurface, squaredLag, type LagVector, type WithDerivatives } from '../structure/two-point.js';
import type { Measured } from '../study/evaluate.js';
import { wholeTheta, type DesignSpace } from './space.js';

type Theta = Readonly<Record<string, number>>;

export interface ExactColumns {
  readonly columns: readonly string[];
  /** The expected value of a column at θ. */
  value(column: string, theta: Theta): number;
  /** The same with derivatives by the names of the parameters. */
  withDerivatives(column: string, theta: Theta): WithDerivatives;
}

const FRACTION = /^volumeFraction(\d+)$/;
const AREA = /^specificSurfaceArea(\d+)$/;
/** Of the coordinates, where a model has no derivatives in closed form. */
const DIFFERENCE = 1e-4;

const ANY_LAG: LagVector = [0, 0, 1];

type Coverage = Readonly<Record<string, WithDerivatives>>;

/** A function of θ that remembers its last value: the columns of a design ask for the same θ one after another. */
function lastOf<T>(compute: (theta: Theta) => T): (theta: Theta) => T {
  let last: { readonly key: string; readonly value: T } | null = null;
  return (theta) => {
    const key = Object.values(theta).join();
    if (last?.key !== key) last = { key, value: compute(theta) };
    return last.value;
  };
}

/** Relative step of central differences. */
function differences(value: (theta: Theta) => number, theta: Theta): Record<string, number> {
  return Object.fromEntries(Object.entries(theta).map(([name, x]) => {
    const step = DIFFERENCE * (Math.abs(x) || 1);
    return [name, (value({ ...theta, [name]: x + step }) - value({ ...theta, [name]: x - step })) / (2 * step)];
  }));
}

/** Derivatives of Σ_b C_ab over the given pairs with phase a. */
function sumOf(coverage: Coverage, phase: Phase, own: boolean): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [pair, { derivatives }] of Object.entries(coverage)) {
    const [a, b] = pair.split('-').map(Number);
    if ((a !== phase && b !== phase) || (a === b && !own)) continue;
    for (const [name, value] of Object.entries(derivatives)) sum[name] = (sum[name] ?? 0) + value;
  }
  return sum;
}

/** What a model knows of its structures without drawing them. */
export function exactColumns(space: DesignSpace, measured: Pick<Measured, 'voxelSizeUm'>): ExactColumns {
  const { model } = space;
  const { expected } = model;
  const edge = measured.voxelSizeUm;
  const specOf = (theta: Theta): never => ({ model: model.name, parameters: wholeTheta(space, theta) }) as never;
  const phaseOf = (column: string, pattern: RegExp): Phase | null => {
    const label = pattern.exec(column)?.[1];
    return label === undefined ? null : Number(label);
  };
  const labels = model.phases().map(({ label }) => label);
  const areasAt = lastOf((theta) => expected.latticeSurface!(specOf(theta)));
  /** Coverages by squared lag, for all columns of one θ. */
  const coverages = lastOf((theta) => {
    const spec = specOf(theta);
    const known = new Map<number, Coverage>();
    const { anisotropyFactor } = wholeTheta(space, theta) as { anisotropyFactor?: number };
    const stretch = anisotropyFactor ?? 1;
    return {
      stretch,
      at(lag: LagVector): Coverage {
        const square = squaredLag(lag, stretch);
        const found = known.get(square) ?? expected.coverage!(spec, lag);
        known.set(square, found);
        return found;
      },
    };
  });
  const value = (column: string, theta: Theta): number => {
    const fraction = phaseOf(column, FRACTION);
    if (fraction !== null) return expected.volumeFraction!(specOf(theta))[fraction];
    return areasAt(theta)[phaseOf(column, AREA)!] / edge;
  };
  return {
    columns: labels.flatMap((label) => [
      ...(expected.volumeFraction === undefined ? [] : [`volumeFraction${label}`]),
      ...(expected.latticeSurface === undefined ? [] : [`specificSurfaceArea${label}`]),
    ]),
    value,
    withDerivatives(column, theta) {
      if (expected.coverage === undefined) {
        return { value: value(column, theta), derivatives: differences((other) => value(column, other), theta) };
      }
      const { stretch, at } = coverages(theta);
      const fraction = phaseOf(column, FRACTION);
      if (fraction !== null) {
        // Row sums of the coverages are the fraction, at any lag.
        return { value: value(column, theta), derivatives: sumOf(at(ANY_LAG), fraction, true) };
      }
      const phase = phaseOf(column, AREA)!;
      // S = 4 Σ_d w_d (ε − C_aa(d))/|d|, and ε − C_aa is the sum of the coverages with all other phases.
      const lags = new Map<number, LagVector>(DIRECTIONS.map(({ offset }) => [squaredLag(offset, stretch), offset]));
      const names = Object.keys(sumOf(at(ANY_LAG), phase, false));
      const sums = latticeSurface(stretch, (lag) => {
        const found = sumOf(at(lags.get(lag)!), phase, false);
        return names.map((name) => found[name]);
      });
      return {
        value: value(column, theta), derivatives: Object.fromEntries(names.map((name, i) => [name, sums[i] / edge])),
      };
    },
  };
}
