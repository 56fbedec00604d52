// Everything that `describe` says about a three-phase structure like that of the peer record, all phases, along z.
import { describe, describePlan } from '../../src/descriptors/describe.js';
import { peakBytes } from '../../src/runtime/plan.js';
import { generate } from '../../src/structure/generate.js';
import type { BenchCase } from '../harness.js';
import { PEER_STRUCTURE } from './geodesic.bench.js';

export const cases: readonly BenchCase[] = [
  {
    name: 'describe',
    bytesPerVoxel: null,
    async setup(session, edge) {
      const volume = await generate(
        session, { model: 'three-phase', size: [edge, edge, edge], seed: 1, parameters: PEER_STRUCTURE },
      );
      return {
        voxels: edge ** 3,
        async run() {
          await describe(session, volume);
          return { planMiB: Math.round(peakBytes(describePlan(volume.shape, session.threads)) / 2 ** 20) };
        },
      };
    },
  },
];
