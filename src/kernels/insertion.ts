// The order in which the voxels of a room are filled, and what the filled ones connect. Kernels: assembly/networks.
import { voxelCount, type Axis, type Neighbourhood, type Shape } from '../core/grid.js';
import type { Phase } from '../core/volume.js';
import type { Lease } from '../runtime/arena.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { paddedRow } from './distance.js';
import { extents } from './extents.js';

/** Two words that all random numbers of an insertion hang on. */
export type RandomKey = readonly [number, number];

/** A room, and the order of its voxels so far. */
export interface Room {
  readonly shape: Shape;
  readonly into: Phase;
  /** Voxels of the room. */
  readonly count: number;
  readonly key: RandomKey;
  /** A `labelLease`. */
  readonly labels: Lease;
  /** u32[count]. */
  readonly order: Lease;
}

/** Sort keys beside the order. */
export const keysPlan = (count: number) => named({ keys: 4 * count });

/** What `sortOrder` leases. */
export function sortPlan(count: number) {
  return { leases: named({ 'order, again': 4 * count, 'keys, again': 4 * count, buckets: 4 * 256 * 4 }) };
}

const scratchPlan = (threads: number) => named({ 'room counts': 4 * threads, 'random words': 64 * threads });

/** What `collectRoom` leases. */
export const collectPlan = (threads: number): LeasePlan => ({ leases: scratchPlan(threads) });

/** order ← the voxels of the room in raster order; keys ← a random number for each. */
export async function collectRoom(frame: Frame, room: Room, keys: Lease): Promise<void> {
  await frame.scope(async () => {
    const { 'room counts': counts, 'random words': scratch } = frame.take(scratchPlan(frame.threads));
    const count = voxelCount(room.shape);
    const [key0, key1] = room.key;
    await frame.call(
      'collectRoom',
      { voxels: room.order, keys, labels: room.labels, counts, scratch, count, phase: room.into, key0, key1 },
      { name: 'room', work: 2 * count },
    );
  });
}

/** Sorts the order by its keys, ascending; equal ones stay as they are. */
export async function sortOrder(
  frame: Frame, { order, count }: Pick<Room, 'order' | 'count'>, keys: Lease,
): Promise<void> {
  await frame.scope(async () => {
    const { 'order, again': voxels2, 'keys, again': keys2, buckets } = frame.take(sortPlan(count));
    await frame.call(
      'sortOrder', { voxels: order, keys, voxels2, keys2, buckets, count }, { name: 'order', work: 5 * count },
    );
  });
}

/** Sorts the order by values of its voxels.
 *  @param values f32, rows of `stride`; the default is that of padded fields */
export async function sortByValues(
  frame: Frame, { order, count, shape }: Room, keys: Lease, values: Lease, stride: number, descending: boolean,
): Promise<void> {
  await frame.call('keysOfValues', { keys, voxels: order, values, count, nx: shape[2], stride, descending });
}

export const shellsPlan = (shape: Shape) => named({ shells: voxelCount(shape), clusters: 4 * voxelCount(shape) });

/** Shells of local size, and clusters of each shell; see assembly/networks/bridge.ts.
 *  @param sizes squared local thickness, f32 in padded rows
 *  @param least squared size up to which a voxel waits until the end */
export async function clusterShells(
  frame: Frame, shape: Shape, sizes: Lease, least: number, shells: Lease, clusters: Lease,
): Promise<void> {
  const [nz, ny, nx] = shape;
  await frame.call('sizeShells', { shells, sizes, rows: nz * ny, nx, stride: paddedRow(shape), least });
  await frame.call(
    'joinShells', { parents: clusters, shells, ...extents(shape) }, { name: 'clusters', work: voxelCount(shape) },
  );
}

/** keys ← random numbers of clusters, or the rounds in which their turn comes. */
export async function bridgeKeys(
  frame: Frame, { order, count, key: [key0, key1] }: Room, keys: Lease, shells: Lease, clusters: Lease,
  by: 'cluster' | 'round', randomness: number,
): Promise<void> {
  await frame.scope(async () => {
    const { 'random words': scratch } = frame.take(scratchPlan(frame.threads));
    await frame.call('bridgeKeys', {
      keys, voxels: order, parents: clusters, shells, scratch, count, round: by === 'round', randomness, key0, key1,
    });
  });
}

const CLASSES = 49;
const CHUNK = 1024;

export function growthPlan(shape: Shape, count: number) {
  const voxels = voxelCount(shape);
  const chunks = Math.ceil(count / CHUNK) + CLASSES;
  return {
    leases: named({
      states: voxels, places: 4 * voxels, pool: 4 * CHUNK * chunks, lists: 4 * CLASSES * chunks, free: 4 * chunks,
      lengths: 4 * (CLASSES + 16),
    }),
  };
}

/** order ← voxels in the order of growth by surface energy; see assembly/networks/energy.ts. */
export async function growByEnergy(frame: Frame, room: Room, label: Phase, weight: number): Promise<void> {
  await frame.scope(async () => {
    const { shape, count, into, key: [key0, key1], labels, order } = room;
    const leases = frame.take(growthPlan(shape, count));
    await frame.call(
      'growByEnergy',
      {
        voxels: order, labels, ...leases, ...extents(shape), into, label, count,
        chunks: Math.ceil(count / CHUNK) + CLASSES, key0, key1, weight,
      },
      { name: 'growth', work: voxelCount(shape) + count },
    );
  });
}

export function percolatePlan(shape: Shape, steps: number) {
  const voxels = voxelCount(shape);
  return { leases: named({ links: 4 * voxels, faces: voxels, steps: 4 * steps, largest: 4 * steps, spans: 12 }) };
}

export interface Percolation {
  /** Voxels of the largest cluster at each step. */
  readonly largest: Uint32Array;
  /** Voxels added when a cluster first joined both faces across an axis; null: never. 0: before any. */
  readonly spans: Readonly<Record<Axis, number | null>>;
}

/** What three words of a kernel say about z, y, x. */
export function spansOf(words: Uint32Array): Percolation['spans'] {
  const of = (k: number): number | null => (words[k] === 0xffffffff ? null : words[k]);
  return { z: of(0), y: of(1), x: of(2) };
}

/** Axes along which neighbours may lie apart. */
const FURTHEST: Readonly<Record<Neighbourhood, number>> = { 6: 1, 18: 2, 26: 3 };

/** Adds the voxels of the order one by one to those of `label`, until a cluster has spanned along all axes and the last
 *  step is reached.
 *  @param steps ascending numbers of voxels added */
export async function percolate(
  frame: Frame, { shape, labels, order, count }: Room, label: Phase, steps: readonly number[],
  neighbourhood: Neighbourhood = 6,
): Promise<Percolation> {
  return frame.scope(async () => {
    const leases = frame.take(percolatePlan(shape, steps.length));
    await frame.write(leases.steps, Uint32Array.from(steps));
    await frame.call(
      'percolate',
      {
        ...leases, labels, voxels: order, ...extents(shape), label, count, stepCount: steps.length,
        furthest: FURTHEST[neighbourhood],
      },
      { name: 'percolation', work: voxelCount(shape) + count },
    );
    const largest = await frame.read(leases.largest, Uint32Array, steps.length);
    return { largest, spans: spansOf(await frame.read(leases.spans, Uint32Array, 3)) };
  });
}

/** labels ← label at the first `added` voxels of the order. */
export async function fillOrder(frame: Frame, { labels, order }: Room, label: Phase, added: number): Promise<void> {
  await frame.call('fillOrder', { labels, voxels: order, count: added, label });
}
