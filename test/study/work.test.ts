import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../src/core/errors.js';
import { mergeStudy, PARTIAL_TABLE_FILE, STALE_TABLE_FILE, TABLE_FILE } from '../../src/study/merge.js';
import { countStudy, planRound1 } from '../../src/study/plans.js';
import { formatRow, parseRow, type StudyRow } from '../../src/study/rows.js';
import { studyStatus } from '../../src/study/status.js';
import { memoryStore, type StudyStore } from '../../src/study/store.js';
import { openStudy, type Study } from '../../src/study/study.js';
import { parseShard, workStudy, type Evaluate } from '../../src/study/work.js';
import { idle, modelEvaluate, smallSpec } from './model.js';

const version = '1.2.3';
const spec = smallSpec();
const counts = countStudy(spec);
const [round1, round2] = counts.rounds.map(({ structures }) => structures);

async function finish(study: Study, shards = 1, sessions = 1, evaluate = modelEvaluate): Promise<string> {
  for (const _round of [1, 2]) {
    for (let index = 1; index <= shards; index++) {
      await workStudy(study, { shard: { index, count: shards }, sessions: Array(sessions).fill(idle), evaluate });
    }
    await mergeStudy(study);
  }
  return (await study.store.read(TABLE_FILE)) as string;
}
const open = (store: StudyStore = memoryStore(), changed = spec, as = version): Promise<Study> =>
  openStudy(changed, store, { version: as });

const rowLines = async (study: Study): Promise<string[]> =>
  ((await study.store.read('rows.jsonl')) as string).trimEnd().split('\n');

const reference = await finish(await open());

