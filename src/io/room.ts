// Room for one image in memory: what a reader allocates is compared with a limit before it is allocated. A header says
// how large an image is, and anybody can write a header.
import type { Names } from '../core/arguments.js';
import { CapacityError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { Libraries } from './libraries.js';
import type { StoredType } from './voxels.js';

/** How numbers lie in a file that does not say it. */
export interface RawLayout {
  /** (z, y, x); x fastest. */
  readonly shape: Shape;
  /** Default: uint8. */
  readonly dtype?: StoredType;
  /** Default: little. */
  readonly byteOrder?: 'little' | 'big';
  /** Bytes before the numbers. Default: 0. */
  readonly skip?: number;
}

/** Options of what reads voxels: `decodeVoxels`, `decodeVolume`, `decodeFolder`, and in Node `readVoxels`
 *  and `readVolume`. */
export interface ReadOptions {
  /** Bytes that reading one image may take, the file's own included. Default: no limit but what the platform allocates,
   *  in Node the machine's memory. */
  readonly maxBytes?: number;
  /** Called with one line, which begins with the file's name, about what a user should know of the image. */
  readonly onWarning?: (message: string) => void;
  /** Gives a file that lies beside the one that is read (parts of an OME-TIFF, data of a detached header) by its name
   *  there; null: there is none. In Node the default looks into the folder; without it there is none. */
  readonly beside?: (file: string) => Promise<Uint8Array | null>;
  /** How the numbers lie in a .raw file, or in one whose extension no format has; instead of FILE.raw.json. */
  readonly raw?: RawLayout;
  /** Loaders of optional packages. Default: none, they are found by their names. */
  readonly libraries?: Libraries;
}

export const READ_OPTION_NAMES: Names<ReadOptions> = {
  maxBytes: true, onWarning: true, beside: true, raw: true, libraries: true,
};

/** Options of `encodeVoxels`, `encodeVolume` and `encodeParquet`. */
export interface WriteOptions {
  /** As for reading. */
  readonly libraries?: Libraries;
}
export const WRITE_OPTION_NAMES: Names<WriteOptions> = { libraries: true };

/** What reading may still take beside the file's bytes, for `name`. */
export interface Room {
  /** File name for messages, with the path inside it. */
  readonly name: string;
  /** Bytes. */
  readonly room: number;
}

function size(bytes: number): string {
  const [scale, unit] = bytes < 2 ** 10 ? [1, 'bytes'] : bytes < 2 ** 20 ? [2 ** 10, 'KiB'] : bytes < 2 ** 30 ? [
    2 ** 20, 'MiB',
  ] : [2 ** 30, 'GiB'];
  return `${Number((bytes / scale).toPrecision(4))} ${unit}`;
}

export function noRoom(name: string, what: string, bytes: number, room: number): CapacityError {
  return new CapacityError(
    `${name}: ${what} ${size(bytes)} of memory, ${size(Math.max(0, room))} are left for it; allow more (--memory, ` +
      'maxBytes) or read a part',
    bytes, room,
  );
}

/** @param bytesPerVoxel what the reader allocates at its peak for each voxel, beside the file
 *  @throws CapacityError when it is more than there is room for */
export function checkRoom({ name, room }: Room, shape: Shape, bytesPerVoxel: number): void {
  const bytes = voxelCount(shape) * bytesPerVoxel;
  if (bytes > room) throw noRoom(name, `${shape.join('×')} voxels (z, y, x) take`, bytes, room);
}
