// PackBits [TIFF 6.0, section 9].
import { FileError } from '../core/errors.js';

/** @param length bytes that the image says; what follows them is left out
 *  @throws FileError where there are fewer */
export function unpackedBits(name: string, bytes: Uint8Array, length: number): Uint8Array {
  const result = new Uint8Array(length);
  let to = 0;
  for (let i = 0; i < bytes.length && to < length; ) {
    const code = bytes[i++];
    if (code < 128) {
      result.set(bytes.subarray(i, i + Math.min(code + 1, length - to)), to);
      i += code + 1;
      to += code + 1;
    } else if (code > 128) {
      result.fill(bytes[i++], to, to + 257 - code);
      to += 257 - code;
    }
  }
  if (to < length) {
    throw new FileError(`${name}: a PackBits strip ends after ${to} of ${length} bytes; write the file again`);
  }
  return result;
}
