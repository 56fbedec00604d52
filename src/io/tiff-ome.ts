// OME-TIFF [Open Microscopy Environment, schema 2016-06]: an XML text says which pages of which files are which planes
// of which images, and how large a voxel is.
import { FileError } from '../core/errors.js';
import type { VoxelSize } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import type { DecodeContext } from './formats.js';
import { unitUm } from '../core/lengths.js';
import { spacingFrom } from './voxels.js';

/** Planes of one image beyond these are a damaged text. */
const MOST_PLANES = 2 ** 20;

/** Where planes lie: so many pages of a file, one behind the other. */
interface Pages {
  /** First plane. */
  readonly place: Readonly<Record<'c' | 'z' | 't', number>>;
  readonly ifd: number;
  /** null: all that there are. */
  readonly count: number | null;
  /** null: this file. */
  readonly file: string | null;
}

export interface OmeImage {
  /** Sizes of c, z and t in the order in which planes follow each other, fastest first. */
  readonly order: readonly { readonly axis: 'c' | 'z' | 't'; readonly length: number }[];
  readonly voxelSizeUm: VoxelSize;
  readonly pages: readonly Pages[];
}

/** A tag of the text with what follows it up to the next one. */
interface Tag {
  readonly kind: 'open' | 'close' | 'empty';
  readonly tag: string;
  readonly attributes: string;
  readonly after: string;
}

function unescaped(text: string): string {
  const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", micro: 'µ' };
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{1,8}));/gi, (all, decimal, hex, word) => {
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? parseInt(hex, 16) : NaN;
    if (word !== undefined) return Object.hasOwn(names, word) ? names[word] : all;
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

function withoutComments(text: string): string {
  const [first, ...rest] = text.split('<!--');
  return first + rest.map((part) => part.split('-->').slice(1).join('-->')).join('');
}

/** All tags in their order, in one pass. */
function tagsOf(text: string): Tag[] {
  return withoutComments(text).split('<').slice(1).flatMap((part): Tag[] => {
    const end = part.indexOf('>');
    const match = /^(\/?)(?:[\w.-]+:)?([\w.-]+)/.exec(part);
    if (end < 0 || match === null) return [];
    const inside = part.slice(match[0].length, end);
    const kind = match[1] === '/' ? 'close' : inside.endsWith('/') ? 'empty' : 'open';
    return [{ kind, tag: match[2], attributes: inside, after: part.slice(end + 1) }];
  });
}

function attribute({ attributes }: Tag, key: string): string | undefined {
  const match = new RegExp(`\\s${key}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  return match === null ? undefined : unescaped(match[1] ?? match[2]);
}

/** µm in a unit; NaN where there is none, which is said if it is not pixels. */
export function lengthUnit({ warn }: DecodeContext, unit: string): number {
  const um = unitUm(unit);
  if (um === null && !/^(pixels?|reference frame|)$/i.test(unit.trim())) {
    warn(`its unit ${quoted(unit)} is not known, so the voxel size is taken as unknown; --voxel-size says it`);
  }
  return um ?? NaN;
}

/** All images of the text. @throws FileError */
export function omeImages(context: DecodeContext, xml: string): OmeImage[] {
  const { name } = context;
  const images: { pixels: Tag; data: { tag: Tag; id: Tag | null }[] }[] = [];
  let [root, inside]: [Tag | null, boolean] = [null, false];
  for (const tag of tagsOf(xml)) {
    if (tag.tag === 'BinaryOnly') {
      const file = attribute(tag, 'MetadataFile');
      throw new FileError(
        `${name}: one part of an OME image that ${file === undefined ? 'another file' : quoted(file)} describes; ` +
          'save the image as one OME-TIFF',
      );
    }
    const { kind } = tag;
    if (tag.tag === 'OME' && kind === 'open') root ??= tag;
    if (tag.tag === 'Pixels' && kind !== 'close') images.push({ pixels: tag, data: [] });
    if (tag.tag === 'TiffData') {
      inside = kind === 'open';
      if (kind !== 'close') images.at(-1)?.data.push({ tag, id: null });
    }
    const last = images.at(-1)?.data.at(-1);
    if (tag.tag === 'UUID' && kind !== 'close' && inside && last !== undefined) last.id = tag;
  }
  if (images.length === 0) throw new FileError(`${name}: its OME description has no image (Pixels); save it again`);
  const uuid = root === null ? undefined : attribute(root, 'UUID');
  return images.map(({ pixels, data }) => imageOf(context, pixels, data, uuid));
}

function imageOf(
  context: DecodeContext, pixels: Tag, tiffData: readonly { tag: Tag; id: Tag | null }[], uuid: string | undefined,
): OmeImage {
  const { name } = context;
  const whole = (tag: Tag, key: string, absent: number, least: number): number => {
    const found = Number(attribute(tag, key) ?? absent);
    if (Number.isInteger(found) && found >= least) return found;
    throw new FileError(`${name}: its OME description says ${key} ${attribute(tag, key)}; save it again`);
  };
  const sizes = { c: whole(pixels, 'SizeC', 1, 1), z: whole(pixels, 'SizeZ', 1, 1), t: whole(pixels, 'SizeT', 1, 1) };
  const letters = /^xy([czt]{3})$/.exec((attribute(pixels, 'DimensionOrder') ?? 'xyczt').toLowerCase())?.[1] ?? 'czt';
  const order = [...letters].map((letter) => ({ axis: letter as 'c' | 'z' | 't', length: sizes[letter as 'c'] }));
  if (sizes.c * sizes.z * sizes.t > MOST_PLANES) {
    throw new FileError(`${name}: its OME description says ${sizes.c * sizes.z * sizes.t} planes; save it again`);
  }
  const pages = tiffData.map(({ tag: data, id }): Pages => {
    const place = {
      c: whole(data, 'FirstC', 0, 0), z: whole(data, 'FirstZ', 0, 0), t: whole(data, 'FirstT', 0, 0),
    };
    const file = id === null || id.after.trim() === uuid ? null : (attribute(id, 'FileName') ?? null);
    const bare = attribute(data, 'IFD') === undefined && attribute(data, 'PlaneCount') === undefined;
    return { place, ifd: whole(data, 'IFD', 0, 0), count: bare ? null : whole(data, 'PlaneCount', 1, 0), file };
  });
  const units = [...'XYZ'].map((axis) => attribute(pixels, `PhysicalSize${axis}Unit`) ?? 'um');
  const um = new Map([...new Set(units)].map((unit) => [unit, lengthUnit(context, unit)]));
  const [x, y, z] = [...'XYZ'].map((axis, k) =>
    Number(attribute(pixels, `PhysicalSize${axis}`) ?? NaN) * (um.get(units[k]) as number));
  if (sizes.z > 1 && Number.isNaN(z) && x > 0) {
    context.warn(`no distance of its slices is given: ${x} µm, the width of a pixel; --voxel-size says another`);
  }
  const edges = [x, y, Number.isNaN(z) ? x : z];
  return { order, voxelSizeUm: edges.some(Number.isNaN) ? null : spacingFrom(context, edges, 1), pages };
}
