// Charts with uPlot: the page's colours, one legend style, as wide as their place.
import uPlot from 'uplot';
import { checkArguments, type Names } from '../core/arguments.js';
import { lineOf } from './colours.js';

/** A curve of a chart: points, their colour, and how they are drawn. */
export interface Curve {
  /** In the legend. */
  readonly label: string;
  /** As CSS writes it. */
  readonly colour: string;
  /** As many as `y`. */
  readonly x: readonly number[];
  /** NaN: no point there. */
  readonly y: readonly number[];
  /** `points`: marks only; `steps`: y holds from x to the next x. */
  readonly style?: 'line' | 'dashed' | 'points' | 'steps';
}

/** A place on a curve that has a name. */
export interface Mark {
  /** In the legend. */
  readonly label: string;
  /** As CSS writes it. */
  readonly colour: string;
  /** In the units of the axis. */
  readonly x: number;
  /** In the units of the axis. */
  readonly y: number;
}

/** Options of charts. */
export interface CurvesOptions {
  /** Powers of ten upwards; values that are not above 0 are left out. */
  readonly yScale?: 'linear' | 'log';
  /** Each with a line down to its x. */
  readonly marks?: readonly Mark[];
  /** One unit of x is as long as one of y. */
  readonly equalScales?: boolean;
  /** Says why, where no curve has points. */
  readonly empty?: string;
  /** Hears of clicks on points of curves of style `points`: the place of the curve, and of the point on it. null:
   *  points cannot be clicked. */
  readonly onPick?: ((curve: number, point: number) => void) | null;
}

const CURVES_NAMES: Names<CurvesOptions> = { yScale: true, marks: true, equalScales: true, empty: true, onPick: true };

/** Options of charts that are not given. */
export const CURVES_DEFAULTS = {
  yScale: 'linear', marks: [], equalScales: false, empty: 'Nothing to show: no path leads through.', onPick: null,
} as const satisfies Required<CurvesOptions>;

const HEIGHT = 260;
/** Steps between ticks of whole numbers. */
const WHOLE = Array.from({ length: 30 }, (_, k) => [1, 2, 5][k % 3] * Number(`1e${Math.floor(k / 3)}`));
/** A click so near to a point means it: a finger is wide. Pixels of the page. */
const NEAR = 20;

type AxisStyle = Pick<
  uPlot.Axis, 'stroke' | 'grid' | 'ticks' | 'font' | 'labelFont' | 'size' | 'labelSize' | 'labelGap'
>;

/** Colours and letters of axes.
 *  @param host element of class `vx`, whose colours are taken; default: those of the page */
export function axisStyle(host: HTMLElement | null = null): AxisStyle {
  const style = (): CSSStyleDeclaration => getComputedStyle(host ?? document.documentElement);
  // Asked for whenever a chart is painted: a page may go from light to dark.
  const line = (): string => (host === null ? style().getPropertyValue('--line').trim() : style().borderTopColor);
  const soft = (): string => (host === null ? style().getPropertyValue('--soft').trim() : style().outlineColor);
  const font = '12px system-ui, sans-serif';
  const thin = { stroke: line, width: 1 };
  return {
    stroke: soft, grid: thin, ticks: thin, font, labelFont: font,
    size: 32, labelSize: 20, labelGap: 0,
  };
}

const charts = new WeakMap<HTMLElement, { readonly plot: uPlot; readonly stop: () => void }>();

/** Calls `repaint` when the system or the page (by data-theme) goes from light to dark or back.
 *  @returns ends it */
function onTheme(repaint: () => void): () => void {
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', repaint);
  const themed = new MutationObserver(repaint);
  themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    scheme.removeEventListener('change', repaint);
    themed.disconnect();
  };
}

/** Takes a chart away, with all that it listens to. */
export function clearChart(host: HTMLElement): void {
  const found = charts.get(host);
  found?.stop();
  found?.plot.destroy();
  charts.delete(host);
  host.replaceChildren();
}

