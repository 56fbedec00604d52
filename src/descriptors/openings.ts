// Openings of one phase by balls of any radius, all from one distance transform: centres are the voxels whose distance
// d to the outside is ≥ r, and they cover the voxels nearer than r (science: CPSD and SMIP; decisions/0021). Radii are
// squared whole numbers of voxels throughout: both rules compare squared distances, so nothing is rounded. On
// anisotropic voxels they are the f32 sums of kernels/metric.ts, whose order of rounding is the same for both rules.
// Window faces are no obstacle.
import { voxelCount, type Axis, type Face, type Shape, type VoxelSize } from '../core/grid.js';
import {
  metricBits, metricBytes, metricDistance, metricLeases, metricValues, squaredEdges,
} from '../kernels/metric.js';
import type { Phase } from '../core/volume.js';
import { bitBytes, bitsOfPhase, countBits, reachFromFace, reachLeases } from '../kernels/bits.js';
import {
  distance16, distance32, distanceLeases, distanceValues16, distanceValues32, FAR, mayBeFar, squaredLimit, wideLeases,
} from '../kernels/distance.js';
import {
  centres16, centres32, nearLeases, open16, open32, openings16, openings16Leases, type OpeningCount,
  type OpeningRequest,
} from '../kernels/opening.js';
import type { Lease } from '../runtime/arena.js';
import { named, type LeasePlan } from '../runtime/plan.js';
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
  /** Voxels covered by balls of this squared radius (a whole number ≥ 1 on cubes, an f32 on others) with centres
   *  anywhere in the phase; with an inlet, only balls whose centres connect to the inlet layer through centres, 26
   *  neighbours. */
  covered(squaredRadius: number, inlet: Inlet | null): Promise<number>;
  /** The same for many radii, in their order: with centres anywhere, and with those that connect to the inlet. */
  coveredAll(requests: readonly OpeningRequest[], inlet: Inlet): Promise<readonly OpeningCount[]>;
  /** The covered voxels as bits (u64 rows, see kernels/bits.ts), valid until the next call. */
  coveredBits(squaredRadius: number, inlet: Inlet | null): Promise<Lease>;
}

function commonLeases(shape: Shape, threads: number) {
  return [
    ...named({ centres: bitBytes(shape), 'connected centres': bitBytes(shape) }),
    ...reachLeases(shape, threads),
    ...named({ counts: 4 * shape[0] }),
  ];
}

function wideOpeningLeases(shape: Shape, threads: number) {
  return [
    ...wideLeases(shape, threads),
    ...named({ 'wide opening': 4 * voxelCount(shape), present: squaredLimit(shape) }),
  ];
}

function metricOpeningLeases(shape: Shape, threads: number) {
  return [...metricLeases(shape, threads), ...named({ opened: metricBytes(shape) })];
}

const presentLeases = named({ present: FAR });

/** Leases of the 16-bit path; those of a list of radii are taken and given back by the call. */
function narrowOpeningLeases(shape: Shape, threads: number) {
  return [...distanceLeases(shape, threads), ...nearLeases(shape, threads)];
}

/** What `withOpenings` leases beside the labels: 3.4 bytes a voxel, or 8.3 when the window is large enough for
 *  distances of 255 voxels and some occur, and on anisotropic voxels. */
export function openingsPlan(shape: Shape, threads: number, size: VoxelSize = null): LeasePlan {
  const metric = metricOpeningLeases(shape, threads);
  const narrow = {
    leases: narrowOpeningLeases(shape, threads),
    then: [{ leases: presentLeases }, { leases: openings16Leases(shape, threads) }],
  };
  const cubic = mayBeFar(shape) ? [narrow, { leases: wideOpeningLeases(shape, threads) }] : [narrow];
  return { leases: commonLeases(shape, threads), then: isCubic(size) ? cubic : [{ leases: metric }] };
}

interface Path {
  readonly squaredRadii: readonly number[];
  centres(bits: Lease, squaredRadius: number): Promise<void>;
  open(counts: Lease, covered: Lease | null, centres: Lease, squaredRadius: number): Promise<Int32Array>;
  /** Many radii in few calls, where there is a kernel for it. */
  openAll?(requests: readonly OpeningRequest[], inlet: Inlet): Promise<readonly OpeningCount[]>;
}

const isCubic = (size: VoxelSize): boolean => size === null || size.every((h) => h === size[0]);

const sum = (counts: Int32Array): number => counts.reduce((total, count) => total + count, 0);

/** Distance transform of one phase, then `body` with its openings, squared radii in units of the shortest voxel edge;
 *  `labels` is one byte a voxel and stays as it is. */
