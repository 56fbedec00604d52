// Networks whose faces are f32 conductances: where a byte cannot tell them apart, or single ones are set. Kernels:
// assembly/transport/network/stored.ts.
import { FACE_COUNTS, LEVEL_BYTES } from '../../assembly/layout.js';
import { SpecError } from '../core/errors.js';
import { axisIndex, turnedShape, turnedStrides, voxelCount, type Axis, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import type { Place } from '../runtime/call.js';
import { named, type LeasePlan, type PlannedLease } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import {
  codedNetwork, codedPlan, countFaces, finestEntry, type CodedCounts, type CodedSource,
} from './coded.js';
import type { StoredLevel } from './finest.js';
import { layoutOf } from './levels.js';

/** Conductivity of every label; labels that are not named insulate. */
export type LabelConductivity = Readonly<Record<number, number>>;

/** Leases of `storedNetwork`: the faces stay. The plans of what makes the codes are the caller's, to be nested in
 *  `codes`. */
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
        {
          leases: named({
            entry: LEVEL_BYTES, 'coded entry': LEVEL_BYTES, counts: 8 * FACE_COUNTS * nz, labels: voxelCount(shape),
            sigma: 256 * 8,
          }),
        },
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
  const turned = turnedShape(source.shape, source.axis);
  const { finest: coded, counts: open } = await codedNetwork(frame, source, codes);
  const { periodic, islands, weights, keepsAll } = coded;
  const level: StoredLevel = {
    kind: 'stored', z: finest[0], y: finest[1], x: finest[2], periodic, islands, weights, keepsAll,
  };
  return frame.scope(async () => {
    const scratch = frame.take(storedPlan(turned, frame.threads, periodic).scratch.then![1]);
    const { entry, counts } = scratch;
    await frame.write(entry, finestEntry(frame, level, turned));
    await frame.write(scratch['coded entry'], finestEntry(frame, coded, turned));
    const stage = { name: 'faces', work: voxelCount(turned) };
    if (labels === null) await frame.call('storeFaces', { entry, coded: scratch['coded entry'] }, stage);
    else {
      await frame.write(scratch.labels, labels.image);
      await frame.write(
        scratch.sigma, Float64Array.from({ length: 256 }, (_, label) => labels.conductivity[label] ?? 0),
      );
      const [sz, sy, sx] = turnedStrides(source.shape, source.axis);
      const [weightZ, weightY, weightX] = weights;
      await frame.call('storeLabelFaces', {
        entry, coded: scratch['coded entry'], labels: scratch.labels, sigma: scratch.sigma, sz, sy, sx, weightZ,
        weightY, weightX,
      }, stage);
    }
    const counted = await countFaces(frame, counts, entry, turned);
    return { finest: level, counts: { ...counted, conducting: open.conducting > 0 ? counted.conducting : 0 } };
  });
}

/** Conductances of single faces, above 0 and in the unit of the level: σ × the weight of the axis, twice that at a
 *  boundary. */
export interface FaceList {
  /** (u32 face, f32 conductance) each, no face twice. Face 3·voxel + axis lies between a voxel of the image and its
   *  neighbour one lower along z, y, x (0, 1, 2), or the low boundary; from 3·voxels on, in rows of the image, those of
   *  the high one. */
  readonly list: Lease;
  readonly count: number;
}

/** Bytes of a list of so many faces. */
export const faceListBytes = (count: number): number => 8 * count;

/** A list of faces and their conductances, as it goes to memory. */
export function faceRecords(faces: ArrayLike<number>, conductances: ArrayLike<number>): Uint8Array {
  const records = new Uint8Array(faceListBytes(faces.length));
  const view = new DataView(records.buffer);
  for (let k = 0; k < faces.length; k++) {
    view.setUint32(8 * k, faces[k], true);
    view.setFloat32(8 * k + 4, conductances[k], true);
  }
  return records;
}

/** Sets open faces of a stored level. shape: of the image; entry: of the level; out: f64[2·threads]
 *  @throws SpecError for faces that are closed or do not exist, or conductances that are not above 0; nothing is set
 *    then */
export async function setFaces(
  frame: Frame, {
    axis, shape: [n0, n1, n2], entry, out,
  }: Readonly<{ axis: Axis; shape: Shape; entry: Place; out: Lease }>,
  { list, count }: FaceList,
): Promise<void> {
  if (list.bytes < faceListBytes(count)) {
    throw new SpecError(
      `update: ${count} faces take ${faceListBytes(count)} bytes; the lease of the list has ${list.bytes}`,
    );
  }
  await frame.call(
    'setFaces', { out, entry, list, count, n0, n1, n2, axis: axisIndex(axis) }, { name: 'faces', work: count },
  );
  const refused = await frame.read(out, Float64Array, 2 * frame.threads);
  const sum = (slot: number): number =>
    refused.reduce((total, value, k) => (k % 2 === slot ? total + value : total), 0);
  const [closed, wrong] = [sum(0), sum(1)];
  if (wrong > 0) {
    throw new SpecError(
      `update: ${wrong} of ${count} faces do not exist, or their conductance is no finite number above 0`,
    );
  }
  if (closed > 0) {
    throw new SpecError(`update: ${closed} of ${count} faces are closed in the network, and stay so; leave them out`);
  }
}
