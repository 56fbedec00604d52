import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/io/csv.js';
import { expectRefused, scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);
const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
writeFileSync(at('balls.yaml'), `model: boolean
size: 16
voxelSizeUm: 0.5
parameters: {volumeFraction: 0.5, radius: 4}
`);

describe('voxelith refine', () => {
  it('[law] goes on from its rows; table, report and JSON say the same', async () => {
    const args = [
      'refine', at('balls.yaml'), '--phase', '2', '--only', 'volumeFraction', '--levels', '2', '--out', at('refine'),
      '--csv', at('refine.csv'), '--report', at('refine.html'),
    ];
    const first = await voxelith(...args, '--json');
    expect([first.code, first.stderr]).toEqual([0, '']);
    const found = json(first.stdout);
    expect(found).toMatchObject({ source: 'model', same: false, ratio: 2, lengthUnit: 'µm', computed: 3, kept: 0 });
    const quantities = found.quantities as { name: string; values: number[] }[];
    const { rows } = parseCsv('t', readFileSync(at('refine.csv'), 'utf8'));
    expect(rows.map((row) => Number(row.value))).toEqual(quantities.flatMap(({ values }) => values));
    const html = readFileSync(at('refine.html'), 'utf8');
    expect(html).toContain('Values against the voxel');
    expect(html).not.toMatch(/NaN|undefined/);
    const again = await voxelith(...args);
    expect(again.stdout).toContain('0 samples computed, 3 were there');
    expect(again.stdout).toMatch(/mFactor2Smooth: limit 0\.\d+, finest 0\.\d+ ± 0\.\d+; order 2 assumed/);
  });

  it('[law] an image is sampled or split', async () => {
    await voxelith('generate', at('balls.yaml'), '--size', '20', '-o', at('image.npy'));
    const args = ['refine', at('image.npy'), '--phase', '2', '--only', 'none', '--levels', '2', '--no-uncertainty'];
    const sampled = await voxelith(...args);
    expect(sampled.stdout).toMatch(/mFactor2\s+1/);
    expect(sampled.stdout).toContain('what the image does not resolve, none of them does');
    const split = await voxelith(...args, '--split');
    expect(split.stdout).toContain('40×40×40');
    expect(split.stdout).toContain('not of the material');
  });

  it('refuses what it cannot do', async () => {
    await expectRefused('refine', [
      [[], /refine: give a SPEC file, a label image, or --model/],
      [[at('image.npy'), '--size', '20'], /--size belongs to a model/],
      [[at('missing.yaml')], /missing\.yaml/],
      [['--model', 'bm01', '--size', '4'], /the coarsest grid has 4×4×4 voxels, at least 8 are needed/],
      [['--model', 'bm01', '--size', '16', '--only', 'volumFraction'], /did you mean "volumeFraction"/],
      [[at('balls.yaml'), '--report', at('r.txt')], /a report is HTML/],
    ]);
  });
});

describe('voxelith window', () => {
  it('[law] windows of a model: goes on, and answers for the precision', async () => {
    const args = [
      'window', at('balls.yaml'), '--sizes', '12,16', '--realisations', '4', '--phase', '2', '--only', 'volumeFraction',
      '--precision', '0.1', '--out', at('window'), '--csv', at('window.csv'), '--report', at('window.html'),
    ];
    const first = await voxelith(...args, '--json');
    expect(first.code).toBe(0);
    const found = json(first.stdout);
    expect(found).toMatchObject({ source: 'model', precision: 0.1, periodic: false, dimensions: 3, computed: 13 });
    const { rows } = parseCsv('t', readFileSync(at('window.csv'), 'utf8'));
    const [fraction] = found.quantities as { laws: { statistics: { mean: number }[] } }[];
    expect(rows.slice(0, 2).map((row) => Number(row.mean)))
      .toEqual(fraction.laws.statistics.map(({ mean }) => mean));
    expect(readFileSync(at('window.html'), 'utf8')).not.toMatch(/NaN|undefined/);
    const again = await voxelith(...args);
    expect(again.stdout).toContain('0 windows computed, 13 were there');
    expect(again.stdout).toMatch(/volumeFraction2: variance falls with edge\^−\S+ \(.* to .*\); for ± 10\.0 %: \d+/);
  });

  it('refuses what it cannot do', async () => {
    await expectRefused('window', [
      [['--model', 'laminate', '--size', '24'], /the model laminate has one realisation/],
      [[at('balls.yaml'), '--realisations', '1'], /at least 4, from which a variance can be told/],
      [[at('balls.yaml'), '--sizes', '4,16'], /whole numbers of voxels from 8, got 4/],
      [[at('balls.yaml'), '--sizes', 'big'], /Expected edges in voxels/],
      [[at('balls.yaml'), '--precision', '2'], /above 0 and below 1/],
    ]);
  });
});
