// Data beside their header, raw files whose layout the reader says, and what is no file of an image at all.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CapacityError, FileError, SpecError } from '../../src/core/errors.js';
import { readImage, readVolume, readVoxels, writeVolume, writeVoxels } from '../../src/io/files.node.js';
import { decodeVoxels, encodeVolume, encodeVoxels, VOXEL_FORMATS } from '../../src/io/formats.js';
import type { RawLayout } from '../../src/io/room.js';
import { STORED_TYPES, type VoxelArray } from '../../src/io/voxels.js';

const shape = [5, 6, 7] as const;
const values = Uint8Array.from({ length: 210 }, (_, i) => (i * 11) % 251);
const voxelSizeUm = [0.4, 0.3, 0.2] as const;
let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'voxelith-detached-'))));
afterAll(() => rm(folder, { recursive: true }));
/** Writes files beside each other, and reads the first. */
async function read(files: Readonly<Record<string, Uint8Array | string>>): Promise<VoxelArray> {
  const place = await mkdtemp(join(folder, 'case-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(place, name, '..'), { recursive: true });
    await writeFile(join(place, name), content);
  }
  return readVoxels(join(place, Object.keys(files)[0]));
}
const slices = Array.from({ length: 5 }, (_, z) => values.slice(42 * z, 42 * (z + 1)));

describe('data beside the header', () => {
  const nrrd = (file: string, encoding = 'raw', more = ''): string =>
    `NRRD0005\ntype: uchar\ndimension: 3\nsizes: 7 6 5\nspacings: 0.2 0.3 0.4\nencoding: ${encoding}\n${more}` +
      `data file: ${file}`;
  const mhd = (file: string, more = ''): string =>
    `ObjectType = Image\nNDims = 3\nDimSize = 7 6 5\nElementSpacing = 0.2 0.3 0.4\nElementType = MET_UCHAR\n${more}` +
      `ElementDataFile = ${file}`;
  const expected = { data: values, shape, voxelSizeUm };

  it('[published] NRRD: one file, numbered files, a list; gzip, skips; the end of the header is ' +
      'that of the file', async () => {
    expect(await read({ 'a.nhdr': nrrd('a.raw'), 'a.raw': values })).toEqual(expected);
    expect(await read({ 'a.nhdr': `${nrrd('./below/a.raw.gz', 'gzip')}\n\n`, 'below/a.raw.gz': gzipSync(values) }))
      .toEqual(expected);
    const behind = Buffer.concat([Buffer.alloc(9), values]);
    expect(await read({ 'a.nrrd': nrrd('a.bin', 'raw', 'byte skip: -1\n'), 'a.bin': behind }))
      .toEqual(expected);
    const named = (z: number): string => `s${String(3 + 2 * z).padStart(3, '0')}.raw`;
    const numbered = Object.fromEntries(slices.map((slice, z) => [named(z), slice]));
    expect(await read({ 'a.nhdr': `${nrrd('s%03d.raw 3 11 2')}\n`, ...numbered })).toEqual(expected);
    const list = `${nrrd('LIST')}\n${Object.keys(numbered).join('\n')}\n`;
    expect(await read({ 'a.nhdr': list, ...numbered })).toEqual(expected);
  });

  it('[published] MetaImage: one file, numbered files, a list; zlib, HeaderSize, byte order', async () => {
    expect(await read({ 'a.mhd': `${mhd('a.raw')}\n`, 'a.raw': values })).toEqual(expected);
    expect(await read({ 'a.mhd': mhd('a.zraw', 'CompressedData = True\n'), 'a.zraw': deflateSync(values) })).toEqual(
      expected,
    );
    const behind = Buffer.concat([Buffer.alloc(9), values]);
    for (const size of [-1, 9]) {
      expect(await read({ 'a.mhd': mhd('a.raw', `HeaderSize = ${size}\n`), 'a.raw': behind })).toEqual(expected);
    }
    const packed = deflateSync(values);
    const sized = `CompressedData = True\nCompressedDataSize = ${packed.length}\nHeaderSize = -1\n`;
    expect(await read({ 'a.mhd': mhd('a.zraw', sized), 'a.zraw': Buffer.concat([Buffer.alloc(9), packed]) })).toEqual(
      expected,
    );
    const numbered = Object.fromEntries(slices.map((slice, z) => [`s${z}.raw`, slice]));
    expect(await read({ 'a.mhd': mhd('s%d.raw 0 4 1'), ...numbered })).toEqual(expected);
    expect(await read({ 'a.mhd': mhd(`LIST\n${Object.keys(numbered).join('\n')}\n`), ...numbered })).toEqual(expected);
  });

  it('[published] NIfTI: .hdr with .img, by either name; .img may be compressed', async () => {
    const { bytes } = await encodeVoxels('a.nii', { data: values, shape, voxelSizeUm });
    const header = bytes.slice(0, 348);
    header[345] = 0x69;
    new DataView(header.buffer).setFloat32(108, 0, true);
    const near = (array: VoxelArray): void => {
      expect([array.data, array.shape]).toEqual([values, shape]);
      array.voxelSizeUm!.forEach((h, k) => expect(h).toBeCloseTo(voxelSizeUm[k], 6));
    };
    near(await read({ 'a.hdr': header, 'a.img': values }));
    near(await read({ 'a.img': values, 'a.hdr': header }));
    near(await read({ 'A.HDR': header, 'A.IMG': values }));
    near(await read({ 'a.hdr': header, 'a.img': gzipSync(values) }));
    await expect(read({ 'a.img': values })).rejects.toThrow(/the other part of the image, "a\.hdr", is not beside it/);
    const analyze = header.slice();
    analyze.fill(0, 344);
    await expect(read({ 'a.hdr': analyze, 'a.img': values })).rejects.toThrow(/ANALYZE 7\.5, older than NIfTI/);
  });

  it('[law] names that leave the folder are refused, as are files that are missing, short or long', async () => {
    await writeFile(join(folder, 'secret.raw'), values);
    const outside = ['../secret.raw', join(folder, 'secret.raw'), 'a/../../secret.raw', '..\\secret.raw', 'C:\\a.raw'];
    for (const path of outside) {
      for (const [name, text] of [['a.nhdr', nrrd(path)], ['a.mhd', mhd(path)]] as const) {
        await expect(read({ [name]: text })).rejects.toThrow(
          /data files are looked for in the header's folder and below/,
        );
      }
    }
    await expect(read({ 'a.mhd': mhd('b.raw') })).rejects.toThrow(
      /"b\.raw", is not beside it; give both files together/,
    );
    await expect(read({ 'a.mhd': mhd('b.raw'), 'b.raw': values.slice(1) })).rejects.toThrow(
      /a\.mhd \(data in b\.raw\): the file is truncated: 210 bytes of data needed, found 209/,
    );
    await expect(read({ 'a.mhd': mhd('b.raw'), 'b.raw': new Uint8Array(211) })).rejects.toThrow(
      /is longer than its header/,
    );
    await expect(read({ 'a.mhd': mhd('b%d.raw 1 4 1') })).rejects.toThrow(/names 4 data files for 210 bytes/);
    await expect(read({ 'a.nhdr': nrrd('b%d.raw 1 99999999 1') })).rejects.toThrow(/which names none/);
    await expect(read({ 'a.nhdr': nrrd('b%d%d.raw 1 5 1') })).rejects.toThrow(/which names none/);
  });

  it('[law] the files beside it count as memory; without them the library says what to give', async () => {
    const text = new TextEncoder().encode(mhd('a.raw'));
    const beside = async (name: string): Promise<Uint8Array | null> => (name === 'a.raw' ? values : null);
    expect((await decodeVoxels('a.mhd', text, null, { beside })).data).toEqual(values);
    await expect(decodeVoxels('a.mhd', text, null, { beside, maxBytes: text.length + 209 })).rejects.toThrow(
      CapacityError,
    );
    await expect(decodeVoxels('a.mhd', text)).rejects.toThrow(
      /give both files together, or save the image as one file/,
    );
  });
});

describe('raw files', () => {
  const ramp = Array.from({ length: 210 }, (_, i) => i % 100);
  function stored(type: RawLayout['dtype'], big: boolean): Uint8Array {
    const width = Number(/\d+/.exec(type!)) / 8;
    const view = new DataView(new ArrayBuffer(width * ramp.length));
    ramp.forEach((value, i) => {
      if (type === 'float64') view.setFloat64(8 * i, value, !big);
      else if (type === 'float32') view.setFloat32(4 * i, value, !big);
      else if (type === 'float16') {
        // Whole numbers up to 2048: exponent and mantissa by hand [IEEE 754, binary16].
        const exponent = value === 0 ? 0 : Math.floor(Math.log2(value));
        const bits = value === 0 ? 0 : ((exponent + 15) << 10) | Math.round((value / 2 ** exponent - 1) * 1024);
        view.setUint16(2 * i, bits, !big);
      } else if (width === 8) view.setBigInt64(8 * i, BigInt(value), !big);
      else if (width === 4) view.setUint32(4 * i, value, !big);
      else if (width === 2) view.setUint16(2 * i, value, !big);
      else view.setUint8(i, value);
    });
    return new Uint8Array(view.buffer);
  }

  it('[exact] shape, type, byte order and bytes to skip are said by the reader, for any extension', async () => {
    await fc.assert(fc.asyncProperty(
      fc.constantFrom(...STORED_TYPES), fc.boolean(), fc.nat({ max: 9 }),
      fc.constantFrom('a.raw', 'a.bin', 'a.data', 'a'),
      async (dtype, big, skip, name) => {
        const raw: RawLayout = { shape, dtype, byteOrder: big ? 'big' : 'little', skip };
        const file = Buffer.concat([Buffer.alloc(skip, 7), stored(dtype, big)]);
        const { data, shape: found } = await decodeVoxels(name, file, null, { raw });
        expect([[...data], found]).toEqual([ramp, shape]);
      },
    ));
    const packed = gzipSync(stored('uint16', false));
    expect([...(await decodeVoxels('a.raw.gz', packed, null, { raw: { shape, dtype: 'uint16' } })).data]).toEqual(ramp);
  });

  it('[exact] what does not fit is said with the flag that would', async () => {
    const read = (name: string, raw: unknown, bytes = values): Promise<VoxelArray> =>
      decodeVoxels(name, bytes, null, { raw: raw as RawLayout });
    await expect(read('a.raw', { shape: [5, 6, 6] })).rejects.toThrow(
      /has 210 bytes, 5×6×6 \(z, y, x\) uint8 need 180; where a header of 30 bytes precedes them, --raw-skip 30 leaves/,
    );
    await expect(read('a.raw', { shape, skip: 1 })).rejects.toThrow(
      /need 210 behind the 1 that are skipped; it is trunc/,
    );
    await expect(read('a.tif', { shape })).rejects.toThrow(/a tiff file says itself how its numbers lie/);
    for (const bad of [
      { shape: [5, 6] }, { shape, dtype: 'u1' }, { shape, byteOrder: 'middle' }, { shape, skip: -1 }, { size: 3 },
    ]) {
      await expect(read('a.raw', bad)).rejects.toThrow(SpecError);
    }
    await expect(decodeVoxels('scan_7x6x5_8bit.raw', values)).rejects.toThrow(
      /\(by its name and length: --raw-shape 7,6,5 --raw-type uint8\)/,
    );
    await expect(decodeVoxels('scan.raw', values)).rejects.toThrow(
      /raw in the library\), or write scan\.raw\.json beside/,
    );
  });
});

