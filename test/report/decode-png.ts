import { inflateSync } from 'node:zlib';
import { expect } from 'vitest';

/** A reader of the PNGs written here, independent of the writer: chunks with CRC by zlib's definition, unfiltered
 *  rows. */
export function decode(png: Uint8Array): { width: number; height: number; pixels: number[]; palette: number[] } {
  const view = new DataView(png.buffer);
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at);
    chunks.set(String.fromCharCode(...png.subarray(at + 4, at + 8)), png.subarray(at + 8, at + 8 + length));
    let crc = 0xffffffff;
    for (const byte of png.subarray(at + 4, at + 8 + length)) {
      crc ^= byte;
      for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    expect(view.getUint32(at + 8 + length)).toBe((crc ^ 0xffffffff) >>> 0);
    at += 12 + length;
  }
  const header = chunks.get('IHDR')!;
  const size = new DataView(header.buffer, header.byteOffset);
  const [width, height, depth] = [size.getUint32(0), size.getUint32(4), header[8]];
  const raw = inflateSync(chunks.get('IDAT')!);
  const stride = 1 + Math.ceil((width * depth) / 8);
  expect(raw.length).toBe(stride * height);
  const pixels = Array.from({ length: width * height }, (_, i) => {
    const bit = (i % width) * depth;
    return (
      raw[Math.floor(i / width) * stride + 1 + Math.floor(bit / 8)] >> (8 - depth - (bit % 8))
    ) & ((1 << depth) - 1);
  });
  return { width, height, pixels, palette: [...chunks.get('PLTE')!] };
}
