import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readImage, readVoxels, writeVoxels } from '../../src/io/files.node.js';
import { naturalOrder, seriesWarnings } from '../../src/io/slices.js';
import type { VoxelData } from '../../src/io/voxels.js';
import { scratchFolder } from '../cli/cli.js';

const root = scratchFolder();
let folders = 0;

async function slices(named: Readonly<Record<string, VoxelData>>, width = 2): Promise<string> {
  const folder = join(root, `stack-${folders++}`);
  mkdirSync(folder);
  for (const [name, data] of Object.entries(named)) {
    await writeVoxels(
      join(folder, name), { data, shape: [1, data.length / width, width], voxelSizeUm: [0.5, 0.5, 0.5] },
    );
  }
  return folder;
}

describe('slices', () => {
  it('[exact] natural order: by number, whatever the zeros', () => {
    const names = ['s10.tif', 's2.tif', 's1.tif', 's01.tif', 'a100b2.tif', 'a100b10.tif', 's.tif'];
    expect(names.sort(naturalOrder))
      .toEqual(['a100b2.tif', 'a100b10.tif', 's.tif', 's01.tif', 's1.tif', 's2.tif', 's10.tif'].sort(naturalOrder));
    expect(['s10.tif', 's9.tif', 's1.tif'].sort(naturalOrder)).toEqual(['s1.tif', 's9.tif', 's10.tif']);
    expect(['a100b10', 'a100b9', 'a20b1'].sort(naturalOrder)).toEqual(['a20b1', 'a100b9', 'a100b10']);
  });

  it('[exact] a folder is one image in natural order, with the voxel size of its slices; ' +
      'other files are left out', async () => {
    const folder =
      await slices({ 's10.tif': Uint16Array.of(7, 8), 's9.tif': Uint16Array.of(5, 6), 's8.tif': Uint16Array.of(3, 4) });
    writeFileSync(join(folder, 'notes.txt'), 'hello');
    writeFileSync(join(folder, '.hidden.tif'), 'hello');
    const { array, format, warnings } = await readImage([folder]);
    expect([Array.from(array.data), array.shape, array.voxelSizeUm, format, warnings])
      .toEqual([[3, 4, 5, 6, 7, 8], [3, 1, 2], [0.5, 0.5, 0.5], 'slices', []]);
    expect((await readVoxels(folder)).data).toEqual(array.data);
    const named = await readImage(['s10.tif', 's8.tif', 's9.tif'].map((name) => join(folder, name)));
    expect(named.array.data).toEqual(array.data);
  });

  it('[exact] a slice of another size or type is named, and a missing one', async () => {
    const wide = await slices({ 's1.tif': Uint8Array.of(1, 2), 's2.tif': Uint8Array.of(1, 2, 3, 4) });
    await expect(readImage([wide])).rejects.toThrow(
      /s2\.tif: has 2 × 2 pixels, .*s1\.tif has 2 × 1; crop or save all slices alike/,
    );
    const mixed = await slices({ 's1.tif': Uint8Array.of(1, 2), 's2.tif': Uint16Array.of(1, 2) });
    await expect(readImage([mixed])).rejects.toThrow(/s2\.tif: holds uint16, .*s1\.tif holds uint8/);
    const gap =
      await slices({ 's1.tif': Uint8Array.of(1, 2), 's2.tif': Uint8Array.of(1, 2), 's4.tif': Uint8Array.of(1, 2) });
    expect((await readImage([gap])).warnings)
      .toEqual([expect.stringMatching(/missing between .*s2\.tif and .*s4\.tif/)]);
    expect(seriesWarnings(['a_0.tif', 'a_5.tif', 'a_10.tif'])).toEqual([]);
    expect(seriesWarnings(['a1.tif', 'a2.tif', 'b1.tif', 'b2.tif']))
      .toEqual([expect.stringMatching(/begin again at b1\.tif, after a2\.tif: are these two series/)]);
    await expect(readImage([join(root, 'nowhere')])).rejects.toThrow(
      /nowhere: cannot be read: no such file or directory/,
    );
    const empty = await slices({});
    await expect(readImage([empty])).rejects.toThrow(/no image in this folder/);
    const pages = join(root, 'pages');
    mkdirSync(pages);
    for (const name of ['a1.tif', 'a2.tif']) {
      await writeVoxels(join(pages, name), { data: Uint8Array.of(1, 2), shape: [2, 1, 1], voxelSizeUm: null });
    }
    await expect(readImage([pages])).rejects.toThrow(/a1\.tif: holds 2 pages, a slice must hold one/);
  });
});
