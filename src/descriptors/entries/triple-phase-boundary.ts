import { MAX_CLASSES } from '../../kernels/transitions.js';
import type { RowEntry } from '../description.js';
import type { Descriptor } from '../descriptor.js';
import { triplePhaseBoundaries, triplePhaseBoundariesPlan } from '../triple-phase-boundary.js';

export const triplePhaseBoundaryDescriptor: Descriptor = {
  name: 'triplePhaseBoundary',
  title: 'length of the lines where three phases meet, per volume',
  source: 'lattice edges whose four voxels hold the phases, times 2/3',
  refuses(_, __, { phases }) {
    if (phases.length >= 3 && phases.length <= MAX_CLASSES) return null;
    return `needs 3 to ${MAX_CLASSES} phases, described are ${phases.length}`;
  },
  plan: triplePhaseBoundariesPlan,
  async fill({ session, volume, request, result }, run) {
    const found = await triplePhaseBoundaries(session, volume, { phases: request.phases }, run);
    result.triplePhaseBoundary = Object.fromEntries(found.map(({ phases, ...lengths }) => [phases.join('-'), lengths]));
  },
  quantities: [],
  row: (d) => Object.entries(d.triplePhaseBoundary ?? {}).flatMap(([triple, { length, rawLength }]): RowEntry[] => [
    { name: `triplePhaseBoundary${triple}`, unit: 'perArea', value: length },
    { name: `rawTriplePhaseBoundary${triple}`, unit: 'perArea', value: rawLength },
  ]),
};
