// A wetting liquid of contact angle 0: narrow places fill first. Filling all voxels below a size is the closing of the
// solid by a ball of that size; within a size the order is random.
import { squaredEdges } from '../../kernels/metric.js';
import { sortByValues, sortOrder, sortPlan } from '../../kernels/insertion.js';
import { paddedRow } from '../../kernels/distance.js';
import { thicknessField, thicknessPlan } from '../../kernels/thickness.js';
import type { InsertMethod } from './method.js';

export const wetting: InsertMethod<object> = {
  title: 'narrow places first, as a wetting liquid',
  defaults: {},
  check: () => undefined,
  plan: ({ shape, count, threads }) => [sortPlan(count), thicknessPlan(shape, threads)],
  async order(frame, { room, keys, voxelSizeUm }) {
    await sortOrder(frame, room, keys);
    await frame.scope(async () => {
      const { labels, shape, into } = room;
      const { field } = await thicknessField(frame, labels, shape, into, squaredEdges(voxelSizeUm));
      await sortByValues(frame, room, keys, field, paddedRow(shape), false);
    });
    await sortOrder(frame, room, keys);
  },
};
