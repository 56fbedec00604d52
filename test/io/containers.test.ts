// HDF5, Zarr and PNG: files of other programs (fixtures/README.md), what is chosen in them, and what is refused.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namedAfter, readImage, readVoxels, writeVoxels } from '../../src/io/files.node.js';
import { checkWritable } from '../../src/io/write.node.js';
import { decodeFolder, decodeVoxels, encodeVoxels } from '../../src/io/formats.js';
import { placeOf } from '../../src/io/place.js';
import type { VoxelArray } from '../../src/io/voxels.js';

const fixture = (name: string): string => new URL(`./fixtures/${name}`, import.meta.url).pathname;
const numbers = (value: (i: number) => number): number[] => Array.from({ length: 24 }, (_, i) => value(i));
const shape = [2, 3, 4] as const;
const ramp = numbers((i) => 2000 * i);
const image: VoxelArray = { data: Uint16Array.from(ramp), shape, voxelSizeUm: [0.4, 0.2, 0.1], provenance: { µ: 'ü' } };

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'voxelith-containers-'))));
afterAll(() => rm(folder, { recursive: true }));

describe('HDF5', () => {
  it('[published] ilastik: five axes, chunks, gzip, shuffle and checksums, element_size_um', async () => {
    expect(await readVoxels(fixture('h5py-ilastik.h5')))
      .toEqual({ data: Uint16Array.from(ramp), shape, voxelSizeUm: [0.4, 0.2, 0.1] });
  });

  it('[published] h5py: a named dataset; big-endian, 64-bit, boolean, x first, a section; ' +
      'voxel size with its unit', async () => {
    const read = (path: string): Promise<VoxelArray> => readVoxels(`${fixture('h5py-many.h5')}:${path}`);
    expect(await read('/volumes/raw'))
      .toEqual({ data: Int16Array.from(ramp, (v) => v - 100), shape, voxelSizeUm: [0.4, 0.2, 0.1] });
    expect(await read('volumes/labels'))
      .toEqual({ data: Int32Array.from(numbers((i) => i % 3)), shape, voxelSizeUm: null });
    expect(await read('/volumes/mask'))
      .toEqual({ data: Uint8Array.from(ramp, (v) => Number(v > 20000)), shape, voxelSizeUm: null });
    expect(await read('/volumes/xyz'))
      .toEqual({ data: Float32Array.from(ramp, (v) => v / 4), shape, voxelSizeUm: null });
    expect(await read('/section'))
      .toEqual({ data: Uint16Array.from(ramp.slice(0, 12)), shape: [1, 3, 4], voxelSizeUm: null });
  });

  it('[exact] several images, or none of the name: the error lists what there is', async () => {
    const path = fixture('h5py-many.h5');
    await expect(readVoxels(path)).rejects.toThrow(new RegExp([
      'h5py-many\\.h5: holds 5 images, name one of them after a colon \\(.*h5py-many\\.h5:section\\): ',
      'section \\(3×4 uint16\\), volumes/labels \\(2×3×4 int64\\), volumes/mask \\(2×3×4 bool\\)',
    ].join('')));
    await expect(readVoxels(`${path}:volumes`)).rejects.toThrow(/holds 4 images/);
    await expect(readVoxels(`${path}:/raw`)).rejects.toThrow(
      /no array "raw" in it; it holds positions \(7 float64\), section/,
    );
    await expect(readVoxels(`${path}:positions`)).rejects.toThrow(/positions: has axes 7; expected a volume/);
    await expect(readVoxels(join(folder, 'missing.h5:/a'))).rejects.toThrow(
      /missing\.h5: cannot be read: no such file/,
    );
  });

  it('[exact] a name says where it is written; damaged data are refused in one line', async () => {
    await expect(readVoxels(fixture('h5py-lzf.h5'))).rejects.toThrow(
      /h5py-lzf\.h5: compressed with a filter that h5wasm does not have .* write it with gzip/,
    );
    const { bytes } = await encodeVoxels('out.h5:/volumes/raw', { ...image, data: image.data });
    expect(await decodeVoxels('in.h5:volumes/raw', bytes)).toEqual(image);
    expect(await decodeVoxels('in.h5', bytes)).toEqual(image);
    const signature = bytes.findIndex((_, i) => bytes[i] === 0x78 && bytes[i + 1] === 0x01);
    const damaged = bytes.slice();
    damaged.fill(0x55, signature, signature + 16);
    await expect(decodeVoxels('in.h5', damaged)).rejects.toThrow(
      /^in\.h5: cannot be read as HDF5 \([^\n]+\); write the file again$/,
    );
  });
});

