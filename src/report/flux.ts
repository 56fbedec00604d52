// Pictures of the flux through planes of a volume: colour by flux density, with the scale below.
import { checkArguments } from '../core/arguments.js';
import type { Axis, Shape, VoxelSize } from '../core/grid.js';
import { escape } from './html.js';
import { indexedPng, pngDataUri } from './png.js';
import { axis as scaleAxis, niceStep } from './scale.js';
import { pictureSvg, planeOf } from './slices.js';

/** Anchors of matplotlib's viridis (CC0): even steps in lightness, readable with every colour vision and in grey. */
const ANCHORS = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
/** What does not conduct. */
const NOTHING = [226, 229, 233];
const SHADES = 255;

function shade(share: number): number[] {
  const at = share * (ANCHORS.length - 1);
  const k = Math.min(ANCHORS.length - 2, Math.floor(at));
  return ANCHORS[k].map((from, c) => Math.round(from + (at - k) * (ANCHORS[k + 1][c] - from)));
}

const PALETTE = [NOTHING, ...Array.from({ length: SHADES }, (_, i) => shade(i / (SHADES - 1)))];

export interface FieldVolume {
  /** |J| at the voxel centres, in units of the mean gradient × the reference conductivity; 0 where nothing conducts. */
  readonly flux: Float32Array;
  readonly shape: Shape;
  readonly voxelSizeUm: VoxelSize;
}

export interface FluxView {
  readonly name: string;
  readonly caption: string;
  /** The plane lies across this axis. */
  readonly across: Axis;
  readonly index: number;
}

/** A round upper end of the scale that all but the highest half per cent of the conducting pixels lie below. */
function scaleEnd(values: readonly Float32Array[]): number {
  const conducting =
    Float32Array.from(values.flatMap((plane) => Array.from(plane.filter((value) => value > 0)))).sort();
  if (conducting.length === 0) return 1;
  const high = conducting[Math.floor(0.995 * (conducting.length - 1))];
  const step = niceStep(high, 4);
  return step * Math.ceil(high / step - 1e-9);
}

/** The scale itself: shades from 0 to `end`, ticks under it. */
function scaleSvg(end: number): string {
  const [left, width] = [22, 256];
  const bar = pngDataUri(indexedPng(Uint8Array.from({ length: SHADES }, (_, i) => i + 1), SHADES, 1, PALETTE));
  const { ticks, label } = scaleAxis(0, end);
  const marks = ticks.filter((tick) => tick > -1e-9 * end && tick <= end * (1 + 1e-9)).map((tick) => {
    const x = left + (width * tick) / end;
    return `<path class="axis" d="M${x.toFixed(1)} 20v4"/><text x="${x.toFixed(1)}" y="35" ` +
      `text-anchor="middle">${tick >= end * (1 - 1e-9) ? '≥ ' : ''}${label(tick)}</text>`;
  });
  return `<image href="${bar}" x="${left}" y="10" width="${width}" height="10" ` +
    `preserveAspectRatio="none"/>${marks.join('')}`
    + '<text class="label" x="150" y="51" text-anchor="middle">flux density / (reference σ × mean gradient)</text>';
}

/** One picture per view, all on one linear scale; grey is what carries no current. */
export function fluxFigures(field: FieldVolume, views: readonly FluxView[]): string[] {
  checkArguments('fluxFigures', { field: [field, 'record'], views: [views, 'records'] });
  const planes = views.map((view) => planeOf(field.flux, field, view.across, view.index));
  const end = scaleEnd(planes.map((plane) => plane.values));
  const below = { svg: scaleSvg(end), height: 56 };
  return views.map(({ name, caption }, i) => {
    const { values, ...plane } = planes[i];
    const pixels = Uint8Array.from(
      values, (value) => (value > 0 ? 1 + Math.min(SHADES - 1, Math.round((value / end) * (SHADES - 1))) : 0),
    );
    const uri = pngDataUri(indexedPng(pixels, plane.width, plane.height, PALETTE));
    const text = `<b>${escape(name)}</b>${escape(caption)}`;
    return `<figure>${pictureSvg(name, uri, plane, below)}<figcaption>${text}</figcaption></figure>`;
  });
}
