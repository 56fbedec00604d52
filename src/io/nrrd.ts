// NRRD [teem.sourceforge.net/nrrd/format.html]: written with attached header, raw; read also from data files beside the
// header, encodings raw, gzip, ascii and hex.
import { FileError } from '../core/errors.js';
import type { VoxelSize } from '../core/grid.js';
import { hypot } from '../numeric/elementary.js';
import { alongZyx, arrangementOf } from './arranged.js';
import { imageNumbers, numberedFiles, type DataLayout, type Unpack } from './detached.js';
import type { DecodeContext, SizedFormat } from './formats.js';
import { inflated, type Extent } from './inflate.js';
import { noRoom, type Room } from './room.js';
import { storedSize } from './stored.js';
import { isSpace } from './text-numbers.js';
import { unitUm } from '../core/lengths.js';
import {
  asciiJson, bytesOf, bytesPerVoxel, concatenated, dataTypeOf, entryOf, objectFrom, packedAtMost,
  provenanceFrom, spacingFrom, warnOblique, type DataType, type Remarks, type StoredType, type VoxelArray,
} from './voxels.js';

/** Names of C for whole numbers of a width, signed ones with and without their sign. */
function named(signed: StoredType, unsigned: StoredType, ...words: readonly string[]): [string, StoredType][] {
  return words.flatMap((word): [string, StoredType][] => [[word, signed], [`signed ${word}`, signed],
    [`unsigned ${word}`, unsigned]]);
}
const TYPES: Readonly<Record<string, StoredType>> = {
  uchar: 'uint8', 'unsigned char': 'uint8', uint8: 'uint8', uint8_t: 'uint8',
  'signed char': 'int8', int8: 'int8', int8_t: 'int8',
  ...Object.fromEntries(named('int16', 'uint16', 'short', 'short int')),
  ...Object.fromEntries(named('int32', 'uint32', 'int')),
  ...Object.fromEntries(named('int64', 'uint64', 'long long', 'long long int')),
  ushort: 'uint16', uint16: 'uint16', uint16_t: 'uint16', int16: 'int16', int16_t: 'int16',
  uint: 'uint32', uint32: 'uint32', uint32_t: 'uint32', int32: 'int32', int32_t: 'int32',
  longlong: 'int64', int64: 'int64', int64_t: 'int64', ulonglong: 'uint64', uint64: 'uint64', uint64_t: 'uint64',
  float: 'float32', double: 'float64',
};
const OWN_NAMES: Partial<Record<DataType, string>> = { float32: 'float', float64: 'double' };
const ENCODINGS: Readonly<Record<string, 'raw' | 'gzip' | 'ascii' | 'hex'>> = {
  raw: 'raw', gzip: 'gzip', gz: 'gzip', txt: 'ascii', text: 'ascii', ascii: 'ascii', hex: 'hex',
};
/** Kinds of axes that positions lie along [nrrd: nrrdKind]. */
const SPATIAL = ['domain', 'space'];
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

/** A header without data behind it may end with the file; null when these are no such header. */
function detachedText(bytes: Uint8Array): { text: string; at: number } | null {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, HEADER_LIMIT));
  return /^data ?file:/im.test(text) ? { text, at: bytes.length } : null;
}

interface Header extends DataLayout {
  readonly fields: ReadonlyMap<string, string>;
  /** Key/value pairs: those with `:=`. */
  readonly keys: ReadonlyMap<string, string>;
  readonly encoding: 'raw' | 'gzip' | 'ascii' | 'hex';
  /** Lines and bytes before the data; −1 bytes: the data end the file. */
  readonly skip: { readonly lines: number; readonly bytes: number };
}

/** What an axis is named for messages; z, y and x for the spatial ones when the header says which these are. */
function axisNames(fields: ReadonlyMap<string, string>, rank: number): string[] | null {
  const kinds = fields.get('kinds')?.toLowerCase().split(/\s+/).reverse() ?? [];
  const spatial = kinds.filter((kind) => SPATIAL.includes(kind)).length;
  if (kinds.length !== rank || spatial < 2 || spatial > 3) return null;
  const names = ['z', 'y', 'x'].slice(-spatial);
  return kinds.map((kind) => (SPATIAL.includes(kind) ? (names.shift() as string) : kind));
}

/** Data files that "data file" names: one, numbered ones, or a list at the end of the header. @throws FileError */
function filesOf(name: string, value: string, list: readonly string[]): readonly string[] {
  if (/^LIST(\s+\d+)?$/.test(value)) return list;
  return numberedFiles(name, value) ?? [value];
}

