// Writing: what was there is replaced whole or stays, whoever is killed; links, modes and files that belong together.
import { mkdirSync } from 'node:fs';
import {
  chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, stat, symlink, writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readVoxels, writeVoxels } from '../../src/io/files.node.js';
import type { VoxelArray } from '../../src/io/voxels.js';
import { checkWritable, writeFiles, type FileContent } from '../../src/io/write.node.js';

const root = await mkdtemp(join(tmpdir(), 'voxelith-write-'));
afterAll(() => rm(root, { recursive: true, force: true }));
let serial = 0;
const fresh = async (): Promise<string> => {
  const folder = join(root, String(serial++));
  await mkdir(folder);
  return folder;
};
/** An image that says in every place which one it is. */
const image = (which: number, n = 3): VoxelArray =>
  (
    {
      data: new Uint8Array(n ** 3).fill(which), shape: [n, n, n], voxelSizeUm: [which, which, which],
      provenance: { which },
    }
  );
/** A pid that no process has. */
const GONE = 2 ** 22 + 1;
const mark = (pid: number, host = hostname()): string => `${host}~${pid}~1~0123-abcd`;

describe('links, modes, devices', () => {
  it('[law] a file keeps its mode, a link stays one, also to what is not there yet', async () => {
    const folder = await fresh();
    const file = join(folder, 'a.nrrd');
    await writeVoxels(file, image(1));
    await chmod(file, 0o640);
    await symlink('a.nrrd', join(folder, 'link.nrrd'));
    await symlink('link.nrrd', join(folder, 'link-of-link.nrrd'));
    await symlink('later.nrrd', join(folder, 'dangling.nrrd'));
    await checkWritable(join(folder, 'link-of-link.nrrd'));
    await writeVoxels(join(folder, 'link-of-link.nrrd'), image(2));
    await writeVoxels(join(folder, 'dangling.nrrd'), image(3));
    expect(await readVoxels(file)).toEqual(image(2));
    expect(await readVoxels(join(folder, 'later.nrrd'))).toEqual(image(3));
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    for (const name of ['link.nrrd', 'link-of-link.nrrd', 'dangling.nrrd']) {
      expect((await lstat(join(folder, name))).isSymbolicLink()).toBe(true);
    }
    expect(await readlink(join(folder, 'link.nrrd'))).toBe('a.nrrd');
    expect((await readdir(folder)).sort())
      .toEqual(['a.nrrd', 'dangling.nrrd', 'later.nrrd', 'link-of-link.nrrd', 'link.nrrd']);
  });

  it('[law] links in a loop are refused, a folder is not replaced by a file', async () => {
    const folder = await fresh();
    await symlink('b', join(folder, 'a'));
    await symlink('a', join(folder, 'b'));
    await expect(writeFiles(new Map([[join(folder, 'a'), 'x']]))).rejects.toThrow(
      /a: cannot be written: its symbolic links form a loop/,
    );
    await mkdir(join(folder, 'a.json'));
    await expect(writeFiles(new Map([[join(folder, 'one'), 'x'], [join(folder, 'a.json'), 'x']]))).rejects.toThrow(
      /a\.json: cannot be written: it is a directory/,
    );
    expect((await readdir(folder)).sort()).toEqual(['a', 'a.json', 'b']);
  });

  it('[law] a device is written to, not replaced', async () => {
    await writeFiles(new Map([['/dev/null', 'text']]));
    expect((await lstat('/dev/null')).isCharacterDevice()).toBe(true);
    await expect(writeFiles(new Map([['/dev/full', 'text']]))).rejects.toThrow(
      /\/dev\/full: cannot be written: the disk is full; choose another place/,
    );
  });
});

describe('what killed processes leave', () => {
  it('[law] goes at the next write into the folder; what living and other machines\' processes ' +
      'write stays', async () => {
    const folder = await fresh();
    const leftovers = [mark(GONE), mark(process.ppid), mark(GONE, 'elsewhere')]
      .map((by) => `.b.npy.voxelith-${by}.tmp`);
    // A living process has another start than 1, so its pid was taken over.
    const living = `.b.npy.voxelith-${hostname()}~${process.ppid}~~0123.tmp`;
    for (const name of [...leftovers, living]) await writeFile(join(folder, name), 'half');
    await mkdir(join(folder, `.c.zarr.voxelith-${mark(GONE)}.tmp`));
    await writeFile(join(folder, '.other-7.tmp'), 'not ours');
    await writeVoxels(join(folder, 'a.nrrd'), image(1));
    expect((await readdir(folder)).sort()).toEqual([leftovers[2], living, '.other-7.tmp', 'a.nrrd'].sort());
  });

  it('[law] a Zarr that was set aside comes back: at the next reading, and at the next write', async () => {
    const folder = await fresh();
    const path = join(folder, 'a.zarr');
    const aside = join(folder, `.a.zarr.voxelith-${mark(GONE)}.old`);
    await writeVoxels(path, image(1));
    await rename(path, aside);
    expect(await readVoxels(path)).toEqual(image(1));
    await rename(path, aside);
    await writeVoxels(join(folder, 'other.nrrd'), image(2));
    expect((await readdir(folder)).sort()).toEqual(['a.zarr', 'other.nrrd']);
    // The new one was in place already.
    await writeVoxels(aside, image(3)).catch(() => undefined);
    await mkdir(aside, { recursive: true });
    await writeVoxels(path, image(4));
    expect(await readVoxels(path)).toEqual(image(4));
    expect((await readdir(folder)).sort()).toEqual(['a.zarr', 'other.nrrd']);
  });
});

