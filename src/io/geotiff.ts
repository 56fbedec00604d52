// JPEG and zstd, by the decoders of the optional package `geotiff`. They know no bound: what their data stand for is
// looked up first. Directories, tiles and numbers of a TIFF are read without it.
import { FileError } from '../core/errors.js';
import type { DecodeContext } from './formats.js';
import { jpegFrames, mostZstd, type JpegFrame } from './frames.js';
import { loadLibrary } from './libraries.js';
import { JPEG, ZSTD } from './tiff-page.js';

type Source = Pick<DecodeContext, 'name' | 'libraries'>;

/** Blocks of zstd are counted as full; encoders that split them make them a few kilobytes. */
const ZSTD_SLACK = 64;

/** @throws FileError when geotiff is not installed, or says that the data are damaged */
async function decoded(
  { name, libraries }: Source, compression: number, bytes: Uint8Array, tables: Uint8Array | null,
): Promise<Uint8Array> {
  const what = compression === JPEG ? 'JPEG' : 'zstd';
  const otherwise = 'save the image without it, e.g. as TIFF with deflate';
  const library = await loadLibrary('geotiff', libraries, `${name}: ${what}`, otherwise);
  try {
    // Without a predictor, which is undone afterwards.
    const parameters = {
      tileWidth: 1, tileHeight: 1, predictor: 1, bitsPerSample: 8, planarConfiguration: 1,
      ...(tables === null ? {} : { JPEGTables: tables }),
    };
    return new Uint8Array(await (await library.getDecoder(compression, parameters)).decode(bytes.slice().buffer));
  } catch {
    throw new FileError(`${name}: its ${what} data are damaged, or of a kind that is not read; write the file again`);
  }
}

/** @param length bytes that they should hold
 *  @param longest or may hold
 *  @throws FileError */
export async function unpackedZstd(
  source: Source, bytes: Uint8Array, length: number, longest: number,
): Promise<Uint8Array> {
  const { name } = source;
  if (mostZstd(bytes) / ZSTD_SLACK > Math.max(length, 2 ** 18)) {
    throw new FileError(`${name}: a strip or tile of ${length} bytes holds more than they; write the file again`);
  }
  const found = await decoded(source, ZSTD, bytes, null);
  // Of truncated data the decoder gives its whole memory.
  if (found.length >= length && found.length <= longest) return found;
  throw new FileError(`${name}: its zstd data do not hold the ${length} bytes of a strip or tile; write it again`);
}

/** Samples of a JPEG, those of a pixel side by side, and what its header says of them.
 *  @param tables quantisation and Huffman tables that strips of a TIFF share
 *  @param check says whether there is room for it
 *  @throws FileError for what is no JPEG of 8 bits, baseline or progressive */
export async function unpackedJpeg(
  source: Source, bytes: Uint8Array, tables: Uint8Array | null, check: (frame: JpegFrame) => void,
): Promise<Uint8Array> {
  const { name } = source;
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) {
    throw new FileError(`${name}: not a JPEG: it does not begin with ff d8`);
  }
  const [frame, ...more] = [...jpegFrames(bytes), ...(tables === null ? [] : jpegFrames(tables))];
  if (frame === undefined || more.length > 0 || frame.nx === 0 || frame.ny === 0) {
    const images = frame === undefined ? 'no' : 'more than one or an empty';
    throw new FileError(`${name}: the JPEG holds ${images} image; write it again`);
  }
  const { kind, precision, nx, ny, components } = frame;
  if (kind > 2 || precision !== 8) {
    throw new FileError(
      `${name}: JPEG of ${precision} bits${kind > 2 ? ', lossless or arithmetic,' : ''} is not read; ` +
        'save it as PNG or as TIFF with deflate',
    );
  }
  check(frame);
  const samples = await decoded(source, JPEG, bytes, tables);
  if (samples.length !== nx * ny * components) {
    throw new FileError(`${name}: the JPEG holds ${samples.length} samples, its header says ${nx}×${ny}×${components}`);
  }
  return samples;
}
