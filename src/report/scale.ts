// Axes: round numbers, linear scales, bins on round edges.
import { checkArguments } from '../core/arguments.js';

/** Smallest of 1, 2, 5 × 10^k that is ≥ span/count. */
export function niceStep(span: number, count: number): number {
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = rough / power;
  return (factor <= 1.0001 ? 1 : factor <= 2.0001 ? 2 : factor <= 5.0001 ? 5 : 10) * power;
}

/** A round length of about a quarter of an extent, for the bar in a picture. */
export const barLength = (extent: number): number => niceStep(extent / 4, 1.6);

export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
  /** Tick label with as many places as the step needs. */
  label(value: number): string;
}

/** An axis over [low, high], widened by 4 % a side (and where they coincide), with about `count` ticks inside. */
export function axis(low: number, high: number, count = 4): Axis {
  const span = high - low || Math.abs(high) * 0.1 || 1;
  const margin = high > low ? 0.04 * span : span / 2;
  const [from, to] = [low - margin, high + margin];
  const step = niceStep(to - from, count + 1);
  const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks: number[] = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to * (1 + 1e-12) + 1e-300; k++) ticks.push(k * step);
  return { from, to, ticks, label: (value) => value.toFixed(places).replace(/^-(?=0\.?0*$)/, '').replace('-', '−') };
}

/** Powers of ten over [low, high], both > 0, in log10. At most seven ticks. */
export function logAxis(low: number, high: number): Axis {
  const from = Math.floor(Math.log10(low) + 1e-9);
  const to = Math.max(from + 1, Math.ceil(Math.log10(high) - 1e-9));
  const every = Math.ceil((to - from) / 6);
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => from + i).filter((power) => (power - to) % every === 0);
  return { from, to, ticks, label: (power) => (power === 0 ? '1' : power === 1 ? '10' : `10${superscript(power)}`) };
}

/** Doublings of `low` up to `high`, both > 0, in log10. */
export function doublingAxis(low: number, high: number): Axis {
  const count = Math.floor(Math.log2(high / low) + 1e-9);
  const ticks = Array.from({ length: count + 1 }, (_, k) => Math.log10(low * 2 ** k));
  const margin = 0.04 * (Math.log10(high / low) || 1);
  return {
    from: Math.log10(low) - margin, to: Math.log10(high) + margin, ticks,
    label: (power) => String(Number((10 ** power).toPrecision(6))),
  };
}

/** A stretch of an axis with a name of its own. */
export interface Part {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** The least width of a part, as a share of the axis. */
const LEAST_PART = 0.3;

/** An axis over parts that follow each other, from the first to the last. A short part is drawn wider than to scale, so
 *  that what happens in it can be seen. */
export function partsAxis(parts: readonly Part[]): {
  readonly axis: Axis;
  /** Place of a value: 0 at the left end, 1 at the right one. */
  across(value: number): number;
  /** Whether a unit is as long in every part. */
  readonly toScale: boolean;
} {
  const whole = parts[parts.length - 1].to - parts[0].from;
  const wanted = parts.map(({ from, to }) => Math.max(LEAST_PART, (to - from) / whole));
  const sum = wanted.reduce((a, b) => a + b, 0);
  const widths = wanted.map((share) => share / sum);
  const starts = widths.map((_, k) => widths.slice(0, k).reduce((a, b) => a + b, 0));
  const across = (value: number): number => {
    const k = Math.max(0, parts.filter(({ from }) => value >= from).length - 1);
    const { from, to } = parts[k];
    return starts[k] + (widths[k] * (value - from)) / (to - from);
  };
  const texts = new Map<number, string>();
  parts.forEach(({ from, to }, k) => {
    const { ticks, label } = axis(from, to, Math.max(1, Math.round(5 * widths[k])));
    for (const tick of ticks.filter((value) => value >= from && value <= to)) texts.set(across(tick), label(tick));
  });
  return {
    axis: { from: 0, to: 1, ticks: [...texts.keys()], label: (place) => texts.get(place) ?? '' }, across,
    toScale: widths.every((width, k) => Math.abs(width - (parts[k].to - parts[k].from) / whole) < 1e-9),
  };
}

/** The axis that needs the more room for a unit, and the other one as far as a unit is as long there. `width` and
 *  `height`: of the frame, in one unit. */
export function equalAxes(x: Axis, y: Axis, width: number, height: number): readonly [x: Axis, y: Axis] {
  const unit = Math.max((x.to - x.from) / width, (y.to - y.from) / height);
  const upTo = ({ from }: Axis, span: number): Axis => {
    const { ticks, label } = axis(from, from + span);
    return { from, to: from + span, ticks: ticks.filter((t) => t >= from && t <= from + span), label };
  };
  return [upTo(x, unit * width), upTo(y, unit * height)];
}

function superscript(power: number): string {
  return String(power).replaceAll(/./g, (c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)]));
}

/** Counts of several series in common bins. */
export interface Bins {
  /** Of the bins, one more than these. */
  readonly edges: readonly number[];
  /** counts[series][bin]. */
  readonly counts: readonly (readonly number[])[];
}

/** Bins on round edges, about 2·n^(1/3) but 6 to 24 of them; each series counted in the same bins. */
export function bins(series: readonly (readonly number[])[]): Bins {
  checkArguments('bins', { series: [series, 'list'] });
  for (const values of series) checkArguments('bins', { 'a series': [values, 'list'] });
  const all = series.flat();
  const low = all.reduce((a, b) => Math.min(a, b), Infinity);
  const high = all.reduce((a, b) => Math.max(a, b), -Infinity);
  const wanted = Math.min(24, Math.max(6, Math.round(2 * Math.cbrt(all.length))));
  // Steps below the normal numbers would round to 0.
  const step = niceStep(Math.max(high - low || Math.abs(high) || 1, 1e-290), wanted);
  const first = Math.floor(low / step);
  const count = Math.max(1, Math.floor(high / step) - first + 1);
  return {
    edges: Array.from({ length: count + 1 }, (_, i) => (first + i) * step),
    counts: series.map((values) => {
      const c = Array.from({ length: count }, () => 0);
      for (const value of values) c[Math.min(count - 1, Math.floor(value / step) - first)]++;
      return c;
    }),
  };
}
