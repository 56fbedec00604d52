import { voxelCount } from '../../core/grid.js';
import { constrictivityOfPhase, constrictivityPlan, isotropicEdge } from '../constrictivity.js';
import { byAxis, perAxis, type Descriptor } from '../descriptor.js';

export const constrictivityDescriptor: Descriptor = {
  name: 'constrictivity',
  title: 'radii of bottlenecks and bulges, and β = (r_min/r_max)²',
  refuses({ voxelSizeUm: size }) {
    if (size === null || size.every((h) => h === size[0])) return null;
    return `needs cubic voxels, these are ${size.join('×')} µm; rescale the image`;
  },
  plan: constrictivityPlan,
  async fill({ session, volume, request: { phases, axes, from, curves }, result }, run) {
    const { shape, labels } = volume;
    const edge = isotropicEdge('describe', volume);
    const inlets = axes.map((axis) => ({ axis, from }));
    await session.run('describe', constrictivityPlan(shape, session.threads), voxelCount(shape), run, async (frame) => {
      const lease = frame.lease('labels', labels.length);
      await frame.write(lease, labels);
      for (const phase of phases) {
        const found = await constrictivityOfPhase(frame, lease, shape, { phase, inlets, curves, edge });
        result.phases[phase].constrictivity = byAxis(axes, (_, k) => {
          const { axis: _axis, ...rest } = found[k];
          return rest;
        });
      }
    });
  },
  row: (d) => [
    ...perAxis(d, 'bottleneckRadius', 'length', (phase) => phase.constrictivity, (found) => found.bottleneckRadius),
    ...perAxis(d, 'bulgeRadius', 'length', (phase) => phase.constrictivity, (found) => found.bulgeRadius),
    ...perAxis(d, 'constrictivity', 'none', (phase) => phase.constrictivity, (found) => found.constrictivity),
  ],
};
