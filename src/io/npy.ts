// numpy's .npy [numpy.lib.format, versions 1.0 to 3.0].
import { FileError } from '../core/errors.js';
import { arrangedWithin, arrangementOf, type Arrangement } from './arranged.js';
import type { DecodeContext, SizedFormat } from './formats.js';
import type { Extent } from './inflate.js';
import type { Room } from './room.js';
import { sidecarMeta } from './sidecar.js';
import { storedNumbers, storedSize } from './stored.js';
import {
  bytesOf, concatenated, dataTypeOf, entryOf, type StoredType, type VoxelArray, type VoxelData,
} from './voxels.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** A plain array needs far less; version 1 has no more. */
const HEADER_LIMIT = 65535;
const CODES: Readonly<Record<string, StoredType>> = {
  b1: 'uint8', u1: 'uint8', i1: 'int8', u2: 'uint16', i2: 'int16', u4: 'uint32', i4: 'int32', u8: 'uint64', i8: 'int64',
  f2: 'float16', f4: 'float32', f8: 'float64',
};

export function encodeNpy(array: VoxelArray): Uint8Array {
  const type = dataTypeOf(array.data);
  const code = Object.entries(CODES).find(([key, value]) => value === type && key !== 'b1')?.[0] as string;
  const descr = (code.endsWith('1') ? '|' : '<') + code;
  const dict = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${array.shape.join(', ')}), }`;
  const header = dict.padEnd(Math.ceil((10 + dict.length + 1) / 64) * 64 - 11) + '\n';
  const start = Uint8Array.from([...MAGIC, 1, 0, header.length & 255, header.length >> 8]);
  return concatenated(start, new TextEncoder().encode(header), bytesOf(array.data));
}

/** What the header of a .npy says, for lists of what an .npz holds. */
export interface NpyHeader {
  /** As stored, of any number of axes. */
  readonly sizes: readonly number[];
  /** numpy's name of the type, such as i8; null in `type`: none that is read. */
  readonly dtype: string;
  readonly type: StoredType | null;
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

/** Length of the header; null when that is not among the bytes. @throws FileError */
export function npyHeaderLength(name: string, bytes: Uint8Array): number | null {
  return headerEnd(name, bytes)?.end ?? null;
}

/** @throws FileError, also where the header does not end within the bytes */
export function npyHeader(name: string, bytes: Uint8Array): NpyHeader {
  const place = headerEnd(name, bytes);
  if (place === null) throw new FileError(`${name}: the file is truncated inside its header; write it again`);
  const { start, end } = place;
  const header = new TextDecoder().decode(bytes.subarray(start, end));
  // A Python dictionary, in quotes of either kind; Python 2 wrote whole numbers as 5L.
  const value = (key: string, pattern: string): RegExpExecArray | null =>
    new RegExp(`["']${key}["']\\s*:\\s*${pattern}`).exec(header);
  const descr = value('descr', '(["\'])([<>|=]?)([^"\']*)\\1') ?? value('descr', '()()(\\[)');
  const fortran = value('fortran_order', '(True|False)');
  const shape = value('shape', '\\(([^)]*)\\)');
  const sizes = shape?.[1].split(',').map((text) => text.trim()).filter((text) => text !== '')
    .map((text) => (/^\d+L?$/.test(text) ? parseInt(text, 10) : NaN));
  if (!descr || !fortran || sizes === undefined || sizes.some(Number.isNaN)) {
    throw new FileError(
      `${name}: cannot read the .npy header ${JSON.stringify(header.trim().slice(0, 200))}; ` +
        'save a plain array of numbers',
    );
  }
  const dtype = descr[3] === '[' ? 'records' : descr[3];
  return {
    sizes, dtype, type: entryOf(CODES, dtype) ?? null, fortran: fortran[1] === 'True', littleEndian: descr[2] !== '>',
    at: end,
  };
}

/** The same of an image. */
interface ImageHeader extends NpyHeader {
  readonly type: StoredType;
  /** Sizes as the numbers lie, the last axis fastest. */
  readonly lying: readonly number[];
  readonly arrangement: Arrangement;
}

function imageHeader(name: string, bytes: Uint8Array): ImageHeader {
  const header = npyHeader(name, bytes);
  const { sizes, dtype, type, fortran } = header;
  if (type === null) {
    throw new FileError(`${name}: dtype ${dtype} is not read; expected one of ${Object.keys(CODES).join(', ')}`);
  }
  const inOrder = arrangementOf(name, sizes, null);
  if (!fortran) return { ...header, type, lying: sizes, arrangement: inOrder };
  const order = inOrder.order.map((axis) => (axis < 0 ? axis : sizes.length - 1 - axis));
  return { ...header, type, lying: [...sizes].reverse(), arrangement: { ...inOrder, order } };
}

function extent(head: Uint8Array, { name }: Room): Extent | null {
  if (headerEnd(name, head) === null) return null;
  const { arrangement, type, at } = imageHeader(name, head);
  return { bytes: at + storedSize(arrangement.shape, type), more: 'refuse' };
}

/** Numbers of a .npy as (z, y, x). @throws FileError, CapacityError */
export function npyArray(bytes: Uint8Array, context: Room): Pick<VoxelArray, 'shape'> & { readonly data: VoxelData } {
  const { type, lying, arrangement, littleEndian, at } = imageHeader(context.name, bytes);
  const { shape } = arrangement;
  const flat = storedNumbers(context, bytes.subarray(at), shape, type, littleEndian);
  const own = flat.buffer === bytes.buffer ? 0 : flat.byteLength;
  return { data: arrangedWithin({ ...context, room: context.room - own }, flat, lying, arrangement), shape };
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const array = npyArray(bytes, context);
  return { ...array, ...sidecarMeta(context.name, context.sidecar, array) };
}

export const npy: SizedFormat = {
  name: 'npy', extensions: ['.npy'], sidecar: 'optional', encode: encodeNpy, extent, decode,
};
