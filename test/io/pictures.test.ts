// Bitmaps by the layout that Microsoft publishes, JPEGs of Pillow (fixtures/README.md), and both inside a TIFF.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeVoxels } from '../../src/io/formats.js';
import { jpegFrames } from '../../src/io/frames.js';
import { PLAIN_LAYOUT, tiffFile, type Tag } from './tiff-file.js';

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`./fixtures/${name}`, import.meta.url)));

/** A bitmap: rows as they lie in the file, filled up to four bytes here. */
function bitmap(
  [nx, ny]: readonly [number, number], bits: number, rows: readonly (readonly number[])[],
  palette: readonly (readonly number[])[] = [], { old = false, compression = 0, topDown = false } = {},
): Uint8Array {
  const pitch = 4 * Math.ceil((nx * bits) / 32);
  const [head, colour] = old ? [12, 3] : [40, 4];
  const at = 14 + head + colour * palette.length;
  const file = new Uint8Array(at + pitch * rows.length);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  view.setUint32(10, at, true);
  view.setUint32(14, head, true);
  if (old) [nx, ny, 1, bits].forEach((value, k) => view.setUint16(18 + 2 * k, value, true));
  else {
    view.setInt32(18, nx, true);
    view.setInt32(22, topDown ? -ny : ny, true);
    view.setUint16(26, 1, true);
    view.setUint16(28, bits, true);
    view.setUint32(30, compression, true);
    view.setUint32(46, palette.length, true);
  }
  palette.forEach((bytes, k) => file.set(bytes, 14 + head + colour * k));
  rows.forEach((row, k) => file.set(row, at + k * pitch));
  return file;
}
const greys = (...values: readonly number[]): number[][] => values.map((value) => [value, value, value]);
const read = async (file: Uint8Array): Promise<[readonly number[], number[]]> => {
  const { shape, data } = await decodeVoxels('a.bmp', file);
  return [shape, [...data]];
};

describe('bitmaps', () => {
  it('[published] rows from below or above, 1 to 32 bits, with and without palette', async () => {
    expect(await read(bitmap([3, 2], 8, [[0, 1, 2], [2, 1, 0]], greys(10, 20, 30))))
      .toEqual([[1, 2, 3], [30, 20, 10, 10, 20, 30]]);
    expect(await read(bitmap([3, 2], 8, [[0, 1, 2], [2, 1, 0]], greys(10, 20, 30), { topDown: true })))
      .toEqual([[1, 2, 3], [10, 20, 30, 30, 20, 10]]);
    expect(await read(bitmap([3, 1], 8, [[0, 1, 2]], greys(10, 20, 30), { old: true }).slice()))
      .toEqual([[1, 1, 3], [10, 20, 30]]);
    expect(await read(bitmap([9, 1], 1, [[0b10110010, 0b10000000]], greys(0, 255))))
      .toEqual([[1, 1, 9], [255, 0, 255, 255, 0, 0, 255, 0, 255]]);
    expect(await read(bitmap([3, 1], 4, [[0x01, 0x20]], greys(5, 6, 7)))).toEqual([[1, 1, 3], [5, 6, 7]]);
    expect(await read(bitmap([2, 1], 24, [[9, 9, 9, 8, 8, 8]]))).toEqual([[1, 1, 2], [9, 8]]);
    expect(await read(bitmap([2, 1], 32, [[9, 9, 9, 0, 8, 8, 8, 255]]))).toEqual([[1, 1, 2], [9, 8]]);
  });

  it('[exact] colours, other kinds and short files are refused with the place', async () => {
    await expect(read(bitmap([2, 1], 24, [[9, 9, 9, 8, 8, 7]])))
      .rejects.toThrow('a.bmp: pixel (0, 1) (y, x) has a colour');
    await expect(read(bitmap([2, 1], 8, [[0, 1]], [[1, 1, 1], [1, 2, 3]]))).rejects.toThrow(/pixel \(0, 1\).* colour/);
    await expect(read(bitmap([2, 1], 8, [[0, 5]], greys(1, 2)))).rejects.toThrow(/pixel \(0, 1\)/);
    await expect(read(bitmap([2, 1], 8, [[0, 1]], greys(1, 2), { compression: 1 }))).rejects.toThrow(/8 bits with RLE/);
    await expect(read(bitmap([2, 1], 16, [[0, 1]]))).rejects.toThrow(/a bitmap of 16 bits is not read; save it as PNG/);
    const whole = bitmap([3, 2], 8, [[0, 1, 2], [2, 1, 0]], greys(10, 20, 30));
    for (let length = 1; length < whole.length; length++) {
      await expect(read(whole.slice(0, length))).rejects.toThrow(/not a bitmap|truncated/);
    }
  });
});

