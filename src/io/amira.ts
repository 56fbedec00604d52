// AmiraMesh, the files of Avizo and Amira (.am): read only. Lattices of numbers in uniform coordinates; whole, as text,
// or packed by HxByteRLE or HxZip (zlib). The header is text: lattices with their sizes, what they hold and in which
// section, parameters with the bounding box, whose ends are the centres of the first and the last voxel.
import { FileError } from '../core/errors.js';
import type { Shape, VoxelSize } from '../core/grid.js';
import { chosen } from './arranged.js';
import type { DecodeContext, VoxelFormat } from './formats.js';
import { inflated } from './inflate.js';
import { placeOf } from './place.js';
import { checkRoom, type Room } from './room.js';
import { storedNumbers, storedSize } from './stored.js';
import { textNumbers } from './text-numbers.js';
import { unitUm } from '../core/lengths.js';
import { bytesPerVoxel, entryOf, shapeFrom, spacingFrom, type StoredType, type VoxelArray } from './voxels.js';

const TYPES: Readonly<Record<string, StoredType>> = {
  byte: 'uint8', short: 'int16', ushort: 'uint16', int: 'int32', int32: 'int32', uint: 'uint32', uint32: 'uint32',
  float: 'float32', double: 'float64',
};
/** Materials and histories may be long; what goes on beyond this is no header. */
const HEADER_LIMIT = 2 ** 24;

/** Numbers on a lattice, as a line of the header says them. */
interface Field {
  readonly name: string;
  readonly shape: Shape;
  /** As in the file, also where it is none that is read. */
  readonly type: string;
  /** Of the data: @1, @2 … */
  readonly section: number;
  /** HxByteRLE, HxZip or nothing. */
  readonly packing: string;
  /** Bytes of packed data. */
  readonly bytes: number;
}

interface Header {
  readonly text: string;
  readonly encoding: 'little' | 'big' | 'text';
  readonly fields: readonly Field[];
  /** Where the sections begin. */
  readonly end: number;
}

/** @throws FileError */
function headerOf(name: string, bytes: Uint8Array): Header {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, HEADER_LIMIT));
  const first = /^# (?:AmiraMesh|Avizo|HyperMesh)( 3D)?\s+(BINARY-LITTLE-ENDIAN|BINARY|ASCII)/.exec(text);
  if (first === null) {
    throw new FileError(
      `${name}: not an AmiraMesh file of numbers: it does not begin with "# AmiraMesh BINARY" or ASCII`,
    );
  }
  const data = /^# Data section follows[^\n]*\n|^(?=@1\s*\n)/m.exec(text);
  if (data === null) {
    throw new FileError(`${name}: the file is truncated inside its header (no data section follows); write it again`);
  }
  const head = text.slice(0, data.index);
  const defined = head.matchAll(/^\s*define\s+(\w+)\s+([\d ]+?)\s*$/gm);
  const lattices = new Map([...defined].map((match) => [match[1], match[2]]));
  const lines = head.matchAll(/^\s*(\w+)\s*\{\s*(\w+)(\[\d+\])?\s+(\w+)\s*\}\s*=?\s*@(\d+)(?:\((\w+),?\s*(\d*)\))?/gm);
  const fields = [...lines].flatMap(([, lattice, type, many, field, section, packing = '', length = '']): Field[] => {
    const sizes = lattices.get(lattice)?.split(/\s+/).map(Number) ?? [];
    if (sizes.length !== 2 && sizes.length !== 3) return [];
    return [{
      name: field, shape: shapeFrom(name, sizes.reverse()), type: `${type}${many ?? ''}`, section: Number(section),
      packing, bytes: Number(length),
    }];
  });
  const encoding = first[2] === 'ASCII' ? 'text' : first[2] === 'BINARY' ? 'big' : 'little';
  return { text: head, encoding, fields, end: data.index + data[0].length };
}

/** What is packed as runs: a byte below 128 says how often the next one is there, one above how many follow as they
 *  are. @throws FileError */
function fromByteRuns(name: string, packed: Uint8Array, bytes: number): Uint8Array {
  const result = new Uint8Array(bytes);
  let [at, found] = [0, 0];
  while (at + 1 < packed.length && found < bytes) {
    const count = packed[at] & 127;
    if (packed[at] < 128) result.fill(packed[at + 1], found, found + count);
    else result.set(packed.subarray(at + 1, at + 1 + Math.min(count, bytes - found)), found);
    at += packed[at] < 128 ? 2 : 1 + count;
    found += count;
  }
  if (found < bytes || at > packed.length) {
    throw new FileError(`${name}: the file is truncated inside its runs (HxByteRLE); write it again`);
  }
  return result;
}

/** Where the data of a section begin. Sections before it are passed by their lengths, as numbers may look like a mark.
 *  @throws FileError */
