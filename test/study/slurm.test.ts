import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSession, type NodeSessionOptions } from '../../src/node.js';
import { mergeStudy } from '../../src/study/merge.js';
import {
  indexList, openTasks, parseArraySize, parseJobId, parseQueue, shellWord, tasksOf, type QueuedTask,
} from '../../src/study/slurm.js';
import { slurmStudy, type SlurmPrograms } from '../../src/study/slurm-study.js';
import { memoryStore } from '../../src/study/store.js';
import { derivePlan, openStudy, readRows } from '../../src/study/study.js';
import { workStudy } from '../../src/study/work.js';
import { idle, modelEvaluate, smallSpec } from './model.js';

/** What Slurm 22.05.8 printed, of a study whose first two of three tasks ran. */
const QUEUE = '1|3|PENDING|Resources\n2|N/A|PENDING|Dependency\n1|1|RUNNING|None\n1|2|RUNNING|None\n';
const CONFIG = 'Configuration data as of 2026-11-26T12:48:22\nMailProg                = /usr/bin/mail\n' +
  'MaxArraySize            = 101\nMaxDBDMsgs              = 20004\n';

/** A Slurm that keeps what it is given. */
function fakeSlurm(): SlurmPrograms & { jobs: { script: string; options: readonly string[] }[]; queued: QueuedTask[] } {
  const jobs: { script: string; options: readonly string[] }[] = [];
  return {
    jobs, queued: [],
    async queue() {
      return this.queued;
    },
    arraySize: async () => 1001,
    submit: async (script, options) => String(jobs.push({ script, options })),
  };
}

const dist = new URL('../../dist/', import.meta.url);
const open = (options: NodeSessionOptions) =>
  openSession({ ...options, wasmUrl: new URL('core.wasm', dist), workerUrl: new URL('worker.node.js', dist) });

const place = { name: 'small', spec: '/shared/it\'s here/small.yaml', directory: '/shared/out' };

