// An additive taken out of an image, so that it can be put in again in another way.
import { checkArguments } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';

/** The image with every voxel of `label` turned into one of `into`, as if it had never been added.
 *  @throws SpecError for a label that does not occur, or is `into` itself */
export function clearPhase(volume: LabelVolume, label: Phase, into: Phase): LabelVolume {
  const where = 'clearPhase';
  checkArguments(where, { volume: [volume, 'record'], label: [label, 'number'], into: [into, 'number'] });
  const { labels, shape, voxelSizeUm, provenance } = checkVolume(where, volume);
  checkPhase(where, volume, label);
  if (!Number.isInteger(into) || into < 0 || into > 255 || into === label) {
    throw new SpecError(`${where}: into is a label from 0 to 255 other than ${label}, got ${into}`);
  }
  return {
    labels: labels.map((each) => (each === label ? into : each)), shape, voxelSizeUm,
    provenance: { ...provenance, clear: { label, into } },
  };
}
