import { geodesicTortuosities, geodesicTortuosityPlan } from '../geodesic-tortuosity.js';
import { byAxis, perAxis, type Descriptor } from '../descriptor.js';

export const geodesicTortuosityDescriptor: Descriptor = {
  name: 'geodesicTortuosity',
  title: 'shortest path / thickness: mean, deviation, share of voxels with a path',
  plan: (shape, _, { axes }) => geodesicTortuosityPlan(shape, axes),
  async fill({ session, volume, request: { phases, axes, from, histograms }, result }, run) {
    const tasks = phases.flatMap((phase) => axes.map((axis) => ({ phase, axis, from })));
    const found = await geodesicTortuosities(session, volume, tasks, run);
    phases.forEach((phase, p) => {
      result.phases[phase].geodesicTortuosity = byAxis(axes, (_, k) => {
        const { histogram, ...rest } = found[p * axes.length + k];
        return histograms ? { ...rest, histogram } : rest;
      });
    });
  },
  row: (d) => [
    ...perAxis(d, 'meanGeodesicTortuosity', 'none', (phase) => phase.geodesicTortuosity, (found) => found.mean),
    ...perAxis(d, 'stdGeodesicTortuosity', 'none', (phase) => phase.geodesicTortuosity, (found) => found.std),
    ...perAxis(d, 'reachableFraction', 'none', (phase) => phase.geodesicTortuosity, (found) => found.reachableFraction),
  ],
};
