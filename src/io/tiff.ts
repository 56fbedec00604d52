// TIFF 6.0: one page per slice, uncompressed, voxel size in resolution tags and exactly in the JSON description.
// Read here: strips of one 8/16/32/64-bit sample, plain, PackBits or deflate, ImageJ stacks; the rest by `geotiff`.
import { FileError } from '../core/errors.js';
import { voxelCount } from '../core/grid.js';
import type { DecodeContext, VoxelFormat } from './formats.js';
import { decodeWithGeotiff } from './geotiff.js';
import { describedBy, type Described } from './tiff-description.js';
import {
  asciiJson, bytesOf, bytesPerVoxel, checkLength, concatenated, dataTypeOf, inflated, numbersOf, shapeFrom, type DataType,
  type VoxelArray,
} from './voxels.js';

const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;
const TYPE_BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8 };
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
  const description = new TextEncoder().encode(`${asciiJson({ shape, voxelSizeUm, provenance: provenance ?? null })}\0`);
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
  const [xResolution, yResolution] = voxelSizeUm === null ? [[1, 1], [1, 1]] : [resolution(voxelSizeUm[2]), resolution(voxelSizeUm[1])];
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

type Tags = ReadonlyMap<number, readonly number[]>;

/** All image directories of a classic TIFF, in file order; reduced-resolution copies left out. */
function directories(name: string, bytes: Uint8Array, littleEndian: boolean): Tags[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const truncated = (): never => {
    throw new FileError(`${name}: the file is truncated: a directory lies beyond its ${bytes.length} bytes; write it again`);
  };
  const pages: Tags[] = [];
  const seen = new Set<number>();
  for (let at = view.getUint32(4, littleEndian); at !== 0; ) {
    if (seen.has(at)) throw new FileError(`${name}: its directories form a loop; the file is damaged, write it again`);
    seen.add(at);
    if (at + 2 > bytes.length) truncated();
    const count = view.getUint16(at, littleEndian);
    if (at + 6 + 12 * count > bytes.length) truncated();
    const tags = new Map<number, number[]>();
    for (let i = 0; i < count; i++) {
      const entry = at + 2 + 12 * i;
      const kind = view.getUint16(entry + 2, littleEndian);
      const values = view.getUint32(entry + 4, littleEndian);
      const width = TYPE_BYTES[kind] ?? 1;
      const from = width * values <= 4 ? entry + 8 : view.getUint32(entry + 8, littleEndian);
      if (from + width * values > bytes.length) truncated();
      const numbers: number[] = [];
      for (let k = 0; k < values; k++) {
        const p = from + k * width;
        if (kind === SHORT) numbers.push(view.getUint16(p, littleEndian));
        else if (kind === LONG) numbers.push(view.getUint32(p, littleEndian));
        else if (kind === RATIONAL) numbers.push(view.getUint32(p, littleEndian) / view.getUint32(p + 4, littleEndian));
        else if (width === 1) numbers.push(bytes[p]);
      }
      tags.set(view.getUint16(entry, littleEndian), numbers);
    }
    if (((tags.get(254)?.[0] ?? 0) & 1) === 0) pages.push(tags);
    at = view.getUint32(at + 2 + 12 * count, littleEndian);
  }
  if (pages.length === 0) throw new FileError(`${name}: the file holds no image; write it again`);
  return pages;
}

/** PackBits [TIFF 6.0, section 9]. */
function unpacked(name: string, bytes: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(length);
  let to = 0;
  for (let i = 0; i < bytes.length && to < length; ) {
    const code = bytes[i++];
    if (code < 128) {
      result.set(bytes.subarray(i, i + Math.min(code + 1, length - to)), to);
      i += code + 1;
      to += code + 1;
    } else if (code > 128) {
      result.fill(bytes[i++], to, to + 257 - code);
      to += 257 - code;
    }
  }
  if (to < length) throw new FileError(`${name}: a PackBits strip ends after ${to} of ${length} bytes; write the file again`);
  return result;
}

function sampleType(tags: Tags): DataType | null {
  const bits = tags.get(258)?.[0] ?? 1;
  const letter = ['u', 'i', 'f'][(tags.get(339)?.[0] ?? 1) - 1];
  const names: Readonly<Record<string, DataType>> = {
    u8: 'uint8', i8: 'int8', u16: 'uint16', i16: 'int16', u32: 'uint32', i32: 'int32', f32: 'float32', f64: 'float64',
  };
  return names[`${letter}${bits}`] ?? null;
}

