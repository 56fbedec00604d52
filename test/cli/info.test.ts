import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { largestCube, PLANNED_OPERATIONS } from '../../src/capacity/capacity.js';
import { writeVolume, writeVoxels } from '../../src/io/files.node.js';
import { defaultThreads } from '../../src/runtime/session.js';
import { scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const path = join(folder, 'small.nrrd');

describe('voxelith info', () => {
  it('[exact] shape, labels, voxel size and origin, as text and as one JSON object', async () => {
    const labels = Uint8Array.of(1, 1, 1, 2, 2, 3);
    await writeVolume(path, { labels, shape: [1, 2, 3], voxelSizeUm: [0.4, 0.2, 0.2], provenance: { seed: 7 } });
    const json = await voxelith('info', path, '--json');
    expect(json).toMatchObject({ code: 0, stderr: '' });
    expect(json.stdout.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(json.stdout)).toEqual({
      file: path, format: 'nrrd', dtype: 'uint8', shape: [1, 2, 3], voxels: 6, voxelSizeUm: [0.4, 0.2, 0.2],
      phases: {
        1: { voxels: 3, volumeFraction: 0.5 }, 2: { voxels: 2, volumeFraction: 2 / 6 },
        3: { voxels: 1, volumeFraction: 1 / 6 },
      },
      values: null, histogram: null, provenance: { seed: 7 },
    });
    const text = await voxelith('info', path);
    expect(text.stdout).toMatch(/1×2×3 \(z, y, x\).*\n.*0\.4 × 0\.2 × 0\.2 µm[^]*\n +1 +3 +0\.5\n +2/);
  });

  it('[exact] numbers that are no labels get their range', async () => {
    const field = join(folder, 'field.npy');
    await writeVoxels(field, { data: Float32Array.of(-1, 0.5, NaN), shape: [1, 1, 3], voxelSizeUm: null });
    const { phases, values, histogram } = JSON.parse((await voxelith('info', field, '--json')).stdout);
    expect([phases, values]).toEqual([null, { min: -1, max: 0.5, mean: -0.25, notFinite: 1 }]);
    expect([histogram.from[16], histogram.counts]).toEqual([-0.25, [1, ...Array.from({ length: 30 }, () => 0), 1]]);
  });

  it('[exact] 8-bit grey values are no labels: range and histogram', async () => {
    const grey = join(folder, 'grey.npy');
    await writeVoxels(
      grey, { data: Uint8Array.from({ length: 200 }, (_, i) => i), shape: [1, 1, 200], voxelSizeUm: null },
    );
    expect((await voxelith('info', grey)).stdout)
      .toMatch(/values +0 to 199, mean 99.5; no labels[^]*from +voxels[^]*\n +0 +7 +█{40}\n/);
  });

  it('[exact] the histogram of grey values: whole bins, all voxels in them, hot pixels in the last', async () => {
    const hot = join(folder, 'hot.npy');
    // Two peaks on 100 to 163, every value twice or six times, and one voxel at 65535.
    const data = Uint16Array.from({ length: 4001 }, (_, i) => (i === 4000 ? 65535 : 100 + (i % 64)));
    await writeVoxels(hot, { data, shape: [1, 1, 4001], voxelSizeUm: null });
    const { histogram, values } = JSON.parse((await voxelith('info', hot, '--json')).stdout);
    expect([values.max, histogram.from.length, histogram.from[0], histogram.from[1]]).toEqual([65535, 32, 100, 102]);
    expect(histogram.counts.reduce((sum: number, n: number) => sum + n, 0)).toBe(4001);
    expect(histogram.counts.slice(0, 16)).toEqual(Array.from({ length: 16 }, () => 126));
  });

  it('[exact] VOXELITH_DEBUG is the only way to a stack trace; wrong files are one line and exit 2', async () => {
    const broken = join(folder, 'broken.npy');
    writeFileSync(broken, 'not numpy');
    const { code, stdout, stderr } = await voxelith('info', broken);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: .*broken\.npy: not a \.npy file.*\n$/);
  });
});

describe('voxelith info --plan', () => {
  it('[law] says what fits, without and with an image, as the library does', async () => {
    const { stdout, code } = await voxelith('info', '--plan', '--memory', '1G', '--threads', '2', '--json');
    expect(code).toBe(0);
    const { operations } = JSON.parse(stdout);
    expect(Object.keys(operations)).toEqual(PLANNED_OPERATIONS.map(({ name }) => name));
    expect(operations.conduct).toEqual(
      { title: 'one phase, voxel faces', largestCube: largestCube('conduct', 2 ** 30, 2), bytes: null, fits: null },
    );
    await writeVolume(path, { labels: new Uint8Array(6).fill(1), shape: [1, 2, 3], voxelSizeUm: null });
    const image = await voxelith('info', path, '--plan');
    // 4 GiB, or more where the engine has 64-bit addresses.
    expect(image.stdout).toMatch(/memory \d{4,5} MiB, [^]*conduct +\d+³ +\d+ +yes +one phase, voxel faces/);
    // Without --threads, as many as the other commands take.
    const threads = defaultThreads(availableParallelism());
    expect(image.stdout).toContain(`, ${threads} thread${threads === 1 ? '' : 's'}\n`);
    expect(await voxelith('info'))
      .toMatchObject({ code: 2, stderr: 'error: info: expected an image or --plan, found neither\n' });
  });
});
