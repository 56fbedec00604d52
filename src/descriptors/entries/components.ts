import { components, componentsPlan } from '../components.js';
import type { ComponentDescription, PhaseDescription } from '../description.js';
import { byAxis, type Descriptor } from '../descriptor.js';
import { perAxis, perPhase } from '../quantity.js';

export const componentsDescriptor: Descriptor = {
  name: 'components',
  also: ['utilisation'],
  title: 'connected components (6, 18, 26 neighbours), percolation, share connected to each face',
  source: 'connected voxels',
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
        if (neighbourhood === 6) {
          result.phases[phase].utilisation = byAxis(axes, (axis) => one.connectedFraction[axis]!);
        }
      }
      result.phases[phase].components = found;
    }
  },
  quantities: [
    ...([6, 18, 26] as const).flatMap((neighbourhood) => {
      const more = { suffix: neighbourhood === 6 ? '' : `In${neighbourhood}` };
      const of = (phase: PhaseDescription): ComponentDescription | undefined => phase.components?.[neighbourhood];
      const told = (title: string): string => `${title} (${neighbourhood} neighbours)`;
      return [
        perPhase('componentCount', told('connected components'), 'none', (phase) => of(phase)?.count, {
          ...more, absent: 0,
        }),
        perPhase(
          'largestFraction', told('share of the largest component'), 'none', (phase) => of(phase)?.largestFraction,
          more,
        ),
        perAxis('percolates', told('percolates'), 'none', (phase) => of(phase)?.percolates, (yes) => yes, more),
        perAxis(
          'percolatingFraction', told('percolating share'), 'none', (phase) => of(phase)?.percolatingFraction,
          (share) => share, more,
        ),
      ];
    }),
    ...(['low', 'high'] as const).map((face) => perAxis(
      `utilisationFrom${face === 'low' ? 'Low' : 'High'}`, `share connected to the ${face} face`, 'none',
      (phase) => phase.utilisation, (found) => found[face],
    )),
  ],
};
