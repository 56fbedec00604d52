// Charts with uPlot: the page's colours, one legend style, as wide as their place.
import uPlot from 'uplot';
import { lineOf } from './colours.js';

export interface Curve {
  readonly label: string;
  readonly colour: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** `points`: marks only; `steps`: y holds from x to the next x. */
  readonly style?: 'line' | 'dashed' | 'points' | 'steps';
}

const HEIGHT = 260;

type AxisStyle = Pick<
  uPlot.Axis, 'stroke' | 'grid' | 'ticks' | 'font' | 'labelFont' | 'size' | 'labelSize' | 'labelGap'
>;

export function axisStyle(): AxisStyle {
  const style = getComputedStyle(document.documentElement);
  const line = style.getPropertyValue('--line').trim();
  const font = '12px system-ui, sans-serif';
  const thin = { stroke: line, width: 1 };
  return {
    stroke: style.getPropertyValue('--soft').trim(), grid: thin, ticks: thin, font, labelFont: font,
    size: 32, labelSize: 20, labelGap: 0,
  };
}

const watchers = new WeakMap<HTMLElement, ResizeObserver>();

/** A chart that follows the width of `host`. */
export function chart(
  host: HTMLElement, data: uPlot.AlignedData, options: Omit<uPlot.Options, 'width' | 'height'> & { height?: number },
): uPlot {
  host.replaceChildren();
  const width = (): number => Math.max(240, host.clientWidth);
  const plot = new uPlot({ height: HEIGHT, ...options, width: width() }, data, host);
  watchers.get(host)?.disconnect();
  const watcher = new ResizeObserver(() => {
    if (plot.width !== width()) plot.setSize({ width: width(), height: options.height ?? HEIGHT });
  });
  watcher.observe(host);
  watchers.set(host, watcher);
  return plot;
}

/** A number as the legend shows it. */
const shown = (_: uPlot, value: number | null): string => (value == null ? '–' : String(Number(value.toPrecision(4))));

function seriesOf({ label, colour, style = 'line' }: Curve): uPlot.Series {
  const points = { show: style === 'points', size: 7, fill: colour, stroke: colour };
  return {
    label, stroke: colour, width: style === 'points' ? 0 : 2, spanGaps: true, points,
    value: shown,
    ...(style === 'points' && { paths: () => null }),
    ...(style === 'dashed' && { dash: [6, 4] }),
    ...(style === 'steps' && { fill: `${colour}33`, paths: uPlot.paths.stepped?.({ align: 1 }) }),
  };
}

/** Curves with abscissae of their own in one chart. Those without points are left out. */
export function showCurves(
  host: HTMLElement, curves: readonly Curve[], labels: readonly [x: string, y: string],
): void {
  const drawn = curves.filter(({ x }) => x.length > 0);
  if (drawn.length === 0) {
    host.textContent = 'Nothing to show: no path leads through.';
    return;
  }
  const data = uPlot.join(drawn.map(({ x, y }) => [x, y] as unknown as uPlot.AlignedData));
  chart(host, data, {
    scales: { x: { time: false } },
    axes: [{ ...axisStyle(), label: labels[0] }, { ...axisStyle(), label: labels[1], size: 54 }],
    series: [{ label: labels[0], value: shown }, ...drawn.map(seriesOf)],
  });
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
