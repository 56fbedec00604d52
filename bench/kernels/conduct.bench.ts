// Solves on the coded finest level: several conductivities, a smooth interface from labels, periodic edges.
import { conduct, conductAxes, type ConductOptions } from '../../src/transport/conduct.js';
import { conductivityTensor } from '../../src/transport/tensor.js';
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

/** One phase along all axes: of their time at most 2.2 times that of `mFactor` is wanted. */
const allAxes: BenchCase = {
  name: 'conduct-axes',
  bytesPerVoxel: null,
  async setup(session, edge) {
    const volume = await recordStructure(session, edge);
    return {
      voxels: edge ** 3,
      async run() {
        const { x, y, z } = await conductAxes(session, volume, { phase: 1 });
        return {
          Mx: Number(x.effectiveConductivity.toPrecision(6)), My: Number(y.effectiveConductivity.toPrecision(6)),
          Mz: Number(z.effectiveConductivity.toPrecision(6)), iterations: x.iterations + y.iterations + z.iterations,
        };
      },
    };
  },
};

const tensor: BenchCase = {
  name: 'conduct-tensor',
  bytesPerVoxel: null,
  async setup(session, edge) {
    const volume = await recordStructure(session, edge);
    return {
      voxels: edge ** 3,
      async run() {
        const { axes: { x, y, z }, asymmetry } = await conductivityTensor(session, volume, { phase: 1 });
        return {
          iterations: x.iterations + y.iterations + z.iterations, asymmetry: Number(asymmetry.toPrecision(3)),
        };
      },
    };
  },
};

export const cases: readonly BenchCase[] = [
  conductCase('conduct-three-phase', { conductivity: { 1: 1, 2: 1e-3, 3: 0.1 } }),
  conductCase('conduct-smooth', { phase: 1, interface: 'smooth' }),
  conductCase('conduct-periodic', { phase: 1, boundary: 'periodic' }),
  allAxes,
  tensor,
];
