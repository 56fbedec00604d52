// TIFF variants that tiff.ts does not read (LZW, tiles, predictors, BigTIFF, zstd), through the optional package `geotiff`.
import { FileError } from '../core/errors.js';
import { describedBy, type Described } from './tiff-description.js';
import { shapeFrom, type VoxelArray, type VoxelData } from './voxels.js';

/** @throws FileError when geotiff is not installed or cannot read the file. */
export async function decodeWithGeotiff(name: string, bytes: Uint8Array): Promise<VoxelArray> {
  const library = await import('geotiff').catch(() => {
    throw new FileError(`${name}: this kind of TIFF needs the optional package geotiff: npm install geotiff, or save it uncompressed`);
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
        throw new FileError(`${name}: has ${image.getSamplesPerPixel()} samples per pixel (a colour image?), expected one; save the grey values, or one channel, as a grey image`);
      }
      const slice = (await image.readRasters({ interleave: true })) as unknown as VoxelData;
      if (result === null) {
        [width, height] = [image.getWidth(), image.getHeight()];
        const value = async (tag: 'ImageDescription' | 'XResolution' | 'YResolution'): Promise<unknown> =>
          image.fileDirectory.hasTag(tag) ? image.fileDirectory.loadValue(tag) : null;
        const pixel = async (tag: 'XResolution' | 'YResolution'): Promise<number> => {
          const [over, under] = ((await value(tag)) ?? [0, 1]) as ArrayLike<number> & Iterable<number>;
          return under / over;
        };
        const text = String((await value('ImageDescription')) ?? '');
        meta = describedBy(name, new TextEncoder().encode(text), [await pixel('XResolution'), await pixel('YResolution')]).meta;
        result = new (slice.constructor as new (length: number) => VoxelData)(pages * slice.length);
      }
      if (image.getWidth() !== width || image.getHeight() !== height) {
        throw new FileError(`${name}: page ${z + 1} has another size than page 1; save all slices alike`);
      }
      result.set(slice, z * slice.length);
    }
    return { data: result as VoxelData, shape: shapeFrom(name, [pages, height, width]), ...meta };
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new FileError(`${name}: cannot be read as TIFF (${(error as Error).message}); save it uncompressed`);
  }
}
