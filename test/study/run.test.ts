// The study end to end on the real kernels, in tiny windows.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openSession } from '../../src/node.js';
import { bytesPerStructure, evaluateStructure } from '../../src/study/evaluate.js';
import { mergeStudy, TABLE_FILE } from '../../src/study/merge.js';
import { countStudy, planRound1 } from '../../src/study/plans.js';
import { runStudy, workShard, type StudyEstimate, type StudyRunOptions } from '../../src/study/run.js';
import { parseStudySpec } from '../../src/study/spec.js';
import { memoryStore } from '../../src/study/store.js';
import { openDirectory } from '../../src/study/store.node.js';
import { openStudy } from '../../src/study/study.js';
import { testSession } from '../session.js';
import { stopping } from '../stop.js';

const settings = {
  name: 'mini', size: 24, edges: [['bm01', 'bm10']], t: [0.5], gradient: { realisations: 2 },
  steps: { descriptors: ['volumeFraction1', 'specificSurfaceArea2'], h: [-0.05, 0.05] },
};
const spec = parseStudySpec(settings);
const version = 'test';
const dist = new URL('../../dist/', import.meta.url);
const options = (threads: number): StudyRunOptions => ({
  threads,
  memoryBytes: 2 ** 30,
  openSession: (session) =>
    openSession({ ...session, wasmUrl: new URL('core.wasm', dist), workerUrl: new URL('worker.node.js', dist) }),
});
const root = await mkdtemp(join(tmpdir(), 'voxelith-study-'));
afterAll(() => rm(root, { recursive: true, force: true }));

async function table(threads: number): Promise<string> {
  const study = await openStudy(spec, memoryStore(), { version });
  await runStudy(study, options(threads));
  return (await study.store.read(TABLE_FILE)) as string;
}
const reference = table(1);

describe('study run', () => {
  it('[law] 0 ≤ M ≤ ε, τ ≥ 1, 0 ≤ β ≤ 1 in every row, and the estimate covers both rounds', async () => {
    const study = await openStudy(spec, memoryStore(), { version });
    let estimate: StudyEstimate | null = null;
    const result = await runStudy(study, { ...options(2), onEstimate: (value) => void (estimate = value) });
    const counts = countStudy(spec);
    expect(estimate!).toMatchObject({ counts, open: counts.total, source: 'calibration' });
    expect(estimate!.seconds).toBeGreaterThan(0);
    expect(result.failures).toEqual([]);
    expect(result.table.rows).toHaveLength(counts.table);
    for (const row of result.table.rows) {
      for (const phase of [1, 2]) {
        const value = (name: string): number => row[`${name}${phase}`] as number;
        expect(value('mFactor')).toBeGreaterThanOrEqual(0);
        expect(value('mFactor')).toBeLessThanOrEqual(value('volumeFraction'));
        expect(value('constrictivity')).toBeGreaterThanOrEqual(0);
        expect(value('constrictivity')).toBeLessThanOrEqual(1);
        if (!Number.isNaN(value('meanGeodesicTortuosity'))) {
          expect(value('meanGeodesicTortuosity')).toBeGreaterThanOrEqual(1);
        }
      }
    }
  });

  it('[law] the same bytes on one thread and on two', async () => {
    expect(await table(2)).toBe(await reference);
  });

  it('[law] the same bytes from three shards', async () => {
    const study = await openStudy(spec, await openDirectory(join(root, 'shards')), { version });
    for (const _round of [1, 2]) {
      for (const index of [1, 2, 3]) await workShard(study, { index, count: 3 }, options(1));
      await mergeStudy(study);
    }
    expect(await study.store.read(TABLE_FILE)).toBe(await reference);
  });

  it('[law] killed with -9 in both rounds and torn, a rerun continues and gives the same bytes', async () => {
    const file = join(root, 'spec.json');
    await writeFile(file, JSON.stringify(settings));
    const directory = join(root, 'killed');
    const rows = join(directory, 'rows.jsonl');
    const lines = async (): Promise<number> => (await readFile(rows, 'utf8')).split('\n').length - 1;
    const child = async (...options: string[]): Promise<unknown[]> => {
      const script = fileURLToPath(new URL('run-child.mjs', import.meta.url));
      const run = spawn(process.execPath, [...options, script, file, directory, '1'], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      return once(run, 'exit');
    };
    const { rounds: [{ structures: round1 }], total } = countStudy(spec);
    for (const kill of [3, round1 + 1]) {
      const moment = { folder: directory, files: /^rows\.jsonl$/, lines: kill };
      expect(await child(...stopping('SIGKILL', moment))).toEqual([null, 'SIGKILL']);
      expect(await lines()).toBe(kill);
      await writeFile(rows, `${await readFile(rows, 'utf8')}{"specHash":"torn`);
    }
    expect(existsSync(join(directory, TABLE_FILE))).toBe(false);
    expect(await child()).toEqual([0, null]);
    expect(await readFile(join(directory, TABLE_FILE), 'utf8')).toBe(await reference);
    // Nothing that was finished before a kill was computed twice.
    expect(await lines()).toBe(total);
  });

  it('[law] the structures of a difference share their random numbers: ' +
      'λ + δ only takes voxels away from a phase', async () => {
    const session = await testSession({ threads: 1 });
    const [base, moved] = ['base', 'lambdaX']
      .map((name) => planRound1(spec).find(({ id }) => id.endsWith(`gradient/${name}/1`))!);
    const [a, b] = [await evaluateStructure(session, spec, base), await evaluateStructure(session, spec, moved)];
    expect(b.values.volumeFraction1).toBeLessThan(a.values.volumeFraction1 as number);
    expect(base.boxOf).toEqual(moved.boxOf);
    expect(a.values.mFactor1).toBeUndefined();
  });

  it('[law] transport.interface smooth: M by the model’s own level sets, the descriptors as before', async () => {
    const session = await testSession({ threads: 1 });
    const smooth = parseStudySpec({ ...settings, transport: { interface: 'smooth' } });
    const structure = planRound1(spec).find(({ conduct }) => conduct)!;
    const [plain, own] = [
      await evaluateStructure(session, spec, structure), await evaluateStructure(session, smooth, structure),
    ];
    const { mFactor1, mFactor2, ...descriptors } = own.values;
    expect(plain.values).toMatchObject(descriptors);
    expect(mFactor1).toBeGreaterThan(1.02 * (plain.values.mFactor1 as number));
    expect(mFactor2).toBeGreaterThan(1.02 * (plain.values.mFactor2 as number));
    expect(bytesPerStructure(smooth, 1)).toBeGreaterThanOrEqual(bytesPerStructure(spec, 1));
  });

  it('a structure without a phase has values for the rest and says what is missing', async () => {
    const session = await testSession({ threads: 1 });
    const structure = planRound1(spec)[0];
    const parameters = { ...structure.parameters!, lambdaY: 22 };
    const { values, problems } = await evaluateStructure(session, spec, { ...structure, parameters });
    expect(values).toMatchObject({
      volumeFraction2: 0, specificSurfaceArea2: 0, meanGeodesicTortuosity2: null, constrictivity2: null, mFactor2: 0,
    });
    expect(values.volumeFraction1).toBeGreaterThan(0);
    expect(problems).toEqual(['meanGeodesicTortuosity2: phase 2 does not occur']);
  });
});
