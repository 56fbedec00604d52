// Solves on the coded finest level: several conductivities, a smooth interface from labels, periodic edges.
import { conduct, type ConductOptions } from '../../src/transport/conduct.js';
import type { BenchCase } from '../harness.js';
import { recordStructure } from '../record.js';

function conductCase(name: string, options: Partial<ConductOptions>): BenchCase {
  return {
    name,
    bytesPerVoxel: null,
    async setup(session, edge) {
      const volume = await recordStructure(session, edge);
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
