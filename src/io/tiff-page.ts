// What one page of a TIFF says of itself [TIFF 6.0, sections 2, 8, 14 and 15; Adobe, TIFF Technical Notes 2 and 3]:
// sizes, number type, how its numbers are packed, and where its strips or tiles lie. Tags that are absent have the
// defaults of the standard.
import { FileError } from '../core/errors.js';
import type { TiffDirectory } from './tiff-directory.js';
import { bytesPerVoxel, type StoredType } from './voxels.js';

/** Kinds of compression. */
export const [PLAIN, LZW, JPEG, DEFLATE, PACK_BITS, OLD_DEFLATE, ZSTD] = [1, 5, 7, 8, 32773, 32946, 50000];
const READ: readonly number[] = [PLAIN, LZW, JPEG, DEFLATE, PACK_BITS, OLD_DEFLATE, ZSTD];
/** Names of those that are not read. */
const OTHERS: Readonly<Record<number, string>> = {
  2: 'CCITT fax', 3: 'CCITT fax (group 3)', 4: 'CCITT fax (group 4)', 6: 'JPEG of the old kind', 34712: 'JPEG 2000',
  33003: 'JPEG 2000', 33004: 'JPEG 2000', 33005: 'JPEG 2000', 34925: 'LZMA', 50002: 'JPEG XL', 34676: 'LogLuv',
  34677: 'LogLuv', 34892: 'lossy JPEG', 33007: 'JPEG', 34933: 'PNG', 34934: 'JPEG XR', 34887: 'LERC', 50001: 'WebP',
};
/** Whether differences between neighbours are undone: a predictor without one of these is no predictor. */
const PREDICTED: readonly number[] = [LZW, DEFLATE, OLD_DEFLATE, ZSTD];

/** Tags. */
const [WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, STRIPS, SAMPLES, ROWS, STRIP_BYTES] =
  [256, 257, 258, 259, 262, 266, 273, 277, 278, 279];
const [PLANAR, PREDICTOR, TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES, EXTRA, FORMAT, DEPTH] =
  [284, 317, 322, 323, 324, 325, 338, 339, 32997];
export const JPEG_TABLES = 347;

/** Photometric interpretations. */
export const [WHITE_IS_ZERO, RGB, YCBCR] = [0, 2, 6];
/** The other ones of colour images. */
const COLOURS: Readonly<Record<number, string>> =
  { 5: 'CMYK', 8: 'CIELab', 9: 'ICCLab', 10: 'ITULab', 32845: 'LogLuv' };

/** Numbers of a pixel beyond these are a damaged page. */
const MOST_SAMPLES = 4096;

export interface TiffPage {
  readonly directory: TiffDirectory;
  readonly nx: number;
  readonly ny: number;
  /** Numbers of a pixel, and their type as they are handed on. */
  readonly samples: number;
  readonly type: StoredType;
  /** Bits of a sample in the file. */
  readonly bits: number;
  readonly littleEndian: boolean;
  readonly compression: number;
  /** Whether the bits of a byte begin with the lowest. */
  readonly lowBitFirst: boolean;
  readonly predictor: 1 | 2 | 3;
  readonly photometric: number;
  /** Whether each sample has its own strips or tiles. */
  readonly planar: boolean;
  /** Whether what follows the first sample is transparency. */
  readonly alpha: boolean;
  /** Pixels of a strip or tile, and how many there are side by side and above each other. */
  readonly tiled: boolean;
  readonly block: { readonly nx: number; readonly ny: number; readonly across: number; readonly down: number };
}

/** @returns null for types that no array of this package holds */
function typeOf(bits: number, format: number): StoredType | null {
  if (format === 3) return bits === 16 || bits === 32 || bits === 64 ? `float${bits}` : null;
  const whole = ([8, 16, 32, 64] as const).find((n) => bits <= n);
  // What is shorter than its type is packed without gaps, and never signed.
  if (bits < 1 || whole === undefined || (bits !== whole && (format === 2 || (bits > 16 && bits !== 24)))) return null;
  return `${format === 2 ? '' : 'u'}int${whole}`;
}