/** A chart that follows the width of `host`. */
export function chart(
  host: HTMLElement, data: uPlot.AlignedData, options: Omit<uPlot.Options, 'width' | 'height'> & { height?: number },
): uPlot {
  clearChart(host);
  const width = (): number => Math.max(240, host.clientWidth);
  const plot = new uPlot({ height: HEIGHT, ...options, width: width() }, data, host);
  const watcher = new ResizeObserver(() => {
    if (plot.width !== width()) plot.setSize({ width: width(), height: options.height ?? HEIGHT });
  });
  watcher.observe(host);
  const endTheme = onTheme(() => plot.redraw(false));
  charts.set(host, {
    plot,
    stop() {
      watcher.disconnect();
      endTheme();
    },
  });
  return plot;
}

/** A number as the legend shows it. */
const shown = (_: uPlot, value: number | null): string => (value == null ? '–' : String(Number(value.toPrecision(4))));

/** Powers of ten as the axis shows them; nothing between. */
function powerText(value: number | null): string {
  const power = value === null || value <= 0 ? NaN : Math.round(Math.log10(value));
  if (value === null || !(Math.abs(value / 10 ** power - 1) < 1e-6)) return '';
  return power === 0 ? '1' : `10${String(power).replaceAll(/./g, (c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)]))}`;
}

function seriesOf({ label, colour, style = 'line' }: Curve): uPlot.Series {
  const points = { show: style === 'points', size: 7, fill: colour, stroke: colour };
  return {
    label, stroke: colour, width: style === 'points' ? 0 : 2, spanGaps: true, points, class: `curve-${style}`,
    value: shown,
    ...(style === 'points' && { paths: () => null }),
    ...(style === 'dashed' && { dash: [6, 4] }),
    ...(style === 'steps' && { fill: `${colour}33`, paths: uPlot.paths.stepped?.({ align: 1 }) }),
  };
}

/** Pixels of a line of names. */
const NAME_LINE = 13;

