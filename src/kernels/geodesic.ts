// Geodesic distances in one phase from a face plane of the window. assembly/paths/geodesic.ts says how.
import { GEODESIC_HALF, GEODESIC_SCRATCH, MAX_THREADS, STATUS_OVERFLOW } from '../../assembly/layout.js';
import { axisIndex, type Axis, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { named } from '../runtime/plan.js';
import type { Frame } from '../runtime/session.js';
import { extents } from './extents.js';

/** Padded grid of the distance field: axis 0 is the transport axis, axes 1 and 2 are the other two in (z, y, x)
 *  order. */
export interface GeodesicGrid {
  readonly axis: Axis;
  readonly n: Shape;
  /** Rows per slice and elements per row, padding included. */
  readonly s1: number;
  readonly s2: number;
  /** Index of voxel (0, 0, 0). */
  readonly lead: number;
  /** Elements of the field. */
  readonly total: number;
}

export function geodesicGrid([nz, ny, nx]: Shape, axis: Axis): GeodesicGrid {
  const n: Shape = axis === 'z' ? [nz, ny, nx] : axis === 'y' ? [ny, nz, nx] : [nx, nz, ny];
  const s1 = n[1] + 1;
  const s2 = Math.ceil((n[2] + 1) / 8) * 8;
  const lead = s1 * s2 + s2 + 8;
  return { axis, n, s1, s2, lead, total: n[0] * s1 * s2 + 2 * lead };
}

/** Candidates that the front may hold, by default and in the next attempt after an overflow: fronts are a few planes
 *  wide, but a branched phase may let all its tips come up in the same round. */
export function frontCapacity(grid: GeodesicGrid, attempt: number): number {
  const plane = grid.n[1] * grid.n[2];
  return Math.min(2 ** (3 + 3 * attempt) * plane, 26 * grid.n[0] * plane) + 1024 * MAX_THREADS;
}

/** Leases of one distance field; `front` from `frontCapacity`. */
export function geodesicLeases(grid: GeodesicGrid, front: number) {
  return named({
    distances: 4 * grid.total,
    undiscovered: grid.total / 8 + 8,
    front: 8 * front,
    state: 2 * GEODESIC_HALF,
    scratch: GEODESIC_SCRATCH * MAX_THREADS,
    counts: 8 * MAX_THREADS,
  });
}

/** Edge lengths of the grid by the axes they move along; Infinity where there is no edge. */
export interface GeodesicEdges {
  /** Along the first axis. */
  readonly e0: number;
  /** Along the second axis. */
  readonly e1: number;
  /** Along the third axis. */
  readonly e2: number;
  /** Along the first and the second one. */
  readonly e01: number;
  /** Along the first and the third one. */
  readonly e02: number;
  /** Along the second and the third one. */
  readonly e12: number;
  /** Along all three. */
  readonly e012: number;
}

export interface GeodesicField {
  readonly grid: GeodesicGrid;
  readonly distances: Lease;
  /** Voxels of the phase, and those of them on the target plane. */
  readonly phaseVoxels: number;
  readonly targetVoxels: number;
}

/** Distances of every voxel of `phase` from the voxels of the phase on plane `target`, in `edges`' unit, as f32 path
 *  sums; larger than 3e38 where there is no path. Leases what `geodesicLeases` says.
 *  @param labels lease of the image's labels, u8[nz·ny·nx].
 *  @returns null when the front outgrew `front`. */
export async function geodesicField(
  frame: Frame, labels: Lease, shape: Shape, grid: GeodesicGrid, phase: number, target: number, edges: GeodesicEdges,
  front: number, stage: string,
): Promise<GeodesicField | null> {
  const { distances, undiscovered: bits, front: queue, state, scratch, counts } =
    frame.take(geodesicLeases(grid, front));
  const capacity = Math.floor(front / frame.threads);
  const voxels = shape[0] * shape[1] * shape[2];
  const shared = { field: distances, bits, queue, state, capacity };
  await frame.call(
    'geodesicPrepare',
    {
      ...shared, counts, labels, ...extents(shape), axis: axisIndex(grid.axis), label: phase, target,
      total: grid.total,
    },
    { name: `${stage}: prepare`, work: grid.total + voxels + grid.n[1] * grid.n[2] },
  );
  const found = await frame.read(counts, Uint32Array, 2 * frame.threads);
  const sum = (first: number): number => found.reduce((all, count, i) => (i % 2 === first ? all + count : all), 0);
  const phaseVoxels = sum(0);
  const { e0, e1, e2, e01, e02, e12, e012 } = edges;
  const status = await frame.call(
    'geodesicDistances',
    {
      ...shared, scratch, s1: grid.s1, s2: grid.s2,
      w0: e0, w1: e1, w2: e2, w01: e01, w02: e02, w12: e12, w012: e012,
    },
    { name: stage, work: phaseVoxels },
  );
  return status === STATUS_OVERFLOW ? null : { grid, distances, phaseVoxels, targetVoxels: sum(1) };
}

/** Distances of plane `index` of the transport axis, f32[n1·n2] without padding. */
export async function geodesicPlane(frame: Frame, field: GeodesicField, index: number): Promise<Float32Array> {
  const { n, s1, s2, lead } = field.grid;
  const padded = await frame.read(field.distances, Float32Array, n[1] * s2, 4 * (lead + index * s1 * s2));
  const plane = new Float32Array(n[1] * n[2]);
  for (let row = 0; row < n[1]; row++) plane.set(padded.subarray(row * s2, row * s2 + n[2]), row * n[2]);
  return plane;
}
