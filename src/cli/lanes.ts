// Many images side by side: small ones on a thread each, which needs no barriers and no serial parts; large ones one
// after another on all threads.
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { voxelCount, type Shape } from '../core/grid.js';
import { placeOf } from '../io/place.js';
import { defaultThreads, type Session } from '../runtime/session.js';
import type { Invocation } from './command.js';

/** Up to this window an image is small; the same number of bytes makes a file that may hold a large one. */
const SMALL_VOXELS = 160 ** 3;
/** Memory that a small image needs at most, for descriptors and solves. */
const SMALL_BYTES = 2 ** 29;

/** One image at a time of those that are large. */
export class Lanes {
  readonly count: number;
  private large: Promise<void> = Promise.resolve();

  constructor(private readonly call: Invocation, images: number) {
    const { threads = defaultThreads(availableParallelism()), memory = Infinity } = call.common;
    this.count = Math.max(1, Math.min(threads, images, Math.floor(memory / SMALL_BYTES)));
  }

  /** Runs `body` for every item, in `count` lanes; ends with the first error, which the others hear of by the signal or
   *  by their session. */
  async each<T>(items: readonly T[], body: (item: T, index: number, lane: number) => Promise<void>): Promise<void> {
    let next = 0;
    let failed = false;
    const work = async (lane: number): Promise<void> => {
      while (next < items.length && !failed) {
        const index = next++;
        try {
          await body(items[index], index, lane);
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: this.count }, (_, lane) => work(lane)));
  }

  /** Runs `body`, alone among large images where the file may hold one. */
  async alone<T>(path: string, body: () => Promise<T>): Promise<T> {
    if (this.count === 1) return body();
    const found = await stat(placeOf(path).file).catch(() => null);
    if (found?.isFile() === true && found.size <= SMALL_VOXELS) return body();
    const turn = this.large.then(body);
    this.large = turn.then(() => undefined, () => undefined);
    return turn;
  }

  /** The session for an image of this shape. */
  session(shape: Shape, lane: number): Promise<Session> {
    return this.count > 1 && voxelCount(shape) <= SMALL_VOXELS ? this.call.laneSession(lane) : this.call.session();
  }
}