describe('studies on Slurm, without one', () => {
  it('[exact] reads what Slurm printed', () => {
    expect(parseQueue(QUEUE)).toEqual([
      { job: '1', task: 3, state: 'PENDING', reason: 'Resources' },
      { job: '2', task: null, state: 'PENDING', reason: 'Dependency' },
      { job: '1', task: 1, state: 'RUNNING', reason: 'None' }, { job: '1', task: 2, state: 'RUNNING', reason: 'None' },
    ]);
    expect(parseQueue('')).toEqual([]);
    expect(() => parseQueue('JOBID PARTITION\n')).toThrow(/squeue printed a line of another form/);
    expect([parseJobId('5\n'), parseJobId('17;cluster\n')]).toEqual(['5', '17']);
    expect(() => parseJobId('Submitted batch job 5')).toThrow(/no job number/);
    expect([parseArraySize(CONFIG), parseArraySize('')]).toEqual([101, null]);
  });

  it('[law] lists of indices name each index once', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 })), (numbers) => {
      const sorted = numbers.slice().sort((a, b) => a - b);
      const back = indexList(sorted).split(',').filter((part) => part !== '').flatMap((part) => {
        const [from, to = from] = part.split('-').map(Number);
        return Array.from({ length: to - from + 1 }, (_, k) => from + k);
      });
      expect(back).toEqual(sorted);
    }));
  });

  it('[law] tasks have two structures at least, no more tasks than indices, and take the time that is meant', () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 2, max: 100_001 }),
      fc.double({ min: 1e-3, max: 1e4, noNaN: true }),
      fc.option(fc.integer({ min: 1, max: 500 })), (structures, arraySize, seconds, chunk) => {
        const round = { structures, conduct: structures, table: 0, title: '' };
        const { tasks, seconds: each } = tasksOf(round, { describe: seconds, conduct: 0 }, 1, chunk, arraySize);
        expect(tasks).toBeGreaterThanOrEqual(1);
        expect(tasks).toBeLessThanOrEqual(arraySize - 1);
        if (structures > 1) expect(structures / tasks).toBeGreaterThanOrEqual(2);
        expect((each * tasks) / (structures * seconds)).toBeCloseTo(1, 9);
      },
    ));
    const round = { structures: 1000, conduct: 0, table: 0, title: '' };
    expect(tasksOf(round, { describe: 12, conduct: 100 }, 1, null, 1001)).toEqual({ tasks: 10, seconds: 1200 });
    expect(tasksOf(round, { describe: 12, conduct: 100 }, 4, null, 1001).tasks).toBe(2);
  });

  it('[law] words of a shell are what they were', async () => {
    const { execFileSync } = await import('node:child_process');
    for (const text of ['plain/path-1.yaml', 'it\'s "here" $HOME `x` \\ *', 'two\nlines', '']) {
      expect(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' })).toBe(text);
    }
  });

  it('[law] submits what lacks rows and is not in the queue, round by round, until the table is there', async () => {
    const study = await openStudy(smallSpec(), memoryStore(), { version: '1.2.3' });
    const slurm = fakeSlurm();
    const run = { threads: 1, memoryBytes: 2 ** 30, openSession: open };
    const submit = (careful = false) => slurmStudy(study, {
      settings: { program: 'voxelith', cpus: 2, chunk: 6, lines: ['--account=abc'], setup: ['module load node'] },
      place, run, programs: slurm, careful,
    });
    // 2 points: 30 structures in the first round, 12 in the second.
    const first = await submit();
    expect(first.state.rounds.map(({ tasks }) => tasks)).toEqual([5, 2]);
    expect(slurm.jobs).toEqual([
      { script: '/shared/out/slurm/work-1.sbatch', options: ['--array=1-5'] },
      { script: '/shared/out/slurm/merge-1.sbatch', options: ['--dependency=afterany:1'] },
    ]);
    const script = (await study.store.read('slurm/work-1.sbatch'))!;
    expect(script).toContain('#SBATCH --account=abc\nset -eu\nmodule load node\nexec voxelith study work ' +
      `'/shared/it'\\''s here/small.yaml' --out /shared/out --shard "$SLURM_ARRAY_TASK_ID/5" --wait 300 --threads 2`);
    // All of it waits: nothing is submitted again, not even behind it.
    slurm.queued = [1, 2, 3, 4, 5].map((task) => ({ job: '1', task, state: 'PENDING', reason: 'Priority' }));
    slurm.queued.push({ job: '2', task: null, state: 'PENDING', reason: 'Dependency' });
    expect((await submit()).submitted).toBeNull();
    expect(slurm.jobs).toHaveLength(2);
    // Three are done, one runs, one was lost.
    for (const index of [1, 2, 3]) {
      await workStudy(study, { shard: { index, count: 5 }, sessions: [idle], evaluate: modelEvaluate });
    }
    slurm.queued = [{ job: '1', task: 4, state: 'RUNNING', reason: 'None' }, {
      job: '1', task: 5, state: 'COMPLETING', reason: 'None',
    }];
    expect((await submit()).submitted).toMatchObject({ tasks: [5], array: '3', merge: '4' });
    const rows = await readRows(study);
    expect(openTasks(derivePlan(study, rows), rows, 5)).toEqual([4, 5]);
    // Those that bring nothing are not submitted for ever by themselves; by hand they are.
    slurm.queued = [];
    await submit(true);
    await submit(true);
    await expect(submit(true)).rejects.toThrow(/2 tasks of round 1 lack rows, and the last 3 arrays brought none/);
    await submit();
    for (const index of [4, 5]) {
      await workStudy(study, { shard: { index, count: 5 }, sessions: [idle], evaluate: modelEvaluate });
    }
    expect((await submit(true)).submitted).toMatchObject({ tasks: [1, 2] });
    expect(slurm.jobs.at(-2)!.script).toBe('/shared/out/slurm/work-2.sbatch');
    for (const index of [1, 2]) {
      await workStudy(study, { shard: { index, count: 2 }, sessions: [idle], evaluate: modelEvaluate });
    }
    const before = slurm.jobs.length;
    const { merged, submitted } = await submit(true);
    expect([merged?.table?.rows.length, submitted, slurm.jobs.length])
      .toEqual([(await mergeStudy(study)).table!.rows.length, null, before]);
  });

  it('without Slurm the scripts are written all the same, and --submit says what was looked for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'voxelith-slurm-'));
    const study = await openStudy(smallSpec(), memoryStore(), { version: '1.2.3' });
    const run = { threads: 1, memoryBytes: 2 ** 30, openSession: open };
    const { scripts } = await slurmStudy(study, { settings: { program: 'voxelith' }, place, run, programs: null });
    expect(scripts).toEqual(
      ['slurm/work-1.sbatch', 'slurm/merge-1.sbatch', 'slurm/work-2.sbatch', 'slurm/merge-2.sbatch'],
    );
    const { slurmQueue } = await import('../../src/study/slurm.node.js');
    const path = process.env.PATH;
    process.env.PATH = folder;
    await expect(slurmQueue()).rejects.toThrow(/^study slurm: squeue was looked for in PATH and not found: .*--submit/);
    process.env.PATH = path;
    await rm(folder, { recursive: true });
  });
});
