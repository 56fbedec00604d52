import { components, componentsPlan } from '../components.js';
import type { ComponentDescription, PhaseDescription } from '../description.js';
import { byAxis, perAxis, perPhase, type Descriptor } from '../descriptor.js';

export const componentsDescriptor: Descriptor = {
  name: 'components',
  also: ['utilisation'],
  title: 'connected components (6, 18, 26 neighbours), percolation, share connected to each face',
  plan: (shape) => componentsPlan(shape),
  async fill({ session, volume, request: { phases, axes }, result }, run) {
    for (const phase of phases) {
      const found: Record<string, ComponentDescription> = {};
      for (const neighbourhood of [6, 18, 26] as const) {
        const one = await components(session, volume, { phase, neighbourhood }, run);
        found[neighbourhood] = {
          count: one.count, largestFraction: one.largestFraction, percolates: one.percolates,
          percolatingFraction: one.percolatingFraction,
        };
        // Fluxes cross faces of voxels.
        if (neighbourhood === 6) result.phases[phase].utilisation = byAxis(axes, (axis) => one.connectedFraction[axis]);
      }
      result.phases[phase].components = found;
    }
  },
  row: (d) => [
    ...([6, 18, 26] as const).flatMap((neighbourhood) => {
      const suffix = neighbourhood === 6 ? '' : `In${neighbourhood}`;
      const of = (phase: PhaseDescription): ComponentDescription | undefined => phase.components?.[neighbourhood];
      return [
        ...perPhase(d, 'componentCount', 'none', (phase) => of(phase)?.count, suffix),
        ...perPhase(d, 'largestFraction', 'none', (phase) => of(phase)?.largestFraction, suffix),
        ...perAxis(d, 'percolates', 'none', (phase) => of(phase)?.percolates, (yes) => yes, suffix),
        ...perAxis(
          d, 'percolatingFraction', 'none', (phase) => of(phase)?.percolatingFraction, (share) => share, suffix,
        ),
      ];
    }),
    ...perAxis(d, 'utilisationFromLow', 'none', (phase) => phase.utilisation, (found) => found.low),
    ...perAxis(d, 'utilisationFromHigh', 'none', (phase) => phase.utilisation, (found) => found.high),
  ],
};
