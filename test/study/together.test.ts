// Several processes on one study at once. Hosts are stores of their own, or processes with other names.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { mergeStudy, TABLE_FILE } from '../../src/study/merge.js';
import { planRound1 } from '../../src/study/plans.js';
import { parseStudySpec } from '../../src/study/spec.js';
import { BusyError } from '../../src/study/store.js';
import { openDirectory } from '../../src/study/store.node.js';
import { openStudy, type Study } from '../../src/study/study.js';
import { workStudy, type Evaluate } from '../../src/study/work.js';
import { idle, modelEvaluate, smallSpec } from './model.js';

const root = await mkdtemp(join(tmpdir(), 'voxelith-together-'));
afterAll(() => rm(root, { recursive: true, force: true }));
let serial = 0;
const fresh = (): string => join(root, `s${serial++}`);
const spec = smallSpec();
const open = async (directory: string, of = spec): Promise<Study> =>
  openStudy(of, await openDirectory(directory), { version: 'test' });
const work = (study: Study, index: number, count: number, evaluate: Evaluate = modelEvaluate) =>
  workStudy(study, { shard: { index, count }, sessions: [idle], evaluate });

const nothing: Evaluate = async () => ({ values: {}, problems: [], seconds: { describe: 1, conduct: 0 } });

/** The lines of all rows in a directory. */
async function rowLines(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => /^rows.*\.jsonl$/.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
  return texts.flatMap((text) => text.split('\n').slice(0, -1));
}
const idsOf = (lines: readonly string[]): string[] => lines.map((line) => JSON.parse(line).id as string).sort();
const planned = (of = spec): string[] => planRound1(of).map(({ id }) => id).sort();

describe('several processes on one study', () => {
  it('[law] a shard that is started twice: the second is told who has it, rows are there once', async () => {
    const directory = fresh();
    const [a, b] = [await open(directory), await open(directory)];
    let asked: Promise<unknown> | null = null;
    const first = await work(a, 1, 1, async (...args) => {
      asked ??= work(b, 1, 1).catch((error: unknown) => error);
      await asked;
      return modelEvaluate(...args);
    });
    expect(await asked).toBeInstanceOf(BusyError);
    expect(String(await asked)).toMatch(/another process works on rows in .*; wait for it, stop it, or take another/);
    expect(first.computed).toBe(planned().length);
    expect(idsOf(await rowLines(directory))).toEqual(planned());
  });

  it('[law] a shard that is started twice at the same moment: two never work, though both may give way', async () => {
    const directory = fresh();
    const studies = [await open(directory), await open(directory)];
    const ends = await Promise.allSettled(studies.map((study) => work(study, 1, 1)));
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toBeInstanceOf(BusyError);
    if (ends.every(({ status }) => status === 'rejected')) await work(studies[0], 1, 1);
    const ids = idsOf(await rowLines(directory));
    expect(ids.filter((id) => planned().includes(id))).toEqual(planned());
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('[law] two merges at once: both have the table, and it is whole', async () => {
    const directory = fresh();
    const studies = [await open(directory), await open(directory)];
    await work(studies[0], 1, 1);
    await Promise.all(studies.map((study) => mergeStudy(study)));
    await work(studies[0], 1, 1);
    const [one, two] = await Promise.all(studies.map((study) => mergeStudy(study)));
    expect(one.table).not.toBeNull();
    expect(two.table).toEqual(one.table);
    const text = await readFile(join(directory, TABLE_FILE), 'utf8');
    const apart = await open(fresh());
    for (const _round of [1, 2]) {
      await work(apart, 1, 1);
      await mergeStudy(apart);
    }
    expect(text).toBe(await apart.store.read(TABLE_FILE));
    expect((await readdir(directory)).filter((name) => name.startsWith('.') || name.includes('tmp'))).toEqual([]);
  });

  it('[law] a host is killed at work while another works on: nothing is lost, nothing is there twice', async () => {
    const directory = fresh();
    const given = {
      name: 'points', size: 8, structure: { model: 'chi2' },
      plan: { kind: 'sobol', points: 400, vary: { alpha: [0.1, 0.2], lambda: [1, 2] }, conduct: false },
    };
    const points = parseStudySpec(given);
    await writeFile(join(root, 'points.json'), JSON.stringify(given));
    const mine = await open(directory, points);
    const script = fileURLToPath(new URL('other-host.mjs', import.meta.url));
    const other = spawn(process.execPath, [script, directory, '0', join(root, 'points.json')]);
    const gone = once(other, 'exit');
    while ((await rowLines(directory)).length < 3) await setTimeout(10);
    const { computed } = await work(mine, 2, 2, async (...args) => {
      if (args[2].id === 'sobol/p20/0') other.kill('SIGKILL');
      return nothing(...args);
    });
    expect(computed).toBe(200);
    expect((await gone)[1]).toBe('SIGKILL');
    const kept = await rowLines(directory);
    expect(kept.length).toBeLessThan(400);
    // Until two minutes are over nobody can tell that host from a slow one.
    await expect(work(mine, 1, 2)).rejects.toThrow(/another process works on rows-1-of-2 .*other-host/);
    const [lock] = (await readdir(directory)).filter((name) => name.startsWith('.rows-1-of-2.lock-'));
    const then = new Date(Date.now() - 600_000);
    await utimes(join(directory, lock), then, then);
    expect((await work(mine, 1, 2, nothing)).computed).toBe(400 - kept.length);
    const all = await rowLines(directory);
    expect(idsOf(all)).toEqual(planned(points));
    expect(all).toEqual(expect.arrayContaining(kept));
    expect((await mergeStudy(mine)).table?.rows).toHaveLength(400);
  });
});
