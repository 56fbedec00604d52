// What NFS answers for a file that another host has replaced: ESTALE, from a handle that was opened before.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';

/** Bytes until a handle is stale, one number for each opening that is to fail. */
const failures: number[] = [];
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const stale = (): Error => Object.assign(new Error('ESTALE: stale NFS file handle, read'), { code: 'ESTALE' });
  return {
    ...real,
    async readFile(...args: Parameters<typeof real.readFile>) {
      if (failures.shift() !== undefined) throw stale();
      return real.readFile(...args);
    },
    async open(path: string, flags: string) {
      const file = await real.open(path, flags);
      const fails = flags === 'r' ? failures.shift() : undefined;
      if (fails === undefined) return file;
      return {
        createReadStream: ({ start = 0 }) => Readable.from((async function* () {
          const { buffer } = await file.read(Buffer.alloc(fails), 0, fails, start);
          await file.close();
          yield buffer;
          throw stale();
        })()),
      };
    },
  };
});
const { openDirectory } = await import('../../src/study/store.node.js');

const root = await mkdtemp(join(tmpdir(), 'voxelith-stale-'));
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(() => void failures.splice(0));
const lines = Array.from({ length: 50 }, (_, i) => `${i} ${'µ'.repeat(i)}`);

it('[law] a file that becomes stale while it is read is opened again: every line once', async () => {
  const store = await openDirectory(root);
  await store.write('rows.jsonl', lines.map((line) => `${line}\n`));
  const all = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const line of store.readLines('rows.jsonl')) found.push(line);
    return found;
  };
  for (const bytes of [[1], [3], [10, 1, 200], [500, 501, 7, 7]]) {
    failures.push(...bytes);
    expect(await all()).toEqual(lines);
    expect(failures).toEqual([]);
  }
  failures.push(1, 1);
  expect(await store.read('rows.jsonl')).toBe(lines.map((line) => `${line}\n`).join(''));
});

it('[law] a file that stays stale is an error, not a hang', async () => {
  const store = await openDirectory(root);
  failures.push(...Array<number>(1000).fill(1));
  await expect(store.read('rows.jsonl')).rejects.toThrow(/cannot read .*ESTALE/);
  await expect((async () => {
    for await (const _line of store.readLines('rows.jsonl')) continue;
  })()).rejects.toThrow(/cannot read .*ESTALE/);
});
