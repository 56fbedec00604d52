// What the structures of a study look like, for its report.
import { checkOperation, has } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import type { VoxelArray } from '../io/voxels.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { cornerOf, drawStructure } from '../study/draw.js';
import { planOf } from '../study/plans.js';
import type { StudySpec } from '../study/spec.js';
import { sliceOf, type LabelSlice } from './slices.js';

/** Draws each sample of the plan once, as it is in the study, and keeps its middle plane along the transport
 *  direction.
 *  @param image of a study of an image, as `withImage` gives it @throws CapacityError, CancelledError */
export async function studySlices(
  session: Session, spec: StudySpec, image: VoxelArray | null = null, run: RunOptions = {},
): Promise<LabelSlice[]> {
  checkOperation('studySlices', session, run, { spec: [spec, has<StudySpec>('size', 'phases')] });
  const slices: LabelSlice[] = [];
  const seen = image === null ? null : cornerOf(image, spec.size);
  for (const { name, drawing } of planOf(spec).samples(spec)) {
    const volume = await drawStructure(session, drawing, seen, run).catch((error: unknown) => {
      // A structure that the model has not is a row that says so, and no slice.
      if (error instanceof SpecError) return null;
      throw error;
    });
    if (volume === null) continue;
    const caption = `seed ${spec.seed}, plane through the middle`;
    slices.push(sliceOf(volume, spec.axis === 'y' ? 'x' : 'y', name, caption));
  }
  return slices;
}