describe('Zarr', () => {
  it('[published] zarr 2: the finest level of an OME-NGFF image, its scale with unit; a level by name', async () => {
    const path = fixture('zarr2-ome.zarr');
    expect(await readVoxels(path)).toEqual({ data: Uint16Array.from(ramp), shape, voxelSizeUm: [0.4, 0.2, 0.1] });
    expect(await readVoxels(`${path}/`)).toMatchObject({ shape });
    const coarse = { data: Uint16Array.of(0, 4000, 16000, 20000), shape: [1, 2, 2], voxelSizeUm: [0.8, 0.4, 0.2] };
    expect(await readVoxels(`${path}/1`)).toEqual(coarse);
    expect(await readVoxels(`${path}:/1`)).toEqual(coarse);
  });

  it('[published] zarr 2: Fortran order, big-endian, 64 bits, booleans, zlib and gzip; ' +
      'the error lists the arrays', async () => {
    const path = fixture('zarr2-plain.zarr');
    expect(await readVoxels(`${path}:fortran`))
      .toEqual({ data: Float32Array.from(ramp, (v) => v / 4), shape, voxelSizeUm: null });
    expect(await readVoxels(`${path}:long`))
      .toEqual({ data: Int32Array.from(numbers((i) => (i % 7) - 3)), shape, voxelSizeUm: null });
    expect(await readVoxels(`${path}:mask`))
      .toEqual({ data: Uint8Array.from(ramp, (v) => Number(v > 20000)), shape, voxelSizeUm: null });
    await expect(readVoxels(path)).rejects.toThrow(
      /holds 3 images, name one .* fortran \(2×3×4 >f4\), long \(2×3×4 <i8\), mask/,
    );
    await expect(readVoxels(`${path}:b`)).rejects.toThrow(/no array "b" in it; it holds fortran/);
  });

  it('[published] zarrita, version 3: zstd, OME-NGFF 0.5, axes c x y z', async () => {
    const { data, shape: found, voxelSizeUm } = await readVoxels(fixture('zarrita3-ome.zarr'));
    expect([found, voxelSizeUm]).toEqual([shape, [0.4, 0.2, 0.1]]);
    expect([...data]).toEqual(numbers((i) => (i % 4) * 6 + (Math.floor(i / 4) % 3) * 2 + Math.floor(i / 12) - 9));
  });

  it('[exact] 64³ chunks with parts beyond the array; a map of files is a folder, too', async () => {
    const wide: VoxelArray = {
      data: Float32Array.from({ length: 3 * 70 * 130 }, (_, i) => i / 3), shape: [3, 70, 130], voxelSizeUm: null,
    };
    const { folder: files } = await encodeVoxels('a.zarr', wide);
    expect([...files!.keys()].filter((name) => /^0\/\d/.test(name)))
      .toEqual(['0/0/0/0', '0/0/0/1', '0/0/0/2', '0/0/1/0', '0/0/1/1', '0/0/1/2']);
    expect(await decodeFolder('a.zarr', files!)).toEqual(wide);
    const cut = new Map(files!).set('0/0/0/1', files!.get('0/0/0/1')!.slice(0, 99));
    await expect(decodeFolder('a.zarr', cut)).rejects.toThrow(
      /^a\.zarr:0: cannot be read as Zarr \(.+\); write it again$/,
    );
    await expect(decodeFolder('a.zarr', new Map(files!).set('0/.zarray', Uint8Array.of(0x7b)))).rejects.toThrow(
      /0\/\.zarray is truncated or damaged/,
    );
    await expect(decodeFolder('a.zarr', new Map())).rejects.toThrow(/not a Zarr folder/);
  });

  it('[law] on disk a new Zarr replaces an old one whole; other folders and files are left alone', async () => {
    const path = join(folder, 'a.zarr');
    await writeVoxels(path, image);
    await writeVoxels(path, { ...image, shape: [1, 3, 8] });
    expect(await readImage([path])).toMatchObject({ format: 'zarr', array: { ...image, shape: [1, 3, 8] } });
    expect((await readdir(folder)).filter((name) => name.includes('a.zarr'))).toEqual(['a.zarr']);
    await checkWritable(path);
    await mkdir(join(folder, 'mine.zarr'));
    await writeFile(join(folder, 'mine.zarr', 'notes'), '');
    await expect(checkWritable(join(folder, 'mine.zarr'))).rejects.toThrow(
      /it is a directory, and not one of this format/,
    );
    await writeFile(join(folder, 'file.zarr'), '');
    await expect(readVoxels(join(folder, 'file.zarr'))).rejects.toThrow(
      /a zarr is a folder, this is a file; unpack it/,
    );
    await expect(encodeVoxels('a.zarr:/b', image)).rejects.toThrow(/written whole/);
  });
});

