// Where labels change, what lies between two others, and which voxels are thin. Kernel:
// assembly/measures/label-runs.ts.
import { RUNS_PAIRS } from '../../assembly/layout.js';
import { voxelCount, type Shape } from '../core/grid.js';
import { named } from '../runtime/plan.js';
import type { RunOptions, Session } from '../runtime/session.js';
import { extents } from './extents.js';
import { labelLease } from './transitions.js';

/** Labels, and the place of each in a list of `kinds`; kinds 0: neither pairs nor widths are counted. */
interface LabelRuns {
  readonly labels: Uint8Array;
  readonly shape: Shape;
  readonly places: Uint8Array;
  readonly kinds: number;
}

const pitchOf = (shape: Shape): number => 16 * Math.ceil(shape[2] / 16) + 16;

/** @returns the counts of RUNS_CHANGES and its kin in the layout */
export function labelRuns(
  session: Session, where: string, { labels, shape, places, kinds }: LabelRuns, run: RunOptions,
): Promise<Float64Array> {
  const elements = RUNS_PAIRS + kinds ** 2 * (kinds + 1);
  const pitch = pitchOf(shape);
  const plan = {
    leases: [labelLease(shape), ...named({
      counts: 4 * elements * session.threads,
      places: 256,
      blocks: 2 * (shape[1] + 1) * pitch * session.threads,
    })],
  };
  return session.run(where, plan, voxelCount(shape), run, async (frame) => {
    const { labels: lease, counts, places: placesLease, blocks } = frame.take(plan);
    await frame.write(lease, labels);
    await frame.write(placesLease, places);
    await frame.call(
      'labelRuns', { counts, labels: lease, places: placesLease, kinds, blocks, pitch, ...extents(shape) },
      { name: 'labels', work: voxelCount(shape) },
    );
    const perThread = await frame.read(counts, Uint32Array);
    return Float64Array.from({ length: elements }, (_, i) => {
      let sum = 0;
      for (let k = i; k < perThread.length; k += elements) sum += perThread[k];
      return sum;
    });
  });
}
