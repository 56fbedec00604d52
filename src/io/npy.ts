// numpy's .npy [numpy.lib.format, versions 1.0 to 3.0], and .npz, a zip of them: written with one array, as by
// savez_compressed.
import { FileError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { DecodeContext, SizedFormat, VoxelFormat } from './formats.js';
import { inflated, type Extent } from './inflate.js';
import { checkRoom, type Room } from './room.js';
import { sidecarMeta } from './sidecar.js';
import {
  bytesOf, bytesPerVoxel, checkLength, concatenated, copiedBytes, dataTypeOf, entryOf, narrowed, numbersOf, shapeFrom,
  type DataType, type VoxelArray, type VoxelData,
} from './voxels.js';
import { zipped } from './zip.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** A plain array needs far less; version 1 has no more. */
const HEADER_LIMIT = 65535;
/** The directory of a zip file ends with a comment of at most so many bytes. */
const COMMENT_LIMIT = 65535;
const CODES: Readonly<Record<string, DataType>> = {
  b1: 'uint8', u1: 'uint8', i1: 'int8', u2: 'uint16', i2: 'int16', u4: 'uint32', i4: 'int32', f4: 'float32',
  f8: 'float64',
};

function encode(array: VoxelArray): Uint8Array {
  const type = dataTypeOf(array.data);
  const code = Object.entries(CODES).find(([key, value]) => value === type && key !== 'b1')?.[0] as string;
  const descr = (code.endsWith('1') ? '|' : '<') + code;
  const dict = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${array.shape.join(', ')}), }`;
  const header = dict.padEnd(Math.ceil((10 + dict.length + 1) / 64) * 64 - 11) + '\n';
  const start = Uint8Array.from([...MAGIC, 1, 0, header.length & 255, header.length >> 8]);
  return concatenated(start, new TextEncoder().encode(header), bytesOf(array.data));
}

/** Column-major numbers in C order. */
function transposed(data: VoxelData, [nz, ny, nx]: Shape): VoxelData {
  const result = data.slice();
  let from = 0;
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) for (let z = 0; z < nz; z++) result[(z * ny + y) * nx + x] = data[from++];
  }
  return result;
}

interface Header {
  readonly shape: Shape;
  /** As stored; 64-bit whole numbers are as wide as float64. */
  readonly type: DataType;
  readonly wide64: boolean;
  readonly fortran: boolean;
  readonly littleEndian: boolean;
  /** Where the data begin. */
  readonly at: number;
}

/** Where the header ends, or null when that is not among the bytes. @throws FileError */
function headerEnd(name: string, bytes: Uint8Array): { start: number; end: number } | null {
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new FileError(`${name}: not a .npy file: it does not begin with \\x93NUMPY; save it with numpy.save`);
  }
  const wide = bytes[6] >= 2;
  const start = wide ? 12 : 10;
  if (bytes.length < start) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = start + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  if (end - start > HEADER_LIMIT) {
    throw new FileError(
      `${name}: a header of ${end - start} bytes is not that of a plain array; save a plain array of numbers`,
    );
  }
  return bytes.length < end ? null : { start, end };
}

/** @throws FileError, also where the header does not end within the bytes */
function headerOf(name: string, bytes: Uint8Array): Header {
  const place = headerEnd(name, bytes);
  if (place === null) throw new FileError(`${name}: the file is truncated inside its header; write it again`);
  const { start, end } = place;
  const header = new TextDecoder().decode(bytes.subarray(start, end));
  const descr = /'descr'\s*:\s*'([<>|=]?)(\w+)'/.exec(header);
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(header);
  const sizes = /'shape'\s*:\s*\(([^)]*)\)/.exec(header);
  if (!descr || !fortran || !sizes) {
    throw new FileError(
      `${name}: cannot read the .npy header ${JSON.stringify(header.trim().slice(0, 200))}; ` +
        'save a plain array of numbers',
    );
  }
  const numbers = sizes[1].split(',').filter((text) => text.trim() !== '').map(Number);
  const shape = shapeFrom(name, numbers);
  const littleEndian = descr[1] !== '>';
  const wide64 = descr[2] === 'i8' || descr[2] === 'u8';
  const type = wide64 ? 'float64' : entryOf(CODES, descr[2]);
  if (type === undefined) {
    throw new FileError(
      `${name}: dtype ${descr[2]} is not read; expected one of ${Object.keys(CODES).join(', ')}, i8, u8`,
    );
  }
  return { shape, type, wide64, fortran: fortran[1] === 'True', littleEndian, at: end };
}

function extent(head: Uint8Array, { name }: Room): Extent | null {
  if (headerEnd(name, head) === null) return null;
  const { shape, type, at } = headerOf(name, head);
  return { bytes: at + voxelCount(shape) * bytesPerVoxel(type), more: 'refuse' };
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { name, sidecar } = context;
  const { shape, type, wide64, fortran, littleEndian, at } = headerOf(name, bytes);
  const body = bytes.subarray(at);
  checkLength(name, body.length, shape, type);
  const width = wide64 ? 4 : bytesPerVoxel(type);
  checkRoom(
    context, shape, (wide64 ? width : 0) + copiedBytes(type, littleEndian, body.byteOffset) + (fortran ? width : 0),
  );
  const flat = wide64 ? narrowed(name, body, littleEndian) : numbersOf(body, type, littleEndian);
  const data = fortran && voxelCount(shape) > 1 ? transposed(flat, shape) : flat;
  return { data, shape, ...sidecarMeta(name, sidecar, { shape, data }) };
}

/** First .npy member of a zip archive, from the central directory [APPNOTE 4.3.12]. */
async function decodeArchive(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { name } = context;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  const first = Math.max(0, end - COMMENT_LIMIT);
  while (end >= first && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < first) {
    throw new FileError(`${name}: not a complete .npz (zip) file: its directory is missing; write it again`);
  }
  let at = view.getUint32(end + 16, true);
  const members: string[] = [];
  for (
    let i = view.getUint16(end + 10, true);
    i > 0 && at + 46 <= end && view.getUint32(at, true) === 0x02014b50;
    i--
  ) {
    const nameLength = view.getUint16(at + 28, true);
    const member = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    members.push(member);
    if (member.endsWith('.npy')) {
      const local = view.getUint32(at + 42, true);
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const packed = bytes.subarray(start, start + view.getUint32(at + 20, true));
      const method = view.getUint16(at + 10, true);
      if (method !== 0 && method !== 8) {
        throw new FileError(`${name}: ${member} is packed with method ${method}; use numpy.savez`);
      }
      const inside = { ...context, name: `${name}:${member}` };
      if (method === 0) return decode(packed, inside);
      const inner = await inflated(inside, packed, 'deflate-raw', (head) => extent(head, inside));
      return decode(inner, { ...inside, room: inside.room - inner.length });
    }
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  throw new FileError(`${name}: no .npy array inside; it holds ${members.join(', ') || 'nothing'}`);
}

export const npy: SizedFormat = { name: 'npy', extensions: ['.npy'], sidecar: 'optional', encode, extent, decode };
export const npz: VoxelFormat = {
  name: 'npz', extensions: ['.npz'], sidecar: 'optional', encode: (array) => zipped('arr_0.npy', encode(array)),
  decode: decodeArchive,
};
