// How the machine is shared out: many structures side by side, or one on all threads.
import { CapacityError } from '../core/errors.js';
import { voxelCount, type Shape } from '../core/grid.js';
import { maxMemoryBytes, memoryAdvice } from '../runtime/memory.js';

/** How the machine is shared out among structures. */
export interface Layout {
  /** Structures at work at the same time, each in a session of its own. */
  readonly sessions: number;
  /** Threads of each session. */
  readonly threadsEach: number;
  /** Bytes of WebAssembly memory that each session may use. */
  readonly memoryEach: number;
}

/** Up to this window structures run side by side: a session per thread needs no barriers and no serial part. Above, a
 *  structure in flight is minutes of work, which a kill would lose once per thread, and the memory counts. */
const SIDE_BY_SIDE_VOXELS = 2 ** 24;

/** Shares out `threads` and `memoryBytes` for structures that need `bytesEach`.
 *  @throws CapacityError when not even one fits. */
export function chooseLayout(shape: Shape, bytesEach: number, threads: number, memoryBytes: number): Layout {
  const most = Math.min(memoryBytes, maxMemoryBytes());
  if (bytesEach > most) {
    const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(2);
    throw new CapacityError(
      `study: one structure of ${shape.join('×')} voxels needs ${gib(bytesEach)} GiB, ${gib(most)} GiB may be used; ` +
        `raise --memory (for one structure ${memoryAdvice()}) or reduce size`, bytesEach, most,
    );
  }
  const fitting = Math.floor(memoryBytes / bytesEach);
  const sessions = voxelCount(shape) <= SIDE_BY_SIDE_VOXELS ? Math.max(1, Math.min(threads, fitting)) : 1;
  return {
    sessions, threadsEach: Math.max(1, Math.floor(threads / sessions)), memoryEach: Math.floor(memoryBytes / sessions),
  };
}