/** Whether this page is laid out as the reader below expects. */
function plain(tags: Tags): boolean {
  const compression = tags.get(259)?.[0] ?? 1;
  const predictor = tags.get(317)?.[0] ?? 1;
  return [1, 8, 32773, 32946].includes(compression) && predictor === 1 && sampleType(tags) !== null &&
    (tags.get(277)?.[0] ?? 1) === 1 && tags.has(273) && !tags.has(322);
}

async function page(name: string, bytes: Uint8Array, tags: Tags, type: DataType): Promise<Uint8Array> {
  const [nx, ny] = [tags.get(256)?.[0] ?? 0, tags.get(257)?.[0] ?? 0];
  const row = nx * bytesPerVoxel(type);
  const rows = Math.min(tags.get(278)?.[0] ?? ny, ny);
  const compression = tags.get(259)?.[0] ?? 1;
  const result = new Uint8Array(row * ny);
  const offsets = tags.get(273) ?? [];
  const counts = tags.get(279) ?? [row * ny];
  for (let strip = 0, y = 0; y < ny; strip++, y += rows) {
    const [offset, count] = [offsets[strip] ?? bytes.length, counts[strip] ?? 0];
    const expected = Math.min(rows, ny - y) * row;
    if (offset + count > bytes.length) {
      throw new FileError(`${name}: the file is truncated: a strip needs ${offset + count} bytes, found ${bytes.length}; write it again`);
    }
    const packed = bytes.subarray(offset, offset + count);
    const plainBytes =
      compression === 1 ? packed : compression === 32773 ? unpacked(name, packed, expected) : await inflated(name, packed, 'deflate');
    if (plainBytes.length !== expected) {
      throw new FileError(`${name}: a strip holds ${plainBytes.length} bytes, expected ${expected}; write the file again`);
    }
    result.set(plainBytes, y * row);
  }
  return result;
}

/** What the first directory says about all pages. */
function described(name: string, tags: Tags): Described {
  const resolution = (tag: number): number => 1 / (tags.get(tag)?.[0] ?? 0);
  return describedBy(name, Uint8Array.from(tags.get(270) ?? []), [resolution(282), resolution(283)]);
}

async function decode(bytes: Uint8Array, { name }: DecodeContext): Promise<VoxelArray> {
  const order = String.fromCharCode(bytes[0], bytes[1]);
  const littleEndian = order === 'II';
  const version = littleEndian ? bytes[2] : bytes[3];
  if ((order !== 'II' && order !== 'MM') || (version !== 42 && version !== 43)) {
    throw new FileError(`${name}: not a TIFF file: it begins neither with II*\\0 nor with MM\\0*`);
  }
  if (bytes.length < 8) throw new FileError(`${name}: the file is truncated inside its header; write it again`);
  if (version === 43) return decodeWithGeotiff(name, bytes);
  const pages = directories(name, bytes, littleEndian);
  const first = pages[0];
  const { images, meta } = described(name, first);
  if (!pages.every(plain)) return { ...(await decodeWithGeotiff(name, bytes)), ...meta };
  if (images !== null && pages.length > 1 && pages.length !== images) {
    throw new FileError(`${name}: says that it holds ${images} pages, ${pages.length} are there; save the stack again`);
  }
  const type = sampleType(first) as DataType;
  const [nx, ny] = [first.get(256)?.[0] ?? 0, first.get(257)?.[0] ?? 0];
  for (const [z, tags] of pages.entries()) {
    if (tags.get(256)?.[0] !== nx || tags.get(257)?.[0] !== ny || sampleType(tags) !== type) {
      throw new FileError(`${name}: page ${z + 1} has another size or type than page 1; save all slices alike`);
    }
  }
  // ImageJ writes a stack above 4 GiB, and tifffile any, as one directory followed by all slices in a row.
  if (pages.length === 1 && images !== null && images > 1 && (first.get(259)?.[0] ?? 1) === 1) {
    const shape = shapeFrom(name, [images, ny, nx]);
    const at = first.get(273)?.[0] ?? 0;
    const body = bytes.subarray(at, at + voxelCount(shape) * bytesPerVoxel(type));
    checkLength(name, body.length, shape, type);
    return { data: numbersOf(body, type, littleEndian), shape, ...meta };
  }
  const shape = shapeFrom(name, [pages.length, ny, nx]);
  const slice = ny * nx * bytesPerVoxel(type);
  const all = new Uint8Array(pages.length * slice);
  for (const [z, tags] of pages.entries()) all.set(await page(name, bytes, tags, type), z * slice);
  return { data: numbersOf(all, type, littleEndian), shape, ...meta };
}

export const tiff: VoxelFormat = { name: 'tiff', extensions: ['.tif', '.tiff'], sidecar: 'none', encode, decode };
