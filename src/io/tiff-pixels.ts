// Planes of a TIFF as one array: blocks are put in their places, one sample of each pixel is taken.
import { FileError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { DecodeContext } from './formats.js';
import { isGreyChroma, noColour } from './grey.js';
import { checkRoom } from './room.js';
import { storedNumbers } from './stored.js';
import { blocksOf, numbersOfBlock, type TiffBlock } from './tiff-blocks.js';
import { blockPlace, isOnePiece, JPEG, PLAIN, RGB, YCBCR, type TiffPage } from './tiff-page.js';
import { bytesPerVoxel, type VoxelData } from './voxels.js';

/** One slice of an image. */
export interface TiffPlane {
  /** The file that it lies in; the same object for all planes of one. */
  readonly bytes: Uint8Array;
  readonly page: TiffPage;
  /** Its number in the file, for messages. */
  readonly number: number;
  /** Bytes that its data lie behind where the page says. */
  readonly shift: number;
  /** Which sample of every pixel; null: the grey value, where all colours are greys. */
  readonly sample: number | null;
}

/** Whether a pixel has a colour. */
export function isColoured({ photometric, samples }: TiffPage): boolean {
  return samples >= 3 && (photometric === RGB || photometric === YCBCR);
}

/** Samples that are looked at: the one that is taken, and those that must agree with it. */
function samplesOf({ page, sample }: TiffPlane): readonly number[] {
  return sample !== null ? [sample] : isColoured(page) ? [0, 1, 2] : [0];
}

/** Bytes that unpacking a block takes, those of the file not counted. */
function unpackingBytes({ page, rows, length }: TiffBlock): number {
  const { compression, bits, type, littleEndian, block, samples } = page;
  const width = bytesPerVoxel(type);
  if (compression === PLAIN && bits === 8 * width && (littleEndian || width === 1)) return 0;
  // A JPEG lies in blocks of 64 words before it is put together.
  return Math.max(length, rows * block.nx * samples * width) * (compression === JPEG ? 12 : 2);
}

/** Whether planes are one run of bytes in the file, in the order of the image: ImageJ writes stacks like that, and so
 *  do we. */
function oneRun(planes: readonly TiffPlane[]): { at: number } | null {
  const [{ bytes, page, shift }] = planes;
  const size = page.nx * page.ny * bytesPerVoxel(page.type);
  const { at } = blockPlace(page, 0);
  const follows = (plane: TiffPlane, z: number): boolean => {
    const place = blockPlace(plane.page, 0);
    return plane.bytes === bytes && isOnePiece(plane.page) && place.at + plane.shift === at + z * size &&
      (plane.shift > 0 || place.count === null || place.count === size);
  };
  return shift === 0 && at > 0 && planes.every(follows) ? { at } : null;
}

/** Puts the rows of a block into the page's numbers.
 *  @param first whether these are the values that are taken, not those that must agree with them
 *  @throws FileError where a pixel has a colour */
function place(
  name: string, to: Uint8Array, block: TiffBlock, numbers: Uint8Array, sample: number, first: boolean,
): void {
  const { page, y: top, x: left, rows } = block;
  const { nx, ny, samples, planar, type, photometric } = page;
  const width = bytesPerVoxel(type);
  const [side, offset] = planar ? [1, 0] : [samples, sample];
  const [columns, lines] = [Math.min(page.block.nx, nx - left), Math.min(rows, ny - top)];
  if (side === 1 && first && page.block.nx === nx) {
    to.set(numbers.subarray(0, lines * nx * width), top * nx * width);
    return;
  }
  for (let y = 0; y < lines; y++) {
    const [from, into] = [y * page.block.nx * side * width, ((top + y) * nx + left) * width];
    if (side === 1 && first) {
      to.set(numbers.subarray(from, from + columns * width), into);
      continue;
    }
    for (let x = 0; x < columns; x++) {
      for (let k = 0; k < width; k++) {
        const value = numbers[from + (x * side + offset) * width + k];
        const target = into + x * width + k;
        if (first) to[target] = value;
        else if (photometric === YCBCR ? !isGreyChroma(value) : value !== to[target]) {
          throw noColour(name, top + y, left + x);
        }
      }
    }
  }
}

/** The numbers of an image as (z, y, x).
 *  @param planes of one size and type, at least one
 *  @throws FileError, CapacityError before memory is taken */
export async function pixelsOf(context: DecodeContext, planes: readonly TiffPlane[], shape: Shape): Promise<VoxelData> {
  const { name } = context;
  const [{ page: { type, littleEndian }, bytes }] = planes;
  const width = bytesPerVoxel(type);
  const count = voxelCount(shape);
  const run = oneRun(planes);
  if (run !== null) {
    const body = bytes.subarray(run.at, run.at + count * width);
    return storedNumbers(context, body, shape, type, littleEndian);
  }
  const blocks = (plane: TiffPlane): Generator<TiffBlock> =>
    blocksOf(name, plane.bytes, plane.page, plane.shift, samplesOf(plane));
  let [longest, there] = [0, false];
  for (const plane of planes) {
    for (const block of blocks(plane)) {
      longest = Math.max(longest, unpackingBytes(block));
      there ||= block.packed !== null;
    }
  }
  if (!there) throw new FileError(`${name}: holds no image data, only places for them; write the file again`);
  checkRoom(context, shape, width + longest / count);
  const all = new Uint8Array(count * width);
  const size = all.length / planes.length;
  let missing = 0;
  for (const [z, plane] of planes.entries()) {
    const samples = samplesOf(plane);
    const slice = all.subarray(z * size, (z + 1) * size);
    const where = planes.length > 1 ? `${name}: page ${plane.number}` : name;
    for (const block of blocks(plane)) {
      if (block.packed === null) missing++;
      const numbers = await numbersOfBlock(context, block);
      for (const sample of plane.page.planar ? [block.sample] : samples) {
        place(where, slice, block, numbers, sample, sample === samples[0]);
      }
    }
  }
  if (missing > 0) context.warn(`${missing} strips or tiles are not in the file and stand for zeros`);
  const left = { name, room: context.room - all.length };
  return storedNumbers(left, all, shape, type, true);
}
