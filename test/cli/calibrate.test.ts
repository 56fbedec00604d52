import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { placeSection } from '../../src/cli/calibrate-images.js';
import { readVolume, writeVoxels } from '../../src/io/files.node.js';
import { uniform } from '../random.js';
import { scratchFolder, voxelith as run } from './cli.js';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);

describe('voxelith calibrate', () => {
  it('[exact] a plane is put where it was cut: the rows of one that contains z run along z', () => {
    const plane = { labels: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: [1, 2, 3], voxelSizeUm: [0.5, 0.2, 0.1] } as const;
    expect(placeSection(plane, 'z')).toEqual(plane);
    expect(placeSection(plane, 'y')).toEqual({ ...plane, shape: [2, 1, 3], voxelSizeUm: [0.2, 0.1, 0.1] });
    expect(placeSection(plane, 'x')).toEqual({ ...plane, shape: [2, 3, 1], voxelSizeUm: [0.2, 0.1, 0.1] });
  });

  it('[law] image → specification → structure, with a report', async () => {
    await run(
      'generate', '--model', 'chi2', '--set', 'alpha=0.25', '--set', 'lambda=1.5', '--size', '36', '-o',
      at('image.npy'), '--quiet',
    );
    const { code, stdout } = await run(
      'calibrate', at('image.npy'), '--model', 'chi2', '--draws', '30', '--realisations', '2', '--json', '--report',
      at('out.html'), '-o', at('calibrated.yaml'),
    );
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as {
      parameters: Record<string, number>;
      validation: { quantities: { quantity: string }[] };
      intervals: unknown[];
    };
    expect(Math.abs(found.parameters.alpha - 0.25)).toBeLessThan(0.06);
    expect(found.validation.quantities.map(({ quantity }) => quantity)).toContain('mFactor');
    expect(found.validation.quantities.find(({ quantity }) => quantity === 'mFactor'))
      .toMatchObject({ phases: [2], image: expect.any(Number), model: { count: 2 } });
    const surface = found.validation.quantities.find(
      ({ quantity }) => quantity === 'specificSurfaceArea',
    ) as unknown as { imageDeviation: number; subwindows: { count: number; standardDeviation: number } };
    // Eight subwindows of half the edges: σ of the window is theirs over about √8.
    expect(surface.subwindows.count).toBe(8);
    expect(surface.imageDeviation / surface.subwindows.standardDeviation).toBeGreaterThan(0.25);
    expect(surface.imageDeviation / surface.subwindows.standardDeviation).toBeLessThan(0.5);
    expect(found.intervals.length).toBe(2);
    const html = readFileSync(at('out.html'), 'utf8');
    expect(html).toContain('Two-point coverage');
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
    const drawn = await run('generate', at('calibrated.yaml'), '--size', '16', '-o', at('drawn.npy'), '--json');
    expect(drawn.code).toBe(0);
  });

  it('[law] sections and descriptors; wrong input ends with 2 and says what to do', async () => {
    const section = await run(
      'generate', '--model', 'chi2', '--set', 'alpha=0.25', '--set', 'lambda=1.5', '--size', '100,100,1', '-o',
      at('section.npy'), '--json',
    );
    expect(section.code).toBe(0);
    const flat = await run('calibrate', at('section.npy'), '--model', 'chi2', '--draws', '30', '--json');
    expect(flat.code).toBe(2);
    expect(flat.stderr).toMatch(/needs a section that contains z, and this plane lies across z; say --across y/);
    const side =
      await run('calibrate', at('section.npy'), '--model', 'chi2', '--draws', '30', '--across', 'y', '--json');
    expect(side.code).toBe(0);
    await run('describe', at('image.npy'), '--only', 'volumeFraction,specificSurfaceArea', '--json')
      .then(({ stdout }) => writeFileSync(at('d.json'), stdout));
    const exact = await run('calibrate', at('d.json'), '--model', 'chi2', '--areas', 'lattice', '--json');
    expect(Math.abs((JSON.parse(exact.stdout) as { parameters: Record<string, number> }).parameters.alpha - 0.25))
      .toBeLessThan(0.05);
    const three = await run('calibrate', at('image.npy'), '--model', 'three-phase', '--json');
    expect(three.code).toBe(2);
    expect(three.stderr).toMatch(/take the model chi2/);
  });

  it('[law] a folder of grey slices → labels, specification and report in one command', async () => {
    const stack = at('slices');
    mkdirSync(stack);
    await run(
      'generate', '--model', 'chi2', '--set', 'alpha=0.25', '--set', 'lambda=1.5', '--size', '36,36,40', '--seed', '3',
      '-o', at('truth.npy'), '--quiet',
    );
    const truth = await readVolume(at('truth.npy'));
    const random = uniform(4);
    for (let z = 0; z < 40; z++) {
      const labels = truth.labels.subarray(z * 36 * 36, (z + 1) * 36 * 36);
      await writeVoxels(join(stack, `s${z}.tif`), {
        data: Uint16Array.from(labels, (label) => (label === 2 ? 30000 : 10000) + 4000 * random()), shape: [1, 36, 36],
        voxelSizeUm: null,
      });
    }
    const flags = ['--model', 'chi2', '--draws', '30', '--voxel-size', '0.1um'];
    const { code, stdout } = await run(
      'calibrate', stack, '--segment', 'otsu', '--clean', '2', ...flags, '--realisations', '1', '--json', '--report',
      at('grey.html'), '-o', at('grey.yaml'), '--segmented', at('grey.nrrd'),
    );
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as {
      parameters: Record<string, number>;
      voxelEdgesUm: number[];
      images: { shape: number[]; steps: { step: string; labels?: number[] }[] }[];
    };
    expect(found.voxelEdgesUm).toEqual([0.1, 0.1, 0.1]);
    expect(found.images[0].shape).toEqual([40, 36, 36]);
    expect(found.images[0].steps.map(({ step }) => step)).toEqual(['segment', 'clean']);
    expect(found.images[0].steps[0].labels).toEqual([3, 2]);
    expect(Math.abs(found.parameters.alpha - 0.25)).toBeLessThan(0.06);
    const segmented = await readVolume(at('grey.nrrd'));
    expect(segmented.labels.filter((label, i) => label !== truth.labels[i]).length).toBeLessThan(200);
    expect(segmented.provenance).toMatchObject({ import: { steps: [{ step: 'segment' }, { step: 'clean' }] } });
    expect(readFileSync(at('grey.html'), 'utf8')).toContain('image as read');
    expect(readFileSync(at('grey.yaml'), 'utf8')).toMatch(/# segment +method otsu[^]*voxelSizeUm: 0\.1/);

    const bad = async (message: RegExp, ...more: string[]): Promise<void> => {
      const outcome = await run('calibrate', ...more, ...flags.slice(0, 4));
      expect([outcome.code, outcome.stdout]).toEqual([2, '']);
      expect(outcome.stderr).toMatch(message);
    };
    await bad(/holds grey values \(uint16\), the calibration needs labels: add --segment otsu:2/, stack);
    await bad(/--segment makes 3 classes; take --segment otsu:2/, stack, '--segment', 'otsu:3');
    await bad(
      /2 single planes, all across z: if they are the slices of one volume add --stack/, join(stack, 's1.tif'),
      join(stack, 's2.tif'), '--segment', 'otsu',
    );
    await writeVoxels(
      join(stack, 's40.tif'), { data: new Uint16Array(20 * 36), shape: [1, 36, 20], voxelSizeUm: null },
    );
    await bad(
      /s40\.tif: has 20 × 36 pixels, .*s0\.tif has 36 × 36; crop or save all slices alike/, stack, '--segment', 'otsu',
    );
  });
});
