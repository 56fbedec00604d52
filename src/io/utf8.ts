// Text files from anywhere.
import { FileError } from '../core/errors.js';

/** The text of a file, without a mark of byte order: UTF-8, or UTF-16 with the mark that spreadsheets put before it.
 *  @throws FileError when the bytes are neither. */
export function textOf(name: string, bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be'
    : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new FileError(`${name}: not a text file in UTF-8; save it as UTF-8 text`);
  }
}
