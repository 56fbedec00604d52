// Lattice edges at which three labels meet. Kernel: assembly/measures/triple-lines.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Phase } from '../core/volume.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';
import { MAX_CLASSES } from './transitions.js';

/** Three different labels, ascending. */
export type Triple = readonly [Phase, Phase, Phase];

export function tripleLinesPlan(threads: number, triples: number) {
  return {
    leases: named({ phases: MAX_CLASSES, triples, 'triple edges': 24 * triples * threads }),
  };
}

/** Edges along z, y, x inside the window whose four voxels hold all labels of a triple. Destroys the labels: they
 *  become one-hot codes. labels: a `labelLease`.
 *  @param phases MAX_CLASSES distinct labels at most, those of the triples among them. */
export async function tripleLines(
  frame: Frame, labels: Lease, shape: Shape, phases: readonly Phase[], triples: readonly Triple[],
): Promise<[z: number, y: number, x: number][]> {
  return frame.scope(async () => {
    const plan = tripleLinesPlan(frame.threads, triples.length);
    const { phases: list, triples: codes, 'triple edges': out } = frame.take(plan);
    const voxels = voxelCount(shape);
    await frame.write(list, Uint8Array.from(phases));
    await frame.write(codes, Uint8Array.from(
      triples, (triple) => triple.reduce((code, phase) => code | (1 << phases.indexOf(phase)), 0),
    ));
    await frame.call(
      'oneHot', { labels, blocks: Math.ceil(voxels / 16), phases: list, count: phases.length, rest: false },
      { name: 'label classes', work: voxels },
    );
    await frame.call(
      'tripleLines', { counts: out, codes: labels, ...extents(shape), triples: codes, count: triples.length },
      { name: 'triple lines', work: voxels },
    );
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
