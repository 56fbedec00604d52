// One phase of a model structure as a level set: where its interface lies between voxel centres.
import { checkArguments } from '../core/arguments.js';
import { SpecError } from '../core/errors.js';
import type { Phase } from '../core/volume.js';
import type { ModelStructure } from './model.js';
import { findModel } from './models.js';

/** Stands for 0, which has no side. */
const TINY = 1e-30;

/** f32 per voxel centre, positive in `phase` and negative elsewhere, exactly as the labels say: for `conduct` with
 *  `interface: 'smooth'`. Units are those of the model's fields; only the zero matters. The phase of a voxel where
 *  several fields meet is the least of them: AM = min(λ_X − X, Y − λ_Y).
 *  @param structure drawn with `levelSets: true` by a model that has them
 *  @throws SpecError without level sets, or for a label that the model does not have */
export function phaseLevelSet(structure: ModelStructure, phase: Phase): Float32Array {
  checkArguments('phaseLevelSet', { structure: [structure, 'record'], phase: [phase, 'number'] });
  const { labels, levelSets, provenance } = structure;
  if (!levelSets) {
    throw new SpecError(
      'phaseLevelSet: the structure has no level sets; draw it with levelSets: true, ' +
        'or use interface smooth from labels',
    );
  }
  const model = findModel(provenance?.model);
  if (model === null) {
    throw new SpecError(
      'phaseLevelSet: the provenance of the structure does not name its model; take it as generate gives it',
    );
  }
  const { x, y } = levelSets;
  const own = model.phases(provenance).map(({ label }) => label);
  const [inX, inY, rest] = [own[0], y === null ? null : own[1], own[own.length - 1]];
  const valueOf = (): ((i: number) => number) => {
    if (phase === inX) return (i) => x[i];
    if (y === null && phase === rest) return (i) => -x[i];
    if (y !== null && phase === inY) return (i) => Math.min(-x[i], y[i]);
    if (y !== null && phase === rest) return (i) => Math.min(-x[i], -y[i]);
    throw new SpecError(`phaseLevelSet: the model has no label ${phase}; it has ${own.join(', ')}`);
  };
  const value = valueOf();
  return Float32Array.from(
    labels, (label, i) => (label === phase ? Math.max(value(i), TINY) : Math.min(value(i), -TINY)),
  );
}
