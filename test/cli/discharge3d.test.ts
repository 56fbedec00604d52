import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readVoxels } from '../../src/io/files.node.js';
import { expectRefused, scratchFolder, stopped, voxelith } from './cli.js';

const folder = scratchFolder();
const CELL = fileURLToPath(new URL('../../examples/cells/planar.yaml', import.meta.url));

/** Labels as a raw file: x fastest, so many of each label along z. */
function slabs(name: string, across: number, ...planes: readonly (readonly [label: number, count: number])[]): string {
  const file = join(folder, name);
  writeFileSync(file, Buffer.concat(planes.map(([label, count]) => Buffer.alloc(count * across * across, label))));
  return file;
}

/** 5 µm of electrolyte before 10 µm of active material, in voxels of 0.5 µm. */
const COARSE = slabs('coarse.raw', 2, [1, 10], [2, 20]);
const COARSE_GRID = ['--raw-shape', '2,2,30', '--voxel-size', '0.5um', '--area', 'faces'];
const NONE = ['--no-checkpoint'];
/** Time in s, surface stoichiometry and voltage of two slabs at 5 A/m². */
const CLOSED = [[10, 0.30698229, 4.10811765], [100, 0.38694826, 4.03897648], [500, 0.53150426, 3.84229096]];

describe('voxelith discharge3d', () => {
  it('[exact] two slabs: voltage at once and the diffusion that follows', async () => {
    const fine = slabs('fine.raw', 1, [1, 50], [2, 100]);
    const { stdout, stderr, code } = await voxelith(
      'discharge3d', fine, CELL, '--raw-shape', '1,1,150', '--voxel-size', '0.1um', '--area', 'faces', '--current', '5',
      '--at', '10s,100s,500s,end', '--json', ...NONE,
    );
    expect([code, stderr]).toEqual([0, '']);
    const run = JSON.parse(stdout);
    expect(run.voltage[0]).toBeCloseTo(4.18148753, 6);
    for (const [time, x, v] of CLOSED) {
      const k = run.time.findIndex((t: number) => Math.abs(t - time) < 1e-6);
      expect(Math.abs(run.surface[k][1] - x)).toBeLessThan(1e-3);
      expect(Math.abs(run.voltage[k] - v)).toBeLessThan(1e-3);
    }
    expect(run.endedBy).toBe('lowerVoltage');
    expect(run.voltage.at(-1)).toBeCloseTo(3.4, 4);
    expect(run.capacity / (run.currentDensity * run.time.at(-1))).toBeCloseTo(1, 12);
    expect(run.balance.lithium).toBeLessThan(1e-10);
    expect(run.balance.charge).toBeLessThan(1e-10);
    expect(run.composition.image.area * 15e-6).toBeCloseTo(1, 6);
  });

  it('[law] writes curves, profiles and maps of several rates', async () => {
    const [output, profiles, maps] = ['curves.csv', 'profiles.csv', 'soc.npy'].map((name) => join(folder, name));
    const { stdout, code } = await voxelith(
      'discharge3d', COARSE, CELL, ...COARSE_GRID, '--rate', '0.2,0.5', '--at', '25%,3.8V,end', '-o', output,
      '--profiles', profiles, '--maps', maps, ...NONE,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/active material 0\.6667 \(cell file: 0\.6667\)/);
    const rows = readFileSync(output, 'utf8').trim().split('\n');
    expect(rows[0]).toBe('rate,currentDensity,time,voltage,charge,stoichiometry,surfaceLow,surfaceHigh');
    expect(new Set(rows.slice(1).map((row) => row.split(',')[0])).size).toBe(2);
    // 30 planes of 3 moments of 2 rates.
    expect(readFileSync(profiles, 'utf8').trim().split('\n').length).toBe(1 + 30 * 3 * 2);
    const written = readdirSync(folder).filter((name) => /^soc-.*\.npy$/.test(name));
    expect(written).toContain('soc-0.2C-25%.npy');
    const { data } = await readVoxels(join(folder, 'soc-0.2C-25%.npy'));
    const active = [...data as Float32Array].filter((value) => !Number.isNaN(value));
    expect(active.length).toBe(80);
    expect(active.reduce((sum, value) => sum + value, 0) / 80).toBeCloseTo(0.75, 5);
  });

  it('[law] a run that was killed goes on, and one of other settings does not', async () => {
    const checkpoint = join(folder, 'killed.checkpoint');
    const args = [
      'discharge3d', COARSE, CELL, ...COARSE_GRID, '--rate', '0.1,0.5', '--json', '--checkpoint', checkpoint,
      '--checkpoint-every', '0.000001',
    ];
    const whole = JSON.parse((await voxelith(...args)).stdout);
    expect(existsSync(checkpoint)).toBe(false);
    await stopped('SIGKILL', { folder, files: /^killed\.checkpoint$/, lines: 0 }, ...args);
    expect(existsSync(checkpoint)).toBe(true);
    const kept = readFileSync(checkpoint);
    const other = await voxelith(...args.map((arg) => (arg === 'faces' ? 'corrected' : arg)));
    expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/options .* are others; remove it/)]);
    writeFileSync(checkpoint, kept.subarray(0, kept.length - 9));
    const damaged = await voxelith(...args);
    expect([damaged.code, damaged.stderr]).toEqual([2, expect.stringMatching(/damaged or not whole/)]);
    writeFileSync(checkpoint, kept);
    const gone = await voxelith(...args);
    expect([gone.code, gone.stderr]).toEqual([0, expect.stringMatching(/goes on with run [12] at/)]);
    const runs = JSON.parse(gone.stdout).runs;
    for (const k of [0, 1]) {
      expect(runs[k].time.at(-1) / whole.runs[k].time.at(-1)).toBeCloseTo(1, 4);
      expect(runs[k].capacity / whole.runs[k].capacity).toBeCloseTo(1, 4);
    }
    expect(existsSync(checkpoint)).toBe(false);
  });

  it('[law] Ctrl-C leaves a checkpoint and says so', async () => {
    const big = slabs('big.raw', 16, [1, 40], [2, 80]);
    const checkpoint = join(folder, 'interrupted.checkpoint');
    const args = [
      'discharge3d', big, CELL, '--raw-shape', '16,16,120', '--voxel-size', '0.125um', '--threads', '1',
      '--rate', '0.1', '--checkpoint', checkpoint, '--checkpoint-every', '0.01',
    ];
    const moment = { folder, files: /^interrupted\.checkpoint$/, lines: 0 };
    const outcome = await stopped('SIGINT', moment, ...args);
    expect(outcome.code).toBe(130);
    expect(outcome.stdout).toBe('');
    expect(outcome.stderr).toMatch(/stopped at .* s; the same command goes on from there/);
    expect(outcome.stderr).toMatch(/error: discharge3d: cancelled by the caller\n$/);
    rmSync(checkpoint);
  });

  it('refuses what cannot be discharged, in one line', async () => {
    const apart = slabs('apart.raw', 2, [2, 20], [1, 10]);
    const wall = slabs('wall.raw', 2, [1, 10], [0, 1], [2, 19]);
    await expectRefused('discharge3d', [
      [[COARSE, CELL, ...COARSE_GRID, ...NONE, '--current', '1e5'], /separator .* alone .* lower the rate below/],
      [[COARSE, CELL, ...COARSE_GRID, ...NONE, '--rate', '1', '--current', '5'], /say the same/],
      [[COARSE, CELL, ...COARSE_GRID, ...NONE, '--am', '7'], /7, does not occur/],
      [[COARSE, CELL, ...COARSE_GRID, ...NONE, '--se', '2'], /already/],
      [[COARSE, CELL, ...COARSE_GRID, ...NONE, '--carbon-conductivity', '3'], /label of carbon/],
      [[COARSE, CELL, '--raw-shape', '2,2,30', ...NONE], /no voxel size/],
      [[apart, CELL, ...COARSE_GRID, ...NONE], /hangs together|reach/],
      [[wall, CELL, ...COARSE_GRID, ...NONE], /meet nowhere/],
    ]);
    const big = slabs('room.raw', 64, [1, 50], [2, 100]);
    const small = await voxelith(
      'discharge3d', big, CELL, '--raw-shape', '64,64,150', '--voxel-size', '0.1um', ...NONE, '--memory', '20M',
    );
    expect([small.code, small.stdout]).toEqual([1, '']);
    expect(small.stderr).toMatch(/^error: discharge3d: .*needs .* MiB.*\n$/);
  });
});
