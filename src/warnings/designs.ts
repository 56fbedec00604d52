// Structures that were thought out: what is unlikely in a sample of a material is their plan.
import { AXES, turnedShape, turnedStrides } from '../core/grid.js';
import type { LabelVolume } from '../core/volume.js';

/** Whether every line along an axis has one label: no sample of a material has. */
function isStraight({ labels, shape }: LabelVolume): boolean {
  return AXES.some((axis) => {
    const [along] = turnedShape(shape, axis);
    const [stride] = turnedStrides(shape, axis);
    const repeats = (label: number, i: number): boolean =>
      Math.floor(i / stride) % along === 0 || labels[i - stride] === label;
    return along > 1 && labels.every(repeats);
  });
}

/** Laminates, channels and lattices of spheres are designs, not samples: there are no other windows of them. */
export function isDesigned(volume: LabelVolume): boolean {
  const { model, seed, arrangement } = volume.provenance ?? {};
  return isStraight(volume) ||
    (model !== undefined && (seed === undefined || ['sc', 'bcc', 'fcc'].includes(String(arrangement))));
}
