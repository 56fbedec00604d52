// Shortest paths through the phase of 50 % in a structure like that of the peer record, along each axis.
import { geodesicTortuosity, geodesicTortuosityPlan } from '../../src/descriptors/geodesic-tortuosity.js';
import { peakBytes } from '../../src/runtime/plan.js';
import { generate } from '../../src/structure/generate.js';
import type { BenchCase } from '../harness.js';

/** ε = 0.40, 0.50, 0.10, as in the peer record. */
export const PEER_STRUCTURE = {
  alphaChiX: 0.08, alphaChiY: 0.08, alphaGaussX: 0.15, alphaGaussY: 0.15, lambdaX: 2.061154, lambdaY: 0.090574, n: 2,
  anisotropyFactor: 1,
} as const;

export const cases: readonly BenchCase[] = (['z', 'y', 'x'] as const).map((axis) => ({
  name: `geodesic-${axis}`,
  bytesPerVoxel: null,
  peers: [{ name: 'buckets in C++', threads: 1, seconds: { 128: 0.044, 256: 0.41, 401: 1.94 } }],
  async setup(session, edge) {
    const volume =
      await generate(session, { model: 'three-phase', size: [edge, edge, edge], seed: 1, parameters: PEER_STRUCTURE });
    return {
      voxels: edge ** 3,
      async run() {
        const { mean } = await geodesicTortuosity(session, volume, { phase: 2, axis });
        const mebibytes = Math.round(peakBytes(geodesicTortuosityPlan(volume.shape, [axis])) / 2 ** 20);
        return { mean: Number(mean?.toFixed(6)), MiB: mebibytes };
      },
    };
  },
}));
