import { volumeFractions, volumeFractionsPlan } from '../volume-fraction.js';
import { perPhase, type Descriptor } from '../descriptor.js';

export const volumeFractionDescriptor: Descriptor = {
  name: 'volumeFraction',
  title: 'share of all voxels',
  plan: volumeFractionsPlan,
  async fill({ session, volume, request, result }, run) {
    const { phases } = await volumeFractions(session, volume, request, run);
    for (const { phase, volumeFraction } of phases) result.phases[phase].volumeFraction = volumeFraction;
  },
  row: (d) => perPhase(d, 'volumeFraction', 'none', (phase) => phase.volumeFraction),
};