/** Rings at the marks, with their names and a line down to the axis. A name that would cover another stands higher. */
function drawMarks(plot: uPlot, marks: readonly Mark[]): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * scale}px system-ui, sans-serif`;
  ctx.lineWidth = 1.5 * scale;
  const named: { readonly from: number; readonly to: number; readonly line: number }[] = [];
  for (const { label, colour, x, y } of marks) {
    const [px, py] = [plot.valToPos(x, 'x', true), plot.valToPos(y, 'y', true)];
    ctx.strokeStyle = ctx.fillStyle = colour;
    ctx.setLineDash([2 * scale, 3 * scale]);
    ctx.beginPath();
    ctx.moveTo(px, py);
    ctx.lineTo(px, bbox.top + bbox.height);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.arc(px, py, 4 * scale, 0, 2 * Math.PI);
    ctx.stroke();
    const { width } = ctx.measureText(label);
    const rightward = px + width + 8 * scale < bbox.left + bbox.width;
    const from = rightward ? px + 7 * scale : px - 7 * scale - width;
    let line = py - 5 * scale;
    const covers = (other: (typeof named)[number]): boolean =>
      other.from < from + width && from < other.to && Math.abs(other.line - line) < NAME_LINE * scale;
    while (named.some(covers)) line -= NAME_LINE * scale;
    named.push({ from, to: from + width, line });
    ctx.textAlign = 'left';
    ctx.fillText(label, from, line);
  }
  ctx.restore();
}

/** A legend that tells curves apart without colour: lines, dashes, dots, boxes (style.css). */
const markers = (curves: readonly Curve[]): uPlot.Legend.Markers => ({
  stroke: (_, series) => curves[series - 1]?.colour ?? '',
  fill: (_, series) => (curves[series - 1]?.style === 'steps' ? `${curves[series - 1].colour}33` : 'transparent'),
  dash: (_, series) => (curves[series - 1]?.style === 'dashed' ? 'dashed' : 'solid'),
});

/** Scales on which a unit of x is as long as one of y. y goes from 0 on, or the least value below it. Another size of
 *  the chart is another range, which uPlot does not ask for by itself. */
function equalScales(curves: readonly Curve[]): Pick<uPlot.Options, 'scales' | 'hooks'> {
  let wanted: [low: number, high: number] = [0, 1];
  let yRange: uPlot.Range.MinMax = [0, 1];
  const across = ({ bbox }: uPlot, low: number, high: number): uPlot.Range.MinMax => {
    wanted = [low, high];
    const seen = curves.flatMap(({ x, y }) => y.filter((_, k) => x[k] >= low && x[k] <= high));
    const [from, to] = seen.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [0, 0]);
    const perPixel = Math.max((high - low) / Math.max(1, bbox.width), (1.05 * (to - from)) / Math.max(1, bbox.height));
    yRange = [from, from + perPixel * bbox.height];
    return [low, low + perPixel * bbox.width];
  };
  const again = (plot: uPlot): void =>
    queueMicrotask(() => plot.setScale('x', { min: wanted[0], max: wanted[1] }));
  return { scales: { x: { time: false, range: across }, y: { range: () => yRange } }, hooks: { setSize: [again] } };
}

/** Room beside the points at the ends, as a share of the range: half of their marks would lie outside. */
const ROOM = 0.03;
const roomy = (_: uPlot, low: number, high: number): uPlot.Range.MinMax => {
  const room = ROOM * (high - low || Math.abs(low) || 1);
  return [low - room, high + room];
};

/** Lets points be clicked; over one that would be taken the pointer says so. */
function pickPoints(plot: uPlot, curves: readonly Curve[], onPick: NonNullable<CurvesOptions['onPick']>): void {
  const nearest = ({ offsetX, offsetY }: MouseEvent): readonly [curve: number, point: number] | null => {
    let [found, least]: [readonly [number, number] | null, number] = [null, NEAR];
    curves.forEach(({ style, x, y }, curve) => {
      if (style !== 'points') return;
      x.forEach((at, point) => {
        const away = Math.hypot(plot.valToPos(at, 'x') - offsetX, plot.valToPos(y[point], 'y') - offsetY);
        if (away < least) [found, least] = [[curve, point], away];
      });
    });
    return found;
  };
  plot.over.addEventListener('mousemove', (event) => {
    plot.over.style.cursor = nearest(event) === null ? '' : 'pointer';
  });
  plot.over.addEventListener('click', (event) => {
    const found = nearest(event);
    if (found !== null) onPick(...found);
  });
}

/** Curves with abscissae of their own in one chart. Those without points are left out. */
export function showCurves(
  host: HTMLElement, curves: readonly Curve[], labels: readonly [x: string, y: string], options: CurvesOptions = {},
): void {
  checkArguments('showCurves', { options: [options, CURVES_NAMES] });
  const { yScale, marks, equalScales: equal, empty, onPick } = { ...CURVES_DEFAULTS, ...options };
  const log = yScale === 'log';
  const drawn = curves.filter(({ x }) => x.length > 0);
  const style = axisStyle(host.classList.contains('vx') ? host : null);
  if (drawn.length === 0) {
    host.textContent = empty;
    return;
  }
  const marked = drawn.some(({ style: how }) => how === 'points');
  const { scales, hooks } = equal ? equalScales(drawn) : {
    scales: { x: { time: false, ...(marked && { range: roomy }) }, ...(log && { y: { distr: 3 as const } }) },
    hooks: {},
  };
  const data = uPlot.join(drawn.map(({ x, y }) =>
    [x, log ? y.map((value) => (value > 0 ? value : null)) : y] as unknown as uPlot.AlignedData));
  const plot = chart(host, data, {
    scales,
    axes: [
      // Iterations and structures are counted.
      { ...style, label: labels[0], ...(drawn.every(({ x }) => x.every(Number.isInteger)) && { incrs: WHOLE }) },
      {
        ...style, label: labels[1], size: 54,
        ...(log && { values: (_: uPlot, values: (number | null)[]) => values.map(powerText) }),
      },
    ],
    legend: { markers: markers(drawn) },
    series: [{ label: labels[0], value: shown }, ...drawn.map(seriesOf)],
    hooks: { ...hooks, draw: [(drawnPlot) => drawMarks(drawnPlot, marks)] },
  });
  if (onPick !== null) pickPoints(plot, curves, onPick);
}

/** Curves of phases in their colours. */
export function phaseCurves<T>(
  entries: readonly { readonly phase: number; readonly name: string; readonly value: T | undefined }[],
  make: (value: T) => readonly (Omit<Curve, 'label' | 'colour'> & { readonly suffix?: string })[],
): Curve[] {
  return entries.flatMap(({ phase, name, value }) => (value === undefined ? [] : make(value)).map(
    ({ suffix = '', ...curve }) => ({ ...curve, label: name + suffix, colour: lineOf(phase) }),
  ));
}
