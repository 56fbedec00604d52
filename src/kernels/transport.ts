// Memory and calls of the transport kernels: which voxels conduct, and what is known of them.
import { PLAIN_COUNTS } from '../../assembly/layout.js';
import { turnedShape, turnedStrides, voxelCount, type Axis, type Shape } from '../core/grid.js';
import type { Frame } from '../runtime/session.js';
import type { Lease } from '../runtime/arena.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import { componentsPlan, disconnect, joinComponents, MAX_ROW } from './components.js';
import { extents } from './extents.js';
import { ALL, countParts, type Joining, type PartCounts } from './parts.js';
import { finestAddresses, isPeriodic, type FinestLevel } from './finest.js';
import { layoutOf, levelEntry } from './levels.js';

const words = (nx: number): number => Math.ceil(nx / 64);

/** Whether components find what conducts; rows that are too long for them are flooded. */
const haveComponents = (image: Shape): boolean => image[2] <= MAX_ROW && voxelCount(image) < 2 ** 31;

/** Leases of a network along an axis of an image. */
export function networkPlan(image: Shape, axis: Axis) {
  const { half } = layoutOf(turnedShape(image, axis));
  return named({ network: 2 * half + 64 });
}

/** Scratch of `prepareNetwork`. */
function scratchPlan(image: Shape, axis: Axis) {
  const [nz, ny, nx] = turnedShape(image, axis);
  const sets = haveComponents(image) ? 1 : 3;
  return named({
    labels: voxelCount(image), bits: sets * nz * ny * words(nx) * 8, counts: 8 * PLAIN_COUNTS * nz + 8 * ny,
  });
}

/** The flood's. */
function floodPlan(image: Shape, axis: Axis) {
  const [nz, ny] = turnedShape(image, axis);
  return named({ queue: 2 * nz * ny * 4, queued: 2 * nz * ny });
}

/** Memory that `prepareNetwork` takes beside the network. */
export function preparingPlan(image: Shape, axis: Axis): LeasePlan {
  const finding = haveComponents(image) ? componentsPlan(image) : { leases: floodPlan(image, axis) };
  return { leases: scratchPlan(image, axis), then: [finding] };
}

/** What is known of a network before its solve. */
export interface NetworkCounts {
  /** Voxels from which conducting faces lead to both end planes; when periodic, those with a conducting face, or 0
   *  where none of their paths leads around the window along the axis. */
  readonly conducting: number;
  /** Conductance of the low and the high plane of faces across the axis, when the boundary does not halve the step:
   *  with conductances of 1 the conducting voxels of these planes. */
  readonly low: number;
  readonly high: number;
  /** Σ g·(Δu)² of the linear profile that rises by 1 per voxel: faces across z, the two boundary planes together one
   *  per column. */
  readonly linearEnergy: number;
}

/** What `prepareNetwork` counted. */
export interface PlainCounts extends NetworkCounts {
  /** Voxels of the phase, conducting or not. */
  readonly phaseVoxels: number;
}

/** Marks the voxels of `phase` that conduct between the two faces across an axis: those of components that touch
 *  both. */
export async function prepareNetwork(
  frame: Frame, network: Lease, labels: Uint8Array, phase: number, image: Shape, axis: Axis,
): Promise<PlainCounts> {
  const shape = turnedShape(image, axis);
  const [nz, ny, nx] = shape;
  const [sz, sy, sx] = turnedStrides(image, axis);
  return frame.scope(async () => {
    const { labels: lease, bits, counts } = frame.take(scratchPlan(image, axis));
    await frame.write(lease, labels);
    let joined: number | null = null;
    if (haveComponents(image)) {
      joined = await frame.scope(async () => {
        const { tables, totals } = await joinComponents(frame, lease, image, phase, 6);
        await disconnect(frame, lease, image, tables, axis, 'both', phase === 0 ? 1 : 0);
        return totals.voxels;
      });
    }
    const { queue, queued } = joined === null ? frame.take(floodPlan(image, axis)) : { queue: null, queued: null };
    await frame.call(
      'conductingNetwork',
      {
        out: counts, network, bits, queue, queued, labels: lease, phase, connected: joined !== null, ...extents(shape),
        sz, sy, sx,
      },
      { name: 'conducting voxels', work: 2 * nz * ny * nx },
    );
    const values = await frame.read(counts, Float64Array);
    const planes = Array.from({ length: nz }, (_, z) => values[PLAIN_COUNTS * z]);
    let conducting = 0;
    let linearEnergy = (planes[0] + planes[nz - 1]) / 2;
    for (let z = 0; z < nz; z++) {
      conducting += planes[z];
      linearEnergy += values[PLAIN_COUNTS * z + 1];
    }
    const ofPhase = values.subarray(PLAIN_COUNTS * nz, PLAIN_COUNTS * nz + ny).reduce((sum, count) => sum + count, 0);
    return { phaseVoxels: joined ?? ofPhase, conducting, low: planes[0], high: planes[nz - 1], linearEnergy };
  });
}

/** Counts the parts of a prepared network's blocks, within the memory of `countPlan`. */
export function countNetworkParts(
  frame: Frame, finest: FinestLevel, shape: Shape, joining: Joining = ALL,
): Promise<PartCounts> {
  const entry = levelEntry(layoutOf(shape), finestAddresses(finest, shape), isPeriodic(finest), frame.addressBytes);
  return countParts(frame, shape, entry, finest.kind !== 'plain', joining);
}
