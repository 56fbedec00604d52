// Solves on the coded finest level: several conductivities, a smooth interface from labels, periodic edges.
import { generate } from '../../src/structure/generate.js';
import { conduct, type ConductOptions } from '../../src/transport/conduct.js';
import type { BenchCase } from '../harness.js';

const parameters = {
  n: 2, alphaChiX: 0.08, alphaGaussX: 0.15, alphaChiY: 0.1, alphaGaussY: 0.1, lambdaX: 2.061154, lambdaY: 0, anisotropyFactor: 1,
};

function conductCase(name: string, options: Partial<ConductOptions>): BenchCase {
  return {
    name,
    bytesPerVoxel: null,
    async setup(session, edge) {
      const volume = await generate(session, { model: 'three-phase', parameters, size: [edge, edge, edge], seed: 1 });
      return {
        voxels: edge ** 3,
        async run() {
          const result = await conduct(session, volume, options);
          return {
            sigma: Number(result.effectiveConductivity.toPrecision(6)), iterations: result.iterations,
            MiB: Math.round(result.peakBytes / 2 ** 20),
          };
        },
      };
    },
  };
}

export const cases: readonly BenchCase[] = [
  conductCase('conduct-three-phase', { conductivity: { 1: 1, 2: 1e-3, 3: 0.1 } }),
  conductCase('conduct-smooth', { phase: 1, interface: 'smooth' }),
  conductCase('conduct-periodic', { phase: 1, boundary: 'periodic' }),
];
