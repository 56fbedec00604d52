// Containers of the deflate family, written without compression: labels go from host to disk at its speed, and any reader takes
// them. gzip [RFC 1952] around stored blocks [RFC 1951, 3.2.4]; zip with one stored member [APPNOTE 4.3].
import { FileError } from '../core/errors.js';

let table: Uint32Array | null = null;

/** CRC-32 of gzip and zip. */
export function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c;
  });
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Longest stored block. */
const BLOCK = 65535;

export function gzipStored(bytes: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(bytes.length / BLOCK));
  const result = new Uint8Array(10 + bytes.length + 5 * blocks + 8);
  const view = new DataView(result.buffer);
  result.set([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  let at = 10;
  for (let block = 0; block < blocks; block++) {
    const part = bytes.subarray(block * BLOCK, (block + 1) * BLOCK);
    result[at] = block === blocks - 1 ? 1 : 0;
    view.setUint16(at + 1, part.length, true);
    view.setUint16(at + 3, ~part.length & 0xffff, true);
    result.set(part, at + 5);
    at += 5 + part.length;
  }
  view.setUint32(at, crc32(bytes), true);
  view.setUint32(at + 4, bytes.length >>> 0, true);
  return result;
}

/** @throws FileError beyond the 4 GiB of a plain zip file. */
export function zipStored(name: string, bytes: Uint8Array): Uint8Array {
  const title = new TextEncoder().encode(name);
  const local = 30 + title.length;
  const total = local + bytes.length + 46 + title.length + 22;
  if (total >= 2 ** 32) throw new FileError(`zip: ${bytes.length} bytes are beyond its 4 GiB; write .npy instead`);
  const result = new Uint8Array(total);
  const view = new DataView(result.buffer);
  const crc = crc32(bytes);
  /** Fields that both headers share, from "version needed" on. 1980-01-01 is the earliest date that zip knows. */
  const common = (at: number): void => {
    [20, 0, 0, 0, 0x21].forEach((field, k) => view.setUint16(at + 2 * k, field, true));
    [crc, bytes.length, bytes.length].forEach((field, k) => view.setUint32(at + 10 + 4 * k, field, true));
    view.setUint16(at + 22, title.length, true);
  };
  view.setUint32(0, 0x04034b50, true);
  common(4);
  result.set(title, 30);
  result.set(bytes, local);
  const directory = local + bytes.length;
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
