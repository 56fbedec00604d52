// Bridges: shells of local size, narrowest first; within a shell whole clusters in random order (in kind the method of
// MATBOX).
import { SpecError } from '../../core/errors.js';
import { paddedRow } from '../../kernels/distance.js';
import {
  bridgeKeys, clusterShells, shellsPlan, sortByValues, sortOrder, sortPlan,
} from '../../kernels/insertion.js';
import { squaredEdges } from '../../kernels/metric.js';
import { thicknessField, thicknessPlan } from '../../kernels/thickness.js';
import type { InsertMethod } from './method.js';

/** Settings of method `bridge`: narrow gaps are filled first. */
export interface BridgeSettings {
  /** Places of a radius up to √3 times this, voxels, are filled last: they are roughness of a wall rather than gaps. */
  readonly leastRadius: number;
  /** Probability that a cluster is left out when its turn comes, and waits for the next shell. */
  readonly randomness: number;
}

export const bridge: InsertMethod<BridgeSettings> = {
  title: 'bridges across narrow gaps, cluster by cluster',
  defaults: { leastRadius: 1, randomness: 0 },
  check(where, { leastRadius, randomness }) {
    if (!(leastRadius >= 0 && Number.isFinite(leastRadius))) {
      throw new SpecError(`${where}: leastRadius is a number of voxels of at least 0, got ${leastRadius}`);
    }
    if (!(randomness >= 0 && randomness < 1)) {
      throw new SpecError(`${where}: randomness is a probability of at least 0 and below 1, got ${randomness}`);
    }
  },
  plan: ({ shape, count, threads }) => [
    sortPlan(count),
    { leases: shellsPlan(shape), then: [sortPlan(count), thicknessPlan(shape, threads)] },
  ],
  async order(frame, { room, keys, voxelSizeUm }, { leastRadius, randomness }) {
    const { labels, shape, into } = room;
    await sortOrder(frame, room, keys);
    await frame.scope(async () => {
      const { shells, clusters } = frame.take(shellsPlan(shape));
      await frame.scope(async () => {
        const { field } = await thicknessField(frame, labels, shape, into, squaredEdges(voxelSizeUm));
        await sortByValues(frame, room, keys, field, paddedRow(shape), false);
        await clusterShells(frame, shape, field, 3 * leastRadius * leastRadius, shells, clusters);
      });
      await sortOrder(frame, room, keys);
      for (const by of ['cluster', 'round'] as const) {
        await bridgeKeys(frame, room, keys, shells, clusters, by, randomness);
        await sortOrder(frame, room, keys);
      }
    });
  },
};
