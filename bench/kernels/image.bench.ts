// The steps of the import pipeline on 16-bit noise over two phases.
import type { Shape } from '../../src/core/grid.js';
import type { LabelVolume } from '../../src/core/volume.js';
import { cleanLabels } from '../../src/image/clean.js';
import { filterGreys, type Filter } from '../../src/image/filter.js';
import { flattenGreys } from '../../src/image/flatten.js';
import type { GreyVolume } from '../../src/image/grey.js';
import { closePhase } from '../../src/image/morphology.js';
import { rescaleLabels } from '../../src/image/rescale.js';
import { segmentGreys } from '../../src/image/segment.js';
import type { Session } from '../../src/runtime/session.js';
import { generate } from '../../src/structure/generate.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import type { BenchCase } from '../harness.js';

interface Scan {
  readonly edge: number;
  readonly labels: LabelVolume;
  readonly grey: GreyVolume;
}

let kept: Scan | null = null;

async function scan(session: Session, edge: number): Promise<Scan> {
  if (kept?.edge !== edge) {
    const shape: Shape = [edge, edge, edge];
    const labels = await generate(session, specFromSet('bm01', { size: shape, seed: 1 }));
    let state = 1;
    const data = Uint16Array.from(labels.labels, (label) => {
      state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
      return 15000 * label + ((state >>> 16) & 8191);
    });
    kept = { edge, labels, grey: { data, shape, voxelSizeUm: null } };
  }
  return kept;
}

function measure(
  name: string, bytesPerVoxel: number | null,
  run: (session: Session, scan: Scan) => Promise<Readonly<Record<string, number>> | void>,
): BenchCase {
  return {
    name,
    bytesPerVoxel,
    async setup(session, edge) {
      const image = await scan(session, edge);
      return { voxels: edge ** 3, run: () => run(session, image) };
    },
  };
}

const filter = (name: string, how: Filter): BenchCase =>
  measure(`image-${name}`, null, async (session, { grey }) => void (await filterGreys(session, grey, how)));

export const cases: readonly BenchCase[] = [
  filter('box-3', { kind: 'box', size: 3 }),
  filter('median-3', { kind: 'median', size: 3 }),
  filter('median-5', { kind: 'median', size: 5 }),
  filter('gaussian-1', { kind: 'gaussian', sigma: 1 }),
  filter('anisotropic-10', { kind: 'anisotropic' }),
  measure('image-flatten', null, async (session, { grey }) => void (await flattenGreys(session, grey))),
  measure('image-otsu-3', null, async (session, { grey }) => void (
    await segmentGreys(session, grey, { method: 'otsu', classes: 3 })
  )),
  measure('image-auto-3', null, async (session, { grey }) => void (
    await segmentGreys(session, grey, { method: 'auto', classes: 3 })
  )),
  measure('image-clean-100', null, async (session, { labels }) => (
    { components: (await cleanLabels(session, labels, { minVoxels: 100 })).components }
  )),
  measure('image-close-2', null, async (session, { labels }) => void (
    await closePhase(session, labels, { radius: 2, phase: 2 })
  )),
  measure('image-rescale-half', null, async (session, { labels }) => void (await rescaleLabels(session, labels, 0.5))),
];
