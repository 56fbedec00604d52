// What a header promises is a claim: readers inflate no more than it says, and nothing that it says beyond the limit.
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { getDecoder } from 'geotiff';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CapacityError, FileError } from '../../src/core/errors.js';
import { mostZstd } from '../../src/io/frames.js';
import { decodeFolder, decodeVoxels, encodeVoxels, VOXEL_FORMATS } from '../../src/io/formats.js';
import { unpackedLzw } from '../../src/io/lzw.js';
import type { VoxelArray } from '../../src/io/voxels.js';
import { packedLzw } from './tiff-file.js';

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const joined = (...parts: (Uint8Array | string)[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'string' ? latin1(part) : part))));
const little = (width: number, ...values: number[]): Uint8Array => {
  const bytes = new Uint8Array(width * values.length);
  values.forEach((value, k) => {
    for (let i = 0; i < width; i++) bytes[k * width + i] = Math.floor(value / 256 ** i) % 256;
  });
  return bytes;
};
const big = (value: number): Uint8Array => little(4, value).reverse();

/** 64 MiB of zeros after what a header of 4 × 4 × 4 voxels promises. */
const ZEROS = new Uint8Array(2 ** 26);
const cube = new Uint8Array(64).fill(7);
const bomb = joined(cube, ZEROS);

