// Grains of a phase: basins of its distance map, joined where they stand out too little. Kernels: assembly/grains.
import { MEETING_SLOTS } from '../../assembly/layout.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named, type LeasePlan } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { paddedRow } from './distance.js';
import { extents } from './extents.js';
import { sortOrder, sortPlan } from './insertion.js';
import type { SquaredEdges } from './metric.js';
import { collect, resultPlan } from './results.js';
import { squaredFloats, squaredFloatsPlans, squaredLeases } from './squares.js';

/** When two basins of the distance map stay two grains: where the lower peak stands out enough by both numbers. */
export interface WatershedRule {
  /** Least dynamics of a grain, in shortest voxel edges. */
  readonly dynamics: number;
  /** Largest depth of a saddle between two grains over that of the lower peak. */
  readonly ratio: number;
  readonly neighbourhood: 6 | 26;
}

/** What is found, beside the numbers of all voxels. */
export interface Watershed {
  /** 1, 2, … in raster order of the first voxel of each grain; 0 outside the phase. */
  readonly numbers: Uint32Array;
  readonly count: number;
  /** Basins before any were joined: the maxima of the distance map. */
  readonly basins: number;
  /** Squared depth of the deepest voxel of each grain, in units of `edges.unit`². */
  readonly squaredDepths: Float32Array;
}

const basinLeases = (shape: Shape, threads: number) =>
  named({
    basins: 4 * voxelCount(shape), counts: 4 * threads, remembered: 16 * MEETING_SLOTS * threads, grains: 4,
  });

/** Tables by basin. */
const tableLeases = (found: number) => named({ holders: 4 * found, heights: 4 * found, numbers: 4 * found });

/** Of the meetings of basins. */
const meetingLeases = (count: number) => named({ meetings: 4 * count, keys: 4 * count, pairs: 8 * count });

const meetingPlan = (count: number): LeasePlan => ({ leases: meetingLeases(count), then: [sortPlan(count)] });

/** A basin per this many voxels is planned, and this many meetings of each; images that have more extend the plan. */
const VOXELS_PER_BASIN = 256;
const MEETINGS_PER_BASIN = 16;

/** What `watershed` leases beside the labels: 9.7 bytes a voxel, and more where the phase is so rough that there is
 *  more than a basin per 256 voxels. */
export function watershedPlan(shape: Shape, threads: number): LeasePlan {
  const planned = Math.ceil(voxelCount(shape) / VOXELS_PER_BASIN);
  return {
    leases: squaredLeases(shape),
    then: [
      ...squaredFloatsPlans(shape, threads),
      {
        leases: [...basinLeases(shape, threads), ...tableLeases(planned)],
        then: [meetingPlan(MEETINGS_PER_BASIN * planned), resultPlan(shape)],
      },
    ],
  };
}

/** Grains of a phase. labels: a `labelLease`, left as it is. Fewer than 2³¹ voxels. */
export async function watershed(
  frame: Frame, labels: Lease, shape: Shape, phase: number, edges: SquaredEdges, rule: WatershedRule,
): Promise<Watershed> {
  const [nz, ny, nx] = shape;
  const stride = paddedRow(shape);
  const work = voxelCount(shape);
  const { neighbourhood } = rule;
  const { 'squared distances': depths } = frame.take(squaredLeases(shape));
  await squaredFloats(frame, depths, labels, shape, phase, edges);
  const { basins, counts, remembered, grains } = frame.take(basinLeases(shape, frame.threads));
  const total = async (): Promise<number> =>
    (await frame.read(counts, Uint32Array, frame.threads)).reduce((sum, count) => sum + count, 0);
  await frame.call(
    'climbBasins', { basins, peaks: counts, depths, ...extents(shape), stride, neighbourhood },
    { name: 'basins', work: 2 * work },
  );
  const found = await total();
  await frame.extend({ leases: tableLeases(found), then: [resultPlan(shape)] });
  const { holders, heights, numbers } = frame.take(tableLeases(found));
  await frame.call(
    'numberBasins', { basins, peaks: counts, holders, heights, depths, rows: nz * ny, nx, stride },
    { name: 'numbers of basins', work: 2 * work },
  );
  const meetings = { remembered, counts, basins, depths, ...extents(shape), stride, neighbourhood };
  const stage = { name: 'where basins meet', work };
  await frame.call('listMeetings', { ...meetings, order: null, keys: null, pairs: null }, stage);
  const count = await total();
  await frame.extend(meetingPlan(count));
  await frame.scope(async () => {
    const { meetings: order, keys, pairs } = frame.take(meetingLeases(count));
    await frame.call('listMeetings', { ...meetings, order, keys, pairs }, stage);
    await sortOrder(frame, { order, count }, keys);
    const { dynamics, ratio } = rule;
    await frame.call(
      'mergeBasins',
      {
        order, keys, pairs, basins, holders, heights, numbers, grains, rows: nz * ny, nx, count, found, dynamics, ratio,
      },
      { name: 'grains', work },
    );
  });
  const [grainCount] = await frame.read(grains, Uint32Array, 1);
  const squaredDepths = new Float32Array(grainCount);
  const peaks = await frame.read(heights, Float32Array, found);
  (await frame.read(holders, Uint32Array, found)).forEach((grain, b) => {
    squaredDepths[grain - 1] = Math.max(squaredDepths[grain - 1], peaks[b]);
  });
  const image = await collect(frame, shape, new Uint32Array(work), (out, from, to) => (
    frame.call(
      'paintGrains', { out, basins, numbers: holders, nx, from, to }, { name: 'result', work: (to - from) * nx },
    )
  ));
  return { numbers: image, count: grainCount, basins: found, squaredDepths };
}
