// What the windows of a study come to: laws of every quantity, and the windows that a precision takes.
import type { Shape } from '../core/grid.js';
import { log, pow } from '../numeric/elementary.js';
import { weightedLine } from '../numeric/weighted-line.js';
import type { MeasuredColumn } from './measured.js';
import {
  LEAST_WINDOWS, representativity, singleWindow, windowsFor, type Representativity, type WindowChoice,
} from './representative.js';

/** Edges of further windows that are looked at, times the largest. */
const FURTHER = [1.5, 2, 3, 4];

/** An exponent as far from the dimension says nothing of larger windows: of a correlation that ends they reach it. */
const FAR = 0.5;

/** A size of windows, and how many of them were measured. */
export interface WindowSize {
  /** Voxels. */
  readonly edge: number;
  readonly shape: Shape;
  /** Measured ones. */
  readonly windows: number;
  /** Wall time of one window, s. */
  readonly seconds: number;
}

/** Windows of one size that have the precision, and what they cost. */
export interface WindowNeed extends WindowChoice {
  readonly shape: Shape;
  /** All windows that are needed, one after another, s; null: no number of them is enough. */
  readonly seconds: number | null;
  /** Whether windows of this size were measured. */
  readonly measured: boolean;
}

/** A quantity over sizes of windows, and the windows that the precision needs. */
export interface WindowQuantity extends MeasuredColumn {
  /** Values by size, smallest windows first; null: there is none. */
  readonly values: readonly (readonly (number | null)[])[];
  /** Sizes that the laws are fitted to: all windows have a value there, and conduct. */
  readonly used: readonly number[];
  readonly laws: Representativity | null;
  /** Why there are no laws. */
  readonly reason: string | null;
  /** Deviation of ε by the two-point function, by size; null: not known, or another quantity. */
  readonly expectedDeviation: readonly number[] | null;
  /** Whether larger windows than those measured can be foretold: the variance falls with edge^dimension, nearly. */
  readonly extrapolates: boolean;
  /** For the precision, smallest windows first; larger ones than those measured only where `extrapolates`. */
  readonly needs: readonly WindowNeed[];
  /** Edge of a single window that has the precision; null: none has, or it is not foretold. */
  readonly single: number | null;
  /** The cheapest of `needs`. */
  readonly best: WindowNeed | null;
}

/** Seconds of a window by edge: a power of it, through what was measured. */
export function costOf(sizes: readonly WindowSize[], dimensions: number): (edge: number) => number {
  const measured = sizes.filter(({ windows, seconds }) => windows > 0 && seconds > 0);
  const line = weightedLine(
    measured.map(({ edge }) => log(edge)), measured.map(({ seconds }) => log(seconds)),
    // Large windows say more of larger ones.
    measured.map(({ edge }) => 1 / edge),
  );
  const last = measured[measured.length - 1];
  // Work per voxel does not fall; what small windows cost beside it does not tell how large ones grow.
  const power = Math.max(dimensions, line?.slope ?? dimensions);
  return (edge) => sizes.find((size) => size.edge === edge && size.windows > 0)?.seconds ??
    (last === undefined ? NaN : last.seconds * pow(edge / last.edge, power));
}

export function quantityOf(
  column: MeasuredColumn, values: readonly (readonly (number | null)[])[], { edges, shapes, dimensions }: {
    readonly edges: readonly number[]; readonly shapes: readonly Shape[]; readonly dimensions: number;
  },
  precision: number, secondsOf: (edge: number) => number, variance: ((shape: Shape) => number) | null,
): WindowQuantity {
  const isWhole = (some: readonly (number | null)[]): boolean =>
    some.length >= LEAST_WINDOWS && some.every((value) => value !== null && (column.interface === null || value > 0));
  const used = edges.filter((_, k) => isWhole(values[k]));
  const none = { laws: null, extrapolates: false, needs: [], single: null, best: null } as const;
  const common = {
    ...column, values, used,
    expectedDeviation: variance === null ? null : shapes.map((shape) => Math.sqrt(variance(shape))),
  };
  if (used.length < 2) {
    const what = column.interface === null ? 'has a value' : 'conducts from face to face';
    return {
      ...common, ...none,
      reason: `a size counts only if each of its windows ${what}: ${used.length} of ${edges.length} sizes are left, ` +
        'at least two are needed; take larger windows',
    };
  }
  const samples = edges.flatMap((edge, k) => (used.includes(edge) ? [{ edge, values: values[k] as number[] }] : []));
  if (samples.some((one) => one.values.every((value) => value === one.values[0]))) {
    return { ...common, ...none, reason: 'it is the same in all windows' };
  }
  const laws = representativity(samples, dimensions);
  const largest = edges[edges.length - 1];
  const extrapolates = Math.abs(laws.variance.exponent - dimensions) <= FAR;
  const reach = extrapolates ? Infinity : used[used.length - 1];
  const enough = singleWindow(laws, precision);
  const single = enough !== null && enough <= reach ? enough : null;
  const looked = [...edges, ...FURTHER.map((times) => Math.round(times * largest)),
    ...(single === null ? [] : [Math.ceil(single)])].filter((edge) => edge >= used[0] && edge <= reach);
  const needs = [...new Set(looked)].sort((a, b) => a - b).map((edge): WindowNeed => {
    const choice = windowsFor(laws, edge, precision);
    return {
      ...choice, shape: shapes[0].map((n) => (n === 1 ? 1 : edge)) as unknown as Shape,
      measured: edges.includes(edge), seconds: choice.windows === null ? null : choice.windows * secondsOf(edge),
    };
  });
  const possible = needs.filter(({ seconds }) => seconds !== null);
  const best = possible.reduce<WindowNeed | null>((least, one) =>
    (least === null || one.seconds! < least.seconds! ? one : least), null);
  return { ...common, laws, reason: null, extrapolates, needs, single, best };
}

export function blockedIn(quantities: readonly WindowQuantity[], sizes: readonly WindowSize[]): string[] {
  return quantities.flatMap(({ phase, interface: kind, values }) => sizes.flatMap(({ edge }, k) => {
    const blocked = values[k].filter((value) => value === 0).length;
    return kind === null || blocked === 0 ? [] : [
      `phase ${phase} does not conduct in ${blocked} of ${values[k].length} windows of ${edge} voxels, which are ` +
        'left out of the laws of M',
    ];
  }));
}