describe('files that belong together', () => {
  it('[law] a pair whose writer was killed between the two is the old one, ' +
      'and the new one when it was done', async () => {
    for (const old of [true, false]) {
      const folder = await fresh();
      const [path, next] = [join(folder, 'a.npy'), join(folder, 'b.npy')];
      await writeVoxels(path, image(1));
      await writeVoxels(next, image(2));
      const call = `${hostname()}~${GONE}~1~${crypto.randomUUID()}`;
      const aside = (kind: string): string => join(folder, `.a.npy.json.voxelith-${call}~0.${kind}`);
      // Beside numbers of somebody else there was no sidecar.
      if (old) await rename(`${path}.json`, aside('old'));
      else await writeFile(aside('none'), '');
      await rename(`${next}.json`, `${path}.json`);
      const temporary = join(folder, `.a.npy.voxelith-${call}~1.tmp`);
      await rename(next, temporary);
      const first = old ? image(1) : { ...image(1), voxelSizeUm: null, provenance: undefined };
      expect(await readVoxels(path)).toEqual(first);
      // The same at the next write, and what is left of a call that was done only goes.
      await writeVoxels(join(folder, 'other.nrrd'), image(3));
      expect(await readVoxels(path)).toEqual(first);
      await writeVoxels(path, image(4));
      await writeFile(aside('old'), '{}');
      await writeVoxels(join(folder, 'other.nrrd'), image(5));
      expect(await readVoxels(path)).toEqual(image(4));
      expect((await readdir(folder)).sort()).toEqual(['a.npy', 'a.npy.json', 'other.nrrd']);
    }
  });

  it('[law] where one cannot be put in place, those before it are what they were', async () => {
    const folder = await fresh();
    const [first, second, third] = ['first', 'second', 'third'].map((name) => join(folder, name));
    await writeFile(first, 'old');
    // The name is free when it is looked at, and a folder has it when the file is to get it.
    function* late(): Generator<string> {
      mkdirSync(join(third, 'inside'), { recursive: true });
      yield 'new';
    }
    const writing = writeFiles(new Map<string, FileContent>([[first, 'new'], [second, 'new'], [third, late()]]));
    await expect(writing).rejects.toThrow(/third: cannot be written: /);
    expect(await readFile(first, 'utf8')).toBe('old');
    expect((await readdir(folder)).sort()).toEqual(['first', 'third']);
  });

  it('[law] .npy and .raw with the sidecar of another run are refused, whatever the voxel size', async () => {
    const folder = await fresh();
    for (const extension of ['npy', 'raw', 'npz', 'npy.gz']) {
      const [a, b] = [join(folder, `a.${extension}`), join(folder, `b.${extension}`)];
      await writeVoxels(a, image(1));
      await writeVoxels(b, image(2));
      expect(await readVoxels(a)).toEqual(image(1));
      await rename(`${b}.json`, `${a}.json`);
      await expect(readVoxels(a)).rejects.toThrow(
        /\.json: describes other numbers than the file holds \(crc32 [\da-f]{8}, found [\da-f]{8}\): .* delete it/,
      );
    }
    const old = JSON.parse(await readFile(join(folder, 'a.npy.json'), 'utf8')) as Record<string, unknown>;
    await writeFile(join(folder, 'a.npy.json'), JSON.stringify({ ...old, crc32: undefined }));
    expect(await readVoxels(join(folder, 'a.npy')))
      .toEqual({ ...image(1), voxelSizeUm: [2, 2, 2], provenance: { which: 2 } });
  });

  it('[law] of many writers at once one wins with both files, and readers see one or the other', async () => {
    const folder = await fresh();
    const path = join(folder, 'a.npy');
    await writeVoxels(path, image(1, 1));
    let writing = true;
    const reading = (async (): Promise<number> => {
      let readings = 0;
      for (; writing; readings++) {
        const found = await readVoxels(path);
        expect(found).toEqual(image(found.data[0], found.shape[0]));
      }
      return readings;
    })();
    await Promise.all(Array.from({ length: 12 }, (_, k) => writeVoxels(path, image(k + 1, (k % 4) + 1))));
    writing = false;
    expect(await reading).toBeGreaterThan(0);
    const found = await readVoxels(path);
    expect(found).toEqual(image(found.data[0], found.shape[0]));
    expect((await readdir(folder)).sort()).toEqual(['a.npy', 'a.npy.json']);
  });

  it('[law] a Zarr that many replace is always one of them, and nothing is left behind', async () => {
    const folder = await fresh();
    const path = join(folder, 'a.zarr');
    await writeVoxels(path, image(1, 1));
    let writing = true;
    const reading = (async (): Promise<void> => {
      while (writing) {
        const found = await readVoxels(path);
        expect(found).toEqual(image(found.data[0], found.shape[0]));
      }
    })();
    await Promise.all(Array.from({ length: 8 }, (_, k) => writeVoxels(path, image(k + 1, (k % 4) + 1))));
    writing = false;
    await reading;
    const found = await readVoxels(path);
    expect(found).toEqual(image(found.data[0], found.shape[0]));
    expect(await readdir(folder)).toEqual(['a.zarr']);
  });
});
