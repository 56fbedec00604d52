// Memory and calls of the transport kernels: which voxels conduct, and what is known of them.
import { PLAIN_COUNTS } from '../../assembly/layout.js';
import type { Shape } from '../core/grid.js';
import type { Frame } from '../runtime/session.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import { extents } from './extents.js';
import { ALL, countParts, type Joining, type PartCounts } from './parts.js';
import { finestAddresses, isPeriodic, type FinestLevel } from './finest.js';
import { layoutOf, levelEntry } from './levels.js';

const words = (nx: number): number => Math.ceil(nx / 64);

/** Leases of `prepareNetwork`: the network stays, the rest is scratch. */
export function networkPlan(shape: Shape) {
  const [nz, ny, nx] = shape;
  const { half } = layoutOf(shape);
  return {
    network: named({ network: 2 * half + 64 }),
    scratch: named({
      solid: 2 * half + 64,
      labels: nz * ny * nx,
      bits: 3 * nz * ny * words(nx) * 8,
      queue: 2 * nz * ny * 4,
      queued: 2 * nz * ny,
      counts: 8 * PLAIN_COUNTS * nz + 8 * ny,
    }),
  };
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

/** Marks the voxels of `phase` that conduct between the low and the high plane of axis 0 of `shape`.
 *  @param shape transport axis first; `strides`: elements between neighbouring labels along its three axes */
export async function prepareNetwork(
  frame: Frame, network: Lease, labels: Uint8Array, phase: number, shape: Shape,
  strides: readonly [number, number, number],
): Promise<PlainCounts> {
  const [nz, ny, nx] = shape;
  return frame.scope(async () => {
    const { solid, labels: image, bits, queue, queued, counts } = frame.take(networkPlan(shape).scratch);
    const [sz, sy, sx] = strides;
    await frame.write(image, labels);
    await frame.call(
      'conductingNetwork',
      { out: counts, network, solid, bits, queue, queued, labels: image, phase, ...extents(shape), sz, sy, sx },
      { name: 'conducting voxels', work: 4 * nz * ny * nx },
    );
    const values = await frame.read(counts, Float64Array);
    const planes = Array.from({ length: nz }, (_, z) => values[PLAIN_COUNTS * z]);
    let conducting = 0;
    let linearEnergy = (planes[0] + planes[nz - 1]) / 2;
    for (let z = 0; z < nz; z++) {
      conducting += planes[z];
      linearEnergy += values[PLAIN_COUNTS * z + 1];
    }
    const phaseVoxels =
      values.subarray(PLAIN_COUNTS * nz, PLAIN_COUNTS * nz + ny).reduce((sum, count) => sum + count, 0);
    return { phaseVoxels, conducting, low: planes[0], high: planes[nz - 1], linearEnergy };
  });
}

/** Counts the parts of a prepared network's blocks, within the memory of `countPlan`. */
export function countNetworkParts(
  frame: Frame, finest: FinestLevel, shape: Shape, joining: Joining = ALL,
): Promise<PartCounts> {
  const entry = levelEntry(layoutOf(shape), finestAddresses(finest, shape), isPeriodic(finest), frame.addressBytes);
  return countParts(frame, shape, entry, finest.kind !== 'plain', joining);
}
