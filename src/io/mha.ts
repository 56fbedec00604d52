// MetaImage [itk.org/Wiki/MetaIO/Documentation]: written with local data, plain; read also zlib-compressed, as text,
// and from data files beside the header (.mhd).
import { FileError } from '../core/errors.js';
import type { VoxelSize } from '../core/grid.js';
import { alongZyx, arrangementOf } from './arranged.js';
import { imageNumbers, numberedFiles, type DataLayout, type Unpack } from './detached.js';
import type { DecodeContext, SizedFormat } from './formats.js';
import { inflated, type Extent } from './inflate.js';
import type { Room } from './room.js';
import { storedSize } from './stored.js';
import { unitUm } from '../core/lengths.js';
import {
  asciiJson, bytesOf, concatenated, dataTypeOf, entryOf, objectFrom, packedAtMost, provenanceFrom, spacingFrom,
  warnOblique, type Remarks, type StoredType, type VoxelArray,
} from './voxels.js';

/** MET_LONG has four bytes wherever it was written [MetaIO: MET_ValueTypeSize]. */
const TYPES: Readonly<Record<string, StoredType>> = {
  MET_UCHAR: 'uint8', MET_CHAR: 'int8', MET_USHORT: 'uint16', MET_SHORT: 'int16', MET_UINT: 'uint32', MET_INT: 'int32',
  MET_ULONG: 'uint32', MET_LONG: 'int32', MET_ULONG_LONG: 'uint64', MET_LONG_LONG: 'int64',
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

interface Header extends DataLayout {
  readonly fields: ReadonlyMap<string, string>;
  readonly packing: 'none' | 'deflate' | 'text';
  /** Bytes before the data; −1: the data end the file. */
  readonly skip: number;
}

const isTrue = (value: string | undefined): boolean => /^(true|1)$/i.test(value ?? '');

/** Data files that ElementDataFile names: one, numbered ones, or a list behind it; null: the data follow it. */
function filesOf(name: string, value: string, behind: string): readonly string[] | null {
  if (value.toUpperCase() === 'LOCAL') return null;
  if (/^LIST(\s+\d+D?)?$/i.test(value)) return behind.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
  return numberedFiles(name, value) ?? [value];
}

/** @throws FileError, also where the header does not end within the bytes */
function headerOf(name: string, bytes: Uint8Array): Header {
  const header = new TextDecoder('latin1').decode(bytes.subarray(0, HEADER_LIMIT));
  const last = /^ElementDataFile\s*=[^\S\n]*(.*?)(\r?\n|$(?![^]))/m.exec(header);
  if (!/^(ObjectType|NDims)\s*=/m.test(header.slice(0, 4096))) {
    throw new FileError(`${name}: not a MetaImage file: no "ObjectType = Image" or "NDims = 3" at its beginning`);
  }
  if (last === null || last[1].trim() === '') {
    throw new FileError(`${name}: the file is truncated inside its header (no ElementDataFile); write it again`);
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
  const numbers = (key: string): number[] => (fields.get(key) ?? '').split(/\s+/).filter(Boolean).map(Number);
  const sizes = numbers('DimSize').reverse();
  const dimensions = Number(fields.get('NDims') ?? sizes.length);
  if (sizes.length !== dimensions) {
    throw new FileError(
      `${name}: NDims is ${dimensions}, DimSize "${fields.get('DimSize') ?? ''}"; write the file again`,
    );
  }
  const files = filesOf(name, last[1].trim(), header.slice(at));
  const skip = Number(fields.get('HeaderSize') ?? 0);
  if (!Number.isInteger(skip) || skip < -1) {
    throw new FileError(`${name}: HeaderSize ${fields.get('HeaderSize')} must be a whole number from 0, or −1`);
  }
  return {
    fields, sizes, arrangement: arrangementOf(name, sizes, null), type,
    packing: (fields.has('BinaryData') && !isTrue(fields.get('BinaryData'))) ? 'text'
      : isTrue(fields.get('CompressedData')) ? 'deflate' : 'none',
    littleEndian: !isTrue(fields.get('BinaryDataByteOrderMSB') ?? fields.get('ElementByteOrderMSB')), files, skip, at,
  };
}

/** Voxel size; without ElementSpacing MetaIO takes ElementSize for it. */
function voxelSize(remarks: Remarks, { fields, sizes, arrangement }: Header): VoxelSize {
  const text = fields.get('ElementSpacing') ?? fields.get('ElementSize');
  if (text === undefined) return null;
  const lengths = text.split(/\s+/).map(Number).reverse();
  const turns = (fields.get('TransformMatrix') ?? fields.get('Rotation') ?? '').split(/\s+/).map(Number);
  const rank = Math.round(Math.sqrt(turns.length));
  const axes = Array.from({ length: rank }, (_, k) => turns.slice(k * rank, (k + 1) * rank));
  warnOblique(remarks, axes, 'TransformMatrix');
  return spacingFrom(
    remarks, alongZyx(arrangement, lengths, sizes.length).reverse(), unitUm(fields.get('DistanceUnits') ?? ''),
  );
}

function extent(head: Uint8Array, { name }: Room): Extent | null {
  // A header that ends later than this is refused, so more bytes would not help.
  if (head.length < HEADER_LIMIT && !/^ElementDataFile\s*=.*\n/m.test(new TextDecoder('latin1').decode(head))) {
    return null;
  }
  const { arrangement, type, packing, files, skip, at } = headerOf(name, head);
  if (files !== null) return { bytes: at, more: 'ignore' };
  if (packing === 'text' || skip !== 0) {
    throw new FileError(`${name}: text or skipped bytes in a gzip of the whole file; unpack it first`);
  }
  const bytes = storedSize(arrangement.shape, type);
  return { bytes: at + (packing === 'deflate' ? packedAtMost(bytes) : bytes), more: 'refuse' };
}

/** Data of one file as numbers' bytes. */
function unpacker({ packing, skip, fields }: Header): Unpack {
  return async (context, packed, bytes) => {
    if (packing === 'none') {
      return skip < 0 ? packed.subarray(Math.max(0, packed.length - bytes)) : packed.subarray(skip);
    }
    const length = Number(fields.get('CompressedDataSize') ?? NaN);
    if (skip < 0 && !(length <= packed.length)) {
      throw new FileError(
        `${context.name}: HeaderSize −1 needs the CompressedDataSize of compressed data; write the file again`,
      );
    }
    const rest = packed.subarray(skip < 0 ? packed.length - length : skip);
    // Without a size of their own the data go on to the end of the file.
    const own = length > 0 && length <= rest.length ? rest.subarray(0, length) : rest;
    return inflated(context, own, 'deflate', { bytes, more: 'refuse' });
  };
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const header = headerOf(context.name, bytes);
  const { fields, arrangement, packing, at } = header;
  const how = packing === 'text' ? { text: bytes.subarray(at) } : unpacker(header);
  return {
    data: await imageNumbers(context, bytes, header, how), shape: arrangement.shape,
    voxelSizeUm: voxelSize(context, header), ...provenanceFrom(objectFrom(fields.get('Comment') ?? '')),
  };
}

export const mha: SizedFormat = { name: 'mha', extensions: ['.mha'], sidecar: 'none', encode, extent, decode };
/** A header whose data lie beside it. */
export const mhd: SizedFormat = { ...mha, extensions: ['.mhd'], encode: null };
