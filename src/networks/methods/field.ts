// Blobs: where a Gaussian random field is largest.
import { SpecError } from '../../core/errors.js';
import { voxelCount, type Shape } from '../../core/grid.js';
import { fieldPairPlan, synthesisePair, type FieldGrid, type FieldPair } from '../../kernels/fields.js';
import { sortByValues, sortOrder, sortPlan } from '../../kernels/insertion.js';
import { transformLength, twiddlePlan, writeTwiddles } from '../../kernels/transform.js';
import { named } from '../../runtime/plan.js';
import type { InsertMethod } from './method.js';

/** Settings of method `field`: where a random field is highest. */
export interface FieldSettings {
  /** Distance at which the correlation of the field has fallen to 1/e, voxels. */
  readonly correlationLength: number;
}

/** Correlation exp(−(h/ℓ)²) has gone at this many ℓ: opposite faces do not know each other. */
const MARGIN = 3;

function gridOf(shape: Shape, { correlationLength }: FieldSettings): FieldGrid {
  const period = shape.map((n) => transformLength(n + MARGIN * correlationLength)) as unknown as Shape;
  return { window: shape, period };
}

function pairOf({ correlationLength }: FieldSettings): FieldPair {
  const alpha = 1 / correlationLength;
  return { id: 0, alpha: [alpha, alpha], anisotropyFactor: 1, covariance: null };
}

const fieldsPlan = (shape: Shape) => named({ field: 4 * voxelCount(shape), 'field, second': 4 * voxelCount(shape) });

export const field: InsertMethod<FieldSettings> = {
  title: 'blobs, where a Gaussian random field is largest',
  defaults: { correlationLength: 5 },
  check(where, { correlationLength }) {
    if (!(correlationLength >= 1 && correlationLength <= 1000)) {
      throw new SpecError(`${where}: correlationLength is a number of voxels from 1 to 1000, got ${correlationLength}`);
    }
  },
  plan({ shape, count, threads }, settings) {
    const grid = gridOf(shape, settings);
    return [
      sortPlan(count),
      {
        leases: [...fieldsPlan(shape), ...twiddlePlan(grid.period)],
        then: [fieldPairPlan(grid, pairOf(settings), threads)],
      },
    ];
  },
  async order(frame, { room, keys }, settings) {
    const { shape, key: [low, high] } = room;
    await sortOrder(frame, room, keys);
    await frame.scope(async () => {
      const grid = gridOf(shape, settings);
      const { field: first, 'field, second': second } = frame.take(fieldsPlan(shape));
      const twiddles = await writeTwiddles(frame, grid.period);
      const drawKey = { seed: low, scenario: high, realisation: 0 };
      const output = { first, second, square: false, add: [false, false] as const, excursion: null };
      await synthesisePair(frame, grid, pairOf(settings), drawKey, twiddles, output, 'field');
      await sortByValues(frame, room, keys, first, shape[2], true);
    });
    await sortOrder(frame, room, keys);
  },
};
