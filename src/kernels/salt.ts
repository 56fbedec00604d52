// Salt in the electrolyte of a window and of a separator before it, over one implicit step. Kernel:
// assembly/electrode/salt.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease, LeasesOf } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { faceWeights } from './coded.js';
import { extents } from './extents.js';

/** Fields of `solveSalt`: of the voxels of the window, transport axis first, and then of the layers of the separator
 *  from its far end to the window. */
export function saltPlan(shape: Shape, layers: number) {
  const bytes = 8 * (voxelCount(shape) + layers);
  return named({
    concentration: bytes, supply: bytes, mass: bytes, 'inverse diagonal': bytes, 'salt rest': bytes,
    'salt direction': bytes, 'salt image': bytes, 'inverse diffusivity': 8 * voxelCount(shape),
    'layer links': 8 * Math.max(1, layers - 1), 'salt sums': 32 * (shape[0] + 1), 'salt result': 64,
  });
}

/** One implicit step. Units are those of a resistor network whose conductances between cubic voxels are diffusivities.
 *  @param leases of the plan, where the caller has filled concentration (the start), supply (right-hand side), mass
 *    (what a unit of concentration holds, over the step; 0 outside the electrolyte), inverse diffusivities (infinite
 *    outside it) and links (conductances between layers)
 *  @param endResistance of the last layer's half, to the face of the window: inverse diffusivity times its length over
 *    the edge along the axis
 *  @returns iterations, and the residual that is left in the norm of the inverse diagonal, over the right-hand side's.
 *    Σ mass·concentration is that of the supply to rounding. */
export async function solveSalt(
  frame: Frame, leases: LeasesOf<typeof saltPlan>,
  { shape, voxelSize, layers }: {
    readonly shape: Shape; readonly voxelSize: readonly [number, number, number]; readonly layers: number;
  },
  endResistance: number, tolerance: number, maxIterations: number,
): Promise<{ readonly iterations: number; readonly residual: number }> {
  const [, weightY, weightX] = faceWeights({ axis: 'z', voxelSize });
  const out: Lease = leases['salt result'];
  await frame.call('saltStep', {
    out, c: leases.concentration, b: leases.supply, rho: leases['inverse diffusivity'], mass: leases.mass,
    links: leases['layer links'], inverse: leases['inverse diagonal'], r: leases['salt rest'],
    p: leases['salt direction'], q: leases['salt image'], sums: leases['salt sums'], endResistance, weightY, weightX,
    tolerance, ...extents(shape), layers, maxIterations,
  }, { name: 'salt', work: 2 * voxelCount(shape) });
  const [iterations, residual] = await frame.read(out, Float64Array, 2);
  return { iterations, residual };
}
