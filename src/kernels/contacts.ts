// What grains hold and what they touch. Kernels: assembly/grains/contacts.ts.
import { CONTACT_DIRECTIONS, GRAIN_BYTES } from '../../assembly/layout.js';
import { metricDirections } from './direction-weights.js';
import { DIRECTIONS } from '../core/directions.js';
import { voxelCount, type Shape, type VoxelSize } from '../core/grid.js';
import type { Phase } from '../core/volume.js';
import { log2 } from '../numeric/elementary.js';
import type { Lease } from '../runtime/arena.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';

/** Grains or labels that a grain touches, as planned at first; where there are more, the table is made again. */
const PAIRS_PER_GRAIN = 24;
/** A quarter of them is left for what threads hold when the table is full. */
const LEAST_SLOTS = 2 ** 14;
/** Areas are summed in whole numbers, of which the largest area of a pair of voxels has this many. */
const FIXED = 2 ** 24;

/** A power of two, above 4/3 of the pairs. */
const slotsFor = (pairs: number): number =>
  Math.max(LEAST_SLOTS, 2 ** Math.ceil(log2(Math.max(1, (pairs * 4) / 3))));

const contactLeases = (slots: number) => named({ contacts: 16 * slots });

function totalsLeases(shape: Shape, count: number) {
  return named({
    ids: 4 * voxelCount(shape), totals: GRAIN_BYTES * count, directions: 16 * CONTACT_DIRECTIONS, used: 4,
  });
}

/** What `countGrains` leases beside the labels. @param count of the grains */
export function countGrainsPlan(shape: Shape, count: number): LeasePlan {
  return {
    leases: totalsLeases(shape, count), then: [{ leases: contactLeases(slotsFor(PAIRS_PER_GRAIN * count)) }],
  };
}

export interface GrainTotals {
  readonly voxels: Float64Array;
  /** Mean of the indices of the voxels along z, y, x. */
  readonly centres: Float64Array;
  /** Lowest and highest index along z, y, x: six numbers a grain. */
  readonly boxes: Int32Array;
  /** Voxels of the label asked for. */
  readonly connected: Float64Array;
}

/** Area between grain `first[k]` and grain `second[k]` (higher), or the label second[k] − count − 1 where that is
 *  above the count of grains; in squares of the unit of the voxel size. Ascending. */
export interface GrainPairs {
  readonly first: Uint32Array;
  readonly second: Uint32Array;
  readonly area: Float64Array;
}

/** Area that a pair of voxels across an interface stands for, by direction: A = 2 Σ w·v·N/length (cauchyCrofton). */
function pairAreas(size: VoxelSize): number[] {
  const volume = (size ?? [1, 1, 1]).reduce((product, edge) => product * edge, 1);
  return metricDirections(size).map(({ length, weight }) => (2 * weight * volume) / length);
}

/** Totals of grains and areas of what they touch inside the window.
 *  @param labels a `labelLease`, left as it is
 *  @param connected the label whose voxels are counted in every grain; null: of none */
export async function countGrains(
  frame: Frame, labels: Lease, shape: Shape, size: VoxelSize, numbers: Uint32Array, count: number,
  connected: Phase | null,
): Promise<{ totals: GrainTotals; pairs: GrainPairs }> {
  const work = voxelCount(shape);
  const { ids, totals, directions, used } = frame.take(totalsLeases(shape, count));
  await frame.write(ids, numbers);
  await frame.fill(totals, 0);
  const beyond = Math.max(...shape);
  await frame.call(
    'grainTotals', { totals, ids, labels, grains: count, connected: connected ?? -1, beyond, ...extents(shape) },
    { name: 'grains', work },
  );
  const areas = pairAreas(size);
  const scale = FIXED / Math.max(...areas);
  const table = DIRECTIONS.flatMap(({ offset }, d) => [...offset, Math.round(scale * areas[d])]);
  await frame.write(directions, Int32Array.from(table));
  let slots = slotsFor(PAIRS_PER_GRAIN * count);
  for (;;) {
    const found = await frame.scope(async () => {
      await frame.extend({ leases: contactLeases(slots) });
      const { contacts } = frame.take(contactLeases(slots));
      await frame.fill(used, 0);
      await frame.call(
        'grainContacts', { contacts, slots, used, ids, directions, grains: count, ...extents(shape) },
        { name: 'contacts', work },
      );
      const [taken] = await frame.read(used, Uint32Array, 1);
      return taken > slots - slots / 4 ? null : pairsOf(await frame.read(contacts, Uint32Array), taken, count, scale);
    });
    if (found !== null) return { totals: totalsOf(await frame.read(totals, Uint32Array), count, beyond), pairs: found };
    slots *= 2;
  }
}

/** u64 as pairs of u32: sums are below 2^53 but for areas, which lose what doubles do not hold. */
const wordAt = (words: Uint32Array, at: number): number => words[at] + 2 ** 32 * words[at + 1];

function pairsOf(words: Uint32Array, taken: number, count: number, scale: number): GrainPairs {
  const FREE = 2 ** 32 - 1;
  // One number a pair that doubles hold exactly orders them.
  const keys = new Float64Array(taken);
  const places = new Map<number, number>();
  let n = 0;
  for (let at = 0; at < words.length; at += 4) {
    if (words[at + 1] === FREE) continue;
    keys[n] = words[at + 1] * (count + 257) + words[at];
    places.set(keys[n++], at);
  }
  keys.sort();
  const [first, second, area] = [new Uint32Array(taken), new Uint32Array(taken), new Float64Array(taken)];
  keys.forEach((key, k) => {
    const at = places.get(key)!;
    first[k] = words[at + 1];
    second[k] = words[at];
    area[k] = wordAt(words, at + 2) / scale;
  });
  return { first, second, area };
}

function totalsOf(words: Uint32Array, count: number, beyond: number): GrainTotals {
  const [voxels, connected, centres] = [new Float64Array(count), new Float64Array(count), new Float64Array(3 * count)];
  const boxes = new Int32Array(6 * count);
  for (let k = 0; k < count; k++) {
    const at = (k * GRAIN_BYTES) / 4;
    voxels[k] = wordAt(words, at);
    connected[k] = wordAt(words, at + 8);
    for (let axis = 0; axis < 3; axis++) {
      centres[3 * k + axis] = wordAt(words, at + 2 + 2 * axis) / voxels[k] / (axis === 2 ? 2 : 1);
      boxes[6 * k + axis] = beyond - words[at + 10 + axis];
      boxes[6 * k + 3 + axis] = words[at + 13 + axis] - 1;
    }
  }
  return { voxels, centres, boxes, connected };
}
