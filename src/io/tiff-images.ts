// Which pages of a TIFF are slices of which image. A file may hold several: channels and times of a hyperstack, images
// of different sizes, series of tifffile and OME. The only one is taken; of several one is named, as in scan.tif:c2.
import { FileError } from '../core/errors.js';
import type { Shape } from '../core/grid.js';
import { quoted } from '../core/quote.js';
import { chosen } from './arranged.js';
import type { DecodeContext } from './formats.js';
import { placeOf } from './place.js';
import { noRoom } from './room.js';
import { describedBy, type Described, type OuterAxis } from './tiff-description.js';
import { directoriesOf, isImage, type TiffDirectory } from './tiff-directory.js';
import type { OmeImage } from './tiff-ome.js';
import { isColoured, type TiffPlane } from './tiff-pixels.js';
import { isOnePiece, pageOf, WHITE_IS_ZERO, type TiffPage } from './tiff-page.js';
import { bytesPerVoxel, shapeFrom, type VoxelArray } from './voxels.js';

/** A file and its pages, copies of less resolution included. */
interface TiffFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly directories: readonly TiffDirectory[];
}

/** Where a slice lies: pages are looked at when their image is taken. */
interface Slice {
  readonly file: TiffFile;
  readonly directory: number;
  readonly shift: number;
}

/** An image before it is chosen. */
interface Candidate {
  readonly path: string;
  readonly first: TiffPage;
  readonly slices: readonly Slice[];
  readonly sample: number | null;
  readonly meta: Described['meta'];
  /** What is taken for slices though it is called otherwise. */
  readonly taken: OuterAxis | null;
}

export interface TiffImage {
  readonly planes: readonly TiffPlane[];
  readonly shape: Shape;
  readonly meta: Pick<VoxelArray, 'voxelSizeUm' | 'provenance'>;
}

/** Names of images beyond these are a damaged file. */
const MOST_IMAGES = 2 ** 18;
const [DESCRIPTION, X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT] = [270, 282, 283, 296];
const AXIS_NAMES: Readonly<Record<string, string>> = { c: 'channels', t: 'times' };

/** Header and directories. @throws FileError */
export function tiffFile(name: string, bytes: Uint8Array): TiffFile {
  const order = String.fromCharCode(bytes[0], bytes[1]);
  const littleEndian = order === 'II';
  const version = littleEndian ? bytes[2] | (bytes[3] << 8) : bytes[3] | (bytes[2] << 8);
  if ((order !== 'II' && order !== 'MM') || (version !== 42 && version !== 43)) {
    throw new FileError(`${name}: not a TIFF file: it begins neither with II*\\0 nor with MM\\0*`);
  }
  const big = version === 43;
  if (bytes.length < (big ? 16 : 8)) {
    throw new FileError(`${name}: the file is truncated inside its header; write it again`);
  }
  return { name, bytes, directories: directoriesOf(name, bytes, littleEndian, big) };
}

function describe(context: DecodeContext, { directory, ...page }: TiffPage): Described {
  const pixel = (tag: number): number => 1 / (directory.value(tag) ?? NaN);
  return describedBy(context, directory.bytes(DESCRIPTION), page, [pixel(X_RESOLUTION), pixel(Y_RESOLUTION)]);
}

/** Splits what lies outside the pages into images: the axis of slices stays, every choice along the others is an image.
 *  @param axes outermost first
 *  @returns for each image its path and the places of its slices along the axes */
function split(axes: readonly OuterAxis[]): { path: string; places: number[]; taken: OuterAxis | null }[] {
  const long = axes.filter(({ length }) => length > 1);
  const slices = long.length === 1 ? long[0] : (axes.find(({ axis }) => axis === 'z') ?? long.at(-1));
  const strides = axes.map((_, k) => axes.slice(k + 1).reduce((product, { length }) => product * length, 1));
  let images: { path: string; start: number }[] = [{ path: '', start: 0 }];
  for (const [k, one] of axes.entries()) {
    if (one === slices || one.length === 1) continue;
    images = images.flatMap(({ path, start }) => Array.from({ length: one.length }, (_, i) => (
      { path: `${path}${one.axis}${i + 1}`, start: start + i * strides[k] }
    )));
  }
  const stride = slices === undefined ? 0 : strides[axes.indexOf(slices)];
  const taken = slices !== undefined && slices.length > 1 && AXIS_NAMES[slices.axis] !== undefined ? slices : null;
  return images.map(({ path, start }) => (
    { path, places: Array.from({ length: slices?.length ?? 1 }, (_, i) => start + i * stride), taken }
  ));
}