const npy = (shape: string, descr = '|u1'): Uint8Array => {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }\n`;
  return joined(Uint8Array.of(0x93), 'NUMPY', Uint8Array.of(1, 0, header.length, 0), header);
};
const nifti = (): Uint8Array => {
  const view = new DataView(new ArrayBuffer(352));
  view.setInt32(0, 348, true);
  [3, 4, 4, 4, 1, 1, 1, 1].forEach((n, k) => view.setInt16(40 + 2 * k, n, true));
  view.setInt16(70, 2, true);
  [1, 1, 1, 1].forEach((h, k) => view.setFloat32(76 + 4 * k, h, true));
  view.setFloat32(108, 352, true);
  const bytes = new Uint8Array(view.buffer);
  bytes.set(latin1('n+1\0'), 344);
  // Room for the header of NIfTI-2, which is looked for.
  return bytes;
};
const mha = (type = 'MET_UCHAR', size = '4 4 4'): string =>
  `ObjectType = Image\nNDims = 3\nCompressedData = True\nDimSize = ${size}\nElementType = ${type}\nElementDataFile = ` +
    `LOCAL\n`;
const nrrd = (type = 'uint8', encoding = 'gzip'): string =>
  `NRRD0004\ntype: ${type}\ndimension: 3\nsizes: 4 4 4\nencoding: ${encoding}\n\n`;
const chunk = (type: string, body: Uint8Array): Uint8Array => joined(big(body.length), type, body, big(0));
const png = (nx: number, ny: number, packed: Uint8Array): Uint8Array =>
  joined(
    '\x89PNG\r\n\x1a\n', chunk('IHDR', joined(big(nx), big(ny), Uint8Array.of(8, 0, 0, 0, 0))), chunk('IDAT', packed),
    chunk('IEND', new Uint8Array(0)),
  );

/** A TIFF of one page, 16 × 4 of 8 bits, with other tags before the usual ones. */
function tiff(
  strip: Uint8Array, tags: Readonly<Record<number, number>>, more: readonly (readonly number[])[] = [],
  tail = new Uint8Array(0),
): Uint8Array {
  const all = { 256: 16, 257: 4, 258: 8, 259: 8, 262: 1, 273: 8, 277: 1, 278: 4, 279: strip.length, ...tags };
  const entries = [...more, ...Object.entries(all).map(([tag, value]) => [Number(tag), 4, 1, value])];
  const entry = ([tag, kind, count, value]: readonly number[]): Uint8Array =>
    joined(little(2, tag, kind), little(4, count, value));
  return joined(
    'II*\0', little(4, 8 + strip.length), strip, little(2, entries.length), ...entries.map(entry), little(4, 0), tail,
  );
}

const zip = (name: string, packed: Uint8Array): Uint8Array => {
  const common =
    joined(little(2, 20, 0, 8, 0, 0x21), little(4, 0, packed.length, bomb.length), little(2, name.length, 0));
  const local = joined('PK\x03\x04', common, name, packed);
  const entry = joined('PK\x01\x02', little(2, 20), common, little(2, 0, 0, 0), little(4, 0, 0), name);
  return joined(local, entry, 'PK\x05\x06', little(2, 0, 0, 1, 1), little(4, entry.length, local.length), little(2, 0));
};
const zarr = (compressor: string, packed: Uint8Array, more: object = {}): ReadonlyMap<string, Uint8Array> => new Map([
  ['.zarray', latin1(JSON.stringify({
    zarr_format: 2, shape: [4, 4, 4], chunks: [4, 4, 4], dtype: '|u1', compressor: { id: compressor }, fill_value: 0,
    order: 'C', filters: null, ...more,
  }))],
  ['0.0.0', packed],
]);

/** Counts what comes out of the platform's decompressor. */
function counted(): { bytes: number } {
  const count = { bytes: 0 };
  const Original = globalThis.DecompressionStream;
  vi.stubGlobal('DecompressionStream', class {
    readonly writable: WritableStream;
    readonly readable: ReadableStream;
    constructor(format: CompressionFormat) {
      const { readable, writable } = new Original(format);
      this.writable = writable;
      this.readable = readable.pipeThrough(new TransformStream<Uint8Array, Uint8Array>({
        transform(part, controller) {
          count.bytes += part.length;
          controller.enqueue(part);
        },
      }));
    }
  });
  return count;
}
afterEach(() => vi.unstubAllGlobals());

describe('compressed data that go on behind what the header promises', () => {
  const LONGER = /the file is longer than its header says/;
  const cases: [string, () => Promise<VoxelArray>, RegExp | null][] = [
    ['npy.gz', () => decodeVoxels('a.npy.gz', gzipSync(joined(npy('(4, 4, 4)'), bomb))), LONGER],
    ['nii.gz', () => decodeVoxels('a.nii.gz', gzipSync(joined(nifti(), bomb))), null],
    ['raw.gz', () => decodeVoxels('a.raw.gz', gzipSync(bomb), '{"shape": [4, 4, 4]}'), LONGER],
    ['mha.gz', () => decodeVoxels('a.mha.gz', gzipSync(joined(mha().replace('True', 'False'), bomb))), LONGER],
    ['nrrd.gz', () => decodeVoxels('a.nrrd.gz', gzipSync(joined(nrrd('uint8', 'raw'), bomb))), LONGER],
    [
      'nrrd.gz without an end of its header', () => decodeVoxels('a.nrrd.gz', gzipSync(joined('NRRD0004\n', ZEROS))),
      /its header does not end/,
    ],
    ['mha', () => decodeVoxels('a.mha', joined(mha(), deflateSync(bomb))), LONGER],
    ['nrrd', () => decodeVoxels('a.nrrd', joined(nrrd(), gzipSync(bomb))), LONGER],
    ['npz', () => decodeVoxels('a.npz', zip('a.npy', deflateRawSync(joined(npy('(4, 4, 4)'), bomb)))), LONGER],
    ['png', () => decodeVoxels('a.png', png(4, 4, deflateSync(ZEROS))), null],
    ['tiff', () => decodeVoxels('a.tif', tiff(deflateSync(bomb), {})), LONGER],
    ['tiff with a predictor', () => decodeVoxels('a.tif', tiff(deflateSync(bomb), { 317: 2 })), LONGER],
    ['zarr', () => decodeFolder('a.zarr', zarr('zlib', deflateSync(bomb))), LONGER],
  ];
  it.each(cases)('[law] %s: no more is inflated', async (_, read, message) => {
    const count = counted();
    const result = await read().catch((error: unknown) => error as Error);
    if (message === null) expect(result).toHaveProperty('shape');
    else expect(result).toBeInstanceOf(FileError);
    if (message !== null) expect((result as Error).message).toMatch(message);
    // A part of the stream is inflated at once; the header of NRRD may be long.
    expect(count.bytes).toBeLessThan(2 ** 25 + 2 ** 20);
  });

  it('[law] a promise that so few bytes cannot hold is refused before memory is taken', async () => {
    let most = 0;
    vi.stubGlobal('Uint8Array', new Proxy(Uint8Array, {
      construct(target, args, newTarget) {
        if (typeof args[0] === 'number') most = Math.max(most, args[0]);
        return Reflect.construct(target, args, newTarget) as Uint8Array;
      },
    }));
    await expect(decodeVoxels('a.png', png(60000, 60000, deflateSync(cube)))).rejects.toThrow(
      /truncated: its header promises 3600060000 bytes/,
    );
    await expect(decodeVoxels('a.tif', tiff(cube, { 256: 60000, 257: 60000, 259: 32773, 278: 60000 }))).rejects.toThrow(
      /a strip holds \d+ bytes at most/,
    );
    await expect(decodeVoxels('a.tif', tiff(cube, { 256: 1, 257: 2 ** 30, 259: 1, 278: 1 }))).rejects.toThrow(
      /needs 1073741824 strips, the places of 1 are there/,
    );
    const vti =
      '<VTKFile type="ImageData"><ImageData WholeExtent="0 1500 0 1500 0 1500"><CellData><DataArray type="UInt8" ' +
        'format="ascii">1 2</DataArray>';
    await expect(decodeVoxels('a.vti', latin1(vti))).rejects.toThrow(/truncated/);
    expect(most).toBeLessThan(2 ** 24);
  });
});

describe('maxBytes', () => {
  const image: VoxelArray = {
    data: Float32Array.from({ length: 32 ** 3 }, (_, i) => i % 17), shape: [32, 32, 32], voxelSizeUm: null,
  };
  const written = VOXEL_FORMATS.filter(({ encode }) => encode !== null).map(({ extensions }) => extensions[0]);

  it.each(written)('[law] %s: enough for the array three times reads it, ' +
      'less than the array is refused', async (extension) => {
    const name = `a${extension}`;
    const { bytes, sidecar, folder } = await encodeVoxels(name, image);
    const read = (maxBytes: number): Promise<VoxelArray> =>
      folder === null ? decodeVoxels(name, bytes, sidecar, { maxBytes }) : decodeFolder(name, folder, { maxBytes });
    expect((await read(2 ** 22)).data).toEqual(image.data);
    const refused = read(image.data.byteLength - 1);
    await expect(refused).rejects.toThrow(CapacityError);
    await expect(refused).rejects.toThrow(new RegExp(`^a\\${extension}.*allow more \\(--memory, maxBytes\\)`));
  });

  it('[law] a Zarr without chunks takes as much as one with them; 64 million missing ones are refused', async () => {
    const empty = (shape: number[], chunks: number[]): Promise<VoxelArray> =>
      decodeFolder('a.zarr', new Map([...zarr('zlib', cube, { shape, chunks })].slice(0, 1)), { maxBytes: 2 ** 28 });
    await expect(empty([1500, 1500, 1500], [64, 64, 64])).rejects.toThrow(CapacityError);
    await expect(empty([400, 400, 400], [1, 1, 1])).rejects.toThrow(
      /consists of 64000000 chunks of 1×1×1, 1 files are there/,
    );
    await expect(empty([4, 4, 4], [0, 4, 4])).rejects.toThrow(/chunks of 0×4×4; they must be whole numbers above 0/);
    await expect(empty([4e6, 4e6, 4e3], [64, 64, 64])).rejects.toThrow(
      /more than the 4294967295 that can be addressed/,
    );
  });
});

describe('TIFF', () => {
  it('[law] tags over the same bytes are read when somebody asks, and directories lie apart', async () => {
    const tail = new Uint8Array(3e6);
    const more = Array.from({ length: 400 }, (_, k) => [1000 + k, 1, 3e6, 8]);
    const file = tiff(cube, { 259: 1 }, more, tail);
    const before = process.memoryUsage();
    expect((await decodeVoxels('a.tif', file)).shape).toEqual([1, 4, 16]);
    const after = process.memoryUsage();
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(2 ** 26);
    // Two directories of 1000 entries, the second 12 bytes behind the first.
    const entries = Array.from({ length: 1000 }, () => joined(little(2, 1000, 3), little(4, 1, 0)));
    const at = 8;
    const twice = joined('II*\0', little(4, at), little(2, 1000), ...entries, little(4, at + 12), new Uint8Array(16));
    const second = new DataView(twice.buffer);
    second.setUint16(at + 12, 1000, true);
    await expect(decodeVoxels('a.tif', twice)).rejects.toThrow(/directories lie over each other/);
  });

  it('[law] a BigTIFF whose directories form a loop is refused', async () => {
    const entry = (tag: number, value: number): Uint8Array => joined(little(2, tag, 4), little(8, 1, value));
    const file = joined('II+\0', little(2, 8, 0), little(8, 16, 2), entry(256, 4), entry(257, 4), little(8, 16));
    await expect(decodeVoxels('a.tif', file)).rejects.toThrow(/form a loop/);
  });

  it('[exact] the names of types are those of the table only', async () => {
    await expect(decodeVoxels('a.npy', joined(npy('(4, 4, 4)', 'constructor'), cube))).rejects.toThrow(
      /dtype constructor is not read/,
    );
    await expect(decodeVoxels('a.mha', joined(mha('constructor'), cube))).rejects.toThrow(
      /ElementType "constructor" is not read/,
    );
    await expect(decodeVoxels('a.nrrd', joined(nrrd('toString'), cube))).rejects.toThrow(/type "toString" is not read/);
    await expect(decodeVoxels('a.npy', npy('(4, 4, x)'))).rejects.toThrow(/cannot read the \.npy header/);
    const spaced = joined(mha('MET_UCHAR', '4 4 4\nElementSpacing = 1 1 x').replace('True', 'False'), cube);
    expect((await decodeVoxels('a.mha', spaced)).voxelSizeUm).toBe(null);
    await expect(decodeVoxels('a.npy', npy(`(${'1, '.repeat(40)})`))).rejects.toThrow(/holds an array of 40 axes/);
  });
});

describe('LZW', () => {
  const run = fc.tuple(fc.nat({ max: 255 }), fc.integer({ min: 1, max: 3000 }));
  it('[law] what was packed comes back, up to the length that is asked for; as geotiff reads it', async () => {
    const decoder =
      await getDecoder(5, { tileWidth: 1, tileHeight: 1, predictor: 1, bitsPerSample: 8, planarConfiguration: 1 });
    await fc.assert(fc.asyncProperty(
      fc.array(run, { maxLength: 60 }), fc.uint8Array({ maxLength: 9000 }), fc.nat(),
      async (runs, noise, cut) => {
        const plain = joined(...runs.map(([byte, length]) => new Uint8Array(length).fill(byte)), noise, ...runs.map(
          ([byte]) => Uint8Array.of(byte, 1, byte),
        ));
        const packed = packedLzw(plain);
        const length = plain.length === 0 ? 0 : cut % plain.length;
        expect(unpackedLzw('a.tif', packed, plain.length)).toEqual(plain);
        expect(unpackedLzw('a.tif', packed, length)).toEqual(plain.subarray(0, length));
        expect(new Uint8Array(await decoder.decode(packed.slice().buffer))).toEqual(plain);
      },
    ), { numRuns: 30 });
  });

  it('[exact] codes that stand for nothing are damage', () => {
    // 9 bits each: clear, 300.
    expect(() => unpackedLzw('a.tif', Uint8Array.of(0x80, 0x4b, 0x00), 4))
      .toThrow(/a\.tif: LZW code 300 stands for nothing/);
  });
});

describe('frames', () => {
  it('[exact] zstd: a repeated byte stands for as many as its block says, other blocks for their most', () => {
    const block = (kind: number, size: number, last: boolean): Uint8Array =>
      little(3, size * 8 + kind * 2 + (last ? 1 : 0));
    const frame = joined(
      Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58), block(0, 3, false), 'abc', block(1, 100_000, false), 'x',
      block(2, 5, true), '12345',
    );
    expect(mostZstd(frame)).toBe(3 + 100_000 + 2 ** 17);
    expect(mostZstd(joined(frame, Uint8Array.of(0x50, 0x2a, 0x4d, 0x18), little(4, 2), 'zz', frame)))
      .toBe(2 * (3 + 100_000 + 2 ** 17));
    expect(mostZstd(cube)).toBe(0);
  });
});
