// Grains of phase 1 of a Boolean model of balls of 10 to 20 voxels, most of which overlap: labels in, numbers out; and
// their table.
import { grainTable, grainTablePlan } from '../../src/descriptors/grain-table.js';
import { segmentGrains, segmentGrainsPlan } from '../../src/descriptors/grains.js';
import { peakBytes } from '../../src/runtime/plan.js';
import type { Session } from '../../src/runtime/session.js';
import { generate } from '../../src/structure/generate.js';
import type { BenchCase, BenchRun } from '../harness.js';

type Volume = Awaited<ReturnType<typeof generate>>;

function benchCase(
  name: string, bytesPerVoxel: number, prepare: (session: Session, volume: Volume) => Promise<BenchRun['run']>,
): BenchCase {
  return {
    name,
    bytesPerVoxel,
    peers: [],
    async setup(session, edge) {
      const volume = await generate(session, {
        model: 'boolean', size: [edge, edge, edge], seed: 1, voxelSizeUm: 1,
        parameters: { volumeFraction: 0.6, radius: 15, anisotropyFactor: 1 },
      });
      return { voxels: edge ** 3, run: await prepare(session, volume) };
    },
  };
}

export const cases: readonly BenchCase[] = [
  // Labels, u8 and u16 distances, f32 depths out and in four times, basins out and in five times, numbers out.
  benchCase('grains', 55, async (session, volume) => async () => {
    const { count, basins } = await segmentGrains(session, volume, { phase: 2 });
    const MiB = Math.round(peakBytes(segmentGrainsPlan(volume.shape, session.threads)) / 2 ** 20);
    return { count, basins, MiB };
  }),
  // Numbers in, ids out and in with their neighbours.
  benchCase('grain-table', 14, async (session, volume) => {
    const grains = await segmentGrains(session, volume, { phase: 2 });
    return async () => {
      const { pairs } = await grainTable(session, volume, grains);
      const MiB = Math.round(peakBytes(grainTablePlan(volume.shape, grains.count)) / 2 ** 20);
      return { pairs: pairs.first.length, MiB };
    };
  }),
];
