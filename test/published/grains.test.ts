// Grains beside scikit-image's watershed, and on a published tomogram.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { segmentGrains } from '../../src/descriptors/grains.js';
import { readVoxels } from '../../src/io/files.node.js';
import { generate } from '../../src/structure/generate.js';
import { testSession } from '../session.js';
import { inFolder, pythonWith } from './python.js';

/** Floods ranks, which are all different, so that both programs know which voxel comes first. */
const FLOOD = `
folder, n = sys.argv[1], int(sys.argv[2])
labels = np.fromfile(folder + '/labels', 'u1').reshape(n, n, n)
phase = labels == 2
squared = np.rint(scipy.ndimage.distance_transform_edt(phase) ** 2).astype('i8').ravel()
order = np.lexsort((np.arange(squared.size), -squared))
rank = np.empty(squared.size, 'i8')
rank[order] = np.arange(squared.size)
result = {}
for name in ['all', 'joined']:
    ours = np.fromfile(folder + '/' + name, '<u4')
    markers = np.zeros(squared.size, 'i4')
    # The first voxel of each grain in the order of the flood.
    grains, first = np.unique(ours[order], return_index=True)
    markers[order[first]] = grains
    theirs = skimage.segmentation.watershed(
        rank.reshape(n, n, n), markers.reshape(n, n, n), connectivity=np.ones((3, 3, 3)), mask=phase)
    result[name] = float((theirs.ravel() == ours)[phase.ravel()].mean())
maxima = skimage.morphology.local_maxima(-rank.reshape(n, n, n), connectivity=3) & phase
result['maxima'] = int(scipy.ndimage.label(maxima, np.ones((3, 3, 3)))[1])
print(json.dumps(result))
`;

const python = pythonWith([
  'sys', 'json', 'numpy as np', 'scipy.ndimage', 'skimage.segmentation', 'skimage.morphology',
]);
const tomogram = join(process.env.VOXELITH_DATA ?? '../shared/data', 'electrode.tiff');

describe('grains beside other programs', async () => {
  const session = await testSession();

  it.skipIf(python === null)('[oracle] skimage.segmentation.watershed gives the same grains', async () => {
    const n = 72;
    const { labels, shape } = await generate(session, {
      model: 'boolean', size: [n, n, n], seed: 5, parameters: { volumeFraction: 0.6, radius: 7, anisotropyFactor: 1 },
    });
    const volume = { labels, shape, voxelSizeUm: null };
    const all = await segmentGrains(session, volume, { phase: 2, dynamics: 0 });
    const joined = await segmentGrains(session, volume, { phase: 2 });
    expect(joined.count).toBeLessThan(all.count);
    await inFolder(async (folder) => {
      writeFileSync(join(folder, 'labels'), labels);
      for (const [name, { numbers }] of [['all', all], ['joined', joined]] as const) {
        writeFileSync(join(folder, name), new Uint8Array(numbers.buffer));
      }
      const found = python!(FLOOD, folder, String(n)) as { all: number; joined: number; maxima: number };
      expect([found.all, found.maxima]).toEqual([1, all.basins]);
      // A flood from fewer markers enters basins without one late, and their foot may be another's by then.
      expect(found.joined).toBeGreaterThan(0.99);
    });
  });

  it.skipIf(!existsSync(tomogram))('[law] a tomogram of particles: its active material falls into grains', async () => {
    const { data, shape } = await readVoxels(tomogram);
    const volume = { labels: Uint8Array.from(data), shape, voxelSizeUm: null };
    const { count, numbers } = await segmentGrains(session, volume, { phase: 85 });
    expect(count).toBeGreaterThan(800);
    expect(count).toBeLessThan(1600);
    volume.labels.forEach((label, i) => {
      if ((numbers[i] > 0) !== (label === 85)) throw new Error(`voxel ${i}`);
    });
  });
});