/** @throws FileError, also where the header does not end within the bytes */
function headerOf(name: string, bytes: Uint8Array): Header {
  if (new TextDecoder('latin1').decode(bytes.subarray(0, 7)) !== 'NRRD000') {
    throw new FileError(`${name}: not a NRRD file: it does not begin with NRRD000`);
  }
  // A header whose data lie elsewhere needs no empty line at its end.
  const header = headerText(bytes) ?? detachedText(bytes);
  if (header === null) {
    throw new FileError(`${name}: the file is truncated inside its header (no empty line ends it); write it again`);
  }
  const fields = new Map<string, string>();
  const keys = new Map<string, string>();
  const list: string[] = [];
  for (const line of header.text.split(/\r?\n/).slice(1)) {
    const match = /^([^#:][^:]*):([ =])(.*)$/.exec(line);
    if (fields.get('data file')?.startsWith('LIST')) {
      if (line.trim() !== '') list.push(line.trim());
    } else if (match) {
      const key = match[1].toLowerCase();
      if (match[2] === '=') keys.set(key, match[3].trim());
      else fields.set(key === 'datafile' ? 'data file' : key.replace(/^(line|byte)skip$/, '$1 skip'), match[3].trim());
    }
  }
  const field = (key: string): string => {
    const value = fields.get(key);
    if (value === undefined) throw new FileError(`${name}: the NRRD header has no "${key}:"; write the file again`);
    return value;
  };
  const type = entryOf(TYPES, field('type').toLowerCase().replace(/\s+/g, ' '));
  if (type === undefined) {
    throw new FileError(`${name}: type "${field('type')}" is not read; expected e.g. uint8, int16, float`);
  }
  const sizes = field('sizes').split(/\s+/).map(Number).reverse();
  if (sizes.length !== Number(field('dimension'))) {
    throw new FileError(`${name}: dimension ${field('dimension')} but sizes "${field('sizes')}"; write the file again`);
  }
  const encoding = entryOf(ENCODINGS, field('encoding').toLowerCase());
  if (encoding === undefined) {
    throw new FileError(
      `${name}: encoding "${field('encoding')}" is not read; expected ${Object.keys(ENCODINGS).join(', ')}: save it ` +
        'with gzip',
    );
  }
  const files = fields.has('data file') ? filesOf(name, field('data file'), list) : null;
  const number = (key: string): number => Number(fields.get(key) ?? 0);
  const skip = { lines: number('line skip'), bytes: number('byte skip') };
  if (!(skip.lines >= 0 && skip.bytes >= -1 && Number.isInteger(skip.lines) && Number.isInteger(skip.bytes))) {
    throw new FileError(
      `${name}: line skip ${skip.lines} and byte skip ${skip.bytes} must be whole numbers from 0 (bytes: −1)`,
    );
  }
  return {
    fields, keys, sizes, type, encoding, files, skip, littleEndian: fields.get('endian')?.toLowerCase() !== 'big',
    arrangement: arrangementOf(name, sizes, axisNames(fields, sizes.length)), at: header.at,
  };
}

/** Edge lengths along z, y and x; null where the header has none. */
function lengthsOf(remarks: Remarks, { fields, sizes, arrangement }: Header): number[] | null {
  const directions = fields.get('space directions');
  const spacings = fields.get('spacings');
  if (directions === undefined) {
    const lengths = spacings?.split(/\s+/).map(Number).reverse();
    return lengths?.length === sizes.length ? alongZyx(arrangement, lengths, sizes.length) : null;
  }
  const vectors = [...directions.matchAll(/\(([^()]*)\)|none/gi)]
    .map((match) => match[1]?.split(',').map(Number) ?? null).reverse();
  // Some writers leave "none" out.
  const spatial = vectors.filter((vector) => vector !== null);
  const used = vectors.length === sizes.length ? alongZyx(arrangement, vectors, sizes.length)
    : spatial.length === 3 || spatial.length === 2 ? spatial : null;
  if (used === null || (used as readonly unknown[]).includes(null)) return null;
  const all = (used.length === 2 ? [used[1], ...used] : used) as readonly number[][];
  warnOblique(remarks, all, 'space directions');
  return all.map((vector) => hypot(...vector));
}

/** µm in the units along z, y, x; null where there are none. @returns undefined when one of them is not known */
function unitsOf({ fields, sizes, arrangement }: Header): (number | null)[] | undefined {
  const directions = fields.has('space directions');
  const text = fields.get(directions ? 'space units' : 'units') ?? '';
  const all = [...text.matchAll(/"([^"]*)"/g)].map((match) => match[1].trim()).reverse();
  if (all.every((unit) => unit === '')) return [null, null, null];
  const zyx = alongZyx(arrangement, all, directions ? 0 : sizes.length).map(unitUm);
  return zyx.length === 3 && zyx.every((um) => um !== null) ? zyx : undefined;
}

function voxelSize(remarks: Remarks, header: Header): VoxelSize {
  const lengths = lengthsOf(remarks, header);
  if (lengths === null || lengths.every(Number.isNaN)) return null;
  const units = unitsOf(header);
  if (units === undefined) {
    remarks.warn(
      `the units of its axes are not all known ones (µm, nm, mm …), so the voxel size is taken as ` +
        'unknown; say it with --voxel-size',
    );
    return null;
  }
  const [z, y, x] = lengths.map((h, k) => h * (units[k] ?? 1));
  return spacingFrom(remarks, [x, y, z], units[0] === null ? null : 1);
}

function extent(head: Uint8Array, { name }: Room): Extent | null {
  const header = headerText(head);
  if (header === null) return null;
  const { arrangement, type, encoding, files, skip, at } = headerOf(name, head);
  if (files !== null) return { bytes: at, more: 'ignore' };
  if (encoding === 'ascii' || encoding === 'hex' || skip.lines !== 0 || skip.bytes !== 0) {
    throw new FileError(`${name}: text or skipped bytes in a gzip of the whole file; unpack it first`);
  }
  const bytes = storedSize(arrangement.shape, type);
  return { bytes: at + (encoding === 'raw' ? bytes : packedAtMost(bytes)), more: 'refuse' };
}

/** Bytes behind so many ends of lines. */
function afterLines(bytes: Uint8Array, lines: number): Uint8Array {
  let at = 0;
  for (let k = 0; k < lines && at <= bytes.length; k++) {
    const end = bytes.indexOf(10, at);
    at = end < 0 ? bytes.length + 1 : end + 1;
  }
  return bytes.subarray(at);
}

/** Two digits a byte. @throws FileError, CapacityError */
function fromHex({ name, room }: Room, text: Uint8Array, bytes: number): Uint8Array {
  if (2 * bytes > text.length) {
    throw new FileError(`${name}: the file is truncated inside its hex data; write it again`);
  }
  if (bytes > room) throw noRoom(name, 'its data take', bytes, room);
  const result = new Uint8Array(bytes);
  let digits = 0;
  for (const byte of text) {
    if (isSpace(byte)) continue;
    const digit = parseInt(String.fromCharCode(byte), 16);
    if (Number.isNaN(digit)) throw new FileError(`${name}: byte ${byte} among its hex data; write the file again`);
    if (digits < 2 * bytes) result[digits >> 1] = (result[digits >> 1] << 4) | digit;
    digits++;
  }
  return digits === 2 * bytes ? result : result.subarray(0, digits >> 1);
}

/** Data of one file as numbers' bytes. Bytes are skipped after decompression, lines before it [nrrd: byte skip]. */
function unpacker({ encoding, skip }: Header): Unpack {
  return async (context, packed, bytes) => {
    const rest = afterLines(packed, skip.lines);
    if (encoding === 'hex') return fromHex(context, rest, bytes);
    if (encoding === 'raw') return skip.bytes < 0 ? rest.subarray(Math.max(0, rest.length - bytes)) : rest.subarray(
      skip.bytes,
    );
    if (skip.bytes < 0) {
      throw new FileError(`${context.name}: byte skip −1 is for raw data, these are compressed; write the file again`);
    }
    const inner = await inflated(context, rest, 'gzip', { bytes: skip.bytes + bytes, more: 'refuse' });
    return inner.subarray(skip.bytes);
  };
}

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const header = headerOf(context.name, bytes);
  const { keys, arrangement, encoding, skip, at } = header;
  const how = encoding === 'ascii' ? { text: afterLines(bytes.subarray(at), skip.lines) } : unpacker(header);
  const provenance = objectFrom((keys.get(PROVENANCE) ?? '').replaceAll('\\\\', '\\'));
  return {
    data: await imageNumbers(context, bytes, header, how), shape: arrangement.shape,
    voxelSizeUm: voxelSize(context, header), ...provenanceFrom(provenance),
  };
}

export const nrrd: SizedFormat = { name: 'nrrd', extensions: ['.nrrd'], sidecar: 'none', encode, extent, decode };
/** A header whose data lie beside it. */
export const nhdr: SizedFormat = { ...nrrd, extensions: ['.nhdr'], encode: null };
