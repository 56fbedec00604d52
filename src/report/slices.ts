// Slices of labelled structures as figures: PNG inside SVG, with a scale bar.
import { axisIndex, type Axis } from '../core/grid.js';
import { checkVolume, type LabelVolume } from '../core/volume.js';
import { escape, readable } from './html.js';
import { PHASE_COLOURS } from './page.js';
import { indexedPng, pngDataUri } from './png.js';
import { niceStep } from './scale.js';

/** One plane of a structure: labels row by row. */
export interface LabelSlice {
  readonly name: string;
  readonly caption: string;
  readonly labels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Edge of a pixel in µm; null when unknown. */
  readonly pixelUm: number | null;
}

/** The plane across `axis` at `index` (the middle by default). Rows run along the slower remaining axis. */
export function sliceOf(volume: LabelVolume, axis: Axis, name: string, caption: string, index: number | null = null): LabelSlice {
  checkVolume('sliceOf', volume);
  const [nz, ny, nx] = volume.shape;
  const at = index ?? Math.floor(volume.shape[axisIndex(axis)] / 2);
  const [height, width] = axis === 'z' ? [ny, nx] : axis === 'y' ? [nz, nx] : [nz, ny];
  const labels = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [z, y, x] = axis === 'z' ? [at, row, column] : axis === 'y' ? [row, at, column] : [row, column, at];
      labels[row * width + column] = volume.labels[(z * ny + y) * nx + x];
    }
  }
  return { name, caption, labels, width, height, pixelUm: volume.voxelSizeUm?.[2] ?? null };
}

/** Colours for labels that are not one of the three phases of the models. */
const OTHER = [[120, 94, 160], [90, 150, 110], [200, 110, 120], [70, 80, 95], [160, 160, 90]];

export function colourOf(label: number): readonly number[] {
  return label in PHASE_COLOURS ? PHASE_COLOURS[label as 1 | 2 | 3].slice : OTHER[label % OTHER.length];
}

export function sliceFigure(slice: LabelSlice): string {
  const present = [...new Set(slice.labels)].sort((a, b) => a - b);
  const index = new Uint8Array(256);
  present.forEach((label, i) => { index[label] = i; });
  const uri = pngDataUri(indexedPng(slice.labels.map((label) => index[label]), slice.width, slice.height, present.map(colourOf)));
  const unit = slice.pixelUm === null ? 'voxels' : 'µm';
  // A round length of about a quarter of the width.
  const length = niceStep((slice.width * (slice.pixelUm ?? 1)) / 4, 1.6);
  const height = (300 * slice.height) / slice.width;
  const bar = (300 * length) / (slice.width * (slice.pixelUm ?? 1));
  return `<figure><svg viewBox="0 0 300 ${height.toFixed(1)}" role="img" xmlns="http://www.w3.org/2000/svg"><title>${escape(slice.name)}</title>`
    + `<image href="${uri}" width="300" height="${height.toFixed(1)}" style="image-rendering:pixelated"/>`
    + `<g transform="translate(10 ${(height - 12).toFixed(1)})"><rect x="-4" y="-20" width="${(bar + 8).toFixed(1)}" height="27" rx="3" fill="#fff" fill-opacity=".88"/>`
    + `<rect width="${bar.toFixed(1)}" height="3" fill="#111"/><text x="${(bar / 2).toFixed(1)}" y="-5" text-anchor="middle" style="fill:#111">${readable(length, 1)} ${unit}</text></g></svg>`
    + `<figcaption><b>${escape(slice.name)}</b>${escape(slice.caption)}</figcaption></figure>`;
}
