// From the structures of a sweep to means, intervals and the answer: from where on a limit is kept.
import { binomialInterval, meanInterval, type Interval } from '../numeric/intervals.js';
import { quantityOf, SWEEP_NAMES, type SweepQuantityName, type SweepValues } from './quantities.js';
import type { SweepSpec } from './spec.js';
import type { Place } from './structures.js';

/** Mean over structures with Student's t interval at 95 %, cut at 0, of shares at 1 too. */
export interface Estimate {
  /** Of those that have a value. */
  readonly mean: number;
  /** null: of one structure. */
  readonly interval: Interval | null;
  /** That have a value. */
  readonly structures: number;
}

/** Share of structures that are spanned, with the interval of Clopper and Pearson at 95 %. */
export interface SpanningShare {
  /** Share of the structures. */
  readonly probability: number;
  /** Of the probability. */
  readonly interval: Interval;
  /** That were looked at. */
  readonly structures: number;
}

/** What was found at one place of a sweep. */
export interface SweepPoint {
  /** Values of the varied settings. */
  readonly place: Place;
  /** Content of the additive; null: there is none. */
  readonly content: number | null;
  /** That were looked at. */
  readonly structures: number;
  /** By name; null where no structure has a value. */
  readonly quantities: Readonly<Record<SweepQuantityName, Estimate | null>>;
  /** Share of structures through which electrons get. */
  readonly electronsSpan: SpanningShare | null;
  /** Share of structures through which ions get. */
  readonly ionsSpan: SpanningShare | null;
  /** Why structures are missing. */
  readonly failures: readonly string[];
  /** Structures that have no room for this content. */
  readonly withoutRoom: number;
}

function estimateOf(values: readonly number[], share: boolean): Estimate | null {
  if (values.length === 0) return null;
  const { mean, error } = meanInterval(values);
  const cut = (value: number): number => Math.min(share ? 1 : Infinity, Math.max(0, value));
  return {
    mean, structures: values.length,
    interval: error === null ? null : { low: cut(mean - error), high: cut(mean + error) },
  };
}

function spanningOf(spans: readonly boolean[]): SpanningShare | null {
  if (spans.length === 0) return null;
  const yes = spans.filter(Boolean).length;
  return {
    probability: yes / spans.length, interval: binomialInterval(yes, spans.length), structures: spans.length,
  };
}

export function pointOf(
  place: Place, content: number | null, values: readonly SweepValues[], failures: readonly string[],
  withoutRoom: number,
): SweepPoint {
  const of = (name: SweepQuantityName): Estimate | null =>
    estimateOf(values.flatMap((one) => one[name] ?? []), quantityOf(name).share);
  return {
    place, content, structures: values.length,
    quantities: Object.fromEntries(SWEEP_NAMES.map((name) => [name, of(name)])) as SweepPoint['quantities'],
    electronsSpan: spanningOf(values.map(({ electronsSpan }) => electronsSpan)),
    ionsSpan: spanningOf(values.map(({ ionsSpan }) => ionsSpan)),
    failures, withoutRoom,
  };
}

/** Where along a sweep a quantity is at its limit or above. */
export interface LimitAnswer {
  /** What has the limit. */
  readonly quantity: SweepQuantityName;
  /** Least value of the quantity. */
  readonly limit: number;
  /** What is varied: a setting, or `content`. */
  readonly along: string;
  /** All other settings. */
  readonly place: Place;
  /** Least value from which on the mean keeps the limit, interpolated; null: it is reached nowhere. */
  readonly from: number | null;
  /** The same of the ends of the interval of the mean: between them `from` lies at 95 %. null where one of them keeps
   *  the limit nowhere, or there is one structure. */
  readonly fromInterval: { readonly low: number; readonly high: number | null } | null;
  /** Greatest value up to which the mean keeps it. */
  readonly to: number | null;
  /** Whether `from` is where the sweep begins: the true one may lie before. */
  readonly atStart: boolean;
  /** Whether `to` is where the sweep ends: the true one may lie beyond. */
  readonly atEnd: boolean;
  /** Highest mean of the sweep, and where. */
  readonly best: { readonly value: number; readonly at: number } | null;
}

/** Where values along `xs` first reach the limit: between two places on the line between them. */
export function crossing(xs: readonly number[], ys: readonly number[], limit: number): number | null {
  const k = ys.findIndex((y) => y >= limit);
  if (k < 0) return null;
  return k === 0 ? xs[0] : xs[k - 1] + ((xs[k] - xs[k - 1]) * (limit - ys[k - 1])) / (ys[k] - ys[k - 1]);
}

/** Points along the sweep, by what else is varied; see `alongOf`. */
export interface SweepLine {
  readonly place: Place;
  readonly xs: readonly number[];
  readonly points: readonly SweepPoint[];
}

/** The name along which a sweep goes: that of the additive's content, or of the first setting. */
export function alongOf({ vary, additive }: Pick<SweepSpec, 'vary' | 'additive'>): string {
  return additive !== null && (additive.fractions.length > 1 || vary.length === 0) ? 'content' : vary[0].name;
}

/** The points of a sweep as lines along `alongOf`. */
export function linesOf(spec: Pick<SweepSpec, 'vary' | 'additive'>, points: readonly SweepPoint[]): SweepLine[] {
  const along = alongOf(spec);
  const lines = new Map<string, { place: Place; points: SweepPoint[] }>();
  for (const point of points) {
    const { [along]: _x, ...rest } = point.place;
    const place = along === 'content' || point.content === null ? rest : { ...rest, content: point.content };
    const key = JSON.stringify(place);
    const line = lines.get(key) ?? { place, points: [] };
    line.points.push(point);
    lines.set(key, line);
  }
  const xOf = (point: SweepPoint): number => (along === 'content' ? point.content! : point.place[along]);
  return [...lines.values()].map((line) => {
    const sorted = line.points.sort((a, b) => xOf(a) - xOf(b));
    return { place: line.place, xs: sorted.map(xOf), points: sorted };
  });
}

/** Where a quantity keeps its limit along a line. */
export function limitAnswer(
  { place, xs: all, points }: SweepLine, along: string, quantity: SweepQuantityName, limit: number,
): LimitAnswer {
  const there = points.map((point, k) => ({ x: all[k], estimate: point.quantities[quantity] }))
    .filter((one): one is { x: number; estimate: Estimate } => one.estimate !== null);
  const xs = there.map(({ x }) => x);
  const means = there.map(({ estimate }) => estimate.mean);
  const from = crossing(xs, means, limit);
  const to = crossing([...xs].reverse(), [...means].reverse(), limit);
  const known = there.every(({ estimate }) => estimate.interval !== null);
  const early = known ? crossing(xs, there.map(({ estimate }) => estimate.interval!.high), limit) : null;
  const late = known ? crossing(xs, there.map(({ estimate }) => estimate.interval!.low), limit) : null;
  const best = means.reduce((top, value, k) => (top < 0 || value > means[top] ? k : top), -1);
  return {
    quantity, limit, along, place, from, to,
    fromInterval: early === null || from === null ? null : { low: early, high: late },
    atStart: from !== null && from === xs[0], atEnd: to !== null && to === xs[xs.length - 1],
    best: best < 0 ? null : { value: means[best], at: xs[best] },
  };
}