/** Numbers of candidates before a path that says more of them. */
const numbered = (images: readonly Candidate[][]): Candidate[] => images.flatMap((parts, k) =>
  (images.length === 1 && parts[0].path !== ''
    ? parts
    : parts.map((part) => ({ ...part, path: part.path === '' ? `${k + 1}` : `${k + 1}/${part.path}` }))));

/** Pages that follow each other in a file as if every one had a directory: stacks that say their length elsewhere.
 *  @throws FileError where they are not there */
function run(file: TiffFile, directory: number, first: TiffPage, count: number): Slice[] {
  const size = first.nx * first.ny * bytesPerVoxel(first.type);
  if (!isOnePiece(first)) {
    throw new FileError(
      `${file.name}: says that it holds ${count} slices behind one page, which is not stored in one piece; ` +
        'save it again',
    );
  }
  if (!(count * size <= file.bytes.length)) {
    throw new FileError(
      `${file.name}: the file is truncated: it says that it holds ${count} slices of ${size} bytes, the file has ` +
        `${file.bytes.length}; write it again`,
    );
  }
  return Array.from({ length: count }, (_, k) => ({ file, directory, shift: k * size }));
}

const planesOf = (axes: readonly OuterAxis[]): number => axes.reduce((product, { length }) => product * length, 1);

/** Images of pages that nobody describes: one of each size and type. A description of tifffile begins another. */
function plainImages(context: DecodeContext, file: TiffFile, pages: readonly number[]): Candidate[] {
  const images = new Map<string, { first: TiffPage; slices: Slice[]; by: Described; number: number }>();
  let [series, current, described] = [0, 0, 0];
  for (const directory of pages) {
    const first = pageOf(file.name, file.directories[directory], directory + 1);
    described += first.directory.bytes(DESCRIPTION).length;
    if (described > file.bytes.length) {
      throw new FileError(`${file.name}: its descriptions lie over each other; the file is damaged, write it again`);
    }
    const by = describe(context, first);
    // Sections that were written one by one are the slices of one image.
    if (by.by === 'tifffile') current = planesOf(by.axes) > 1 ? ++series : 0;
    const key = [first.nx, first.ny, first.samples, first.type, current].join();
    const image = images.get(key);
    if (image === undefined) images.set(key, { first, slices: [{ file, directory, shift: 0 }], by, number: directory });
    else image.slices.push({ file, directory, shift: 0 });
  }
  return numbered([...images.values()].map(({ first, slices, by, number }) => {
    const axes = by.by === 'tifffile' && planesOf(by.axes) > 1 ? by.axes : [{ axis: 'z', length: slices.length }];
    const count = planesOf(axes);
    const all = slices.length === 1 && count > 1 ? run(file, number, first, count) : slices;
    if (all.length !== count) {
      throw new FileError(
        `${file.name}: says that it holds ${count} pages, ${all.length} are there; save the stack again`,
      );
    }
    return parts(first, all, axes, by.meta);
  }));
}

function parts(
  first: TiffPage, slices: readonly Slice[], axes: readonly OuterAxis[], meta: Described['meta'],
): Candidate[] {
  return split(axes).map(({ path, places, taken }) => (
    { path, first, slices: places.map((place) => slices[place]), sample: null, meta, taken }
  ));
}

