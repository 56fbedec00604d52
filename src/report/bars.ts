// Bars as SVG text: counts that stand on each other, values beside their names. Colours come from the page's classes.
import type { Interval } from '../numeric/intervals.js';
import { frame, LETTER, MARGIN, r, type FrameOptions } from './frame.js';
import { escape } from './html.js';
import { axis, bins } from './scale.js';

export interface HistogramOptions extends Partial<FrameOptions> {
  readonly title: string;
  readonly xLabel: string;
  readonly colour: string;
  /** An interval to compare with, drawn as a bar above and a band behind the counts. */
  readonly range?: { readonly from: number; readonly to: number };
}

/** Stacked counts; the first series is opaque, the following ones lighter. */
export function histogram(series: readonly (readonly number[])[], options: HistogramOptions): string {
  const { edges, counts } = bins(series);
  const totals = edges.slice(1).map((_, i) => counts.reduce((sum, c) => sum + c[i], 0));
  const { range, colour } = options;
  const low = Math.min(edges[0], range?.from ?? Infinity);
  const high = Math.max(edges[edges.length - 1], range?.to ?? -Infinity);
  const top = Math.max(...totals);
  const yAxis = { ...axis(0, top * 1.12, 3), from: 0, to: top * 1.12 };
  yAxis.ticks = yAxis.ticks.filter((t) => Number.isInteger(t) && t >= 0 && t <= yAxis.to);
  const whole = {
    width: 300, height: 210, description: `Histogram of ${totals.reduce((a, b) => a + b, 0)} structures`,
    yLabel: 'structures', ...options
  };
  return frame(whole, axis(low, high), { ...yAxis, label: (v) => String(v) }, (at) => {
    const parts: string[] = [];
    if (range) {
      const [a, b] = [at.x(range.from), at.x(range.to)];
      parts.push(`<rect class="band ${colour}" x="${r(a)}" y="${MARGIN.top}" width="${r(b - a)}" ` +
          `height="${r(at.y(0) - MARGIN.top)}"/>`
        + `<path class="range ${colour}" d="M${r(a)} ${MARGIN.top + 1}H${r(b)}"/>`);
    }
    const base = totals.map(() => 0);
    counts.forEach((c, s) => c.forEach((count, i) => {
      if (count === 0) return;
      const [x0, x1] = [at.x(edges[i]) + 0.6, at.x(edges[i + 1]) - 0.6];
      const [y0, y1] = [at.y(base[i]), at.y(base[i] + count)];
      base[i] += count;
      parts.push(
        `<rect class="fill ${colour}" fill-opacity="${seriesOpacity(s)}" x="${r(x0)}" y="${r(y1)}" ` +
          `width="${r(x1 - x0)}" height="${r(y0 - y1)}"/>`,
      );
    }));
    return parts.join('');
  });
}

export function seriesOpacity(index: number): number {
  return [1, 0.5, 0.28][Math.min(index, 2)];
}

export interface Bar {
  /** Beside the bar; empty: it belongs to the one above. */
  readonly name: string;
  readonly value: number;
  readonly interval: Interval | null;
  /** Colour class of the page: p1, p2, p3, p0. */
  readonly colour: string;
}

const [BAR, BAR_GAP] = [9, 5];

/** Horizontal bars from 0 with their names at the left, and lines for intervals. */
export function bars(
  all: readonly Bar[], options: Omit<FrameOptions, 'description' | 'height' | 'beside'>,
): string {
  const left = 12 + LETTER * Math.max(6, ...all.map(({ name }) => name.length));
  const { title, xLabel, width } = options;
  const ends = all.flatMap(({ value, interval }) => [value, interval?.low ?? value, interval?.high ?? value]);
  const xAxis = axis(Math.min(0, ...ends), Math.max(0, ...ends));
  const right = width - MARGIN.right;
  const x = (value: number): number => left + ((value - xAxis.from) / (xAxis.to - xAxis.from)) * (right - left);
  let bottom = MARGIN.top;
  const drawn = all.map(({ name, value, interval, colour }, k) => {
    if (k > 0) bottom += BAR + (name === '' ? 1 : BAR_GAP);
    const middle = bottom + BAR / 2;
    const [from, to] = [Math.min(x(0), x(value)), Math.max(x(0), x(value))];
    const line = interval === null ? ''
      : `<path class="error ${colour}" d="M${r(x(interval.low))} ${r(middle)}H${r(x(interval.high))}"/>`;
    return `<text x="${left - 6}" y="${r(middle + 3.8)}" text-anchor="end">${escape(name)}</text>` +
      `<rect class="fill ${colour}" fill-opacity="0.75" x="${r(from)}" y="${r(bottom)}" ` +
      `width="${r(Math.max(0.5, to - from))}" height="${BAR}"/>${line}`;
  });
  bottom += BAR + 6;
  const ticks = xAxis.ticks.map((t) =>
    `<line class="gridline" x1="${r(x(t))}" x2="${r(x(t))}" y1="${MARGIN.top - 4}" y2="${r(bottom)}"/>` +
      `<text x="${r(x(t))}" y="${r(bottom + 15)}" text-anchor="middle">${xAxis.label(t)}</text>`);
  const height = bottom + MARGIN.bottom;
  const description = all.map(({ name, value }) => `${name} ${value.toPrecision(3)}`).join(', ');
  return `<svg viewBox="0 0 ${width} ${r(height)}" role="img" xmlns="http://www.w3.org/2000/svg">` +
    `<title>${escape(title)}</title><desc>${escape(description)}</desc>${ticks.join('')}` +
    `<path class="axis" fill="none" d="M${r(x(0))} ${MARGIN.top - 4}V${r(bottom)}"/>${drawn.join('')}` +
    `<text class="title" x="8" y="15">${escape(title)}</text>` +
    `<text class="label" x="${r((left + right) / 2)}" y="${r(height - 8)}" text-anchor="middle">` +
    `${escape(xLabel)}</text></svg>`;
}
