import { AXES } from '../../core/grid.js';
import { volumeFractions, volumeFractionsPlan } from '../volume-fraction.js';
import { byAxis, type Descriptor } from '../descriptor.js';

export const profilesDescriptor: Descriptor = {
  name: 'profiles',
  title: 'volume fraction of each plane across each axis (JSON only)',
  onRequest: true,
  plan: volumeFractionsPlan,
  async fill({ session, volume, request, result }, run) {
    const { phases } = await volumeFractions(session, volume, request, run);
    for (const { phase, profiles } of phases) result.phases[phase].profiles = byAxis(AXES, (axis) => Array.from(profiles[axis]));
  },
  row: () => [],
};
