import { voxelCount } from '../../core/grid.js';
import { constrictivityOfPhase, constrictivityPlan } from '../constrictivity.js';
import { labelLease } from '../../kernels/transitions.js';
import type { PhaseDescription } from '../description.js';
import { byAxis, type Descriptor } from '../descriptor.js';
import { perAxis } from '../quantity.js';

const sizes = (phase: PhaseDescription) => phase.constrictivity;

export const constrictivityDescriptor: Descriptor = {
  name: 'constrictivity',
  axial: true,
  title: 'radii of bottlenecks and bulges, and β = (r_min/r_max)²',
  source: 'openings and intrusion by balls (Münch and Holzer 2008, J. Am. Ceram. Soc. 91:4059)',
  plan: (shape, threads, { voxelSizeUm }) => constrictivityPlan(shape, threads, voxelSizeUm),
  async fill({ session, volume, request: { phases, axes, from, curves }, result }, run) {
    const { shape, labels, voxelSizeUm: size } = volume;
    const inlets = axes.map((axis) => ({ axis, from }));
    await session.run(
      'describe', constrictivityPlan(shape, session.threads, size), voxelCount(shape), run,
      async (frame) => {
        const { labels: lease } = frame.take([labelLease(shape)]);
        await frame.write(lease, labels);
        for (const phase of phases) {
          const found = await constrictivityOfPhase(frame, lease, shape, { phase, inlets, curves, size });
          result.phases[phase].constrictivity = byAxis(axes, (_, k) => {
            const { axis: _axis, ...rest } = found[k];
            return rest;
          });
        }
      },
    );
  },
  quantities: [
    perAxis(
      'bottleneckRadius', 'bottleneck radius', 'length', sizes, (one) => one.bottleneckRadius, { symbol: 'r_min' },
    ),
    perAxis('bulgeRadius', 'bulge radius', 'length', sizes, (one) => one.bulgeRadius, { symbol: 'r_max' }),
    perAxis('constrictivity', 'constrictivity', 'none', sizes, (one) => one.constrictivity, { symbol: 'β' }),
  ],
};