export async function withOpenings<T>(
  frame: Frame, labels: Lease, shape: Shape, phase: Phase, body: (openings: Openings) => Promise<T>,
  size: VoxelSize = null,
): Promise<T> {
  return frame.scope(async () => {
    const common = frame.take(commonLeases(shape, frame.threads));
    const { centres, 'connected centres': connected, counts, ...scratch } = common;
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
          await reachFromFace(frame, connected, centres, shape, inlet.axis, inlet.from, 26, scratch);
          if (!keep && sum(await countBits(frame, counts, connected, shape)) === 0) return 0;
          chosen = connected;
        }
        return sum(await path.open(counts, keep ? centres : null, chosen, squaredRadius));
      };
      const oneByOne = async (requests: readonly OpeningRequest[], inlet: Inlet): Promise<OpeningCount[]> => {
        const found: OpeningCount[] = [];
        for (const { squaredRadius, ...asked } of requests) {
          const anywhere = asked.anywhere ? await measure(squaredRadius, null, false) : 0;
          found.push({ anywhere, entering: asked.entering ? await measure(squaredRadius, inlet, false) : 0 });
        }
        return found;
      };
      return body({
        phaseVoxels,
        squaredRadii: path.squaredRadii,
        async covered(squaredRadius, inlet) {
          if (path.openAll === undefined || squaredRadius > largest) return measure(squaredRadius, inlet, false);
          const request = { squaredRadius, anywhere: inlet === null, entering: inlet !== null };
          const [{ anywhere, entering }] = await path.openAll([request], inlet ?? { axis: 'z', from: 'low' });
          return anywhere + entering;
        },
        async coveredAll(requests, inlet) {
          const some = requests.filter(({ squaredRadius }) => squaredRadius <= largest);
          const found = (await (path.openAll ?? oneByOne)(some, inlet)).values();
          return requests.map(({ squaredRadius }) =>
            (squaredRadius <= largest ? found.next().value as OpeningCount : { anywhere: 0, entering: 0 }));
        },
        async coveredBits(squaredRadius, inlet) {
          await measure(squaredRadius, inlet, true);
          return centres;
        },
      });
    };

    // No outside voxel anywhere: every ball fits, and `centres` already holds the whole phase.
    if (unbounded) {
      return body(
        {
          phaseVoxels, squaredRadii: null, covered: async () => phaseVoxels, coveredBits: async () => centres,
          coveredAll: async (requests) => requests.map(() => ({ anywhere: phaseVoxels, entering: phaseVoxels })),
        },
      );
    }
    if (!isCubic(size)) {
      const edges = squaredEdges(size);
      const { opened, ...leases } = frame.take(metricOpeningLeases(shape, frame.threads));
      const squared = leases['squared distances'];
      await metricDistance(frame, labels, shape, phase, 'open', edges, leases);
      return run({
        squaredRadii: await metricValues(frame, squared, shape),
        async centres(bits, squaredRadius) {
          await metricBits(frame, bits, counts, squared, shape, squaredRadius, 'not below');
        },
        open: async (into, covered, from, squaredRadius) => {
          const target = { 'squared distances': opened, planes: leases.planes };
          await metricDistance(frame, from, shape, null, 'open', edges, target);
          return metricBits(frame, covered, into, opened, shape, squaredRadius, 'below');
        },
      });
    }
    const narrow = await frame.scope(async () => {
      const leases = frame.take(narrowOpeningLeases(shape, frame.threads));
      const { 'squared distances': squared, 'distances along z': g, near, lines } = leases;
      if ((await distance16(frame, labels, shape, phase, 'open', leases)) >= FAR) return null;
      const squaredRadii = await frame.scope(async () =>
        distanceValues16(frame, frame.take(presentLeases).present, squared, shape));
      return {
        result: await run({
          squaredRadii,
          centres: (bits, squaredRadius) => centres16(frame, bits, squared, shape, squaredRadius),
          open: (into, covered, from, squaredRadius) =>
            open16(frame, into, covered, from, shape, squaredRadius, g, near, lines),
          openAll: (requests, inlet) => openings16(frame, squared, shape, requests, inlet, { ...common, ...leases }),
        }),
      };
    });
    if (narrow !== null) return narrow.result;
    const {
      'wide squared distances': squared, 'wide scratch': envelopes, 'wide opening': wide, present,
    } = frame.take(wideOpeningLeases(shape, frame.threads));
    await distance32(frame, labels, shape, phase, 'open', squared, envelopes);
    const squaredRadii = await distanceValues32(frame, present, squared, shape);
    return run({
      squaredRadii,
      centres: (bits, squaredRadius) => centres32(frame, bits, squared, shape, squaredRadius),
      open: (into, covered, from, squaredRadius) =>
        open32(frame, into, covered, from, shape, squaredRadius, wide, envelopes),
    });
  });
}
