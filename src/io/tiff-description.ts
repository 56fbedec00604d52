// The description of a TIFF: ours, ImageJ's key=value lines, tifffile's JSON, or OME-XML. Only these say what lies
// beside and behind a page, and what the resolution means.
import { FileError } from '../core/errors.js';
import type { DecodeContext } from './formats.js';
import { lengthUnit, omeImages, type OmeImage } from './tiff-ome.js';
import {
  objectFrom, provenanceFrom, spacingFrom, voxelSizeFromJson, type VoxelArray,
} from './voxels.js';

/** An axis outside the pages: z, c (channels), t (times), or a letter without meaning. */
export interface OuterAxis {
  readonly axis: string;
  readonly length: number;
}

export type Described = { readonly meta: Pick<VoxelArray, 'voxelSizeUm' | 'provenance'> } & (
  | { readonly by: 'nobody' | 'voxelith' }
  /** `axes`: outermost first. */
  | { readonly by: 'imagej'; readonly images: number; readonly axes: readonly OuterAxis[] }
  | { readonly by: 'tifffile'; readonly axes: readonly OuterAxis[] }
  | { readonly by: 'ome'; readonly images: readonly OmeImage[] }
);

/** Pixels of a page, and numbers of a pixel. */
interface PageSize {
  readonly nx: number;
  readonly ny: number;
  readonly samples: number;
}

/** Key of the line of an ImageJ description that holds ours. */
export const OWN_KEY = 'voxelith';

/** UTF-8, or Latin-1 as old versions of ImageJ have it. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\0+$/, '');
  } catch {
    return new TextDecoder('latin1').decode(bytes).replace(/\0+$/, '');
  }
}

function ours(name: string, json: Record<string, unknown>): Described['meta'] {
  return { voxelSizeUm: voxelSizeFromJson(name, json.voxelSizeUm), ...provenanceFrom(json.provenance) };
}

/** @param description bytes of tag 270
 *  @param page sizes of the page that it belongs to
 *  @param pixel size along x and y in ImageJ's unit, from the resolution tags; NaN where they do not say it
 *  @throws FileError for a description that contradicts itself */
export function describedBy(
  context: DecodeContext, description: Uint8Array, page: PageSize, pixel: readonly [number, number],
): Described {
  const { name } = context;
  const text = textOf(description);
  if (/^(ImageJ|SCIFIO)=/.test(text)) return imageJ(context, text, pixel);
  if (/<(?:\w+:)?OME[\s>]/.test(text)) {
    return { by: 'ome', images: omeImages(context, text), meta: { voxelSizeUm: null } };
  }
  const json = objectFrom(text);
  if (json === null) return { by: 'nobody', meta: { voxelSizeUm: null } };
  if ('voxelSizeUm' in json) return { by: 'voxelith', meta: ours(name, json) };
  const axes = shapedAxes(json, page);
  const meta = { voxelSizeUm: null };
  return axes === null ? { by: 'nobody', meta } : { by: 'tifffile', axes, meta };
}

/** tifffile's shape of the whole image: the axes outside the page. null where there is none, or that of another image,
 *  which a program has left there. */
function shapedAxes(
  { shape, axes }: Record<string, unknown>, { nx, ny, samples }: PageSize,
): OuterAxis[] | null {
  if (!Array.isArray(shape) || !shape.every((n) => Number.isInteger(n) && n > 0)) return null;
  const sizes = shape as number[];
  const inside = (samples === 1 ? [[ny, nx], [ny, nx, 1]] : [[ny, nx, samples], [samples, ny, nx]])
    .find((tail) => tail.every((n, k) => sizes[sizes.length - tail.length + k] === n));
  if (inside === undefined) return null;
  const outer = sizes.slice(0, sizes.length - inside.length);
  const letters = typeof axes === 'string' && axes.length === sizes.length ? axes.toLowerCase() : '';
  return outer.map((length, k) => ({ axis: /[a-z]/.exec(letters[k] ?? '')?.[0] ?? 'ijklmnop'[k % 8], length }));
}

/** Letters beyond ASCII as Java's properties have them. */
const unescaped = (text: string): string =>
  text.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

/** ImageJ [ij.io.FileInfo, ij.measure.Calibration]: x and y by the resolution tags, all in `unit` but where yunit and
 *  zunit stand; slices without `spacing` are one unit apart. */
function imageJ(context: DecodeContext, text: string, [x, y]: readonly [number, number]): Described {
  const { name, warn } = context;
  const value = (key: string): string | undefined => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1].trim();
  const whole = (key: string, absent: number): number => {
    const found = Number(value(key) ?? absent);
    if (Number.isInteger(found) && found > 0) return found;
    throw new FileError(`${name}: its ImageJ description says ${key}=${value(key)}; save the stack again`);
  };
  const [channels, slices, frames] = ['channels', 'slices', 'frames'].map((key) => whole(key, 1));
  const images = whole('images', channels * slices * frames);
  const hyper = channels * slices * frames;
  if (hyper !== images && hyper !== 1) {
    throw new FileError(
      `${name}: an ImageJ hyperstack of ${channels} channels × ${slices} slices × ${frames} frames in ${images} ` +
        'images; save the stack you mean (Image > Color > Split Channels, or Duplicate)',
    );
  }
  const axes = hyper === 1 ? [{ axis: 'z', length: images }] : [
    { axis: 't', length: frames }, { axis: 'z', length: slices }, { axis: 'c', length: channels },
  ];
  const own = objectFrom(value(OWN_KEY) ?? '');
  if (own !== null) return { by: 'imagej', images, axes, meta: ours(name, own) };
  const unit = unescaped(value('unit') ?? '');
  const named = [unit, unescaped(value('yunit') ?? unit), unescaped(value('zunit') ?? unit)];
  const units = new Map([...new Set(named)].map((one) => [one, lengthUnit(context, one)]));
  const [ux, uy, uz] = named.map((one) => units.get(one) as number);
  const spacing = value('spacing');
  const edges: [number, number, number] = [x * ux, y * uy, images === 1 ? x * ux : Number(spacing ?? 1) * uz];
  const voxelSizeUm = edges.some(Number.isNaN) ? null : spacingFrom(context, edges, 1);
  if (voxelSizeUm !== null && images > 1 && spacing === undefined && edges[2] !== edges[0]) {
    warn(
      `no distance of its slices is given: 1 ${unit}, as ImageJ takes it; pixels are ${edges[0]} × ${edges[1]} µm; ` +
        '--voxel-size says another',
    );
  }
  return { by: 'imagej', images, axes, meta: { voxelSizeUm } };
}