/** @param number of the page, for messages. @throws FileError for what no reader here knows */
export function pageOf(name: string, directory: TiffDirectory, number: number): TiffPage {
  const where = `${name}: page ${number}`;
  const one = (tag: number, absent: number): number => directory.value(tag) ?? absent;
  const [nx, ny, samples] = [one(WIDTH, 0), one(HEIGHT, 0), one(SAMPLES, 1)];
  if (!(nx > 0 && ny > 0 && samples > 0 && samples <= MOST_SAMPLES)) {
    throw new FileError(`${where} has ${nx} × ${ny} pixels of ${samples} samples; the file is damaged, write it again`);
  }
  if (one(DEPTH, 1) > 1) {
    throw new FileError(`${where} is a volume of its own (ImageDepth ${one(DEPTH, 1)}); save one page per slice`);
  }
  const alike = (tag: number, absent: number): number => {
    const values = Array.from({ length: Math.min(samples, directory.count(tag)) }, (_, k) => directory.value(tag, k));
    if (values.some((value) => value !== values[0])) {
      throw new FileError(`${where} has samples of ${values.join(', ')} (tag ${tag}); save a grey image of one type`);
    }
    return values[0] ?? absent;
  };
  const [bits, format] = [alike(BITS, 1), alike(FORMAT, 1)];
  const compression = one(COMPRESSION, PLAIN);
  if (!READ.includes(compression)) {
    throw new FileError(
      `${where} is compressed as ${OTHERS[compression] ?? `number ${compression}`}, which is not read; ` +
        'save it uncompressed, with deflate or with LZW',
    );
  }
  const type = typeOf(bits, format === 4 ? 1 : format);
  if (type === null || ![1, 2, 3, 4].includes(format)) {
    throw new FileError(
      `${where} holds ${format > 4 ? 'complex numbers' : `numbers of ${bits} bits (sample format ${format})`}, which ` +
        'are not read; save 8, 16 or 32 bits',
    );
  }
  const photometric = one(PHOTOMETRIC, 1);
  if (COLOURS[photometric] !== undefined || (photometric === YCBCR && compression !== JPEG)) {
    throw new FileError(
      `${where} is a colour image (${COLOURS[photometric] ?? 'YCbCr'}); save its grey values as 8 or 16 bits`,
    );
  }
  const predictor = PREDICTED.includes(compression) ? one(PREDICTOR, 1) : 1;
  const whole = bits === 8 * bytesPerVoxel(type);
  if ((predictor !== 1 && predictor !== 2 && predictor !== 3) || (predictor !== 1 && !whole) ||
    (predictor === 3 && format !== 3)) {
    throw new FileError(
      `${where} has predictor ${predictor} of ${bits} bits (sample format ${format}), which is not read; ` +
        'save it without predictor',
    );
  }
  const tiled = directory.has(TILE_WIDTH);
  const rows = Math.min(one(ROWS, ny), ny);
  const [width, height] = tiled ? [one(TILE_WIDTH, 0), one(TILE_HEIGHT, 0)] : [nx, rows];
  if (!(width > 0 && height > 0)) {
    throw new FileError(
      `${where}: its ${tiled ? 'tiles' : 'strips'} have ${tiled ? `${width} × ${height} pixels` : `${rows} rows`}; ` +
        'the file is damaged, write it again',
    );
  }
  const block = { nx: width, ny: height, across: Math.ceil(nx / width), down: Math.ceil(ny / height) };
  const page: TiffPage = {
    directory, nx, ny, samples, type, bits, littleEndian: directory.littleEndian, compression,
    lowBitFirst: one(FILL_ORDER, 1) === 2, predictor, photometric, planar: one(PLANAR, 1) === 2 && samples > 1,
    alpha: photometric <= 1 && samples === 2 && [1, 2].includes(one(EXTRA, 0)), tiled, block,
  };
  const [there, needed] = [directory.count(tiled ? TILES : STRIPS), blockCount(page)];
  if (there < needed) {
    throw new FileError(
      `${where} needs ${needed} ${tiled ? 'tiles' : 'strips'}, the places of ${there} are there; write the file again`,
    );
  }
  return page;
}

const blockCount = ({ block: { across, down }, planar, samples }: TiffPage): number =>
  across * down * (planar ? samples : 1);

/** Bytes of a row of a block in the file, unpacked. */
export function rowBytes({ block, samples, planar, bits }: TiffPage): number {
  return Math.ceil((block.nx * (planar ? 1 : samples) * bits) / 8);
}

/** Rows of a block that lies below `y`: tiles are always whole. */
export function blockRows({ tiled, block, ny }: TiffPage, y: number): number {
  return tiled ? block.ny : Math.min(block.ny, ny - y);
}

/** Where a block lies in the file. `count` is null where the page does not say it. */
export function blockPlace({ directory, tiled }: TiffPage, k: number): { at: number; count: number | null } {
  const bytes = tiled ? TILE_BYTES : STRIP_BYTES;
  return {
    at: directory.value(tiled ? TILES : STRIPS, k) ?? NaN,
    count: directory.has(bytes) ? (directory.value(bytes, k) ?? NaN) : null,
  };
}

/** Whether all numbers of the page lie in one piece as an array has them. */
export function isOnePiece(page: TiffPage): boolean {
  const { compression, tiled, block, samples, bits, type } = page;
  return compression === PLAIN && !tiled && block.down === 1 && samples === 1 && bits === 8 * bytesPerVoxel(type) &&
    !page.lowBitFirst;
}
