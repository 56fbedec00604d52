// Histogram of a grey image.
import { checkArguments, checkOperation } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import {
  binsPlan, greyBins, greyRange, greyRangePlan, type Bins, type GreyKind, type GreyRange,
} from '../kernels/greys.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { checkGrey, greyKind, greyLease, type GreyVolume } from './grey.js';

export type { Bins, GreyKind } from '../kernels/greys.js';

/** Counts and range of the values. */
export interface GreyHistogram extends Bins, Omit<GreyRange, 'notFinite'> {}

/** Memory of `greyHistogram`: the grey values once, and bins.
 *  @param kind bytes of a grey value */
export function histogramPlan(shape: Shape, kind: GreyKind, threads: number): LeasePlan<'grey values'> {
  checkArguments('histogramPlan', { shape: [shape, 'shape'], kind: [kind, 'number'], threads: [threads, 'count'] });
  return { leases: [greyLease('grey values', shape, kind)], then: [greyRangePlan(threads), binsPlan(threads)] };
}

/** Exact counts: a bin for each value of 8 and 16 bits; floats in 65536 bins from min to max, or in bins of 1 where all
 *  are whole numbers that span less.
 *  @throws SpecError for values that are not finite; CapacityError */
export async function greyHistogram(
  session: Session, volume: GreyVolume, run: RunOptions = {},
): Promise<GreyHistogram> {
  checkOperation('greyHistogram', session, run, { volume: [volume, 'record'] });
  const where = 'histogram';
  const { data, shape } = checkGrey(where, volume);
  const kind = greyKind(data);
  const plan = histogramPlan(shape, kind, session.threads);
  return session.run(where, plan, voxelCount(shape), run, async (frame) => {
    const { 'grey values': values } = frame.take(plan);
    await frame.write(values, data);
    const { notFinite, ...range } = await greyRange(frame, values, kind, shape);
    if (notFinite > 0) throw new SpecError(`${where}: ${notFinite} values are not finite; replace them first`);
    return { ...(await greyBins(frame, values, kind, shape, { ...range, notFinite })), ...range };
  });
}
