// Fields that leave the arena for the caller: a few MiB at a time, the host copying one part while the workers fill the
// next. So a field needs no memory of its own in the arena, and the copy costs little beside the kernel.
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import { within } from '../runtime/call.js';
import { named } from '../runtime/plan.js';
import type { AnyTypedArray, Frame } from '../runtime/session.js';
import { paddedRow } from './distance.js';

/** Bytes of one part: small beside the caches, large beside the time that a call takes to begin. */
const PART = 2 ** 21;

/** Rows along x of a part, for results of 4 bytes a voxel. */
function rowsOf([nz, ny, nx]: Shape): number {
  return Math.max(1, Math.min(nz * ny, Math.floor(PART / (4 * nx))));
}

/** Leases of `collect`. */
export function resultPlan(shape: Shape) {
  const bytes = 4 * rowsOf(shape) * shape[2];
  return { leases: named({ 'result, one part': bytes, 'result, other part': bytes }) };
}

/** Fills `result`, 4 bytes a voxel in C order, part by part.
 *  @param fill writes rows `from` … `to` − 1 to the beginning of a lease, with one call of a kernel */
export async function collect<T extends AnyTypedArray>(
  frame: Frame, shape: Shape, result: T, fill: (out: Lease, from: number, to: number) => Promise<unknown>,
): Promise<T> {
  return frame.scope(async () => {
    const { 'result, one part': one, 'result, other part': other } = frame.take(resultPlan(shape));
    const [rows, step, nx] = [shape[0] * shape[1], rowsOf(shape), shape[2]];
    const copy = (lease: Lease, from: number, to: number): Promise<void> =>
      frame.readInto(lease, result, from * nx, (to - from) * nx);
    let [now, before] = [one, other];
    for (let row = 0; row < rows; row += step) {
      const filled = fill(now, row, Math.min(rows, row + step));
      await Promise.all([filled, row > 0 ? copy(before, row - step, row) : null]);
      [now, before] = [before, now];
    }
    await copy(before, rows - ((rows - 1) % step) - 1, rows);
    return result;
  });
}

/** What the squares are, and the kernel that takes their roots: 16 bits and f32 in rows of `paddedRow`, 32 bits in rows
 *  without padding. */
const ROOTS = {
  narrow: { kernel: 'rootsOfNarrow', bytes: 2 },
  wide: { kernel: 'rootsOfWide', bytes: 4 },
  metric: { kernel: 'rootsOfMetric', bytes: 4 },
} as const;

/** √squared · unit, Infinity where there is nothing to be near. */
export async function rootField(
  frame: Frame, squared: Lease, kind: keyof typeof ROOTS, shape: Shape, unit: number,
): Promise<Float32Array> {
  const [, , nx] = shape;
  const { kernel, bytes } = ROOTS[kind];
  const stride = kind === 'wide' ? nx : paddedRow(shape);
  return collect(frame, shape, new Float32Array(voxelCount(shape)), (out, from, to) => (
    frame.call(
      kernel, { out, squared: within(squared, from * stride * bytes), rows: to - from, nx, stride, unit },
      { name: 'result', work: (to - from) * nx },
    )
  ));
}

/** Squares of 16 bits in rows of `paddedRow` as u32. */
export async function squareField(frame: Frame, squared: Lease, shape: Shape): Promise<Uint32Array> {
  const [, , nx] = shape;
  const stride = paddedRow(shape);
  return collect(frame, shape, new Uint32Array(voxelCount(shape)), (out, from, to) => (
    frame.call(
      'unpadSquares', { out, squared: within(squared, 2 * from * stride), rows: to - from, nx, stride },
      { name: 'result', work: (to - from) * nx },
    )
  ));
}
