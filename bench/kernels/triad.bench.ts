// The machine's own mark: streaming triad through the same workers and memory as every kernel.
import type { BenchCase } from '../harness.js';
import { measureBandwidth } from '../harness.js';

export const cases: readonly BenchCase[] = [
  {
    name: 'triad',
    bytesPerVoxel: null,
    async setup(session) {
      return {
        voxels: 2 ** 24, run: async () => ({ gbPerSecond: Number((await measureBandwidth(session)).toFixed(1)) }),
      };
    },
  },
];
