// A cell with liquid electrolyte on the command line: pores, active material and porous additive.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { expectRefused, scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const CELL = fileURLToPath(new URL('../../examples/liquid-electrode/nmc811-liquid.yaml', import.meta.url));
const [ACTIVE, PORE, ADDITIVE] = [2, 3, 4];

/** A bar of active material along z in pores; additive beside it in three planes of four. */
const IMAGE = join(folder, 'bar.raw');
writeFileSync(IMAGE, Uint8Array.from({ length: 14 * 5 * 5 }, (_, i) => {
  const [z, y, x] = [Math.floor(i / 25), Math.floor(i / 5) % 5, i % 5];
  if (x < 3 && y < 4) return ACTIVE;
  return x === 3 && z % 4 !== 0 ? ADDITIVE : PORE;
}));
const ARGS = [
  IMAGE, CELL, '--raw-shape', '5,5,14', '--voxel-size', '2um', '--se', String(PORE), '--am', String(ACTIVE),
];
const NONE = ['--no-checkpoint', '--threads', '2'];

describe('voxelith discharge3d in a liquid electrolyte', () => {
  it('[law] charge and lithium are kept, salt goes to the separator; curves and maps are written', async () => {
    const [curves, maps] = ['curves.csv', 'soc.vti'].map((name) => join(folder, name));
    const { stdout, code } = await voxelith(
      'discharge3d', ...ARGS, '--carbon', String(ADDITIVE), '--rate', '0.5', '--at', '25%,end', '--json',
      '-o', curves, '--maps', maps, ...NONE, '--quiet',
    );
    expect(code).toBe(0);
    const run = JSON.parse(stdout);
    expect(run.endedBy).toBe('lowerVoltage');
    expect(run.voltage.at(-1)).toBeCloseTo(3, 3);
    expect(run.capacity / (run.currentDensity * run.time.at(-1))).toBeCloseTo(1, 9);
    expect(run.balance.lithium).toBeLessThan(1e-9);
    // Discharge takes salt from the electrode, to what lies in the separator.
    const [low, high] = run.salt.at(-1);
    expect(low).toBeGreaterThan(0);
    expect(high).toBeGreaterThanOrEqual(low);
    expect(high).toBeLessThan(1000);
    expect(readFileSync(curves, 'utf8').trim().split('\n').length).toBe(1 + run.time.length);
    expect(existsSync(maps)).toBe(true);
  });

  it('refuses what a liquid has not, in one line, and what memory does not hold with the cube that fits', async () => {
    await expectRefused('discharge3d', [
      [[...ARGS, ...NONE, '--carbon', '4', '--carbon-conductivity', '3'], /porous additive, which the cell describes/],
      [[...ARGS, ...NONE, '--rate', '1000'], /salt of the separator alone would be used up/],
    ]);
    const big = join(folder, 'big.raw');
    writeFileSync(big, Uint8Array.from({ length: 64 ** 3 }, (_, i) => ((i >> 2) % 2 === 0 ? PORE : ACTIVE)));
    const { stdout, stderr, code } = await voxelith(
      'discharge3d', big, CELL, '--raw-shape', '64,64,64', '--voxel-size', '1um', '--se', String(PORE),
      '--am', String(ACTIVE), '--memory', '20M', ...NONE,
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^error: discharge3d: needs .* MiB.*About \d+³ voxels would fit.*\n$/);
  });
});
