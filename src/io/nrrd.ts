// NRRD with attached header [teem.sourceforge.net/nrrd/format.html]: encodings raw and gzip.
import { FileError } from '../core/errors.js';
import { voxelCount, type Shape, type VoxelSize } from '../core/grid.js';
import type { DecodeContext, SizedFormat } from './formats.js';
import { inflated, type Extent } from './inflate.js';
import { checkRoom, type Room } from './room.js';
import {
  asciiJson, bytesOf, bytesPerVoxel, checkLength, concatenated, copiedBytes, dataTypeOf, entryOf, numbersOf, objectFrom,
  packedAtMost,
  provenanceFrom, shapeFrom, spacingFrom, unitUm, type DataType, type VoxelArray,
} from './voxels.js';

const TYPES: Readonly<Record<string, DataType>> = {
  uchar: 'uint8', 'unsigned char': 'uint8', uint8: 'uint8', uint8_t: 'uint8',
  'signed char': 'int8', int8: 'int8', int8_t: 'int8',
  ushort: 'uint16', 'unsigned short': 'uint16', 'unsigned short int': 'uint16', uint16: 'uint16', uint16_t: 'uint16',
  short: 'int16', 'short int': 'int16', 'signed short': 'int16', int16: 'int16', int16_t: 'int16',
  uint: 'uint32', 'unsigned int': 'uint32', uint32: 'uint32', uint32_t: 'uint32',
  int: 'int32', 'signed int': 'int32', int32: 'int32', int32_t: 'int32',
  float: 'float32', double: 'float64',
};
const OWN_NAMES: Partial<Record<DataType, string>> = { float32: 'float', float64: 'double' };
const PROVENANCE = 'voxelith';
/** Provenance is in the header, so it may be long; what goes on beyond this is no header. */
const HEADER_LIMIT = 2 ** 24;

function encode(array: VoxelArray): Uint8Array {
  const { data, shape, voxelSizeUm, provenance } = array;
  const type = dataTypeOf(data);
  const lines = ['NRRD0004', `type: ${OWN_NAMES[type] ?? type}`, 'dimension: 3'];
  if (voxelSizeUm !== null) lines.push('space dimension: 3');
  lines.push(`sizes: ${[...shape].reverse().join(' ')}`);
  if (voxelSizeUm !== null) {
    const [z, y, x] = voxelSizeUm;
    lines.push(`space directions: (${x},0,0) (0,${y},0) (0,0,${z})`, 'space units: "um" "um" "um"');
  }
  if (bytesPerVoxel(type) > 1) lines.push('endian: little');
  lines.push('encoding: raw');
  if (provenance) lines.push(`${PROVENANCE}:=${asciiJson(provenance).replaceAll('\\', '\\\\')}`);
  return concatenated(new TextEncoder().encode(`${lines.join('\n')}\n\n`), bytesOf(data));
}

function spacing(name: string, fields: ReadonlyMap<string, string>): VoxelSize {
  const directions = fields.get('space directions');
  const spacings = fields.get('spacings');
  if (directions === undefined && spacings === undefined) return null;
  const lengths =
    directions !== undefined
      ? [...directions.matchAll(/\(([^()]*)\)/g)].map((match) => Math.hypot(...match[1].split(',').map(Number)))
      : (spacings as string).split(/\s+/).map(Number);
  const unit = /"([^"]*)"/.exec(fields.get(directions !== undefined ? 'space units' : 'units') ?? '');
  if (lengths.some(Number.isNaN)) return null;
  return spacingFrom(name, lengths, unit === null ? null : unitUm(unit[1]));
}

/** The text before the empty line that ends the header, and where the data begin; null when the line is not among the
 *  bytes. */
function headerText(bytes: Uint8Array): { text: string; at: number } | null {
  let at = 0;
  for (let end = bytes.indexOf(10); end >= 0 && end < HEADER_LIMIT; end = bytes.indexOf(10, at)) {
    const empty = end === at || (end === at + 1 && bytes[at] === 13);
    if (empty) return { text: new TextDecoder('latin1').decode(bytes.subarray(0, at)), at: end + 1 };
    at = end + 1;
  }
  return null;
}

