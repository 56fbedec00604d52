// A study in a directory, safe against kill -9 and on file systems that several machines share.
import { checkArguments } from '../core/arguments.js';
import { randomUUID } from 'node:crypto';
import { open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { FileError } from '../core/errors.js';
import { isRunning, thisProcess, type ProcessNote } from '../io/process.node.js';
import { objectFrom } from '../io/voxels.js';
import { makeDirectory, writeFiles } from '../io/write.node.js';
import { BusyError, type StudyStore } from './store.js';

/** A lock of another machine counts as dead when it was not touched for this long, ms; holders touch theirs every third
 *  of it. */
const LOCK_EXPIRES = 120_000;
const LOCK_MARK = '.lock-';
/** How often a file is opened again that others replace, before that is an error. */
const MOST_STALE = 100;
/** Characters that are read or written at a time. */
const BLOCK = 2 ** 20;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

/** Another host removed or replaced a file that this one had open, on NFS. */
const isStale = (error: unknown): boolean => codeOf(error) === 'ESTALE';
const isGone = (error: unknown): boolean => isMissing(error) || isStale(error);

function fileError(action: string, path: string, error: unknown): FileError {
  return new FileError(`study: cannot ${action} ${path}: ${(error as Error).message}`);
}

/** What is in a file and when its server saw it written. Opening asks the server: NFS answers `stat` from what it knew
 *  up to a minute ago. */
async function freshly(path: string): Promise<{ readonly text: string; readonly touched: number }> {
  const file = await open(path, 'r');
  try {
    return { touched: (await file.stat()).mtimeMs, text: await file.readFile('utf8') };
  } finally {
    await file.close();
  }
}

/** @param now by the clock of the server, which is not ours */
async function isAlive(path: string, now: number): Promise<boolean> {
  let found: Awaited<ReturnType<typeof freshly>>;
  try {
    found = await freshly(path);
  } catch (error) {
    if (isGone(error)) return false;
    throw fileError('read', path, error);
  }
  const note = objectFrom(found.text) as Partial<ProcessNote> | null;
  const young = now - found.touched < LOCK_EXPIRES;
  // Created a moment ago and not yet written, or torn by a crash.
  return note === null ? young : (await isRunning(note)) ?? young;
}

/** Writes a lock again that is still there. */
async function rewrite(path: string, text: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(text, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Pieces of text joined into blocks, so that a million lines are not a million writes. */
function* blocks(pieces: Iterable<string>): Generator<string, void> {
  let block = '';
  for (const piece of pieces) {
    block += piece;
    if (block.length < BLOCK) continue;
    yield block;
    block = '';
  }
  yield block;
}

/** Opens a directory as a study store and makes it when it does not exist.
 *  @throws FileError when it cannot be made or written. */
export async function openDirectory(directory: string): Promise<StudyStore> {
  checkArguments('openDirectory', { directory: [directory, 'text'] });
  await makeDirectory(directory);
  const pathOf = (name: string): string => join(directory, name);

  async function writeLock(path: string, text: string): Promise<void> {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  const store: StudyStore = {
    location: directory,
    async list() {
      const names = await readdir(directory);
      return names.filter((name) => !name.startsWith('.')).sort();
    },
    async read(name) {
      for (let stale = 0; ; stale++) {
        try {
          return await readFile(pathOf(name), 'utf8');
        } catch (error) {
          if (isMissing(error)) return null;
          // Replaced between opening and reading: the new one is there.
          if (!isStale(error) || stale >= MOST_STALE) throw fileError('read', pathOf(name), error);
        }
      }
    },
    async *readLines(name) {
      const path = pathOf(name);
      // Bytes of the lines that were given.
      let start = 0;
      for (let stale = 0; ; stale++) {
        try {
          const file = await open(path, 'r');
          // Bytes of the line that the blocks so far have begun.
          let begun: Buffer[] = [];
          for await (const block of file.createReadStream({ start, highWaterMark: BLOCK }) as AsyncIterable<Buffer>) {
            let from = 0;
            for (let end = block.indexOf(0x0a); end >= 0; end = block.indexOf(0x0a, from)) {
              const rest = block.subarray(from, end);
              const line = begun.length === 0 ? rest : Buffer.concat([...begun, rest]);
              begun = [];
              from = end + 1;
              start += line.length + 1;
              yield line.toString('utf8');
            }
            if (from < block.length) begun.push(block.subarray(from));
          }
          return;
        } catch (error) {
          if (isMissing(error)) return;
          // Files of rows only grow. A table that another merge has replaced is theirs from here on, as if they had
          // been a moment later.
          if (!isStale(error) || stale >= MOST_STALE) throw fileError('read', path, error);
        }
      }
    },
    async write(name, text) {
      await writeFiles(new Map([[pathOf(name), typeof text === 'string' ? text : blocks(text)]]));
    },
    async rename(from, to) {
      try {
        await rename(pathOf(from), pathOf(to));
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw fileError('rename', pathOf(from), error);
      }
    },
    async openLines(name) {
      const path = pathOf(name);
      try {
        const file = await open(path, 'a+');
        const bytes = await file.readFile();
        const whole = bytes.lastIndexOf(0x0a) + 1;
        if (whole < bytes.length) await file.truncate(whole);
        return {
          async append(line) {
            try {
              await file.appendFile(`${line}\n`);
              await file.datasync();
            } catch (error) {
              throw fileError('append to', path, error);
            }
          },
          close: () => file.close(),
        };
      } catch (error) {
        throw fileError('open', path, error);
      }
    },
    // Everyone who wants the lock leaves a file of its own, then looks for living others. Two that start at the same
    // moment may both give way; both going on is impossible, with no step that must be atomic across machines but
    // making a file: who makes one in a directory reads that directory anew (decisions/0223).
    async lock(name) {
      const mine = await thisProcess();
      const prefix = `.${name}${LOCK_MARK}`;
      // Containers may share name and process number: a name that nobody else takes.
      const own = `${prefix}${mine.host}-${mine.pid}-${randomUUID()}`;
      const path = pathOf(own);
      const text = JSON.stringify(mine);
      try {
        await writeLock(path, text);
      } catch (error) {
        throw fileError('write', path, error);
      }
      const release = (): Promise<void> => unlink(path).catch(() => undefined);
      const lost = (): BusyError => new BusyError(
        `study: this process was taken for dead (it stood still, or ${directory} was out of reach) and no longer has ` +
          `${name}; its rows are kept, start it again`,
      );
      try {
        const { touched: now } = await freshly(path);
        for (const other of await readdir(directory)) {
          if (!other.startsWith(prefix) || other === own) continue;
          if (await isAlive(pathOf(other), now)) {
            throw new BusyError(
              `study: another process works on ${name} in ${directory} (${other.slice(prefix.length)}); wait for it, ` +
                'stop it, or take another shard',
            );
          }
          await unlink(pathOf(other)).catch(() => undefined);
        }
      } catch (error) {
        await release();
        throw isMissing(error) ? lost() : error;
      }
      // Written, not touched: the time of a write is the server's, that of a touch comes from this machine's clock.
      const beat = setInterval(() => void rewrite(path, text).catch(() => undefined), LOCK_EXPIRES / 3);
      beat.unref();
      return {
        writer: mine.host.replace(/[^\w+-]+/g, '-'),
        async check() {
          try {
            await (await open(path, 'r')).close();
          } catch (error) {
            throw isGone(error) ? lost() : fileError('read', path, error);
          }
        },
        async release() {
          clearInterval(beat);
          await release();
        },
      };
    },
  };
  return store;
}
