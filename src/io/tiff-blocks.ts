// Strips and tiles of a TIFF as numbers: unpacked, predictors undone, in the machine's byte order. Every length is
// known before it is unpacked.
import { FileError } from '../core/errors.js';
import type { DecodeContext } from './formats.js';
import { mostZstd } from './frames.js';
import { unpackedJpeg, unpackedZstd } from './geotiff.js';
import { inflated, mostInflated } from './inflate.js';
import { unpackedLzw } from './lzw.js';
import { unpackedBits } from './pack-bits.js';
import {
  blockPlace, blockRows, DEFLATE, JPEG, JPEG_TABLES, LZW, OLD_DEFLATE, PACK_BITS, PLAIN, rowBytes, ZSTD, type TiffPage,
} from './tiff-page.js';
import { bytesPerVoxel, swapBytes } from './voxels.js';

/** A strip or tile that an image needs. */
export interface TiffBlock {
  readonly page: TiffPage;
  /** As it lies in the file; null: it is left out there, which stands for zeros. */
  readonly packed: Uint8Array | null;
  /** Its corner in the page, and which sample it begins with. */
  readonly y: number;
  readonly x: number;
  readonly sample: number;
  /** Rows in it, and its length in the file, unpacked. */
  readonly rows: number;
  readonly length: number;
}

/** Most bytes that packed ones can stand for. */
function mostOf(compression: number, packed: Uint8Array): number {
  const count = packed.length;
  if (compression === PLAIN) return count;
  // Two bytes of PackBits repeat one 128 times; no string of LZW is longer than its table, and none takes fewer than
  // nine bits.
  if (compression === PACK_BITS) return 64 * count + 128;
  if (compression === LZW) return 4096 * count;
  if (compression === DEFLATE || compression === OLD_DEFLATE) return mostInflated(count);
  return compression === ZSTD ? mostZstd(packed) : Infinity;
}

/** Strips or tiles that hold some samples of a page, checked before memory is taken for the image.
 *  @param bytes of the file
 *  @param shift bytes that they lie behind where the page says: of stacks with one directory
 *  @throws FileError where they lie beyond the end or cannot hold what they should */
export function* blocksOf(
  name: string, bytes: Uint8Array, page: TiffPage, shift: number, samples: readonly number[],
): Generator<TiffBlock> {
  const { block: { nx, ny, across, down }, planar, compression, tiled } = page;
  const what = tiled ? 'tile' : 'strip';
  for (const sample of planar ? samples : [0]) {
    for (let k = 0; k < across * down; k++) {
      const [y, x] = [Math.floor(k / across) * ny, (k % across) * nx];
      const rows = blockRows(page, y);
      const length = rows * rowBytes(page);
      const place = blockPlace(page, sample * across * down + k);
      const count = place.count ?? (compression === PLAIN ? length : 0);
      const at = place.at + shift;
      if (place.at === 0 && place.count === 0) {
        yield { page, packed: null, y, x, sample, rows, length };
        continue;
      }
      if (Number.isNaN(at + count)) {
        throw new FileError(`${name}: does not say where ${what} ${k + 1} lies; the file is damaged, write it again`);
      }
      if (at + count > bytes.length) {
        throw new FileError(
          `${name}: the file is truncated: a ${what} needs ${at + count} bytes, found ${bytes.length}; write it again`,
        );
      }
      const packed = bytes.subarray(at, at + count);
      const most = mostOf(compression, packed);
      // A last strip may be as long as the others, and ends of strips are rounded up.
      const longest = ny * rowBytes(page) + 4;
      if (most < length || (compression === PLAIN && count > longest)) {
        throw new FileError(
          `${name}: a ${what} holds ${most} bytes${compression === PLAIN ? '' : ' at most'}, expected ${length}; ` +
            'write the file again',
        );
      }
      yield { page, packed, y, x, sample, rows, length };
    }
  }
}

/** Whether what a block is made of is no part of the file any more, and may be changed in place. */
async function unpacked(
  context: DecodeContext, block: TiffBlock, packed: Uint8Array,
): Promise<{ bytes: Uint8Array; own: boolean }> {
  const { name } = context;
  const { page, length } = block;
  const { compression } = page;
  const turned = page.lowBitFirst && compression !== JPEG;
  const found = turned ? reversedBits(packed) : packed;
  // The last strip may be packed in the length of the others.
  const longest = page.block.ny * rowBytes(page);
  let bytes = found;
  if (compression === LZW) bytes = unpackedLzw(name, found, length);
  else if (compression === PACK_BITS) bytes = unpackedBits(name, found, length);
  else if (compression === DEFLATE || compression === OLD_DEFLATE) {
    bytes = await inflated(context, found, 'deflate', { bytes: longest, more: 'refuse' });
  } else if (compression === ZSTD) bytes = await unpackedZstd(context, found, length, longest);
  else if (compression === JPEG) bytes = await jpegSamples(context, block, found);
  if (bytes.length < length) {
    throw new FileError(
      `${name}: a strip or tile holds ${bytes.length} bytes, expected ${length}; write the file again`,
    );
  }
  return { bytes: bytes.subarray(0, length), own: turned || compression !== PLAIN };
}

