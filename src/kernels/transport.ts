// Memory and calls of the transport kernels: which voxels conduct, coarse levels, conjugate gradients.
import type { Shape } from '../core/grid.js';
import type { Frame } from '../runtime/session.js';
import type { Lease } from '../runtime/arena.js';
import type { LeasePlan, PlannedLease } from '../runtime/plan.js';

/** f64 words per iteration in the solver's history. */
const RECORD = 6;
/** Levels with fewer voxels run on one thread: their phases are shorter than a barrier. */
const ALONE_VOXELS = 1 << 15;
const ENTRY_WORDS = 16;

/** Sizes of the red-black layout (assembly/transport/levels.ts), in elements. */
interface Layout {
  readonly shape: Shape;
  readonly pitch: number;
  readonly plane: number;
  readonly half: number;
  readonly origin: number;
}

function layoutOf(shape: Shape): Layout {
  const [nz, ny, nx] = shape;
  const pitch = Math.ceil((4 * Math.ceil(nx / 8) + 1) / 16) * 16;
  const plane = (ny + 2) * pitch;
  return { shape, pitch, plane, half: (nz + 2) * plane, origin: plane + pitch };
}

/** Level sizes from the finest down to one of at most 4 voxels along every axis; two at least. */
function levelShapes(shape: Shape): Shape[] {
  const shapes: Shape[] = [shape];
  for (let last = shape; shapes.length < 2 || Math.max(...last) > 4; ) {
    last = [Math.ceil(last[0] / 2), Math.ceil(last[1] / 2), Math.ceil(last[2] / 2)];
    shapes.push(last);
  }
  return shapes;
}

const words = (nx: number): number => Math.ceil(nx / 64);

/** Leases of `prepareNetwork`: the network stays, the rest is scratch. */
export function networkPlan(shape: Shape): { readonly network: PlannedLease; readonly scratch: readonly PlannedLease[] } {
  const [nz, ny, nx] = shape;
  const { half } = layoutOf(shape);
  return {
    network: { name: 'network', bytes: 2 * half + 64 },
    scratch: [
      { name: 'solid', bytes: 2 * half + 64 },
      { name: 'labels', bytes: nz * ny * nx },
      { name: 'bits', bytes: 3 * nz * ny * words(nx) * 8 },
      { name: 'queue', bytes: 2 * nz * ny * 4 },
      { name: 'queued', bytes: 2 * nz * ny },
      { name: 'counts', bytes: 24 * nz + 8 * ny },
    ],
  };
}

/** Leases of `solve` beside the network. */
export function solvePlan(shape: Shape, maxIterations: number): LeasePlan {
  const field = 8 * layoutOf(shape).half;
  const coarse = levelShapes(shape).slice(1).reduce((sum, level) => sum + 6 * 8 * layoutOf(level).half, 0);
  return {
    leases: [
      ...['potential', 'residual', 'direction', 'correction'].map((name) => ({ name, bytes: field })),
      { name: 'levels', bytes: coarse },
      { name: 'table', bytes: levelShapes(shape).length * ENTRY_WORDS * 4 },
      { name: 'sums', bytes: 6 * 8 * shape[0] },
      { name: 'history', bytes: 8 * RECORD * (maxIterations + 1) },
      { name: 'result', bytes: 64 },
    ],
  };
}

/** What `prepareNetwork` counted. */
export interface NetworkCounts {
  /** Voxels of the phase, and those of them that are joined to both end planes. */
  readonly phaseVoxels: number;
  readonly conducting: number;
  /** Conducting voxels in the low and the high plane. */
  readonly low: number;
  readonly high: number;
  /** Σ g·(Δu)² of the linear profile that rises by 1 per voxel: faces across z, the two boundary planes together one per column. */
  readonly linearEnergy: number;
}

/** Marks the voxels of `phase` that conduct between the low and the high plane of axis 0 of `shape`.
 *  @param shape transport axis first; `strides`: elements between neighbouring labels along its three axes */
