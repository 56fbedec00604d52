import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readVoxels, writeVolume } from '../../src/io/files.node.js';
import { expectRefused, scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const path = join(folder, 'layers.nrrd');

describe('voxelith correlate', () => {
  it('[exact] radial mean as text and JSON, lags as files with zero in the middle', async () => {
    const labels = Uint8Array.from({ length: 6 * 64 }, (_, i) => 1 + (Math.floor(i / 64) % 2));
    await writeVolume(path, { labels, shape: [6, 8, 8], voxelSizeUm: [0.5, 0.5, 0.5] });
    const output = join(folder, 'lags.npy');
    const json =
      await voxelith('correlate', path, '--phase', '1,2', '--max-lag', '2', '-o', output, '--json', '--quiet');
    expect(json).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(json.stdout))
      .toMatchObject({ phases: [1, 2], edges: 'open', maxLag: [2, 2, 2], shape: [5, 5, 5] });
    const lags = await readVoxels(join(folder, 'lags-coverage.npy'));
    expect(lags).toMatchObject({ shape: [5, 5, 5], voxelSizeUm: [0.5, 0.5, 0.5] });
    // Layers of one voxel, the first of phase 1: of five neighbours along z three begin there, and two end there.
    expect(lags.data[62]).toBe(0);
    expect(lags.data[62 + 25]).toBe(Math.fround(3 / 5));
    expect(lags.data[62 - 25]).toBe(Math.fround(2 / 5));
    const text = await voxelith('correlate', path, '--phase', '1', '--max-lag', '2,2,1');
    expect(text.stdout)
      .toMatch(/phase 1, lags to 1×2×2 voxels \(z, y, x\)\ndistance\/µm +coverage +centred\n +0 +0\.5 +0\.25\n/);
  });

  it('[law] bad input is one line, exit 2', async () => {
    await expectRefused('correlate', [
      [[path, '--phase', '1,2,3'], /one label or two/],
      [[path, '--phase', '9'], /label 9 does not occur/],
      [[path], /--phase/],
      [[path, '--phase', '1', '--max-lag', '1.5'], /--max-lag.*whole number of voxels/],
      [[path, '--phase', '1', '-o', 'x.jpg'], /jpg/],
    ]);
  });
});
