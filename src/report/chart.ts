// Charts as SVG text: frame with ticks, scatter, lines, histogram. Colours come from the page's classes (p1, p2, train,
// test …).
import type { Interval } from '../numeric/intervals.js';
import { escape } from './html.js';
import { axis, bins, doublingAxis, equalAxes, logAxis, partsAxis, type Axis, type Part } from './scale.js';

const MARGIN = { left: 54, right: 10, top: 26, bottom: 40 };
/** Width of a letter of a name beside the frame. */
const LETTER = 6;

interface FrameOptions {
  readonly title: string;
  /** One sentence for those who cannot see the chart. */
  readonly description: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly width: number;
  readonly height: number;
  /** Room on the right of the frame. */
  readonly beside?: number;
}

interface Placed {
  x(value: number): number;
  y(value: number): number;
}

const r = (value: number) => value.toFixed(1).replace(/\.0$/, '');

/** Width of a letter of a title, in parts of its size: of a wide bold font. */
const TITLE_LETTER = 0.62;
const [TITLE_SIZE, TITLE_LINES_SIZE] = [13, 11];

/** A title where it fits: above the frame, from the edge of the picture, or in two lines. */
function titleText(title: string, width: number): string {
  const wide = TITLE_SIZE * TITLE_LETTER * title.length;
  const line = (text: string, x: number, y: number, size = ''): string =>
    `<text class="title"${size} x="${x}" y="${y}">${escape(text)}</text>`;
  if (wide <= width - MARGIN.left - 4) return line(title, MARGIN.left, 15);
  if (wide <= width - 8) return line(title, 4, 15);
  const middle = title.length / 2;
  const spaces = [...title.matchAll(/ /g)].map(({ index }) => index);
  const at = spaces.reduce((best, k) => (Math.abs(k - middle) < Math.abs(best - middle) ? k : best), title.length);
  const half = Math.max(at, title.length - at);
  const size = Math.min(TITLE_LINES_SIZE, (width - 8) / (TITLE_LETTER * half));
  const style = ` style="font-size:${r(size)}px"`;
  return line(title.slice(0, at), 4, 10, style) + line(title.slice(at).trim(), 4, 22, style);
}

/** Title, grid, ticks and axis labels around what `draw` returns. */
function frame(options: FrameOptions, xAxis: Axis, yAxis: Axis, draw: (at: Placed) => string): string {
  const { width, height, title, description, xLabel, yLabel, beside = 0 } = options;
  const [left, right, top, bottom] = [MARGIN.left, width - MARGIN.right - beside, MARGIN.top, height - MARGIN.bottom];
  const x = (value: number) => left + ((value - xAxis.from) / (xAxis.to - xAxis.from)) * (right - left);
  const y = (value: number) => bottom - ((value - yAxis.from) / (yAxis.to - yAxis.from)) * (bottom - top);
  const xs = xAxis.ticks.map(
    (t) =>
      `<line class="gridline" x1="${r(x(t))}" x2="${r(x(t))}" y1="${top}" y2="${bottom}"/><text x="${r(x(t))}" ` +
        `y="${bottom + 15}" text-anchor="middle">${xAxis.label(t)}</text>`,
  );
  const ys = yAxis.ticks.map(
    (t) =>
      `<line class="gridline" x1="${left}" x2="${right}" y1="${r(y(t))}" y2="${r(y(t))}"/><text x="${left - 6}" ` +
        `y="${r(y(t) + 3.8)}" text-anchor="end">${yAxis.label(t)}</text>`,
  );
  return `<svg viewBox="0 0 ${width} ${height}" role="img" ` +
    `xmlns="http://www.w3.org/2000/svg"><title>${escape(title)}</title><desc>${escape(description)}</desc>`
    + xs.join('') + ys.join('')
    + `<path class="axis" fill="none" d="M${left} ${top}V${bottom}H${right}"/>`
    + draw({ x, y })
    + titleText(title, width)
    + `<text class="label" x="${r((left + right) / 2)}" y="${height - 8}" text-anchor="middle">${escape(xLabel)}</text>`
    + `<text class="label" transform="translate(11 ${r((top + bottom) / 2)}) rotate(-90)" ` +
      `text-anchor="middle">${escape(yLabel)}</text></svg>`;
}

export interface Points {
  /** In a legend beside the frame; none: in no legend. */
  readonly name?: string;
  /** Colour class of the page: p1, p2, p3, p0. */
  readonly colour: string;
  /** Hollow ring or filled diamond: told apart without colour. */
  readonly mark: 'train' | 'test';
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Half lengths of vertical bars. They are inside the frame, but for those that would press the points together. */
  readonly errors?: readonly number[];
  /** Beside the marks. */
  readonly names?: readonly string[];
}

