// Frame of a chart: title, grid, ticks and labels around what lies in it.
import { escape } from './html.js';
import type { Axis } from './scale.js';

export const MARGIN = { left: 54, right: 10, top: 26, bottom: 40 };
/** Width of a letter of a name beside the frame. */
export const LETTER = 6;

export interface FrameOptions {
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

export interface Placed {
  x(value: number): number;
  y(value: number): number;
}

/** A coordinate as text, to a tenth. */
export const r = (value: number): string => value.toFixed(1).replace(/\.0$/, '');

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
export function frame(options: FrameOptions, xAxis: Axis, yAxis: Axis, draw: (at: Placed) => string): string {
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