describe('what is no image', () => {
  it('[exact] an empty file of every format says that it is empty', async () => {
    for (const format of VOXEL_FORMATS) {
      if (format.folder === true) continue;
      for (const extension of format.extensions) {
        await expect(decodeVoxels(`a${extension}`, new Uint8Array(0))).rejects.toThrow(
          new FileError(`a${extension}: the file is empty (0 bytes); write or copy it again`),
        );
      }
    }
    const path = join(folder, 'empty.nrrd');
    await writeFile(path, '');
    await expect(readVolume(path)).rejects.toThrow(/the file is empty/);
  });

  it('[exact] what a damaged header says is one line', async () => {
    const header = "{'descr': 'u1\n\n ', 'fortran_order': False, 'shape': (1, 2), }";
    const npy = Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY\x01\x00'), Buffer.from([header.length, 0])]);
    await expect(decodeVoxels('a.npy', Buffer.concat([npy, Buffer.from(header)]))).rejects.toThrow(
      /^a\.npy: dtype u1 is not read; expected one of .*$/,
    );
  });

  it('[exact] an array or a volume without a shape, of other numbers, or of another length, is ' +
      'refused by name', async () => {
    const size = /size must be three whole numbers of voxels ≥ 1 \(z, y, x\), got nothing/;
    const out = join(folder, 'out.npy');
    const array = { data: values, shape, voxelSizeUm: null };
    const without = { labels: values, voxelSizeUm: null } as unknown as Parameters<typeof writeVolume>[1];
    for (const write of [() => encodeVolume('a.npy', without), () => writeVolume(out, without)]) {
      await expect(write()).rejects.toThrow(size);
    }
    await expect(encodeVoxels('a.npy', { data: values } as unknown as VoxelArray)).rejects.toThrow(
      /array must be an object with data, shape/,
    );
    await expect(writeVoxels(out, { ...array, shape: [5, 6, 8] })).rejects.toThrow(
      /5×6×8 needs 240 numbers, the array holds/,
    );
    await expect(encodeVoxels('a.npy', { ...array, data: [...values] as unknown as Uint8Array })).rejects.toThrow(
      /data must be a typed array \(uint8, int8, .*float64\), got/,
    );
    await expect(encodeVoxels('a.npy', { ...array, voxelSizeUm: [0, 1, 1] })).rejects.toThrow(SpecError);
  });

  it('[exact] one image of a folder of slices, whatever the extension', async () => {
    const place = join(folder, 'slices');
    await mkdir(place);
    for (const [z, data] of slices.entries()) {
      await writeVoxels(join(place, `s${z}.nrrd`), { data, shape: [1, 6, 7], voxelSizeUm: null });
    }
    expect((await readImage([place])).array).toMatchObject({ data: values, shape });
  });
});
