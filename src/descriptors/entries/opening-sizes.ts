import type { OpeningSizes } from '../local-thickness.js';
import { localThicknessPlan, openingSizes } from '../local-thickness.js';
import type { Descriptor } from '../descriptor.js';
import { perPhase } from '../quantity.js';

const SIZES = ['mean', 'd10', 'd50', 'd90', 'largest'] as const satisfies readonly (keyof OpeningSizes)[];

export const openingSizesDescriptor: Descriptor = {
  name: 'openingSizes',
  title: 'particle or pore sizes: mean, d10, d50, d90 of the largest balls that cover each voxel',
  source: 'largest covering balls (Hildebrand and Rüegsegger 1997, J. Microscopy 185:67)',
  onRequest: true,
  plan: localThicknessPlan,
  async fill({ session, volume, request, result }, run) {
    for (const phase of request.phases) {
      result.phases[phase].openingSizes = await openingSizes(session, volume, { phase }, run);
    }
  },
  quantities: SIZES.map((size) => perPhase(
    `${size}OpeningSize`, `${size} diameter of openings`, 'length',
    ({ openingSizes: sizes }) => (sizes === undefined ? undefined : sizes[size]),
  )),
};
