// Pieces of a network that nothing holds: neither a boundary of given potential nor a diagonal term. What flows into
// one must flow out again; its potential is known but for a constant, and made to have a mean of 0.
// Kernels: assembly/transport/solve/pieces.ts.
import { SpecError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import type { Lease } from '../runtime/arena.js';
import type { Place } from '../runtime/call.js';
import type { Frame } from '../runtime/session.js';

/** |Σ b| over Σ |b| up to which what flows into a piece counts as what flows out: the rounding of b. */
const ROUNDING = 1e-4;

export interface Pieces {
  /** Takes its mean from a right-hand side in every piece. @throws SpecError when it is no rounding */
  balance(right: Lease): Promise<void>;
  /** Gives a solution, in one word or two, the mean 0 in every piece. */
  level(potential: Lease, second: Lease | null): Promise<void>;
  /** To be called when the diagonal term has changed. */
  find(): Promise<void>;
}

/** Finds loose pieces.
 *  @param entry of a coded or stored finest level; out: 8 bytes; ids: a field, kept
 *  @param scratch three fields that are free before a solve and after it */
export async function findPieces(
  frame: Frame, shape: Shape, entry: Place, out: Lease, ids: Lease, scratch: readonly [Lease, Lease, Lease],
): Promise<Pieces> {
  const stage = { name: 'pieces', work: voxelCount(shape) };
  const [sums, sizes, counts] = scratch;
  let count = 0;
  const find = async (): Promise<void> => {
    await frame.call('findPieces', { out, entry, ids }, stage);
    [count] = await frame.read(out, Uint32Array, 1);
  };
  const takeMeans = async (field: Lease, second: Lease | null): Promise<number> => {
    if (count === 0) return 0;
    await frame.call('levelPieces', { out, entry, field, second, ids, sums, sizes, counts, count }, stage);
    return (await frame.read(out, Float64Array, 1))[0];
  };
  await find();
  return {
    find,
    async balance(right) {
      const worst = await takeMeans(right, null);
      if (worst <= ROUNDING) return;
      throw new SpecError(
        `solve: the right-hand side adds up to ${worst.toPrecision(2)} of Σ|b| in a piece that neither a boundary ` +
          'nor a diagonal term holds; expected 0, as what flows in must flow out. Add what flows out, ' +
            'or a diagonal term',
      );
    },
    async level(potential, second) {
      await takeMeans(potential, second);
    },
  };
}
