// Structures that 2×2×2 blocks coarsen badly: iterations to M and to a residual of 1e-6, levels of blocks against the
// default's.
import { mFactor } from '../../src/transport/m-factor.js';
import { hardStructure, type HardKind } from '../hard.js';
import type { BenchCase } from '../harness.js';

const KINDS: readonly (readonly [HardKind, number])[] = [
  ['voxels', 0.33], ['voxels', 0.36], ['voxels', 0.5], ['blocks of 5', 0.35], ['blocks of 5', 0.45], ['sheets', 0.15],
  ['sheets', 0.2],
  ['fine blobs', 0.2], ['blobs', 0.2], ['blobs', 0.3], ['blobs', 0.5],
];

export const cases: readonly BenchCase[] = KINDS.map(([kind, share]) => ({
  name: `hard ${kind} ${share}`,
  bytesPerVoxel: null,
  setup(session, edge) {
    const volume = hardStructure(kind, edge, share);
    return Promise.resolve({
      voxels: edge ** 3,
      async run() {
        const seconds = async (coarsening: 'auto' | 'blocks', residualTolerance: number | null) => {
          const start = process.cpuUsage();
          const { iterations, peakBytes } = await mFactor(session, volume, { phase: 1, coarsening, residualTolerance });
          const { user, system } = process.cpuUsage(start);
          return { iterations, MiB: Math.round(peakBytes / 2 ** 20), cpu: Number(((user + system) / 1e6).toFixed(2)) };
        };
        const [blocks, blocksFine] = [await seconds('blocks', null), await seconds('blocks', 1e-6)];
        const [auto, autoFine] = [await seconds('auto', null), await seconds('auto', 1e-6)];
        return {
          blocks: blocks.iterations, blocksCpu: blocks.cpu, blocksMiB: blocks.MiB, blocksTo6: blocksFine.iterations,
          blocksTo6Cpu: blocksFine.cpu,
          auto: auto.iterations, autoCpu: auto.cpu, autoMiB: auto.MiB, autoTo6: autoFine.iterations,
          autoTo6Cpu: autoFine.cpu,
        };
      },
    });
  },
}));
