// Removal of small components: specks of noise take the label of what surrounds them.
import { checkArguments, checkOperation, type Names } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import { absorbPlan, absorbSmall, markSmall } from '../kernels/clean.js';
import { componentsPlan, joinComponents } from '../kernels/components.js';
import { labelsPresent, labelsPresentPlan } from '../kernels/histogram.js';
import { labelLease } from '../kernels/transitions.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';

/** Options of `cleanLabels`: how small a component is that is noise, and of which phases. */
export interface CleanOptions {
  /** Components with fewer voxels are removed. */
  readonly minVoxels: number;
  /** Phases whose small components are removed; null: all. */
  readonly phases?: readonly Phase[] | null;
}

/** Options of `cleanLabels` that are not given: components of every phase. */
export const CLEAN_DEFAULTS = { phases: null } as const;

/** The cleaned image, and what was taken out of it. */
export interface Cleaned {
  /** A new volume; the one given is left as it is. */
  readonly volume: LabelVolume;
  /** Components that were removed; some may have got their old label back, from a larger neighbour. */
  readonly components: number;
  /** Of these components. */
  readonly voxels: number;
}

/** Memory of `cleanLabels`: labels, tables of components, and 4 bytes for each of `minVoxels`. */
export function cleanPlan(shape: Shape, minVoxels: number): LeasePlan<'labels' | 'marks'> {
  checkArguments('cleanPlan', { shape: [shape, 'shape'], minVoxels: [minVoxels, 'number'] });
  return {
    leases: [labelLease(shape), ...named({ marks: voxelCount(shape) })],
    then: [labelsPresentPlan, componentsPlan(shape), absorbPlan(shape, minVoxels)],
  };
}

const CLEAN_OPTION_NAMES: Names<CleanOptions> = { minVoxels: true, phases: true };

/** Gives each component (6 neighbours) of fewer than `minVoxels` voxels the label that most of the faces around it
 *  have, counting only voxels that stay; equal numbers: the lowest label. Small components inside small components wait
 *  until those around them have got theirs. Nothing else changes, and no component below the size is left.
 *  @throws SpecError when every component is smaller; CapacityError */
export async function cleanLabels(
  session: Session, volume: LabelVolume, options: CleanOptions, run: RunOptions = {},
): Promise<Cleaned> {
  checkOperation('cleanLabels', session, run, { volume: [volume, 'record'], options: [options, CLEAN_OPTION_NAMES] });
  const where = 'clean';
  const { labels, shape } = checkVolume(where, volume);
  const { minVoxels, phases } = { ...CLEAN_DEFAULTS, ...options };
  if (!Number.isInteger(minVoxels) || minVoxels < 1 || minVoxels >= 2 ** 31) {
    throw new SpecError(
      `${where}: the smallest component that stays is a whole number of voxels ≥ 1, got ${minVoxels}`,
    );
  }
  phases?.forEach((phase) => checkPhase(where, volume, phase));
  const plan = cleanPlan(shape, minVoxels);
  return session.run(where, plan, voxelCount(shape), run, async (frame) => {
    const { labels: input, marks } = frame.take(plan);
    await frame.fill(input, 0);
    await frame.write(input, labels);
    await frame.fill(marks, 0);
    for (const phase of phases ?? (await labelsPresent(frame, input, shape))) {
      await frame.scope(async () => {
        const { tables } = await joinComponents(frame, input, shape, phase, 6);
        await markSmall(frame, marks, tables, shape, minVoxels);
      });
    }
    const { components, voxels, left } = await absorbSmall(frame, input, marks, shape, minVoxels);
    if (left > 0) {
      throw new SpecError(
        `${where}: every component is smaller than ${minVoxels} voxels; take a smaller number, ` +
          'or filter the grey image first',
      );
    }
    return { volume: { ...volume, labels: await frame.read(input, Uint8Array, labels.length) }, components, voxels };
  });
}
