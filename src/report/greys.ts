// Grey images in reports: a slice, and the histogram with the thresholds between the classes.
import { axisIndex, type Axis } from '../core/grid.js';
import type { VoxelArray } from '../io/voxels.js';
import { lines } from './chart.js';
import { escape } from './html.js';
import { indexedPng, pngDataUri } from './png.js';
import { planeOf, pictureSvg } from './slices.js';

const LEVELS = 256;
/** Pictures are no wider than this many pixels. */
const MOST_PIXELS = 480;
const PALETTE = Array.from({ length: LEVELS }, (_, level) => [level, level, level]);

/** Grey values between which pictures are drawn: all but a thousandth on either side. */
function contrast(values: Float32Array): { readonly low: number; readonly high: number } {
  const every = Math.max(1, Math.floor(values.length / 1e5));
  const sample = Float32Array.from({ length: Math.ceil(values.length / every) }, (_, i) => values[i * every]).sort();
  const at = (q: number): number => sample[Math.min(sample.length - 1, Math.floor(q * sample.length))];
  const [low, high] = [at(0.001), at(0.999)];
  return { low, high: high > low ? high : low + 1 };
}

/** The middle slice across an axis. */
export function greyFigure(image: VoxelArray, name: string, caption: string, axis: Axis = 'z'): string {
  const { values, width, height, ...scale } = planeOf(image.data, image, axis, image.shape[axisIndex(axis)] >> 1);
  const plane = Float32Array.from(values);
  const { low, high } = contrast(plane);
  const step = Math.max(1, Math.ceil(Math.max(width, height) / MOST_PIXELS));
  const [columns, rows] = [Math.ceil(width / step), Math.ceil(height / step)];
  const pixels = Uint8Array.from({ length: columns * rows }, (_, i) => {
    const value = plane[Math.floor(i / columns) * step * width + (i % columns) * step];
    return Math.min(LEVELS - 1, Math.max(0, Math.round(((value - low) / (high - low)) * (LEVELS - 1))));
  });
  const svg = pictureSvg(name, pngDataUri(indexedPng(pixels, columns, rows, PALETTE)), { width, height, ...scale });
  return `<figure>${svg}<figcaption><b>${escape(name)}</b>${escape(caption)}</figcaption></figure>`;
}

/** Bins of a histogram at most; those of whole values are whole, or they would hold unequal numbers of values. */
const BINS = 96;

export interface GreyHistogramOptions {
  readonly title?: string;
  /** Below the chart. */
  readonly caption?: string;
  readonly width?: number;
  /** Grey values of classes, as dotted lines beside the thresholds. */
  readonly means?: readonly number[];
}

/** Voxels by grey value, with the thresholds as lines. */
export function greyHistogramFigure(
  { data }: VoxelArray, thresholds: readonly number[], options: GreyHistogramOptions = {},
): string {
  const every = Math.max(1, Math.floor(data.length / 2e6));
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < data.length; i += every) {
    low = Math.min(low, data[i]);
    high = Math.max(high, data[i]);
  }
  if (!(high > low)) return '';
  const whole = !(data instanceof Float32Array || data instanceof Float64Array);
  const width = whole ? Math.ceil((high - low + 1) / BINS) : (high - low) / BINS;
  const counts = new Float64Array(whole ? Math.ceil((high - low + 1) / width) : BINS);
  let all = 0;
  for (let i = 0; i < data.length; i += every, all++) {
    counts[Math.min(counts.length - 1, Math.floor((data[i] - low) / width))]++;
  }
  const share = Array.from(counts, (n) => (100 * n) / all);
  const top = Math.max(...share);
  const chart = lines([
    { name: 'voxels', colour: 'p1', x: share.map((_, b) => low + (b + 0.5) * width - (whole ? 0.5 : 0)), y: share },
    ...thresholds.map(
      (t, i) => ({ name: i === 0 ? 'threshold' : '', colour: 'p2', dashed: true, x: [t, t], y: [0, top] }),
    ),
    ...(options.means ?? []).map((mean) => ({ name: '', colour: 'p3', x: [mean, mean], y: [0, top] })),
  ], {
    title: options.title ?? 'Grey values as read', xLabel: 'grey value', yLabel: '% of the voxels',
    width: options.width ?? 300, height: 230, names: thresholds.length > 0 ? 'none' : 'inside',
  });
  const caption = options.caption ??
    (thresholds.length > 0 ? 'Dashed: thresholds, on the values after the steps before them.' : '');
  return `<figure>${chart}<figcaption>${caption}</figcaption></figure>`;
}
