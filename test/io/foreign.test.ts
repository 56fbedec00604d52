// Files written by other programs (fixtures/README.md), and details of NIfTI and npz.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { namedAfter, readVoxels } from '../../src/io/files.node.js';
import { decodeVoxels, encodeVoxels } from '../../src/io/formats.js';
import type { VoxelArray } from '../../src/io/voxels.js';
import { crc32 } from '../../src/io/crc32.js';

const fixture = (name: string): string => new URL(`./fixtures/${name}`, import.meta.url).pathname;
const numbers = (value: (i: number) => number): number[] => Array.from({ length: 24 }, (_, i) => value(i));
const image: VoxelArray = {
  data: Int16Array.from({ length: 24 }, (_, i) => i - 9), shape: [2, 3, 4], voxelSizeUm: [0.4, 0.2, 0.1],
  provenance: { µ: 'ü' },
};

describe('files of other programs', () => {
  it('[published] nibabel: NIfTI-1 in mm, gzip, signed 16 bits; NIfTI-2 in µm, ' +
      'NIfTI-1 of big-endian numbers', async () => {
    const mm = await readVoxels(fixture('nibabel-mm.nii.gz'));
    expect([mm.data, mm.shape]).toEqual([Int16Array.from(numbers((i) => ((i * 7) % 251) - 3)), [2, 3, 4]]);
    mm.voxelSizeUm!.forEach((h, k) => expect(h).toBeCloseTo([0.4, 0.2, 0.2][k], 6));
    const micron = await readVoxels(fixture('nibabel-micron.nii'));
    expect([micron.data, micron.voxelSizeUm])
      .toEqual([Uint8Array.from(numbers((i) => (i * 9) % 256)), [0.4, 0.2, 0.2]]);
    const big = await readVoxels(fixture('nibabel-big-endian.nii'));
    expect([big.data, big.shape]).toEqual([Int16Array.from(numbers((i) => i * 300 - 9)), [2, 3, 4]]);
    big.voxelSizeUm!.forEach((h, k) => expect(h).toBeCloseTo([0.4, 0.2, 0.1][k], 6));
  });

  it('[published] tifffile: ImageJ hyperstack with spacing in µm; BigTIFF, deflate with predictor', async () => {
    const values = Uint16Array.from(numbers((i) => i * 2000));
    expect(await readVoxels(fixture('tifffile-imagej.tif')))
      .toMatchObject({ data: values, shape: [2, 3, 4], voxelSizeUm: [0.4, 0.2, 0.2] });
    expect(await readVoxels(fixture('tifffile-bigtiff-deflate.tif'))).toMatchObject({ data: values, shape: [2, 3, 4] });
  });

  it('[published] tifffile: OME-TIFF, sizes with units; the same as BigTIFF with signed values', async () => {
    const read = await readVoxels(fixture('tifffile-ome.tif'));
    expect(read).toMatchObject(
      { data: Uint16Array.from(numbers((i) => i * 2000)), shape: [2, 3, 4], voxelSizeUm: [0.4, 0.2, 0.1] },
    );
    const big = await readVoxels(fixture('tifffile-ome-bigtiff.tif'));
    expect(big).toMatchObject(
      { data: Int16Array.from(numbers((i) => i * 2000 - 9)), shape: [2, 3, 4], voxelSizeUm: [0.4, 0.2, 0.1] },
    );
    const text = readFileSync(fixture('tifffile-ome.tif'), 'latin1').replace('SizeC="1"', 'SizeC="3"');
    await expect(decodeVoxels('a.tif', Uint8Array.from(text, (c) => c.charCodeAt(0)))).rejects.toThrow(
      /plane 3 of the 6 \(3 channels × 2 slices\) of its OME image is in no page/,
    );
  });

  it('[exact] an ImageJ stack of several channels and slices is refused, ' +
      'and one with fewer pages than it says', async () => {
    // tifffile calls the slices of a 3D array channels: that alone is a stack.
    const text = readFileSync(fixture('tifffile-imagej.tif'), 'latin1');
    expect(text).toContain('images=2\nchannels=2\nhyperstack=true\n');
    const changed = (from: string, to: string): Uint8Array =>
      Uint8Array.from(text.replace(from, to), (c) => c.charCodeAt(0));
    await expect(decodeVoxels('a.tif', changed('hyperstack=true', 'slices=0000009 '))).rejects.toThrow(
      /2 channels × 9 slices × 1 frames/,
    );
    await expect(decodeVoxels('a.tif', changed('images=2', 'images=3'))).rejects.toThrow(
      /2 channels × 1 slices × 1 frames in 3 images/,
    );
  });
});

describe('NIfTI', () => {
  let bytes: Uint8Array = new Uint8Array(0);
  beforeAll(async () => void (bytes = (await encodeVoxels('a.nii', image)).bytes));
  const view = (copy: Uint8Array): DataView => new DataView(copy.buffer, copy.byteOffset);

  it('[exact] spacings are µm here and say so; without a unit they are mm, as the standard has it', async () => {
    expect(bytes[123]).toBe(3);
    const copy = bytes.slice();
    copy[123] = 0;
    (await decodeVoxels('a.nii', copy)).voxelSizeUm!.forEach((h, k) => expect(h).toBeCloseTo([400, 200, 100][k], 3));
    copy[123] = 2;
    expect((await decodeVoxels('a.nii', copy)).voxelSizeUm![0]).toBeCloseTo(400, 3);
  });

  it('[exact] scaled values become floats; time series and colours are refused, ' +
      'and a header without its .img', async () => {
    const scaled = bytes.slice();
    view(scaled).setFloat32(112, 0.5, true);
    view(scaled).setFloat32(116, 10, true);
    expect((await decodeVoxels('a.nii', scaled)).data).toEqual(Float32Array.from(image.data, (v) => 0.5 * v + 10));
    const series = bytes.slice();
    view(series).setInt16(40, 4, true);
    view(series).setInt16(48, 5, true);
    await expect(decodeVoxels('a.nii', series)).rejects.toThrow(/holds 4×3×2×5 values \(time or components\?\)/);
    const colour = bytes.slice();
    view(colour).setInt16(70, 128, true);
    await expect(decodeVoxels('a.nii', colour)).rejects.toThrow(/data type 128 is not read/);
    const pair = bytes.slice();
    pair[345] = 0x69;
    await expect(decodeVoxels('a.nii', pair)).rejects.toThrow(/"a\.img", is not beside it/);
  });

  it('[published] CRC-32 of "123456789" is cbf43926; names keep both parts of .nii.gz', () => {
    expect(crc32(new TextEncoder().encode('123456789')).toString(16)).toBe('cbf43926');
    expect(namedAfter('a/b.nii.gz', 'level-x')).toBe('a/b-level-x.nii.gz');
  });
});