/** Mark at a place; also used by legends. */
export function mark(kind: Points['mark'], colour: string, x: number, y: number): string {
  return kind === 'train'
    ? `<circle class="train ${colour}" cx="${r(x)}" cy="${r(y)}" r="2.6"/>`
    : `<path class="test ${colour}" d="M${r(x)} ${r(y - 3.6)}l3.6 3.6-3.6 3.6-3.6-3.6z"/>`;
}

/** Height of a line of names. */
const NAME_LINE = 11;

/** Names beside their marks, on the side with room; one that would cover another moves towards the
 *  middle. */
function nameTexts(series: readonly Points[], at: Placed, middle: readonly [x: number, y: number]): string {
  const placed: { readonly from: number; readonly to: number; readonly y: number }[] = [];
  return series.flatMap(({ names = [], x, y }) => names.map((name, i) => {
    const rightward = at.x(x[i]) < middle[0];
    const start = at.x(x[i]) + (rightward ? 6 : -6);
    const [from, to] = rightward ? [start, start + LETTER * name.length] : [start - LETTER * name.length, start];
    let line = at.y(y[i]) + 4;
    const step = line < middle[1] ? NAME_LINE : -NAME_LINE;
    while (placed.some((other) => other.from < to && from < other.to && Math.abs(other.y - line) < NAME_LINE)) {
      line += step;
    }
    placed.push({ from, to, y: line });
    const anchor = rightward ? 'start' : 'end';
    return `<text class="label" x="${r(start)}" y="${r(line)}" text-anchor="${anchor}">${escape(name)}</text>`;
  })).join('');
}

export interface ScatterOptions extends Partial<FrameOptions> {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Equal axes with the line y = x. */
  readonly oneToOne?: boolean;
  /** A dashed line at this y. */
  readonly level?: number;
  /** Lines of text in the upper left corner. */
  readonly notes?: readonly string[];
}

/** Bars that are longer than this many times what the points span are cut at the frame. */
const LONGEST_BAR = 3;

export function scatter(series: readonly Points[], options: ScatterOptions): string {
  const xs = series.flatMap((s) => [...s.x]);
  const ys = series.flatMap((s) => [...s.y]);
  const low = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity);
  const { level = NaN } = options;
  const span = high(ys) - low(ys);
  const ends = series.flatMap(({ y, errors = [] }) => errors.flatMap((error, i) =>
    (span > 0 && error > LONGEST_BAR * span ? [] : [y[i] - error, y[i] + error])));
  const shown = [...ys, ...ends, ...(Number.isNaN(level) ? [] : [level])];
  let [xAxis, yAxis] = [axis(low(xs), high(xs)), axis(low(shown), high(shown))];
  if (options.oneToOne) xAxis = yAxis = axis(Math.min(low(xs), low(ys)), Math.max(high(xs), high(ys)));
  const named = series.filter(({ name }) => name !== undefined);
  const beside = named.length === 0 ? 0 : 24 + LETTER * Math.max(...named.map(({ name }) => name!.length));
  const whole = {
    width: 300, height: 282, beside, description: `${xs.length} points, ${options.yLabel} against ${options.xLabel}`,
    ...options
  };
  const legendAt = whole.width - MARGIN.right - beside + 12;
  return frame(whole, xAxis, yAxis, (at) => [
    options.oneToOne ? `<path class="one" d="M${r(at.x(xAxis.from))} ${r(at.y(xAxis.from))}L${r(at.x(xAxis.to))} ` +
      `${r(at.y(xAxis.to))}"/>` : '',
    options.level === undefined ? '' : `<path class="one" d="M${r(at.x(xAxis.from))} ${r(at.y(options.level))}` +
      `H${r(at.x(xAxis.to))}"/>`,
    ...series.map(({ errors = [], ...s }) => errors.map((error, i) => {
      const [low, high] = [Math.max(yAxis.from, s.y[i] - error), Math.min(yAxis.to, s.y[i] + error)];
      return `<path class="error ${s.colour}" d="M${r(at.x(s.x[i]))} ${r(at.y(low))}V${r(at.y(high))}"/>`;
    }).join('')),
    ...series.map((s) => s.x.map((x, i) => mark(s.mark, s.colour, at.x(x), at.y(s.y[i]))).join('')),
    nameTexts(series, at, [(MARGIN.left + whole.width) / 2, whole.height / 2]),
    ...named.map(({ name, mark: kind, colour }, i) => mark(kind, colour, legendAt, MARGIN.top + 8 + 16 * i) +
      `<text x="${r(legendAt + 9)}" y="${MARGIN.top + 12 + 16 * i}">${escape(name!)}</text>`),
    ...(options.notes ?? []).map(
      (note, i) => `<text class="label" x="${MARGIN.left + 8}" y="${MARGIN.top + 14 + 15 * i}">${escape(note)}</text>`,
    ),
  ].join(''));
}

