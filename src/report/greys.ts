// Grey images in reports: a slice, and the histogram with the thresholds between the classes.
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

/** The middle slice across z (the first index), as it was read. */
export function greyFigure(image: VoxelArray, name: string, caption: string): string {
  const [nz, ny, nx] = image.shape;
  const z = nz >> 1;
  const plane = Float32Array.from(image.data.subarray(z * ny * nx, (z + 1) * ny * nx));
  const { width, height, ...scale } = planeOf(plane, { shape: [1, ny, nx], voxelSizeUm: image.voxelSizeUm }, 'z', 0);
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

/** Voxels by grey value as it was read, with the thresholds as lines. */
export function greyHistogramFigure({ data }: VoxelArray, thresholds: readonly number[]): string {
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
  ], {
    title: 'Grey values as read', xLabel: 'grey value', yLabel: '% of the voxels', width: 300, height: 230,
    names: thresholds.length > 0 ? 'none' : 'inside',
  });
  const caption = thresholds.length > 0 ? 'Dashed: thresholds, on the values after the steps before them.' : '';
  return `<figure>${chart}<figcaption>${caption}</figcaption></figure>`;
}
