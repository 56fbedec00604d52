// Pictures of the state of charge in planes of an electrode: colour where there is active material, light greys for
// what is beside it.
import { checkArguments, has } from '../core/arguments.js';
import type { Axis } from '../core/grid.js';
import type { LabelVolume } from '../core/volume.js';
import { escape } from './html.js';
import { indexedPng, pngDataUri } from './png.js';
import { niceStep } from './scale.js';
import { shade, shades, shadeScale } from './shades.js';
import { pictureSvg, planeOf } from './slices.js';

/** Of what holds no lithium, by label modulo their count: no hue, so that none is taken for a state of charge. */
const BESIDE = [[255, 255, 255], [224, 228, 234], [250, 250, 250], [196, 202, 210], [168, 174, 184], [140, 147, 158]];
const SHADES = 240;

/** Colour of a label that is no active material, as red, green, blue. */
export function besideColour(label: number): readonly number[] {
  checkArguments('besideColour', { label: [label, 'number'] });
  return BESIDE[label % BESIDE.length];
}

/** Colour of a state of charge on a scale from `from` to `to`. */
export function socColour(value: number, scale: SocScale): readonly number[] {
  checkArguments('socColour', { value: [value, 'number'], scale: [scale, has<SocScale>('from', 'to')] });
  const { from, to } = scale;
  return shade(Math.min(1, Math.max(0, (value - from) / (to - from))));
}

/** States of charge at the ends of the colours. */
export interface SocScale {
  /** Of the first colour. */
  readonly from: number;
  /** Of the last colour. */
  readonly to: number;
}

/** Round ends around all states of charge of several arrays; 0 to 1 where there are none. */
export function socScale(values: readonly Float32Array[]): SocScale {
  checkArguments('socScale', { values: [values, 'lists'] });
  let [low, high] = [Infinity, -Infinity];
  for (const list of values) {
    for (const value of list) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return { from: 0, to: 1 };
  // What rounding leaves of an even state of charge is no range, and of a full one nothing above 1.
  const step = niceStep(Math.max(high - low, 1e-4), 20);
  const [from, to] = [step * Math.floor(low / step + 1e-3), step * Math.ceil(high / step - 1e-3)];
  return { from, to: to > from ? to : from + step };
}

/** Which plane of a state of charge is drawn. */
export interface SocView {
  readonly name: string;
  readonly caption: string;
  /** Per voxel of the volume; NaN outside the active material. */
  readonly stateOfCharge: Float32Array;
  /** The plane lies across this axis. */
  readonly across: Axis;
  /** Of the plane, from 0. */
  readonly index: number;
}

/** One picture per view, all on one scale. */
export function socFigures(volume: LabelVolume, views: readonly SocView[]): string[] {
  checkArguments('socFigures', { volume: [volume, 'record'], views: [views, 'records'] });
  const planes = views.map(({ stateOfCharge, across, index }) => ({
    ...planeOf(stateOfCharge, volume, across, index), labels: planeOf(volume.labels, volume, across, index).values,
  }));
  const scale = socScale(planes.map(({ values }) => values));
  const below = shadeScale({ ...scale, name: 'state of charge', open: false });
  const palette = [...BESIDE, ...shades(SHADES)];
  return views.map(({ name, caption }, i) => {
    const { values, labels, ...plane } = planes[i];
    const pixels = Uint8Array.from(values, (value, k) => (Number.isNaN(value) ? labels[k] % BESIDE.length
      : BESIDE.length + Math.round(((value - scale.from) / (scale.to - scale.from)) * (SHADES - 1))));
    const uri = pngDataUri(indexedPng(pixels, plane.width, plane.height, palette));
    const text = `<b>${escape(name)}</b>${escape(caption)}`;
    return `<figure>${pictureSvg(name, uri, plane, below)}<figcaption>${text}</figcaption></figure>`;
  });
}
