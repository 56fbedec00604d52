// Islands of much better conducting voxels: where to look for them, memory and call. Kernel:
// assembly/transport/islands/find.ts.
import { ISLANDS_BYTES, MAX_ISLAND_SETS } from '../../assembly/layout.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { LeasesOf } from '../runtime/arena.js';
import { encodeField, encodeLayout, type Place } from '../runtime/call.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';

/** Ratio of neighbouring conductivities from which on multigrid alone is slow (decisions/0054). */
const GAP = 50;
/** Lowest conductivity of the voxels that make islands, one for each wide gap between those that occur, ascending. */
export function islandThresholds(conductivities: readonly number[]): number[] {
  const values = [...new Set(conductivities)].filter((sigma) => sigma > 0).sort((a, b) => a - b);
  return values.filter((sigma, k) => k > 0 && sigma >= GAP * values[k - 1]).slice(-MAX_ISLAND_SETS);
}

/** Room for islands of 16 voxels on average, and for the pairs that meet across the seams of odd axes of a window that
 *  repeats. */
function sizes(shape: Shape, sets: number): { islands: number; room: number } {
  const voxels = voxelCount(shape);
  const pairs = shape.reduce((sum, n) => sum + (n % 2 === 1 ? voxels / n / 2 : 0), 0);
  return { islands: Math.ceil(voxels / 16 + pairs) + 16, room: sets * voxels };
}

/** Leases of `findIslands`; sets: 1 or more. */
export function islandPlan(shape: Shape, sets: number) {
  const { islands, room } = sizes(shape, sets);
  return named({
    islands: ISLANDS_BYTES,
    'island starts': 4 * (islands + 1),
    'island members': 4 * room,
    'island energies': 8 * islands,
    'island gains': 8 * islands,
    'island sizes': 4 * islands,
    'strong codes': 256 * sets,
  });
}

/** Finds the islands and makes the potential start flat within them.
 *  @param strong per set and code, whether the face joins voxels of an island
 *  @param entry the finest level's; ids of 4 bytes per voxel; x: element (0, 0, 0) of the potential, an f32 field;
 *         lift: whether the cycle corrects the level of each island, which coarse levels of strong parts do better */
export async function findIslands(
  frame: Frame, leases: LeasesOf<typeof islandPlan>, shape: Shape, strong: readonly Uint8Array[],
  entry: Place, ids: Place, x: Place, lift: boolean,
): Promise<void> {
  const { islands: record, 'strong codes': table, 'island sizes': counts } = leases;
  await frame.write(record, encodeLayout('Islands', {
    starts: leases['island starts'].ptr, members: leases['island members'].ptr,
    inverseEnergies: leases['island energies'].ptr, gains: leases['island gains'].ptr,
  }, frame.addressBytes));
  const codes = new Uint8Array(256 * strong.length);
  strong.forEach((set, k) => codes.set(set, 256 * k));
  await frame.write(table, codes);
  const { islands, room } = sizes(shape, strong.length);
  await frame.call(
    'findIslands', { record, entry, ids, x, strong: table, sizes: counts, sets: strong.length, islands, room },
    { name: 'islands', work: 3 * strong.length * voxelCount(shape) },
  );
  if (lift) return;
  const none = encodeField('Islands', 'sets', 0, frame.addressBytes);
  await frame.write(record, none.bytes, none.offset);
}