/** @throws FileError for an image of another size than the block's */
async function jpegSamples(context: DecodeContext, { page, rows }: TiffBlock, packed: Uint8Array): Promise<Uint8Array> {
  const { name } = context;
  const { block, planar, samples, directory } = page;
  const tables = directory.has(JPEG_TABLES) ? directory.bytes(JPEG_TABLES) : null;
  return unpackedJpeg(context, packed, tables, ({ nx, ny, components }) => {
    if (nx === block.nx && ny >= rows && ny <= block.ny && components === (planar ? 1 : samples)) return;
    throw new FileError(
      `${name}: a strip or tile of ${block.nx} × ${rows} pixels holds a JPEG of ${nx} × ${ny} with ${components} ` +
        'components; write the file again',
    );
  });
}

/** The bits of every byte from the other end [TIFF 6.0, FillOrder]. */
function reversedBits(bytes: Uint8Array): Uint8Array {
  const table = Uint8Array.from({ length: 256 }, (_, byte) => {
    let result = 0;
    for (let bit = 0; bit < 8; bit++) result |= ((byte >> bit) & 1) << (7 - bit);
    return result;
  });
  return bytes.map((byte) => table[byte]);
}

/** Undoes differences between numbers of a row [TIFF 6.0, section 14] in place: whole numbers of any kind, modulo their
 *  width, little-endian. */
function undoDifferences(bytes: Uint8Array, row: number, width: number, stride: number): void {
  const step = stride * width;
  for (let at = 0; at < bytes.length; at += row) {
    for (let i = at + step; i < at + row; i += width) {
      let carry = 0;
      for (let k = i; k < i + width; k++) {
        carry += bytes[k] + bytes[k - step];
        bytes[k] = carry;
        carry >>= 8;
      }
    }
  }
}

/** Undoes the predictor of floats [Adobe, TIFF Technical Note 3]: differences between bytes, whose highest ones of a
 *  row come first, whatever the byte order of the file. @returns little-endian numbers */
function undoFloats(bytes: Uint8Array, row: number, width: number, stride: number): Uint8Array {
  const result = new Uint8Array(bytes.length);
  const count = row / width;
  for (let at = 0; at < bytes.length; at += row) {
    for (let i = at + stride; i < at + row; i++) bytes[i] += bytes[i - stride];
    for (let k = 0; k < width; k++) {
      const plane = at + (width - 1 - k) * count;
      for (let i = 0; i < count; i++) result[at + i * width + k] = bytes[plane + i];
    }
  }
  return result;
}

/** Numbers of fewer bits than their type, highest bit first; every row begins with a byte of its own. */
function widened(bytes: Uint8Array, page: TiffPage, rows: number): Uint8Array {
  const { bits, type, littleEndian } = page;
  const row = rowBytes(page);
  const count = page.block.nx * (page.planar ? 1 : page.samples);
  const width = bytesPerVoxel(type);
  const result = new Uint8Array(rows * count * width);
  const ordered = bits === 24 && littleEndian;
  for (let y = 0, to = 0; y < rows; y++) {
    let [held, there, at] = [0, 0, y * row];
    for (let i = 0; i < count; i++, to += width) {
      while (there < bits) {
        held = (held << 8) | bytes[at++];
        there += 8;
      }
      there -= bits;
      const value = (held >>> there) & (2 ** bits - 1);
      held &= 2 ** there - 1;
      for (let k = 0; k < width; k++) {
        // Numbers of three bytes have the order of the file.
        result[to + k] = ordered && k < 3 ? (value >> (8 * (2 - k))) & 255 : (value >> (8 * k)) & 255;
      }
    }
  }
  return result;
}

/** Numbers of a block, rows one behind the other, little-endian in the bytes of the page's type. They may be those of
 *  the file. @throws FileError */
export async function numbersOfBlock(context: DecodeContext, block: TiffBlock): Promise<Uint8Array> {
  const { page, rows, packed } = block;
  const { type, bits, littleEndian, predictor } = page;
  const width = bytesPerVoxel(type);
  const whole = bits === 8 * width;
  const stride = page.planar ? 1 : page.samples;
  if (packed === null) return new Uint8Array(rows * page.block.nx * stride * width);
  const { bytes, own } = await unpacked(context, block, packed);
  if (!whole) return widened(bytes, page, rows);
  const turn = !littleEndian && width > 1 && predictor !== 3;
  if (!turn && predictor === 1) return bytes;
  const numbers = own ? bytes : bytes.slice();
  if (turn) swapBytes(numbers, width);
  if (predictor === 2) undoDifferences(numbers, rowBytes(page), width, stride);
  return predictor === 3 ? undoFloats(numbers, rowBytes(page), width, stride) : numbers;
}
