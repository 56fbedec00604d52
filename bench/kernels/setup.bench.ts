// What passes before the first iteration of a solve of one phase, stage by stage, and what is said about its image
// after it: seconds of each.
import { imageWarnings } from '../../src/descriptors/image-warnings.js';
import { countPlan } from '../../src/kernels/parts.js';
import { solverPlan } from '../../src/kernels/solver-memory.js';
import { prepareSolver } from '../../src/kernels/solver.js';
import { countNetworkParts, networkPlan, prepareNetwork, preparingPlan } from '../../src/kernels/transport.js';
import type { BenchCase } from '../harness.js';
import { recordStructure } from '../record.js';

function setupCase(name: string, coarse: 'blocks' | 'parts'): BenchCase {
  return {
    name,
    bytesPerVoxel: null,
    async setup(session, edge) {
      const { labels, shape } = await recordStructure(session, edge);
      const needs = { maxIterations: 2, plain: true };
      const planned = networkPlan(shape, 'z');
      const plan = {
        leases: planned,
        then: [preparingPlan(shape, 'z'), { leases: countPlan(shape) }, solverPlan(shape, session.threads, needs)],
      };
      return {
        voxels: edge ** 3,
        run: () => session.run('set-up', plan, edge ** 3, {}, async (frame) => {
          const seconds: Record<string, number> = {};
          const timed = async <T>(stage: string, work: () => Promise<T>): Promise<T> => {
            const start = performance.now();
            const result = await work();
            seconds[stage] = Number(((performance.now() - start) / 1000).toFixed(3));
            return result;
          };
          const { network } = frame.take(planned);
          const finest = { kind: 'plain', network } as const;
          const { linearEnergy } =
            await timed('network', () => prepareNetwork(frame, network, labels, 1, shape, 'z'));
          const counts = await timed('census', () => countNetworkParts(frame, finest, shape));
          const parts = coarse === 'parts' ? counts : null;
          if (parts !== null) await frame.extend(solverPlan(shape, session.threads, { ...needs, parts }));
          await timed(coarse, () => prepareSolver(
            frame, { finest, axis: 'z', shape, linearEnergy }, { ...needs, parts },
          ));
          return { ...seconds, MiB: Math.round(frame.peakBytes / 2 ** 20) };
        }),
      };
    },
  };
}

export const cases: readonly BenchCase[] = [
  setupCase('setup-blocks', 'blocks'),
  setupCase('setup-parts', 'parts'),
  {
    name: 'image-warnings',
    bytesPerVoxel: null,
    async setup(session, edge) {
      const volume = await recordStructure(session, edge);
      return {
        voxels: edge ** 3,
        run: async () => void await imageWarnings(session, volume, { phases: [1] }),
      };
    },
  },
];
