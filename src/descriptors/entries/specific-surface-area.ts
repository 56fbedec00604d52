import { MAX_CLASSES } from '../../kernels/transitions.js';
import { surfaceAreas, surfaceAreasPlan } from '../surface-area.js';
import type { RowEntry } from '../description.js';
import type { Descriptor } from '../descriptor.js';
import { perPhase } from '../quantity.js';

export const specificSurfaceAreaDescriptor: Descriptor = {
  name: 'specificSurfaceArea',
  also: ['interfaceAreas'],
  title: 'surface of each phase and area of each interface, per volume of the window',
  source: 'Cauchy-Crofton in 13 directions with Voronoi weights (Ohser and Mücklich 2000)',
  refuses(_, present, { phases }) {
    if (present.length <= MAX_CLASSES || phases.length < MAX_CLASSES) return null;
    return `tells ${MAX_CLASSES} labels apart, the image has ${present.length}; name up to ${MAX_CLASSES - 1} phases`;
  },
  plan: surfaceAreasPlan,
  async fill({ session, volume, request, result }, run) {
    const areas = await surfaceAreas(session, volume, { phases: request.phases }, run);
    for (const { phase, specificSurfaceArea } of areas.phases) {
      result.phases[phase].specificSurfaceArea = specificSurfaceArea;
    }
    result.interfaceAreas = Object.fromEntries(areas.interfaces.map(({ phases, area }) => [phases.join('-'), area]));
  },
  quantities: [
    perPhase(
      'specificSurfaceArea', 'specific surface area', 'perLength', (phase) => phase.specificSurfaceArea,
      { symbol: 'S', absent: 0 },
    ),
  ],
  row: (d) => Object.entries(d.interfaceAreas ?? {}).map(([pair, value]): RowEntry =>
    ({ name: `interfaceArea${pair}`, unit: 'perLength', value })),
};
