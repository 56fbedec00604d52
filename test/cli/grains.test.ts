import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readVoxels } from '../../src/node.js';
import { encodeNpy } from '../../src/io/npy.js';
import { parseCsv } from '../../src/io/csv.js';
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
    expect(text.stdout).toMatch(/1 grains? of \d+ basins/);
    expect(text.stderr).toMatch(/warning: the phase is one grain of \d+ basins; a smaller dynamics/);
    const strict = join(folder, 'strict.csv');
    expect((await voxelith('grains', image, '--phase', '2', '--dynamics', '4', '--strict', '-o', strict)).code).toBe(1);
    expect(existsSync(strict)).toBe(false);
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
