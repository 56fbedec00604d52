import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/io/csv.js';
import { expectRefused, scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);
const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
writeFileSync(at('balls.yaml'), `structure: {model: boolean, size: 20, voxelSizeUm: 0.5, label: 2, matrix: 1,
  parameters: {radius: 3}}
vary: {volumeFraction: [0.2, 0.5, 0.8]}
realisations: 3
`);
writeFileSync(at('sites.yaml'), 'kind: threshold\nsystem: voxels\nsizes: [6, 10]\nruns: 50\n');

describe('voxelith percolate', () => {
  it('[law] a sweep goes on from its rows; table, report and JSON say the same', async () => {
    const args = [
      'percolate', at('balls.yaml'), '--out', at('balls'), '--csv', at('balls.csv'), '--report', at('b.html'),
    ];
    const first = await voxelith(...args, '--limit', '0.9', '--json');
    expect([first.code, first.stderr]).toEqual([0, '']);
    const found = json(first.stdout);
    expect(found).toMatchObject({ kind: 'sweep', along: 'volumeFraction', lengthUnit: 'µm', computed: 9, kept: 0 });
    const [answer] = found.answers as { from: number; limit: number }[];
    expect(answer.limit).toBe(0.9);
    const table = readFileSync(at('balls.csv'), 'utf8');
    expect(table).toBe(readFileSync(at('balls/table.csv'), 'utf8'));
    const points = found.points as { quantities: { activeUtilisation: { mean: number } } }[];
    expect(parseCsv('t', table).rows.map((row) => Number(row.activeUtilisation)))
      .toEqual(points.map(({ quantities }) => quantities.activeUtilisation.mean));
    const html = readFileSync(at('b.html'), 'utf8');
    expect(html).toContain('activeUtilisation of at least 0.900');
    expect(html).not.toMatch(/NaN|undefined/);
    const again = await voxelith(...args);
    expect(again.stdout).toContain('0 structures computed, 9 were there');
    expect(again.stdout).toMatch(/activeUtilisation of at least 0\.950: from volumeFraction 0\.\d+/);
  });

  it('[law] a limit that is never reached says the best; thresholds print their error', async () => {
    writeFileSync(at('few.yaml'), readFileSync(at('balls.yaml'), 'utf8').replace('0.2, 0.5, 0.8', '0.05, 0.1'));
    const never = await voxelith('percolate', at('few.yaml'), '--out', at('few'));
    expect(never.code).toBe(0);
    expect(never.stdout).toMatch(/activeUtilisation of at least 0\.950 is never reached; the best is 0\.\d+ at/);
    const sites = await voxelith('percolate', at('sites.yaml'), '--out', at('sites'), '--report', at('sites.html'));
    expect(sites.stdout).toMatch(/threshold 0\.\d{5} ± 0\.\d{5} \(one standard error/);
    expect(readFileSync(at('sites.html'), 'utf8')).not.toMatch(/NaN|undefined/);
  });

  it('[law] carbon in an image: from no utilisation to all of it', async () => {
    const made = await voxelith(
      'generate', '--model', 'boolean', '--size', '24', '--set', 'volumeFraction=0.25', '--set', 'radius=3',
      '-o', at('image.npy'),
    );
    expect(made.code).toBe(0);
    const args = ['percolate', at('image.npy'), '--into', '3', '--label', '4', '--steps', '0..0.6:0.2'];
    const found = json((await voxelith(
      ...args, '--method', 'random', '--electrolyte', '3', '--realisations', '2', '--json',
    )).stdout);
    const use = (found.points as { quantities: { activeUtilisation: { mean: number } } }[])
      .map(({ quantities }) => quantities.activeUtilisation.mean);
    expect(use).toEqual([...use].sort((a, b) => a - b));
    expect(use.at(-1)).toBeGreaterThan(0.9);
    expect(found).toMatchObject({ along: 'content', directory: null, files: [] });
    expect(found.warnings).toEqual([expect.stringMatching(/^label 2: windows of this size differ/)]);
    // Three quarters of the window can be filled.
    const wide = await voxelith(
      'percolate', at('image.npy'), '--into', '3', '--label', '4', '--steps', '0.5,0.9', '--realisations', '2',
    );
    expect(wide.stderr).toMatch(/^warning: a content of 0\.9 does not fit in 2 of 2 structures: what is filled is/m);
  });

  it('refuses a content that no room is left for', async () => {
    await voxelith('generate', '--model', 'laminate', '--size', '24', '--set',
      'layers=[{thickness: 6, label: 2}, {thickness: 18, label: 3}]', '-o', at('layers.npy'));
    const { code, stdout, stderr } = await voxelith(
      'percolate', at('layers.npy'), '--into', '3', '--label', '4', '--steps', '0.9',
    );
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: .* 0\.9 does not fit into label 3; at most 0\.7500 of the window does/m);
  });

  it('refuses what it cannot do, with the place', async () => {
    const bad = (name: string, text: string): string => {
      writeFileSync(at(name), text);
      return at(name);
    };
    await expectRefused('percolate', [
      [[at('missing.yaml')], /missing\.yaml/],
      [
        [at('image.npy'), '--into', '3', '--label', '3', '--steps', '0.1'],
        /percolate --label: label must be another one than into, got 3 for both/,
      ],
      [[bad('empty.yaml', 'structure: {model: boolean}\nvary: {volumeFraction: []}\n')], /empty\.yaml:2:24: .* 1 item/],
      [
        [bad('key.yaml', 'structure: {model: boolean}\nvary: {radius: [2]}\naxes: z\n')],
        /key\.yaml:3:1: unknown key "axes"; did you mean "axis"/,
      ],
      [
        [bad('thin.yaml', 'structure: {model: boolean, size: [4, 20, 20]}\nvary: {radius: [2]}\n')],
        /has 4 voxels along z/,
      ],
      [[at('sites.yaml'), '--limit', '0.9'], /--limit belongs to a sweep/],
      [[at('balls.yaml'), '--into', '3'], /--into belongs to images/],
      [[at('balls.yaml'), at('image.npy')], /one SPEC file at a time/],
      [[at('image.npy'), '--into', '3'], /--label is missing/],
      [[at('balls.yaml'), '--report', at('r.txt')], /a report is HTML/],
    ]);
  });
});
