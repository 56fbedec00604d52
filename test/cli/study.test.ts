import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/io/csv.js';
import { decodeParquet } from '../../src/io/parquet-read.js';
import { scratchFolder, stopped, voxelith } from './cli.js';

const folder = scratchFolder();
const at = (...names: string[]): string => join(folder, ...names);
// 1 point: 1 interpolated, 7 for the gradient, 16 steps.
const STUDY =
  'name: tiny\nscenarios: [bm01, bm10]\nt: [1/2]\nsize: 24\ngradient: {realisations: 1}\nsteps: {h: [-0.1, 0.1], ' +
    'hConstrictivity: [-0.025, 0.025]}\n';
writeFileSync(at('tiny.yaml'), STUDY);
const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

describe('voxelith study', () => {
  it('[law] plan, work, merge, twice, by two shards, give the same table as run', async () => {
    const study = (command: string, ...more: string[]): ReturnType<typeof voxelith> =>
      voxelith('study', command, at('tiny.yaml'), '--out', at('shards'), '--json', '--quiet', ...more);
    expect(json((await study('plan')).stdout))
      .toMatchObject({ counts: { rounds: [{ structures: 8 }, { structures: 16 }], total: 24, table: 17 }, open: 24 });
    for (const round of [1, 2]) {
      expect(json((await study('work', '--shard', '1/2')).stdout))
        .toMatchObject({ round, computed: round === 1 ? 4 : 8 });
      const half = await study('merge');
      expect([half.code, half.stderr]).toEqual(
        [1, expect.stringMatching(/^error: round \d: \d+ of \d+ structures are missing, e\.g\. bm01-bm10\/t1.*\n$/)],
      );
      expect(json(half.stdout)).toMatchObject({ complete: false, roundsPlanned: round });
      await study('work', '--shard', '2/2');
      expect(json((await study('merge')).stdout)).toMatchObject({ complete: round === 2, roundsPlanned: 2 });
    }
    expect(json((await study('status')).stdout)).toMatchObject({ done: 24, total: 24 });
    // One file for each machine that writes.
    const name = readdirSync(at('shards')).find((file) => file.startsWith('rows-2-of-2'))!;
    const rows = readFileSync(at('shards', name), 'utf8');
    const whole = readFileSync(at('shards/table.csv'), 'utf8');
    expect(json((await study('merge', '--table', at('same.csv'))).stdout)).toMatchObject({ written: at('same.csv') });
    await study('merge', '--table', at('same.parquet'));
    expect(readFileSync(at('same.csv'), 'utf8')).toBe(whole);
    expect((await decodeParquet('same', readFileSync(at('same.parquet')))).rows).toHaveLength(17);
    writeFileSync(at('shards', name), rows.replace(/"mFactor2":0\.\d/, '"mFactor2":0.9'));
    const stale = await study('merge', '--partial');
    expect([stale.code, stale.stderr]).toEqual([0, '']);
    expect(json(stale.stdout)).toMatchObject({
      complete: false, missing: 1, staleTable: at('shards/table.stale.csv'),
      partialTable: at('shards/table.partial.csv'),
    });
    expect([existsSync(at('shards/table.csv')), readFileSync(at('shards/table.stale.csv'), 'utf8')])
      .toEqual([false, whole]);
    expect(parseCsv('partial', readFileSync(at('shards/table.partial.csv'), 'utf8')).rows).toHaveLength(16);
    const named = await voxelith('study', 'merge', at('tiny.yaml'), '--out', at('shards'));
    expect([named.code, named.stdout]).toEqual([1, '']);
    expect(named.stderr).toMatch(
      /^damaged rows are passed over.*rows-2-of-2.*\.jsonl:\d+\nerror: round 2: 1 of 16 structures are missing.*\n$/,
    );
    writeFileSync(at('shards', name), rows);
    expect((await study('merge')).code).toBe(0);

    const run = await voxelith(
      'study', 'run', at('tiny.yaml'), '--out', at('run'), '--report', at('report.html'), '--json', '--quiet',
    );
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(run.stdout.trim().split('\n')).toHaveLength(1);
    expect(json(run.stdout))
      .toMatchObject({ name: 'tiny', counts: { total: 24 }, table: at('run/table.csv'), report: at('report.html') });
    expect(readFileSync(at('run/table.csv'), 'utf8')).toBe(readFileSync(at('shards/table.csv'), 'utf8'));
    expect(parseCsv('table.csv', readFileSync(at('run/table.csv'), 'utf8')).rows).toHaveLength(17);
    const html = readFileSync(at('report.html'), 'utf8');
    expect(html).toContain('Reproducibility');
    expect(html.match(/<image /g)).toHaveLength(2);
  });

  it('[law] Ctrl-C keeps what is finished and the same command goes on', async () => {
    writeFileSync(at('long.yaml'), STUDY.replace('size: 24', 'size: 64').replace('name: tiny', 'name: long'));
    const args = ['study', 'run', at('long.yaml'), '--out', at('long')];
    const moment = { folder: at('long'), files: /^rows.*jsonl$/, lines: 2 };
    const outcome = await stopped('SIGINT', moment, ...args);
    expect(outcome).toMatchObject({ code: 130, stdout: '' });
    expect(outcome.stderr)
      .toMatch(/(^|\n)finished structures are kept; the same command goes on\nerror: .*cancelled by the caller\n$/);
    expect(existsSync(at('long/table.csv'))).toBe(false);
    const rest = await voxelith(...args, '--json');
    expect(rest.code).toBe(0);
    expect(json(rest.stdout)).toMatchObject({ counts: { total: 24 } });
  });

  it('[law] bad studies are refused in one line each, with their place in the file, exit 2', async () => {
    writeFileSync(at('typo.yaml'), STUDY.replace('scenarios', 'scenarois'));
    writeFileSync(at('two.yaml'), STUDY.replace('1/2', '3/2').replace('24', '-24'));
    writeFileSync(at('broken.yaml'), 'name: [tiny\n');
    writeFileSync(at('changed.yaml'), STUDY.replace('size: 24', 'size: 26'));
    const before = readdirSync(folder).sort();
    const wrong: [string[], RegExp][] = [
      [
        ['run', at('typo.yaml'), '--out', at('none')],
        /^error: .*typo\.yaml:2:1: .*"scenarois"; did you mean "scenarios"\?\n$/,
      ],
      [
        ['run', at('two.yaml'), '--out', at('none')],
        /^error: .*two\.yaml:\d+:\d+: .*\nerror: .*two\.yaml:\d+:\d+: .*\n$/,
      ],
      [['plan', at('broken.yaml'), '--out', at('none')], /^error: .*broken\.yaml:\d+:\d+: .*\n$/],
      [
        ['run', at('nothing.yaml'), '--out', at('none')],
        /^error: .*nothing\.yaml: cannot be read: no such file or directory\n$/,
      ],
      [['run', at('tiny.yaml'), '--out', join(at('tiny.yaml'), 'x')], /^error: .*the directory cannot be made: .*\n$/],
      [['run', at('tiny.yaml'), '--out', '/proc/voxelith'], /^error: .*the directory cannot be made: .*\n$/],
      [
        ['run', at('tiny.yaml'), '--out', at('run'), '--report', join(at('tiny.yaml'), 'r.html')],
        /^error: .*r\.html: cannot be written.*\n$/,
      ],
      [
        ['run', at('changed.yaml'), '--out', at('run')],
        /^error: .*other settings.*\n {2}size: \[24,24,24\] → \[26,26,26\]\n$/,
      ],
      [['status', at('tiny.yaml'), '--out', at('none')], /^error: .*no study was begun here.*\n$/],
      [['work', at('tiny.yaml'), '--out', at('run'), '--shard', '3/2'], /^error: shard must be i\/N.*\n$/],
      [['walk', at('tiny.yaml')], /^error: unknown command 'walk' \(Did you mean work\?\)\n$/],
    ];
    const outcomes = await Promise.all(wrong.map(([args]) => voxelith('study', ...args, '--json')));
    for (const [i, [args, message]] of wrong.entries()) {
      const { code, stdout, stderr } = outcomes[i];
      expect([args, code, stdout]).toEqual([args, 2, '']);
      expect(stderr).toMatch(message);
    }
    expect(readdirSync(folder).sort()).toEqual(before);
  });
});
