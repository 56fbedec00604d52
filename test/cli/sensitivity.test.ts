import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/io/csv.js';
import { expectRefused, scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);
const study = (plan: string): string => `size: 20
voxelSizeUm: 0.5
structure: {model: boolean}
phases: [2]
descriptors: [volumeFraction]
plan: ${plan}
`;
writeFileSync(at('morris.yaml'), study(
  '{kind: morris, trajectories: 5, vary: {volumeFraction: [0.4, 0.7], radius: [2, 3]}}',
));
writeFileSync(at('sobol.yaml'), study('{kind: sobol, points: 3, vary: {radius: [2, 3]}}'));

describe('voxelith sensitivity', () => {
  it('[exact] [law] ε of balls follows their share; table, report and JSON agree', async () => {
    const args = [
      'sensitivity', at('morris.yaml'), '--out', at('morris'), '--csv', at('m.csv'), '--report', at('m.html'),
    ];
    const first = await voxelith(...args, '--json', '--quiet');
    expect([first.code, first.stderr]).toEqual([0, '']);
    const found = JSON.parse(first.stdout) as {
      method: string; structures: number; outputs: { column: string; effects: { mu: number; muStar: number }[] }[];
    };
    expect([found.method, found.structures]).toEqual(['morris', 20]);
    const { effects } = found.outputs.find(({ column }) => column === 'volumeFraction2')!;
    // The expected fraction is the parameter: 0.3 over its range.
    expect(Math.abs(effects[0].mu - 0.3)).toBeLessThan(0.06);
    const { rows } = parseCsv('t', readFileSync(at('m.csv'), 'utf8'));
    expect(rows.map((row) => Number(row.muStar)))
      .toEqual(found.outputs.flatMap((output) => output.effects.map(({ muStar }) => muStar)));
    expect(readFileSync(at('m.html'), 'utf8')).not.toMatch(/NaN|undefined/);
    const again = await voxelith(...args);
    expect(again.stderr).toBe('');
    expect(again.stdout).toMatch(/of the variance is realisation noise/);
  });

  it('refuses other plans before any work', async () => {
    await expectRefused('sensitivity', [
      [[at('sobol.yaml'), '--out', at('sobol')], /the plan of the study must be morris or sobol-indices/],
      [[at('missing.yaml')], /missing\.yaml/],
      [[at('morris.yaml'), '--report', at('m.txt')], /a report is HTML/],
    ]);
  });
});
