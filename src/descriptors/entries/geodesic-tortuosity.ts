import { geodesicTortuosities, geodesicTortuosityPlan } from '../geodesic-tortuosity.js';
import type { PhaseDescription } from '../description.js';
import { byAxis, type Descriptor } from '../descriptor.js';
import { perAxis } from '../quantity.js';

const found = (phase: PhaseDescription) => phase.geodesicTortuosity;

export const geodesicTortuosityDescriptor: Descriptor = {
  name: 'geodesicTortuosity',
  axial: true,
  title: 'shortest path / thickness: mean, deviation, share of voxels with a path',
  source: 'shortest paths over 26 neighbours (Dufter et al. 2026, arXiv 2603.23248, §2.3)',
  plan: (shape, _, { axes }) => geodesicTortuosityPlan(shape, axes),
  async fill({ session, volume, request: { phases, axes, from, histograms }, result }, run) {
    const tasks = phases.flatMap((phase) => axes.map((axis) => ({ phase, axis, from })));
    const paths = await geodesicTortuosities(session, volume, tasks, run);
    phases.forEach((phase, p) => {
      result.phases[phase].geodesicTortuosity = byAxis(axes, (_, k) => {
        const { histogram, ...rest } = paths[p * axes.length + k];
        return histograms ? { ...rest, histogram } : rest;
      });
    });
  },
  quantities: [
    perAxis('meanGeodesicTortuosity', 'mean geodesic tortuosity', 'none', found, ({ mean }) => mean, {
      symbol: 'μ(τ)', missing: (axis) => `no path along ${axis}`,
    }),
    perAxis('stdGeodesicTortuosity', 'std of geodesic tortuosity', 'none', found, ({ std }) => std, {
      symbol: 'σ(τ)', missing: (axis) => `no path along ${axis}`,
    }),
    perAxis('reachableFraction', 'share of voxels with a path', 'none', found, (one) => one.reachableFraction),
  ],
};
