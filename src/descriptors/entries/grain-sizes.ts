import type { Phase } from '../../core/volume.js';
import type { Descriptor } from '../descriptor.js';
import { grainSizes, type GrainSizes } from '../grain-sizes.js';
import { grainTable, grainTablePlan } from '../grain-table.js';
import { segmentGrains, segmentGrainsPlan } from '../grains.js';
import { perPhase } from '../quantity.js';

declare module '../description.js' {
  interface PhaseDescription {
    /** Equivalent diameters of the grains of a watershed; those that the window cuts count as they are. */
    readonly grainSizes?: GrainSizes;
  }
}

/** Grains of a voxel on average that the memory is planned for. */
const VOXELS_PER_GRAIN = 64;

const SIZES = ['mean', 'd10', 'd50', 'd90'] as const;

export const grainSizesDescriptor: Descriptor = {
  name: 'grainSizes',
  title: 'particles of a watershed: how many, mean, d10, d50, d90 of their equivalent diameters by number and volume',
  source: 'watershed of the distance map, diameters of balls of the same volume (docs/decisions/0213)',
  onRequest: true,
  plan: (shape, threads) => ({
    leases: [],
    then: [
      segmentGrainsPlan(shape, threads),
      grainTablePlan(shape, Math.ceil((shape[0] * shape[1] * shape[2]) / VOXELS_PER_GRAIN)),
    ],
  }),
  async fill({ session, volume, request, result }, run) {
    for (const phase of request.phases as readonly Phase[]) {
      const grains = await segmentGrains(session, volume, { phase }, run);
      result.phases[phase].grainSizes = grainSizes(await grainTable(session, volume, grains, {}, run));
    }
  },
  quantities: [
    perPhase('grainCount', 'grains of a watershed', 'none', ({ grainSizes: found }) => found?.count, { absent: 0 }),
    ...(['byNumber', 'byVolume'] as const).flatMap((by) => SIZES.map((size) => perPhase(
      `${size}GrainSize${by === 'byNumber' ? 'ByNumber' : 'ByVolume'}`,
      `${size} equivalent diameter of grains ${by === 'byNumber' ? 'by number' : 'by volume'}`, 'length',
      ({ grainSizes: found }) => (found === undefined ? undefined : found[by]?.[size] ?? null),
    ))),
  ],
};
