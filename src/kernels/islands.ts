// Islands of much better conducting voxels: where to look for them, memory and call. Kernel: assembly/transport/islands/find.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import type { PlannedLease } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';

/** Ratio of neighbouring conductivities from which on multigrid alone is slow (decisions/0054). */
const GAP = 50;
/** Sets of islands at most: the record (64 bytes) ends with where each of them starts. */
const MAX_SETS = 8;

/** Lowest conductivity of the voxels that make islands, one for each wide gap between those that occur, ascending. */
export function islandThresholds(conductivities: readonly number[]): number[] {
  const values = [...new Set(conductivities)].filter((sigma) => sigma > 0).sort((a, b) => a - b);
  return values.filter((sigma, k) => k > 0 && sigma >= GAP * values[k - 1]).slice(-MAX_SETS);
}

function sizes(shape: Shape, sets: number): { islands: number; room: number } {
  const voxels = voxelCount(shape);
  return { islands: Math.ceil(voxels / 16) + 16, room: sets * voxels };
}

/** Leases of `findIslands` for the solve; none without sets. */
export function islandPlan(shape: Shape, sets: number): PlannedLease[] {
  if (sets === 0) return [];
  const { islands, room } = sizes(shape, sets);
  return [
    { name: 'islands', bytes: 64 },
    { name: 'island starts', bytes: 4 * (islands + 1) },
    { name: 'island members', bytes: 4 * room },
    { name: 'island energies', bytes: 8 * islands },
    { name: 'island gains', bytes: 8 * islands },
    { name: 'island sizes', bytes: 4 * islands },
    { name: 'strong codes', bytes: 256 * sets },
  ];
}

/** Finds the islands and makes the potential start flat within them.
 *  @param leases as `islandPlan` says; strong: per set and code, whether the face joins voxels of an island
 *  @param entry address of the finest level's entry; ids of 4 bytes per voxel; potential: of element (0, 0, 0) of an f32 field;
 *         lift: whether the cycle corrects the level of each island, which coarse levels of strong parts do better */
export async function findIslands(
  frame: Frame, leases: readonly Lease[], shape: Shape, strong: readonly Uint8Array[], entry: number, ids: number, potential: number,
  lift: boolean,
): Promise<void> {
  const [record, starts, members, energies, gains, counts, table] = leases;
  const words = new Uint32Array(16);
  words.set([starts.ptr, members.ptr, energies.ptr, gains.ptr], 1);
  await frame.write(record, words);
  const codes = new Uint8Array(256 * strong.length);
  strong.forEach((set, k) => codes.set(set, 256 * k));
  await frame.write(table, codes);
  const { islands, room } = sizes(shape, strong.length);
  await frame.call(
    'findIslands',
    [record.ptr, entry, ids, potential, table.ptr, counts.ptr, strong.length, islands, room],
    { name: 'islands', work: 3 * strong.length * voxelCount(shape) },
  );
  if (!lift) await frame.write(record, new Uint32Array(1));
}
