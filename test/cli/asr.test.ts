import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/io/csv.js';
import { checkPage } from '../report/page.js';
import { expectRefused, scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const S1 = 'examples/cells/s1.yaml';

/** Sheets, one label per plane: a raw image of 2×2 columns. */
function sheets(name: string, planes: readonly number[]): readonly string[] {
  const path = join(folder, `${name}.raw`);
  writeFileSync(path, Uint8Array.from(planes.flatMap((label) => [label, label, label, label])));
  return [path, S1, '--raw-shape', `2,2,${planes.length}`, '--voxel-size', '1um'];
}

describe('voxelith asr', () => {
  it('[exact] sheets: the sum of their resistances, the reaction in the plane where they meet', async () => {
    const table = join(folder, 'reaction.csv');
    const image = sheets('planar', [1, 1, 1, 1, 2, 2, 2]);
    const { stdout, code } = await voxelith('asr', ...image, '--area', 'faces', '-o', table, '--json');
    expect(code).toBe(0);
    const { shares, resistance, homogenised } = JSON.parse(stdout);
    expect(shares.electrolyte).toBeCloseTo(4e-6 / 0.045, 9);
    expect(shares.electrons).toBeCloseTo(3e-6 / 91, 12);
    expect(shares.separator).toBeCloseTo(50e-6 / 0.045, 8);
    const total = Object.values<number>(shares).reduce((sum, share) => sum + share, 0);
    expect(Math.abs(resistance / total - 1)).toBeLessThan(1e-6);
    // Neither sheet percolates by itself.
    expect(homogenised.resistance).toBe(null);
    const { rows } = parseCsv(table, readFileSync(table, 'utf8'));
    expect(rows.map(({ reaction }) => Number(reaction) > 6.99)).toEqual([0, 0, 0, 0, 1, 0, 0].map(Boolean));
  });

  it('[law] writes a report of what the electrode and homogeneous media resist with', async () => {
    const report = join(folder, 'asr.html');
    const path = join(folder, 'lamellae.raw');
    writeFileSync(path, Uint8Array.from({ length: 64 }, (_, k) => 1 + (k & 1)));
    const { stdout, code } = await voxelith('asr', path, S1, '--raw-shape', '4,4,4', '--voxel-size', '1um',
      '--report', report, '--json');
    expect(code).toBe(0);
    const { homogenised } = JSON.parse(stdout);
    const html = readFileSync(report, 'utf8');
    checkPage(html);
    expect(html).toContain((1e4 * homogenised.resistance).toPrecision(4));
  });

  it('refuses what cannot carry a current, naming phase and contact, and options that do not fit', async () => {
    await expectRefused('asr', [
      [sheets('cut', [0, 1, 1, 2]), /no electrolyte hangs together with the separator/],
      [sheets('loose', [1, 2, 0]), /no active material hangs together with the collector/],
      [sheets('apart', [1, 0, 2]), /meet nowhere/],
      [[...sheets('none', [1, 2]), '--am', '5'], /label of active material, 5, does not occur/],
      [[...sheets('carbon', [1, 2, 3]), '--carbon', '3'], /both its label and its conductivity/],
      [[...sheets('bad', [1, 2]), '--stoichiometry', '2'], /stoichiometry/],
    ]);
  });
});
