// Fifty cycles of a user's work in a process of its own, so that what it holds is what they leave behind:
// node cycles-child.mjs. Prints one line of JSON per cycle, bytes.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { conduct, describe, generate, openSession, specFromSet } from '../../dist/node.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
const session = await openSession({ threads: 2 });
const spec = specFromSet('bm01', { size: [40, 40, 40], seed: 1 });
/** The first byte behind the arena's own: an operation that leaves a lease behind moves it. */
const probe = { leases: [{ name: 'probe', bytes: 64 }] };

for (let k = 0; k < 50; k++) {
  const structure = await generate(session, spec);
  await describe(session, structure);
  await conduct(session, structure, { phase: 2, fields: true });
  let arena = 0;
  await session.run('probe', probe, 0, {}, async (frame) => void (arena = frame.take(probe).probe.ptr));
  collectGarbage();
  const { arrayBuffers, heapUsed, rss } = process.memoryUsage();
  console.log(JSON.stringify({ arena, arrayBuffers, heapUsed, rss }));
}
session.close();
