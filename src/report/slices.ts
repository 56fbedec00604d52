// Slices of labelled structures as figures: PNG inside SVG, with a scale bar.
import { checkArguments, has } from '../core/arguments.js';
import { AXES, axisIndex, type Axis, type Shape, type VoxelSize } from '../core/grid.js';
import { phaseTitle, type PhaseNames } from '../core/phase-names.js';
import { checkVolume, type LabelVolume } from '../core/volume.js';
import type { VoxelData } from '../io/voxels.js';
import { escape, readable } from './html.js';
import { PHASE_COLOURS } from './page.js';
import { indexedPng, pngDataUri } from './png.js';
import { barLength } from './scale.js';

/** Where the pixels of a plane lie. */
export interface Plane {
  /** Pixels of a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Width of a pixel in µm; null when unknown. */
  readonly pixelUm: number | null;
  /** Height of a pixel over its width: not 1 on anisotropic voxels. */
  readonly pixelAspect: number;
}

/** One plane of a structure: labels row by row. */
export interface LabelSlice extends Plane {
  /** For files. */
  readonly name: string;
  readonly caption: string;
  /** width × height of them. */
  readonly labels: Uint8Array;
}

/** The numbers of the plane across `axis` at `index`. Rows run along the slower remaining axis. */
export function planeOf<T extends VoxelData>(
  data: T, grid: { readonly shape: Shape; readonly voxelSizeUm: VoxelSize }, axis: Axis, index: number,
): Plane & { readonly values: T } {
  checkArguments(
    'planeOf', { data: [data, 'list'], grid: [grid, has<typeof grid>('shape')], index: [index, 'number'] },
  );
  const { shape, voxelSizeUm } = grid;
  const [nz, ny, nx] = shape;
  const [hz, hy, hx] = voxelSizeUm ?? [1, 1, 1];
  const [height, width] = axis === 'z' ? [ny, nx] : axis === 'y' ? [nz, nx] : [nz, ny];
  const [pixelHeight, pixelWidth] = axis === 'z' ? [hy, hx] : axis === 'y' ? [hz, hx] : [hz, hy];
  const [start, down, across] =
    axis === 'z' ? [index * ny * nx, nx, 1] : axis === 'y' ? [index * nx, ny * nx, 1] : [index, ny * nx, nx];
  const values = data.slice(0, width * height) as T;
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) values[i] = data[start + row * down + column * across];
  }
  return {
    values, width, height, pixelUm: voxelSizeUm === null ? null : pixelWidth, pixelAspect: pixelHeight / pixelWidth,
  };
}

/** The plane across `axis` at `index` (the middle by default). */
export function sliceOf(
  volume: LabelVolume, axis: Axis, name: string, caption: string, index: number | null = null,
): LabelSlice {
  checkArguments('sliceOf', { volume: [volume, 'record'], name: [name, 'text'], caption: [caption, 'text'] });
  checkVolume('sliceOf', volume);
  const { values, ...plane } =
    planeOf(volume.labels, volume, axis, index ?? Math.floor(volume.shape[axisIndex(axis)] / 2));
  return { name, caption, labels: values, ...plane };
}

/** Colours for labels that are not one of the three phases of the models. */
const OTHER = [[120, 94, 160], [90, 150, 110], [200, 110, 120], [70, 80, 95], [160, 160, 90]];

/** Colour of a label in all pictures: red, green, blue, 0 … 255 each. */
export function colourOf(label: number): readonly number[] {
  return label in PHASE_COLOURS ? PHASE_COLOURS[label as 1 | 2 | 3].slice : OTHER[label % OTHER.length];
}

/** Red, green and blue of a label. */
export type Palette = (label: number) => readonly number[];

/** Which colour of a picture is which of these labels. */
export function labelLegend(
  labels: Iterable<number>, names: PhaseNames = {}, palette: Palette = colourOf,
): string {
  const entries = [...new Set(labels)].sort((a, b) => a - b).map((label) =>
    `<li><span class="swatch" style="background:rgb(${palette(label).join(',')})"></span>` +
      `${escape(phaseTitle(label, names))}</li>`);
  return `<ul class="legend">${entries.join('')}</ul>`;
}

const PICTURE_WIDTH = 300;

/** A PNG of a plane as SVG, with a bar of a round length. @param below SVG under the picture, and how high it is */
export function pictureSvg(
  title: string, uri: string, plane: Plane,
  below: { readonly svg: string; readonly height: number } = { svg: '', height: 0 },
): string {
  const { width, height, pixelUm, pixelAspect } = plane;
  const unit = pixelUm === null ? 'voxels' : 'µm';
  const length = barLength(width * (pixelUm ?? 1));
  const tall = (PICTURE_WIDTH * height * pixelAspect) / width;
  const bar = (PICTURE_WIDTH * length) / (width * (pixelUm ?? 1));
  return `<svg viewBox="0 0 ${PICTURE_WIDTH} ${(tall + below.height).toFixed(1)}" role="img" ` +
    `xmlns="http://www.w3.org/2000/svg"><title>${escape(title)}</title>`
    + `<image href="${uri}" width="${PICTURE_WIDTH}" height="${tall.toFixed(1)}" preserveAspectRatio="none" ` +
      'style="image-rendering:pixelated"/>'
    + `<g transform="translate(10 ${(tall - 12).toFixed(1)})"><rect x="-4" y="-20" width="${(bar + 8).toFixed(1)}" ` +
      'height="27" rx="3" fill="#fff" fill-opacity=".88"/>'
    + `<rect width="${bar.toFixed(1)}" height="3" fill="#111"/><text x="${(bar / 2).toFixed(1)}" y="-5" ` +
      `text-anchor="middle" style="fill:#111">${readable(length, 1)} ${unit}</text></g>`
    + (below.height > 0 ? `<g transform="translate(0 ${tall.toFixed(1)})">${below.svg}</g>` : '') + '</svg>';
}

/** The picture of a slice with its bar. */
export function slicePicture(slice: LabelSlice, palette: Palette = colourOf): string {
  const present = [...new Set(slice.labels)].sort((a, b) => a - b);
  const index = new Uint8Array(256);
  present.forEach((label, i) => { index[label] = i; });
  const uri =
    pngDataUri(indexedPng(slice.labels.map((label) => index[label]), slice.width, slice.height, present.map(palette)));
  return pictureSvg(slice.name, uri, slice);
}

export function sliceFigure(slice: LabelSlice, palette: Palette = colourOf): string {
  const text = `<b>${escape(slice.name)}</b>${escape(slice.caption)}`;
  return `<figure>${slicePicture(slice, palette)}<figcaption>${text}</figcaption></figure>`;
}

/** Axes across which a plane shows something: a section has one. */
export function axesAcross(shape: Shape): readonly Axis[] {
  checkArguments('axesAcross', { shape: [shape, 'shape'] });
  const flat = AXES.filter((axis) => shape[axisIndex(axis)] === 1);
  return flat.length > 0 ? flat.slice(0, 1) : AXES;
}

/** "middle plane across z: x to the right, y downwards" */
export function planeText(axis: Axis): string {
  const [down, right] = AXES.filter((other) => other !== axis);
  return `middle plane across ${axis}; ${right} to the right, ${down} downwards`;
}
