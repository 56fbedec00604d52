// What the command line says against an image, and --strict.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeVolume, writeVoxels } from '../../src/io/files.node.js';
import { normals } from '../random.js';
import { expectRefused, scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);
const shape = [24, 24, 24] as const;

describe('warnings of the command line', () => {
  beforeAll(async () => {
    const normal = normals(8);
    const grey = Uint8Array.from({ length: 24 ** 3 }, (_, i) => (i % 24 < 12 ? 60 : 180) + 12 * normal());
    await writeVoxels(at('grey.tif'), { data: grey, shape, voxelSizeUm: [1, 1, 1] });
    // Label 1 between 2 and 3, one voxel thin; straight, so that the window says nothing.
    const skin = Uint8Array.from({ length: 24 ** 3 }, (_, i) => [2, 2, 2, 1, 3, 3, 3, 1][i % 8]);
    await writeVolume(at('skin.nrrd'), { labels: skin, shape, voxelSizeUm: [1, 1, 1] });
  });

  it('[exact] describe refuses grey values in one line, and warns where labels are named', async () => {
    await expectRefused('describe', [
      [[at('grey.tif')], /grey\.tif: describe: the image has \d+ labels from \d+ to \d+, like grey .*segment it/],
    ]);
    const { code, stderr, stdout } =
      await voxelith('describe', at('grey.tif'), '--phase', '60', '--only', 'volumeFraction', '--json');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^warning: the image has \d+ labels .*\n$/)]);
    expect(`warning: ${JSON.parse(stdout).warnings.join('\n')}\n`).toBe(stderr);
  });

  it('[exact] conduct and correlate say that a grey value is no phase; what is absent is refused', async () => {
    for (const [command, phase] of [['conduct', '180'], ['correlate', '60']]) {
      const { code, stderr, stdout } = await voxelith(command, at('grey.tif'), '--phase', phase, '--json');
      expect([code, stderr]).toEqual([0, expect.stringMatching(/^warning: the image has \d+ labels .*grey values/)]);
      expect(JSON.parse(stdout).warnings).toHaveLength(1);
    }
    await expectRefused('conduct', [
      [[at('grey.tif'), '--phase', '255'], /label 255 does not occur in the image; it has \d+ labels from/],
      [[at('skin.nrrd'), '--phase', '7'], /label 7 does not occur in the image; it has 1, 2, 3\n/],
    ]);
  });

  it('[exact] conduct along all axes warns once, and --sigma says which labels insulate', async () => {
    const { code, stderr, stdout } =
      await voxelith('conduct', at('skin.nrrd'), '--sigma', '2=1,1=0.5', '--axis', 'all');
    const lines = stderr.trim().split('\n');
    expect([code, lines]).toEqual([0, [
      expect.stringMatching(/^warning: label 1 lines 100 % of the boundary between 2 and 3, .*--segment auto/),
      expect.stringMatching(/^warning: label 1 is mostly one voxel thin/),
    ]]);
    expect(stdout).toMatch(/skin\.nrrd, σ1 = 0\.5, σ2 = 1; label 3 insulates\n/);
    const json = await voxelith('conduct', at('skin.nrrd'), '--sigma', '2=1', '--tensor', '--json', '--quiet');
    const { insulating, warnings, axes } = JSON.parse(json.stdout);
    expect([insulating, warnings.length, axes.z.warnings, json.stderr]).toEqual([[1, 3], 1, undefined, '']);
  });

  it('[law] import writes a report of what it did, with its warnings', async () => {
    const report = at('import.html');
    const { code, stdout } = await voxelith(
      'import', at('grey.tif'), '--filter', 'median', '--segment', 'thresholds:60', '--clean', '5', '--report', report,
      '-o', at('imported.nrrd'), '--json',
    );
    expect([code, JSON.parse(stdout).report, JSON.parse(stdout).files]).toEqual([0, report, [at('imported.nrrd')]]);
    const html = readFileSync(report, 'utf8');
    for (const text of ['lies on no valley', 'Before segmentation', 'minVoxels 5', 'voxelith import', 'made by']) {
      expect(html).toContain(text);
    }
  });

  it('[law] --strict makes them errors, exit 1, and nothing is written', async () => {
    const out = [at('labels.npy'), at('table.csv'), at('report.html')];
    const runs = [
      ['import', at('grey.tif'), '--segment', 'thresholds:60', '-o', out[0]],
      ['describe', at('skin.nrrd'), '--only', 'volumeFraction', '-o', out[1], '--report', out[2]],
      ['conduct', at('skin.nrrd'), '--phase', '2', '-o', out[1], '--report', out[2]],
    ];
    for (const run of runs) {
      const { code, stdout, stderr } = await voxelith(...run, '--strict', '--json');
      expect([run[0], code, stdout]).toEqual([run[0], 1, '']);
      expect(stderr).toMatch(/^(error: (\S+\.nrrd: )?(label|threshold) .* \(--strict\)\n)+$/);
    }
    expect(out.filter((path) => existsSync(path))).toEqual([]);
    const sound = ['import', at('grey.tif'), '--segment', 'otsu', '-o', out[0], '--strict'];
    expect((await voxelith(...sound)).code).toBe(0);
  });
});
