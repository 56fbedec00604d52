// Names of files that are being written or set aside, and what is done with those of killed processes:
// .NAME.voxelith-MARK.KIND.
//
// tmp: a file that is being written. old: what had the name before. none: nothing had it. The files of one call have
// one mark and a number each. As long as one of them is a tmp, the call is not done, and its process is dead: the
// others are put back.
import { link, lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { exclusively } from './lock.node.js';
import { isRunning, processOf, withoutNumber } from './process.node.js';

const OURS = /^\.(.*)\.voxelith-(.+)\.(tmp|old|none)$/;
/** Names of files have at most 255 bytes on most file systems; only what is put back must be known by its whole
 *  name. */
const LONGEST_BASE = 40;

export function besides(path: string, kind: 'tmp' | 'old' | 'none', mark: string): string {
  const base = kind === 'tmp' ? Array.from(basename(path)).slice(0, LONGEST_BASE).join('') : basename(path);
  return join(dirname(path), `.${base}.voxelith-${mark}.${kind}`);
}

interface Leftover {
  readonly path: string;
  /** Name in its folder that it had or is to get, cut for a tmp. */
  readonly base: string;
  readonly kind: string;
  /** Mark of the call that made it. */
  readonly call: string;
  readonly running: boolean;
}

async function leftoversIn(directory: string): Promise<Leftover[]> {
  const found: Leftover[] = [];
  for (const file of await readdir(directory).catch((): string[] => [])) {
    const [, base, mark, kind] = OURS.exec(file) ?? [];
    const note = mark === undefined ? null : processOf(mark);
    if (note === null) continue;
    found.push(
      { path: join(directory, file), base, kind, call: withoutNumber(mark), running: (await isRunning(note)) ?? true },
    );
  }
  return found;
}

/** What a file was before another took its place. */
export interface Aside {
  /** Puts it back. */
  readonly restore: () => Promise<void>;
  /** Forgets it. */
  readonly drop: () => Promise<void>;
}

const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

async function putBack(path: string, kind: string, target: string): Promise<void> {
  if (kind === 'none') await remove(target);
  else await rename(path, target);
  // Renaming one link of a file to another of the same file does nothing.
  await remove(path);
}

/** Keeps what a file is. Where the file system has no links it cannot be put back. */
export async function setAside(target: string, mark: string): Promise<Aside> {
  const old = besides(target, 'old', mark);
  try {
    await link(target, old);
    return { restore: () => putBack(old, 'old', target), drop: () => remove(old) };
  } catch (error) {
    const nothing = async (): Promise<void> => undefined;
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return { restore: nothing, drop: nothing };
    const none = besides(target, 'none', mark);
    await (await open(none, 'wx')).close();
    return { restore: () => putBack(none, 'none', target), drop: () => remove(none) };
  }
}

/** Puts back what calls that were killed before they were done had replaced.
 *  @returns whether there was any */
export async function recoverFiles(directory: string): Promise<boolean> {
  const begun = async (): Promise<Leftover[]> => {
    const dead = (await leftoversIn(directory)).filter(({ running }) => !running);
    const open = new Set(dead.filter(({ kind }) => kind === 'tmp').map(({ call }) => call));
    return dead.filter(({ kind, call }) => kind !== 'tmp' && open.has(call));
  };
  if ((await begun()).length === 0) return false;
  let any = false;
  await exclusively([directory], async () => {
    for (const { path, base, kind } of await begun()) {
      if ((await lstat(path)).isDirectory()) continue;
      await putBack(path, kind, join(directory, base));
      any = true;
    }
  });
  return any;
}

/** How long a folder that somebody replaces is waited for, in steps, ms. */
const [STEPS, STEP] = [100, 10];

/** Puts a folder back that a killed process had set aside and not replaced; waits for a living one to replace it.
 *  @returns whether there is one now */
export async function recoverFolder(path: string): Promise<boolean> {
  const isThere = async (): Promise<boolean> => (await lstat(path).catch(() => null)) !== null;
  for (let step = 0; step < STEPS; step++) {
    if (await isThere()) return true;
    const asides =
      (await leftoversIn(dirname(path))).filter(({ base, kind }) => kind === 'old' && base === basename(path));
    // It may have been replaced between the two looks.
    if (asides.length === 0) return isThere();
    const left = asides.find(({ running }) => !running);
    if (left !== undefined) await rename(left.path, path).catch(() => undefined);
    else await new Promise((done) => setTimeout(done, STEP));
  }
  return isThere();
}

/** Puts back what killed processes of this machine left undone in a folder, and removes the rest. */
export async function cleanUp(directory: string): Promise<void> {
  await recoverFiles(directory).catch(() => undefined);
  for (const { path, base, kind, running } of await leftoversIn(directory)) {
    if (running) continue;
    if (kind === 'old' && (await lstat(path).catch(() => null))?.isDirectory()) {
      await recoverFolder(join(directory, base));
    }
    await remove(path).catch(() => undefined);
  }
}
