// LZW as TIFF has it [TIFF 6.0, section 13]: most significant bit first, the width of a code grows one code early.
// Decoded up to the length that the image says: a few kilobytes of it can stand for gigabytes.
import { FileError } from '../core/errors.js';

const CLEAR = 256;
const END = 257;
const TABLE = 4096;

/** @param length bytes of the strip or tile; what follows them is left out, as other readers do
 *  @returns fewer where the codes end before
 *  @throws FileError when a code stands for nothing */
export function unpackedLzw(name: string, bytes: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(length);
  /** Where the string of a code was written before, and its length. */
  const from = new Uint32Array(TABLE);
  const size = new Uint32Array(TABLE);
  let [next, width, found] = [END + 1, 9, 0];
  let [held, bits, at] = [0, 0, 0];
  let last: { from: number; size: number } | null = null;
  while (found < length) {
    while (bits < width && at < bytes.length) {
      held = ((held << 8) | bytes[at++]) & 0xffffff;
      bits += 8;
    }
    if (bits < width) break;
    bits -= width;
    const code = (held >> bits) & ((1 << width) - 1);
    if (code === END) break;
    if (code === CLEAR) {
      [next, width, last] = [END + 1, 9, null];
      continue;
    }
    const start = found;
    if (code < CLEAR) result[found++] = code;
    else if (code < next && code > END) {
      // The string may reach into what is written now: byte by byte.
      for (let k = 0; k < size[code] && found < length; k++) result[found++] = result[from[code] + k];
    } else if (code === next && last !== null) {
      for (let k = 0; k <= last.size && found < length; k++) {
        result[found++] = result[last.from + (k < last.size ? k : 0)];
      }
    } else throw new FileError(`${name}: LZW code ${code} stands for nothing; the file is damaged, write it again`);
    if (last !== null && next < TABLE) {
      // The last string and one byte more, which follows it in what was written.
      [from[next], size[next]] = [last.from, last.size + 1];
      next++;
      if (next + 1 >= 1 << width && width < 12) width++;
    }
    last = { from: start, size: found - start };
  }
  return result.subarray(0, found);
}