interface Header {
  readonly fields: ReadonlyMap<string, string>;
  /** Key/value pairs: those with `:=`. */
  readonly keys: ReadonlyMap<string, string>;
  readonly shape: Shape;
  readonly type: DataType;
  readonly packed: boolean;
  readonly littleEndian: boolean;
  /** Where the data begin. */
  readonly at: number;
}

/** @throws FileError, also where the header does not end within the bytes */
function headerOf(name: string, bytes: Uint8Array): Header {
  const text = new TextDecoder('latin1');
  if (text.decode(bytes.subarray(0, 7)) !== 'NRRD000') {
    throw new FileError(`${name}: not a NRRD file: it does not begin with NRRD000`);
  }
  const header = headerText(bytes);
  if (header === null) {
    throw new FileError(`${name}: the file is truncated inside its header (no empty line ends it); write it again`);
  }
  const fields = new Map<string, string>();
  const keys = new Map<string, string>();
  for (const line of header.text.split(/\r?\n/).slice(1)) {
    const match = /^([^#:][^:]*):([ =])(.*)$/.exec(line);
    if (match) (match[2] === '=' ? keys : fields).set(match[1].toLowerCase(), match[3].trim());
  }
  const field = (key: string): string => {
    const value = fields.get(key);
    if (value === undefined) throw new FileError(`${name}: the NRRD header has no "${key}:"; write the file again`);
    return value;
  };
  if (fields.has('data file') || fields.has('datafile')) {
    throw new FileError(`${name}: its data lie in another file; save it with an attached header (.nrrd, not .nhdr)`);
  }
  const type = entryOf(TYPES, field('type'));
  if (type === undefined) {
    throw new FileError(`${name}: type "${field('type')}" is not read; expected e.g. uint8, int16, float`);
  }
  const sizes = field('sizes').split(/\s+/).map(Number).reverse();
  if (sizes.length !== Number(field('dimension'))) {
    throw new FileError(`${name}: dimension ${field('dimension')} but sizes "${field('sizes')}"; write the file again`);
  }
  const shape = shapeFrom(name, sizes);
  const encoding = field('encoding').toLowerCase();
  if (encoding !== 'raw' && encoding !== 'gzip' && encoding !== 'gz') {
    throw new FileError(`${name}: encoding "${encoding}" is not read; expected raw or gzip`);
  }
  const littleEndian = fields.get('endian')?.toLowerCase() !== 'big';
  return { fields, keys, shape, type, packed: encoding !== 'raw', littleEndian, at: header.at };
}

function extent(head: Uint8Array, { name }: Room): Extent | null {
  if (headerText(head) === null) return null;
  const { shape, type, packed, at } = headerOf(name, head);
  const bytes = voxelCount(shape) * bytesPerVoxel(type);
  return { bytes: at + (packed ? packedAtMost(bytes) : bytes), more: 'refuse' };
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { name } = context;
  const { fields, keys, shape, type, packed, littleEndian, at } = headerOf(name, bytes);
  const rest = bytes.subarray(at);
  const width = bytesPerVoxel(type);
  checkRoom(context, shape, packed ? width + copiedBytes(type, littleEndian, 0) : copiedBytes(
    type, littleEndian, rest.byteOffset,
  ));
  const body =
    packed ? await inflated(context, rest, 'gzip', { bytes: voxelCount(shape) * width, more: 'refuse' }) : rest;
  checkLength(name, body.length, shape, type);
  const data = numbersOf(body, type, littleEndian);
  const provenance = objectFrom((keys.get(PROVENANCE) ?? '').replaceAll('\\\\', '\\'));
  return { data, shape, voxelSizeUm: spacing(name, fields), ...provenanceFrom(provenance) };
}

export const nrrd: SizedFormat = { name: 'nrrd', extensions: ['.nrrd'], sidecar: 'none', encode, extent, decode };
