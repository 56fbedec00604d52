// The description of a TIFF: our JSON, ImageJ's key=value lines, or OME-XML. Only these say what the resolution means.
import { FileError } from '../core/errors.js';
import type { VoxelSize } from '../core/grid.js';
import { objectFrom, provenanceFrom, unitUm, voxelSizeFromJson, type VoxelArray } from './voxels.js';

export interface Described {
  /** Pages that the description promises, where it does. */
  readonly images: number | null;
  readonly meta: Pick<VoxelArray, 'voxelSizeUm' | 'provenance'>;
}

/** UTF-8, or Latin-1 as old versions of ImageJ have it. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\0+$/, '');
  } catch {
    return new TextDecoder('latin1').decode(bytes).replace(/\0+$/, '');
  }
}

/** @param description bytes of tag 270
 *  @param pixel size along x and y in ImageJ's unit, from the resolution tags
 *  @throws FileError for stacks with channels or times besides slices */
export function describedBy(name: string, description: Uint8Array, pixel: readonly [number, number]): Described {
  const text = textOf(description);
  const json = objectFrom(text);
  if (json !== null) {
    return {
      images: null,
      meta: { voxelSizeUm: voxelSizeFromJson(name, json.voxelSizeUm), ...provenanceFrom(json.provenance) },
    };
  }
  if (text.startsWith('ImageJ=')) return imageJ(name, text, pixel);
  const pixels = /<(?:\w+:)?Pixels\s[^<>]*>/.exec(text);
  return pixels !== null && /<(?:\w+:)?OME\s/.test(text)
    ? ome(name, pixels[0])
    : { images: null, meta: { voxelSizeUm: null } };
}

function imageJ(name: string, text: string, [x, y]: readonly [number, number]): Described {
  const value = (key: string): string | undefined => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1];
  // One of them above 1 is a stack under another name: tifffile calls the slices of a 3D array channels.
  const [channels, slices, frames] = ['channels', 'slices', 'frames'].map((key) => Number(value(key) ?? 1));
  if ([channels, slices, frames].filter((count) => count > 1).length > 1) {
    throw new FileError(
      `${name}: an ImageJ hyperstack of ${channels} channels × ${slices} slices × ${frames} frames; ` +
        'save the stack you mean (Image > Color > Split Channels, or Duplicate)',
    );
  }
  const um = unitUm(value('unit') ?? '');
  const z = Number(value('spacing') ?? NaN);
  const known = um !== null && [x, y].every((h) => h > 0 && Number.isFinite(h));
  const voxelSizeUm: VoxelSize = known ? [(z > 0 ? z : x) * um, y * um, x * um] : null;
  const images = Number(value('images') ?? 1);
  return { images: Number.isInteger(images) && images > 0 ? images : null, meta: { voxelSizeUm } };
}

/** OME-TIFF [Open Microscopy Environment, 2016-06 schema]: sizes in µm unless a unit stands beside them. */
function ome(name: string, pixels: string): Described {
  const value = (key: string): string | undefined => new RegExp(`\\s${key}="([^"]*)"`).exec(pixels)?.[1];
  const [channels, slices, frames] = ['SizeC', 'SizeZ', 'SizeT'].map((key) => Number(value(key) ?? 1));
  if ([channels, slices, frames].filter((count) => count > 1).length > 1) {
    throw new FileError(
      `${name}: an OME image of ${channels} channels × ${slices} slices × ${frames} times; save the stack you mean`,
    );
  }
  const size = (axis: string): number => Number(value(`PhysicalSize${axis}`) ?? NaN) *
    (unitUm((value(`PhysicalSize${axis}Unit`) ?? 'um').replace('&#181;', 'µ')) ?? NaN);
  const [x, y, z] = ['X', 'Y', 'Z'].map(size);
  const known = [x, y].every((h) => h > 0);
  return { images: null, meta: { voxelSizeUm: known ? [z > 0 ? z : x, y, x] : null } };
}
