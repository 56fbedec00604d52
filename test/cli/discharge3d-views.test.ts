import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/index.js';
import { checkPage } from '../report/page.js';
import { scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const CELL = fileURLToPath(new URL('../../examples/cells/planar.yaml', import.meta.url));

describe('what one sees of voxelith discharge3d', () => {
  it('[law] grains hold what has passed, by size and moment; the report shows both rates and moments', async () => {
    // 5 µm of electrolyte before two columns of active material, 10 µm, with void between them.
    const image = join(folder, 'columns.raw');
    const plane = (label: number): number[] =>
      Array.from({ length: 20 }, (_, i) => (label === 2 && i % 5 === 2 ? 0 : label));
    writeFileSync(image, Uint8Array.from([...Array(10).fill(1), ...Array(20).fill(2)].flatMap(plane)));
    const [grains, report, maps] = ['grains.csv', 'report.html', 'soc.vti'].map((name) => join(folder, name));
    const { stdout, stderr, code } = await voxelith(
      'discharge3d', image, CELL, '--raw-shape', '5,4,30', '--voxel-size', '0.5um', '--rate', '0.2,0.5',
      '--at', '10%,60%',
      '--grains', grains, '--report', report, '--maps', maps, '--no-checkpoint', '--threads', '1', '--json',
    );
    expect([code, stderr.includes('error')]).toEqual([0, false]);
    // At half a C this slab ends before six tenths of the capacity have passed.
    expect(stderr).toMatch(/^0\.5C: ended before 60%$/m);
    expect(stderr).not.toMatch(/0\.2C: ended/);
    const { runs } = JSON.parse(stdout);
    const { rows } = parseCsv('grains.csv', readFileSync(grains, 'utf8'));
    for (const [i, rate] of [0.2, 0.5].entries()) {
      for (const [moment, used] of [['10%', 0.1], ['end', 0]] as const) {
        const own = rows.filter((row) =>
          Math.abs(Number(row.rate) - rate) < 1e-9 && row.moment === moment);
        expect(own.length).toBeGreaterThan(1);
        const total = own.reduce((sum, { voxels }) => sum + Number(voxels), 0);
        expect(total).toBe(20 * 16);
        const mean = own.reduce((sum, row) => sum + Number(row.voxels) * Number(row.stoichiometry), 0) / total;
        const { charged, discharged, stoichiometry } = runs[i];
        const wanted = used > 0 ? charged + used * (discharged - charged) : stoichiometry.at(-1);
        expect(Math.abs(mean - wanted)).toBeLessThan(1e-6);
      }
    }
    const html = readFileSync(report, 'utf8');
    checkPage(html);
    for (const text of ['0.20 C, 10%', '0.50 C, end', 'Grain by grain', 'active material', 'lies above']) {
      expect(html).toContain(text);
    }
    expect(readFileSync(maps, 'latin1')).toMatch(/Name="0\.2C-10%"[^]*Name="0\.5C-end"[^]*Name="labels"/);
  });
});
