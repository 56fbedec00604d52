// Images on disk, for Node: one file, a folder of slices, a Zarr; and the files that hold one.
import { checkArguments } from '../core/arguments.js';
import type { Stats } from 'node:fs';
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname, extname, join, relative, sep } from 'node:path';
import { FileError, VoxelithError } from '../core/errors.js';
import { checkVolume, type LabelVolume } from '../core/volume.js';
import {
  decodeFolder, decodeVoxels, encodeVoxels, formatNamed, formatOf, formatToRead, VOXEL_FORMATS,
  type Folder,
} from './formats.js';
import { recoverFiles, recoverFolder } from './leftovers.node.js';
import { isBusy } from './lock.node.js';
import { placeOf } from './place.js';
import { noRoom, READ_OPTION_NAMES, type ReadOptions } from './room.js';
import { naturalOrder, seriesWarnings, stackSlices } from './slices.js';
import { encodeImageData } from './vti.js';
import { fromLabels, toLabels, type VoxelArray, type VoxelData, type VoxelGrid } from './voxels.js';
import { reason, writeFiles, type FileContent } from './write.node.js';

/** Bytes that are asked for at a time: the system gives 2 GiB at most. */
const PART = 2 ** 30;
/** The same of a pipe or a device, whose length nobody knows. */
const PIECE = 2 ** 16;

const limitOf = ({ maxBytes }: ReadOptions): number => maxBytes ?? totalmem();

async function readAll(path: string, file: FileHandle, found: Stats, maxBytes: number): Promise<Uint8Array> {
  const { size } = found;
  if (size > maxBytes) throw noRoom(path, 'the file takes', size, maxBytes);
  let bytes = new Uint8Array(found.isFile() ? size : PIECE);
  let at = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, at, Math.min(PART, bytes.length - at));
    at += bytesRead;
    if (at === bytes.length && !found.isFile()) {
      if (at > maxBytes) throw noRoom(path, 'what comes out of it takes', at, maxBytes);
      const larger = new Uint8Array(2 * at);
      larger.set(bytes);
      bytes = larger;
    } else if (bytesRead === 0 || at === bytes.length) break;
  }
  if (found.isFile() && at < size) throw new Error(`it ended after ${at} of ${size} bytes`);
  return bytes.subarray(0, at);
}

/** @throws FileError with the path and the system's reason; CapacityError where the file is longer than `maxBytes` */
export async function readBytes(path: string, options: ReadOptions = {}): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      const found = await file.stat();
      if (found.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
      return await readAll(path, file, found, limitOf(options));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof VoxelithError) throw error;
    throw new FileError(`${path}: cannot be read: ${reason(error)}`);
  }
}

/** null when there is no such file. @throws FileError, CapacityError */
async function readIfThere(path: string, options: ReadOptions): Promise<Uint8Array | null> {
  const found = await stat(path)
    .catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' || error.code === 'ENOTDIR' ? null : undefined));
  return found === null ? null : readBytes(path, options);
}

/** The numbers in a file or in a folder of slices, whatever their type. Extension chooses the format.
 *  @throws FileError, CapacityError */
export async function readVoxels(path: string, options: ReadOptions = {}): Promise<VoxelArray> {
  checkArguments('readVoxels', { path: [path, 'text'], options: [options, READ_OPTION_NAMES] });
  const { array, warnings } = await readImage([path], options);
  for (const warning of warnings) options.onWarning?.(warning);
  return array;
}

function folderAt(path: string, options: ReadOptions): Folder {
  return {
    read: (name) => readIfThere(join(path, name), options),
    list: async () => {
      const entries = await readdir(path, { recursive: true, withFileTypes: true });
      const names = entries.filter((entry) => entry.isFile())
        .map((entry) => relative(path, join(entry.parentPath ?? entry.path, entry.name)));
      return names.map((name) => name.split(sep).join('/'));
    },
  };
}

/** Times that an image is read which others replace meanwhile, and the wait between, ms. */
const [MOST_READINGS, INTERVAL] = [100, 10];

/** What tells that a file, its sidecar or a folder was replaced by another of its name. */
async function identity(path: string): Promise<string | null> {
  const [found, sidecar] = await Promise.all([path, `${path}.json`].map((name) => stat(name).catch(() => null)));
  return found === null ? null : [found, sidecar].map((one) => `${one?.dev}:${one?.ino}`).join();
}

/** Reads what consists of several files, again where they were replaced meanwhile: their parts would be of two images.
 *  @param checked whether a reading that goes well is of one image for sure */
async function readSettled<T>(path: string, checked: boolean, read: () => Promise<T>): Promise<T> {
  for (let reading = 1; ; reading++) {
    const before = await identity(path);
    // In this order: a process that put its files in place meanwhile is busy still, or they have changed.
    const settled = async (): Promise<boolean> =>
      reading === MOST_READINGS ||
        (before !== null && !(await isBusy(dirname(path))) && (await identity(path)) === before);
    try {
      const result = await read();
      if (checked || (await settled())) return result;
    } catch (error) {
      const recovered = reading === 1 && (await recoverFiles(dirname(path)).catch(() => false));
      if (!recovered && (await settled())) throw error;
    }
    await new Promise((done) => setTimeout(done, INTERVAL));
  }
}

/** What is at a path; a folder that is being replaced is waited for. @throws FileError */
async function foundAt(path: string, isFolder: boolean): Promise<Stats> {
  for (let reading = 1; ; reading++) {
    try {
      return await stat(path);
    } catch (error) {
      if (!isFolder || reading === MOST_READINGS || !(await recoverFolder(path))) {
        throw new FileError(`${path}: cannot be read: ${reason(error)}`);
      }
    }
  }
}

