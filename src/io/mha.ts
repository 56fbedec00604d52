// MetaImage with local data [itk.org/Wiki/MetaIO/Documentation], plain or zlib-compressed.
import { FileError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { DecodeContext, SizedFormat } from './formats.js';
import { inflated, type Extent } from './inflate.js';
import { checkRoom, type Room } from './room.js';
import {
  asciiJson, bytesOf, bytesPerVoxel, checkLength, concatenated, copiedBytes, dataTypeOf, entryOf, numbersOf, objectFrom,
  packedAtMost, provenanceFrom,
  shapeFrom, spacingFrom, unitUm, type DataType, type VoxelArray,
} from './voxels.js';

const TYPES: Readonly<Record<string, DataType>> = {
  MET_UCHAR: 'uint8', MET_CHAR: 'int8', MET_USHORT: 'uint16', MET_SHORT: 'int16', MET_UINT: 'uint32', MET_INT: 'int32',
  MET_FLOAT: 'float32', MET_DOUBLE: 'float64',
};
/** Headers are a few hundred bytes; a file without ElementDataFile in its first part is something else. */
const HEADER_LIMIT = 65536;

function encode(array: VoxelArray): Uint8Array {
  const { data, shape, voxelSizeUm, provenance } = array;
  const type = dataTypeOf(data);
  const met = Object.keys(TYPES).find((key) => TYPES[key] === type) as string;
  const lines = ['ObjectType = Image', 'NDims = 3'];
  // A standard field, and the only free text that every reader accepts.
  if (provenance) lines.push(`Comment = ${asciiJson(provenance)}`);
  lines.push('BinaryData = True', 'BinaryDataByteOrderMSB = False', 'CompressedData = False');
  lines.push(`DimSize = ${[...shape].reverse().join(' ')}`);
  if (voxelSizeUm !== null) {
    lines.push('DistanceUnits = um', `ElementSpacing = ${[...voxelSizeUm].reverse().join(' ')}`);
  }
  lines.push(`ElementType = ${met}`, 'ElementDataFile = LOCAL');
  return concatenated(new TextEncoder().encode(`${lines.join('\n')}\n`), bytesOf(data));
}

interface Header {
  readonly fields: ReadonlyMap<string, string>;
  readonly shape: Shape;
  readonly type: DataType;
  readonly packed: boolean;
  readonly littleEndian: boolean;
  /** Where the data begin. */
  readonly at: number;
}

/** @throws FileError, also where the header does not end within the bytes */
function headerOf(name: string, bytes: Uint8Array): Header {
  const header = new TextDecoder('latin1').decode(bytes.subarray(0, HEADER_LIMIT));
  const last = /^ElementDataFile\s*=\s*(.*?)\r?\n/m.exec(header);
  if (!/^(ObjectType|NDims)\s*=/m.test(header.slice(0, 4096))) {
    throw new FileError(`${name}: not a MetaImage file: no "ObjectType = Image" or "NDims = 3" at its beginning`);
  }
  if (last === null) {
    throw new FileError(`${name}: the file is truncated inside its header (no ElementDataFile); write it again`);
  }
  if (last[1].trim() !== 'LOCAL') {
    throw new FileError(
      `${name}: its data lie in "${last[1].trim()}"; save it as one .mha file (ElementDataFile = LOCAL)`,
    );
  }
  const at = last.index + last[0].length;
  const fields = new Map<string, string>();
  for (const line of header.slice(0, at).split(/\r?\n/)) {
    const match = /^(\w+)\s*=\s*(.*)$/.exec(line);
    if (match) fields.set(match[1], match[2].trim());
  }
  const met = fields.get('ElementType') ?? '';
  const type = entryOf(TYPES, met);
  if (type === undefined) {
    throw new FileError(`${name}: ElementType "${met}" is not read; expected one of ${Object.keys(TYPES).join(', ')}`);
  }
  if ((fields.get('ElementNumberOfChannels') ?? '1') !== '1') {
    throw new FileError(`${name}: has ${fields.get('ElementNumberOfChannels')} channels per voxel; expected one`);
  }
  const sizes = (fields.get('DimSize') ?? '').split(/\s+/).filter(Boolean).map(Number).reverse();
  const shape = shapeFrom(name, sizes);
  const bigEndian =
    (fields.get('BinaryDataByteOrderMSB') ?? fields.get('ElementByteOrderMSB') ?? '').toLowerCase() === 'true';
  return {
    fields, shape, type, packed: fields.get('CompressedData')?.toLowerCase() === 'true', littleEndian: !bigEndian, at,
  };
}

function extent(head: Uint8Array, { name }: Room): Extent | null {
  // A header that ends later than this is refused, so more bytes would not help.
  if (head.length < HEADER_LIMIT && !/^ElementDataFile\s*=.*\n/m.test(new TextDecoder('latin1').decode(head))) {
    return null;
  }
  const { shape, type, packed, at } = headerOf(name, head);
  const bytes = voxelCount(shape) * bytesPerVoxel(type);
  return { bytes: at + (packed ? packedAtMost(bytes) : bytes), more: 'refuse' };
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { name } = context;
  const { fields, shape, type, packed, littleEndian, at } = headerOf(name, bytes);
  const rest = bytes.subarray(at);
  const width = bytesPerVoxel(type);
  checkRoom(context, shape, packed ? width + copiedBytes(type, littleEndian, 0) : copiedBytes(
    type, littleEndian, rest.byteOffset,
  ));
  const body =
    packed ? await inflated(context, rest, 'deflate', { bytes: voxelCount(shape) * width, more: 'refuse' }) : rest;
  checkLength(name, body.length, shape, type);
  const spacing = fields.get('ElementSpacing')?.split(/\s+/).map(Number) ?? null;
  return {
    data: numbersOf(body, type, littleEndian),
    shape,
    voxelSizeUm: spacing === null ? null : spacingFrom(name, spacing, unitUm(fields.get('DistanceUnits') ?? '')),
    ...provenanceFrom(objectFrom(fields.get('Comment') ?? '')),
  };
}

export const mha: SizedFormat = { name: 'mha', extensions: ['.mha'], sidecar: 'none', encode, extent, decode };
