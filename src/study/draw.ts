// One structure of a study, drawn: by its model or out of the image, and with what is added inside.
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import { cropGreys } from '../image/crop.js';
import { contentOf, importImage, importPlan } from '../image/import.js';
import type { VoxelArray } from '../io/voxels.js';
import type { GreyKind } from '../kernels/greys.js';
import { insertPhase, insertPlan, structureAt } from '../networks/insert.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { generate, type ModelStructure } from '../structure/generate.js';
import type { StudyDrawing } from './source.js';

/** Draws what a study planned. @param image what structures without a model are cut from
 *  @throws SpecError when there is no such structure, CapacityError, CancelledError */
export async function drawStructure(
  session: Session, drawing: StudyDrawing, image: VoxelArray | null, run: RunOptions,
): Promise<ModelStructure> {
  const { structure, additive } = drawing;
  const plain = structure === null
    ? await processed(session, drawing, image, run) : await generate(session, structure, run);
  if (additive === null) return plain;
  return structureAt(plain, await insertPhase(session, plain, additive, run), 0);
}

async function processed(
  session: Session, { steps }: StudyDrawing, image: VoxelArray | null, run: RunOptions,
): Promise<ModelStructure> {
  if (image === null) throw new SpecError('study: its structures are made from an image, and none was given');
  const { labels } = await importImage(session, 'study', image, steps, {}, run);
  if (labels === null) {
    throw new SpecError('study: the image has grey values; add a step such as "segment: thresholds:90" to image.steps');
  }
  return labels;
}

/** Memory of what is done with an image, and of what is added inside. */
export function drawingPlans(
  { steps, additive }: StudyDrawing, shape: Shape, image: VoxelArray | null, threads: number,
): LeasePlan[] {
  const plans: LeasePlan[] = [];
  if (image !== null) {
    const kind: GreyKind = image.data.BYTES_PER_ELEMENT === 1 ? 1 : image.data instanceof Uint16Array ? 2 : 4;
    plans.push(importPlan(shape, kind, contentOf(image, steps, null), steps, threads));
  }
  if (additive !== null) plans.push(insertPlan(shape, voxelCount(shape), threads, additive));
  return plans;
}

/** The corner of an image that a smaller window sees. */
export function cornerOf(image: VoxelArray, shape: Shape): VoxelArray {
  const same = image.shape.every((n, k) => n === shape[k]);
  return same ? image : cropGreys(image, shape.map((n, k) => [0, Math.min(n, image.shape[k])] as const));
}
