// Pictures of the flux through planes of a volume: colour by flux density, with the scale below.
import { checkArguments } from '../core/arguments.js';
import type { Axis, Shape, VoxelSize } from '../core/grid.js';
import { escape } from './html.js';
import { indexedPng, pngDataUri } from './png.js';
import { niceStep } from './scale.js';
import { shades, shadeScale } from './shades.js';
import { pictureSvg, planeOf } from './slices.js';

/** What does not conduct. */
const NOTHING = [226, 229, 233];
const SHADES = 255;

const PALETTE = [NOTHING, ...shades(SHADES)];

/** A flux field on its grid. */
export interface FieldVolume {
  /** |J| at the voxel centres, in units of the mean gradient × the reference conductivity; 0 where nothing conducts. */
  readonly flux: Float32Array;
  /** Voxels along (z, y, x). */
  readonly shape: Shape;
  /** Edges (z, y, x) of a voxel in µm; null: unknown, and there is no scale bar. */
  readonly voxelSizeUm: VoxelSize;
}

/** Which plane of a flux field is drawn. */
export interface FluxView {
  readonly name: string;
  readonly caption: string;
  /** The plane lies across this axis. */
  readonly across: Axis;
  /** Of the plane, from 0. */
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

/** One picture per view, all on one linear scale; grey is what carries no current. */
export function fluxFigures(field: FieldVolume, views: readonly FluxView[]): string[] {
  checkArguments('fluxFigures', { field: [field, 'record'], views: [views, 'records'] });
  const planes = views.map((view) => planeOf(field.flux, field, view.across, view.index));
  const end = scaleEnd(planes.map((plane) => plane.values));
  const name = 'flux density / (reference σ × mean gradient)';
  const below = shadeScale({ from: 0, to: end, name, open: true });
  return views.map(({ name: title, caption }, i) => {
    const { values, ...plane } = planes[i];
    const pixels = Uint8Array.from(
      values, (value) => (value > 0 ? 1 + Math.min(SHADES - 1, Math.round((value / end) * (SHADES - 1))) : 0),
    );
    const uri = pngDataUri(indexedPng(pixels, plane.width, plane.height, PALETTE));
    const text = `<b>${escape(title)}</b>${escape(caption)}`;
    return `<figure>${pictureSvg(title, uri, plane, below)}<figcaption>${text}</figcaption></figure>`;
  });
}
