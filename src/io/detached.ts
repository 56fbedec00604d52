// Headers whose data lie in files beside them: .nhdr, .mhd, .hdr with .img. Names of data files come from the header,
// and anybody can write a header: only what lies in its folder or below is read.
import { FileError } from '../core/errors.js';
import { quoted } from '../core/quote.js';
import { arrangedWithin, type Arrangement } from './arranged.js';
import type { DecodeContext } from './formats.js';
import { isBeside } from './place.js';
import { noRoom, type Room } from './room.js';
import { storedNumbers, storedSize } from './stored.js';
import { textNumbers } from './text-numbers.js';
import type { StoredType, VoxelData } from './voxels.js';

/** Files of one image beyond these are a damaged header. */
const MOST_FILES = 2 ** 20;

/** Bytes of a file beside the one that is read. @throws FileError, CapacityError */
export async function dataFile({ name, room, beside }: DecodeContext, path: string): Promise<Uint8Array> {
  if (!isBeside(path)) {
    throw new FileError(
      `${name}: its data lie in ${quoted(path)}; data files are looked for in the header's folder and below it: ` +
        'put both into one folder and name the file alone in the header',
    );
  }
  const bytes = await beside(path.replaceAll('\\', '/'));
  if (bytes === null) {
    throw new FileError(
      `${name}: the other part of the image, ${quoted(path)}, is not beside it; give both files together, or ` +
        'save the image as one file',
    );
  }
  if (bytes.length > room) throw noRoom(name, `its data in ${path} take`, bytes.length, room);
  return bytes;
}

/** Names of numbered files, as slice%03d.raw 1 20 1 stands for them. @throws FileError */
export function numberedFiles(name: string, text: string): string[] | null {
  const match = /^(.*%.*?)\s+([+-]?\d+)\s+([+-]?\d+)(?:\s+([+-]?\d+))?(?:\s+\d+)?\s*$/.exec(text);
  if (match === null) return null;
  const [first, last, step] = [Number(match[2]), Number(match[3]), Number(match[4] ?? 1)];
  const count = Math.floor((last - first) / step) + 1;
  const places = [...match[1].matchAll(/%(0?)(\d*)([dius])/g)];
  if (!(count >= 1 && count <= MOST_FILES) || places.length !== 1) {
    throw new FileError(
      `${name}: its data lie in files "${text}", which names none; expected e.g. slice%03d.raw 1 20 1`,
    );
  }
  const [[place, zero, width]] = places;
  return Array.from({ length: count }, (_, k) => {
    const number = first + k * step;
    const digits = String(Math.abs(number)).padStart(zero === '' ? 0 : Number(width) - (number < 0 ? 1 : 0), '0');
    return match[1].replace(place, ((number < 0 ? '-' : '') + digits).padStart(Number(width), ' '));
  });
}

/** Data of one file as numbers' bytes: skips what precedes them, decompresses.
 *  @param bytes that they are */
export type Unpack = (context: Room, packed: Uint8Array, bytes: number) => Promise<Uint8Array>;

/** Equal shares one behind the other; those of one file are not copied. @throws FileError, CapacityError */
async function joinedFiles(
  context: DecodeContext, files: readonly string[], bytes: number, unpack: Unpack,
): Promise<Uint8Array> {
  const { name, room } = context;
  const each = bytes / files.length;
  if (files.length === 0 || files.length > MOST_FILES || !Number.isInteger(each)) {
    throw new FileError(`${name}: its header names ${files.length} data files for ${bytes} bytes; write it again`);
  }
  const one = async (path: string, left: number): Promise<Uint8Array> => {
    const packed = await dataFile({ ...context, room: left }, path);
    const inside = { name: `${name} (data in ${path})`, room: left - packed.length };
    const data = await unpack(inside, packed, each);
    if (data.length !== each) {
      const what = data.length < each ? 'truncated' : 'longer than its header says';
      throw new FileError(`${inside.name}: the file is ${what}: ${each} bytes of data needed, found ${data.length}`);
    }
    return data;
  };
  if (files.length === 1) return one(files[0], room);
  if (bytes > room) throw noRoom(name, 'its data take', bytes, room);
  // The first file is looked for before memory is taken for all of them.
  const first = await one(files[0], room - bytes);
  const all = new Uint8Array(bytes);
  all.set(first);
  for (let k = 1; k < files.length; k++) all.set(await one(files[k], room - bytes), k * each);
  return all;
}

/** How the numbers of an image lie behind a header, or in files that it names. */
export interface DataLayout {
  /** Sizes in C order, the last axis fastest. */
  readonly sizes: readonly number[];
  readonly arrangement: Arrangement;
  readonly type: StoredType;
  readonly littleEndian: boolean;
  /** Data files; null: the data follow the header. */
  readonly files: readonly string[] | null;
  /** Where they begin then. */
  readonly at: number;
}

/** Numbers of an image as (z, y, x).
 *  @param unpack or `text` where they are written as text, after what that leaves out
 *  @throws FileError, CapacityError */
export async function imageNumbers(
  context: DecodeContext, bytes: Uint8Array, layout: DataLayout, unpack: Unpack | { text: Uint8Array },
): Promise<VoxelData> {
  const { sizes, arrangement, type, littleEndian, files, at } = layout;
  const { shape } = arrangement;
  const left = (part: Uint8Array | VoxelData, room: number): Room =>
    ({ ...context, room: part.buffer === bytes.buffer ? room : room - part.byteLength });
  let [data, room]: [VoxelData | null, number] = [null, context.room];
  if (typeof unpack !== 'function') {
    if (files !== null) {
      throw new FileError(`${context.name}: text data in another file are not read; save them as binary data`);
    }
    data = textNumbers(context, unpack.text, shape, type);
  } else {
    const size = storedSize(shape, type);
    const body = files === null
      ? await unpack(context, bytes.subarray(at), size)
      : await joinedFiles(context, files, size, unpack);
    ({ room } = left(body, room));
    data = storedNumbers({ ...context, room }, body, shape, type, littleEndian);
    if (data.buffer === body.buffer) return arrangedWithin({ ...context, room }, data, sizes, arrangement);
  }
  return arrangedWithin(left(data, room), data, sizes, arrangement);
}
