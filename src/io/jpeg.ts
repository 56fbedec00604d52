// JPEG slices [ITU T.81], read only, through the decoder of the optional package `geotiff`: grey ones, and colours that
// are greys in truth. JPEG is lossy, which is said.
import { FileError } from '../core/errors.js';
import type { DecodeContext, VoxelFormat } from './formats.js';
import { unpackedJpeg } from './geotiff.js';
import { isGreyChroma, noColour } from './grey.js';
import { checkRoom } from './room.js';
import { shapeFrom, type VoxelArray } from './voxels.js';

/** Bytes of a sample while it is decoded: it lies in a block of 32-bit words, then in a line, then here. */
const DECODING = 8;

async function decode(bytes: Uint8Array, context: DecodeContext): Promise<VoxelArray> {
  const { name, warn } = context;
  let [nx, ny, components] = [0, 0, 0];
  const samples = await unpackedJpeg(context, bytes, null, (frame) => {
    ({ nx, ny, components } = frame);
    if (components !== 1 && components !== 3) {
      throw new FileError(`${name}: a JPEG of ${components} components (CMYK?) is not read; save grey values as PNG`);
    }
    checkRoom(context, shapeFrom(name, [1, ny, nx]), DECODING * components + 1);
  });
  warn('JPEG is lossy: it changes grey values, most of all at boundaries; take the original images if there are any');
  const shape = shapeFrom(name, [1, ny, nx]);
  if (components === 1) return { data: samples, shape, voxelSizeUm: null };
  const data = new Uint8Array(nx * ny);
  for (let i = 0; i < data.length; i++) {
    for (const chroma of samples.subarray(3 * i + 1, 3 * i + 3)) {
      if (!isGreyChroma(chroma)) throw noColour(name, Math.floor(i / nx), i % nx);
    }
    data[i] = samples[3 * i];
  }
  return { data, shape, voxelSizeUm: null };
}

export const jpeg: VoxelFormat = {
  name: 'jpeg', extensions: ['.jpg', '.jpeg'], sidecar: 'none', encode: null, decode,
};
