// Data arrays of VTK files [VTK file formats; vtkXMLDataParser]: raw or base64, whole or in blocks of zlib.
//
// Before whole data stands their length. Before blocks stand their number, the length of a block, that of a last one
// which is shorter (0: none), and the compressed lengths of all. In base64, whole data and their length are one text;
// the header of blocks and the blocks are two, each padded by itself.
import { FileError } from '../core/errors.js';
import { inflated } from './inflate.js';
import { noRoom, type Room } from './room.js';
import { isSpace } from './text-numbers.js';

export interface VtkEncoding {
  readonly littleEndian: boolean;
  /** Bytes of a number in the headers of arrays: 4 or 8. */
  readonly word: number;
  /** Whether arrays are compressed with zlib. */
  readonly blocks: boolean;
}

/** Blocks of one array beyond these would take minutes: they hold a few bytes each. */
const MOST_BLOCKS = 2 ** 18;

/** Bytes from a place of the file on, in pieces one after another. */
interface Source {
  /** The next bytes, fewer where the source ends before, without going on. */
  readonly peek: (bytes: number) => Uint8Array;
  /** The same, and goes on behind them: in base64, behind the text that they are. */
  readonly take: (bytes: number) => Uint8Array;
}

export function rawSource(bytes: Uint8Array): Source {
  let at = 0;
  return { peek: (length) => bytes.subarray(at, at + length), take: (length) => bytes.subarray(at, (at += length)) };
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const [PADDING, NONE] = [64, -1];
const VALUES = new Int8Array(256).fill(NONE);
for (let k = 0; k < 64; k++) VALUES[BASE64.charCodeAt(k)] = k;
VALUES['='.charCodeAt(0)] = PADDING;

/** Not `atob`, which wants the file as a string and gives another. */
export function base64Source({ name, room }: Room, text: Uint8Array): Source {
  let at = 0;
  /** A text from `at` on, at most so many bytes of it, and where the groups of four end that hold them. */
  const read = (length: number): { bytes: Uint8Array; end: number } => {
    const most = Math.min(length, Math.ceil(((text.length - at) * 3) / 4));
    if (most > room) throw noRoom(name, 'its decoded data (base64) take', most, room);
    const result = new Uint8Array(Math.max(0, most));
    let [found, bits, digits, end, padded] = [0, 0, 0, at, false];
    while (end < text.length && (digits % 4 !== 0 || (found < most && !padded))) {
      const byte = text[end++];
      const value = VALUES[byte];
      if (value === NONE) {
        if (isSpace(byte)) continue;
        throw new FileError(`${name}: byte ${byte} among its base64 data; the file is damaged, write it again`);
      }
      digits++;
      if (value === PADDING) padded = true;
      bits = ((bits << 6) | (value & 63)) & 0xffffff;
      if (digits % 4 === 1 || padded) continue;
      if (found < most) result[found++] = bits >> (2 * (3 - ((digits - 1) % 4)));
    }
    return { bytes: result.subarray(0, found), end };
  };
  return {
    peek: (length) => read(length).bytes,
    take(length) {
      const { bytes, end } = read(length);
      at = end;
      return bytes;
    },
  };
}

function truncated(name: string): FileError {
  return new FileError(`${name}: the file is truncated inside its data; write it again`);
}

/** Whole numbers of a header. @throws FileError when there are fewer */
function words(name: string, bytes: Uint8Array, count: number, { word, littleEndian }: VtkEncoding): number[] {
  if (bytes.length < count * word) throw truncated(name);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, k) =>
    (word === 8 ? Number(view.getBigUint64(8 * k, littleEndian)) : view.getUint32(4 * k, littleEndian)));
}

/** Length, then that many bytes. */
function whole({ name }: Room, source: Source, encoding: VtkEncoding): Uint8Array {
  const { word } = encoding;
  const [length] = words(name, source.peek(word), 1, encoding);
  const both = source.take(word + length);
  // Some writers pad the length by itself: then the text ends behind it.
  return both.length > word || length === 0 ? both.subarray(word) : source.take(length);
}

/** @throws FileError, CapacityError */
async function fromBlocks(room: Room, source: Source, expected: number, encoding: VtkEncoding): Promise<Uint8Array> {
  const { name } = room;
  const { word } = encoding;
  const [count, size, last] = words(name, source.peek(3 * word), 3, encoding);
  const total = last > 0 ? (count - 1) * size + last : count * size;
  if (count === 0 && expected > 0) throw truncated(name);
  if (total !== expected || last > size || !Number.isSafeInteger(count * size)) {
    throw new FileError(
      `${name}: its data are ${count} blocks of ${size} bytes, the last of ${last || size}; ${expected} bytes are ` +
        'needed: write the file again',
    );
  }
  if (count > MOST_BLOCKS) {
    throw new FileError(`${name}: its data are ${count} blocks of ${size} bytes; write them in larger blocks`);
  }
  const lengths = words(name, source.take((3 + count) * word), 3 + count, encoding).slice(3);
  if (expected > room.room) throw noRoom(name, 'its decompressed data take', expected, room.room);
  const packed = source.take(lengths.reduce((sum, length) => sum + length, 0));
  const result = new Uint8Array(expected);
  let at = 0;
  for (const [k, length] of lengths.entries()) {
    const bytes = k === count - 1 && last > 0 ? last : size;
    if (at + length > packed.length) throw truncated(name);
    const block = await inflated(room, packed.subarray(at, at + length), 'deflate', { bytes, more: 'refuse' });
    if (block.length < bytes) throw truncated(name);
    result.set(block, k * size);
    at += length;
  }
  return result;
}

/** Bytes of an array. @param expected so many. @throws FileError, CapacityError */
export async function vtkBytes(
  room: Room, source: Source, expected: number, encoding: VtkEncoding,
): Promise<Uint8Array> {
  return encoding.blocks ? fromBlocks(room, source, expected, encoding) : whole(room, source, encoding);
}
