import fc from 'fast-check';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileError } from '../../src/core/errors.js';
import { readVolume, readVoxels, writeVolume, writeVoxels } from '../../src/io/files.node.js';
import { checkWritable, makeDirectory } from '../../src/io/write.node.js';
import {
  decodeFolder, decodeVolume, decodeVoxels, encodeVoxels, formatOf, VOXEL_FORMATS, type EncodedVoxels,
} from '../../src/io/formats.js';
import { DATA_TYPES, numbersOf, type VoxelArray } from '../../src/io/voxels.js';

const extensions = VOXEL_FORMATS.filter(({ encode }) => encode !== null).map((format) => format.extensions[0]);

const files = extensions.filter((extension) => extension !== '.zarr');

function decoded(name: string, { bytes, sidecar, folder }: EncodedVoxels): Promise<VoxelArray> {
  return folder === null ? decodeVoxels(name, bytes, sidecar) : decodeFolder(name, folder);
}

const provenance = fc.option(
  fc.record({
    model: fc.string(), seed: fc.nat(), alphaChiX: fc.double({ noNaN: true, noDefaultInfinity: true }),
    note: fc.string({ unit: 'grapheme' }),
  }),
  { nil: undefined },
).map((value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)) as Record<string, unknown>));
const length = fc.double({ min: 1e-4, max: 100, noNaN: true });
const arrays: fc.Arbitrary<VoxelArray> = fc
  .record({
    shape: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 7 })),
    type: fc.constantFrom(...DATA_TYPES),
    voxelSizeUm: fc.option(fc.oneof(fc.constant([1, 1, 1] as const), fc.tuple(length, length, length)), { nil: null }),
    provenance,
    seed: fc.nat(),
  })
  .map(({ shape, type, voxelSizeUm, provenance: made, seed }) => {
    const data =
      numbersOf(new Uint8Array(shape[0] * shape[1] * shape[2] * 8), type).subarray(0, shape[0] * shape[1] * shape[2]);
    for (let i = 0; i < data.length; i++) {
      data[i] = Math.imul(seed + i, 2654435761) / (type.startsWith('f') ? 65536 : 1);
    }
    return { data, shape, voxelSizeUm, provenance: made };
  });

describe('voxel files', () => {
  it.each(extensions)('[law] %s: what was written is read back, numbers, ' +
      'voxel size and provenance', async (extension) => {
    await fc.assert(
      fc.asyncProperty(arrays, async (array) => {
        const back = await decoded(`image${extension}`, await encodeVoxels(`image${extension}`, array));
        expect(back.data.constructor).toBe(array.data.constructor);
        expect([...back.data]).toEqual([...array.data]);
        expect(back.shape).toEqual(array.shape);
        expect(back.voxelSizeUm).toEqual(array.voxelSizeUm);
        expect(back.provenance).toEqual(array.provenance);
      }),
      { numRuns: extension === '.h5' ? 40 : 200 },
    );
  });

  it.each(files)('[law] %s: a file cut anywhere in its header or data is refused in one line', async (extension) => {
    await fc.assert(
      fc.asyncProperty(arrays, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (array, share) => {
        const { bytes, sidecar } = await encodeVoxels(`image${extension}`, array);
        const tail = extension === '.vti' ? '\n</AppendedData>\n</VTKFile>\n'.length : 0;
        const cut = bytes.slice(0, Math.floor(share * (bytes.length - tail)));
        const outcome = await decodeVoxels(`image${extension}`, cut, sidecar).catch((error: Error) => error);
        expect(outcome).toBeInstanceOf(FileError);
        expect((outcome as Error).message).toMatch(new RegExp(`^image\\${extension}: .+$`));
      }),
      { numRuns: extension === '.h5' ? 40 : 200 },
    );
  });

  it.each(
    VOXEL_FORMATS.map((format) => format.extensions[0]),
  )('[law] %s: noise and other formats are refused as FileError', async (extension) => {
    const noise = Uint8Array.from({ length: 500 }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24);
    const array: VoxelArray = { data: noise, shape: [5, 10, 10], voxelSizeUm: null };
    const { sidecar } = await encodeVoxels('image.raw', { ...array, data: noise.slice(1), shape: [1, 1, 499] });
    // A header with its data beside it differs from one with its data in it by the extension only.
    const { name } = formatOf(`image${extension}`, 'read');
    const others = await Promise.all(
      extensions.filter((e) => formatOf(`a${e}`, 'read').name !== name).map((e) => encodeVoxels(`a${e}`, array)),
    );
    for (const bytes of [noise, new Uint8Array(0), ...others.map((other) => other.bytes)]) {
      await expect(decodeVoxels(`image${extension}`, bytes, sidecar)).rejects.toThrow(FileError);
    }
  });

  it('[exact] labels: any number type whose values are whole, 0 to 255; ' +
      'a message names the voxel otherwise', async () => {
    const encoded = async (value: number): Promise<Uint8Array> =>
      (
        await encodeVoxels(
          'a.npy', { data: Float32Array.of(0, 255, 1, 2, 3, value), shape: [1, 2, 3], voxelSizeUm: null },
        )
      ).bytes;
    expect([...(await decodeVolume('a.npy', await encoded(7))).labels]).toEqual([0, 255, 1, 2, 3, 7]);
    for (const value of [0.5, -1, 256, NaN]) {
      await expect(decodeVolume('a.npy', await encoded(value))).rejects.toThrow(
        /^a\.npy: .*voxel \(0, 1, 2\) .*float32/,
      );
    }
  });

  it('[exact] an unknown extension names the known ones', async () => {
    await expect(
      encodeVoxels('image.bmp', { data: Uint8Array.of(1), shape: [1, 1, 1], voxelSizeUm: null }),
    ).rejects.toThrow(/\.npy.*\.nrrd.*\.vti/);
  });
});