export interface Line {
  readonly name: string;
  /** Colour class of the page: p1, p2, p3, p0. */
  readonly colour: string;
  /** Dashed: told apart without colour. */
  readonly dashed?: boolean;
  readonly x: readonly number[];
  /** null: no value there, the line is interrupted. */
  readonly y: readonly (number | null)[];
  /** Around the line, where there is one. */
  readonly band?: readonly (Interval | null)[];
}

const COLOURS = ['p2', 'p1', 'p3', 'p0'] as const;

/** Colour of the i-th line of a chart; where colours are used up, lines are dashed. */
export const lineStyle = (i: number): Pick<Line, 'colour' | 'dashed'> =>
  ({ colour: COLOURS[i % COLOURS.length], dashed: Math.floor(i / COLOURS.length) % 2 === 1 });

export interface LineOptions extends Partial<FrameOptions> {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** `log`: ticks at doublings of the least value. */
  readonly xScale?: 'linear' | 'log';
  /** `log`: values ≤ 0 count as missing. */
  readonly yScale?: 'linear' | 'log';
  /** `ends`: beside the frame, as high as the last point of each line; `none`: the page names the lines, where they
   *  would run through their names. */
  readonly names?: 'inside' | 'ends' | 'none';
  /** Places along x that matter, as dashed uprights with their names. */
  readonly marks?: readonly { readonly x: number; readonly name: string }[];
  /** Stretches of x with names, each wide enough to be seen: values along x lie in them. */
  readonly parts?: readonly Part[];
  /** A unit of x is as long as one of y. */
  readonly equalScales?: boolean;
  /** A range of x that matters, as a band behind the lines. */
  readonly band?: { readonly from: number; readonly to: number } | null;
}

/** Lines with their names at the right end of the top, unless `names` says where. */
export function lines(series: readonly Line[], options: LineOptions): string {
  const log = options.yScale === 'log';
  const place = (value: number | null): number | null =>
    (value === null || (log && value <= 0) ? null : log ? Math.log10(value) : value);
  const xs = series.flatMap((s) => [...s.x]);
  const ends = (s: Line): number[] => (s.band ?? []).flatMap((end) => (end === null ? [] : [end.low, end.high]));
  const ys = series.flatMap((s) => [...s.y, ...ends(s)]).filter((value) => place(value) !== null) as number[];
  const [low, high] = [ys.reduce((a, b) => Math.min(a, b), Infinity), ys.reduce((a, b) => Math.max(a, b), -Infinity)];
  const beside = options.names === 'ends' ? 18 + LETTER * Math.max(...series.map((s) => s.name.length)) : 0;
  const whole = {
    width: 300, height: 210, beside,
    description: `${options.yLabel} against ${options.xLabel}: ${series.map((s) => s.name).join(', ')}`, ...options
  };
  let yAxis = log ? logAxis(low, high) : axis(low, high);
  const [left, right] = [xs.reduce((a, b) => Math.min(a, b), Infinity), xs.reduce((a, b) => Math.max(a, b), -Infinity)];
  const parted = options.parts === undefined ? null : partsAxis(options.parts);
  const across = parted?.across ?? (options.xScale === 'log' ? Math.log10 : (value: number) => value);
  let xAxis = parted?.axis ?? (options.xScale === 'log' ? doublingAxis(left, right) : axis(left, right));
  if (options.equalScales) {
    [xAxis, yAxis] = equalAxes(xAxis, yAxis, whole.width - MARGIN.left - MARGIN.right - beside,
      whole.height - MARGIN.top - MARGIN.bottom);
  }
  if (parted?.toScale === false) whole.xLabel += ', parts not to one scale';
  const legend = (s: Line, i: number): string => {
    const y = MARGIN.top + 12 + 15 * i;
    const right = whole.width - MARGIN.right;
    return `<path class="line ${s.colour}"${s.dashed ? ' stroke-dasharray="5 3"' : ''} d="M${right - 22} ` +
      `${y - 4}H${right}"/><text x="${right - 28}" y="${y}" text-anchor="end">${escape(s.name)}</text>`;
  };
  const bottom = whole.height - MARGIN.bottom;
  const behind = (at: Placed): string => {
    const { band = null, marks = [], parts = [] } = options;
    const [from, to] = band === null ? [0, 0] : [at.x(across(band.from)), at.x(across(band.to))];
    return (band === null ? '' : `<rect class="band p1" x="${r(from)}" y="${MARGIN.top}" ` +
      `width="${r(Math.max(to - from, 1))}" height="${r(bottom - MARGIN.top)}"/>`) +
      partTexts(parts, at, across, bottom) + marks.map(({ x, name }) => {
      const place = at.x(across(x));
      // Names stand on the side that has more room.
      const left = place > (MARGIN.left + whole.width) / 2;
      return `<path class="one" d="M${r(place)} ${MARGIN.top}V${bottom}"/><text x="${r(place + (left ? -5 : 5))}" ` +
        `y="${bottom - 7}" text-anchor="${left ? 'end' : 'start'}">${escape(name)}</text>`;
    }).join('');
  };
  return frame(whole, xAxis, yAxis, (at) => behind(at) + series.map((s, i) => {
    let broken = true;
    const path = s.y.map((value, k) => {
      const y = place(value);
      const step = y === null ? '' : `${broken ? 'M' : 'L'}${r(at.x(across(s.x[k])))} ${r(at.y(y))}`;
      broken = y === null;
      return step;
    });
    const around = s.band === undefined ? ''
      : bandPaths(s.x.map((x) => at.x(across(x))), s.band, (value) => {
        const y = place(value);
        return y === null ? null : at.y(y);
      }).map((d) => `<path class="band ${s.colour}" d="${d}"/>`).join('');
    return `${around}<path class="line ${s.colour}"${s.dashed ? ' stroke-dasharray="5 3"' : ''} ` +
      `d="${path.join('')}"/>${series.length > 1 && (options.names ?? 'inside') === 'inside' ? legend(s, i) : ''}`;
  }).join('') + (
    options.names === 'ends'
      ? endNames(series, whole.width - MARGIN.right - beside + 6, (value) => at.y(value), place)
      : ''
  ));
}

