// A study on a real Slurm, whose node fails in the middle.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCluster, whyNoSlurm, type Cluster } from './cluster.js';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const reason = whyNoSlurm();
if (reason !== null) console.warn(`Slurm is left out: ${reason}`);

const folder = mkdtempSync('/tmp/vx-slurm-');
const at = (...names: string[]): string => join(folder, ...names);
let cluster: Cluster;
beforeAll(async () => {
  if (reason === null) cluster = await startCluster(folder);
});
afterAll(async () => {
  await cluster?.stop();
  if (!process.env.KEEP_SLURM) rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const voxelith = (...args: readonly string[]): Promise<Answer> => new Promise((resolve) => {
  execFile(process.execPath, [main, ...args], { env: cluster.env }, (error, stdout, stderr) =>
    resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }));
});

const status = async (study: string, out: string) => JSON.parse(
  (await voxelith('study', 'status', study, '--out', out, '--json')).stdout,
);

/** Lines of all row files. */
const rowsIn = (out: string): Record<string, unknown>[] => readdirSync(out)
  .filter((name) => /^rows.*\.jsonl$/.test(name))
  .flatMap((name) => readFileSync(join(out, name), 'utf8').trimEnd().split('\n'))
  .filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);

async function until(what: string, done: () => boolean | Promise<boolean>): Promise<void> {
  for (let k = 0; k < 600; k++) {
    if (await done()) return;
    await pause(250);
  }
  throw new Error(`${what} did not come about`);
}

/** One point: 1 interpolated, 14 for the gradients, 16 steps. */
const STUDY = (size: number): string => `name: failing node\nscenarios: [bm01, bm10]\nt: [1/2]\nsize: ${size}
gradient: {realisations: 2}\nsteps: {h: [-0.1, 0.1], hConstrictivity: [-0.025, 0.025]}\n`;

describe.skipIf(reason !== null)('studies on Slurm', () => {
  it('[law] a node that fails in the middle loses nothing, and nothing is computed twice: the table is that of one ' +
      'machine', async () => {
    writeFileSync(at('study.yaml'), STUDY(72));
    const out = at('out of', 'the study');
    const args = ['study', 'slurm', at('study.yaml'), '--out', out, '--cpus', '1', '--chunk', '4', '--mem', '1800M'];
    const submitted = await voxelith(...args, '--submit', '--json', '--quiet');
    expect([submitted.code, submitted.stderr]).toEqual([0, '']);
    const { rounds, submitted: array } = JSON.parse(submitted.stdout);
    expect(rounds.map(({ tasks }: { tasks: number }) => tasks)).toEqual([3, 4]);
    expect(array).toMatchObject({ tasks: [1, 2, 3], rows: 0 });
    // What is in the queue is not submitted again.
    const again = JSON.parse((await voxelith(...args, '--submit', '--json', '--quiet')).stdout);
    expect(again.submitted).toBeNull();
    expect(again.queued.length).toBeGreaterThan(0);
    await until('a row', () => rowsIn(out).length > 0);
    await cluster.failNode();
    const before = rowsIn(out).length;
    await pause(2000);
    // Nobody works; what is in the queue is known all the same.
    expect(rowsIn(out).length).toBe(before);
    expect((await status(at('study.yaml'), out)).slurm).toMatchObject({ round: 1, open: [1, 2, 3], merges: true });
    await cluster.bringBackNode();
    await until('the table', () => readdirSync(out).includes('table.csv'));
    const rows = rowsIn(out);
    expect(rows.length).toBe(31);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(31);
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(15);
    const state = JSON.parse(readFileSync(join(out, 'slurm.json'), 'utf8'));
    const submissions: { tasks: number[] }[][] = state.rounds.map(
      (round: { submissions: { tasks: number[] }[] }) => round.submissions,
    );
    // The tasks that were lost were submitted once more, by the job behind them.
    expect(submissions[0].length).toBeGreaterThan(1);
    expect(submissions[0][0].tasks).toEqual([1, 2, 3]);
    expect((await voxelith('study', 'run', at('study.yaml'), '--out', at('local'), '--quiet')).code).toBe(0);
    expect(readFileSync(join(out, 'table.csv'), 'utf8')).toBe(readFileSync(at('local', 'table.csv'), 'utf8'));
    await until('an empty queue', async () => (await cluster.ask('squeue', '--noheader')).trim() === '');
    expect((await voxelith(...args, '--submit', '--quiet')).stdout).toMatch(/all rows are there, the table is written/);
  });
});
