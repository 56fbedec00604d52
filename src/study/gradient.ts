// Gradients of the descriptors at the interpolated points, from the rows of round 1.
import { perVoxel } from '../descriptors/quantity.js';
import { splitColumn, type Column, type Values } from './columns.js';
import { THETA } from './parameters.js';
import { gradientStructure, studyPoints, type PlannedStructure, type PointGradient } from './plan.js';
import type { StudySpec } from './spec.js';

/** Forward differences with δ, mean over the realisations in which both structures have a value. Lengths count in
 *  voxels: with S in µm⁻¹ the steps would be longer by the inverse voxel size, 1/0.2 in [A], and leave the ranges that
 *  it prints. */
export function studyGradients(
  spec: StudySpec, valuesOf: (structure: PlannedStructure) => Values | null,
): PointGradient[] {
  return [...studyPoints(spec)].flatMap((point) =>
    spec.steps.descriptors.map((descriptor): PointGradient => {
      const unit = perVoxel(splitColumn(descriptor).quantity.unit, spec.voxelSizeUm);
      const components = THETA.map((name) => {
        const slopes: number[] = [];
        for (let r = 0; r < spec.gradient.realisations; r++) {
          const base = value(valuesOf(gradientStructure(spec, point, null, r)), descriptor);
          const moved = value(valuesOf(gradientStructure(spec, point, name, r)), descriptor);
          if (base !== null && moved !== null) slopes.push((unit * (moved - base)) / spec.gradient.delta);
        }
        return slopes;
      });
      const realisations = Math.min(...components.map((slopes) => slopes.length));
      return {
        point: point.index,
        descriptor,
        realisations,
        gradient: realisations === 0
          ? null
          : components.map((slopes) => slopes.reduce((a, b) => a + b, 0) / slopes.length),
      };
    }));
}

/** Of a column of a phase, in which only numbers stand. */
function value(values: Values | null, column: Column): number | null {
  const found = values?.[column];
  return typeof found === 'number' ? found : null;
}
