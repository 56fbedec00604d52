// The image of a study: cut to its window, and part of what identifies the study.
import { checkArguments, has } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { voxelSizeJson } from '../core/grid.js';
import { cropGreys } from '../image/crop.js';
import { dataTypeOf, type VoxelArray } from '../io/voxels.js';
import { sha256 } from './sha256.js';
import { imageWindow, NO_SIZE } from './source.js';
import type { StudySpec } from './spec.js';

/** Edges of a file and of a study that differ by less are the same. */
const SAME_EDGE = 1e-3;

/** A study with what its image says: the window, and a hash of the numbers; and the image as the study sees it.
 *  @throws SpecError for a crop beyond the image, and an image of another size, edge or content than the study says */
export function withImage(
  spec: StudySpec, array: VoxelArray,
): { readonly spec: StudySpec; readonly image: VoxelArray } {
  const where = 'study';
  checkArguments('withImage', {
    spec: [spec, has<StudySpec>('size', 'phases')], array: [array, has<VoxelArray>('data', 'shape')],
  });
  if (spec.plan === undefined || spec.image === undefined) {
    throw new SpecError(`${where}: its structures are no images; leave the image out`);
  }
  const { image, voxelSizeUm } = spec;
  const { file } = image;
  const window = imageWindow(image, array.shape);
  const cut = cropGreys(array, window);
  const { shape, voxelSizeUm: edges } = cut;
  if (spec.size !== NO_SIZE && spec.size.some((n, k) => n !== shape[k])) {
    throw new SpecError(
      `${where}: ${file} has a window of ${shape.join('×')} voxels, size says ${spec.size.join('×')}; ` +
        'leave size out, or set image.crop',
    );
  }
  if (edges !== null && edges.some((edge) => Math.abs(edge / voxelSizeUm - 1) > SAME_EDGE)) {
    throw new SpecError(
      `${where}: ${file} has voxels of ${JSON.stringify(voxelSizeJson(edges))} µm, voxelSizeUm says ${voxelSizeUm}; ` +
        'correct one of them',
    );
  }
  const edge = [voxelSizeUm, voxelSizeUm, voxelSizeUm] as const;
  const head = JSON.stringify([shape, dataTypeOf(cut.data)]);
  const bytes = new Uint8Array(cut.data.buffer, cut.data.byteOffset, cut.data.byteLength);
  const hash = sha256(head + sha256(bytes));
  if (image.sha256 !== null && image.sha256 !== hash) {
    throw new SpecError(`${where}: ${file} is not the image of this study: its hash is ${hash}, not ${image.sha256}`);
  }
  return {
    spec: { ...spec, size: shape, image: { ...image, sha256: hash } },
    image: { ...cut, voxelSizeUm: edge },
  };
}
