// NIfTI-1 in one file, [nifti.nimh.nih.gov/nifti-1]: x fastest, as here. Read also NIfTI-2, and pairs of .hdr and .img.
//
// The unit is a field of its own (xyzt_units): most programs take spacings for mm and write mm, microscopes write µm.
// So the field decides; without it numbers are mm, as the standard has it, unlike in the other formats.
import { FileError } from '../core/errors.js';
import type { VoxelSize } from '../core/grid.js';
import { dataFile, imageNumbers, type DataLayout, type Unpack } from './detached.js';
import type { DecodeContext, SizedFormat, VoxelFormat } from './formats.js';
import { inflated, type Extent } from './inflate.js';
import { checkRoom, type Room } from './room.js';
import { storedSize } from './stored.js';
import {
  asciiJson, bytesOf, bytesPerVoxel, concatenated, dataTypeOf, objectFrom, provenanceFrom, shapeFrom, spacingFrom,
  type StoredType, type VoxelArray,
} from './voxels.js';

const CODES: Readonly<Record<number, StoredType>> = {
  2: 'uint8', 256: 'int8', 512: 'uint16', 4: 'int16', 768: 'uint32', 8: 'int32', 16: 'float32', 64: 'float64',
  1024: 'int64', 1280: 'uint64',
};
/** µm in a unit of xyzt_units: m, mm, µm. */
const UNITS: Readonly<Record<number, number>> = { 1: 1e6, 2: 1e3, 3: 1 };
const MICRON = 3;
const HEADER = 348;
/** Of NIfTI-2. */
const LONG_HEADER = 540;
/** Code of a comment extension (6) [nifti1.h: NIFTI_ECODE_COMMENT]. */
const COMMENT = 6;

/** Voxel size and provenance in full: the header's own spacings are 32-bit floats. */
function extension(array: VoxelArray): Uint8Array {
  const text =
    new TextEncoder().encode(asciiJson({ voxelSizeUm: array.voxelSizeUm, provenance: array.provenance ?? null }));
  const result = new Uint8Array(Math.ceil((8 + text.length) / 16) * 16);
  const view = new DataView(result.buffer);
  view.setInt32(0, result.length, true);
  view.setInt32(4, COMMENT, true);
  result.set(text, 8);
  return result;
}

function encode(array: VoxelArray): Uint8Array {
  const { data, shape, voxelSizeUm } = array;
  const [nz, ny, nx] = shape;
  if (Math.max(...shape) > 32767) {
    throw new FileError(
      `NIfTI: ${shape.join('×')} is beyond its 32767 voxels along an axis; write .nrrd or .npy instead`,
    );
  }
  const type = dataTypeOf(data);
  const more = extension(array);
  const head = new Uint8Array(HEADER + 4);
  const view = new DataView(head.buffer);
  view.setInt32(0, HEADER, true);
  [3, nx, ny, nz, 1, 1, 1, 1].forEach((n, k) => view.setInt16(40 + 2 * k, n, true));
  view.setInt16(70, Number(Object.keys(CODES).find((code) => CODES[Number(code)] === type)), true);
  view.setInt16(72, 8 * bytesPerVoxel(type), true);
  const [z, y, x] = voxelSizeUm ?? [1, 1, 1];
  [1, x, y, z, 1, 1, 1, 1].forEach((h, k) => view.setFloat32(76 + 4 * k, h, true));
  view.setFloat32(108, HEADER + 4 + more.length, true);
  view.setFloat32(112, 1, true);
  head[123] = voxelSizeUm === null ? 0 : MICRON;
  // A scanner's frame, so that readers that insist on one find the voxel sizes there, too.
  view.setInt16(252, 0, true);
  view.setInt16(254, 1, true);
  view.setFloat32(280, x, true);
  view.setFloat32(300, y, true);
  view.setFloat32(320, z, true);
  head.set([0x6e, 0x2b, 0x31, 0], 344);
  head[HEADER] = 1;
  return concatenated(head, more, bytesOf(data));
}

