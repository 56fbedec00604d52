// Memory and calls of the transport kernels: which voxels conduct, and what is known of them.
import type { Shape } from '../core/grid.js';
import type { Frame } from '../runtime/session.js';
import type { Lease } from '../runtime/arena.js';
import type { PlannedLease } from '../runtime/plan.js';
import { countParts, type PartCounts } from './parts.js';
import { finestAddresses, isPeriodic, type FinestLevel } from './finest.js';
import { layoutOf, levelEntry } from './levels.js';

const words = (nx: number): number => Math.ceil(nx / 64);

/** Leases of `prepareNetwork`: the network stays, the rest is scratch. */
export function networkPlan(shape: Shape): { readonly network: PlannedLease; readonly scratch: readonly PlannedLease[] } {
  const [nz, ny, nx] = shape;
  const { half } = layoutOf(shape);
  return {
    network: { name: 'network', bytes: 2 * half + 64 },
    scratch: [
      { name: 'solid', bytes: 2 * half + 64 },
      { name: 'labels', bytes: nz * ny * nx },
      { name: 'bits', bytes: 3 * nz * ny * words(nx) * 8 },
      { name: 'queue', bytes: 2 * nz * ny * 4 },
      { name: 'queued', bytes: 2 * nz * ny },
      { name: 'counts', bytes: 24 * nz + 8 * ny },
    ],
  };
}

/** What is known of a network before its solve. */
export interface NetworkCounts {
  /** Voxels from which conducting faces lead to both end planes; when periodic, those with a conducting face, or 0 where none of
   *  their paths leads around the window along the axis. */
  readonly conducting: number;
  /** Conductance of the low and the high plane of faces across the axis, when the boundary does not halve the step: with
   *  conductances of 1 the conducting voxels of these planes. */
  readonly low: number;
  readonly high: number;
  /** Σ g·(Δu)² of the linear profile that rises by 1 per voxel: faces across z, the two boundary planes together one per column. */
  readonly linearEnergy: number;
}

/** What `prepareNetwork` counted. */
export interface PlainCounts extends NetworkCounts {
  /** Voxels of the phase, conducting or not. */
  readonly phaseVoxels: number;
}

/** Marks the voxels of `phase` that conduct between the low and the high plane of axis 0 of `shape`.
 *  @param shape transport axis first; `strides`: elements between neighbouring labels along its three axes */
export async function prepareNetwork(
  frame: Frame, network: Lease, labels: Uint8Array, phase: number, shape: Shape, strides: readonly [number, number, number],
): Promise<PlainCounts> {
  const [nz, ny, nx] = shape;
  return frame.scope(async () => {
    const [solid, image, bits, queue, queued, counts] = networkPlan(shape).scratch.map((lease) => frame.lease(lease.name, lease.bytes));
    await frame.write(image, labels);
    await frame.call(
      'conductingNetwork',
      [counts.ptr, network.ptr, solid.ptr, bits.ptr, queue.ptr, queued.ptr, image.ptr, phase, nz, ny, nx, ...strides],
      { name: 'conducting voxels', work: 4 * nz * ny * nx },
    );
    const values = await frame.read(counts, Float64Array);
    const planes = Array.from({ length: nz }, (_, z) => values[3 * z]);
    let conducting = 0;
    let linearEnergy = (planes[0] + planes[nz - 1]) / 2;
    for (let z = 0; z < nz; z++) {
      conducting += planes[z];
      linearEnergy += values[3 * z + 1];
    }
    const phaseVoxels = values.subarray(3 * nz, 3 * nz + ny).reduce((sum, count) => sum + count, 0);
    return { phaseVoxels, conducting, low: planes[0], high: planes[nz - 1], linearEnergy };
  });
}

/** Counts the parts of a prepared network's blocks, within the memory of `countPlan`. least: see `countParts` */
export function countNetworkParts(frame: Frame, finest: FinestLevel, shape: Shape, least = 0): Promise<PartCounts> {
  return countParts(frame, shape, levelEntry(layoutOf(shape), finestAddresses(finest, shape), isPeriodic(finest)), finest.kind !== 'plain', least);
}
