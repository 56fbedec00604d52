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

/** Relative step of central differences. */
function differences(value: (theta: Theta) => number, theta: Theta): Record<string, number> {
  return Object.fromEntries(Object.entries(theta).map(([name, x]) => {
    const step = DIFFERENCE * (Math.abs(x) || 1);
    return [name, (value({ ...theta, [name]: x + step }) - value({ ...theta, [name]: x - step })) / (2 * step)];
  }));
}

/** Derivatives of Σ_b C_ab over the given pairs with phase a. */
function sumOf(
  coverage: Readonly<Record<string, WithDerivatives>>, phase: Phase, own: boolean,
): Record<string, number> {
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
  let cached: { readonly key: string; readonly areas: Readonly<Record<number, number>> } | null = null;
  const areasAt = (theta: Theta): Readonly<Record<number, number>> => {
    const key = Object.values(theta).join();
    if (cached?.key !== key) cached = { key, areas: expected.latticeSurface!(specOf(theta)) };
    return cached.areas;
  };
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
      const coverage = expected.coverage?.bind(expected);
      if (coverage === undefined) {
        return { value: value(column, theta), derivatives: differences((at) => value(column, at), theta) };
      }
      const spec = specOf(theta);
      const fraction = phaseOf(column, FRACTION);
      if (fraction !== null) {
        // Row sums of the coverages are the fraction, at any lag.
        return { value: value(column, theta), derivatives: sumOf(coverage(spec, [0, 0, 1]), fraction, true) };
      }
      const phase = phaseOf(column, AREA)!;
      // S = 4 Σ_d w_d (ε − C_aa(d))/|d|, and ε − C_aa is the sum of the coverages with all other phases.
      const { anisotropyFactor } = wholeTheta(space, theta) as { anisotropyFactor?: number };
      const stretch = anisotropyFactor ?? 1;
      const lags = new Map<number, LagVector>(DIRECTIONS.map(({ offset }) => [squaredLag(offset, stretch), offset]));
      const names = Object.keys(sumOf(coverage(spec, [0, 0, 1]), phase, false));
      const sums = latticeSurface(stretch, (lag) => {
        const found = sumOf(coverage(spec, lags.get(lag)!), phase, false);
        return names.map((name) => found[name]);
      });
      return {
        value: value(column, theta), derivatives: Object.fromEntries(names.map((name, i) => [name, sums[i] / edge])),
      };
    },
  };
}