interface Header {
  readonly littleEndian: boolean;
  readonly sizes: number[];
  readonly code: number;
  readonly spacing: number[];
  readonly offset: number;
  readonly slope: number;
  readonly intercept: number;
  readonly units: number;
  readonly end: number;
  /** The data lie in a file of their own. */
  readonly detached: boolean;
}

function header(name: string, bytes: Uint8Array): Header {
  if (bytes.length < HEADER) {
    throw new FileError(
      `${name}: the file is truncated inside its header (${bytes.length} of ${HEADER} bytes); write it again`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = [HEADER, 540].includes(view.getInt32(0, true));
  const size = view.getInt32(0, littleEndian);
  const magic = String.fromCharCode(...bytes.subarray(size === 540 ? 4 : 344, size === 540 ? 7 : 347));
  if (size === HEADER && magic === '\0\0\0') {
    throw new FileError(
      `${name}: a header of ANALYZE 7.5, older than NIfTI, which does not say how its axes lie; convert it to .nii`,
    );
  }
  if ((size !== HEADER && size !== 540) || !/^n[+i][12]$/.test(magic)) {
    throw new FileError(`${name}: not a NIfTI file: no "n+1" in its header`);
  }
  const le = littleEndian;
  const two = size === 540;
  if (two && bytes.length < 540) {
    throw new FileError(`${name}: the file is truncated inside its header; write it again`);
  }
  const dimension = (k: number): number =>
    (two ? Number(view.getBigInt64(16 + 8 * k, le)) : view.getInt16(40 + 2 * k, le));
  const rank = dimension(0);
  if (!(rank >= 1 && rank <= 7)) throw new FileError(`${name}: ${rank} dimensions in the header; write the file again`);
  const sizes = Array.from({ length: rank }, (_, k) => dimension(k + 1));
  if (sizes.slice(3).some((n) => n > 1)) {
    throw new FileError(`${name}: holds ${sizes.join('×')} values (time or components?); save one volume`);
  }
  return {
    littleEndian: le,
    sizes: [...sizes.slice(0, 3), 1, 1].slice(0, 3),
    code: view.getInt16(two ? 12 : 70, le),
    spacing: [1, 2, 3].map((k) => (two ? view.getFloat64(104 + 8 * k, le) : view.getFloat32(76 + 4 * k, le))),
    offset: two ? Number(view.getBigInt64(168, le)) : view.getFloat32(108, le),
    slope: two ? view.getFloat64(176, le) : view.getFloat32(112, le),
    intercept: two ? view.getFloat64(184, le) : view.getFloat32(116, le),
    units: (two ? view.getInt32(500, le) : bytes[123]) & 7,
    end: size,
    detached: magic[1] === 'i',
  };
}

/** Our comment among the extensions. */
function commentOf(bytes: Uint8Array, { end, offset, littleEndian }: Header): Record<string, unknown> | null {
  if (bytes[end] === 0) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = end + 4; at + 8 <= Math.min(offset, bytes.length); ) {
    const size = view.getInt32(at, littleEndian);
    if (size < 16) return null;
    const found = view.getInt32(at + 4, littleEndian) === COMMENT
      ? objectFrom(new TextDecoder().decode(bytes.subarray(at + 8, Math.min(at + size, offset))).replace(/\0+$/, ''))
      : null;
    if (found !== null && 'voxelSizeUm' in found) return found;
    at += size;
  }
  return null;
}

/** How the numbers lie in the file, or in another one. @throws FileError */
function layoutOf(
  name: string, { code, sizes, offset, littleEndian }: Header, files: readonly string[] | null,
): DataLayout {
  const type = CODES[code];
  if (type === undefined) {
    throw new FileError(
      `${name}: NIfTI data type ${code} is not read (colour or complex?); save 8 or 16 bits or floats`,
    );
  }
  if (!(offset >= 0)) {
    throw new FileError(`${name}: its header does not say where the data begin (vox_offset); write the file again`);
  }
  const zyx = [...sizes].reverse();
  const arrangement = { shape: shapeFrom(name, zyx), order: [0, 1, 2] };
  return { sizes: zyx, arrangement, type, littleEndian, files, at: 0 };
}

function extent(head: Uint8Array, { name }: Room): Extent | null {
  if (head.length < LONG_HEADER) return null;
  const found = header(name, head);
  const { arrangement, type } = layoutOf(name, found, null);
  // What may follow the numbers was never read.
  return { bytes: found.detached ? found.end : found.offset + storedSize(arrangement.shape, type), more: 'ignore' };
}

/** @param bytes that hold the header
 *  @param data that hold the numbers, or names of files that do */
async function read(
  bytes: Uint8Array, context: DecodeContext, data: Uint8Array | readonly string[],
): Promise<VoxelArray> {
  const { name } = context;
  const head = header(name, bytes);
  const inside = data instanceof Uint8Array;
  const layout = layoutOf(name, head, inside ? null : data);
  const unpack: Unpack = async (room, packed, size) => {
    const plain = packed[0] === 0x1f && packed[1] === 0x8b
      ? await inflated(room, packed, 'gzip', { bytes: head.offset + size, more: 'ignore' })
      : packed;
    return plain.subarray(head.offset, head.offset + size);
  };
  let numbers = await imageNumbers(context, inside ? data : bytes, layout, unpack);
  const { shape } = layout.arrangement;
  const { slope, intercept } = head;
  const scaled = slope !== 0 && Number.isFinite(slope) && (slope !== 1 || intercept !== 0);
  if (scaled) {
    const own = numbers.buffer === (inside ? data : bytes).buffer ? 0 : numbers.byteLength;
    checkRoom({ name, room: context.room - own }, shape, Float32Array.BYTES_PER_ELEMENT);
    numbers = Float32Array.from(numbers, (v) => slope * v + intercept);
  }
  const comment = head.detached ? null : commentOf(bytes, head);
  const unit = UNITS[head.units] ?? null;
  let voxelSizeUm: VoxelSize;
  if (unit === null && head.spacing.every((h) => h === 1)) voxelSizeUm = null;
  else voxelSizeUm = spacingFrom(context, head.spacing.map((h) => Math.abs(h)), unit ?? 1e3);
  // The exact size, unless another program has changed the header since.
  const own = comment?.voxelSizeUm;
  if (
    Array.isArray(own) && voxelSizeUm !== null &&
      own.every((h, k) => Math.fround(h as number) === Math.fround((voxelSizeUm as readonly number[])[k]))
  ) {
    voxelSizeUm = own as unknown as VoxelSize;
  }
  return { data: numbers, shape, voxelSizeUm, ...provenanceFrom(comment?.provenance) };
}

/** name.img beside name.hdr, and the other way round, in small or capital letters as the name given. */
function partner(name: string): string {
  const file = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const [hdr, img] = file.endsWith('.IMG') || file.endsWith('.HDR') ? ['.HDR', '.IMG'] : ['.hdr', '.img'];
  return `${file.slice(0, -4)}${/\.img$/i.test(file) ? hdr : img}`;
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  if (header(context.name, bytes).detached) return read(bytes, context, [partner(context.name)]);
  return read(bytes, context, bytes);
}

async function decodeImg(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const head = await dataFile(context, partner(context.name));
  return read(head, { ...context, room: context.room - head.length }, bytes);
}

export const nifti: SizedFormat = { name: 'nifti', extensions: ['.nii'], sidecar: 'none', encode, extent, decode };
/** Header and numbers in files of their own. */
export const niftiPair: readonly VoxelFormat[] = [
  { name: 'nifti', extensions: ['.hdr'], sidecar: 'none', encode: null, decode },
  { name: 'nifti', extensions: ['.img'], sidecar: 'none', encode: null, decode: decodeImg },
];
