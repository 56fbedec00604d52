// Another host, with another name and a clock that is `seconds` off: asks for a shard; or, given a study, works on it
// until it is killed: it never comes to an end.  node other-host.mjs DIRECTORY SECONDS [SPEC.json]
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout } from 'node:timers/promises';

const [directory, seconds, file] = process.argv.slice(2);
os.hostname = () => 'other-host';
syncBuiltinESMExports();
const now = Date.now;
Date.now = () => now() + 1000 * Number(seconds);

const { openStudy, openStudyDirectory, parseStudySpec, workStudy } = await import('../../dist/node.js');
const store = await openStudyDirectory(directory);
try {
  if (file === undefined) {
    const lock = await store.lock('rows-1-of-2');
    await lock.check();
    await lock.release();
  } else {
    const study = await openStudy(parseStudySpec(JSON.parse(readFileSync(file, 'utf8'))), store, { version: 'test' });
    let done = 0;
    await workStudy(study, {
      shard: { index: 1, count: 2 }, sessions: [{}],
      async evaluate() {
        // Ten at once, then one in a minute: on no machine is it done before the test kills it.
        await setTimeout(done++ < 10 ? 0 : 60_000);
        return { values: {}, problems: [], seconds: { describe: 1, conduct: 0 } };
      },
    });
  }
  console.log('has it');
} catch (error) {
  console.log(error.name);
}
