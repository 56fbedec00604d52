// Writing on disk, for Node, so that a reader finds the old files or the new ones whole, whoever is killed at whatever
// moment.
//
// Files are written to temporary names beside their targets, then renamed. The names say which process made them: what
// a killed one leaves behind is removed at the next write into the same folder. A folder cannot be renamed over
// another, so the old one is set aside under a name from which it comes back; so are files of several that are replaced
// together.
import { constants, type Stats } from 'node:fs';
import { access, lstat, mkdir, open, readdir, readlink, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { FileError } from '../core/errors.js';
import { formatNamed } from './formats.js';
import { besides, cleanUp, setAside, type Aside } from './leftovers.node.js';
import { exclusively } from './lock.node.js';
import { placeOf } from './place.js';
import { markOf } from './process.node.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EEXIST: 'a file of this name is there',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is not a directory',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EFBIG: 'the file is larger than the file system or the limits allow',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its symbolic links form a loop',
  EMFILE: 'too many files are open',
};

/** What the system says, in words. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const statOrNull = (path: string): Promise<Stats | null> => stat(path).catch((error: unknown) => {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
});

/** Links that are followed before they count as a loop, as in Linux. */
const MOST_LINKS = 40;

/** The file that a path stands for: what a symbolic link points at, also where that does not exist yet. */
async function targetOf(path: string): Promise<string> {
  let target = path;
  for (let k = 0; k < MOST_LINKS; k++) {
    const found = await lstat(target).catch(() => null);
    if (found === null || !found.isSymbolicLink()) return target;
    target = resolve(dirname(target), await readlink(target));
  }
  throw Object.assign(new Error(), { code: 'ELOOP' });
}

/** A folder that may be replaced by another Zarr: one that is one. */
async function isZarr(path: string): Promise<boolean> {
  const names: string[] = await readdir(path).catch(() => []);
  return names.length === 0 || ['.zgroup', '.zarray', 'zarr.json'].some((name) => names.includes(name));
}

/** @throws an error of the system where a folder is in the way of a file, or another folder in that of a Zarr */
async function checkReplaceable(target: string, isFolder: boolean): Promise<void> {
  const found = await statOrNull(target);
  if (found === null || found.isDirectory() === false) return;
  if (!isFolder) throw Object.assign(new Error(), { code: 'EISDIR' });
  if (!(await isZarr(target))) throw new Error('it is a directory, and not one of this format');
}

/** @throws FileError when a file could not be created at `path`, or when the package that writes it is missing: to be
 *  called before hours of work, not after. */
