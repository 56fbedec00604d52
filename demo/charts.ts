// The two charts of the page: tortuosity histogram and pore-size curves, with uPlot.
import uPlot from 'uplot';

const SE_COLOUR = '#0072b2';
const AM_COLOUR = '#e69f00';

function axisColours(): Pick<uPlot.Axis, 'stroke' | 'grid' | 'ticks'> {
  const style = getComputedStyle(document.documentElement);
  const line = style.getPropertyValue('--line').trim();
  return { stroke: style.getPropertyValue('--soft').trim(), grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
}

function plot(host: HTMLElement, data: uPlot.AlignedData, series: uPlot.Series[], labels: readonly [x: string, y: string]): void {
  host.replaceChildren();
  new uPlot(
    {
      width: Math.max(280, host.clientWidth),
      height: 280,
      scales: { x: { time: false } },
      axes: [
        { ...axisColours(), label: labels[0] },
        { ...axisColours(), label: labels[1] },
      ],
      series: [{ label: labels[0] }, ...series],
    },
    data,
    host,
  );
}

export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** Share of the start voxels per bin, as steps; both phases on one axis. A phase without paths is left out. */
export function showTortuosity(host: HTMLElement, se: Histogram | null, am: Histogram | null): void {
  const tables = [
    { histogram: se, label: 'SE', stroke: SE_COLOUR },
    { histogram: am, label: 'AM', stroke: AM_COLOUR },
  ].filter((entry): entry is typeof entry & { histogram: Histogram } => entry.histogram !== null);
  const joined = uPlot.join(
    tables.map(({ histogram: { edges, counts } }) => {
      const total = counts.reduce((sum, count) => sum + count, 0);
      return [edges.slice(0, -1), counts.map((count) => count / total)] as uPlot.AlignedData;
    }),
  );
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  plot(
    host,
    joined,
    tables.map(({ label, stroke }) => ({ label, stroke, fill: `${stroke}33`, width: 2, paths: stepped, spanGaps: true, points: { show: false } })),
    ['geodesic tortuosity', 'share of start voxels'],
  );
}

export interface Curves {
  readonly radius: readonly number[];
  readonly cpsd: readonly number[];
  readonly smip: readonly number[];
}

/** CPSD (full line) and SMIP (dashed) of both solid phases against the ball radius in µm. */
export function showPoreSizes(host: HTMLElement, se: Curves, am: Curves): void {
  const joined = uPlot.join([se, am].map(({ radius, cpsd, smip }) => [radius, cpsd, smip] as unknown as uPlot.AlignedData));
  const line = (label: string, stroke: string, dash?: number[]): uPlot.Series => ({ label, stroke, width: 2, dash, spanGaps: true, points: { show: false } });
  plot(
    host,
    joined,
    [line('SE CPSD', SE_COLOUR), line('SE SMIP', SE_COLOUR, [6, 4]), line('AM CPSD', AM_COLOUR), line('AM SMIP', AM_COLOUR, [6, 4])],
    ['ball radius, µm', 'volume fraction'],
  );
}
