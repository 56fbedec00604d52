// NIfTI-1 in one file, [nifti.nimh.nih.gov/nifti-1]: x fastest, as here. Read also NIfTI-2.
//
// The unit is a field of its own (xyzt_units): most programs take spacings for mm and write mm, microscopes write µm.
// So the field decides; without it numbers are mm, as the standard has it, unlike in the other formats.
import { FileError } from '../core/errors.js';
import { voxelCount, type Shape, type VoxelSize } from '../core/grid.js';
import type { DecodeContext, SizedFormat } from './formats.js';
import type { Extent } from './inflate.js';
import { checkRoom, type Room } from './room.js';
import {
  asciiJson, bytesOf, bytesPerVoxel, checkLength, concatenated, copiedBytes, dataTypeOf, numbersOf, objectFrom,
  provenanceFrom,
  shapeFrom, spacingFrom, type DataType, type VoxelArray,
} from './voxels.js';

const CODES: Readonly<Record<number, DataType>> = {
  2: 'uint8', 256: 'int8', 512: 'uint16', 4: 'int16', 768: 'uint32', 8: 'int32', 16: 'float32', 64: 'float64',
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
  if ((size !== HEADER && size !== 540) || !/^n[+i][12]$/.test(magic)) {
    throw new FileError(`${name}: not a NIfTI file: no "n+1" in its header`);
  }
  if (magic[1] === 'i') throw new FileError(`${name}: its data lie in an .img file; save it as one .nii file`);
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

/** Type and shape of the numbers, and where they end. @throws FileError */
function numbersIn(name: string, { code, sizes, offset }: Header): { type: DataType; shape: Shape; end: number } {
  const type = CODES[code];
  if (type === undefined) {
    throw new FileError(
      `${name}: NIfTI data type ${code} is not read (colour or complex?); save 8 or 16 bits or floats`,
    );
  }
  if (!(offset >= 0)) {
    throw new FileError(`${name}: its header does not say where the data begin (vox_offset); write the file again`);
  }
  const shape = shapeFrom(name, [...sizes].reverse());
  return { type, shape, end: offset + voxelCount(shape) * bytesPerVoxel(type) };
}

function extent(head: Uint8Array, { name }: Room): Extent | null {
  // What may follow the numbers was never read.
  return head.length < LONG_HEADER ? null : { bytes: numbersIn(name, header(name, head)).end, more: 'ignore' };
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { name } = context;
  const head = header(name, bytes);
  const { type, shape, end } = numbersIn(name, head);
  const body = bytes.subarray(head.offset, end);
  checkLength(name, body.length, shape, type);
  const { slope, intercept } = head;
  const scaled = slope !== 0 && Number.isFinite(slope) && (slope !== 1 || intercept !== 0);
  checkRoom(context, shape, copiedBytes(type, head.littleEndian, body.byteOffset) + (
    scaled ? Float32Array.BYTES_PER_ELEMENT : 0
  ));
  let data = numbersOf(body, type, head.littleEndian);
  if (scaled) data = Float32Array.from(data, (v) => slope * v + intercept);
  const comment = commentOf(bytes, head);
  const unit = UNITS[head.units] ?? null;
  let voxelSizeUm: VoxelSize;
  if (unit === null && head.spacing.every((h) => h === 1)) voxelSizeUm = null;
  else voxelSizeUm = spacingFrom(name, head.spacing.map((h) => Math.abs(h)), unit ?? 1e3);
  // The exact size, unless another program has changed the header since.
  const own = comment?.voxelSizeUm;
  if (
    Array.isArray(own) && voxelSizeUm !== null &&
      own.every((h, k) => Math.fround(h as number) === Math.fround((voxelSizeUm as readonly number[])[k]))
  ) {
    voxelSizeUm = own as unknown as VoxelSize;
  }
  return { data, shape, voxelSizeUm, ...provenanceFrom(comment?.provenance) };
}

export const nifti: SizedFormat = { name: 'nifti', extensions: ['.nii'], sidecar: 'none', encode, extent, decode };