/** A stack of ImageJ: one page for each image, or all behind the first. @throws FileError */
function imageJImages(
  file: TiffFile, pages: readonly number[], first: TiffPage, by: Described & { by: 'imagej' },
): Candidate[] {
  const { images, axes, meta } = by;
  if (pages.length !== images && pages.length > 1) {
    throw new FileError(
      `${file.name}: says that it holds ${images} pages, ${pages.length} are there; save the stack again`,
    );
  }
  const slices = pages.length === images
    ? pages.map((directory) => ({ file, directory, shift: 0 }))
    : run(file, pages[0], first, images);
  return numbered([parts(first, slices, axes, meta)]);
}

/** Files of one OME image, each read once. */
function siblings(
  context: DecodeContext, own: TiffFile, images: readonly OmeImage[],
): (file: string | null) => Promise<TiffFile> {
  const { name, beside, warn } = context;
  const names = new Set(images.flatMap(({ pages }) => pages.map(({ file }) => file)));
  const base = (placeOf(name).file.split(/[/\\]/).at(-1) ?? '').toLowerCase();
  const files = new Map<string, TiffFile>();
  let { room } = context;
  return async (file) => {
    if (file === null || file.toLowerCase() === base) return own;
    const known = files.get(file);
    if (known !== undefined) return known;
    const bytes = await beside(file);
    if (bytes !== null && bytes.length > room) throw noRoom(name, `its part ${quoted(file)} takes`, bytes.length, room);
    if (bytes === null && names.size > 1) {
      throw new FileError(
        `${name}: planes of this OME image lie in ${quoted(file)}, which is not beside it; put the files into one ` +
          'folder, or save the image as one OME-TIFF',
      );
    }
    // A file that was renamed still calls itself by its old name.
    const found = bytes === null ? own : tiffFile(file, bytes);
    if (bytes === null) warn(`calls itself ${quoted(file)}: taken as this file`);
    room -= bytes?.length ?? 0;
    files.set(file, found);
    return found;
  };
}

/** Planes of an image, slowest axis first. @throws FileError */
async function omeParts(
  name: string, image: OmeImage, open: (file: string | null) => Promise<TiffFile>,
): Promise<Candidate[]> {
  const all = image.pages.length > 0 ? image.pages : [{ place: { c: 0, z: 0, t: 0 }, ifd: 0, count: null, file: null }];
  const start = await open(all[0].file);
  const head = start.directories[all[0].ifd];
  if (head === undefined) throw new FileError(`${name}: its OME image lies in no page of it; save the image again`);
  const first = pageOf(start.name, head, all[0].ifd + 1);
  // Channels may be samples of one page.
  const axes = image.order.map(({ axis, length }) => (
    { axis, length: axis === 'c' && length % first.samples === 0 ? length / first.samples : length }
  ));
  const total = planesOf(axes);
  const planes: (Slice | undefined)[] = Array.from({ length: total });
  for (const { place, ifd, count, file } of all) {
    const found = await open(file);
    let [plane, step] = [0, 1];
    for (const { axis, length } of axes) {
      plane += (axis === 'c' ? Math.floor(place.c / first.samples) : place[axis]) * step;
      step *= length;
    }
    const most = Math.min(count ?? Infinity, found.directories.length - ifd, total - plane);
    for (let k = 0; k < most; k++) planes[plane + k] ??= { file: found, directory: ifd + k, shift: 0 };
  }
  const missing = planes.findIndex((plane) => plane === undefined);
  if (missing >= 0) {
    const names: Readonly<Record<string, string>> = { ...AXIS_NAMES, z: 'slices' };
    const long = axes.filter(({ length }) => length > 1).map(({ axis, length }) => `${length} ${names[axis]}`)
      .join(' × ');
    throw new FileError(
      `${name}: plane ${missing + 1} of the ${total} (${long}) of its OME image is in no page of it; save it again`,
    );
  }
  return parts(first, planes as Slice[], [...axes].reverse(), { voxelSizeUm: image.voxelSizeUm });
}

async function omeImages(context: DecodeContext, file: TiffFile, images: readonly OmeImage[]): Promise<Candidate[]> {
  const open = siblings(context, file, images);
  const all: Candidate[][] = [];
  for (const image of images) all.push(await omeParts(context.name, image, open));
  return numbered(all);
}

