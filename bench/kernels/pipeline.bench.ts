// The chain in one process: generate, describe all phases, conduct both solid phases; seconds of each and the peak of
// the process.
import { describe } from '../../src/descriptors/describe.js';
import { generate } from '../../src/structure/generate.js';
import { specFromSet } from '../../src/structure/parameter-sets.js';
import { mFactor } from '../../src/transport/m-factor.js';
import type { BenchCase } from '../harness.js';

export const cases: readonly BenchCase[] = [
  {
    name: 'pipeline',
    bytesPerVoxel: null,
    async setup(session, edge) {
      return {
        voxels: edge ** 3,
        async run() {
          const seconds: Record<string, number> = {};
          const timed = async <T>(stage: string, work: () => Promise<T>): Promise<T> => {
            const start = performance.now();
            const result = await work();
            const elapsed = (performance.now() - start) / 1000;
            seconds[stage] = Number(elapsed.toFixed(2));
            seconds[`${stage}Ns`] = Number(((1e9 * elapsed) / edge ** 3).toFixed(1));
            return result;
          };
          const structure = await timed(
            'generate', () => generate(session, specFromSet('bm01', { size: [edge, edge, edge], seed: 1 })),
          );
          await timed('describe', () => describe(session, structure));
          const se = await timed('conductSE', () => mFactor(session, structure, { phase: 1 }));
          const am = await timed('conductAM', () => mFactor(session, structure, { phase: 2 }));
          return {
            ...seconds,
            mSE: Number(se.mFactor.toFixed(5)),
            mAM: Number(am.mFactor.toFixed(5)),
            processMiB: Math.round(process.resourceUsage().maxRSS / 1024),
          };
        },
      };
    },
  },
];
