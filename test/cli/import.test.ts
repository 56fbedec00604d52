import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { STEP_FLAGS } from '../../src/image/step-text.js';
import { readVolume, readVoxels, writeVoxels } from '../../src/io/files.node.js';
import { uniform } from '../random.js';
import { scratchFolder, voxelith } from './cli.js';

const folder = scratchFolder();
const scan = join(folder, 'scan.npy');
const random = uniform(3);
const data =
  Uint16Array.from({ length: 8 * 9 * 10 }, (_, i) => (i % 10 < 4 ? 1000 : i % 10 < 7 ? 2000 : 3000) + 200 * random());
await writeVoxels(scan, { data, shape: [8, 9, 10], voxelSizeUm: null });

describe('voxelith import', () => {
  it('[exact] one line from grey values to labels, as JSON and in the file', async () => {
    const out = join(folder, 'labels.nrrd');
    const { code, stdout, stderr } = await voxelith(
      'import', scan, '--crop', 'z=1:7', '--filter', 'median', '--segment', 'otsu:3', '--labels', '3,1,2', '--clean',
      '5', '--voxel-size', '0.2um', '-o', out, '--json',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^(warning: .*12-bit data.*\n)?$/) });
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      content: 'labels', dtype: 'uint8', shape: [6, 9, 10], voxelSizeUm: 0.2,
      phases: { 1: { volumeFraction: 0.3 }, 2: { volumeFraction: 0.3 }, 3: { volumeFraction: 0.4 } },
    });
    expect(result.steps.map(({ step }: { step: string }) => step)).toEqual(['crop', 'filter', 'segment', 'clean']);
    const volume = await readVolume(out);
    expect(Array.from(volume.labels.subarray(0, 10))).toEqual([3, 3, 3, 3, 1, 1, 1, 2, 2, 2]);
    expect(volume.provenance).toEqual(result.provenance);
    expect(volume.provenance)
      .toMatchObject({ import: { source: { file: scan, format: 'npy', dtype: 'uint16', shape: [8, 9, 10] } } });
    const text = await voxelith('import', scan, '--segment', 'thresholds:1500,2500', '-o', out, '--quiet');
    expect(text.stdout).toMatch(/labels \(uint8\), 8×9×10 \(z, y, x\), voxel size unknown/);
    expect(text.stdout).toMatch(/unknown[^]*segment +method thresholds, thresholds 1500 2500[^]*\n +1 +0\.4\n/);
  });

  it('[exact] flags are done in their order; a folder of slices is one image', async () => {
    const stack = join(folder, 'stack');
    mkdirSync(stack);
    for (let z = 0; z < 11; z++) {
      await writeVoxels(
        join(stack, `s${z}.tif`), { data: Uint8Array.of(z, 10 * z), shape: [1, 1, 2], voxelSizeUm: null },
      );
    }
    const out = join(folder, 'stack.npy');
    const { code, stderr } = await voxelith(
      'import', stack, '--as', 'grey', '--crop', '2:10,:,:', '--rescale', '1,1,0.5', '--crop', '1:3,:,:', '-o', out,
    );
    expect([code, stderr]).toEqual([0, expect.stringMatching(/voxel size is unknown/)]);
    const array = await readVoxels(out);
    expect([Array.from(array.data), array.shape]).toEqual([[5, 45, 7, 65], [2, 1, 2]]);
  });

  it('[exact] an array inside an HDF5 file, to Zarr and on to describe; ' +
      'several arrays are listed in one line', async () => {
    const many = new URL('../io/fixtures/h5py-many.h5', import.meta.url).pathname;
    const out = join(folder, 'labels.zarr');
    const { code, stdout } =
      await voxelith('import', `${many}:/volumes/labels`, '--voxel-size', '0.1um', '-o', out, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout))
      .toMatchObject({ files: [out], source: { format: 'hdf5', dtype: 'int32' }, shape: [2, 3, 4], voxelSizeUm: 0.1 });
    const described = await voxelith('describe', `${out}/`, '--only', 'volumeFraction', '--json');
    expect(JSON.parse(described.stdout).phases['2'].volumeFraction).toBeCloseTo(1 / 3, 15);
    const { code: failed, stderr } = await voxelith('info', many);
    expect([failed, stderr]).toEqual(
      [2, expect.stringMatching(/^error: .*h5py-many\.h5: holds 5 images, name one of them after a colon .*\n$/)],
    );
  });

  it('[exact] every flag says what it expects', () => {
    const step = (flag: string, text: string): unknown => STEP_FLAGS.find((entry) => entry.flag === flag)!.step(text);
    const bad: [string, string, RegExp][] = [
      ['crop', '1:2', /--crop: expected z0:z1,y0:y1,x0:x1.*found "1:2"/], ['crop', 'z=1:2,3:4', /--crop/],
      ['filter', 'mean:3', /--filter: expected box:3, median.*found "mean:3"/],
      ['filter', 'gaussian', /--filter: expected box:3/], ['filter', 'median:7', /3 or 5 voxels/],
      ['segment', 'otsu:x', /--segment: expected auto, auto:3, otsu.*found "otsu:x"/],
      ['segment', 'thresholds:', /--segment/], ['flatten', 'cubic', /--flatten: expected linear or quadratic/],
      ['close', 'a', /--close: expected a radius/], ['rescale', '1,2', /--rescale/],
    ];
    for (const [flag, text, message] of bad) expect(() => step(flag, text)).toThrow(message);
    expect(step('crop', ':,2:,:9')).toEqual({ step: 'crop', window: [[null, null], [2, null], [null, 9]] });
    expect(step('filter', 'anisotropic:20,35.5'))
      .toEqual({ step: 'filter', filter: { kind: 'anisotropic', iterations: 20, kappa: 35.5 } });
    expect(step('flatten', '')).toEqual({ step: 'flatten', degree: 1, axes: ['z'] });
    expect(step('flatten', 'quadratic:xz')).toEqual({ step: 'flatten', degree: 2, axes: ['z', 'x'] });
    expect(step('open', '1.5:2')).toEqual({ step: 'open', radius: 1.5, phase: 2 });
    expect(step('rescale', '1,2,3')).toEqual({ step: 'rescale', factor: [3, 2, 1] });
  });

  it.each([
    [
      ['--segment', 'thresholds:9000'],
      /all voxels get label 1: grey values lie from 1000 to 31\d\d, thresholds are 9000/,
    ],
    [['--crop', 'x=1'], /--crop: expected/],
  ])('[exact] %j is wrong usage with one line', async (flags, message) => {
    const { code, stdout, stderr } = await voxelith('import', scan, ...flags, '-o', join(folder, 'x.nrrd'));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.trim()).toMatch(message);
    expect(stderr.trim().split('\n').filter((line) => line.startsWith('error'))).toHaveLength(1);
  });
});
