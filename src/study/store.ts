// Where a study lives: a few small files and append-only row files. One implementation on disk (store.node.ts), one in
// memory for pages and tests.
import { VoxelithError } from '../core/errors.js';

/** An append-only file of lines; a line is durable when `append` resolves. */
export interface LineFile {
  /** Adds a line. */
  append(line: string): Promise<void>;
  close(): Promise<void>;
}

/** Where a study lives: a few small files and append-only files of rows. `memoryStore` and, in Node, `openDirectory`
 *  make one. */
export interface StudyStore {
  /** For messages: a directory, or "memory". */
  readonly location: string;
  /** Names of all files. */
  list(): Promise<string[]>;
  /** The text of a file, or null when there is none. */
  read(name: string): Promise<string | null>;
  /** The whole lines of a file one after another, without their ends; none when there is no file. What follows the last
   *  line end was torn off when a process was killed. */
  readLines(name: string): AsyncIterable<string>;
  /** Replaces a file as a whole by a text or by its pieces: readers see the old text or the new one, never a part. */
  write(name: string, text: string | Iterable<string>): Promise<void>;
  /** Gives a file another name and replaces what had it; nothing happens when there is no such file.
   *  @returns whether there was one */
  rename(from: string, to: string): Promise<boolean>;
  /** Opens for appending; what a killed process left behind the last line end is cut off first. */
  openLines(name: string): Promise<LineFile>;
  /** Claims `name` for this process until it is released.
   *  @throws BusyError when a living process holds it; the claim of a dead one is removed. */
  lock(name: string): Promise<StoreLock>;
}

/** The claim of a process to a store. */
export interface StoreLock {
  /** Names this machine in files that no other may write; empty in memory. */
  readonly writer: string;
  /** @throws BusyError when the claim is lost: others took this process for dead */
  check(): Promise<void>;
  /** Gives it up. */
  release(): Promise<void>;
}

/** Another living process works on the same shard. */
export class BusyError extends VoxelithError {
  override name = 'BusyError';
}

/** Text up to and with the last line end. */
export function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

/** A study store in memory, which is gone with the page or process. */
export function memoryStore(): StudyStore {
  const files = new Map<string, string>();
  const locks = new Set<string>();
  return {
    location: 'memory',
    list: async () => [...files.keys()].sort(),
    read: async (name) => files.get(name) ?? null,
    async *readLines(name) {
      yield* wholeLines(files.get(name) ?? '').split('\n').slice(0, -1);
    },
    write: async (name, text) => void files.set(name, typeof text === 'string' ? text : [...text].join('')),
    async rename(from, to) {
      const text = files.get(from);
      if (text === undefined) return false;
      files.set(to, text);
      return files.delete(from);
    },
    async openLines(name) {
      files.set(name, wholeLines(files.get(name) ?? ''));
      return {
        append: async (line) => void files.set(name, `${files.get(name)}${line}\n`),
        close: async () => undefined,
      };
    },
    async lock(name) {
      if (locks.has(name)) throw new BusyError(`study: ${name} is being worked on already`);
      locks.add(name);
      return { writer: '', check: async () => undefined, release: async () => void locks.delete(name) };
    },
  };
}
