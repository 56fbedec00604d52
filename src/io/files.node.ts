// Files on disk, for Node: reading, and writing that leaves either the whole file or nothing.
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { FileError } from '../core/errors.js';
import type { LabelVolume } from '../core/volume.js';
import { decodeFolder, decodeVoxels, encodeVoxels, formatNamed, formatOf, VOXEL_FORMATS, type Folder } from './formats.js';
import { placeOf } from './place.js';
import { naturalOrder, seriesWarnings, stackSlices } from './slices.js';
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

/** readFile ends at 2 GiB; a handle reads on, in parts. */
const PART = 2 ** 30;

/** @throws FileError with the path and the system's reason. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size < PART) return await file.readFile();
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size; ) {
        const { bytesRead } = await file.read(bytes, at, Math.min(PART, size - at), at);
        if (bytesRead === 0) throw new Error(`it ended after ${at} of ${size} bytes`);
        at += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new FileError(`${path}: cannot be read: ${reason(error)}`);
  }
}

/** A folder that may be replaced by another Zarr: one that is one. */
async function isZarr(path: string): Promise<boolean> {
  const names: string[] = await readdir(path).catch(() => []);
  return names.length === 0 || ['.zgroup', '.zarray', 'zarr.json'].some((name) => names.includes(name));
}

/** @throws FileError when a file could not be created at `path`, or when the package that writes it is missing: to be called
 *  before hours of work, not after. */
