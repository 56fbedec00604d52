// The recipe of the README: slices of a blurred, noisy cathode to labels that give its M.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readVolume, writeVoxels } from '../../src/io/files.node.js';
import { generate } from '../../src/structure/generate.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import { mFactor } from '../../src/transport/m-factor.js';
import { normals } from '../random.js';
import { blurTwin } from '../reference/deconvolve.js';
import { testSession } from '../session.js';
import { scratchFolder, voxelith } from './cli.js';

const session = await testSession();
const folder = scratchFolder();
const EDGE = 56;
/** Grey value of SE, AM and pore. */
const GREY = [0, 110, 210, 40];

describe('import --segment auto', () => {
  it.each(['bm01', 'bm03', 'bm10'])('[law] slices of %s, blur 0.6, noise 8: M within 5 per cent', async (set) => {
    const truth = await generate(session, specFromSet(set, { size: [EDGE, EDGE, EDGE], seed: 3 }));
    const blurred = blurTwin(Float64Array.from(truth.labels, (label) => GREY[label]), truth.shape, 0.6);
    const normal = normals(7);
    const grey = Uint8Array.from(blurred, (value) => Math.max(0, Math.min(255, Math.round(value + 8 * normal()))));
    const slices: string[] = [];
    for (let z = 0; z < EDGE; z++) {
      slices.push(join(folder, `${set}-${z}.tif`));
      const data = grey.slice(z * EDGE * EDGE, (z + 1) * EDGE * EDGE);
      await writeVoxels(slices[z], { data, shape: [1, EDGE, EDGE], voxelSizeUm: null });
    }
    const out = join(folder, `${set}.nrrd`);
    const { code, stderr } = await voxelith(
      'import', ...slices, '--segment', 'auto:3', '--labels', '3,1,2', '--voxel-size', '0.2um', '-o', out,
    );
    expect([code, stderr]).toEqual([0, expect.not.stringMatching(/^warning: /m)]);
    const found = await readVolume(out);
    for (const phase of [1, 2]) {
      const [is, was] = [found, truth].map(async (volume) => (await mFactor(session, volume, { phase })).mFactor);
      expect(Math.abs((await is) / (await was) - 1)).toBeLessThan(0.05);
    }
  });
});
