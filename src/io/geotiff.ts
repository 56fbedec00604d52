// TIFF variants that tiff.ts does not read (LZW, tiles, predictors, BigTIFF, zstd), through the optional package
// `geotiff`. It asks for strips and tiles, we decompress: its own decoders know no bound.
import type { BaseDecoder, GeoTIFFImage, Pool } from 'geotiff';
import { causeText } from '../core/cause.js';
import { FileError, VoxelithError } from '../core/errors.js';
import { voxelCount } from '../core/grid.js';
import type { DecodeContext } from './formats.js';
import { jpegPixels, mostZstd } from './frames.js';
import { inflated } from './inflate.js';
import { unpackedLzw } from './lzw.js';
import { PACK_BITS, unpackedBits } from './pack-bits.js';
import { checkRoom } from './room.js';
import { describedBy, type Described } from './tiff-description.js';
import { shapeFrom, type VoxelArray, type VoxelData } from './voxels.js';

type Library = typeof import('geotiff');
type DecoderParameters = ConstructorParameters<typeof BaseDecoder>[0];

const [LZW, JPEG, DEFLATE, OLD_DEFLATE, ZSTD] = [5, 7, 8, 32946, 50000];
/** Blocks of zstd are counted as full; encoders that split them make them a few kilobytes. */
const ZSTD_SLACK = 64;

/** One strip or tile, `length` bytes of it, unpacked. */
async function unpacked(
  library: Library, context: DecodeContext, compression: number, parameters: DecoderParameters, bytes: Uint8Array,
  length: number,
): Promise<ArrayBufferLike> {
  const { name } = context;
  const own = (found: Uint8Array): ArrayBufferLike =>
    (found.byteLength === found.buffer.byteLength ? found : found.slice()).buffer;
  if (compression === LZW) return own(unpackedLzw(name, bytes, length));
  if (compression === PACK_BITS) return own(unpackedBits(name, bytes, length));
  if (compression === DEFLATE || compression === OLD_DEFLATE) {
    return own(await inflated(context, bytes, 'deflate', { bytes: length, more: 'ignore' }));
  }
  const most =
    compression === ZSTD ? mostZstd(bytes) / ZSTD_SLACK : compression === JPEG ? (jpegPixels(bytes) ?? 0) : 0;
  if (most > Math.max(length, 2 ** 18)) {
    throw new FileError(`${name}: a strip or tile of ${length} bytes holds more than they; write the file again`);
  }
  // Without a predictor, which is undone afterwards.
  return (await library.getDecoder(compression, { ...parameters, predictor: 1 })).decode(bytes.slice().buffer);
}

/** geotiff decodes through a pool, where there is one. */
function boundedPool(library: Library, context: DecodeContext, length: number): Pool {
  const bindParameters = (compression: number | undefined, parameters: DecoderParameters): BaseDecoder => {
    // The base class undoes predictors.
    class Bounded extends library.BaseDecoder {
      override decodeBlock(buffer: ArrayBufferLike): Promise<ArrayBufferLike> | ArrayBufferLike {
        if (compression === undefined || compression === 1) return buffer;
        return unpacked(library, context, compression, parameters, new Uint8Array(buffer), length);
      }
    }
    return new Bounded(parameters);
  };
  return { bindParameters } as unknown as Pool;
}

/** Bytes of a sample in memory: 1, 2, 4 or 8. */
function sampleBytes(image: GeoTIFFImage): number {
  return 2 ** Math.ceil(Math.log2(Math.max(8, Number(image.getBitsPerSample())) / 8));
}

/** @throws FileError when geotiff is not installed or cannot read the file, CapacityError */
export async function decodeWithGeotiff(context: DecodeContext, bytes: Uint8Array): Promise<VoxelArray> {
  const { name } = context;
  const library = await import('geotiff').catch(() => {
    throw new FileError(
      `${name}: this kind of TIFF needs the optional package geotiff: npm install geotiff, or save it uncompressed`,
    );
  });
  try {
    const file = await library.fromArrayBuffer(new Uint8Array(bytes).buffer);
    const pages = await file.getImageCount();
    let result: VoxelData | null = null;
    let [width, height] = [0, 0];
    let meta: Described['meta'] = { voxelSizeUm: null };
    for (let z = 0; z < pages; z++) {
      const image = await file.getImage(z);
      if (image.getSamplesPerPixel() !== 1) {
        throw new FileError(
          `${name}: has ${image.getSamplesPerPixel()} samples per pixel (a colour image?), expected one; ` +
            'save the grey values, or one channel, as a grey image',
        );
      }
      const sample = sampleBytes(image);
      const shape = shapeFrom(name, [pages, image.getHeight(), image.getWidth()]);
      const [tileWidth, tileHeight] = [image.getTileWidth(), image.getTileHeight()];
      const block = tileWidth * tileHeight * sample;
      const blocks = Math.ceil(shape[2] / tileWidth) * Math.ceil(shape[1] / tileHeight);
      // The place of each stands in the file, in two bytes at least.
      if (!(block > 0 && 2 * blocks <= bytes.length)) {
        throw new FileError(
          `${name}: page ${z + 1} of ${tileWidth}×${tileHeight} tiles is damaged; write the file again`,
        );
      }
      // The whole, one page, a copy of the file, and what a page is decoded from.
      checkRoom(context, shape, sample * (1 + 1 / pages) + (bytes.length + blocks * block) / voxelCount(shape));
      const pool = boundedPool(library, context, block);
      const slice = (await image.readRasters({ interleave: true, pool })) as unknown as VoxelData;
      if (result === null) {
        [width, height] = [image.getWidth(), image.getHeight()];
        const value = async (tag: 'ImageDescription' | 'XResolution' | 'YResolution'): Promise<unknown> =>
          image.fileDirectory.hasTag(tag) ? image.fileDirectory.loadValue(tag) : null;
        const pixel = async (tag: 'XResolution' | 'YResolution'): Promise<number> => {
          const [over, under] = ((await value(tag)) ?? [0, 1]) as ArrayLike<number> & Iterable<number>;
          return under / over;
        };
        const text = String((await value('ImageDescription')) ?? '');
        meta = describedBy(
          name, new TextEncoder().encode(text), [await pixel('XResolution'), await pixel('YResolution')],
        ).meta;
        result = new (slice.constructor as new (length: number) => VoxelData)(pages * slice.length);
      }
      if (image.getWidth() !== width || image.getHeight() !== height) {
        throw new FileError(`${name}: page ${z + 1} has another size than page 1; save all slices alike`);
      }
      result.set(slice, z * slice.length);
    }
    return { data: result as VoxelData, shape: shapeFrom(name, [pages, height, width]), ...meta };
  } catch (error) {
    if (error instanceof VoxelithError) throw error;
    throw new FileError(`${name}: cannot be read as TIFF (${causeText(error)}); save it uncompressed`);
  }
}
