// Zip files [APPNOTE 4.3]: written with one deflated member; read as a list of members.
import { FileError } from '../core/errors.js';
import { compressed } from './compress.js';
import { crc32 } from './crc32.js';

/** Compression method 8. */
const DEFLATE = 8;
/** The directory ends with a comment of at most so many bytes. */
const COMMENT_LIMIT = 65535;

export interface ZipMember {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly packed: Uint8Array;
}

/** Members of an archive, from its central directory [4.3.12]. @throws FileError */
export function zipMembers(name: string, bytes: Uint8Array): ZipMember[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  const first = Math.max(0, end - COMMENT_LIMIT);
  while (end >= first && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < first) {
    throw new FileError(`${name}: not a complete .npz (zip) file: its directory is missing; write it again`);
  }
  const damaged = (): FileError =>
    new FileError(`${name}: the directory of this .npz (zip) file is damaged; write it again`);
  const members: ZipMember[] = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) throw damaged();
    const [method, length, local] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true),
      view.getUint32(at + 42, true)];
    const nameLength = view.getUint16(at + 28, true);
    const member = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    if (method !== 0 && method !== DEFLATE) {
      throw new FileError(`${name}: ${member} is packed with method ${method}; use numpy.savez`);
    }
    if (Math.max(length, local) === 2 ** 32 - 1) {
      throw new FileError(`${name}: ${member} lies beyond the 4 GiB of a plain zip file; save it as .npy`);
    }
    if (local + 30 > end || view.getUint32(local, true) !== 0x04034b50) throw damaged();
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (start + length > end) throw damaged();
    members.push({
      name: member, method: method === 0 ? 'stored' : 'deflated', packed: bytes.subarray(start, start + length),
    });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return members;
}

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