export async function prepareNetwork(
  frame: Frame, network: Lease, labels: Uint8Array, phase: number, shape: Shape, strides: readonly [number, number, number],
): Promise<NetworkCounts> {
  const [nz, ny, nx] = shape;
  return frame.scope(async () => {
    const [solid, image, bits, queue, queued, counts] = networkPlan(shape).scratch.map((lease) => frame.lease(lease.name, lease.bytes));
    await frame.write(image, labels);
    await frame.call(
      'conductingNetwork',
      [counts.ptr, network.ptr, solid.ptr, bits.ptr, queue.ptr, queued.ptr, image.ptr, phase, nz, ny, nx, ...strides],
      { name: 'conducting voxels', work: 4 * nz * ny * nx },
    );
    const values = await frame.read(counts, Float64Array);
    const planes = Array.from({ length: nz }, (_, z) => values[3 * z]);
    let conducting = 0;
    let linearEnergy = (planes[0] + planes[nz - 1]) / 2;
    for (let z = 0; z < nz; z++) {
      conducting += planes[z];
      linearEnergy += values[3 * z + 1];
    }
    const phaseVoxels = values.subarray(3 * nz, 3 * nz + ny).reduce((sum, count) => sum + count, 0);
    return { phaseVoxels, conducting, low: planes[0], high: planes[nz - 1], linearEnergy };
  });
}

/** One iteration of the solver. */
export interface SolveRecord {
  /** M read from the dissipation after this iteration. */
  readonly mFactor: number;
  /** Estimated upper limit of the relative error of `mFactor`; null before there is one. */
  readonly errorEstimate: number | null;
  /** Residual by the recurrence, relative to that of the linear profile. */
  readonly residual: number;
}

export interface SolveResult {
  readonly iterations: number;
  /** Energy of the solution in the units of `linearEnergy`, and an upper estimate of its error. */
  readonly energy: number;
  readonly energyError: number;
  /** True residual relative to that of the linear profile, both in the 2-norm. */
  readonly residual: number;
  /** Square of the residual of the linear profile. */
  readonly firstSquare: number;
  /** Σ of the deviation over the low and the high plane. */
  readonly deviation: { readonly low: number; readonly high: number };
  readonly converged: boolean;
  /** f64[iterations][6]: r·z, alpha, beta, energy, |r|², error estimate. */
  readonly history: Float64Array;
}

/** Solves for the deviation from the linear profile on a prepared network. */
export async function solve(
  frame: Frame, network: Lease, shape: Shape, linearEnergy: number, tolerance: number, maxIterations: number,
): Promise<SolveResult> {
  return frame.scope(async () => {
    const leases = solvePlan(shape, maxIterations).leases.map((lease) => frame.lease(lease.name, lease.bytes));
    const [potential, residual, direction, correction, levels, table, sums, history, result] = leases;
    const layouts = levelShapes(shape).map(layoutOf);
    const entries = new Uint32Array(layouts.length * ENTRY_WORDS);
    let next = levels.ptr;
    layouts.forEach(({ shape: size, pitch, plane, half, origin }, level) => {
      const field = (): number => {
        next += 8 * half;
        return next - 8 * half + 4 * origin;
      };
      const addresses =
        level === 0
          ? [correction.ptr + 4 * origin, residual.ptr + 4 * origin, 0, 0, 0, 0, network.ptr + origin]
          : Array.from({ length: 6 }, field);
      entries.set([...size, 4 * pitch, 4 * plane, 4 * half, ...addresses], level * ENTRY_WORDS);
    });
    await frame.write(table, entries);
    const { origin } = layouts[0];
    const count = layouts.length;
    const alone = Math.max(1, layouts.findIndex((layout) => layout.shape[0] * layout.shape[1] * layout.shape[2] < ALONE_VOXELS));
    const voxels = shape[0] * shape[1] * shape[2];
    await frame.call('coarsenNetwork', [table.ptr, network.ptr + origin, count], { name: 'coarse levels', work: voxels / 3 });
    await frame.call(
      'solveTransport',
      [
        result.ptr, history.ptr, sums.ptr, table.ptr, count, alone, potential.ptr + 4 * origin, direction.ptr + 4 * origin,
        linearEnergy, tolerance, maxIterations,
      ],
      { name: 'multigrid', work: 12 * voxels * 7 },
    );
    const values = await frame.read(result, Float64Array);
    const records = await frame.read(history, Float64Array, values[0] * RECORD);
    return {
      iterations: values[0],
      energy: values[1],
      residual: values[3] > 0 ? Math.sqrt(values[2] / values[3]) : 0,
      firstSquare: values[3],
      deviation: { low: values[4], high: values[5] },
      energyError: values[6],
      converged: values[7] === 1,
      history: records,
    };
  });
}

/** Reads the solver's history. @param scale turns energy into M */
export function readHistory(history: Float64Array, firstSquare: number, scale: number): SolveRecord[] {
  return Array.from({ length: history.length / RECORD }, (_, k) => {
    const [, , , energy, square, estimate] = history.subarray(k * RECORD, (k + 1) * RECORD);
    return {
      mFactor: energy * scale,
      errorEstimate: Number.isFinite(estimate) ? estimate / energy : null,
      residual: Math.sqrt(square / firstSquare),
    };
  });
}