/** Samples of pixels as images of their own: where they are no colours, and where somebody names one.
 *  @param wanted the name
 *  @throws FileError */
function withSamples(name: string, candidates: readonly Candidate[], wanted: string | null): Candidate[] {
  const total = candidates.reduce((sum, { first }) => sum + first.samples, 0);
  if (total > MOST_IMAGES) {
    throw new FileError(`${name}: says that it holds ${total} images; the file is damaged, write it again`);
  }
  return candidates.flatMap((candidate) => {
    const { first: { samples, alpha }, first, path } = candidate;
    const named = Array.from({ length: samples }, (_, sample) => (
      { ...candidate, sample, path: `${path}/s${sample + 1}` }
    ));
    if (samples === 1 || (alpha && wanted === null)) return [candidate];
    return isColoured(first) || alpha ? [candidate, ...(wanted?.includes('s') ? named : [])] : named;
  });
}

/** What resolution tags say, where it could be true: they are not believed, as most programs write that of a screen. */
function hint(directory: TiffDirectory, warn: (message: string) => void): void {
  const unit = { 2: 25400, 3: 10000 }[directory.value(RESOLUTION_UNIT) ?? 2];
  const um = (unit ?? NaN) / (directory.value(X_RESOLUTION) ?? NaN);
  // 40 µm are 635 dots per inch, more than screens and printers have.
  if (!(um > 0 && um < 40)) return;
  const size = Number(um.toPrecision(6));
  warn(`its resolution tags say ${size} µm for a pixel, which is not believed; if it is true: --voxel-size ${size}um`);
}

/** The image that the name means, or the only one. @throws FileError, CapacityError */
export async function imageOf(context: DecodeContext, bytes: Uint8Array): Promise<TiffImage> {
  const { dataset, warn } = context;
  const { file: path } = placeOf(context.name);
  const file = tiffFile(path, bytes);
  const originals = [...file.directories.keys()].filter((k) => isImage(file.directories[k]));
  const pages = originals.length > 0 ? originals : [...file.directories.keys()];
  const head = file.directories[pages[0]];
  const first = pageOf(path, head, pages[0] + 1);
  const inside = { ...context, name: path };
  const by = describe(inside, first);
  const candidates = by.by === 'ome' ? await omeImages(inside, file, by.images)
    : by.by === 'imagej' ? imageJImages(file, pages, first, by)
    : plainImages(inside, file, pages);
  const listed = withSamples(path, candidates, dataset).map((candidate) => ({
    candidate, path: candidate.path, dtype: candidate.first.type,
    shape: [candidate.slices.length, candidate.first.ny, candidate.first.nx],
  }));
  const { path: found } = chosen(path, dataset, listed);
  const { candidate: { slices, sample, meta, taken, first: one } } =
    listed.find((entry) => entry.path === found) as (typeof listed)[number];
  const planes = slices.map(({ file: { name, bytes: all, directories }, directory, shift }): TiffPlane => {
    const page = shift > 0 ? one : pageOf(name, directories[directory], directory + 1);
    if (page.nx !== one.nx || page.ny !== one.ny || page.type !== one.type || page.samples !== one.samples) {
      throw new FileError(
        `${name}: page ${directory + 1} has ${page.nx} × ${page.ny} pixels (${page.type}), the first of its image ` +
          `${one.nx} × ${one.ny} (${one.type}); save all slices alike`,
      );
    }
    return { bytes: all, page, number: directory + 1, shift, sample };
  });
  if (taken !== null) warn(`its ${taken.length} ${AXIS_NAMES[taken.axis]} are taken as slices`);
  if (one.photometric === WHITE_IS_ZERO && one.samples === 1) {
    warn('says that 0 is white: the numbers are taken as they are stored, dark ones are the bright ones of a viewer');
  }
  if (meta.voxelSizeUm === null) hint(head, warn);
  return { planes, shape: shapeFrom(path, [planes.length, one.ny, one.nx]), meta };
}
