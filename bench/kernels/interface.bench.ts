// Faces between active material and electrolyte with their weights, and the area that 13 directions see, in the
// structure of the peer record.
import { voxelCount } from '../../src/core/grid.js';
import { countInterface, interfaceCountPlan, interfaceFacesPlan } from '../../src/kernels/interface-faces.js';
import { directionsPlan, electrodeInterface } from '../../src/resolved/interface.js';
import { generate } from '../../src/structure/generate.js';
import type { BenchCase } from '../harness.js';
import { PEER_STRUCTURE } from './geodesic.bench.js';

export const cases: readonly BenchCase[] = (['corrected', 'faces'] as const).map((area) => ({
  name: `interface-${area}`,
  bytesPerVoxel: null,
  async setup(session, edge) {
    const { labels, shape } =
      await generate(session, { model: 'three-phase', size: [edge, edge, edge], seed: 1, parameters: PEER_STRUCTURE });
    const image = { labels, shape, from: 0, to: edge, active: [2], electrolyte: [1] };
    return {
      voxels: edge ** 3,
      run: () => session.run('interface', interfaceCountPlan(shape), voxelCount(shape), {}, async (frame) => {
        const count = await countInterface(frame, image);
        const { leases, then } = interfaceFacesPlan(shape, count.count);
        await frame.extend({ leases, then: [...then, directionsPlan(shape, frame.threads, 1)] });
        const { areas } = await electrodeInterface(frame, image, count, [1, 1, 1], area, frame.take(leases));
        return { facesPerVoxel: count.count / edge ** 3, factor: areas.factor };
      }),
    };
  },
}));
