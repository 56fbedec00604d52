// Distance map of a phase: how far each of its voxels is from the nearest voxel of another phase.
import { checkPhase, checkVolume, type LabelVolume, type Phase } from '../core/volume.js';
import { voxelCount, type Shape } from '../core/grid.js';
import {
  checkBorder, checkDistanceShape, distance16, distance32, distanceLeases, FAR, NEVER, paddedRow, wideLeases, type Border,
} from '../kernels/distance.js';
import type { LeasePlan } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';

export interface DistanceOptions {
  readonly phase: Phase;
  /** `open` (default): the window's faces are no obstacle. `closed`: the layers beyond them are outside voxels. */
  readonly border?: Border;
}
export const DISTANCE_DEFAULTS = { border: 'open' } as const;

export function squaredDistancePlan(shape: Shape, threads: number): LeasePlan {
  return {
    leases: [{ name: 'labels', bytes: voxelCount(shape) }],
    then: [{ leases: distanceLeases(shape, threads) }, { leases: wideLeases(shape, threads) }],
  };
}

/** Squared Euclidean distance, voxels², from each voxel centre of the phase to the nearest voxel centre outside it; 0
 *  outside, NEVER (2³²−1) everywhere when the phase fills an open window. C order, exact for any radius.
 *  @throws SpecError, CapacityError */
export async function squaredDistance(
  session: Session, volume: LabelVolume, options: DistanceOptions, run: RunOptions = {},
): Promise<Uint32Array> {
  const where = 'squaredDistance';
  checkVolume(where, volume);
  checkPhase(where, volume, options.phase);
  const border = checkBorder(where, options.border ?? DISTANCE_DEFAULTS.border);
  const { shape, labels } = volume;
  checkDistanceShape(where, shape);
  const plan = squaredDistancePlan(shape, session.threads);
  return session.run(where, plan, voxelCount(shape), run, async (frame) => {
    const input = frame.lease('labels', labels.length);
    await frame.write(input, labels);
    const narrow = await frame.scope(async () => {
      const leases = distanceLeases(shape, session.threads).map(({ name, bytes }) => frame.lease(name, bytes));
      if ((await distance16(frame, input, shape, options.phase, border, leases)) >= FAR) return null;
      return unpad(await frame.read(leases[0], Uint16Array), shape);
    });
    if (narrow !== null) return narrow;
    const [squared, scratch] = wideLeases(shape, session.threads).map(({ name, bytes }) => frame.lease(name, bytes));
    await distance32(frame, input, shape, options.phase, border, squared, scratch);
    return frame.read(squared, Uint32Array, labels.length);
  });
}

function unpad(padded: Uint16Array, shape: Shape): Uint32Array {
  const [nz, ny, nx] = shape;
  const stride = paddedRow(shape);
  const result = new Uint32Array(nz * ny * nx);
  for (let row = 0; row < nz * ny; row++) {
    const to = row * nx;
    const from = row * stride;
    for (let x = 0; x < nx; x++) result[to + x] = padded[from + x];
  }
  return result;
}

export { NEVER };
