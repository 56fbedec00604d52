import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { FileError } from '../../src/core/errors.js';
import { BusyError } from '../../src/study/store.js';
import { openDirectory } from '../../src/study/store.node.js';

const root = await mkdtemp(join(tmpdir(), 'voxelith-store-'));
afterAll(() => rm(root, { recursive: true, force: true }));
let serial = 0;
const fresh = (): string => join(root, `s${serial++}`);

describe('study directory', () => {
  it('[law] cuts what a killed process left behind the last line end, then appends', async () => {
    const directory = fresh();
    const store = await openDirectory(directory);
    await writeFile(join(directory, 'rows.jsonl'), '{"a":"µ"}\n{"b":"');
    const lines = await store.openLines('rows.jsonl');
    await lines.append('{"c":3}');
    await lines.close();
    expect(await readFile(join(directory, 'rows.jsonl'), 'utf8')).toBe('{"a":"µ"}\n{"c":3}\n');
  });

  it('[law] reads the lines that have an end, over the seams of blocks, ' +
      'and nothing where there is no file', async () => {
    const store = await openDirectory(fresh());
    const lines = Array.from({ length: 9000 }, (_, i) => `${i} ${'µ'.repeat(i % 300)}`);
    await store.write('rows.jsonl', lines.map((line) => `${line}\n`));
    await store.write('table.csv', `${lines.join('\n')}`);
    const all = async (name: string): Promise<string[]> => {
      const found: string[] = [];
      for await (const line of store.readLines(name)) found.push(line);
      return found;
    };
    expect(await all('rows.jsonl')).toEqual(lines);
    expect(await all('table.csv')).toEqual(lines.slice(0, -1));
    expect(await all('none')).toEqual([]);
    expect([await store.rename('table.csv', 'old.csv'), await store.rename('table.csv', 'old.csv')])
      .toEqual([true, false]);
    expect(await store.list()).toEqual(['old.csv', 'rows.jsonl']);
  });

  it('replaces files as a whole and leaves no temporary file', async () => {
    const directory = fresh();
    const store = await openDirectory(directory);
    await store.write('table.csv', 'one');
    await store.write('table.csv', 'two');
    expect(await store.read('table.csv')).toBe('two');
    expect(await store.read('none')).toBeNull();
    expect(await readdir(directory)).toEqual(['table.csv']);
  });

  it('[law] a living holder keeps the lock; after it lets go, others get it', async () => {
    const directory = fresh();
    const [a, b] = [await openDirectory(directory), await openDirectory(directory)];
    const held = await a.lock('rows');
    await expect(b.lock('rows')).rejects.toThrow(BusyError);
    await (await b.lock('rows-2-of-2')).release();
    await held.check();
    await held.release();
    await (await b.lock('rows')).release();
    expect(await readdir(directory)).toEqual([]);
  });

  it.each([
    ['a process that is gone', { host: hostname(), pid: 2 ** 22 + 1, started: '1' }, 0, false],
    ['a pid that another process has taken over', { host: hostname(), pid: process.ppid, started: '1' }, 0, false],
    [
      'this pid, from before a restart of the machine or container',
      { host: hostname(), pid: process.pid, started: '1' }, 0, false,
    ],
    ['a living process', { host: hostname(), pid: process.ppid, started: null }, 0, true],
    ['another machine, touched just now', { host: 'elsewhere', pid: 1, started: '1' }, 0, true],
    ['another machine, silent for an hour', { host: 'elsewhere', pid: 1, started: '1' }, 3600, false],
  ])('[law] lock of %s', async (_, note, age, held) => {
    const directory = fresh();
    await mkdir(directory);
    const file = join(directory, '.rows.lock-x');
    await writeFile(file, JSON.stringify(note));
    const then = new Date(Date.now() - age * 1000);
    await utimes(file, then, then);
    const attempt = (await openDirectory(directory)).lock('rows');
    if (held) await expect(attempt).rejects.toThrow(/another process works on rows/);
    else await (await attempt).release();
    expect(await readdir(directory)).toEqual(held ? ['.rows.lock-x'] : []);
  });

  it('[law] a holder that others took for dead finds its lock gone, and writes no more', async () => {
    const directory = fresh();
    const [a, b] = [await openDirectory(directory), await openDirectory(directory)];
    const held = await a.lock('rows');
    await held.check();
    // What another host does once a lock was not written for two minutes.
    for (const name of await readdir(directory)) await rm(join(directory, name));
    const theirs = await b.lock('rows');
    await expect(held.check()).rejects.toThrow(/was taken for dead .* its rows are kept, start it again/);
    await theirs.check();
    await held.release();
    await theirs.check();
  });

  it('[law] two hosts: one of them works on a shard, a clock that is an hour off changes nothing', async () => {
    const directory = fresh();
    const other = fileURLToPath(new URL('other-host.mjs', import.meta.url));
    const run = promisify(execFile);
    const ask = (clock: string) => run(process.execPath, [other, directory, clock], { encoding: 'utf8' });
    const mine = await (await openDirectory(directory)).lock('rows-1-of-2');
    for (const clock of ['0', '3600', '-3600']) {
      expect((await ask(clock)).stdout).toBe('BusyError\n');
      await mine.check();
    }
    await mine.release();
    expect((await ask('-3600')).stdout).toBe('has it\n');
  });

  it('a directory that cannot be made is a FileError', async () => {
    const file = fresh();
    await writeFile(file, '');
    await expect(openDirectory(join(file, 'inside'))).rejects.toThrow(FileError);
  });
});
