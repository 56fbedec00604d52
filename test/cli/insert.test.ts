import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readVoxels, writeVolume } from '../../src/io/files.node.js';
import { randomLabels } from '../random.js';
import { expectRefused, scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);
const COUNT = 20 * 24 * 28;
const count = (labels: ArrayLike<number>, label: number): number =>
  Array.from(labels).reduce((sum, each) => sum + (each === label ? 1 : 0), 0);

describe('voxelith insert', () => {
  const original = randomLabels([20, 24, 28], { 1: 2, 2: 4, 3: 4 }, 5, 6);
  beforeAll(async () => {
    await writeVolume(at('cathode.nrrd'), { labels: original, shape: [20, 24, 28], voxelSizeUm: [0.1, 0.1, 0.1] });
    await writeVolume(at('block.npy'), { labels: new Uint8Array(512).fill(3), shape: [8, 8, 8], voxelSizeUm: null });
  });

  it('[law] a file for each content, exact counts, nested; the contents and where they span in the JSON', async () => {
    const { code, stdout, stderr } = await voxelith(
      'insert', at('cathode.nrrd'), '--into', '3', '--label', '4', '--steps', '0.05..0.15:0.05', '--json',
      '-o', at('binder.nrrd'),
    );
    expect([code, stderr]).toEqual([0, '']);
    const found = JSON.parse(stdout);
    expect(found.steps.map(({ voxels }: { voxels: number }) => voxels))
      .toEqual([0.05, 0.1, 0.15].map((share) => Math.round(share * COUNT)));
    expect(found.files).toEqual(['0.0500', '0.1000', '0.1500'].map((content) => at(`binder-${content}.nrrd`)));
    expect(Object.keys(found.spansFrom)).toEqual(['z', 'y', 'x']);
    let before: ArrayLike<number> = original;
    for (const [k, file] of (found.files as string[]).entries()) {
      const { data, voxelSizeUm } = await readVoxels(file);
      expect(voxelSizeUm).toEqual([0.1, 0.1, 0.1]);
      expect(count(data, 4)).toBe(found.steps[k].voxels);
      data.forEach((label, i) => {
        if (label !== original[i]) expect([label, original[i]]).toEqual([4, 3]);
        if (before[i] === 4) expect(label).toBe(4);
      });
      before = data;
    }
  });

  it('[law] the same file bytes for one and two threads; another seed gives others', async () => {
    const run = async (name: string, ...more: string[]): Promise<Buffer> => {
      const { code } = await voxelith('insert', at('cathode.nrrd'), '--into', '3', '--label', '4', '--fraction', '0.12',
        '-o', at(name), ...more);
      expect(code).toBe(0);
      return readFileSync(at(name));
    };
    for (const method of ['wetting', 'bridge', 'energy', 'field', 'random']) {
      const one = await run('one.npy', '--method', method, '--threads', '1');
      expect(one.equals(await run('two.npy', '--method', method, '--threads', '2'))).toBe(true);
      expect(one.equals(await run('other.npy', '--method', method, '--seed', '9'))).toBe(false);
    }
  });

  it('[law] several additives one after another: graphite, then binder; --clear takes the last out again', async () => {
    const insert = (from: string, to: string, ...more: string[]) =>
      voxelith('insert', at(from), '--into', '3', '-o', at(to), ...more);
    await insert('cathode.nrrd', 'graphite.nrrd', '--label', '5', '--method', 'field', '--fraction', '0.06');
    const second = await insert('graphite.nrrd', 'both.nrrd', '--label', '4', '--fraction', '0.08');
    expect(second.code).toBe(0);
    const { data } = await readVoxels(at('both.nrrd'));
    expect([count(data, 5), count(data, 4)]).toEqual([Math.round(0.06 * COUNT), Math.round(0.08 * COUNT)]);
    await insert('both.nrrd', 'less.nrrd', '--label', '4', '--clear', '--fraction', '0');
    expect((await readVoxels(at('less.nrrd'))).data).toEqual((await readVoxels(at('graphite.nrrd'))).data);
    // Without --clear what is there counts and grows.
    await insert('both.nrrd', 'more.nrrd', '--label', '4', '--fraction', '0.1', '--seed', '3');
    const more = (await readVoxels(at('more.nrrd'))).data;
    expect(count(more, 4)).toBe(Math.round(0.1 * COUNT));
    data.forEach((label, i) => {
      if (label === 4) expect(more[i]).toBe(4);
    });
  });

  it('[exact] what never spans says so: null in the JSON, words in the text', async () => {
    // A wall of active material across z.
    const labels = new Uint8Array(6 * 8 * 8).map((_, i) => (Math.floor(i / 64) === 3 ? 2 : 3));
    await writeVolume(at('wall.npy'), { labels, shape: [6, 8, 8], voxelSizeUm: null });
    const args = [at('wall.npy'), '--into', '3', '--label', '4', '--fraction', String(5 / 6)];
    const { spansFrom, spansAt, steps } = JSON.parse((await voxelith('insert', ...args, '--json')).stdout);
    expect([spansFrom.z, spansAt.z]).toEqual([null, null]);
    expect(steps[0]).toMatchObject({ filled: 1, connectivity: 3 / 5, spans: { z: false, y: true, x: true } });
    expect((await voxelith('insert', ...args)).stdout).toMatch(/first joins both faces at\n {2}z {2}never\n/);
  });

  it('[published] voxels at random span near .3116 of an empty window, through the command', async () => {
    await writeVolume(at('large.npy'), {
      labels: new Uint8Array(48 ** 3).fill(3), shape: [48, 48, 48], voxelSizeUm: null,
    });
    const found: number[] = [];
    for (const seed of ['1', '2', '3']) {
      const { stdout } = await voxelith('insert', at('large.npy'), '--into', '3', '--label', '4', '--method', 'random',
        '--fraction', '0.4', '--seed', seed, '--json');
      found.push(...Object.values<number>(JSON.parse(stdout).spansAt));
    }
    // One window of 48³ scatters by .004.
    expect(found.reduce((sum, share) => sum + share, 0) / found.length).toBeCloseTo(0.3116, 2);
    for (const share of found) expect(Math.abs(share - 0.3116)).toBeLessThan(0.02);
    const { stdout } = await voxelith('insert', at('large.npy'), '--into', '3', '--label', '4', '--method', 'random',
      '--fraction', '0.4', '--neighbourhood', '26', '--json');
    for (const share of Object.values<number>(JSON.parse(stdout).spansAt)) {
      expect(Math.abs(share - 0.0976)).toBeLessThan(0.015);
    }
  });

  it('says what is wrong, in one line, and writes nothing', async () => {
    writeFileSync(at('note.txt'), 'no image');
    const into = ['--into', '3', '--label', '4'];
    const before = readdirSync(folder);
    await expectRefused('insert', [
      [[at('cathode.nrrd'), ...into], /give either --fraction, one content, or --steps, several/],
      [[at('cathode.nrrd'), ...into, '--fraction', '0.9', '-o', at('new.npy')],
        /a content of 0.9 needs 12096 voxels, label 3 has \d+ \(at most 0\.\d{4} of the window\)/],
      [[at('cathode.nrrd'), ...into, '--steps', '0.1..0.9', '-o', at('new.npy')], /a content of 0\.\d+ needs \d+ vo/],
      [[at('cathode.nrrd'), '--into', '7', '--label', '4', '--fraction', '0.1'], /label 7 does not occur.*has 1, 2, 3/],
      [[at('cathode.nrrd'), '--into', '3', '--label', '3', '--fraction', '0.1'], /label is a whole .* other than 3/],
      [[at('cathode.nrrd'), ...into, '--clear', '--fraction', '0.1'], /label 4 does not occur/],
      [[at('cathode.nrrd'), '--into', '3', '--label', '2', '--fraction', '0.1'], /label 2 has 0\.\d+ of the window al/],
      [[at('cathode.nrrd'), ...into, '--fraction', '0.1', '--weight', '0.5'], /weight belongs to the method energy/],
      [[at('cathode.nrrd'), ...into, '--fraction', '0.1', '-o', at('cathode.nrrd')], /would replace the input/],
      [[at('cathode.nrrd'), ...into, '--fraction', '0.1', '-o', at('new.doc')], /new\.doc/],
      [[at('cathode.nrrd'), ...into, '--steps', '0.10001,0.10002', '-o', at('new.npy')], /would share a file/],
      [[at('block.npy'), ...into, '--fraction', '0.1'], /no wall for wetting to begin at; take random or field/],
      [[at('note.txt'), ...into, '--fraction', '0.1'], /note\.txt/],
    ]);
    const bad = await voxelith('insert', at('cathode.nrrd'), ...into, '--steps', '0.2..0.1');
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringMatching(/Expected FROM\.\.TO .*found "0\.2\.\.0\.1"/)]);
    expect(readdirSync(folder)).toEqual(before);
    expect(existsSync(at('new.npy'))).toBe(false);
  });
});
