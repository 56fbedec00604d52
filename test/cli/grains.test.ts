import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { significant } from '../../src/core/text.js';
import { grainRows } from '../../src/descriptors/grain-rows.js';
import { grainSizes } from '../../src/descriptors/grain-sizes.js';
import { grainTable } from '../../src/descriptors/grain-table.js';
import { segmentGrains } from '../../src/descriptors/grains.js';
import { readVoxels } from '../../src/node.js';
import { encodeNpy } from '../../src/io/npy.js';
import { parseCsv } from '../../src/io/csv.js';
import { randomLabels } from '../random.js';
import { testSession } from '../session.js';
import { expectRefused, scratchFolder, voxelith } from './cli.js';

describe('voxelith grains', () => {
  const folder = scratchFolder();
  const image = join(folder, 'two.npy');
  // Two balls of radius 7 at distance 10 in label 1, one of them at the collector of a column of label 1.
  const shape = [20, 18, 32] as const;
  const near = (z: number, y: number, x: number, at: number): boolean =>
    (z - 9) ** 2 + (y - 8) ** 2 + (x - at) ** 2 < 49;
  const labels = Uint8Array.from({ length: 20 * 18 * 32 }, (_, i) => {
    const [z, y, x] = [Math.floor(i / 576), Math.floor(i / 32) % 18, i % 32];
    return near(z, y, x, 9) || near(z, y, x, 19) ? 2 : 1;
  });
  writeFileSync(image, encodeNpy({ data: labels, shape, voxelSizeUm: null }));

  it('[exact] table, contacts, labels, report and JSON of two balls that overlap', async () => {
    const [table, contacts, numbers, report] = ['t.csv', 'c.csv', 'n.tif', 'r.html'].map((name) => join(folder, name));
    const { code, stdout, stderr } = await voxelith(
      'grains', image, '--phase', 'AM', '--names', '1=SE,2=AM', '--ionic', 'SE', '--voxel-size', '0.5um', '-o', table,
      '--contacts', contacts, '--labels', numbers, '--report', report, '--json',
    );
    expect([code, stderr]).toEqual([0, '']);
    const found = JSON.parse(stdout) as {
      count: number; contacts: { pairs: number }; grains: Record<string, number>[]; files: string[];
      utilisation: number;
    };
    expect([found.count, found.contacts.pairs, found.utilisation]).toEqual([2, 1, 0]);
    expect(found.files).toEqual([table, contacts, numbers, report]);
    const { rows } = parseCsv('t.csv', readFileSync(table, 'utf8'));
    expect(rows.map(({ grain }) => grain)).toEqual(['1', '2']);
    rows.forEach((row, k) => expect(Number(row.volumeUm3)).toBe(found.grains[k].volumeUm3));
    const voxels = labels.filter((label) => label === 2).length;
    expect(Number(rows[0].voxels) + Number(rows[1].voxels)).toBe(voxels);
    // A disc of radius √(49 − 25) voxels.
    const [pair] = parseCsv('c.csv', readFileSync(contacts, 'utf8')).rows;
    expect([pair.first, pair.second]).toEqual(['1', '2']);
    expect(Math.abs(Number(pair.areaUm2) / (Math.PI * 24 * 0.25) - 1)).toBeLessThan(0.2);
    const { data } = await readVoxels(numbers);
    expect(data).toBeInstanceOf(Uint16Array);
    labels.forEach((label, i) => expect(data[i] > 0).toBe(label === 2));
    expect(readFileSync(report, 'utf8')).toMatch(/^<!doctype html>.*D50.*Share up to a size/is);
  });

  it('[exact] one grain is said, and nothing is left half written', async () => {
    const text = await voxelith('grains', image, '--phase', '2', '--dynamics', '4');
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^1 grain of \d+ basins, 0 at the window; 0 pairs touch, 0 contacts a grain$/m);
    expect(text.stderr).toMatch(/warning: the phase is one grain of \d+ basins; a smaller dynamics/);
    const strict = join(folder, 'strict.csv');
    expect((await voxelith('grains', image, '--phase', '2', '--dynamics', '4', '--strict', '-o', strict)).code).toBe(1);
    expect(existsSync(strict)).toBe(false);
  });

  it('[exact] a grain, a basin and a pair that is the only one are named so', async () => {
    const path = join(folder, 'cube.npy');
    const cube = Uint8Array.from({ length: 125 }, (_, i) => (
      [Math.floor(i / 25), Math.floor(i / 5) % 5, i % 5].every((at) => at > 0 && at < 4) ? 2 : 1));
    writeFileSync(path, encodeNpy({ data: cube, shape: [5, 5, 5], voxelSizeUm: null }));
    const one = await voxelith('grains', path, '--phase', '2');
    expect(one.stdout).toMatch(/^1 grain of 1 basin, 0 at the window; 0 pairs touch, 0 contacts a grain$/m);
    expect(one.stderr).toMatch(/warning: the phase is one grain: its distance map has one maximum/);
    const two = await voxelith('grains', image, '--phase', '2');
    expect(two.stdout).toMatch(/^2 grains of \d+ basins, 0 at the window; 1 pair touches, 1 contacts a grain$/m);
  });

  it('[oracle] what is set reaches the library, and what that finds is printed', async () => {
    const path = join(folder, 'random.npy');
    const random = randomLabels([12, 14, 20], { 1: 0.3, 2: 0.6, 3: 0.1 }, 3, 6);
    const volume = { labels: random, shape: [12, 14, 20] as const, voxelSizeUm: [0.3, 0.2, 0.25] as const };
    writeFileSync(path, encodeNpy({ data: random, shape: [12, 14, 20], voxelSizeUm: null }));
    const [table, pairs, numbers] = ['rt.csv', 'rc.csv', 'rn.npy'].map((name) => join(folder, name));
    const set = ['--phase', '2', '--ionic', '1', '--voxel-size', '0.25,0.2,0.3', '--dynamics', '0.25', '--ratio', '0.9',
      '--neighbourhood', '6', '--axis', 'x', '--collector', 'low'];
    const { stdout, stderr } = await voxelith(
      'grains', path, ...set, '-o', table, '--contacts', pairs, '--labels', numbers, '--json');
    const session = await testSession();
    const grains = await segmentGrains(
      session, volume, { phase: 2, dynamics: 0.25, ratio: 0.9, neighbourhood: 6 });
    const measured = await grainTable(session, volume, grains, { phase: 2, ionic: 1, axis: 'x', collector: 'low' });
    const total = measured.voxels.reduce((a, b) => a + b);
    const share = (of: (k: number) => number): number =>
      measured.voxels.reduce((sum, n, k) => sum + n * of(k), 0) / total;
    const connected = (k: number): number => measured.utilisation![k];
    const cut = measured.touchesWindow.filter(Boolean).length;
    const { first, second, area } = measured.pairs;
    const note = `${cut} of ${grains.count} grains lie at the window's faces and may go on beyond; ` +
      'a larger window cuts fewer';
    expect(cut).toBeGreaterThan(grains.count / 2);
    const { columns, rows } = grainRows(measured, volume.voxelSizeUm, grains);
    const active = share((k) => (measured.activeArea![k] > 0 ? connected(k) : 0));
    expect(JSON.parse(stdout)).toMatchObject({
      phase: 2, dynamics: 0.25, ratio: 0.9, neighbourhood: 6, count: grains.count, basins: grains.basins,
      touchingWindow: cut, sizes: { ...grainSizes(measured) },
      sizesInside: { ...grainSizes(measured, { window: 'leaveOut' }) },
      utilisation: share(connected), activeShare: active,
      contacts: {
        pairs: first.length, meanPerGrain: measured.contacts.reduce((a, b) => a + b) / grains.count,
        area: expect.closeTo(area.reduce((a, b) => a + b), 9),
      },
      grains: rows.map((row) => Object.fromEntries(columns.map((name, k) => [name, row[k]]))), notes: [note],
    });
    expect([share(connected) < 1, active < share(connected)]).toEqual([true, true]);
    expect(stderr).toContain(note);
    expect(parseCsv(table, readFileSync(table, 'utf8')).columns).toEqual(columns);
    expect(parseCsv(pairs, readFileSync(pairs, 'utf8')).rows.map((row) => Object.values(row).map(Number)))
      .toEqual(Array.from(first, (a, k) => [a, second[k], area[k]]));
    expect(Array.from((await readVoxels(numbers)).data)).toEqual(Array.from(grains.numbers));
    // By number and by volume, of all grains and of whole ones.
    const { stdout: text } = await voxelith('grains', path, ...set);
    for (const [name, { byNumber, byVolume }] of [
      ['all', grainSizes(measured)], ['whole ones', grainSizes(measured, { window: 'leaveOut' })],
    ] as const) {
      for (const [by, found] of [['number', byNumber!], ['volume', byVolume!]] as const) {
        const cells = [found.mean, found.d10, found.d50, found.d90].map((value) => significant(value, 5));
        expect(text).toMatch(new RegExp(`^${[name, by, ...cells].join(' +')}$`, 'm'));
      }
    }
    expect(text).toMatch(new RegExp(`^activeShare +${significant(active, 5)}$`, 'm'));
  });

  it('[exact] a section has nothing to be connected across', async () => {
    const path = join(folder, 'section.npy');
    writeFileSync(path, encodeNpy({ data: labels.slice(9 * 576, 10 * 576), shape: [1, 18, 32], voxelSizeUm: null }));
    const found = JSON.parse((await voxelith('grains', path, '--phase', '2', '--json')).stdout) as object;
    expect(found).toMatchObject({ count: 2, shape: [1, 18, 32] });
    expect(found).not.toHaveProperty('utilisation');
    const along = (await voxelith('grains', path, '--phase', '2', '--axis', 'x', '--json')).stdout;
    expect(JSON.parse(along)).toMatchObject({ utilisation: 0 });
  });

  it('[exact] wrong usage is refused before any work', async () => {
    const same = join(folder, 'same.csv');
    await expectRefused('grains', [
      [[image], /--phase/],
      [[image, '--phase', '7'], /label 7 does not occur/],
      [[image, '--phase', '2', '--dynamics', '-1'], /dynamics must be/],
      [[image, '--phase', '2', '--ratio', '2'], /ratio must be/],
      [[image, '--phase', '2', '--neighbourhood', '18'], /18/],
      [[image, '--phase', '2', '--ionic', '2'], /two different phases/],
      [[image, '--phase', '2', '-o', same, '--contacts', same], /two outputs have one name/],
      [[image, '--phase', '2', '-o', join(folder, 'x.txt')], /the table is CSV/],
      [[image, '--phase', '2', '--labels', image], /would replace the input/],
    ]);
  });
});
