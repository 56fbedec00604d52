// Histogram of grey values with thresholds that can be dragged.
import uPlot from 'uplot';
import { axisStyle, chart, fillOf } from '../src/viewer.js';
import type { GreyFacts } from './protocol.js';

export interface Thresholds {
  /** Ascending; a threshold is the lowest value of the class above it. */
  readonly values: readonly number[];
  /** Labels of the classes, dark to bright: one more. */
  readonly labels: readonly number[];
}

/** How near a threshold the pointer must be to take hold of it, CSS pixels. */
const REACH = 14;

/** @param moved called with the index and the new value of a threshold while it is dragged
 *  @returns redraws the thresholds */
export function showHistogram(
  host: HTMLElement, { edges, counts, end }: GreyFacts, current: () => Thresholds,
  moved: (index: number, value: number) => void,
): () => void {
  // Classes behind the counts, thresholds before them.
  const eachClass = (plot: uPlot): void => {
    const { values, labels } = current();
    const { ctx, bbox } = plot;
    const right = bbox.left + bbox.width;
    const x = (value: number): number => Math.min(right, Math.max(bbox.left, plot.valToPos(value, 'x', true)));
    const limits = [bbox.left, ...values.map(x), right];
    ctx.save();
    ctx.globalAlpha = 0.3;
    labels.forEach((label, k) => {
      ctx.fillStyle = fillOf(label);
      ctx.fillRect(limits[k], bbox.top, limits[k + 1] - limits[k], bbox.height);
    });
    ctx.restore();
  };
  const eachThreshold = (plot: uPlot): void => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = String(getComputedStyle(host).color);
    ctx.lineWidth = 2 * devicePixelRatio;
    for (const value of current().values) {
      const x = plot.valToPos(value, 'x', true);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.beginPath();
      ctx.arc(x, bbox.top + 8 * devicePixelRatio, 5 * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fill();
    }
    ctx.restore();
  };
  const plot = chart(host, [[...edges, end], [...counts, counts[counts.length - 1]]], {
    height: 220,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, range: [edges[0], end] }, y: { range: [0, Math.max(...counts) * 1.05] } },
    axes: [{ ...axisStyle(), label: 'grey value' }, { ...axisStyle(), label: 'voxels', size: 62 }],
    series: [{}, {
      stroke: axisStyle().stroke, fill: '#7d889688', width: 1, paths: uPlot.paths.stepped?.({ align: 1 }),
      points: { show: false },
    }],
    hooks: { drawClear: [eachClass], draw: [eachThreshold] },
  });
  drag(plot, () => current().values, moved);
  return () => plot.redraw(false);
}

function drag(plot: uPlot, values: () => readonly number[], moved: (index: number, value: number) => void): void {
  const { over } = plot;
  let held: number | null = null;
  const nearest = (x: number): number | null => {
    const distances = values().map((value) => Math.abs(plot.valToPos(value, 'x') - x));
    const best = distances.indexOf(Math.min(...distances));
    return distances[best] <= REACH ? best : null;
  };
  over.style.touchAction = 'none';
  over.addEventListener('pointerdown', (event) => {
    held = nearest(event.offsetX);
    if (held !== null) over.setPointerCapture(event.pointerId);
  });
  over.addEventListener('pointermove', (event) => {
    over.style.cursor = held !== null || nearest(event.offsetX) !== null ? 'ew-resize' : 'default';
    if (held !== null) moved(held, plot.posToVal(event.offsetX, 'x'));
  });
  for (const name of ['pointerup', 'pointercancel']) over.addEventListener(name, () => (held = null));
}
