import { volumeFractions, volumeFractionsPlan } from '../volume-fraction.js';
import type { Descriptor } from '../descriptor.js';
import { perPhase } from '../quantity.js';

export const volumeFractionDescriptor: Descriptor = {
  name: 'volumeFraction',
  title: 'share of all voxels',
  source: 'counted voxels',
  plan: volumeFractionsPlan,
  async fill({ session, volume, request, result }, run) {
    const { phases } = await volumeFractions(session, volume, { phases: request.phases }, run);
    for (const { phase, volumeFraction } of phases) result.phases[phase].volumeFraction = volumeFraction;
  },
  quantities: [
    perPhase('volumeFraction', 'volume fraction', 'none', (phase) => phase.volumeFraction, { symbol: 'ε', absent: 0 }),
  ],
};
