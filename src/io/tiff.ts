// TIFF 6.0: one page per slice, uncompressed, voxel size in resolution tags and exactly in the JSON description.
// Read here: strips of one 8/16/32/64-bit sample, plain, PackBits or deflate, ImageJ stacks; the rest by `geotiff`.
import { FileError } from '../core/errors.js';
import { voxelCount } from '../core/grid.js';
import type { DecodeContext, VoxelFormat } from './formats.js';
import { decodeWithGeotiff } from './geotiff.js';
import { inflated, mostInflated } from './inflate.js';
import { PACK_BITS, unpackedBits } from './pack-bits.js';
import { checkRoom } from './room.js';
import { describedBy, type Described } from './tiff-description.js';
import { directoriesOf, type TiffDirectory } from './tiff-directory.js';
import {
  asciiJson, bytesOf, bytesPerVoxel, checkLength, concatenated, copiedBytes, dataTypeOf, numbersOf, shapeFrom,
  type DataType,
  type VoxelArray,
} from './voxels.js';

const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;
/** Kinds of compression [TIFF 6.0; Adobe, TIFF Technical Note 2]. */
const [PLAIN, DEFLATE, OLD_DEFLATE] = [1, 8, 32946];
/** Version of BigTIFF. */
const BIG = 43;
const SAMPLE_FORMATS: Readonly<Record<string, 1 | 2 | 3>> = { u: 1, i: 2, f: 3 };

/** Pixels per centimetre as a TIFF rational. */
function resolution(um: number): [number, number] {
  const perCentimetre = 1e4 / um;
  let denominator = 1;
  while (denominator < 1e6 && perCentimetre * denominator * 10 < 2 ** 32) denominator *= 10;
  return [Math.min(Math.round(perCentimetre * denominator), 2 ** 32 - 1), denominator];
}

/** Header, then one directory per slice, then all slices in a row: the layout that memory-mapping readers like. */
function encode(array: VoxelArray): Uint8Array {
  const { data, shape, voxelSizeUm, provenance } = array;
  const [nz, ny, nx] = shape;
  const type = dataTypeOf(data);
  // tifffile takes a description that begins with "shape" for the shape of the whole file.
  const description =
    new TextEncoder().encode(`${asciiJson({ shape, voxelSizeUm, provenance: provenance ?? null })}\0`);
  const entries = 13;
  const directory = 2 + 12 * (entries + 1) + 4;
  const resolutionAt = 8 + description.length + (description.length % 2);
  const firstDirectory = resolutionAt + 16;
  const slice = ny * nx * bytesPerVoxel(type);
  const dataAt = Math.ceil((firstDirectory + nz * directory) / 64) * 64;
  if (dataAt + nz * slice >= 2 ** 32) {
    throw new FileError(`TIFF: ${shape.join('×')} ${type} are beyond its 4 GiB; write .nrrd or .npy instead`);
  }
  const head = new Uint8Array(dataAt);
  const view = new DataView(head.buffer);
  head.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, firstDirectory, true);
  head.set(description, 8);
  const [xResolution, yResolution] =
    voxelSizeUm === null ? [[1, 1], [1, 1]] : [resolution(voxelSizeUm[2]), resolution(voxelSizeUm[1])];
  [...xResolution, ...yResolution].forEach((value, i) => view.setUint32(resolutionAt + 4 * i, value, true));

  let at = firstDirectory;
  const entry = (tag: number, kind: number, count: number, value: number): void => {
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, kind, true);
    view.setUint32(at + 4, count, true);
    if (kind === SHORT) view.setUint16(at + 8, value, true);
    else view.setUint32(at + 8, value, true);
    at += 12;
  };
  for (let z = 0; z < nz; z++) {
    const first = z === 0;
    const next = firstDirectory + (z + 1) * directory;
    view.setUint16(at, entries + (first ? 1 : 0), true);
    at += 2;
    entry(256, LONG, 1, nx);
    entry(257, LONG, 1, ny);
    entry(258, SHORT, 1, 8 * bytesPerVoxel(type));
    entry(259, SHORT, 1, 1);
    entry(262, SHORT, 1, 1);
    if (first) entry(270, 2, description.length, 8);
    entry(273, LONG, 1, dataAt + z * slice);
    entry(277, SHORT, 1, 1);
    entry(278, LONG, 1, ny);
    entry(279, LONG, 1, slice);
    entry(282, RATIONAL, 1, resolutionAt);
    entry(283, RATIONAL, 1, resolutionAt + 8);
    entry(296, SHORT, 1, voxelSizeUm === null ? 1 : 3);
    entry(339, SHORT, 1, SAMPLE_FORMATS[type[0]]);
    view.setUint32(at, z + 1 < nz ? next : 0, true);
    at = next;
  }
  return concatenated(head, bytesOf(data));
}

function sampleType(page: TiffDirectory): DataType | null {
  const bits = page.value(258) ?? 1;
  const letter = ['u', 'i', 'f'][(page.value(339) ?? 1) - 1];
  const names: Readonly<Record<string, DataType>> = {
    u8: 'uint8', i8: 'int8', u16: 'uint16', i16: 'int16', u32: 'uint32', i32: 'int32', f32: 'float32', f64: 'float64',
  };
  return names[`${letter}${bits}`] ?? null;
}

const compressionOf = (page: TiffDirectory): number => page.value(259) ?? 1;

/** Whether this page is laid out as the reader below expects. */
function plain(page: TiffDirectory): boolean {
  return [PLAIN, DEFLATE, OLD_DEFLATE, PACK_BITS].includes(compressionOf(page)) && (page.value(317) ?? 1) === 1 &&
    sampleType(page) !== null && (page.value(277) ?? 1) === 1 && page.has(273) && !page.has(322);
}