describe('study work and merge', () => {
  it('[exact] a table of all interpolated and stepped structures with the contract columns', () => {
    const [header, ...lines] = reference.trimEnd().split('\n');
    expect(lines).toHaveLength(counts.table);
    expect(header.split(',')).toEqual([
      'id', 'family', 'edge', 't', 'descriptor', 'h', 'seed', 'scenario', 'realisation',
      'alphaChiX', 'alphaChiY', 'alphaGaussX', 'alphaGaussY', 'lambdaX', 'lambdaY', 'n', 'anisotropyFactor', 'clipped',
      ...[
        1, 2,
      ].flatMap((phase) => ['volumeFraction', 'specificSurfaceArea', 'meanGeodesicTortuosity', 'stdGeodesicTortuosity',
        'constrictivity', 'mFactor'].map((name) => `${name}${phase}`)),
      'problems',
    ]);
    expect(lines[0]).toMatch(/^bm01-bm10\/t1\/interpolated\/0,interpolated,bm01-bm10,0.25,,0,1,2,0,/);
  });

  it('[law] the same bytes for any number of shards and sessions', async () => {
    expect(await finish(await open(), 3, 1)).toBe(reference);
    expect(await finish(await open(), 1, 4)).toBe(reference);
  });

  it('[law] cut at any byte, a rerun computes what is missing and gives the same bytes', async () => {
    const full = await open();
    await workStudy(full, { sessions: [idle], evaluate: modelEvaluate });
    const rows = (await full.store.read('rows.jsonl')) as string;
    for (const share of [0, 0.001, 0.31, 0.5, 0.77, 0.999]) {
      const cut = rows.slice(0, Math.floor(share * rows.length));
      const study = await open();
      await study.store.write('rows.jsonl', cut);
      const whole = cut.split('\n').length - 1;
      const { computed } = await workStudy(study, { sessions: [idle], evaluate: modelEvaluate });
      expect(computed).toBe(round1 - whole);
      expect(await finish(study)).toBe(reference);
    }
  });

  it('[law] round 2 waits for the rows of all shards', async () => {
    const study = await open();
    await workStudy(study, { shard: { index: 1, count: 2 }, sessions: [idle], evaluate: modelEvaluate });
    const half = await mergeStudy(study);
    expect([half.plan.rounds.length, half.table]).toEqual([1, null]);
    expect(half.missing).toHaveLength(Math.floor(round1 / 2));
    expect(
      (await workStudy(study, { shard: { index: 1, count: 2 }, sessions: [idle], evaluate: modelEvaluate })).computed,
    ).toBe(0);
    expect(await finish(study, 2)).toBe(reference);
  });

  it('[law] a failure is a row with NaN and its reason, tried again by the next call', async () => {
    const study = await open();
    const failing: Evaluate = async (session, ...rest) => {
      if (rest[1].id.endsWith('t2/interpolated/0')) throw new Error('no such luck, "quoted"');
      return modelEvaluate(session, ...rest);
    };
    const table = await finish(study, 1, 1, failing);
    const line = table.split('\n').find((text) => text.includes('t2/interpolated'))!;
    expect(line).toMatch(/,NaN,NaN,.*"no such luck, ""quoted"""$/);
    expect((await mergeStudy(study)).failures)
      .toEqual([{ id: 'bm01-bm10/t2/interpolated/0', error: 'no such luck, "quoted"' }]);
    expect((await studyStatus(study)).rounds[0].failures).toHaveLength(1);
    expect((await workStudy(study, { sessions: [idle], evaluate: modelEvaluate })).computed).toBe(1);
    await mergeStudy(study);
    expect(await study.store.read(TABLE_FILE)).toBe(reference);
  });

  it('[law] a changed spec is refused and the difference shown; a new name is not a change', async () => {
    const store = memoryStore();
    await open(store);
    await expect(open(store, smallSpec({ size: 20, gradient: { realisations: 3 } }))).rejects.toThrow(
      /other settings.*\n  size: \[16,16,16\] → \[20,20,20\]\n  gradient\.realisations: 2 → 3/s,
    );
    await expect(open(store, smallSpec({ name: 'renamed', fit: { seed: 5 } }))).resolves.toBeDefined();
  });

  it('[law] rows of another program version are refused, or computed anew on request', async () => {
    const store = memoryStore();
    await finish(await open(store));
    await expect(open(store, spec, '2.0.0')).rejects.toThrow(`${counts.total} of version 1.2.3; this is 2.0.0`);
    const study = await openStudy(spec, store, { version: '2.0.0', otherVersion: 'recompute' });
    expect((await studyStatus(study)).foreignRows).toBe(counts.total);
    expect((await workStudy(study, { sessions: [idle], evaluate: modelEvaluate })).computed).toBe(round1);
  });

  it('[law] a row counts only for the parameters and the draw that it was computed with', async () => {
    const study = await open();
    await workStudy(study, { sessions: [idle], evaluate: modelEvaluate });
    const lines = (await rowLines(study)).map((line) => parseRow(line)!);
    lines[1] = {
      ...lines[1], parameters: { ...lines[1].parameters!, lambdaX: lines[1].parameters!.lambdaX * (1 + 2 ** -52) },
    };
    lines[4] = { ...lines[4], key: { ...lines[4].key, seed: 2 } };
    await study.store.write('rows.jsonl', lines.map((line) => `${formatRow(line)}\n`).join(''));
    expect((await workStudy(study, { sessions: [idle], evaluate: modelEvaluate })).computed).toBe(2);
    expect(await finish(study)).toBe(reference);
  });

  it('[law] whatever character of a row is changed, the line is damaged: named, passed over, ' +
      'and computed anew', async () => {
    const study = await open();
    await workStudy(study, { sessions: [idle], evaluate: modelEvaluate });
    const [line] = await rowLines(study);
    expect(formatRow(parseRow(line)!)).toBe(line);
    const digit = fc.integer({ min: 0, max: line.length - 1 });
    fc.assert(fc.property(digit, fc.constantFrom(...'0123456789.e-{}"x '), (at, c) => {
      if (line[at] === c) return;
      expect(parseRow(`${line.slice(0, at)}${c}${line.slice(at + 1)}`)).toBeNull();
      expect(parseRow(line.slice(0, at) + line.slice(at + 1))).toBeNull();
    }), { numRuns: 300 });
    const lines = await rowLines(study);
    lines[2] =
      lines[2].replace(/"volumeFraction1":(\d)/, (_, d: string) => `"volumeFraction1":${(Number(d) + 1) % 10}`);
    await study.store.write('rows.jsonl', lines.map((text) => `${text}\r\n`).join(''));
    const again = await open(study.store);
    expect(again.damagedAt).toEqual(['rows.jsonl:3']);
    expect(await studyStatus(again))
      .toMatchObject({ damagedLines: 1, damagedAt: ['rows.jsonl:3'], done: round1 - 1 });
    expect((await mergeStudy(again)).missing).toHaveLength(1);
    expect((await workStudy(again, { sessions: [idle], evaluate: modelEvaluate })).computed).toBe(1);
    expect(await finish(again)).toBe(reference);
  });

  it('[law] rows of programs that wrote no checksum count; entries that no row has do not', async () => {
    const study = await open();
    await workStudy(study, { sessions: [idle], evaluate: modelEvaluate });
    const old = (await rowLines(study)).map((line) => JSON.stringify(parseRow(line)));
    await study.store.write('rows.jsonl', old.map((line) => `${line}\n`).join(''));
    expect((await workStudy(study, { sessions: [idle], evaluate: modelEvaluate })).round).toBe(2);
    const other = (changes: object): StudyRow | null =>
      parseRow(JSON.stringify({ ...(JSON.parse(old[0]) as StudyRow), ...changes }));
    expect(other({})).not.toBeNull();
    for (const wrong of [{ chock: '12345678' }, { values: null }, { values: { constructor: 1 } }, {
      values: { mFactor1: '1' },
    },
      { key: { seed: 1 } }, { parameters: [] }, { problems: 'none' }, { seconds: null }, { finished: '1' }]) {
      expect(other(wrong)).toBeNull();
    }
    expect(['null', '{"__proto__":{"id":"x"}}', '[]', '', '\0'].map(parseRow)).toEqual([null, null, null, null, null]);
  });

  it('[law] a mark of the study with a damaged digit is written anew; of another study it is refused', async () => {
    const { store } = await open();
    const mark = (await store.read('study.json')) as string;
    for (
      const damaged of
        [mark.replace(/"specHash": "./, '"specHash": "-'), mark.replace('"minimumAlpha": 0.05', '"minimumAlpha": 0.06')]
    ) {
      expect(damaged).not.toBe(mark);
      await store.write('study.json', damaged);
      await open(store);
      expect(await store.read('study.json')).toBe(mark);
    }
    for (const nothing of ['null', '{"specHash"', '[]', '']) {
      await store.write('study.json', nothing);
      await expect(open(store)).rejects.toThrow('study.json is damaged or does not come from this program');
    }
    await store.write('study.json', '{"__proto__": {"specHash": 1}}');
    await expect(open(store)).rejects.toThrow(/other settings(.*\n){3}and \d+ more settings$/);
  });

  it('[law] a table does not stay beside rows that are not all there; ' +
      'a partial one has a name of its own', async () => {
    const study = await open();
    expect(await finish(study)).toBe(reference);
    const lines = await rowLines(study);
    await study.store.write('rows.jsonl', lines.slice(0, -2).map((line) => `${line}\n`).join(''));
    const merged = await mergeStudy(study);
    expect(merged).toMatchObject({ table: null, partialTable: null, stale: true, done: round2 - 2 });
    expect([await study.store.read(TABLE_FILE), await study.store.read(STALE_TABLE_FILE)]).toEqual([null, reference]);
    const { partialTable, stale } = await mergeStudy(study, { partial: true });
    expect([partialTable!.rows.length, stale]).toEqual([counts.table - 2, false]);
    const partial = ((await study.store.read(PARTIAL_TABLE_FILE)) as string).split('\n');
    expect(partial).toEqual(reference.split('\n').filter((line) => line === '' || partial.includes(line)));
    expect(partial).toHaveLength(counts.table);
    expect(await finish(study)).toBe(reference);
  });

  it('[exact] plan.json is what JSON.stringify writes; a second merge writes nothing', async () => {
    const study = await open();
    await finish(study);
    const structures = planRound1(spec).concat([...(await mergeStudy(study)).plan.rounds[1]]);
    const { specHash } = study;
    expect(await study.store.read('plan.json')).toBe(`${JSON.stringify({ specHash, version, structures }, null, 1)}\n`);
    const written: string[] = [];
    await mergeStudy({ ...study, store: { ...study.store, write: async (name) => void written.push(name) } });
    expect(written).toEqual([]);
  });

  it('[law] an abort stops between structures and keeps every finished row', async () => {
    const study = await open();
    const controller = new AbortController();
    const job = workStudy(study, {
      sessions: [idle, idle], evaluate: modelEvaluate, signal: controller.signal,
      onProgress: ({ done }) => void (done === 5 && controller.abort()),
    });
    await expect(job).rejects.toThrow(CancelledError);
    const { done, total } = await studyStatus(study);
    expect(done).toBeGreaterThanOrEqual(5);
    expect(done).toBeLessThan(8);
    expect(total).toBe(counts.total);
    expect(await finish(study)).toBe(reference);
  });

  it('[exact] progress counts up and estimates from the rows', async () => {
    const seen: number[] = [];
    const study = await open();
    await workStudy(study, {
      sessions: [idle, idle], evaluate: modelEvaluate,
      onProgress: ({ done, total, secondsLeft, round }) => {
        seen.push(done);
        expect([round, total]).toEqual([1, round1]);
        // Two kinds of structures at 1 s each for description and M, two sessions.
        if (done === round1 - 1) expect(secondsLeft).toBe(0.5);
      },
    });
    expect(seen).toEqual(Array.from({ length: round1 + 1 }, (_, i) => i));
  });

  it('two workers on one shard: the second is refused', async () => {
    const study = await open();
    let second: Promise<unknown> | null = null;
    await workStudy(study, {
      sessions: [idle],
      evaluate: async (...args) => {
        second ??= workStudy(study, { sessions: [idle], evaluate: modelEvaluate }).catch((error: Error) => error.name);
        await second;
        return modelEvaluate(...args);
      },
    });
    expect(await second).toBe('BusyError');
  });

  it.each(['0/2', '3/2', 'a', '1/0', '1', '-1/2'])('refuses the shard %s', (text) => {
    expect(() => parseShard(text)).toThrow(/shard must be i\/N/);
  });
});
