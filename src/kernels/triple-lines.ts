// Lattice edges at which three labels meet. Kernel: assembly/measures/triple-lines.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Phase } from '../core/volume.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { MAX_CLASSES } from './transitions.js';

/** Three different labels, ascending. */
export type Triple = readonly [Phase, Phase, Phase];

export function tripleLinesPlan(threads: number, triples: number): LeasePlan {
  return {
    leases: [
      { name: 'phases', bytes: MAX_CLASSES },
      { name: 'triples', bytes: triples },
      { name: 'triple edges', bytes: 24 * triples * threads },
    ],
  };
}

/** Edges along z, y, x inside the window whose four voxels hold all labels of a triple. Destroys the labels: they become
 *  one-hot codes. labels: a `labelLease`.
 *  @param phases MAX_CLASSES distinct labels at most, those of the triples among them. */
export async function tripleLines(
  frame: Frame, labels: Lease, shape: Shape, phases: readonly Phase[], triples: readonly Triple[],
): Promise<[z: number, y: number, x: number][]> {
  return frame.scope(async () => {
    const [list, codes, out] = tripleLinesPlan(frame.threads, triples.length).leases.map(({ name, bytes }) => frame.lease(name, bytes));
    const voxels = voxelCount(shape);
    await frame.write(list, Uint8Array.from(phases));
    await frame.write(codes, Uint8Array.from(triples, (triple) => triple.reduce((code, phase) => code | (1 << phases.indexOf(phase)), 0)));
    await frame.call('oneHot', [labels.ptr, Math.ceil(voxels / 16), list.ptr, phases.length, 0], { name: 'label classes', work: voxels });
    await frame.call('tripleLines', [out.ptr, labels.ptr, ...shape, codes.ptr, triples.length], { name: 'triple lines', work: voxels });
    const counts = await frame.read(out, Float64Array);
    return triples.map((_, k) => {
      const sum = (axis: number): number => {
        let total = 0;
        for (let t = 0; t < frame.threads; t++) total += counts[(t * triples.length + k) * 3 + axis];
        return total;
      };
      return [sum(0), sum(1), sum(2)];
    });
  });
}
