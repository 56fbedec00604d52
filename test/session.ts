// Sessions for tests: the shipped core and worker of dist/ under the sources of src/.
import { afterAll } from 'vitest';
import { openSession, type NodeSessionOptions } from '../src/node.js';
import type { Session } from '../src/runtime/session.js';

const dist = new URL('../dist/', import.meta.url);
/** With assertions, names of functions and a source map; `node scripts/build.mjs wasm` makes it. */
const core = process.env.VOXELITH_DEBUG_CORE
  ? new URL('../build/core.debug.wasm', import.meta.url)
  : new URL('core.wasm', dist);

/** Opens a session in debug mode (canaries, NaN fill) unless told otherwise, and closes it after the test file. */
export async function testSession(options: NodeSessionOptions = {}): Promise<Session> {
  const session = await openSession({
    threads: 2,
    debug: true,
    wasmUrl: core,
    workerUrl: new URL('worker.node.js', dist),
    // `npm run test:wide` runs the tests of many operations in a memory of 64-bit addresses.
    ...(process.env.VOXELITH_WIDE_CORE ? { wideAbove: 0 } : {}),
    ...options,
  });
  afterAll(() => session.close());
  return session;
}

/** Thread counts for which every kernel must give the same bits. */
export const THREAD_COUNTS = [1, 2, 3, 7] as const;

/** Runs `body` on a session for each of THREAD_COUNTS and returns the results in that order. */
export async function forEachThreadCount<T>(body: (session: Session) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const threads of THREAD_COUNTS) {
    const session = await testSession({ threads });
    results.push(await body(session));
    session.close();
  }
  return results;
}
