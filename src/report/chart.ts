// Charts as SVG text: points and lines. Colours come from the page's classes (p1, p2, train, test …).
import type { Interval } from '../numeric/intervals.js';
import { frame, LETTER, MARGIN, r, type FrameOptions, type Placed } from './frame.js';
import { escape } from './html.js';
import { axis, doublingAxis, equalAxes, logAxis, partsAxis, type Part } from './scale.js';

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