/** Names of the parts of an axis at their feet, and what divides them. */
function partTexts(parts: readonly Part[], at: Placed, across: (x: number) => number, bottom: number): string {
  if (parts.length < 2) return '';
  return parts.map(({ name, from, to }, k) => {
    const [start, end] = [from, parts[k + 1]?.from ?? to].map((place) => at.x(across(place)));
    return `${k === 0 ? '' : `<path class="one" d="M${r(start)} ${MARGIN.top}V${bottom}"/>`}`
      + `<text x="${r((start + end) / 2)}" y="${bottom - 7}" text-anchor="middle">${escape(name)}</text>`;
  }).join('');
}

/** Outlines of a band, one for each run of places where it is. */
function bandPaths(
  xs: readonly number[], band: readonly (Interval | null)[], yOf: (value: number) => number | null,
): string[] {
  const paths: string[] = [];
  let upper: string[] = [];
  let lower: string[] = [];
  const close = (): void => {
    if (upper.length > 1) paths.push(`M${upper.join('L')}L${lower.reverse().join('L')}z`);
    [upper, lower] = [[], []];
  };
  band.forEach((interval, k) => {
    const [low, high] = interval === null ? [null, null] : [yOf(interval.low), yOf(interval.high)];
    if (low === null || high === null) close();
    else {
      upper.push(`${r(xs[k])} ${r(high)}`);
      lower.push(`${r(xs[k])} ${r(low)}`);
    }
  });
  close();
  return paths;
}

/** Names beside the frame, from x on, as high as the last points; those that would meet are moved down. */
function endNames(
  series: readonly Line[], x: number, yOf: (value: number) => number, place: (value: number | null) => number | null,
): string {
  const ends = series.flatMap(({ name, colour, y }) => {
    const last = y.map(place).filter((value) => value !== null).at(-1);
    return last === undefined ? [] : [{ name, colour, y: yOf(last) }];
  }).sort((a, b) => a.y - b.y);
  let free = -Infinity;
  return ends.map(({ name, colour, y }) => {
    free = Math.max(y, free + 13);
    return `<path class="line ${colour}" d="M${r(x)} ${r(free)}h8"/><text x="${r(x + 12)}" ` +
      `y="${r(free + 3.8)}">${escape(name)}</text>`;
  }).join('');
}

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
