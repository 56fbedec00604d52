// What a step of an import changed.
import { checkArguments, has } from '../core/arguments.js';
import { voxelCount } from '../core/grid.js';
import type { DoneStep } from './import.js';

/** Voxels whose number a step changed, of those that were there before. */
export interface StepChange {
  /** null: its numbers are of another kind, or on another grid, and cannot be compared. */
  readonly changed: number | null;
  /** Of `changed`; of voxels cut away by a crop. */
  readonly share: number | null;
  /** Root of the mean square of the change of grey values, over all voxels; null for labels. */
  readonly rms: number | null;
  /** Voxels after and before. */
  readonly voxels: readonly [before: number, after: number];
}

const GREY_STEPS = ['filter', 'flatten'];

/** What a step made of its image. @throws SpecError for anything that is no step of an import */
export function stepChange(done: DoneStep): StepChange {
  checkArguments('stepChange', { step: [done, has<DoneStep>('record', 'before', 'after')] });
  const { record: { step }, before, after } = done;
  checkArguments('stepChange', {
    before: [before, has<typeof before>('data', 'shape')], after: [after, has<typeof after>('data', 'shape')],
  });
  const voxels = [voxelCount(before.shape), voxelCount(after.shape)] as const;
  if (step === 'crop') {
    const gone = voxels[0] - voxels[1];
    return { changed: gone, share: gone / voxels[0], rms: null, voxels };
  }
  if (step === 'segment' || step === 'rescale') return { changed: null, share: null, rms: null, voxels };
  let [changed, square] = [0, 0];
  for (let i = 0; i < voxels[0]; i++) {
    const d = after.data[i] - before.data[i];
    if (d === 0) continue;
    changed++;
    square += d * d;
  }
  const rms = GREY_STEPS.includes(String(step)) ? Math.sqrt(square / voxels[0]) : null;
  return { changed, share: changed / voxels[0], rms, voxels };
}
