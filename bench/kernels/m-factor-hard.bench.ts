// Structures and voxels that 2×2×2 blocks coarsen badly: iterations to M and to a residual of 1e-6, levels of blocks
// against the default's.
import type { Axis, Shape, VoxelSize } from '../../src/core/grid.js';
import { mFactor } from '../../src/transport/m-factor.js';
import { hardStructure, type HardKind } from '../hard.js';
import type { BenchCase } from '../harness.js';

const KINDS: readonly (readonly [HardKind, number])[] = [
  ['voxels', 0.33], ['voxels', 0.36], ['voxels', 0.5], ['blocks of 5', 0.35], ['blocks of 5', 0.45], ['sheets', 0.15],
  ['sheets', 0.2],
  ['fine blobs', 0.2], ['blobs', 0.2], ['blobs', 0.3], ['blobs', 0.5],
];

/** A structure and its voxels. */
interface Hard {
  readonly name: string;
  readonly kind: HardKind;
  readonly share: number;
  readonly voxelSizeUm?: VoxelSize;
  /** One voxel thick, with as many voxels as the cube. */
  readonly plane?: boolean;
}

const HARD: readonly Hard[] = [
  ...KINDS.map(([kind, share]) => ({ name: `${kind} ${share}`, kind, share })),
  ...([[1, 1, 5], [5, 1, 1], [1, 1, 20], [20, 1, 1], [1, 20, 20]] as const).map((voxelSizeUm) => (
    { name: `voxels of ${voxelSizeUm.join(':')}`, kind: 'blobs', share: 0.4, voxelSizeUm } as const)),
  { name: 'plane of blobs 0.6', kind: 'blobs', share: 0.6, plane: true },
  { name: 'plane of voxels 0.7', kind: 'voxels', share: 0.7, plane: true },
];

export const cases: readonly BenchCase[] = HARD.map(({ name, kind, share, voxelSizeUm = null, plane = false }) => ({
  name: `hard ${name}`,
  bytesPerVoxel: null,
  setup(session, edge) {
    const side = Math.round(edge ** 1.5);
    const shape: Shape = plane ? [1, side, side] : [edge, edge, edge];
    const axis: Axis = plane ? 'y' : 'z';
    const volume = { ...hardStructure(kind, shape, share), voxelSizeUm };
    return Promise.resolve({
      voxels: volume.labels.length,
      async run() {
        const seconds = async (coarsening: 'auto' | 'blocks', residualTolerance: number | null) => {
          const start = process.cpuUsage();
          const { iterations, peakBytes } = await mFactor(
            session, volume, { phase: 1, axis, coarsening, residualTolerance },
          );
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
