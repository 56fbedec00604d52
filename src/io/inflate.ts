// Decompression by the platform, never further than what the header of the image promises: a file of 3 MB can hold 3 GB
// of zeros.
import { FileError } from '../core/errors.js';
import { noRoom, type Room } from './room.js';

export type Packing = 'gzip' | 'deflate' | 'deflate-raw';

/** How long the decompressed data are. */
export interface Extent {
  /** Length. */
  readonly bytes: number;
  /** What to do when there are more: `ignore` them, as the format allows or as readers do, or `refuse` the file. */
  readonly more: 'ignore' | 'refuse';
}

/** Bytes that go into the decompressor at a time, and the least that is kept of what comes out. */
const PIECE = 65536;
/** A header that has not ended here is none. */
const HEADER_LIMIT = 2 ** 24;

/** Most bytes that so many compressed ones stand for: deflate spends two bits or more on 258 bytes [RFC 1951,
 *  3.2.5]. */
export function mostInflated(bytes: number): number {
  return 1032 * bytes + PIECE;
}

/** The bytes as a stream, without a copy, and only as fast as they are asked for. */
function streamed(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, (at += PIECE)));
    },
  });
}

/** Decompressed data, as many as `extent` says, or fewer where they end before.
 *  @param extent or a function that finds it in the first decompressed bytes; null: they are too few
 *  @throws FileError when the data are damaged or longer than promised, CapacityError when there is no room for them */
export async function inflated(
  { name, room }: Room, bytes: Uint8Array, packing: Packing, extent: Extent | ((head: Uint8Array) => Extent | null),
): Promise<Uint8Array> {
  const most = mostInflated(bytes.length);
  const checked = (length: number): number => {
    if (length > most) {
      throw new FileError(
        `${name}: the file is truncated: its header promises ${length} bytes, ` +
          `its ${bytes.length} compressed ones (${packing}) cannot hold more than ${most}; write it again`,
      );
    }
    if (length > room) throw noRoom(name, `its decompressed data (${packing}) take`, length, room);
    return length;
  };
  let known = typeof extent === 'function' ? null : extent;
  let result = new Uint8Array(known === null ? PIECE : checked(known.bytes));
  let found = 0;
  /** Length at which the header is looked for again. */
  let next = 0;
  const resize = (length: number): void => {
    const other = new Uint8Array(length);
    other.set(result.subarray(0, Math.min(found, length)));
    result = other;
  };
  const findExtent = (): void => {
    if (typeof extent !== 'function' || known !== null) return;
    known = extent(result.subarray(0, found));
    if (known !== null) resize(checked(known.bytes));
    else if (found > HEADER_LIMIT) {
      throw new FileError(`${name}: its header does not end within ${HEADER_LIMIT} bytes; write the file again`);
    }
    next = 2 * found;
  };

  const reader = streamed(bytes).pipeThrough(new DecompressionStream(packing)).getReader();
  const read = (): Promise<ReadableStreamReadResult<Uint8Array>> => reader.read().catch(() => {
    throw new FileError(`${name}: the compressed data (${packing}) are truncated or damaged; write the file again`);
  });
  try {
    for (let part = await read(); !part.done; part = await read()) {
      const end = found + part.value.length;
      if (known === null && end > result.length) resize(Math.min(most, 2 * end));
      result.set(part.value.subarray(0, result.length - found), found);
      found = end;
      if (known === null && found >= next) findExtent();
      if (found <= result.length) continue;
      found = result.length;
      if (known?.more === 'ignore') break;
      throw new FileError(
        `${name}: the file is longer than its header says: more than ${found} decompressed bytes; write it again`,
      );
    }
  } finally {
    // Ends the stream where the rest is not wanted.
    await reader.cancel().catch(() => undefined);
  }
  findExtent();
  return result.subarray(0, found);
}
