// Memory beside WebAssembly's: arrays of the host, which an engine may refuse.
import { CapacityError, KernelError } from '../core/errors.js';
import { cbrt } from '../numeric/elementary.js';

/** What V8, SpiderMonkey and JavaScriptCore say when an array has no room. */
const REFUSED = /array buffer allocation failed|invalid (typed )?array length|allocation size overflow|out of memory/i;
/** What the host holds of a voxel while a field is made of it: f64, or two fields of f32. */
const BYTES_PER_VOXEL = 8;
const LEAST = 2 ** 20;

/** Bytes of the largest array that the host gives now, in halving steps from `most` on; 0: less than 1 MiB. */
function largestArray(most: number): number {
  for (let bytes = most; bytes >= LEAST; bytes = Math.floor(bytes / 2)) {
    try {
      return new Uint8Array(bytes).length;
    } catch {
      // Half of it may be there.
    }
  }
  return 0;
}

/** The error that an operation fails with: a refused array of the host in plain words, with what would fit; any other
 *  as it is. */
export function inPlainWords(operation: string, voxels: number, error: unknown): unknown {
  const { message } = error as Error;
  if (error instanceof CapacityError || error instanceof KernelError || !REFUSED.test(message)) return error;
  const room = largestArray(BYTES_PER_VOXEL * voxels);
  const edge = Math.floor(cbrt(room / BYTES_PER_VOXEL));
  const fits = edge > 0 && edge ** 2 * edge < voxels ? ` About ${edge}³ voxels would fit.` : '';
  return new CapacityError(
    `${operation}: no memory for its results beside WebAssembly's (${message}).${fits} Close other programs or tabs, ` +
      'or use a smaller window.',
    BYTES_PER_VOXEL * voxels, room,
  );
}