export async function checkWritable(path: string): Promise<void> {
  const { file } = placeOf(path);
  const format = formatNamed(path);
  await format?.available?.(path);
  try {
    const target = await targetOf(file);
    const directory = dirname(target);
    if (!(await stat(directory)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    await access(directory, constants.W_OK | constants.X_OK);
    // Root passes `access` everywhere, /proc included: only a file that was made proves anything.
    const probe = besides(target, 'tmp', await markOf());
    await (await open(probe, 'wx')).close();
    await rm(probe);
    await checkReplaceable(target, format?.folder === true);
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
      if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
      await makeDirectory(dirname(path));
      await mkdir(path);
    }
  } catch (error) {
    if (error instanceof FileError) throw error;
    if (codeOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    throw new FileError(`${path}: the directory cannot be made: ${reason(error)}; choose another place`);
  }
}

/** Bytes, text, parts that follow each other in the file, or the files of a folder by path. */
export type FileContent = FileParts | ReadonlyMap<string, Uint8Array>;
type FileParts = Uint8Array | string | Iterable<Uint8Array> | Iterable<string>;

async function writeParts(file: FileHandle, content: FileParts): Promise<void> {
  const parts = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  for (const part of parts) await file.writeFile(part);
}

/** To what is no file: /dev/null, a pipe. */
async function writeInto(path: string, content: FileParts): Promise<void> {
  const file = await open(path, 'w');
  try {
    await writeParts(file, content);
  } finally {
    await file.close();
  }
}

/** @param like the file that will be replaced: its mode and owner are kept */
async function writeNew(path: string, content: FileParts, like: Stats | null): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await writeParts(file, content);
    if (like !== null) {
      // Only root may give files away.
      await file.chown(like.uid, like.gid).catch(() => undefined);
      await file.chmod(like.mode & 0o7777);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeFolder(path: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await mkdir(path);
  for (const folder of new Set([...files.keys()].map(dirname))) await makeDirectory(join(path, folder));
  for (const [name, bytes] of files) await writeNew(join(path, name), bytes, null);
}

/** Times that a folder is tried to be put in place while others do the same. */
const MOST_TURNS = 100;

async function replaceFolder(temporary: string, target: string, mark: string): Promise<void> {
  const old: string[] = [];
  try {
    for (let turn = 0; ; turn++) {
      try {
        await rename(temporary, target);
        break;
      } catch (error) {
        if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(codeOf(error) ?? '') || turn === MOST_TURNS) throw error;
      }
      await checkReplaceable(target, true);
      const aside = besides(target, 'old', `${mark}~${turn}`);
      // Somebody else may have set it aside just now.
      const moved = await rename(target, aside).then(() => true, (error: unknown) => {
        if (codeOf(error) === 'ENOENT') return false;
        throw error;
      });
      if (moved) old.push(aside);
    }
  } catch (error) {
    const last = old.pop();
    if (last !== undefined) await rename(last, target).catch(() => undefined);
    throw error;
  } finally {
    for (const aside of old) await rm(aside, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Writes all files or none that a reader could take for whole: temporary names, fsync, then rename in order.
 *  Where one of several cannot be put in place, those before it are put back.
 *  A symbolic link stays and what it points at is replaced; a file that is replaced keeps its mode; a device or a pipe
 *  is written to.
 *  @throws FileError */
export async function writeFiles(files: ReadonlyMap<string, FileContent>): Promise<void> {
  const written: {
    readonly path: string;
    readonly temporary: string;
    readonly target: string;
    readonly folder: boolean;
  }[] = [];
  let path = '';
  const directories = new Set<string>();
  const transaction = await markOf();
  try {
    for (const [name, content] of files) {
      path = name;
      const target = await targetOf(name);
      const found = await statOrNull(target);
      const isFolder = content instanceof Map;
      await checkReplaceable(target, isFolder);
      if (found !== null && !found.isFile() && !found.isDirectory()) {
        await writeInto(target, content as FileParts);
        continue;
      }
      if (!directories.has(dirname(target))) await cleanUp(dirname(target));
      directories.add(dirname(target));
      const temporary = besides(target, 'tmp', `${transaction}~${written.length}`);
      written.push({ path, temporary, target, folder: isFolder });
      if (isFolder) await writeFolder(temporary, content);
      else await writeNew(temporary, content as FileParts, found);
    }
    const place = async (): Promise<void> => {
      const undo: Aside[] = [];
      try {
        for (const [k, { path: name, temporary, target, folder }] of written.entries()) {
          path = name;
          // The last file of a folder makes all of them valid; until then the others can be put back.
          const last = !written.some((other, at) => at > k && dirname(other.target) === dirname(target));
          if (!folder && !last) undo.push(await setAside(target, `${transaction}~${k}`));
          if (folder) await replaceFolder(temporary, target, await markOf());
          else await rename(temporary, target);
        }
      } catch (error) {
        for (const aside of undo.reverse()) await aside.restore().catch(() => undefined);
        throw error;
      }
      for (const aside of undo) await aside.drop().catch(() => undefined);
    };
    // Files of one call belong together: between them no other process puts its own.
    if (written.length > 1) await exclusively([...directories], place);
    else await place();
  } catch (error) {
    for (const { temporary } of written) await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw new FileError(`${path}: cannot be written: ${reason(error)}; choose another place`);
  }
}
