// What a step of an import changed.
import { checkArguments } from '../core/arguments.js';
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

export function stepChange({ record: { step }, before, after }: DoneStep): StepChange {
  checkArguments('stepChange', { before: [before, 'record'], after: [after, 'record'] });
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
