// Variance of a volume fraction between windows of a model, from its two-point function: no structure is drawn.
import type { Shape } from '../core/grid.js';
import { pairKey, type Phase } from '../core/volume.js';
import { varianceOfMean } from '../descriptors/fraction-variance.js';
import { hypot } from '../numeric/elementary.js';
import { stretchOf } from '../structure/excursion.js';
import { readStructure, type StructureSpec } from '../structure/models.js';

/** Distances at which the covariance is tabled, up to where it is gone. */
const STEPS = 80;
/** Share of ε (1 − ε) below which the covariance is gone. */
const GONE = 1e-4;

/** Variance of ε over windows by shape; null: the model's two-point function is not known. */
export function modelFractionVariance(spec: StructureSpec, phase: Phase): ((shape: Shape) => number) | null {
  const { model, spec: complete } = readStructure('window', spec);
  const { volumeFraction, coverage } = model.expected;
  const parameters = (complete as { parameters?: { anisotropyFactor?: number } }).parameters;
  if (volumeFraction === undefined || coverage === undefined || parameters?.anisotropyFactor === undefined) return null;
  const fraction = volumeFraction(complete)[phase];
  const point = fraction * (1 - fraction);
  // Lags across the axis of the stretch: distances of the isotropic material.
  const at = (distance: number): number =>
    coverage(complete, [0, 0, distance])[pairKey(phase, phase)].value - fraction * fraction;
  let reach = 1;
  const longest = Math.max(...(complete as { size: Shape }).size) * 4;
  while (reach < longest && Math.abs(at(reach)) > GONE * point) reach *= 1.25;
  const table = Float64Array.from({ length: STEPS + 2 }, (_, i) => (i === 0 ? point : at((i * reach) / STEPS)));
  const between = (distance: number): number => {
    const t = (distance / reach) * STEPS;
    const i = Math.floor(t);
    return i >= STEPS ? 0 : table[i] + (t - i) * (table[i + 1] - table[i]);
  };
  const stretch = stretchOf({ ...complete, parameters: { anisotropyFactor: parameters.anisotropyFactor } } as never);
  const steps: Shape = [Math.ceil(reach * stretch), Math.ceil(reach), Math.ceil(reach)];
  return (shape) => varianceOfMean(shape, steps, (z, y, x) => between(hypot(z / stretch, y, x)));
}
