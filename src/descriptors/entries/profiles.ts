import { AXES, isCrossed } from '../../core/grid.js';
import { byAxis, type Descriptor } from '../descriptor.js';
import { surfaceProfiles, surfaceProfilesPlan } from '../surface-profiles.js';
import { volumeFractions, volumeFractionsPlan } from '../volume-fraction.js';

export const profilesDescriptor: Descriptor = {
  name: 'profiles',
  also: ['surfaceProfiles'],
  title: 'volume fraction of each plane and specific surface of each pair of planes across each axis (JSON only)',
  source: 'counted voxels and Cauchy-Crofton, plane by plane',
  onRequest: true,
  plan: (shape, threads) => ({ leases: [], then: [volumeFractionsPlan(shape, threads), surfaceProfilesPlan(shape)] }),
  async fill({ session, volume, request: { phases }, result }, run) {
    const axes = AXES.filter((axis) => isCrossed(volume.shape, axis));
    const fractions = await volumeFractions(session, volume, { phases }, run);
    for (const { phase, profiles } of fractions.phases) {
      result.phases[phase].profiles = byAxis(axes, (axis) => Array.from(profiles[axis]));
    }
    const areas = await surfaceProfiles(session, volume, { phases }, run);
    for (const phase of phases) {
      result.phases[phase].surfaceProfiles = byAxis(axes, (axis) =>
        Array.from(areas.find((one) => one.phase === phase && one.axis === axis)!.specificSurfaceArea));
    }
  },
  quantities: [],
};