function sectionAt(name: string, bytes: Uint8Array, { fields, encoding, end }: Header, wanted: Field): number {
  const marks = new Map(fields.map((field) => [field.section, field]));
  let at = end;
  for (;;) {
    const from = bytes.indexOf('@'.charCodeAt(0), at);
    const close = from < 0 ? -1 : bytes.indexOf(10, from);
    if (close < 0) {
      throw new FileError(`${name}: the file is truncated before its data @${wanted.section}; write it again`);
    }
    const section = Number(new TextDecoder('latin1').decode(bytes.subarray(from + 1, close)).trim());
    if (section === wanted.section) return close + 1;
    const field = marks.get(section);
    const type = field && entryOf(TYPES, field.type);
    const length = field === undefined || encoding === 'text' ? 0 : field.packing !== '' ? field.bytes
      : type === undefined ? 0 : storedSize(field.shape, type);
    at = close + 1 + length;
  }
}

/** @throws FileError, CapacityError */
async function bytesOfField(room: Room, packed: Uint8Array, field: Field, type: StoredType): Promise<Uint8Array> {
  const { name } = room;
  const { shape, packing, bytes } = field;
  const size = storedSize(shape, type);
  if (packing === '') return packed.subarray(0, size);
  const own = packed.subarray(0, bytes);
  if (own.length < bytes) throw new FileError(`${name}: the file is truncated inside its packed data; write it again`);
  checkRoom(room, shape, bytesPerVoxel(type));
  if (packing === 'HxZip') return inflated(room, own, 'deflate', { bytes: size, more: 'refuse' });
  if (packing !== 'HxByteRLE') {
    throw new FileError(`${name}: packed with ${packing}, which is not read; save it as AmiraMesh BINARY or HxZip`);
  }
  // A run of two bytes stands for 127 at most.
  if (size > 127 * own.length) {
    throw new FileError(`${name}: ${bytes} bytes of runs cannot hold ${size}; write it again`);
  }
  return fromByteRuns(name, own, size);
}

function voxelSize(context: DecodeContext, { text }: Header, shape: Shape): VoxelSize {
  if (/CoordType\s+"(?!uniform)/.test(text)) {
    context.warn(
      'its coordinates are not uniform, so the voxel size is taken as unknown; resample it, or say --voxel-size',
    );
    return null;
  }
  const box = /BoundingBox\s+((?:[-+\d.eE]+\s*){6})/.exec(text)?.[1].trim().split(/\s+/).map(Number);
  if (box === undefined) return null;
  const counts = [...shape].reverse();
  const edges = counts.map((n, k) => (n > 1 ? (box[2 * k + 1] - box[2 * k]) / (n - 1) : NaN));
  const known = edges.find((h) => !Number.isNaN(h)) ?? NaN;
  // A section of Amira has a box of no thickness.
  const xyz = edges.map((h) => (Number.isNaN(h) ? known : h));
  const unit = /Coordinates\s+"([^"]+)"/.exec(text)?.[1];
  const um = unit === undefined ? null : unitUm(unit);
  if (unit !== undefined && um === null) {
    context.warn(
      `its coordinates are in "${unit}", which is no known unit, so the voxel size is unknown; say --voxel-size`,
    );
    return null;
  }
  return spacingFrom(context, xyz, um);
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { file } = placeOf(context.name);
  const header = headerOf(file, bytes);
  const { fields, encoding } = header;
  const { path } = chosen(file, context.dataset, fields.map((field) => ({
    path: field.name, shape: field.shape, dtype: entryOf(TYPES, field.type) ?? field.type,
  })));
  const field = fields.find((one) => one.name === path) as Field;
  const name = fields.length > 1 ? `${file}:${path}` : file;
  const type = entryOf(TYPES, field.type);
  if (type === undefined) {
    throw new FileError(`${name}: holds ${field.type}; expected one number a voxel: ${Object.keys(TYPES).join(', ')}`);
  }
  const inside = { ...context, name };
  const { shape } = field;
  const voxelSizeUm = voxelSize(inside, header, shape);
  const rest = bytes.subarray(sectionAt(name, bytes, header, field));
  if (encoding === 'text') {
    const next = rest.indexOf('@'.charCodeAt(0));
    return { data: textNumbers(inside, next < 0 ? rest : rest.subarray(0, next), shape, type), shape, voxelSizeUm };
  }
  const body = await bytesOfField(inside, rest, field, type);
  const room = context.room - (body.buffer === bytes.buffer ? 0 : body.length);
  return { data: storedNumbers({ name, room }, body, shape, type, encoding === 'little'), shape, voxelSizeUm };
}

export const amira: VoxelFormat = { name: 'amira', extensions: ['.am'], sidecar: 'none', encode: null, decode };
