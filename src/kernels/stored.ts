// Networks whose faces are f32 conductances: where a byte cannot tell them apart, or single ones are set. Kernels:
// assembly/transport/network/stored.ts.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named, type LeasePlan, type PlannedLease } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import {
  codedNetwork, codedPlan, countFaces, finestEntry, turnedShape, turnedStrides, type CodedCounts, type CodedSource,
} from './coded.js';
import type { StoredLevel } from './finest.js';
import { ENTRY_WORDS, layoutOf } from './levels.js';

/** Conductivity of every label; labels that are not named insulate. */
export type LabelConductivity = Readonly<Record<number, number>>;

/** Leases of `storedNetwork`: the faces stay. The plans of what makes the codes are the caller's, to be nested in `codes`. */
export function storedPlan(shape: Shape, threads: number, periodic: boolean): {
  readonly finest: readonly PlannedLease[]; readonly codes: readonly PlannedLease[]; readonly scratch: LeasePlan;
} {
  const [nz] = shape;
  const bytes = 8 * layoutOf(shape).half;
  const { finest, scratch } = codedPlan(shape, threads, periodic);
  return {
    finest: named({ 'conductances z': bytes, 'conductances y': bytes, 'conductances x': bytes }),
    codes: finest,
    scratch: {
      leases: [],
      then: [
        { leases: scratch },
        { leases: named({ entry: 4 * ENTRY_WORDS, 'coded entry': 4 * ENTRY_WORDS, counts: 5 * 8 * nz, labels: voxelCount(shape), sigma: 256 * 8 }) },
      ],
    },
  };
}

/** The faces of the finest level from codes in natural order, and what there is to solve.
 *  @param finest, codes leases as `storedPlan` says
 *  @param labels where codes only say which faces are open: labels and their conductivities, harmonic between voxels */
export async function storedNetwork(
  frame: Frame, source: CodedSource, finest: readonly Lease[], codes: readonly Lease[],
  labels: { readonly image: Uint8Array; readonly conductivity: LabelConductivity } | null = null,
): Promise<{ finest: StoredLevel; counts: CodedCounts }> {
  const turned = turnedShape(source);
  const { finest: coded, counts: open } = await codedNetwork(frame, source, codes);
  const { periodic, islands, weights } = coded;
  const level: StoredLevel = { kind: 'stored', z: finest[0], y: finest[1], x: finest[2], periodic, islands, weights };
  return frame.scope(async () => {
    const scratch = frame.take(storedPlan(turned, frame.threads, periodic).scratch.then![1]);
    const { entry, counts } = scratch;
    await frame.write(entry, finestEntry(level, turned));
    await frame.write(scratch['coded entry'], finestEntry(coded, turned));
    const stage = { name: 'faces', work: voxelCount(turned) };
    if (labels === null) await frame.call('storeFaces', { entry, coded: scratch['coded entry'] }, stage);
    else {
      await frame.write(scratch.labels, labels.image);
      await frame.write(scratch.sigma, Float64Array.from({ length: 256 }, (_, label) => labels.conductivity[label] ?? 0));
      const [sz, sy, sx] = turnedStrides(source);
      const [weightZ, weightY, weightX] = weights;
      await frame.call('storeLabelFaces', {
        entry, coded: scratch['coded entry'], labels: scratch.labels, sigma: scratch.sigma, sz, sy, sx, weightZ, weightY, weightX,
      }, stage);
    }
    const counted = await countFaces(frame, counts, entry, turned);
    return { finest: level, counts: { ...counted, conducting: open.conducting > 0 ? counted.conducting : 0 } };
  });
}