async function readFileVoxels(path: string, options: ReadOptions): Promise<VoxelArray> {
  const format = formatToRead(path, options);
  const { file, dataset } = placeOf(path);
  const limited: ReadOptions = {
    beside: (other) => readIfThere(join(dirname(file), other), { maxBytes: limitOf(options) }), ...options,
    maxBytes: limitOf(options),
  };
  if (format.folder === true) {
    const found = await foundAt(file, true);
    if (!found.isDirectory()) {
      throw new FileError(`${file}: a ${format.name} is a folder, this is a file; unpack it first`);
    }
    return readSettled(
      file, false, () => decodeFolder(dataset === null ? file : `${file}:${dataset}`, folderAt(file, limited), limited),
    );
  }
  return readSettled(file, true, async () => {
    const bytes = await readBytes(file, limited);
    const sidecar = format.sidecar === 'none' ? null : await readIfThere(`${file}.json`, limited);
    return decodeVoxels(path, bytes, sidecar === null ? null : new TextDecoder().decode(sidecar), limited);
  });
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
  const names = (await readdir(folder))
    .filter((name) => !name.startsWith('.') && known.some((extension) => name.toLowerCase().endsWith(extension)));
  if (names.length === 0) {
    throw new FileError(`${folder}: no image in this folder; expected slices as ${known.join(', ')}`);
  }
  const extensions = new Set(names.map((name) => extname(name).toLowerCase()));
  if (extensions.size > 1) {
    throw new FileError(
      `${folder}: holds images of several kinds (${[...extensions].join(', ')}); leave only the slices in it`,
    );
  }
  return names.sort(naturalOrder).map((name) => join(folder, name));
}

/** Options that keep what a reader says of its files: of many slices that it says the same of, one is named. */
function collecting(options: ReadOptions): { options: ReadOptions; warnings: () => string[] } {
  const said = new Map<string, { file: string; count: number }>();
  const onWarning = (message: string): void => {
    const end = message.indexOf(': ');
    const [file, text] = [message.slice(0, end), message.slice(end + 2)];
    said.set(text, { file: said.get(text)?.file ?? file, count: (said.get(text)?.count ?? 0) + 1 });
  };
  const warnings = (): string[] => [...said].map(
    ([text, { file, count }]) => `${file}${count > 1 ? ` and ${count - 1} more` : ''}: ${text}`,
  );
  return { options: { ...options, onWarning }, warnings };
}

/** One image from one file, from a folder of slices, or from slices named one by one; slices in natural order. What
 *  `options.onWarning` would hear is in the result.
 *  @throws FileError */
export async function readImage(paths: readonly string[], options: ReadOptions = {}): Promise<ReadImage> {
  const { file } = placeOf(paths[0]);
  const found = await foundAt(file, formatNamed(paths[0])?.folder === true);
  const folder = paths.length === 1 && formatNamed(paths[0])?.folder !== true && found.isDirectory();
  if (paths.length === 1 && !folder) {
    const heard = collecting(options);
    const array = await readFileVoxels(paths[0], heard.options);
    return { array, format: formatToRead(paths[0], options).name, warnings: heard.warnings() };
  }
  const names = folder ? await slicesOf(paths[0]) : [...paths].sort(naturalOrder);
  if (names.length === 1) return readImage(names, options);
  const place = folder ? paths[0] : dirname(paths[0]);
  const heard = collecting(options);
  const array = await stackSlices(
    place, names, (slice, room) => readFileVoxels(slice, { ...heard.options, ...room }), { maxBytes: limitOf(options) },
  );
  return { array, format: 'slices', warnings: [...heard.warnings(), ...seriesWarnings(names)] };
}

/** The labels in a file. Extension chooses the format, as in `VOXEL_FORMATS`; scan.h5:/volumes/raw names one of several
 *  arrays.
 *  @throws FileError */
export async function readVolume(path: string, options: ReadOptions = {}): Promise<LabelVolume> {
  checkArguments('readVolume', { path: [path, 'text'], options: [options, READ_OPTION_NAMES] });
  return toLabels(path, await readVoxels(path, options));
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
export async function fieldFiles(
  path: string, arrays: ReadonlyMap<string, VoxelData>, grid: VoxelGrid,
): Promise<Map<string, FileContent>> {
  if (formatOf(path, 'write').name === 'vti') return new Map([[path, encodeImageData(arrays, grid)]]);
  const files = new Map<string, FileContent>();
  for (const [name, data] of arrays) {
    for (const [place, content] of await voxelFiles(namedAfter(path, name), { ...grid, data })) {
      files.set(place, content);
    }
  }
  return files;
}

/** Writes numbers of any type; see writeVolume. @throws FileError */
export async function writeVoxels(path: string, array: VoxelArray): Promise<void> {
  checkArguments('writeVoxels', { path: [path, 'text'], array: [array, 'record'] });
  await writeFiles(await voxelFiles(path, array));
}

/** Writes labels with voxel size and provenance. A crash leaves the old file or the new one, nothing between.
 *  @throws FileError */
export async function writeVolume(path: string, volume: LabelVolume): Promise<void> {
  checkArguments('writeVolume', { path: [path, 'text'] });
  await writeVoxels(path, fromLabels(checkVolume('writeVolume', volume)));
}
