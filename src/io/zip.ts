// A zip file with one deflated member [APPNOTE 4.3].
import { FileError } from '../core/errors.js';
import { compressed } from './compress.js';
import { crc32 } from './crc32.js';

/** Compression method 8. */
const DEFLATE = 8;

/** @throws FileError beyond the 4 GiB of a plain zip file. */
export async function zipped(name: string, bytes: Uint8Array): Promise<Uint8Array> {
  const packed = await compressed(bytes, 'deflate-raw');
  const title = new TextEncoder().encode(name);
  const local = 30 + title.length;
  const total = local + packed.length + 46 + title.length + 22;
  if (Math.max(total, bytes.length) >= 2 ** 32) {
    throw new FileError(`zip: ${bytes.length} bytes are beyond its 4 GiB; write .npy instead`);
  }
  const result = new Uint8Array(total);
  const view = new DataView(result.buffer);
  const crc = crc32(bytes);
  /** Fields that both headers share, from "version needed" on. 1980-01-01 is the earliest date that zip knows. */
  const common = (at: number): void => {
    [20, 0, DEFLATE, 0, 0x21].forEach((field, k) => view.setUint16(at + 2 * k, field, true));
    [crc, packed.length, bytes.length].forEach((field, k) => view.setUint32(at + 10 + 4 * k, field, true));
    view.setUint16(at + 22, title.length, true);
  };
  view.setUint32(0, 0x04034b50, true);
  common(4);
  result.set(title, 30);
  result.set(packed, local);
  const directory = local + packed.length;
  view.setUint32(directory, 0x02014b50, true);
  view.setUint16(directory + 4, 20, true);
  common(directory + 6);
  result.set(title, directory + 46);
  const end = directory + 46 + title.length;
  view.setUint32(end, 0x06054b50, true);
  view.setUint16(end + 8, 1, true);
  view.setUint16(end + 10, 1, true);
  view.setUint32(end + 12, 46 + title.length, true);
  view.setUint32(end + 16, directory, true);
  return result;
}
