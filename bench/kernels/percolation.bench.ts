// Union-find as voxels or spheres are added: one realisation until it has spanned along all axes, the order included.
// Spheres are counted per voxel of their box, whose edge is in radii.
import type { Neighbourhood } from '../../src/core/grid.js';
import { networkUse } from '../../src/percolation/network-use.js';
import { randomVoxelSpans, sphereSpans } from '../../src/percolation/spanning.js';
import { generate } from '../../src/structure/generate.js';
import type { BenchCase } from '../harness.js';
import { PEER_STRUCTURE } from './geodesic.bench.js';

const voxelCase = (neighbourhood: Neighbourhood): BenchCase => ({
  name: `percolation voxels ${neighbourhood}`,
  bytesPerVoxel: null,
  setup: async (session, edge) => ({
    voxels: edge ** 3,
    run: async () => void await randomVoxelSpans(session, { shape: [edge, edge, edge], neighbourhood }),
  }),
});

export const cases: readonly BenchCase[] = [
  voxelCase(6), voxelCase(18), voxelCase(26),
  {
    name: 'percolation spheres',
    bytesPerVoxel: null,
    setup: async (session, edge) => ({
      voxels: edge ** 3,
      run: async () => {
        const box = [edge, edge, edge] as const;
        const [{ z }] = await sphereSpans(session, { box, sizes: [{ radius: 1, share: 1 }], most: 0.4 });
        return { content: Number(z!.toFixed(4)) };
      },
    }),
  },
  {
    name: 'network use',
    bytesPerVoxel: null,
    async setup(session, edge) {
      const volume = await generate(
        session, { model: 'three-phase', size: [edge, edge, edge], seed: 1, parameters: PEER_STRUCTURE },
      );
      return { voxels: edge ** 3, run: async () => void await networkUse(session, volume) };
    },
  },
];
