// Connected components of a phase. Kernels: assembly/morphology/components.ts.
import { SpecError } from '../core/errors.js';
import { AXES, voxelCount, type Axis, type Face, type Neighbourhood, type Shape } from '../core/grid.js';
import type { Phase } from '../core/volume.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';
import { collect, resultPlan } from './results.js';

/** Runs along x are packed into two 16-bit numbers. */
export const MAX_ROW = 65535;

/** Run tables of one phase, in the arena while the scope that made them lasts. */
export interface ComponentTables {
  readonly rowStart: Lease;
  readonly runs: Lease;
  readonly parents: Lease;
  readonly faces: Lease;
}

export interface ComponentTotals {
  readonly count: number;
  /** Voxels of the phase, and of its largest component. */
  readonly voxels: number;
  readonly largest: number;
  /** Voxels of components that touch a face of the window. */
  readonly touching: Readonly<Record<Axis, Readonly<Record<Face, number>>>>;
  /** Voxels of components that touch both faces across an axis. */
  readonly spanning: Readonly<Record<Axis, number>>;
}

/** Most runs that a window can hold: every other voxel of each row. Phases of the cathode models touch about a tenth of
 *  it. */
export function maxRuns([nz, ny, nx]: Shape): number {
  return nz * ny * Math.ceil(nx / 2);
}

export function componentsPlan(shape: Shape) {
  const runs = maxRuns(shape);
  return {
    leases: named({
      'row starts': 4 * (shape[0] * shape[1] + 1),
      runs: 4 * runs,
      parents: 4 * runs,
      faces: runs,
      totals: 128,
    }),
  };
}

/** Joins the phase into components and measures them. The tables live in the caller's scope.
 *  @throws SpecError for rows longer than 65535 voxels. */
export async function joinComponents(
  frame: Frame, labels: Lease, shape: Shape, phase: Phase, neighbourhood: Neighbourhood,
): Promise<{ tables: ComponentTables; totals: ComponentTotals }> {
  const [, , nx] = shape;
  if (nx > MAX_ROW || voxelCount(shape) >= 2 ** 31) {
    throw new SpecError(
      `components: at most ${MAX_ROW} voxels along x and 2^31 in all, got ${shape.join('×')}; crop the image`,
    );
  }
  const { 'row starts': rowStart, runs, parents, faces, totals } = frame.take(componentsPlan(shape));
  const voxels = voxelCount(shape);
  await frame.call(
    'componentsJoin', { rowStart, runs, parents, labels, ...extents(shape), phase, neighbourhood },
    { name: 'components', work: 2 * voxels },
  );
  await frame.call(
    'componentsMeasure', { totals, faces, rowStart, runs, parents, ...extents(shape) },
    { name: 'component sizes', work: voxels },
  );
  // u64 pairs of u32: counts are below 2^53.
  const words = await frame.read(totals, Uint32Array);
  const total = (k: number): number => words[2 * k] + 2 ** 32 * words[2 * k + 1];
  const byAxis = <T>(make: (k: number) => T): Record<Axis, T> =>
    Object.fromEntries(AXES.map((axis, k) => [axis, make(k)])) as Record<Axis, T>;
  return {
    tables: { rowStart, runs, parents, faces },
    totals: {
      count: total(0),
      voxels: total(1),
      largest: total(2),
      touching: byAxis((k) => ({ low: total(3 + 2 * k), high: total(4 + 2 * k) })),
      spanning: byAxis((k) => total(9 + k)),
    },
  };
}

/** Relabels, in place, the voxels of the phase whose component does not touch a face of the window, or both faces
 *  across an axis. */
export async function disconnect(
  frame: Frame, labels: Lease, shape: Shape, tables: ComponentTables, axis: Axis, face: Face | 'both', label: Phase,
): Promise<void> {
  const bits = { low: 1, high: 2, both: 3 }[face] << (2 * AXES.indexOf(axis));
  const { faces, rowStart, runs, parents } = tables;
  await frame.call(
    'componentsDisconnect', { labels, faces, rowStart, runs, parents, ...extents(shape), face: bits, label },
    { name: 'connected part', work: voxelCount(shape) },
  );
}

export function componentImagePlan(shape: Shape) {
  return { leases: named({ 'component sizes': 4 * maxRuns(shape) }), then: [resultPlan(shape)] };
}

/** Numbers 1, 2, … in raster order of the first voxel; 0 elsewhere. Leaves the tables unfit for `disconnect`. */
export async function componentImage(
  frame: Frame, shape: Shape, tables: ComponentTables, count: number,
): Promise<{ numbers: Uint32Array; sizes: Uint32Array }> {
  return frame.scope(async () => {
    const { 'component sizes': sizes } = frame.take(componentImagePlan(shape));
    const [nz, ny, nx] = shape;
    const { rowStart, runs, parents } = tables;
    const [runCount] = await frame.read(rowStart, Uint32Array, 1, 4 * nz * ny);
    await frame.call('componentsNumber', { sizes, parents, runCount });
    const numbers = await collect(frame, shape, new Uint32Array(voxelCount(shape)), (out, from, to) => (
      frame.call(
        'componentsPaint', { out, rowStart, runs, parents, nx, from, to },
        { name: 'component numbers', work: (to - from) * nx },
      )
    ));
    return { numbers, sizes: await frame.read(sizes, Uint32Array, count) };
  });
}
