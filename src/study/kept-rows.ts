// Rows that are found again by what they were computed from: a sweep that was stopped, or that has grown, computes what
// is not there yet.
import { CancelledError, CapacityError, VoxelithError } from '../core/errors.js';
import { hashOf } from './canonical.js';
import { sealedLine, unsealedLine } from './lines.js';
import type { StudyStore } from './store.js';
import { objectFrom } from '../io/voxels.js';

const FILE = 'rows.jsonl';

/** What was computed of one input; `value` is null where `error` says why there is none. */
export interface KeptRow<T> {
  readonly value: T | null;
  readonly error: string | null;
  /** Wall time, s. */
  readonly seconds: number;
}

/** Whether a row is to be computed: there is none, or it failed. */
export const isOpen = <T>(row: KeptRow<T> | null): boolean => row === null || row.error !== null;

/** Does the work of a row. What cannot be made or measured is its error: the others go on.
 *  @throws CancelledError, CapacityError, and what is no error of ours */
export async function computeRow<T>(work: () => Promise<T>): Promise<KeptRow<T>> {
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  try {
    return { value: await work(), error: null, seconds: seconds() };
  } catch (error) {
    const own = error instanceof VoxelithError;
    if (!own || error instanceof CancelledError || error instanceof CapacityError) throw error;
    return { value: null, error: error.message, seconds: seconds() };
  }
}

export interface KeptRows<T> {
  /** The row of an input that was computed by this version of the program; null: there is none. */
  of(input: unknown): KeptRow<T> | null;
  /** Keeps a row; it is durable when this resolves. */
  add(input: unknown, row: KeptRow<T>): Promise<void>;
  /** "rows.jsonl:7" of lines that are damaged: what they held is computed anew. */
  readonly damagedAt: readonly string[];
  close(): Promise<void>;
}

/** Opens the rows of a store, for one process at a time.
 *  @throws BusyError, FileError */
export async function openRows<T>(store: StudyStore, version: string): Promise<KeptRows<T>> {
  const { check, release } = await store.lock('rows');
  try {
    const rows = new Map<string, KeptRow<T>>();
    const damagedAt: string[] = [];
    let number = 0;
    for await (const line of store.readLines(FILE)) {
      number++;
      if (line.trim() === '') continue;
      const unsealed = unsealedLine(line.trim());
      const found = unsealed?.sealed ? objectFrom(unsealed.text) : null;
      if (found === null || typeof found.key !== 'string') damagedAt.push(`${FILE}:${number}`);
      else if (found.version === version) rows.set(found.key, found as unknown as KeptRow<T>);
    }
    const file = await store.openLines(FILE);
    return {
      of: (input) => rows.get(hashOf(input)) ?? null,
      async add(input, row) {
        const key = hashOf(input);
        await check();
        await file.append(sealedLine({ key, version, ...row }));
        rows.set(key, row);
      },
      damagedAt,
      async close() {
        await file.close();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}
