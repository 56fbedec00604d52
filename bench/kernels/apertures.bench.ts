// Face codes of interface smooth, from labels and from a level set: everything before the solve.
import { apertureFaces, aperturePlan, type ApertureSource } from '../../src/kernels/apertures.js';
import { facePlan, leaseFaces } from '../../src/kernels/faces.js';
import { peakBytes } from '../../src/runtime/plan.js';
import { generate, type ModelStructure } from '../../src/structure/generate.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import type { BenchCase } from '../harness.js';

function apertures(name: string, sourceOf: (structure: ModelStructure) => ApertureSource): BenchCase {
  return {
    name,
    bytesPerVoxel: null,
    async setup(session, edge) {
      const structure =
        await generate(session, specFromSet('bm01', { size: [edge, edge, edge], seed: 1, levelSets: true }));
      const source = sourceOf(structure);
      const smoothing = 'labels' in source ? source.smoothing : null;
      const { shape } = structure;
      const plan = { leases: facePlan(shape), then: [aperturePlan(shape, smoothing, session.threads)] };
      return {
        voxels: edge ** 3,
        run: () =>
          session.run('apertures', plan, edge ** 3, {}, async (frame) => {
            const { openFraction } = await apertureFaces(frame, leaseFaces(frame, shape), source, shape);
            return { openFraction: openFraction[0], MiB: Math.round(peakBytes(plan) / 2 ** 20) };
          }),
      };
    },
  };
}

export const cases: readonly BenchCase[] = [
  apertures('apertures-labels', ({ labels }) => ({ labels, phase: 1, smoothing: 0.6 })),
  apertures('apertures-level-set', ({ levelSets }) => ({ levelSet: levelSets!.x })),
];
