// Openings of one phase by balls of any radius, all from one distance transform: centres are the voxels whose distance
// d to the outside is ≥ r, and they cover the voxels nearer than r (science: CPSD and SMIP; decisions/0021). Radii are
// squared whole numbers of voxels throughout: both rules compare squared distances, so nothing is rounded. Window faces are no obstacle.
import { voxelCount, type Axis, type Face, type Shape } from '../core/grid.js';
import type { Phase } from '../core/volume.js';
import { bitBytes, bitsOfPhase, countBits, reachFromFace, reachLeases } from '../kernels/bits.js';
import {
  distance16, distance32, distanceLeases, distanceValues16, distanceValues32, FAR, mayBeFar, squaredLimit, wideLeases,
} from '../kernels/distance.js';
import { centres16, centres32, open16, open32 } from '../kernels/opening.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan, PlannedLease } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';

/** A face from which balls enter. */
export interface Inlet {
  readonly axis: Axis;
  readonly from: Face;
}

export interface Openings {
  readonly phaseVoxels: number;
  /** Squared distances to the outside that occur in the phase, ascending; null when the phase fills the open window. */
  readonly squaredRadii: readonly number[] | null;
  /** Voxels covered by balls of this squared radius (a whole number ≥ 1) with centres anywhere in the phase; with an
   *  inlet, only balls whose centres connect to the inlet layer through centres, 26 neighbours. */
  covered(squaredRadius: number, inlet: Inlet | null): Promise<number>;
  /** The covered voxels as bits (u64 rows, see kernels/bits.ts), valid until the next call. */
  coveredBits(squaredRadius: number, inlet: Inlet | null): Promise<Lease>;
}

function commonLeases(shape: Shape, threads: number): PlannedLease[] {
  return [
    { name: 'centres', bytes: bitBytes(shape) },
    { name: 'connected centres', bytes: bitBytes(shape) },
    ...reachLeases(shape, threads),
    { name: 'counts', bytes: 4 * shape[0] },
  ];
}

function wideOpeningLeases(shape: Shape, threads: number): PlannedLease[] {
  return [
    ...wideLeases(shape, threads),
    { name: 'wide opening', bytes: 4 * voxelCount(shape) },
    { name: 'present', bytes: squaredLimit(shape) },
  ];
}

/** What `withOpenings` leases beside the labels: 3.3 bytes a voxel, or 8.3 when the window is large enough for distances
 *  of 255 voxels and some occur. */
export function openingsPlan(shape: Shape, threads: number): LeasePlan {
  const narrow = [...distanceLeases(shape, threads), { name: 'present', bytes: FAR }];
  const paths = mayBeFar(shape) ? [narrow, wideOpeningLeases(shape, threads)] : [narrow];
  return { leases: commonLeases(shape, threads), then: paths.map((leases) => ({ leases })) };
}

interface Path {
  readonly squaredRadii: readonly number[];
  centres(bits: Lease, squaredRadius: number): Promise<void>;
  open(counts: Lease, covered: Lease | null, centres: Lease, squaredRadius: number): Promise<Int32Array>;
}

const sum = (counts: Int32Array): number => counts.reduce((total, count) => total + count, 0);

/** Distance transform of one phase, then `body` with its openings; `labels` is one byte a voxel and stays as it is. */
export async function withOpenings<T>(
  frame: Frame, labels: Lease, shape: Shape, phase: Phase, body: (openings: Openings) => Promise<T>,
): Promise<T> {
  const take = (leases: readonly PlannedLease[]): Lease[] => leases.map(({ name, bytes }) => frame.lease(name, bytes));

  return frame.scope(async () => {
    const [centres, connected, ring, queued, flags, counts] = take(commonLeases(shape, frame.threads));
    await bitsOfPhase(frame, centres, labels, shape, phase);
    const phaseVoxels = sum(await countBits(frame, counts, centres, shape));
    const unbounded = phaseVoxels === voxelCount(shape);
    const run = async (path: Path): Promise<T> => {
      const largest = path.squaredRadii.at(-1) ?? 0;
      const measure = async (squaredRadius: number, inlet: Inlet | null, keep: boolean): Promise<number> => {
        if (squaredRadius > largest) {
          if (keep) await frame.fill(centres, 0);
          return 0;
        }
        await path.centres(centres, squaredRadius);
        let chosen = centres;
        if (inlet !== null) {
          await reachFromFace(frame, connected, centres, shape, inlet.axis, inlet.from, 26, [ring, queued, flags]);
          if (!keep && sum(await countBits(frame, counts, connected, shape)) === 0) return 0;
          chosen = connected;
        }
        return sum(await path.open(counts, keep ? centres : null, chosen, squaredRadius));
      };
      return body({
        phaseVoxels,
        squaredRadii: path.squaredRadii,
        covered: (squaredRadius, inlet) => measure(squaredRadius, inlet, false),
        async coveredBits(squaredRadius, inlet) {
          await measure(squaredRadius, inlet, true);
          return centres;
        },
      });
    };

    // No outside voxel anywhere: every ball fits, and `centres` already holds the whole phase.
    if (unbounded) {
      return body({ phaseVoxels, squaredRadii: null, covered: async () => phaseVoxels, coveredBits: async () => centres });
    }
    const narrow = await frame.scope(async () => {
      const leases = take(distanceLeases(shape, frame.threads));
      const [squared, g, lines] = leases;
      if ((await distance16(frame, labels, shape, phase, 'open', leases)) >= FAR) return null;
      const present = frame.lease('present', FAR);
      const squaredRadii = await distanceValues16(frame, present, squared, shape);
      return {
        result: await run({
          squaredRadii,
          centres: (bits, squaredRadius) => centres16(frame, bits, squared, shape, squaredRadius),
          open: (into, covered, from, squaredRadius) => open16(frame, into, covered, from, shape, squaredRadius, g, lines),
        }),
      };
    });
    if (narrow !== null) return narrow.result;
    const [squared, scratch, wide, present] = take(wideOpeningLeases(shape, frame.threads));
    await distance32(frame, labels, shape, phase, 'open', squared, scratch);
    const squaredRadii = await distanceValues32(frame, present, squared, shape);
    return run({
      squaredRadii,
      centres: (bits, squaredRadius) => centres32(frame, bits, squared, shape, squaredRadius),
      open: (into, covered, from, squaredRadius) => open32(frame, into, covered, from, shape, squaredRadius, wide, scratch),
    });
  });
}
