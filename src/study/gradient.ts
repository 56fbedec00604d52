// Gradients of the descriptors at the points of a plan, from the rows of its first round.
import { perVoxel } from '../descriptors/quantity.js';
import { splitColumn, type Column, type Values } from './columns.js';
import type { PlannedStructure, PointGradient } from './plan.js';

export interface GradientPoints {
  readonly voxelSizeUm: number;
  readonly points: number;
  readonly descriptors: readonly Column[];
  /** Names of what is varied, in the order of the components. */
  readonly parameters: readonly string[];
  /** Forward difference of a parameter, by its place in the list. */
  delta(point: number, parameter: number): number;
  readonly realisations: number;
  /** @param parameter null: the base */
  structure(point: number, parameter: string | null, realisation: number): PlannedStructure;
}

/** Forward differences with δ, mean over the realisations in which both structures have a value. Lengths count in
 *  voxels: with S in µm⁻¹ the steps would be longer by the inverse voxel size, 1/0.2 in [A], and leave the ranges that
 *  it prints. */
export function gradientsAt(
  { voxelSizeUm, points, descriptors, parameters, delta, realisations: count, structure }: GradientPoints,
  valuesOf: (structure: PlannedStructure) => Values | null,
): PointGradient[] {
  return Array.from({ length: points }, (_, point) => descriptors.map((descriptor): PointGradient => {
    const unit = perVoxel(splitColumn(descriptor).quantity.unit, voxelSizeUm);
    const components = parameters.map((name, j) => {
      const slopes: number[] = [];
      for (let r = 0; r < count; r++) {
        const base = value(valuesOf(structure(point, null, r)), descriptor);
        const moved = value(valuesOf(structure(point, name, r)), descriptor);
        if (base !== null && moved !== null) slopes.push((unit * (moved - base)) / delta(point, j));
      }
      return slopes;
    });
    const realisations = Math.min(...components.map((slopes) => slopes.length));
    return {
      point, descriptor, realisations,
      gradient: realisations === 0
        ? null
        : components.map((slopes) => slopes.reduce((a, b) => a + b, 0) / slopes.length),
    };
  })).flat();
}

/** Of a column of a phase, in which only numbers stand. */
function value(values: Values | null, column: Column): number | null {
  const found = values?.[column];
  return typeof found === 'number' ? found : null;
}
