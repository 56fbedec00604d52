import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldFiles, namedAfter, readVoxels } from '../../src/io/files.node.js';
import { writeFiles } from '../../src/io/write.node.js';
import type { VoxelData, VoxelGrid } from '../../src/io/voxels.js';

const grid: VoxelGrid = { shape: [2, 3, 4], voxelSizeUm: [0.3, 0.2, 0.1], provenance: { note: 'a--b', seed: 7 } };
const arrays = new Map<string, VoxelData>([
  ['potential', Float32Array.from({ length: 24 }, (_, i) => (i % 5 === 0 ? NaN : 1 - i / 24))],
  ['flux', Float32Array.from({ length: 24 }, (_, i) => i * i)],
  ['labels', Uint8Array.from({ length: 24 }, (_, i) => i % 3)],
]);

/** Cell arrays of an image file by VTK's own rules, independent of the writer: tags, then length-prefixed blocks after
 *  the underscore. */
function cellArrays(bytes: Uint8Array): { image: string; active: string; arrays: Map<string, number[]> } {
  const text = Buffer.from(bytes).toString('latin1');
  const start = text.indexOf('_', text.indexOf('<AppendedData encoding="raw">')) + 1;
  const xml = text.slice(0, start - 1);
  const open: string[] = [];
  for (const [tag, slash, name] of xml.matchAll(/<(\/?)(\w+)[^>]*>/g)) {
    if (slash) expect(open.pop()).toBe(name);
    else if (!tag.endsWith('/>')) open.push(name);
  }
  expect(open).toEqual(['VTKFile', 'AppendedData']);
  expect(xml).toMatch(/<VTKFile type="ImageData" version="1\.0" byte_order="LittleEndian" header_type="UInt64">/);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<string, number[]>();
  let end = start;
  for (
    const [, type, name, offset] of
      xml.matchAll(/<DataArray type="(\w+)" Name="(\w+)" format="appended" offset="(\d+)"\/>/g)
  ) {
    const at = start + Number(offset);
    const length = Number(view.getBigUint64(at, true));
    const size = type === 'Float32' ? 4 : 1;
    found.set(name, Array.from({ length: length / size }, (_, i) => (
      size === 4 ? view.getFloat32(at + 8 + 4 * i, true) : view.getUint8(at + 8 + i)
    )));
    end = Math.max(end, at + 8 + length);
  }
  expect(text.slice(end)).toBe('\n</AppendedData>\n</VTKFile>\n');
  return { image: /<ImageData[^>]*>/.exec(xml)![0], active: /<CellData Scalars="(\w+)">/.exec(xml)![1], arrays: found };
}

describe('several fields of one grid', () => {
  let folder = '';
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'voxelith-fields-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('[oracle] one .vti holds them all, x fastest, floats as they are', async () => {
    const path = join(folder, 'all.vti');
    await writeFiles(await fieldFiles(path, arrays, grid));
    const read = cellArrays(await readFile(path));
    expect(read.image).toBe('<ImageData WholeExtent="0 4 0 3 0 2" Origin="0 0 0" Spacing="0.1 0.2 0.3">');
    expect(read.active).toBe('potential');
    expect(read.arrays).toEqual(new Map([...arrays].map(([name, data]) => [name, [...data]])));
    expect(await readVoxels(path)).toEqual({ ...grid, data: arrays.get('potential') });
  });

  it('[law] other formats get one file per field, each with voxel size and origin', async () => {
    await writeFiles(await fieldFiles(join(folder, 'run.2.npy'), arrays, grid));
    for (const [name, data] of arrays) {
      expect(await readVoxels(join(folder, `run.2-${name}.npy`))).toEqual({ ...grid, data });
    }
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect([namedAfter('a/b.c.npy', 'x'), namedAfter('a.b/c', 'x')]).toEqual(['a/b.c-x.npy', 'a.b/c-x']);
  });
});
