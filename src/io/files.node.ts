// Files on disk, for Node: reading, and writing that leaves either the whole file or nothing.
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { FileError } from '../core/errors.js';
import type { LabelVolume } from '../core/volume.js';
import { decodeVoxels, encodeVoxels, formatOf, VOXEL_FORMATS } from './formats.js';
import { missingSlices, naturalOrder, stackSlices } from './slices.js';
import { encodeImageData } from './vti.js';
import { fromLabels, toLabels, type VoxelArray, type VoxelData, type VoxelGrid } from './voxels.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EEXIST: 'a file of this name is there',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is not a directory',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
};

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}

/** @throws FileError with the path and the system's reason. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new FileError(`${path}: cannot be read: ${reason(error)}`);
  }
}

/** @throws FileError when a file could not be created at `path`: to be called before hours of work, not after. */
export async function checkWritable(path: string): Promise<void> {
  const directory = dirname(path);
  try {
    if (!(await stat(directory)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    await access(directory, constants.W_OK | constants.X_OK);
    // Root passes `access` everywhere, /proc included: only a file that was made proves anything.
    const probe = temporaryName(path);
    await (await open(probe, 'wx')).close();
    await rm(probe);
    if (await stat(path).then((found) => found.isDirectory(), () => false)) throw Object.assign(new Error(), { code: 'EISDIR' });
  } catch (error) {
    throw new FileError(`${path}: cannot be written: ${reason(error)}; choose another place`);
  }
}

/** Makes a directory and those above it; one that is there is fine. Not `mkdir` with `recursive`: on Node 20 that never
 *  returns where making a directory fails with "no such file" below one that exists, as in /proc.
 *  @throws FileError */
export async function makeDirectory(path: string): Promise<void> {
  try {
    try {
      await mkdir(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
      await makeDirectory(dirname(path));
      await mkdir(path);
    }
  } catch (error) {
    if (error instanceof FileError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    throw new FileError(`${path}: the directory cannot be made: ${reason(error)}; choose another place`);
  }
}

/** Bytes, text, or parts that follow each other in the file. */
export type FileContent = Uint8Array | string | readonly Uint8Array[];

let temporaries = 0;
function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}-${temporaries++}.tmp`);
}

/** Writes all files or none that a reader could take for whole: temporary names, fsync, then rename in order.
 *  @throws FileError */
export async function writeFiles(files: ReadonlyMap<string, FileContent>): Promise<void> {
  const written: [temporary: string, path: string][] = [];
  let path = '';
  try {
    for (const [target, content] of files) {
      path = target;
      const temporary = temporaryName(path);
      const file = await open(temporary, 'wx');
      written.push([temporary, path]);
      try {
        for (const part of Array.isArray(content) ? content : [content]) await file.writeFile(part);
        await file.sync();
      } finally {
        await file.close();
      }
    }
    for (const [temporary, target] of written) {
      path = target;
      await rename(temporary, path);
    }
  } catch (error) {
    for (const [temporary] of written) await rm(temporary, { force: true });
    throw new FileError(`${path}: cannot be written: ${reason(error)}; choose another place`);
  }
}

/** The numbers in a file or in a folder of slices, whatever their type. Extension chooses the format.
 *  @throws FileError */
export async function readVoxels(path: string): Promise<VoxelArray> {
  return (await readImage([path])).array;
}

async function readFileVoxels(path: string): Promise<VoxelArray> {
  const format = formatOf(path, 'read');
  const bytes = await readBytes(path);
  const sidecar = format.sidecar === 'none' ? null : await readFile(`${path}.json`, 'utf8').catch(() => null);
  return decodeVoxels(path, bytes, sidecar);
}

/** An image, and what a user should know about how it was put together. */
export interface ReadImage {
  readonly array: VoxelArray;
  /** As `VoxelFormat.name`, or "slices". */
  readonly format: string;
  readonly warnings: readonly string[];
}

/** Slices of a folder in natural order; hidden files and what no format is known for are left out.
 *  @throws FileError */
async function slicesOf(folder: string): Promise<string[]> {
  const known = VOXEL_FORMATS.flatMap(({ extensions }) => extensions);
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.') && known.some((extension) => name.toLowerCase().endsWith(extension)));
  if (names.length === 0) throw new FileError(`${folder}: no image in this folder; expected slices as ${known.join(', ')}`);
  const extensions = new Set(names.map((name) => extname(name).toLowerCase()));
  if (extensions.size > 1) throw new FileError(`${folder}: holds images of several kinds (${[...extensions].join(', ')}); leave only the slices in it`);
  return names.sort(naturalOrder).map((name) => join(folder, name));
}

/** One image from one file, from a folder of slices, or from slices named one by one; slices in natural order.
 *  @throws FileError */
export async function readImage(paths: readonly string[]): Promise<ReadImage> {
  const folder = paths.length === 1 && (await stat(paths[0]).then((found) => found.isDirectory(), () => false));
  if (paths.length === 1 && !folder) return { array: await readFileVoxels(paths[0]), format: formatOf(paths[0], 'read').name, warnings: [] };
  const names = folder ? await slicesOf(paths[0]) : [...paths].sort(naturalOrder);
  if (names.length === 1) return readImage(names);
  const gap = missingSlices(names);
  const array = await stackSlices(folder ? paths[0] : dirname(paths[0]), names, readFileVoxels);
  return { array, format: 'slices', warnings: gap === null ? [] : [gap] };
}

/** The labels in a file. Extension chooses the format: .npy, .npz, .tif, .nrrd, .mha, .vti, .raw.
 *  @throws FileError */
export async function readVolume(path: string): Promise<LabelVolume> {
  return toLabels(path, await readVoxels(path));
}

/** Files that hold one array: the file itself, and FILE.json before it where the format needs one. */
export function voxelFiles(path: string, array: VoxelArray): Map<string, FileContent> {
  const { bytes, sidecar } = encodeVoxels(path, array);
  const files = new Map<string, FileContent>();
  if (sidecar !== null) files.set(`${path}.json`, sidecar);
  return files.set(path, bytes);
}

/** cathode.npy → cathode-level-x.npy, cathode.nii.gz → cathode-level-x.nii.gz */
export function namedAfter(path: string, what: string): string {
  const dot = path.length - (/\.nii\.gz$/i.exec(path)?.[0] ?? extname(path)).length;
  return `${path.slice(0, dot)}-${what}${path.slice(dot)}`;
}

/** Files that hold several arrays of one grid: all in one .vti; of the other formats one file each, OUT-NAME.npy. */
export function fieldFiles(path: string, arrays: ReadonlyMap<string, VoxelData>, grid: VoxelGrid): Map<string, FileContent> {
  if (formatOf(path, 'write').name === 'vti') return new Map([[path, encodeImageData(arrays, grid)]]);
  return new Map([...arrays].flatMap(([name, data]) => [...voxelFiles(namedAfter(path, name), { ...grid, data })]));
}

/** Writes numbers of any type; see writeVolume. @throws FileError */
export async function writeVoxels(path: string, array: VoxelArray): Promise<void> {
  await writeFiles(voxelFiles(path, array));
}

/** Writes labels with voxel size and provenance. A crash leaves the old file or the new one, nothing between.
 *  @throws FileError */
export async function writeVolume(path: string, volume: LabelVolume): Promise<void> {
  await writeVoxels(path, fromLabels(volume));
}
