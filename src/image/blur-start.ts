// First guess of what an image was made of, before any label is known: noise, grey values of the classes, labels.
import { SpecError } from '../core/errors.js';
import type { Shape } from '../core/grid.js';
import { otsuThresholds } from './thresholds.js';

export interface BlurStart {
  /** Standard deviation of the noise, grey values. */
  readonly noise: number;
  /** Grey value of each class, ascending. */
  readonly means: readonly number[];
  /** Least and greatest grey value. */
  readonly range: readonly [number, number];
  /** Standard deviation of the Gaussian that the labels are taken after, voxels. */
  readonly smoothing: number;
}

/** Widths to smooth by, the least first. */
const WIDTHS = [0, 0.5, 0.7, 1, 1.4];
/** Noise that may be left, of the range of the grey values. */
const QUIET = 1 / 20;
/** Share of the voxels whose surroundings change least: these lie inside a class. */
const FLAT = 0.3;
/** Share beyond which a grey value is an extreme, and how many deviations of the noise that is from the mean there. */
const EXTREME = 0.002;
const EXTREME_DEVIATIONS = 2.5;
/** Lower quartile of the magnitude of a normal number. */
const QUARTILE = 0.318639;
const BINS = 256;

/** What smoothing leaves of white noise: (8π^{3/2}σ³)^{−1/2} of it. */
const left = (noise: number, sigma: number): number =>
  sigma === 0 ? noise : noise / Math.sqrt(8 * 5.568327996831708 * sigma * sigma * sigma);

const quantile = (sorted: Float32Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

/** Deviation of white noise from second differences along every axis [after Immerkær 1996, CVIU 64:300]: they vanish
 *  where grey values vary slowly. Their lower quartile, so that edges do not count. */
export function noiseOf(data: Float32Array, [nz, ny, nx]: Shape): number {
  const axes = [[nz, ny * nx], [ny, nx], [nx, 1]].filter(([n]) => n > 2);
  const found: number[] = [];
  const step = (at: number, k: number): number =>
    k === axes.length ? data[at] : step(at - axes[k][1], k + 1) - 2 * step(at, k + 1) + step(at + axes[k][1], k + 1);
  const inside = (n: number): readonly [number, number] => (n > 2 ? [1, n - 1] : [0, n]);
  const [[z0, z1], [y0, y1], [x0, x1]] = [inside(nz), inside(ny), inside(nx)];
  for (let z = z0; z < z1; z++) {
    for (let y = y0; y < y1; y++) {
      for (let x = x0 + ((z + y) & 1); x < x1; x += 2) found.push(Math.abs(step((z * ny + y) * nx + x, 0)));
    }
  }
  const sorted = Float32Array.from(found).sort();
  let power = 1;
  for (let k = 0; k < axes.length; k++) power *= 6;
  return sorted.length === 0 ? 0 : quantile(sorted, 0.25) / QUARTILE / Math.sqrt(power);
}

const square = (x: number): number => x * x;

/** Squares of the differences across each voxel; Infinity at the faces of the window. */
function changes(data: Float32Array, [nz, ny, nx]: Shape): Float32Array {
  const result = new Float32Array(data.length).fill(Infinity);
  const across = (at: number, stride: number, n: number): number =>
    n > 2 ? square(data[at + stride] - data[at - stride]) : 0;
  const inner = (i: number, n: number): boolean => n <= 2 || (i > 0 && i < n - 1);
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        if (!inner(z, nz) || !inner(y, ny) || !inner(x, nx)) continue;
        const at = (z * ny + y) * nx + x;
        result[at] = across(at, ny * nx, nz) + across(at, nx, ny) + across(at, 1, nx);
      }
    }
  }
  return result;
}

/** Counts and sums of the values of some voxels in equal bins. */
interface Values {
  readonly counts: Uint32Array;
  readonly sums: Float64Array;
}

function binned(data: Float32Array, low: number, scale: number, taken: (i: number) => boolean): Values {
  const counts = new Uint32Array(BINS);
  const sums = new Float64Array(BINS);
  for (let i = 0; i < data.length; i++) {
    if (!taken(i)) continue;
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor((data[i] - low) * scale)));
    counts[bin]++;
    sums[bin] += data[i];
  }
  return { counts, sums };
}

/** Means of the classes, divided by Otsu's thresholds: of the voxels whose surroundings are flat, or of all where too
 *  few values are left of these. */
function flatMeans(data: Float32Array, shape: Shape, classes: number, low: number, high: number): number[] {
  const change = changes(data, shape);
  const limit = quantile(change.filter((value) => value < Infinity).sort(), FLAT);
  const scale = BINS / (high - low);
  const flat = binned(data, low, scale, (i) => change[i] <= limit);
  const levels = ({ counts: found }: Values): number => found.reduce((sum, count) => sum + Number(count > 0), 0);
  const { counts, sums } = levels(flat) >= classes ? flat : binned(data, low, scale, () => true);
  if (levels({ counts, sums }) < classes) {
    throw new SpecError(
      `segment: auto needs at least ${classes} grey values for ${classes} classes; is the image segmented already?`,
    );
  }
  const { thresholds } = otsuThresholds({ counts, base: low, scale }, classes);
  const edges = [0, ...thresholds.map((t) => Math.round((t - low) * scale)), BINS];
  return edges.slice(1).map((edge, k) => {
    let [sum, count] = [0, 0];
    for (let bin = edges[k]; bin < edge; bin++) {
      sum += sums[bin];
      count += counts[bin];
    }
    return sum / count;
  });
}

/** First guess from a window.
 *  @param smoothed the grey values of the window after a Gaussian of that width
 *  @throws SpecError when the image has fewer grey values than classes */
export async function blurStart(
  shape: Shape, classes: number, smoothed: (sigma: number) => Promise<Float32Array>,
): Promise<BlurStart> {
  const raw = await smoothed(0);
  const noise = noiseOf(raw, shape);
  const calm = (await smoothed(1)).sort();
  const spanned = quantile(calm, 0.999) - quantile(calm, 0.001);
  const smoothing = WIDTHS.find((sigma) => left(noise, sigma) < QUIET * spanned) ?? WIDTHS[WIDTHS.length - 1];
  const data = await smoothed(smoothing);
  const sorted = data.slice().sort();
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  const means = flatMeans(data, shape, classes, low, high + (high - low) / BINS);
  // Blur draws the darkest and the brightest class towards the others; their extremes have suffered least.
  const spread = EXTREME_DEVIATIONS * left(noise, smoothing);
  means[0] = Math.min(means[0], quantile(sorted, EXTREME) + spread);
  means[classes - 1] = Math.max(means[classes - 1], quantile(sorted, 1 - EXTREME) - spread);
  let [least, most] = [raw[0], raw[0]];
  for (const value of raw) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return { noise, means, range: [least, most], smoothing };
}

/** Class of each grey value: the one with the nearest mean. */
export function nearestClasses(data: Float32Array, means: readonly number[]): Uint8Array {
  const limits = means.slice(1).map((mean, k) => (mean + means[k]) / 2);
  const result = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    let k = 0;
    while (k < limits.length && data[i] >= limits[k]) k++;
    result[i] = k;
  }
  return result;
}