/** Most bytes that so many compressed ones can stand for. */
function mostOf(compression: number, count: number): number {
  if (compression === PLAIN) return count;
  // Two bytes of PackBits repeat one 128 times.
  return compression === PACK_BITS ? 64 * count + 128 : mostInflated(count);
}

interface Strip {
  readonly packed: Uint8Array;
  readonly compression: number;
  /** Where its rows belong in the page, bytes, and how many they are. */
  readonly at: number;
  readonly length: number;
}

/** Strips of one page, checked before memory is taken for their image. @throws FileError where they cannot hold it */
function* stripsOf(name: string, bytes: Uint8Array, page: TiffDirectory, row: number, ny: number): Generator<Strip> {
  const rows = Math.min(page.value(278) ?? ny, ny);
  if (rows < 1) throw new FileError(`${name}: its strips have ${rows} rows; the file is damaged, write it again`);
  const compression = compressionOf(page);
  for (let strip = 0, y = 0; y < ny; strip++, y += rows) {
    const offset = page.value(273, strip) ?? bytes.length;
    const count = page.has(279) ? (page.value(279, strip) ?? 0) : row * ny;
    const length = Math.min(rows, ny - y) * row;
    if (offset + count > bytes.length) {
      throw new FileError(
        `${name}: the file is truncated: a strip needs ${offset + count} bytes, found ${bytes.length}; write it again`,
      );
    }
    const most = mostOf(compression, count);
    if (compression === PLAIN ? count !== length : most < length) {
      throw new FileError(
        `${name}: a strip holds ${most} bytes${compression === PLAIN ? '' : ' at most'}, expected ${length}; ` +
          'write the file again',
      );
    }
    yield { packed: bytes.subarray(offset, offset + count), compression, at: y * row, length };
  }
}

async function unpackedStrip(context: DecodeContext, { packed, compression, length }: Strip): Promise<Uint8Array> {
  if (compression === PLAIN) return packed;
  if (compression === PACK_BITS) return unpackedBits(context.name, packed, length);
  const rows = await inflated(context, packed, 'deflate', { bytes: length, more: 'refuse' });
  if (rows.length === length) return rows;
  throw new FileError(`${context.name}: a strip holds ${rows.length} bytes, expected ${length}; write the file again`);
}

/** What the first directory says about all pages. */
function described(name: string, page: TiffDirectory): Described {
  const resolution = (tag: number): number => 1 / (page.value(tag) ?? 0);
  return describedBy(name, page.bytes(270), [resolution(282), resolution(283)]);
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { name } = context;
  const order = String.fromCharCode(bytes[0], bytes[1]);
  const littleEndian = order === 'II';
  const version = littleEndian ? bytes[2] : bytes[3];
  if ((order !== 'II' && order !== 'MM') || (version !== 42 && version !== BIG)) {
    throw new FileError(`${name}: not a TIFF file: it begins neither with II*\\0 nor with MM\\0*`);
  }
  if (bytes.length < (version === BIG ? 16 : 8)) {
    throw new FileError(`${name}: the file is truncated inside its header; write it again`);
  }
  const pages = directoriesOf(name, bytes, littleEndian, version === BIG);
  const first = pages[0];
  const { images, meta } = described(name, first);
  if (version === BIG || !pages.every(plain)) return { ...(await decodeWithGeotiff(context, bytes)), ...meta };
  if (images !== null && pages.length > 1 && pages.length !== images) {
    throw new FileError(`${name}: says that it holds ${images} pages, ${pages.length} are there; save the stack again`);
  }
  const type = sampleType(first) as DataType;
  const width = bytesPerVoxel(type);
  const [nx, ny] = [first.value(256) ?? 0, first.value(257) ?? 0];
  for (const [z, page] of pages.entries()) {
    if (page.value(256) !== nx || page.value(257) !== ny || sampleType(page) !== type) {
      throw new FileError(`${name}: page ${z + 1} has another size or type than page 1; save all slices alike`);
    }
  }
  // ImageJ writes a stack above 4 GiB, and tifffile any, as one directory followed by all slices in a row.
  if (pages.length === 1 && images !== null && images > 1 && compressionOf(first) === PLAIN) {
    const shape = shapeFrom(name, [images, ny, nx]);
    const at = first.value(273) ?? 0;
    const body = bytes.subarray(at, at + voxelCount(shape) * width);
    checkLength(name, body.length, shape, type);
    checkRoom(context, shape, copiedBytes(type, littleEndian, body.byteOffset));
    return { data: numbersOf(body, type, littleEndian), shape, ...meta };
  }
  const shape = shapeFrom(name, [pages.length, ny, nx]);
  const strips = (page: TiffDirectory): Generator<Strip> => stripsOf(name, bytes, page, nx * width, ny);
  let longest = 0;
  for (const page of pages) {
    for (const { compression, length } of strips(page)) if (compression !== PLAIN) longest = Math.max(longest, length);
  }
  checkRoom(context, shape, width + copiedBytes(type, littleEndian, 0) + longest / voxelCount(shape));
  const all = new Uint8Array(voxelCount(shape) * width);
  for (const [z, page] of pages.entries()) {
    for (const strip of strips(page)) all.set(await unpackedStrip(context, strip), z * ny * nx * width + strip.at);
  }
  return { data: numbersOf(all, type, littleEndian), shape, ...meta };
}

export const tiff: VoxelFormat = { name: 'tiff', extensions: ['.tif', '.tiff'], sidecar: 'none', encode, decode };