describe('files on disk', () => {
  let folder = '';
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'voxelith-io-'))));
  afterAll(() => rm(folder, { recursive: true }));
  const volume = {
    labels: Uint8Array.of(1, 2, 3, 1, 2, 3), shape: [1, 2, 3] as const, voxelSizeUm: [0.2, 0.2, 0.2] as const,
    provenance: { seed: 7 },
  };

  it.each(extensions)('[law] %s: volumes survive the disk, and nothing else is left there', async (extension) => {
    const path = join(folder, `volume${extension}`);
    await writeVolume(path, volume);
    await writeVolume(path, volume);
    expect(await readVolume(path)).toEqual(volume);
    const names = (await readdir(folder)).filter(
      (name) => name === `volume${extension}` || name === `volume${extension}.json` || name.endsWith('.tmp'),
    ).sort();
    expect(names).toEqual([
      `volume${extension}`,
      ...(['.npy', '.npz', '.raw', '.npy.gz', '.raw.gz'].includes(extension) ? [`volume${extension}.json`] : []),
    ]);
  });

  it('[law] a write that fails leaves the old file as it was and no temporary name', async () => {
    const path = join(folder, 'kept.npy');
    await writeVolume(path, volume);
    const before = await readFile(path);
    // The second rename of the pair fails: a directory stands where the file should go.
    const blocked = join(folder, 'blocked.npy');
    await (await import('node:fs/promises')).mkdir(blocked);
    await expect(writeVolume(blocked, volume)).rejects.toThrow(/blocked\.npy: cannot be written: .*directory/);
    await expect(writeVolume(join(path, 'below.npy'), volume)).rejects.toThrow(/not a directory/);
    await expect(
      writeVoxels('/proc/voxelith.npy', { data: volume.labels, shape: volume.shape, voxelSizeUm: null }),
    ).rejects.toThrow(FileError);
    expect(await readFile(path)).toEqual(before);
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('[exact] checkWritable: files below files, /proc and directories are refused, ' +
      'a new name in a folder is not', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(checkWritable(join(folder, 'file', 'a.npy'))).rejects.toThrow(/not a directory/);
    await expect(checkWritable(join(folder, 'missing', 'a.npy'))).rejects.toThrow(/no such file or directory/);
    await expect(checkWritable('/proc/a.npy')).rejects.toThrow(FileError);
    await expect(checkWritable(folder)).rejects.toThrow(/directory/);
    await checkWritable(join(folder, 'new.npy'));
    await expect(readVoxels(join(folder, 'new.npy'))).rejects.toThrow(/no such file/);
  });

  it('[exact] makeDirectory makes those above too, and says what stands in the way', async () => {
    await makeDirectory(join(folder, 'a', 'b', 'c'));
    await makeDirectory(join(folder, 'a', 'b', 'c'));
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['c']);
    await writeFile(join(folder, 'a', 'file'), '');
    await expect(makeDirectory(join(folder, 'a', 'file'))).rejects.toThrow(/a file of this name is there/);
    await expect(makeDirectory(join(folder, 'a', 'file', 'd', 'e'))).rejects.toThrow(/not a directory/);
    await expect(makeDirectory('/proc/voxelith/d')).rejects.toThrow(/no such file or directory/);
  });

  it('[law] a sidecar of another shape is refused', async () => {
    const path = join(folder, 'stale.npy');
    await writeVolume(path, volume);
    await writeFile(`${path}.json`, '{"shape": [9, 9, 9], "voxelSizeUm": 0.2}');
    await expect(readVolume(path)).rejects.toThrow(/stale\.npy\.json: describes 9×9×9 voxels, the file holds 1×2×3/);
  });
});
