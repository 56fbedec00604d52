// Voxels at random: site percolation, to check with.
import { sortOrder, sortPlan } from '../../kernels/insertion.js';
import type { InsertMethod } from './method.js';

export const random: InsertMethod<object> = {
  title: 'voxels at random',
  defaults: {},
  check: () => undefined,
  plan: ({ count }) => [sortPlan(count)],
  order: (frame, { room, keys }) => sortOrder(frame, room, keys),
};
