// Text files from anywhere.
import { FileError } from '../core/errors.js';

/** The text of a file, without a mark of byte order. @throws FileError when the bytes are not UTF-8. */
export function textOf(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FileError(`${name}: not a text file in UTF-8; save it as UTF-8 text`);
  }
}
