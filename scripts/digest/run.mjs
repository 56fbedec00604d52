// Runs operations on sessions with different numbers of threads, whose results must agree. Runs in pages, too.
import { differences, digestOf, leavesOf } from './leaves.mjs';

/** What an operation gives, or how it fails. */
export async function outcomeOf(operation, context) {
  try {
    return leavesOf(await operation.run(context));
  } catch (error) {
    return [['error', `${error.name}: ${error.message}`]];
  }
}

/** @param threadCounts the first gives the results, the others are compared with it
 *  @returns leaves by name, and the names whose results depend on the number of threads, with what differs */
export async function runOperations(operations, context, threadCounts, onResult = () => {}) {
  const { api } = context;
  const sessions = await Promise.all(threadCounts.map((threads) => api.openSession({ threads, memoryBytes: 2 ** 29 })));
  const leaves = {};
  const unequal = [];
  try {
    for (const operation of operations) {
      const { name } = operation;
      for (const [k, session] of sessions.entries()) {
        if (k > 0 && operation.host === true) continue;
        const found = await outcomeOf(operation, { ...context, session, threads: threadCounts[k] });
        if (k === 0) onResult(name, (leaves[name] = found));
        else if (digestOf(found) !== digestOf(leaves[name])) {
          unequal.push({ name, threads: threadCounts[k], lines: differences(found, leaves[name]) });
        }
      }
    }
  } finally {
    for (const session of sessions) session.close();
  }
  return { leaves, unequal };
}
