// Optional packages: found by name, or by the loader that an app gives.
import { describe, expect, it } from 'vitest';
import { FileError, SpecError } from '../../src/core/errors.js';
import { decodeVoxels, encodeVoxels } from '../../src/io/formats.js';
import { encodeParquet } from '../../src/io/parquet.js';
import { decodeParquet } from '../../src/io/parquet-read.js';

const array = { data: Uint8Array.from({ length: 24 }, (_, i) => i), shape: [2, 3, 4], voxelSizeUm: null } as const;
const table = {
  columns: [{ name: 'a', type: 'number', title: null, unit: null, source: null }], rows: [{ a: 1.5 }],
} as const;
const refuse = (): Promise<never> => Promise.reject(new Error('chunk 12 answered 404'));

describe('optional packages', () => {
  it('[law] a loader stands for the name: asked once a file, the same bytes and numbers', async () => {
    let asked = 0;
    const libraries = { h5wasm: () => (asked++, import('h5wasm')) };
    const { bytes } = await encodeVoxels('a.h5', array, { libraries });
    const { data, shape } = await decodeVoxels('a.h5', bytes, null, { libraries });
    expect([asked, [...data], shape]).toEqual([2, [...array.data], array.shape]);
    expect((await decodeVoxels('a.h5', bytes)).data).toEqual(data);
  });

  it('[exact] a loader that fails is said with what it said, before the remedy', async () => {
    const failing = { libraries: { h5wasm: refuse, 'hyparquet-writer': refuse, hyparquet: refuse } };
    await expect(encodeVoxels('a.h5', array, failing)).rejects.toThrow(
      'a.h5: HDF5 needs h5wasm, and its loader in `libraries` failed (chunk 12 answered 404)',
    );
    await expect(encodeParquet('a.parquet', table, failing)).rejects.toThrow(/needs hyparquet-writer.*or write \.csv$/);
    const bytes = await encodeParquet('a.parquet', table);
    await expect(decodeParquet('a.parquet', bytes, failing)).rejects.toThrow(FileError);
    expect((await decodeParquet('a.parquet', bytes)).rows).toEqual([{ a: 1.5 }]);
  });

  it('[exact] an unknown name is an error that names the nearest one', async () => {
    const libraries = { h5wasn: refuse } as object;
    for (
      const call of [
        () => decodeVoxels('a.npy', new Uint8Array(99), null, { libraries }),
        () => encodeVoxels('a.npy', array, { libraries }), () => encodeParquet('a.parquet', table, { libraries }),
        () => decodeParquet('a.parquet', new Uint8Array(99), { libraries }),
      ]
    ) {
      await expect(call()).rejects.toThrow(SpecError);
      await expect(call()).rejects.toThrow(/libraries has no "h5wasn"; did you mean "h5wasm"/);
    }
  });
});
