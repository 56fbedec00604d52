// One phase of a model structure as a level set: where its interface lies between voxel centres.
import { SpecError } from '../core/errors.js';
import { AM, PORE, SE, type Phase } from '../core/volume.js';
import type { ModelStructure } from './generate.js';

/** Stands for 0, which has no side. */
const TINY = 1e-30;

/** f32 per voxel centre, positive in `phase` and negative elsewhere, exactly as the labels say: for `conduct` with `interface: 'smooth'`.
 *  Units are those of the model's fields; only the zero matters. The phase of a voxel where several fields meet is the least of
 *  them: AM = min(λ_X − X, Y − λ_Y).
 *  @param structure drawn with `levelSets: true` by one of the models that have them: three-phase, chi2, spheres
 *  @throws SpecError without level sets, or for a label that the model does not have */
export function phaseLevelSet(structure: ModelStructure, phase: Phase): Float32Array {
  const { labels, levelSets, provenance } = structure;
  if (!levelSets) {
    throw new SpecError('phaseLevelSet: the structure has no level sets; draw it with levelSets: true, or use interface smooth from labels');
  }
  const { x, y } = levelSets;
  const [inside, outside] = provenance?.model === 'spheres' ? [provenance.label, provenance.matrix] : y === null ? [AM, PORE] : [SE, null];
  const valueOf = (): ((i: number) => number) => {
    if (phase === inside) return (i) => x[i];
    if (y === null && phase === outside) return (i) => -x[i];
    if (y !== null && phase === AM) return (i) => Math.min(-x[i], y[i]);
    if (y !== null && phase === PORE) return (i) => Math.min(-x[i], -y[i]);
    throw new SpecError(`phaseLevelSet: the model has no label ${phase}; it has ${y === null ? `${inside}, ${outside}` : `${SE}, ${AM}, ${PORE}`}`);
  };
  const value = valueOf();
  return Float32Array.from(labels, (label, i) => (label === phase ? Math.max(value(i), TINY) : Math.min(value(i), -TINY)));
}
