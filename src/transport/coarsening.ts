// Which coarse levels a solve takes: blocks, or connected parts (decisions/0055, 0056, 0057).
import { CapacityError } from '../core/errors.js';
import type { Shape } from '../core/grid.js';
import { areSplit, partsFit, STRONG, type PartCounts } from '../kernels/parts.js';
import { countNetworkParts, islandShareOf, type FinestLevel } from '../kernels/transport.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import type { ConductOptions } from './conduct-options.js';

/** Share of the voxels in islands from which on blocks take more iterations than parts. */
const ISLANDS = 0.02;

/** Whether blocks would take many iterations: they join what does not touch, what conducts well, or many islands. */
async function areHard(frame: Frame, finest: FinestLevel, shape: Shape, smooth: boolean): Promise<boolean> {
  if (areSplit(await countNetworkParts(frame, finest, shape), smooth)) return true;
  if (!('lowest' in finest) || finest.lowest.length === 0) return false;
  for (const lowest of finest.lowest) {
    if (areSplit(await countNetworkParts(frame, finest, shape, -lowest))) return true;
  }
  return (await islandShareOf(frame, finest, shape)) >= ISLANDS;
}

/** Parts of which the coarse levels are to be made, with memory for them; null for blocks. Where conductivities are far apart, strong links
 *  alone make parts.
 *  @param shape transport axis first; plan: of the solve with these parts
 *  @throws CapacityError when there is no memory for the parts that the caller asked for */
export async function chooseParts(
  frame: Frame, finest: FinestLevel, shape: Shape, { coarsening, boundary, interface: kind }: Pick<ConductOptions, 'coarsening' | 'boundary' | 'interface'>,
  plan: (parts: PartCounts) => LeasePlan,
): Promise<PartCounts | null> {
  if (coarsening === 'blocks' || boundary === 'periodic') return null;
  const asked = coarsening === 'parts';
  if (!asked && !(await areHard(frame, finest, shape, kind === 'smooth'))) return null;
  const counts = await countNetworkParts(frame, finest, shape, 'lowest' in finest && finest.lowest.length > 0 ? STRONG : 0);
  if (!partsFit(shape, counts)) return null;
  try {
    await frame.extend(plan(counts));
    return counts;
  } catch (error) {
    if (asked || !(error instanceof CapacityError)) throw error;
    return null;
  }
}