export async function checkWritable(path: string): Promise<void> {
  const { file } = placeOf(path);
  const directory = dirname(file);
  const format = formatNamed(path);
  await format?.available?.(path);
  try {
    if (!(await stat(directory)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    await access(directory, constants.W_OK | constants.X_OK);
    // Root passes `access` everywhere, /proc included: only a file that was made proves anything.
    const probe = temporaryName(file);
    await (await open(probe, 'wx')).close();
    await rm(probe);
    if (await stat(file).then((found) => found.isDirectory(), () => false)) {
      if (format?.folder !== true) throw Object.assign(new Error(), { code: 'EISDIR' });
      if (!(await isZarr(file))) throw new Error('it is a directory, and not one of this format');
    }
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

/** Bytes, text, parts that follow each other in the file, or the files of a folder by path. */
export type FileContent = Uint8Array | string | readonly Uint8Array[] | ReadonlyMap<string, Uint8Array>;

let temporaries = 0;
function temporaryName(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}-${temporaries++}.tmp`);
}

async function writeNew(path: string, content: Uint8Array | string | readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for (const part of Array.isArray(content) ? content : [content]) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeFolder(path: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await mkdir(path);
  for (const folder of new Set([...files.keys()].map(dirname))) await makeDirectory(join(path, folder));
  for (const [name, bytes] of files) await writeNew(join(path, name), bytes);
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
      written.push([temporary, path]);
      if (content instanceof Map) await writeFolder(temporary, content);
      else await writeNew(temporary, content as Exclude<FileContent, ReadonlyMap<string, Uint8Array>>);
    }
    for (const [temporary, target] of written) {
      path = target;
      const old = files.get(path) instanceof Map && (await stat(path).then(() => true, () => false)) ? temporaryName(path) : null;
      // A folder with files in it cannot be renamed over another.
      if (old !== null) await rename(path, old);
      await rename(temporary, path);
      if (old !== null) await rm(old, { recursive: true, force: true });
    }
  } catch (error) {
    for (const [temporary] of written) await rm(temporary, { recursive: true, force: true });
    throw new FileError(`${path}: cannot be written: ${reason(error)}; choose another place`);
  }
}

/** The numbers in a file or in a folder of slices, whatever their type. Extension chooses the format.
 *  @throws FileError */
export async function readVoxels(path: string): Promise<VoxelArray> {
  return (await readImage([path])).array;
}

function folderAt(path: string): Folder {
  return {
    read: (name) => readFile(join(path, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw new FileError(`${join(path, name)}: cannot be read: ${reason(error)}`);
    }),
    list: async () => {
      const entries = await readdir(path, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => relative(path, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join('/'));
    },
  };
}

async function readFileVoxels(path: string): Promise<VoxelArray> {
  const format = formatOf(path, 'read');
  const { file, dataset } = placeOf(path);
  if (format.folder === true) {
    const found = await stat(file).catch((error: unknown) => {
      throw new FileError(`${file}: cannot be read: ${reason(error)}`);
    });
    if (!found.isDirectory()) throw new FileError(`${file}: a ${format.name} is a folder, this is a file; unpack it first`);
    return decodeFolder(dataset === null ? file : `${file}:${dataset}`, folderAt(file));
  }
  const bytes = await readBytes(file);
  const sidecar = format.sidecar === 'none' ? null : await readFile(`${file}.json`, 'utf8').catch(() => null);
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
  const { file } = placeOf(paths[0]);
  const found = await stat(file).catch((error: unknown) => {
    throw new FileError(`${file}: cannot be read: ${reason(error)}`);
  });
  const folder = paths.length === 1 && formatNamed(paths[0])?.folder !== true && found.isDirectory();
  if (paths.length === 1 && !folder) return { array: await readFileVoxels(paths[0]), format: formatOf(paths[0], 'read').name, warnings: [] };
  const names = folder ? await slicesOf(paths[0]) : [...paths].sort(naturalOrder);
  if (names.length === 1) return readImage(names);
  const array = await stackSlices(folder ? paths[0] : dirname(paths[0]), names, readFileVoxels);
  return { array, format: 'slices', warnings: seriesWarnings(names) };
}

/** The labels in a file. Extension chooses the format, as in `VOXEL_FORMATS`; scan.h5:/volumes/raw names one of several arrays.
 *  @throws FileError */
export async function readVolume(path: string): Promise<LabelVolume> {
  return toLabels(path, await readVoxels(path));
}

/** Files that hold one array: the file itself, and FILE.json before it where the format needs one.
 *  @throws FileError */
export async function voxelFiles(path: string, array: VoxelArray): Promise<Map<string, FileContent>> {
  const { bytes, sidecar, folder } = await encodeVoxels(path, array);
  const { file } = placeOf(path);
  const files = new Map<string, FileContent>();
  if (sidecar !== null) files.set(`${file}.json`, sidecar);
  return files.set(file, folder ?? bytes);
}

/** cathode.npy → cathode-level-x.npy, cathode.nii.gz → cathode-level-x.nii.gz, cathode.h5:/a → cathode-level-x.h5:/a */
export function namedAfter(path: string, what: string): string {
  const { file } = placeOf(path);
  const dot = file.length - (/\.\w+\.gz$/i.exec(file)?.[0] ?? extname(file)).length;
  return `${path.slice(0, dot)}-${what}${path.slice(dot)}`;
}

/** Files that hold several arrays of one grid: all in one .vti; of the other formats one file each, OUT-NAME.npy.
 *  @throws FileError */
export async function fieldFiles(path: string, arrays: ReadonlyMap<string, VoxelData>, grid: VoxelGrid): Promise<Map<string, FileContent>> {
  if (formatOf(path, 'write').name === 'vti') return new Map([[path, encodeImageData(arrays, grid)]]);
  const files = new Map<string, FileContent>();
  for (const [name, data] of arrays) for (const [place, content] of await voxelFiles(namedAfter(path, name), { ...grid, data })) files.set(place, content);
  return files;
}

/** Writes numbers of any type; see writeVolume. @throws FileError */
export async function writeVoxels(path: string, array: VoxelArray): Promise<void> {
  await writeFiles(await voxelFiles(path, array));
}

/** Writes labels with voxel size and provenance. A crash leaves the old file or the new one, nothing between.
 *  @throws FileError */
export async function writeVolume(path: string, volume: LabelVolume): Promise<void> {
  await writeVoxels(path, fromLabels(volume));
}