describe('PNG slices and TIFF compressions', () => {
  const grey = Array.from({ length: 9 * 13 }, (_, i) => (Math.floor(i / 13) * 7 + (i % 13) ** 2) % 256);

  it('[published] Pillow: 1, 8 and 16 bits, and grey values saved as colours', async () => {
    expect(await readVoxels(fixture('pillow-8.png')))
      .toEqual({ data: Uint8Array.from(grey), shape: [1, 9, 13], voxelSizeUm: null });
    expect((await readVoxels(fixture('pillow-16.png'))).data).toEqual(Uint16Array.from(grey, (v) => 257 * v));
    expect((await readVoxels(fixture('pillow-rgb.png'))).data).toEqual(Uint8Array.from(grey));
    expect((await readVoxels(fixture('pillow-1.png'))).data).toEqual(Uint8Array.from(grey, (v) => Number(v > 99)));
  });

  it('[exact] a folder of them is a stack; cut, interlaced and coloured ones are refused', async () => {
    const bytes = await readFile(fixture('pillow-8.png'));
    await mkdir(join(folder, 'slices'));
    for (const k of [1, 2, 10]) await writeFile(join(folder, 'slices', `s${k}.png`), bytes);
    expect((await readVoxels(join(folder, 'slices'))).shape).toEqual([3, 9, 13]);
    for (const cut of [4, 30, bytes.length - 13]) {
      await expect(decodeVoxels('a.png', bytes.subarray(0, cut))).rejects.toThrow(/^a\.png: .*(truncated|not a PNG)/);
    }
    const interlaced = Uint8Array.from(bytes);
    interlaced[28] = 1;
    await expect(decodeVoxels('a.png', interlaced)).rejects.toThrow(/without interlacing/);
    const rgb = Uint8Array.from(await readFile(fixture('pillow-rgb.png')));
    rgb[25] = 6;
    await expect(decodeVoxels('a.png', rgb)).rejects.toThrow(/truncated|colour/);
    await expect(writeVoxels(join(folder, 'a.png'), image)).rejects.toThrow(/expected one of .npy/);
  });

  it.each(['tiff_lzw', 'packbits', 'tiff_adobe_deflate'])('[published] Pillow: TIFF with %s', async (how) => {
    expect(await readVoxels(fixture(`pillow-${how}.tif`)))
      .toMatchObject({ data: Uint16Array.from(ramp), shape, voxelSizeUm: null });
  });
});

it('[exact] places: file and path inside; names after another keep both', () => {
  expect(placeOf('a/b.h5:/c/d')).toEqual({ file: 'a/b.h5', dataset: 'c/d' });
  expect(placeOf('a.zarr/labels/0/')).toEqual({ file: 'a.zarr', dataset: 'labels/0' });
  expect(placeOf('C:\\scans\\a.hdf5')).toEqual({ file: 'C:\\scans\\a.hdf5', dataset: null });
  expect(placeOf('a:b.npy')).toEqual({ file: 'a:b.npy', dataset: null });
  expect(namedAfter('a.h5:/data', 'x')).toBe('a-x.h5:/data');
  expect(namedAfter('a.nrrd.gz', 'x')).toBe('a-x.nrrd.gz');
});