describe('JPEG', () => {
  const ramp = (y: number, x: number): number => 3 * y + 7 * x;
  it('[published] grey, and colours that are greys, baseline and progressive: ' +
      'within 2 of what Pillow wrote', async () => {
    for (const name of ['pillow-grey.jpg', 'pillow-rgb.jpg']) {
      const said: string[] = [];
      const options = { onWarning: (text: string) => said.push(text) };
      const { data, shape } = await decodeVoxels(name, fixture(name), null, options);
      expect([shape, said]).toEqual([[1, 9, 13], [expect.stringMatching(/JPEG is lossy/)]]);
      data.forEach((value, i) => expect(Math.abs(value - ramp(Math.floor(i / 13), i % 13))).toBeLessThanOrEqual(2));
    }
  });

  it('[exact] a frame header says kind and size; a second frame, 12 bits and lossless kinds are refused', async () => {
    const file = fixture('pillow-grey.jpg');
    expect(jpegFrames(file)).toEqual([{ kind: 0, precision: 8, ny: 9, nx: 13, components: 1 }]);
    const at = Buffer.from(file).indexOf(Buffer.from([0xff, 0xc0]));
    const changed = (offset: number, byte: number): Uint8Array => file.map((b, k) => (k === at + offset ? byte : b));
    await expect(decodeVoxels('a.jpg', changed(4, 12))).rejects.toThrow(/JPEG of 12 bits is not read/);
    await expect(decodeVoxels('a.jpg', changed(1, 0xc3))).rejects.toThrow(/lossless or arithmetic, is not read/);
    const frame = file.slice(at, at + 2 + ((file[at + 2] << 8) | file[at + 3]));
    const twice = Uint8Array.from([...file.slice(0, at), ...frame, ...file.slice(at)]);
    await expect(decodeVoxels('a.jpg', twice)).rejects.toThrow(/holds more than one/);
    for (let length = 1; length < file.length; length++) {
      await expect(decodeVoxels('a.jpg', file.slice(0, length))).rejects.toThrow(/JPEG/);
    }
  });

  it('[published] JPEG and zstd as strips of a TIFF; one of another size is refused', async () => {
    /** A page whose only strip is this one, behind everything else. */
    const strip = (packed: Uint8Array, compression: number, [nx, ny]: readonly [number, number]): Uint8Array => {
      const more: Tag[] = [[259, 3, [compression]], [279, 4, [packed.length]]];
      const file = tiffFile([{ layout: { ...PLAIN_LAYOUT, nx, ny, more }, value: () => 0 }]);
      const whole = Uint8Array.from([...file, ...packed]);
      const entry = Buffer.from(whole).indexOf(Buffer.from([0x11, 0x01, 4, 0, 1, 0, 0, 0]));
      new DataView(whole.buffer).setUint32(entry + 8, file.length, true);
      return whole;
    };
    const jpeg = fixture('pillow-grey.jpg');
    const { data } = await decodeVoxels('a.tif', strip(jpeg, 7, [13, 9]));
    expect([...data]).toEqual([...(await decodeVoxels('a.jpg', jpeg)).data]);
    await expect(decodeVoxels('a.tif', strip(jpeg, 7, [12, 9])))
      .rejects.toThrow(/12 × 9 pixels holds a JPEG of 13 × 9/);
    const numbers = Uint8Array.from({ length: 117 }, (_, i) => (i * i) % 251);
    // A frame of one raw block [RFC 8878, 3.1.1]: single segment, content size of one byte.
    const zstd = Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 117, (117 * 8 + 1) & 255, 117 >> 5, 0, ...numbers]);
    expect([...(await decodeVoxels('a.tif', strip(zstd, 50000, [13, 9]))).data]).toEqual([...numbers]);
    await expect(decodeVoxels('a.tif', strip(zstd.slice(0, -3), 50000, [13, 9]))).rejects.toThrow(/zstd/);
  });
});
